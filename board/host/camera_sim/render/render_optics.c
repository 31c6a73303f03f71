/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "render_optics.h"

enum {
	GLARE_FAR = 36,     /* the square of how many times its size a reflection reaches */
	GLARE_STEPS = 2048, /* of its table */
};

static const float full_turn = 6.2831853f;

int layer_init(struct layer *layer, uint32_t width_px, uint32_t height_px)
{
	memset(layer, 0, sizeof(*layer));
	layer->width_px = width_px + 2 * LAYER_MARGIN_PX;
	layer->height_px = height_px + 2 * LAYER_MARGIN_PX;
	layer->light = calloc(layer->height_px, layer->width_px);
	layer->cover = calloc(layer->height_px, layer->width_px);
	layer->reach = calloc(layer->height_px, sizeof(*layer->reach));
	return layer->light && layer->cover && layer->reach ? 0 : -ENOMEM;
}

void layer_deinit(struct layer *layer)
{
	free(layer->light);
	free(layer->cover);
	free(layer->reach);
	memset(layer, 0, sizeof(*layer));
}

/* A lamp's reflection: blown out in the middle, a veil around it. */
static void draw_glare(float *table)
{
	for (int i = 0; i < GLARE_STEPS; i++) {
		float away = (float)i * GLARE_FAR / GLARE_STEPS;

		table[i] = 300 * expf(-away * away) + 45 * expf(-away / 5);
	}
	table[GLARE_STEPS] = 0;
}

int optics_init(struct optics *optics, uint32_t width_px, uint32_t height_px)
{
	size_t wide = (size_t)width_px + 2 * LAYER_MARGIN_PX, pixels;

	optics->width_px = width_px + 2 * LAYER_MARGIN_PX;
	optics->height_px = height_px + 2 * LAYER_MARGIN_PX;
	pixels = wide * optics->height_px;
	optics->light = malloc(pixels * sizeof(*optics->light));
	optics->cover = malloc(pixels * sizeof(*optics->cover));
	optics->sharp = malloc(optics->height_px * sizeof(*optics->sharp));
	optics->fine = malloc(wide * sizeof(*optics->fine));
	optics->slow_sin = malloc(wide * sizeof(*optics->slow_sin));
	optics->slow_cos = malloc(wide * sizeof(*optics->slow_cos));
	optics->glare = malloc((GLARE_STEPS + 1) * sizeof(*optics->glare));
	if (!optics->light || !optics->cover || !optics->sharp || !optics->fine ||
	    !optics->slow_sin || !optics->slow_cos || !optics->glare)
		return -ENOMEM;
	draw_glare(optics->glare);
	if (sampler_init(&optics->sampler, optics->width_px) < 0)
		return -ENOMEM;
	return lens_init(&optics->lens, optics->width_px, optics->height_px);
}

void optics_deinit(struct optics *optics)
{
	lens_deinit(&optics->lens);
	sampler_deinit(&optics->sampler);
	free(optics->light);
	free(optics->cover);
	free(optics->sharp);
	free(optics->fine);
	free(optics->slow_sin);
	free(optics->slow_cos);
	free(optics->glare);
	memset(optics, 0, sizeof(*optics));
}

static uint32_t clip(int64_t at, uint32_t least, uint32_t most)
{
	return at < (int64_t)least ? least : at > (int64_t)most ? most : (uint32_t)at;
}

/* A sheet's corners in a layer, one after the other. */
struct outline {
	struct render_point corner[4];
};

static struct outline find_outline(const struct sheet *sheet, const struct posture *posture)
{
	float m = (float)sheet->modules, extent[4];
	struct outline outline;

	sheet_extent(sheet, posture, extent);
	for (int i = 0; i < 4; i++) {
		outline.corner[i] = homography_apply(&posture->to_frame,
		                                     i == 1 || i == 2 ? m + extent[1] : -extent[0],
		                                     i >= 2 ? m + extent[3] : -extent[2]);
		outline.corner[i].x_px += LAYER_MARGIN_PX;
		outline.corner[i].y_px += LAYER_MARGIN_PX;
	}
	return outline;
}

/* The part of a layer that the sheet can touch; empty if x1 <= x0. */
static struct box touched(const struct optics *optics, const struct outline *outline,
                          int64_t spread_px)
{
	float least_x = INFINITY, least_y = INFINITY, most_x = -INFINITY, most_y = -INFINITY;

	for (int i = 0; i < 4; i++) {
		least_x = fminf(least_x, outline->corner[i].x_px);
		most_x = fmaxf(most_x, outline->corner[i].x_px);
		least_y = fminf(least_y, outline->corner[i].y_px);
		most_y = fmaxf(most_y, outline->corner[i].y_px);
	}
	return (struct box){
	    .x0 = clip((int64_t)least_x - spread_px, 0, optics->width_px - 1),
	    .y0 = clip((int64_t)least_y - spread_px, 0, optics->height_px),
	    .x1 = clip((int64_t)most_x + spread_px, 0, optics->width_px - 1),
	    .y1 = clip((int64_t)most_y + spread_px, 0, optics->height_px),
	};
}

/* The pixels of a line between which the sheet lies, with one or two to spare. */
static void find_ends(const struct outline *outline, uint32_t y, const struct box *box,
                      uint32_t *ret_from, uint32_t *ret_to)
{
	float above = (float)y - 1, below = (float)y + 2, least = INFINITY, most = -INFINITY;

	for (int i = 0; i < 4; i++) {
		struct render_point p = outline->corner[i], q = outline->corner[(i + 1) % 4];
		float high = q.y_px - p.y_px, a = 0, b = 1;

		if (fmaxf(p.y_px, q.y_px) < above || fminf(p.y_px, q.y_px) > below)
			continue;
		if (fabsf(high) > 0.01f) {
			a = fminf(fmaxf((above - p.y_px) / high, 0), 1);
			b = fminf(fmaxf((below - p.y_px) / high, 0), 1);
		}
		a = p.x_px + (q.x_px - p.x_px) * a;
		b = p.x_px + (q.x_px - p.x_px) * b;
		least = fminf(least, fminf(a, b));
		most = fmaxf(most, fmaxf(a, b));
	}
	*ret_from = *ret_to = box->x0;
	if (least > most)
		return;
	*ret_from = clip((int64_t)least - 1, box->x0, box->x1);
	*ret_to = clip((int64_t)most + 2, box->x0, box->x1);
}

/* Some pixels of a line of a layer: light, cover, and where they are in the box and the frame. */
struct line {
	float *light, *cover;
	size_t first, n;
	float x_px, y_px;
};

/* A screen's rows of pixels beat against the sensor's: a coarse wave and a fine one. */
static void begin_screen(struct optics *optics, const struct posture *posture, float x_px, size_t n)
{
	for (size_t x = 0; x < n; x++) {
		float way = full_turn * posture->moire_x * (x_px + (float)x);

		optics->slow_sin[x] = posture->moire * sinf(way);
		optics->slow_cos[x] = posture->moire * cosf(way);
		optics->fine[x] =
		    0.6f * posture->moire * sinf(full_turn * 0.41f * (x_px + (float)x));
	}
}

static void screen_line(const struct optics *optics, const struct posture *posture,
                        const struct line *line)
{
	float way = full_turn * posture->moire_y * line->y_px, s = sinf(way), c = cosf(way);
	float f = sinf(full_turn * 0.43f * line->y_px);
	const float *restrict slow_sin = optics->slow_sin + line->first;
	const float *restrict slow_cos = optics->slow_cos + line->first;
	const float *restrict fine = optics->fine + line->first;
	float *restrict light = line->light;

	for (size_t x = 0; x < line->n; x++)
		light[x] *= 1 + slow_sin[x] * c + slow_cos[x] * s + fine[x] * f;
}

static void light_line(const struct posture *posture, float width_px, const struct line *line)
{
	float across = cosf(posture->slope_turn), along = sinf(posture->slope_turn);
	float begin =
	    across * (line->x_px / width_px - 0.5f) + along * (line->y_px / width_px - 0.3f);
	float level = posture->exposure * (1 + 2 * posture->slope * begin);
	float step = posture->exposure * 2 * posture->slope * across / width_px;
	float *restrict light = line->light;

	for (size_t x = 0; x < line->n; x++)
		light[x] *= level + step * (float)(int)x;
}

static void glare_line(const struct optics *optics, const struct posture *posture,
                       const struct homography *back, const struct line *line)
{
	for (size_t x = 0; x < line->n; x++) {
		struct render_point on;
		float du, dv, step;
		size_t whole;

		if (line->cover[x] <= 0)
			continue;
		on = homography_apply(back, line->x_px + (float)x, line->y_px);
		du = (on.x_px - posture->glare_u) / posture->glare_size;
		dv = (on.y_px - posture->glare_v) / posture->glare_size;
		step = (du * du + dv * dv) * GLARE_STEPS / GLARE_FAR;
		if (step >= GLARE_STEPS)
			continue;
		whole = (size_t)step;
		line->light[x] +=
		    line->cover[x] *
		    (optics->glare[whole] +
		     (optics->glare[whole + 1] - optics->glare[whole]) * (step - (float)whole));
	}
}

void optics_round(const float *restrict level, float times, size_t n, uint8_t *restrict ret)
{
	for (size_t x = 0; x < n; x++) {
		/* Nothing shines as bright as 32,767, and short numbers are bounded quicker. */
		int16_t round = (int16_t)(int)(level[x] * times + 0.5f);

		round = round > 0 ? round : 0;
		ret[x] = (uint8_t)(round < 255 ? round : 255);
	}
}

/* Where a line that was sampled is not empty, and where nothing but the sheet is in it. */
static struct run find_run(const struct line *line, uint32_t from)
{
	size_t begin = 0, end;

	while (begin < line->n && line->cover[begin] < 1)
		begin++;
	for (end = begin; end < line->n && line->cover[end] >= 1; end++)
		;
	return (struct run){.from = from,
	                    .to = from + (uint32_t)line->n,
	                    .same_from = from + (uint32_t)begin,
	                    .same_to = from + (uint32_t)end};
}

/* Light from a sheet on the sensor, before the lens did anything to it. */
static void draw_sharp(struct optics *optics, const struct sheet *sheet,
                       const struct posture *posture, const struct outline *outline,
                       const struct box *box)
{
	const float width_px = (float)optics->width_px - 2 * LAYER_MARGIN_PX;
	const float left_px = (float)box->x0 - LAYER_MARGIN_PX;
	const size_t wide = box->x1 - box->x0;
	const struct homography back = homography_invert(&posture->to_frame);

	if (posture->screen)
		begin_screen(optics, posture, left_px, wide);
	sampler_begin(&optics->sampler, sheet, posture, left_px, (float)box->y0 - LAYER_MARGIN_PX,
	              wide);
	for (uint32_t y = box->y0; y < box->y1; y++) {
		size_t at = (size_t)y * optics->width_px;
		uint32_t from, to;
		struct line line;

		memset(optics->light + at + box->x0, 0, wide * sizeof(*optics->light));
		memset(optics->cover + at + box->x0, 0, wide * sizeof(*optics->cover));
		find_ends(outline, y, box, &from, &to);
		line = (struct line){.light = optics->light + at + from,
		                     .cover = optics->cover + at + from,
		                     .first = from - box->x0,
		                     .n = to - from,
		                     .x_px = (float)from - LAYER_MARGIN_PX,
		                     .y_px = (float)y - LAYER_MARGIN_PX};
		sampler_line(&optics->sampler, line.first, line.n, line.light, line.cover);
		optics->sharp[y] = find_run(&line, from);
		if (posture->screen)
			screen_line(optics, posture, &line);
		light_line(posture, width_px, &line);
		if (posture->glare)
			glare_line(optics, posture, &back, &line);
	}
}

/* What a lens that spreads light so far makes of the runs of a picture's lines. */
static void spread_runs(struct optics *optics, const struct box *box, uint32_t spread_px, bool same)
{
	for (uint32_t y = box->y0; y < box->y1; y++) {
		struct run *run = &optics->lens.run[y - box->y0];
		uint32_t end = y + spread_px + 1 < box->y1 ? y + spread_px + 1 : box->y1;
		bool all = same && y >= box->y0 + spread_px && y + spread_px < box->y1;

		*run = (struct run){.from = box->x1, .to = box->x0, .same_to = all ? box->x1 : 0};
		for (uint32_t i = y > box->y0 + spread_px ? y - spread_px : box->y0; i < end; i++) {
			const struct run *sharp = &optics->sharp[i];

			if (sharp->from < sharp->to) {
				run->from = sharp->from < run->from ? sharp->from : run->from;
				run->to = sharp->to > run->to ? sharp->to : run->to;
			}
			if (sharp->same_from > run->same_from)
				run->same_from = sharp->same_from;
			if (sharp->same_to < run->same_to)
				run->same_to = sharp->same_to;
		}
		run->from = clip((int64_t)run->from - spread_px, box->x0, box->x1);
		run->to = clip((int64_t)run->to + spread_px, run->from, box->x1);
		run->same_from = clip((int64_t)run->same_from + spread_px, run->from, run->to);
		run->same_to = clip((int64_t)run->same_to - spread_px, run->same_from, run->to);
	}
}

static struct reach find_reach(const uint8_t *light, const uint8_t *cover, const struct run *run)
{
	struct reach reach = {.from = (int)run->from, .to = (int)run->to};

	while (reach.from < reach.to && light[reach.from] == 0 && cover[reach.from] == 0)
		reach.from++;
	while (reach.from < reach.to && light[reach.to - 1] == 0 && cover[reach.to - 1] == 0)
		reach.to--;
	reach.solid_from = reach.from;
	while (reach.solid_from < reach.to && cover[reach.solid_from] < 255)
		reach.solid_from++;
	reach.solid_to = reach.solid_from;
	while (reach.solid_to < reach.to && cover[reach.solid_to] == 255)
		reach.solid_to++;
	return reach;
}

void optics_draw(struct optics *optics, const struct sheet *sheet, const struct posture *posture,
                 struct layer *ret)
{
	const uint32_t spread_px = lens_spread_px(posture->defocus_px, posture->blur_px);
	const struct outline outline = find_outline(sheet, posture);
	const struct box box = touched(optics, &outline, spread_px);
	float *const picture[2] = {optics->light, optics->cover};

	draw_sharp(optics, sheet, posture, &outline, &box);
	for (int i = 0; i < 2; i++) {
		spread_runs(optics, &box, spread_px, picture[i] == optics->cover);
		lens_defocus(&optics->lens, picture[i], optics->width_px, &box,
		             posture->defocus_px);
		lens_blur(&optics->lens, picture[i], optics->width_px, &box, posture->blur_px);
	}
	ret->box = box;
	for (uint32_t y = box.y0; y < box.y1; y++) {
		const struct run *run = &optics->lens.run[y - box.y0];
		size_t line = (size_t)y * optics->width_px, at = line + run->from;

		optics_round(optics->light + at, 1, run->to - run->from, ret->light + at);
		optics_round(optics->cover + at, 255, run->to - run->from, ret->cover + at);
		ret->reach[y] = find_reach(ret->light + line, ret->cover + line, run);
	}
}
