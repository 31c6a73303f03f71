/* SPDX-License-Identifier: Apache-2.0 */
/* Inside render: from a sheet and how it is held to light on a sensor: sampling, lens, shutter,
 * lamps. */
#ifndef KIOSK_HOST_RENDER_OPTICS_H
#define KIOSK_HOST_RENDER_OPTICS_H

#include "render_sheet.h"

/* A sheet alone, as the lens shows it at rest, over a frame and what a hand may bring into it. */
enum { LAYER_MARGIN_PX = 192 };

struct layer {
	uint32_t width_px, height_px; /* of the frame, LAYER_MARGIN_PX more on each side */
	uint8_t *light, *cover;       /* light of the sheet; 255: nothing behind it is seen */
	uint32_t x0, y0, x1, y1;      /* the part that is not empty */
};
int layer_init(struct layer *layer, uint32_t width_px, uint32_t height_px); /* 0 or -ENOMEM */
void layer_deinit(struct layer *layer);

enum { SMEAR_MAX = 32 }; /* pixels a hand may go while the shutter is open, each way */

/* A smear: what is where in the sum of the shutter's instants. */
struct smear {
	size_t n;
	struct tap {
		int x_px, y_px;
		unsigned share;
	} tap[SMEAR_MAX * SMEAR_MAX];
};

struct optics {
	uint32_t width_px, height_px;    /* of a layer */
	float *light, *cover, *work;     /* one picture each */
	uint16_t *light_sum, *cover_sum; /* of a line of a frame */
	struct smear smear;
};

/* For frames of that size. 0 or -ENOMEM. */
int optics_init(struct optics *optics, uint32_t width_px, uint32_t height_px);
void optics_deinit(struct optics *optics);

void optics_draw(struct optics *optics, const struct sheet *sheet, const struct posture *posture,
                 struct layer *ret);
/* Puts a layer on a frame, smeared along the hand's way from t_s on for as long as the shutter is
 * open. */
void optics_expose(struct optics *optics, const struct layer *layer, const struct posture *posture,
                   float t_s, uint8_t *frame, uint32_t width_px, uint32_t height_px);
/* A round blur of the given deviation over a part of a picture, in place; `work` is as large. */
void optics_blur(float *picture, float *work, uint32_t stride, uint32_t x0, uint32_t y0,
                 uint32_t width_px, uint32_t height_px, float deviation_px);

#endif
