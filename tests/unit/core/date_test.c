/* SPDX-License-Identifier: Apache-2.0 */
/* One wrong date ends no meeting and closes none for good: the rules of date.h, one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "date.h"

enum { HOUR = 3600, DAY = 86400, YEAR = 365 * DAY };

/* The event's window with grace, and a time within it. */
#define START INT64_C(1800000000)
#define NOW   (START + HOUR)
#define UNTIL (START + 5 * HOUR)
#define FLOOR (START - 30 * DAY)
#define BUILT (START - 90 * DAY)
#define EVENT .has_event = true, .from = START - 2 * HOUR, .until = UNTIL
#define OPEN  EVENT, .open = true
#define PAST  BUILT, .floor = FLOOR
#define WORD(at_s)                                                                                 \
	{                                                                                          \
		true, at_s                                                                         \
	}
#define NTP  .system_source = CLOCK_SOURCE_NTP, .system = WORD
#define KEPT .kept_source = CLOCK_SOURCE_NTP, .kept = WORD

struct row {
	const char *what;
	struct date_facts facts;
	int64_t now; /* 0: not known */
	enum clock_source source;
	enum date_doubt doubt;
};

static void check(const struct row *row)
{
	const struct date date = date_judge(&row->facts);

	print_message("%s\n", row->what);
	assert_int_equal(date.known, row->now != 0);
	assert_int_equal(date.doubt, row->doubt);
	if (!date.known)
		return;
	assert_true(date.now == row->now);
	assert_int_equal(date.source, row->source);
	assert_true(date.now >= row->facts.floor);
}

/* clang-format off */
static const struct row rows[] = {
	{"nobody says anything", {.built = PAST}, 0, 0, DATE_STANDS},
	{"the network's time", {.built = PAST, NTP(NOW)}, NOW, CLOCK_SOURCE_NTP, DATE_STANDS},
	{"a little before the floor: the floor", {.built = PAST, NTP(FLOOR - 60)}, FLOOR, CLOCK_SOURCE_NTP, DATE_STANDS},
	{"ten years before the floor", {.built = PAST, NTP(NOW - 10 * YEAR)}, 0, 0, DATE_TOO_EARLY},
	{"ten years before it, an event open, known before", {.built = PAST, OPEN, NTP(NOW - 10 * YEAR), KEPT(NOW)}, NOW, CLOCK_SOURCE_NTP, DATE_TOO_EARLY},
	{"ten years ahead, nothing open", {.built = PAST, NTP(NOW + 10 * YEAR)}, 0, 0, DATE_TOO_LATE},
	{"half a year in a cupboard", {.built = PAST, EVENT, NTP(NOW + 180 * DAY)}, NOW + 180 * DAY, CLOCK_SOURCE_NTP, DATE_STANDS},
	{"an image two years old, nothing known yet", {.built = BUILT, .floor = BUILT, NTP(BUILT + 2 * YEAR)}, BUILT + 2 * YEAR, CLOCK_SOURCE_NTP, DATE_STANDS},
	/* an open event: clocks */
	{"a jump of ten years", {.built = PAST, OPEN, NTP(NOW + 10 * YEAR), KEPT(NOW)}, NOW, CLOCK_SOURCE_NTP, DATE_JUMPED},
	{"a jump of a day", {.built = PAST, OPEN, NTP(NOW + DAY), KEPT(NOW)}, NOW, CLOCK_SOURCE_NTP, DATE_JUMPED},
	{"a jump to the very end", {.built = PAST, OPEN, NTP(UNTIL), KEPT(NOW)}, NOW, CLOCK_SOURCE_NTP, DATE_JUMPED},
	{"a jump back by a month", {.built = PAST, OPEN, NTP(NOW - 29 * DAY), KEPT(NOW)}, NOW, CLOCK_SOURCE_NTP, DATE_JUMPED},
	{"a correction within the window", {.built = PAST, OPEN, NTP(NOW + 2 * HOUR), KEPT(NOW)}, NOW + 2 * HOUR, CLOCK_SOURCE_NTP, DATE_STANDS},
	{"time goes on past the end", {.built = PAST, OPEN, NTP(UNTIL + 1), KEPT(UNTIL)}, UNTIL + 1, CLOCK_SOURCE_NTP, DATE_STANDS},
	{"a first word past the end, opened in this boot", {.built = PAST, OPEN, NTP(UNTIL + DAY), .latest = WORD(UNTIL + HOUR)}, 0, 0, DATE_TOO_LATE},
	{"left open, found a week later", {.built = PAST, OPEN, NTP(UNTIL + 7 * DAY)}, UNTIL + 7 * DAY, CLOCK_SOURCE_NTP, DATE_STANDS},
	{"left open, found a year later", {.built = PAST, OPEN, NTP(UNTIL + YEAR)}, 0, 0, DATE_TOO_LATE},
	/* an open event: receipts */
	{"a receipt within the window", {.built = PAST, OPEN, .receipt = WORD(NOW)}, NOW, CLOCK_SOURCE_RECEIPT, DATE_STANDS},
	{"a receipt ten years ahead", {.built = PAST, OPEN, .receipt = WORD(NOW + 10 * YEAR)}, 0, 0, DATE_TOO_LATE},
	{"a receipt of tomorrow", {.built = PAST, OPEN, .receipt = WORD(NOW + DAY)}, 0, 0, DATE_TOO_LATE},
	{"a receipt of a second past the end", {.built = PAST, OPEN, .receipt = WORD(UNTIL)}, 0, 0, DATE_TOO_LATE},
	{"a receipt past the end, and the network's time", {.built = PAST, OPEN, .receipt = WORD(UNTIL + DAY), NTP(UNTIL + DAY + 60), .latest = WORD(UNTIL)}, UNTIL + DAY + 60, CLOCK_SOURCE_NTP, DATE_STANDS},
	{"a receipt past the end, and a text", {.built = PAST, OPEN, .receipt = WORD(UNTIL + DAY), .sms = WORD(UNTIL + DAY - 60)}, UNTIL + DAY, CLOCK_SOURCE_RECEIPT, DATE_STANDS},
	{"a receipt and a text that disagree", {.built = PAST, OPEN, .receipt = WORD(UNTIL + DAY), .sms = WORD(NOW)}, 0, 0, DATE_TOO_LATE},
	{"a receipt ahead, the clock right", {.built = PAST, OPEN, .receipt = WORD(NOW + 10 * YEAR), NTP(NOW), KEPT(NOW)}, NOW, CLOCK_SOURCE_NTP, DATE_JUMPED},
	{"two words that agree on what is certainly past", {.built = PAST, NTP(NOW - YEAR), .receipt = WORD(NOW - YEAR)}, 0, 0, DATE_TOO_EARLY},
	/* after the close, in the same boot */
	{"a receipt of next month, its event just closed", {.built = PAST, EVENT, .receipt = WORD(NOW + 30 * DAY), .latest = WORD(UNTIL)}, 0, 0, DATE_TOO_LATE},
	{"a receipt of now, its event just closed", {.built = PAST, EVENT, .receipt = WORD(NOW), .latest = WORD(UNTIL)}, NOW, CLOCK_SOURCE_RECEIPT, DATE_STANDS},
	/* a person */
	{"a person against the network's time", {.built = PAST, NTP(NOW + 30 * DAY), .kept = WORD(NOW), .kept_source = CLOCK_SOURCE_OPERATOR, .kept_by_person = true}, NOW, CLOCK_SOURCE_OPERATOR, DATE_JUMPED},
	{"a person without a clock", {.built = PAST, .kept = WORD(NOW), .kept_source = CLOCK_SOURCE_OPERATOR, .kept_by_person = true}, NOW, CLOCK_SOURCE_OPERATOR, DATE_STANDS},
	{"what a clock said goes with it", {.built = PAST, KEPT(NOW)}, 0, 0, DATE_STANDS},
};
/* clang-format on */

static void test_who_is_believed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(&rows[i]);
}

/* A second at a time the end comes; at no jump, whatever its size, does it come sooner. */
static void test_no_jump_brings_the_end_nearer(void **state)
{
	(void)state;
	for (int64_t jump = 2 * DATE_STEP_S; jump < 40 * YEAR; jump = jump * 3 / 2) {
		for (int64_t kept = START; kept < UNTIL; kept += HOUR / 4) {
			const struct date_facts facts = {
			    .built = PAST, OPEN, NTP(kept + jump), KEPT(kept)};
			const struct date date = date_judge(&facts);

			assert_true(date.known);
			assert_true(date.now < UNTIL);
		}
	}
}

static void test_a_texts_time_is_an_estimate_within_bounds(void **state)
{
	static const struct {
		const char *what;
		struct date_facts facts;
		bool has;
	} row[] = {
	    {"within the window", {.built = PAST, OPEN, .sms = WORD(NOW)}, true},
	    {"past an open event's end", {.built = PAST, OPEN, .sms = WORD(UNTIL)}, false},
	    {"before its beginning", {.built = PAST, OPEN, .sms = WORD(START - DAY)}, false},
	    {"before the floor", {.built = PAST, .sms = WORD(FLOOR - 1)}, false},
	    {"of 2098", {.built = PAST, EVENT, .sms = WORD(START + 70LL * YEAR)}, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		print_message("%s\n", row[i].what);
		assert_false(date_judge(&row[i].facts).known);
		assert_int_equal(date_judge(&row[i].facts).has_estimate, row[i].has);
	}
}

static void test_the_floor_rises_within_bounds_and_has_a_way_back(void **state)
{
	static const struct {
		const char *what;
		struct date_facts facts;
		int64_t time;
		bool fresh;
		int64_t until, floor;
	} row[] = {
	    {"a receipt of now", {.built = PAST, OPEN}, NOW, true, NOW + YEAR, NOW},
	    {"one of before", {.built = PAST, OPEN}, NOW, false, NOW + YEAR, NOW},
	    {"its key's certificate is over", {.built = PAST, OPEN}, NOW, true, NOW - 1, FLOOR},
	    {"past the open event", {.built = PAST, OPEN}, UNTIL, true, NOW + YEAR, FLOOR},
	    {"ten years", {.built = PAST, EVENT}, NOW + 10 * YEAR, true, NOW + 20LL * YEAR, FLOOR},
	    {"the date is known: no later than that",
	     {.built = PAST, OPEN, NTP(NOW), KEPT(NOW)},
	     NOW + 600,
	     true,
	     NOW + YEAR,
	     NOW},
	    {"the date is known, the receipt far ahead",
	     {.built = PAST, EVENT, NTP(NOW), .latest = WORD(UNTIL)},
	     NOW + 30 * DAY,
	     true,
	     NOW + YEAR,
	     FLOOR},
	    {"a newer word of less",
	     {.built = BUILT, .floor = NOW + YEAR},
	     NOW,
	     true,
	     NOW + YEAR,
	     NOW},
	    {"never before the build",
	     {.built = BUILT, .floor = NOW + YEAR},
	     BUILT - DAY,
	     true,
	     NOW + YEAR,
	     BUILT},
	    {"an older word of less",
	     {.built = BUILT, .floor = NOW + YEAR},
	     NOW,
	     false,
	     NOW + YEAR,
	     NOW + YEAR},
	    {"a clock speaks for the floor",
	     {.built = BUILT, .floor = NOW, NTP(NOW + DAY)},
	     NOW - DAY,
	     true,
	     NOW + YEAR,
	     NOW},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		print_message("%s\n", row[i].what);
		assert_true(date_floor(&row[i].facts, row[i].time, row[i].fresh, BUILT - YEAR,
		                       row[i].until) == row[i].floor);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_who_is_believed),
	    cmocka_unit_test(test_no_jump_brings_the_end_nearer),
	    cmocka_unit_test(test_a_texts_time_is_an_estimate_within_bounds),
	    cmocka_unit_test(test_the_floor_rises_within_bounds_and_has_a_way_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
