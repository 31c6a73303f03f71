/* SPDX-License-Identifier: Apache-2.0 */
/*
 * empty [--frames N] [--whole] [--budget-us N]: rendered pictures without a readable code, looked at
 * as a live stream's frames; every decode is a wrong read. Empty rooms, torn codes, squares by
 * chance with and without finders; 2,000 pictures by default, 10^5 with --whole. One JSON object a
 * line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "decode.h"
#include "render.h"

enum {
	WIDTH = 1280,
	HEIGHT = 720,
	FRAMES_SLICE = 2000,
	FRAMES_WHOLE = 100000,
	FRAMES_A_SHOW = 4,
	CODE_CHARS = 150,
};

enum scene { SCENE_ROOM, SCENE_TORN, SCENE_SCRAPS, SCENE_N };

static uint64_t thread_us(void *context)
{
	struct timespec now;

	(void)context;
	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static uint64_t draw(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
	return *seed >> 33;
}

static void random_code(uint64_t *seed, char code[CODE_CHARS + 1])
{
	for (size_t i = 0; i < CODE_CHARS; i++)
		code[i] = (char)('A' + draw(seed) % 26);
	code[CODE_CHARS] = '\0';
}

/* Squares of black and white chance all over the picture: what a finder search likes and no code
 * is. */
static void strew(uint64_t *seed, uint8_t *grey)
{
	uint32_t size = 3 + (uint32_t)(draw(seed) % 6), x0 = (uint32_t)(draw(seed) % (WIDTH / 2)),
	         y0 = (uint32_t)(draw(seed) % (HEIGHT / 2));

	for (uint32_t v = 0; v < 41; v++)
		for (uint32_t u = 0; u < 41; u++) {
			uint8_t level = draw(seed) & 1 ? 30 : 210;

			for (uint32_t y = y0 + v * size; y < y0 + (v + 1) * size && y < HEIGHT; y++)
				for (uint32_t x = x0 + u * size;
				     x < x0 + (u + 1) * size && x < WIDTH; x++)
					grey[(size_t)y * WIDTH + x] = level;
		}
}

/* Finders where a code has them around the chance squares, so that somebody looks at the modules. */
static void frame_finders(uint64_t *seed, uint8_t *grey)
{
	uint32_t size = 3 + (uint32_t)(draw(seed) % 6),
	         modules = 21 + 4 * (uint32_t)(draw(seed) % 6);
	uint32_t x0 = 40, y0 = 40;

	for (uint32_t y = 0; y < (modules + 8) * size; y++)
		for (uint32_t x = 0; x < (modules + 8) * size; x++) {
			int u = (int)(x / size) - 4, v = (int)(y / size) - 4, n = (int)modules;
			uint8_t *at = &grey[(size_t)(y0 + y) * WIDTH + x0 + x];
			int fu = u > n / 2 ? u - n + 4 : u - 3, fv = v > n / 2 ? v - n + 4 : v - 3;
			int ring = abs(fu) > abs(fv) ? abs(fu) : abs(fv);

			if (u < 0 || v < 0 || u >= n || v >= n)
				*at = 210;
			else if (ring <= 4 && !(u > n / 2 && v > n / 2))
				*at = ring == 2 || ring == 4 ? 210 : 30;
			else if (u == 6 || v == 6)
				*at = (u + v) % 2 == 0 ? 30 : 210;
			else
				*at = ((uint32_t)(u * 73856093) ^ (uint32_t)(v * 19349663) ^
				       (uint32_t)*seed) *
				                  2654435761u >>
				              31
				          ? 30
				          : 210;
		}
}

static void print_row(const char *what, double value, const char *unit, const char *target,
                      const char *met)
{
	(void)printf("{\"what\":\"no code in view: %s\",\"value\":%.3f,\"unit\":\"%s\","
	             "\"yardstick\":null,\"yardstick_value\":null,\"target\":%s,\"met\":%s}\n",
	             what, value, unit, target, met);
}

int main(int argc, char **argv)
{
	static uint8_t grey[WIDTH * HEIGHT];
	const struct decoder_clock clock = {.now_us = thread_us};
	const struct frame frame = {
	    .grey = grey, .width_px = WIDTH, .height_px = HEIGHT, .stride = WIDTH};
	struct render *render = NULL;
	struct decoder *decoder = NULL;
	uint64_t seed = 20261121, budget_us = 7500, spent_us = 0;
	unsigned long frames = FRAMES_SLICE, wrong = 0;
	int r;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--frames") == 0 && i + 1 < argc)
			frames = strtoul(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "--whole") == 0)
			frames = FRAMES_WHOLE;
		else if (strcmp(argv[i], "--budget-us") == 0 && i + 1 < argc)
			budget_us = strtoull(argv[++i], NULL, 10);
	}
	r = render_new(WIDTH, HEIGHT, seed, &render);
	if (r == 0)
		r = decoder_new(WIDTH, HEIGHT, &clock, &decoder);
	for (unsigned long i = 0; i < frames && r == 0; i++) {
		enum scene scene = (enum scene)(i / FRAMES_A_SHOW % SCENE_N);
		struct code code[8];
		char text[CODE_CHARS + 1];
		uint64_t begin_us;
		int n;

		if (i % FRAMES_A_SHOW == 0) {
			render_away(render);
			random_code(&seed, text);
			if (scene == SCENE_TORN)
				r = render_add(render, CONDITION_TORN, text, CODE_CHARS);
		}
		render_frame(render, i, grey);
		if (scene == SCENE_SCRAPS && i % 2 == 0)
			strew(&seed, grey);
		else if (scene == SCENE_SCRAPS)
			frame_finders(&seed, grey);
		begin_us = thread_us(NULL);
		n = decoder_frame(decoder, &frame, budget_us, code, 8);
		spent_us += thread_us(NULL) - begin_us;
		for (int k = 0; k < n; k++) {
			(void)fprintf(stderr, "empty: frame %lu: %u octets by %s\n", i, code[k].len,
			              code[k].pass);
			wrong++;
		}
	}
	if (r == 0) {
		print_row("pictures", (double)frames, "pictures", "null", "null");
		print_row("wrong reads", (double)wrong, "codes", "\"0\"",
		          wrong == 0 ? "true" : "false");
		print_row("processor time a frame, mean",
		          frames > 0 ? (double)spent_us / 1000 / (double)frames : 0, "ms", "null",
		          "null");
	}
	render_free(render);
	decoder_free(decoder);
	return r == 0 ? 0 : 1;
}
