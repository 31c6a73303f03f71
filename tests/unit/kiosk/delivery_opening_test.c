/* SPDX-License-Identifier: Apache-2.0 */
/* An opening's totals: a disk that was put back or cloned goes on in a new log, a close is sealed
 * once, and an opening that cannot be sealed holds up no others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "crypto.h"
#include "exchange.h"
#include "ledger.h"

/* The disk of an hour ago is put back: the collector has seq 1, this ledger has none. */
static void roll_back(struct exchange *exchange, bool card_at_hand)
{
	struct stage *s = &exchange->stage;
	struct fault_disk *earlier;
	struct hash ahead = {{7}};

	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	earlier = fault_disk_snapshot(s->disk);
	assert_int_equal(stage_ticket(s, 2), SHOW_COUNTED);
	kiosk_free(s->kiosk);
	fault_disk_copy(s->disk, earlier);
	fault_disk_free(earlier);
	s->time.boot_id[0]++;
	stage_start(s);
	if (card_at_hand)
		stage_open(s);
	stage_wait(s, INTERVAL_US);
	assert_int_equal(s->request.kind, HTTP_GET_HEAD);
	stage_head(s, 1, &ahead);
}

static void test_a_restored_disk_goes_on_in_a_new_log_with_its_tags(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	struct epoch_id before, after;

	roll_back(exchange, true);
	before = s->request.epoch;
	after = stage_status(s).epoch;
	assert_int_equal(stage_status(s).state, KIOSK_OPEN);
	assert_memory_not_equal(&after, &before, sizeof(before));
	assert_int_equal(stage_ticket(s, 1), SHOW_ALREADY);
	assert_int_equal(stage_ticket(s, 2), SHOW_COUNTED);
	assert_int_equal(stage_text(s, "+15025550101", "RIVER")->verdict, SMS_REPLY);
	/* The abandoned log is never sealed: its numbers are the collector's already. */
	stage_wait(s, INTERVAL_US);
	assert_int_equal(s->request.kind, HTTP_POST_BATCH);
	exchange_confirm(exchange);
	assert_int_equal(stage_status(s).batches_sealed, 1);
	assert_int_equal(stage_status(s).batches_confirmed, 1);
}

/* A batch's time traces nobody, also where a power cut came between. */
static void test_a_restart_begins_the_interval_anew(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;

	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	stage_wait(s, INTERVAL_US / 2);
	stage_power_cut(s);
	stage_wait(s, INTERVAL_US - 1);
	assert_int_equal(s->n_requests, 0);
	stage_wait(s, 1);
	assert_int_equal(s->n_requests, 1);
}

/* As many batches as here, and another one the last: it is no less ahead. */
static void test_a_head_that_is_another_batch_ends_the_log_too(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	const struct hash other = {{7}};
	struct epoch_id before, after;

	exchange_until_posted(exchange);
	exchange_confirm(exchange);
	stage_power_cut(s);
	stage_open(s);
	exchange_count(exchange, 2);
	assert_int_equal(s->request.kind, HTTP_GET_HEAD);
	before = s->request.epoch;
	stage_head(s, 1, &other);
	after = stage_status(s).epoch;
	assert_memory_not_equal(&after, &before, sizeof(before));
	assert_int_equal(stage_ticket(s, 2), SHOW_ALREADY);
	assert_int_equal(stage_ticket(s, 3), SHOW_COUNTED);
}

/* Two copies of one disk counted on before either had heard of the other. */
static void test_a_fork_goes_on_in_a_new_log_with_its_tags(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	struct epoch_id before, after;

	exchange_until_posted(exchange);
	before = s->request.epoch;
	exchange->answer = (struct answer){.nonce = s->request.nonce,
	                                   .status = ANSWER_CONFLICT,
	                                   .reason = {"Another batch number 1 is stored."},
	                                   .has_head = true,
	                                   .head_seq = 1};
	exchange->answer.subject = sha256(s->body, s->body_len);
	exchange_sign(exchange);
	exchange_deliver(exchange);
	after = stage_status(s).epoch;
	assert_int_equal(stage_status(s).state, KIOSK_OPEN);
	assert_false(stage_status(s).batch_parked);
	assert_memory_not_equal(&after, &before, sizeof(before));
	assert_int_equal(stage_ticket(s, 1), SHOW_ALREADY);
	exchange_count(exchange, 2);
	if (s->request.kind == HTTP_GET_HEAD)
		stage_head(s, 0, NULL);
	assert_int_equal(s->request.kind, HTTP_POST_BATCH);
	assert_memory_equal(&s->request.epoch, &after, sizeof(after));
	exchange_confirm(exchange);
	assert_int_equal(stage_status(s).batches_confirmed, 1);
}

/* A conflict about a meeting that is over is no word about the one that is open. */
static void test_a_fork_of_a_closed_event_ends_no_other(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	struct epoch_id before, after;

	s->has_modem = false;
	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	stage_act(s, CONTROL_CLOSE);
	stage_wait(s, 1);
	assert_int_equal(s->request.kind, HTTP_POST_BATCH);
	papers_make(&s->papers, 2, STAGE_START);
	stage_open(s);
	before = stage_status(s).epoch;
	exchange_refuse(exchange, ANSWER_CONFLICT);
	assert_true(stage_status(s).batch_parked);
	after = stage_status(s).epoch;
	assert_memory_equal(&after, &before, sizeof(before));
}

static void test_a_restored_disk_without_the_card_asks_for_it(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	struct papers again = s->papers;
	char text[CODE_TEXT_MAX];

	roll_back(exchange, false);
	assert_int_equal(stage_status(s).state, KIOSK_IDLE);
	assert_int_equal(stage_ticket(s, 2), SHOW_NOT_CHECKED);
	/* Only the card that opened it fits the tags that are kept. */
	papers_new_secret(&again, 0x66);
	papers_card(&again, text);
	assert_int_equal(stage_show(s, text), SHOW_NOT_ACCEPTED);
	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_ALREADY);
	assert_int_equal(stage_ticket(s, 2), SHOW_COUNTED);
}

/* Its card never came again: tags and keys must not wait for it for ever. */
static void test_what_was_kept_for_a_card_is_erased_when_the_meeting_is_over(void **state)
{
	static const struct opening_secret none;
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	struct ledger_epoch epoch;
	struct ledger *ledger;

	roll_back(exchange, false);
	assert_int_equal(stage_status(s).state, KIOSK_IDLE);
	stage_wait(s, (10800 + 7200) * 1000000ULL);
	kiosk_free(s->kiosk);
	s->kiosk = NULL;
	assert_int_equal(ledger_open(s->config.ledger_path, &ledger, NULL, 0), 0);
	assert_int_equal(ledger_last_epoch(ledger, &epoch), 0);
	assert_memory_equal(&epoch.r, &none, sizeof(none));
	assert_int_equal(ledger_occurrence_closed(ledger, &epoch.event, epoch.occurrence), 1);
	ledger_close(ledger);
}

static void test_a_closed_events_last_batch_goes_without_waiting(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;

	s->has_modem = false;
	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	stage_wait(s, INTERVAL_US / 2);
	assert_int_equal(
	    stage_control(s, &(struct msg_control){.control = CONTROL_HEADCOUNT, .number = 1})
	        ->error,
	    0);
	stage_act(s, CONTROL_CLOSE);
	assert_int_equal(stage_status(s).batches_sealed, 1);
	stage_wait(s, 1);
	assert_int_equal(s->request.kind, HTTP_POST_BATCH);
	{
		struct post_view post;
		struct batch batch;
		struct headcount headcount;

		assert_int_equal(post_split(s->body, s->body_len, &post), 0);
		assert_int_equal(batch_reopen(post.batch, post.batch_len, &batch), 0);
		assert_int_equal(batch.state, EPOCH_CLOSED);
		assert_int_equal(batch.log_size, 2);
		assert_int_equal(batch.clock_source, CLOCK_SOURCE_OPERATOR);
		assert_int_equal(batch.clock_uncertainty_s, 300);
		assert_int_equal(batch.wall, s->time.wall);
		assert_int_equal(batch.boot, 1);
		assert_in_range(batch.boot_ms, s->time.mono.us / 1000 - 1000,
		                s->time.mono.us / 1000);
		assert_memory_equal(&batch.software, &s->config.software, sizeof(struct hash));
		assert_int_equal(headcount_open(batch.headcount, batch.headcount_len,
		                                &s->papers.manifest.card, &headcount),
		                 0);
		assert_int_equal(headcount.people, 1);
	}
	exchange_confirm(exchange);
	assert_int_equal(stage_status(s).batches_confirmed, 1);
}

/* Said while the card was not at hand, it is signed at the close if the card came back; without the
 * card's signature it is nobody's word and is not sent. */
static void test_a_headcount_is_signed_at_the_close_if_the_card_came_back(void **state)
{
	const struct msg_control headcount = {.control = CONTROL_HEADCOUNT, .number = 2};
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;

	s->has_modem = false;
	for (int came_back = 0; came_back < 2; came_back++) {
		struct post_view post;
		struct headcount signed_one;
		struct batch batch;

		papers_make(&s->papers, (uint8_t)(1 + came_back), STAGE_START);
		stage_open(s);
		assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
		stage_power_cut(s);
		assert_int_equal(stage_control(s, &headcount)->error, 0);
		if (came_back)
			stage_open(s);
		stage_act(s, CONTROL_CLOSE);
		stage_wait(s, 1);
		assert_int_equal(s->request.kind, HTTP_GET_HEAD);
		stage_head(s, 0, NULL);
		assert_int_equal(s->request.kind, HTTP_POST_BATCH);
		assert_int_equal(post_split(s->body, s->body_len, &post), 0);
		assert_int_equal(batch_reopen(post.batch, post.batch_len, &batch), 0);
		assert_int_equal(batch.headcount_len > 0, came_back);
		if (came_back)
			assert_int_equal(headcount_open(batch.headcount, batch.headcount_len,
			                                &s->papers.manifest.card, &signed_one),
			                 0);
		exchange_confirm(exchange);
	}
}

/* While the modem's store is emptied for the close nothing is sealed: the closing batch says it all,
 * and an open one from behind the meeting's time would be held. */
static void test_an_event_that_is_being_closed_is_sealed_once(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	unsigned before;

	exchange_until_posted(exchange);
	exchange_confirm(exchange);
	stage_wait(s, INTERVAL_US - 1000000);
	assert_int_equal(stage_ticket(s, 2), SHOW_COUNTED);
	before = s->n_requests;
	(void)stage_control(s, &(struct msg_control){.control = CONTROL_CLOSE});
	assert_int_equal(stage_status(s).state, KIOSK_OPEN);
	stage_wait(s, 5000000);
	assert_int_equal(s->n_requests, before);
	kiosk_swept(s->kiosk);
	stage_wait(s, 1000000);
	assert_int_equal(stage_status(s).state, KIOSK_IDLE);
	assert_int_equal(s->n_requests, before + 1);
	assert_int_equal(stage_status(s).batches_sealed, 2);
}

/* Closed before the collector could be asked: the last batch waits for its word about the head. */
static void test_a_close_after_a_restart_is_sealed_once_the_head_is_known(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	struct hash ahead = {{7}};
	unsigned before;

	for (int is_ahead = 0; is_ahead < 2; is_ahead++) {
		stage_deinit(s);
		stage_init(s);
		s->has_modem = false;
		stage_start(s);
		stage_open(s);
		assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
		stage_power_cut(s);
		stage_open(s);
		stage_act(s, CONTROL_CLOSE);
		assert_int_equal(stage_status(s).batches_sealed, 0);
		stage_wait(s, 1);
		assert_int_equal(s->request.kind, HTTP_GET_HEAD);
		before = s->n_requests;
		stage_head(s, is_ahead ? 1 : 0, is_ahead ? &ahead : NULL);
		stage_wait(s, 1000000);
		stage_wait(s, 61000000);
		assert_int_equal(stage_status(s).batches_sealed, is_ahead ? 0 : 1);
		assert_int_equal(s->n_requests, is_ahead ? before : before + 1);
		if (is_ahead)
			assert_non_null(strstr(stage_status(s).uplink_sentence, "old copy"));
	}
}

/* Waits until the kiosk says something to the collector that it had not said after `before`. */
static void until_said(struct stage *s, unsigned before)
{
	for (int i = 0; i < 200 && s->n_requests == before; i++)
		stage_wait(s, 1000000);
	assert_int_equal(s->n_requests, before + 1);
}

/* A meeting more, counted, closed and confirmed. */
static void next_meeting_arrives(struct exchange *exchange, uint8_t number)
{
	struct stage *s = &exchange->stage;
	uint32_t confirmed = stage_status(s).batches_confirmed;
	unsigned before = s->n_requests;

	papers_make(&s->papers, number, STAGE_START);
	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	stage_act(s, CONTROL_CLOSE);
	until_said(s, before);
	if (s->request.kind == HTTP_GET_HEAD) { /* whether there is a connection */
		stage_head(s, 0, NULL);
		until_said(s, before + 1);
	}
	assert_int_equal(s->request.kind, HTTP_POST_BATCH);
	exchange_confirm(exchange);
	assert_int_equal(stage_status(s).batches_confirmed, confirmed + 1);
}

/* An opening that can never be sealed here keeps nothing from those behind it, asks no more
 * questions, and is not forgotten: also after a restart, until a person says `send`. */
static void test_a_closed_event_that_went_back_holds_up_no_other(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	struct hash ahead = {{7}};
	struct epoch_id old;
	unsigned before;

	s->has_modem = false;
	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	stage_power_cut(s);
	stage_open(s);
	stage_act(s, CONTROL_CLOSE);
	stage_wait(s, 1);
	old = s->request.epoch;
	stage_head(s, 1, &ahead);
	assert_true(stage_status(s).batch_parked);
	assert_non_null(strstr(stage_status(s).uplink_sentence, "The collector has more"));
	next_meeting_arrives(exchange, 2);
	stage_power_cut(s);
	before = s->n_requests;
	stage_wait(s, 10 * INTERVAL_US);
	assert_int_equal(s->n_requests, before);
	next_meeting_arrives(exchange, 3);
	assert_true(stage_status(s).batch_parked);
	/* `send` asks once more. */
	stage_act(s, CONTROL_SEND);
	assert_int_equal(s->request.kind, HTTP_GET_HEAD);
	assert_memory_equal(&s->request.epoch, &old, sizeof(old));
	stage_head(s, 1, &ahead);
	assert_true(stage_status(s).batch_parked);
}

/* A kiosk whose device.key was lost: what it counted under the old one waits for it. */
static void test_totals_of_another_device_key_hold_up_no_others(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;

	s->has_modem = s->has_uplink = false;
	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	stage_power_cut(s);
	stage_open(s);
	stage_act(s, CONTROL_CLOSE);
	kiosk_free(s->kiosk);
	s->config.device.b[0] ^= 1;
	s->has_uplink = true;
	stage_start(s);
	until_said(s, 0);
	assert_int_equal(s->request.kind, HTTP_GET_HEAD);
	stage_head(s, 0, NULL);
	assert_int_equal(stage_status(s).batches_sealed, 0);
	assert_true(stage_status(s).batch_parked);
	assert_non_null(strstr(stage_status(s).uplink_sentence, "another device key"));
	next_meeting_arrives(exchange, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, exchange_setup, exchange_teardown)
	    TEST(test_a_restored_disk_goes_on_in_a_new_log_with_its_tags),
	    TEST(test_a_restart_begins_the_interval_anew),
	    TEST(test_a_head_that_is_another_batch_ends_the_log_too),
	    TEST(test_a_fork_goes_on_in_a_new_log_with_its_tags),
	    TEST(test_a_fork_of_a_closed_event_ends_no_other),
	    TEST(test_a_restored_disk_without_the_card_asks_for_it),
	    TEST(test_what_was_kept_for_a_card_is_erased_when_the_meeting_is_over),
	    TEST(test_a_closed_events_last_batch_goes_without_waiting),
	    TEST(test_a_headcount_is_signed_at_the_close_if_the_card_came_back),
	    TEST(test_a_close_after_a_restart_is_sealed_once_the_head_is_known),
	    TEST(test_an_event_that_is_being_closed_is_sealed_once),
	    TEST(test_a_closed_event_that_went_back_holds_up_no_other),
	    TEST(test_totals_of_another_device_key_hold_up_no_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
