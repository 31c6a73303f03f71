/* SPDX-License-Identifier: Apache-2.0 */
/*
 * live [--shows N] [--budget-us N] [--by-group]: tickets, cards and codes of any size held up
 * before a camera at 30 frames a second, 1280×720, in every condition that can be read, by hands at
 * rest and by hands still on their way; moved, and taken away. How long from the first frame with
 * all of a code in it to its octets, how many are never read while they are held up, what a frame
 * costs; beside plain zbar on every frame. All of them see the same frames.
 *
 * The camera's time is counted: a frame is there every 33.3 ms, the newest one is taken when the
 * last one is done, and what lay between is dropped, as kiosk-scanner does it. What a frame takes is
 * measured, twice over: in the processor's time, which other programs on the machine do not
 * stretch, and by the clock on the wall, which they do. One JSON object a line.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "decode.h"
#include "render.h"
#include "symbols.h"

enum {
	WIDTH = 1280,
	HEIGHT = 720,
	FRAME_US = 33333,
	HELD_FRAMES = 45,  /* a second and a half: then the person tries again, or gives up */
	MOVED_AT = 22,     /* half-way the hand moves */
	EMPTY_FRAMES = 15, /* between two people */
	SHOWS_MAX = 4096,
	FRAMES_MAX = SHOWS_MAX * (HELD_FRAMES + EMPTY_FRAMES),
	TICKET_CHARS = 150, /* version 6 or 7 */
	CARD_CHARS = 660,   /* version 17 */
	VERSIONS = 40,
	CODE_CHARS_MAX = 3391, /* version 40 */
};

/* What a code's latency is told for. */
enum group {
	GROUP_ALL,
	GROUP_HELD,
	GROUP_MOVING,
	GROUP_CONDITION, /* and on */
	GROUP_N = GROUP_CONDITION + CONDITION_N,
};

struct tally {
	uint32_t *latency_us;
	size_t n_read;
	unsigned shows;
};

struct eye {
	/* Whether `wanted` was read in the frame; *ret_wrong counts other octets. */
	bool (*look)(struct eye *eye, const struct frame *frame, const char *wanted,
	             unsigned *ret_wrong);
	clockid_t clock; /* what its time is measured with */
	struct decoder *decoder;
	struct symbols *symbols;
	uint64_t budget_us;
	uint64_t free_at_us; /* the camera's time at which it is done with the last frame */
	bool read;           /* what is held up */
	uint32_t *cost_us;
	size_t n_costs;
	struct tally tally[GROUP_N];
	unsigned wrong;
};

enum { EYE_OURS, EYE_ZBAR, EYE_WALL, EYES };

/* One code held up by one person. */
struct show {
	enum condition condition;
	bool moving;
	uint64_t seed; /* of how it is held: the same whoever looks, and however fast */
	char code[CODE_CHARS_MAX + 1];
};

/* What the simulated camera takes itself. */
struct drawing {
	struct render *render;
	uint64_t held_up_us, frames_us; /* the processor's time */
	unsigned held_up;
	uint64_t frames; /* so far: the camera's clock */
};

struct wanted {
	const char *code;
	bool read;
	unsigned wrong;
};

static uint64_t time_us(clockid_t clock)
{
	struct timespec now;

	(void)clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static uint64_t thread_us(void *context)
{
	(void)context;
	return time_us(CLOCK_THREAD_CPUTIME_ID);
}

static bool look_ours(struct eye *eye, const struct frame *frame, const char *wanted,
                      unsigned *ret_wrong)
{
	struct code code[8];
	int n = decoder_frame(eye->decoder, frame, eye->budget_us, code, 8);
	bool read = false;

	for (int i = 0; i < n; i++) {
		if (code[i].len == strlen(wanted) &&
		    memcmp(code[i].bytes, wanted, code[i].len) == 0)
			read = true;
		else
			(*ret_wrong)++;
	}
	return read;
}

static void on_symbol(void *context, const struct symbol *symbol)
{
	struct wanted *wanted = context;

	if (symbol->len == strlen(wanted->code) &&
	    memcmp(symbol->bytes, wanted->code, symbol->len) == 0)
		wanted->read = true;
	else
		wanted->wrong++;
}

static bool look_zbar(struct eye *eye, const struct frame *frame, const char *wanted,
                      unsigned *ret_wrong)
{
	struct wanted found = {.code = wanted};
	union {
		const uint8_t *is;
		uint8_t *as_zbar_takes_it; /* it does not write there */
	} grey = {.is = frame->grey};
	struct plane plane = {.grey = grey.as_zbar_takes_it,
	                      .width_px = frame->width_px,
	                      .height_px = frame->height_px};

	symbols_read(eye->symbols, &plane, 1, on_symbol, &found);
	*ret_wrong += found.wrong;
	return found.read;
}

/* The frame that came at `now_us`, if the eye is free by then: whether it read `wanted`. */
static bool one_frame(struct eye *eye, const struct frame *frame, uint64_t now_us,
                      const char *wanted)
{
	uint64_t begin_us, spent_us;
	bool read;

	/* Busy until after the next frame comes: that one is newer, and wins. */
	if (eye->free_at_us >= now_us + FRAME_US)
		return false;
	begin_us = time_us(eye->clock);
	read = eye->look(eye, frame, wanted, &eye->wrong);
	spent_us = time_us(eye->clock) - begin_us;
	if (eye->free_at_us < now_us)
		eye->free_at_us = now_us;
	eye->free_at_us += spent_us;
	if (eye->n_costs < FRAMES_MAX)
		eye->cost_us[eye->n_costs++] = (uint32_t)spent_us;
	return read;
}

static void random_code(uint64_t *seed, size_t len, char *code)
{
	static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

	memcpy(code, "CK1:T", 5);
	for (size_t i = 5; i < len; i++) {
		*seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
		code[i] = alphabet[(*seed >> 40) % 45];
	}
	code[len] = '\0';
}

static void count(struct eye *eye, const struct show *show, uint64_t shown_us)
{
	const enum group groups[] = {GROUP_ALL, show->moving ? GROUP_MOVING : GROUP_HELD,
	                             GROUP_CONDITION + show->condition};

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		struct tally *tally = &eye->tally[groups[i]];

		tally->shows++;
		if (eye->read)
			tally->latency_us[tally->n_read++] = (uint32_t)(eye->free_at_us - shown_us);
	}
}

static void draw_frame(struct drawing *drawing, uint8_t *grey)
{
	uint64_t begin_us = thread_us(NULL);

	render_frame(drawing->render, ++drawing->frames, grey);
	drawing->frames_us += thread_us(NULL) - begin_us;
}

static int hold_up(struct drawing *drawing, const struct show *show)
{
	uint64_t begin_us = thread_us(NULL);
	int r;

	render_seed(drawing->render, show->seed);
	render_set_moving(drawing->render, show->moving);
	r = render_add(drawing->render, show->condition, show->code, strlen(show->code));
	drawing->held_up_us += thread_us(NULL) - begin_us;
	drawing->held_up++;
	return r;
}

/*
 * Somebody comes, holds it up, moves, and leaves when all have read it or after a second and a
 * half. Who has read it looks at it no more.
 */
static void one_show(struct eye *eye, struct drawing *drawing, const struct show *show,
                     uint8_t *grey)
{
	const struct frame frame = {
	    .grey = grey, .width_px = WIDTH, .height_px = HEIGHT, .stride = WIDTH};
	uint64_t shown_us = (drawing->frames + 1) * FRAME_US;
	unsigned n_read = 0;

	if (hold_up(drawing, show) < 0)
		return;
	for (int e = 0; e < EYES; e++)
		eye[e].read = false;
	for (int i = 0; i < HELD_FRAMES && n_read < EYES; i++) {
		if (i == MOVED_AT)
			render_move(drawing->render);
		draw_frame(drawing, grey);
		for (int e = 0; e < EYES; e++) {
			if (eye[e].read)
				continue;
			eye[e].read =
			    one_frame(&eye[e], &frame, drawing->frames * FRAME_US, show->code);
			if (!eye[e].read)
				continue;
			n_read++;
			count(&eye[e], show, shown_us);
		}
	}
	for (int e = 0; e < EYES; e++)
		if (!eye[e].read)
			count(&eye[e], show, shown_us);
	render_away(drawing->render);
	for (int i = 0; i < EMPTY_FRAMES; i++) {
		draw_frame(drawing, grey);
		for (int e = 0; e < EYES; e++)
			(void)one_frame(&eye[e], &frame, drawing->frames * FRAME_US, show->code);
	}
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* In milliseconds; what was never read counts as longer than anything read. */
static double percentile(const uint32_t *sorted, size_t n, size_t of, unsigned percent)
{
	size_t at = (of * percent + 99) / 100;

	if (of == 0)
		return 0;
	at = at > 0 ? at - 1 : 0;
	return at < n ? sorted[at] / 1000.0 : HELD_FRAMES * FRAME_US / 1000.0;
}

static double latency_ms(const struct eye *eye, enum group group, unsigned percent)
{
	const struct tally *tally = &eye->tally[group];

	return percentile(tally->latency_us, tally->n_read, tally->shows, percent);
}

static double never(const struct eye *eye, enum group group)
{
	const struct tally *tally = &eye->tally[group];

	return tally->shows > 0 ? 1 - (double)tally->n_read / tally->shows : 0;
}

static double mean_ms(const uint32_t *value, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += value[i];
	return n > 0 ? sum / (double)n / 1000 : 0;
}

static void print_row(const char *what, double value, const char *unit, double zbar,
                      const char *target, int met)
{
	(void)printf("{\"what\":\"live: %s\",\"value\":%.3f,\"unit\":\"%s\",\"yardstick\":"
	             "\"zbar on every frame\",\"yardstick_value\":%.3f,\"target\":%s,\"met\":%s}\n",
	             what, value, unit, zbar, target,
	             met < 0    ? "null"
	             : met == 0 ? "false"
	                        : "true");
}

/* Percentiles and the share never read of a group of shows. */
static void print_group(const struct eye *eye, const char *name, enum group group)
{
	static const unsigned percents[] = {50, 95, 99};
	const struct eye *ours = &eye[EYE_OURS], *zbar = &eye[EYE_ZBAR];
	char what[64];

	for (size_t i = 0; i < sizeof(percents) / sizeof(percents[0]); i++) {
		bool target = percents[i] == 95 && group == GROUP_ALL;
		double value = latency_ms(ours, group, percents[i]);

		(void)snprintf(what, sizeof(what), "%sin view to read, p%u", name, percents[i]);
		print_row(what, value, "ms", latency_ms(zbar, group, percents[i]),
		          target ? "\"<= 100\"" : "null", target ? value <= 100 : -1);
	}
	(void)snprintf(what, sizeof(what), "%snever read", name);
	print_row(what, never(ours, group), "share", never(zbar, group),
	          group == GROUP_ALL ? "\"<= 1/5 of zbar's\"" : "null",
	          group == GROUP_ALL ? never(ours, group) <= never(zbar, group) / 5 : -1);
}

static void print_drawing(const char *what, uint64_t us, uint64_t n)
{
	(void)printf("{\"what\":\"live: the simulated camera: %s, processor time, mean\","
	             "\"value\":%.3f,\"unit\":\"ms\",\"yardstick\":null,"
	             "\"yardstick_value\":null,\"target\":null,\"met\":null}\n",
	             what, n > 0 ? (double)us / (double)n / 1000 : 0);
}

static void report(struct eye *eye, const struct drawing *drawing, bool by_group)
{
	const struct eye *ours = &eye[EYE_OURS], *zbar = &eye[EYE_ZBAR], *wall = &eye[EYE_WALL];
	double cost;

	for (int e = 0; e < EYES; e++) {
		qsort(eye[e].cost_us, eye[e].n_costs, sizeof(uint32_t), by_value);
		for (int g = 0; g < GROUP_N; g++)
			qsort(eye[e].tally[g].latency_us, eye[e].tally[g].n_read, sizeof(uint32_t),
			      by_value);
	}
	print_group(eye, "", GROUP_ALL);
	cost = mean_ms(ours->cost_us, ours->n_costs);
	print_row("processor time a frame, mean", cost, "ms", mean_ms(zbar->cost_us, zbar->n_costs),
	          "\"<= 8\"", cost <= 8);
	print_row("processor time a frame, p95",
	          percentile(ours->cost_us, ours->n_costs, ours->n_costs, 95), "ms",
	          percentile(zbar->cost_us, zbar->n_costs, zbar->n_costs, 95), "null", -1);
	print_row("by the clock, in view to read, p95", latency_ms(wall, GROUP_ALL, 95), "ms",
	          latency_ms(zbar, GROUP_ALL, 95), "null", -1);
	print_row("read as something else", ours->wrong + wall->wrong, "codes", zbar->wrong,
	          "\"0\"", ours->wrong + wall->wrong == 0);
	print_drawing("a code held up", drawing->held_up_us, drawing->held_up);
	print_drawing("a frame", drawing->frames_us, drawing->frames);
	print_group(eye, "at rest: ", GROUP_HELD);
	print_group(eye, "still moving: ", GROUP_MOVING);
	for (int c = 0; c < CONDITION_N && by_group; c++) {
		char name[32];

		if (c == CONDITION_TORN)
			continue;
		(void)snprintf(name, sizeof(name), "%s: ", condition_name((enum condition)c));
		print_group(eye, name, GROUP_CONDITION + (enum group)c);
	}
}

/* One in eight is an event card, one in sixteen a stranger's code of any size. */
static void draw_show(unsigned i, uint64_t *seed, struct show *ret)
{
	size_t len = i % 8 == 7 ? CARD_CHARS : TICKET_CHARS;

	ret->seed = *seed;
	/* What is held close is bench_pinhole's. */
	ret->condition = (enum condition)(i % CONDITION_CLOSE);
	ret->moving = i / CONDITION_CLOSE % 2 == 1;
	if (i % 16 == 3) {
		/* What a symbol holds grows with the square of its version. */
		size_t version = 1 + i / 16 * 7 % VERSIONS;

		len = version * version * CODE_CHARS_MAX / (VERSIONS * VERSIONS);
		len = len < 12 ? 12 : len;
	}
	random_code(seed, len, ret->code);
}

static int play(struct eye *eye, struct drawing *drawing, unsigned shows, uint8_t *grey)
{
	uint64_t seed = 20261121;
	struct show show;
	int r = render_new(WIDTH, HEIGHT, seed, &drawing->render);

	for (unsigned i = 0; i < shows && r == 0; i++) {
		draw_show(i, &seed, &show);
		if (show.condition != CONDITION_TORN)
			one_show(eye, drawing, &show, grey);
	}
	render_free(drawing->render);
	return r;
}

static int open_eye(struct eye *eye)
{
	const struct decoder_clock clock = {.now_us = thread_us};

	eye->cost_us = calloc(FRAMES_MAX, sizeof(uint32_t));
	if (!eye->cost_us)
		return -ENOMEM;
	for (int g = 0; g < GROUP_N; g++) {
		eye->tally[g].latency_us = calloc(SHOWS_MAX, sizeof(uint32_t));
		if (!eye->tally[g].latency_us)
			return -ENOMEM;
	}
	return eye->look == look_ours ? decoder_new(WIDTH, HEIGHT, &clock, &eye->decoder)
	                              : symbols_new(&eye->symbols);
}

static void close_eye(struct eye *eye)
{
	decoder_free(eye->decoder);
	symbols_free(eye->symbols);
	free(eye->cost_us);
	for (int g = 0; g < GROUP_N; g++)
		free(eye->tally[g].latency_us);
}

int main(int argc, char **argv)
{
	static uint8_t grey[WIDTH * HEIGHT];
	static struct eye eye[EYES] = {
	    [EYE_OURS] = {.look = look_ours, .clock = CLOCK_THREAD_CPUTIME_ID},
	    [EYE_ZBAR] = {.look = look_zbar, .clock = CLOCK_THREAD_CPUTIME_ID},
	    [EYE_WALL] = {.look = look_ours, .clock = CLOCK_MONOTONIC},
	};
	struct drawing drawing = {0};
	uint64_t budget_us = 7500;
	bool by_group = false;
	unsigned shows = 288;
	int r = 0;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--shows") == 0 && i + 1 < argc)
			shows = (unsigned)strtoul(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "--budget-us") == 0 && i + 1 < argc)
			budget_us = strtoull(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "--by-group") == 0)
			by_group = true;
	}
	if (shows < 1 || shows > SHOWS_MAX)
		shows = SHOWS_MAX;
	for (int e = 0; e < EYES && r == 0; e++) {
		eye[e].budget_us = budget_us;
		r = open_eye(&eye[e]);
	}
	if (r == 0)
		r = play(eye, &drawing, shows, grey);
	if (r == 0)
		report(eye, &drawing, by_group);
	for (int e = 0; e < EYES; e++)
		close_eye(&eye[e]);
	return r == 0 ? 0 : 1;
}
