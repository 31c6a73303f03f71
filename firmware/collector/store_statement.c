/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "store_private.h"

int store_fail(struct store *store, int rc)
{
	if (rc == SQLITE_IOERR_NOMEM) /* no failure of the disk */
		return -ENOMEM;
	switch (rc & 0xff) {
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	default:
		/* After a failed write or sync nobody knows what the disk holds: no second try. */
		store->broken = true;
		return -EIO;
	}
}

sqlite3_stmt *store_use(struct store *store, enum store_statement which)
{
	return store->statement[which];
}

void store_bind_blob(sqlite3_stmt *statement, int place, const void *bytes, size_t len)
{
	/* A NULL pointer would bind SQL's NULL. */
	(void)sqlite3_bind_blob64(statement, place, len > 0 ? bytes : "", len, SQLITE_STATIC);
}

void store_bind_int(sqlite3_stmt *statement, int place, uint64_t value)
{
	(void)sqlite3_bind_int64(statement, place, (sqlite3_int64)value);
}

void store_bind_text(sqlite3_stmt *statement, int place, const char *text)
{
	(void)sqlite3_bind_text(statement, place, text, -1, SQLITE_STATIC);
}

void store_done(sqlite3_stmt *statement)
{
	(void)sqlite3_reset(statement);
	(void)sqlite3_clear_bindings(statement);
}

/* One step. What could not be rolled back for want of memory is, before anything else is read or
 * written. */
static int step(struct store *store, sqlite3_stmt *statement)
{
	if (store->broken)
		return SQLITE_IOERR;
	if (store->undo_due)
		store_rollback(store);
	return store->undo_due ? SQLITE_NOMEM : sqlite3_step(statement);
}

int store_run(struct store *store, sqlite3_stmt *statement)
{
	int rc = step(store, statement);

	store_done(statement);
	if (sqlite3_get_autocommit(store->db) != 0)
		store_left(store);
	return rc == SQLITE_DONE ? 0 : store_fail(store, rc);
}

int store_one_row(struct store *store, sqlite3_stmt *statement)
{
	int rc = step(store, statement);

	if (rc == SQLITE_ROW)
		return 0;
	return rc == SQLITE_DONE ? STORE_E_NONE : store_fail(store, rc);
}

bool store_column_exactly(sqlite3_stmt *statement, int column, void *bytes, size_t len)
{
	if (sqlite3_column_bytes(statement, column) != (int)len)
		return false;
	memcpy(bytes, sqlite3_column_blob(statement, column), len);
	return true;
}

int store_column_upto(struct store *store, sqlite3_stmt *statement, int column, uint8_t *bytes,
                      size_t max, size_t *ret_len)
{
	int len = sqlite3_column_bytes(statement, column);

	if (len <= 0 || (size_t)len > max)
		return store_fail(store, SQLITE_CORRUPT);
	memcpy(bytes, sqlite3_column_blob(statement, column), (size_t)len);
	*ret_len = (size_t)len;
	return 0;
}

int store_has(struct store *store, enum store_statement which, const void *key, size_t len)
{
	sqlite3_stmt *statement = store_use(store, which);
	int r;

	store_bind_blob(statement, 1, key, len);
	r = store_one_row(store, statement);
	store_done(statement);
	return r < 0 ? r : r == 0;
}

int store_one_blob(struct store *store, sqlite3_stmt *statement, uint8_t *bytes, size_t max,
                   size_t *ret_len)
{
	int r = store_one_row(store, statement);

	if (r == 0)
		r = store_column_upto(store, statement, 0, bytes, max, ret_len);
	store_done(statement);
	return r;
}
