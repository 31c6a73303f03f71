/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "render_shutter.h"

enum {
	NOISE_SHIFTS = 1 << 16, /* places to begin in the noise table */
	NOISE_SIGMA = 32,       /* the table's deviation */
	NOISE_STEPS = 8,        /* steps of a level in struct render's amplitudes */
	NOISE_LINE = 512,       /* pixels that get theirs at a time */
	FRAMES_A_SECOND = 30,
};

struct item {
	struct sheet sheet;
	enum condition condition;
	struct posture posture;
	struct layer layer;
};

struct render {
	uint32_t width_px, height_px; /* of a frame */
	struct lot lot;
	uint64_t seed;
	float *room;           /* behind everything, drawn once */
	uint8_t *behind;       /* the same, as bright as it looks beside what is held up */
	int16_t loudness[256]; /* of the noise at each level, in 1/NOISE_STEPS levels */
	int8_t *noise;
	bool moving;    /* the hands, when they come next */
	bool begun;     /* a frame of what is in view was made */
	uint64_t first; /* the number it had */
	float shown_s;  /* when the last one began, since then */
	struct optics optics;
	struct shutter shutter;
	unsigned n_items;
	struct item item[RENDER_ITEMS_MAX];
};

/* A dim hall: light from one side, a window, a few soft shapes, somebody's shoulders. */
static void draw_room(struct render *render)
{
	float wide = (float)render->width_px, high = (float)render->height_px;
	const struct box all = {.x1 = render->width_px, .y1 = render->height_px};
	float turn = lot_between(&render->lot, 0, 6.28f);
	float window_x = lot_between(&render->lot, 0, wide), head_x;
	float blob[6][4];

	head_x = lot_between(&render->lot, 0.3f * wide, 0.7f * wide);
	for (int i = 0; i < 6; i++) {
		blob[i][0] = lot_between(&render->lot, 0, wide);
		blob[i][1] = lot_between(&render->lot, 0, high);
		blob[i][2] = lot_between(&render->lot, 0.05f, 0.25f) * wide;
		blob[i][3] = lot_between(&render->lot, -35, 35);
	}
	for (uint32_t y = 0; y < render->height_px; y++)
		for (uint32_t x = 0; x < render->width_px; x++) {
			float fx = (float)x, fy = (float)y, level;
			float body = (fx - head_x) / (0.3f * wide),
			      drop = (fy - 0.75f * high) / high;
			float head = hypotf((fx - head_x) / (0.075f * wide),
			                    (fy - 0.45f * high) / (0.2f * high));

			level = 95 + 30 * (cosf(turn) * (fx / wide - 0.5f) +
			                   sinf(turn) * (fy / high - 0.5f));
			for (int i = 0; i < 6; i++)
				if (hypotf(fx - blob[i][0], fy - blob[i][1]) < blob[i][2])
					level += blob[i][3];
			if (fabsf(fx - window_x) < 0.08f * wide && fy < 0.4f * high)
				level = fabsf(fx - window_x) < 0.004f * wide ? 80 : 225;
			if (head < 1)
				level = 130;
			if (drop > body * body * 0.6f - 0.05f)
				level = 45 + 6 * sinf(fx * 0.05f);
			render->room[(size_t)y * render->width_px + x] = level;
		}
	lens_set_box(&render->optics.lens, &all);
	lens_blur(&render->optics.lens, render->room, render->width_px, &all, 5);
}

static bool take_memory(struct render *render)
{
	size_t pixels = (size_t)render->width_px * render->height_px;
	bool taken;

	render->room = malloc(pixels * sizeof(*render->room));
	render->behind = malloc(pixels);
	render->noise = malloc(pixels + NOISE_SHIFTS);
	taken = render->room && render->behind && render->noise &&
	        optics_init(&render->optics, render->width_px, render->height_px) == 0 &&
	        shutter_init(&render->shutter, render->width_px, render->height_px) == 0;
	for (int i = 0; i < RENDER_ITEMS_MAX && taken; i++)
		taken =
		    layer_init(&render->item[i].layer, render->width_px, render->height_px) == 0;
	return taken;
}

/* Draws everything in view anew. */
static void draw(struct render *render)
{
	size_t pixels = (size_t)render->width_px * render->height_px;
	float read = 1.5f, shot = 2.5f, exposure = 1;

	for (unsigned i = 0; i < render->n_items; i++) {
		const struct posture *posture = &render->item[i].posture;

		read = fmaxf(read, posture->read_noise);
		shot = fmaxf(shot, posture->shot_noise);
		exposure = fminf(exposure, posture->exposure);
		optics_draw(&render->optics, &render->item[i].sheet, posture,
		            &render->item[i].layer);
	}
	optics_round(render->room, exposure, pixels, render->behind);
	for (int level = 0; level < 256; level++)
		render->loudness[level] =
		    (int16_t)(sqrtf(read * read + shot * shot * (float)level / 255) * NOISE_STEPS);
	render->begun = false;
}

/* Each has a column of the frame to itself. */
static void place_items(struct render *render)
{
	for (unsigned i = 0; i < render->n_items; i++) {
		const struct place place = {.index = i,
		                            .places = render->n_items,
		                            .width_px = (float)render->width_px,
		                            .height_px = (float)render->height_px,
		                            .moving = render->moving};

		posture_draw(&render->lot, render->item[i].condition, render->item[i].sheet.modules,
		             &place, &render->item[i].posture);
	}
	draw(render);
}

int render_new(uint32_t width_px, uint32_t height_px, uint64_t seed, struct render **ret)
{
	struct render *render;
	size_t noise_n;

	if (width_px < 64 || width_px > 4096 || height_px < 64 || height_px > 4096)
		return -EINVAL;
	render = calloc(1, sizeof(*render));
	if (!render)
		return -ENOMEM;
	render->width_px = width_px;
	render->height_px = height_px;
	render->seed = seed;
	render->lot.state = seed;
	if (!take_memory(render)) {
		render_free(render);
		return -ENOMEM;
	}
	noise_n = (size_t)width_px * height_px + NOISE_SHIFTS;
	for (size_t i = 0; i < noise_n; i++) {
		/* Three draws of 21 bits: nearly normal, and cheap enough for a million. */
		uint64_t z = lot_draw(&render->lot);
		float sum = (float)((z & 0x1fffff) + (z >> 21 & 0x1fffff) + (z >> 42 & 0x1fffff)) /
		                (float)0x200000 -
		            1.5f;

		render->noise[i] = (int8_t)lrintf(sum * 2 * NOISE_SIGMA);
	}
	draw_room(render);
	draw(render);
	*ret = render;
	return 0;
}

void render_free(struct render *render)
{
	if (!render)
		return;
	optics_deinit(&render->optics);
	shutter_deinit(&render->shutter);
	free(render->room);
	free(render->behind);
	free(render->noise);
	for (int i = 0; i < RENDER_ITEMS_MAX; i++)
		layer_deinit(&render->item[i].layer);
	free(render);
}

int render_add(struct render *render, enum condition condition, const void *code, size_t len)
{
	struct item *item;
	int r;

	if (render->n_items == RENDER_ITEMS_MAX)
		return -ENOSPC;
	item = &render->item[render->n_items];
	r = sheet_encode(code, len, &item->sheet);
	if (r < 0)
		return r;
	item->sheet.seed = lot_draw(&render->lot);
	item->condition = condition;
	render->n_items++;
	place_items(render);
	return 0;
}

void render_move(struct render *render)
{
	place_items(render);
}

void render_seed(struct render *render, uint64_t seed)
{
	render->lot.state = seed;
}

void render_away(struct render *render)
{
	render->n_items = 0;
	draw(render);
}

void render_set_moving(struct render *render, bool moving)
{
	render->moving = moving;
}

/* A short line at a time: how loud it is at each pixel's level, then the noise. */
static void add_noise(const int16_t loudness[256], const int8_t *restrict noise, size_t n,
                      uint8_t *restrict grey)
{
	int16_t loud[NOISE_LINE];

	for (size_t at = 0; at < n; at += NOISE_LINE) {
		size_t some = n - at < NOISE_LINE ? n - at : NOISE_LINE;

		for (size_t i = 0; i < some; i++)
			loud[i] = loudness[grey[at + i]];
		for (size_t i = 0; i < some; i++) {
			/* At most 96 · 180. */
			int16_t much = (int16_t)(noise[at + i] * loud[i]);
			int16_t level =
			    (int16_t)(grey[at + i] + much / (NOISE_SIGMA * NOISE_STEPS));

			level = level > 0 ? level : 0;
			grey[at + i] = (uint8_t)(level < 255 ? level : 255);
		}
	}
}

void render_frame(struct render *render, uint64_t n, uint8_t *ret_grey)
{
	struct lot lot = {render->seed ^ n * 0xd1342543de82ef95ull};
	const int8_t *noise = render->noise + lot_draw(&lot) % NOISE_SHIFTS;
	size_t pixels = (size_t)render->width_px * render->height_px;

	if (!render->begun)
		render->first = n;
	render->begun = true;
	render->shown_s = (float)(int64_t)(n - render->first) / FRAMES_A_SECOND;
	memcpy(ret_grey, render->behind, pixels);
	for (unsigned i = 0; i < render->n_items; i++)
		shutter_expose(&render->shutter, &render->item[i].layer, &render->item[i].posture,
		               render->shown_s, ret_grey);
	add_noise(render->loudness, noise, pixels, ret_grey);
}

int render_corners(const struct render *render, unsigned item, struct render_point ret_corner[4])
{
	const struct posture *posture;
	struct render_point hand = {0, 0};
	float m;

	if (item >= render->n_items)
		return -ENOENT;
	posture = &render->item[item].posture;
	m = (float)render->item[item].sheet.modules;
	if (render->begun)
		hand = hand_at(&posture->hand, render->shown_s + posture->shutter_s / 2);
	for (int i = 0; i < 4; i++) {
		ret_corner[i] =
		    homography_apply(&posture->to_frame, i == 1 || i == 2 ? m : 0, i >= 2 ? m : 0);
		ret_corner[i].x_px += hand.x_px;
		ret_corner[i].y_px += hand.y_px;
	}
	return 0;
}
