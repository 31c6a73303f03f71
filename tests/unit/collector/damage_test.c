/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise (DESIGN.md, Promises): no total is silently changed. A disk changes one bit of the
 * collector's file, wherever it stands: the next start refuses the file with a sentence, or
 * everything that is told of it is what was told before. And a file that is not the one that was
 * opened is noticed while it runs.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto.h"
#include "file.h"
#include "store_private.h"
#include "totals.h"
#include "world.h"

enum {
	FLIPS = 600,
	LOG_FLIPS = 300,
	FILE_BYTES_MAX = 1 << 24,
};

static const struct totals_settings network = {.name = "Test network", .year = 2026};

/* --- a store with something of everything --- */

static void correct(struct world *world, struct counter *counter)
{
	struct correction correction = {.epoch = counter->batch.epoch,
	                                .seq = counter->batch.seq + 1,
	                                .reason = {"The second door was counted twice."}};
	size_t len;

	assert_int_equal(correction_seal(&correction, &world->hub_key, counter->batch.correction,
	                                 sizeof(counter->batch.correction), &len),
	                 0);
	counter->batch.correction_len = (uint16_t)len;
	counter->batch.state = EPOCH_CORRECTED;
	counter_revoke(counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, 3);
	counter_seal(world, counter);
	assert_int_equal(world_post(world, counter), ANSWER_STORED);
}

static void fill(struct world *world)
{
	static struct counter counter, other;
	struct public_key lost = ed25519_public(&(struct secret_seed){{77}});
	uint8_t grant = 'a';

	world->manifest.window[0].count = 5;
	world_seal_manifest(world);
	for (uint16_t occurrence = 0; occurrence < 4; occurrence++) {
		counter_open(world, &counter, grant++, occurrence);
		for (uint32_t n = 0; n < 6; n++)
			world_count_and_send(world, &counter, 10 + n);
	}
	/* A second history of it, and a kiosk too many: held. */
	other = counter;
	world_count_and_send(world, &counter, 1);
	counter_add(&other, 0, CHANNEL_QR, FIRST_NOT_ASKED, 40);
	counter_seal(world, &other);
	assert_int_equal(world_post(world, &other), ANSWER_CONFLICT);
	counter_open(world, &other, grant++, 1);
	world_count_and_send(world, &other, 500);
	assert_string_not_equal(world->receipt.held.s, "");
	counter_open(world, &other, grant++, 4);
	other.batch.state = EPOCH_CLOSED;
	counter_headcount(world, &other, 33);
	world_count_and_send(world, &other, 33);
	correct(world, &other);
	assert_int_equal(collector_revoke(world->collector, world->now, &lost, "It was lost."), 0);
}

/* All that is told: both views, and whether the key is still withdrawn. */
static char *all_told(struct store *store, struct wall_time now)
{
	struct public_key lost = ed25519_public(&(struct secret_seed){{77}});
	char *team = NULL, *public = NULL, *all = NULL;
	int r = totals_json(store, &network, now, TOTALS_TEAM, &team);

	if (r == 0)
		r = totals_json(store, &network, now, TOTALS_PUBLIC, &public);
	if (r == 0 && asprintf(&all, "%s%s%d", team, public, store_is_revoked(store, &lost)) < 0)
		all = NULL;
	free(team);
	free(public);
	return all;
}

struct flipped {
	unsigned refused, told; /* at the start; at the first question, which ends the program */
};

static void write_copy(const char *path, const uint8_t *file, size_t len)
{
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, file, len), 0);
	assert_int_equal(close(fd), 0);
}

static void flip_one(const struct world *world, const char *path, const uint8_t *file, size_t len,
                     size_t bit, const char *before, struct flipped *flipped)
{
	struct collector_settings settings = world_settings(world);
	struct collector *collector = NULL;
	uint8_t *copy = malloc(len);
	char sentence[512] = "", *now = NULL;
	int r;

	assert_non_null(copy);
	memcpy(copy, file, len);
	copy[bit / 8] ^= (uint8_t)(1U << bit % 8);
	write_copy(path, copy, len);
	free(copy);
	settings.database = path;
	r = collector_open(&settings, &collector, sentence, sizeof(sentence));
	if (r < 0) {
		assert_string_not_equal(sentence, "");
		flipped->refused++;
		return;
	}
	now = all_told(collector_store(collector), world->now);
	if (now == NULL)
		flipped->told++;
	else if (strcmp(now, before) != 0)
		fail_msg("bit %zu: told otherwise without a word:\n%s", bit, now);
	free(now);
	collector_close(collector);
}

static void one_bit_changed_anywhere_changes_no_total_without_a_word(void **state)
{
	struct flipped flipped = {0};
	struct world world;
	uint8_t *file = NULL;
	char path[128], other[160], *before;
	size_t len = 0;

	(void)state;
	world_init(&world);
	fill(&world);
	before = all_told(collector_store(world.collector), world.now);
	assert_non_null(before);
	collector_close(world.collector);
	world.collector = NULL;
	assert_int_equal(file_read(world.database, FILE_BYTES_MAX, &file, &len), 0);
	snprintf(path, sizeof(path), "%s/flipped", world.folder);
	/* Steps that share no factor with a page walk over all kinds of places; the first page, where
	 * one bit means most, wholly at every third. */
	for (size_t i = 0; i < FLIPS; i++)
		flip_one(&world, path, file, len, i * (8 * len / FLIPS) + i % 8, before, &flipped);
	for (size_t bit = 0; bit < 8 * (size_t)4096; bit += 61)
		flip_one(&world, path, file, len, bit, before, &flipped);
	print_message(
	    "%zu octets, %d and %d bits: %u refused at the start, %u at the first question\n", len,
	    FLIPS, 8 * 4096 / 61, flipped.refused, flipped.told);
	assert_true(flipped.refused > FLIPS / 4);
	for (int i = 0; i < 3; i++) {
		snprintf(other, sizeof(other), "%s%s", path,
		         (const char *[]){"", "-wal", "-shm"}[i]);
		(void)unlink(other);
	}
	free(file);
	free(before);
	world_deinit(&world);
}

/* A collector that was killed leaves most of what it knows in its write-ahead log. */
static void one_bit_changed_in_the_write_ahead_log_is_told(void **state)
{
	struct world world;
	uint8_t *file = NULL, *log = NULL;
	char path[128], log_path[160], *before;
	size_t len = 0, log_len = 0;
	unsigned refused = 0, torn = 0;

	(void)state;
	world_init(&world);
	fill(&world);
	before = all_told(collector_store(world.collector), world.now);
	assert_non_null(before);
	snprintf(log_path, sizeof(log_path), "%s-wal", world.database);
	assert_int_equal(file_read(world.database, FILE_BYTES_MAX, &file, &len), 0);
	assert_int_equal(file_read(log_path, FILE_BYTES_MAX, &log, &log_len), 0);
	snprintf(path, sizeof(path), "%s/flipped", world.folder);
	snprintf(log_path, sizeof(log_path), "%s-wal", path);
	for (size_t i = 0; i <= LOG_FLIPS; i++) {
		/* Every third of its header, then all over it. */
		const size_t bit =
		    i < 8 * 32 / 3 ? 3 * i : i * (8 * log_len / (LOG_FLIPS + 1)) + i % 8;
		struct collector_settings settings = world_settings(&world);
		struct collector *collector = NULL;
		enum store_wal found;
		char sentence[512] = "", *now;

		if (i > 0) /* and once as it is */
			log[bit / 8] ^= (uint8_t)(1U << bit % 8);
		write_copy(path, file, len);
		write_copy(log_path, log, log_len);
		assert_int_equal(store_wal_read(log_path, &found), 0);
		settings.database = path;
		if (collector_open(&settings, &collector, sentence, sizeof(sentence)) < 0) {
			uint8_t *kept = NULL;
			size_t kept_len;

			assert_true(i > 0);
			assert_non_null(strstr(sentence, "damaged"));
			/* Evidence stays as it was. */
			assert_int_equal(file_read(log_path, FILE_BYTES_MAX, &kept, &kept_len), 0);
			assert_int_equal(kept_len, log_len);
			assert_memory_equal(kept, log, log_len);
			free(kept);
			refused++;
		} else {
			now = all_told(collector_store(collector), world.now);
			assert_non_null(now);
			/* Of what was written last it cannot be known, and that is said. */
			if (strcmp(now, before) != 0 && found != STORE_WAL_TORN)
				fail_msg("bit %zu of %zu octets: without a word", bit, log_len);
			torn += found == STORE_WAL_TORN;
			assert_true(i > 0 || found == STORE_WAL_WHOLE);
			free(now);
			collector_close(collector);
		}
		(void)unlink(log_path);
		if (i > 0)
			log[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	print_message("%zu octets, %d bits: %u refused, %u told as torn\n", log_len, LOG_FLIPS,
	              refused, torn);
	assert_true(refused > LOG_FLIPS * 8 / 10);
	(void)unlink(path);
	free(file);
	free(log);
	free(before);
	world_deinit(&world);
}

/* --- another file --- */

static void a_file_removed_or_replaced_while_it_runs_is_noticed(void **state)
{
	static const char *const ending[] = {"", "-wal"};

	(void)state;
	for (int i = 0; i < 6; i++) {
		struct world world;
		struct counter counter;
		struct collector_reply reply;
		struct nonce nonce = {{1}};
		char path[160], aside[160], *text = NULL;
		uint8_t *data = NULL;
		size_t len;

		world_init(&world);
		counter_open(&world, &counter, 'a', 0);
		world_count_and_send(&world, &counter, 12);
		assert_int_equal(collector_look(world.collector), 0);
		snprintf(path, sizeof(path), "%s%s", world.database, ending[i % 2]);
		snprintf(aside, sizeof(aside), "%s/aside", world.folder);
		assert_int_equal(rename(path, aside), 0);
		if (i >= 2)
			assert_int_equal(file_read(aside, FILE_BYTES_MAX, &data, &len), 0);
		if (i >= 2 && i < 4)
			assert_int_equal(file_write(path, data, len, 0600), 0);
		/* The same file, written over with what an older copy had. */
		if (i >= 4) {
			assert_int_equal(rename(aside, path), 0);
			write_copy(path, data, len);
			assert_int_equal(file_write(aside, data, len, 0600), 0);
		}
		free(data);
		counter_add(&counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, 1);
		counter_seal(&world, &counter);
		assert_int_equal(collector_post(world.collector, world.now, &nonce, counter.body,
		                                counter.body_len, &reply),
		                 -EIO);
		assert_int_equal(totals_json(collector_store(world.collector), &network, world.now,
		                             TOTALS_TEAM, &text),
		                 -EIO);
		assert_int_equal(collector_look(world.collector), -EIO);
		assert_int_equal(unlink(aside), 0);
		world_deinit(&world);
	}
}

static int try_start(const struct world *world, const char *mark, char *sentence, size_t size)
{
	struct collector_settings settings = world_settings(world);
	struct collector *collector = NULL;
	int r;

	settings.mark = mark;
	r = collector_open(&settings, &collector, sentence, size);
	collector_close(collector);
	return r;
}

static void an_empty_one_where_there_was_one_is_not_begun(void **state)
{
	struct world world;
	struct counter counter;
	char sentence[1024], mark[128], aside[160];
	struct stat status;

	(void)state;
	world_init(&world);
	counter_open(&world, &counter, 'a', 0);
	world_count_and_send(&world, &counter, 12);
	collector_close(world.collector);
	world.collector = NULL;
	snprintf(mark, sizeof(mark), "%s/key.database", world.folder);
	snprintf(aside, sizeof(aside), "%s/aside", world.folder);
	assert_int_equal(try_start(&world, mark, sentence, sizeof(sentence)), 0);
	assert_int_equal(stat(mark, &status), 0);
	assert_int_equal(rename(world.database, aside), 0);
	assert_true(try_start(&world, mark, sentence, sizeof(sentence)) < 0);
	assert_non_null(strstr(sentence, "there is no such file"));
	assert_non_null(strstr(sentence, mark));
	assert_int_equal(stat(world.database, &status), -1);
	assert_int_equal(file_write(world.database, "", 0, 0600), 0);
	assert_true(try_start(&world, mark, sentence, sizeof(sentence)) < 0);
	assert_non_null(strstr(sentence, "the file is empty"));
	/* What the sentence says helps, both ways. */
	assert_int_equal(rename(aside, world.database), 0);
	assert_int_equal(try_start(&world, mark, sentence, sizeof(sentence)), 0);
	assert_int_equal(unlink(world.database), 0);
	assert_int_equal(unlink(mark), 0);
	assert_int_equal(try_start(&world, mark, sentence, sizeof(sentence)), 0);
	assert_int_equal(unlink(mark), 0);
	world_deinit(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_bit_changed_anywhere_changes_no_total_without_a_word),
	    cmocka_unit_test(one_bit_changed_in_the_write_ahead_log_is_told),
	    cmocka_unit_test(a_file_removed_or_replaced_while_it_runs_is_noticed),
	    cmocka_unit_test(an_empty_one_where_there_was_one_is_not_begun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
