/* SPDX-License-Identifier: Apache-2.0 */
/* What a volunteer is told and asked: the headline, what is held, undo, headcount, close. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "exchange.h"
#include "headline.h"
#include "text.h"

/* --- the headline --- */

static void test_the_headline_follows_the_event_and_its_totals(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;

	assert_int_equal(stage_status(s).headline, HEADLINE_SHOW_CARD);
	s->has_modem = false;
	exchange_until_posted(exchange);
	assert_int_equal(stage_status(s).headline, HEADLINE_OPEN);
	assert_int_equal(stage_ticket(s, 2), SHOW_COUNTED);
	stage_act(s, CONTROL_CLOSE);
	assert_int_equal(stage_status(s).headline, HEADLINE_CLOSED_WAIT);
	assert_int_equal(stage_status(s).headline_n, 2);
	assert_non_null(strstr(stage_status(s).sentence, "Wait: not sent yet: 2."));
	exchange_confirm(exchange);
	assert_int_equal(stage_status(s).headline, HEADLINE_CLOSED_WAIT);
	assert_int_equal(stage_status(s).headline_n, 1);
	stage_wait(s, 1);
	exchange_confirm(exchange);
	assert_int_equal(stage_status(s).headline, HEADLINE_CLOSED_DONE);
	assert_non_null(strstr(stage_status(s).sentence, "You can unplug"));
	assert_null(strstr(stage_status(s).sentence, "old the event card"));
}

static void test_what_is_wrong_with_a_part_is_in_the_headline(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;

	s->health[HELPER_MODEM] = HEALTH_OFF;
	s->health[HELPER_SCANNER] = HEALTH_MISSING;
	assert_int_equal(stage_status(s).headline, HEADLINE_SHOW_CARD_MEND);
	stage_open(s);
	assert_int_equal(stage_status(s).headline, HEADLINE_OPEN_NEITHER);
	s->health[HELPER_SCANNER] = HEALTH_GOOD;
	assert_int_equal(stage_status(s).headline, HEADLINE_OPEN_CODES);
	stage_power_cut(s);
	/* No text can wait for the card where texts are off. */
	assert_int_equal(stage_status(s).headline, HEADLINE_OPEN_CODES);
	assert_int_equal(stage_status(s).state, KIOSK_OPEN);
	s->health[HELPER_MODEM] = HEALTH_GOOD;
	assert_int_equal(stage_status(s).headline, HEADLINE_OPEN_CODES_CARD);
	assert_int_equal(stage_status(s).state, KIOSK_OPEN_NO_SMS);
}

/* --- held --- */

static void test_what_is_held_is_not_called_confirmed(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	struct msg_status status;

	s->has_modem = false;
	exchange_until_posted(exchange);
	stage_act(s, CONTROL_CLOSE);
	for (int i = 0; i < 2; i++) {
		struct receipt *receipt;

		exchange_store(exchange);
		receipt = &exchange->collector.receipt[exchange->collector.n - 1];
		text_copy(receipt->held.s, sizeof(receipt->held.s),
		          "Held: more devices than the event allows.");
		collector_receipt(&s->papers, receipt, &exchange->answer);
		exchange_sign(exchange);
		exchange_deliver(exchange);
		stage_wait(s, 1);
	}
	status = stage_status(s);
	assert_string_equal(status.held_sentence, "Held: more devices than the event allows.");
	assert_int_equal(status.held_people, 1);
	assert_int_equal(status.headline, HEADLINE_CLOSED_HELD);
	assert_int_equal(status.headline_n, 1);
	assert_true(status.n_rows > 0);
	for (unsigned i = 0; i < status.n_rows; i++)
		assert_int_equal(status.row[i].sent_added, 0);
}

/* --- undo --- */

static const struct msg_result *ask(struct stage *s, struct msg_control control)
{
	const struct msg_result *result = stage_control(s, &control);

	assert_non_null(result);
	assert_int_equal(result->error, RESULT_ASKS);
	return result;
}

static void test_undo_names_what_it_takes_back_and_asks(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	struct msg_control undo = {.control = CONTROL_UNDO, .ask = ASK_WHAT};
	const struct msg_result *result;
	uint64_t saw;

	stage_open(s);
	result = stage_control(s, &undo);
	assert_int_equal(result->error, RESULT_REFUSED);
	assert_int_equal(
	    stage_control(s,
	                  &(struct msg_control){.control = CONTROL_ADD, .number = 3, .project = 2})
	        ->error,
	    0);
	stage_wait(s, 20ULL * 60 * 1000000);
	result = ask(s, undo);
	assert_string_equal(result->sentence,
	                    "Take back an addition by hand, 6 to 21 minutes ago: 3 "
	                    "people, Music?");
	assert_int_equal(stage_people(s), 3);
	/* Meanwhile somebody came: the yes was about another check-in. */
	saw = result->saw;
	assert_int_equal(stage_ticket(s, 7), SHOW_COUNTED);
	undo.ask = 0;
	undo.saw = saw;
	result = ask(s, undo);
	assert_non_null(strstr(result->sentence, "Take back a code, within the last 15 minutes: 1 "
	                                         "person"));
	assert_null(strstr(result->sentence, "7"));
	assert_int_equal(stage_people(s), 4);
	undo.saw = result->saw;
	assert_int_equal(stage_control(s, &undo)->error, 0);
	assert_int_equal(stage_people(s), 3);
	/* The same yes again takes nobody else back. */
	(void)ask(s, undo);
	assert_int_equal(stage_people(s), 3);
}

/* --- headcount and close --- */

static void test_a_headcount_far_from_the_count_is_asked_about(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	struct msg_control headcount = {
	    .control = CONTROL_HEADCOUNT, .number = 14, .ask = ASK_IF_FAR};
	const struct msg_result *result;

	stage_open(s);
	for (uint32_t i = 1; i <= 18; i++)
		assert_int_equal(stage_ticket(s, i), SHOW_COUNTED);
	result = ask(s, headcount);
	assert_int_equal(result->asked, ASK_IF_FAR);
	/* Whoever counts again is not told what to find. */
	assert_null(strstr(result->sentence, "18"));
	assert_false(stage_status(s).has_headcount);
	headcount.ask = 0;
	assert_int_equal(stage_control(s, &headcount)->error, 0);
	assert_int_equal(stage_status(s).headcount, 14);
	headcount =
	    (struct msg_control){.control = CONTROL_HEADCOUNT, .number = 17, .ask = ASK_IF_FAR};
	assert_int_equal(stage_control(s, &headcount)->error, 0);
}

static void test_a_close_is_confirmed_by_name_and_number(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	struct msg_control close = {.control = CONTROL_CLOSE,
	                            .ask = ASK_WHAT | ASK_IF_FAR,
	                            .has_headcount = true,
	                            .number = 9};
	const struct msg_result *result;

	s->has_modem = false;
	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	assert_int_equal(ask(s, close)->asked, ASK_IF_FAR);
	close.ask = ASK_WHAT;
	result = ask(s, close);
	assert_string_equal(result->sentence,
	                    "Close River night, people counted: 1? It does not open again.");
	close.ask = 0;
	close.saw = result->saw;
	/* One more came since: it is asked again. */
	assert_int_equal(stage_ticket(s, 2), SHOW_COUNTED);
	result = ask(s, close);
	assert_non_null(strstr(result->sentence, "people counted: 2?"));
	assert_int_equal(stage_status(s).state, KIOSK_OPEN);
	assert_false(stage_status(s).has_headcount);
	close.saw = result->saw;
	assert_int_equal(stage_control(s, &close)->error, 0);
	assert_int_equal(stage_status(s).state, KIOSK_IDLE);
	assert_int_equal(stage_status(s).headcount, 9);
	result = stage_control(s, &close);
	assert_non_null(strstr(result->sentence, "stays closed"));
}

static uint32_t headcount_posted(struct stage *s)
{
	struct post_view post;
	struct batch batch;
	struct headcount headcount;

	assert_int_equal(s->request.kind, HTTP_POST_BATCH);
	assert_int_equal(post_split(s->body, s->body_len, &post), 0);
	assert_int_equal(batch_reopen(post.batch, post.batch_len, &batch), 0);
	assert_int_equal(batch.state, EPOCH_CLOSED);
	if (batch.headcount_len == 0)
		return 0;
	assert_int_equal(headcount_open(batch.headcount, batch.headcount_len,
	                                &s->papers.manifest.card, &headcount),
	                 0);
	return headcount.people;
}

static void closed_without_a_headcount(struct exchange *exchange)
{
	struct stage *s = &exchange->stage;

	s->has_modem = false;
	stage_open(s);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	stage_act(s, CONTROL_CLOSE);
	stage_wait(s, 1);
	assert_int_equal(headcount_posted(s), 0);
}

static void test_a_headcount_is_taken_until_the_totals_are_confirmed(void **state)
{
	const struct msg_control headcount = {.control = CONTROL_HEADCOUNT, .number = 2};
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;

	closed_without_a_headcount(exchange);
	assert_int_equal(stage_control(s, &headcount)->error, 0);
	assert_int_equal(stage_status(s).headcount, 2);
	exchange_confirm(exchange);
	assert_int_equal(stage_status(s).headline, HEADLINE_CLOSED_WAIT);
	stage_wait(s, 1);
	assert_int_equal(headcount_posted(s), 2);
	exchange_confirm(exchange);
	assert_int_equal(stage_status(s).headline, HEADLINE_CLOSED_DONE);
	assert_int_equal(stage_control(s, &headcount)->error, RESULT_REFUSED);
	assert_non_null(strstr(stage_control(s, &headcount)->sentence, "are confirmed"));
}

/* After a restart the card signs, and the event stays closed. */
static void test_a_headcount_after_a_restart_is_signed_by_the_card(void **state)
{
	const struct msg_control headcount = {.control = CONTROL_HEADCOUNT, .number = 2};
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;
	char text[CODE_TEXT_MAX];

	closed_without_a_headcount(exchange);
	stage_power_cut(s);
	assert_non_null(strstr(stage_control(s, &headcount)->sentence, "show the event card"));
	papers_card(&s->papers, text);
	assert_int_equal(stage_show(s, text), SHOW_CLOSED);
	assert_non_null(strstr(stage_view(s)->sentence, "The headcount is signed"));
	assert_int_equal(stage_show(s, text), SHOW_NOT_ACCEPTED);
	stage_wait(s, 2 * INTERVAL_US);
	exchange_confirm(exchange);
	if (s->request.kind == HTTP_GET_HEAD)
		stage_head(s, 1, &exchange->collector.batch[0]);
	assert_int_equal(headcount_posted(s), 2);
}

/* --- a code that is not read --- */

static void test_a_code_that_is_not_read_gets_a_sign_and_no_refusal(void **state)
{
	struct exchange *exchange = *state;
	struct stage *s = &exchange->stage;

	stage_open(s);
	kiosk_unread(s->kiosk, s->time.mono);
	assert_int_equal(stage_view(s)->answer, SHOW_HOLD);
	assert_non_null(strstr(stage_view(s)->sentence, "a little nearer"));
	assert_int_equal(stage_status(s).not_accepted, 0);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, exchange_setup, exchange_teardown)
	    TEST(test_the_headline_follows_the_event_and_its_totals),
	    TEST(test_what_is_wrong_with_a_part_is_in_the_headline),
	    TEST(test_what_is_held_is_not_called_confirmed),
	    TEST(test_undo_names_what_it_takes_back_and_asks),
	    TEST(test_a_headcount_far_from_the_count_is_asked_about),
	    TEST(test_a_close_is_confirmed_by_name_and_number),
	    TEST(test_a_headcount_is_taken_until_the_totals_are_confirmed),
	    TEST(test_a_headcount_after_a_restart_is_signed_by_the_card),
	    TEST(test_a_code_that_is_not_read_gets_a_sign_and_no_refusal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
