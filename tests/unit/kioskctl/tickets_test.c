/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: no ticket number of an event is made twice, whoever makes tickets and whatever goes
 * wrong; manifest and card say how many there are; a ticket that could count nobody is refused.
 */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "crypto.h"
#include "file.h"
#include "opened.h"

#define EVENT_NEW(program, out, ...)                                                               \
	RUN(program, "event", "new", "--hub", "hub", "--name", "en=River Night", "--project",      \
	    "1:RIVER:en=River", "--length", "2h", "--out", out, __VA_ARGS__)
#define TICKET_NEW(program, event, out, ...)                                                       \
	RUN(program, "ticket", "new", "--event", event, "--hub", "hub", "--format", "txt",         \
	    "--out", out, __VA_ARGS__)

static uint32_t number_in(const struct program *program, const char *path, unsigned int line)
{
	struct opened_card card;
	struct ticket ticket;

	open_card(program, "event/card.txt", &card);
	open_ticket(program, path, line, &card.hub.hub, &ticket);
	return ticket.number;
}

static uint32_t issued(const struct program *program, uint32_t *ret_serial)
{
	struct opened_card card;

	open_card(program, "event/card.txt", &card);
	*ret_serial = card.manifest.serial;
	return card.manifest.tickets_issued;
}

static void write_text(const struct program *program, const char *name, const char *text)
{
	assert_int_equal(file_write(program_path(program, name), text, strlen(text), 0644), 0);
}

static void numbers_go_on_and_never_overlap(void **state)
{
	struct program *program = *state;

	assert_int_equal(TICKET_NEW(program, "event", "a", "--count", "3"), 0);
	assert_int_equal(number_in(program, "a/tickets.txt", 0), 1);
	assert_int_equal(TICKET_NEW(program, "event", "b", "--count", "2"), 0);
	assert_int_equal(number_in(program, "b/tickets.txt", 0), 4);
	assert_int_equal(
	    TICKET_NEW(program, "event", "c", "--count", "10", "--first-number", "101"), 0);
	assert_int_equal(TICKET_NEW(program, "event", "d", "--count", "1"), 0);
	assert_int_equal(number_in(program, "d/tickets.txt", 0), 111);
	/* At either end, within, around. */
	for (size_t i = 0; i < 4; i++) {
		static const char *const first[] = {"5", "96", "103", "91"};
		static const char *const count[] = {"5", "6", "2", "40"};

		assert_int_equal(TICKET_NEW(program, "event", "e", "--count", count[i],
		                            "--first-number", first[i]),
		                 EX_USAGE);
		assert_non_null(strstr(program->err, "were made already"));
		assert_int_equal(access(program_path(program, "e"), F_OK), -1);
	}
	/* Between two batches there is room. */
	assert_int_equal(TICKET_NEW(program, "event", "f", "--count", "95", "--first-number", "6"),
	                 0);
	assert_int_equal(
	    TICKET_NEW(program, "event", "g", "--count", "2", "--first-number", "4294867295"), 0);
	assert_int_equal(TICKET_NEW(program, "event", "h", "--count", "100000"), EX_USAGE);
	assert_non_null(strstr(program->err, "no 100000 numbers behind 4294867296"));
}

/* The card and the manifest say so, and both are one issue; the secret stays. */
static void a_card_says_how_many_tickets_there_are(void **state)
{
	struct program *program = *state;
	struct opened_card before, after;
	uint32_t serial, later, n;
	char *secret = read_line(program_path(program, "event/card.secret"), 0), *same;
	uint8_t *manifest;
	size_t len;

	n = issued(program, &serial);
	open_card(program, "event/card.txt", &before);
	assert_int_equal(
	    TICKET_NEW(program, "event", "more", "--count", "7", "--first-number", "200000"), 0);
	assert_non_null(strstr(program->out, "print the card again"));
	assert_int_equal(issued(program, &later), n + 7);
	assert_int_equal(later, serial + 1);
	open_card(program, "event/card.txt", &after);
	assert_memory_equal(&after.manifest.event, &before.manifest.event,
	                    sizeof(after.manifest.event));
	assert_memory_equal(&after.secret, &before.secret, sizeof(after.secret));
	manifest = read_file(program_path(program, "event/event.manifest"), &len);
	assert_int_equal(len, after.manifest_len);
	assert_memory_equal(manifest, after.manifest_bytes, len);
	free(manifest);
	same = read_line(program_path(program, "event/card.secret"), 0);
	assert_string_equal(same, secret);
	free(same);
	free(secret);
	/* Fewer than were said to be made change nothing; more do. */
	assert_int_equal(
	    EVENT_NEW(program, "planned", "--start", "2027-01-02T18:00-05:00", "--tickets", "5"),
	    0);
	assert_int_equal(TICKET_NEW(program, "planned", "planned tickets", "--count", "5"), 0);
	assert_null(strstr(program->out, "print the card again"));
	assert_int_equal(TICKET_NEW(program, "planned", "sixth", "--count", "1"), 0);
	assert_non_null(strstr(program->out, "how many tickets there are (6)"));
}

/* What could not be written took no number. */
static void a_call_that_fails_takes_no_number(void **state)
{
	struct program *program = *state;
	uint32_t serial, later;
	const uint32_t n = issued(program, &serial);
	size_t len, after;
	uint8_t *before = read_file(program_path(program, "event/numbers.txt"), &len), *now;

	assert_int_equal(
	    TICKET_NEW(program, "event", "a", "--count", "3", "--first-number", "300000"),
	    EX_CANTCREAT);
	assert_int_equal(TICKET_NEW(program, "event", "event/event.json/no folder", "--count", "3",
	                            "--first-number", "300000"),
	                 EX_CANTCREAT);
	now = read_file(program_path(program, "event/numbers.txt"), &after);
	assert_int_equal(after, len);
	assert_memory_equal(now, before, len);
	assert_int_equal(issued(program, &later), n);
	assert_int_equal(later, serial);
	free(before);
	free(now);
}

static void lost_or_garbled_numbers_are_told(void **state)
{
	struct program *program = *state;

	assert_int_equal(EVENT_NEW(program, "other", "--start", "2027-01-02T18:00-05:00"), 0);
	assert_int_equal(unlink(program_path(program, "other/numbers.txt")), 0);
	assert_int_equal(TICKET_NEW(program, "other", "o", "--count", "1"), EX_NOINPUT);
	assert_non_null(strstr(program->err, "other/numbers.txt"));
	assert_non_null(strstr(program->err, "such as 1 60"));
	for (size_t i = 0; i < 5; i++) {
		static const char *const text[] = {"1 60", "60 1\n", "0 5\n", "1 60 x\n",
		                                   "1 4294967296\n"};

		write_text(program, "other/numbers.txt", text[i]);
		assert_int_equal(TICKET_NEW(program, "other", "o", "--count", "1"), EX_DATAERR);
		assert_non_null(strstr(program->err, "line 1 is not two numbers"));
	}
	write_text(program, "other/numbers.txt", "1 60\n");
	assert_int_equal(TICKET_NEW(program, "other", "o", "--count", "1"), 0);
	assert_non_null(strstr(program->out, "numbers 61 to 61"));
}

static void a_ticket_that_ends_before_its_meeting_is_refused(void **state)
{
	struct program *program = *state;

	assert_int_equal(EVENT_NEW(program, "dated", "--start", "2027-01-02T18:00-05:00", "--every",
	                           "7d", "--count", "3"),
	                 0);
	for (size_t i = 0; i < 2; i++) {
		static const char *const early[] = {"2027-01-02T18:00-05:00",
		                                    "2026-06-01T00:00-05:00"};

		assert_int_equal(
		    TICKET_NEW(program, "dated", "dead", "--count", "1", "--not-after", early[i]),
		    EX_USAGE);
		assert_non_null(strstr(program->err, "is before the meeting, which begins on "
		                                     "Saturday, January 2, 2027"));
		assert_int_equal(access(program_path(program, "dead"), F_OK), -1);
	}
	/* For the first evening only. */
	assert_int_equal(TICKET_NEW(program, "dated", "first evening", "--count", "1",
	                            "--not-after", "2027-01-03T00:00-05:00"),
	                 0);
	assert_non_null(strstr(program->out, "good until Sunday, January 3, 2027"));
	assert_non_null(strstr(program->out, "(UTC-05:00)"));
}

/* Without event.json paper has the manifest's dates, in UTC. */
static void dates_outlive_a_lost_description(void **state)
{
	static const char *const png[] = {"utc tickets/ticket-00001.png", "lost/ticket-00001.png"};
	struct program *program = *state;
	uint8_t *picture[2];
	size_t len[2];

	assert_int_equal(EVENT_NEW(program, "utc", "--start", "2027-01-02T18:00Z"), 0);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(RUN(program, "ticket", "new", "--event", "utc", "--hub", "hub",
		                     "--count", "1", "--first-number", "1", "--format", "png",
		                     "--out", i == 0 ? "utc tickets" : "lost"),
		                 0);
		assert_true((strstr(program->err, "event.json is missing") != NULL) == (i == 1));
		picture[i] = read_file(program_path(program, png[i]), &len[i]);
		/* The same number once more, for the picture's sake. */
		write_text(program, "utc/numbers.txt", "");
		if (i == 0)
			assert_int_equal(unlink(program_path(program, "utc/event.json")), 0);
	}
	assert_int_equal(len[0], len[1]);
	assert_memory_equal(picture[0], picture[1], len[0]);
	free(picture[0]);
	free(picture[1]);
}

static int setup(void **state)
{
	assert_true(crypto_init() >= 0);
	return program_setup_event(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_go_on_and_never_overlap),
	    cmocka_unit_test(a_card_says_how_many_tickets_there_are),
	    cmocka_unit_test(a_call_that_fails_takes_no_number),
	    cmocka_unit_test(lost_or_garbled_numbers_are_told),
	    cmocka_unit_test(a_ticket_that_ends_before_its_meeting_is_refused),
	    cmocka_unit_test(dates_outlive_a_lost_description),
	};

	return cmocka_run_group_tests(tests, setup, program_teardown);
}
