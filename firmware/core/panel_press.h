/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a volunteer's keys and buttons mean: presses and the time in, acts out. A key acts once a
 * press, however long it is held and however often its contact bounces; what cannot be meant by
 * accident (undo, close) is held. Pure; the number pad and the panel's buttons share it.
 */
#ifndef KIOSK_CORE_PANEL_PRESS_H
#define KIOSK_CORE_PANEL_PRESS_H

#include <kiosk/types.h>

enum {
	PRESS_DEBOUNCE_US = 30000,
	PRESS_HOLD_US = 1500000,
	PRESS_ACT_US_MIN = 150000,      /* between two acts: faster is a fault, not a hand */
	PRESS_DIGITS_US_MAX = 10000000, /* digits that nobody confirms are forgotten */
	PRESS_ADD_MAX = 99,
};

enum press_key {
	PRESS_0, /* and so on, to PRESS_0 + 9 */
	PRESS_9 = PRESS_0 + 9,
	PRESS_PLUS,
	PRESS_MINUS,
	PRESS_ENTER,
	PRESS_KEY_N
};

enum press_act {
	ACT_NONE,
	ACT_ADD, /* `number` people, 1 to PRESS_ADD_MAX */
	ACT_UNDO,
	ACT_HEADCOUNT, /* `number` people, to HEADCOUNT_MAX */
	ACT_CLOSE,
	ACT_REFUSED, /* the number is too large or none; nothing is done */
};

struct panel_press {
	bool headcount_asked; /* the caller's: digits answer that question */
	bool down[PRESS_KEY_N];
	bool spent[PRESS_KEY_N]; /* this press has acted */
	struct mono_time changed[PRESS_KEY_N], acted, typed;
	bool has_changed[PRESS_KEY_N], has_acted;
	unsigned n_digits;
	uint32_t number;
};

/* A key went down or up. Sets *ret_number of the acts that have one. */
enum press_act panel_press(struct panel_press *press, enum press_key key, bool down,
                           struct mono_time now, uint32_t *ret_number);
/* Time has passed: what is held long enough acts. */
enum press_act panel_press_tick(struct panel_press *press, struct mono_time now);
/* Microseconds until panel_press_tick() has something to do; UINT64_MAX: no wake-up is wanted. */
uint64_t panel_press_wait_us(const struct panel_press *press, struct mono_time now);

#endif
