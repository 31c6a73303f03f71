/* SPDX-License-Identifier: Apache-2.0 */
/* One wrong date, from the collector, a clock or a person, neither ends an open meeting nor keeps the
 * next one shut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "exchange.h"

enum { DAY = 86400, YEAR = 365 * DAY };

static void clock_says(struct stage *s, enum clock_source source, int64_t wall)
{
	s->time.source = source;
	s->time.wall = wall;
	kiosk_turn(s->kiosk, &s->time);
	kiosk_run(s->kiosk);
}

/* A kiosk that never had a clock, with a batch posted. */
static void without_a_clock(struct exchange *exchange)
{
	struct stage *s = &exchange->stage;

	s->has_modem = false;
	s->time.source = CLOCK_SOURCE_NONE;
	kiosk_free(s->kiosk);
	stage_start(s);
	exchange_until_posted(exchange);
}

static void confirm_at(struct exchange *exchange, int64_t at)
{
	exchange_store(exchange);
	exchange->collector.receipt[exchange->collector.n - 1].time = at;
	collector_receipt(&exchange->stage.papers,
	                  &exchange->collector.receipt[exchange->collector.n - 1],
	                  &exchange->answer);
	exchange_sign(exchange);
	exchange_deliver(exchange);
}

static void assert_open(struct stage *s, uint32_t ticket)
{
	stage_wait(s, 1000000);
	assert_int_equal(stage_status(s).state, KIOSK_OPEN);
	assert_int_equal(stage_ticket(s, ticket), SHOW_COUNTED);
}

static struct batch posted(struct stage *s)
{
	struct post_view post;
	struct batch batch;

	assert_int_equal(s->request.kind, HTTP_POST_BATCH);
	assert_int_equal(post_split(s->body, s->body_len, &post), 0);
	assert_int_equal(batch_reopen(post.batch, post.batch_len, &batch), 0);
	return batch;
}

static void test_a_receipt_dated_ahead_ends_nothing_and_shuts_nothing(void **state)
{
	static const int64_t ahead_s[] = {6 * 3600, DAY, 30 * DAY, YEAR, 10 * YEAR, 80LL * YEAR};

	for (size_t i = 0; i < sizeof(ahead_s) / sizeof(ahead_s[0]); i++) {
		struct exchange *exchange;
		struct stage *s;

		assert_int_equal(exchange_setup(state), 0);
		exchange = *state;
		s = &exchange->stage;
		without_a_clock(exchange);
		confirm_at(exchange, STAGE_START + ahead_s[i]);
		assert_int_equal(stage_status(s).batches_confirmed, 1);
		assert_open(s, 2);
		assert_false(stage_status(s).clock_known);
		assert_non_null(strstr(stage_status(s).clock_sentence, "NOT BELIEVED"));
		/* Nor is it sealed. */
		stage_wait(s, INTERVAL_US);
		assert_false(posted(s).has_wall);
		/* Nor does it stay: after the next start, today's events open. */
		stage_power_cut(s);
		stage_open(s);
		assert_open(s, 3);
		stage_act(s, CONTROL_CLOSE);
		papers_make(&s->papers, 2, STAGE_START);
		stage_open(s);
		assert_int_equal(exchange_teardown(state), 0);
	}
}

/* The closing batch's receipt comes when nothing is open any more. */
static void test_a_receipt_after_the_close_shuts_no_later_event(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;

	without_a_clock(exchange);
	stage_act(s, CONTROL_CLOSE);
	confirm_at(exchange, STAGE_START + 60 * DAY);
	papers_make(&s->papers, 2, STAGE_START + 7 * DAY);
	stage_open(s);
}

static void test_a_clock_that_jumps_ends_nothing_and_is_not_sealed(void **state)
{
	static const int64_t jump_s[] = {5 * 3600, DAY, YEAR, 10 * YEAR, -DAY, -10LL * YEAR};

	for (size_t i = 0; i < sizeof(jump_s) / sizeof(jump_s[0]); i++) {
		struct exchange *exchange;
		struct stage *s;
		int64_t was;

		assert_int_equal(exchange_setup(state), 0);
		exchange = *state;
		s = &exchange->stage;
		s->has_modem = false;
		clock_says(s, CLOCK_SOURCE_NTP, STAGE_START + 60);
		exchange_until_posted(exchange);
		exchange_confirm(exchange);
		was = s->time.wall;
		clock_says(s, CLOCK_SOURCE_NTP, was + jump_s[i]);
		assert_open(s, 2);
		assert_non_null(strstr(stage_status(s).clock_sentence, "NOT BELIEVED"));
		stage_wait(s, INTERVAL_US);
		assert_true(posted(s).has_wall);
		assert_in_range(posted(s).wall, was, was + 60);
		/* Back again, it goes on as ever, and the end comes by itself. */
		clock_says(s, CLOCK_SOURCE_NTP, s->time.wall - jump_s[i]);
		assert_int_equal(stage_status(s).state, KIOSK_OPEN);
		for (int minutes = 0; minutes < 301; minutes++)
			stage_wait(s, 60ULL * 1000000);
		assert_int_equal(stage_status(s).state, KIOSK_IDLE);
		assert_int_equal(exchange_teardown(state), 0);
	}
}

/* No clock at first; then one comes up that is wrong. */
static void test_a_clock_that_comes_up_wrong_ends_nothing(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;

	without_a_clock(exchange);
	clock_says(s, CLOCK_SOURCE_NTP, STAGE_START + 10 * YEAR);
	assert_open(s, 2);
	clock_says(s, CLOCK_SOURCE_NTP, STAGE_START + DAY);
	assert_open(s, 3);
	/* It may be right: the collector says the same. */
	confirm_at(exchange, STAGE_START + DAY + 10);
	stage_wait(s, 1000000);
	assert_int_equal(stage_status(s).state, KIOSK_IDLE);
}

static void test_without_a_date_the_powered_time_and_a_person_end_it(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;

	without_a_clock(exchange);
	confirm_at(exchange, STAGE_START + 10 * YEAR);
	stage_wait(s, 11ULL * 3600 * 1000000);
	assert_int_equal(stage_status(s).state, KIOSK_OPEN);
	stage_wait(s, 3600ULL * 1000000);
	assert_int_equal(stage_status(s).state, KIOSK_IDLE);
}

static void test_now_is_never_before_the_floor(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	char text[CODE_TEXT_MAX];

	without_a_clock(exchange);
	exchange_confirm(exchange);
	stage_act(s, CONTROL_CLOSE);
	clock_says(s, CLOCK_SOURCE_NTP, STAGE_START - 10LL * YEAR);
	papers_make(&s->papers, 2, STAGE_START - 10LL * YEAR);
	papers_card(&s->papers, text);
	assert_int_equal(stage_show(s, text), SHOW_NOT_ACCEPTED);
	papers_make(&s->papers, 2, STAGE_START);
	stage_open(s);
}

/* A floor that went wrong before has two ways back. */
static void floor_goes_wrong(struct exchange *exchange)
{
	struct stage *s = &exchange->stage;
	char text[CODE_TEXT_MAX];

	without_a_clock(exchange);
	stage_act(s, CONTROL_CLOSE);
	stage_power_cut(s); /* any time may have passed */
	stage_wait(s, 2 * INTERVAL_US);
	confirm_at(exchange, STAGE_START + 300 * DAY);
	papers_make(&s->papers, 2, STAGE_START + 7 * DAY);
	papers_card(&s->papers, text);
	assert_int_equal(stage_show(s, text), SHOW_NOT_ACCEPTED);
}

static void test_a_person_sets_a_wrong_floor_right(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	struct msg_control clock = {.control = CONTROL_CLOCK, .at = STAGE_START + 7 * DAY};

	s->config.built = STAGE_START - 100 * DAY;
	floor_goes_wrong(exchange);
	assert_int_equal(stage_control(s, &(struct msg_control){.control = CONTROL_CLOCK,
	                                                        .at = s->config.built - 1})
	                     ->error,
	                 RESULT_REFUSED);
	assert_int_equal(stage_control(s, &clock)->error, 0);
	assert_true(stage_status(s).clock_known);
	stage_open(s);
	/* It would end the meeting: no. */
	clock.at += DAY;
	assert_int_equal(stage_control(s, &clock)->error, RESULT_REFUSED);
	assert_open(s, 1);
	/* And it lasts. */
	stage_power_cut(s);
	stage_open(s);
	assert_open(s, 2);
}

static void test_a_newer_receipt_sets_a_wrong_floor_right(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;

	floor_goes_wrong(exchange);
	stage_head(s, 1, &exchange->collector.batch[0]);
	confirm_at(exchange, STAGE_START + 7 * DAY);
	stage_open(s);
	stage_power_cut(s);
	stage_open(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, exchange_setup, exchange_teardown)
	    cmocka_unit_test(test_a_receipt_dated_ahead_ends_nothing_and_shuts_nothing),
	    TEST(test_a_receipt_after_the_close_shuts_no_later_event),
	    cmocka_unit_test(test_a_clock_that_jumps_ends_nothing_and_is_not_sealed),
	    TEST(test_a_clock_that_comes_up_wrong_ends_nothing),
	    TEST(test_without_a_date_the_powered_time_and_a_person_end_it),
	    TEST(test_now_is_never_before_the_floor),
	    TEST(test_a_person_sets_a_wrong_floor_right),
	    TEST(test_a_newer_receipt_sets_a_wrong_floor_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
