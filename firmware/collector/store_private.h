/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside the store: the open file, and the way of a statement: store_use(), store_bind_…(), then
 * store_run(), or store_one_row(), the columns and store_done().
 */
#ifndef KIOSK_COLLECTORD_STORE_PRIVATE_H
#define KIOSK_COLLECTORD_STORE_PRIVATE_H

#include <sqlite3.h>
#include <sys/types.h>
#include <time.h>

#include "store.h"
#include "store_sql.h"

enum { STORE_FILES = 2 };

/* The database, its write-ahead log: as they were opened, and as this program left them. */
struct store_file {
	const char *path;
	dev_t device;
	ino_t number; /* 0: not on a disk */
	off_t size;
	struct timespec written;
};

struct store {
	sqlite3 *db;
	struct store_file file[STORE_FILES];
	sqlite3_stmt *statement[SQL_N_STATEMENTS];
	bool broken;
	bool undo_due; /* a transaction could not be rolled back yet */
};

/* What the write-ahead log of a database that is not open says of itself. 0 or -errno. */
enum store_wal {
	STORE_WAL_WHOLE,
	STORE_WAL_TORN,    /* it ends within a transaction, as after a power cut */
	STORE_WAL_DAMAGED, /* there was more of it than SQLite would take */
};
int store_wal_read(const char *path, enum store_wal *ret);

/* sha256() and row_sum() for statements. An SQLite result. */
int store_put_functions(sqlite3 *db);

/* After what may have written to the files: as they are now is as they were left. */
void store_left(struct store *store);

/* What an SQLite result means, by the rules of store.h: -errno. Marks the store broken where that
 * is so. */
int store_fail(struct store *store, int rc);

sqlite3_stmt *store_use(struct store *store, enum store_statement which);
/* The octets, the text have to last until the statement is done. */
void store_bind_blob(sqlite3_stmt *statement, int place, const void *bytes, size_t len);
void store_bind_int(sqlite3_stmt *statement, int place, uint64_t value);
void store_bind_text(sqlite3_stmt *statement, int place, const char *text);
void store_done(sqlite3_stmt *statement);

/* A statement without rows, wholly. 0 or -errno. */
int store_run(struct store *store, sqlite3_stmt *statement);
/* Steps to the next row, or the only one: 0, STORE_E_NONE or -errno. The caller calls
 * store_done(). */
int store_one_row(struct store *store, sqlite3_stmt *statement);
/* False if the column has not exactly `len` octets. */
bool store_column_exactly(sqlite3_stmt *statement, int column, void *bytes, size_t len);
/* At most `max` octets and at least one. 0, or -EIO: what is stored cannot be. */
int store_column_upto(struct store *store, sqlite3_stmt *statement, int column, uint8_t *bytes,
                      size_t max, size_t *ret_len);

/* Wholly: whether there is a row with this key, 1, 0, -errno; the one blob, as
 * store_column_upto(), or STORE_E_NONE. */
int store_has(struct store *store, enum store_statement which, const void *key, size_t len);
int store_one_blob(struct store *store, sqlite3_stmt *statement, uint8_t *bytes, size_t max,
                   size_t *ret_len);

#endif
