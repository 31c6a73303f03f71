/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside render: where a hand is while it holds something up before the lens, in pixels of the
 * frame away from where it comes to rest.
 */
#ifndef KIOSK_HOST_RENDER_HAND_H
#define KIOSK_HOST_RENDER_HAND_H

#include "render.h"

/* A seeded stream of numbers (SplitMix64). */
struct lot {
	uint64_t state;
};
uint64_t lot_draw(struct lot *lot);
float lot_between(struct lot *lot, float least, float most);

struct swing {
	float x_mm, y_mm, hz, phase;
};

enum { SWINGS = 4 };

struct hand {
	float px_a_mm;
	struct swing swing[SWINGS];
	struct render_point from; /* of a movement that ends at rest */
	float move_s, moved_s;    /* how long it takes, and took before the first frame */
};

/* How a hand holds what is seen at px_a_mm; `waves` 0..1: how much it moves to and fro. */
void hand_draw(struct lot *lot, float px_a_mm, float waves, struct hand *ret);
/* How far it gets from rest by swinging, each way. */
float hand_reach_px(const struct hand *hand);
/* It is still on its way to rest: from somewhere so far off as the frame has room for, within
 * left, right, above and below. */
void hand_set_on_its_way(struct lot *lot, const float room_px[4], struct hand *hand);
struct render_point hand_at(const struct hand *hand, float t_s);

#endif
