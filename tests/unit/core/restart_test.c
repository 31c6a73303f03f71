/* SPDX-License-Identifier: Apache-2.0 */
/* Promise 7: a program that crashes comes back, one whose device went away without penalty. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "restart.h"

enum { S = 1000000 };

static void test_crashes_wait_longer_each_time_up_to_the_cap(void **state)
{
	static const uint64_t waits[] = {500000, 1 * S,  2 * S,  4 * S,
	                                 8 * S,  16 * S, 30 * S, 30 * S};
	struct restart restart = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		restart_started(&restart, (struct mono_time){100 * S});
		assert_int_equal(
		    restart_ended(&restart, i % 2 == 0, 11, (struct mono_time){101 * S}), waits[i]);
		assert_int_equal(restart.crashes, i + 1);
	}
	restart_started(&restart, (struct mono_time){0});
	assert_int_equal(restart_ended(&restart, true, 1, (struct mono_time){60 * S}), 500000);
}

static void test_a_device_that_went_away_is_no_crash(void **state)
{
	struct restart restart = {0};

	(void)state;
	for (int i = 0; i < 20; i++)
		assert_int_equal(
		    restart_ended(&restart, true, EXIT_DEVICE_GONE, (struct mono_time){0}), S);
	assert_int_equal(restart.crashes, 0);
	/* The number of a signal is not an exit status. */
	assert_int_equal(restart_ended(&restart, false, EXIT_DEVICE_GONE, (struct mono_time){0}),
	                 500000);
	assert_int_equal(restart.crashes, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_crashes_wait_longer_each_time_up_to_the_cap),
	    cmocka_unit_test(test_a_device_that_went_away_is_no_crash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
