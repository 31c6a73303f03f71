/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise: the demonstration's oracle knows what must come of a play, and a play holds what it
 * should. Totals worked out by hand for plays of a few steps.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <kiosk/msg_people.h>

#include "play.h"

static char ticket_text[PLAY_TICKETS_MAX][128];
static struct papers papers;
static struct play play;
static struct expected expected;

static int make_papers(void **state)
{
	(void)state;
	papers = (struct papers){.n_tickets = PLAY_TICKETS_MAX};
	for (uint32_t i = 0; i < PLAY_TICKETS_MAX; i++) {
		snprintf(ticket_text[i], sizeof(ticket_text[i]), "CK1:T%0100u", i);
		papers.ticket[i] = (struct play_ticket){
		    .text = ticket_text[i], .projects = 0x5, .first = FIRST_YES};
	}
	play = (struct play){0};
	return 0;
}

static struct step *step(enum step_kind kind)
{
	play.step[play.n_steps].kind = kind;
	return &play.step[play.n_steps++];
}

static void text(const char *from, enum meaning meaning, uint8_t people)
{
	struct step *s = step(STEP_TEXT);

	snprintf(s->from, sizeof(s->from), "%s", from);
	s->meaning = meaning;
	s->project = 2;
	s->people = people;
}

static uint32_t people(enum channel channel)
{
	return expected.net[channel][0][FIRST_NOT_ASKED] + expected.net[channel][0][FIRST_YES] +
	       expected.net[channel][0][FIRST_NO];
}

static void a_ticket_counts_once_for_each_of_its_projects(void **state)
{
	(void)state;
	step(STEP_SHOW)->ticket = 4;
	step(STEP_SHOW)->ticket = 4;
	step(STEP_SHOW)->nature = NATURE_FORGED;
	step(STEP_SHOW)->nature = NATURE_TORN;
	play_expect(&play, &papers, &expected);
	assert_int_equal(people(CHANNEL_QR), 1);
	assert_int_equal(expected.net[CHANNEL_QR][1][FIRST_YES], 1);
	assert_int_equal(expected.net[CHANNEL_QR][2][FIRST_YES], 0);
	assert_int_equal(expected.net[CHANNEL_QR][3][FIRST_YES], 1);
	assert_int_equal(expected.already, 1);
	assert_int_equal(expected.not_accepted, 1);
	assert_int_equal(play_answer(&play, 0), SHOW_COUNTED);
	assert_int_equal(play_answer(&play, 1), SHOW_ALREADY);
	assert_int_equal(play_answer(&play, 2), SHOW_NOT_ACCEPTED);
	assert_int_equal(play_answer(&play, 3), SHOW_NOTHING);
}

static void a_later_number_is_a_phones_new_total(void **state)
{
	(void)state;
	text("+15025550100", MEANS_CHECK_IN, 3);
	text("+15025550100", MEANS_CHECK_IN, 5);
	text("+15025550100", MEANS_CHECK_IN, 2);
	text("+15025550100", MEANS_CHECK_IN, 0);
	text("+15025550101", MEANS_CHECK_IN, 20); /* cut to the party's limit */
	text("+15025550102", MEANS_LAST_WEEK, 0);
	text("+15025550103", MEANS_NOTHING_WE_KNOW, 0);
	text("+15025550101", MEANS_DELIVERED_TWICE, 20);
	play_expect(&play, &papers, &expected);
	assert_int_equal(people(CHANNEL_SMS), 2 + PLAY_PARTY_MAX);
	assert_int_equal(expected.net[CHANNEL_SMS][2][FIRST_NOT_ASKED], 2 + PLAY_PARTY_MAX);
	assert_int_equal(expected.already, 1);
	assert_int_equal(expected.not_accepted, 1);
}

static void an_undo_takes_the_walk_in_before_it_back(void **state)
{
	(void)state;
	step(STEP_WALK_IN)->people = 3;
	step(STEP_WALK_IN)->people = 1;
	step(STEP_UNDO);
	play_expect(&play, &papers, &expected);
	assert_int_equal(people(CHANNEL_MANUAL), 3);
	assert_int_equal(expected.net[CHANNEL_MANUAL][1][FIRST_NOT_ASKED], 3);
}

static void the_whole_play_is_what_was_asked_for(void **state)
{
	const struct play_batch *batch;
	const uint32_t n = play_batches(false, &batch);
	uint32_t shown = 0;

	(void)state;
	papers.n_tickets = batch[n - 1].number_first + batch[n - 1].n - 1;
	assert_int_equal(papers.n_tickets, 200);
	for (uint64_t seed = 0; seed < 50; seed++) {
		play_write(&play, seed, false, true, true, &papers);
		play_expect(&play, &papers, &expected);
		assert_int_equal(play.n_texts, 60);
		assert_int_equal(people(CHANNEL_QR), 200);
		assert_true(expected.already >= 16);
		assert_int_equal(expected.kills, 1);

		shown = 0;
		for (uint32_t i = 0; i < play.n_steps; i++) {
			const struct step *s = &play.step[i];

			if (s->kind != STEP_SHOW || s->nature != NATURE_TICKET)
				continue;
			shown++;
			/* A repeat's first visit is a good way back in the play. */
			for (uint32_t k = i > 8 ? i - 8 : 0; k < i; k++)
				assert_false(play.step[k].kind == STEP_SHOW &&
				             play.step[k].nature == NATURE_TICKET &&
				             play.step[k].ticket == s->ticket);
		}
		assert_true(shown > 200);
	}
}

static void a_forged_ticket_is_one_character_off(void **state)
{
	char forged[PLAY_CODE_BYTES_MAX];
	uint32_t different = 0;

	(void)state;
	play_forge(ticket_text[7], forged, sizeof(forged));
	assert_int_equal(strlen(forged), strlen(ticket_text[7]));
	for (size_t i = 0; forged[i]; i++)
		different += forged[i] != ticket_text[7][i];
	assert_int_equal(different, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(a_ticket_counts_once_for_each_of_its_projects, make_papers),
	    cmocka_unit_test_setup(a_later_number_is_a_phones_new_total, make_papers),
	    cmocka_unit_test_setup(an_undo_takes_the_walk_in_before_it_back, make_papers),
	    cmocka_unit_test_setup(the_whole_play_is_what_was_asked_for, make_papers),
	    cmocka_unit_test_setup(a_forged_ticket_is_one_character_off, make_papers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
