/* SPDX-License-Identifier: Apache-2.0 */
/* Texts, on a real ledger: each counted once, answered at most once, kept while the card is away,
 * gone after the close. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "stage.h"
#include "text.h"

#define ANN "+15025550101"
#define BEN "+15025550102"
#define CAT "+15025550103"

static void test_a_text_counts_and_is_answered_once(void **state)
{
	struct stage *s = *state;
	const struct msg_sms_verdict *verdict;
	struct msg_sms sms;

	stage_open(s);
	sms = stage_sms(s, ANN, s->time.wall, "RIVER");
	verdict = stage_offer(s, &sms);
	assert_int_equal(verdict->verdict, SMS_REPLY);
	assert_string_equal(verdict->to, ANN);
	assert_int_equal(verdict->deadline_ms, 30000);
	assert_non_null(strstr(verdict->text, "River night"));
	/* RIVER is of no language: the answer is in all of the event's. */
	assert_non_null(strstr(verdict->text, "\nListo, te contamos"));
	assert_int_equal(stage_people(s), 1);
	/* The modem crashed before it told what became of it: it offers the same again. */
	kiosk_modem_gone(s->kiosk);
	sms.id = 900;
	assert_int_equal(stage_offer(s, &sms)->verdict, SMS_DELETE);
	stage_done(s, sms.id, SMS_SENT_NONE);
	/* The network delivered it twice: the same but for its place in the store. */
	sms.id = 901;
	assert_int_equal(stage_offer(s, &sms)->verdict, SMS_DELETE);
	assert_int_equal(stage_people(s), 1);
	assert_int_equal(stage_status(s).already, 0);
}

/* Whatever two texts of a second differ in, they are two; by nothing else. */
static void test_a_text_is_known_by_each_of_its_fields(void **state)
{
	static const size_t fields[] = {
	    offsetof(struct msg_sms, oa),  offsetof(struct msg_sms, pid),
	    offsetof(struct msg_sms, dcs), offsetof(struct msg_sms, scts),
	    offsetof(struct msg_sms, udl), offsetof(struct msg_sms, ud),
	};
	struct stage *s = *state;
	struct msg_sms first, other;

	stage_open(s);
	first = stage_sms(s, ANN, s->time.wall, "RIVER");
	assert_int_equal(stage_offer(s, &first)->verdict, SMS_REPLY);
	for (unsigned i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		other = first;
		((uint8_t *)&other)[fields[i]] ^= 1;
		for (unsigned times = 0; times < 2; times++) {
			other.id = 900 + 2 * i + times;
			assert_int_equal(stage_offer(s, &other)->verdict, SMS_DELETE);
			assert_int_equal(stage_status(s).already, i + 1);
		}
	}
	assert_int_equal(stage_people(s), 1);
}

/* A text of three parts is decided by its first; the others go with it, or after ten minutes. */
static void test_later_parts_wait_for_the_first_and_orphans_go(void **state)
{
	struct stage *s = *state;
	struct msg_sms part[3], orphan, other;

	stage_open(s);
	for (uint8_t i = 0; i < 3; i++) {
		part[i] = stage_sms(s, ANN, s->time.wall, i == 0 ? "RIVER and more" : "MUSIC");
		part[i].part_ref = 7;
		part[i].part = (uint8_t)(i + 1);
		part[i].parts = 3;
	}
	orphan = part[1];
	orphan.part_ref = 8;
	orphan.scts[5]++;
	assert_int_equal(stage_offer(s, &part[2])->verdict, SMS_KEEP);
	assert_int_equal(stage_offer(s, &orphan)->verdict, SMS_KEEP);
	assert_int_equal(stage_people(s), 0);
	assert_int_equal(stage_offer(s, &part[0])->verdict, SMS_REPLY);
	assert_int_equal(stage_offer(s, &part[1])->verdict, SMS_DELETE);
	assert_int_equal(stage_offer(s, &part[2])->verdict, SMS_DELETE);
	other = part[1]; /* somebody else's of the same number */
	text_copy(other.from, sizeof(other.from), BEN);
	assert_int_equal(stage_offer(s, &other)->verdict, SMS_KEEP);
	stage_wait(s, 599000000);
	assert_int_equal(stage_offer(s, &orphan)->verdict, SMS_KEEP);
	stage_wait(s, 1000000);
	assert_int_equal(stage_offer(s, &orphan)->verdict, SMS_DELETE);
	assert_int_equal(stage_people(s), 1);
}

static void test_one_text_twice_in_the_store_is_answered_once_and_stops_nothing(void **state)
{
	struct stage *s = *state;
	struct msg_sms sms;
	unsigned before;

	stage_open(s);
	before = s->n_verdicts;
	sms = stage_sms(s, ANN, s->time.wall, "RIVER");
	kiosk_sms(s->kiosk, &sms);
	sms.id += 500;
	kiosk_sms(s->kiosk, &sms);
	kiosk_flush(s->kiosk);
	assert_int_equal(s->n_verdicts, before + 2);
	assert_int_equal(s->verdict[before].verdict, SMS_REPLY);
	assert_int_equal(s->verdict[before + 1].verdict, SMS_DELETE);
	assert_int_equal(stage_status(s).state, KIOSK_OPEN);
	assert_int_equal(stage_people(s), 1);
}

static void test_a_second_text_is_already_counted_a_party_is_a_total(void **state)
{
	struct stage *s = *state;

	stage_open(s);
	assert_int_equal(stage_text(s, ANN, "River")->verdict, SMS_REPLY);
	/* Within ten minutes there is no second reply; the text is dealt with all the same. */
	assert_int_equal(stage_text(s, ANN, "river!")->verdict, SMS_DELETE);
	assert_int_equal(stage_status(s).already, 1);
	assert_int_equal(stage_text(s, ANN, "RIVER 3")->verdict, SMS_DELETE);
	assert_int_equal(stage_people(s), 3);
	assert_int_equal(stage_text(s, ANN, "RIVER")->verdict, SMS_DELETE);
	assert_int_equal(stage_people(s), 3);
	assert_int_equal(stage_text(s, ANN, "RIVER 2")->verdict, SMS_DELETE);
	assert_int_equal(stage_people(s), 2);
	assert_int_equal(stage_text(s, BEN, "MUSIC 4")->verdict, SMS_REPLY);
	assert_int_equal(stage_people(s), 6);
	assert_int_equal(stage_text(s, ANN, "UNDO")->verdict, SMS_DELETE);
	assert_int_equal(stage_people(s), 4);
	assert_int_equal(stage_text(s, CAT, "UNDO")->verdict, SMS_REPLY);
	assert_non_null(strstr(s->verdict[s->n_verdicts - 1].text, "Nothing"));
	assert_int_equal(stage_people(s), 4);
}

static void test_a_first_time_that_is_said_is_counted_as_one(void **state)
{
	struct stage *s = *state;
	struct msg_status status;
	unsigned first = 0, other = 0;

	stage_open(s);
	assert_int_equal(stage_text(s, ANN, "RIVER 2 first time")->verdict, SMS_REPLY);
	assert_int_equal(stage_text(s, BEN, "RIVER")->verdict, SMS_REPLY);
	status = stage_status(s);
	for (unsigned i = 0; i < status.n_rows; i++)
		if (status.row[i].project == PROJECT_PEOPLE)
			*(status.row[i].first == FIRST_YES ? &first : &other) +=
			    status.row[i].added;
	assert_int_equal(first, 2);
	assert_int_equal(other, 1);
}

static void test_only_one_reply_to_a_number_in_one_commit(void **state)
{
	struct stage *s = *state;
	struct msg_sms first, second, other;
	unsigned before;

	stage_open(s);
	first = stage_sms(s, ANN, s->time.wall, "RIVER");
	second = stage_sms(s, ANN, s->time.wall + 1, "RIVER 2");
	other = stage_sms(s, BEN, s->time.wall, "RIVER");
	before = s->n_verdicts;
	kiosk_sms(s->kiosk, &first);
	kiosk_sms(s->kiosk, &second);
	kiosk_sms(s->kiosk, &other);
	assert_int_equal(s->n_verdicts, before);
	kiosk_flush(s->kiosk);
	assert_int_equal(s->n_verdicts, before + 3);
	assert_int_equal(s->verdict[before].verdict, SMS_REPLY);
	assert_int_equal(s->verdict[before + 1].verdict, SMS_DELETE);
	assert_int_equal(s->verdict[before + 2].verdict, SMS_REPLY);
	assert_int_equal(stage_people(s), 3);
}

static void test_replies_stop_on_request_and_counting_works_without_them(void **state)
{
	struct stage *s = *state;

	stage_open(s);
	assert_int_equal(stage_text(s, ANN, "STOP")->verdict, SMS_REPLY);
	stage_wait(s, 700ULL * 1000000);
	assert_int_equal(stage_text(s, ANN, "RIVER")->verdict, SMS_DELETE);
	assert_int_equal(stage_people(s), 1);
	assert_int_equal(stage_text(s, ANN, "START")->verdict, SMS_REPLY);
	stage_deinit(s);
	stage_init(s);
	s->config.replies.on = false;
	stage_start(s);
	stage_open(s);
	assert_int_equal(stage_text(s, ANN, "RIVER")->verdict, SMS_DELETE);
	assert_int_equal(stage_people(s), 1);
}

static void test_who_is_no_person_of_this_meeting_is_not_counted(void **state)
{
	struct stage *s = *state;
	struct msg_sms sms;

	stage_open(s);
	sms = stage_sms(s, ANN, s->time.wall - 7 * 86400, "RIVER");
	assert_int_equal(stage_offer(s, &sms)->verdict, SMS_DELETE);
	sms = stage_sms(s, "AcmeBank", s->time.wall, "RIVER");
	sms.from_kind = SMS_FROM_ALPHANUMERIC;
	assert_int_equal(stage_offer(s, &sms)->verdict, SMS_DELETE);
	sms = stage_sms(s, "12345", s->time.wall, "RIVER");
	sms.from_kind = SMS_FROM_SHORT;
	assert_int_equal(stage_offer(s, &sms)->verdict, SMS_DELETE);
	sms = stage_sms(s, BEN, s->time.wall, "");
	sms.sms_class = SMS_UNREADABLE;
	assert_int_equal(stage_offer(s, &sms)->verdict, SMS_DELETE);
	assert_int_equal(stage_people(s), 0);
	assert_int_equal(stage_status(s).not_accepted, 0);
	assert_int_equal(stage_text(s, BEN, "is there parking nearby tonight")->verdict, SMS_REPLY);
	assert_int_equal(stage_status(s).not_accepted, 1);
	assert_int_equal(stage_people(s), 0);
}

static void test_texts_wait_for_the_card_after_a_power_cut(void **state)
{
	struct stage *s = *state;
	struct msg_sms before, waiting;
	unsigned sweeps;

	stage_open(s);
	before = stage_sms(s, ANN, s->time.wall, "RIVER");
	assert_int_equal(stage_offer(s, &before)->verdict, SMS_REPLY);
	stage_power_cut(s);
	waiting = stage_sms(s, BEN, s->time.wall, "RIVER");
	assert_int_equal(stage_offer(s, &waiting)->verdict, SMS_KEEP);
	assert_int_equal(stage_offer(s, &before)->verdict, SMS_KEEP);
	assert_int_equal(stage_people(s), 1);
	sweeps = s->n_sweeps;
	stage_open(s);
	assert_int_equal(s->n_sweeps, sweeps + 1);
	/* It was handed to the modem before the cut: it may have been answered, so it is not again.
	 */
	assert_int_equal(stage_offer(s, &before)->verdict, SMS_DELETE);
	assert_int_equal(stage_offer(s, &waiting)->verdict, SMS_REPLY);
	assert_int_equal(stage_people(s), 2);
}

static void test_with_resume_auto_texts_go_on_by_themselves(void **state)
{
	struct stage *s = *state;

	s->papers.manifest.resume = RESUME_AUTO;
	papers_sign(&s->papers);
	stage_open(s);
	stage_power_cut(s);
	assert_int_equal(stage_status(s).state, KIOSK_OPEN);
	assert_int_equal(stage_text(s, ANN, "RIVER")->verdict, SMS_REPLY);
}

/* The power goes at each write and sync of one text: the count is that of one person, replies are
 * at most one. */
static void test_at_every_moment_a_text_is_counted_once_and_answered_at_most_once(void **state)
{
	struct stage *s = *state;
	bool late = false;

	for (uint64_t n = 1;; n++) {
		unsigned replies = 0, before;
		struct msg_sms sms;
		bool happened, counted, again;

		stage_deinit(s);
		stage_init(s);
		stage_start(s);
		stage_open(s);
		sms = stage_sms(s, ANN, s->time.wall, "RIVER 2");
		fault_disk_arm(s->disk, FAULT_CUT, FAULT_OP_ANY, n);
		replies += stage_offer(s, &sms)->verdict == SMS_REPLY;
		happened = fault_disk_happened(s->disk);
		stage_power_cut(s);
		stage_open(s);
		counted = stage_people(s) == 2;
		before = s->n_verdicts;
		again = stage_offer(s, &sms)->verdict == SMS_REPLY;
		replies += again;
		late |= counted && again;
		assert_true(s->verdict[before].verdict != SMS_KEEP);
		assert_int_equal(stage_people(s), 2);
		assert_in_range(replies, 0, 1);
		replies += stage_offer(s, &sms)->verdict == SMS_REPLY;
		assert_in_range(replies, 0, 1);
		if (!happened)
			break;
		assert_true(n < 200);
	}
	assert_true(late); /* cut between the count and the mark, the reply is owed, and goes */
}

static void test_with_nothing_open_texts_wait_six_hours(void **state)
{
	struct stage *s = *state;
	struct msg_sms old = stage_sms(s, ANN, s->time.wall - 6 * 3600 - 1, "RIVER"),
	               young = stage_sms(s, BEN, s->time.wall - 6 * 3600, "RIVER");

	assert_int_equal(stage_offer(s, &young)->verdict, SMS_KEEP);
	assert_int_equal(stage_offer(s, &old)->verdict, SMS_DELETE);
	stage_open(s);
	young = stage_sms(s, BEN, s->time.wall - 60, "RIVER");
	assert_int_equal(stage_offer(s, &young)->verdict, SMS_REPLY);
}

static void test_without_a_clock_the_newest_text_says_the_time(void **state)
{
	struct stage *s = *state;
	struct msg_sms old = stage_sms(s, ANN, STAGE_START, "RIVER"),
	               newest = stage_sms(s, BEN, STAGE_START + 7 * 3600, "RIVER");

	s->time.source = CLOCK_SOURCE_NONE;
	kiosk_turn(s->kiosk, &s->time);
	assert_int_equal(stage_offer(s, &old)->verdict, SMS_KEEP);
	assert_int_equal(stage_offer(s, &newest)->verdict, SMS_KEEP);
	assert_int_equal(stage_offer(s, &old)->verdict, SMS_DELETE);
}

static struct batch posted_batch(struct stage *s, uint32_t seq)
{
	struct post_view post;
	struct batch batch;

	for (int i = 0; i < 2000 && s->request.kind != HTTP_POST_BATCH; i++) {
		stage_wait(s, 1000000);
		if (s->n_requests > 0 && s->request.kind == HTTP_GET_HEAD)
			stage_head(s, 0, NULL);
	}
	assert_int_equal(s->request.kind, HTTP_POST_BATCH);
	assert_int_equal(post_split(s->body, s->body_len, &post), 0);
	assert_int_equal(batch_reopen(post.batch, post.batch_len, &batch), 0);
	assert_int_equal(batch.seq, seq);
	return batch;
}

/* A text that waited for a week says what time it was then: a batch that said so would be held. */
static void test_an_old_text_does_not_say_the_time(void **state)
{
	struct stage *s = *state;

	for (int is_old = 0; is_old < 2; is_old++) {
		struct msg_sms sms;
		struct batch batch;

		stage_deinit(s);
		stage_init(s);
		s->time.source = CLOCK_SOURCE_NONE;
		stage_start(s);
		stage_open(s);
		sms = stage_sms(s, ANN, s->time.wall - (is_old ? 7 * 86400 : 0), "RIVER");
		(void)stage_offer(s, &sms);
		assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
		batch = posted_batch(s, 1);
		assert_int_equal(batch.clock_source, is_old ? CLOCK_SOURCE_NONE : CLOCK_SOURCE_SMS);
	}
}

static void test_closing_empties_the_store(void **state)
{
	struct stage *s = *state;
	struct msg_sms late = stage_sms(s, ANN, s->time.wall, "RIVER"), after;

	stage_open(s);
	assert_null(stage_control(s, &(struct msg_control){.control = CONTROL_CLOSE}));
	assert_int_equal(stage_offer(s, &late)->verdict, SMS_REPLY);
	stage_done(s, late.id, SMS_SENT_OK);
	kiosk_swept(s->kiosk);
	stage_flush(s);
	assert_int_equal(stage_status(s).state, KIOSK_IDLE);
	assert_int_equal(stage_people(s), 1);
	/* One that came too late for the sweep is of no use to anyone; one sent later may be for
	 * the next meeting. */
	late = stage_sms(s, BEN, s->time.wall, "RIVER");
	assert_int_equal(stage_offer(s, &late)->verdict, SMS_DELETE);
	after = stage_sms(s, CAT, s->time.wall + 5, "RIVER");
	assert_int_equal(stage_offer(s, &after)->verdict, SMS_KEEP);
}

/* Ann and Cat help at the door; Ben does not. */
static void with_volunteers(struct stage *s)
{
	static const char *const helping[] = {ANN, CAT};
	struct manifest *manifest = &s->papers.manifest;

	for (unsigned i = 0; i < 2; i++)
		manifest->volunteer[i] =
		    volunteer_mark(&s->papers.secret, &manifest->event, helping[i]);
	manifest->n_volunteers = 2;
	papers_sign(&s->papers);
	s->modem = (struct modem_state){.waiting = 7, .signal_dbm = -91};
	stage_power_cut(s);
	stage_open(s);
}

static void test_a_volunteer_asks_how_it_goes_and_nobody_else_learns_it(void **state)
{
	struct stage *s = *state;
	const struct msg_sms_verdict *verdict;
	char unknown[REPLY_BYTES_MAX + 1];

	with_volunteers(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	assert_int_equal(stage_ticket(s, 2), SHOW_COUNTED);
	verdict = stage_text(s, ANN, "Status");
	assert_int_equal(verdict->verdict, SMS_REPLY);
	assert_string_equal(verdict->to, ANN);
	assert_string_equal(verdict->text, "River night. People counted so far at this kiosk: "
	                                   "2. Texts waiting: 6. Not yet confirmed: 2. Signal: -91 "
	                                   "dBm.");
	verdict = stage_text(s, CAT, "ESTADO");
	assert_non_null(strstr(verdict->text, "en este kiosco: 2. "));
	assert_int_equal(stage_people(s), 2); /* they asked, and did not come in */
	assert_int_equal(stage_status(s).not_accepted, 0);
	verdict = stage_text(s, BEN, "qwertz");
	assert_int_equal(verdict->verdict, SMS_REPLY);
	memcpy(unknown, verdict->text, sizeof(unknown));
	stage_wait(s, 700ULL * 1000000);
	verdict = stage_text(s, BEN, "STATUS");
	assert_int_equal(verdict->verdict, SMS_REPLY);
	assert_string_equal(verdict->text, unknown);
	assert_int_equal(stage_status(s).not_accepted, 2);
}

static void test_a_volunteers_questions_have_limits_of_their_own(void **state)
{
	struct stage *s = *state;

	with_volunteers(s);
	assert_int_equal(stage_text(s, ANN, "STATUS")->verdict, SMS_REPLY);
	assert_int_equal(stage_text(s, ANN, "STATUS")->verdict, SMS_DELETE); /* within a minute */
	/* A check-in is answered as if nothing had been asked, and the other way round. */
	assert_int_equal(stage_text(s, ANN, "RIVER")->verdict, SMS_REPLY);
	assert_int_equal(stage_people(s), 1);
	for (unsigned i = 1; i < 5; i++) {
		stage_wait(s, 60ULL * 1000000);
		assert_int_equal(stage_text(s, ANN, "STATUS")->verdict, SMS_REPLY);
	}
	stage_wait(s, 60ULL * 1000000);
	assert_int_equal(stage_text(s, ANN, "STATUS")->verdict,
	                 SMS_DELETE); /* the fifth was the last */
	assert_int_equal(stage_text(s, CAT, "STATUS")->verdict, SMS_REPLY);
	assert_int_equal(stage_text(s, CAT, "STOP")->verdict, SMS_REPLY);
	stage_wait(s, 60ULL * 1000000);
	assert_int_equal(stage_text(s, CAT, "STATUS")->verdict, SMS_DELETE);
}

/* The power goes at each write and sync of a STATUS: it is answered at most once, and counts
 * nothing. */
static void test_at_every_moment_a_status_is_answered_at_most_once(void **state)
{
	struct stage *s = *state;

	for (uint64_t n = 1;; n++) {
		unsigned replies = 0;
		struct msg_sms sms;
		bool happened;

		stage_deinit(s);
		stage_init(s);
		stage_start(s);
		with_volunteers(s);
		sms = stage_sms(s, ANN, s->time.wall, "STATUS");
		fault_disk_arm(s->disk, FAULT_CUT, FAULT_OP_ANY, n);
		replies += stage_offer(s, &sms)->verdict == SMS_REPLY;
		happened = fault_disk_happened(s->disk);
		stage_power_cut(s);
		stage_open(s);
		replies += stage_offer(s, &sms)->verdict == SMS_REPLY;
		replies += stage_offer(s, &sms)->verdict == SMS_REPLY;
		assert_in_range(replies, 0, 1);
		assert_int_equal(stage_people(s), 0);
		if (!happened)
			break;
		assert_true(n < 200);
	}
}

/* While the card is away nobody's number can be told from another. */
static void test_a_status_waits_for_the_card(void **state)
{
	struct stage *s = *state;
	struct msg_sms sms;

	with_volunteers(s);
	stage_power_cut(s);
	sms = stage_sms(s, ANN, s->time.wall, "STATUS");
	assert_int_equal(stage_offer(s, &sms)->verdict, SMS_KEEP);
	stage_open(s);
	assert_int_equal(stage_offer(s, &sms)->verdict, SMS_REPLY);
}

static void test_more_people_than_a_phone_may_bring_are_told_so(void **state)
{
	struct stage *s = *state;
	const struct msg_sms_verdict *verdict;

	stage_open(s);
	verdict = stage_text(s, ANN, "RIVER 9");
	assert_non_null(strstr(verdict->text, "Counted 6 from this phone, the most it can bring"));
	assert_int_equal(stage_people(s), 6);
	stage_deinit(s);
	stage_init(s);
	s->papers.manifest.party_max = 1;
	papers_sign(&s->papers);
	stage_start(s);
	stage_open(s);
	verdict = stage_text(s, ANN, "RIVER 3");
	assert_non_null(strstr(verdict->text, "Counted 1 from this phone, the most it can bring"));
	assert_int_equal(stage_people(s), 1);
	stage_wait(s, 700ULL * 1000000);
	verdict = stage_text(s, ANN, "RIVER");
	assert_non_null(strstr(verdict->text, "This phone is counted already."));
}

/* Then what no rule reads is mended by whoever wrote it. */
static void test_a_reply_says_its_number_where_the_text_may_have_meant_another(void **state)
{
	static const char *const texts[] = {"RIVER 40202", "RIVER with my wife 7:30", "RIVER + Bob",
	                                    "RIVER at half past four", "RIVER the kids are late"};
	struct stage *s = *state;
	char from[16];

	stage_open(s);
	for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const struct msg_sms_verdict *verdict;

		(void)snprintf(from, sizeof(from), "+1502555020%u", i);
		verdict = stage_text(s, from, texts[i]);
		print_message("%s: %s\n", texts[i], verdict->text);
		assert_non_null(strstr(verdict->text, i == 1 ? "Counted 2: " : "Counted 1: "));
		assert_non_null(strstr(verdict->text, "more of you? Text RIVER 3"));
	}
	assert_null(strstr(stage_text(s, ANN, "RIVER, hello")->text, "more of you"));
	assert_null(strstr(stage_text(s, BEN, "RIVER 3")->text, "more of you"));
	stage_deinit(s);
	stage_init(s);
	s->papers.manifest.party_max = 1;
	papers_sign(&s->papers);
	stage_start(s);
	stage_open(s);
	assert_non_null(strstr(stage_text(s, ANN, "RIVER + Bob")->text,
	                       "Counted 1 from this phone, the most it can bring"));
}

static void test_what_comes_from_our_own_number_is_no_person(void **state)
{
	struct stage *s = *state;

	stage_deinit(s);
	stage_init(s);
	s->config.own_number = ANN;
	stage_start(s);
	stage_open(s);
	assert_int_equal(stage_text(s, ANN, "RIVER")->verdict, SMS_DELETE);
	assert_int_equal(stage_people(s), 0);
	assert_int_equal(stage_text(s, BEN, "RIVER")->verdict, SMS_REPLY);
}

static void close_event(struct stage *s)
{
	assert_null(stage_control(s, &(struct msg_control){.control = CONTROL_CLOSE}));
	kiosk_swept(s->kiosk);
	stage_flush(s);
	assert_int_equal(stage_status(s).state, KIOSK_IDLE);
}

static void clock_known(struct stage *s, bool known)
{
	s->time.source = known ? CLOCK_SOURCE_NTP : CLOCK_SOURCE_NONE;
	kiosk_turn(s->kiosk, &s->time);
}

/* Its fingerprint is erased with the meeting; the network, or the modem, may still bring it again
 * when the next one is open, whose window and grace hold it too. */
static void test_a_text_of_a_closed_meeting_never_counts_in_the_next(void **state)
{
	struct stage *s = *state;

	for (unsigned way = 0; way < 8; way++) {
		struct msg_sms first, again, fresh;

		stage_deinit(s);
		stage_init(s);
		stage_start(s);
		clock_known(s, way & 1);
		stage_open(s);
		first = again = stage_sms(s, ANN, s->time.wall, "RIVER");
		assert_int_equal(stage_offer(s, &first)->verdict, SMS_REPLY);
		if (way & 4) {
			stage_power_cut(s);
			stage_open(s);
		}
		close_event(s);
		papers_make(&s->papers, 2, STAGE_START + 3600);
		if (way & 2)
			stage_power_cut(s);
		stage_open(s);
		again.id = 900;
		assert_int_equal(stage_offer(s, &again)->verdict, SMS_DELETE);
		assert_int_equal(stage_people(s), 0);
		fresh = stage_sms(s, ANN, s->time.wall + 1, "RIVER");
		assert_int_equal(stage_offer(s, &fresh)->verdict, SMS_REPLY);
		assert_int_equal(stage_people(s), 1);
	}
}

/* A text with a time two hours from now counts, and takes nothing from those of the next meeting.
 */
static void test_a_garbled_time_holds_up_no_later_meeting(void **state)
{
	struct stage *s = *state;

	for (unsigned known = 0; known < 2; known++) {
		struct msg_sms garbled, fresh;

		stage_deinit(s);
		stage_init(s);
		stage_start(s);
		clock_known(s, known);
		stage_open(s);
		garbled = stage_sms(s, ANN, s->time.wall + 7200, "RIVER");
		assert_int_equal(stage_offer(s, &garbled)->verdict, SMS_REPLY);
		close_event(s);
		papers_make(&s->papers, 2, STAGE_START);
		clock_known(s, true);
		stage_open(s);
		fresh = stage_sms(s, BEN, s->time.wall + 1, "RIVER");
		assert_int_equal(stage_offer(s, &fresh)->verdict, SMS_REPLY);
	}
}

/* One that does not count says no time, not even where the date is not known. */
static void test_a_text_of_next_year_holds_up_no_later_meeting(void **state)
{
	struct stage *s = *state;
	struct msg_sms sms;

	clock_known(s, false);
	stage_open(s);
	sms = stage_sms(s, ANN, s->time.wall + 365 * 86400, "RIVER");
	assert_int_equal(stage_offer(s, &sms)->verdict, SMS_REPLY); /* that it was not counted */
	assert_int_equal(stage_people(s), 0);
	close_event(s);
	papers_make(&s->papers, 2, STAGE_START);
	stage_open(s);
	sms = stage_sms(s, BEN, s->time.wall, "RIVER");
	assert_int_equal(stage_offer(s, &sms)->verdict, SMS_REPLY);
}

static const struct msg_sms_verdict *offer_seen(struct stage *s, struct msg_sms *sms)
{
	sms->announced = true;
	sms->arrived = s->time.mono;
	return stage_offer(s, sms);
}

/* Zeros, month 13: no time at all. It counts if its arrival was seen; else it is answered and shown. */
static void test_a_text_without_a_time_counts_by_its_arrival(void **state)
{
	static struct msg_status status;
	struct stage *s = *state;
	struct msg_sms sms;

	for (unsigned known = 0; known < 2; known++) {
		stage_deinit(s);
		stage_init(s);
		stage_start(s);
		clock_known(s, known);
		stage_open(s);
		sms = stage_sms(s, ANN, 0, "RIVER");
		sms.has_time = false;
		assert_int_equal(offer_seen(s, &sms)->verdict, SMS_REPLY);
		assert_int_equal(stage_people(s), 1);
		sms = stage_sms(s, BEN, 0, "RIVER");
		sms.has_time = false;
		assert_int_equal(stage_offer(s, &sms)->verdict, SMS_REPLY);
		assert_int_equal(stage_people(s), 1);
		assert_int_equal(stage_offer(s, &sms)->verdict, SMS_DELETE); /* once */
		kiosk_status(s->kiosk, &status);
		assert_int_equal(status.sms_untimely, 1);
	}
}

/* Local time called UTC. The first waits for the second; both count. */
static void test_a_centre_five_hours_off_is_found_out_by_two(void **state)
{
	struct stage *s = *state;
	struct msg_sms first, second;

	for (unsigned known = 0; known < 2; known++) {
		stage_deinit(s);
		stage_init(s);
		stage_start(s);
		clock_known(s, known);
		stage_open(s);
		first = stage_sms(s, ANN, s->time.wall - 5 * 3600, "RIVER");
		assert_int_equal(offer_seen(s, &first)->verdict, SMS_KEEP);
		second = stage_sms(s, BEN, s->time.wall - 5 * 3600, "RIVER");
		assert_int_equal(offer_seen(s, &second)->verdict, SMS_REPLY);
		assert_int_equal(stage_offer(s, &first)->verdict, SMS_REPLY);
		assert_int_equal(stage_people(s), 2);
	}
}

/* A garbled stamp, be it a person's or a short code's, must not make the others look old. */
static void test_one_stamp_of_the_future_deletes_nobody_who_waits(void **state)
{
	static const char *const from[] = {"12345", CAT};
	struct stage *s = *state;
	struct msg_sms waits, future;

	for (unsigned i = 0; i < 2; i++) {
		stage_deinit(s);
		stage_init(s);
		stage_start(s);
		clock_known(s, false);
		waits = stage_sms(s, ANN, s->time.wall, "RIVER");
		future = stage_sms(s, from[i], s->time.wall + 3 * 365 * 86400, "SALE");
		future.from_kind = i == 0 ? SMS_FROM_SHORT : SMS_FROM_E164;
		(void)stage_offer(s, &future);
		assert_int_equal(stage_offer(s, &waits)->verdict, SMS_KEEP);
		stage_open(s);
		assert_int_equal(stage_offer(s, &waits)->verdict, SMS_REPLY);
		assert_int_equal(stage_people(s), 1);
	}
}

static void test_no_phone_number_or_code_is_on_the_disk(void **state)
{
	struct stage *s = *state;
	static const char *const secrets[] = {ANN, "15025550101", "AQUI-CANARY", "5025550101"};
	char text[CODE_TEXT_MAX];
	const char *where;

	stage_open(s);
	assert_int_equal(stage_text(s, ANN, "RIVER AQUI-CANARY")->verdict, SMS_REPLY);
	assert_int_equal(stage_ticket(s, 77), SHOW_COUNTED);
	papers_ticket(&s->papers, 77, text);
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		assert_false(fault_disk_holds(s->disk, secrets[i], strlen(secrets[i]), &where));
	assert_false(fault_disk_holds(s->disk, text + 5, 20, &where));
	assert_false(
	    fault_disk_holds(s->disk, &s->papers.secret, sizeof(s->papers.secret), &where));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_setup, stage_teardown)
	    TEST(test_a_text_counts_and_is_answered_once),
	    TEST(test_a_text_is_known_by_each_of_its_fields),
	    TEST(test_later_parts_wait_for_the_first_and_orphans_go),
	    TEST(test_one_text_twice_in_the_store_is_answered_once_and_stops_nothing),
	    TEST(test_a_second_text_is_already_counted_a_party_is_a_total),
	    TEST(test_a_first_time_that_is_said_is_counted_as_one),
	    TEST(test_only_one_reply_to_a_number_in_one_commit),
	    TEST(test_replies_stop_on_request_and_counting_works_without_them),
	    TEST(test_who_is_no_person_of_this_meeting_is_not_counted),
	    TEST(test_texts_wait_for_the_card_after_a_power_cut),
	    TEST(test_with_resume_auto_texts_go_on_by_themselves),
	    TEST(test_at_every_moment_a_text_is_counted_once_and_answered_at_most_once),
	    TEST(test_with_nothing_open_texts_wait_six_hours),
	    TEST(test_without_a_clock_the_newest_text_says_the_time),
	    TEST(test_an_old_text_does_not_say_the_time),
	    TEST(test_closing_empties_the_store),
	    TEST(test_a_text_of_a_closed_meeting_never_counts_in_the_next),
	    TEST(test_a_garbled_time_holds_up_no_later_meeting),
	    TEST(test_one_stamp_of_the_future_deletes_nobody_who_waits),
	    TEST(test_a_centre_five_hours_off_is_found_out_by_two),
	    TEST(test_a_text_without_a_time_counts_by_its_arrival),
	    TEST(test_a_text_of_next_year_holds_up_no_later_meeting),
	    TEST(test_a_volunteer_asks_how_it_goes_and_nobody_else_learns_it),
	    TEST(test_a_volunteers_questions_have_limits_of_their_own),
	    TEST(test_at_every_moment_a_status_is_answered_at_most_once),
	    TEST(test_a_status_waits_for_the_card),
	    TEST(test_more_people_than_a_phone_may_bring_are_told_so),
	    TEST(test_a_reply_says_its_number_where_the_text_may_have_meant_another),
	    TEST(test_what_comes_from_our_own_number_is_no_person),
	    TEST(test_no_phone_number_or_code_is_on_the_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
