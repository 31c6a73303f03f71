/* SPDX-License-Identifier: Apache-2.0 */
/* Promise: a camera that shows nothing of use is told after five seconds, once, and so is its
 * return; one that shows people, or an empty room, never is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "picture_watch.h"

enum { WIDTH = 320, HEIGHT = 240, PERIOD_US = 33333, SECOND_US = 1000000 };

static uint32_t seed;

static uint8_t draw(void)
{
	seed = seed * 1103515245u + 12345u;
	return (uint8_t)(seed >> 16);
}

typedef void painter(uint8_t *grey); /* a shape of function, no struct */

static void black(uint8_t *grey)
{
	memset(grey, 3, WIDTH * HEIGHT);
}

static void still(uint8_t *grey)
{
	for (size_t i = 0; i < WIDTH * HEIGHT; i++)
		grey[i] = (uint8_t)(i / 300);
}

static void noise(uint8_t *grey)
{
	for (size_t i = 0; i < WIDTH * HEIGHT; i++)
		grey[i] = draw();
}

/* An empty room: nothing moves but the sensor's own noise. */
static void room(uint8_t *grey)
{
	still(grey);
	for (size_t i = 0; i < WIDTH * HEIGHT; i++)
		grey[i] = (uint8_t)(grey[i] / 2 + draw() % 3);
}

/* A code that fills the frame, at 2.5 pixels a module. */
static void code(uint8_t *grey)
{
	for (size_t y = 0; y < HEIGHT; y++)
		for (size_t x = 0; x < WIDTH; x++)
			grey[y * WIDTH + x] =
			    (uint8_t)((((x * 2 / 5) * 7919u ^ (y * 2 / 5) * 104729u) >> 3 & 1
			                   ? 225
			                   : 10) +
			              draw() % 20);
}

/* Frames for a time; NULL: none come. How often news was told. */
static unsigned show(struct picture_watch *watch, painter *paint, bool garbled, uint64_t *now_us,
                     uint64_t for_us)
{
	static uint8_t grey[WIDTH * HEIGHT];
	struct frame frame = {
	    .grey = grey, .width_px = WIDTH, .height_px = HEIGHT, .stride = WIDTH};
	unsigned told = 0;

	for (uint64_t end = *now_us + for_us; *now_us < end; *now_us += PERIOD_US) {
		struct mono_time now = {*now_us};

		if (paint) {
			paint(grey);
			picture_watch_frame(watch, &frame, now);
		} else if (garbled) {
			picture_watch_garbled(watch, now);
		}
		told += picture_watch_tick(watch, now);
	}
	return told;
}

static void test_what_is_wrong_is_told_after_five_seconds(void **state)
{
	static const struct {
		painter *paint;
		bool garbled;
		enum picture_state state;
	} cases[] = {
	    {black, false, PICTURE_BLACK}, {still, false, PICTURE_FROZEN},
	    {noise, false, PICTURE_NOISE}, {NULL, true, PICTURE_GARBLED},
	    {NULL, false, PICTURE_NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct picture_watch watch;
		uint64_t now_us = SECOND_US;

		picture_watch_init(&watch, (struct mono_time){now_us});
		assert_int_equal(show(&watch, room, false, &now_us, SECOND_US), 0);
		assert_int_equal(
		    show(&watch, cases[i].paint, cases[i].garbled, &now_us, 48 * SECOND_US / 10),
		    0);
		assert_int_equal(
		    show(&watch, cases[i].paint, cases[i].garbled, &now_us, 20 * SECOND_US), 1);
		assert_int_equal(watch.told, cases[i].state);
		assert_int_equal(show(&watch, room, false, &now_us, SECOND_US), 1);
		assert_int_equal(watch.told, PICTURE_FINE);
	}
}

static void test_what_is_right_is_not_told(void **state)
{
	static painter *const paint[] = {room, code};

	(void)state;
	for (size_t i = 0; i < sizeof(paint) / sizeof(paint[0]); i++) {
		struct picture_watch watch;
		uint64_t now_us = SECOND_US;

		picture_watch_init(&watch, (struct mono_time){now_us});
		assert_int_equal(show(&watch, paint[i], false, &now_us, 12 * SECOND_US), 0);
	}
}

static void test_a_stumble_is_not_told(void **state)
{
	struct picture_watch watch;
	uint64_t now_us = SECOND_US;

	(void)state;
	picture_watch_init(&watch, (struct mono_time){now_us});
	for (int i = 0; i < 4; i++) {
		assert_int_equal(show(&watch, black, false, &now_us, 4 * SECOND_US), 0);
		assert_int_equal(show(&watch, room, false, &now_us, PERIOD_US), 0);
		assert_int_equal(show(&watch, NULL, true, &now_us, 4 * SECOND_US), 0);
		assert_int_equal(show(&watch, room, false, &now_us, PERIOD_US), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_is_wrong_is_told_after_five_seconds),
	    cmocka_unit_test(test_what_is_right_is_not_told),
	    cmocka_unit_test(test_a_stumble_is_not_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
