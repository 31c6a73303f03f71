/* SPDX-License-Identifier: Apache-2.0 */
/* Corrections of a closed epoch: more leaves, never an edit. */
#include <errno.h>
#include <string.h>
#include "ledger_private.h"

static uint32_t size_of(const struct ledger_change *change)
{
	return (uint32_t)(change->people < 0 ? -(int64_t)change->people : change->people);
}

/* How many of a project stand before change `n`, and whether additions by hand have a total. */
static int64_t standing_before(const struct running *now, const struct ledger_change *change,
                               size_t n, bool *ret_has_total)
{
	uint16_t project = change[n].project;
	int64_t standing = 0;

	*ret_has_total = false;
	for (uint16_t i = 0; i < now->n_totals; i++) {
		const struct batch_row *row = &now->total[i].row;

		if (row->project != project)
			continue;
		standing += (int64_t)row->added - row->revoked;
		*ret_has_total = *ret_has_total ||
		                 (row->channel == CHANNEL_MANUAL && row->first == FIRST_NOT_ASKED);
	}
	for (size_t i = 0; i < n; i++) {
		if (change[i].project != project)
			continue;
		standing += change[i].people;
		*ret_has_total = *ret_has_total || change[i].people > 0;
	}
	return standing;
}

/* Whether all changes can be made, in their order: judged before anything is written. */
static int judge(const struct ledger *ledger, const struct ledger_change *change, size_t n)
{
	uint64_t leaves = 0;
	uint32_t new_totals = 0;

	for (size_t i = 0; i < n; i++) {
		bool has_total;
		int64_t standing = standing_before(&ledger->now, change, i, &has_total);

		if (standing + change[i].people < 0)
			return LEDGER_E_NOTHING;
		new_totals += change[i].people > 0 && !has_total;
		leaves += size_of(&change[i]);
	}
	return leaves_fit(ledger, leaves < UINT32_MAX ? (uint32_t)leaves : UINT32_MAX, new_totals);
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
		if (rc == 0 && !row) /* though the totals say that somebody stands */
			rc = ledger->failed = LEDGER_E_DAMAGED;
		if (rc != 0)
			return rc;
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

static int make_changes(struct ledger *ledger, const struct ledger_change *change, size_t n)
{
	int rc = judge(ledger, change, n);

	for (size_t i = 0; i < n && rc == 0; i++)
		rc = change[i].people >= 0
		         ? add(ledger, change[i].project, size_of(&change[i]))
		         : take_back(ledger, change[i].project, size_of(&change[i]));
	return rc == 0 ? write_running(ledger) : rc;
}

static int correct_change(struct ledger *ledger, const struct epoch_id *id, uint32_t seq,
                          const struct ledger_change *change, size_t n, const uint8_t *bytes,
                          size_t len)
{
	int64_t epoch = 0;
	int rc = ledger->now.epoch != 0 ? LEDGER_E_OPEN : epoch_number(ledger, id, &epoch);

	if (rc == 0)
		rc = comes_next(ledger, epoch, seq);
	/* The closed epoch becomes the one leaves are appended to, for as long as this takes. */
	if (rc == 0)
		rc = epoch_load(ledger, epoch, &ledger->now);
	if (rc != 0)
		return rc;
	rc = make_changes(ledger, change, n);
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
