/* SPDX-License-Identifier: Apache-2.0 */
/* What hands press and what lights say: told apart, bounded, harmless when a key is stuck. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "panel_press.h"
#include "panel_signal.h"

enum { MS = 1000 };

static struct mono_time at(uint64_t ms)
{
	return (struct mono_time){.us = ms * MS};
}

static enum press_act tap(struct panel_press *p, enum press_key key, uint64_t ms, uint32_t *n)
{
	enum press_act act = panel_press(p, key, true, at(ms), n);

	assert_int_equal(panel_press(p, key, false, at(ms + 50), n), ACT_NONE);
	return act;
}

static void each_rhythm_is_its_own_and_slow(void **state)
{
	(void)state;
	for (int i = 1; i < SIGNAL_N; i++) {
		const struct panel_rhythm *a = panel_signal((enum scene_signal)i);
		uint64_t ms = 0, rise = 0;
		bool lit = false, risen = false;

		assert_true(a->n > 0 && a->n <= PANEL_STEPS_MAX);
		for (unsigned k = 0; k < a->n; ms += a->step[k++].ms) {
			if (a->step[k].lights && !lit) {
				assert_true(!risen || ms - rise >= PANEL_RISE_MS_MIN);
				rise = ms, risen = true;
			}
			lit = a->step[k].lights != 0;
		}
		for (int j = 1; j < i; j++) {
			const struct panel_rhythm *b = panel_signal((enum scene_signal)j);
			bool same = a->n == b->n;

			for (unsigned k = 0; same && k < a->n; k++)
				same = a->step[k].ms == b->step[k].ms;
			assert_false(same);
		}
	}
	assert_int_equal(panel_signal(SIGNAL_N)->n, 0);
}

static void keys_mean_what_they_say(void **state)
{
	struct panel_press p = {0};
	uint32_t n = 77;

	(void)state;
	assert_int_equal(tap(&p, PRESS_PLUS, 0, &n), ACT_ADD);
	assert_int_equal(n, 1);
	assert_int_equal(tap(&p, PRESS_0 + 4, 1000, &n), ACT_NONE);
	assert_int_equal(tap(&p, PRESS_ENTER, 1200, &n), ACT_ADD);
	assert_int_equal(n, 4);
	p.headcount_asked = true;
	tap(&p, PRESS_0 + 1, 2000, &n), tap(&p, PRESS_0, 2200, &n), tap(&p, PRESS_0, 2400, &n);
	assert_int_equal(tap(&p, PRESS_ENTER, 2600, &n), ACT_HEADCOUNT);
	assert_int_equal(n, 100);
	p.headcount_asked = false;
	tap(&p, PRESS_0 + 4, 3000, &n);
	assert_int_equal(tap(&p, PRESS_ENTER, 20000, &n), ACT_NONE); /* forgotten */
	for (uint64_t i = 0; i < 20; i++)
		tap(&p, PRESS_9, 30000 + i * 100, &n);
	assert_int_equal(tap(&p, PRESS_ENTER, 33000, &n), ACT_REFUSED);
}

static void what_is_held_acts_once(void **state)
{
	static const struct {
		enum press_key key;
		enum press_act act;
	} row[] = {{PRESS_MINUS, ACT_UNDO}, {PRESS_0, ACT_CLOSE}};
	uint32_t n;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct panel_press p = {0};
		int acts = 0;

		panel_press(&p, row[i].key, true, at(1000), &n);
		assert_int_equal(panel_press_tick(&p, at(2499)), ACT_NONE);
		assert_int_equal(panel_press_wait_us(&p, at(2499)), MS);
		assert_int_equal(panel_press_tick(&p, at(2500)), row[i].act);
		for (uint64_t ms = 2500; ms < 3600000; ms += 500)
			acts += panel_press_tick(&p, at(ms)) != ACT_NONE;
		assert_int_equal(acts, 0);
		assert_true(panel_press_wait_us(&p, at(3600000)) == UINT64_MAX);
	}
}

static void a_key_pressed_a_hundred_times_a_second_is_one_press(void **state)
{
	struct panel_press p = {0};
	uint32_t n;
	int acts = 0;

	(void)state;
	for (uint64_t ms = 0; ms < 60000; ms += 10) {
		acts += panel_press(&p, PRESS_PLUS, true, at(ms), &n) == ACT_ADD;
		panel_press(&p, PRESS_PLUS, false, at(ms + 5), &n);
	}
	assert_int_equal(acts, 1);
}

static void a_bouncing_contact_still_holds(void **state)
{
	struct panel_press p = {0};
	uint32_t n;

	(void)state;
	panel_press(&p, PRESS_MINUS, true, at(100), &n);
	panel_press(&p, PRESS_MINUS, false, at(104), &n);
	panel_press(&p, PRESS_MINUS, true, at(108), &n);
	assert_int_equal(panel_press_tick(&p, at(1608)), ACT_UNDO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_rhythm_is_its_own_and_slow),
	    cmocka_unit_test(keys_mean_what_they_say),
	    cmocka_unit_test(what_is_held_acts_once),
	    cmocka_unit_test(a_key_pressed_a_hundred_times_a_second_is_one_press),
	    cmocka_unit_test(a_bouncing_contact_still_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
