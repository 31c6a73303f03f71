/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "finder.h"

enum {
	DARKER_BY = 4,    /* levels under the surroundings' mean that make a pixel dark */
	HITS_MIN = 3,     /* lines through a finder that is no accident */
	MODULES_MIN = 11, /* between the middles of two finders: version 1 has 14 */
	MODULES_MAX = 190,
};

struct search {
	const struct view *view;
	const struct plane *mean;
	int sign; /* 1: dark patterns, -1: light ones */
	struct finder *finder;
	size_t n, max;
};

static bool is_dark(const struct search *search, uint32_t x, uint32_t y)
{
	int pixel = search->view->grey[(size_t)y * search->view->stride + x];
	int mean = search->mean->grey[(size_t)y * search->mean->width_px + x];

	return (mean - pixel) * search->sign >= DARKER_BY;
}

/* Five runs of 1:1:3:1:1: each within half a module of what it should be. */
static bool is_pattern(const uint32_t run[5], float *ret_module_px)
{
	uint32_t total = run[0] + run[1] + run[2] + run[3] + run[4];
	float module = (float)total / 7, slack = module * 0.6f + 0.4f;

	if (total < 7 || fabsf((float)run[0] - module) > slack ||
	    fabsf((float)run[1] - module) > slack ||
	    fabsf((float)run[2] - 3 * module) > 1.5f * slack ||
	    fabsf((float)run[3] - module) > slack || fabsf((float)run[4] - module) > slack)
		return false;
	*ret_module_px = module;
	return true;
}

/* Counts pixels from (x, y) on while they are dark, or light. */
static uint32_t run_length(const struct search *search, int64_t *x, int64_t *y, int dx, int dy,
                           bool dark, uint32_t most)
{
	uint32_t n = 0;

	while (*x >= 0 && *y >= 0 && *x < search->view->width_px && *y < search->view->height_px &&
	       n <= most && is_dark(search, (uint32_t)*x, (uint32_t)*y) == dark) {
		*x += dx;
		*y += dy;
		n++;
	}
	return n;
}

/*
 * The five runs through a dark pixel in one direction and its opposite. True if they are a pattern;
 * *ret_shift is how far its middle lies from the pixel.
 */
static bool cross(const struct search *search, uint32_t x, uint32_t y, int dx, int dy,
                  float module_px, float *ret_module_px, float *ret_shift)
{
	uint32_t most = (uint32_t)(module_px * 6) + 2, run[5], ahead, back;
	int64_t ax = x, ay = y, bx = (int64_t)x - dx, by = (int64_t)y - dy;

	ahead = run_length(search, &ax, &ay, dx, dy, true, most);
	back = run_length(search, &bx, &by, -dx, -dy, true, most);
	run[2] = ahead + back;
	run[3] = run_length(search, &ax, &ay, dx, dy, false, most);
	run[4] = run_length(search, &ax, &ay, dx, dy, true, most);
	run[1] = run_length(search, &bx, &by, -dx, -dy, false, most);
	run[0] = run_length(search, &bx, &by, -dx, -dy, true, most);
	*ret_shift = ((float)ahead - (float)back - 1) / 2 + 0.5f;
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
	float down_module, across_module, shift_y, shift_x;
	float middle_x, middle_y;
	uint32_t row;

	if (!is_dark(search, x, y) ||
	    !cross(search, x, y, 0, 1, module_px * 1.6f, &down_module, &shift_y))
		return;
	middle_y = (float)y + shift_y;
	if (middle_y < 0 || middle_y >= (float)search->view->height_px)
		return;
	row = (uint32_t)middle_y;
	if (!is_dark(search, x, row) ||
	    !cross(search, x, row, 1, 0, module_px * 1.6f, &across_module, &shift_x))
		return;
	if (across_module > 2.2f * down_module || down_module > 2.2f * across_module)
		return;
	middle_x = (float)x + shift_x;
	add(search, middle_x, middle_y, (across_module + down_module) / 2);
}

static void scan_line(struct search *search, uint32_t y)
{
	uint32_t run[5] = {0}, length = 0, width = search->view->width_px;
	bool dark = false;

	for (uint32_t x = 0; x <= width; x++) {
		bool now = x < width ? is_dark(search, x, y) : !dark;
		float module;

		if (now == dark) {
			length++;
			continue;
		}
		for (int i = 0; i < 4; i++)
			run[i] = run[i + 1];
		run[4] = length;
		if (dark && run[0] > 0 && is_pattern(run, &module))
			check(search, x - run[4] - run[3] - (run[2] + 1) / 2, y, module);
		dark = now;
		length = 1;
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

/* How unlike a code's corners three finders stand; negative: not at all like them. */
static float triple_cost(const struct finder *corner, const struct finder *a,
                         const struct finder *b)
{
	float ax = a->x - corner->x, ay = a->y - corner->y;
	float bx = b->x - corner->x, by = b->y - corner->y;
	float la = hypotf(ax, ay), lb = hypotf(bx, by);
	float module = (corner->module_px + a->module_px + b->module_px) / 3;
	float longer = fmaxf(la, lb), cosine, small, large;

	if (longer > MODULES_MAX * module || fminf(la, lb) < MODULES_MIN * module * 0.7f)
		return -1;
	cosine = fabsf(ax * bx + ay * by) / (la * lb);
	small = fminf(corner->module_px, fminf(a->module_px, b->module_px));
	large = fmaxf(corner->module_px, fmaxf(a->module_px, b->module_px));
	if (cosine > 0.6f || la > 2 * lb || lb > 2 * la || large > 1.9f * small)
		return -1;
	return cosine + fabsf(logf(la / lb)) + logf(large / small) + 0.15f * logf(longer / module);
}

/*
 * Between two finders of one symbol lies data: on the straight line through both middles dark and
 * light change every other module or so. On a wall they do not.
 */
static bool is_data_between(const struct search *search, const struct finder *a,
                            const struct finder *b)
{
	float dx = b->x - a->x, dy = b->y - a->y, length = hypotf(dx, dy);
	float module = fmaxf((a->module_px + b->module_px) / 2, 1);
	uint32_t steps = (uint32_t)fminf(length / module * 3, 600), changes = 0;
	bool was = true;

	for (uint32_t i = 0; i <= steps; i++) {
		float way = (float)i / (float)steps;
		bool dark =
		    is_dark(search, (uint32_t)(a->x + dx * way), (uint32_t)(a->y + dy * way));

		changes += dark != was;
		was = dark;
	}
	return (float)changes * module > 0.2f * length && (float)changes * module < 1.1f * length;
}

/* Keeps the best `max`, in order. */
static size_t insert(struct triple *ret, size_t n, size_t max, const struct triple *triple)
{
	size_t at = n < max ? n : max - 1;

	if (n == max && ret[max - 1].cost <= triple->cost)
		return n;
	while (at > 0 && ret[at - 1].cost > triple->cost) {
		ret[at] = ret[at - 1];
		at--;
	}
	ret[at] = *triple;
	return n < max ? n + 1 : n;
}

size_t finder_triples(const struct view *view, const struct plane *mean, bool light,
                      const struct finder *finder, size_t n, struct triple *ret, size_t max)
{
	const struct search search = {.view = view, .mean = mean, .sign = light ? -1 : 1};
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			for (size_t k = j + 1; k < n; k++) {
				struct triple triple = {.corner = finder[i]};
				float turn;

				if (i == j || i == k)
					continue;
				triple.cost = triple_cost(&finder[i], &finder[j], &finder[k]);
				if (triple.cost < 0 ||
				    (found == max && triple.cost >= ret[max - 1].cost) ||
				    !is_data_between(&search, &finder[i], &finder[j]) ||
				    !is_data_between(&search, &finder[i], &finder[k]))
					continue;
				turn = (finder[j].x - finder[i].x) * (finder[k].y - finder[i].y) -
				       (finder[j].y - finder[i].y) * (finder[k].x - finder[i].x);
				triple.right = turn > 0 ? finder[j] : finder[k];
				triple.below = turn > 0 ? finder[k] : finder[j];
				found = insert(ret, found, max, &triple);
			}
	return found;
}
