/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "exact.h"

bool exact_is_sure(const struct symbol *symbol)
{
	if (symbol->part)
		return false;
	for (uint32_t i = 0; i < symbol->len; i++)
		if (symbol->bytes[i] > 0x7f)
			return false;
	return true;
}

/* A symbol of so many modules with these corners. False: there is none. */
static bool lay(const struct symbol *symbol, uint32_t modules, struct grid *ret)
{
	float n = (float)modules;
	const float uv[4][2] = {{0, 0}, {0, n}, {n, n}, {n, 0}};
	float xy[4][2];

	for (int i = 0; i < 4; i++) {
		xy[i][0] = symbol->x[i];
		xy[i][1] = symbol->y[i];
	}
	grid_init(ret, modules);
	return grid_lay(ret, uv, xy);
}

/* How regularly the timing patterns (6.3.5) are dark and light in turn, in standard deviations of what
 * chance would bring; negative where they are light and dark. */
static float timing(const struct grid *grid, const struct view *view)
{
	int n = (int)grid->modules - 16;
	float grey[2 * (GRID_MODULES_MAX - 16)], mean = 0, sum = 0, squares = 0;

	for (int i = 0; i < 2 * n; i++) {
		float along = 8.5f + (float)(i % n), x, y;

		grid_at(grid, i < n ? along : 6.5f, i < n ? 6.5f : along, &x, &y);
		grey[i] = grey_at(view, x, y);
		mean += grey[i] / (float)(2 * n);
	}
	for (int i = 0; i < 2 * n; i++) {
		sum += i % n % 2 == 0 ? mean - grey[i] : grey[i] - mean;
		squares += (grey[i] - mean) * (grey[i] - mean);
	}
	return squares > 0 ? sum / sqrtf(squares) : 0;
}

static struct finder finder_at(const struct grid *grid, float u, float v)
{
	struct finder finder = {.hits = 1};
	float a[2], b[2];

	grid_at(grid, u, v, &finder.x, &finder.y);
	grid_axes(grid, u, v, a, b);
	finder.module_px = (hypotf(a[0], a[1]) + hypotf(b[0], b[1])) / 2;
	return finder;
}

/* zbar does not tell how many modules there are: the number that makes the timing patterns regular. */
static bool find_finders(const struct symbol *symbol, const struct view *view, struct triple *ret,
                         bool *ret_light)
{
	struct grid grid, best;
	float most = 0;

	for (uint32_t n = GRID_MODULES_MIN; n <= GRID_MODULES_MAX; n += 4) {
		float regular = lay(symbol, n, &grid) ? timing(&grid, view) : 0;

		if (fabsf(regular) <= most)
			continue;
		most = fabsf(regular);
		best = grid;
		*ret_light = regular < 0;
	}
	if (most == 0)
		return false;
	ret->corner = finder_at(&best, 3.5f, 3.5f);
	ret->right = finder_at(&best, (float)best.modules - 3.5f, 3.5f);
	ret->below = finder_at(&best, 3.5f, (float)best.modules - 3.5f);
	ret->cost = 0;
	return true;
}

bool exact_read(const struct symbol *symbol, const struct view *view, struct workbench *bench,
                void (*found)(void *context, const struct symbol *symbol), void *context)
{
	static const struct grid_effort effort = {
	    .grids = GRIDS_MAX, .enough = 2, .looks = GRID_LOOKS_MAX, .equalized = 1};
	struct triple triple;
	bool light = false;

	return find_finders(symbol, view, &triple, &light) &&
	       grid_pass_run(&triple, light, &effort, view, bench, found, context);
}
