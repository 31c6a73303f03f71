/* SPDX-License-Identifier: Apache-2.0 */
#include "panel_press.h"

static uint64_t since_us(struct mono_time now, struct mono_time then)
{
	return now.us > then.us ? now.us - then.us : 0;
}

static void forget_digits(struct panel_press *press)
{
	press->n_digits = 0;
	press->number = 0;
}

static bool is_held_key(enum press_key key)
{
	return key == PRESS_0 || key == PRESS_MINUS;
}

static enum press_act act(struct panel_press *press, enum press_act what, struct mono_time now)
{
	forget_digits(press);
	if (press->has_acted && since_us(now, press->acted) < PRESS_ACT_US_MIN)
		return ACT_NONE;
	press->has_acted = true;
	press->acted = now;
	return what;
}

static void type_digit(struct panel_press *press, unsigned digit, struct mono_time now)
{
	press->typed = now;
	/* More digits than any number here has: Enter says so. */
	if (press->n_digits > 6)
		return;
	press->n_digits++;
	press->number = press->number * 10 + digit;
}

static enum press_act enter(struct panel_press *press, struct mono_time now, uint32_t *ret_number)
{
	const uint32_t number = press->number;
	const bool typed = press->n_digits > 0;
	const bool asked = press->headcount_asked;
	const uint32_t max = asked ? HEADCOUNT_MAX : PRESS_ADD_MAX;
	enum press_act what;

	if (!typed)
		return ACT_NONE;
	if (number > max || (number == 0 && !asked))
		return act(press, ACT_REFUSED, now);
	what = act(press, asked ? ACT_HEADCOUNT : ACT_ADD, now);
	if (what != ACT_NONE)
		*ret_number = number;
	return what;
}

enum press_act panel_press(struct panel_press *press, enum press_key key, bool down,
                           struct mono_time now, uint32_t *ret_number)
{
	enum press_act what;

	if ((unsigned)key >= PRESS_KEY_N || press->down[key] == down)
		return ACT_NONE;
	press->down[key] = down;
	if (!down) {
		/* A short 0 is a digit; a held one has closed. */
		if (key == PRESS_0 && !press->spent[key]) {
			press->spent[key] = true;
			type_digit(press, 0, now);
		}
		press->changed[key] = now;
		press->has_changed[key] = true;
		return ACT_NONE;
	}
	/* Down again at once after up: a contact that bounces, the same press. */
	if (!press->has_changed[key] || since_us(now, press->changed[key]) >= PRESS_DEBOUNCE_US)
		press->spent[key] = false;
	press->changed[key] = now;
	press->has_changed[key] = true;
	if (press->n_digits && since_us(now, press->typed) > PRESS_DIGITS_US_MAX)
		forget_digits(press);
	if (press->spent[key] || is_held_key(key))
		return ACT_NONE;
	press->spent[key] = true;
	if (key == PRESS_ENTER)
		return enter(press, now, ret_number);
	if (key != PRESS_PLUS) {
		type_digit(press, (unsigned)key, now);
		return ACT_NONE;
	}
	what = act(press, ACT_ADD, now);
	if (what == ACT_ADD)
		*ret_number = 1;
	return what;
}

enum press_act panel_press_tick(struct panel_press *press, struct mono_time now)
{
	static const enum press_key held[] = {PRESS_MINUS, PRESS_0};

	for (unsigned i = 0; i < 2; i++) {
		const enum press_key key = held[i];

		if (!press->down[key] || press->spent[key] ||
		    since_us(now, press->changed[key]) < PRESS_HOLD_US)
			continue;
		press->spent[key] = true;
		/* A 0 held while a number is typed closes nothing. */
		if (key == PRESS_0 && press->n_digits)
			continue;
		return act(press, key == PRESS_0 ? ACT_CLOSE : ACT_UNDO, now);
	}
	return ACT_NONE;
}

uint64_t panel_press_wait_us(const struct panel_press *press, struct mono_time now)
{
	static const enum press_key held[] = {PRESS_MINUS, PRESS_0};
	uint64_t least = UINT64_MAX;

	for (unsigned i = 0; i < 2; i++) {
		const uint64_t down_us = since_us(now, press->changed[held[i]]);
		const uint64_t wait_us = down_us < PRESS_HOLD_US ? PRESS_HOLD_US - down_us : 0;

		if (press->down[held[i]] && !press->spent[held[i]] && wait_us < least)
			least = wait_us;
	}
	return least;
}
