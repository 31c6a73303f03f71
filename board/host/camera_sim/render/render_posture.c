/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <string.h>

#include "render_pinhole.h"
#include "render_posture.h"

static const char *const name_table[CONDITION_N] = {
    [CONDITION_PLAIN] = "plain", [CONDITION_PERSPECTIVE] = "perspective",
    [CONDITION_BLUR] = "blur",   [CONDITION_NOISE] = "noise",
    [CONDITION_GLARE] = "glare", [CONDITION_SCREEN] = "screen",
    [CONDITION_DIM] = "dim",     [CONDITION_TORN] = "torn",
    [CONDITION_MIXED] = "mixed", [CONDITION_CLOSE] = "close",
};

enum condition condition_find(const char *name)
{
	int i = 0;

	while (i < CONDITION_N && strcmp(name_table[i], name) != 0)
		i++;
	return (enum condition)i;
}

const char *condition_name(enum condition condition)
{
	return condition < CONDITION_N ? name_table[condition] : "";
}

struct angles {
	float roll, yaw, pitch;
};

/* A sheet `modules` wide, turned about its middle, seen from three of its widths away. */
static struct homography project(const struct angles *angles, float modules, float module_px,
                                 float middle_x, float middle_y)
{
	float cr = cosf(angles->roll), sr = sinf(angles->roll);
	float cy = cosf(angles->yaw), sy = sinf(angles->yaw);
	float cp = cosf(angles->pitch), sp = sinf(angles->pitch);
	/* The first two columns of pitch · yaw · roll: where a module's right and down point to. */
	float right[3] = {cy * cr, cp * sr + sp * sy * cr, sp * sr - cp * sy * cr};
	float down[3] = {-cy * sr, cp * cr - sp * sy * sr, sp * cr + cp * sy * sr};
	float far = 3 * modules, half = modules / 2;
	float depth_u = right[2] / far, depth_v = down[2] / far;
	float depth_0 = 1 - half * (depth_u + depth_v);
	float x_0 = -half * (right[0] + down[0]) * module_px;
	float y_0 = -half * (right[1] + down[1]) * module_px;

	return (struct homography){{
	    right[0] * module_px + middle_x * depth_u,
	    down[0] * module_px + middle_x * depth_v,
	    x_0 + middle_x * depth_0,
	    right[1] * module_px + middle_y * depth_u,
	    down[1] * module_px + middle_y * depth_v,
	    y_0 + middle_y * depth_0,
	    depth_u,
	    depth_v,
	    depth_0,
	}};
}

/* The box around the symbol and a module of its light frame. */
static void extent(const struct homography *h, float modules, struct render_point *ret_least,
                   struct render_point *ret_most)
{
	*ret_least = (struct render_point){INFINITY, INFINITY};
	*ret_most = (struct render_point){-INFINITY, -INFINITY};
	for (int i = 0; i < 4; i++) {
		struct render_point at =
		    homography_apply(h, i & 1 ? modules + 1 : -1, i & 2 ? modules + 1 : -1);

		ret_least->x_px = fminf(ret_least->x_px, at.x_px);
		ret_least->y_px = fminf(ret_least->y_px, at.y_px);
		ret_most->x_px = fmaxf(ret_most->x_px, at.x_px);
		ret_most->y_px = fmaxf(ret_most->y_px, at.y_px);
	}
}

static struct angles draw_angles(struct lot *lot, enum condition condition)
{
	struct angles angles = {.roll = lot_between(lot, -0.2f, 0.2f),
	                        .yaw = lot_between(lot, -0.15f, 0.15f),
	                        .pitch = lot_between(lot, -0.2f, 0.1f)};

	if (condition == CONDITION_PERSPECTIVE) {
		angles.roll = lot_between(lot, -0.6f, 0.6f);
		angles.yaw = lot_between(lot, 0.3f, 0.6f) * (lot_draw(lot) & 1 ? 1.0f : -1.0f);
		angles.pitch = lot_between(lot, -0.5f, 0.3f);
	} else if (condition == CONDITION_MIXED) {
		angles.roll = lot_between(lot, -0.4f, 0.4f);
		angles.yaw = lot_between(lot, -0.4f, 0.4f);
		angles.pitch = lot_between(lot, -0.4f, 0.3f);
	}
	return angles;
}

/*
 * How far away a sheet is follows from how large it looks: a module of `pitch_mm` is module_px wide
 * at focal length × pitch / module_px. A lens of 62 degrees, as the Pi's cameras and most webcams
 * have (62 to 78), has a focal length of 0.83 frame widths.
 */
static const float focal_widths = 0.832f;
/* A ticket's 41 modules are 30 mm wide on a slip, 36 mm on paper and up to 62 mm on a phone, a card's
 * 85 are 100 mm. Nothing is held nearer than this: what looks larger is larger. */
static const float pitch_mm[2] = {0.7f, 1.5f}, distance_mm_least = 120;
/* The pupil: Pi Camera 2 has 3.04 mm at f/2.0, webcams 3.6 to 4 mm at f/2.0 to 2.8. */
static const float pupil_mm[2] = {1.4f, 1.8f};
/* A kiosk's camera is focused on 0.3 to 0.5 m; one as it came, on 0.8 m or more. Per millimetre. */
static const float focus_set[2] = {0.002f, 0.0033f}, focus_not_set[2] = {0, 0.00125f};
/* The driver asks for 10 ms; a lamp nearby or a screen leaves less. */
static const float shutter_s[2] = {0.005f, 0.010f};

/* Room for the hand beside the symbol at rest, and where it goes. */
static void draw_place(struct lot *lot, enum condition condition, float modules,
                       const struct place *place, float waves, struct posture *ret)
{
	struct angles angles = draw_angles(lot, condition);
	float column = place->width_px / (float)place->places, edge = 4, reach, most, pitch, x, y;
	/* From 15 to 90 % of the frame's height, as far as the modules can be told apart. */
	float size = place->height_px * lot_between(lot, 0.15f, 0.9f);
	struct homography at_origin = project(&angles, modules, 1, 0, 0);
	struct render_point least, far;
	float wide, high;

	extent(&at_origin, modules, &least, &far);
	wide = far.x_px - least.x_px;
	high = far.y_px - least.y_px;
	size = fmaxf(size / high, 2.6f);
	pitch = lot_between(lot, pitch_mm[0], pitch_mm[1]);
	hand_draw(lot, 1 / pitch, waves, &ret->hand);
	reach = hand_reach_px(&ret->hand);
	most = fminf((column - 2 * edge) / (wide + 2 * reach),
	             (place->height_px - 2 * edge) / (high + 2 * reach));
	size = fminf(size, most);
	ret->module_px = size;
	ret->distance_mm = fmaxf(focal_widths * place->width_px * pitch / size, distance_mm_least);
	ret->hand.px_a_mm = focal_widths * place->width_px / ret->distance_mm;
	reach = hand_reach_px(&ret->hand) + edge;
	x = lot_between(lot, reach - least.x_px * size, column - reach - far.x_px * size);
	y = lot_between(lot, reach - least.y_px * size, place->height_px - reach - far.y_px * size);
	ret->to_frame = project(&angles, modules, size, x + column * (float)place->index, y);
	if (place->moving) {
		const float room[4] = {
		    x + least.x_px * size - reach, column - reach - x - far.x_px * size,
		    y + least.y_px * size - reach, place->height_px - reach - y - far.y_px * size};

		hand_set_on_its_way(lot, room, &ret->hand);
	}
}

/* As a plain pinhole camera sees it, from 250 to 650 pixels wide or what a large one
 * needs, turned by up to 60 degrees. */
static void draw_close(struct lot *lot, float modules, const struct place *place,
                       struct posture *ret)
{
	float column = place->width_px / (float)place->places;
	struct pinhole pinhole;

	hand_draw(lot, 1, 0, &ret->hand);
	ret->hand.px_a_mm = 1;
	pinhole_draw(lot, modules, lot_between(lot, fminf(fmaxf(250, 8 * modules), 650), 650),
	             lot_between(lot, 0, 1.0472f), column, place->height_px, &pinhole);
	pinhole.x_px += column * ((float)place->index - (float)(place->places - 1) / 2);
	ret->to_frame = pinhole_project(&pinhole, modules, place->width_px, place->height_px);
	ret->module_px = pinhole.size_px / modules;
	ret->distance_mm = focal_widths * place->width_px * pitch_mm[0] / ret->module_px;
}

static void draw_mixed(struct lot *lot, struct posture *ret)
{
	uint64_t which = lot_draw(lot);

	ret->read_noise = lot_between(lot, 2, 6);
	ret->slope = lot_between(lot, 0, 0.4f);
	if (which & 1)
		ret->exposure = lot_between(lot, 0.35f, 0.7f);
	if (which & 2)
		ret->screen = true;
	if (which & 4)
		ret->glare = true;
}

/* The circle a point becomes on the sensor, in pixels of the frame: a thin lens's. */
static float defocus_px(struct lot *lot, const float focus[2], float width_px, float distance_mm)
{
	float pupil = lot_between(lot, pupil_mm[0], pupil_mm[1]);

	return pupil * focal_widths * width_px *
	       fabsf(1 / distance_mm - lot_between(lot, focus[0], focus[1]));
}

void posture_draw(struct lot *lot, enum condition condition, unsigned modules,
                  const struct place *place, struct posture *ret)
{
	static const float waves[CONDITION_N] = {[CONDITION_BLUR] = 1, [CONDITION_MIXED] = 0.4f};
	const float *focus = condition == CONDITION_BLUR ? focus_not_set : focus_set;
	float m = (float)modules;
	struct posture posture = {.condition = condition};

	if (condition == CONDITION_CLOSE)
		draw_close(lot, m, place, &posture);
	else
		draw_place(lot, condition, m, place, waves[condition], &posture);
	posture.defocus_px = condition == CONDITION_CLOSE
	                         ? 0
	                         : defocus_px(lot, focus, place->width_px, posture.distance_mm);
	posture.shutter_s = lot_between(lot, shutter_s[0], shutter_s[1]);
	posture.blur_px = lot_between(lot, 0.4f, 0.7f);
	posture.exposure = lot_between(lot, 0.85f, 1.05f);
	posture.slope = lot_between(lot, 0, 0.15f);
	posture.slope_turn = lot_between(lot, 0, 6.28f);
	/* A pixel that is full at W electrons, read with an error of e: shot noise at white is 255 /
	 * root W levels, read noise 255 e / W. 10,000 to 4,000 electrons by day. */
	posture.shot_noise = lot_between(lot, 2.5f, 4);
	posture.read_noise = 1.5f;
	/* A bulb of 60 mm two metres away, mirrored by a glass 0.3 m away, is 8 mm wide there. */
	posture.glare_u = m * lot_between(lot, 0.4f, 0.6f);
	posture.glare_v = m * lot_between(lot, 0.4f, 0.6f);
	posture.glare_size = m * lot_between(lot, 0.09f, 0.13f);
	posture.torn_corner = (unsigned)(lot_draw(lot) % 3);
	posture.moire_x = lot_between(lot, 0.02f, 0.2f);
	posture.moire_y = lot_between(lot, -0.2f, 0.2f);
	posture.moire = 0.08f;
	switch (condition) {
	case CONDITION_NOISE:
		/* Gain 16: 250 to 1,000 electrons, 4 to 15 of error. */
		posture.shutter_s = shutter_s[1];
		posture.read_noise = lot_between(lot, 4, 15);
		posture.shot_noise = lot_between(lot, 8, 16);
		break;
	case CONDITION_BLUR:
		posture.shutter_s = shutter_s[1];
		break;
	case CONDITION_DIM:
		/* Metered for a window or a lamp behind. */
		posture.exposure = lot_between(lot, 0.12f, 0.3f);
		posture.slope = lot_between(lot, 0.2f, 0.5f);
		posture.read_noise = lot_between(lot, 2, 4);
		break;
	case CONDITION_MIXED:
		draw_mixed(lot, &posture);
		break;
	case CONDITION_PLAIN:
	case CONDITION_PERSPECTIVE:
	case CONDITION_GLARE:
	case CONDITION_SCREEN:
	case CONDITION_TORN:
	case CONDITION_CLOSE:
	case CONDITION_N:
		break;
	}
	posture.glare |= condition == CONDITION_GLARE;
	posture.screen |= condition == CONDITION_SCREEN;
	posture.torn = condition == CONDITION_TORN;
	*ret = posture;
}
