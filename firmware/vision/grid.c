/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "grid.h"

enum {
	MODULES_LEAST = 21,
	TIMING_FINE = 4, /* samples a module on the way along a timing pattern */
};

/* A drawing of all modules as grey levels. */
struct modules {
	uint32_t n;
	uint8_t grey[GRID_MODULES_MAX * GRID_MODULES_MAX];
	bool dark[GRID_MODULES_MAX * GRID_MODULES_MAX];
};

static float grey_at(const struct view *view, float x, float y)
{
	float fx = fminf(fmaxf(x - 0.5f, 0), (float)view->width_px - 1.01f);
	float fy = fminf(fmaxf(y - 0.5f, 0), (float)view->height_px - 1.01f);
	uint32_t column = (uint32_t)fx, row = (uint32_t)fy;
	const uint8_t *at = view->grey + (size_t)row * view->stride + column;
	float wx = fx - (float)column, wy = fy - (float)row;

	return (at[0] * (1 - wx) + at[1] * wx) * (1 - wy) +
	       (at[view->stride] * (1 - wx) + at[view->stride + 1] * wx) * wy;
}

static void plane_at(const double p[8], float u, float v, float *ret_x, float *ret_y)
{
	double w = p[6] * u + p[7] * v + 1;

	if (fabs(w) < 0.05)
		w = 0.05;
	*ret_x = (float)((p[0] * u + p[1] * v + p[2]) / w);
	*ret_y = (float)((p[3] * u + p[4] * v + p[5]) / w);
}

/* The perspective that leads four points (u, v) to (x, y): eight equations, solved by elimination.
 * False: three of them lie on a line. */
static bool plane_through(const float uv[4][2], const float xy[4][2], double ret[8])
{
	double m[8][9];

	for (int i = 0; i < 4; i++) {
		double u = uv[i][0], v = uv[i][1], x = xy[i][0], y = xy[i][1];
		const double a[9] = {u, v, 1, 0, 0, 0, -u * x, -v * x, x};
		const double b[9] = {0, 0, 0, u, v, 1, -u * y, -v * y, y};

		memcpy(m[2 * i], a, sizeof(a));
		memcpy(m[2 * i + 1], b, sizeof(b));
	}
	for (int c = 0; c < 8; c++) {
		int best = c;

		for (int r = c + 1; r < 8; r++)
			if (fabs(m[r][c]) > fabs(m[best][c]))
				best = r;
		if (fabs(m[best][c]) < 1e-9)
			return false;
		for (int k = 0; k < 9; k++) {
			double kept = m[c][k];

			m[c][k] = m[best][k];
			m[best][k] = kept;
		}
		for (int r = 0; r < 8; r++) {
			double share = m[r][c] / m[c][c];

			for (int k = c; k < 9 && r != c; k++)
				m[r][k] -= share * m[c][k];
		}
	}
	for (int i = 0; i < 8; i++)
		ret[i] = m[i][8] / m[i][i];
	return true;
}

/* What the surface departs from the plane at (u, v): between the lines by their share, beyond them
 * as in the last field. */
static void departure(const struct grid *grid, float u, float v, float *ret_x, float *ret_y)
{
	uint32_t i = 0, j = 0;
	float a, b, w[4];

	*ret_x = *ret_y = 0;
	if (grid->lines < 3)
		return;
	while (i + 2 < grid->lines && u > grid->line[i + 1])
		i++;
	while (j + 2 < grid->lines && v > grid->line[j + 1])
		j++;
	a = (u - grid->line[i]) / (grid->line[i + 1] - grid->line[i]);
	b = (v - grid->line[j]) / (grid->line[j + 1] - grid->line[j]);
	w[0] = (1 - a) * (1 - b);
	w[1] = a * (1 - b);
	w[2] = (1 - a) * b;
	w[3] = a * b;
	*ret_x = w[0] * grid->dx[j][i] + w[1] * grid->dx[j][i + 1] + w[2] * grid->dx[j + 1][i] +
	         w[3] * grid->dx[j + 1][i + 1];
	*ret_y = w[0] * grid->dy[j][i] + w[1] * grid->dy[j][i + 1] + w[2] * grid->dy[j + 1][i] +
	         w[3] * grid->dy[j + 1][i + 1];
}

void grid_at(const struct grid *grid, float u, float v, float *ret_x, float *ret_y)
{
	float dx, dy;

	plane_at(grid->plane, u, v, ret_x, ret_y);
	departure(grid, u, v, &dx, &dy);
	*ret_x += dx;
	*ret_y += dy;
}

/* Concentric squares: is the ring at this distance from the middle dark? */
static bool ring_is_dark(int ring, int rings)
{
	return rings == 2 ? ring != 1 : ring != 2;
}

/* How much a pattern of `rings` rings around (x, y) looks like one, along the axes a and b of a
 * module: light minus dark, in levels. */
static float looks(const struct view *view, int sign, int rings, float x, float y, const float a[2],
                   const float b[2])
{
	float dark = 0, light = 0;
	int n_dark = 0, n_light = 0;

	for (int v = -rings; v <= rings; v++)
		for (int u = -rings; u <= rings; u++) {
			int ring = abs(u) > abs(v) ? abs(u) : abs(v);
			float grey = grey_at(view, x + a[0] * (float)u + b[0] * (float)v,
			                     y + a[1] * (float)u + b[1] * (float)v);

			if (ring_is_dark(ring, rings)) {
				dark += grey;
				n_dark++;
			} else {
				light += grey;
				n_light++;
			}
		}
	return (float)sign * (light / (float)n_light - dark / (float)n_dark);
}

/* Moves (x, y) to where the pattern looks best within `reach` modules; what it looks like there. */
static float settle(const struct view *view, int sign, int rings, float reach, float step,
                    const float a[2], const float b[2], float *x, float *y)
{
	float x0 = *x, y0 = *y, best = -INFINITY;
	int n = (int)(reach / step);

	for (int j = -n; j <= n; j++)
		for (int i = -n; i <= n; i++) {
			float u = (float)i * step, v = (float)j * step;
			float at_x = x0 + a[0] * u + b[0] * v, at_y = y0 + a[1] * u + b[1] * v;
			float score = looks(view, sign, rings, at_x, at_y, a, b);

			/* Of equals the nearer one. */
			score *= 1 - 0.25f * hypotf(u, v) / (reach * 1.42f);
			if (score > best) {
				best = score;
				*x = at_x;
				*y = at_y;
			}
		}
	return best;
}

/* Lines of alignment patterns of a symbol: ISO/IEC 18004, annex E, as a rule. */
static uint32_t alignment_lines(uint32_t modules, float line[GRID_LINES_MAX])
{
	uint32_t version = (modules - 17) / 4, n = version / 7 + 2, step;

	line[0] = 6.5f;
	if (version == 1) {
		line[1] = (float)modules - 6.5f;
		return 2;
	}
	step = version == 32 ? 26 : (version * 4 + n * 2 + 1) / (n * 2 - 2) * 2;
	for (uint32_t i = 1; i < n; i++)
		line[i] = (float)(modules - 7 - (n - 1 - i) * step) + 0.5f;
	return n;
}

/* The axes of a module at (u, v). */
static void axes_at(const struct grid *grid, float u, float v, float a[2], float b[2])
{
	float x[4], y[4];

	plane_at(grid->plane, u - 1, v, &x[0], &y[0]);
	plane_at(grid->plane, u + 1, v, &x[1], &y[1]);
	plane_at(grid->plane, u, v - 1, &x[2], &y[2]);
	plane_at(grid->plane, u, v + 1, &x[3], &y[3]);
	a[0] = (x[1] - x[0]) / 2;
	a[1] = (y[1] - y[0]) / 2;
	b[0] = (x[3] - x[2]) / 2;
	b[1] = (y[3] - y[2]) / 2;
}

static bool in_finder(uint32_t lines, uint32_t i, uint32_t j)
{
	return (i == 0 && j == 0) || (i == 0 && j == lines - 1) || (j == 0 && i == lines - 1);
}

/* Follows the alignment patterns from the upper left on: each is looked for where its neighbours
 * let it be expected. */
static void follow(struct grid *grid, const struct view *view, int sign)
{
	for (uint32_t j = 0; j < grid->lines; j++)
		for (uint32_t i = 0; i < grid->lines; i++) {
			float u = grid->line[i], v = grid->line[j], a[2], b[2], x, y, x0, y0;
			float dx = 0, dy = 0, contrast;

			if (in_finder(grid->lines, i, j)) {
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
			plane_at(grid->plane, u, v, &x0, &y0);
			axes_at(grid, u, v, a, b);
			x = x0 + dx;
			y = y0 + dy;
			contrast = settle(view, sign, 2, 2.6f, 0.4f, a, b, &x, &y);
			if (contrast > 12) {
				(void)settle(view, sign, 2, 0.31f, 0.15f, a, b, &x, &y);
				dx = x - x0;
				dy = y - y0;
			}
			grid->dx[j][i] = dx;
			grid->dy[j][i] = dy;
		}
}

/* Each module as the mean of 1 or 5 points of it. */
static void sample(const struct grid *grid, const struct view *view, int sign, int points,
                   struct modules *ret)
{
	static const float at[5][2] = {
	    {0.5f, 0.5f}, {0.3f, 0.3f}, {0.7f, 0.3f}, {0.3f, 0.7f}, {0.7f, 0.7f}};
	uint32_t n = ret->n = grid->modules;

	for (uint32_t v = 0; v < n; v++)
		for (uint32_t u = 0; u < n; u++) {
			float sum = 0, x, y;

			for (int i = 0; i < points; i++) {
				grid_at(grid, (float)u + at[i][0], (float)v + at[i][1], &x, &y);
				sum += grey_at(view, x, y);
			}
			sum /= (float)points;
			ret->grey[v * n + u] = (uint8_t)(sign > 0 ? sum : 255 - sum);
		}
}

/* A module is dark if it is darker than its surroundings' mean. */
static void tell_dark(struct modules *modules, int area)
{
	int n = (int)modules->n;
	uint32_t column[GRID_MODULES_MAX] = {0};

	for (int v = -area; v < n; v++) {
		int from = v - area, to = v + area;
		uint32_t sum = 0;
		int high;

		/* The sums of the columns' lines around v. */
		for (int u = 0; u < n; u++) {
			if (to < n)
				column[u] += modules->grey[to * n + u];
			if (from > 0)
				column[u] -= modules->grey[(from - 1) * n + u];
		}
		if (v < 0)
			continue;
		high = (to < n ? to : n - 1) - (from > 0 ? from : 0) + 1;
		for (int u = 0; u < area; u++)
			sum += column[u];
		for (int u = 0; u < n; u++) {
			int left = u > area ? u - area : 0, right = u + area < n ? u + area : n - 1;
			uint32_t count = (uint32_t)(high * (right - left + 1));

			if (u + area < n)
				sum += column[u + area];
			if (u > area)
				sum -= column[u - area - 1];
			modules->dark[v * n + u] = modules->grey[v * n + u] * count < sum;
		}
	}
}

/* Takes back what blur gave each module of its four neighbours. */
static void sharpen(struct modules *modules, int gain_4ths)
{
	uint8_t was[sizeof(modules->grey)];
	int n = (int)modules->n;

	memcpy(was, modules->grey, (size_t)n * (size_t)n);
	for (int v = 0; v < n; v++)
		for (int u = 0; u < n; u++) {
			int at = v * n + u;
			int around = was[u > 0 ? at - 1 : at] + was[u + 1 < n ? at + 1 : at] +
			             was[v > 0 ? at - n : at] + was[v + 1 < n ? at + n : at];
			int grey = was[at] + (4 * was[at] - around) * gain_4ths / 16;

			modules->grey[at] = (uint8_t)(grey < 0 ? 0 : grey > 255 ? 255 : grey);
		}
}

/* Calls for each module whose colour is fixed: finders with their light frame, timing and
 * alignment. */
static void each_fixed(const struct grid *grid, struct modules *modules,
                       void (*fixed)(bool *dark, bool must, void *context), void *context)
{
	int n = (int)grid->modules;
	static const int corner[3][2] = {{0, 0}, {1, 0}, {0, 1}};

	for (int i = 8; i < n - 8; i++) {
		fixed(&modules->dark[6 * n + i], i % 2 == 0, context);
		fixed(&modules->dark[i * n + 6], i % 2 == 0, context);
	}
	for (int c = 0; c < 3; c++)
		for (int v = -4; v <= 4; v++)
			for (int u = -4; u <= 4; u++) {
				int x = (corner[c][0] ? n - 4 : 3) + u;
				int y = (corner[c][1] ? n - 4 : 3) + v;
				int ring = abs(u) > abs(v) ? abs(u) : abs(v);

				if (x >= 0 && y >= 0 && x < n && y < n)
					fixed(&modules->dark[y * n + x], ring != 2 && ring != 4,
					      context);
			}
	if (n == MODULES_LEAST)
		return;
	for (uint32_t j = 0; j < grid->lines; j++)
		for (uint32_t i = 0; i < grid->lines; i++)
			for (int k = 0; k < 25 && !in_finder(grid->lines, i, j); k++) {
				int u = k % 5 - 2, v = k / 5 - 2;
				int ring = abs(u) > abs(v) ? abs(u) : abs(v);

				fixed(&modules->dark[((int)grid->line[j] + v) * n +
				                     (int)grid->line[i] + u],
				      ring != 1, context);
			}
}

struct tally {
	unsigned right, all;
};

static void count_fixed(bool *dark, bool must, void *context)
{
	struct tally *tally = context;

	tally->right += *dark == must;
	tally->all++;
}

static void set_fixed(bool *dark, bool must, void *context)
{
	(void)context;
	*dark = must;
}

/* How many modules a symbol has by the changes along its timing pattern, or 0. */
static uint32_t count_timing(const struct view *view, const float from[2], const float to[2],
                             float modules)
{
	float grey[GRID_MODULES_MAX * TIMING_FINE * 2];
	uint32_t n = (uint32_t)(modules * TIMING_FINE), changes = 0;
	bool was = false;

	if (n < 4 * TIMING_FINE || n > sizeof(grey) / sizeof(grey[0]))
		return 0;
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

/* Sizes to try, the likeliest first, without doubles. */
static size_t sizes(const struct triple *triple, const struct view *view, float estimate,
                    uint32_t ret[5])
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

	for (int i = 0; i < 6 && n < 5; i++) {
		uint32_t size = nearest_size(guess[i]);
		bool known = guess[i] > 1.4f * estimate || guess[i] < 0.7f * estimate;

		for (size_t k = 0; k < n; k++)
			known |= ret[k] == size;
		if (!known)
			ret[n++] = size;
	}
	return n;
}

/* What is taken for known of the fourth corner. */
enum guess {
	GUESS_FLAT,  /* a parallelogram's, then every alignment pattern on its own */
	GUESS_FOUND, /* the last alignment pattern is looked for around a parallelogram's */
	GUESS_DEPTH, /* how far away the finders are, by their size, says where to look */
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

/* One guess at a grid. */
static bool guess_grid(const struct triple *triple, const struct view *view, int sign,
                       uint32_t modules, enum guess guess, struct grid *ret)
{
	struct modules drawn;
	const struct finder *c = &triple->corner, *r = &triple->right, *b = &triple->below;
	float n = (float)modules;
	float uv[4][2] = {{3.5f, 3.5f}, {n - 3.5f, 3.5f}, {3.5f, n - 3.5f}, {n - 3.5f, n - 3.5f}};
	float xy[4][2] = {
	    {c->x, c->y}, {r->x, r->y}, {b->x, b->y}, {r->x + b->x - c->x, r->y + b->y - c->y}};
	struct tally tally = {0};

	memset(ret, 0, sizeof(*ret));
	ret->modules = modules;
	ret->lines = alignment_lines(modules, ret->line);
	if (guess == GUESS_DEPTH)
		fourth_by_depth(triple, xy[3]);
	if ((guess == GUESS_FOUND && modules == MODULES_LEAST) ||
	    !plane_through(uv, xy, ret->plane))
		return false;
	if (guess != GUESS_FLAT && modules != MODULES_LEAST) {
		float axis_a[2], axis_b[2], x, y, reach = fminf(fmaxf(0.16f * n, 4), 14);

		uv[3][0] = uv[3][1] = n - 6.5f;
		plane_at(ret->plane, n - 6.5f, n - 6.5f, &x, &y);
		axes_at(ret, n - 6.5f, n - 6.5f, axis_a, axis_b);
		if (settle(view, sign, 2, reach, 0.5f, axis_a, axis_b, &x, &y) < 10)
			return false;
		(void)settle(view, sign, 2, 0.5f, 0.2f, axis_a, axis_b, &x, &y);
		xy[3][0] = x;
		xy[3][1] = y;
		if (!plane_through(uv, xy, ret->plane))
			return false;
	}
	if (ret->lines > 2 || guess == GUESS_FLAT)
		follow(ret, view, sign);
	sample(ret, view, sign, 1, &drawn);
	tell_dark(&drawn, GRID_AREA);
	each_fixed(ret, &drawn, count_fixed, &tally);
	ret->quality = (float)tally.right / (float)tally.all;
	return true;
}

/* Finders found in a smaller picture lie a little off. */
static void settle_finders(struct triple *triple, const struct view *view, int sign, float estimate)
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

		(void)settle(view, sign, 3, 1.2f, 0.3f, a, b, &finder[i]->x, &finder[i]->y);
		(void)settle(view, sign, 3, 0.21f, 0.1f, a, b, &finder[i]->x, &finder[i]->y);
	}
}

static int by_quality(const void *a, const void *b)
{
	const struct grid *x = a, *y = b;

	return x->quality > y->quality ? -1 : x->quality < y->quality;
}

size_t grid_fit(const struct triple *triple, const struct view *view, bool light, struct grid *ret,
                size_t max)
{
	struct grid candidate[GRID_CANDIDATES];
	struct triple settled = *triple;
	float estimate = triple_modules(triple) + 7;
	int sign = light ? -1 : 1;
	uint32_t size[5];
	size_t n_sizes, n = 0;

	if (view->width_px < 2 || view->height_px < 2 || estimate < 17 || estimate > 220)
		return 0;
	settle_finders(&settled, view, sign, estimate);
	n_sizes = sizes(&settled, view, estimate, size);
	for (size_t i = 0; i < n_sizes; i++) {
		for (int guess = 0; guess < GUESS_N; guess++)
			n += guess_grid(&settled, view, sign, size[i], (enum guess)guess,
			                &candidate[n]);
	}
	qsort(candidate, n, sizeof(candidate[0]), by_quality);
	if (n > max)
		n = max;
	memcpy(ret, candidate, n * sizeof(candidate[0]));
	return n;
}

bool grid_draw(const struct grid *grid, const struct view *view, bool light,
               const struct grid_look *look, struct plane *out)
{
	struct modules drawn;
	uint32_t n = grid->modules, side = (n + 2 * GRID_QUIET) * GRID_MODULE_PX;

	if ((size_t)side * side > out->capacity)
		return false;
	sample(grid, view, light ? -1 : 1, 5, &drawn);
	sharpen(&drawn, look->sharpen_4ths);
	tell_dark(&drawn, look->area);
	each_fixed(grid, &drawn, set_fixed, NULL);
	out->width_px = out->height_px = side;
	memset(out->grey, 255, (size_t)side * side);
	for (uint32_t y = 0; y < n * GRID_MODULE_PX; y++)
		for (uint32_t x = 0; x < n * GRID_MODULE_PX; x++)
			if (drawn.dark[y / GRID_MODULE_PX * n + x / GRID_MODULE_PX])
				out->grey[(size_t)(y + GRID_QUIET * GRID_MODULE_PX) * side + x +
				          GRID_QUIET * GRID_MODULE_PX] = 0;
	return true;
}
