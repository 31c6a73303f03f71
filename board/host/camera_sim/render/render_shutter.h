/* SPDX-License-Identifier: Apache-2.0 */
/* Inside render: a layer on a frame, smeared by a hand that moves while the shutter is open. */
#ifndef KIOSK_HOST_RENDER_SHUTTER_H
#define KIOSK_HOST_RENDER_SHUTTER_H

#include "render_optics.h"

enum { SMEAR_MAX = 32 }; /* pixels a hand may go while the shutter is open, each way */

/* A smear: what is where in the sum of the shutter's instants. */
struct smear {
	size_t n;
	struct tap {
		int x_px, y_px;
		unsigned share;
	} tap[SMEAR_MAX * SMEAR_MAX];
};

struct shutter {
	uint32_t width_px, height_px;    /* of a frame */
	uint16_t *light_sum, *cover_sum; /* of a line of one */
	struct smear smear;
};

/* For frames of that size. 0 or -ENOMEM. */
int shutter_init(struct shutter *shutter, uint32_t width_px, uint32_t height_px);
void shutter_deinit(struct shutter *shutter);

/* Puts a layer on a frame, smeared along the hand's way from t_s on for as long as the shutter is
 * open. */
void shutter_expose(struct shutter *shutter, const struct layer *layer,
                    const struct posture *posture, float t_s, uint8_t *frame);

#endif
