/* SPDX-License-Identifier: Apache-2.0 */
/* Inside render: from a sheet and how it is held to light on a sensor: sampling, lens, shutter,
 * lamps. */
#ifndef KIOSK_HOST_RENDER_OPTICS_H
#define KIOSK_HOST_RENDER_OPTICS_H

#include "render_sheet.h"

struct optics {
	uint32_t width_px, height_px; /* of the pictures it draws into */
	float *work;                  /* one picture */
};

int optics_init(struct optics *optics, uint32_t width_px, uint32_t height_px); /* 0 or -ENOMEM */
void optics_deinit(struct optics *optics);

/* Draws a sheet over `scene`; `margin_px` is where the frame's corner lies in it, both ways. */
void optics_draw(struct optics *optics, const struct sheet *sheet, const struct posture *posture,
                 uint32_t margin_px, float *scene);
/* A round blur of the given deviation over a part of a picture, in place. */
void optics_blur(struct optics *optics, float *picture, uint32_t stride, uint32_t x0, uint32_t y0,
                 uint32_t width_px, uint32_t height_px, float deviation_px);

#endif
