/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: no total is silently changed. A file that is newer, damaged, foreign or in use is
 * refused with a sentence that says what to do, and not one of its octets is changed.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include <sqlite3.h>
#include "crypto.h"
#include "file.h"
#include "fixture.h"
#include "model.h"
#include "sql_edit.h"
#include "vfs_fault.h"

enum { FLIPS = 1500 };

/* Refused with that error, with a sentence that has `word` in it, and the file as it was. */
static void refused(const char *path, int error, const char *word)
{
	struct ledger *ledger = NULL;
	uint8_t *before = NULL, *after = NULL;
	size_t before_len = 0, after_len = 0;
	char sentence[400] = "";
	int rc;

	assert_int_equal(file_read(path, 1 << 26, &before, &before_len), 0);
	rc = ledger_open(path, &ledger, sentence, sizeof(sentence));
	if (rc != error || strstr(sentence, word) == NULL || strstr(sentence, path) == NULL)
		fail_msg("answered %d, should be %d: %s", rc, error, sentence);
	assert_null(ledger);
	assert_int_equal(file_read(path, 1 << 26, &after, &after_len), 0);
	assert_int_equal(before_len, after_len);
	assert_memory_equal(before, after, before_len);
	free(before);
	free(after);
}

static void fill(struct ledger *ledger)
{
	struct ledger_opening opening = opening_of(1, 0);
	struct ledger_checkin undone = ticket_of(4999, 1);
	struct ledger_counted counted;
	enum channel channel;
	uint32_t people;

	assert_int_equal(ledger_opening(ledger, &opening), 0);
	assert_int_equal(ledger_begin(ledger), 0);
	assert_int_equal(ledger_check_in(ledger, &undone, &counted), 0);
	assert_int_equal(ledger_undo_last(ledger, 0, &channel, &people), 0);
	for (uint32_t i = 0; i < 198; i++) {
		struct ledger_checkin checkin = ticket_of(i, (uint16_t)(1 + i % 3));

		assert_int_equal(ledger_check_in(ledger, &checkin, &counted), 0);
	}
	assert_int_equal(ledger_commit(ledger), 0);
}

static void a_new_ledger_is_its_owners_alone(void **state)
{
	struct folder *folder = *state;
	struct ledger *ledger = open_good(folder->ledger);
	char wal[320];
	struct stat st;

	fill(ledger);
	assert_int_equal(stat(folder->ledger, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	(void)snprintf(wal, sizeof(wal), "%s-wal", folder->ledger);
	assert_int_equal(stat(wal, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	ledger_close(ledger);
	/* and one that was moved away is begun anew */
	assert_int_equal(unlink(folder->ledger), 0);
	ledger_close(open_good(folder->ledger));
	/* one of zero length is a new one too, if nothing was counted in it */
	assert_int_equal(truncate(folder->ledger, 0), 0);
	ledger_close(open_good(folder->ledger));
}

static void a_newer_ledger_is_left_alone(void **state)
{
	struct folder *folder = *state;

	ledger_close(open_good(folder->ledger));
	sql_edit(folder->ledger, "PRAGMA user_version = 2");
	refused(folder->ledger, LEDGER_E_NEWER, "newer version");
}

static void another_programs_database_is_left_alone(void **state)
{
	struct folder *folder = *state;

	sql_edit(folder->ledger,
	         "CREATE TABLE recipe (name TEXT); INSERT INTO recipe VALUES ('soup')");
	refused(folder->ledger, LEDGER_E_FOREIGN, "another program");
}

static void what_is_no_database_is_left_alone(void **state)
{
	static const char text[] =
	    "Minutes of the meeting of the river project, with enough words to be a file of some "
	    "length, and certainly more than a hundred octets of it.";
	struct folder *folder = *state;

	assert_int_equal(file_write(folder->ledger, text, sizeof(text), 0600), 0);
	refused(folder->ledger, LEDGER_E_DAMAGED, "move it aside");
	assert_int_equal(file_write(folder->ledger, text, 20, 0600), 0);
	refused(folder->ledger, LEDGER_E_DAMAGED, "move it aside");
}

static void a_ledger_cut_short_is_left_alone(void **state)
{
	struct folder *folder = *state;
	struct ledger *ledger = open_good(folder->ledger);
	struct stat st;

	fill(ledger);
	ledger_close(ledger);
	assert_int_equal(stat(folder->ledger, &st), 0);
	assert_int_equal(truncate(folder->ledger, st.st_size - 8192), 0);
	refused(folder->ledger, LEDGER_E_DAMAGED, "keep it");
	assert_int_equal(truncate(folder->ledger, 5000), 0);
	refused(folder->ledger, LEDGER_E_DAMAGED, "keep it");
	assert_int_equal(truncate(folder->ledger, 64), 0);
	refused(folder->ledger, LEDGER_E_DAMAGED, "move it aside");
	assert_int_equal(truncate(folder->ledger, 0), 0);
	refused(folder->ledger, LEDGER_E_DAMAGED, "it is empty, and was not");
}

/* A ledger with a sealed batch, changed by somebody with a tool. */
static void change_with_a_tool(struct folder *folder, const char *change)
{
	struct ledger *ledger = open_good(folder->ledger);
	struct ledger_epoch epoch;
	char sql[300];

	fill(ledger);
	assert_int_equal(ledger_open_epoch(ledger, &epoch), 0);
	(void)seal(ledger, &epoch.epoch);
	ledger_close(ledger);
	(void)snprintf(sql, sizeof(sql), "PRAGMA foreign_keys = OFF; %s", change);
	sql_edit(folder->ledger, sql);
	print_message("  %s\n", change);
}

/* SQLite finds nothing wrong, we do: at once, where the first check-in would stand on it. */
static void what_a_check_in_cannot_stand_on_is_left_alone(void **state)
{
	static const char *const change[] = {
	    "UPDATE total SET added = added + 1 WHERE project = 0",
	    "UPDATE leaf SET node = randomblob(32) WHERE id = (SELECT max(id) - 16 FROM leaf)",
	    "DELETE FROM leaf WHERE id = (SELECT max(id) FROM leaf)",
	    "DELETE FROM leaf; DELETE FROM tag",
	    "DELETE FROM total WHERE project = 3",
	    "INSERT INTO tag SELECT max(id) + 1, randomblob(16), 0 FROM leaf",
	    "DELETE FROM opening",
	    "UPDATE opening SET event = randomblob(8)",
	    "DELETE FROM progress",
	    "DELETE FROM device",
	    "INSERT INTO total VALUES (9, 0, 1, 0, 1, 0)",
	    ("INSERT INTO epoch SELECT 2, randomblob(16), device, event, occurrence, boot, wall, "
	     "manifest, hub_cert, grant_bytes FROM epoch; INSERT INTO progress VALUES (2, 1, 0, 0, "
	     "0, NULL, NULL)"),
	    "UPDATE batch SET log_root = randomblob(32)",
	    "UPDATE batch SET log_size = 1000000",
	    "DROP TABLE tag",
	};

	for (size_t i = 0; i < sizeof(change) / sizeof(change[0]); i++) {
		struct folder *folder = *state;

		change_with_a_tool(folder, change[i]);
		refused(folder->ledger, LEDGER_E_DAMAGED, "keep it");
		assert_int_equal(unlink(folder->ledger), 0);
	}
}

/* The rest is found by the recount, in the same words; then nothing more is written. */
static void refused_by_the_recount(const char *path)
{
	struct ledger *ledger = open_good(path);
	struct ledger_checkin checkin = ticket_of(5000, 1);
	struct ledger_counted counted;
	char sentence[400] = "";
	bool done = false;
	int rc = 0;

	while (rc == 0 && !done)
		rc = ledger_recount_step(ledger, 50, &done, sentence, sizeof(sentence));
	if (rc != LEDGER_E_DAMAGED || strstr(sentence, "keep it") == NULL ||
	    strstr(sentence, path) == NULL)
		fail_msg("the recount answered %d: %s", rc, sentence);
	assert_int_equal(ledger_check_in(ledger, &checkin, &counted), LEDGER_E_DAMAGED);
	assert_int_equal(ledger_begin(ledger), LEDGER_E_DAMAGED);
	ledger_close(ledger);
	/* Who only looks gets it recounted at once. */
	assert_int_equal(ledger_open_reading(path, &ledger, sentence, sizeof(sentence)),
	                 LEDGER_E_DAMAGED);
	assert_non_null(strstr(sentence, "keep it"));
}

static void a_ledger_that_contradicts_itself_is_refused(void **state)
{
	static const char *const change[] = {
	    ("UPDATE total SET added = added + 1 WHERE project = 1; "
	     "UPDATE total SET added = added - 1 WHERE project = 2"),
	    "UPDATE leaf SET project = 2 WHERE id = (SELECT max(id) FROM leaf WHERE project = 1)",
	    "UPDATE leaf SET slot = slot + 1 WHERE id = (SELECT min(id) FROM leaf)",
	    "UPDATE leaf SET r = randomblob(32) WHERE id = (SELECT min(id) + 7 FROM leaf)",
	    "UPDATE leaf SET node = randomblob(32) WHERE id = (SELECT min(id) FROM leaf)",
	    "DELETE FROM leaf WHERE id = (SELECT min(id) + 5 FROM leaf)",
	    "UPDATE tag SET project = 2 WHERE leaf = (SELECT max(leaf) FROM tag WHERE project = 1)",
	    ("INSERT INTO tag SELECT id, randomblob(16), 0 FROM leaf WHERE op = 1 AND project = 0 "
	     "AND id IN (SELECT revokes FROM leaf) LIMIT 1"),
	    "UPDATE batch_row SET added = added + 1 WHERE project = 0",
	    "UPDATE batch SET seq = 2",
	    "UPDATE batch SET bytes = randomblob(60)",
	};

	for (size_t i = 0; i < sizeof(change) / sizeof(change[0]); i++) {
		struct folder *folder = *state;

		change_with_a_tool(folder, change[i]);
		refused_by_the_recount(folder->ledger);
		assert_int_equal(unlink(folder->ledger), 0);
	}
}

/* Opened and recounted. Refused by its opening, it is as it was. */
static int open_and_recount(struct folder *folder, struct fault_disk *disk, struct ledger **ret)
{
	uint8_t *octets, *were;
	size_t len, len_was;
	bool done = false;
	int rc;

	were = fault_disk_file(disk, "ledger.db", &len_was);
	were = memcpy(malloc(len_was), were, len_was);
	rc = ledger_open(folder->ledger, ret, NULL, 0);
	if (rc != 0) {
		assert_true(rc == LEDGER_E_DAMAGED || rc == LEDGER_E_FOREIGN ||
		            rc == LEDGER_E_NEWER);
		octets = fault_disk_file(disk, "ledger.db", &len);
		assert_int_equal(len, len_was);
		assert_memory_equal(octets, were, len);
	}
	free(were);
	while (rc == 0 && !done)
		rc = ledger_recount_step(*ret, 1000, &done, NULL, 0);
	if (rc != 0)
		assert_true(rc == LEDGER_E_DAMAGED || rc == LEDGER_E_FOREIGN ||
		            rc == LEDGER_E_NEWER);
	return rc;
}

/*
 * Any bit of the file may flip, be it of a total, a tag, a mark, a manifest or of nothing. Then the
 * ledger is refused.
 */
static void a_flipped_bit_is_never_passed(void **state)
{
	struct folder *folder = *state;
	struct fault_disk *disk = fault_disk_new(), *good;
	struct ledger *ledger = open_good(folder->ledger);
	struct ledger_epoch epoch;
	uint64_t seed = 77;

	print_message("seed %llu\n", (unsigned long long)seed);
	fill(ledger);
	assert_int_equal(ledger_open_epoch(ledger, &epoch), 0);
	(void)seal(ledger, &epoch.epoch);
	ledger_close(ledger);
	good = fault_disk_snapshot(disk);
	assert_int_equal(open_and_recount(folder, disk, &ledger), 0);
	ledger_close(ledger);
	for (int i = 0; i < FLIPS; i++) {
		uint8_t *octets;
		size_t len, at;

		fault_disk_copy(disk, good);
		octets = fault_disk_file(disk, "ledger.db", &len);
		at = fault_random(&seed) % len;
		octets[at] ^= (uint8_t)(1u << (fault_random(&seed) % 8));
		ledger = NULL;
		if (open_and_recount(folder, disk, &ledger) == 0)
			fail_msg("octet %zu of %zu was changed, and passed", at, len);
		ledger_close(ledger);
	}
	fault_disk_free(good);
	fault_disk_free(disk);
}

static void two_daemons_do_not_share_a_ledger(void **state)
{
	struct folder *folder = *state;
	struct ledger *ledger = open_good(folder->ledger);
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		struct ledger *second = NULL;
		char sentence[300];
		int rc = ledger_open(folder->ledger, &second, sentence, sizeof(sentence));

		_exit(rc == LEDGER_E_IN_USE && strstr(sentence, "another process") != NULL ? 0 : 1);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	fill(ledger); /* the first one has not noticed */
	ledger_close(ledger);
}

static void a_folder_that_is_not_there_is_said_so(void **state)
{
	struct ledger *ledger = NULL;
	char sentence[300];

	(void)state;
	assert_int_equal(ledger_open("/nonexistent/ledger.db", &ledger, sentence, sizeof(sentence)),
	                 -ENOENT);
	assert_non_null(strstr(sentence, "/nonexistent/ledger.db"));
}

static void boots_are_counted_and_the_floor_rises(void **state)
{
	struct folder *folder = *state;
	const uint8_t boot_a[16] = {1}, boot_b[16] = {2};
	struct ledger *ledger = open_good(folder->ledger);
	uint32_t boot = 0;
	int64_t floor_s = 0;

	assert_int_equal(ledger_boot(ledger, boot_a, &boot, &floor_s), 0);
	assert_int_equal(boot, 1);
	assert_int_equal(floor_s, 0);
	assert_int_equal(ledger_raise_floor(ledger, 1790000000), 0);
	assert_int_equal(ledger_raise_floor(ledger, 1780000000), 0);
	ledger_close(ledger);
	ledger = open_good(folder->ledger);
	assert_int_equal(ledger_boot(ledger, boot_a, &boot, &floor_s), 0);
	assert_int_equal(boot, 1);
	assert_int_equal(floor_s, 1790000000);
	assert_int_equal(ledger_boot(ledger, boot_b, &boot, &floor_s), 0);
	assert_int_equal(boot, 2);
	assert_int_equal(ledger_boot(ledger, boot_a, &boot, &floor_s), 0);
	assert_int_equal(boot, 3);
	ledger_close(ledger);
}

static void every_error_has_a_sentence(void **state)
{
	(void)state;
	for (int error = LEDGER_E_NEWER; error <= LEDGER_E_OVERFLOW; error++)
		assert_null(strstr(ledger_strerror(error), "unknown"));
	assert_non_null(strstr(ledger_strerror(-ENOSPC), "room"));
	assert_non_null(strstr(ledger_strerror(-EIO), "disk"));
	assert_non_null(strstr(ledger_strerror(99), "unknown"));
	ledger_close(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_new_ledger_is_its_owners_alone),
	    TEST(a_newer_ledger_is_left_alone),
	    TEST(another_programs_database_is_left_alone),
	    TEST(what_is_no_database_is_left_alone),
	    TEST(a_ledger_cut_short_is_left_alone),
	    TEST(what_a_check_in_cannot_stand_on_is_left_alone),
	    TEST(a_ledger_that_contradicts_itself_is_refused),
	    TEST(a_flipped_bit_is_never_passed),
	    TEST(two_daemons_do_not_share_a_ledger),
	    TEST(a_folder_that_is_not_there_is_said_so),
	    TEST(boots_are_counted_and_the_floor_rises),
	    TEST(every_error_has_a_sentence),
	};

	if (crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
