/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: a broken disk degrades, visibly. No room: nothing happened, and it goes on when there is
 * room. A failed write or sync: every change is refused until the ledger is opened again, no sync
 * is tried twice, and what was reported is there.
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
#include "model.h"
#include "vfs_fault.h"

struct scene {
	struct folder folder;
	struct fault_disk *disk;
	struct ledger *ledger;
	struct model model;
	struct ledger_opening opening;
	uint32_t next;
};

static int setup(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	folder_make(&scene->folder);
	scene->disk = fault_disk_new();
	scene->ledger = open_good(scene->folder.ledger);
	scene->opening = opening_of(1, 0);
	assert_int_equal(ledger_opening(scene->ledger, &scene->opening), 0);
	model_opening(&scene->model, &scene->opening);
	*state = scene;
	return 0;
}

static int teardown(void **state)
{
	struct scene *scene = *state;

	ledger_close(scene->ledger);
	fault_disk_free(scene->disk);
	model_free(&scene->model);
	folder_remove(&scene->folder);
	free(scene);
	return 0;
}

/* The next person; told to the model only if the ledger says so. */
static int next_check_in(struct scene *scene)
{
	struct ledger_checkin checkin = ticket_of(scene->next, (uint16_t)(1 + scene->next % 3));
	struct ledger_counted counted, should;
	int rc = ledger_check_in(scene->ledger, &checkin, &counted);

	if (rc != 0)
		return rc;
	assert_int_equal(counted.people_added, 1);
	assert_int_equal(model_check_in(&scene->model, &checkin, &should), 0);
	scene->next++;
	return 0;
}

static void must_agree(struct scene *scene, const char *when)
{
	char why[300];

	if (!model_agrees(&scene->model, scene->ledger, why, sizeof(why)))
		fail_msg("%s: %s", when, why);
}

static uint64_t disk_octets(struct scene *scene)
{
	size_t db = 0, wal = 0;

	(void)fault_disk_file(scene->disk, "ledger.db", &db);
	(void)fault_disk_file(scene->disk, "-wal", &wal);
	return db + wal;
}

static void no_room_stops_counting_until_there_is_room(void **state)
{
	struct scene *scene = *state;
	int counted = 0, rc = 0;

	fault_disk_limit(scene->disk, disk_octets(scene) + 200000);
	while ((rc = next_check_in(scene)) == 0)
		counted++;
	assert_int_equal(rc, -ENOSPC);
	assert_true(counted > 5);
	for (int i = 0; i < 20; i++) {
		/* What room there is may be used; nothing goes wrong. */
		rc = next_check_in(scene);
		assert_true(rc == 0 || rc == -ENOSPC);
		must_agree(scene, "while it is full");
	}
	fault_disk_limit(scene->disk, 0);
	assert_int_equal(next_check_in(scene), 0);
	must_agree(scene, "with room again");
	ledger_close(scene->ledger);
	scene->ledger = open_good(scene->folder.ledger);
	must_agree(scene, "opened again");
}

static void no_room_in_a_group_undoes_the_group(void **state)
{
	struct scene *scene = *state;
	struct model before;
	int rc = 0;

	for (int i = 0; i < 5; i++)
		assert_int_equal(next_check_in(scene), 0);
	before = model_copy(&scene->model);
	fault_disk_limit(scene->disk, disk_octets(scene) + 6000);
	assert_int_equal(ledger_begin(scene->ledger), 0);
	for (int i = 0; i < 5 && rc == 0; i++)
		rc = next_check_in(scene);
	assert_int_equal(ledger_commit(scene->ledger), -ENOSPC);
	model_free(&scene->model);
	scene->model = before;
	must_agree(scene, "after the group");
	fault_disk_limit(scene->disk, 0);
	assert_int_equal(next_check_in(scene), 0);
	must_agree(scene, "with room again");
}

/* One failure at operation n of an evening of check-ins. */
static bool fail_at(struct scene *scene, unsigned mask, uint64_t n)
{
	char when[100];
	int rc = 0;

	(void)snprintf(when, sizeof(when), "failure %llu of kind %u", (unsigned long long)n, mask);
	fault_disk_arm(scene->disk, FAULT_EIO, mask, n);
	for (int i = 0; i < 400 && rc == 0; i++)
		rc = next_check_in(scene);
	if (!fault_disk_happened(scene->disk)) {
		assert_int_equal(rc, 0);
		return false;
	}
	if (rc != -EIO)
		fail_msg("%s: answered %d", when, rc);
	/* Refused from now on, without touching the disk. */
	fault_disk_arm(scene->disk, FAULT_NONE, FAULT_OP_ANY, 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(next_check_in(scene), -EIO);
	assert_int_equal(ledger_begin(scene->ledger), -EIO);
	assert_int_equal(ledger_end_epoch(scene->ledger, false), -EIO);
	ledger_close(scene->ledger);
	assert_int_equal(fault_disk_operations(scene->disk), 0);
	return true;
}

/*
 * Linux forgets what a failed sync should have written: from then on the page cache and the disk
 * differ, and the next sync succeeds. So the power goes after the failure, and what was reported
 * must be there all the same.
 */
static void a_failed_sync_loses_nothing_reported(void **state)
{
	struct scene *scene = *state;
	struct fault_disk *start = fault_disk_snapshot(scene->disk);
	struct model empty = model_copy(&scene->model);
	static const unsigned masks[] = {FAULT_OP_SYNC, FAULT_OP_WRITE};
	uint64_t done = 0;

	ledger_close(scene->ledger);
	for (size_t m = 0; m < 2; m++) {
		bool more = true;

		for (uint64_t n = 1; more; n += 1 + n / 8) {
			fault_disk_copy(scene->disk, start);
			model_free(&scene->model);
			scene->model = model_copy(&empty);
			scene->next = 1;
			scene->ledger = open_good(scene->folder.ledger);
			more = fail_at(scene, masks[m], n);
			if (!more)
				ledger_close(scene->ledger);
			scene->ledger = NULL;
			fault_disk_power_on(scene->disk, SURVIVE_NONE, n);
			scene->ledger = open_good(scene->folder.ledger);
			must_agree(scene, "after the failure and a power cut");
			assert_int_equal(next_check_in(scene), 0);
			ledger_close(scene->ledger);
			scene->ledger = NULL;
			done++;
		}
	}
	print_message("%llu failures\n", (unsigned long long)done);
	model_free(&empty);
	fault_disk_free(start);
}

/* Opened again without a power cut: the failed commit may be there or not, and counts once either
 * way. */
static void after_a_failure_it_goes_on_once_opened_again(void **state)
{
	struct scene *scene = *state;
	struct ledger_checkin checkin = ticket_of(900, 1);
	struct ledger_counted counted, again;
	uint64_t people = 0;

	fault_disk_arm(scene->disk, FAULT_EIO, FAULT_OP_SYNC, 1);
	assert_int_equal(ledger_check_in(scene->ledger, &checkin, &counted), -EIO);
	must_agree(scene, "reading goes on");
	ledger_close(scene->ledger);
	scene->ledger = open_good(scene->folder.ledger);
	assert_int_equal(ledger_check_in(scene->ledger, &checkin, &counted), 0);
	assert_int_equal(ledger_check_in(scene->ledger, &checkin, &again), 0);
	assert_int_equal(again.people_added, 0);
	assert_int_equal(ledger_people(scene->ledger, &people), 0);
	assert_int_equal(people, 1);
}

static void a_disk_that_fails_at_the_opening_is_said_so(void **state)
{
	struct scene *scene = *state;
	struct ledger *ledger = NULL;
	char sentence[300];

	ledger_close(scene->ledger);
	scene->ledger = NULL;
	fault_disk_power_on(scene->disk, SURVIVE_ALL, 0);
	fault_disk_arm(scene->disk, FAULT_EIO, FAULT_OP_ANY, 1);
	(void)ledger_open(scene->folder.ledger, &ledger, sentence, sizeof(sentence));
	if (ledger == NULL)
		assert_true(strlen(sentence) > 20);
	ledger_close(ledger);
	fault_disk_arm(scene->disk, FAULT_NONE, FAULT_OP_ANY, 0);
	scene->ledger = open_good(scene->folder.ledger);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(no_room_stops_counting_until_there_is_room),
	    TEST(no_room_in_a_group_undoes_the_group),
	    TEST(a_failed_sync_loses_nothing_reported),
	    TEST(after_a_failure_it_goes_on_once_opened_again),
	    TEST(a_disk_that_fails_at_the_opening_is_said_so),
	};

	if (crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
