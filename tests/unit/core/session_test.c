/* SPDX-License-Identifier: Apache-2.0 */
/* What an event card does, which meeting of a series it opens, and what ends one (DESIGN.md,
 * Opening and closing). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "session.h"

enum { HOUR = 3600, DAY = 86400, WEEK = 7 * DAY, START = 1000000 * 1000, GRACE = 2 * HOUR };

/* Three weekly meetings of three hours. */
struct series {
	bool closed[3];
	int fails;
};

static int series_times(void *context, uint32_t occurrence, int64_t *ret_start, int64_t *ret_end)
{
	(void)context;
	if (occurrence >= 3)
		return -ERANGE;
	*ret_start = START + (int64_t)occurrence * WEEK;
	*ret_end = *ret_start + 3 * HOUR;
	return 0;
}

static int series_closed(void *context, uint32_t occurrence)
{
	const struct series *series = context;

	return series->fails ? series->fails : series->closed[occurrence];
}

static void test_occurrence_is_chosen_by_what_is_known_of_the_date(void **state)
{
	static const struct {
		const char *what;
		struct calendar calendar;
		bool closed[3];
		enum occurrence_choice choice;
		uint16_t occurrence;
		int64_t start;
	} cases[] = {
	    {"known, in the first",
	     {.known = true, .now = START + HOUR},
	     {0},
	     OCCURRENCE_CHOSEN,
	     0,
	     0},
	    {"known, in the second",
	     {.known = true, .now = START + WEEK},
	     {0},
	     OCCURRENCE_CHOSEN,
	     1,
	     0},
	    {"known, grace before",
	     {.known = true, .now = START + WEEK - GRACE},
	     {0},
	     OCCURRENCE_CHOSEN,
	     1,
	     0},
	    {"known, a second before grace",
	     {.known = true, .now = START + WEEK - GRACE - 1},
	     {0},
	     OCCURRENCE_EARLY,
	     0,
	     START + WEEK},
	    {"known, last second of grace",
	     {.known = true, .now = START + 3 * HOUR + GRACE - 1},
	     {0},
	     OCCURRENCE_CHOSEN,
	     0,
	     0},
	    {"known, grace over",
	     {.known = true, .now = START + 3 * HOUR + GRACE},
	     {0},
	     OCCURRENCE_EARLY,
	     0,
	     START + WEEK},
	    {"known, before all",
	     {.known = true, .now = START - DAY},
	     {0},
	     OCCURRENCE_EARLY,
	     0,
	     START},
	    {"known, after all",
	     {.known = true, .now = START + 3 * WEEK},
	     {0},
	     OCCURRENCE_OVER,
	     0,
	     0},
	    {"known, closed here",
	     {.known = true, .now = START + HOUR},
	     {true},
	     OCCURRENCE_CLOSED,
	     0,
	     0},
	    {"known: a floor does not matter",
	     {.known = true, .now = START, .floor = START + WEEK},
	     {0},
	     OCCURRENCE_CHOSEN,
	     0,
	     0},
	    {"unknown", {0}, {0}, OCCURRENCE_CHOSEN, 0, 0},
	    {"unknown, first closed", {0}, {true}, OCCURRENCE_CHOSEN, 1, 0},
	    {"unknown, floor in the first", {.floor = START + HOUR}, {0}, OCCURRENCE_CHOSEN, 0, 0},
	    {"unknown, floor at its end",
	     {.floor = START + 3 * HOUR},
	     {0},
	     OCCURRENCE_CHOSEN,
	     0,
	     0},
	    {"unknown, floor past its end",
	     {.floor = START + 3 * HOUR + 1},
	     {0},
	     OCCURRENCE_CHOSEN,
	     1,
	     0},
	    {"unknown, floor past all", {.floor = START + 3 * WEEK}, {0}, OCCURRENCE_OVER, 0, 0},
	    {"unknown, all closed", {0}, {true, true, true}, OCCURRENCE_CLOSED, 0, 0},
	    {"a text's time points at the third",
	     {.has_sms = true, .sms = START + 2 * WEEK + HOUR},
	     {0},
	     OCCURRENCE_CHOSEN,
	     2,
	     0},
	    {"a text's time outside all says nothing",
	     {.has_sms = true, .sms = START + 9 * WEEK},
	     {0},
	     OCCURRENCE_CHOSEN,
	     0,
	     0},
	    {"a text's time in a closed one says nothing",
	     {.has_sms = true, .sms = START + HOUR},
	     {true},
	     OCCURRENCE_CHOSEN,
	     1,
	     0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct series series = {
		    {cases[i].closed[0], cases[i].closed[1], cases[i].closed[2]}, 0};
		struct occurrence_source source = {series_times, series_closed, &series};
		enum occurrence_choice choice = 99;
		uint16_t occurrence = 0;
		int64_t start = 0;

		print_message("%s\n", cases[i].what);
		assert_int_equal(occurrence_choose(&source, GRACE, &cases[i].calendar, &choice,
		                                   &occurrence, &start),
		                 0);
		assert_int_equal(choice, cases[i].choice);
		assert_int_equal(occurrence, cases[i].occurrence);
		assert_true(start == cases[i].start);
	}
}

/* Two meetings whose graces overlap: the one under way, not the one just over. */
static int close_times(void *context, uint32_t occurrence, int64_t *ret_start, int64_t *ret_end)
{
	(void)context;
	if (occurrence >= 2)
		return -ERANGE;
	*ret_start = START + (int64_t)occurrence * 4 * HOUR;
	*ret_end = *ret_start + 3 * HOUR;
	return 0;
}

static void test_the_meeting_under_way_goes_before_one_in_its_grace(void **state)
{
	struct series series = {0};
	struct occurrence_source source = {close_times, series_closed, &series};
	struct calendar calendar = {.known = true, .now = START + 4 * HOUR};
	enum occurrence_choice choice;
	uint16_t occurrence;
	int64_t start;

	(void)state;
	assert_int_equal(occurrence_choose(&source, GRACE, &calendar, &choice, &occurrence, &start),
	                 0);
	assert_int_equal(choice, OCCURRENCE_CHOSEN);
	assert_int_equal(occurrence, 1);
	calendar.now = START + 3 * HOUR + 60;
	assert_int_equal(occurrence_choose(&source, GRACE, &calendar, &choice, &occurrence, &start),
	                 0);
	assert_int_equal(occurrence, 0);
}

static void test_a_ledger_that_fails_decides_nothing(void **state)
{
	struct series series = {.fails = -EIO};
	struct occurrence_source source = {series_times, series_closed, &series};
	struct manifest manifest = {.grace_s = GRACE};
	struct session session = {0};
	struct card_shown card = {.manifest = &manifest};
	struct calendar known = {.known = true, .now = START}, unknown = {0};
	struct card_decision decision = {.action = 99};

	(void)state;
	assert_int_equal(session_card(&session, &card, &known, &source, &decision), -EIO);
	assert_int_equal(session_card(&session, &card, &unknown, &source, &decision), -EIO);
	assert_int_equal(decision.action, 99);
}

static void test_a_card_opens_resumes_or_says_why_not(void **state)
{
	static const struct {
		const char *what;
		bool open, same_event, fits, at_hand, closing;
		struct calendar calendar;
		enum card_action action;
		enum sentence sentence;
	} cases[] = {
	    {"nothing open", 0, 0, 0, 0, 0, {0}, CARD_OPENS, SAY_OPENED},
	    {"too early",
	     0,
	     0,
	     0,
	     0,
	     0,
	     {.known = true, .now = START - DAY},
	     CARD_SAYS,
	     SAY_TOO_EARLY},
	    {"over",
	     0,
	     0,
	     0,
	     0,
	     0,
	     {.known = true, .now = START + 9 * WEEK},
	     CARD_SAYS,
	     SAY_EVENT_OVER},
	    {"its own, after a restart", 1, 1, 1, 0, 0, {0}, CARD_RESUMES_TEXTS, SAY_TEXTS_RESUMED},
	    {"its own, once more", 1, 1, 1, 1, 0, {0}, CARD_SAYS, SAY_ALREADY_OPEN},
	    {"its own, while closing", 1, 1, 1, 1, 1, {0}, CARD_SAYS, SAY_CLOSING},
	    {"its own with another secret", 1, 1, 0, 1, 0, {0}, CARD_SAYS, SAY_OTHER_SECRET},
	    {"the same after a restart", 1, 1, 0, 0, 0, {0}, CARD_SAYS, SAY_OTHER_SECRET},
	    {"another event's", 1, 0, 1, 0, 0, {0}, CARD_SAYS, SAY_OTHER_EVENT_OPEN},
	    {"another event's, out of its time",
	     1,
	     0,
	     0,
	     1,
	     0,
	     {.known = true, .now = START + 9 * WEEK},
	     CARD_SAYS,
	     SAY_OTHER_EVENT_OPEN},
	};
	struct series series = {0};
	struct occurrence_source source = {series_times, series_closed, &series};
	struct manifest manifest = {.event = {{1}}, .grace_s = GRACE};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct session session = {.open = cases[i].open,
		                          .secret_at_hand = cases[i].at_hand,
		                          .closing = cases[i].closing,
		                          .event = {{cases[i].same_event ? 1 : 2}}};
		struct card_shown card = {.manifest = &manifest, .secret_fits = cases[i].fits};
		struct card_decision decision;

		print_message("%s\n", cases[i].what);
		assert_int_equal(
		    session_card(&session, &card, &cases[i].calendar, &source, &decision), 0);
		assert_int_equal(decision.action, cases[i].action);
		assert_int_equal(decision.sentence, cases[i].sentence);
	}
}

static void test_a_closed_meeting_never_reopens(void **state)
{
	struct series series = {{true, true, true}, 0};
	struct occurrence_source source = {series_times, series_closed, &series};
	struct manifest manifest = {.grace_s = GRACE};
	struct session session = {0};
	struct card_shown card = {.manifest = &manifest};
	struct card_decision decision;

	(void)state;
	for (int64_t now = START - 3 * HOUR; now < START + 3 * WEEK; now += HOUR) {
		struct calendar known = {.known = true, .now = now}, floor = {.floor = now};

		assert_int_equal(session_card(&session, &card, &known, &source, &decision), 0);
		assert_int_equal(decision.action, CARD_SAYS);
		assert_int_equal(session_card(&session, &card, &floor, &source, &decision), 0);
		assert_int_equal(decision.action, CARD_SAYS);
	}
}

static void test_what_ends_a_meeting_by_itself(void **state)
{
	static const struct {
		const char *what;
		struct calendar calendar;
		uint64_t powered_ms;
		enum close_reason reason;
	} cases[] = {
	    {"within its window", {.known = true, .now = START}, 0, CLOSE_NOT},
	    {"in its grace", {.known = true, .now = START + GRACE - 1}, 0, CLOSE_NOT},
	    {"grace over", {.known = true, .now = START + GRACE}, 0, CLOSE_WINDOW_OVER},
	    {"date unknown", {0}, 0, CLOSE_NOT},
	    {"date unknown, a receipt is later", {.floor = START + GRACE}, 0, CLOSE_WINDOW_OVER},
	    {"a text's time ends nothing", {.has_sms = true, .sms = START + WEEK}, 0, CLOSE_NOT},
	    {"a known date goes before the floor",
	     {.known = true, .now = START, .floor = START + GRACE},
	     0,
	     CLOSE_NOT},
	    {"almost 12 powered hours", {0}, 12ULL * HOUR * 1000 - 1, CLOSE_NOT},
	    {"12 powered hours", {0}, 12ULL * HOUR * 1000, CLOSE_POWERED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("%s\n", cases[i].what);
		assert_int_equal(session_ends(&cases[i].calendar, START, GRACE, cases[i].powered_ms,
		                              12ULL * HOUR * 1000),
		                 cases[i].reason);
	}
}

static void test_slots_are_quarter_hours_of_the_window(void **state)
{
	(void)state;
	assert_int_equal(session_slot(true, START, START, START + 3 * HOUR), 0);
	assert_int_equal(session_slot(true, START + 899, START, START + 3 * HOUR), 0);
	assert_int_equal(session_slot(true, START + 900, START, START + 3 * HOUR), 1);
	assert_int_equal(session_slot(true, START - GRACE, START, START + 3 * HOUR), 0);
	assert_int_equal(session_slot(true, START + 9 * HOUR, START, START + 3 * HOUR), 11);
	assert_int_equal(session_slot(false, START, START, START + 3 * HOUR), SLOT_UNKNOWN);
	assert_int_equal(session_slot(true, START, START, START), SLOT_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_occurrence_is_chosen_by_what_is_known_of_the_date),
	    cmocka_unit_test(test_the_meeting_under_way_goes_before_one_in_its_grace),
	    cmocka_unit_test(test_a_ledger_that_fails_decides_nothing),
	    cmocka_unit_test(test_a_card_opens_resumes_or_says_why_not),
	    cmocka_unit_test(test_a_closed_meeting_never_reopens),
	    cmocka_unit_test(test_what_ends_a_meeting_by_itself),
	    cmocka_unit_test(test_slots_are_quarter_hours_of_the_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
