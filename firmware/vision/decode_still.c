/* SPDX-License-Identifier: Apache-2.0 */
/* A picture by itself: what costs little first, then everything, until nothing more is to be
 * expected. */
#include "decoder.h"

enum {
	QUICK_REGIONS_MOST = 4, /* likeliest triples that are looked at before all else */
	QUICK_GRIDS_MOST = 12,
	GRIDS_MOST = 80, /* triples whose modules are looked at */
	REGIONS_MOST = 60,
	FIRST = 6,            /* whole-frame passes before the regions */
	PATIENCE = 3,         /* that part of the time passes without news: it is done */
	REGIONS_PERCENT = 65, /* of the time, at which the regions are left */
	LARGER_MOST = 2,      /* times a picture is made larger to be searched */
	OTHER_PX = 1280,
};

static const struct grid_effort still_effort = {
    .grids = GRIDS_MAX, .enough = 2, .looks = GRID_LOOKS_MAX, .equalized = 2};

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

static bool is_worth_searching(const struct decoder *decoder, const struct region_search *search)
{
	const struct view *view = &decoder->view;
	uint32_t longer = view->width_px > view->height_px ? view->width_px : view->height_px;

	return search->long_side_px <= LARGER_MOST * longer;
}

/* Searches, if it is worth it and there is time. How many regions are found. */
static size_t begin_search(struct decoder *decoder, uint64_t end_us, struct region_search *search)
{
	uint64_t now_us = decoder_now_us(decoder);

	search->finders_max = FINDERS_MAX;
	search->triples_max = TRIPLES_MAX;
	search->end_us = still_end_us(decoder, now_us, end_us);
	if (now_us >= search->end_us || !is_worth_searching(decoder, search))
		return 0;
	return regions_search(decoder, search);
}

/* As a frame of a stream is looked at: the likeliest regions at a few sizes. What is found in the
 * smallest is as large as the picture. */
static void look_quickly(struct decoder *decoder, uint64_t end_us)
{
	static const struct region_search search_table[] = {
	    {.long_side_px = 640, .surroundings = SURROUNDINGS_WIDE},
	    {.long_side_px = 320, .surroundings = SURROUNDINGS_WIDE},
	    {.long_side_px = 160, .surroundings = SURROUNDINGS_WIDE},
	    {.long_side_px = 0, .surroundings = SURROUNDINGS_NEAR},
	    {.long_side_px = 640, .surroundings = SURROUNDINGS_WIDE, .light = true},
	    {.long_side_px = 320, .surroundings = SURROUNDINGS_WIDE, .light = true},
	    {.long_side_px = 160, .surroundings = SURROUNDINGS_WIDE, .light = true},
	    {.long_side_px = 0, .surroundings = SURROUNDINGS_NEAR, .light = true},
	};

	for (size_t i = 0; i < sizeof(search_table) / sizeof(search_table[0]); i++) {
		struct region_search search = search_table[i];
		size_t n = begin_search(decoder, end_us, &search);

		regions_read_modules(decoder, n < QUICK_GRIDS_MOST ? n : QUICK_GRIDS_MOST,
		                     &live_effort, &search);
		regions_show_zbar(decoder, n < QUICK_REGIONS_MOST ? n : QUICK_REGIONS_MOST, 0,
		                  &search);
	}
}

/* The same in what else may be made of the picture. */
static void look_otherwise(struct decoder *decoder, const struct frame *frame, uint64_t end_us)
{
	for (unsigned number = 0; number < OTHER_VIEWS_N; number++)
		for (uint32_t side = OTHER_PX; side >= OTHER_PX / 2; side /= 2)
			if (decoder_now_us(decoder) < end_us &&
			    other_view(decoder, frame, number, side))
				look_quickly(decoder, end_us);
	own_view(decoder, frame);
}

/* At several sizes, for a finder may be too small or too large for one; through every filter. */
static void look_at_regions(struct decoder *decoder, uint64_t end_us)
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
	    {.long_side_px = 1280, .surroundings = SURROUNDINGS_NEAR},
	    {.long_side_px = 640, .surroundings = SURROUNDINGS_WIDE, .light = true},
	    {.long_side_px = 1280, .surroundings = SURROUNDINGS_NEAR, .light = true},
	    {.long_side_px = 320, .surroundings = SURROUNDINGS_WIDE, .light = true},
	    {.long_side_px = 0, .surroundings = SURROUNDINGS_WIDE, .light = true},
	};

	for (size_t i = 0; i < sizeof(search_table) / sizeof(search_table[0]); i++) {
		struct region_search search = search_table[i];
		size_t n = begin_search(decoder, end_us, &search);

		regions_show_zbar(decoder, n, 0, &search);
		regions_read_modules(decoder, n < GRIDS_MOST ? n : GRIDS_MOST, &still_effort,
		                     &search);
		for (size_t p = 1; p < region_pass_table_n; p++)
			regions_show_zbar(decoder, n < REGIONS_MOST ? n : REGIONS_MOST, p, &search);
	}
}

/* A stretch of the table, what does not fit in the time left out. */
static void look_at_whole(struct decoder *decoder, size_t from, size_t to, uint64_t end_us)
{
	for (size_t i = from; i < to; i++) {
		uint64_t now_us = decoder_now_us(decoder);

		if (pass_applies(&pass_table[i], decoder->view.width_px, decoder->view.height_px) &&
		    now_us + decoder_expected_us(decoder, i) <=
		        still_end_us(decoder, now_us, end_us))
			(void)decoder_look(decoder, i);
	}
}

int decoder_still(struct decoder *decoder, const struct frame *frame, uint64_t budget_us,
                  struct code *ret_codes, size_t max)
{
	uint64_t begin_us = decoder_now_us(decoder);
	int r = decoder_begin(decoder, frame, ret_codes, max);

	if (r < 0)
		return r;
	decoder->n_counted = 0;
	decoder->patience_us = budget_us / PATIENCE;
	look_quickly(decoder, begin_us + budget_us);
	look_at_whole(decoder, 0, FIRST, begin_us + budget_us);
	decoder->n_counted = 0; /* what was quickly found says nothing of what else there is */
	look_at_regions(decoder, begin_us + budget_us * REGIONS_PERCENT / 100);
	look_otherwise(decoder, frame,
	               still_end_us(decoder, decoder_now_us(decoder), begin_us + budget_us));
	look_at_whole(decoder, FIRST, pass_table_n, begin_us + budget_us);
	return (int)decoder->n_codes;
}
