/* SPDX-License-Identifier: Apache-2.0 */
/* Promise: a text is answered with what became of it, in its language, no more often than the limits
 * allow, and a reply that never ended keeps nobody waiting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "exchange.h"

#define ANN "+15025550101"
#define BEN "+15025550102"

/* A meeting that answers as often as it is asked. */
static int setup(void **state)
{
	static struct stage stage;

	stage_init(&stage);
	stage.config.replies = (struct reply_limits){
	    .on = true, .per_number = 1000, .per_minute = 1000, .numbers_a_day = 1000};
	stage_start(&stage);
	stage_open(&stage);
	*state = &stage;
	return 0;
}

static void test_a_text_is_answered_and_shown_as_what_became_of_it(void **state)
{
	static const struct {
		const char *from, *text, *answer; /* a part of it; NULL: none */
		unsigned people, shown;           /* enum screen_answer */
	} texts[] = {
	    {ANN, "RIVER", "You're counted: ", 1, SHOW_COUNTED},
	    {ANN, "RIVER", "Already counted 1 from this phone", 1, SHOW_ALREADY},
	    {ANN, "RIVER 3", "Changed: now 3 from this phone", 3, SHOW_COUNTED},
	    {ANN, "RIVER 3", "Already counted 3 from this phone", 3, SHOW_ALREADY},
	    {ANN, "RIVER 2", "Changed: now 2 from this phone", 2, SHOW_COUNTED},
	    {BEN, "MUSIC 2", "You're counted, 2 people: ", 4, SHOW_COUNTED},
	    {ANN, "UNDO", "Taken back: this phone is not counted", 2, SHOW_UNDONE},
	    {ANN, "UNDO", "Nothing to take back", 2, SHOW_NOTHING},
	    {ANN, "BORRAR", "Nada que borrar", 2, SHOW_NOTHING},
	    {ANN, "RIVER", "\nListo, te contamos", 3,
	     SHOW_COUNTED}, /* its word is of no language */
	    {ANN, "HELP", "We count you, not who you are. Your number becomes a scrambled mark", 3,
	     SHOW_NOTHING},
	    {ANN, "ayuda", "Contamos que vienes", 3, SHOW_NOTHING},
	    {ANN, "qwertz", "text one of: ", 3, SHOW_NOT_ACCEPTED},
	    {ANN, "STOP", "No more replies", 3, SHOW_NOTHING},
	    {ANN, "RIVER 2", NULL, 4, SHOW_COUNTED},
	    {ANN, "START", "are on again", 4, SHOW_NOTHING},
	    {ANN, "RIVER 2", "Already counted 2", 4, SHOW_ALREADY},
	};
	struct stage *s = *state;
	struct msg_status before, after;
	unsigned people = 0;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		unsigned views = s->n_views;
		const struct msg_sms_verdict *verdict = stage_text(s, texts[i].from, texts[i].text);

		print_message("%s: %s\n", texts[i].text, verdict->text);
		assert_int_equal(verdict->verdict, texts[i].answer ? SMS_REPLY : SMS_DELETE);
		if (texts[i].answer)
			assert_non_null(strstr(verdict->text, texts[i].answer));
		assert_int_equal(stage_people(s), texts[i].people);
		assert_int_equal(s->n_views, views + (texts[i].shown != SHOW_NOTHING));
		if (texts[i].shown != SHOW_NOTHING) {
			const struct msg_view *view = stage_view(s);

			assert_int_equal(view->answer, texts[i].shown);
			assert_int_equal(view->channel, CHANNEL_SMS);
			assert_int_equal(view->people, texts[i].people);
			assert_int_equal(view->added,
			                 people < texts[i].people ? texts[i].people - people : 0);
			assert_string_not_equal(view->sentence, "");
		}
		people = texts[i].people;
		stage_done(s, s->n_sms, SMS_SENT_OK);
	}
	before = stage_status(s);
	assert_int_equal(before.already, 3);
	assert_int_equal(before.not_accepted, 1);
	stage_power_cut(s);
	after = stage_status(s);
	assert_int_equal(after.already, before.already);
	assert_int_equal(after.not_accepted, before.not_accepted);
}

/* By a modem that says so, or by one that goes before it does. */
static void test_replies_under_way_block_nobody_once_they_ended(void **state)
{
	struct stage *s = *state;

	for (unsigned i = 0; i < 300; i++) {
		char from[16];
		struct msg_sms sms;

		snprintf(from, sizeof(from), "+1502555%04u", i);
		sms = stage_sms(s, from, s->time.wall, "RIVER");
		assert_int_equal(stage_offer(s, &sms)->verdict, SMS_REPLY);
		if (i < 150)
			stage_done(s, sms.id, SMS_SENT_OK);
		else
			kiosk_modem_gone(s->kiosk);
	}
	assert_int_equal(stage_people(s), 300);
}

/* Nothing of them is in the ledger yet when the next is judged. */
static void test_limits_hold_among_texts_of_one_commit(void **state)
{
	struct stage *s = *state;
	const struct reply_limits limits[] = {
	    {.on = true, .per_number = 9, .per_minute = 2, .numbers_a_day = 9},
	    {.on = true, .per_number = 9, .per_minute = 9, .numbers_a_day = 2}};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		static const char *const from[] = {ANN, BEN, "+15025550103"};
		struct msg_sms sms;
		unsigned before, replies = 0;

		stage_deinit(s);
		stage_init(s);
		s->config.replies = limits[i];
		stage_start(s);
		stage_open(s);
		before = s->n_verdicts;
		for (unsigned n = 0; n < 3; n++) {
			sms = stage_sms(s, from[n], s->time.wall, "RIVER");
			kiosk_sms(s->kiosk, &sms);
		}
		kiosk_flush(s->kiosk);
		assert_int_equal(s->n_verdicts, before + 3);
		for (unsigned n = 0; n < 3; n++)
			replies += s->verdict[before + n].verdict == SMS_REPLY;
		assert_int_equal(replies, 2);
		assert_int_equal(stage_people(s), 3);
	}
}

static void test_a_volunteer_hears_what_a_receipt_covers_by_now(void **state)
{
	struct exchange *e = *state;
	struct stage *s = &e->stage;
	struct manifest *manifest = &s->papers.manifest;

	manifest->volunteer[0] = volunteer_mark(&s->papers.secret, &manifest->event, ANN);
	manifest->n_volunteers = 1;
	papers_sign(&s->papers);
	exchange_until_posted(e);
	assert_non_null(strstr(stage_text(s, ANN, "STATUS")->text, "Not yet confirmed: 1."));
	exchange_confirm(e);
	stage_wait(s, 60ULL * 1000000);
	assert_non_null(strstr(stage_text(s, ANN, "STATUS")->text, "Not yet confirmed: 0."));
	assert_int_equal(stage_text(s, BEN, "RIVER 2")->verdict, SMS_REPLY);
	stage_wait(s, 60ULL * 1000000);
	assert_non_null(strstr(stage_text(s, ANN, "STATUS")->text, "Not yet confirmed: 2."));
}

/* Who was answered is known; nobody is left to wait for. */
static void test_a_close_does_not_wait_for_a_modem_that_is_gone(void **state)
{
	struct stage *s = *state;

	assert_int_equal(stage_text(s, ANN, "RIVER")->verdict, SMS_REPLY);
	assert_null(stage_control(s, &(struct msg_control){.control = CONTROL_CLOSE}));
	assert_int_equal(stage_status(s).state, KIOSK_OPEN);
	kiosk_modem_gone(s->kiosk);
	stage_flush(s);
	assert_int_equal(stage_status(s).state, KIOSK_IDLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, stage_teardown)
	    TEST(test_a_text_is_answered_and_shown_as_what_became_of_it),
	    TEST(test_replies_under_way_block_nobody_once_they_ended),
	    TEST(test_limits_hold_among_texts_of_one_commit),
	    TEST(test_a_close_does_not_wait_for_a_modem_that_is_gone),
	    cmocka_unit_test_setup_teardown(test_a_volunteer_hears_what_a_receipt_covers_by_now,
	                                    exchange_setup, exchange_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
