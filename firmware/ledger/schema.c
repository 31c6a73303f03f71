/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables, format 1. STRICT, with what must hold written as CHECK. Pages have 4096 octets, those
 * of the file system's blocks, so that a torn write of one page harms no other.
 *
 * A check-in touches three pages: the end of `leaf`, the end of `tag`, one of `total`; check-ins
 * that share a commit share them. Add an index to one of them and every check-in pays for it.
 */
#include "ledger_private.h"

static const char tables[] =
    "CREATE TABLE device ("
    " one INTEGER PRIMARY KEY CHECK (one = 1),"
    " boots INTEGER NOT NULL CHECK (boots BETWEEN 0 AND 4294967295),"
    " boot_id BLOB NOT NULL CHECK (length(boot_id) = 16),"
    " floor_s INTEGER NOT NULL," /* 0: none */
    " texts_s INTEGER NOT NULL"  /* texts sent until then are dealt with; 0: none */
    ") STRICT;"
    "INSERT INTO device VALUES (1, 0, zeroblob(16), 0, 0);"

    /* One opening of an occurrence on this device. Never changed, never deleted. */
    "CREATE TABLE epoch ("
    " number INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 2147483647),"
    " id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),"
    " device BLOB NOT NULL CHECK (length(device) = 32),"
    " event BLOB NOT NULL CHECK (length(event) = 8),"
    " occurrence INTEGER NOT NULL CHECK (occurrence BETWEEN 0 AND 65535),"
    " boot INTEGER NOT NULL CHECK (boot BETWEEN 0 AND 4294967295),"
    " wall INTEGER,"
    " manifest BLOB NOT NULL, hub_cert BLOB NOT NULL, grant_bytes BLOB NOT NULL"
    ") STRICT;"

    /* What of an epoch changes. `state` as in batches (2: closed, and corrected since), 3:
       abandoned to a collector that knew more of it. */
    "CREATE TABLE progress ("
    " epoch INTEGER PRIMARY KEY REFERENCES epoch (number),"
    " state INTEGER NOT NULL CHECK (state IN (0, 1, 2, 3)),"
    " powered_ms INTEGER NOT NULL CHECK (powered_ms >= 0),"
    " already INTEGER NOT NULL CHECK (already >= 0),"
    " not_accepted INTEGER NOT NULL CHECK (not_accepted >= 0),"
    " headcount INTEGER CHECK (headcount BETWEEN 0 AND 4294967295),"
    " headcount_bytes BLOB"
    ") STRICT;"
    "CREATE UNIQUE INDEX one_open ON progress (state) WHERE state = 0;"

    /* Occurrences that do not reopen. */
    "CREATE TABLE closed ("
    " event BLOB NOT NULL, occurrence INTEGER NOT NULL, PRIMARY KEY (event, occurrence)"
    ") STRICT, WITHOUT ROWID;"

    /* The Merkle log. `id` is epoch << 32 | index. `node` is the hash of the largest complete
       subtree that ends with this leaf: the tree of the first n leaves is had from as many rows as
       n has bits set. Rows never change. */
    "CREATE TABLE leaf ("
    " id INTEGER PRIMARY KEY,"
    " op INTEGER NOT NULL CHECK (op IN (1, 2) AND (op = 2) = (revokes IS NOT NULL)),"
    " project INTEGER NOT NULL CHECK (project BETWEEN 0 AND 65535),"
    " channel INTEGER NOT NULL CHECK (channel BETWEEN 1 AND 3),"
    " first INTEGER NOT NULL CHECK (first BETWEEN 0 AND 2),"
    " slot INTEGER NOT NULL CHECK (slot BETWEEN 0 AND 65535),"
    " nth INTEGER NOT NULL CHECK (nth >= 0),"
    " revokes INTEGER REFERENCES leaf (id),"
    " r BLOB NOT NULL CHECK (length(r) = 32),"
    " node BLOB NOT NULL CHECK (length(node) = 32)"
    ") STRICT;"
    /* Holds revocations only, so adds don't pay for it; nothing is revoked twice. */
    "CREATE UNIQUE INDEX revoked_once ON leaf (revokes) WHERE revokes IS NOT NULL;"

    "CREATE TABLE total ("
    " epoch INTEGER NOT NULL,"
    " project INTEGER NOT NULL, channel INTEGER NOT NULL, first INTEGER NOT NULL,"
    " added INTEGER NOT NULL CHECK (added BETWEEN 0 AND 4294967295),"
    " revoked INTEGER NOT NULL CHECK (revoked BETWEEN 0 AND added),"
    " PRIMARY KEY (epoch, project, channel, first)"
    ") STRICT, WITHOUT ROWID;"

    /* Sealed batches, receipts, refusals. */
    "CREATE TABLE batch ("
    " epoch INTEGER NOT NULL REFERENCES epoch (number),"
    " seq INTEGER NOT NULL CHECK (seq BETWEEN 1 AND 4294967295),"
    " hash BLOB NOT NULL CHECK (length(hash) = 32),"
    " log_size INTEGER NOT NULL CHECK (log_size >= 0),"
    " log_root BLOB NOT NULL CHECK (length(log_root) = 32),"
    " state INTEGER NOT NULL CHECK (state IN (0, 1, 2)),"
    " headcount_bytes BLOB,"
    " bytes BLOB NOT NULL,"
    " PRIMARY KEY (epoch, seq)"
    ") STRICT;"
    "CREATE TABLE batch_row ("
    " epoch INTEGER NOT NULL, seq INTEGER NOT NULL,"
    " project INTEGER NOT NULL, channel INTEGER NOT NULL, first INTEGER NOT NULL,"
    " added INTEGER NOT NULL, revoked INTEGER NOT NULL,"
    " PRIMARY KEY (epoch, seq, project, channel, first),"
    " FOREIGN KEY (epoch, seq) REFERENCES batch (epoch, seq)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE receipt ("
    " epoch INTEGER NOT NULL, seq INTEGER NOT NULL,"
    " hash BLOB NOT NULL CHECK (length(hash) = 32),"
    " log_size INTEGER NOT NULL, log_root BLOB NOT NULL CHECK (length(log_root) = 32),"
    " bytes BLOB NOT NULL,"
    " PRIMARY KEY (epoch, seq),"
    " FOREIGN KEY (epoch, seq) REFERENCES batch (epoch, seq)"
    ") STRICT;"
    "CREATE INDEX collector_log ON receipt (log_size);"
    "CREATE INDEX receipt_by_hash ON receipt (hash);"
    /* Of a collector's log that is not there any more: what it once signed for, the first of each
     * batch, so that a collector without a memory fills no disk. */
    "CREATE TABLE former_receipt ("
    " epoch INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL,"
    " log_size INTEGER NOT NULL, log_root BLOB NOT NULL, bytes BLOB NOT NULL,"
    " PRIMARY KEY (epoch, seq),"
    " FOREIGN KEY (epoch, seq) REFERENCES batch (epoch, seq)"
    ") STRICT;"
    /* Why a closed epoch's totals were changed, by the seq of the batch that carries it. */
    "CREATE TABLE correction ("
    " epoch INTEGER NOT NULL REFERENCES epoch (number),"
    " seq INTEGER NOT NULL CHECK (seq BETWEEN 2 AND 4294967295), bytes BLOB NOT NULL,"
    " PRIMARY KEY (epoch, seq)"
    ") STRICT;"
    /* Certificates of the keys that receipts are signed with. */
    "CREATE TABLE collector_cert ("
    " key BLOB PRIMARY KEY CHECK (length(key) = 32), bytes BLOB NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE parked ("
    " epoch INTEGER PRIMARY KEY REFERENCES epoch (number),"
    " seq INTEGER NOT NULL, status INTEGER NOT NULL, reason TEXT NOT NULL"
    ") STRICT;"

    /*
     * From here on: erased when the occurrence closes.
     */
    "CREATE TABLE opening ("
    " one INTEGER PRIMARY KEY CHECK (one = 1),"
    " event BLOB NOT NULL, occurrence INTEGER NOT NULL,"
    " r BLOB NOT NULL CHECK (length(r) = 32),"
    " card_check BLOB NOT NULL CHECK (length(card_check) = 32),"
    " secret BLOB CHECK (length(secret) = 16)," /* resume: auto */
    " texts_s INTEGER NOT NULL"                 /* the newest text's time so far; 0: none */
    ") STRICT;"
    /* Who was counted: one row a standing leaf, so a party of three has three. A leaf of an earlier
       epoch: carried over. Found by tag in memory only (tags.c): here that would cost each check-in
       a page of its own. */
    "CREATE TABLE tag ("
    " leaf INTEGER PRIMARY KEY,"
    " tag BLOB NOT NULL CHECK (length(tag) = 16),"
    " project INTEGER NOT NULL CHECK (project BETWEEN 0 AND 65535)"
    ") STRICT;"
    "CREATE TABLE sms ("
    " fingerprint BLOB PRIMARY KEY CHECK (length(fingerprint) = 16),"
    " state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 5)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE sender ("
    " tag BLOB PRIMARY KEY CHECK (length(tag) = 16),"
    " stopped INTEGER NOT NULL CHECK (stopped IN (0, 1)),"
    " replies INTEGER NOT NULL CHECK (replies >= 0),"
    " last_s INTEGER" /* NULL: no reply yet */
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX sender_last ON sender (last_s) WHERE last_s IS NOT NULL;"
    /* Replies of the last minute, to anyone. */
    "CREATE TABLE reply (id INTEGER PRIMARY KEY, at_s INTEGER NOT NULL) STRICT;";

int schema_create(sqlite3 *db)
{
	return sqlite3_exec(db, tables, NULL, NULL, NULL);
}

static const char *const sql[N_STATEMENTS] = {
#define STATEMENT(name, text) [S_##name] = text,
#include "statements.h"
#undef STATEMENT
};

int schema_prepare(struct ledger *ledger)
{
	for (int i = 0; i < N_STATEMENTS; i++) {
		int rc = sqlite3_prepare_v3(ledger->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
		                            &ledger->statement[i], NULL);

		if (rc != SQLITE_OK)
			return rc;
	}
	return SQLITE_OK;
}

void schema_finish(struct ledger *ledger)
{
	for (int i = 0; i < N_STATEMENTS; i++) {
		sqlite3_finalize(ledger->statement[i]);
		ledger->statement[i] = NULL;
	}
}
