/* SPDX-License-Identifier: Apache-2.0 */
/*
 * empty [--frames N] [--whole] [--budget-us N] [--seed N]: rendered pictures without a readable code,
 * looked at as a live stream's frames, at the live budget; every decode is a wrong read. Rooms with
 * nobody in them, torn codes held up in them, and what empty_scenes.h paints; 2,000 pictures by
 * default, 10^5 with --whole. One JSON object a line; each wrong read goes to standard error.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "decode.h"
#include "empty_scenes.h"
#include "render.h"

enum {
	WIDTH = 1280,
	HEIGHT = 720,
	FRAMES_SLICE = 2000,
	FRAMES_WHOLE = 100000,
	FRAMES_A_SHOW = 4,
	CODE_CHARS = 150,
	CODES_MAX = 8,
	/* The renderer's two, after those of empty_scenes.h. */
	SHOW_ROOM = SCENE_N,
	SHOW_TORN,
	SHOW_N,
};

struct bench {
	unsigned long frames;
	uint64_t budget_us, seed;
	struct render *render;
	struct scenes *scenes;
	struct decoder *decoder;
	char torn[CODE_CHARS + 1]; /* what the torn code held when it was whole */
	uint8_t grey[WIDTH * HEIGHT];
	/* what came of it */
	unsigned long wrong, mended;
	uint64_t spent_us;
};

static uint64_t thread_us(void *context)
{
	struct timespec now;

	(void)context;
	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void random_code(uint64_t seed, char code[CODE_CHARS + 1])
{
	for (size_t i = 0; i < CODE_CHARS; i++) {
		seed = seed * 6364136223846793005ull + 1442695040888963407ull;
		code[i] = (char)('A' + (seed >> 33) % 26);
	}
	code[CODE_CHARS] = '\0';
}

static int begin_show(struct bench *bench, unsigned long n)
{
	unsigned show = (unsigned)(n % SHOW_N);

	if (show < SCENE_N)
		return scenes_paint(bench->scenes, (enum scene)show);
	render_away(bench->render);
	if (show == SHOW_ROOM)
		return 0;
	random_code(bench->seed + n, bench->torn);
	return render_add(bench->render, CONDITION_TORN, bench->torn, CODE_CHARS);
}

/* A torn code that is read all the same is read right: it is only no picture without a code. */
static void judge(struct bench *bench, unsigned long frame, unsigned show, const struct code *code)
{
	if (show == SHOW_TORN && code->len == CODE_CHARS &&
	    memcmp(code->bytes, bench->torn, CODE_CHARS) == 0) {
		bench->mended++;
		return;
	}
	bench->wrong++;
	(void)fprintf(stderr, "empty: frame %lu (%s): %u octets by %s\n", frame,
	              show < SCENE_N ? scene_name((enum scene)show)
	                             : (show == SHOW_ROOM ? "room" : "torn"),
	              code->len, code->pass);
}

static void look(struct bench *bench, unsigned long n, unsigned show)
{
	const struct frame frame = {
	    .grey = bench->grey, .width_px = WIDTH, .height_px = HEIGHT, .stride = WIDTH};
	struct code code[CODES_MAX];
	uint64_t begin_us = thread_us(NULL);
	int found = decoder_frame(bench->decoder, &frame, bench->budget_us, code, CODES_MAX);

	bench->spent_us += thread_us(NULL) - begin_us;
	for (int i = 0; i < found; i++)
		judge(bench, n, show, &code[i]);
}

static int run(struct bench *bench)
{
	const struct decoder_clock clock = {.now_us = thread_us};
	int r = render_new(WIDTH, HEIGHT, bench->seed, &bench->render);

	if (r == 0)
		r = scenes_new(WIDTH, HEIGHT, bench->seed, &bench->scenes);
	if (r == 0)
		r = decoder_new(WIDTH, HEIGHT, &clock, &bench->decoder);
	for (unsigned long i = 0; i < bench->frames && r == 0; i++) {
		unsigned long show = i / FRAMES_A_SHOW;

		if (i % FRAMES_A_SHOW == 0)
			r = begin_show(bench, show);
		if (show % SHOW_N < SCENE_N)
			scenes_frame(bench->scenes, bench->grey);
		else
			render_frame(bench->render, i, bench->grey);
		if (r == 0)
			look(bench, i, (unsigned)(show % SHOW_N));
	}
	return r;
}

static void print_row(const char *what, double value, const char *unit, const char *target,
                      const char *met)
{
	(void)printf("{\"what\":\"no code in view: %s\",\"value\":%.3f,\"unit\":\"%s\","
	             "\"yardstick\":null,\"yardstick_value\":null,\"target\":%s,\"met\":%s}\n",
	             what, value, unit, target, met);
}

static void read_arguments(int argc, char **argv, struct bench *bench)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--frames") == 0 && i + 1 < argc)
			bench->frames = strtoul(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "--whole") == 0)
			bench->frames = FRAMES_WHOLE;
		else if (strcmp(argv[i], "--budget-us") == 0 && i + 1 < argc)
			bench->budget_us = strtoull(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
			bench->seed = strtoull(argv[++i], NULL, 10);
	}
}

int main(int argc, char **argv)
{
	static struct bench bench = {
	    .frames = FRAMES_SLICE, .budget_us = SCANNER_BUDGET_US, .seed = 20261121};
	int r;

	read_arguments(argc, argv, &bench);
	r = run(&bench);
	if (r == 0) {
		print_row("pictures", (double)bench.frames, "pictures", "null", "null");
		print_row("wrong reads", (double)bench.wrong, "codes", "\"0\"",
		          bench.wrong == 0 ? "true" : "false");
		print_row("torn codes read right all the same", (double)bench.mended, "codes",
		          "null", "null");
		print_row("processor time a frame, mean",
		          bench.frames > 0 ? (double)bench.spent_us / 1000 / (double)bench.frames
		                           : 0,
		          "ms", "null", "null");
	}
	render_free(bench.render);
	scenes_free(bench.scenes);
	decoder_free(bench.decoder);
	return r == 0 ? 0 : 1;
}
