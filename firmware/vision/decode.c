/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "exact.h"

enum {
	PASSES_MAX = 64,
	/* What was found in one frame; longer codes are rare, many short ones are not. */
	FOUND_BYTES_MAX = 64 * 1024,
	/* Saved-up time is at most this many frames' worth: enough for one dear pass now and then.
	 */
	CREDIT_FRAMES_MAX = 6,
	/* Of a live frame: where to look for finder patterns, and how many are worth it. */
	LIVE_SEARCH_PX = 640,
	LIVE_FINDERS_MAX = 24,
	LIVE_TRIPLES_MAX = 6,
	LIVE_REGIONS_MAX = 2, /* triples zbar is shown, likeliest first */
	LIVE_GRIDS_MAX = 3,   /* triples whose modules are looked at */
	LIVE_LIGHT_EVERY = 4, /* so many frames light codes on dark ground are looked for, too */
	/* Of a still: triples whose modules are looked at. */
	STILL_GRIDS_MAX = 80,
	STILL_REGIONS_MAX = 60,
	STILL_FIRST = 6,            /* whole-frame passes before the regions */
	STILL_PATIENCE = 3,         /* that part of the time passes without news: it is done */
	STILL_REGIONS_PERCENT = 65, /* of the time, at which the regions are left */
	/* First guess of what a pixel costs; measured from then on. */
	PIXEL_COST_FIRST_PS = 20000,
};

static const struct grid_effort live_effort = {
    .grids = 2, .enough = 0.97f, .looks = 1, .equalized = 2};
static const struct grid_effort still_effort = {
    .grids = GRIDS_MAX, .enough = 2, .looks = GRID_LOOKS_MAX, .equalized = 2};

struct track {
	uint64_t cost_ps; /* a pixel of the working size, lately */
	uint64_t turn;    /* number of the frame it last looked at */
	uint32_t luck;    /* halves each time it looks and finds nothing, full when it reads */
};

struct decoder {
	struct decoder_clock clock;
	uint32_t width_px_max, height_px_max;
	struct workbench bench;
	struct track track[PASSES_MAX];
	uint64_t turn;
	int64_t credit_us;
	/* of the frame at hand */
	struct view whole;
	struct code *codes;
	size_t n_codes, codes_max;
	bool unread; /* finders that belong together were seen, and no code was read */
	const char *pass;
	struct finder finder[FINDERS_MAX];
	struct triple triple[TRIPLES_MAX];
	size_t
	    lucky_way; /* of looking at a region: an index of region_pass_table, or modules_way() */
	/* of a still: how many codes were read when last counted, and until when more are hoped for */
	size_t n_counted;
	uint64_t patience_us, patient_until_us;
	size_t bytes_used;
	uint8_t bytes[FOUND_BYTES_MAX];
};

int decoder_new(uint32_t width_px_max, uint32_t height_px_max, const struct decoder_clock *clock,
                struct decoder **ret)
{
	struct decoder *decoder;
	int r;

	if (width_px_max < 1 || width_px_max > FRAME_SIDE_MAX_PX || height_px_max < 1 ||
	    height_px_max > FRAME_SIDE_MAX_PX)
		return -EINVAL;
	decoder = calloc(1, sizeof(*decoder));
	if (!decoder)
		return -ENOMEM;
	decoder->clock = *clock;
	decoder->width_px_max = width_px_max;
	decoder->height_px_max = height_px_max;
	for (size_t i = 0; i < PASSES_MAX; i++)
		decoder->track[i].cost_ps = PIXEL_COST_FIRST_PS;
	r = workbench_init(&decoder->bench, width_px_max, height_px_max);
	if (r < 0) {
		decoder_free(decoder);
		return r;
	}
	*ret = decoder;
	return 0;
}

void decoder_free(struct decoder *decoder)
{
	if (!decoder)
		return;
	workbench_deinit(&decoder->bench);
	free(decoder);
}

static float middle(const float at[4])
{
	return (at[0] + at[1] + at[2] + at[3]) / 4;
}

/* The same symbol, read by another pass: its middle lies well within the one that is known. */
static bool same_place(const struct code *code, const struct symbol *symbol)
{
	float x[4], y[4], size;

	for (int i = 0; i < 4; i++) {
		x[i] = (float)code->corner[i].x_px;
		y[i] = (float)code->corner[i].y_px;
	}
	size = fmaxf(hypotf(x[0] - x[2], y[0] - y[2]), hypotf(x[1] - x[3], y[1] - y[3]));
	return hypotf(middle(x) - middle(symbol->x), middle(y) - middle(symbol->y)) < size / 3;
}

static bool is_read(const struct decoder *decoder, const struct symbol *symbol)
{
	for (size_t i = 0; i < decoder->n_codes; i++)
		if (same_place(&decoder->codes[i], symbol))
			return true;
	return false;
}

static void on_exact(void *context, const struct symbol *symbol)
{
	struct decoder *decoder = context;
	struct code *code;

	if (symbol->len > DECODED_BYTES_MAX ||
	    symbol->len > sizeof(decoder->bytes) - decoder->bytes_used ||
	    decoder->n_codes == decoder->codes_max || is_read(decoder, symbol))
		return;
	code = &decoder->codes[decoder->n_codes++];
	memcpy(decoder->bytes + decoder->bytes_used, symbol->bytes, symbol->len);
	code->bytes = decoder->bytes + decoder->bytes_used;
	code->len = symbol->len;
	decoder->bytes_used += symbol->len;
	for (int i = 0; i < 4; i++) {
		code->corner[i].x_px = (int32_t)lrintf(symbol->x[i]);
		code->corner[i].y_px = (int32_t)lrintf(symbol->y[i]);
	}
	code->pass = decoder->pass;
}

/* zbar is believed when all is ASCII. What else it reads counts once the second decoder has read it:
 * octets that are others from one frame to the next would be two people. */
static void on_zbar(void *context, const struct symbol *symbol)
{
	struct decoder *decoder = context;

	if (exact_is_sure(symbol))
		on_exact(decoder, symbol);
	else if (!is_read(decoder, symbol))
		(void)exact_read(symbol, &decoder->whole, &decoder->bench, on_exact, decoder);
}

static uint64_t expected_us(const struct decoder *decoder, size_t pass, const struct frame *frame)
{
	return decoder->track[pass].cost_ps *
	       pass_pixels(&pass_table[pass], frame->width_px, frame->height_px) / 1000000;
}

/* Runs one pass over the whole frame and learns from it. What it cost. */
static uint64_t look(struct decoder *decoder, size_t pass, const struct frame *frame)
{
	struct view view = {frame->grey, frame->width_px, frame->height_px, frame->stride};
	struct track *track = &decoder->track[pass];
	uint64_t begin_us = decoder->clock.now_us(decoder->clock.context), spent_us;
	size_t before = decoder->n_codes;
	size_t pixels = pass_pixels(&pass_table[pass], frame->width_px, frame->height_px);

	decoder->pass = pass_table[pass].name;
	pass_run(&pass_table[pass], &view, &decoder->bench, on_zbar, decoder);
	spent_us = decoder->clock.now_us(decoder->clock.context) - begin_us;
	track->cost_ps = (3 * track->cost_ps + spent_us * 1000000 / pixels) / 4;
	track->turn = decoder->turn;
	if (decoder->n_codes > before)
		track->luck = 1024;
	else
		track->luck /= 2;
	return spent_us;
}

static int begin(struct decoder *decoder, const struct frame *frame, struct code *ret_codes,
                 size_t max)
{
	if (frame->width_px < 1 || frame->width_px > decoder->width_px_max ||
	    frame->height_px < 1 || frame->height_px > decoder->height_px_max ||
	    frame->stride < frame->width_px)
		return -EINVAL;
	decoder->whole =
	    (struct view){frame->grey, frame->width_px, frame->height_px, frame->stride};
	decoder->codes = ret_codes;
	decoder->codes_max = max < DECODED_CODES_MAX ? max : DECODED_CODES_MAX;
	decoder->n_codes = 0;
	decoder->unread = false;
	decoder->bytes_used = 0;
	decoder->turn++;
	return 0;
}

/* The luckiest pass; among equals the one that waited longest; -1: each has had its turn in this
 * frame. */
static int next_pass(const struct decoder *decoder, const struct frame *frame)
{
	int best = -1;

	for (size_t i = 0; i < pass_table_n; i++) {
		const struct track *track = &decoder->track[i];

		if (track->turn == decoder->turn || pass_table[i].still_only ||
		    !pass_applies(&pass_table[i], frame->width_px, frame->height_px))
			continue;
		if (best < 0 || track->luck > decoder->track[best].luck ||
		    (track->luck == decoder->track[best].luck &&
		     track->turn < decoder->track[best].turn))
			best = (int)i;
	}
	return best;
}

static bool is_inside(const struct code *code, float x, float y)
{
	bool inside = false;

	for (int i = 0, j = 3; i < 4; j = i++) {
		float xi = (float)code->corner[i].x_px, yi = (float)code->corner[i].y_px;
		float xj = (float)code->corner[j].x_px, yj = (float)code->corner[j].y_px;

		if ((yi > y) != (yj > y) && x < (xj - xi) * (y - yi) / (yj - yi) + xi)
			inside = !inside;
	}
	return inside;
}

/* A finder belongs to one symbol: what shares one with a code that was read is none itself. */
static bool is_known(const struct decoder *decoder, const struct triple *triple)
{
	const struct finder *finder[3] = {&triple->corner, &triple->right, &triple->below};

	for (size_t i = 0; i < decoder->n_codes; i++)
		for (int j = 0; j < 3; j++)
			if (is_inside(&decoder->codes[i], finder[j]->x, finder[j]->y))
				return true;
	return false;
}

/* What a search for regions is to do. */
struct region_search {
	uint32_t long_side_px; /* of the picture searched; 0: as it is */
	bool light;            /* light codes on dark ground */
	uint32_t surroundings; /* SURROUNDINGS_…; 0: both, one after the other */
	size_t finders_max, triples_max;
	uint64_t end_us;  /* not begun after it */
	size_t n_finders; /* found: decoder->finder, in the frame's pixels */
};

/* Finds where codes may be, in the frame's pixels: decoder->triple. Their number. */
static size_t search_regions(struct decoder *decoder, const struct view *whole,
                             struct region_search *search)
{
	struct pass at = {.long_side_px = search->long_side_px};
	float factor = pass_level(&at, whole, &decoder->bench);
	struct view level = plane_view(&decoder->bench.level);
	struct plane *mean = &decoder->bench.mean;
	uint32_t share = search->surroundings ? search->surroundings : SURROUNDINGS_WIDE;
	size_t n, found;

	n = finder_search(&level, search->light, share, mean, &decoder->bench.scratch,
	                  decoder->finder, search->finders_max);
	if (search->surroundings == 0)
		n = finder_merge(decoder->finder, n,
		                 finder_search(&level, search->light, SURROUNDINGS_NEAR, mean,
		                               &decoder->bench.scratch, decoder->finder + n,
		                               search->finders_max));
	found = finder_triples(&level, mean, search->light, decoder->finder, n, decoder->triple,
	                       search->triples_max);
	for (size_t i = 0; i < found; i++)
		triple_scale(&decoder->triple[i], factor);
	for (size_t i = 0; i < n; i++)
		finder_scale(&decoder->finder[i], factor);
	search->n_finders = n;
	return found;
}

/* One way of looking at the regions in which nothing has been read yet. Whether it read something.
 */
static bool look_at_regions(struct decoder *decoder, const struct view *whole, size_t n,
                            size_t pass_index, const struct region_search *search)
{
	struct region_pass pass = region_pass_table[pass_index];
	size_t before = decoder->n_codes;

	decoder->pass = pass.name;
	pass.invert = search->light;
	for (size_t i = 0; i < n; i++) {
		if (is_known(decoder, &decoder->triple[i]))
			continue;
		if (decoder->clock.now_us(decoder->clock.context) >= search->end_us)
			break;
		region_pass_run(&pass, &decoder->triple[i], whole, &decoder->bench, on_zbar,
		                decoder);
	}
	return decoder->n_codes > before;
}

/* The modules of the regions in which nothing has been read yet, one by one. */
static void look_at_modules(struct decoder *decoder, const struct view *whole, size_t n,
                            const struct grid_effort *effort, const struct region_search *search)
{
	decoder->pass = "modules";
	for (size_t i = 0; i < n; i++) {
		if (is_known(decoder, &decoder->triple[i]))
			continue;
		if (decoder->clock.now_us(decoder->clock.context) >= search->end_us)
			break;
		(void)grid_pass_run(&decoder->triple[i], search->light, effort, whole,
		                    &decoder->bench, on_exact, decoder);
	}
}

/* The way of looking at a region after the table's last: its modules, one by one. */
static size_t modules_way(void)
{
	return region_pass_table_n;
}

/* One way of looking at the likeliest of n regions. */
static void look_one_way(struct decoder *decoder, const struct view *whole, size_t n, size_t way,
                         const struct region_search *search)
{
	size_t before = decoder->n_codes;

	if (way == modules_way())
		look_at_modules(decoder, whole, n < LIVE_GRIDS_MAX ? n : LIVE_GRIDS_MAX,
		                &live_effort, search);
	else
		(void)look_at_regions(decoder, whole, n < LIVE_REGIONS_MAX ? n : LIVE_REGIONS_MAX,
		                      way, search);
	if (decoder->n_codes > before)
		decoder->lucky_way = way;
}

/* What read the last code, then zbar or the modules, whichever that was not, then one in turn. */
static void look_all_ways(struct decoder *decoder, const struct view *whole, size_t n,
                          const struct region_search *search)
{
	const size_t lucky = decoder->lucky_way;
	const size_t second = lucky == modules_way() ? 0 : modules_way();
	const size_t other = decoder->turn % region_pass_table_n;

	look_one_way(decoder, whole, n, lucky, search);
	look_one_way(decoder, whole, n, second, search);
	if (other != lucky && other != second)
		look_one_way(decoder, whole, n, other, search);
}

/* Searches, and looks at what was found; where that was little, for the third finder to two. */
static void look_where_found(struct decoder *decoder, const struct view *whole,
                             struct region_search *search)
{
	size_t n = search_regions(decoder, whole, search);

	look_all_ways(decoder, whole, n, search);
	if (decoder->n_codes > 0)
		return;
	decoder->unread = decoder->unread || n > 0;
	n = finder_thirds(whole, search->light, decoder->finder, search->n_finders,
	                  decoder->triple);
	look_one_way(decoder, whole, n, modules_way(), search);
}

/*
 * Regions cost little, so each frame has its look at them: in a small picture always, for small
 * codes in the whole one while there is time. What it cost.
 */
static uint64_t look_at_live_regions(struct decoder *decoder, const struct frame *frame,
                                     uint64_t budget_us)
{
	struct view whole = {frame->grey, frame->width_px, frame->height_px, frame->stride};
	uint64_t begin_us = decoder->clock.now_us(decoder->clock.context), spent_us;
	struct region_search search = {.long_side_px = LIVE_SEARCH_PX,
	                               .finders_max = LIVE_FINDERS_MAX,
	                               .triples_max = LIVE_TRIPLES_MAX,
	                               .end_us = begin_us + budget_us};

	look_where_found(decoder, &whole, &search);
	if (decoder->n_codes == 0 && decoder->turn % LIVE_LIGHT_EVERY == 0) {
		search.light = true;
		search.surroundings = SURROUNDINGS_WIDE;
		look_where_found(decoder, &whole, &search);
		search.light = false;
	}
	spent_us = decoder->clock.now_us(decoder->clock.context) - begin_us;
	if (decoder->n_codes > 0 || decoder->credit_us < (int64_t)spent_us)
		return spent_us;
	search.long_side_px = 0;
	search.surroundings = decoder->turn % 2 ? SURROUNDINGS_NEAR : SURROUNDINGS_WIDE;
	search.end_us = begin_us + 2 * budget_us;
	look_where_found(decoder, &whole, &search);
	return decoder->clock.now_us(decoder->clock.context) - begin_us;
}

int decoder_frame(struct decoder *decoder, const struct frame *frame, uint64_t budget_us,
                  struct code *ret_codes, size_t max)
{
	int64_t credit_max = (int64_t)budget_us * CREDIT_FRAMES_MAX;
	int r = begin(decoder, frame, ret_codes, max);

	if (r < 0)
		return r;
	decoder->credit_us += (int64_t)budget_us;
	if (decoder->credit_us > credit_max)
		decoder->credit_us = credit_max;
	decoder->credit_us -= (int64_t)look_at_live_regions(decoder, frame, budget_us);
	/* A pass may overdraw what was saved; the next frames then go without until it is paid
	 * back. */
	while (decoder->credit_us > 0 && decoder->n_codes == 0) {
		int pass = next_pass(decoder, frame);

		if (pass < 0)
			break;
		if (expected_us(decoder, (size_t)pass, frame) > (uint64_t)credit_max)
			decoder->track[pass].turn = decoder->turn; /* never affordable */
		else
			decoder->credit_us -= (int64_t)look(decoder, (size_t)pass, frame);
	}
	return (int)decoder->n_codes;
}

bool decoder_saw_unread(const struct decoder *decoder)
{
	return decoder->unread && decoder->n_codes == 0;
}

/* When a still is done with: at `end_us`, or when something was read and nothing else came for a
 * while. */
static uint64_t still_end_us(struct decoder *decoder, uint64_t now_us, uint64_t end_us)
{
	if (decoder->n_codes > decoder->n_counted) {
		decoder->n_counted = decoder->n_codes;
		decoder->patient_until_us = now_us + decoder->patience_us;
	}
	return decoder->n_codes > 0 && decoder->patient_until_us < end_us
	           ? decoder->patient_until_us
	           : end_us;
}

/* At several sizes, for a finder may be too small or too large for one; through every filter. */
static void look_at_still_regions(struct decoder *decoder, const struct frame *frame,
                                  uint64_t end_us)
{
	static const struct region_search search_table[] = {
	    {.long_side_px = 640, .surroundings = SURROUNDINGS_WIDE},
	    {.long_side_px = 960, .surroundings = SURROUNDINGS_NEAR},
	    {.long_side_px = 0, .surroundings = SURROUNDINGS_NEAR},
	    {.long_side_px = 1280, .surroundings = SURROUNDINGS_WIDE},
	    {.long_side_px = 640, .surroundings = SURROUNDINGS_NEAR},
	    {.long_side_px = 320, .surroundings = SURROUNDINGS_WIDE},
	    {.long_side_px = 0, .surroundings = SURROUNDINGS_WIDE},
	    {.long_side_px = 960, .surroundings = SURROUNDINGS_WIDE},
	    {.long_side_px = 640, .surroundings = SURROUNDINGS_WIDE, .light = true},
	    {.long_side_px = 1280, .surroundings = SURROUNDINGS_NEAR, .light = true},
	};
	struct view whole = {frame->grey, frame->width_px, frame->height_px, frame->stride};

	for (size_t i = 0; i < sizeof(search_table) / sizeof(search_table[0]); i++) {
		struct region_search search = search_table[i];
		uint64_t now_us;
		size_t n = 0;

		search.finders_max = FINDERS_MAX;
		search.triples_max = TRIPLES_MAX;
		now_us = decoder->clock.now_us(decoder->clock.context);
		search.end_us = still_end_us(decoder, now_us, end_us);
		if (now_us < search.end_us)
			n = search_regions(decoder, &whole, &search);
		(void)look_at_regions(decoder, &whole, n, 0, &search);
		look_at_modules(decoder, &whole, n < STILL_GRIDS_MAX ? n : STILL_GRIDS_MAX,
		                &still_effort, &search);
		for (size_t p = 1; p < region_pass_table_n; p++)
			(void)look_at_regions(decoder, &whole,
			                      n < STILL_REGIONS_MAX ? n : STILL_REGIONS_MAX, p,
			                      &search);
	}
}

/* A stretch of the table, what does not fit in the time left out. */
static void look_at_still_whole(struct decoder *decoder, const struct frame *frame, size_t from,
                                size_t to, uint64_t end_us)
{
	for (size_t i = from; i < to; i++) {
		uint64_t now_us = decoder->clock.now_us(decoder->clock.context);

		if (pass_applies(&pass_table[i], frame->width_px, frame->height_px) &&
		    (i == 0 || now_us + expected_us(decoder, i, frame) <=
		                   still_end_us(decoder, now_us, end_us)))
			(void)look(decoder, i, frame);
	}
}

int decoder_still(struct decoder *decoder, const struct frame *frame, uint64_t budget_us,
                  struct code *ret_codes, size_t max)
{
	uint64_t begin_us = decoder->clock.now_us(decoder->clock.context);
	int r = begin(decoder, frame, ret_codes, max);

	if (r < 0)
		return r;
	decoder->n_counted = 0;
	decoder->patience_us = budget_us / STILL_PATIENCE;
	look_at_still_whole(decoder, frame, 0, STILL_FIRST, begin_us + budget_us);
	look_at_still_regions(decoder, frame, begin_us + budget_us * STILL_REGIONS_PERCENT / 100);
	look_at_still_whole(decoder, frame, STILL_FIRST, pass_table_n, begin_us + budget_us);
	return (int)decoder->n_codes;
}
