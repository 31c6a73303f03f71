/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside the ledger room: the open ledger, its statements, and the way a change goes:
 * change_begin(), which refuses where the ledger has failed and opens a transaction unless there is
 * a group's; the steps, which judge all before they write anything; change_end() with their result,
 * which keeps what they did if that is 0, and passes the result on. What fails after it wrote
 * something is undone: in a group, the group with it, for a savepoint a check-in costs more than
 * the check-in.
 */
#ifndef KIOSK_LEDGER_PRIVATE_H
#define KIOSK_LEDGER_PRIVATE_H

#include <sqlite3.h>
#include "ledger.h"
#include "merkle.h"

enum {
	LEDGER_APPLICATION_ID = 0x434b314c, /* "CK1L" */
	LEDGER_FORMAT = 1,
	/* In the WAL: then its content goes to the file, whichever comes first. */
	CHECKPOINT_PAGES = 1000,
	CHECKPOINT_LEAVES = 256,
	PAGE_BYTES = 4096,
	PAGE_SUM_BYTES = 8, /* at a page's end: pages.c */
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

/* A total of the open epoch, and whether the table does not have it like this yet. */
struct total {
	struct batch_row row;
	bool unwritten;
};

/* What is known of the open epoch without asking SQLite; goes back when a transaction does not
 * happen. Totals are written once a transaction, at its end. */
struct running {
	int64_t epoch; /* its number; 0: none is open */
	struct merkle_frontier tree;
	uint32_t already, not_accepted; /* answers not yet written */
	uint16_t n_totals;
	struct total total[BATCH_ROWS_MAX]; /* sorted by (project, channel, first) */
};

/* The table `tag` again, in memory, found by tag: on the disk it is sorted by leaf, so that a
 * check-in appends to it. */
struct tag_entry {
	struct tag tag;
	int64_t leaf; /* 0: free */
	uint16_t project;
};
struct tag_index {
	struct tag_entry *entry; /* open addressing; `size` is a power of two */
	uint32_t size, used;
	bool touched; /* by the transaction under way */
	bool stale;   /* that one did not happen: to be read again before it is used */
};

struct recount;

/* SQLite's way to the file, of this ledger alone: pages.c. */
struct page_vfs {
	sqlite3_vfs vfs;
	char name[32];
};

/* What the WAL's octets say. Frames are counted from 1; 0: none. */
struct wal {
	bool begun;        /* there is at least a header */
	bool header_holds; /* without that SQLite takes nothing from it */
	uint32_t salt[2];
	uint32_t used;      /* the last frame that SQLite takes */
	uint32_t proven;    /* the last one seen to have been synced */
	uint32_t *frame_of; /* by page: its first frame of those that hold from the start on */
	uint32_t n_pages;
};

/* What was noted beside the ledger as acknowledged: acked.c. Number 0: nothing. */
struct acked {
	uint64_t number;          /* of the note */
	uint32_t salt[2], frames; /* of the WAL; 0 frames: all is in the file */
	int64_t epoch;
	uint64_t leaves; /* of that epoch */
};

struct ledger {
	sqlite3 *db;
	struct page_vfs pages;
	struct acked acked;
	sqlite3_file *acked_file;
	char *acked_name;
	sqlite3_stmt *statement[N_STATEMENTS];
	struct running now;
	struct running before; /* the transaction under way */
	struct tag_index tags;
	struct recount *recount; /* the one beside the work; NULL: not begun, or done */
	bool recounted;
	uint8_t random[1024]; /* drawn, for leaves to come */
	size_t random_left;
	bool in_group;
	bool changed;                 /* the change under way has touched ledger->now */
	sqlite3_int64 changes_before; /* rows written before it */
	int group_error;              /* the group cannot be committed any more: why */
	int failed;                   /* the ledger refuses every change: what it answers */
	int wal_pages;
	int wal_pages_tried; /* do not try a checkpoint again before the WAL is this long */
	uint64_t wal_leaves; /* in the WAL, since a checkpoint was tried last */
	bool wal_grew;       /* in a transaction that was not noted as acknowledged yet */
	bool wal_anew;       /* it begins anew, with other salts, or these are not known yet */
	bool undo_due;       /* a transaction could not be rolled back yet */
	bool erase_due;      /* erased content is still in the WAL */
};

/* --- schema.c --- */
int schema_create(sqlite3 *db);
int schema_prepare(struct ledger *ledger);
void schema_finish(struct ledger *ledger);

/* --- result.c --- */
/* What an SQLite result means, by the rules in ledger.h. Marks the ledger failed where that is so.
 */
int ledger_result(struct ledger *ledger, int sqlite_result);
/* Into the caller's sentence, if it wants one. */
void tell_damage(char *sentence, size_t size, const char *path, const char *why);
__attribute__((format(printf, 3, 4))) void tell(char *sentence, size_t size, const char *format,
                                                ...);

/* --- change.c --- */
int change_begin(struct ledger *ledger);
int change_end(struct ledger *ledger, int rc);
/* A statement, reset and without bindings. */
sqlite3_stmt *statement(struct ledger *ledger, enum ledger_statement which);
/* Runs it to its end, no rows wanted; resets it. 0 or an error. */
int run(struct ledger *ledger, sqlite3_stmt *s);
/* One step: *ret_row says whether there is a row to read (the caller resets); without one it is
 * reset already. */
int fetch(struct ledger *ledger, sqlite3_stmt *s, bool *ret_row);
/* Writes what of ledger->now is not in the file yet: totals, answers noted. Inside a change. */
int write_running(struct ledger *ledger);
/* Brings the WAL's content to the file and empties the WAL. */
int checkpoint_all(struct ledger *ledger);

void bind_bytes(sqlite3_stmt *s, int at, const void *bytes, size_t len);
/* Copies a blob of exactly `len` octets. False if it is not that long. */
bool column_bytes(sqlite3_stmt *s, int at, void *ret, size_t len);
/* The one row of an epoch's id and a number. LEDGER_E_NOTHING without one; then the outputs stand
 * as they were. */
int fetch_epoch(struct ledger *ledger, sqlite3_stmt *s, struct epoch_id *ret_epoch,
                int64_t *ret_number);
/* Copies a blob of at most `max` octets; false if it is longer. */
bool column_message(sqlite3_stmt *s, int at, uint8_t *ret, size_t max, size_t *ret_len);

/* --- checkin.c --- */
void leaf_bytes(const struct leaf *leaf, uint8_t bytes[LEDGER_LEAF_BYTES]);
struct hash leaf_hash(const struct leaf *leaf);
/* Whether so many more leaves, and totals of kinds not there yet, can be reported. 0 or
 * LEDGER_E_OVERFLOW. */
int leaves_fit(const struct ledger *ledger, uint32_t leaves, uint32_t new_totals);
/* Inside a change, of the epoch in ledger->now, where they fit: draws r, appends, raises the leaf's
 * total; the same for the revocation of a standing leaf. */
int leaf_append(struct ledger *ledger, struct leaf *leaf);
int leaf_revoke(struct ledger *ledger, int64_t id, uint16_t slot, uint16_t *ret_project,
                enum channel *ret_channel);

/* --- tags.c --- */
/* Makes the index ready, with room for so many more: before anything is read or changed in it. */
int tags_ready(struct ledger *ledger, uint32_t more);
/* The next entry of a tag; *at starts as 0. NULL: no more. Until the index is changed. */
const struct tag_entry *tags_next(const struct ledger *ledger, const struct tag *tag, uint32_t *at);
/* Inside a change. The tag of a leaf is freed; one without is fine. */
int tags_add(struct ledger *ledger, const struct tag *tag, uint16_t project, int64_t leaf);
int tags_free(struct ledger *ledger, int64_t leaf);
/* All are erased from the file, and from memory. Inside a change. */
int tags_erase(struct ledger *ledger);
/* The transaction that touched the index happened, or did not. */
void tags_settle(struct ledger *ledger, bool happened);
void tags_deinit(struct ledger *ledger);

/* --- sms.c --- */
/* Inside a change. 0 or LEDGER_E_KNOWN. */
int sms_record(struct ledger *ledger, const struct fingerprint *fingerprint, bool reply_due);

/* --- totals.c --- */
int epoch_number(struct ledger *ledger, const struct epoch_id *epoch,
                 int64_t *ret_number); /* -ENOENT */
int epoch_totals(struct ledger *ledger, int64_t epoch, struct batch_row row[BATCH_ROWS_MAX],
                 uint16_t *ret_n);
/* The same as the table has them, whatever is in memory. */
int epoch_totals_written(struct ledger *ledger, int64_t epoch, struct batch_row row[BATCH_ROWS_MAX],
                         uint16_t *ret_n);
int order_of_rows(const struct batch_row *a, const struct batch_row *b);
/* How many leaves an epoch has, and the tree of its first `size`: out of the nodes kept beside
 * them. LEDGER_E_DAMAGED: there are not as many. */
int epoch_size(struct ledger *ledger, int64_t epoch, uint64_t *ret_size);
int epoch_tree(struct ledger *ledger, int64_t epoch, uint64_t size, struct merkle_frontier *ret);
/* What ledger->now is for that epoch. */
int epoch_load(struct ledger *ledger, int64_t epoch, struct running *ret);

/* --- pages.c --- */
/* A VFS for this ledger, in front of the default one. An SQLite result. */
int pages_init(struct page_vfs *pages);
void pages_deinit(struct page_vfs *pages);
/* Looks at every page of the file but those that the WAL replaces. 0; LEDGER_E_DAMAGED, and which. */
int pages_check(struct ledger *ledger, const struct wal *wal, char *why, size_t size);

/* --- wal.c --- */
/* SQLite's sum over words of 32 bits: https://www.sqlite.org/fileformat2.html, section 4.2 */
void sum_add(uint32_t sum[2], const uint8_t *octets, size_t len, bool big_endian);
/* To be freed, whatever is returned. */
int wal_read(struct ledger *ledger, struct wal *ret);
void wal_free(struct wal *wal);
/* Whether SQLite reads that page from the WAL. */
bool wal_has_page(const struct wal *wal, uint32_t page);
/* The salts in force. */
int wal_salt(struct ledger *ledger, uint32_t ret[2]);

/* --- acked.c --- */
/* Reads what was noted last, to forget it for a ledger made `anew`; makes the file unless only
 * `reading`. */
int acked_open(struct ledger *ledger, const char *path, bool reading, bool anew);
void acked_close(struct ledger *ledger);
/* A transaction is durable: noted. Failing, the disk shows at the next change. */
void acked_committed(struct ledger *ledger);
/* All the WAL holds is durable in the file, and it may be begun anew after this. */
int acked_in_file(struct ledger *ledger);
/* Whether the WAL reaches as far as it did. 0; LEDGER_E_DAMAGED, and why. */
int acked_check_wal(struct ledger *ledger, const struct wal *wal, char *why, size_t size);

/* --- recount.c --- */
/* The leaf of a row of the statement `leaves`, and its index. False: cut short. */
bool read_leaf(sqlite3_stmt *s, struct leaf *ret, uint32_t *ret_index, struct hash *ret_node);
/* What must hold before the first check-in: see ledger_open(). Fills ledger->now. */
int opening_check(struct ledger *ledger, char *sentence, size_t sentence_size);
/* The recount beside the work, to its end. 0 or what ledger_recount_step() answers. */
int recount_rest(struct ledger *ledger);
void recount_deinit(struct ledger *ledger);

#endif
