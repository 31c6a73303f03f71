/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: no acknowledged check-in is dropped in silence. What was counted last lies in the
 * write-ahead log; SQLite takes a damaged one for an ended one. Whatever octet of it changes, and
 * wherever it is cut, the ledger is refused, by who counts and by who only looks, and its files stay
 * as they are. What a power cut leaves is no damage: power_cut_test.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>
#include "crypto.h"
#include "fixture.h"

enum { TRIES = 400, FRAME = 24 + 4096, HEADER = 32, PAGES_BEFORE_A_CHECKPOINT = 250 };

struct night {
	struct folder folder;
	struct fault_disk *disk, *good;
	uint64_t people;
};

/* A ledger killed with so many check-ins in its WAL. */
static void count(struct night *night, uint32_t people)
{
	struct ledger_opening opening = opening_of(1, 0);
	struct ledger *ledger;
	struct ledger_counted counted;

	folder_make(&night->folder);
	night->disk = fault_disk_new();
	ledger = open_good(night->folder.ledger);
	assert_int_equal(ledger_opening(ledger, &opening), 0);
	for (uint32_t i = 0; i < people; i++) {
		struct ledger_checkin checkin = ticket_of(i, 1);

		assert_int_equal(ledger_check_in(ledger, &checkin, &counted), 0);
	}
	night->good = fault_disk_snapshot(night->disk);
	fault_disk_arm(night->disk, FAULT_CUT, FAULT_OP_ANY, 1);
	ledger_close(ledger);
	night->people = people;
}

static void forget(struct night *night)
{
	fault_disk_free(night->good);
	fault_disk_free(night->disk);
	folder_remove(&night->folder);
}

static uint8_t *wal_of(struct fault_disk *disk, size_t *ret_len)
{
	uint8_t *octets = fault_disk_file(disk, "ledger.db-wal", ret_len);

	assert_non_null(octets);
	return octets;
}

/* Nobody who was told "counted" is missing, or it is said. *ret_people: of a ledger that opened. */
static int try_to_open(struct night *night, uint64_t *ret_people)
{
	struct ledger *ledger = NULL;
	char sentence[400] = "";
	uint8_t *before, *after;
	size_t len, len_after;
	int rc;

	before = wal_of(night->disk, &len);
	before = memcpy(malloc(len), before, len);
	rc = ledger_open(night->folder.ledger, &ledger, sentence, sizeof(sentence));
	if (rc == 0) {
		assert_int_equal(ledger_people(ledger, ret_people), 0);
		ledger_close(ledger);
	} else {
		assert_int_equal(rc, LEDGER_E_DAMAGED);
		assert_non_null(strstr(sentence, "keep"));
		assert_int_equal(ledger_open_reading(night->folder.ledger, &ledger, NULL, 0),
		                 LEDGER_E_DAMAGED);
		after = wal_of(night->disk, &len_after);
		assert_int_equal(len, len_after);
		assert_memory_equal(before, after, len);
	}
	free(before);
	return rc;
}

/* Where the note beside the ledger is lost as well, all but the last two transactions are guarded. */
static void forget_note(struct night *night)
{
	size_t len;
	uint8_t *octets = fault_disk_file(night->disk, "-acked", &len);

	assert_non_null(octets);
	memset(octets, 0, len);
}

static void flip_everywhere(uint32_t people, bool noted)
{
	struct night night;
	uint64_t seed = 88, found = 0;
	size_t len;

	count(&night, people);
	(void)wal_of(night.good, &len);
	for (int i = 0; i < TRIES; i++) {
		uint64_t is = 0;
		uint8_t *octets;
		size_t at;

		fault_disk_copy(night.disk, night.good);
		if (!noted)
			forget_note(&night);
		octets = wal_of(night.disk, &len);
		at = fault_random(&seed) % len;
		octets[at] ^= (uint8_t)(1u + fault_random(&seed) % 255);
		if (try_to_open(&night, &is) != 0)
			found++;
		else if (noted)
			fail_msg("octet %zu of %zu was changed; %llu of %llu people are left", at,
			         len, (unsigned long long)is, (unsigned long long)night.people);
	}
	print_message("%u people, %zu octets, %s: %llu of %d found\n", people, len,
	              noted ? "noted" : "not noted", (unsigned long long)found, TRIES);
	assert_true(found == TRIES || !noted);
	assert_true(found > TRIES * 9 / 10 || people < 60);
	forget(&night);
}

static void a_changed_octet_is_never_passed(void **state)
{
	(void)state;
	flip_everywhere(1, true);
	flip_everywhere(2, true);
	flip_everywhere(60, true);
	flip_everywhere(60, false);
}

static void a_log_cut_short_or_gone_is_never_passed(void **state)
{
	static const size_t left[] = {0, 10, HEADER, HEADER + FRAME, HEADER + 20 * FRAME + 7};
	struct night night;

	(void)state;
	count(&night, 60);
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
		uint64_t is = 0;
		size_t len;

		fault_disk_copy(night.disk, night.good);
		fault_disk_cut_file(night.disk, "ledger.db-wal", left[i]);
		(void)wal_of(night.disk, &len);
		assert_int_equal(len, left[i]);
		assert_int_equal(try_to_open(&night, &is), LEDGER_E_DAMAGED);
	}
	forget(&night);
}

/* Most people are in the file itself soon, however small their check-ins. */
static void few_people_depend_on_the_log(void **state)
{
	struct night night;
	size_t len;

	(void)state;
	for (uint32_t people = 100; people <= 700; people += 150) {
		count(&night, people);
		(void)wal_of(night.good, &len);
		print_message("%u people: %zu frames\n", people, len / FRAME);
		assert_true(len / FRAME <= 3 * PAGES_BEFORE_A_CHECKPOINT);
		forget(&night);
	}
}

/* An undamaged one is opened, whatever was noted: nothing, or an older note than the last. */
static void what_was_not_noted_is_no_damage(void **state)
{
	struct night night;
	uint64_t is = 0;
	size_t len;

	(void)state;
	count(&night, 60);
	for (int torn = 0; torn < 3; torn++) {
		uint8_t *note;

		fault_disk_copy(night.disk, night.good);
		note = fault_disk_file(night.disk, "-acked", &len);
		assert_non_null(note);
		if (torn < 2)
			note[torn * 64 + 20] ^= 1;
		else
			memset(note, 0, len);
		assert_int_equal(try_to_open(&night, &is), 0);
		assert_int_equal(is, night.people);
	}
	forget(&night);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_changed_octet_is_never_passed),
	    cmocka_unit_test(a_log_cut_short_or_gone_is_never_passed),
	    cmocka_unit_test(few_people_depend_on_the_log),
	    cmocka_unit_test(what_was_not_noted_is_no_damage),
	};

	if (crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
