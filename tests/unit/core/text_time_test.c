/* SPDX-License-Identifier: Apache-2.0 */
/* Promise: a centre's wrong clock takes nobody's count away, and no text of another day gets one by
 * it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "text_time.h"

enum {
	NOW = 1800000000,
	MONO_S = 10000,
	FROM = NOW - 3600,
	UNTIL = NOW + 3600,
	HOUR = 3600,
	DAY = 86400,
	YEARS_72 = 2147000000,
	LATE = 300, /* seconds since the opening */
};

struct said {
	int64_t off; /* of the stamp, to its arrival */
	int64_t ago; /* it arrived */
	bool stamped, seen;
	uint64_t sender;
};

struct text_case {
	const char *what;
	bool clock, open;
	int64_t opened_ago;
	struct said before[3], text;
	enum text_time time;
	int64_t at; /* to NOW */
};

#define A(off, ago)                                                                                \
	{                                                                                          \
		off, ago, true, true, 1                                                            \
	}
#define B(off, ago)                                                                                \
	{                                                                                          \
		off, ago, true, true, 2                                                            \
	}
#define OLD(off)                                                                                   \
	{                                                                                          \
		off, 0, true, false, 3                                                             \
	}
#define NO                                                                                         \
	{                                                                                          \
		0, 0, false, false, 0                                                              \
	}
#define BLANK(seen)                                                                                \
	{                                                                                          \
		0, 0, false, seen, 4                                                               \
	}

/* clang-format off */
static const struct text_case cases[] = {
    {"right", true, true, 60, {NO, NO, NO}, A(-3, 0), TEXT_TIME_STANDS, -3},
    {"right, no clock", false, true, 60, {NO, NO, NO}, A(-3, 0), TEXT_TIME_STANDS, -3},
    {"it waited for the opening", true, true, 60, {NO, NO, NO}, OLD(-1800), TEXT_TIME_STANDS, -1800},
    {"yesterday's, handed over now", true, true, 60, {NO, NO, NO}, A(-DAY, 0), TEXT_TIME_STANDS, -DAY},
    {"yesterday's, no clock", false, true, 60, {NO, NO, NO}, A(-DAY, 0), TEXT_TIME_STANDS, -DAY},
    {"last month's", true, true, 60, {NO, NO, NO}, A(-30 * DAY, 0), TEXT_TIME_STANDS, -30 * DAY},
    {"no stamp, arrival seen", true, true, 60, {NO, NO, NO}, BLANK(true), TEXT_TIME_ARRIVED, 0},
    {"no stamp, no clock", false, true, 60, {NO, NO, NO}, BLANK(true), TEXT_TIME_ARRIVED, -HOUR},
    {"no stamp, arrival not seen", true, true, 60, {NO, NO, NO}, BLANK(false), TEXT_TIME_NONE, 0},
    {"no stamp, nothing open", true, false, 60, {NO, NO, NO}, BLANK(true), TEXT_TIME_NONE, 0},
    {"2095", true, true, 60, {NO, NO, NO}, A(YEARS_72, 0), TEXT_TIME_ARRIVED, 0},
    {"2095, no clock", false, true, 60, {NO, NO, NO}, A(YEARS_72, 0), TEXT_TIME_ARRIVED, -HOUR},
    {"2095 in the store", true, true, 60, {NO, NO, NO}, OLD(YEARS_72), TEXT_TIME_NONE, 0},
    {"2095, before the opening", true, true, 60, {NO, NO, NO}, A(YEARS_72, 90), TEXT_TIME_NONE, 0},
    {"years ago", true, true, 60, {NO, NO, NO}, A(-800 * DAY, 0), TEXT_TIME_ARRIVED, 0},
    {"hours ahead", true, true, 60, {NO, NO, NO}, A(5 * HOUR, 0), TEXT_TIME_ARRIVED, 0},
    {"five hours behind: the first", true, true, 60, {NO, NO, NO}, A(-5 * HOUR - 2, 0), TEXT_TIME_WAITS, 0},
    {"the second", true, true, 60, {A(-5 * HOUR - 2, 9), NO, NO}, B(-5 * HOUR - 5, 0), TEXT_TIME_ARRIVED, 0},
    {"the first again", true, true, 60, {B(-5 * HOUR - 5, 0), NO, NO}, A(-5 * HOUR - 2, 9), TEXT_TIME_ARRIVED, -9},
    {"the same person again", true, true, 60, {A(-5 * HOUR, 9), NO, NO}, A(-5 * HOUR - 2, 0), TEXT_TIME_WAITS, 0},
    {"alone, long after the opening", true, true, LATE, {NO, NO, NO}, A(-5 * HOUR - 2, 0), TEXT_TIME_ARRIVED, 0},
    {"beside one that is right", true, true, LATE, {B(-2, 9), NO, NO}, A(-5 * HOUR - 2, 0), TEXT_TIME_STANDS, -5 * HOUR - 2},
    {"no zone", true, true, LATE, {NO, NO, NO}, A(-5 * HOUR - 400, 0), TEXT_TIME_STANDS, -5 * HOUR - 400},
    {"two that do not agree", true, true, 60, {B(-3 * HOUR, 9), NO, NO}, A(-5 * HOUR, 0), TEXT_TIME_WAITS, 0},
    {"it waited, by a centre that is off", true, true, 60, {A(-5 * HOUR, 9), B(-5 * HOUR, 5), NO}, OLD(-5 * HOUR - 1200), TEXT_TIME_STANDS, -1200},
    {"off, no clock: the first", false, true, 60, {NO, NO, NO}, A(-5 * HOUR, 0), TEXT_TIME_WAITS, 0},
    {"off, no clock: the second", false, true, 60, {A(-5 * HOUR - 9, 9), NO, NO}, B(-5 * HOUR, 0), TEXT_TIME_ARRIVED, -HOUR},
    {"waited long enough", true, true, 900, {NO, NO, NO}, A(-4 * HOUR, 890), TEXT_TIME_STANDS, -4 * HOUR - 890},
};
/* clang-format on */

static struct text_stamp stamp_of(const struct said *said)
{
	return (struct text_stamp){
	    .has_time = said->stamped,
	    .time = NOW - said->ago + said->off,
	    .announced = said->seen,
	    .arrived.us = (uint64_t)(MONO_S - said->ago) * 1000000,
	    .centre = 7,
	    .sender = said->sender,
	};
}

static void a_text_is_judged_by_its_stamp_or_its_arrival(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct text_case *c = &cases[i];
		struct text_clock clock = {0};
		struct text_stamp stamp = stamp_of(&c->text);
		struct text_era era = {
		    .mono.us = MONO_S * 1000000ULL,
		    .clock_known = c->clock,
		    .now = c->clock ? NOW : 0,
		    .open = c->open,
		    .opened.us = (uint64_t)(MONO_S - c->opened_ago) * 1000000,
		    .from = FROM,
		    .until = UNTIL,
		};
		int64_t at = 0;
		enum text_time time;

		print_message("%s\n", c->what);
		for (unsigned k = 0; k < 3; k++) {
			struct text_stamp before = stamp_of(&c->before[k]);

			text_clock_note(&clock, &before);
		}
		text_clock_note(&clock, &stamp);
		time = text_time_judge(&clock, &era, &stamp, &at);
		assert_int_equal(time, c->time);
		if (time == TEXT_TIME_STANDS || time == TEXT_TIME_ARRIVED)
			assert_true(at == NOW + c->at);
	}
}

static void now_is_the_newest_that_is_not_far_ahead_of_the_others(void **state)
{
	static const struct said future = A(YEARS_72, 0), now = B(-2, 60), old = OLD(-4 * HOUR);
	const struct mono_time mono = {MONO_S * 1000000ULL};
	struct text_clock clock = {0};
	struct text_stamp stamp = stamp_of(&future);
	int64_t at;

	(void)state;
	assert_false(text_clock_now(&clock, mono, &at));
	text_clock_note(&clock, &stamp);
	stamp = stamp_of(&old);
	text_clock_note(&clock, &stamp);
	assert_true(text_clock_now(&clock, mono, &at));
	assert_true(at == NOW - 4 * HOUR);
	stamp = stamp_of(&now);
	for (unsigned i = 0; i < 2; i++) /* however often it is offered */
		text_clock_note(&clock, &stamp);
	assert_int_equal(clock.n, 3);
	assert_true(text_clock_now(&clock, mono, &at));
	assert_true(at == NOW - 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_text_is_judged_by_its_stamp_or_its_arrival),
	    cmocka_unit_test(now_is_the_newest_that_is_not_far_ahead_of_the_others),
	};
	return cmocka_run_group_tests_name("core.text_time", tests, NULL, NULL);
}
