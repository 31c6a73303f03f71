/* SPDX-License-Identifier: Apache-2.0 */
/* What is said to work does: the headline over every state of every part. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "catalogue.h"
#include "headline.h"

enum { HEALTHS = HEALTH_OFF + 1 };

/* clang-format off */
#define ST HEALTH_STARTING
#define OK HEALTH_GOOD
#define DE HEALTH_DEGRADED
#define MI HEALTH_MISSING
#define FA HEALTH_FAILED
#define NO HEALTH_OFF
static const struct {
	enum headline_phase phase;
	bool card_wanted;
	enum health scanner, modem;
	enum headline headline;
} open_rows[] = {
	{PHASE_OPEN, 0, OK, OK, HEADLINE_OPEN},
	{PHASE_OPEN, 0, OK, NO, HEADLINE_OPEN_CODES},
	{PHASE_OPEN, 0, OK, MI, HEADLINE_OPEN_CODES_NO_TEXTS},
	{PHASE_OPEN, 0, OK, FA, HEADLINE_OPEN_CODES_NO_TEXTS},
	{PHASE_OPEN, 0, OK, ST, HEADLINE_OPEN_CODES_NO_TEXTS},
	{PHASE_OPEN, 0, OK, DE, HEADLINE_OPEN_LOOK},
	{PHASE_OPEN, 0, DE, OK, HEADLINE_OPEN_LOOK},
	{PHASE_OPEN, 0, DE, MI, HEADLINE_OPEN_LOOK},
	{PHASE_OPEN, 0, NO, OK, HEADLINE_OPEN_TEXTS},
	{PHASE_OPEN, 0, MI, OK, HEADLINE_OPEN_TEXTS_NO_CODES},
	{PHASE_OPEN, 0, FA, OK, HEADLINE_OPEN_TEXTS_NO_CODES},
	{PHASE_OPEN, 0, NO, NO, HEADLINE_OPEN_HANDS},
	{PHASE_OPEN, 0, MI, NO, HEADLINE_OPEN_NEITHER},
	{PHASE_OPEN, 0, NO, FA, HEADLINE_OPEN_NEITHER},
	{PHASE_OPEN, 0, MI, MI, HEADLINE_OPEN_NEITHER},
	{PHASE_OPEN, 1, OK, OK, HEADLINE_OPEN_CODES_CARD},
	{PHASE_OPEN, 1, OK, MI, HEADLINE_OPEN_CODES_CARD},
	{PHASE_OPEN, 1, OK, NO, HEADLINE_OPEN_CODES},
	{PHASE_OPEN, 1, MI, OK, HEADLINE_OPEN_CARD_MEND},
	{PHASE_OPEN, 1, DE, OK, HEADLINE_OPEN_CARD_MEND},
	{PHASE_OPEN, 1, NO, OK, HEADLINE_OPEN_NEITHER},
	{PHASE_OPEN, 1, NO, NO, HEADLINE_OPEN_HANDS},
	{PHASE_NONE, 0, OK, NO, HEADLINE_SHOW_CARD},
	{PHASE_NONE, 0, DE, NO, HEADLINE_SHOW_CARD},
	{PHASE_NONE, 0, MI, OK, HEADLINE_SHOW_CARD_MEND},
	{PHASE_NONE, 0, NO, OK, HEADLINE_SHOW_CARD_OFF},
	{PHASE_CLOSING, 0, OK, OK, HEADLINE_CLOSING_TEXTS},
	{PHASE_CLOSING, 1, OK, OK, HEADLINE_CLOSING},
	{PHASE_CLOSING, 0, OK, MI, HEADLINE_CLOSING},
};
static const struct {
	bool parked, held, unsent;
	enum health uplink;
	enum headline headline;
} closed_rows[] = {
	{0, 0, 0, OK, HEADLINE_CLOSED_DONE},
	{0, 0, 0, NO, HEADLINE_CLOSED_DONE},
	{0, 0, 0, MI, HEADLINE_CLOSED_DONE},
	{0, 0, 1, OK, HEADLINE_CLOSED_WAIT},
	{0, 0, 1, ST, HEADLINE_CLOSED_WAIT},
	{0, 0, 1, MI, HEADLINE_CLOSED_LATER},
	{0, 0, 1, DE, HEADLINE_CLOSED_LATER},
	{0, 0, 1, FA, HEADLINE_CLOSED_LATER},
	{0, 0, 1, NO, HEADLINE_CLOSED_KEPT},
	{0, 1, 0, OK, HEADLINE_CLOSED_HELD},
	{0, 1, 1, OK, HEADLINE_CLOSED_WAIT},
	{1, 0, 1, OK, HEADLINE_CLOSED_PARKED},
	{1, 1, 1, MI, HEADLINE_CLOSED_PARKED},
};
/* clang-format on */

static void test_one_by_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(open_rows) / sizeof(open_rows[0]); i++) {
		const struct headline_facts facts = {.phase = open_rows[i].phase,
		                                     .card_wanted = open_rows[i].card_wanted,
		                                     .scanner = open_rows[i].scanner,
		                                     .modem = open_rows[i].modem};

		print_message("open %zu\n", i);
		assert_int_equal(headline_of(&facts), open_rows[i].headline);
	}
	for (size_t i = 0; i < sizeof(closed_rows) / sizeof(closed_rows[0]); i++) {
		const struct headline_facts facts = {.phase = PHASE_CLOSED,
		                                     .parked = closed_rows[i].parked,
		                                     .held = closed_rows[i].held,
		                                     .unsent = closed_rows[i].unsent,
		                                     .uplink = closed_rows[i].uplink};

		print_message("closed %zu\n", i);
		assert_int_equal(headline_of(&facts), closed_rows[i].headline);
	}
}

/* The words of the line itself, not its name, over all there is. */
static void check_promises(const struct headline_facts *facts)
{
	const char *line = headline_english(headline_of(facts));

	if (facts->stopped) {
		assert_int_equal(headline_of(facts), HEADLINE_STOPPED);
		return;
	}
	assert_string_not_equal(line, "");
	if (strstr(line, "odes are counted") || strstr(line, "codes and texts are counted"))
		assert_int_equal(facts->scanner, HEALTH_GOOD);
	if (strstr(line, "texts are counted")) {
		assert_int_equal(facts->modem, HEALTH_GOOD);
		assert_false(facts->card_wanted);
	}
	if (strstr(line, "old the event card") && !strstr(line, "mend"))
		assert_true(facts->scanner == HEALTH_GOOD || facts->scanner == HEALTH_DEGRADED);
	if (strstr(line, "event card"))
		assert_true(facts->phase != PHASE_CLOSED && facts->phase != PHASE_CLOSING);
	if (strstr(line, "confirmed. You can unplug"))
		assert_false(facts->unsent || facts->parked || facts->held);
	if (facts->phase == PHASE_CLOSED && facts->unsent && !facts->parked &&
	    facts->uplink == HEALTH_GOOD)
		assert_non_null(strstr(line, "Wait"));
	if (facts->phase == PHASE_CLOSED)
		assert_null(strstr(line, "Open"));
}

static void test_no_line_promises_what_a_part_does_not_do(void **state)
{
	unsigned n = 0;

	(void)state;
	for (unsigned i = 0; i < HEALTHS * HEALTHS * HEALTHS * 4 * 32; i++) {
		unsigned rest = i / (HEALTHS * HEALTHS * HEALTHS * 4);
		const struct headline_facts facts = {
		    .scanner = i % HEALTHS,
		    .modem = i / HEALTHS % HEALTHS,
		    .uplink = i / (HEALTHS * HEALTHS) % HEALTHS,
		    .phase = i / (HEALTHS * HEALTHS * HEALTHS) % 4,
		    .stopped = rest & 1,
		    .card_wanted = rest & 2,
		    .parked = rest & 4,
		    .held = rest & 8,
		    .unsent = rest & 16,
		};

		check_promises(&facts);
		n++;
	}
	assert_int_equal(n, 6 * 6 * 6 * 4 * 32);
}

static void test_each_line_fits_in_every_language(void **state)
{
	char line[1024];

	(void)state;
	for (unsigned i = HEADLINE_STOPPED + 1; i < HEADLINE_N; i++)
		for (unsigned l = 0; l < catalogue_languages(); l++) {
			headline_write((enum headline)i, l, 100000, line, sizeof(line));
			print_message("%s\n", line);
			assert_in_range(strlen(line), 8, SENTENCE_BYTES_MAX);
			assert_null(strchr(line, '{'));
			if (l > 0)
				assert_string_not_equal(catalogue_text(l, headline_english(i)),
				                        headline_english(i));
		}
	headline_write(HEADLINE_CLOSED_WAIT, CATALOGUE_ENGLISH, 18, line, sizeof(line));
	assert_non_null(strstr(line, "not sent yet: 18"));
}

static void test_when_a_headcount_is_far(void **state)
{
	static const struct {
		uint64_t people;
		uint32_t headcount;
		bool far;
	} row[] = {{18, 14, true},    {18, 15, false},  {18, 21, false},   {18, 22, true},
	           {0, 3, false},     {0, 4, true},     {100, 91, false},  {100, 90, true},
	           {100, 111, false}, {100, 112, true}, {5, 100000, true}, {14, 14, false}};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_int_equal(headcount_is_far(row[i].people, row[i].headcount), row[i].far);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one_by_one),
	    cmocka_unit_test(test_no_line_promises_what_a_part_does_not_do),
	    cmocka_unit_test(test_each_line_fits_in_every_language),
	    cmocka_unit_test(test_when_a_headcount_is_far),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
