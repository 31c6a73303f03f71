/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises (DESIGN.md, Promises): nothing is counted twice nationally; no total is silently changed.
 * What the collector keeps, and what it says again: duplicates, lost answers, forks, held batches,
 * restarts, its own log.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "crypto.h"
#include "store.h"
#include "totals.h"
#include "verify.h"
#include "sql_edit.h"
#include "world.h"

static void a_batch_sent_again_gets_the_same_receipt_and_counts_once(void **state)
{
	struct world world;
	struct counter counter, early;
	uint8_t receipt[RECEIPT_BYTES_MAX];
	uint16_t len;

	(void)state;
	world_init(&world);
	counter_open(&world, &counter, 'a', 0);
	world_count_and_send(&world, &counter, 12);
	early = counter;
	len = world.answer.receipt_len;
	memcpy(receipt, world.answer.receipt, len);
	for (int again = 0; again < 3; again++) {
		world.now.s += 60; /* the answer was lost; the kiosk asks again later */
		assert_int_equal(world_post(&world, &counter), ANSWER_STORED_BEFORE);
		assert_int_equal(world.answer.receipt_len, len);
		assert_memory_equal(world.answer.receipt, receipt, len);
		assert_int_equal(world_counted(&world), 12);
	}
	/* Also when it is not the head any more, each of its keys was revoked, and the collector
	 * was restarted. */
	world_count_and_send(&world, &counter, 3);
	assert_int_equal(collector_revoke(world.collector, world.now, &world.hub.hub, "lost"), 0);
	assert_int_equal(collector_revoke(world.collector, world.now, &world.manifest.card, "lost"),
	                 0);
	assert_int_equal(
	    collector_revoke(world.collector, world.now, &counter.grant.device, "lost"), 0);
	world_restart(&world);
	assert_int_equal(world_post(&world, &early), ANSWER_STORED_BEFORE);
	assert_int_equal(world.answer.receipt_len, len);
	assert_memory_equal(world.answer.receipt, receipt, len);
	assert_int_equal(world.answer.head_seq, 2);
	assert_int_equal(world_counted(&world), 15);
	world_deinit(&world);
}

static void a_fork_is_kept_and_what_follows_is_frozen(void **state)
{
	struct world world;
	struct counter counter, clone;

	(void)state;
	world_init(&world);
	counter_open(&world, &counter, 'a', 0);
	world_count_and_send(&world, &counter, 10);
	clone = counter;
	world_count_and_send(&world, &counter, 5);
	/* the copy of the disk seals another batch 2 */
	counter_add(&clone, 0, CHANNEL_QR, FIRST_NOT_ASKED, 40);
	counter_seal(&world, &clone);
	assert_int_equal(world_post(&world, &clone), ANSWER_CONFLICT);
	assert_true(world.answer.has_head);
	assert_int_equal(world.answer.head_seq, 2);
	assert_int_equal(world_post(&world, &clone), ANSWER_CONFLICT);
	/* neither side goes on, also after a restart */
	world_restart(&world);
	counter_add(&counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, 1);
	counter_seal(&world, &counter);
	assert_int_equal(world_post(&world, &counter), ANSWER_CONFLICT);
	counter_add(&clone, 0, CHANNEL_QR, FIRST_NOT_ASKED, 1);
	counter_seal(&world, &clone);
	assert_int_equal(world_post(&world, &clone), ANSWER_CONFLICT);
	assert_int_equal(world_counted(&world), 15);
	/* a new epoch of the same kiosk does */
	counter_open(&world, &clone, 'a', 0);
	clone.grant.epoch.b[0] ^= 1;
	counter_seal_grant(&world, &clone);
	clone.batch.epoch = clone.grant.epoch;
	world_count_and_send(&world, &clone, 2);
	assert_int_equal(world_counted(&world), 17);
	world_deinit(&world);
}

static void forks_kept_are_bounded(void **state)
{
	struct world world;
	struct counter counter, clone;
	sqlite3 *db;
	sqlite3_stmt *statement;

	(void)state;
	world_init(&world);
	counter_open(&world, &counter, 'a', 0);
	world_count_and_send(&world, &counter, 10);
	for (uint32_t i = 0; i < STORE_FORKS_MAX + 4; i++) {
		counter_open(&world, &clone, 'a', 0);
		counter_add(&clone, 0, CHANNEL_QR, FIRST_NOT_ASKED, 11 + i);
		counter_seal(&world, &clone);
		assert_int_equal(world_post(&world, &clone), ANSWER_CONFLICT);
	}
	collector_close(world.collector);
	world.collector = NULL;
	assert_int_equal(sqlite3_open(world.database, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM forks", -1, &statement, NULL),
	                 SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(statement, 0), STORE_FORKS_MAX);
	(void)sqlite3_finalize(statement);
	(void)sqlite3_close(db);
	world_deinit(&world);
}

/* --- held --- */

static void unknown_project(struct world *world, struct counter *counter)
{
	(void)world;
	counter_add(counter, 9, CHANNEL_SMS, FIRST_NOT_ASKED, 1);
}

static void too_early(struct world *world, struct counter *counter)
{
	(void)world;
	counter->batch.has_wall = true;
	counter->batch.clock_source = CLOCK_SOURCE_NTP;
	counter->batch.wall = WORLD_START - 10 * 86400;
}

static void open_too_late(struct world *world, struct counter *counter)
{
	too_early(world, counter);
	counter->batch.wall = WORLD_START + 10 * 86400;
}

static void closed_far_too_late(struct world *world, struct counter *counter)
{
	too_early(world, counter);
	counter->batch.wall = WORLD_START + 500 * INT64_C(86400);
	counter->batch.state = EPOCH_CLOSED;
}

static void closed_late(struct world *world, struct counter *counter)
{
	open_too_late(world, counter);
	counter->batch.state = EPOCH_CLOSED;
}

static void on_time(struct world *world, struct counter *counter)
{
	too_early(world, counter);
	counter->batch.wall = WORLD_START + 600;
}

static void too_many_people(struct world *world, struct counter *counter)
{
	(void)world;
	counter_add(counter, 0, CHANNEL_MANUAL, FIRST_NOT_ASKED, 91);
}

static void as_many_as_possible(struct world *world, struct counter *counter)
{
	(void)world;
	counter_add(counter, 0, CHANNEL_MANUAL, FIRST_NOT_ASKED, 90);
}

static const struct {
	const char *name;
	void (*spoil)(struct world *world, struct counter *counter);
	bool held;
} fit[] = {
    {"a project that is not in the manifest", unknown_project, true},
    {"sealed days before the meeting", too_early, true},
    {"open days after the meeting", open_too_late, true},
    {"closed and sealed days after the meeting", closed_late, false},
    {"closed and sealed more than a year after", closed_far_too_late, true},
    {"sealed during the meeting", on_time, false},
    {"more people than possible", too_many_people, true},
    {"as many people as possible", as_many_as_possible, false},
};

static void what_does_not_fit_is_stored_counts_zero_and_blocks_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(fit) / sizeof(fit[0]); i++) {
		struct world world;
		struct counter counter;

		world_init(&world);
		world.manifest.people_max = 100;
		world_seal_manifest(&world);
		counter_open(&world, &counter, 'a', 0);
		counter_add(&counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, 10);
		fit[i].spoil(&world, &counter);
		counter_seal(&world, &counter);
		assert_int_equal(world_post(&world, &counter), ANSWER_STORED);
		if ((world.receipt.held.s[0] != '\0') != fit[i].held)
			fail_msg("%s: \"%s\"", fit[i].name, world.receipt.held.s);
		assert_int_equal(world.answer.head_seq, 1);
		assert_int_equal(world_counted(&world) == 0, fit[i].held);
		if (counter.batch.state == EPOCH_OPEN) {
			counter_seal(&world, &counter);
			assert_int_equal(world_post(&world, &counter), ANSWER_STORED);
			assert_int_equal(world.answer.head_seq, 2);
		}
		world_deinit(&world);
	}
}

enum { MEETING_END_S = 10800, SPARE_S = 86400 + 3600 /* a day and the grace */ };

static const struct {
	int64_t since_start_s;
	uint32_t uncertainty_s;
	enum epoch_state state;
	bool held;
} sealed[] = {
    {-SPARE_S, 0, EPOCH_OPEN, false},
    {-SPARE_S - 1, 0, EPOCH_OPEN, true},
    {-SPARE_S - 1, 1, EPOCH_OPEN, false},
    {MEETING_END_S + SPARE_S, 0, EPOCH_OPEN, false},
    {MEETING_END_S + SPARE_S + 1, 0, EPOCH_OPEN, true},
    {MEETING_END_S + SPARE_S + 1, 1, EPOCH_OPEN, false},
    {MEETING_END_S + SPARE_S + HELD_LATE_S, 0, EPOCH_CLOSED, false},
    {MEETING_END_S + SPARE_S + HELD_LATE_S + 1, 0, EPOCH_CLOSED, true},
    {MEETING_END_S + SPARE_S + HELD_LATE_S + 1, 1, EPOCH_CLOSED, false},
};

static void a_kiosks_time_is_taken_with_a_day_the_grace_and_its_uncertainty_to_spare(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(sealed) / sizeof(sealed[0]); i++) {
		struct world world;
		struct counter counter;

		world_init(&world);
		counter_open(&world, &counter, 'a', 0);
		on_time(&world, &counter);
		counter.batch.wall = WORLD_START + sealed[i].since_start_s;
		counter.batch.clock_uncertainty_s = sealed[i].uncertainty_s;
		counter.batch.state = sealed[i].state;
		world_count_and_send(&world, &counter, 10);
		if ((world.receipt.held.s[0] != '\0') != sealed[i].held)
			fail_msg("row %zu: \"%s\"", i, world.receipt.held.s);
		world_deinit(&world);
	}
}

static void more_people_than_possible_are_those_of_all_kiosks(void **state)
{
	struct world world;
	struct counter first, second;

	(void)state;
	world_init(&world);
	world.manifest.kiosks_max = 2;
	world.manifest.people_max = 100;
	world_seal_manifest(&world);
	counter_open(&world, &first, 'a', 0);
	counter_open(&world, &second, 'b', 0);
	world_count_and_send(&world, &first, 60);
	world_count_and_send(&world, &second, 40);
	assert_string_equal(world.receipt.held.s, "");
	world_count_and_send(&world, &second, 1);
	assert_non_null(strstr(world.receipt.held.s, "101 people"));
	assert_int_equal(world_counted(&world), 60);
	world_deinit(&world);
}

static void a_later_batch_that_fits_counts(void **state)
{
	struct world world;
	struct counter counter;

	(void)state;
	world_init(&world);
	counter_open(&world, &counter, 'a', 0);
	too_early(&world, &counter);
	world_count_and_send(&world, &counter, 10);
	assert_true(world.receipt.held.s[0] != '\0');
	assert_int_equal(world_counted(&world), 0);
	on_time(&world, &counter);
	world_count_and_send(&world, &counter, 1);
	assert_string_equal(world.receipt.held.s, "");
	assert_int_equal(world_counted(&world), 11);
	world_deinit(&world);
}

static void more_kiosks_than_planned_may_overlap(void **state)
{
	struct world world;
	struct counter first, second, other_meeting;

	(void)state;
	world_init(&world);
	counter_open(&world, &first, 'a', 0);
	counter_open(&world, &second, 'b', 0);
	counter_open(&world, &other_meeting, 'c', 1);
	/* one opened by mistake, which counts nobody, takes nobody's place */
	counter_seal(&world, &second);
	assert_int_equal(world_post(&world, &second), ANSWER_STORED);
	assert_string_equal(world.receipt.held.s, "");
	world_count_and_send(&world, &first, 20);
	assert_string_equal(world.receipt.held.s, "");
	world_count_and_send(&world, &second, 30);
	assert_non_null(strstr(world.receipt.held.s, "may overlap"));
	world_count_and_send(&world, &other_meeting, 5);
	assert_string_equal(world.receipt.held.s, "");
	/* the first goes on counting, whatever the second did */
	world_count_and_send(&world, &first, 1);
	assert_string_equal(world.receipt.held.s, "");
	assert_int_equal(world_counted(&world), 26);
	world_deinit(&world);
}

/* --- the store --- */

static void a_restart_keeps_everything(void **state)
{
	struct world world;
	struct counter a, b;

	(void)state;
	world_init(&world);
	counter_open(&world, &a, 'a', 0);
	counter_open(&world, &b, 'b', 1);
	for (uint32_t i = 1; i < 6; i++) {
		world_count_and_send(&world, &a, i);
		world_restart(&world);
		world_count_and_send(&world, &b, 10 * i);
		world_restart(&world);
	}
	assert_int_equal(world_counted(&world), 15 + 150);
	assert_int_equal(world_head(&world, &a.batch.epoch), ANSWER_STORED_BEFORE);
	assert_int_equal(world.answer.head_seq, 5);
	assert_memory_equal(&world.answer.head_hash, &a.head, sizeof(a.head));
	world_deinit(&world);
}

static void receipts_prove_one_growing_log(void **state)
{
	struct world world;
	struct counter counter[3];
	struct hash root[40];
	struct receipt last[3] = {0};

	(void)state;
	world_init(&world);
	for (uint8_t i = 0; i < 3; i++)
		counter_open(&world, &counter[i], (uint8_t)('a' + i), i);
	for (uint64_t n = 1; n < 40; n++) {
		struct counter *c = &counter[n % 3];
		struct receipt *before = &last[n % 3];

		c->batch.has_receipt = before->log_size > 0;
		c->batch.receipt_log_size = before->log_size;
		c->batch.receipt = world.receipt.batch;
		world_count_and_send(&world, c, 1);
		assert_int_equal(world.receipt.log_size, n);
		assert_int_equal(world.receipt.leaf, n - 1);
		root[n] = world.receipt.log_root;
		assert_int_equal(world.answer.consistency_from, before->log_size);
		if (before->log_size > 0)
			assert_true(merkle_consistency_holds(before->log_size,
			                                     &root[before->log_size], n, &root[n],
			                                     &world.answer.consistency));
		*before = world.receipt;
		/* the same again: a proof from there to the log of the stored receipt */
		assert_int_equal(world_post(&world, c), ANSWER_STORED_BEFORE);
		assert_int_equal(world.receipt.log_size, n);
		assert_int_equal(world.answer.consistency_from, c->batch.receipt_log_size);
		if (n % 7 == 0)
			world_restart(&world);
	}
	world_deinit(&world);
}

static void a_kiosk_that_saw_a_larger_log_is_not_given_a_false_proof(void **state)
{
	struct world world;
	struct counter counter;

	(void)state;
	world_init(&world);
	counter_open(&world, &counter, 'a', 0);
	counter.batch.has_receipt = true;
	counter.batch.receipt_log_size = 1000;
	world_count_and_send(&world, &counter, 1);
	assert_int_equal(world.answer.consistency_from, 0);
	world_deinit(&world);
}

static int try_open(const struct world *world, const char *path, char *sentence, size_t size)
{
	struct store *store = NULL;
	int r = store_open(path, &store, sentence, size);

	(void)world;
	store_close(store);
	return r;
}

static void a_store_in_use_newer_foreign_or_damaged_is_refused_untouched(void **state)
{
	struct world world;
	struct counter counter;
	char sentence[512], path[160], noise[4096];
	int fd;

	(void)state;
	world_init(&world);
	counter_open(&world, &counter, 'a', 0);
	world_count_and_send(&world, &counter, 1);
	assert_int_equal(try_open(&world, world.database, sentence, sizeof(sentence)), -EBUSY);
	assert_non_null(strstr(sentence, "another process"));
	collector_close(world.collector);
	world.collector = NULL;
	sql_edit(world.database, "PRAGMA user_version = 99");
	assert_int_equal(try_open(&world, world.database, sentence, sizeof(sentence)), -EINVAL);
	assert_non_null(strstr(sentence, "newer"));
	snprintf(path, sizeof(path), "%s/foreign", world.folder);
	sql_edit(path, "CREATE TABLE x (y)");
	assert_int_equal(try_open(&world, path, sentence, sizeof(sentence)), -EINVAL);
	assert_non_null(strstr(sentence, "another program"));
	assert_int_equal(unlink(path), 0);
	memset(noise, 'n', sizeof(noise));
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, noise, sizeof(noise)), sizeof(noise));
	assert_int_equal(close(fd), 0);
	assert_int_equal(try_open(&world, path, sentence, sizeof(sentence)), -EINVAL);
	assert_non_null(strstr(sentence, "not a database"));
	assert_int_equal(unlink(path), 0);
	world_deinit(&world);
}

/* Exact small counts are in it. */
static void a_new_store_is_its_owners_alone(void **state)
{
	const mode_t before = umask(0);
	struct world world;
	struct counter counter;
	struct stat status;
	char wal[128];

	(void)state;
	world_init(&world);
	(void)umask(before);
	counter_open(&world, &counter, 'a', 0);
	world_count_and_send(&world, &counter, 1);
	assert_int_equal(stat(world.database, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	snprintf(wal, sizeof(wal), "%s-wal", world.database);
	assert_int_equal(stat(wal, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	world_deinit(&world);
}

static void a_log_that_was_patched_is_noticed_at_start(void **state)
{
	struct world world;
	struct counter counter;
	struct collector_settings settings;
	struct collector *again = NULL;
	char sentence[512];

	(void)state;
	world_init(&world);
	counter_open(&world, &counter, 'a', 0);
	world_count_and_send(&world, &counter, 1);
	world_count_and_send(&world, &counter, 1);
	collector_close(world.collector);
	world.collector = NULL;
	sql_edit(world.database, "UPDATE log_nodes SET node = zeroblob(32) WHERE level = 1");
	settings = world_settings(&world);
	assert_int_equal(collector_open(&settings, &again, sentence, sizeof(sentence)), -EINVAL);
	assert_non_null(strstr(sentence, "last signed"));
	world_deinit(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_batch_sent_again_gets_the_same_receipt_and_counts_once),
	    cmocka_unit_test(a_fork_is_kept_and_what_follows_is_frozen),
	    cmocka_unit_test(forks_kept_are_bounded),
	    cmocka_unit_test(what_does_not_fit_is_stored_counts_zero_and_blocks_nothing),
	    cmocka_unit_test(
	        a_kiosks_time_is_taken_with_a_day_the_grace_and_its_uncertainty_to_spare),
	    cmocka_unit_test(more_people_than_possible_are_those_of_all_kiosks),
	    cmocka_unit_test(a_later_batch_that_fits_counts),
	    cmocka_unit_test(more_kiosks_than_planned_may_overlap),
	    cmocka_unit_test(a_restart_keeps_everything),
	    cmocka_unit_test(receipts_prove_one_growing_log),
	    cmocka_unit_test(a_kiosk_that_saw_a_larger_log_is_not_given_a_false_proof),
	    cmocka_unit_test(a_store_in_use_newer_foreign_or_damaged_is_refused_untouched),
	    cmocka_unit_test(a_new_store_is_its_owners_alone),
	    cmocka_unit_test(a_log_that_was_patched_is_noticed_at_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
