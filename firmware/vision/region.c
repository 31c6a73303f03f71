/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "region.h"

enum { BEYOND_GREY = 160 }; /* what lies outside the view: paper, more or less */

float triple_modules(const struct triple *triple)
{
	float ax = triple->right.x - triple->corner.x, ay = triple->right.y - triple->corner.y;
	float bx = triple->below.x - triple->corner.x, by = triple->below.y - triple->corner.y;
	float la = hypotf(ax, ay), lb = hypotf(bx, by);
	float measured =
	    (triple->corner.module_px + triple->right.module_px + triple->below.module_px) / 3;
	/* A slanting square is cut longer by lines and columns than it is wide. */
	float upright = fmaxf(fabsf(ax), fabsf(ay)) / la;

	return (la + lb) / 2 / (measured * upright);
}

void triple_scale(struct triple *triple, float factor)
{
	finder_scale(&triple->corner, factor);
	finder_scale(&triple->right, factor);
	finder_scale(&triple->below, factor);
}

/* A line of samples: places in 1/65536 pixels, so that a step is an addition. */
static void sample_line(const struct view *view, int64_t x, int64_t y, int64_t dx, int64_t dy,
                        uint8_t *out, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++, x += dx, y += dy) {
		int64_t column = x >> 16, row = y >> 16;
		int32_t wx = (int32_t)(x >> 8) & 255, wy = (int32_t)(y >> 8) & 255, top, low;
		const uint8_t *at;

		if (column < 0 || row < 0 || column + 1 >= view->width_px ||
		    row + 1 >= view->height_px) {
			out[i] = BEYOND_GREY;
			continue;
		}
		at = view->grey + (size_t)row * view->stride + column;
		top = at[0] * (256 - wx) + at[1] * wx;
		low = at[view->stride] * (256 - wx) + at[view->stride + 1] * wx;
		out[i] = (uint8_t)((top * (256 - wy) + low * wy + 32768) >> 16);
	}
}

bool region_sample(const struct triple *triple, const struct view *view, float module_px,
                   struct plane *out, struct affine *ret_back)
{
	float modules = triple_modules(triple), margin = 4 + 0.2f * modules;
	float side = modules + 7 + 2 * margin;
	struct affine back;
	uint32_t side_px;

	if (side * module_px > REGION_SIDE_MAX_PX)
		module_px = REGION_SIDE_MAX_PX / side;
	side_px = (uint32_t)(side * module_px);
	if (side_px < 16 || (size_t)side_px * side_px > out->capacity)
		return false;
	back.xx = (triple->right.x - triple->corner.x) / (modules * module_px);
	back.yx = (triple->right.y - triple->corner.y) / (modules * module_px);
	back.xy = (triple->below.x - triple->corner.x) / (modules * module_px);
	back.yy = (triple->below.y - triple->corner.y) / (modules * module_px);
	back.x0 = triple->corner.x - (back.xx + back.xy) * (margin + 3.5f) * module_px;
	back.y0 = triple->corner.y - (back.yx + back.yy) * (margin + 3.5f) * module_px;
	out->width_px = side_px;
	out->height_px = side_px;
	for (uint32_t y = 0; y < side_px; y++) {
		float fy = (float)y + 0.5f;
		float x0 = back.xx * 0.5f + back.xy * fy + back.x0 - 0.5f;
		float y0 = back.yx * 0.5f + back.yy * fy + back.y0 - 0.5f;

		sample_line(view, (int64_t)(x0 * 65536), (int64_t)(y0 * 65536),
		            (int64_t)(back.xx * 65536), (int64_t)(back.yx * 65536),
		            out->grey + (size_t)y * side_px, side_px);
	}
	*ret_back = back;
	return true;
}
