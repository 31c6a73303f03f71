/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Draws what a kiosk's camera sees when somebody holds up a code: a printed slip or a phone before
 * a room, with perspective, blur, noise, glare, poor light, a screen's pixels or a torn corner. In:
 * the octets of a code and a condition. Out: grey frames, the same ones for the same seed. A show
 * is drawn once; a frame of it is that drawing smeared along what the hand did while the shutter was
 * open, over the room, with noise from a table. What lens, sensor and hand do is in numbers in
 * render_posture.c and render_hand.c. Pure but for memory.
 */
#ifndef KIOSK_HOST_RENDER_H
#define KIOSK_HOST_RENDER_H

#include <kiosk/types.h>

enum condition {
	CONDITION_PLAIN,
	CONDITION_PERSPECTIVE, /* turned and tilted */
	CONDITION_BLUR,        /* out of focus, by a hand that goes to and fro */
	CONDITION_NOISE,       /* a small sensor at night */
	CONDITION_GLARE,       /* a lamp's reflection on glossy paper */
	CONDITION_SCREEN,      /* a phone: bezel, pixels, moiré */
	CONDITION_DIM,         /* little light, much of it from one side */
	CONDITION_TORN,        /* a corner with its finder pattern is missing: cannot be read */
	CONDITION_MIXED,       /* some of the above at once, each less */
	CONDITION_CLOSE,       /* so near and so much aslant that a side is twice the other one */
	CONDITION_N,
};

enum { RENDER_ITEMS_MAX = 4 };

struct render_point {
	float x_px, y_px;
};

struct render;

/* 0, -EINVAL: a side under 64 or over 4096, -ENOMEM. */
int render_new(uint32_t width_px, uint32_t height_px, uint64_t seed, struct render **ret);
void render_free(struct render *render); /* NULL is fine */

/* "plain" and so on; CONDITION_N: no such condition. */
enum condition condition_find(const char *name);
const char *condition_name(enum condition condition);

/*
 * Holds up one more code, beside those in view. The most economic mode is chosen for the octets,
 * error correction M, or L where M has no room. 0; -EMSGSIZE: more than a QR code holds; -ENOSPC:
 * RENDER_ITEMS_MAX are in view; -ENOMEM.
 */
int render_add(struct render *render, enum condition condition, const void *code, size_t len);
/* Whether what is held up or moved from now on is still on its way to rest when first seen, a third
 * of a second or so; at first it is not. */
void render_set_moving(struct render *render, bool moving);
/* Everything in view is held up in another place and posture. */
void render_move(struct render *render);
/* What is drawn by lot from now on hangs on this seed and on nothing that was drawn before. */
void render_seed(struct render *render, uint64_t seed);
/* Nothing is in view. */
void render_away(struct render *render);

/* The frame with number `n`, at 30 a second: width × height octets. */
void render_frame(struct render *render, uint64_t n, uint8_t *ret_grey);
/*
 * Where the corners of an item's symbol lie in the last frame, half-way through its exposure; at rest
 * if there was none yet: the upper left finder's first, clockwise as it was printed. 0 or -ENOENT.
 */
int render_corners(const struct render *render, unsigned item, struct render_point ret_corner[4]);

#endif
