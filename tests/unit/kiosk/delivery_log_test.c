/* SPDX-License-Identifier: Apache-2.0 */
/* The collector's log: what it showed once binds it ever after. Where it rewrote it, or was put
 * back from a backup, its receipts are set aside and it gets again what it lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "exchange.h"

/* Each post is answered until there is none; how many batches were posted. */
static unsigned answer_all(struct exchange *exchange)
{
	struct stage *s = &exchange->stage;
	unsigned n = 0, before;

	do {
		before = s->n_requests;
		assert_int_equal(s->request.kind, HTTP_POST_BATCH);
		exchange_confirm(exchange);
		n++;
		assert_true(n < 20);
	} while (s->n_requests > before && s->request.kind == HTTP_POST_BATCH);
	return n;
}

/* A whole meeting of a kiosk without a modem; its batch and the one of its close are confirmed. */
static void meet(struct exchange *exchange)
{
	struct stage *s = &exchange->stage;

	s->has_modem = false;
	exchange_until_posted(exchange);
	(void)answer_all(exchange);
	stage_act(s, CONTROL_CLOSE);
	stage_wait(s, INTERVAL_US);
	(void)answer_all(exchange);
	assert_int_equal(stage_status(s).batches_confirmed, 2);
}

/* The next one begins, and posts its first batch. */
static void meet_again(struct exchange *exchange)
{
	struct stage *s = &exchange->stage;

	papers_make(&s->papers, 2, STAGE_START);
	stage_open(s);
	exchange_count(exchange, 1);
	if (s->request.kind == HTTP_GET_HEAD)
		stage_head(s, 0, NULL);
	assert_int_equal(s->request.kind, HTTP_POST_BATCH);
}

/* All it had stored is gone. */
static void forget_all(struct exchange *exchange)
{
	memset(&exchange->collector, 0, sizeof(exchange->collector));
}

/* What the kiosk says of its collector; no batch is confirmed any more. */
static void assert_told(struct exchange *exchange, const char *words)
{
	const struct msg_status status = stage_status(&exchange->stage);

	assert_int_equal(status.batches_confirmed, 0);
	assert_non_null(strstr(status.uplink_sentence, words));
}

/* A minute later all of it goes again: so many batches, which are then all that is confirmed. */
static void assert_sent_again(struct exchange *exchange, unsigned n)
{
	stage_wait(&exchange->stage, 61000000);
	assert_int_equal(answer_all(exchange), n);
	assert_int_equal(stage_status(&exchange->stage).batches_confirmed, n);
}

/* One log for all: what the collector showed at one meeting binds it at the next. */
static void test_the_next_meeting_goes_on_from_the_same_log(void **state)
{
	struct exchange *exchange = *state;

	meet(exchange);
	meet_again(exchange);
	exchange_store(exchange);
	assert_true(exchange->answer.consistency_from == 2);
	exchange_deliver(exchange);
	assert_int_equal(stage_status(&exchange->stage).batches_confirmed, 3);
}

/* A signed answer whose proof does not hold is the collector's own word against itself. */
static void test_a_proof_that_does_not_hold_sets_its_receipts_aside(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;

	exchange_until_posted(exchange);
	exchange_confirm(exchange);
	exchange_count(exchange, 2);
	/* Not even asked for: that proves nothing, and is no answer. */
	exchange_store(exchange);
	exchange->answer.consistency_from++;
	exchange_sign(exchange);
	exchange_deliver(exchange);
	assert_int_equal(stage_status(s).batches_confirmed, 1);
	stage_wait(s, 61000000);
	exchange_store(exchange);
	exchange->answer.consistency.hash[0].b[0] ^= 1;
	exchange_sign(exchange);
	exchange_deliver(exchange);
	assert_told(exchange, "contradicts");
	assert_int_equal(stage_status(s).row[0].sent_added, 0);
	assert_int_equal(stage_ticket(s, 3), SHOW_COUNTED);
	assert_sent_again(exchange, 3);
}

/* A batch that names a receipt is owed the step from there. */
static void test_a_proof_that_is_missing_sets_its_receipts_aside(void **state)
{
	struct exchange *exchange = *state;

	exchange_until_posted(exchange);
	exchange_confirm(exchange);
	exchange_count(exchange, 2);
	exchange_store(exchange);
	exchange->answer.consistency_from = 0;
	exchange->answer.consistency.n = 0;
	exchange_sign(exchange);
	exchange_deliver(exchange);
	assert_told(exchange, "contradicts");
	assert_sent_again(exchange, 2);
}

/* A batch that was refused named no receipt; the next meeting's got one meanwhile. Then the
 * collector shows the first another log of that size. */
static void test_two_logs_of_one_size_are_found_out_whatever_a_batch_named(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;

	s->has_modem = false;
	exchange_until_posted(exchange);
	exchange_refuse(exchange, ANSWER_DOES_NOT_ADD_UP);
	stage_act(s, CONTROL_CLOSE);
	meet_again(exchange);
	exchange_confirm(exchange);
	assert_int_equal(stage_status(s).batches_confirmed, 1);
	forget_all(exchange);
	stage_act(s, CONTROL_SEND);
	assert_int_equal(s->request.kind, HTTP_POST_BATCH);
	exchange_confirm(exchange);
	assert_told(exchange, "contradicts");
}

static void test_a_collector_that_rewrites_its_log_is_found_out(void **state)
{
	struct exchange *exchange = *state;
	struct hash leaf = merkle_leaf("forged", 6);

	exchange_until_posted(exchange);
	exchange_confirm(exchange);
	exchange_count(exchange, 2);
	/* The first batch is swapped for another in a log made anew. */
	forget_all(exchange);
	merkle_append(&exchange->collector.tree, &leaf, NULL, NULL);
	exchange->collector.node[0][0] = leaf;
	exchange->collector.n = 1;
	exchange_confirm(exchange);
	assert_told(exchange, "contradicts");
	/* It gets back what it threw away. */
	assert_sent_again(exchange, 2);
	assert_int_equal(exchange->collector.n, 3);
}

/* The collector's disk died; its backup ends behind the first of three batches. */
static void lose_all_but_the_first(struct exchange *exchange)
{
	static struct collector backup;
	struct stage *s = &exchange->stage;

	s->has_modem = false;
	exchange_until_posted(exchange);
	(void)answer_all(exchange);
	backup = exchange->collector;
	for (uint32_t i = 2; i <= 3; i++) {
		exchange_count(exchange, i);
		(void)answer_all(exchange);
	}
	assert_int_equal(stage_status(s).batches_confirmed, 3);
	exchange->collector = backup;
}

static void test_a_collector_put_back_gets_again_what_it_lost(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;

	lose_all_but_the_first(exchange);
	exchange_count(exchange, 4);
	exchange_refuse(exchange, ANSWER_GAP);
	assert_told(exchange, "sent again");
	assert_false(stage_status(s).batch_parked);
	/* Over a restart too. */
	stage_power_cut(s);
	stage_wait(s, 3 * INTERVAL_US);
	assert_int_equal(answer_all(exchange), 4);
	assert_int_equal(stage_status(s).batches_confirmed, 4);
	assert_int_equal(stage_status(s).row[0].sent_added, 4);
	assert_int_equal(exchange->collector.n, 4);
}

/* Where what is lost is of a meeting that is over, the next one brings it along. */
static void test_the_next_meeting_brings_what_was_lost_of_the_last(void **state)
{
	struct exchange *exchange = *state;

	meet(exchange);
	forget_all(exchange);
	meet_again(exchange);
	exchange_confirm(exchange);
	assert_told(exchange, "contradicts");
	assert_sent_again(exchange, 3);
	assert_int_equal(exchange->collector.n, 3);
}

/* A kiosk with nothing to say asks whether what was confirmed last is still there: after its start,
 * and when a person has it send. */
static void test_a_kiosk_with_nothing_to_send_finds_out_too(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	struct epoch_id epoch;

	meet(exchange);
	epoch = s->request.epoch;
	stage_power_cut(s);
	stage_wait(s, 3 * INTERVAL_US);
	assert_int_equal(s->n_requests, 4);
	assert_int_equal(s->request.kind, HTTP_GET_HEAD);
	assert_memory_equal(&s->request.epoch, &epoch, sizeof(epoch));
	stage_head(s, 2, &exchange->collector.batch[1]);
	stage_wait(s, 100 * INTERVAL_US);
	assert_int_equal(s->n_requests, 4);
	assert_int_equal(stage_status(s).batches_confirmed, 2);
	forget_all(exchange);
	stage_act(s, CONTROL_SEND);
	assert_int_equal(s->n_requests, 5);
	assert_int_equal(s->request.kind, HTTP_GET_HEAD);
	stage_head(s, 0, NULL);
	assert_told(exchange, "sent again");
	assert_sent_again(exchange, 2);
	assert_int_equal(exchange->collector.n, 2);
}

/* It has some of it: less than it gave receipts for. */
static void test_a_head_before_what_was_confirmed_is_a_loss_too(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;

	meet(exchange);
	stage_power_cut(s);
	stage_wait(s, 3 * INTERVAL_US);
	assert_int_equal(s->request.kind, HTTP_GET_HEAD);
	stage_head(s, 1, &exchange->collector.batch[0]);
	assert_told(exchange, "sent again");
	assert_sent_again(exchange, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, exchange_setup, exchange_teardown)
	    TEST(test_the_next_meeting_goes_on_from_the_same_log),
	    TEST(test_a_proof_that_does_not_hold_sets_its_receipts_aside),
	    TEST(test_a_proof_that_is_missing_sets_its_receipts_aside),
	    TEST(test_two_logs_of_one_size_are_found_out_whatever_a_batch_named),
	    TEST(test_a_collector_that_rewrites_its_log_is_found_out),
	    TEST(test_a_collector_put_back_gets_again_what_it_lost),
	    TEST(test_the_next_meeting_brings_what_was_lost_of_the_last),
	    TEST(test_a_kiosk_with_nothing_to_send_finds_out_too),
	    TEST(test_a_head_before_what_was_confirmed_is_a_loss_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
