/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a camera still shows the world. In: its frames, frames that could not be read, and the
 * time. Out: what is wrong, once it has been so for five seconds. Pure; looks at one pixel in 64.
 */
#ifndef KIOSK_SCANNER_PICTURE_WATCH_H
#define KIOSK_SCANNER_PICTURE_WATCH_H

#include <kiosk/scanner.h>

enum {
	PICTURE_WRONG_US = 5000000,
	PICTURE_BLACK_MAX = 16,  /* no sampled pixel of a black frame is lighter */
	PICTURE_NOISE_MIN = 64,  /* mean step between neighbours: twice a code held up close */
	PICTURE_SAMPLE_STEP = 8, /* pixels, in both directions */
};

enum picture_state {
	PICTURE_FINE = 0,
	PICTURE_NONE,    /* no frame came */
	PICTURE_GARBLED, /* frames came, none could be read */
	PICTURE_BLACK,   /* a lens cap, a dead sensor */
	PICTURE_FROZEN,  /* the same to the last bit: no sensor is so quiet */
	PICTURE_NOISE,   /* garbage that looks like a frame */
};

struct picture_watch {
	enum picture_state told;
	enum picture_state lately; /* of the last frame */
	struct mono_time since;    /* when `lately` began */
	struct mono_time frame;    /* of the last frame of any kind */
	uint64_t hash;
};

void picture_watch_init(struct picture_watch *watch, struct mono_time now);
void picture_watch_frame(struct picture_watch *watch, const struct frame *frame,
                         struct mono_time now);
void picture_watch_garbled(struct picture_watch *watch, struct mono_time now);
/* True when there is news: watch->told is then what is. */
bool picture_watch_tick(struct picture_watch *watch, struct mono_time now);

#endif
