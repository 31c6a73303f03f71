/* SPDX-License-Identifier: Apache-2.0 */
/* Inside render: from a sheet and how it is held to light on a sensor: sampling, lamps and
 * lens. */
#ifndef KIOSK_HOST_RENDER_OPTICS_H
#define KIOSK_HOST_RENDER_OPTICS_H

#include "render_lens.h"
#include "render_sample.h"

/* A sheet alone, as the lens shows it at rest, over a frame and what a hand may bring into it. */
enum { LAYER_MARGIN_PX = 192 };

/* Where a line of a layer is not empty, and where in that nothing behind it is seen. */
struct reach {
	int from, to, solid_from, solid_to;
};

struct layer {
	uint32_t width_px, height_px; /* of the frame, LAYER_MARGIN_PX more on each side */
	uint8_t *light, *cover;       /* light of the sheet; 255: nothing behind it is seen */
	struct box box;               /* the part that is not empty */
	struct reach *reach;          /* of each line of it */
};
int layer_init(struct layer *layer, uint32_t width_px, uint32_t height_px); /* 0 or -ENOMEM */
void layer_deinit(struct layer *layer);

struct optics {
	uint32_t width_px, height_px; /* of a layer */
	struct sampler sampler;
	struct lens lens;
	float *light, *cover;       /* one picture each */
	struct run *sharp;          /* what each line would be with a perfect lens */
	float *fine;                /* waves that a screen makes, along a line */
	float *slow_sin, *slow_cos; /* the same, of the coarse one */
	float *glare;               /* by the square of how far away */
};

/* For frames of that size. 0 or -ENOMEM. */
int optics_init(struct optics *optics, uint32_t width_px, uint32_t height_px);
void optics_deinit(struct optics *optics);

void optics_draw(struct optics *optics, const struct sheet *sheet, const struct posture *posture,
                 struct layer *ret);
/* Levels as octets: `times` each, rounded, 0 to 255. */
void optics_round(const float *level, float times, size_t n, uint8_t *ret);

#endif
