/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside vision: grey planes and what is done to them before zbar looks. Pure, on the caller's
 * memory; the plain reference against which any faster version is compared.
 */
#ifndef KIOSK_VISION_PLANE_H
#define KIOSK_VISION_PLANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lines follow each other without gaps, as zbar wants them. */
struct plane {
	uint8_t *grey;
	uint32_t width_px, height_px;
	size_t capacity; /* pixels `grey` has room for */
};

/* A part of a picture: first line and column, size, and octets from one line to the next. */
struct view {
	const uint8_t *grey;
	uint32_t width_px, height_px, stride;
};

/* Where a pixel of a plane lies in the picture it came from: x' = xx x + xy y + x0. Pixel centres
 * are at .5. */
struct affine {
	float xx, xy, x0, yx, yy, y0;
};

/* Room for what plane_*() need beside their results; columns of the widest picture. */
struct plane_scratch {
	uint32_t *column; /* [4 * side_px_max + 64] */
	uint32_t side_px_max;
};

static inline struct view plane_view(const struct plane *plane)
{
	return (struct view){plane->grey, plane->width_px, plane->height_px, plane->width_px};
}

/* The grey level at a place between pixels, by its four neighbours; of the nearest beyond the edge.
 * The view is at least 2 × 2. */
static inline float grey_at(const struct view *view, float x, float y)
{
	float most_x = (float)view->width_px - 1.01f, most_y = (float)view->height_px - 1.01f;
	float fx = x < 0.5f ? 0 : x - 0.5f < most_x ? x - 0.5f : most_x;
	float fy = y < 0.5f ? 0 : y - 0.5f < most_y ? y - 0.5f : most_y;
	uint32_t column = (uint32_t)fx, row = (uint32_t)fy;
	const uint8_t *at = view->grey + (size_t)row * view->stride + column;
	float wx = fx - (float)column, wy = fy - (float)row;

	return (at[0] * (1 - wx) + at[1] * wx) * (1 - wy) +
	       (at[view->stride] * (1 - wx) + at[view->stride + 1] * wx) * wy;
}

/*
 * `in` at width_px × height_px: averaged over areas where it gets smaller, bilinear where it gets
 * larger. The size is at least 1 × 1 and must fit the plane; `out` may not share memory with `in`.
 */
void plane_scale(const struct view *in, uint32_t width_px, uint32_t height_px,
                 struct plane_scratch *scratch, struct plane *out);
/* Turned by 45° about its middle on a square of grey; *ret_affine leads back to `in`. */
void plane_turn(const struct view *in, struct plane *out, struct affine *ret_affine);
/* Mean over a square of 2 radius + 1 pixels, edges repeated. */
void plane_blur(const struct view *in, uint32_t radius_px, struct plane_scratch *scratch,
                struct plane *out);
/* Against its surroundings' mean: 128 + gain/16 × (pixel - mean), within 0..255. A large gain makes
 * it black and white. */
void plane_contrast(struct plane *plane, const struct plane *mean, uint32_t gain_16ths);
/* The pixel and gain/16 of what sets it apart from its surroundings' mean. */
void plane_sharpen(struct plane *plane, const struct plane *mean, uint32_t gain_16ths);
/* Without what is light and no more than two pixels thin, in dark, or the other way round: the darkest
 * of a pixel and its neighbours, then the lightest of those (a closing of the dark, Serra). `between` and
 * `out` have room for the plane; they may not be the same. */
void plane_close(const struct plane *plane, bool dark, struct plane *between, struct plane *out);
void plane_invert(struct plane *plane);
void plane_mirror(struct plane *plane); /* left and right change places */

#endif
