/* SPDX-License-Identifier: Apache-2.0 */
/* Times people write and read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "clock.h"
#include "rfc3339.h"

static void test_reads_times_with_any_offset(void **state)
{
	static const struct {
		const char *text;
		int64_t s;
	} row[] = {
	    {"1970-01-01T00:00:00Z", 0},
	    {"1970-01-01T00:00Z", 0},
	    {"2026-11-21T18:00-05:00", 1795302000},
	    {"2026-11-21T23:00:00Z", 1795302000},
	    {"2026-11-22T04:45+05:45", 1795302000},
	    {"2024-02-29T00:00Z", 1709164800},
	    {"2038-01-19T03:14:08Z", 2147483648},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		int64_t s = -1;

		assert_int_equal(time_parse(row[i].text, &s), 0);
		assert_int_equal(s, row[i].s);
	}
}

static void test_refuses_what_is_not_a_time(void **state)
{
	static const char *const row[] = {"",
	                                  "2026-11-21",
	                                  "2026-11-21T18:00",
	                                  "2026-02-29T00:00Z",
	                                  "2026-13-01T00:00Z",
	                                  "2026-11-21T24:00Z",
	                                  "2026-11-21T18:60Z",
	                                  "2026-11-21T18:00-5:00",
	                                  "2026-11-21T18:00Z ",
	                                  "2026-11-31T18:00Z",
	                                  "26-11-21T18:00Z",
	                                  "2026-11-21 18:00Z",
	                                  "2026-11-21T18:00:Z"};
	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		int64_t s = 77;

		assert_true(time_parse(row[i], &s) < 0);
		assert_int_equal(s, 77);
	}
}

static void test_writes_what_it_reads(void **state)
{
	char text[32];
	int64_t s;

	(void)state;
	time_format(1795302000, text);
	assert_string_equal(text, "2026-11-21T23:00:00Z");
	assert_int_equal(time_parse(text, &s), 0);
	assert_int_equal(s, 1795302000);
}

static void test_time_since_never_runs_backwards(void **state)
{
	(void)state;
	assert_int_equal(mono_since_us((struct mono_time){5}, (struct mono_time){9}), 0);
	assert_int_equal(mono_since_us((struct mono_time){9}, (struct mono_time){5}), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_reads_times_with_any_offset),
	    cmocka_unit_test(test_refuses_what_is_not_a_time),
	    cmocka_unit_test(test_writes_what_it_reads),
	    cmocka_unit_test(test_time_since_never_runs_backwards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
