/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "grid_edges.h"
#include "grid_fit.h"
#include "modules.h"
#include "outline.h"
#include "pattern.h"
#include "qr_read.h"

enum {
	TIMING_FINE = 4,      /* samples a module on the way along a timing pattern */
	SIZES_MAX = 6,        /* tried for one triple: five guesses, and what the symbol states */
	GRID_CANDIDATES = 24, /* sizes and maps of them */
};

/* Follows the alignment patterns from the upper left on: each is looked for where its neighbours
 * let it be expected. */
static void follow(struct grid *grid, const struct view *view, bool light)
{
	for (uint32_t j = 0; j < grid->lines; j++)
		for (uint32_t i = 0; i < grid->lines; i++) {
			float u = grid->line[i], v = grid->line[j], a[2], b[2], x, y, x0, y0;
			float dx = 0, dy = 0, contrast;

			if (grid_in_finder(grid, i, j)) {
				grid->dx[j][i] = grid->dy[j][i] = 0;
				continue;
			}
			if (i > 0 && j > 0) {
				dx = grid->dx[j][i - 1] + grid->dx[j - 1][i] -
				     grid->dx[j - 1][i - 1];
				dy = grid->dy[j][i - 1] + grid->dy[j - 1][i] -
				     grid->dy[j - 1][i - 1];
			} else if (i > 0) {
				dx = grid->dx[j][i - 1];
				dy = grid->dy[j][i - 1];
			} else {
				dx = grid->dx[j - 1][i];
				dy = grid->dy[j - 1][i];
			}
			grid_flat_at(grid, u, v, &x0, &y0);
			grid_axes(grid, u, v, a, b);
			x = x0 + dx;
			y = y0 + dy;
			contrast = pattern_settle(view, light, PATTERN_ALIGNMENT, 2.6f, 0.4f, a, b,
			                          &x, &y);
			if (contrast > 12) {
				(void)pattern_settle(view, light, PATTERN_ALIGNMENT, 0.31f, 0.15f,
				                     a, b, &x, &y);
				dx = x - x0;
				dy = y - y0;
			}
			grid->dx[j][i] = dx;
			grid->dy[j][i] = dy;
		}
}

/* How many modules a symbol has by the changes along its timing pattern, or 0. */
static uint32_t count_timing(const struct view *view, const float from[2], const float to[2],
                             float modules)
{
	float grey[GRID_MODULES_MAX * TIMING_FINE * 2];
	uint32_t n, changes = 0;
	bool was = false;

	/* Corners that were guessed may lie so that there are none, or fewer than that. */
	if (!(modules >= 4 && modules * TIMING_FINE <= sizeof(grey) / sizeof(grey[0])))
		return 0;
	n = (uint32_t)(modules * TIMING_FINE);
	for (uint32_t i = 0; i < n; i++) {
		float way = ((float)i + 0.5f) / (float)n;

		grey[i] = grey_at(view, from[0] + (to[0] - from[0]) * way,
		                  from[1] + (to[1] - from[1]) * way);
	}
	for (uint32_t i = 0; i < n; i++) {
		uint32_t first = i > 6 * TIMING_FINE ? i - 6 * TIMING_FINE : 0;
		uint32_t last = i + 6 * TIMING_FINE < n ? i + 6 * TIMING_FINE : n - 1;
		float least = 255, most = 0, middle;
		bool now;

		for (uint32_t k = first; k <= last; k++) {
			least = fminf(least, grey[k]);
			most = fmaxf(most, grey[k]);
		}
		middle = (least + most) / 2;
		/* Near the middle it stays what it was. */
		now = was ? grey[i] < middle + 0.1f * (most - least)
		          : grey[i] < middle - 0.1f * (most - least);
		changes += i > 0 && now != was;
		was = now;
	}
	return changes + 15;
}

static uint32_t nearest_size(float modules)
{
	float version = roundf((modules - 17) / 4);

	version = fminf(fmaxf(version, 1), 40);
	return (uint32_t)version * 4 + 17;
}

/* Without doubles. */
static size_t add_size(uint32_t size, uint32_t *ret, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ret[i] == size)
			return n;
	ret[n] = size;
	return n + 1;
}

/* Sizes to try, the likeliest first, without doubles. */
static size_t sizes(const struct triple *triple, const struct view *view, float estimate,
                    uint32_t ret[SIZES_MAX])
{
	const struct finder *c = &triple->corner, *r = &triple->right, *b = &triple->below;
	float span = estimate - 7;
	float a[2] = {(r->x - c->x) / span, (r->y - c->y) / span};
	float d[2] = {(b->x - c->x) / span, (b->y - c->y) / span};
	float from[2] = {c->x + 3.5f * a[0] + 3 * d[0], c->y + 3.5f * a[1] + 3 * d[1]};
	float right[2] = {r->x - 3.5f * a[0] + 3 * d[0], r->y - 3.5f * a[1] + 3 * d[1]};
	float start[2] = {c->x + 3.5f * d[0] + 3 * a[0], c->y + 3.5f * d[1] + 3 * a[1]};
	float below[2] = {b->x - 3.5f * d[0] + 3 * a[0], b->y - 3.5f * d[1] + 3 * a[1]};
	uint32_t across = count_timing(view, from, right, estimate - 14);
	uint32_t down = count_timing(view, start, below, estimate - 14);
	float guess[6] = {(float)across, (float)down,  estimate,
	                  estimate + 4,  estimate - 4, ((float)across + (float)down) / 2};
	size_t n = 0;

	for (int i = 0; i < 6 && n < 5; i++)
		if (guess[i] <= 1.4f * estimate && guess[i] >= 0.7f * estimate)
			n = add_size(nearest_size(guess[i]), ret, n);
	return n;
}

/* What is taken for known of the fourth corner. */
enum guess {
	GUESS_SIDES, /* the finders' sides lead to it; then to the edges of all that is fixed */
	GUESS_FOUND, /* the last alignment pattern is looked for around a parallelogram's */
	GUESS_DEPTH, /* how far away the finders are, by their size, says where to look */
	GUESS_FLAT,  /* a parallelogram's, then every alignment pattern on its own */
	GUESS_N,
};

/* Where the fourth finder would be, the nearer ones being larger. */
static void fourth_by_depth(const struct triple *triple, float ret[2])
{
	const struct finder *c = &triple->corner, *r = &triple->right, *b = &triple->below;
	float wc = 1 / c->module_px, wr = 1 / r->module_px, wb = 1 / b->module_px;
	float w = fmaxf(wr + wb - wc, 0.3f * wc);

	ret[0] = (wr * r->x + wb * b->x - wc * c->x) / w;
	ret[1] = (wr * r->y + wb * b->y - wc * c->y) / w;
}

/* What is known of a symbol before its grid is. */
struct fit {
	const struct view *view;
	bool light;
	struct triple triple;
	bool outlined; /* the finders' outlines are plain */
	struct outline outline[3];
};

/* The plane through the finders' middles and a guess of the fourth corner. */
static bool lay(const struct fit *fit, enum guess guess, struct grid *ret)
{
	const struct finder *c = &fit->triple.corner, *r = &fit->triple.right;
	const struct finder *b = &fit->triple.below;
	float n = (float)ret->modules, outer[4][2];
	const float uv[4][2] = {
	    {3.5f, 3.5f}, {n - 3.5f, 3.5f}, {3.5f, n - 3.5f}, {n - 3.5f, n - 3.5f}};
	const float outer_uv[4][2] = {{0, 0}, {n, 0}, {0, n}, {n, n}};
	float xy[4][2] = {
	    {c->x, c->y}, {r->x, r->y}, {b->x, b->y}, {r->x + b->x - c->x, r->y + b->y - c->y}};

	if (guess == GUESS_SIDES)
		return fit->outlined && outline_corners(fit->outline, outer) &&
		       grid_lay(ret, outer_uv, outer);
	if (guess == GUESS_FOUND && ret->modules == GRID_MODULES_MIN)
		return false;
	if (guess == GUESS_DEPTH)
		fourth_by_depth(&fit->triple, xy[3]);
	return grid_lay(ret, uv, xy);
}

/* Lays the plane anew through the last alignment pattern. False: it is not to be seen. */
static bool lay_by_alignment(const struct fit *fit, struct grid *grid)
{
	const struct finder *c = &fit->triple.corner, *r = &fit->triple.right;
	const struct finder *b = &fit->triple.below;
	float n = (float)grid->modules, reach = fminf(fmaxf(0.16f * n, 4), 14);
	const float uv[4][2] = {
	    {3.5f, 3.5f}, {n - 3.5f, 3.5f}, {3.5f, n - 3.5f}, {n - 6.5f, n - 6.5f}};
	float xy[4][2] = {{c->x, c->y}, {r->x, r->y}, {b->x, b->y}};
	float a[2], d[2], x, y;

	grid_flat_at(grid, n - 6.5f, n - 6.5f, &x, &y);
	grid_axes(grid, n - 6.5f, n - 6.5f, a, d);
	if (pattern_settle(fit->view, fit->light, PATTERN_ALIGNMENT, reach, 0.5f, a, d, &x, &y) <
	    10)
		return false;
	(void)pattern_settle(fit->view, fit->light, PATTERN_ALIGNMENT, 0.5f, 0.2f, a, d, &x, &y);
	xy[3][0] = x;
	xy[3][1] = y;
	return grid_lay(grid, uv, xy);
}

/* One guess at a grid. */
static bool guess_grid(const struct fit *fit, uint32_t modules, enum guess guess, struct grid *ret,
                       uint32_t *ret_stated)
{
	struct modules seen;

	grid_init(ret, modules);
	if (!lay(fit, guess, ret))
		return false;
	if (modules != GRID_MODULES_MIN && guess != GUESS_FLAT && !lay_by_alignment(fit, ret) &&
	    (guess != GUESS_SIDES || !lay(fit, guess, ret)))
		return false;
	if (guess == GUESS_SIDES)
		grid_settle(ret, fit->view, fit->light, 0.9f);
	if (ret->lines > 2 || guess == GUESS_FLAT)
		follow(ret, fit->view, fit->light);
	modules_sample(ret, fit->view, fit->light, MODULES_MIDDLE, &seen);
	modules_tell(&seen, MODULES_AREA);
	ret->quality = modules_quality(ret, &seen);
	*ret_stated = qr_read_version(seen.dark, modules);
	return true;
}

/* Finders found in a smaller picture lie a little off. */
static void settle_finders(struct triple *triple, const struct view *view, bool light,
                           float estimate)
{
	struct finder *finder[3] = {&triple->corner, &triple->right, &triple->below};
	float span = estimate - 7;
	float mean =
	    (finder[0]->module_px + finder[1]->module_px + finder[2]->module_px) / 3 * span;
	const float along[2] = {triple->right.x - triple->corner.x,
	                        triple->right.y - triple->corner.y};
	const float down[2] = {triple->below.x - triple->corner.x,
	                       triple->below.y - triple->corner.y};

	for (int i = 0; i < 3; i++) {
		/* The nearer one is the larger. */
		float share = finder[i]->module_px / mean;
		const float a[2] = {along[0] * share, along[1] * share};
		const float b[2] = {down[0] * share, down[1] * share};

		(void)pattern_settle(view, light, PATTERN_FINDER, 1.2f, 0.3f, a, b, &finder[i]->x,
		                     &finder[i]->y);
		(void)pattern_settle(view, light, PATTERN_FINDER, 0.21f, 0.1f, a, b, &finder[i]->x,
		                     &finder[i]->y);
	}
}

static int by_quality(const void *a, const void *b)
{
	const struct grid *x = a, *y = b;

	return x->quality > y->quality ? -1 : x->quality < y->quality;
}

size_t grid_fit(const struct triple *triple, const struct view *view, bool light, float enough,
                struct grid *ret, size_t max)
{
	struct grid candidate[GRID_CANDIDATES];
	struct fit fit = {.view = view, .light = light, .triple = *triple};
	float estimate = triple_modules(triple) + 7;
	uint32_t size[SIZES_MAX], stated;
	size_t n_sizes, n = 0;
	float best = 0;

	if (view->width_px < 2 || view->height_px < 2 || estimate < 17 || estimate > 220)
		return 0;
	fit.outlined = outline_find(view, light, triple, fit.outline);
	if (fit.outlined) {
		outline_settle(fit.outline, &fit.triple);
		estimate = outline_modules(fit.outline);
	} else {
		settle_finders(&fit.triple, view, light, estimate);
	}
	n_sizes = sizes(&fit.triple, view, estimate, size);
	for (size_t i = 0; i < n_sizes && best < enough; i++)
		for (int guess = 0; guess < GUESS_N && best < enough; guess++) {
			if (!guess_grid(&fit, size[i], (enum guess)guess, &candidate[n], &stated))
				continue;
			best = fmaxf(best, candidate[n++].quality);
			/* The version information stands by a finder: legible where all else is off. */
			if (stated > 0 && n_sizes < SIZES_MAX)
				n_sizes = add_size(qr_side(stated), size, n_sizes);
		}
	qsort(candidate, n, sizeof(candidate[0]), by_quality);
	if (n > max)
		n = max;
	memcpy(ret, candidate, n * sizeof(candidate[0]));
	return n;
}
