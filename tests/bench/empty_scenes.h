/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pictures without a readable code, by lot: what a finder search or a decoder may take for one. In:
 * a seed. Out: grey frames. A scene is painted once; a frame of it is that, a hand's breadth away
 * and with a sensor's noise. Pure but for memory.
 */
#ifndef TESTS_BENCH_EMPTY_SCENES_H
#define TESTS_BENCH_EMPTY_SCENES_H

#include <kiosk/types.h>

enum scene {
	SCENE_TEXTURE, /* what photographs are full of: clouds, leaves, bricks */
	SCENE_TEXT,    /* pages of print, all sizes */
	SCENE_BARS,    /* barcodes of other kinds */
	SCENE_CHECKER, /* checkerboards, stripes, screens of dots */
	SCENE_SQUARES, /* nested squares and rings, three of them at a right angle too */
	SCENE_MATRIX,  /* other matrix codes: L and clock track, bull's-eye, one finder */
	SCENE_CHANCE, /* finders, timing and format where a code has them, chance everywhere else */
	SCENE_RUINED, /* QR codes with more of the data destroyed than any of them can repair */
	SCENE_N,
};

struct scenes;

/* 0 or -ENOMEM. */
int scenes_new(uint32_t width_px, uint32_t height_px, uint64_t seed, struct scenes **ret);
void scenes_free(struct scenes *scenes); /* NULL is fine */
const char *scene_name(enum scene scene);

/* 0, or -ENOMEM of libqrencode. */
int scenes_paint(struct scenes *scenes, enum scene scene);
/* One more frame of what was painted: width × height octets. */
void scenes_frame(struct scenes *scenes, uint8_t *ret_grey);

#endif
