/* SPDX-License-Identifier: Apache-2.0 */
/* Opening the file, and transactions. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store_private.h"
#include "text.h"

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
	/* 64 MiB of pages: hashes are looked up, and put, all over the file. So it also takes as
	 * many in the WAL before a checkpoint: a page changes often until it is written back. */
	(void)sqlite3_exec(store->db,
	                   "PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON;"
	                   "PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 16384",
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
	return store_fail(store, rc);
}

int store_open(const char *path, struct store **ret, char *sentence, size_t sentence_size)
{
	struct store *store = calloc(1, sizeof(*store));
	int fd, r;

	if (store == NULL)
		return -ENOMEM;
	/* Nobody asks how much memory SQLite has, and counting takes a lock at each allocation. Too
	 * late, and no matter, where SQLite is in use already. */
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
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
	return store_run(store, store_use(store, SQL_BEGIN));
}

int store_commit(struct store *store)
{
	return store_run(store, store_use(store, SQL_COMMIT));
}

void store_rollback(struct store *store)
{
	if (sqlite3_get_autocommit(store->db) == 0) {
		(void)sqlite3_step(store_use(store, SQL_ROLLBACK));
		store_done(store_use(store, SQL_ROLLBACK));
	}
	store->undo_due = sqlite3_get_autocommit(store->db) == 0;
}

bool store_has_begun(const struct store *store)
{
	return sqlite3_get_autocommit(store->db) == 0;
}
