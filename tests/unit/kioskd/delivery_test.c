/* SPDX-License-Identifier: Apache-2.0 */
/* Totals on their way: sealed once, believed only with the collector's signature, never in the way
 * of a check-in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "crypto.h"
#include "link.h"
#include "ledger.h"
#include "stage.h"

enum { INTERVAL_US = 10000000, REPLY_MAX = ANSWER_BYTES_MAX + 512 };

struct play {
	struct stage stage;
	struct collector collector;
	struct answer answer;
	uint8_t reply[REPLY_MAX];
	size_t reply_len;
};

static int setup(void **state)
{
	static struct play play;

	memset(&play, 0, sizeof(play));
	stage_init(&play.stage);
	stage_start(&play.stage);
	*state = &play;
	return 0;
}

static int teardown(void **state)
{
	struct play *play = *state;

	stage_deinit(&play->stage);
	return 0;
}

/* An event with one check-in whose interval has passed: the kiosk asks for the head, hears "none",
 * and posts a batch. */
static void until_posted(struct play *play)
{
	struct stage *s = &play->stage;

	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	stage_wait(s, INTERVAL_US);
	assert_int_equal(s->n_requests, 1);
	assert_int_equal(s->request.kind, HTTP_GET_HEAD);
	stage_head(s, 0, NULL);
	assert_int_equal(s->n_requests, 2);
	assert_int_equal(s->request.kind, HTTP_POST_BATCH);
}

static void store(struct play *play)
{
	struct stage *s = &play->stage;

	play->reply_len =
	    collector_store(&play->collector, &s->papers, s->body, s->body_len, &s->request.nonce,
	                    &play->answer, play->reply, sizeof(play->reply));
}

static void sign_again(struct play *play)
{
	play->reply_len =
	    collector_answer(&play->stage.papers, &play->answer, play->reply, sizeof(play->reply));
}

static void test_a_batch_is_confirmed_by_its_receipt(void **state)
{
	struct play *play = *state;
	struct stage *s = &play->stage;
	struct msg_status status;

	until_posted(play);
	store(play);
	stage_answer(s, play->reply, play->reply_len);
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
	store(play);
	assert_true(play->answer.consistency_from == 1);
	stage_answer(s, play->reply, play->reply_len);
	assert_int_equal(stage_status(s).batches_confirmed, 2);
	/* Nothing new: nothing is sent. */
	stage_wait(s, 10 * INTERVAL_US);
	assert_int_equal(s->n_requests, 3);
}

static void test_nothing_is_sealed_while_nobody_answers(void **state)
{
	struct play *play = *state;
	struct stage *s = &play->stage;
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
	struct play *play = *state;
	struct stage *s = &play->stage;
	struct msg_http_response none = {.sentence = "The connection broke."};
	uint8_t first[POST_BYTES_MAX];
	size_t first_len;

	until_posted(play);
	store(play);
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
	store(play);
	assert_int_equal(play->answer.status, ANSWER_STORED_BEFORE);
	stage_answer(s, play->reply, play->reply_len);
	assert_int_equal(stage_status(s).batches_confirmed, 1);
}

static void change_nonce(struct play *play)
{
	play->answer.nonce.b[3] ^= 1;
	sign_again(play);
}

static void change_subject(struct play *play)
{
	play->answer.subject.b[3] ^= 1;
	sign_again(play);
}

static void drop_receipt(struct play *play)
{
	play->answer.receipt_len = 0;
	play->answer.has_head = false;
	sign_again(play);
}

static void flip_bit(struct play *play)
{
	play->reply[play->reply_len / 2] ^= 4;
}

static void answer_html(struct play *play)
{
	static const char html[] =
	    "<html><body>Welcome to the hotel. Please sign in.</body></html>";

	memcpy(play->reply, html, sizeof(html));
	play->reply_len = sizeof(html) - 1;
}

static void answer_nothing(struct play *play)
{
	play->reply_len = 0;
}

static void sign_by_a_stranger(struct play *play)
{
	struct papers stranger = play->stage.papers;

	stranger.root.b[5] ^= 1;
	play->reply_len =
	    collector_answer(&stranger, &play->answer, play->reply, sizeof(play->reply));
}

static void with_receipt(struct play *play, const struct receipt *receipt)
{
	collector_receipt(&play->stage.papers, receipt, &play->answer);
	sign_again(play);
}

static void receipt_for_another_batch(struct play *play)
{
	struct receipt receipt = play->collector.receipt[0];

	receipt.batch.b[0] ^= 1;
	with_receipt(play, &receipt);
}

static void receipt_for_another_epoch(struct play *play)
{
	struct receipt receipt = play->collector.receipt[0];

	receipt.epoch.b[0] ^= 1;
	with_receipt(play, &receipt);
}

static void receipt_for_another_device(struct play *play)
{
	struct receipt receipt = play->collector.receipt[0];

	receipt.device.b[0] ^= 1;
	with_receipt(play, &receipt);
}

static void receipt_for_another_seq(struct play *play)
{
	struct receipt receipt = play->collector.receipt[0];

	receipt.seq++;
	with_receipt(play, &receipt);
}

static void receipt_without_proof(struct play *play)
{
	struct receipt receipt = play->collector.receipt[0];

	receipt.log_root.b[0] ^= 1;
	with_receipt(play, &receipt);
}

static void receipt_signed_by_another(struct play *play)
{
	play->answer.receipt[play->answer.receipt_len - 1] ^= 1;
	sign_again(play);
}

static void claims_a_consistency_not_asked_for(struct play *play)
{
	play->answer.consistency_from = 1;
	sign_again(play);
}

static void test_what_does_not_verify_is_no_answer(void **state)
{
	static void (*const lies[])(struct play *) = {
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
	struct play *play = *state;
	struct stage *s = &play->stage;

	until_posted(play);
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		unsigned before = s->n_requests;
		struct msg_status status;

		print_message("lie %zu\n", i);
		store(play);
		lies[i](play);
		stage_answer(s, play->reply, play->reply_len);
		status = stage_status(s);
		assert_int_equal(status.batches_confirmed, 0);
		assert_false(status.batch_parked);
		assert_true(strlen(status.uplink_sentence) > 20);
		stage_wait(s, 61000000);
		assert_int_equal(s->n_requests, before + 1);
	}
	store(play);
	stage_answer(s, play->reply, play->reply_len);
	assert_int_equal(stage_status(s).batches_confirmed, 1);
	assert_string_equal(stage_status(s).uplink_sentence, "");
}

/* One log for all: what the collector showed at one meeting binds it at the next. */
static void test_the_next_meeting_goes_on_from_the_same_log(void **state)
{
	const struct msg_control close = {.control = CONTROL_CLOSE};
	struct play *play = *state;
	struct stage *s = &play->stage;

	s->has_modem = false;
	until_posted(play);
	store(play);
	stage_answer(s, play->reply, play->reply_len);
	assert_int_equal(stage_control(s, &close)->error, 0);
	stage_wait(s, INTERVAL_US);
	store(play);
	stage_answer(s, play->reply, play->reply_len);
	assert_int_equal(stage_status(s).batches_confirmed, 2);
	papers_make(&s->papers, 2, STAGE_START);
	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	stage_wait(s, INTERVAL_US);
	if (s->request.kind == HTTP_GET_HEAD)
		stage_head(s, 0, NULL);
	assert_int_equal(s->request.kind, HTTP_POST_BATCH);
	store(play);
	assert_true(play->answer.consistency_from == 2);
	stage_answer(s, play->reply, play->reply_len);
	assert_int_equal(stage_status(s).batches_confirmed, 3);
}

/* Each post is answered until there is none; how many batches were posted. */
static unsigned answer_all(struct play *play)
{
	struct stage *s = &play->stage;
	unsigned n = 0, before;

	do {
		before = s->n_requests;
		assert_int_equal(s->request.kind, HTTP_POST_BATCH);
		store(play);
		stage_answer(s, play->reply, play->reply_len);
		n++;
		assert_true(n < 20);
	} while (s->n_requests > before && s->request.kind == HTTP_POST_BATCH);
	return n;
}

/* A signed answer whose proof does not hold is the collector's own word against itself. */
static void test_a_proof_that_does_not_hold_sets_its_receipts_aside(void **state)
{
	struct play *play = *state;
	struct stage *s = &play->stage;
	struct msg_status status;

	until_posted(play);
	store(play);
	stage_answer(s, play->reply, play->reply_len);
	assert_int_equal(stage_ticket(s, 2), SHOW_COUNTED);
	stage_wait(s, INTERVAL_US);
	/* Not even asked for: that proves nothing, and is no answer. */
	store(play);
	play->answer.consistency_from++;
	sign_again(play);
	stage_answer(s, play->reply, play->reply_len);
	assert_int_equal(stage_status(s).batches_confirmed, 1);
	stage_wait(s, 61000000);
	store(play);
	play->answer.consistency.hash[0].b[0] ^= 1;
	sign_again(play);
	stage_answer(s, play->reply, play->reply_len);
	status = stage_status(s);
	assert_int_equal(status.batches_confirmed, 0);
	assert_int_equal(status.row[0].sent_added, 0);
	assert_non_null(strstr(status.uplink_sentence, "contradicts"));
	assert_int_equal(stage_ticket(s, 3), SHOW_COUNTED);
	stage_wait(s, 61000000);
	assert_int_equal(answer_all(play), 3);
	assert_int_equal(stage_status(s).batches_confirmed, 3);
}

static void test_a_collector_that_rewrites_its_log_is_found_out(void **state)
{
	struct play *play = *state;
	struct stage *s = &play->stage;

	until_posted(play);
	store(play);
	stage_answer(s, play->reply, play->reply_len);
	assert_int_equal(stage_ticket(s, 2), SHOW_COUNTED);
	stage_wait(s, INTERVAL_US);
	/* The first batch is swapped for another in a log made anew. */
	memset(&play->collector, 0, sizeof(play->collector));
	{
		struct hash leaf = merkle_leaf("forged", 6);

		merkle_append(&play->collector.tree, &leaf, NULL, NULL);
		play->collector.node[0][0] = leaf;
		play->collector.n = 1;
	}
	store(play);
	stage_answer(s, play->reply, play->reply_len);
	assert_int_equal(stage_status(s).batches_confirmed, 0);
	assert_non_null(strstr(stage_status(s).uplink_sentence, "contradicts"));
	/* It gets back what it threw away. */
	stage_wait(s, 61000000);
	assert_int_equal(answer_all(play), 2);
	assert_int_equal(stage_status(s).batches_confirmed, 2);
	assert_int_equal(play->collector.n, 3);
}

static void refuse(struct play *play, uint16_t status)
{
	const struct collector before = play->collector;

	store(play);
	play->collector = before;
	play->answer.status = status;
	play->answer.receipt_len = 0;
	play->answer.consistency_from = 0;
	text_copy(play->answer.reason.s, sizeof(play->answer.reason.s), "rows do not add up");
	sign_again(play);
	stage_answer(&play->stage, play->reply, play->reply_len);
}

static void test_a_signed_refusal_parks_and_counting_goes_on(void **state)
{
	struct play *play = *state;
	struct stage *s = &play->stage;
	struct msg_status status;

	until_posted(play);
	refuse(play, ANSWER_DOES_NOT_ADD_UP);
	status = stage_status(s);
	assert_true(status.batch_parked);
	assert_non_null(strstr(status.uplink_sentence, "rows do not add up"));
	assert_int_equal(stage_ticket(s, 2), SHOW_COUNTED);
	stage_wait(s, 100 * INTERVAL_US);
	assert_int_equal(s->n_requests, 2);
	assert_int_equal(stage_control(s, &(struct msg_control){.control = CONTROL_SEND})->error,
	                 0);
	assert_int_equal(s->n_requests, 3);
	store(play);
	stage_answer(s, play->reply, play->reply_len);
	assert_false(stage_status(s).batch_parked);
	assert_int_equal(stage_status(s).batches_confirmed, 1);
}

/* The collector's disk died; its backup ends behind the first of three batches. */
static void lose_all_but_the_first(struct play *play)
{
	static struct collector backup;
	struct stage *s = &play->stage;

	s->has_modem = false;
	until_posted(play);
	(void)answer_all(play);
	backup = play->collector;
	for (uint32_t i = 2; i <= 3; i++) {
		assert_int_equal(stage_ticket(s, i), SHOW_COUNTED);
		stage_wait(s, INTERVAL_US);
		(void)answer_all(play);
	}
	assert_int_equal(stage_status(s).batches_confirmed, 3);
	play->collector = backup;
}

static void test_a_collector_put_back_gets_again_what_it_lost(void **state)
{
	struct play *play = *state;
	struct stage *s = &play->stage;

	lose_all_but_the_first(play);
	assert_int_equal(stage_ticket(s, 4), SHOW_COUNTED);
	stage_wait(s, INTERVAL_US);
	refuse(play, ANSWER_GAP);
	assert_int_equal(stage_status(s).batches_confirmed, 0);
	assert_false(stage_status(s).batch_parked);
	assert_non_null(strstr(stage_status(s).uplink_sentence, "sent again"));
	/* Over a restart too. */
	stage_power_cut(s);
	stage_wait(s, 3 * INTERVAL_US);
	assert_int_equal(answer_all(play), 4);
	assert_int_equal(stage_status(s).batches_confirmed, 4);
	assert_int_equal(stage_status(s).row[0].sent_added, 4);
	assert_int_equal(play->collector.n, 4);
}

/* Where what is lost is of a meeting that is over, the next one brings it along. */
static void test_the_next_meeting_brings_what_was_lost_of_the_last(void **state)
{
	const struct msg_control close = {.control = CONTROL_CLOSE};
	struct play *play = *state;
	struct stage *s = &play->stage;

	s->has_modem = false;
	until_posted(play);
	(void)answer_all(play);
	assert_int_equal(stage_control(s, &close)->error, 0);
	stage_wait(s, INTERVAL_US);
	(void)answer_all(play);
	assert_int_equal(stage_status(s).batches_confirmed, 2);
	memset(&play->collector, 0, sizeof(play->collector));
	papers_make(&s->papers, 2, STAGE_START);
	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	stage_wait(s, INTERVAL_US);
	if (s->request.kind == HTTP_GET_HEAD)
		stage_head(s, 0, NULL);
	store(play);
	stage_answer(s, play->reply, play->reply_len);
	assert_int_equal(stage_status(s).batches_confirmed, 0);
	assert_non_null(strstr(stage_status(s).uplink_sentence, "contradicts"));
	stage_wait(s, 61000000);
	assert_int_equal(answer_all(play), 3);
	assert_int_equal(stage_status(s).batches_confirmed, 3);
	assert_int_equal(play->collector.n, 3);
}

/* A kiosk with nothing to say asks whether what was confirmed last is still there: after its start,
 * and when a person has it send. */
static void test_a_kiosk_with_nothing_to_send_finds_out_too(void **state)
{
	const struct msg_control close = {.control = CONTROL_CLOSE},
	                         send = {.control = CONTROL_SEND};
	struct play *play = *state;
	struct stage *s = &play->stage;
	struct epoch_id epoch;

	s->has_modem = false;
	until_posted(play);
	epoch = s->request.epoch;
	(void)answer_all(play);
	assert_int_equal(stage_control(s, &close)->error, 0);
	stage_wait(s, INTERVAL_US);
	(void)answer_all(play);
	assert_int_equal(stage_status(s).batches_confirmed, 2);
	stage_power_cut(s);
	stage_wait(s, 3 * INTERVAL_US);
	assert_int_equal(s->n_requests, 4);
	assert_int_equal(s->request.kind, HTTP_GET_HEAD);
	assert_memory_equal(&s->request.epoch, &epoch, sizeof(epoch));
	stage_head(s, 2, &play->collector.batch[1]);
	stage_wait(s, 100 * INTERVAL_US);
	assert_int_equal(s->n_requests, 4);
	assert_int_equal(stage_status(s).batches_confirmed, 2);
	memset(&play->collector, 0, sizeof(play->collector));
	assert_int_equal(stage_control(s, &send)->error, 0);
	assert_int_equal(s->n_requests, 5);
	assert_int_equal(s->request.kind, HTTP_GET_HEAD);
	stage_head(s, 0, NULL);
	assert_int_equal(stage_status(s).batches_confirmed, 0);
	assert_non_null(strstr(stage_status(s).uplink_sentence, "sent again"));
	stage_wait(s, 61000000);
	assert_int_equal(answer_all(play), 2);
	assert_int_equal(stage_status(s).batches_confirmed, 2);
	assert_int_equal(play->collector.n, 2);
}

/* Signed, and about octets that were never sent: whatever was damaged on its way, the batch or what
 * vouches for it, goes again by itself. */
static void test_a_refusal_of_a_damaged_copy_parks_nothing(void **state)
{
	struct play *play = *state;
	struct stage *s = &play->stage;
	uint8_t sent[POST_BYTES_MAX];
	struct post_view post;
	size_t len;

	until_posted(play);
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
			play->answer = (struct answer){.nonce = s->request.nonce,
			                               .subject = sha256(damaged, len),
			                               .status = ANSWER_NOT_TRUSTED,
			                               .reason = {"altered"}};
			sign_again(play);
			stage_answer(s, play->reply, play->reply_len);
			assert_false(stage_status(s).batch_parked);
			assert_non_null(strstr(stage_status(s).uplink_sentence, "damaged"));
			stage_wait(s, 30000000ULL << i);
			assert_int_equal(s->n_requests, 3 + i);
			assert_int_equal(s->body_len, len);
			assert_memory_equal(s->body, sent, len);
		}
	}
	store(play);
	stage_answer(s, play->reply, play->reply_len);
	assert_int_equal(stage_status(s).batches_confirmed, 1);
}

static void test_next_after_is_obeyed_but_not_from_a_stranger(void **state)
{
	struct play *play = *state;
	struct stage *s = &play->stage;

	until_posted(play);
	store(play);
	play->answer.next_after_s = 600;
	sign_by_a_stranger(play);
	stage_answer(s, play->reply, play->reply_len);
	stage_wait(s, 61000000);
	assert_int_equal(s->n_requests, 3);
	store(play);
	play->answer.next_after_s = 600;
	sign_again(play);
	stage_answer(s, play->reply, play->reply_len);
	assert_int_equal(stage_ticket(s, 2), SHOW_COUNTED);
	stage_wait(s, 599000000);
	assert_int_equal(s->n_requests, 3);
	assert_int_equal(stage_control(s, &(struct msg_control){.control = CONTROL_SEND})->error,
	                 0);
	assert_int_equal(s->n_requests, 3);
	stage_wait(s, 1000000);
	assert_int_equal(s->n_requests, 4);
}

/* The disk of an hour ago is put back: the collector has seq 1, this ledger has none. */
static void roll_back(struct play *play, bool card_at_hand)
{
	struct stage *s = &play->stage;
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
	struct play *play = *state;
	struct stage *s = &play->stage;
	struct epoch_id before, after;

	roll_back(play, true);
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
	store(play);
	stage_answer(s, play->reply, play->reply_len);
	assert_int_equal(stage_status(s).batches_sealed, 1);
	assert_int_equal(stage_status(s).batches_confirmed, 1);
}

/* Two copies of one disk counted on before either had heard of the other. */
static void test_a_fork_goes_on_in_a_new_log_with_its_tags(void **state)
{
	struct play *play = *state;
	struct stage *s = &play->stage;
	struct epoch_id before, after;

	until_posted(play);
	before = s->request.epoch;
	play->answer = (struct answer){.nonce = s->request.nonce,
	                               .status = ANSWER_CONFLICT,
	                               .reason = {"Another batch number 1 is stored."},
	                               .has_head = true,
	                               .head_seq = 1};
	play->answer.subject = sha256(s->body, s->body_len);
	sign_again(play);
	stage_answer(s, play->reply, play->reply_len);
	after = stage_status(s).epoch;
	assert_int_equal(stage_status(s).state, KIOSK_OPEN);
	assert_false(stage_status(s).batch_parked);
	assert_memory_not_equal(&after, &before, sizeof(before));
	assert_int_equal(stage_ticket(s, 1), SHOW_ALREADY);
	assert_int_equal(stage_ticket(s, 2), SHOW_COUNTED);
	stage_wait(s, INTERVAL_US);
	if (s->request.kind == HTTP_GET_HEAD)
		stage_head(s, 0, NULL);
	assert_int_equal(s->request.kind, HTTP_POST_BATCH);
	assert_memory_equal(&s->request.epoch, &after, sizeof(after));
	store(play);
	stage_answer(s, play->reply, play->reply_len);
	assert_int_equal(stage_status(s).batches_confirmed, 1);
}

static void test_a_restored_disk_without_the_card_asks_for_it(void **state)
{
	struct play *play = *state;
	struct stage *s = &play->stage;
	struct papers again = s->papers;
	char text[CODE_TEXT_MAX];

	roll_back(play, false);
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
	struct play *play = *state;
	struct stage *s = &play->stage;
	struct ledger_epoch epoch;
	struct ledger *ledger;

	roll_back(play, false);
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
	struct play *play = *state;
	struct stage *s = &play->stage;

	s->has_modem = false;
	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	assert_int_equal(
	    stage_control(s, &(struct msg_control){.control = CONTROL_HEADCOUNT, .number = 1})
	        ->error,
	    0);
	assert_int_equal(stage_control(s, &(struct msg_control){.control = CONTROL_CLOSE})->error,
	                 0);
	assert_int_equal(stage_status(s).batches_sealed, 1);
	stage_wait(s, 1);
	assert_int_equal(s->request.kind, HTTP_POST_BATCH);
	{
		struct post_view post;
		struct sign1_view view;
		struct batch batch;
		struct headcount headcount;

		assert_int_equal(post_split(s->body, s->body_len, &post), 0);
		assert_int_equal(sign1_split(SIGN1_BATCH, post.batch, post.batch_len, &view), 0);
		assert_int_equal(batch_parse(view.payload, view.payload_len, &batch), 0);
		assert_int_equal(batch.state, EPOCH_CLOSED);
		assert_int_equal(batch.log_size, 2);
		assert_int_equal(batch.clock_source, CLOCK_SOURCE_OPERATOR);
		assert_int_equal(headcount_open(batch.headcount, batch.headcount_len,
		                                &s->papers.manifest.card, &headcount),
		                 0);
		assert_int_equal(headcount.people, 1);
	}
	store(play);
	stage_answer(s, play->reply, play->reply_len);
	assert_int_equal(stage_status(s).batches_confirmed, 1);
}

/* While the modem's store is emptied for the close nothing is sealed: the closing batch says it all,
 * and an open one from behind the meeting's time would be held. */
static void test_an_event_that_is_being_closed_is_sealed_once(void **state)
{
	struct play *play = *state;
	struct stage *s = &play->stage;
	unsigned before;

	until_posted(play);
	store(play);
	stage_answer(s, play->reply, play->reply_len);
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
	struct play *play = *state;
	struct stage *s = &play->stage;
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
		assert_int_equal(
		    stage_control(s, &(struct msg_control){.control = CONTROL_CLOSE})->error, 0);
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
static void next_meeting_arrives(struct play *play, uint8_t number)
{
	struct stage *s = &play->stage;
	uint32_t confirmed = stage_status(s).batches_confirmed;
	unsigned before = s->n_requests;

	papers_make(&s->papers, number, STAGE_START);
	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	assert_int_equal(stage_control(s, &(struct msg_control){.control = CONTROL_CLOSE})->error,
	                 0);
	until_said(s, before);
	if (s->request.kind == HTTP_GET_HEAD) { /* whether there is a connection */
		stage_head(s, 0, NULL);
		until_said(s, before + 1);
	}
	assert_int_equal(s->request.kind, HTTP_POST_BATCH);
	store(play);
	stage_answer(s, play->reply, play->reply_len);
	assert_int_equal(stage_status(s).batches_confirmed, confirmed + 1);
}

/* An opening that can never be sealed here keeps nothing from those behind it, asks no more
 * questions, and is not forgotten: also after a restart, until a person says `send`. */
static void test_a_closed_event_that_went_back_holds_up_no_other(void **state)
{
	struct play *play = *state;
	struct stage *s = &play->stage;
	struct hash ahead = {{7}};
	struct epoch_id old;
	unsigned before;

	s->has_modem = false;
	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	stage_power_cut(s);
	stage_open(s);
	assert_int_equal(stage_control(s, &(struct msg_control){.control = CONTROL_CLOSE})->error,
	                 0);
	stage_wait(s, 1);
	old = s->request.epoch;
	stage_head(s, 1, &ahead);
	assert_true(stage_status(s).batch_parked);
	assert_non_null(strstr(stage_status(s).uplink_sentence, "The collector has more"));
	next_meeting_arrives(play, 2);
	stage_power_cut(s);
	before = s->n_requests;
	stage_wait(s, 10 * INTERVAL_US);
	assert_int_equal(s->n_requests, before);
	next_meeting_arrives(play, 3);
	assert_true(stage_status(s).batch_parked);
	/* `send` asks once more. */
	assert_int_equal(stage_control(s, &(struct msg_control){.control = CONTROL_SEND})->error,
	                 0);
	assert_int_equal(s->request.kind, HTTP_GET_HEAD);
	assert_memory_equal(&s->request.epoch, &old, sizeof(old));
	stage_head(s, 1, &ahead);
	assert_true(stage_status(s).batch_parked);
}

/* A kiosk whose device.key was lost: what it counted under the old one waits for it. */
static void test_totals_of_another_device_key_hold_up_no_others(void **state)
{
	struct play *play = *state;
	struct stage *s = &play->stage;

	s->has_modem = s->has_uplink = false;
	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	stage_power_cut(s);
	stage_open(s);
	assert_int_equal(stage_control(s, &(struct msg_control){.control = CONTROL_CLOSE})->error,
	                 0);
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
	next_meeting_arrives(play, 2);
}

static void test_an_uplink_that_is_away_or_silent_is_no_hindrance(void **state)
{
	struct play *play = *state;
	struct stage *s = &play->stage;

	s->has_uplink = false;
	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	stage_wait(s, INTERVAL_US);
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
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	    TEST(test_a_batch_is_confirmed_by_its_receipt),
	    TEST(test_nothing_is_sealed_while_nobody_answers),
	    TEST(test_a_lost_answer_sends_the_same_bytes_again),
	    TEST(test_what_does_not_verify_is_no_answer),
	    TEST(test_the_next_meeting_goes_on_from_the_same_log),
	    TEST(test_a_proof_that_does_not_hold_sets_its_receipts_aside),
	    TEST(test_a_collector_that_rewrites_its_log_is_found_out),
	    TEST(test_a_signed_refusal_parks_and_counting_goes_on),
	    TEST(test_a_collector_put_back_gets_again_what_it_lost),
	    TEST(test_the_next_meeting_brings_what_was_lost_of_the_last),
	    TEST(test_a_kiosk_with_nothing_to_send_finds_out_too),
	    TEST(test_a_refusal_of_a_damaged_copy_parks_nothing),
	    TEST(test_next_after_is_obeyed_but_not_from_a_stranger),
	    TEST(test_a_restored_disk_goes_on_in_a_new_log_with_its_tags),
	    TEST(test_a_fork_goes_on_in_a_new_log_with_its_tags),
	    TEST(test_a_restored_disk_without_the_card_asks_for_it),
	    TEST(test_what_was_kept_for_a_card_is_erased_when_the_meeting_is_over),
	    TEST(test_a_closed_events_last_batch_goes_without_waiting),
	    TEST(test_a_close_after_a_restart_is_sealed_once_the_head_is_known),
	    TEST(test_an_event_that_is_being_closed_is_sealed_once),
	    TEST(test_a_closed_event_that_went_back_holds_up_no_other),
	    TEST(test_totals_of_another_device_key_hold_up_no_others),
	    TEST(test_an_uplink_that_is_away_or_silent_is_no_hindrance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
