/* SPDX-License-Identifier: Apache-2.0 */
#include "store_sql.h"

const char store_schema[] =
    "CREATE TABLE hub_certs ("
    " hash BLOB PRIMARY KEY, hub INTEGER NOT NULL, key BLOB NOT NULL, not_before INTEGER NOT "
    "NULL, bytes BLOB NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX hub_certs_by_key ON hub_certs (key, not_before);"
    /* Which hub a number is: the one of the certificate that came first, or that the operator gave.
     */
    "CREATE TABLE hubs ("
    " hub INTEGER PRIMARY KEY, hub_cert BLOB NOT NULL REFERENCES hub_certs (hash),"
    " sum BLOB NOT NULL"
    ") STRICT;"
    "CREATE TABLE manifests ("
    " hash BLOB PRIMARY KEY, hub_cert BLOB NOT NULL REFERENCES hub_certs (hash), hub INTEGER NOT "
    "NULL,"
    " event BLOB NOT NULL, serial INTEGER NOT NULL, bytes BLOB NOT NULL"
    ") STRICT;"
    "CREATE INDEX manifests_by_event ON manifests (hub, event, serial);"
    "CREATE TABLE epochs ("
    " epoch BLOB PRIMARY KEY, device BLOB NOT NULL, grant_hash BLOB NOT NULL, grant_bytes BLOB NOT "
    "NULL,"
    " manifest BLOB NOT NULL REFERENCES manifests (hash), hub_cert BLOB NOT NULL REFERENCES "
    "hub_certs (hash),"
    " hub INTEGER NOT NULL, event BLOB NOT NULL, occurrence INTEGER NOT NULL, first_leaf INTEGER "
    "NOT NULL,"
    " head_seq INTEGER NOT NULL, head_hash BLOB NOT NULL, fork_seq INTEGER NOT NULL DEFAULT 0,"
    " people INTEGER NOT NULL, leaves INTEGER NOT NULL, first_time INTEGER NOT NULL, last_time "
    "INTEGER NOT NULL,"
    " held TEXT NOT NULL, stranger INTEGER NOT NULL, sum BLOB NOT NULL"
    ") STRICT;"
    "CREATE INDEX epochs_by_occurrence ON epochs (hub, event, occurrence, first_leaf);"
    "CREATE INDEX epochs_held ON epochs (first_leaf) WHERE held <> '';"
    "CREATE TABLE batches ("
    " leaf INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, epoch BLOB NOT NULL REFERENCES epochs "
    "(epoch),"
    " seq INTEGER NOT NULL, bytes BLOB NOT NULL, receipt BLOB NOT NULL"
    ") STRICT;"
    "CREATE TABLE forks ("
    " hash BLOB PRIMARY KEY, epoch BLOB NOT NULL REFERENCES epochs (epoch), seq INTEGER NOT NULL,"
    " time INTEGER NOT NULL, bytes BLOB NOT NULL"
    ") STRICT;"
    "CREATE INDEX forks_by_epoch ON forks (epoch);"
    /* What hubs said of their own kiosks, the latest of each meeting. */
    "CREATE TABLE kiosk_lists ("
    " hub INTEGER NOT NULL, event BLOB NOT NULL, occurrence INTEGER NOT NULL,"
    " hub_cert BLOB NOT NULL REFERENCES hub_certs (hash), bytes BLOB NOT NULL,"
    " PRIMARY KEY (hub, event, occurrence)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE revoked ("
    " key BLOB PRIMARY KEY, time INTEGER NOT NULL, reason TEXT NOT NULL, sum BLOB NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    /* The collector's own certificates, of keys it signed with before too. */
    "CREATE TABLE own_certs (key BLOB PRIMARY KEY, bytes BLOB NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE log_nodes ("
    " level INTEGER NOT NULL, place INTEGER NOT NULL, node BLOB NOT NULL, PRIMARY KEY (level, "
    "place)"
    ") STRICT, WITHOUT ROWID;";

/* What no signature holds is held by a sum over the row (row_sum(), store_function.c): an epoch's,
 * with what changes as the statement says it. */
#define EPOCH_SUM(hub_cert, hub, head_seq, head_hash, fork_seq, people, leaves, last_time, held,   \
                  stranger)                                                                        \
	"row_sum(e.epoch, e.device, e.grant_hash, e.grant_bytes, e.manifest, " hub_cert ", " hub   \
	", e.event, e.occurrence, e.first_leaf, " head_seq ", " head_hash ", " fork_seq            \
	", " people ", " leaves ", e.first_time, " last_time ", " held ", " stranger ")"
#define EPOCH_SUM_AS_IT_STANDS                                                                     \
	EPOCH_SUM("e.hub_cert", "e.hub", "e.head_seq", "e.head_hash", "e.fork_seq", "e.people",    \
	          "e.leaves", "e.last_time", "e.held", "e.stranger")

/* The last two: whether the row, and the head, are what was written. */
#define EPOCH_COLUMNS                                                                              \
	"e.epoch, e.device, e.grant_hash, e.manifest, e.hub_cert, e.hub, e.event, e.occurrence,"   \
	" e.head_seq, e.head_hash, e.fork_seq, e.people, e.first_time, e.last_time, e.held, "      \
	"b.bytes, e.stranger, e.sum = " EPOCH_SUM_AS_IT_STANDS ", sha256(b.bytes) = e.head_hash"   \
	" FROM epochs e JOIN batches b ON b.hash = e.head_hash"

const char *const store_statement[SQL_N_STATEMENTS] = {
    [SQL_BEGIN] = "BEGIN IMMEDIATE",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",
    [SQL_HAS_HUB_CERT] = "SELECT 1 FROM hub_certs WHERE hash = ?1",
    [SQL_HAS_MANIFEST] = "SELECT 1 FROM manifests WHERE hash = ?1 AND hub_cert = ?2",
    [SQL_PUT_HUB_CERT] =
        "INSERT INTO hub_certs (hash, hub, not_before, bytes, key) VALUES (?1, ?2, ?3, ?4, ?5)"
        " ON CONFLICT (hash) DO NOTHING",
    [SQL_PUT_MANIFEST] = "INSERT INTO manifests (hash, hub, event, serial, bytes, hub_cert) VALUES "
                         "(?1, ?2, ?3, ?4, ?5, ?6)"
                         " ON CONFLICT (hash) DO NOTHING",
    [SQL_IS_REVOKED] = "SELECT 1 FROM revoked WHERE key = ?1",
    [SQL_REVOKE] = "INSERT INTO revoked (key, time, reason, sum)"
                   " VALUES (?1, ?2, ?3, row_sum(?1, ?2, ?3))"
                   " ON CONFLICT (key) DO NOTHING",
    [SQL_RECEIPT] = "SELECT receipt FROM batches WHERE hash = ?1",
    [SQL_EPOCH] = "SELECT " EPOCH_COLUMNS " WHERE e.epoch = ?1",
    [SQL_OTHERS] = "SELECT coalesce(sum(people), 0), count(DISTINCT nullif(device, ?4)),"
                   " count(*) FILTER (WHERE device = ?4) FROM epochs"
                   " WHERE hub = ?1 AND event = ?2 AND occurrence = ?3 AND epoch <> ?5"
                   " AND held = '' AND leaves > 0",
    [SQL_NEW_EPOCH] =
        "INSERT INTO epochs (epoch, device, grant_hash, manifest, hub_cert, hub, event, occurrence,"
        " head_seq, head_hash, people, first_time, last_time, held, leaves, first_leaf, "
        "grant_bytes, stranger, sum)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12, ?13, ?14, ?15, ?16, ?17,"
        " row_sum(?1, ?2, ?3, ?16, ?4, ?5, ?6, ?7, ?8, ?15, ?9, ?10, 0, ?11, ?14, ?12, ?12, ?13,"
        " ?17))",
    [SQL_ADVANCE] = "UPDATE epochs AS e SET head_seq = ?2, head_hash = ?3, people = ?4, last_time "
                    "= ?5, held = ?6,"
                    " leaves = ?7, sum = " EPOCH_SUM(
                        "e.hub_cert", "e.hub", "?2", "?3", "e.fork_seq", "?4", "?7", "?5", "?6",
                        "e.stranger") " WHERE epoch = ?1 AND head_hash = ?8 AND head_seq = ?2 - 1 "
                                      "AND fork_seq = 0",
    [SQL_PUT_BATCH] = "INSERT INTO batches (leaf, hash, epoch, seq, bytes, receipt) VALUES (?1, "
                      "?2, ?3, ?4, ?5, ?6)",
    [SQL_PUT_FORK] = "INSERT INTO forks (hash, epoch, seq, time, bytes) SELECT ?1, ?2, ?3, ?4, ?5"
                     " WHERE (SELECT count(*) FROM forks WHERE epoch = ?2) < ?6"
                     " ON CONFLICT (hash) DO NOTHING",
    [SQL_FREEZE] = "UPDATE epochs AS e SET fork_seq = ?2, sum = " EPOCH_SUM(
        "e.hub_cert", "e.hub", "e.head_seq", "e.head_hash", "?2", "e.people", "e.leaves",
        "e.last_time", "e.held",
        "e.stranger") " WHERE epoch = ?1 AND (fork_seq = 0 OR fork_seq > ?2)",
    [SQL_LOG_SIZE] = "SELECT coalesce(max(place) + 1, 0) FROM log_nodes WHERE level = 0",
    [SQL_LOG_NODE] = "SELECT node FROM log_nodes WHERE level = ?1 AND place = ?2",
    [SQL_PUT_NODE] = "INSERT INTO log_nodes (level, place, node) VALUES (?1, ?2, ?3)",
    [SQL_LAST_RECEIPT] = "SELECT receipt FROM batches ORDER BY leaf DESC LIMIT 1",
    [SQL_EACH_EPOCH] =
        "SELECT " EPOCH_COLUMNS " ORDER BY e.hub, e.event, e.occurrence, e.first_leaf",
    [SQL_DEVICES] = "SELECT count(DISTINCT device) FROM epochs",
    [SQL_HUB] = "SELECT c.bytes, c.hash FROM hubs h JOIN hub_certs c ON c.hash = h.hub_cert"
                " WHERE h.hub = ?1",
    [SQL_PUT_HUB] = "INSERT INTO hubs (hub, hub_cert, sum) VALUES (?1, ?2, row_sum(?1, ?2))"
                    " ON CONFLICT (hub) DO NOTHING",
    [SQL_CHANGE_HUB] = "UPDATE hubs SET hub_cert = ?2, sum = row_sum(?1, ?2) WHERE hub = ?1",
    [SQL_HUB_CERT] = "SELECT bytes FROM hub_certs WHERE hash = ?1",
    [SQL_CERTS_OF_KEY] =
        "SELECT bytes FROM hub_certs WHERE key = ?1 ORDER BY not_before DESC, hash",
    [SQL_EVENT] = "SELECT bytes FROM manifests WHERE hub = ?1 AND event = ?2 ORDER BY serial DESC, "
                  "hash LIMIT 1",
    /* Known beforehand, and nothing has come of it. */
    [SQL_EACH_EVENT_UNSEEN] =
        "SELECT DISTINCT hub, event FROM manifests WHERE event NOT IN (SELECT event FROM epochs)"
        " ORDER BY hub, event",
    [SQL_NEXT_OF_HUB] = "SELECT epoch, first_leaf FROM epochs WHERE hub = ?2 AND first_leaf >= ?1"
                        " ORDER BY first_leaf LIMIT 1",
    [SQL_NEXT_OF_OCCURRENCE] =
        "SELECT epoch, first_leaf FROM epochs WHERE hub = ?2 AND event = ?3 AND occurrence = ?4"
        " AND first_leaf >= ?1 ORDER BY first_leaf LIMIT 1",
    [SQL_KIOSK_LIST] =
        "SELECT bytes FROM kiosk_lists WHERE hub = ?1 AND event = ?2 AND occurrence = ?3",
    [SQL_PUT_KIOSK_LIST] =
        "INSERT INTO kiosk_lists (hub, event, occurrence, hub_cert, bytes) VALUES (?1, ?2, ?3, ?4, "
        "?5) ON CONFLICT (hub, event, occurrence) DO UPDATE SET hub_cert = ?4, bytes = ?5",
    [SQL_MOVE_KIOSK_LISTS] =
        "UPDATE OR REPLACE kiosk_lists SET hub = ?3, hub_cert = ?4 WHERE event "
        "= ?1 AND hub_cert = ?2",
    [SQL_NEXT_HELD] = "SELECT epoch, first_leaf FROM epochs WHERE held <> '' AND first_leaf >= ?1"
                      " ORDER BY first_leaf LIMIT 1",
    [SQL_SET_JUDGED] =
        "UPDATE epochs AS e SET held = ?2, hub = ?3, hub_cert = ?4, stranger = ?5, sum "
        "= " EPOCH_SUM("?4", "?3", "e.head_seq", "e.head_hash", "e.fork_seq", "e.people",
                       "e.leaves", "e.last_time", "?2", "?5") " WHERE epoch = ?1",
    [SQL_MOVE_EVENT] =
        "UPDATE manifests SET hub = ?3, hub_cert = ?4 WHERE event = ?1 AND hub_cert = "
        "?2",
    [SQL_LEAF_OF] = "SELECT leaf FROM batches WHERE hash = ?1",
    [SQL_PUT_OWN_CERT] = "INSERT INTO own_certs (key, bytes) VALUES (?1, ?2)"
                         " ON CONFLICT (key) DO UPDATE SET bytes = ?2",
    [SQL_OWN_CERTS] = "SELECT bytes FROM own_certs ORDER BY key",
    [SQL_WALK_HUB_CERTS] = "SELECT hash, hub, not_before, bytes, key FROM hub_certs",
    [SQL_WALK_HUBS] = "SELECT h.hub, c.hub = h.hub AND h.sum = row_sum(h.hub, h.hub_cert)"
                      " FROM hubs h LEFT JOIN hub_certs c ON c.hash = h.hub_cert",
    [SQL_WALK_MANIFESTS] = "SELECT m.hash, m.hub, m.event, m.serial, m.bytes, h.bytes"
                           " FROM manifests m LEFT JOIN hub_certs h ON h.hash = m.hub_cert",
    [SQL_WALK_BATCHES] = "SELECT leaf, hash, epoch, seq, bytes, receipt FROM batches ORDER BY leaf",
    [SQL_WALK_EPOCHS] =
        "SELECT e.epoch, e.device, e.grant_hash, e.grant_bytes, e.manifest, e.hub, e.event,"
        " e.occurrence, e.head_seq, e.people, e.leaves, m.bytes, h.bytes, b.bytes,"
        " f.epoch = e.epoch AND f.seq = 1, e.sum = " EPOCH_SUM_AS_IT_STANDS
        " FROM epochs e LEFT JOIN manifests m ON m.hash = e.manifest"
        " LEFT JOIN hub_certs h ON h.hash = e.hub_cert"
        " LEFT JOIN batches b ON b.hash = e.head_hash"
        " LEFT JOIN batches f ON f.leaf = e.first_leaf",
    [SQL_WALK_FORKS] = "SELECT f.hash, f.epoch, f.seq, f.bytes, e.device"
                       " FROM forks f LEFT JOIN epochs e ON e.epoch = f.epoch",
    [SQL_WALK_KIOSK_LISTS] =
        "SELECT k.hub, k.event, k.occurrence, k.bytes, h.bytes FROM kiosk_lists k"
        " LEFT JOIN hub_certs h ON h.hash = k.hub_cert",
    [SQL_WALK_REVOKED] = "SELECT key, sum = row_sum(key, time, reason) FROM revoked",
};
