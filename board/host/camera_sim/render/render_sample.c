/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "render_sample.h"

enum { SAMPLES = 3 }; /* a pixel is the mean of SAMPLES² points */

static int edge_init(struct edge *edge, size_t pixels)
{
	edge->u = malloc((pixels + 1) * sizeof(*edge->u));
	edge->v = malloc((pixels + 1) * sizeof(*edge->v));
	edge->square = malloc((pixels + 1) * sizeof(*edge->square));
	return edge->u && edge->v && edge->square ? 0 : -ENOMEM;
}

static void edge_deinit(struct edge *edge)
{
	free(edge->u);
	free(edge->v);
	free(edge->square);
}

int sampler_init(struct sampler *sampler, uint32_t width_px)
{
	int r = edge_init(&sampler->above, width_px);

	return r < 0 ? r : edge_init(&sampler->below, width_px);
}

void sampler_deinit(struct sampler *sampler)
{
	edge_deinit(&sampler->above);
	edge_deinit(&sampler->below);
	memset(sampler, 0, sizeof(*sampler));
}

/* What is beside the sheet is in one of its outermost squares, where nothing is. */
static void find_edge(struct sampler *sampler, struct edge *ret)
{
	const float *m = sampler->back.m;
	float y_px = sampler->y_px, x_px = sampler->x_px;
	float u0 = m[1] * y_px + m[2], v0 = m[4] * y_px + m[5], w0 = m[7] * y_px + m[8];
	float least_u = (float)sampler->squares.least_u, wide = (float)sampler->squares.wide;
	float least_v = (float)sampler->squares.least_v, high = (float)sampler->squares.high;
	float most_u = wide - 0.5f, most_v = high - 0.5f;
	float *restrict ret_u = ret->u, *restrict ret_v = ret->v;
	int *restrict ret_square = ret->square;

	for (size_t i = 0; i <= sampler->n; i++) {
		float x = x_px + (float)(int)i;
		float w = 1 / (m[6] * x + w0);
		float u = (m[0] * x + u0) * w - least_u;
		float v = (m[3] * x + v0) * w - least_v;

		u = u > 0 ? u : 0;
		v = v > 0 ? v : 0;
		ret_u[i] = u = u < most_u ? u : most_u;
		ret_v[i] = v = v < most_v ? v : most_v;
		/* Small enough for a float to hold exactly, and quicker than whole numbers. */
		ret_square[i] = (int)((float)(int)v * wide + (float)(int)u);
	}
}

/* A place within a pixel between its corners' places on the sheet; x and y are 0 to 1. */
static float between(const float *above, const float *below, float x, float y)
{
	float upper = above[0] + (above[1] - above[0]) * x;
	float lower = below[0] + (below[1] - below[0]) * x;

	return upper + (lower - upper) * y;
}

/* Brightness at a place counted from the first of the squares; below 0: the sheet is not there. */
static float level_at(const struct sampler *sampler, float u, float v)
{
	const struct sheet_squares *squares = &sampler->squares;
	int level = squares->level[(int)v * (int)squares->wide + (int)u];

	if (level == SQUARE_UNEVEN)
		return sheet_at(sampler->sheet, sampler->posture, sampler->extent,
		                u + (float)squares->least_u, v + (float)squares->least_v);
	return (float)level;
}

/* Light of a pixel's part of the sheet, and how much of the pixel that is. */
static float pixel(const struct sampler *sampler, size_t x, float *ret_cover)
{
	const struct edge *above = &sampler->above, *below = &sampler->below;
	static const float third[SAMPLES] = {0.5f / SAMPLES, 1.5f / SAMPLES, 2.5f / SAMPLES};
	/* The corners first. */
	static const uint8_t order[SAMPLES * SAMPLES] = {0, 2, 6, 8, 1, 3, 4, 5, 7};
	bool uneven = sampler->squares.level[above->square[x]] == SQUARE_UNEVEN;
	float level[SAMPLES * SAMPLES], sum = 0;
	int on = 0;

	for (int i = 0; i < SAMPLES * SAMPLES; i++) {
		float right = third[order[i] % SAMPLES], down = third[order[i] / SAMPLES];

		/* No print is as small as a pixel: if its corners are alike, so is the rest. */
		if (i == 4 && uneven && level[1] == level[0] && level[2] == level[0] &&
		    level[3] == level[0]) {
			*ret_cover = level[0] >= 0 ? 1 : 0;
			return level[0] >= 0 ? level[0] : 0;
		}
		level[i] = level_at(sampler, between(above->u + x, below->u + x, right, down),
		                    between(above->v + x, below->v + x, right, down));
		on += level[i] >= 0;
		sum += level[i] >= 0 ? level[i] : 0;
	}
	*ret_cover = (float)on / (SAMPLES * SAMPLES);
	return sum / (SAMPLES * SAMPLES);
}

void sampler_begin(struct sampler *sampler, const struct sheet *sheet,
                   const struct posture *posture, float x_px, float y_px, size_t n)
{
	sampler->sheet = sheet;
	sampler->posture = posture;
	sampler->back = homography_invert(&posture->to_frame);
	sampler->x_px = x_px;
	sampler->y_px = y_px;
	sampler->n = n;
	sheet_extent(sheet, posture, sampler->extent);
	sheet_squares(sheet, posture, &sampler->squares);
	find_edge(sampler, &sampler->below);
}

void sampler_line(struct sampler *sampler, size_t first, size_t n, float *ret_light,
                  float *ret_cover)
{
	const int16_t *level = sampler->squares.level;
	const struct edge last = sampler->below;

	sampler->below = sampler->above;
	sampler->above = last;
	sampler->y_px++;
	find_edge(sampler, &sampler->below);
	for (size_t i = 0; i < n; i++) {
		const int *above = sampler->above.square + first + i;
		const int *below = sampler->below.square + first + i;
		int is = level[above[0]];
		/* Within one square, or two side by side. */
		bool within = (above[0] == above[1] && below[0] == below[1]) ||
		              (above[0] == below[0] && above[1] == below[1]);

		if (within && is == level[below[1]] && is != SQUARE_UNEVEN) {
			ret_light[i] = is == SQUARE_NOTHING ? 0 : (float)is;
			ret_cover[i] = is == SQUARE_NOTHING ? 0 : 1;
		} else {
			ret_light[i] = pixel(sampler, first + i, &ret_cover[i]);
		}
	}
}
