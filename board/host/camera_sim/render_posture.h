/* SPDX-License-Identifier: Apache-2.0 */
/* Inside render: how a sheet is held and lit, drawn by lot for a condition. */
#ifndef KIOSK_HOST_RENDER_POSTURE_H
#define KIOSK_HOST_RENDER_POSTURE_H

#include "render.h"

/* A seeded stream of numbers (SplitMix64). */
struct lot {
	uint64_t state;
};
uint64_t lot_draw(struct lot *lot);
float lot_between(struct lot *lot, float least, float most);
float lot_normal(struct lot *lot); /* mean 0, deviation 1 */

/* From sheet to frame in homogeneous coordinates: [x y w] = m [u v 1]. */
struct homography {
	float m[9];
};
struct render_point homography_apply(const struct homography *h, float u, float v);
struct homography homography_invert(const struct homography *h);

struct posture {
	enum condition condition;
	struct homography to_frame; /* u, v in modules, 0..modules over the symbol */
	float module_px;
	float blur_px;                /* deviation of the lens's blur */
	float motion_px, motion_turn; /* length and direction of the shutter's smear */
	float exposure;               /* 1: paper is at about 210 of 255 */
	float slope, slope_turn;      /* how much one side is brighter, and which */
	float read_noise, shot_noise; /* deviations in levels: in the dark, and at white */
	bool glare;
	float glare_u, glare_v, glare_size; /* in modules */
	bool screen;
	float moire, moire_x, moire_y; /* depth, and cycles a pixel */
	bool torn;
	unsigned torn_corner; /* 0 upper left, 1 upper right, 2 lower left */
};

/*
 * A posture for a symbol of `modules` modules a side, in the `place`-th of `places` columns of a
 * frame. The symbol with its quiet zone always lies wholly in the frame.
 */
void posture_draw(struct lot *lot, enum condition condition, unsigned modules, unsigned place,
                  unsigned places, float width_px, float height_px, struct posture *ret);

#endif
