/* SPDX-License-Identifier: Apache-2.0 */
/* Corrections of a closed epoch: more leaves, never an edit. */
#include <errno.h>
#include <string.h>
#include "ledger_private.h"

/* The closed epoch becomes the one leaves are appended to, until the change ends. */
static int take_up(struct ledger *ledger, int64_t epoch)
{
	struct running now = {.epoch = epoch};
	sqlite3_stmt *s = statement(ledger, S_leaves);
	bool row;
	int rc;

	sqlite3_bind_int64(s, 1, leaf_id(epoch, 0));
	sqlite3_bind_int64(s, 2, leaf_id(epoch, UINT32_MAX));
	while ((rc = fetch(ledger, s, &row)) == 0 && row) {
		struct hash hash, root;
		struct leaf leaf;
		uint32_t index;

		if (!read_leaf(s, &leaf, &index, &root) || index != now.tree.size) {
			sqlite3_reset(s);
			return LEDGER_E_DAMAGED;
		}
		hash = leaf_hash(&leaf);
		merkle_append(&now.tree, &hash, NULL, NULL);
	}
	if (rc == 0)
		ledger->now = now;
	return rc;
}

static int add(struct ledger *ledger, uint16_t project, uint32_t people)
{
	int rc = 0;

	for (uint32_t i = 0; i < people && rc == 0; i++) {
		struct leaf leaf = {.op = LEAF_ADD,
		                    .project = project,
		                    .channel = CHANNEL_MANUAL,
		                    .first = FIRST_NOT_ASKED,
		                    .slot = SLOT_UNKNOWN};

		rc = leaf_append(ledger, &leaf);
		if (rc == 0)
			rc = leaf_total(ledger, &leaf, 1, 0);
	}
	return rc;
}

static int take_back(struct ledger *ledger, uint16_t project, uint32_t people)
{
	int rc = 0;

	for (uint32_t i = 0; i < people && rc == 0; i++) {
		sqlite3_stmt *s = statement(ledger, S_last_of_project);
		enum channel channel;
		uint16_t of;
		int64_t id;
		bool row;

		sqlite3_bind_int64(s, 1, leaf_id(ledger->now.epoch, 0));
		sqlite3_bind_int64(s, 2, leaf_id(ledger->now.epoch, UINT32_MAX));
		sqlite3_bind_int(s, 3, project);
		rc = fetch(ledger, s, &row);
		if (rc != 0 || !row)
			return rc != 0 ? rc : LEDGER_E_NOTHING;
		id = sqlite3_column_int64(s, 0);
		sqlite3_reset(s);
		rc = leaf_revoke(ledger, id, SLOT_UNKNOWN, &of, &channel);
	}
	return rc;
}

/* Whether batch `seq` comes next behind a closing one. */
static int comes_next(struct ledger *ledger, int64_t epoch, uint32_t seq)
{
	sqlite3_stmt *s = statement(ledger, S_close_of);
	uint32_t head;
	int state, sealed;
	bool row, waits;
	int rc;

	sqlite3_bind_int64(s, 1, epoch);
	rc = fetch(ledger, s, &row);
	if (rc != 0 || !row)
		return rc != 0 ? rc : -ENOENT;
	state = sqlite3_column_int(s, 0);
	head = (uint32_t)sqlite3_column_int64(s, 1);
	sealed = sqlite3_column_int(s, 2);
	waits = sqlite3_column_int(s, 3) != 0;
	sqlite3_reset(s);
	if (state != EPOCH_CLOSED && state != EPOCH_CORRECTED)
		return LEDGER_E_NOT_OPEN;
	if (head == 0 || sealed == EPOCH_OPEN || waits)
		return LEDGER_E_PENDING;
	return head < UINT32_MAX && seq == head + 1 ? 0 : LEDGER_E_SEQUENCE;
}

static int write_correction(struct ledger *ledger, int64_t epoch, uint32_t seq,
                            const uint8_t *bytes, size_t len)
{
	sqlite3_stmt *s = statement(ledger, S_add_correction);
	int rc;

	sqlite3_bind_int64(s, 1, epoch);
	sqlite3_bind_int64(s, 2, seq);
	bind_bytes(s, 3, bytes, len);
	rc = run(ledger, s);
	if (rc != 0)
		return rc;
	s = statement(ledger, S_set_state);
	sqlite3_bind_int64(s, 1, epoch);
	sqlite3_bind_int(s, 2, EPOCH_CORRECTED);
	return run(ledger, s);
}

static int correct_change(struct ledger *ledger, const struct epoch_id *id, uint32_t seq,
                          const struct ledger_change *change, size_t n, const uint8_t *bytes,
                          size_t len)
{
	int64_t epoch = 0;
	int rc = ledger->now.epoch != 0 ? LEDGER_E_OPEN : epoch_number(ledger, id, &epoch);

	if (rc == 0)
		rc = comes_next(ledger, epoch, seq);
	if (rc == 0)
		rc = take_up(ledger, epoch);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = change[i].people >= 0
		         ? add(ledger, change[i].project, (uint32_t)change[i].people)
		         : take_back(ledger, change[i].project,
		                     (uint32_t) - (int64_t)change[i].people);
	ledger->now = (struct running){.epoch = 0};
	return rc == 0 ? write_correction(ledger, epoch, seq, bytes, len) : rc;
}

int ledger_correct(struct ledger *ledger, const struct epoch_id *epoch, uint32_t seq,
                   const struct ledger_change *change, size_t n, const uint8_t *bytes, size_t len)
{
	int rc;

	if (len == 0 || len > CORRECTION_BYTES_MAX)
		return -EINVAL;
	rc = change_begin(ledger);
	if (rc != 0)
		return rc;
	return change_end(ledger, correct_change(ledger, epoch, seq, change, n, bytes, len));
}
