/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: a broken machine degrades, visibly, and no total lies. A short meeting is played on the
 * whole kiosk while the n-th allocation fails, or the n-th write, sync, truncation or deletion.
 * Whoever was told "counted" is counted, also when the power goes right then; whoever was not told
 * so comes again and counts once; the meeting is closed, and what the collector has in the end is
 * what happened.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "fault.h"
#include "stage.h"

enum { TICKETS = 3, REPLY_MAX = ANSWER_BYTES_MAX + 512, ROUNDS_MAX = 40 };

struct play {
	struct stage stage;
	struct collector collector;
	struct msg_sms text;
	unsigned told;           /* people that were told "counted" */
	unsigned walk_ins;       /* that were told to be counted */
	unsigned walk_ins_tried; /* no one can tell these twice */
	unsigned served;         /* requests */
};

/* test_fault_kiosk every: leaves no n out. */
static bool every;

static unsigned counted_since(const struct stage *s, unsigned view)
{
	unsigned people = 0;

	for (; view < s->n_views; view++)
		if (s->view[view % STAGE_KEPT].answer == SHOW_COUNTED)
			people += s->view[view % STAGE_KEPT].added;
	return people;
}

/* --- a meeting --- */

static void arrive(struct play *play)
{
	struct stage *s = &play->stage;
	const unsigned view = s->n_views;

	for (uint32_t i = 1; i <= TICKETS; i++)
		(void)stage_ticket(s, i);
	kiosk_sms(s->kiosk, &play->text);
	stage_flush(s);
	play->told += counted_since(s, view);
}

static void add_walk_in(struct play *play)
{
	const struct msg_control add = {.control = CONTROL_ADD, .number = 1};
	const struct msg_result *result = stage_control(&play->stage, &add);

	play->walk_ins_tried++;
	if (result != NULL && result->error == 0)
		play->walk_ins++;
}

static void answer_head(struct play *play)
{
	const struct collector *c = &play->collector;
	struct stage *s = &play->stage;
	const struct receipt *head = NULL;

	for (unsigned i = 0; i < c->n; i++)
		if (memcmp(&c->receipt[i].epoch, &s->request.epoch, sizeof(s->request.epoch)) == 0)
			head = &c->receipt[i];
	stage_head(s, head != NULL ? head->seq : 0, head != NULL ? &head->batch : NULL);
}

static void answer_post(struct play *play)
{
	static uint8_t reply[REPLY_MAX];
	struct stage *s = &play->stage;
	struct answer answer;
	const size_t len = collector_store(&play->collector, &s->papers, s->body, s->body_len,
	                                   &s->request.nonce, &answer, reply, sizeof(reply));

	stage_answer(s, reply, len);
}

/* The collector answers what was asked since. */
static void deliver(struct play *play, int rounds)
{
	struct stage *s = &play->stage;

	for (int i = 0; i < rounds; i++) {
		stage_wait(s, 20000000);
		while (play->served != s->n_requests) {
			play->served = s->n_requests;
			if (s->request.kind == HTTP_GET_HEAD)
				answer_head(play);
			else
				answer_post(play);
		}
	}
}

static void show_card(struct play *play)
{
	char text[CODE_TEXT_MAX];

	papers_card(&play->stage.papers, text);
	(void)stage_show(&play->stage, text);
}

static void meet(struct play *play)
{
	show_card(play);
	arrive(play);
	add_walk_in(play);
	deliver(play, 2);
}

static void start(struct play *play)
{
	memset(play, 0, sizeof(*play));
	stage_init(&play->stage);
	play->stage.has_modem = false;
	play->text = stage_sms(&play->stage, "+15025550100", play->stage.time.wall, "RIVER");
	stage_start(&play->stage);
}

/* --- and what has to come of it --- */

static uint64_t people_at_collector(const struct play *play)
{
	const struct stage *s = &play->stage;
	struct post_view post;
	struct batch batch;
	uint64_t people = 0;

	assert_int_equal(post_split(s->body, s->body_len, &post), 0);
	assert_int_equal(batch_reopen(post.batch, post.batch_len, &batch), 0);
	assert_int_equal(batch.state, EPOCH_CLOSED);
	for (unsigned i = 0; i < batch.n_rows; i++)
		if (batch.row[i].project == PROJECT_PEOPLE)
			people += batch.row[i].added - batch.row[i].revoked;
	return people;
}

static void must_hold(struct play *play, uint64_t people, const char *where)
{
	if (people < play->told + play->walk_ins)
		fail_msg("%s: %u were told \"counted\", %llu are", where,
		         play->told + play->walk_ins, (unsigned long long)people);
	if (people > TICKETS + 1 + play->walk_ins_tried)
		fail_msg("%s: %llu are counted, only %u came", where, (unsigned long long)people,
		         TICKETS + 1 + play->walk_ins_tried);
}

static void settle(struct play *play, const char *where)
{
	const struct msg_control close = {.control = CONTROL_CLOSE};
	struct stage *s = &play->stage;
	struct msg_status status;
	uint64_t people;
	int round = 0;

	for (; stage_status(s).state == KIOSK_STOPPED && round < ROUNDS_MAX; round++)
		deliver(play, 1);
	must_hold(play, stage_people(s), where);
	show_card(play);
	arrive(play);
	/* What failed behind the last commit is met at the next write: counting stops then, and goes
	 * on when the ledger was opened again. */
	if (stage_status(s).state == KIOSK_STOPPED) {
		for (; stage_status(s).state == KIOSK_STOPPED && round < ROUNDS_MAX; round++)
			deliver(play, 1);
		show_card(play);
		arrive(play);
	}
	people = stage_people(s);
	must_hold(play, people, where);
	if (people < TICKETS + 1 + play->walk_ins)
		fail_msg("%s: somebody came again and is not counted", where);
	if (play->told > TICKETS + 1)
		fail_msg("%s: somebody was told \"counted\" twice", where);
	assert_int_equal(stage_control(s, &close)->error, 0);
	do {
		deliver(play, 1);
		status = stage_status(s);
	} while (status.batches_confirmed != status.batches_sealed && round++ < ROUNDS_MAX);
	if (status.batches_sealed == 0 || status.batches_confirmed != status.batches_sealed)
		fail_msg("%s: %u batches of %u are confirmed", where, status.batches_confirmed,
		         status.batches_sealed);
	assert_int_equal(people_at_collector(play), people);
}

/* --- faults --- */

static bool play_short_of_memory(uint64_t n, enum fault_length length)
{
	static struct play play;
	bool happened;
	char where[80];

	(void)snprintf(where, sizeof(where), "allocation %llu", (unsigned long long)n);
	start(&play);
	fault_calls_arm(FAULT_CALL_MEMORY, n, length);
	meet(&play);
	happened = fault_calls_disarm();
	settle(&play, where);
	stage_deinit(&play.stage);
	return happened;
}

static void too_little_memory(void **state)
{
	size_t live;
	uint64_t n;

	(void)state;
	(void)play_short_of_memory(UINT64_MAX, FAULT_ONCE);
	live = fault_calls_live();
	for (n = 1; play_short_of_memory(n, FAULT_ONCE); n += every ? 1 : 1 + n / 25) {
		if (every || n % 4 == 0)
			(void)play_short_of_memory(n, FAULT_FROM_NOW_ON);
		if (fault_calls_live() != live)
			fail_msg("allocation %llu: something was not given back",
			         (unsigned long long)n);
	}
	print_message("up to allocation %llu\n", (unsigned long long)n);
	assert_true(n > 500);
}

static bool play_on_bad_disk(enum fault_kind kind, bool cut, uint64_t n)
{
	static struct play play;
	bool happened;
	char where[80];

	(void)snprintf(where, sizeof(where), "%s at operation %llu%s",
	               kind == FAULT_EIO ? "an error" : "no room", (unsigned long long)n,
	               cut ? ", then a power cut" : "");
	start(&play);
	fault_disk_arm(play.stage.disk, kind, kind == FAULT_EIO ? FAULT_OP_ANY : FAULT_OP_WRITE, n);
	meet(&play);
	happened = fault_disk_happened(play.stage.disk);
	fault_disk_arm(play.stage.disk, FAULT_NONE, FAULT_OP_ANY, 0);
	if (cut)
		stage_power_cut(&play.stage);
	settle(&play, where);
	stage_deinit(&play.stage);
	return happened;
}

static void a_disk_that_fails(void **state)
{
	uint64_t n = 1;

	(void)state;
	for (; play_on_bad_disk(FAULT_EIO, false, n); n++)
		(void)play_on_bad_disk(FAULT_EIO, true, n);
	print_message("%llu operations\n", (unsigned long long)n - 1);
	assert_true(n > 30);
	for (n = 1; play_on_bad_disk(FAULT_FULL, n % 2, n);)
		n++;
	assert_true(n > 30);
}

static void it_starts_or_says_why_not(void **state)
{
	static struct play play;
	bool happened = true;
	size_t live;

	(void)state;
	start(&play);
	meet(&play);
	kiosk_free(play.stage.kiosk);
	play.stage.kiosk = NULL;
	live = fault_calls_live();
	for (uint64_t n = 1; happened; n += every ? 1 : 1 + n / 20) {
		char sentence[256] = "";
		int r;

		fault_calls_arm(FAULT_CALL_ANY, n, FAULT_ONCE);
		r = stage_try_start(&play.stage, sentence, sizeof(sentence));
		happened = fault_calls_disarm();
		if (r != 0 && (!happened || play.stage.kiosk != NULL || strlen(sentence) < 20))
			fail_msg("start, call %llu: %d \"%s\"", (unsigned long long)n, r, sentence);
		kiosk_free(play.stage.kiosk);
		play.stage.kiosk = NULL;
		if (fault_calls_live() != live)
			fail_msg("start, call %llu: something was not given back",
			         (unsigned long long)n);
	}
	stage_start(&play.stage);
	settle(&play, "afterwards");
	stage_deinit(&play.stage);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_starts_or_says_why_not),
	    cmocka_unit_test(too_little_memory),
	    cmocka_unit_test(a_disk_that_fails),
	};

	every = argc > 1 && strcmp(argv[1], "every") == 0;
	fault_calls_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
