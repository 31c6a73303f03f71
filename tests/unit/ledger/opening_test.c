/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: a closed occurrence never reopens; an event that is open is found again after a restart,
 * with what it needs; an epoch that was ended for the collector's sake hands its tags to the next.
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

static struct ledger_epoch epoch; /* large */

static void an_open_event_is_found_again(void **state)
{
	struct evening *scene = *state;
	struct ledger_opening *opening = &scene->opening, other = opening_of(2, 0);
	const uint8_t signed_headcount[] = "a signed headcount";

	assert_int_equal(ledger_opening(scene->ledger, &other), LEDGER_E_OPEN);
	assert_int_equal(ledger_note_powered(scene->ledger, 123456), 0);
	assert_int_equal(ledger_headcount(scene->ledger, 41, NULL, 0), 0);
	assert_int_equal(
	    ledger_headcount(scene->ledger, 42, signed_headcount, sizeof(signed_headcount)), 0);
	assert_int_equal(
	    ledger_headcount(scene->ledger, 42, signed_headcount, HEADCOUNT_BYTES_MAX + 1),
	    -EINVAL);
	ledger_close(scene->ledger);
	scene->ledger = open_good(scene->folder.ledger);
	assert_int_equal(ledger_open_epoch(scene->ledger, &epoch), 0);
	assert_memory_equal(&epoch.epoch, &opening->epoch, sizeof(epoch.epoch));
	assert_memory_equal(&epoch.device, &opening->device, sizeof(epoch.device));
	assert_memory_equal(&epoch.event, &opening->event, sizeof(epoch.event));
	assert_memory_equal(&epoch.r, &opening->r, sizeof(epoch.r));
	assert_memory_equal(&epoch.card_check, &opening->card_check, sizeof(epoch.card_check));
	assert_false(epoch.has_secret);
	assert_int_equal(epoch.state, EPOCH_OPEN);
	assert_int_equal(epoch.manifest_len, opening->manifest_len);
	assert_memory_equal(epoch.manifest, opening->manifest, epoch.manifest_len);
	assert_memory_equal(epoch.hub_cert, opening->hub_cert, epoch.hub_cert_len);
	assert_memory_equal(epoch.grant, opening->grant, epoch.grant_len);
	assert_int_equal(epoch.powered_ms, 123456);
	assert_true(epoch.has_headcount);
	assert_int_equal(epoch.headcount, 42);
	assert_int_equal(epoch.headcount_len, sizeof(signed_headcount));
	assert_false(epoch.has_opened_wall);
}

static void a_closed_occurrence_never_reopens(void **state)
{
	struct evening *scene = *state;
	struct ledger_opening again = scene->opening, next = opening_of(1, 1);

	assert_int_equal(ledger_occurrence_closed(scene->ledger, &again.event, 0), 0);
	assert_int_equal(ledger_end_epoch(scene->ledger, false), 0);
	assert_int_equal(ledger_end_epoch(scene->ledger, false), LEDGER_E_NOT_OPEN);
	assert_int_equal(ledger_open_epoch(scene->ledger, &epoch), LEDGER_E_NOT_OPEN);
	assert_int_equal(ledger_last_epoch(scene->ledger, &epoch), 0);
	assert_int_equal(epoch.state, EPOCH_CLOSED);
	for (size_t i = 0; i < sizeof(epoch.r.b); i++)
		assert_int_equal(epoch.r.b[i], 0);
	ledger_close(scene->ledger);
	scene->ledger = open_good(scene->folder.ledger);
	assert_int_equal(ledger_occurrence_closed(scene->ledger, &again.event, 0), 1);
	assert_int_equal(ledger_occurrence_closed(scene->ledger, &again.event, 1), 0);
	random_bytes(&again.epoch, sizeof(again.epoch));
	assert_int_equal(ledger_opening(scene->ledger, &again), LEDGER_E_KNOWN);
	assert_int_equal(ledger_opening(scene->ledger, &next), 0);
}

static void an_epochs_name_is_used_once(void **state)
{
	struct evening *scene = *state;
	struct ledger_opening again = opening_of(1, 1);

	assert_int_equal(ledger_end_epoch(scene->ledger, false), 0);
	again.epoch = scene->opening.epoch;
	assert_int_equal(ledger_opening(scene->ledger, &again), -EEXIST);
	assert_int_equal(ledger_open_epoch(scene->ledger, &epoch), LEDGER_E_NOT_OPEN);
	again = opening_of(1, 1);
	again.grant_len = GRANT_BYTES_MAX + 1;
	assert_int_equal(ledger_opening(scene->ledger, &again), -EINVAL);
}

static void the_secret_is_kept_only_where_the_manifest_says(void **state)
{
	struct evening *scene = *state;
	struct ledger_opening opening = opening_of(2, 0);

	assert_int_equal(ledger_end_epoch(scene->ledger, false), 0);
	opening.keep_secret = true;
	random_bytes(&opening.secret, sizeof(opening.secret));
	opening.has_wall = true;
	opening.wall = 1790000000;
	assert_int_equal(ledger_opening(scene->ledger, &opening), 0);
	assert_int_equal(ledger_open_epoch(scene->ledger, &epoch), 0);
	assert_true(epoch.has_secret);
	assert_memory_equal(&epoch.secret, &opening.secret, sizeof(epoch.secret));
	assert_true(epoch.has_opened_wall);
	assert_int_equal(epoch.opened_wall, 1790000000);
}

static void tags_are_carried_over(void **state)
{
	struct evening *scene = *state;
	struct ledger_opening next = opening_of(1, 0);
	struct ledger_checkin ann = ticket_of(1, 5), bob = ticket_of(2, 5);
	struct ledger_counted counted;
	struct epoch_id unsealed;
	enum epoch_state unsealed_state;
	enum channel channel;
	uint64_t people;
	uint32_t n;

	ann.people = 3;
	assert_int_equal(ledger_check_in(scene->ledger, &ann, &counted), 0);
	assert_int_equal(ledger_end_epoch(scene->ledger, true), 0);
	assert_int_equal(ledger_open_epoch(scene->ledger, &epoch), LEDGER_E_NOT_OPEN);
	assert_int_equal(ledger_next_unsealed(scene->ledger, &unsealed, &unsealed_state),
	                 LEDGER_E_NOTHING);
	assert_int_equal(ledger_occurrence_closed(scene->ledger, &next.event, 0), 0);
	assert_int_equal(ledger_opening(scene->ledger, &next), 0);
	/* What is in force stays in force: else nobody would be known. */
	assert_int_equal(ledger_open_epoch(scene->ledger, &epoch), 0);
	assert_memory_equal(&epoch.r, &scene->opening.r, sizeof(epoch.r));
	assert_memory_equal(&epoch.card_check, &scene->opening.card_check,
	                    sizeof(epoch.card_check));
	assert_int_equal(epoch.leaves, 0);

	ann.people = 0;
	assert_int_equal(ledger_check_in(scene->ledger, &ann, &counted), 0);
	assert_int_equal(counted.people_added, 0);
	assert_int_equal(counted.party, 3);
	assert_int_equal(ledger_check_in(scene->ledger, &bob, &counted), 0);
	assert_int_equal(counted.people_added, 1);
	assert_int_equal(ledger_people(scene->ledger, &people), 0);
	assert_int_equal(people, 4);
	/* A leaf of the earlier epoch cannot be revoked in this one; what was added to the party
	 * here can. */
	assert_int_equal(ledger_undo_tag(scene->ledger, &ann.tag, 3, NULL, false, &n),
	                 LEDGER_E_NOTHING);
	ann.people = 5;
	assert_int_equal(ledger_check_in(scene->ledger, &ann, &counted), 0);
	assert_int_equal(counted.people_added, 2);
	ann.people = 1;
	assert_int_equal(ledger_check_in(scene->ledger, &ann, &counted), 0);
	assert_int_equal(counted.people_revoked, 2);
	assert_int_equal(counted.party, 3);
	assert_int_equal(ledger_undo_last(scene->ledger, 3, &channel, &n), 0);
	assert_int_equal(ledger_undo_last(scene->ledger, 3, &channel, &n), LEDGER_E_NOTHING);
	assert_int_equal(ledger_people(scene->ledger, &people), 0);
	assert_int_equal(people, 3);
}

static void an_ended_occurrence_can_be_closed_for_good(void **state)
{
	struct evening *scene = *state;
	struct ledger_opening again = opening_of(1, 0);

	assert_int_equal(ledger_end_epoch(scene->ledger, true), 0);
	assert_int_equal(ledger_end_epoch(scene->ledger, true), LEDGER_E_NOT_OPEN);
	assert_int_equal(ledger_end_epoch(scene->ledger, false), 0);
	assert_int_equal(ledger_opening(scene->ledger, &again), LEDGER_E_KNOWN);
}

static void answers_ride_with_the_next_commit(void **state)
{
	struct evening *scene = *state;
	struct ledger_checkin ann = ticket_of(1, 5);
	struct ledger_counted counted;

	assert_int_equal(ledger_note_answers(scene->ledger, 2, 1), 0);
	assert_int_equal(ledger_open_epoch(scene->ledger, &epoch), 0);
	assert_int_equal(epoch.already, 2);
	assert_int_equal(ledger_check_in(scene->ledger, &ann, &counted), 0);
	/* as if killed: what was noted before the commit is there */
	fault_disk_arm(scene->disk, FAULT_CUT, FAULT_OP_ANY, 1);
	assert_int_equal(ledger_note_answers(scene->ledger, 10, 10), 0);
	ledger_close(scene->ledger);
	fault_disk_power_on(scene->disk, SURVIVE_NONE, 0);
	scene->ledger = open_good(scene->folder.ledger);
	assert_int_equal(ledger_open_epoch(scene->ledger, &epoch), 0);
	assert_int_equal(epoch.already, 2);
	assert_int_equal(epoch.not_accepted, 1);
	/* an undone group does not take back answers that were given; an orderly end writes them */
	assert_int_equal(ledger_begin(scene->ledger), 0);
	assert_int_equal(ledger_note_answers(scene->ledger, 1, 0), 0);
	ledger_rollback(scene->ledger);
	ledger_close(scene->ledger);
	scene->ledger = open_good(scene->folder.ledger);
	assert_int_equal(ledger_open_epoch(scene->ledger, &epoch), 0);
	assert_int_equal(epoch.already, 3);
	assert_int_equal(ledger_end_epoch(scene->ledger, false), 0);
	assert_int_equal(ledger_note_answers(scene->ledger, 1, 0), LEDGER_E_NOT_OPEN);
	assert_int_equal(ledger_note_powered(scene->ledger, 1), LEDGER_E_NOT_OPEN);
	/* A headcount is taken until the closed totals are confirmed. */
	assert_int_equal(ledger_headcount(scene->ledger, 1, NULL, 0), 0);
	assert_int_equal(ledger_last_epoch(scene->ledger, &epoch), 0);
	assert_int_equal(epoch.already, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, evening_setup, evening_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(an_open_event_is_found_again),
	    TEST(a_closed_occurrence_never_reopens),
	    TEST(an_epochs_name_is_used_once),
	    TEST(the_secret_is_kept_only_where_the_manifest_says),
	    TEST(tags_are_carried_over),
	    TEST(an_ended_occurrence_can_be_closed_for_good),
	    TEST(answers_ride_with_the_next_commit),
	};

	if (crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
