/* SPDX-License-Identifier: Apache-2.0 */
/* Inside render: which part of a sheet each pixel sees, line after line of a part of a frame. */
#ifndef KIOSK_HOST_RENDER_SAMPLE_H
#define KIOSK_HOST_RENDER_SAMPLE_H

#include "render_sheet.h"

/* Where on a sheet corners of a line of pixels are, counted from the first of its squares. */
struct edge {
	float *u, *v;
	int *square;
};

struct sampler {
	const struct sheet *sheet;
	const struct posture *posture;
	struct homography back; /* from frame to sheet */
	float extent[4];
	struct sheet_squares squares;
	float x_px, y_px; /* where the next line begins in the frame */
	size_t n;         /* pixels of a line */
	struct edge above, below;
};

/* For lines up to that length. 0 or -ENOMEM. */
int sampler_init(struct sampler *sampler, uint32_t width_px);
void sampler_deinit(struct sampler *sampler);

/* Lines of n pixels, the first one's upper left corner at (x_px, y_px) of the frame. The sheet and
 * its posture stay the caller's until the last line. */
void sampler_begin(struct sampler *sampler, const struct sheet *sheet,
                   const struct posture *posture, float x_px, float y_px, size_t n);
/* n pixels of the next line from its `first` on: brightness of their part of the sheet, dark where
 * it is not, and how much of each it is. */
void sampler_line(struct sampler *sampler, size_t first, size_t n, float *ret_light,
                  float *ret_cover);

#endif
