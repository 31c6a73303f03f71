/* SPDX-License-Identifier: Apache-2.0 */
/* Inside render: how a sheet is held and lit, drawn by lot for a condition. */
#ifndef KIOSK_HOST_RENDER_POSTURE_H
#define KIOSK_HOST_RENDER_POSTURE_H

#include "render_hand.h"
#include "render_homography.h"

struct posture {
	enum condition condition;
	struct homography to_frame; /* u, v in modules, 0..modules over the symbol */
	float module_px, distance_mm;
	float blur_px;    /* deviation of what a sharp lens and the sensor blur */
	float defocus_px; /* diameter of the circle a point becomes */
	float shutter_s;
	struct hand hand;
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

/* The `index`-th of `places` columns of a frame. */
struct place {
	unsigned index, places;
	float width_px, height_px;
	bool moving; /* the hand is on its way to rest */
};

/*
 * A posture for a symbol of `modules` modules a side. The symbol with one module around it lies
 * wholly in the frame, wherever the hand goes.
 */
void posture_draw(struct lot *lot, enum condition condition, unsigned modules,
                  const struct place *place, struct posture *ret);

#endif
