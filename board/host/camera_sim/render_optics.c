/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "render_optics.h"

enum {
	SAMPLES = 3,     /* a pixel is the mean of SAMPLES² points */
	TAPS_MAX = 64,   /* of a blur, each way */
	SPREAD_PX = 24,  /* what blur may reach beyond the sheet */
	INSTANTS = 40,   /* of the shutter's time that make up a smear */
	FULL_SHARE = 256 /* of an exposure */
};

struct box {
	uint32_t x0, y0, x1, y1;
};

int layer_init(struct layer *layer, uint32_t width_px, uint32_t height_px)
{
	memset(layer, 0, sizeof(*layer));
	layer->width_px = width_px + 2 * LAYER_MARGIN_PX;
	layer->height_px = height_px + 2 * LAYER_MARGIN_PX;
	layer->light = calloc(layer->height_px, layer->width_px);
	layer->cover = calloc(layer->height_px, layer->width_px);
	return layer->light && layer->cover ? 0 : -ENOMEM;
}

void layer_deinit(struct layer *layer)
{
	free(layer->light);
	free(layer->cover);
	memset(layer, 0, sizeof(*layer));
}

int optics_init(struct optics *optics, uint32_t width_px, uint32_t height_px)
{
	size_t pixels;

	optics->width_px = width_px + 2 * LAYER_MARGIN_PX;
	optics->height_px = height_px + 2 * LAYER_MARGIN_PX;
	pixels = (size_t)optics->width_px * optics->height_px;
	optics->light = malloc(pixels * sizeof(*optics->light));
	optics->cover = malloc(pixels * sizeof(*optics->cover));
	optics->work = malloc(pixels * sizeof(*optics->work));
	optics->light_sum = malloc(width_px * sizeof(*optics->light_sum));
	optics->cover_sum = malloc(width_px * sizeof(*optics->cover_sum));
	return optics->light && optics->cover && optics->work && optics->light_sum &&
	               optics->cover_sum
	           ? 0
	           : -ENOMEM;
}

void optics_deinit(struct optics *optics)
{
	free(optics->light);
	free(optics->cover);
	free(optics->work);
	free(optics->light_sum);
	free(optics->cover_sum);
	memset(optics, 0, sizeof(*optics));
}

static uint32_t clip(int64_t at, uint32_t least, uint32_t most)
{
	return at < (int64_t)least ? least : at > (int64_t)most ? most : (uint32_t)at;
}

void optics_blur(float *picture, float *work, uint32_t stride, uint32_t x0, uint32_t y0,
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
			work[(size_t)y * stride + x] = level / sum;
		}
	for (uint32_t y = y0; y < y0 + height_px; y++) {
		float *line = picture + (size_t)y * stride;

		memset(line + x0, 0, width_px * sizeof(*line));
		for (int i = -radius; i <= radius; i++) {
			const float *from =
			    work + (size_t)clip((int64_t)y + i, y0, y0 + height_px - 1) * stride;
			float share = weight[i + radius] / sum;

			for (uint32_t x = x0; x < x0 + width_px; x++)
				line[x] += from[x] * share;
		}
	}
}

/* Sum of a line's pixels from its first up to a place between two. */
static float sum_to(const float *sum, float place, uint32_t width_px)
{
	float at = fminf(fmaxf(place, 0), (float)width_px);
	uint32_t whole = (uint32_t)at;

	if (whole >= width_px)
		return sum[width_px];
	return sum[whole] + (sum[whole + 1] - sum[whole]) * (at - (float)whole);
}

/* What is out of focus: each point becomes a disc. Beyond the box it is dark. */
static void defocus(const struct optics *optics, const struct box *box, float diameter_px,
                    float *picture)
{
	float radius = fminf(diameter_px / 2, SPREAD_PX), area = 0;
	uint32_t stride = optics->width_px, wide = box->x1 - box->x0;
	int high = (int)ceilf(radius);

	if (radius < 0.5f)
		return;
	/* Sums along the lines; one more than there are pixels, so the box ends before its line. */
	for (uint32_t y = box->y0; y < box->y1; y++) {
		float *sum = optics->work + (size_t)y * stride + box->x0;

		sum[0] = 0;
		for (uint32_t x = 0; x < wide; x++)
			sum[x + 1] = sum[x] + picture[(size_t)y * stride + box->x0 + x];
		memset(picture + (size_t)y * stride + box->x0, 0, wide * sizeof(*picture));
	}
	for (int down = -high; down <= high; down++) {
		float inside = radius * radius - (float)(down * down);

		area += inside > 0 ? 2 * sqrtf(inside) : 0;
	}
	for (uint32_t y = box->y0; y < box->y1; y++)
		for (int down = -high; down <= high; down++) {
			float inside = radius * radius - (float)(down * down), half;
			int64_t from = (int64_t)y + down;
			float *line = picture + (size_t)y * stride + box->x0;
			const float *sum;

			if (inside <= 0 || from < box->y0 || from >= box->y1)
				continue;
			half = sqrtf(inside);
			sum = optics->work + (size_t)from * stride + box->x0;
			for (uint32_t x = 0; x < wide; x++)
				line[x] += (sum_to(sum, (float)x + 0.5f + half, wide) -
				            sum_to(sum, (float)x + 0.5f - half, wide)) /
				           area;
		}
}

/* The part of the picture a sheet can touch; empty if x1 <= x0. */
static struct box touched(const struct optics *optics, const struct sheet *sheet,
                          const struct posture *posture)
{
	const float margin = LAYER_MARGIN_PX;
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
	    .x0 = clip((int64_t)least_x - SPREAD_PX, 0, optics->width_px - 1),
	    .y0 = clip((int64_t)least_y - SPREAD_PX, 0, optics->height_px),
	    .x1 = clip((int64_t)most_x + SPREAD_PX, 0, optics->width_px - 1),
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

/* Light of a pixel's part of the sheet, and how much of the pixel that is. */
static float pixel(const struct sheet *sheet, const struct posture *posture,
                   const struct homography *back, float x, float y, float *ret_cover)
{
	float sum = 0;
	int on = 0;

	for (int j = 0; j < SAMPLES; j++)
		for (int i = 0; i < SAMPLES; i++) {
			struct render_point at = homography_apply(
			    back, x + ((float)i + 0.5f) / SAMPLES, y + ((float)j + 0.5f) / SAMPLES);
			float level = sheet_at(sheet, posture, at.x_px, at.y_px);

			on += level >= 0;
			sum += level < 0 ? 0 : level;
		}
	*ret_cover = (float)on / (SAMPLES * SAMPLES);
	return sum / (SAMPLES * SAMPLES);
}

static uint8_t round_level(float level)
{
	return (uint8_t)(fminf(fmaxf(level, 0), 255) + 0.5f);
}

void optics_draw(struct optics *optics, const struct sheet *sheet, const struct posture *posture,
                 struct layer *ret)
{
	struct homography back = homography_invert(&posture->to_frame);
	struct box box = touched(optics, sheet, posture);
	uint32_t stride = optics->width_px, wide = box.x1 - box.x0, high = box.y1 - box.y0;
	float *const picture[2] = {optics->light, optics->cover};

	ret->x0 = box.x0;
	ret->y0 = box.y0;
	ret->x1 = box.x1;
	ret->y1 = box.y1;
	for (uint32_t y = box.y0; y < box.y1; y++)
		for (uint32_t x = box.x0; x < box.x1; x++) {
			float fx = (float)x - LAYER_MARGIN_PX, fy = (float)y - LAYER_MARGIN_PX;
			struct render_point on = homography_apply(&back, fx, fy);
			float cover, level = pixel(sheet, posture, &back, fx, fy, &cover);

			if (posture->screen)
				level *= screen_at(posture, fx, fy);
			level *= light_at(posture, fx, fy, (float)(stride - 2 * LAYER_MARGIN_PX));
			if (posture->glare)
				level += cover * glare_at(posture, on.x_px, on.y_px);
			optics->light[(size_t)y * stride + x] = fmaxf(level, 0);
			optics->cover[(size_t)y * stride + x] = 255 * cover;
		}
	for (int i = 0; i < 2; i++) {
		defocus(optics, &box, posture->defocus_px, picture[i]);
		optics_blur(picture[i], optics->work, stride, box.x0, box.y0, wide, high,
		            posture->blur_px);
	}
	for (uint32_t y = box.y0; y < box.y1; y++)
		for (uint32_t x = box.x0; x < box.x1; x++) {
			size_t at = (size_t)y * stride + x;

			ret->light[at] = round_level(optics->light[at]);
			ret->cover[at] = round_level(optics->cover[at]);
		}
}

/* The hand's way as shares of whole pixels; FULL_SHARE together. */
static void draw_smear(const struct posture *posture, float t_s, struct smear *ret)
{
	unsigned sum[SMEAR_MAX][SMEAR_MAX];
	const unsigned unit = 1 << 16;
	struct render_point first = hand_at(&posture->hand, t_s + posture->shutter_s / 2);
	int x0 = (int)floorf(first.x_px) - SMEAR_MAX / 2;
	int y0 = (int)floorf(first.y_px) - SMEAR_MAX / 2;
	unsigned left = FULL_SHARE;
	size_t most = 0;

	memset(sum, 0, sizeof(sum));
	for (int i = 0; i < INSTANTS; i++) {
		float way = ((float)i + 0.5f) / INSTANTS;
		struct render_point at = hand_at(&posture->hand, t_s + posture->shutter_s * way);
		float x = fminf(fmaxf(at.x_px - (float)x0, 0), SMEAR_MAX - 1.01f);
		float y = fminf(fmaxf(at.y_px - (float)y0, 0), SMEAR_MAX - 1.01f);
		int column = (int)x, row = (int)y;
		float wx = x - (float)column, wy = y - (float)row;

		sum[row][column] += (unsigned)((1 - wx) * (1 - wy) * (float)unit);
		sum[row][column + 1] += (unsigned)(wx * (1 - wy) * (float)unit);
		sum[row + 1][column] += (unsigned)((1 - wx) * wy * (float)unit);
		sum[row + 1][column + 1] += (unsigned)(wx * wy * (float)unit);
	}
	ret->n = 0;
	for (int y = 0; y < SMEAR_MAX; y++)
		for (int x = 0; x < SMEAR_MAX; x++) {
			unsigned share = sum[y][x] / (INSTANTS * (unit / FULL_SHARE));

			if (share == 0)
				continue;
			ret->tap[ret->n] = (struct tap){x0 + x, y0 + y, share};
			if (share > ret->tap[most].share)
				most = ret->n;
			ret->n++;
			left -= share;
		}
	ret->tap[most].share += left;
}

/* Adds up a line of a layer through a smear; (x, y) is where it begins in the layer. */
static void smear_line(const uint8_t *restrict picture, const struct layer *layer,
                       const struct smear *smear, int x, int y, uint32_t n, uint16_t *restrict ret)
{
	memset(ret, 0, n * sizeof(*ret));
	for (size_t i = 0; i < smear->n; i++) {
		int row = y - smear->tap[i].y_px, column = x - smear->tap[i].x_px;
		int skip = column < 0 ? -column : 0;
		int end =
		    (int)layer->width_px - column < (int)n ? (int)layer->width_px - column : (int)n;
		uint16_t share = (uint16_t)smear->tap[i].share;
		const uint8_t *restrict line;

		if (row < 0 || row >= (int)layer->height_px)
			continue;
		line = picture + (size_t)row * layer->width_px;
		for (int k = skip; k < end; k++)
			ret[k] = (uint16_t)(ret[k] + line[column + k] * share);
	}
}

void optics_expose(struct optics *optics, const struct layer *layer, const struct posture *posture,
                   float t_s, uint8_t *frame, uint32_t width_px, uint32_t height_px)
{
	struct smear *smear = &optics->smear;
	int least_x = INT32_MAX, least_y = INT32_MAX, most_x = INT32_MIN, most_y = INT32_MIN;
	int x0, x1, y0, y1;

	draw_smear(posture, t_s, smear);
	for (size_t i = 0; i < smear->n; i++) {
		least_x = smear->tap[i].x_px < least_x ? smear->tap[i].x_px : least_x;
		least_y = smear->tap[i].y_px < least_y ? smear->tap[i].y_px : least_y;
		most_x = smear->tap[i].x_px > most_x ? smear->tap[i].x_px : most_x;
		most_y = smear->tap[i].y_px > most_y ? smear->tap[i].y_px : most_y;
	}
	x0 = (int)clip((int64_t)layer->x0 + least_x - LAYER_MARGIN_PX, 0, width_px);
	x1 = (int)clip((int64_t)layer->x1 + most_x - LAYER_MARGIN_PX, 0, width_px);
	y0 = (int)clip((int64_t)layer->y0 + least_y - LAYER_MARGIN_PX, 0, height_px);
	y1 = (int)clip((int64_t)layer->y1 + most_y - LAYER_MARGIN_PX, 0, height_px);
	for (int y = y0; y < y1; y++) {
		uint8_t *restrict out = frame + (size_t)y * width_px + x0;
		uint32_t n = (uint32_t)(x1 - x0);

		smear_line(layer->light, layer, smear, x0 + LAYER_MARGIN_PX, y + LAYER_MARGIN_PX, n,
		           optics->light_sum);
		smear_line(layer->cover, layer, smear, x0 + LAYER_MARGIN_PX, y + LAYER_MARGIN_PX, n,
		           optics->cover_sum);
		for (uint32_t x = 0; x < n; x++) {
			uint32_t seen =
			    (uint32_t)(255 * FULL_SHARE - optics->cover_sum[x]) * out[x] / 255;
			uint32_t level =
			    (optics->light_sum[x] + seen + FULL_SHARE / 2) / FULL_SHARE;

			out[x] = (uint8_t)(level > 255 ? 255 : level);
		}
	}
}
