/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a meeting is when the clocks of its zone say so, on either side of a change; what those
 * clocks never or twice show is told; every date comes back with its weekday.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "crypto.h"
#include "opened.h"
#include "rfc3339.h"

#define EVENT_NEW(program, out, ...)                                                               \
	RUN(program, "event", "new", "--hub", "hub", "--name", "en=River Night", "--project",      \
	    "1:RIVER:en=River", "--length", "2h", "--out", out, __VA_ARGS__)

static void a_start_is_by_the_clocks_of_its_zone(void **state)
{
	static const struct {
		const char *start, *zone, *utc, *says;
	} row[] = {
	    {"2027-01-02T18:00", "America/New_York", "2027-01-02T23:00:00Z",
	     "Saturday, January 2, 2027, 6:00"},
	    {"2027-07-02T18:00", "America/New_York", "2027-07-02T22:00:00Z", "(UTC-04:00)"},
	    {"2027-07-02T18:00-04:00", "America/New_York", "2027-07-02T22:00:00Z", "(UTC-04:00)"},
	    {"2027-07-02T18:00Z", "America/New_York", "2027-07-02T18:00:00Z", "Friday, July 2"},
	    {"2027-07-02T18:00", "America/Phoenix", "2027-07-03T01:00:00Z", "(UTC-07:00)"},
	    {"2027-07-02T18:00", "Asia/Kolkata", "2027-07-02T12:30:00Z", "(UTC+05:30)"},
	    {"2027-07-02T18:00", "Pacific/Honolulu", "2027-07-03T04:00:00Z", "(UTC-10:00)"},
	    {"2027-07-02T18:00", "America/Indiana/Knox", "2027-07-02T23:00:00Z", "(UTC-05:00)"},
	    {"2027-07-02T18:00", "UTC", "2027-07-02T18:00:00Z", "(UTC)"},
	    /* The night clocks are put back: the hours on either side of the one that comes twice. */
	    {"2027-11-07T00:30", "America/New_York", "2027-11-07T04:30:00Z", "(UTC-04:00)"},
	    {"2027-11-07T02:30", "America/New_York", "2027-11-07T07:30:00Z", "(UTC-05:00)"},
	    {"2027-11-07T05:30Z", "America/New_York", "2027-11-07T05:30:00Z", "1:30"},
	};
	struct program *program = *state;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct opened_card card;
		char out[16], path[32], utc[32];

		(void)snprintf(out, sizeof(out), "zone %zu", i);
		(void)snprintf(path, sizeof(path), "%s/card.txt", out);
		assert_int_equal(
		    EVENT_NEW(program, out, "--start", row[i].start, "--zone", row[i].zone), 0);
		open_card(program, path, &card);
		time_format(card.manifest.window[0].start, utc);
		assert_string_equal(utc, row[i].utc);
		if (strstr(program->out, row[i].says) == NULL)
			fail_msg("row %zu: %s", i, program->out);
	}
}

/* Fifty-two Saturdays at six, whatever is done to the clocks: in four windows. */
static void a_series_keeps_its_time_of_day(void **state)
{
	static const char *const first[] = {"2027-01-02T23:00:00Z", "2027-03-20T22:00:00Z",
	                                    "2027-11-13T23:00:00Z"};
	static const unsigned int count[] = {11, 34, 7};
	struct program *program = *state;
	struct opened_card card;
	char utc[32];

	assert_int_equal(EVENT_NEW(program, "saturdays", "--start", "2027-01-02T18:00", "--zone",
	                           "America/New_York", "--every", "7d", "--count", "52"),
	                 0);
	assert_non_null(strstr(program->out, "52 meetings"));
	open_card(program, "saturdays/card.txt", &card);
	assert_int_equal(card.manifest.n_windows, 3);
	for (size_t i = 0; i < 3; i++) {
		time_format(card.manifest.window[i].start, utc);
		assert_string_equal(utc, first[i]);
		assert_int_equal(card.manifest.window[i].count, count[i]);
	}
	/* Days before the change are of the first window, also where one of them is its only one. */
	assert_int_equal(EVENT_NEW(program, "two", "--start", "2027-03-13T18:00", "--zone",
	                           "America/New_York", "--every", "1d", "--count", "2"),
	                 0);
	open_card(program, "two/card.txt", &card);
	assert_int_equal(card.manifest.n_windows, 2);
	assert_int_equal(card.manifest.window[0].every_days, 0);
	assert_int_equal(card.manifest.window[1].start - card.manifest.window[0].start, 23 * 3600);
	/* Without a zone the offset stays. */
	assert_int_equal(EVENT_NEW(program, "fixed", "--start", "2027-01-02T18:00-05:00", "--every",
	                           "7d", "--count", "52"),
	                 0);
	assert_non_null(strstr(program->out, "Saturday, January 2, 2027"));
	assert_non_null(strstr(program->out, "52 in all, the last on December 25, 2027"));
	open_card(program, "fixed/card.txt", &card);
	assert_int_equal(card.manifest.n_windows, 1);
}

static void what_no_clock_shows_is_told(void **state)
{
	static const struct {
		const char *start, *zone, *says;
	} row[] = {
	    {"2027-03-14T02:30", "America/New_York", "does not exist, for clocks are put forward"},
	    {"2027-11-07T01:30", "America/New_York", "comes twice"},
	    {"2027-11-07T01:30", "America/New_York", "2027-11-07T05:30Z, or later"},
	    {"2027-07-02T18:00-05:00", "America/New_York", "another offset from UTC"},
	    {"2027-07-02", "America/New_York", "no time of day"},
	    {"2027-02-30T18:00", "America/New_York", "does not exist"},
	    {"2027-07-02T18:00", "America/Lexington", "“America/Lexington” is no zone"},
	    {"2027-07-02T18:00", "", "is no zone"},
	    {"2027-07-02T18:00", "America", "is no zone"},
	    {"2027-07-02T18:00", "EST5EDT4,M3.2.0,M11.1.0", "is no zone"},
	    {"2027-07-02T18:00", "/usr/share/zoneinfo/America/New_York", "is no zone"},
	    {"2027-07-02T18:00", "../zoneinfo/America/New_York", "is no zone"},
	    {"2027-07-02T18:00", "../../../etc/passwd", "is no zone"},
	    {"2027-07-02T18:00", "tzdata.zi", "is no zone"},
	    {"2027-07-02T18:00", ":America/New_York", "is no zone"},
	};
	struct program *program = *state;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		assert_int_equal(
		    EVENT_NEW(program, "wrong", "--start", row[i].start, "--zone", row[i].zone),
		    EX_USAGE);
		if (strstr(program->err, row[i].says) == NULL)
			fail_msg("row %zu: %s", i, program->err);
		assert_int_equal(access(program_path(program, "wrong"), F_OK), -1);
	}
}

static void a_certificate_is_told_with_its_weekdays(void **state)
{
	struct program *program = *state;

	assert_int_equal(RUN(program, "hub", "new", "--network", "net", "--id", "30", "--level",
	                     "local", "--region", "US-KY", "--name", "Dated", "--valid-from",
	                     "2027-01-01", "--valid-days", "365", "--out", "dated"),
	                 0);
	assert_non_null(strstr(program->out, "from Friday, January 1, 2027"));
	assert_non_null(strstr(program->out, "until Saturday, January 1, 2028"));
}

static int setup(void **state)
{
	assert_true(crypto_init() >= 0);
	return program_setup_event(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_start_is_by_the_clocks_of_its_zone),
	    cmocka_unit_test(a_series_keeps_its_time_of_day),
	    cmocka_unit_test(what_no_clock_shows_is_told),
	    cmocka_unit_test(a_certificate_is_told_with_its_weekdays),
	};

	return cmocka_run_group_tests(tests, setup, program_teardown);
}
