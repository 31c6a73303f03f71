/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "render_lens.h"

enum {
	TAPS_MAX = 64,               /* of a blur, each way */
	RADIUS_MAX = 24,             /* of a disc */
	SUM_MARGIN = RADIUS_MAX + 2, /* before and behind a line's sums */
};

int lens_init(struct lens *lens, uint32_t width_px, uint32_t height_px)
{
	lens->stride = (size_t)width_px + 2 * SUM_MARGIN;
	lens->run = malloc(height_px * sizeof(*lens->run));
	lens->sum = malloc(lens->stride * height_px * sizeof(*lens->sum));
	lens->line = malloc(((size_t)width_px + 2 * TAPS_MAX) * sizeof(*lens->line));
	return lens->run && lens->sum && lens->line ? 0 : -ENOMEM;
}

void lens_deinit(struct lens *lens)
{
	free(lens->run);
	free(lens->sum);
	free(lens->line);
	memset(lens, 0, sizeof(*lens));
}

static float disc_radius(float diameter_px)
{
	return diameter_px < 1 ? 0 : fminf(diameter_px / 2, RADIUS_MAX);
}

static uint32_t blur_radius(float deviation_px)
{
	return deviation_px < 0.05f ? 0 : (uint32_t)fminf(ceilf(3 * deviation_px), TAPS_MAX);
}

uint32_t lens_spread_px(float defocus_px, float blur_px)
{
	return (uint32_t)ceilf(disc_radius(defocus_px)) + blur_radius(blur_px) + 1;
}

void lens_set_box(struct lens *lens, const struct box *box)
{
	for (uint32_t y = box->y0; y < box->y1; y++)
		lens->run[y - box->y0] = (struct run){.from = box->x0, .to = box->x1};
}

/* The sums of the box's line y, the first for where the box begins; SUM_MARGIN are before it. */
static float *sum_line(const struct lens *lens, const struct box *box, uint32_t y)
{
	return lens->sum + lens->stride * (y - box->y0) + SUM_MARGIN;
}

/* The parts of a run of which nothing is known: before and behind what is all the same. */
struct part {
	uint32_t from, n;
};

/* All of a line between two places as its run says: its parts dark, ready to be added to. */
static void begin_line(const struct run *run, uint32_t x0, uint32_t x1, float *line,
                       struct part ret[2])
{
	bool same = run->same_from < run->same_to;

	memset(line + x0, 0, (x1 - x0) * sizeof(*line));
	for (uint32_t x = run->same_from; x < run->same_to; x++)
		line[x] = 1;
	ret[0] = (struct part){run->from, (same ? run->same_from : run->to) - run->from};
	ret[1] = (struct part){run->same_to, same ? run->to - run->same_to : 0};
}

static void add_line(const float *restrict line, float weight, size_t n, float *restrict ret)
{
	for (size_t x = 0; x < n; x++)
		ret[x] += line[x] * weight;
}

static void draw_weights(float deviation_px, uint32_t radius, float weight[2 * TAPS_MAX + 1])
{
	float sum = 0;

	for (uint32_t i = 0; i <= 2 * radius; i++) {
		float away = (float)i - (float)radius;

		sum += weight[i] = expf(-away * away / (2 * deviation_px * deviation_px));
	}
	for (uint32_t i = 0; i <= 2 * radius; i++)
		weight[i] /= sum;
}

/* Along the lines: the sums become the picture blurred one way. */
static void blur_along(struct lens *lens, const float *picture, uint32_t stride,
                       const struct box *box, const float *weight, uint32_t radius)
{
	for (uint32_t y = box->y0; y < box->y1; y++) {
		const struct run *run = &lens->run[y - box->y0];
		const float *from = picture + (size_t)y * stride + run->from;
		float *to = sum_line(lens, box, y) - box->x0;
		uint32_t n = run->to - run->from;
		struct part part[2];

		begin_line(run, box->x0, box->x1, to, part);
		if (n == 0)
			continue;
		memcpy(lens->line + radius, from, n * sizeof(*from));
		for (uint32_t i = 0; i < radius; i++) {
			lens->line[i] = from[0];
			lens->line[radius + n + i] = from[n - 1];
		}
		for (int p = 0; p < 2; p++)
			for (uint32_t i = 0; i <= 2 * radius; i++)
				add_line(lens->line + (part[p].from - run->from) + i, weight[i],
				         part[p].n, to + part[p].from);
	}
}

void lens_blur(struct lens *lens, float *picture, uint32_t stride, const struct box *box,
               float deviation_px)
{
	uint32_t radius = blur_radius(deviation_px);
	float weight[2 * TAPS_MAX + 1];

	if (radius == 0)
		return;
	draw_weights(deviation_px, radius, weight);
	blur_along(lens, picture, stride, box, weight, radius);
	for (uint32_t y = box->y0; y < box->y1; y++) {
		const struct run *run = &lens->run[y - box->y0];
		float *to = picture + (size_t)y * stride;
		struct part part[2];

		begin_line(run, run->from, run->to, to, part);
		for (uint32_t i = 0; i <= 2 * radius; i++) {
			uint32_t from = y + i < box->y0 + radius ? box->y0 : y + i - radius;
			const float *line;

			line = sum_line(lens, box, from < box->y1 ? from : box->y1 - 1) - box->x0;
			for (int p = 0; p < 2; p++)
				add_line(line + part[p].from, weight[i], part[p].n,
				         to + part[p].from);
		}
	}
}

/* Sums from a line's beginning up to each of its places. */
static void add_up(const float *restrict line, const struct run *run, const struct box *box,
                   float *restrict ret_sum)
{
	float sum = 0;
	uint32_t x;

	memset(ret_sum - SUM_MARGIN, 0, (SUM_MARGIN + 1 + run->from - box->x0) * sizeof(*ret_sum));
	for (x = run->from; x < run->to; x++)
		ret_sum[x + 1 - box->x0] = sum += line[x];
	for (x = run->to + 1; x < box->x1 + SUM_MARGIN; x++)
		ret_sum[x - box->x0] = sum;
}

/*
 * Adds to each pixel what a disc's chord sees of a line that was added up: from `half` to the left
 * of the pixel's middle to as much to the right.
 */
static void add_chord(const float *restrict sum, float half, float weight, size_t n,
                      float *restrict ret)
{
	size_t whole = (size_t)(half + 0.5f);
	float outer = (half + 0.5f - (float)whole) * weight, inner = weight - outer;
	const float *right = sum + whole, *left = sum - whole;

	for (size_t x = 0; x < n; x++)
		ret[x] += inner * (right[x] - left[x + 1]) + outer * (right[x + 1] - left[x]);
}

/* Half a chord of a disc, `down` from its middle; 0: none. */
static float half_chord(float radius, int down)
{
	return sqrtf(fmaxf(radius * radius - (float)(down * down), 0));
}

void lens_defocus(struct lens *lens, float *picture, uint32_t stride, const struct box *box,
                  float diameter_px)
{
	float radius = disc_radius(diameter_px), area = 0;
	int high = (int)ceilf(radius);

	if (high == 0)
		return;
	for (int down = -high; down <= high; down++)
		area += 2 * half_chord(radius, down);
	for (uint32_t y = box->y0; y < box->y1; y++)
		add_up(picture + (size_t)y * stride, &lens->run[y - box->y0], box,
		       sum_line(lens, box, y));
	for (uint32_t y = box->y0; y < box->y1; y++) {
		const struct run *run = &lens->run[y - box->y0];
		float *to = picture + (size_t)y * stride;
		struct part part[2];

		begin_line(run, run->from, run->to, to, part);
		for (int down = -high; down <= high; down++) {
			float half = half_chord(radius, down);
			int64_t from = (int64_t)y + down;
			const float *sum;

			if (half <= 0 || from < box->y0 || from >= box->y1)
				continue;
			sum = sum_line(lens, box, (uint32_t)from) - box->x0;
			for (int p = 0; p < 2; p++)
				add_chord(sum + part[p].from, half, 1 / area, part[p].n,
				          to + part[p].from);
		}
	}
}
