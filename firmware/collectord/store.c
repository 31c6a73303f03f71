/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "link.h"
#include "store.h"
#include "store_sql.h"

struct store {
	sqlite3 *db;
	sqlite3_stmt *statement[SQL_N_STATEMENTS];
	bool broken;
	bool undo_due; /* a transaction could not be rolled back yet */
};

/* --- small words --- */

static int fail(struct store *store, int rc)
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

static sqlite3_stmt *use(struct store *store, enum store_statement which)
{
	return store->statement[which];
}

static void bind_blob(sqlite3_stmt *statement, int place, const void *bytes, size_t len)
{
	/* A NULL pointer would bind SQL's NULL. */
	(void)sqlite3_bind_blob64(statement, place, len > 0 ? bytes : "", len, SQLITE_STATIC);
}

static void bind_int(sqlite3_stmt *statement, int place, uint64_t value)
{
	(void)sqlite3_bind_int64(statement, place, (sqlite3_int64)value);
}

static void bind_text(sqlite3_stmt *statement, int place, const char *text)
{
	(void)sqlite3_bind_text(statement, place, text, -1, SQLITE_STATIC);
}

static void done(sqlite3_stmt *statement)
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

/* Runs a statement without rows. */
static int run(struct store *store, sqlite3_stmt *statement)
{
	int rc = step(store, statement);

	done(statement);
	return rc == SQLITE_DONE ? 0 : fail(store, rc);
}

/* Steps to the one row: 0, STORE_E_NONE or -errno. The caller calls done(). */
static int one_row(struct store *store, sqlite3_stmt *statement)
{
	int rc = step(store, statement);

	if (rc == SQLITE_ROW)
		return 0;
	return rc == SQLITE_DONE ? STORE_E_NONE : fail(store, rc);
}

static bool column_exactly(sqlite3_stmt *statement, int column, void *bytes, size_t len)
{
	if (sqlite3_column_bytes(statement, column) != (int)len)
		return false;
	memcpy(bytes, sqlite3_column_blob(statement, column), len);
	return true;
}

/* Copies a column of at most `max` octets. 0, or -EIO: what is stored cannot be. */
static int column_upto(struct store *store, sqlite3_stmt *statement, int column, uint8_t *bytes,
                       size_t max, size_t *ret_len)
{
	int len = sqlite3_column_bytes(statement, column);

	if (len <= 0 || (size_t)len > max)
		return fail(store, SQLITE_CORRUPT);
	memcpy(bytes, sqlite3_column_blob(statement, column), (size_t)len);
	*ret_len = (size_t)len;
	return 0;
}

static int has(struct store *store, enum store_statement which, const void *key, size_t len)
{
	sqlite3_stmt *statement = use(store, which);
	int r;

	bind_blob(statement, 1, key, len);
	r = one_row(store, statement);
	done(statement);
	return r < 0 ? r : r == 0;
}

/* --- opening --- */

static int say(char *sentence, size_t size, const char *path, const char *what)
{
	text_format(sentence, size, "%s: %s", path, what);
	return -EINVAL;
}

static int pragma_number(sqlite3 *db, const char *sql, int64_t *ret)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		*ret = sqlite3_column_int64(statement, 0);
	(void)sqlite3_finalize(statement);
	return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

/* "ok" from PRAGMA quick_check: the file's own structure holds. */
static bool is_sound(sqlite3 *db)
{
	sqlite3_stmt *statement = NULL;
	bool sound = false;

	if (sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		sound = strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;
	(void)sqlite3_finalize(statement);
	return sound;
}

static int make_schema(sqlite3 *db)
{
	char sql[128];
	int rc = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);

	snprintf(sql, sizeof(sql), "PRAGMA application_id = %d; PRAGMA user_version = %d;",
	         STORE_APPLICATION_ID, STORE_VERSION);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, store_schema, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	return rc;
}

/* Whose database this is, before anything is written to it. */
static int check_owner(struct store *store, const char *path, char *sentence, size_t size)
{
	int64_t application = 0, version = 0, tables = 0;
	int rc = pragma_number(store->db, "PRAGMA application_id", &application);

	if (rc == SQLITE_OK)
		rc = pragma_number(store->db, "PRAGMA user_version", &version);
	if (rc == SQLITE_OK)
		rc = pragma_number(store->db, "SELECT count(*) FROM sqlite_schema", &tables);
	if ((rc & 0xff) == SQLITE_BUSY) {
		(void)say(sentence, size, path,
		          "another process has it open; only one collectord may.");
		return -EBUSY;
	}
	if (rc != SQLITE_OK)
		return say(sentence, size, path,
		           "not a database, or damaged. Keep the file, and start with a copy of "
		           "the last backup.");
	if (tables == 0 && application == 0)
		return 0;
	if (application != STORE_APPLICATION_ID)
		return say(
		    sentence, size, path,
		    "a database of another program. Name another file as [collector] database.");
	if (version > STORE_VERSION)
		return say(
		    sentence, size, path,
		    "written by a newer collectord. Update this one; the file is untouched.");
	if (!is_sound(store->db))
		return say(sentence, size, path,
		           "the database is damaged. Keep the file, and start with a copy of the "
		           "last backup.");
	return 0;
}

static int prepare_all(struct store *store)
{
	for (int i = 0; i < SQL_N_STATEMENTS; i++) {
		int rc = sqlite3_prepare_v3(store->db, store_statement[i], -1,
		                            SQLITE_PREPARE_PERSISTENT, &store->statement[i], NULL);

		if (rc != SQLITE_OK)
			return rc;
	}
	return SQLITE_OK;
}

static int set_up(struct store *store, const char *path, char *sentence, size_t size)
{
	int64_t tables = 0;
	int r, rc;

	(void)sqlite3_exec(store->db, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL);
	/* 64 MiB of pages: hashes are looked up all over the file. */
	(void)sqlite3_exec(store->db,
	                   "PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON;"
	                   "PRAGMA cache_size = -65536",
	                   NULL, NULL, NULL);
	r = check_owner(store, path, sentence, size);
	if (r < 0)
		return r;
	/* EXTRA is FULL, and syncs the folder after the rollback journal of the switch to WAL is
	 * unlinked: one that came back after a power cut would undo all that was stored since. */
	rc = sqlite3_exec(store->db, "PRAGMA synchronous = EXTRA; PRAGMA journal_mode = WAL", NULL,
	                  NULL, NULL);
	if (rc == SQLITE_OK)
		rc = pragma_number(store->db, "SELECT count(*) FROM sqlite_schema", &tables);
	if (rc == SQLITE_OK && tables == 0)
		rc = make_schema(store->db);
	/* Takes the lock that EXCLUSIVE keeps, so that a second collectord is refused now and not
	 * at its first batch. */
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(store->db, "BEGIN IMMEDIATE; COMMIT", NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = prepare_all(store);
	if (rc == SQLITE_OK)
		return 0;
	text_format(sentence, size, "%s: %s.", path,
	            (rc & 0xff) == SQLITE_BUSY
	                ? "another process has it open; only one collectord may"
	                : sqlite3_errmsg(store->db));
	return fail(store, rc);
}

int store_open(const char *path, struct store **ret, char *sentence, size_t sentence_size)
{
	struct store *store = calloc(1, sizeof(*store));
	int fd, r;

	if (store == NULL)
		return -ENOMEM;
	/* SQLite would make it readable for everyone; the WAL takes the file's mode. */
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		r = -errno;
		text_format(sentence, sentence_size, "%s: %s.", path, strerror(-r));
		goto out;
	}
	(void)close(fd);
	if (sqlite3_open_v2(path, &store->db,
	                    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
	                    NULL) != SQLITE_OK) {
		r = -EIO;
		text_format(sentence, sentence_size, "%s: %s.", path,
		            store->db != NULL ? sqlite3_errmsg(store->db) : "no memory");
		goto out;
	}
	r = set_up(store, path, sentence, sentence_size);
	if (r < 0)
		goto out;
	*ret = store;
	return 0;
out:
	store_close(store);
	return r;
}

void store_close(struct store *store)
{
	if (store == NULL)
		return;
	for (int i = 0; i < SQL_N_STATEMENTS; i++)
		(void)sqlite3_finalize(store->statement[i]);
	(void)sqlite3_close(store->db);
	free(store);
}

bool store_is_broken(const struct store *store)
{
	return store->broken;
}

int store_begin(struct store *store)
{
	return run(store, use(store, SQL_BEGIN));
}

int store_commit(struct store *store)
{
	return run(store, use(store, SQL_COMMIT));
}

void store_rollback(struct store *store)
{
	if (sqlite3_get_autocommit(store->db) == 0) {
		(void)sqlite3_step(use(store, SQL_ROLLBACK));
		done(use(store, SQL_ROLLBACK));
	}
	store->undo_due = sqlite3_get_autocommit(store->db) == 0;
}

bool store_has_begun(const struct store *store)
{
	return sqlite3_get_autocommit(store->db) == 0;
}

/* --- chain --- */

int store_has_hub_cert(struct store *store, const struct hash *hash)
{
	return has(store, SQL_HAS_HUB_CERT, hash->b, sizeof(hash->b));
}

int store_has_manifest(struct store *store, const struct hash *hash, const struct hash *hub_cert)
{
	bind_blob(use(store, SQL_HAS_MANIFEST), 2, hub_cert->b, sizeof(hub_cert->b));
	return has(store, SQL_HAS_MANIFEST, hash->b, sizeof(hash->b));
}

int store_put_hub_cert(struct store *store, const struct hash *hash, const uint8_t *bytes,
                       size_t len, const struct hub_cert *cert)
{
	sqlite3_stmt *statement = use(store, SQL_PUT_HUB_CERT);

	bind_blob(statement, 1, hash->b, sizeof(hash->b));
	bind_int(statement, 2, cert->hub_id);
	(void)sqlite3_bind_int64(statement, 3, cert->not_before);
	bind_blob(statement, 4, bytes, len);
	return run(store, statement);
}

int store_put_manifest(struct store *store, const struct hash *hash, const uint8_t *bytes,
                       size_t len, const struct manifest *manifest, const struct hash *hub_cert,
                       uint32_t hub_id)
{
	sqlite3_stmt *statement = use(store, SQL_PUT_MANIFEST);

	bind_blob(statement, 1, hash->b, sizeof(hash->b));
	bind_int(statement, 2, hub_id);
	bind_blob(statement, 3, manifest->event.b, sizeof(manifest->event.b));
	bind_int(statement, 4, manifest->serial);
	bind_blob(statement, 5, bytes, len);
	bind_blob(statement, 6, hub_cert->b, sizeof(hub_cert->b));
	return run(store, statement);
}

int store_is_revoked(struct store *store, const struct public_key *key)
{
	return has(store, SQL_IS_REVOKED, key->b, sizeof(key->b));
}

int store_revoke(struct store *store, const struct public_key *key, struct wall_time now,
                 const char *reason)
{
	sqlite3_stmt *statement = use(store, SQL_REVOKE);

	bind_blob(statement, 1, key->b, sizeof(key->b));
	(void)sqlite3_bind_int64(statement, 2, now.s);
	bind_text(statement, 3, reason);
	return run(store, statement);
}

/* --- batches --- */

static int one_blob(struct store *store, sqlite3_stmt *statement, uint8_t *bytes, size_t max,
                    size_t *ret_len)
{
	int r = one_row(store, statement);

	if (r == 0)
		r = column_upto(store, statement, 0, bytes, max, ret_len);
	done(statement);
	return r;
}

int store_receipt(struct store *store, const struct hash *batch, uint8_t *receipt, size_t *ret_len)
{
	sqlite3_stmt *statement = use(store, SQL_RECEIPT);

	bind_blob(statement, 1, batch->b, sizeof(batch->b));
	return one_blob(store, statement, receipt, RECEIPT_BYTES_MAX, ret_len);
}

int store_last_receipt(struct store *store, uint8_t *receipt, size_t *ret_len)
{
	return one_blob(store, use(store, SQL_LAST_RECEIPT), receipt, RECEIPT_BYTES_MAX, ret_len);
}

static int read_epoch(struct store *store, sqlite3_stmt *statement, struct store_epoch *ret)
{
	struct store_epoch *e = ret;
	const unsigned char *held = sqlite3_column_text(statement, 14);

	if (!column_exactly(statement, 0, e->epoch.b, sizeof(e->epoch.b)) ||
	    !column_exactly(statement, 1, e->device.b, sizeof(e->device.b)) ||
	    !column_exactly(statement, 2, e->grant.b, sizeof(e->grant.b)) ||
	    !column_exactly(statement, 3, e->manifest.b, sizeof(e->manifest.b)) ||
	    !column_exactly(statement, 4, e->hub_cert.b, sizeof(e->hub_cert.b)) ||
	    !column_exactly(statement, 6, e->event.b, sizeof(e->event.b)) ||
	    !column_exactly(statement, 9, e->head_hash.b, sizeof(e->head_hash.b)) || held == NULL)
		return fail(store, SQLITE_CORRUPT);
	e->hub_id = (uint32_t)sqlite3_column_int64(statement, 5);
	e->occurrence = (uint16_t)sqlite3_column_int64(statement, 7);
	e->head_seq = (uint32_t)sqlite3_column_int64(statement, 8);
	e->fork_seq = (uint32_t)sqlite3_column_int64(statement, 10);
	e->people = (uint64_t)sqlite3_column_int64(statement, 11);
	e->first_time = sqlite3_column_int64(statement, 12);
	e->last_time = sqlite3_column_int64(statement, 13);
	text_copy(e->held, sizeof(e->held), (const char *)held);
	return column_upto(store, statement, 15, e->batch, sizeof(e->batch), &e->batch_len);
}

int store_epoch(struct store *store, const struct epoch_id *epoch, struct store_epoch *ret)
{
	sqlite3_stmt *statement = use(store, SQL_EPOCH);
	int r;

	bind_blob(statement, 1, epoch->b, sizeof(epoch->b));
	r = one_row(store, statement);
	if (r == 0)
		r = read_epoch(store, statement, ret);
	done(statement);
	return r;
}

int store_others(struct store *store, uint32_t hub_id, const struct event_id *event,
                 uint16_t occurrence, const struct public_key *device, uint64_t *ret_people,
                 uint32_t *ret_devices)
{
	sqlite3_stmt *statement = use(store, SQL_OTHERS);
	int r;

	bind_int(statement, 1, hub_id);
	bind_blob(statement, 2, event->b, sizeof(event->b));
	bind_int(statement, 3, occurrence);
	bind_blob(statement, 4, device->b, sizeof(device->b));
	r = one_row(store, statement);
	if (r == 0) {
		*ret_people = (uint64_t)sqlite3_column_int64(statement, 0);
		*ret_devices = (uint32_t)sqlite3_column_int64(statement, 1);
	}
	done(statement);
	return r;
}

static int new_epoch(struct store *store, const struct store_batch *batch)
{
	const struct store_epoch *e = &batch->head;
	sqlite3_stmt *statement = use(store, SQL_NEW_EPOCH);

	bind_blob(statement, 1, e->epoch.b, sizeof(e->epoch.b));
	bind_blob(statement, 2, e->device.b, sizeof(e->device.b));
	bind_blob(statement, 3, e->grant.b, sizeof(e->grant.b));
	bind_blob(statement, 4, e->manifest.b, sizeof(e->manifest.b));
	bind_blob(statement, 5, e->hub_cert.b, sizeof(e->hub_cert.b));
	bind_int(statement, 6, e->hub_id);
	bind_blob(statement, 7, e->event.b, sizeof(e->event.b));
	bind_int(statement, 8, e->occurrence);
	bind_int(statement, 9, e->head_seq);
	bind_blob(statement, 10, e->head_hash.b, sizeof(e->head_hash.b));
	bind_int(statement, 11, e->people);
	(void)sqlite3_bind_int64(statement, 12, e->last_time);
	bind_text(statement, 13, e->held);
	bind_int(statement, 14, batch->leaves);
	bind_int(statement, 15, batch->leaf);
	bind_blob(statement, 16, batch->grant, batch->grant_len);
	return run(store, statement);
}

static int advance(struct store *store, const struct store_batch *batch)
{
	const struct store_epoch *e = &batch->head;
	sqlite3_stmt *statement = use(store, SQL_ADVANCE);
	int r;

	bind_blob(statement, 1, e->epoch.b, sizeof(e->epoch.b));
	bind_int(statement, 2, e->head_seq);
	bind_blob(statement, 3, e->head_hash.b, sizeof(e->head_hash.b));
	bind_int(statement, 4, e->people);
	(void)sqlite3_bind_int64(statement, 5, e->last_time);
	bind_text(statement, 6, e->held);
	bind_int(statement, 7, batch->leaves);
	bind_blob(statement, 8, batch->expected.b, sizeof(batch->expected.b));
	r = run(store, statement);
	if (r == 0 && sqlite3_changes(store->db) != 1)
		r = STORE_E_MOVED;
	return r;
}

int store_put_batch(struct store *store, const struct store_batch *batch)
{
	const struct store_epoch *e = &batch->head;
	sqlite3_stmt *statement = use(store, SQL_PUT_BATCH);
	int r = e->head_seq == 1 ? new_epoch(store, batch) : advance(store, batch);

	if (r != 0)
		return r;
	bind_int(statement, 1, batch->leaf);
	bind_blob(statement, 2, e->head_hash.b, sizeof(e->head_hash.b));
	bind_blob(statement, 3, e->epoch.b, sizeof(e->epoch.b));
	bind_int(statement, 4, e->head_seq);
	bind_blob(statement, 5, e->batch, e->batch_len);
	bind_blob(statement, 6, batch->receipt, batch->receipt_len);
	return run(store, statement);
}

int store_put_fork(struct store *store, const struct epoch_id *epoch, uint32_t seq,
                   const struct hash *hash, const uint8_t *bytes, size_t len, struct wall_time now)
{
	sqlite3_stmt *statement = use(store, SQL_PUT_FORK);
	int r;

	bind_blob(statement, 1, hash->b, sizeof(hash->b));
	bind_blob(statement, 2, epoch->b, sizeof(epoch->b));
	bind_int(statement, 3, seq);
	(void)sqlite3_bind_int64(statement, 4, now.s);
	bind_blob(statement, 5, bytes, len);
	bind_int(statement, 6, STORE_FORKS_MAX);
	r = run(store, statement);
	if (r != 0)
		return r;
	statement = use(store, SQL_FREEZE);
	bind_blob(statement, 1, epoch->b, sizeof(epoch->b));
	bind_int(statement, 2, seq);
	return run(store, statement);
}

int store_next_held(struct store *store, uint64_t from, struct epoch_id *ret_epoch,
                    uint64_t *ret_next)
{
	sqlite3_stmt *statement = use(store, SQL_NEXT_HELD);
	int r;

	bind_int(statement, 1, from);
	r = one_row(store, statement);
	if (r == 0 && !column_exactly(statement, 0, ret_epoch->b, sizeof(ret_epoch->b)))
		r = fail(store, SQLITE_CORRUPT);
	if (r == 0)
		*ret_next = (uint64_t)sqlite3_column_int64(statement, 1) + 1;
	done(statement);
	return r;
}

int store_set_held(struct store *store, const struct epoch_id *epoch, const char *held)
{
	sqlite3_stmt *statement = use(store, SQL_SET_HELD);

	bind_blob(statement, 1, epoch->b, sizeof(epoch->b));
	bind_text(statement, 2, held);
	return run(store, statement);
}

/* --- own keys --- */

int store_put_own_cert(struct store *store, const struct public_key *key, const uint8_t *bytes,
                       size_t len)
{
	sqlite3_stmt *statement = use(store, SQL_PUT_OWN_CERT);

	bind_blob(statement, 1, key->b, sizeof(key->b));
	bind_blob(statement, 2, bytes, len);
	return run(store, statement);
}

int store_each_own_cert(struct store *store, store_cert_fn *each, void *context)
{
	sqlite3_stmt *statement = use(store, SQL_OWN_CERTS);
	uint8_t bytes[COLLECTOR_CERT_BYTES_MAX];
	size_t len;
	int r;

	while ((r = one_row(store, statement)) == 0) {
		r = column_upto(store, statement, 0, bytes, sizeof(bytes), &len);
		if (r == 0)
			r = each(context, bytes, len);
		if (r != 0)
			break;
	}
	done(statement);
	return r == STORE_E_NONE ? 0 : r;
}

/* --- the log --- */

int store_leaf_of(struct store *store, const struct hash *batch, uint64_t *ret)
{
	sqlite3_stmt *statement = use(store, SQL_LEAF_OF);
	int r;

	bind_blob(statement, 1, batch->b, sizeof(batch->b));
	r = one_row(store, statement);
	if (r == 0)
		*ret = (uint64_t)sqlite3_column_int64(statement, 0);
	done(statement);
	return r;
}

int store_log_node(void *context, unsigned level, uint64_t index, struct hash *ret)
{
	struct store *store = context;
	sqlite3_stmt *statement = use(store, SQL_LOG_NODE);
	int r;

	bind_int(statement, 1, level);
	bind_int(statement, 2, index);
	r = one_row(store, statement);
	if (r == STORE_E_NONE || (r == 0 && !column_exactly(statement, 0, ret->b, sizeof(ret->b))))
		r = fail(store, SQLITE_CORRUPT);
	done(statement);
	return r;
}

int store_log(struct store *store, struct merkle_frontier *ret)
{
	struct merkle_frontier tree = {0};
	sqlite3_stmt *statement = use(store, SQL_LOG_SIZE);
	int r = one_row(store, statement);

	if (r == 0)
		tree.size = (uint64_t)sqlite3_column_int64(statement, 0);
	done(statement);
	for (unsigned level = 0; r == 0 && level < 63; level++)
		if (tree.size >> level & 1)
			r = store_log_node(store, level, (tree.size >> level) - 1,
			                   &tree.node[level]);
	if (r == 0)
		*ret = tree;
	return r;
}

struct appending {
	struct store *store;
	int r;
};

static void put_node(void *context, unsigned level, uint64_t index, const struct hash *node)
{
	struct appending *appending = context;
	sqlite3_stmt *statement = use(appending->store, SQL_PUT_NODE);

	if (appending->r != 0)
		return;
	bind_int(statement, 1, level);
	bind_int(statement, 2, index);
	bind_blob(statement, 3, node->b, sizeof(node->b));
	appending->r = run(appending->store, statement);
}

int store_log_append(struct store *store, struct merkle_frontier *tree, const struct hash *leaf)
{
	struct appending appending = {.store = store};

	merkle_append(tree, leaf, put_node, &appending);
	return appending.r;
}

/* --- for totals --- */

int store_each_epoch(struct store *store, store_epoch_fn *each, void *context)
{
	sqlite3_stmt *statement = use(store, SQL_EACH_EPOCH);
	struct store_epoch epoch;
	int r;

	while ((r = one_row(store, statement)) == 0) {
		r = read_epoch(store, statement, &epoch);
		if (r == 0)
			r = each(context, &epoch);
		if (r != 0)
			break;
	}
	done(statement);
	return r == STORE_E_NONE ? 0 : r;
}

int store_devices(struct store *store, uint64_t *ret)
{
	sqlite3_stmt *statement = use(store, SQL_DEVICES);
	int r = one_row(store, statement);

	if (r == 0)
		*ret = (uint64_t)sqlite3_column_int64(statement, 0);
	done(statement);
	return r;
}

int store_hub(struct store *store, uint32_t hub_id, uint8_t bytes[HUB_CERT_BYTES_MAX],
              size_t *ret_len)
{
	sqlite3_stmt *statement = use(store, SQL_HUB);

	bind_int(statement, 1, hub_id);
	return one_blob(store, statement, bytes, HUB_CERT_BYTES_MAX, ret_len);
}

int store_event(struct store *store, uint32_t hub_id, const struct event_id *event,
                uint8_t bytes[MANIFEST_BYTES_MAX], size_t *ret_len)
{
	sqlite3_stmt *statement = use(store, SQL_EVENT);

	bind_int(statement, 1, hub_id);
	bind_blob(statement, 2, event->b, sizeof(event->b));
	return one_blob(store, statement, bytes, MANIFEST_BYTES_MAX, ret_len);
}
