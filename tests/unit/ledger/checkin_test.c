/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: a person counts once for the meeting and once for each project; a party as many as it
 * says; what is taken back can come again.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "crypto.h"
#include "fixture.h"
#include "vfs_fault.h"

static void check_in(struct evening *scene, const struct ledger_checkin *checkin, uint32_t added,
                     uint32_t revoked, uint8_t projects, uint16_t party)
{
	struct ledger_counted counted;

	assert_int_equal(ledger_check_in(scene->ledger, checkin, &counted), 0);
	assert_int_equal(counted.people_added, added);
	assert_int_equal(counted.people_revoked, revoked);
	assert_int_equal(counted.projects_added, projects);
	assert_int_equal(counted.party, party);
}

static uint64_t people(struct evening *scene)
{
	uint64_t n = 0;

	assert_int_equal(ledger_people(scene->ledger, &n), 0);
	return n;
}

/* Added minus revoked of a project, and its rows, in the open epoch. */
static int64_t in_project(struct evening *scene, uint16_t project)
{
	struct batch_row row[BATCH_ROWS_MAX];
	uint16_t n;
	int64_t sum = 0;

	assert_int_equal(ledger_totals(scene->ledger, &scene->opening.epoch, row, &n), 0);
	for (uint16_t i = 0; i < n; i++)
		sum += row[i].project == project ? (int64_t)row[i].added - row[i].revoked : 0;
	return sum;
}

static void a_person_counts_once(void **state)
{
	struct evening *scene = *state;
	struct ledger_checkin ann = ticket_of(1, 5), bob = ticket_of(2, 5);

	check_in(scene, &ann, 1, 0, 1, 1);
	check_in(scene, &ann, 0, 0, 0, 1);
	check_in(scene, &bob, 1, 0, 1, 1);
	ann.channel = CHANNEL_SMS; /* the same tag, whatever it came by */
	check_in(scene, &ann, 0, 0, 0, 1);
	assert_int_equal(people(scene), 2);
	assert_int_equal(in_project(scene, 5), 2);
}

static void another_project_is_added_for_a_known_person(void **state)
{
	struct evening *scene = *state;
	struct ledger_checkin ann = ticket_of(1, 5);

	check_in(scene, &ann, 1, 0, 1, 1);
	ann.n_projects = 3;
	ann.project[1] = 6;
	ann.project[2] = 7;
	check_in(scene, &ann, 0, 0, 2, 1);
	assert_int_equal(people(scene), 1);
	assert_int_equal(in_project(scene, 6), 1);
}

static void walk_ins_are_always_new(void **state)
{
	struct evening *scene = *state;
	struct ledger_checkin walk_in = {
	    .channel = CHANNEL_MANUAL, .n_projects = 1, .project = {5}, .people = 4};

	check_in(scene, &walk_in, 4, 0, 1, 4);
	walk_in.people = 0;
	check_in(scene, &walk_in, 1, 0, 1, 1);
	assert_int_equal(people(scene), 5);
	assert_int_equal(in_project(scene, 5), 5);
}

static void walk_ins_of_one_act_are_one_undo(void **state)
{
	struct evening *scene = *state;
	struct ledger_checkin walk_ins = {
	    .channel = CHANNEL_MANUAL, .n_projects = 2, .project = {5, 6}, .people = WALK_INS_MAX};
	struct ledger_counted counted;
	enum channel channel;
	uint32_t n;

	check_in(scene, &walk_ins, WALK_INS_MAX, 0, 2, WALK_INS_MAX);
	assert_int_equal(ledger_undo_last(scene->ledger, SLOT_UNKNOWN, &channel, &n), 0);
	assert_int_equal(n, WALK_INS_MAX);
	assert_int_equal(people(scene), 0);
	assert_int_equal(in_project(scene, 6), 0);
	walk_ins.people++;
	assert_int_equal(ledger_check_in(scene->ledger, &walk_ins, &counted), -EINVAL);
}

static void a_party_is_as_many_as_it_last_said(void **state)
{
	struct evening *scene = *state;
	struct ledger_checkin party = ticket_of(1, 5);

	party.people = 3;
	check_in(scene, &party, 3, 0, 1, 3);
	party.people = 0; /* no number: as it is */
	check_in(scene, &party, 0, 0, 0, 3);
	party.project[0] = 6; /* and so many for another project */
	check_in(scene, &party, 0, 0, 1, 3);
	assert_int_equal(in_project(scene, 6), 3);
	party.people = 5;
	check_in(scene, &party, 2, 0, 0, 5);
	assert_int_equal(in_project(scene, 5), 3);
	assert_int_equal(in_project(scene, 6), 5);
	party.people = 2; /* fewer at the meeting: fewer in each project */
	check_in(scene, &party, 0, 3, 0, 2);
	assert_int_equal(people(scene), 2);
	assert_int_equal(in_project(scene, 5), 2);
	assert_int_equal(in_project(scene, 6), 2);
	party.people = PARTY_MAX;
	check_in(scene, &party, PARTY_MAX - 2, 0, 0, PARTY_MAX);
}

static void undo_takes_back_the_last_that_stands(void **state)
{
	struct evening *scene = *state;
	struct ledger_checkin ann = ticket_of(1, 5), party = ticket_of(2, 6);
	struct ledger_checkin walk_in = {.channel = CHANNEL_MANUAL, .people = 2};
	enum channel channel;
	uint32_t n;

	check_in(scene, &ann, 1, 0, 1, 1);
	party.channel = CHANNEL_SMS;
	party.people = 4;
	check_in(scene, &party, 4, 0, 1, 4);
	party.people = 3;
	check_in(scene, &party, 0, 1, 0, 3);
	check_in(scene, &walk_in, 2, 0, 0, 2);

	assert_int_equal(ledger_undo_last(scene->ledger, 9, &channel, &n), 0);
	assert_int_equal(channel, CHANNEL_MANUAL);
	assert_int_equal(n, 2);
	assert_int_equal(ledger_undo_last(scene->ledger, 9, &channel, &n), 0);
	assert_int_equal(channel, CHANNEL_SMS);
	assert_int_equal(n, 3);
	assert_int_equal(ledger_undo_last(scene->ledger, 9, &channel, &n), 0);
	assert_int_equal(channel, CHANNEL_QR);
	assert_int_equal(n, 1);
	assert_int_equal(ledger_undo_last(scene->ledger, 9, &channel, &n), LEDGER_E_NOTHING);
	assert_int_equal(people(scene), 0);
	/* The tags are free. */
	check_in(scene, &ann, 1, 0, 1, 1);
	party.people = 0;
	check_in(scene, &party, 1, 0, 1, 1);
}

static void undo_by_message_takes_all_of_a_phone_back(void **state)
{
	struct evening *scene = *state;
	struct ledger_checkin ann = ticket_of(1, 5), bob = ticket_of(2, 5);
	struct fingerprint undo = fingerprint_of(1), again = fingerprint_of(2);
	enum sms_state sms;
	uint32_t n = 99;

	ann.people = 3;
	check_in(scene, &ann, 3, 0, 1, 3);
	check_in(scene, &bob, 1, 0, 1, 1);
	assert_int_equal(ledger_undo_tag(scene->ledger, &ann.tag, 3, &undo, true, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(people(scene), 1);
	assert_int_equal(in_project(scene, 5), 1);
	/* The same message once more; another one, for which nothing is left; and without a
	 * message. */
	assert_int_equal(ledger_undo_tag(scene->ledger, &ann.tag, 3, &undo, true, &n),
	                 LEDGER_E_KNOWN);
	assert_int_equal(ledger_undo_tag(scene->ledger, &ann.tag, 3, &again, false, &n),
	                 LEDGER_E_NOTHING);
	assert_int_equal(ledger_sms_state(scene->ledger, &again, &sms), 0);
	assert_int_equal(sms, SMS_STATE_NO_REPLY);
	assert_int_equal(ledger_undo_tag(scene->ledger, &bob.tag, 3, NULL, false, &n), 0);
	assert_int_equal(n, 1);
}

static void a_known_message_is_never_counted_again(void **state)
{
	struct evening *scene = *state;
	struct ledger_checkin ann = ticket_of(1, 5);
	struct ledger_counted counted = {.party = 77};

	ann.has_fingerprint = true;
	ann.fingerprint = fingerprint_of(1);
	check_in(scene, &ann, 1, 0, 1, 1);
	ann.tag = tag_of(2);
	assert_int_equal(ledger_check_in(scene->ledger, &ann, &counted), LEDGER_E_KNOWN);
	assert_int_equal(counted.party, 77); /* untouched */
	assert_int_equal(people(scene), 1);
}

static void nothing_counts_without_an_open_event(void **state)
{
	struct evening *scene = *state;
	struct ledger_checkin ann = ticket_of(1, 5);
	struct ledger_counted counted;
	enum channel channel;
	uint32_t n;

	assert_int_equal(ledger_end_epoch(scene->ledger, false), 0);
	assert_int_equal(ledger_check_in(scene->ledger, &ann, &counted), LEDGER_E_NOT_OPEN);
	assert_int_equal(ledger_undo_tag(scene->ledger, &ann.tag, 3, NULL, false, &n),
	                 LEDGER_E_NOT_OPEN);
	assert_int_equal(ledger_undo_last(scene->ledger, 3, &channel, &n), LEDGER_E_NOTHING);
}

static void what_is_out_of_range_is_refused(void **state)
{
	struct evening *scene = *state;
	const struct ledger_checkin good = ticket_of(1, 5);
	struct ledger_checkin bad[7];
	struct ledger_counted counted;

	for (int i = 0; i < 7; i++)
		bad[i] = good;
	bad[0].people = PARTY_MAX + 1;
	bad[1].project[0] = 0;
	bad[2].n_projects = PROJECTS_MAX + 1;
	bad[3].channel = (enum channel)4;
	bad[4].first = (enum first)3;
	bad[5].n_projects = 2, bad[5].project[1] = 5;
	bad[6].channel = (enum channel)0;
	for (int i = 0; i < 7; i++)
		assert_int_equal(ledger_check_in(scene->ledger, &bad[i], &counted), -EINVAL);
	assert_int_equal(people(scene), 0);
}

/* The wire has room for so many rows; the one too many is refused and changes nothing. */
static void more_rows_than_a_batch_carries_are_refused(void **state)
{
	struct evening *scene = *state;
	struct ledger_counted counted;
	struct batch_row row[BATCH_ROWS_MAX];
	uint16_t n = 0;
	int rc = 0;

	for (uint32_t i = 0; i < 9u * 30 && rc == 0; i++) {
		struct ledger_checkin checkin = ticket_of(i, (uint16_t)(1 + i / 9));

		checkin.channel = (enum channel)(1 + i % 3);
		checkin.first = (enum first)(i / 3 % 3);
		rc = ledger_check_in(scene->ledger, &checkin, &counted);
	}
	assert_int_equal(rc, LEDGER_E_OVERFLOW);
	assert_int_equal(ledger_totals(scene->ledger, &scene->opening.epoch, row, &n), 0);
	assert_int_equal(n, BATCH_ROWS_MAX);
	for (uint16_t i = 1; i < n; i++)
		assert_true(
		    row[i - 1].project < row[i].project ||
		    (row[i - 1].project == row[i].project &&
		     (row[i - 1].channel < row[i].channel ||
		      (row[i - 1].channel == row[i].channel && row[i - 1].first < row[i].first))));
}

/* A check-in that fails half-way in a group leaves no leaf behind, on the disk or in memory. */
static void a_check_in_that_fails_in_a_group_leaves_nothing(void **state)
{
	struct evening *scene = *state;
	struct ledger_checkin last = ticket_of(5000, 1), good = ticket_of(5001, 1);
	struct ledger_counted counted;
	struct ledger_epoch epoch;
	uint64_t leaves;
	int rc = 0;

	for (uint32_t i = 0; rc == 0; i++) {
		struct ledger_checkin checkin = ticket_of(i, (uint16_t)(1 + i / 9));

		checkin.channel = (enum channel)(1 + i % 3);
		checkin.first = (enum first)(i / 3 % 3);
		rc = ledger_check_in(scene->ledger, &checkin, &counted);
	}
	assert_int_equal(ledger_open_epoch(scene->ledger, &epoch), 0);
	leaves = epoch.leaves;
	last.n_projects = 2;
	last.project[1] = 60000;
	assert_int_equal(ledger_begin(scene->ledger), 0);
	assert_int_equal(ledger_check_in(scene->ledger, &last, &counted), LEDGER_E_OVERFLOW);
	check_in(scene, &good, 1, 0, 1, 1);
	assert_int_equal(ledger_commit(scene->ledger), 0);
	assert_int_equal(ledger_open_epoch(scene->ledger, &epoch), 0);
	assert_int_equal(epoch.leaves, leaves + 2);
}

static void a_group_is_durable_at_its_commit(void **state)
{
	struct evening *scene = *state;
	struct ledger_checkin ann = ticket_of(1, 5), bob = ticket_of(2, 5), bad = ticket_of(3, 5);
	struct ledger_counted counted;

	assert_int_equal(ledger_commit(scene->ledger), -EINVAL);
	assert_int_equal(ledger_begin(scene->ledger), 0);
	assert_int_equal(ledger_begin(scene->ledger), -EINVAL);
	check_in(scene, &ann, 1, 0, 1, 1);
	bad.has_fingerprint = true;
	bad.fingerprint = fingerprint_of(9);
	check_in(scene, &bad, 1, 0, 1, 1);
	bad.tag = tag_of(4); /* one that fails takes nothing with it */
	assert_int_equal(ledger_check_in(scene->ledger, &bad, &counted), LEDGER_E_KNOWN);
	check_in(scene, &bob, 1, 0, 1, 1);
	assert_int_equal(ledger_commit(scene->ledger), 0);
	assert_int_equal(people(scene), 3);
	assert_int_equal(ledger_begin(scene->ledger), 0);
	bob.tag = tag_of(5);
	check_in(scene, &bob, 1, 0, 1, 1);
	ledger_rollback(scene->ledger);
	assert_int_equal(people(scene), 3);
	check_in(scene, &bob, 1, 0, 1, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, evening_setup, evening_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_person_counts_once),
	    TEST(another_project_is_added_for_a_known_person),
	    TEST(walk_ins_are_always_new),
	    TEST(walk_ins_of_one_act_are_one_undo),
	    TEST(a_party_is_as_many_as_it_last_said),
	    TEST(undo_takes_back_the_last_that_stands),
	    TEST(undo_by_message_takes_all_of_a_phone_back),
	    TEST(a_known_message_is_never_counted_again),
	    TEST(nothing_counts_without_an_open_event),
	    TEST(what_is_out_of_range_is_refused),
	    TEST(more_rows_than_a_batch_carries_are_refused),
	    TEST(a_check_in_that_fails_in_a_group_leaves_nothing),
	    TEST(a_group_is_durable_at_its_commit),
	};

	if (crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
