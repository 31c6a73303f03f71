/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "render_optics.h"

enum {
	SAMPLES = 3,    /* a pixel is the mean of SAMPLES² points */
	TAPS_MAX = 64,  /* of a blur, each way */
	SPREAD_PX = 24, /* what blur and smear may reach beyond the sheet */
};

struct box {
	uint32_t x0, y0, x1, y1;
};

int optics_init(struct optics *optics, uint32_t width_px, uint32_t height_px)
{
	optics->width_px = width_px;
	optics->height_px = height_px;
	optics->work = malloc((size_t)width_px * height_px * sizeof(*optics->work));
	return optics->work ? 0 : -ENOMEM;
}

void optics_deinit(struct optics *optics)
{
	free(optics->work);
	optics->work = NULL;
}

static uint32_t clip(int64_t at, uint32_t least, uint32_t most)
{
	return at < (int64_t)least ? least : at > (int64_t)most ? most : (uint32_t)at;
}

void optics_blur(struct optics *optics, float *picture, uint32_t stride, uint32_t x0, uint32_t y0,
                 uint32_t width_px, uint32_t height_px, float deviation_px)
{
	int radius = (int)ceilf(3 * deviation_px);
	float weight[2 * TAPS_MAX + 1], sum = 0;

	if (deviation_px < 0.05f || width_px == 0 || height_px == 0)
		return;
	if (radius > TAPS_MAX)
		radius = TAPS_MAX;
	for (int i = -radius; i <= radius; i++)
		sum += weight[i + radius] =
		    expf(-(float)(i * i) / (2 * deviation_px * deviation_px));
	for (uint32_t y = y0; y < y0 + height_px; y++)
		for (uint32_t x = x0; x < x0 + width_px; x++) {
			float level = 0;

			for (int i = -radius; i <= radius; i++)
				level += weight[i + radius] *
				         picture[(size_t)y * stride +
				                 clip((int64_t)x + i, x0, x0 + width_px - 1)];
			optics->work[(size_t)y * stride + x] = level / sum;
		}
	for (uint32_t y = y0; y < y0 + height_px; y++) {
		float *line = picture + (size_t)y * stride;

		memset(line + x0, 0, width_px * sizeof(*line));
		for (int i = -radius; i <= radius; i++) {
			const float *from =
			    optics->work +
			    (size_t)clip((int64_t)y + i, y0, y0 + height_px - 1) * stride;
			float share = weight[i + radius] / sum;

			for (uint32_t x = x0; x < x0 + width_px; x++)
				line[x] += from[x] * share;
		}
	}
}

/* The shutter was open while the hand went `length_px` far. */
static void smear(struct optics *optics, const struct box *box, float length_px, float turn,
                  float *picture)
{
	int taps = (int)ceilf(length_px * 2) + 1;
	uint32_t stride = optics->width_px;

	if (length_px < 0.3f)
		return;
	for (uint32_t y = box->y0; y < box->y1; y++)
		memcpy(optics->work + (size_t)y * stride + box->x0,
		       picture + (size_t)y * stride + box->x0,
		       (box->x1 - box->x0) * sizeof(*picture));
	for (uint32_t y = box->y0; y < box->y1; y++)
		for (uint32_t x = box->x0; x < box->x1; x++) {
			float level = 0;

			for (int i = 0; i < taps; i++) {
				float way = length_px * ((float)i / (float)(taps - 1) - 0.5f);
				float fx = (float)x + way * cosf(turn),
				      fy = (float)y + way * sinf(turn);
				uint32_t column = clip((int64_t)floorf(fx), box->x0, box->x1 - 2);
				uint32_t row = clip((int64_t)floorf(fy), box->y0, box->y1 - 2);
				const float *at = optics->work + (size_t)row * stride + column;
				float wx = fminf(fmaxf(fx - (float)column, 0), 1);
				float wy = fminf(fmaxf(fy - (float)row, 0), 1);

				level += (at[0] * (1 - wx) + at[1] * wx) * (1 - wy) +
				         (at[stride] * (1 - wx) + at[stride + 1] * wx) * wy;
			}
			picture[(size_t)y * stride + x] = level / (float)taps;
		}
}

/* The part of the picture a sheet can touch; empty if x1 <= x0. */
static struct box touched(const struct optics *optics, const struct sheet *sheet,
                          const struct posture *posture, float margin)
{
	float m = (float)sheet->modules, extent[4];
	float least_x = INFINITY, least_y = INFINITY, most_x = -INFINITY, most_y = -INFINITY;

	sheet_extent(sheet, posture, extent);
	for (int i = 0; i < 4; i++) {
		struct render_point at =
		    homography_apply(&posture->to_frame, i & 1 ? m + extent[1] : -extent[0],
		                     i & 2 ? m + extent[3] : -extent[2]);

		least_x = fminf(least_x, at.x_px + margin);
		most_x = fmaxf(most_x, at.x_px + margin);
		least_y = fminf(least_y, at.y_px + margin);
		most_y = fmaxf(most_y, at.y_px + margin);
	}
	return (struct box){
	    .x0 = clip((int64_t)least_x - SPREAD_PX, 0, optics->width_px),
	    .y0 = clip((int64_t)least_y - SPREAD_PX, 0, optics->height_px),
	    .x1 = clip((int64_t)most_x + SPREAD_PX, 0, optics->width_px),
	    .y1 = clip((int64_t)most_y + SPREAD_PX, 0, optics->height_px),
	};
}

/* A lamp's reflection: blown out in the middle, a veil around it. */
static float glare_at(const struct posture *posture, float u, float v)
{
	float du = (u - posture->glare_u) / posture->glare_size;
	float dv = (v - posture->glare_v) / posture->glare_size;
	float away = du * du + dv * dv;

	return away > 36 ? 0 : 300 * expf(-away * away) + 45 * expf(-away / 5);
}

static float light_at(const struct posture *posture, float x, float y, float width_px)
{
	float slope = cosf(posture->slope_turn) * (x / width_px - 0.5f) +
	              sinf(posture->slope_turn) * (y / width_px - 0.3f);

	return posture->exposure * (1 + 2 * posture->slope * slope);
}

/* A screen's rows of pixels beat against the sensor's. */
static float screen_at(const struct posture *posture, float x, float y)
{
	float slow = sinf(6.2832f * (posture->moire_x * x + posture->moire_y * y));
	float fine = sinf(6.2832f * 0.41f * x) * sinf(6.2832f * 0.43f * y);

	return 1 + posture->moire * slow + 0.6f * posture->moire * fine;
}

static float pixel(const struct sheet *sheet, const struct posture *posture,
                   const struct homography *back, float x, float y, float behind)
{
	float sum = 0;

	for (int j = 0; j < SAMPLES; j++)
		for (int i = 0; i < SAMPLES; i++) {
			struct render_point at = homography_apply(
			    back, x + ((float)i + 0.5f) / SAMPLES, y + ((float)j + 0.5f) / SAMPLES);
			float level = sheet_at(sheet, posture, at.x_px, at.y_px);

			sum += level < 0 ? behind : level;
		}
	return sum / (SAMPLES * SAMPLES);
}

void optics_draw(struct optics *optics, const struct sheet *sheet, const struct posture *posture,
                 uint32_t margin_px, float *scene)
{
	struct homography back = homography_invert(&posture->to_frame);
	float margin = (float)margin_px;
	struct box box = touched(optics, sheet, posture, margin);
	uint32_t stride = optics->width_px;

	if (box.x1 < box.x0 + 2 || box.y1 < box.y0 + 2)
		return;
	for (uint32_t y = box.y0; y < box.y1; y++)
		for (uint32_t x = box.x0; x < box.x1; x++) {
			float *at = &scene[(size_t)y * stride + x];
			float fx = (float)x - margin, fy = (float)y - margin;
			struct render_point on = homography_apply(&back, fx, fy);
			float behind = *at;
			float light = light_at(posture, fx, fy, (float)stride);
			float level;

			/* The scene behind is lit already: undone here, done again below. */
			level = pixel(sheet, posture, &back, fx, fy, behind / light);
			if (posture->screen && sheet_at(sheet, posture, on.x_px, on.y_px) >= 0)
				level *= screen_at(posture, fx, fy);
			level *= light;
			if (posture->glare && sheet_at(sheet, posture, on.x_px, on.y_px) >= 0)
				level += glare_at(posture, on.x_px, on.y_px);
			*at = level;
		}
	smear(optics, &box, posture->motion_px, posture->motion_turn, scene);
	optics_blur(optics, scene, stride, box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0,
	            posture->blur_px);
}
