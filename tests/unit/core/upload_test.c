/* SPDX-License-Identifier: Apache-2.0 */
/* When a kiosk speaks to the collector: spread, full jitter, obeyed, never sealing what it can't
 * send (DESIGN.md, Trust). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "upload.h"

enum { S = 1000000 };
static const struct upload_limits limits = {
    .base_us = 30 * S,
    .cap_us = 6ULL * 3600 * S,
    .first_spread_us = 60 * S,
    .interval_us = 900 * S,
};
static const struct upload_work nothing = {0}, outgoing = {.outgoing = true},
                                unsealed = {.unsealed = true},
                                closed = {.unsealed = true, .unsealed_closed = true},
                                unknown = {.unsealed = true, .head_unknown = true},
                                head_only = {.head_unknown = true};

static enum upload_step step(const struct upload *upload, const struct upload_work *work,
                             uint64_t now_us, uint64_t *at)
{
	struct mono_time t = {0};
	enum upload_step next = upload_next(upload, work, (struct mono_time){now_us}, &t);

	*at = t.us;
	return next;
}

static void test_the_first_try_is_spread_over_the_fleet(void **state)
{
	static const struct {
		uint32_t hash;
		uint64_t low, high;
	} cases[] = {{0, 0, 0}, {0x80000000, 29 * S, 30 * S}, {0xffffffff, 59 * S, 60 * S}};
	struct upload upload;
	uint64_t at;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		upload_init(&upload, &limits, cases[i].hash, (struct mono_time){1000});
		if (step(&upload, &outgoing, 1000, &at) != UPLOAD_WAIT)
			at = 1000;
		assert_in_range(at, 1000 + cases[i].low, 1000 + cases[i].high);
		assert_int_equal(step(&upload, &outgoing, at, &at), UPLOAD_POST);
	}
}

static void test_waits_double_to_the_cap_and_are_random_in_full(void **state)
{
	struct upload upload;
	uint64_t at, ceiling = 30 * S;

	(void)state;
	upload_init(&upload, &limits, 0, (struct mono_time){0});
	for (int i = 0; i < 40; i++) {
		struct upload lucky = upload, unlucky = upload;

		upload_failed(&lucky, (struct mono_time){0}, 0);
		assert_int_equal(step(&lucky, &outgoing, 0, &at), UPLOAD_POST);
		upload_failed(&unlucky, (struct mono_time){0}, UINT32_MAX);
		assert_int_equal(step(&unlucky, &outgoing, 0, &at), UPLOAD_WAIT);
		assert_in_range(at, ceiling - ceiling / 1000, ceiling);
		upload_failed(&upload, (struct mono_time){0}, UINT32_MAX / 2);
		ceiling = ceiling * 2 < limits.cap_us ? ceiling * 2 : limits.cap_us;
	}
}

static void test_a_link_or_a_person_starts_afresh(void **state)
{
	struct upload upload, failed;
	uint64_t at;

	(void)state;
	upload_init(&upload, &limits, 0x80000000, (struct mono_time){0});
	for (int i = 0; i < 9; i++)
		upload_failed(&upload, (struct mono_time){100 * S}, UINT32_MAX);
	assert_int_equal(step(&upload, &outgoing, 200ULL * S, &at), UPLOAD_WAIT);
	upload_link(&upload, false, (struct mono_time){200ULL * S});
	assert_int_equal(step(&upload, &outgoing, 200ULL * S, &at), UPLOAD_WAIT);
	upload_link(&upload, true, (struct mono_time){200ULL * S});
	assert_int_equal(step(&upload, &outgoing, 200ULL * S, &at), UPLOAD_WAIT);
	assert_in_range(at, 229ULL * S, 230ULL * S);
	failed = upload;
	upload_failed(&failed, (struct mono_time){200ULL * S}, UINT32_MAX);
	assert_int_equal(step(&failed, &outgoing, 200ULL * S, &at), UPLOAD_WAIT);
	assert_in_range(at, 229ULL * S, 230ULL * S);
	upload_asked(&upload, (struct mono_time){200ULL * S});
	assert_int_equal(step(&upload, &outgoing, 200ULL * S, &at), UPLOAD_POST);
	upload_failed(&upload, (struct mono_time){200ULL * S}, UINT32_MAX);
	assert_int_equal(step(&upload, &outgoing, 200ULL * S, &at), UPLOAD_WAIT);
	assert_in_range(at, 229ULL * S, 230ULL * S);
}

static void test_the_collectors_word_is_obeyed_even_when_asked_to_send(void **state)
{
	struct upload upload;
	uint64_t at;

	(void)state;
	upload_init(&upload, &limits, 0, (struct mono_time){0});
	upload_answered(&upload, (struct mono_time){0}, 3600);
	assert_int_equal(step(&upload, &outgoing, 3599ULL * S, &at), UPLOAD_WAIT);
	assert_true(at == 3600ULL * S);
	upload_asked(&upload, (struct mono_time){0});
	upload_link(&upload, true, (struct mono_time){0});
	assert_int_equal(step(&upload, &outgoing, 3599ULL * S, &at), UPLOAD_WAIT);
	assert_int_equal(step(&upload, &outgoing, 3600ULL * S, &at), UPLOAD_POST);
}

static void test_no_word_of_the_collector_silences_a_kiosk_for_more_than_a_day(void **state)
{
	struct upload upload;
	uint64_t at;

	(void)state;
	upload_init(&upload, &limits, 0, (struct mono_time){0});
	upload_answered(&upload, (struct mono_time){0}, UINT32_MAX);
	assert_int_equal(step(&upload, &outgoing, 86399ULL * S, &at), UPLOAD_WAIT);
	assert_true(at == 86400ULL * S);
	assert_int_equal(step(&upload, &outgoing, 86400ULL * S, &at), UPLOAD_POST);
}

static void test_nothing_is_sealed_without_a_connection_or_an_answer_about_the_head(void **state)
{
	struct upload upload;
	uint64_t at;

	(void)state;
	upload_init(&upload, &limits, 0, (struct mono_time){0});
	assert_int_equal(step(&upload, &nothing, 0, &at), UPLOAD_NOTHING);
	assert_int_equal(step(&upload, &head_only, 0, &at), UPLOAD_ASK_HEAD);
	assert_int_equal(step(&upload, &unsealed, 0, &at), UPLOAD_ASK_HEAD);
	assert_int_equal(step(&upload, &closed, 0, &at), UPLOAD_ASK_HEAD);
	upload_answered(&upload, (struct mono_time){0}, 0);
	assert_int_equal(step(&upload, &unsealed, 0, &at), UPLOAD_SEAL);
	assert_int_equal(step(&upload, &closed, 0, &at), UPLOAD_SEAL);
	assert_int_equal(step(&upload, &unknown, 0, &at), UPLOAD_ASK_HEAD);
	upload_failed(&upload, (struct mono_time){0}, 0);
	assert_int_equal(step(&upload, &unsealed, 0, &at), UPLOAD_ASK_HEAD);
	upload_answered(&upload, (struct mono_time){0}, 0);
	upload_link(&upload, false, (struct mono_time){0});
	assert_int_equal(step(&upload, &unsealed, 0, &at), UPLOAD_ASK_HEAD);
}

static void test_one_batch_an_interval_while_open(void **state)
{
	struct upload upload;
	uint64_t at;

	(void)state;
	upload_init(&upload, &limits, 0, (struct mono_time){0});
	upload_interval(&upload, (struct mono_time){0});
	upload_answered(&upload, (struct mono_time){0}, 0);
	assert_int_equal(step(&upload, &unsealed, 899ULL * S, &at), UPLOAD_WAIT);
	assert_true(at == 900ULL * S);
	assert_int_equal(step(&upload, &unsealed, 900ULL * S, &at), UPLOAD_SEAL);
	assert_int_equal(step(&upload, &outgoing, 0, &at), UPLOAD_POST);
	assert_int_equal(step(&upload, &closed, 0, &at), UPLOAD_SEAL);
	upload_asked(&upload, (struct mono_time){0});
	assert_int_equal(step(&upload, &unsealed, 0, &at), UPLOAD_SEAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_first_try_is_spread_over_the_fleet),
	    cmocka_unit_test(test_waits_double_to_the_cap_and_are_random_in_full),
	    cmocka_unit_test(test_a_link_or_a_person_starts_afresh),
	    cmocka_unit_test(test_the_collectors_word_is_obeyed_even_when_asked_to_send),
	    cmocka_unit_test(test_no_word_of_the_collector_silences_a_kiosk_for_more_than_a_day),
	    cmocka_unit_test(
	        test_nothing_is_sealed_without_a_connection_or_an_answer_about_the_head),
	    cmocka_unit_test(test_one_batch_an_interval_while_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
