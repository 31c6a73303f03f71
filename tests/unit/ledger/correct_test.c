/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: no total is silently changed, and what is told survives a power cut. A closed epoch
 * changes by more leaves and a reason only, wholly or not at all; all of it can be taken out in
 * pieces; and a look at a stopped kiosk's ledger changes no octet of it.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "crypto.h"
#include "file.h"
#include "fixture.h"
#include "merkle.h"
#include "vfs_fault.h"

enum { PEOPLE = 700 };

static const uint8_t reason[] = "a signed reason";

static int64_t net(struct ledger *ledger, const struct epoch_id *epoch, uint16_t project)
{
	struct batch_row row[BATCH_ROWS_MAX];
	uint16_t n = 0;
	int64_t sum = 0;

	assert_int_equal(ledger_totals(ledger, epoch, row, &n), 0);
	for (uint16_t i = 0; i < n; i++)
		if (row[i].project == project)
			sum += (int64_t)row[i].added - row[i].revoked;
	return sum;
}

static int correct(struct ledger *ledger, const struct epoch_id *epoch, uint32_t seq,
                   uint16_t project, int32_t people)
{
	const struct ledger_change change[] = {{0, people}, {project, people}};

	return ledger_correct(ledger, epoch, seq, change, 2, reason, sizeof(reason));
}

static void check_in(struct ledger *ledger, uint32_t from, uint32_t to)
{
	struct ledger_counted counted;

	assert_int_equal(ledger_begin(ledger), 0);
	for (uint32_t i = from; i < to; i++) {
		struct ledger_checkin checkin = ticket_of(i, 1);

		assert_int_equal(ledger_check_in(ledger, &checkin, &counted), 0);
	}
	assert_int_equal(ledger_commit(ledger), 0);
}

/* Opened, counted, one batch on the way, closed, sealed and confirmed. */
static struct epoch_id hold_meeting(struct ledger *ledger, uint32_t people)
{
	struct ledger_opening opening = opening_of(1, 0);
	struct batch batch;

	assert_int_equal(ledger_opening(ledger, &opening), 0);
	check_in(ledger, 0, people);
	batch = seal(ledger, &opening.epoch);
	assert_int_equal(confirm(ledger, &batch, 10), 0);
	assert_int_equal(correct(ledger, &opening.epoch, 2, 1, 1), LEDGER_E_OPEN);
	check_in(ledger, people, people + 5);
	assert_int_equal(ledger_end_epoch(ledger, false), 0);
	assert_int_equal(correct(ledger, &opening.epoch, 2, 1, 1), LEDGER_E_PENDING);
	batch = seal(ledger, &opening.epoch);
	assert_int_equal(batch.state, EPOCH_CLOSED);
	assert_int_equal(confirm(ledger, &batch, 12), 0);
	return opening.epoch;
}

static void a_closed_epoch_changes_by_its_next_batch_only(void **state)
{
	const struct folder *folder = *state;
	struct ledger *ledger = open_good(folder->ledger);
	const struct epoch_id epoch = hold_meeting(ledger, 20);
	const struct epoch_id stranger = {{77}};
	struct epoch_id unsealed;
	enum epoch_state unsealed_state;
	char sentence[200] = "";
	struct batch batch;

	assert_int_equal(correct(ledger, &stranger, 3, 1, 1), -ENOENT);
	assert_int_equal(correct(ledger, &epoch, 2, 1, 1), LEDGER_E_SEQUENCE);
	assert_int_equal(correct(ledger, &epoch, 4, 1, 1), LEDGER_E_SEQUENCE);
	assert_int_equal(correct(ledger, &epoch, 3, 1, -26), LEDGER_E_NOTHING);
	assert_int_equal(correct(ledger, &epoch, 3, 2, -1), LEDGER_E_NOTHING);
	assert_int_equal(net(ledger, &epoch, 0), 25);
	assert_int_equal(ledger_next_unsealed(ledger, &unsealed, &unsealed_state),
	                 LEDGER_E_NOTHING);
	assert_int_equal(correct(ledger, &epoch, 3, 1, -4), 0);
	assert_int_equal(correct(ledger, &epoch, 3, 1, 1), LEDGER_E_PENDING);
	assert_int_equal(net(ledger, &epoch, 0), 21);
	assert_int_equal(net(ledger, &epoch, 1), 21);
	ledger_close(ledger);
	ledger = open_good(folder->ledger);
	assert_int_equal(ledger_recount(ledger, sentence, sizeof(sentence)), 0);
	assert_int_equal(ledger_next_unsealed(ledger, &unsealed, &unsealed_state), 0);
	batch = seal(ledger, &epoch);
	assert_int_equal(batch.state, EPOCH_CORRECTED);
	assert_int_equal(batch.seq, 3);
	assert_int_equal(batch.correction_len, sizeof(reason));
	assert_memory_equal(batch.correction, reason, sizeof(reason));
	assert_int_equal(batch.log_size, 50 + 8);
	assert_int_equal(confirm(ledger, &batch, 13), 0);
	assert_int_equal(ledger_next_unsealed(ledger, &unsealed, &unsealed_state),
	                 LEDGER_E_NOTHING);
	/* And again, upwards: by hand. */
	assert_int_equal(correct(ledger, &epoch, 4, 1, 2), 0);
	batch = seal(ledger, &epoch);
	assert_int_equal(batch.state, EPOCH_CORRECTED);
	assert_int_equal(net(ledger, &epoch, 0), 23);
	assert_int_equal(ledger_recount(ledger, sentence, sizeof(sentence)), 0);
	ledger_close(ledger);
}

static void a_correction_happens_wholly_or_not_at_all(void **state)
{
	const struct folder *folder = *state;
	struct fault_disk *disk = fault_disk_new();
	struct ledger *ledger = open_good(folder->ledger);
	const struct epoch_id epoch = hold_meeting(ledger, 5);
	struct fault_disk *before;
	bool happened = true;
	uint64_t n = 0;

	ledger_close(ledger);
	before = fault_disk_snapshot(disk);
	while (happened) {
		n++;
		for (uint64_t seed = 0; seed < 8; seed++) {
			int answered;
			int64_t people;

			fault_disk_copy(disk, before);
			ledger = open_good(folder->ledger);
			fault_disk_arm(disk, FAULT_CUT, FAULT_OP_ANY, n);
			answered = correct(ledger, &epoch, 3, 1, -3);
			happened = fault_disk_happened(disk);
			fault_disk_arm(disk, FAULT_CUT, FAULT_OP_ANY, 1);
			ledger_close(ledger);
			fault_disk_power_on(disk,
			                    seed == 0   ? SURVIVE_ALL
			                    : seed == 1 ? SURVIVE_NONE
			                                : SURVIVE_SOME,
			                    seed);
			fault_disk_arm(disk, FAULT_NONE, FAULT_OP_ANY, 0);
			ledger = open_good(folder->ledger);
			people = net(ledger, &epoch, 0);
			assert_true(people == 7 || (people == 10 && answered != 0));
			assert_int_equal(net(ledger, &epoch, 1), people);
			/* The reason is there exactly where the numbers are. */
			if (people == 7)
				assert_int_equal(seal(ledger, &epoch).state, EPOCH_CORRECTED);
			else
				assert_int_equal(correct(ledger, &epoch, 3, 1, -3), 0);
			ledger_close(ledger);
		}
	}
	print_message("cut at each of %llu operations\n", (unsigned long long)n - 1);
	assert_true(n > 3);
	fault_disk_free(before);
	fault_disk_free(disk);
}

/* PROTOCOL.md, section 5: op, project, channel, first, slot, ref behind 32 random octets. */
static void a_leaf_comes_out_as_its_47_octets(void **state)
{
	static const uint8_t expected[4][LEDGER_LEAF_BYTES - 32] = {
	    {1, 0, 0, 2, 1, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0},
	    {1, 1, 2, 2, 1, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0},
	    {2, 1, 2, 2, 1, 5, 6, 0, 0, 0, 0, 0, 0, 0, 1},
	    {2, 0, 0, 2, 1, 5, 6, 0, 0, 0, 0, 0, 0, 0, 0},
	};
	const struct folder *folder = *state;
	struct ledger *ledger = open_good(folder->ledger);
	const struct ledger_opening opening = opening_of(1, 0);
	struct ledger_checkin checkin = ticket_of(1, 0x0102);
	static struct ledger_piece piece;
	struct ledger_cursor cursor = {.epoch = 0};
	struct ledger_counted counted;
	enum channel channel;
	uint32_t people;

	checkin.channel = CHANNEL_SMS;
	checkin.first = FIRST_YES;
	checkin.slot = 0x0304;
	assert_int_equal(ledger_opening(ledger, &opening), 0);
	assert_int_equal(ledger_check_in(ledger, &checkin, &counted), 0);
	assert_int_equal(ledger_undo_last(ledger, 0x0506, &channel, &people), 0);
	do {
		assert_int_equal(ledger_export(ledger, &opening.event, 0, &cursor, &piece), 0);
		assert_true(piece.kind != LEDGER_PIECE_END);
	} while (piece.kind != LEDGER_PIECE_LEAVES);
	assert_int_equal(piece.len[0], sizeof(expected) + 4 * 32UL);
	for (size_t i = 0; i < 4; i++)
		assert_memory_equal(piece.leaves + i * LEDGER_LEAF_BYTES + 32, expected[i],
		                    sizeof(expected[i]));
	ledger_close(ledger);
}

static void it_comes_out_in_pieces_that_make_the_whole(void **state)
{
	const struct folder *folder = *state;
	struct ledger *ledger = open_good(folder->ledger);
	const struct epoch_id epoch = hold_meeting(ledger, PEOPLE);
	const struct ledger_opening opening = opening_of(1, 0);
	const struct public_key key = {{5}};
	static struct ledger_piece piece;
	struct ledger_cursor cursor = {.epoch = 0};
	struct merkle_frontier tree = {.size = 0};
	unsigned n[LEDGER_PIECE_END + 1] = {0};
	struct batch batch;
	struct hash root;

	assert_int_equal(ledger_collector_cert(ledger, &key, reason, sizeof(reason)), 0);
	assert_int_equal(ledger_collector_cert(ledger, &key, reason, sizeof(reason)), 0);
	assert_int_equal(correct(ledger, &epoch, 3, 1, -1), 0);
	assert_int_equal(ledger_draft(ledger, &epoch, &batch), 0);
	do {
		assert_int_equal(ledger_export(ledger, &opening.event, 0, &cursor, &piece), 0);
		n[piece.kind]++;
		if (piece.kind == LEDGER_PIECE_CERT)
			assert_memory_equal(piece.cert, reason, sizeof(reason));
		for (size_t at = 0; piece.kind == LEDGER_PIECE_LEAVES && at < piece.len[0];
		     at += LEDGER_LEAF_BYTES) {
			const struct hash leaf = merkle_leaf(piece.leaves + at, LEDGER_LEAF_BYTES);

			merkle_append(&tree, &leaf, NULL, NULL);
		}
		if (piece.kind == LEDGER_PIECE_BATCH) {
			assert_true(piece.len[0] > 0 && piece.len[1] > 0);
			assert_true(tree.size ==
			            (n[piece.kind] == 1 ? 2 * PEOPLE : 2 * PEOPLE + 10));
		}
	} while (piece.kind != LEDGER_PIECE_END);
	root = merkle_root(&tree);
	assert_true(tree.size == batch.log_size);
	assert_memory_equal(&root, &batch.log_root, sizeof(root));
	assert_int_equal(n[LEDGER_PIECE_CERT], 1);
	assert_int_equal(n[LEDGER_PIECE_OPENING], 1);
	assert_int_equal(n[LEDGER_PIECE_BATCH], 2);
	/* Another meeting: nothing but the certificate. */
	cursor = (struct ledger_cursor){.certs = 1};
	assert_int_equal(ledger_export(ledger, &opening.event, 1, &cursor, &piece), 0);
	assert_int_equal(piece.kind, LEDGER_PIECE_END);
	ledger_close(ledger);
}

static void a_look_changes_nothing(void **state)
{
	const struct folder *folder = *state;
	struct ledger *ledger = open_good(folder->ledger), *look = NULL;
	const struct epoch_id epoch = hold_meeting(ledger, 20);
	struct ledger_opening opening = opening_of(2, 0);
	uint8_t *before = NULL, *after = NULL;
	size_t before_len = 0, after_len = 0;
	char sentence[400], none[400];

	(void)snprintf(none, sizeof(none), "%s/none.db", folder->path);
	assert_int_equal(ledger_open_reading(none, &look, sentence, sizeof(sentence)), -ENOENT);
	assert_int_not_equal(file_read(none, 10, &before, &before_len), 0);
	ledger_close(ledger);
	assert_int_equal(file_read(folder->ledger, 1 << 26, &before, &before_len), 0);
	assert_int_equal(ledger_open_reading(folder->ledger, &look, sentence, sizeof(sentence)), 0);
	assert_int_equal(net(look, &epoch, 0), 25);
	assert_int_equal(ledger_opening(look, &opening), -EROFS);
	assert_int_equal(correct(look, &epoch, 3, 1, 1), -EROFS);
	assert_int_equal(ledger_raise_floor(look, 99), -EROFS);
	ledger_close(look);
	assert_int_equal(file_read(folder->ledger, 1 << 26, &after, &after_len), 0);
	assert_int_equal(before_len, after_len);
	assert_memory_equal(before, after, before_len);
	free(before);
	free(after);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_closed_epoch_changes_by_its_next_batch_only),
	    TEST(a_leaf_comes_out_as_its_47_octets),
	    TEST(it_comes_out_in_pieces_that_make_the_whole),
	    TEST(a_look_changes_nothing),
	    /* Last: its disk is the default one from then on. */
	    TEST(a_correction_happens_wholly_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
