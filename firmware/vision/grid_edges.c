/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <string.h>

#include "grid_edges.h"

enum {
	ROUNDS = 4,
	PROFILE = 8, /* samples to each side of where an edge is expected */
	ALONG = 4,   /* places of a finder's side */
	UNKNOWNS = 8,
};

/* An edge that is expected at (u, v): where it runs along, and on which side it is dark. */
struct edge {
	float u, v;
	bool upright; /* dark and light are left and right of it, else above and below */
	float dark;   /* -1: before it, 1: behind it */
};

/* Normal equations of the plane's eight numbers. */
struct equations {
	double m[UNKNOWNS][UNKNOWNS + 1];
	uint32_t n;
};

struct settling {
	const struct grid *grid;
	const struct view *view;
	bool light;
	float reach;
	struct equations equations;
};

/* How far from where it is expected an edge is, in modules; INFINITY: there is none. */
static float find_edge(const struct settling *settling, const struct edge *edge)
{
	float grey[2 * PROFILE + 1], step = settling->reach / PROFILE, best = 0, side;
	float sign = settling->light ? -edge->dark : edge->dark;
	float contrast[2 * PROFILE + 1] = {0};
	int at = 0;

	for (int i = -PROFILE; i <= PROFILE; i++) {
		float way = (float)i * step, x, y;

		grid_flat_at(settling->grid, edge->upright ? edge->u + way : edge->u,
		             edge->upright ? edge->v : edge->v + way, &x, &y);
		grey[i + PROFILE] = grey_at(settling->view, x, y);
	}
	/* Positive where it gets dark on the right side; of equals the nearer one. */
	for (int i = 1; i < 2 * PROFILE; i++) {
		float off = fabsf((float)(i - PROFILE)) / PROFILE;

		contrast[i] = (grey[i - 1] - grey[i + 1]) * sign * (1 - 0.3f * off);
		if (contrast[i] > best) {
			best = contrast[i];
			at = i;
		}
	}
	if (best < 6)
		return INFINITY;
	/* The top of the parabola through the neighbours. */
	side = contrast[at - 1] - 2 * best + contrast[at + 1];
	side = side < 0 ? (contrast[at - 1] - contrast[at + 1]) / 2 / side : 0;
	return ((float)(at - PROFILE) + side) * step;
}

/* What an edge says of the plane: the distance from the line it expects, to first order. */
static void learn_edge(struct settling *settling, const struct edge *edge)
{
	const double *p = settling->grid->plane;
	float off = find_edge(settling, edge), x, y, to_x, to_y, a[2], b[2];
	double w = p[6] * (double)edge->u + p[7] * (double)edge->v + 1, u = edge->u, v = edge->v;
	double normal[2], length, residual, row[UNKNOWNS];

	if (!isfinite(off) || fabs(w) < 0.05)
		return;
	grid_flat_at(settling->grid, edge->u, edge->v, &x, &y);
	grid_flat_at(settling->grid, edge->upright ? edge->u + off : edge->u,
	             edge->upright ? edge->v : edge->v + off, &to_x, &to_y);
	grid_axes(settling->grid, edge->u, edge->v, a, b);
	normal[0] = edge->upright ? -b[1] : -a[1];
	normal[1] = edge->upright ? b[0] : a[0];
	length = hypot(normal[0], normal[1]);
	if (length == 0)
		return;
	normal[0] /= length;
	normal[1] /= length;
	residual = normal[0] * (double)(to_x - x) + normal[1] * (double)(to_y - y);
	row[0] = normal[0] * u / w;
	row[1] = normal[0] * v / w;
	row[2] = normal[0] / w;
	row[3] = normal[1] * u / w;
	row[4] = normal[1] * v / w;
	row[5] = normal[1] / w;
	row[6] = -(normal[0] * (double)x + normal[1] * (double)y) * u / w;
	row[7] = -(normal[0] * (double)x + normal[1] * (double)y) * v / w;
	for (int i = 0; i < UNKNOWNS; i++) {
		for (int j = 0; j < UNKNOWNS; j++)
			settling->equations.m[i][j] += row[i] * row[j];
		settling->equations.m[i][UNKNOWNS] += row[i] * residual;
	}
	settling->equations.n++;
}

/* The three squares of a finder: edges 1.5, 2.5 and 3.5 modules from its middle. */
static void learn_finder(struct settling *settling, float u, float v)
{
	for (int ring = 0; ring < 3; ring++)
		for (int side = 0; side < 4; side++)
			for (int i = 0; i < ALONG; i++) {
				float far = 1.5f + (float)ring, sign = side & 1 ? 1 : -1;
				float along = far * (-0.6f + 1.2f * (float)i / (ALONG - 1));
				struct edge edge = {.upright = side < 2};

				edge.u = u + (edge.upright ? sign * far : along);
				edge.v = v + (edge.upright ? along : sign * far);
				/* Inside the first and the last one it is dark. */
				edge.dark = (ring == 1 ? 1 : -1) * sign;
				learn_edge(settling, &edge);
			}
}

static void learn_timing(struct settling *settling)
{
	int n = (int)settling->grid->modules;

	for (int i = 8; i <= n - 8; i++) {
		/* Even modules are dark. */
		float dark = i % 2 == 0 ? 1 : -1;
		const struct edge across = {(float)i, 6.5f, true, dark};
		const struct edge down = {6.5f, (float)i, false, dark};

		learn_edge(settling, &across);
		learn_edge(settling, &down);
	}
}

/* Gauss's elimination, each unknown in its own measure, held back a little. */
static bool solve(struct equations *equations, double ret[UNKNOWNS])
{
	double scale[UNKNOWNS];

	for (int i = 0; i < UNKNOWNS; i++) {
		if (equations->m[i][i] <= 0)
			return false;
		scale[i] = 1 / sqrt(equations->m[i][i]);
	}
	for (int i = 0; i < UNKNOWNS; i++) {
		for (int j = 0; j < UNKNOWNS; j++)
			equations->m[i][j] *= scale[i] * scale[j];
		equations->m[i][UNKNOWNS] *= scale[i];
		equations->m[i][i] += 1e-7;
	}
	for (int c = 0; c < UNKNOWNS; c++) {
		if (equations->m[c][c] < 1e-12)
			return false;
		for (int r = 0; r < UNKNOWNS; r++) {
			double share = equations->m[r][c] / equations->m[c][c];

			for (int k = c; k <= UNKNOWNS && r != c; k++)
				equations->m[r][k] -= share * equations->m[c][k];
		}
	}
	for (int i = 0; i < UNKNOWNS; i++)
		ret[i] = scale[i] * equations->m[i][UNKNOWNS] / equations->m[i][i];
	return true;
}

void grid_settle(struct grid *grid, const struct view *view, bool light, float reach)
{
	float far = (float)grid->modules - 3.5f;

	for (int round = 0; round < ROUNDS; round++) {
		struct settling settling = {
		    .grid = grid, .view = view, .light = light, .reach = reach};
		double by[UNKNOWNS];

		learn_finder(&settling, 3.5f, 3.5f);
		learn_finder(&settling, far, 3.5f);
		learn_finder(&settling, 3.5f, far);
		learn_timing(&settling);
		if (settling.equations.n < 48 || !solve(&settling.equations, by))
			return;
		for (int i = 0; i < UNKNOWNS; i++)
			grid->plane[i] += by[i];
		reach = fmaxf(0.7f * reach, 0.45f);
	}
}
