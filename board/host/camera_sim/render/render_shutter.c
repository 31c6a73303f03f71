/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "render_shutter.h"

enum {
	INSTANTS = 40,    /* of the shutter's time that make up a smear */
	FULL_SHARE = 256, /* of an exposure */
};

int shutter_init(struct shutter *shutter, uint32_t width_px, uint32_t height_px)
{
	shutter->width_px = width_px;
	shutter->height_px = height_px;
	shutter->light_sum = malloc(width_px * sizeof(*shutter->light_sum));
	shutter->cover_sum = malloc(width_px * sizeof(*shutter->cover_sum));
	return shutter->light_sum && shutter->cover_sum ? 0 : -ENOMEM;
}

void shutter_deinit(struct shutter *shutter)
{
	free(shutter->light_sum);
	free(shutter->cover_sum);
	memset(shutter, 0, sizeof(*shutter));
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

/* Nothing, for a line that a layer has nothing of. */
static struct reach reach_of(const struct layer *layer, int row)
{
	const struct reach none = {0};

	return row < (int)layer->box.y0 || row >= (int)layer->box.y1 ? none : layer->reach[row];
}

/* Adds up n pixels of a layer through a smear; (x, y) is the first of them in the layer. */
static void smear_line(const uint8_t *restrict picture, const struct layer *layer,
                       const struct smear *smear, int x, int y, int n, uint16_t *restrict ret)
{
	memset(ret, 0, (size_t)n * sizeof(*ret));
	for (size_t i = 0; i < smear->n; i++) {
		int row = y - smear->tap[i].y_px, column = x - smear->tap[i].x_px;
		struct reach reach = reach_of(layer, row);
		int begin = reach.from > column ? reach.from - column : 0;
		int end = reach.to - column < n ? reach.to - column : n;
		uint16_t share = (uint16_t)smear->tap[i].share;
		const uint8_t *restrict line;

		if (begin >= end)
			continue;
		line = picture + (size_t)row * layer->width_px;
		for (int k = begin; k < end; k++)
			ret[k] = (uint16_t)(ret[k] + line[column + k] * share);
	}
}

/* What a smear makes of the layer's reach in one line. */
static struct reach smear_reach(const struct layer *layer, const struct smear *smear, int y)
{
	struct reach sum = {INT_MAX, 0, INT_MAX, 0};

	for (size_t i = 0; i < smear->n; i++) {
		struct reach reach = reach_of(layer, y - smear->tap[i].y_px);
		int x = smear->tap[i].x_px;

		if (reach.from < reach.to) {
			sum.from = reach.from + x < sum.from ? reach.from + x : sum.from;
			sum.to = reach.to + x > sum.to ? reach.to + x : sum.to;
		}
		sum.solid_from =
		    reach.solid_from + x > sum.solid_from ? reach.solid_from + x : sum.solid_from;
		sum.solid_to =
		    reach.solid_to + x < sum.solid_to ? reach.solid_to + x : sum.solid_to;
	}
	return sum;
}

/* What one line of a layer is put on. */
struct target {
	const struct layer *layer;
	uint8_t *line; /* of the frame */
	int y;         /* of the layer */
};

/* From x0 to x1 in the layer the room is seen beside the sheet, and through its blurred edge. */
static void expose_edge(struct shutter *shutter, const struct target *target, int x0, int x1)
{
	uint8_t *restrict out = target->line + x0 - LAYER_MARGIN_PX;
	const uint16_t *restrict light = shutter->light_sum, *restrict cover = shutter->cover_sum;
	int n = x1 - x0;

	smear_line(target->layer->light, target->layer, &shutter->smear, x0, target->y, n,
	           shutter->light_sum);
	smear_line(target->layer->cover, target->layer, &shutter->smear, x0, target->y, n,
	           shutter->cover_sum);
	for (int x = 0; x < n; x++) {
		uint32_t seen = (uint32_t)(255 * FULL_SHARE - cover[x]) * out[x] / 255;
		uint32_t level = (light[x] + seen + FULL_SHARE / 2) / FULL_SHARE;

		out[x] = (uint8_t)(level > 255 ? 255 : level);
	}
}

/* From x0 to x1 there is nothing but the sheet. */
static void expose_solid(struct shutter *shutter, const struct target *target, int x0, int x1)
{
	uint8_t *restrict out = target->line + x0 - LAYER_MARGIN_PX;
	const uint16_t *restrict light = shutter->light_sum;
	int n = x1 - x0;

	smear_line(target->layer->light, target->layer, &shutter->smear, x0, target->y, n,
	           shutter->light_sum);
	/* 255 · FULL_SHARE and a half share still fit. */
	for (int x = 0; x < n; x++)
		out[x] = (uint8_t)((uint16_t)(light[x] + FULL_SHARE / 2) / FULL_SHARE);
}

static int clip(int at, int least, int most)
{
	return at < least ? least : at > most ? most : at;
}

void shutter_expose(struct shutter *shutter, const struct layer *layer,
                    const struct posture *posture, float t_s, uint8_t *frame)
{
	const int left = LAYER_MARGIN_PX, right = LAYER_MARGIN_PX + (int)shutter->width_px;

	draw_smear(posture, t_s, &shutter->smear);
	for (uint32_t y = 0; y < shutter->height_px; y++) {
		struct target target = {.layer = layer,
		                        .line = frame + (size_t)y * shutter->width_px,
		                        .y = (int)y + LAYER_MARGIN_PX};
		struct reach reach = smear_reach(layer, &shutter->smear, target.y);
		int from = clip(reach.from, left, right), to = clip(reach.to, left, right);
		int solid_from = clip(reach.solid_from, from, right);
		int solid_to = clip(reach.solid_to, left, to);

		if (from >= to)
			continue;
		if (solid_from >= solid_to) {
			expose_edge(shutter, &target, from, to);
			continue;
		}
		expose_edge(shutter, &target, from, solid_from);
		expose_solid(shutter, &target, solid_from, solid_to);
		expose_edge(shutter, &target, solid_to, to);
	}
}
