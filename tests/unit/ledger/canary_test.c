/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: no identity stays. R, the card's secret, tags, fingerprints and senders are in the files
 * while an event is open, and nowhere in them once it is closed: not in free pages, not in the WAL,
 * not beside it.
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

enum { PEOPLE = 600 };

/* The one with the secret on the disk leaves most behind. */
static int secret_kept(void **state)
{
	struct evening *scene = calloc(1, sizeof(*scene));

	folder_make(&scene->folder);
	scene->disk = fault_disk_new();
	scene->ledger = open_good(scene->folder.ledger);
	scene->opening = opening_of(3, 1);
	scene->opening.keep_secret = true;
	random_bytes(&scene->opening.secret, sizeof(scene->opening.secret));
	*state = scene;
	return 0;
}

static struct tag sender_of(uint32_t number)
{
	return tag_of(100000 + number);
}

/* An evening with everything that leaves a trace: parties, undone ones, messages, replies, STOP. */
static void evening(struct evening *scene)
{
	struct ledger_counted counted;

	assert_int_equal(ledger_opening(scene->ledger, &scene->opening), 0);
	for (uint32_t i = 0; i < PEOPLE; i++) {
		struct ledger_checkin checkin = ticket_of(i, (uint16_t)(1 + i % 3));
		struct tag sender = sender_of(i);
		enum channel channel;
		uint32_t people;

		checkin.channel = CHANNEL_SMS;
		checkin.people = (uint8_t)(1 + i % 3);
		checkin.has_fingerprint = true;
		checkin.fingerprint = fingerprint_of(i);
		checkin.reply_due = true;
		assert_int_equal(ledger_check_in(scene->ledger, &checkin, &counted), 0);
		if (i % 10 == 9)
			assert_int_equal(ledger_undo_last(scene->ledger, 3, &channel, &people), 0);
		if (i % 3 == 0)
			assert_int_equal(ledger_sms_move(scene->ledger, &checkin.fingerprint,
			                                 SMS_STATE_ATTEMPTED, &sender, 1000 + i),
			                 0);
		if (i % 50 == 0)
			assert_int_equal(ledger_sms_stop(scene->ledger, &sender, true), 0);
	}
}

static uint32_t found(struct evening *scene, bool tell)
{
	uint32_t n = 0;
	const char *name = NULL;

	for (uint32_t i = 0; i < PEOPLE; i++) {
		struct tag tag = tag_of(i), sender = sender_of(i);
		struct fingerprint fingerprint = fingerprint_of(i);

		n += fault_disk_holds(scene->disk, &tag, sizeof(tag), &name);
		n += fault_disk_holds(scene->disk, &sender, sizeof(sender), &name);
		n += fault_disk_holds(scene->disk, &fingerprint, sizeof(fingerprint), &name);
		if (n > 0 && !tell)
			return n;
	}
	n += fault_disk_holds(scene->disk, &scene->opening.r, sizeof(scene->opening.r), &name);
	n += fault_disk_holds(scene->disk, &scene->opening.secret, sizeof(scene->opening.secret),
	                      &name);
	n += fault_disk_holds(scene->disk, &scene->opening.card_check,
	                      sizeof(scene->opening.card_check), &name);
	if (n > 0 && tell)
		print_message("%u canaries, one in %s\n", n, name);
	return n;
}

static void nothing_stays_after_a_close(void **state)
{
	struct evening *scene = *state;
	struct tag of_nobody = tag_of(999999);

	evening(scene);
	/* The search finds what is there, and does not what is not. */
	assert_true(found(scene, false) > 0);
	assert_true(
	    fault_disk_holds(scene->disk, &scene->opening.r, sizeof(scene->opening.r), NULL));
	assert_true(fault_disk_holds(scene->disk, &scene->opening.secret,
	                             sizeof(scene->opening.secret), NULL));
	assert_false(fault_disk_holds(scene->disk, &of_nobody, sizeof(of_nobody), NULL));
	assert_int_equal(ledger_end_epoch(scene->ledger, false), 0);
	assert_int_equal(found(scene, true), 0);
	ledger_close(scene->ledger);
	assert_int_equal(found(scene, true), 0);
	scene->ledger = open_good(scene->folder.ledger);
	assert_int_equal(found(scene, true), 0);
}

static void a_close_in_a_group_erases_at_its_commit(void **state)
{
	struct evening *scene = *state;

	evening(scene);
	assert_int_equal(ledger_begin(scene->ledger), 0);
	assert_int_equal(ledger_end_epoch(scene->ledger, false), 0);
	assert_int_equal(ledger_commit(scene->ledger), 0);
	assert_int_equal(found(scene, true), 0);
}

/* The power goes at each operation of a close: once the ledger is open again, either the event is,
 * or nothing stays. */
static void nothing_stays_after_a_close_cut_short(void **state)
{
	struct evening *scene = *state;
	struct fault_disk *before;
	bool happened = true;
	uint64_t cuts = 0;

	evening(scene);
	before = fault_disk_snapshot(scene->disk);
	ledger_close(scene->ledger);
	for (uint64_t n = 1; happened; n++) {
		struct ledger_epoch epoch;

		fault_disk_copy(scene->disk, before);
		scene->ledger = open_good(scene->folder.ledger);
		fault_disk_arm(scene->disk, FAULT_CUT, FAULT_OP_ANY, n);
		(void)ledger_end_epoch(scene->ledger, false);
		happened = fault_disk_happened(scene->disk);
		fault_disk_arm(scene->disk, FAULT_CUT, FAULT_OP_ANY, 1);
		ledger_close(scene->ledger);
		fault_disk_power_on(scene->disk, (enum fault_survival)(n % 3), n);
		scene->ledger = open_good(scene->folder.ledger);
		if (ledger_open_epoch(scene->ledger, &epoch) != 0 && found(scene, true) > 0)
			fail_msg("cut at operation %llu: closed, and not erased",
			         (unsigned long long)n);
		ledger_close(scene->ledger);
		scene->ledger = NULL;
		cuts++;
	}
	print_message("%llu cuts\n", (unsigned long long)cuts);
	fault_disk_free(before);
}

/* No room for the checkpoint after a close: closed all the same, erased with the next change that
 * finds room. */
static void erasing_waits_for_room(void **state)
{
	struct evening *scene = *state;
	struct fault_disk *before;
	uint64_t writes, waited = 0;
	struct ledger_epoch epoch;

	evening(scene);
	ledger_close(scene->ledger);
	before = fault_disk_snapshot(scene->disk);
	scene->ledger = open_good(scene->folder.ledger);
	fault_disk_arm(scene->disk, FAULT_NONE, FAULT_OP_WRITE, 0);
	assert_int_equal(ledger_end_epoch(scene->ledger, false), 0);
	writes = fault_disk_operations(scene->disk);
	ledger_close(scene->ledger);
	for (uint64_t n = 1; n <= writes; n++) {
		int rc;

		fault_disk_copy(scene->disk, before);
		scene->ledger = open_good(scene->folder.ledger);
		fault_disk_arm(scene->disk, FAULT_FULL, FAULT_OP_WRITE, n);
		rc = ledger_end_epoch(scene->ledger, false);
		if (rc == 0) {
			waited += found(scene, false) > 0;
			assert_int_equal(ledger_raise_floor(scene->ledger, 1790000000), 0);
			assert_int_equal(found(scene, true), 0);
		} else {
			assert_int_equal(rc, -ENOSPC);
			assert_int_equal(ledger_open_epoch(scene->ledger, &epoch), 0);
		}
		ledger_close(scene->ledger);
		scene->ledger = NULL;
	}
	print_message("%llu of %llu waited\n", (unsigned long long)waited,
	              (unsigned long long)writes);
	assert_true(waited > 0);
	fault_disk_free(before);
}

/* Tags carried over for an occurrence nobody takes up again go when another is opened, or when it
 * is closed for good. */
static void what_is_carried_over_goes_too(void **state)
{
	struct evening *scene = *state;
	struct ledger_opening other = opening_of(4, 0);

	evening(scene);
	assert_int_equal(ledger_end_epoch(scene->ledger, true), 0);
	assert_true(found(scene, false) > 0);
	assert_int_equal(ledger_opening(scene->ledger, &other), 0);
	assert_int_equal(found(scene, true), 0);
	assert_int_equal(ledger_occurrence_closed(scene->ledger, &scene->opening.event,
	                                          scene->opening.occurrence),
	                 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, secret_kept, evening_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(nothing_stays_after_a_close),
	    TEST(a_close_in_a_group_erases_at_its_commit),
	    TEST(nothing_stays_after_a_close_cut_short),
	    TEST(erasing_waits_for_room),
	    TEST(what_is_carried_over_goes_too),
	};

	if (crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
