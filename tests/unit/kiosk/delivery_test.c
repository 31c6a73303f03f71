/* SPDX-License-Identifier: Apache-2.0 */
/* Totals on their way: sealed once, believed only with the collector's signature, never in the way
 * of a check-in. */
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

static void test_a_batch_is_confirmed_by_its_receipt(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	struct msg_status status;

	exchange_until_posted(exchange);
	exchange_confirm(exchange);
	status = stage_status(s);
	assert_int_equal(status.batches_sealed, 1);
	assert_int_equal(status.batches_confirmed, 1);
	assert_int_equal(status.row[0].added, 1);
	assert_int_equal(status.row[0].sent_added, 1);
	/* A second one names the first's receipt, and its consistency proof is checked. */
	assert_int_equal(stage_ticket(s, 2), SHOW_COUNTED);
	stage_wait(s, INTERVAL_US - 1);
	assert_int_equal(s->n_requests, 2);
	stage_wait(s, 1);
	assert_int_equal(s->n_requests, 3);
	assert_int_equal(s->request.kind, HTTP_POST_BATCH);
	exchange_store(exchange);
	assert_true(exchange->answer.consistency_from == 1);
	exchange_deliver(exchange);
	assert_int_equal(stage_status(s).batches_confirmed, 2);
	/* Nothing new: nothing is sent. */
	stage_wait(s, 10 * INTERVAL_US);
	assert_int_equal(s->n_requests, 3);
}

static void test_nothing_is_sealed_while_nobody_answers(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	struct msg_http_response none = {.sentence = "Nobody answers."};

	stage_open(s);
	for (uint32_t i = 1; i <= 20; i++) {
		assert_int_equal(stage_ticket(s, i), SHOW_COUNTED);
		stage_wait(s, 30000000);
		if (s->request.kind != HTTP_GET_HEAD)
			continue;
		none.id = s->request.id;
		kiosk_http(s->kiosk, &none, NULL, 0);
		kiosk_run(s->kiosk);
	}
	assert_true(s->n_requests > 3);
	assert_int_equal(stage_status(s).batches_sealed, 0);
	assert_string_equal(stage_status(s).uplink_sentence, "Nobody answers.");
	assert_int_equal(stage_people(s), 20);
}

static void test_a_lost_answer_sends_the_same_bytes_again(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	struct msg_http_response none = {.sentence = "The connection broke."};
	uint8_t first[POST_BYTES_MAX];
	size_t first_len;

	exchange_until_posted(exchange);
	exchange_store(exchange);
	first_len = s->body_len;
	memcpy(first, s->body, first_len);
	none.id = s->request.id;
	kiosk_http(s->kiosk, &none, NULL, 0);
	assert_int_equal(stage_ticket(s, 2), SHOW_COUNTED);
	stage_power_cut(s);
	stage_wait(s, 3 * INTERVAL_US);
	assert_int_equal(s->request.kind, HTTP_POST_BATCH);
	assert_int_equal(s->body_len, first_len);
	assert_memory_equal(s->body, first, first_len);
	exchange_store(exchange);
	assert_int_equal(exchange->answer.status, ANSWER_STORED_BEFORE);
	exchange_deliver(exchange);
	assert_int_equal(stage_status(s).batches_confirmed, 1);
}

static void change_nonce(struct exchange *exchange)
{
	exchange->answer.nonce.b[3] ^= 1;
	exchange_sign(exchange);
}

static void change_subject(struct exchange *exchange)
{
	exchange->answer.subject.b[3] ^= 1;
	exchange_sign(exchange);
}

static void drop_receipt(struct exchange *exchange)
{
	exchange->answer.receipt_len = 0;
	exchange->answer.has_head = false;
	exchange_sign(exchange);
}

static void flip_bit(struct exchange *exchange)
{
	exchange->reply[exchange->reply_len / 2] ^= 4;
}

static void answer_html(struct exchange *exchange)
{
	static const char html[] =
	    "<html><body>Welcome to the hotel. Please sign in.</body></html>";

	memcpy(exchange->reply, html, sizeof(html));
	exchange->reply_len = sizeof(html) - 1;
}

static void answer_nothing(struct exchange *exchange)
{
	exchange->reply_len = 0;
}

static void sign_by_a_stranger(struct exchange *exchange)
{
	struct papers stranger = exchange->stage.papers;

	stranger.root.b[5] ^= 1;
	exchange->reply_len = collector_answer(&stranger, &exchange->answer, exchange->reply,
	                                       sizeof(exchange->reply));
}

static void with_receipt(struct exchange *exchange, const struct receipt *receipt)
{
	collector_receipt(&exchange->stage.papers, receipt, &exchange->answer);
	exchange_sign(exchange);
}

static void receipt_for_another_batch(struct exchange *exchange)
{
	struct receipt receipt = exchange->collector.receipt[0];

	receipt.batch.b[0] ^= 1;
	with_receipt(exchange, &receipt);
}

static void receipt_for_another_epoch(struct exchange *exchange)
{
	struct receipt receipt = exchange->collector.receipt[0];

	receipt.epoch.b[0] ^= 1;
	with_receipt(exchange, &receipt);
}

static void receipt_for_another_device(struct exchange *exchange)
{
	struct receipt receipt = exchange->collector.receipt[0];

	receipt.device.b[0] ^= 1;
	with_receipt(exchange, &receipt);
}

static void receipt_for_another_seq(struct exchange *exchange)
{
	struct receipt receipt = exchange->collector.receipt[0];

	receipt.seq++;
	with_receipt(exchange, &receipt);
}

static void receipt_without_proof(struct exchange *exchange)
{
	struct receipt receipt = exchange->collector.receipt[0];

	receipt.log_root.b[0] ^= 1;
	with_receipt(exchange, &receipt);
}

static void receipt_signed_by_another(struct exchange *exchange)
{
	exchange->answer.receipt[exchange->answer.receipt_len - 1] ^= 1;
	exchange_sign(exchange);
}

static void claims_a_consistency_not_asked_for(struct exchange *exchange)
{
	exchange->answer.consistency_from = 1;
	exchange_sign(exchange);
}

static void test_what_does_not_verify_is_no_answer(void **state)
{
	static void (*const lies[])(struct exchange *) = {
	    change_nonce,
	    change_subject,
	    drop_receipt,
	    flip_bit,
	    answer_html,
	    answer_nothing,
	    sign_by_a_stranger,
	    receipt_for_another_batch,
	    receipt_for_another_epoch,
	    receipt_for_another_device,
	    receipt_for_another_seq,
	    receipt_without_proof,
	    receipt_signed_by_another,
	    claims_a_consistency_not_asked_for,
	};
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;

	exchange_until_posted(exchange);
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		unsigned before = s->n_requests;
		struct msg_status status;

		print_message("lie %zu\n", i);
		exchange_store(exchange);
		lies[i](exchange);
		exchange_deliver(exchange);
		status = stage_status(s);
		assert_int_equal(status.batches_confirmed, 0);
		assert_false(status.batch_parked);
		assert_true(strlen(status.uplink_sentence) > 20);
		stage_wait(s, 61000000);
		assert_int_equal(s->n_requests, before + 1);
	}
	exchange_confirm(exchange);
	assert_int_equal(stage_status(s).batches_confirmed, 1);
	assert_string_equal(stage_status(s).uplink_sentence, "");
}

/* The same answer, beside a certificate of other days. */
static void certify(struct exchange *exchange, int64_t not_before, int64_t not_after)
{
	const struct papers *papers = &exchange->stage.papers;
	const struct collector_cert cert = {.collector = ed25519_public(&papers->collector),
	                                    .not_before = not_before,
	                                    .not_after = not_after};
	uint8_t reply[REPLY_MAX], cert_bytes[COLLECTOR_CERT_BYTES_MAX];
	struct reply_view view;

	memcpy(reply, exchange->reply, exchange->reply_len);
	assert_int_equal(reply_split(reply, exchange->reply_len, &view), 0);
	view.collector_cert = cert_bytes;
	assert_int_equal(collector_cert_seal(&cert, &papers->root, cert_bytes, sizeof(cert_bytes),
	                                     &view.collector_cert_len),
	                 0);
	assert_int_equal(reply_join(&view, exchange->reply, REPLY_MAX, &exchange->reply_len), 0);
}

static void test_the_collectors_certificate_is_asked_for_its_days_if_the_date_is_known(void **state)
{
	static const struct {
		int64_t not_before_s, not_after_s; /* from now */
		bool taken;
	} row[] = {{1, 100, false}, {-100, -1, false}, {0, 100, true}, {-100, 0, true}};
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	uint32_t confirmed = 0;

	exchange_until_posted(exchange);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		assert_true(s->request.check_dates);
		exchange_store(exchange);
		certify(exchange, s->time.wall + row[i].not_before_s,
		        s->time.wall + row[i].not_after_s);
		exchange_deliver(exchange);
		confirmed += row[i].taken;
		assert_int_equal(stage_status(s).batches_confirmed, confirmed);
		if (row[i].taken)
			exchange_count(exchange, 2 + confirmed);
		else
			stage_wait(s, 61000000);
		assert_int_equal(s->request.kind, HTTP_POST_BATCH);
	}
}

static void test_without_a_date_the_collectors_certificate_is_taken_for_its_key(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;

	s->time.source = CLOCK_SOURCE_NONE;
	kiosk_turn(s->kiosk, &s->time);
	exchange_until_posted(exchange);
	assert_false(s->request.check_dates);
	exchange_store(exchange);
	certify(exchange, 1, 2);
	exchange_deliver(exchange);
	assert_int_equal(stage_status(s).batches_confirmed, 1);
}

static void test_a_fresh_receipt_says_what_time_it_is(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	struct post_view post;
	struct batch batch;

	s->time.source = CLOCK_SOURCE_NONE;
	kiosk_turn(s->kiosk, &s->time);
	exchange_until_posted(exchange);
	assert_false(stage_status(s).clock_known);
	exchange_confirm(exchange);
	assert_int_equal(exchange->answer.status, ANSWER_STORED);
	assert_true(stage_status(s).clock_known);
	exchange_count(exchange, 2);
	assert_int_equal(post_split(s->body, s->body_len, &post), 0);
	assert_int_equal(batch_reopen(post.batch, post.batch_len, &batch), 0);
	assert_int_equal(batch.seq, 2);
	assert_int_equal(batch.clock_source, CLOCK_SOURCE_RECEIPT);
	assert_int_equal(batch.clock_uncertainty_s, 60);
	assert_int_equal(batch.wall, exchange->collector.receipt[0].time + INTERVAL_US / 1000000);
}

/* A receipt of before tells no time, but no earlier one than its own. */
static void test_without_a_clock_it_is_no_earlier_than_the_last_receipt(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	char text[CODE_TEXT_MAX];

	s->has_modem = false;
	s->time.source = CLOCK_SOURCE_NONE;
	kiosk_turn(s->kiosk, &s->time);
	exchange_until_posted(exchange);
	exchange_store(exchange);
	exchange_confirm(exchange);
	assert_int_equal(exchange->answer.status, ANSWER_STORED_BEFORE);
	assert_int_equal(stage_status(s).batches_confirmed, 1);
	assert_false(stage_status(s).clock_known);
	stage_act(s, CONTROL_CLOSE);
	papers_make(&s->papers, 2, exchange->collector.receipt[0].time - 10801);
	papers_card(&s->papers, text);
	for (int restarted = 0; restarted < 2; restarted++) {
		assert_int_equal(stage_show(s, text), SHOW_NOT_ACCEPTED);
		assert_non_null(strstr(stage_view(s)->sentence, "is over"));
		stage_power_cut(s);
	}
	papers_make(&s->papers, 2, exchange->collector.receipt[0].time - 10800);
	stage_open(s);
}

static void test_a_signed_refusal_parks_and_counting_goes_on(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	struct msg_status status;

	exchange_until_posted(exchange);
	exchange_refuse(exchange, ANSWER_DOES_NOT_ADD_UP);
	status = stage_status(s);
	assert_true(status.batch_parked);
	assert_non_null(strstr(status.uplink_sentence, "rows do not add up"));
	assert_int_equal(stage_ticket(s, 2), SHOW_COUNTED);
	stage_wait(s, 100 * INTERVAL_US);
	assert_int_equal(s->n_requests, 2);
	stage_act(s, CONTROL_SEND);
	assert_int_equal(s->n_requests, 3);
	exchange_confirm(exchange);
	assert_false(stage_status(s).batch_parked);
	assert_int_equal(stage_status(s).batches_confirmed, 1);
}

/* Signed, and about octets that were never sent: whatever was damaged on its way, the batch or what
 * vouches for it, goes again by itself. */
static void test_a_refusal_of_a_damaged_copy_parks_nothing(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	uint8_t sent[POST_BYTES_MAX];
	struct post_view post;
	size_t len;

	exchange_until_posted(exchange);
	len = s->body_len;
	memcpy(sent, s->body, len);
	assert_int_equal(post_split(sent, len, &post), 0);
	{
		const uint8_t *const at[] = {post.batch + 40, post.grant + 40, post.manifest + 40,
		                             post.hub_cert + 40, sent};

		for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
			uint8_t damaged[POST_BYTES_MAX];

			memcpy(damaged, sent, len);
			damaged[at[i] - sent] ^= 1;
			exchange->answer = (struct answer){.nonce = s->request.nonce,
			                                   .subject = sha256(damaged, len),
			                                   .status = ANSWER_NOT_TRUSTED,
			                                   .reason = {"altered"}};
			exchange_sign(exchange);
			exchange_deliver(exchange);
			assert_false(stage_status(s).batch_parked);
			assert_non_null(strstr(stage_status(s).uplink_sentence, "damaged"));
			stage_wait(s, 30000000ULL << i);
			assert_int_equal(s->n_requests, 3 + i);
			assert_int_equal(s->body_len, len);
			assert_memory_equal(s->body, sent, len);
		}
	}
	exchange_confirm(exchange);
	assert_int_equal(stage_status(s).batches_confirmed, 1);
}

static void test_next_after_is_obeyed_but_not_from_a_stranger(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;

	exchange_until_posted(exchange);
	exchange_store(exchange);
	exchange->answer.next_after_s = 600;
	sign_by_a_stranger(exchange);
	exchange_deliver(exchange);
	stage_wait(s, 61000000);
	assert_int_equal(s->n_requests, 3);
	exchange_store(exchange);
	exchange->answer.next_after_s = 600;
	exchange_sign(exchange);
	exchange_deliver(exchange);
	assert_int_equal(stage_ticket(s, 2), SHOW_COUNTED);
	stage_wait(s, 599000000);
	assert_int_equal(s->n_requests, 3);
	stage_act(s, CONTROL_SEND);
	assert_int_equal(s->n_requests, 3);
	stage_wait(s, 1000000);
	assert_int_equal(s->n_requests, 4);
}

static void test_an_uplink_that_is_away_or_silent_is_no_hindrance(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;

	s->has_uplink = false;
	stage_open(s);
	exchange_count(exchange, 1);
	assert_int_equal(s->n_requests, 0);
	assert_int_equal(stage_ticket(s, 2), SHOW_COUNTED);
	s->has_uplink = true;
	stage_wait(s, 61000000);
	assert_int_equal(s->n_requests, 1);
	/* It swallows the request; another is made in time. */
	stage_wait(s, 45000000);
	stage_wait(s, 61000000);
	assert_int_equal(s->n_requests, 2);
	kiosk_uplink_gone(s->kiosk);
	stage_wait(s, 61000000);
	assert_int_equal(s->n_requests, 3);
	assert_int_equal(stage_ticket(s, 3), SHOW_COUNTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, exchange_setup, exchange_teardown)
	    TEST(test_a_batch_is_confirmed_by_its_receipt),
	    TEST(test_nothing_is_sealed_while_nobody_answers),
	    TEST(test_a_lost_answer_sends_the_same_bytes_again),
	    TEST(test_what_does_not_verify_is_no_answer),
	    TEST(test_the_collectors_certificate_is_asked_for_its_days_if_the_date_is_known),
	    TEST(test_without_a_date_the_collectors_certificate_is_taken_for_its_key),
	    TEST(test_a_fresh_receipt_says_what_time_it_is),
	    TEST(test_without_a_clock_it_is_no_earlier_than_the_last_receipt),
	    TEST(test_a_signed_refusal_parks_and_counting_goes_on),
	    TEST(test_a_refusal_of_a_damaged_copy_parks_nothing),
	    TEST(test_next_after_is_obeyed_but_not_from_a_stranger),
	    TEST(test_an_uplink_that_is_away_or_silent_is_no_hindrance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
