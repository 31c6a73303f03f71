/* SPDX-License-Identifier: Apache-2.0 */
/* How a change goes: transactions and groups, and when the WAL is emptied. */
#include <assert.h>
#include <errno.h>
#include <string.h>
#include "ledger_private.h"

sqlite3_stmt *statement(struct ledger *ledger, enum ledger_statement which)
{
	sqlite3_stmt *s = ledger->statement[which];

	assert(!sqlite3_stmt_busy(s));
	sqlite3_clear_bindings(s);
	return s;
}

/* SQLite rolls back by itself when it runs out of room, memory or disk; or cannot even do that
 * until there is memory again. */
static void roll_back(struct ledger *ledger)
{
	sqlite3_stmt *s = statement(ledger, S_rollback);

	if (!sqlite3_get_autocommit(ledger->db)) {
		(void)ledger_result(ledger, sqlite3_step(s));
		sqlite3_reset(s);
	}
	ledger->undo_due = !sqlite3_get_autocommit(ledger->db);
}

/* What could not be rolled back is, before anything else is read or written. */
static int step(struct ledger *ledger, sqlite3_stmt *s)
{
	if (ledger->undo_due)
		roll_back(ledger);
	return ledger->undo_due ? SQLITE_NOMEM : sqlite3_step(s);
}

int run(struct ledger *ledger, sqlite3_stmt *s)
{
	int rc = step(ledger, s);

	sqlite3_reset(s);
	return ledger_result(ledger, rc);
}

int fetch(struct ledger *ledger, sqlite3_stmt *s, bool *ret_row)
{
	int rc = step(ledger, s);

	*ret_row = rc == SQLITE_ROW;
	if (rc != SQLITE_ROW)
		sqlite3_reset(s);
	return ledger_result(ledger, rc);
}

static int do_now(struct ledger *ledger, enum ledger_statement which)
{
	return run(ledger, statement(ledger, which));
}

/* --- the WAL --- */

/*
 * SQLite's own automatic checkpoint ignores a failed sync and would try again: a page it then
 * believes to be on the disk may be lost. So checkpoints are made here, and a failed one ends all
 * writing.
 */
static int checkpoint(struct ledger *ledger, int mode)
{
	int there = 0, copied = 0;
	int rc = ledger_result(ledger,
	                       sqlite3_wal_checkpoint_v2(ledger->db, NULL, mode, &there, &copied));

	return rc == 0 && copied == there ? acked_in_file(ledger) : rc;
}

/* In two steps, so that it is noted in between that the file has all. */
int checkpoint_all(struct ledger *ledger)
{
	int rc = checkpoint(ledger, SQLITE_CHECKPOINT_PASSIVE);

	if (rc == 0)
		rc = checkpoint(ledger, SQLITE_CHECKPOINT_TRUNCATE);
	if (rc == 0)
		ledger->wal_pages = ledger->wal_pages_tried = 0;
	ledger->wal_leaves = 0;
	return rc;
}

static void checkpoint_some(struct ledger *ledger)
{
	if (checkpoint(ledger, SQLITE_CHECKPOINT_PASSIVE) == 0)
		ledger->wal_pages_tried = 0;
	else /* no room to grow the file: the WAL goes on, for now */
		ledger->wal_pages_tried = ledger->wal_pages;
	ledger->wal_leaves = 0;
}

/* What has been committed stays so, whatever becomes of this; a failure shows at the next change.
 */
static void after_commit(struct ledger *ledger)
{
	acked_committed(ledger);
	if (ledger->erase_due) {
		if (checkpoint_all(ledger) == 0)
			ledger->erase_due = false;
	} else if (ledger->wal_pages >= ledger->wal_pages_tried + CHECKPOINT_PAGES ||
	           ledger->wal_leaves >= CHECKPOINT_LEAVES) {
		checkpoint_some(ledger);
	}
}

/* --- transactions --- */

static int write_answers(struct ledger *ledger)
{
	struct running *now = &ledger->now;
	sqlite3_stmt *s;
	int rc;

	if (now->already == 0 && now->not_accepted == 0)
		return 0;
	s = statement(ledger, S_add_answers);
	sqlite3_bind_int64(s, 1, now->epoch);
	sqlite3_bind_int64(s, 2, now->already);
	sqlite3_bind_int64(s, 3, now->not_accepted);
	rc = run(ledger, s);
	if (rc == 0)
		now->already = now->not_accepted = 0;
	return rc;
}

static int write_total(struct ledger *ledger, struct total *total)
{
	sqlite3_stmt *s = statement(ledger, S_set_total);
	int rc;

	sqlite3_bind_int64(s, 1, ledger->now.epoch);
	sqlite3_bind_int(s, 2, total->row.project);
	sqlite3_bind_int(s, 3, total->row.channel);
	sqlite3_bind_int(s, 4, total->row.first);
	sqlite3_bind_int64(s, 5, total->row.added);
	sqlite3_bind_int64(s, 6, total->row.revoked);
	rc = run(ledger, s);
	if (rc == 0)
		total->unwritten = false;
	return rc;
}

int write_running(struct ledger *ledger)
{
	struct running *now = &ledger->now;
	int rc = now->epoch != 0 ? write_answers(ledger) : 0;

	for (uint16_t i = 0; i < now->n_totals && rc == 0; i++) {
		if (now->total[i].unwritten)
			rc = write_total(ledger, &now->total[i]);
	}
	return rc;
}

/* What was in memory goes back with the transaction. */
static void undo(struct ledger *ledger)
{
	roll_back(ledger);
	ledger->now = ledger->before;
	tags_settle(ledger, false);
}

static int commit(struct ledger *ledger, int rc)
{
	if (rc == 0)
		rc = write_running(ledger);
	if (rc == 0)
		rc = do_now(ledger, S_commit);
	if (rc != 0) {
		undo(ledger);
		return rc;
	}
	tags_settle(ledger, true);
	if (ledger->now.tree.size > ledger->before.tree.size)
		ledger->wal_leaves += ledger->now.tree.size - ledger->before.tree.size;
	after_commit(ledger);
	return 0;
}

static int begin(struct ledger *ledger)
{
	int rc = do_now(ledger, S_begin);

	if (rc == 0)
		ledger->before = ledger->now;
	return rc;
}

int change_begin(struct ledger *ledger)
{
	if (ledger->failed != 0)
		return ledger->failed;
	if (ledger->group_error != 0)
		return ledger->group_error;
	ledger->changed = false;
	ledger->changes_before = sqlite3_total_changes64(ledger->db);
	return ledger->in_group ? 0 : begin(ledger);
}

/* What was refused before it wrote anything leaves the group as it was; else the group goes with
 * it. */
static int end_in_group(struct ledger *ledger, int rc)
{
	bool wrote =
	    ledger->changed || sqlite3_total_changes64(ledger->db) != ledger->changes_before;
	bool gone = sqlite3_get_autocommit(ledger->db) != 0; /* SQLite has rolled it back */

	if (!gone && (rc == 0 || !wrote))
		return rc;
	undo(ledger);
	return ledger->group_error = rc != 0 ? rc : -EIO;
}

int change_end(struct ledger *ledger, int rc)
{
	return ledger->in_group ? end_in_group(ledger, rc) : commit(ledger, rc);
}

int ledger_begin(struct ledger *ledger)
{
	int rc;

	if (ledger->failed != 0)
		return ledger->failed;
	if (ledger->in_group)
		return -EINVAL;
	rc = begin(ledger);
	if (rc == 0)
		ledger->in_group = true;
	return rc;
}

int ledger_commit(struct ledger *ledger)
{
	int rc = ledger->failed != 0 ? ledger->failed : ledger->group_error;

	if (!ledger->in_group)
		return -EINVAL;
	ledger->in_group = false;
	ledger->group_error = 0;
	return commit(ledger, rc);
}

void ledger_rollback(struct ledger *ledger)
{
	if (!ledger->in_group)
		return;
	ledger->in_group = false;
	ledger->group_error = 0;
	undo(ledger);
}

/* --- columns --- */

void bind_bytes(sqlite3_stmt *s, int at, const void *bytes, size_t len)
{
	/* Bound for the length of one step: the caller's memory outlives it. */
	sqlite3_bind_blob64(s, at, len > 0 ? bytes : "", len, SQLITE_STATIC);
}

bool column_bytes(sqlite3_stmt *s, int at, void *ret, size_t len)
{
	const void *bytes = sqlite3_column_blob(s, at);

	if (bytes == NULL || (size_t)sqlite3_column_bytes(s, at) != len)
		return false;
	memcpy(ret, bytes, len);
	return true;
}

int fetch_epoch(struct ledger *ledger, sqlite3_stmt *s, struct epoch_id *ret_epoch,
                int64_t *ret_number)
{
	struct epoch_id epoch;
	bool row;
	int rc = fetch(ledger, s, &row);

	if (rc != 0 || !row)
		return rc != 0 ? rc : LEDGER_E_NOTHING;
	if (column_bytes(s, 0, epoch.b, sizeof(epoch.b))) {
		*ret_epoch = epoch;
		*ret_number = sqlite3_column_int64(s, 1);
	} else {
		rc = LEDGER_E_DAMAGED;
	}
	sqlite3_reset(s);
	return rc;
}

bool column_message(sqlite3_stmt *s, int at, uint8_t *ret, size_t max, size_t *ret_len)
{
	const void *bytes = sqlite3_column_blob(s, at);
	size_t len = (size_t)sqlite3_column_bytes(s, at);

	if (len > max)
		return false;
	if (len > 0 && bytes != NULL)
		memcpy(ret, bytes, len);
	*ret_len = len;
	return true;
}
