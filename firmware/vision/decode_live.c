/* SPDX-License-Identifier: Apache-2.0 */
/* Frames of a stream: little for each, a different one each time, what read the last code first. */
#include "decoder.h"

enum {
	/* Saved-up time is at most this many frames' worth: enough for one dear pass now and then. */
	CREDIT_FRAMES_MAX = 6,
	/* Where to look for finder patterns, and how many are worth it. */
	SEARCH_PX = 640,
	FINDERS_MOST = 24,
	TRIPLES_MOST = 6,
	REGIONS_MOST = 2, /* triples zbar is shown, likeliest first */
	GRIDS_MOST = 3,   /* triples whose modules are looked at */
	LIGHT_EVERY = 4,  /* so many frames light codes on dark ground are looked for, too */
	OTHER_EVERY = 8,  /* so many frames without a code one of the other views has its turn */
};

const struct grid_effort live_effort = {.grids = 2, .enough = 0.97f, .looks = 1, .equalized = 2};

/* The way of looking at a region after the table's last: its modules, one by one. */
static size_t modules_way(void)
{
	return region_pass_table_n;
}

/* One way of looking at the likeliest of n regions. */
static void look_one_way(struct decoder *decoder, size_t n, size_t way,
                         const struct region_search *search)
{
	size_t before = decoder->n_codes;

	if (way == modules_way())
		regions_read_modules(decoder, n < GRIDS_MOST ? n : GRIDS_MOST, &live_effort,
		                     search);
	else
		regions_show_zbar(decoder, n < REGIONS_MOST ? n : REGIONS_MOST, way, search);
	if (decoder->n_codes > before)
		decoder->lucky_way = way;
}

/* What read the last code, then zbar or the modules, whichever that was not, then one in turn. */
static void look_all_ways(struct decoder *decoder, size_t n, const struct region_search *search)
{
	const size_t lucky = decoder->lucky_way;
	const size_t second = lucky == modules_way() ? 0 : modules_way();
	const size_t other = decoder->turn % region_pass_table_n;

	look_one_way(decoder, n, lucky, search);
	look_one_way(decoder, n, second, search);
	if (other != lucky && other != second)
		look_one_way(decoder, n, other, search);
}

/* Searches, and looks at what was found; where that was little, for the third finder to two. */
static void look_where_found(struct decoder *decoder, struct region_search *search)
{
	size_t n = regions_search(decoder, search);

	look_all_ways(decoder, n, search);
	if (decoder->n_codes > 0)
		return;
	decoder->unread = decoder->unread || n > 0;
	n = finder_thirds(&decoder->view, search->light, decoder->finder, search->n_finders,
	                  decoder->triple);
	look_one_way(decoder, n, modules_way(), search);
}

/* The modules of what is found in smaller pictures, where the largest symbols' finders are. */
static void look_at_large(struct decoder *decoder, struct region_search *search)
{
	for (uint32_t side = SEARCH_PX / 2;
	     side >= SEARCH_PX / 4 && decoder->n_codes == 0 && decoder->credit_us > 0; side /= 2) {
		search->long_side_px = side;
		search->surroundings = SURROUNDINGS_WIDE;
		look_one_way(decoder, regions_search(decoder, search), modules_way(), search);
	}
}

/*
 * Regions cost little, so each frame has its look at them: in a small picture always, for small
 * codes in the whole one while there is time. What it cost.
 */
static uint64_t look_at_regions(struct decoder *decoder, uint64_t budget_us)
{
	uint64_t begin_us = decoder_now_us(decoder), spent_us;
	struct region_search search = {.long_side_px = SEARCH_PX,
	                               .finders_max = FINDERS_MOST,
	                               .triples_max = TRIPLES_MOST,
	                               .end_us = begin_us + budget_us};

	look_where_found(decoder, &search);
	look_at_large(decoder, &search);
	if (decoder->n_codes == 0 && decoder->turn % LIGHT_EVERY == 0) {
		search.light = true;
		search.long_side_px = SEARCH_PX;
		look_where_found(decoder, &search);
		look_at_large(decoder, &search);
		search.light = false;
	}
	spent_us = decoder_now_us(decoder) - begin_us;
	if (decoder->n_codes > 0 || decoder->credit_us < (int64_t)spent_us)
		return spent_us;
	search.long_side_px = 0;
	search.surroundings = decoder->turn % 2 ? SURROUNDINGS_NEAR : SURROUNDINGS_WIDE;
	search.end_us = begin_us + 2 * budget_us;
	look_where_found(decoder, &search);
	return decoder_now_us(decoder) - begin_us;
}

/* One of the other views, in turn: its modules. What it cost. */
static uint64_t look_otherwise(struct decoder *decoder, const struct frame *frame,
                               uint64_t budget_us)
{
	uint64_t begin_us = decoder_now_us(decoder);
	unsigned number = (unsigned)(decoder->turn / OTHER_EVERY % OTHER_VIEWS_N);
	struct region_search search = {.long_side_px = SEARCH_PX,
	                               .light = decoder->turn / OTHER_EVERY / OTHER_VIEWS_N % 2,
	                               .finders_max = FINDERS_MOST,
	                               .triples_max = TRIPLES_MOST,
	                               .surroundings = SURROUNDINGS_WIDE,
	                               .end_us = begin_us + budget_us};

	if (other_view(decoder, frame, number, SEARCH_PX))
		look_one_way(decoder, regions_search(decoder, &search), modules_way(), &search);
	own_view(decoder, frame);
	return decoder_now_us(decoder) - begin_us;
}

/* The luckiest pass; among equals the one that waited longest; -1: each has had its turn in this
 * frame. */
static int next_pass(const struct decoder *decoder)
{
	int best = -1;

	for (size_t i = 0; i < pass_table_n; i++) {
		const struct track *track = &decoder->track[i];

		if (track->turn == decoder->turn || pass_table[i].still_only ||
		    !pass_applies(&pass_table[i], decoder->view.width_px, decoder->view.height_px))
			continue;
		if (best < 0 || track->luck > decoder->track[best].luck ||
		    (track->luck == decoder->track[best].luck &&
		     track->turn < decoder->track[best].turn))
			best = (int)i;
	}
	return best;
}

int decoder_frame(struct decoder *decoder, const struct frame *frame, uint64_t budget_us,
                  struct code *ret_codes, size_t max)
{
	int64_t credit_max = (int64_t)budget_us * CREDIT_FRAMES_MAX;
	int r = decoder_begin(decoder, frame, ret_codes, max);

	if (r < 0)
		return r;
	decoder->credit_us += (int64_t)budget_us;
	if (decoder->credit_us > credit_max)
		decoder->credit_us = credit_max;
	decoder->credit_us -= (int64_t)look_at_regions(decoder, budget_us);
	if (decoder->credit_us > 0 && decoder->n_codes == 0 && decoder->turn % OTHER_EVERY == 0)
		decoder->credit_us -= (int64_t)look_otherwise(decoder, frame, budget_us);
	/* A pass may overdraw what was saved; the next frames then go without until it is paid
	 * back. */
	while (decoder->credit_us > 0 && decoder->n_codes == 0) {
		int pass = next_pass(decoder);

		if (pass < 0)
			break;
		if (decoder_expected_us(decoder, (size_t)pass) > (uint64_t)credit_max)
			decoder->track[pass].turn = decoder->turn; /* never affordable */
		else
			decoder->credit_us -= (int64_t)decoder_look(decoder, (size_t)pass);
	}
	return (int)decoder->n_codes;
}
