/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "modules.h"

enum {
	REACH = 2, /* modules each way that a module's filter sees */
	TAPS = (2 * REACH + 1) * (2 * REACH + 1),
	UNKNOWNS = TAPS + 1, /* and what is the same everywhere */
	LESSONS_MAX = 2000,  /* modules learnt from are left out in larger symbols */
	FIXED_COUNTS = 3,    /* times as much as one whose colour is only believed */
	USUAL_DARK = 48,     /* mean of how dark or light modules are */
};

void modules_sample(const struct grid *grid, const struct view *view, bool light,
                    enum modules_points points, struct modules *ret)
{
	static const float at[5][2] = {
	    {0.5f, 0.5f}, {0.3f, 0.3f}, {0.7f, 0.3f}, {0.3f, 0.7f}, {0.7f, 0.7f}};
	int n_points = points == MODULES_MIDDLE ? 1 : 5;
	uint32_t n = ret->n = grid->modules;

	for (uint32_t v = 0; v < n; v++)
		for (uint32_t u = 0; u < n; u++) {
			float sum = 0, x, y;

			for (int i = 0; i < n_points; i++) {
				grid_at(grid, (float)u + at[i][0], (float)v + at[i][1], &x, &y);
				sum += grey_at(view, x, y);
			}
			sum /= (float)n_points;
			ret->grey[v * n + u] = (uint8_t)(light ? 255 - sum : sum);
		}
}

/* A factor that makes the mean of how dark or light things are the usual one. */
static float usual_factor(const float *dark, size_t n)
{
	float sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += fabsf(dark[i]);
	return sum > 0 ? USUAL_DARK * (float)n / sum : 0;
}

static void keep_dark(const float *dark, struct modules *modules)
{
	size_t n = (size_t)modules->n * modules->n;
	float factor = usual_factor(dark, n);

	/* Never 0: each is told to be something. */
	for (size_t i = 0; i < n; i++) {
		float sure = fminf(fmaxf(fabsf(dark[i]) * factor, 1), INT8_MAX);

		modules->dark[i] = (int8_t)(dark[i] > 0 ? sure : -sure);
	}
}

void modules_tell(struct modules *modules, int area)
{
	int n = (int)modules->n;
	uint32_t column[GRID_MODULES_MAX] = {0};
	float dark[MODULES_MAX];

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
			int count = high * (right - left + 1);

			if (u + area < n)
				sum += column[u + area];
			if (u > area)
				sum -= column[u - area - 1];
			dark[v * n + u] =
			    (float)sum / (float)count - (float)modules->grey[v * n + u];
		}
	}
	keep_dark(dark, modules);
}

void modules_sharpen(struct modules *modules, int gain_4ths)
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
static void each_fixed(const struct grid *grid,
                       void (*fixed)(uint32_t at, bool dark, void *context), void *context)
{
	static const int corner[3][2] = {{0, 0}, {1, 0}, {0, 1}};
	int n = (int)grid->modules;

	for (int i = 8; i < n - 8; i++) {
		fixed((uint32_t)(6 * n + i), i % 2 == 0, context);
		fixed((uint32_t)(i * n + 6), i % 2 == 0, context);
	}
	for (int c = 0; c < 3; c++)
		for (int v = -4; v <= 4; v++)
			for (int u = -4; u <= 4; u++) {
				int x = (corner[c][0] ? n - 4 : 3) + u;
				int y = (corner[c][1] ? n - 4 : 3) + v;
				int ring = abs(u) > abs(v) ? abs(u) : abs(v);

				if (x >= 0 && y >= 0 && x < n && y < n)
					fixed((uint32_t)(y * n + x), ring != 2 && ring != 4,
					      context);
			}
	if (n == GRID_MODULES_MIN)
		return;
	for (uint32_t j = 0; j < grid->lines; j++)
		for (uint32_t i = 0; i < grid->lines; i++)
			for (int k = 0; k < 25 && !grid_in_finder(grid, i, j); k++) {
				int u = k % 5 - 2, v = k / 5 - 2;
				int ring = abs(u) > abs(v) ? abs(u) : abs(v);

				fixed((uint32_t)(((int)grid->line[j] + v) * n + (int)grid->line[i] +
				                 u),
				      ring != 1, context);
			}
}

struct tally {
	const struct modules *modules;
	unsigned right, all;
};

static void count_fixed(uint32_t at, bool dark, void *context)
{
	struct tally *tally = context;

	tally->right += (tally->modules->dark[at] > 0) == dark;
	tally->all++;
}

float modules_quality(const struct grid *grid, const struct modules *modules)
{
	struct tally tally = {.modules = modules};

	each_fixed(grid, count_fixed, &tally);
	return (float)tally.right / (float)tally.all;
}

/* What is to be learnt of a module: 0 nothing, else its colour's sign and how much it counts. */
struct lessons {
	int8_t want[MODULES_MAX];
};

static void want_fixed(uint32_t at, bool dark, void *context)
{
	struct lessons *lessons = context;

	lessons->want[at] = dark ? FIXED_COUNTS : -FIXED_COUNTS;
}

/* A module's neighbourhood; around the symbol it is light. */
static void look_around(const struct modules *modules, int u, int v, float ret[UNKNOWNS])
{
	int n = (int)modules->n, k = 0;

	for (int y = v - REACH; y <= v + REACH; y++)
		for (int x = u - REACH; x <= u + REACH; x++)
			ret[k++] = x < 0 || y < 0 || x >= n || y >= n
			               ? -USUAL_DARK
			               : (float)modules->dark[y * n + x];
	ret[k] = USUAL_DARK;
}

/* Normal equations of the least squares, the upper half. */
static void learn(const struct modules *modules, const struct lessons *lessons,
                  float ret[UNKNOWNS][UNKNOWNS + 1])
{
	uint32_t n = modules->n, every = n * n / LESSONS_MAX + 1;

	memset(ret, 0, sizeof(float[UNKNOWNS][UNKNOWNS + 1]));
	for (uint32_t at = 0; at < n * n; at++) {
		float around[UNKNOWNS], weight = (float)abs(lessons->want[at]);
		float want = lessons->want[at] > 0 ? USUAL_DARK : -USUAL_DARK;

		if (lessons->want[at] == 0 ||
		    (abs(lessons->want[at]) < FIXED_COUNTS && at % every != 0))
			continue;
		look_around(modules, (int)(at % n), (int)(at / n), around);
		for (int i = 0; i < UNKNOWNS; i++) {
			float share = weight * around[i];

			for (int j = i; j < UNKNOWNS; j++)
				ret[i][j] += share * around[j];
			ret[i][UNKNOWNS] += share * want;
		}
	}
}

/* Solves them by Cholesky's way, held back a little towards small weights. */
static bool solve(float m[UNKNOWNS][UNKNOWNS + 1], float ret[UNKNOWNS])
{
	float trace = 0;

	for (int i = 0; i < UNKNOWNS; i++)
		trace += m[i][i];
	if (trace <= 0)
		return false;
	for (int i = 0; i < UNKNOWNS; i++)
		m[i][i] += 0.003f * trace / UNKNOWNS;
	/* m = L Lt, L in the lower half; then L y = b and Lt x = y. */
	for (int j = 0; j < UNKNOWNS; j++) {
		float rest = m[j][j];

		for (int k = 0; k < j; k++)
			rest -= m[j][k] * m[j][k];
		if (rest <= 0)
			return false;
		m[j][j] = sqrtf(rest);
		for (int i = j + 1; i < UNKNOWNS; i++) {
			float sum = m[j][i];

			for (int k = 0; k < j; k++)
				sum -= m[i][k] * m[j][k];
			m[i][j] = sum / m[j][j];
		}
	}
	for (int i = 0; i < UNKNOWNS; i++) {
		float sum = m[i][UNKNOWNS];

		for (int k = 0; k < i; k++)
			sum -= m[i][k] * ret[k];
		ret[i] = sum / m[i][i];
	}
	for (int i = UNKNOWNS - 1; i >= 0; i--) {
		float sum = ret[i];

		for (int k = i + 1; k < UNKNOWNS; k++)
			sum -= m[k][i] * ret[k];
		ret[i] = sum / m[i][i];
	}
	return true;
}

bool modules_equalize(const struct grid *grid, struct modules *modules)
{
	uint32_t n = modules->n;
	float m[UNKNOWNS][UNKNOWNS + 1], weight[UNKNOWNS], dark[MODULES_MAX];
	struct lessons lessons;

	for (uint32_t at = 0; at < n * n; at++)
		lessons.want[at] = (int8_t)((modules->dark[at] > 0) - (modules->dark[at] < 0));
	each_fixed(grid, want_fixed, &lessons);
	learn(modules, &lessons, m);
	if (!solve(m, weight))
		return false;
	for (uint32_t at = 0; at < n * n; at++) {
		float around[UNKNOWNS], sum = 0;

		look_around(modules, (int)(at % n), (int)(at / n), around);
		for (int i = 0; i < UNKNOWNS; i++)
			sum += weight[i] * around[i];
		dark[at] = sum;
	}
	keep_dark(dark, modules);
	return true;
}
