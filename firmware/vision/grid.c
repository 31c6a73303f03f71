/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <string.h>

#include "grid.h"
#include "qr_layout.h"

static void plane_at(const double p[8], float u, float v, float *ret_x, float *ret_y)
{
	double w = p[6] * u + p[7] * v + 1;

	if (fabs(w) < 0.05)
		w = 0.05;
	*ret_x = (float)((p[0] * u + p[1] * v + p[2]) / w);
	*ret_y = (float)((p[3] * u + p[4] * v + p[5]) / w);
}

/* Eight equations, solved by elimination. */
bool grid_lay(struct grid *grid, const float uv[4][2], const float xy[4][2])
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
		grid->plane[i] = m[i][8] / m[i][i];
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

void grid_flat_at(const struct grid *grid, float u, float v, float *ret_x, float *ret_y)
{
	plane_at(grid->plane, u, v, ret_x, ret_y);
}

void grid_axes(const struct grid *grid, float u, float v, float a[2], float b[2])
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

void grid_init(struct grid *grid, uint32_t modules)
{
	uint8_t middle[QR_ALIGNMENT_MAX];

	memset(grid, 0, sizeof(*grid));
	grid->modules = modules;
	grid->lines = qr_alignment((modules - 17) / 4, middle);
	for (uint32_t i = 0; i < grid->lines; i++)
		grid->line[i] = (float)middle[i] + 0.5f;
	if (grid->lines > 0)
		return;
	/* Version 1 has finders where others have them, and that is all. */
	grid->lines = 2;
	grid->line[0] = 6.5f;
	grid->line[1] = (float)modules - 6.5f;
}

bool grid_in_finder(const struct grid *grid, uint32_t i, uint32_t j)
{
	uint32_t last = grid->lines - 1;

	return (i == 0 && j == 0) || (i == 0 && j == last) || (j == 0 && i == last);
}
