/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "render_optics.h"
#include "render_sheet.h"

enum {
	TREMOR_PX = 4,          /* the hand's, each way; the drawn picture is that much larger */
	NOISE_SHIFTS = 1 << 16, /* places to begin in the noise table */
	NOISE_SIGMA = 32,       /* the table's deviation */
	NOISE_STEPS = 8,        /* steps of a level in struct render's amplitudes */
};

struct item {
	struct sheet sheet;
	enum condition condition;
	struct posture posture;
};

struct render {
	uint32_t width_px, height_px; /* of a frame */
	uint32_t wide_px, high_px;    /* of the drawn picture */
	struct lot lot;
	uint64_t seed;
	float *room;       /* behind everything, drawn once */
	float *scene;      /* with what is held up */
	uint8_t *drawn;    /* the same, rounded */
	uint8_t *loudness; /* of the noise at each pixel, in 1/NOISE_STEPS levels */
	int8_t *noise;
	struct optics optics;
	unsigned n_items;
	struct item item[RENDER_ITEMS_MAX];
};

/* A dim hall: light from one side, a window, a few soft shapes, somebody's shoulders. */
static void draw_room(struct render *render)
{
	float wide = (float)render->wide_px, high = (float)render->high_px;
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
	for (uint32_t y = 0; y < render->high_px; y++)
		for (uint32_t x = 0; x < render->wide_px; x++) {
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
			render->room[(size_t)y * render->wide_px + x] = level;
		}
	optics_blur(&render->optics, render->room, render->wide_px, 0, 0, render->wide_px,
	            render->high_px, 5);
}

static bool take_memory(struct render *render)
{
	size_t pixels = (size_t)render->wide_px * render->high_px;

	render->room = malloc(pixels * sizeof(*render->room));
	render->scene = malloc(pixels * sizeof(*render->scene));
	render->drawn = malloc(pixels);
	render->loudness = malloc(pixels);
	render->noise = malloc(pixels + NOISE_SHIFTS);
	return render->room && render->scene && render->drawn && render->loudness &&
	       render->noise && optics_init(&render->optics, render->wide_px, render->high_px) == 0;
}

/* What everything in view looks like, rounded, with the loudness of its noise. */
static void finish(struct render *render)
{
	size_t pixels = (size_t)render->wide_px * render->high_px;
	float read = 1.5f, shot = 2.5f, exposure = 1;

	for (unsigned i = 0; i < render->n_items; i++) {
		const struct posture *posture = &render->item[i].posture;

		read = fmaxf(read, posture->read_noise);
		shot = fmaxf(shot, posture->shot_noise);
		exposure = fminf(exposure, posture->exposure);
	}
	for (size_t i = 0; i < pixels; i++) {
		float level = fminf(fmaxf(render->scene[i], 0), 255);
		float loud = sqrtf(read * read + shot * shot * level / 255) * NOISE_STEPS;

		render->drawn[i] = (uint8_t)(level + 0.5f);
		render->loudness[i] = (uint8_t)fminf(loud, 255);
	}
}

/* Draws everything in view anew. */
static void draw(struct render *render)
{
	size_t pixels = (size_t)render->wide_px * render->high_px;
	float exposure = 1;

	for (unsigned i = 0; i < render->n_items; i++)
		exposure = fminf(exposure, render->item[i].posture.exposure);
	for (size_t i = 0; i < pixels; i++)
		render->scene[i] = render->room[i] * exposure;
	for (unsigned i = 0; i < render->n_items; i++)
		optics_draw(&render->optics, &render->item[i].sheet, &render->item[i].posture,
		            TREMOR_PX, render->scene);
	finish(render);
}

/* Each has a column of the frame to itself. */
static void place_items(struct render *render)
{
	for (unsigned i = 0; i < render->n_items; i++)
		posture_draw(&render->lot, render->item[i].condition, render->item[i].sheet.modules,
		             i, render->n_items, (float)render->width_px, (float)render->height_px,
		             &render->item[i].posture);
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
	render->wide_px = width_px + 2 * TREMOR_PX;
	render->high_px = height_px + 2 * TREMOR_PX;
	render->seed = seed;
	render->lot.state = seed;
	if (!take_memory(render)) {
		render_free(render);
		return -ENOMEM;
	}
	noise_n = (size_t)render->wide_px * render->high_px + NOISE_SHIFTS;
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
	free(render->room);
	free(render->scene);
	free(render->drawn);
	free(render->loudness);
	free(render->noise);
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

void render_away(struct render *render)
{
	render->n_items = 0;
	draw(render);
}

void render_frame(struct render *render, uint64_t n, uint8_t *ret_grey)
{
	struct lot lot = {render->seed ^ n * 0xd1342543de82ef95ull};
	const int8_t *noise = render->noise + lot_draw(&lot) % NOISE_SHIFTS;
	float t = (float)(n % 100000);
	uint32_t x0 = (uint32_t)lrintf(TREMOR_PX + 1.7f * sinf(t * 0.31f) + 1.3f * sinf(t * 0.83f));
	uint32_t y0 = (uint32_t)lrintf(TREMOR_PX + 1.9f * sinf(t * 0.23f) + 1.1f * sinf(t * 0.71f));

	for (uint32_t y = 0; y < render->height_px; y++) {
		size_t at = (size_t)(y + y0) * render->wide_px + x0;
		const uint8_t *restrict drawn = render->drawn + at;
		const uint8_t *restrict loudness = render->loudness + at;
		const int8_t *restrict line = noise + (size_t)y * render->width_px;
		uint8_t *restrict out = ret_grey + (size_t)y * render->width_px;

		for (uint32_t x = 0; x < render->width_px; x++) {
			int level = drawn[x] + line[x] * loudness[x] / (NOISE_SIGMA * NOISE_STEPS);

			out[x] = (uint8_t)(level < 0 ? 0 : level > 255 ? 255 : level);
		}
	}
}

int render_corners(const struct render *render, unsigned item, struct render_point ret_corner[4])
{
	const struct homography *to_frame;
	float m;

	if (item >= render->n_items)
		return -ENOENT;
	to_frame = &render->item[item].posture.to_frame;
	m = (float)render->item[item].sheet.modules;
	ret_corner[0] = homography_apply(to_frame, 0, 0);
	ret_corner[1] = homography_apply(to_frame, m, 0);
	ret_corner[2] = homography_apply(to_frame, m, m);
	ret_corner[3] = homography_apply(to_frame, 0, m);
	return 0;
}
