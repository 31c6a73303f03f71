/* SPDX-License-Identifier: Apache-2.0 */
/* Promise: one person is offered once; whoever comes back after three seconds is offered again;
 * memory is bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "presence.h"

static const uint64_t key[2] = {0x0123456789abcdef, 0xfedcba9876543210};

static struct mono_time at_ms(uint64_t ms)
{
	return (struct mono_time){5000000 + ms * 1000};
}

static bool offer(struct presence *presence, const char *code, uint64_t ms)
{
	if (!presence_is_news(presence, code, strlen(code), at_ms(ms)))
		return false;
	presence_offered(presence, code, strlen(code), at_ms(ms));
	return true;
}

static void test_a_code_in_view_is_offered_once(void **state)
{
	struct presence presence;

	(void)state;
	presence_init(&presence, key);
	assert_true(offer(&presence, "ticket", 0));
	/* Held up for a minute, seen in every third frame. */
	for (uint64_t ms = 100; ms < 60000; ms += 100)
		assert_false(offer(&presence, "ticket", ms));
}

static void test_a_code_comes_back_after_three_seconds(void **state)
{
	struct presence presence;

	(void)state;
	presence_init(&presence, key);
	assert_true(offer(&presence, "ticket", 0));
	assert_false(offer(&presence, "ticket", 1000));
	assert_false(offer(&presence, "ticket", 3999)); /* 2,999 ms after it was last seen */
	assert_true(offer(&presence, "ticket", 6999));  /* exactly three seconds */
	assert_false(offer(&presence, "ticket", 7000));
}

static void test_two_codes_in_view_are_two_people(void **state)
{
	struct presence presence;

	(void)state;
	presence_init(&presence, key);
	assert_true(offer(&presence, "one", 0));
	assert_true(offer(&presence, "two", 0));
	for (uint64_t ms = 33; ms < 5000; ms += 33) {
		assert_false(offer(&presence, "one", ms));
		assert_false(offer(&presence, "two", ms));
	}
}

static void test_a_code_not_taken_is_offered_again_at_once(void **state)
{
	struct presence presence;

	(void)state;
	presence_init(&presence, key);
	assert_true(presence_is_news(&presence, "a", 1, at_ms(0)));
	assert_true(presence_is_news(&presence, "a", 1, at_ms(33)));
	presence_offered(&presence, "a", 1, at_ms(33));
	assert_false(presence_is_news(&presence, "a", 1, at_ms(66)));
}

static void test_codes_that_differ_little_are_different(void **state)
{
	struct presence presence;

	(void)state;
	presence_init(&presence, key);
	presence_offered(&presence, "ab\0", 3, at_ms(0));
	assert_true(presence_is_news(&presence, "ab", 2, at_ms(1)));
	assert_true(presence_is_news(&presence, "ab\0\0", 4, at_ms(1)));
	assert_true(presence_is_news(&presence, "ab\1", 3, at_ms(1)));
	assert_false(presence_is_news(&presence, "ab\0", 3, at_ms(1)));
}

static void test_the_one_longest_unseen_makes_room(void **state)
{
	struct presence presence;
	char code[16];

	(void)state;
	presence_init(&presence, key);
	for (unsigned i = 0; i < PRESENCE_CODES_MAX; i++) {
		(void)snprintf(code, sizeof(code), "ticket %u", i);
		assert_true(offer(&presence, code, i));
	}
	assert_false(
	    offer(&presence, "ticket 0", 100)); /* seen again: now ticket 1 is the oldest */
	assert_true(offer(&presence, "one more", 101));
	assert_false(offer(&presence, "ticket 0", 102));
	assert_false(offer(&presence, "ticket 2", 102));
	assert_true(offer(&presence, "ticket 1", 103));
	assert_int_equal(presence.n, PRESENCE_CODES_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_code_in_view_is_offered_once),
	    cmocka_unit_test(test_a_code_comes_back_after_three_seconds),
	    cmocka_unit_test(test_two_codes_in_view_are_two_people),
	    cmocka_unit_test(test_a_code_not_taken_is_offered_again_at_once),
	    cmocka_unit_test(test_codes_that_differ_little_are_different),
	    cmocka_unit_test(test_the_one_longest_unseen_makes_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
