/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside the ledger room: the open ledger, its statements, and the way a change goes:
 * change_begin(), which refuses where the ledger has failed and opens a transaction, or a savepoint
 * in a group; the steps; change_end() with their result, which keeps what they did if that is 0,
 * else undoes it, and passes the result on.
 */
#ifndef KIOSK_LEDGER_PRIVATE_H
#define KIOSK_LEDGER_PRIVATE_H

#include <sqlite3.h>
#include "ledger.h"
#include "merkle.h"

enum {
	LEDGER_APPLICATION_ID = 0x434b314c, /* "CK1L" */
	LEDGER_FORMAT = 1,
	CHECKPOINT_PAGES = 1000, /* in the WAL: then its content goes to the file */
};

/* Ended because the collector knew more of it: it never seals again. Stands beside enum
 * epoch_state. */
enum { EPOCH_ABANDONED = 3 };

/* A leaf's key: its epoch's number and its index there. So each epoch's leaves lie together, in
 * order. */
static inline int64_t leaf_id(int64_t epoch, uint32_t index)
{
	return (epoch << 32) | index;
}
static inline uint32_t leaf_index(int64_t id)
{
	return (uint32_t)(id & 0xffffffff);
}

enum leaf_op { LEAF_ADD = 1, LEAF_REVOKE = 2 };

struct leaf {
	uint8_t r[32];
	enum leaf_op op;
	uint16_t project;
	enum channel channel;
	enum first first;
	uint16_t slot;
	uint32_t ref; /* LEAF_REVOKE: index of the add it revokes */
	uint32_t nth; /* its place in its check-in, from 0 */
};

/* name, SQL: prepared once, at the opening. */
enum ledger_statement {
#define STATEMENT(name, sql) S_##name,
#include "statements.h"
#undef STATEMENT
	N_STATEMENTS
};

/* What is known of the open epoch without asking SQLite; goes back when a change does not happen.
 */
struct running {
	int64_t epoch; /* its number; 0: none is open */
	struct merkle_frontier tree;
	uint32_t already, not_accepted; /* answers not yet written */
};

struct ledger {
	sqlite3 *db;
	sqlite3_stmt *statement[N_STATEMENTS];
	struct running now;
	struct running before_change, before_group;
	bool in_group;
	int group_error; /* the group cannot be committed any more: why */
	int failed;      /* the ledger refuses every change: what it answers */
	int wal_pages;
	int wal_pages_tried; /* do not try a checkpoint again before the WAL is this long */
	bool undo_due;       /* a transaction could not be rolled back yet */
	bool erase_due;      /* erased content is still in the WAL */
};

/* --- schema.c --- */
int schema_create(sqlite3 *db);
int schema_prepare(struct ledger *ledger);
void schema_finish(struct ledger *ledger);

/* --- change.c --- */
/* What an SQLite result means, by the rules in ledger.h. Marks the ledger failed where that is so.
 */
int ledger_result(struct ledger *ledger, int sqlite_result);
int change_begin(struct ledger *ledger);
int change_end(struct ledger *ledger, int rc);
/* A statement, reset and without bindings. */
sqlite3_stmt *statement(struct ledger *ledger, enum ledger_statement which);
/* Runs it to its end, no rows wanted; resets it. 0 or an error. */
int run(struct ledger *ledger, sqlite3_stmt *s);
/* One step: *ret_row says whether there is a row to read (the caller resets); without one it is
 * reset already. */
int fetch(struct ledger *ledger, sqlite3_stmt *s, bool *ret_row);
/* Writes the answers noted so far. Inside a change. */
int write_answers(struct ledger *ledger);
/* Brings the WAL's content to the file and empties the WAL. */
int checkpoint_all(struct ledger *ledger);

void bind_bytes(sqlite3_stmt *s, int at, const void *bytes, size_t len);
/* Copies a blob of exactly `len` octets. False if it is not that long. */
bool column_bytes(sqlite3_stmt *s, int at, void *ret, size_t len);
/* Copies a blob of at most `max` octets; false if it is longer. */
bool column_message(sqlite3_stmt *s, int at, uint8_t *ret, size_t max, size_t *ret_len);

/* --- checkin.c --- */
void leaf_bytes(const struct leaf *leaf, uint8_t bytes[LEDGER_LEAF_BYTES]);
struct hash leaf_hash(const struct leaf *leaf);
/* Inside a change, of the epoch in ledger->now: draws r and appends; raises a leaf's total; appends
 * the revocation of a standing leaf, with its total. */
int leaf_append(struct ledger *ledger, struct leaf *leaf);
int leaf_total(struct ledger *ledger, const struct leaf *leaf, uint32_t added, uint32_t revoked);
int leaf_revoke(struct ledger *ledger, int64_t id, uint16_t slot, uint16_t *ret_project,
                enum channel *ret_channel);

/* --- sms.c --- */
/* Inside a change. 0 or LEDGER_E_KNOWN. */
int sms_record(struct ledger *ledger, const struct fingerprint *fingerprint, bool reply_due);

/* --- totals.c --- */
int epoch_number(struct ledger *ledger, const struct epoch_id *epoch,
                 int64_t *ret_number); /* -ENOENT */
int epoch_totals(struct ledger *ledger, int64_t epoch, struct batch_row row[BATCH_ROWS_MAX],
                 uint16_t *ret_n);
int epoch_log(struct ledger *ledger, int64_t epoch, uint64_t *ret_size, struct hash *ret_root);

/* --- recount.c --- */
/* The leaf of a row of the statement `leaves`, and its index. False: cut short. */
bool read_leaf(sqlite3_stmt *s, struct leaf *ret, uint32_t *ret_index, struct hash *ret_root);
/* Recounts all; gives the open epoch's number (0: none) and tree. */
int recount(struct ledger *ledger, struct running *ret, char *sentence, size_t sentence_size);

/* --- open.c --- */
/* Into the caller's sentence, if it wants one. */
__attribute__((format(printf, 3, 4))) void tell(char *sentence, size_t size, const char *format,
                                                ...);

#endif
