/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise: whatever is held up to the camera gets a clear answer, counts nobody who should not
 * be counted, and nothing of it reaches a log or a terminal. Here: what only the whole kiosk shows;
 * each reader's own limits are in tests/unit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <kiosk/msg_people.h>

#include "clock.h"
#include "kiosk_fixture.h"
#include "message.h"
#include "rfc3339.h"

#define KIOSKCTL(...) FIXTURE_KIOSKCTL(&fixture, __VA_ARGS__)

static struct kiosk_fixture fixture;

static int open_kiosk(void **state)
{
	const struct stage_options options = {.seed = 3};

	*state = &fixture;
	fixture_init(&fixture, &options);
	fixture_open(&fixture);
	return 0;
}

/* The answer to a code that must not count: not accepted, with a sentence that holds `word`. */
static void assert_refused(const char *code, const char *word)
{
	const uint64_t people = fixture_people(&fixture);
	struct msg_view view;

	assert_int_equal(fixture_show(&fixture, code, &view), SHOW_NOT_ACCEPTED);
	if (!strstr(view.sentence, word))
		fail_msg("\"%s\" does not say \"%s\"", view.sentence, word);
	assert_int_equal(fixture_people(&fixture), people);
}

static void escape_sequences_are_a_foreign_code(void **state)
{
	const char esc[] = "\x1b]0;owned\x07\x1b[2J";
	char logs[STAGE_PATH_MAX], where[STAGE_PATH_MAX];

	(void)state;
	assert_refused(esc, "");
	stage_path(&fixture.stage, "logs", logs);
	if (tree_holds(logs, "\x1b", 1, where, sizeof(where)) ||
	    tree_holds(logs, "owned", 5, where, sizeof(where)))
		fail_msg("%s holds what was scanned", where);
}

static void one_changed_character_is_not_a_ticket(void **state)
{
	(void)state;
	assert_refused(fixture.stage.papers.forged, "");
}

static void a_ticket_of_another_event_is_told_so(void **state)
{
	(void)state;
	assert_refused(fixture.stage.papers.other_ticket, "another");
}

static void a_card_of_another_event_does_not_open_while_one_is_open(void **state)
{
	struct msg_status status;

	(void)state;
	assert_refused(fixture.stage.papers.other_card, "");
	fixture_status(&fixture, &status);
	assert_string_equal(status.event_name, play_event_name);
	assert_int_equal(status.state, KIOSK_OPEN);
}

/* A second network with its own root, hub and event: perfectly signed, and not ours. */
static void a_card_of_another_network_is_refused(void **state)
{
	const struct stage *stage = &fixture.stage;
	char network[STAGE_PATH_MAX], hub[STAGE_PATH_MAX], event[STAGE_PATH_MAX], start[32], *card;

	(void)state;
	stage_path(stage, "foreign-network", network);
	stage_path(stage, "foreign-hub", hub);
	stage_path(stage, "foreign-event", event);
	time_format(clock_wall().s - 3600, start);
	assert_int_equal(KIOSKCTL("network", "new", "--name", "Another network", "--collector",
	                          "http://127.0.0.1:9", "--out", network),
	                 0);
	assert_int_equal(KIOSKCTL("hub", "new", "--network", network, "--id", "7", "--level",
	                          "local", "--region", "US-KY", "--name", "Another hub", "--out",
	                          hub),
	                 0);
	assert_int_equal(KIOSKCTL("event", "new", "--hub", hub, "--name", "en=A meeting",
	                          "--project", "1:RIVER:en=River", "--start", start, "--length",
	                          "3h", "--out", event),
	                 0);
	card = fixture_line(&fixture, "foreign-event/card.txt");
	assert_refused(card, "network");
	free(card);
}

/* The event's own manifest with a secret somebody made up. */
static void the_right_event_with_another_secret_is_refused(void **state)
{
	const char *text = fixture.stage.papers.card;
	uint8_t octets[CARD_BYTES_MAX], again[CARD_BYTES_MAX];
	char code[PLAY_CODE_BYTES_MAX];
	struct card card;
	size_t len;

	(void)state;
	assert_int_equal(code_decode(CODE_EVENT_CARD, (const uint8_t *)text, strlen(text), octets,
	                             sizeof(octets), &len),
	                 0);
	assert_int_equal(card_parse(octets, len, &card), 0);
	card.secret.b[0] ^= 1;
	assert_int_equal(card_encode(&card, again, sizeof(again), &len), 0);
	assert_int_equal(code_encode(CODE_EVENT_CARD, again, len, code, sizeof(code)), 0);
	assert_refused(code, "");
}

static void an_expired_ticket_is_told_so(void **state)
{
	const struct stage *stage = &fixture.stage;
	char event[STAGE_PATH_MAX], hub[STAGE_PATH_MAX], out[STAGE_PATH_MAX], until[32], *ticket;

	(void)state;
	stage_path(stage, "event", event);
	stage_path(stage, "hub", hub);
	stage_path(stage, "expired", out);
	time_format(clock_wall().s - 600, until);
	assert_int_equal(KIOSKCTL("ticket", "new", "--event", event, "--hub", hub, "--count", "1",
	                          "--first-number", "900", "--not-after", until, "--format", "txt",
	                          "--out", out),
	                 0);
	ticket = fixture_line(&fixture, "expired/tickets.txt");
	assert_refused(ticket, "");
	free(ticket);
}

static void a_text_in_another_alphabet_is_read_or_answered(void **state)
{
	const uint64_t people = fixture_people(&fixture);

	(void)state;
	fixture_text(&fixture, "+15025550150",
	             "\xd0\xa0\xd0\xb5\xd0\xba\xd0\xb0 \xe2\x80\x94 RIVER");
	fixture_text(&fixture, "+15025550151", "\xe4\xbd\xa0\xe5\xa5\xbd");
	fixture_settle(&fixture);
	assert_int_equal(fixture_people(&fixture), people + 1);
}

static void after_all_that_a_good_ticket_still_counts(void **state)
{
	const uint64_t people = fixture_people(&fixture);

	(void)state;
	assert_int_equal(fixture_show(&fixture, fixture_ticket(&fixture, 1), NULL), SHOW_COUNTED);
	assert_int_equal(fixture_people(&fixture), people + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(escape_sequences_are_a_foreign_code),
	    cmocka_unit_test(one_changed_character_is_not_a_ticket),
	    cmocka_unit_test(a_ticket_of_another_event_is_told_so),
	    cmocka_unit_test(a_card_of_another_event_does_not_open_while_one_is_open),
	    cmocka_unit_test(a_card_of_another_network_is_refused),
	    cmocka_unit_test(the_right_event_with_another_secret_is_refused),
	    cmocka_unit_test(an_expired_ticket_is_told_so),
	    cmocka_unit_test(a_text_in_another_alphabet_is_read_or_answered),
	    cmocka_unit_test(after_all_that_a_good_ticket_still_counts),
	};

	return fixture_run_tests(tests, open_kiosk, fixture_teardown);
}
