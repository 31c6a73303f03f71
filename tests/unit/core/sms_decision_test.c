/* SPDX-License-Identifier: Apache-2.0 */
/* What a text means, who is not counted, how long one waits, how often one is answered (DESIGN.md,
 * Texts). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <kiosk/msg_helper.h>

#include "sms_decision.h"

enum { START = 100000, END = 110000, GRACE = 1000, WAIT = 6 * 3600 };

static const struct text_room open_room = {
    .open = true,
    .secret_at_hand = true,
    .start = START,
    .end = END,
    .grace_s = GRACE,
    .wait_s = WAIT,
};
static const struct text_room no_card = {
    .open = true, .start = START, .end = END, .grace_s = GRACE, .wait_s = WAIT};
static const struct text_room ten_minutes = {.open = true,
                                             .secret_at_hand = true,
                                             .start = START,
                                             .end = END,
                                             .grace_s = GRACE,
                                             .has_now = true,
                                             .now = START + ORPHAN_WAIT_S};
static const struct text_room ten_minutes_less = {.open = true,
                                                  .secret_at_hand = true,
                                                  .start = START,
                                                  .end = END,
                                                  .grace_s = GRACE,
                                                  .has_now = true,
                                                  .now = START + ORPHAN_WAIT_S - 1};
static const struct text_room closed = {.wait_s = WAIT, .has_now = true, .now = START + WAIT};
static const struct text_room closed_no_clock = {.wait_s = WAIT};
static const struct text_room just_closed = {
    .wait_s = WAIT, .has_now = true, .now = START, .texts_until = START};
/* The meeting before ended in this one's window. */
#define AFTER_ANOTHER                                                                              \
	.open = true, .secret_at_hand = true, .start = START, .end = END, .grace_s = GRACE,        \
	.texts_until = START + 500
static const struct text_room after_another = {AFTER_ANOTHER};
static const struct text_room after_another_clock = {
    AFTER_ANOTHER, .has_now = true, .clock_known = true, .now = START + 500 - AHEAD_MAX_S};
/* It ended in the future: somebody's clock, or a text, was wrong. */
static const struct text_room after_the_future = {
    AFTER_ANOTHER, .has_now = true, .clock_known = true, .now = START + 499 - AHEAD_MAX_S};
/* The newest text's time is no clock. */
static const struct text_room after_a_text = {AFTER_ANOTHER, .has_now = true, .now = START - 1000};

#define TEXT_AT(at)                                                                                \
	{                                                                                          \
		SMS_ORDINARY, SMS_FROM_E164, false, true, at, 1, 1, false                          \
	}
#define TEXT_OF(class, from)                                                                       \
	{                                                                                          \
		class, from, false, true, START, 1, 1, false                                       \
	}
#define TEXT_PART(part, parts)                                                                     \
	{                                                                                          \
		SMS_ORDINARY, SMS_FROM_E164, false, true, START, part, parts, false                \
	}
#define TEXT_TIMELESS                                                                              \
	{                                                                                          \
		SMS_ORDINARY, SMS_FROM_E164, false, false, 0, 1, 1, false                          \
	}

static void test_a_text_is_kept_deleted_recorded_or_read(void **state)
{
	static const struct {
		const char *what;
		const struct text_room *room;
		struct text_facts facts;
		enum text_triage triage;
	} cases[] = {
	    {"in the window", &open_room, TEXT_AT(START), TRIAGE_READ},
	    {"grace before", &open_room, TEXT_AT(START - GRACE), TRIAGE_READ},
	    {"a second before grace", &open_room, TEXT_AT(START - GRACE - 1), TRIAGE_RECORD},
	    {"grace after", &open_room, TEXT_AT(END + GRACE - 1), TRIAGE_READ},
	    {"grace over", &open_room, TEXT_AT(END + GRACE), TRIAGE_RECORD},
	    {"without a time", &open_room, TEXT_TIMELESS, TRIAGE_RECORD},
	    {"unreadable", &open_room, TEXT_OF(SMS_UNREADABLE, SMS_FROM_E164), TRIAGE_RECORD},
	    {"a voicemail's flag", &open_room, TEXT_OF(SMS_NOT_FOR_US, SMS_FROM_E164),
	     TRIAGE_RECORD},
	    {"a name for a sender", &open_room, TEXT_OF(SMS_ORDINARY, SMS_FROM_ALPHANUMERIC),
	     TRIAGE_RECORD},
	    {"a short code", &open_room, TEXT_OF(SMS_ORDINARY, SMS_FROM_SHORT), TRIAGE_RECORD},
	    {"our own number",
	     &open_room,
	     {SMS_ORDINARY, SMS_FROM_E164, true, true, START, 1, 1, false},
	     TRIAGE_RECORD},
	    {"a national number", &open_room, TEXT_OF(SMS_ORDINARY, SMS_FROM_NATIONAL),
	     TRIAGE_READ},
	    {"the first part", &open_room, TEXT_PART(1, 3), TRIAGE_READ},
	    {"a late part, no clock", &open_room, TEXT_PART(2, 3), TRIAGE_RECORD},
	    {"a part before its first", &ten_minutes_less, TEXT_PART(2, 3), TRIAGE_KEEP},
	    {"an orphan", &ten_minutes, TEXT_PART(2, 3), TRIAGE_RECORD},
	    {"a late part",
	     &ten_minutes_less,
	     {SMS_ORDINARY, SMS_FROM_E164, false, true, START, 2, 3, true},
	     TRIAGE_RECORD},
	    {"a part of next year",
	     &ten_minutes_less,
	     {SMS_ORDINARY, SMS_FROM_E164, false, true, START + 2 * ORPHAN_WAIT_S, 2, 3, false},
	     TRIAGE_RECORD},
	    {"no card: all wait", &no_card, TEXT_AT(START), TRIAGE_KEEP},
	    {"no card: even an old one", &no_card, TEXT_AT(0), TRIAGE_KEEP},
	    {"no card: even a bad one", &no_card, TEXT_OF(SMS_UNREADABLE, SMS_FROM_E164),
	     TRIAGE_KEEP},
	    {"nothing open, six hours", &closed, TEXT_AT(START), TRIAGE_KEEP},
	    {"nothing open, longer", &closed, TEXT_AT(START - 1), TRIAGE_DELETE},
	    {"nothing open, no time", &closed, TEXT_TIMELESS, TRIAGE_DELETE},
	    {"nothing open, no clock", &closed_no_clock, TEXT_AT(START), TRIAGE_KEEP},
	    {"sent before the close", &just_closed, TEXT_AT(START), TRIAGE_DELETE},
	    {"sent after the close", &just_closed, TEXT_AT(START + 1), TRIAGE_KEEP},
	    {"sent to the meeting before", &after_another, TEXT_AT(START + 500), TRIAGE_RECORD},
	    {"sent after it", &after_another, TEXT_AT(START + 501), TRIAGE_READ},
	    {"sent to it, clock known", &after_another_clock, TEXT_AT(START + 500), TRIAGE_RECORD},
	    {"after one of tomorrow", &after_the_future, TEXT_AT(START - 200), TRIAGE_READ},
	    {"a text is no clock", &after_a_text, TEXT_AT(START + 500), TRIAGE_RECORD},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("%s\n", cases[i].what);
		assert_int_equal(text_triage(cases[i].room, &cases[i].facts), cases[i].triage);
	}
}

static void test_of_an_occurrence_one_time_stays(void **state)
{
	static const struct {
		const char *what;
		bool clock_known;
		int64_t now, text;
		bool noted, has_close;
		int64_t close;
	} cases[] = {
	    {"no clock", false, START, END, true, false, 0},
	    {"the network is ahead", true, START, START + AHEAD_MAX_S, true, true, START},
	    {"garbled", true, START, START + AHEAD_MAX_S + 1, false, true, START},
	    {"closed late", true, END + GRACE + 50, END, true, true, END + GRACE - 1},
	    {"in its last second", true, END + GRACE - 1, END, true, true, END + GRACE - 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text_room room = open_room;
		struct text_facts facts = TEXT_AT(cases[i].text);
		int64_t close = 0;

		print_message("%s\n", cases[i].what);
		room.has_now = true;
		room.clock_known = cases[i].clock_known;
		room.now = cases[i].now;
		assert_int_equal(text_noted(&room, &facts), cases[i].noted);
		assert_int_equal(text_close_time(&room, &close), cases[i].has_close);
		assert_int_equal(close, cases[i].close);
	}
}

static void test_words_become_a_check_in(void **state)
{
	static const struct manifest manifest = {
	    .n_projects = 2,
	    .project = {{.id = 4}, {.id = 9}},
	    .default_project = 9,
	    .party_max = 6,
	};
	static const struct {
		const char *what;
		struct sms_request request;
		bool counts;
		uint16_t project;
		uint8_t people;
	} cases[] = {
	    {"a keyword", {SMS_ASK_CHECK_IN, 4, .people = 1}, true, 4, 0},
	    {"a general word", {SMS_ASK_CHECK_IN, 0, .people = 1}, true, 9, 0},
	    {"a project that is none", {SMS_ASK_CHECK_IN, 5, .people = 1}, true, 9, 0},
	    {"a party", {SMS_ASK_CHECK_IN, 4, .people = 3, .people_said = true}, true, 4, 3},
	    {"a party of one, said",
	     {SMS_ASK_CHECK_IN, 4, .people = 1, .people_said = true},
	     true,
	     4,
	     1},
	    {"too large a party",
	     {SMS_ASK_CHECK_IN, 4, .people = 20, .people_said = true},
	     true,
	     4,
	     6},
	    {"no keyword", {SMS_ASK_NOTHING, 4, .people = 3, .people_said = true}, false, 0, 0},
	    {"undo", {.ask = SMS_ASK_UNDO, .project = 4}, false, 0, 0},
	    {"a volunteer's question", {.ask = SMS_ASK_STATUS, .project = 4}, false, 0, 0},
	    {"a reaction", {.ask = SMS_ASK_IGNORE, .project = 4}, false, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text_decision decision = text_decide(&manifest, &cases[i].request);

		print_message("%s\n", cases[i].what);
		assert_int_equal(decision.counts, cases[i].counts);
		assert_int_equal(decision.project, cases[i].project);
		assert_int_equal(decision.people, cases[i].people);
	}
	assert_false(text_answered(SMS_ASK_IGNORE));
	assert_true(text_answered(SMS_ASK_NOTHING));
	assert_true(text_answered(SMS_ASK_HELP));
	assert_true(text_answered(SMS_ASK_STATUS));
}

static void test_replies_keep_to_their_limits(void **state)
{
	static const struct reply_limits limits = {
	    .on = true,
	    .interval_s = 600,
	    .per_number = 3,
	    .per_minute = 15,
	    .numbers_a_day = 200,
	};
	static const struct {
		const char *what;
		bool off;
		struct reply_history history;
		bool allowed;
	} cases[] = {
	    {"the first", false, {0}, true},
	    {"replies off", true, {0}, false},
	    {"after STOP", false, {.stopped = true}, false},
	    {"too soon", false, {.has_last = true, .last_s = 5001 - 600, .to_number = 1}, false},
	    {"ten minutes later",
	     false,
	     {.has_last = true, .last_s = 5000 - 600, .to_number = 1},
	     true},
	    {"a last one in the future",
	     false,
	     {.has_last = true, .last_s = 5060, .to_number = 1},
	     false},
	    {"a fourth", false, {.has_last = true, .last_s = 0, .to_number = 3}, false},
	    {"a third", false, {.has_last = true, .last_s = 0, .to_number = 2}, true},
	    {"fifteen this minute", false, {.last_minute = 15}, false},
	    {"fourteen", false, {.last_minute = 14}, true},
	    {"the day's numbers are used up", false, {.numbers_day = 200}, false},
	    {"but this is one of them",
	     false,
	     {.numbers_day = 200, .to_number = 1, .has_last = true},
	     true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reply_limits mine = limits;

		print_message("%s\n", cases[i].what);
		mine.on = !cases[i].off;
		assert_int_equal(reply_allowed(&mine, &cases[i].history, 5000), cases[i].allowed);
	}
}

static void test_a_reply_owed_since_a_restart_grows_old(void **state)
{
	(void)state;
	assert_true(reply_still_due(true, REPLY_AGE_MAX_S, 0));
	assert_false(reply_still_due(true, REPLY_AGE_MAX_S + 1, 0));
	assert_true(reply_still_due(false, 1 << 30, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_text_is_kept_deleted_recorded_or_read),
	    cmocka_unit_test(test_of_an_occurrence_one_time_stays),
	    cmocka_unit_test(test_words_become_a_check_in),
	    cmocka_unit_test(test_replies_keep_to_their_limits),
	    cmocka_unit_test(test_a_reply_owed_since_a_restart_grows_old),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
