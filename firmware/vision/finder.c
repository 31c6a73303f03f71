/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "finder.h"

enum {
	DARKER_BY = 4, /* levels under the surroundings' mean that make a pixel dark */
	HITS_MIN = 3,  /* lines through a finder that is no accident */
};

/* A square turned away by 60 degrees is half as high as it is wide; turned in its plane, too, it may be
 * cut by lines and by columns this differently. */
static const float turned_most = 2.9f;

struct search {
	const struct view *view;
	const struct plane *mean;
	int sign; /* 1: dark patterns, -1: light ones */
	struct finder *finder;
	size_t n, max;
};

/* By how much a pixel is dark enough against its surroundings, in half levels; never 0. */
static int darkness(const struct search *search, uint32_t x, uint32_t y)
{
	int pixel = search->view->grey[(size_t)y * search->view->stride + x];
	int mean = search->mean->grey[(size_t)y * search->mean->width_px + x];

	return 2 * (mean - pixel) * search->sign - (2 * DARKER_BY - 1);
}

static bool is_dark(const struct search *search, uint32_t x, uint32_t y)
{
	return darkness(search, x, y) > 0;
}

/* Where between two pixels, one dark and one light, the edge lies: 0 at the first one's middle. */
static float edge_between(int first, int second)
{
	return (float)first / (float)(first - second);
}

/* Five runs of 1:1:3:1:1: each within half a module of what it should be. */
static bool is_pattern(const float run[5], float *ret_module_px)
{
	float total = run[0] + run[1] + run[2] + run[3] + run[4];
	float module = total / 7, slack = module * 0.6f + 0.3f;

	if (total < 5 || fabsf(run[0] - module) > slack || fabsf(run[1] - module) > slack ||
	    fabsf(run[2] - 3 * module) > 1.5f * slack || fabsf(run[3] - module) > slack ||
	    fabsf(run[4] - module) > slack)
		return false;
	*ret_module_px = module;
	return true;
}

/* On the way from a pixel in one direction: where it is, and how far the last edge was. */
struct walk {
	int64_t x, y;
	int dx, dy;
	uint32_t steps;
	float edge_px;
	int last; /* darkness of the pixel before */
};

/* Goes on while pixels are dark, or light; how far it was from edge to edge. */
static float run_length(const struct search *search, struct walk *walk, bool dark, uint32_t most)
{
	float from_px = walk->edge_px;
	uint32_t n = 0;

	while (walk->x >= 0 && walk->y >= 0 && walk->x < search->view->width_px &&
	       walk->y < search->view->height_px && n <= most) {
		int now = darkness(search, (uint32_t)walk->x, (uint32_t)walk->y);

		if ((now > 0) != dark) {
			walk->edge_px = (float)walk->steps - 1 + edge_between(walk->last, now);
			return walk->edge_px - from_px;
		}
		walk->last = now;
		walk->x += walk->dx;
		walk->y += walk->dy;
		walk->steps++;
		n++;
	}
	walk->edge_px = (float)walk->steps - 0.5f;
	return walk->edge_px - from_px;
}

/*
 * The five runs through a dark pixel in one direction and its opposite. True if they are a pattern;
 * *ret_shift is how far its middle lies from the pixel's.
 */
static bool cross(const struct search *search, uint32_t x, uint32_t y, int dx, int dy,
                  float module_px, float *ret_module_px, float *ret_shift)
{
	struct walk ahead = {.x = x, .y = y, .dx = dx, .dy = dy};
	struct walk back = {.x = x, .y = y, .dx = -dx, .dy = -dy};
	uint32_t most = (uint32_t)(module_px * 6) + 2;
	float run[5], half[2];

	half[0] = run_length(search, &back, true, most);
	half[1] = run_length(search, &ahead, true, most);
	run[2] = half[0] + half[1];
	run[3] = run_length(search, &ahead, false, most);
	run[4] = run_length(search, &ahead, true, most);
	run[1] = run_length(search, &back, false, most);
	run[0] = run_length(search, &back, true, most);
	*ret_shift = (half[1] - half[0]) / 2;
	return is_pattern(run, ret_module_px);
}

/* Adds a crossing to the finder it belongs to, or begins a new one. */
static void add(struct search *search, float x, float y, float module_px)
{
	struct finder *weakest = NULL;

	for (size_t i = 0; i < search->n; i++) {
		struct finder *known = &search->finder[i];
		float reach = known->module_px * 2;

		if (fabsf(known->x - x) < reach && fabsf(known->y - y) < reach &&
		    module_px < 1.7f * known->module_px && known->module_px < 1.7f * module_px) {
			float share = 1 / (float)(++known->hits);

			known->x += (x - known->x) * share;
			known->y += (y - known->y) * share;
			known->module_px += (module_px - known->module_px) * share;
			return;
		}
		if (!weakest || known->hits < weakest->hits)
			weakest = known;
	}
	if (search->n < search->max)
		weakest = &search->finder[search->n++];
	else if (!weakest || weakest->hits > 1)
		return;
	*weakest = (struct finder){.x = x, .y = y, .module_px = module_px, .hits = 1};
}

/* A line crossed a pattern around (x, y): does a column, too, and then the line through that
 * middle? */
static void check(struct search *search, uint32_t x, uint32_t y, float module_px)
{
	float down_module, across_module, shift_y, shift_x, middle_y;
	uint32_t row;

	if (!is_dark(search, x, y) ||
	    !cross(search, x, y, 0, 1, module_px * turned_most, &down_module, &shift_y))
		return;
	middle_y = (float)y + 0.5f + shift_y;
	if (middle_y < 0 || middle_y >= (float)search->view->height_px)
		return;
	row = (uint32_t)middle_y;
	if (!is_dark(search, x, row) ||
	    !cross(search, x, row, 1, 0, module_px * 1.6f, &across_module, &shift_x))
		return;
	if (across_module > turned_most * down_module || down_module > turned_most * across_module)
		return;
	add(search, (float)x + 0.5f + shift_x, middle_y, (across_module + down_module) / 2);
}

static void scan_line(struct search *search, uint32_t y)
{
	float run[5] = {0}, edge_px = -0.5f, module;
	int last = darkness(search, 0, y);

	for (uint32_t x = 1; x <= search->view->width_px; x++) {
		int now = x < search->view->width_px ? darkness(search, x, y) : -last;
		float at_px;

		if ((now > 0) == (last > 0)) {
			last = now;
			continue;
		}
		at_px = (float)x - 1 + edge_between(last, now);
		for (int i = 0; i < 4; i++)
			run[i] = run[i + 1];
		run[4] = at_px - edge_px;
		if (last > 0 && run[0] > 0 && is_pattern(run, &module))
			check(search, (uint32_t)lrintf(at_px - run[4] - run[3] - run[2] / 2), y,
			      module);
		edge_px = at_px;
		last = now;
	}
}

static int by_hits(const void *a, const void *b)
{
	const struct finder *x = a, *y = b;

	return x->hits > y->hits ? -1 : x->hits < y->hits;
}

size_t finder_search(const struct view *view, bool light, uint32_t share, struct plane *mean,
                     struct plane_scratch *scratch, struct finder *ret, size_t max)
{
	struct search search = {
	    .view = view, .mean = mean, .sign = light ? -1 : 1, .finder = ret, .max = max};
	uint32_t longer = view->width_px > view->height_px ? view->width_px : view->height_px;
	size_t n = 0;

	if (view->width_px < 16 || view->height_px < 16)
		return 0;
	plane_blur(view, (share < 64 ? 8 : 3) + longer / share, scratch, mean);
	for (uint32_t y = 0; y < view->height_px; y++)
		scan_line(&search, y);
	qsort(ret, search.n, sizeof(*ret), by_hits);
	/* The middle square is three modules high: what only one line or few cross is noise. */
	for (size_t i = 0; i < search.n; i++)
		if (ret[i].hits >= HITS_MIN && (float)ret[i].hits >= ret[i].module_px)
			ret[n++] = ret[i];
	return n;
}

void finder_scale(struct finder *finder, float factor)
{
	finder->x *= factor;
	finder->y *= factor;
	finder->module_px *= factor;
	for (int i = 0; i < 4; i++) {
		finder->outline_x[i] *= factor;
		finder->outline_y[i] *= factor;
	}
}

size_t finder_merge(struct finder *finder, size_t n, size_t n_more)
{
	size_t kept = n;

	for (size_t i = n; i < n + n_more; i++) {
		bool known = false;

		for (size_t k = 0; k < n && !known; k++)
			known = hypotf(finder[i].x - finder[k].x, finder[i].y - finder[k].y) <
			        2 * finder[k].module_px;
		if (!known)
			finder[kept++] = finder[i];
	}
	return kept;
}
