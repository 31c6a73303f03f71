/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <string.h>

#include "render_posture.h"

static const char *const name_table[CONDITION_N] = {
    [CONDITION_PLAIN] = "plain", [CONDITION_PERSPECTIVE] = "perspective",
    [CONDITION_BLUR] = "blur",   [CONDITION_NOISE] = "noise",
    [CONDITION_GLARE] = "glare", [CONDITION_SCREEN] = "screen",
    [CONDITION_DIM] = "dim",     [CONDITION_TORN] = "torn",
    [CONDITION_MIXED] = "mixed",
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

uint64_t lot_draw(struct lot *lot)
{
	uint64_t z = lot->state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

float lot_between(struct lot *lot, float least, float most)
{
	return least + (most - least) * (float)(lot_draw(lot) >> 40) / (float)(1 << 24);
}

/* Twelve uniform numbers are normal enough for a camera. */
float lot_normal(struct lot *lot)
{
	float sum = -6;

	for (int i = 0; i < 12; i++)
		sum += lot_between(lot, 0, 1);
	return sum;
}

struct render_point homography_apply(const struct homography *h, float u, float v)
{
	float w = h->m[6] * u + h->m[7] * v + h->m[8];

	return (struct render_point){(h->m[0] * u + h->m[1] * v + h->m[2]) / w,
	                             (h->m[3] * u + h->m[4] * v + h->m[5]) / w};
}

struct homography homography_invert(const struct homography *h)
{
	const float *m = h->m;
	struct homography inverse = {{
	    m[4] * m[8] - m[5] * m[7],
	    m[2] * m[7] - m[1] * m[8],
	    m[1] * m[5] - m[2] * m[4],
	    m[5] * m[6] - m[3] * m[8],
	    m[0] * m[8] - m[2] * m[6],
	    m[2] * m[3] - m[0] * m[5],
	    m[3] * m[7] - m[4] * m[6],
	    m[1] * m[6] - m[0] * m[7],
	    m[0] * m[4] - m[1] * m[3],
	}};
	float det = m[0] * inverse.m[0] + m[1] * inverse.m[3] + m[2] * inverse.m[6];

	for (int i = 0; i < 9; i++)
		inverse.m[i] /= det;
	return inverse;
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

/* The box around the symbol and its quiet zone. */
static void extent(const struct homography *h, float modules, struct render_point *ret_least,
                   struct render_point *ret_most)
{
	*ret_least = (struct render_point){INFINITY, INFINITY};
	*ret_most = (struct render_point){-INFINITY, -INFINITY};
	for (int i = 0; i < 4; i++) {
		struct render_point at =
		    homography_apply(h, i & 1 ? modules + 4 : -4, i & 2 ? modules + 4 : -4);

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

static void draw_place(struct lot *lot, enum condition condition, float modules, unsigned place,
                       unsigned places, float width_px, float height_px, struct posture *ret)
{
	struct angles angles = draw_angles(lot, condition);
	float column = width_px / (float)places, room = 16;
	float size = lot_between(lot, 2.6f, 7.0f), x, y;
	struct render_point least, most;
	struct homography at_origin = project(&angles, modules, 1, 0, 0);
	float wide, high;

	extent(&at_origin, modules, &least, &most);
	wide = most.x_px - least.x_px;
	high = most.y_px - least.y_px;
	size = fminf(size, fminf((column - room) / wide, (height_px - room) / high));
	/* Nobody holds a code so that it fills less than a sixth of what the camera sees. */
	size = fmaxf(size, fminf(height_px / 6, column / 6) / high);
	x = lot_between(lot, room / 2 - least.x_px * size, column - room / 2 - most.x_px * size);
	y = lot_between(lot, room / 2 - least.y_px * size, height_px - room / 2 - most.y_px * size);
	ret->module_px = size;
	ret->to_frame = project(&angles, modules, size, x + column * (float)place, y);
}

static void draw_mixed(struct lot *lot, struct posture *ret)
{
	uint64_t which = lot_draw(lot);

	ret->blur_px = ret->module_px * lot_between(lot, 0.1f, 0.3f);
	ret->motion_px = ret->module_px * lot_between(lot, 0, 0.4f);
	ret->read_noise = lot_between(lot, 2, 6);
	ret->slope = lot_between(lot, 0, 0.4f);
	if (which & 1)
		ret->exposure = lot_between(lot, 0.35f, 0.7f);
	if (which & 2)
		ret->screen = true;
	if (which & 4)
		ret->glare = true;
}

void posture_draw(struct lot *lot, enum condition condition, unsigned modules, unsigned place,
                  unsigned places, float width_px, float height_px, struct posture *ret)
{
	float m = (float)modules;
	struct posture posture = {.condition = condition};

	draw_place(lot, condition, m, place, places, width_px, height_px, &posture);
	posture.blur_px = lot_between(lot, 0.4f, 0.7f);
	posture.exposure = lot_between(lot, 0.85f, 1.05f);
	posture.slope = lot_between(lot, 0, 0.15f);
	posture.slope_turn = lot_between(lot, 0, 6.28f);
	posture.motion_turn = lot_between(lot, 0, 3.14f);
	posture.read_noise = 1.5f;
	posture.shot_noise = 2.5f;
	posture.glare_u = m * lot_between(lot, 0.4f, 0.6f);
	posture.glare_v = m * lot_between(lot, 0.4f, 0.6f);
	posture.glare_size = m * lot_between(lot, 0.09f, 0.13f);
	posture.torn_corner = (unsigned)(lot_draw(lot) % 3);
	posture.moire_x = lot_between(lot, 0.02f, 0.2f);
	posture.moire_y = lot_between(lot, -0.2f, 0.2f);
	posture.moire = 0.08f;
	switch (condition) {
	case CONDITION_BLUR:
		posture.blur_px = posture.module_px * lot_between(lot, 0.3f, 0.55f);
		posture.motion_px = posture.module_px * lot_between(lot, 0.2f, 0.9f);
		break;
	case CONDITION_NOISE:
		posture.read_noise = lot_between(lot, 10, 18);
		posture.shot_noise = lot_between(lot, 8, 14);
		break;
	case CONDITION_DIM:
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
	case CONDITION_N:
		break;
	}
	posture.glare |= condition == CONDITION_GLARE;
	posture.screen |= condition == CONDITION_SCREEN;
	posture.torn = condition == CONDITION_TORN;
	*ret = posture;
}
