/* SPDX-License-Identifier: Apache-2.0 */
/* Inside render: what a lens does to a picture: blur, and what is out of focus. In place. */
#ifndef KIOSK_HOST_RENDER_LENS_H
#define KIOSK_HOST_RENDER_LENS_H

#include <kiosk/types.h>

/* A part of a picture: x1 and y1 are outside. */
struct box {
	uint32_t x0, y0, x1, y1;
};

/* Of a line of a picture: 0 but for `from` to `to`, and 1 from `same_from` to `same_to`. What is
 * known beforehand needs no work. */
struct run {
	uint32_t from, to, same_from, same_to;
};

struct lens {
	struct run *run; /* of the box's lines, while the lens works and when it is done */
	size_t stride;
	float *sum;  /* of each line of a picture, with room on both sides */
	float *line; /* one line and what is beyond its ends */
};

/* For pictures up to that size. 0 or -ENOMEM. */
int lens_init(struct lens *lens, uint32_t width_px, uint32_t height_px);
void lens_deinit(struct lens *lens);

/* How far both together bring light. */
uint32_t lens_spread_px(float defocus_px, float blur_px);
/* A part of a picture and nothing known of its lines. */
void lens_set_box(struct lens *lens, const struct box *box);
/* Each point becomes a disc; beyond the box it is dark. */
void lens_defocus(struct lens *lens, float *picture, uint32_t stride, const struct box *box,
                  float diameter_px);
/* A round blur of the given deviation; beyond a run and the box the picture goes on as it ends. */
void lens_blur(struct lens *lens, float *picture, uint32_t stride, const struct box *box,
               float deviation_px);

#endif
