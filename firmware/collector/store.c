/* SPDX-License-Identifier: Apache-2.0 */
/* Opening the file, and transactions. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"
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

/* "ok" from PRAGMA integrity_check: the file's own structure holds, and its indices name every row
 * there is. What the rows say is collector_check()'s to judge. */
static bool is_sound(sqlite3 *db)
{
	sqlite3_stmt *statement = NULL;
	bool sound = false;

	if (sqlite3_prepare_v2(db, "PRAGMA integrity_check(1)", -1, &statement, NULL) ==
	        SQLITE_OK &&
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

/* All that the schema says, as one hash. An SQLite result. */
static int schema_hash(sqlite3 *db, uint8_t ret[32])
{
	static const char sql[] =
	    "SELECT sha256(group_concat(type || name || tbl_name || sql, ';'))"
	    " FROM (SELECT * FROM sqlite_schema WHERE sql IS NOT NULL"
	    " ORDER BY type, name)";
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		rc = store_column_exactly(statement, 0, ret, 32) ? SQLITE_OK : SQLITE_CORRUPT;
	(void)sqlite3_finalize(statement);
	return rc;
}

/* A letter changed in it may hide rows and look sound. */
static bool has_our_schema(sqlite3 *db)
{
	sqlite3 *model = NULL;
	uint8_t ours[32], theirs[32];
	bool same = sqlite3_open(":memory:", &model) == SQLITE_OK &&
	            store_put_functions(model) == SQLITE_OK &&
	            sqlite3_exec(model, store_schema, NULL, NULL, NULL) == SQLITE_OK &&
	            schema_hash(model, ours) == SQLITE_OK && schema_hash(db, theirs) == SQLITE_OK &&
	            memcmp(ours, theirs, sizeof(ours)) == 0;

	(void)sqlite3_close(model);
	return same;
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
	if (version < STORE_VERSION)
		return say(sentence, size, path,
		           "written by a collectord of before the first release, or damaged. Name "
		           "another file as [collector] database.");
	if (version > STORE_VERSION)
		return say(
		    sentence, size, path,
		    "written by a newer collectord. Update this one; the file is untouched.");
	if (!has_our_schema(store->db) || !is_sound(store->db))
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

/* Once nobody else has it open, and before anything is written. */
static int check_wal(struct store *store, const char *path, char *sentence, size_t size)
{
	enum store_wal found;
	int r =
	    store_wal_read(sqlite3_filename_wal(sqlite3_db_filename(store->db, "main")), &found);

	if (r < 0) {
		text_format(sentence, size, "%s-wal: %s.", path, strerror(-r));
		return r;
	}
	if (found == STORE_WAL_DAMAGED)
		return say(
		    sentence, size, path,
		    "its write-ahead log (-wal beside it) is damaged: batches that were "
		    "answered for are behind the place. Keep both files, and start with a copy "
		    "of the last backup: kiosks send again what it does not have.");
	if (found == STORE_WAL_TORN)
		log_warning(
		    "%s-wal ends within a batch, as after a power cut. Had the disk changed it "
		    "there, kiosks that have a receipt would send that batch again.",
		    path);
	return 0;
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
	                   "PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 16384",
	                   NULL, NULL, NULL);
	rc = store_put_functions(store->db);
	if (rc != SQLITE_OK)
		return store_fail(store, rc);
	r = check_owner(store, path, sentence, size);
	if (r == 0)
		r = check_wal(store, path, sentence, size);
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

/* A file that is none has no number: it was made in memory, by a test. */
static void look_at(struct store *store, int part, struct store_file *ret)
{
	const char *path = sqlite3_db_filename(store->db, "main");
	struct stat status;

	*ret = (struct store_file){.path = part == 0 ? path : sqlite3_filename_wal(path)};
	if (stat(ret->path, &status) == 0) {
		ret->device = status.st_dev;
		ret->number = status.st_ino;
		ret->size = status.st_size;
		ret->written = status.st_mtim;
	}
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
	/* What is refused is left as it is, its write-ahead log too. */
	(void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	r = set_up(store, path, sentence, sentence_size);
	if (r < 0)
		goto out;
	for (int i = 0; i < STORE_FILES; i++)
		look_at(store, i, &store->file[i]);
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

void store_trust(struct store *store)
{
	(void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
}

bool store_is_broken(const struct store *store)
{
	return store->broken;
}

static bool is_as_left(const struct store_file *left, const struct store_file *now)
{
	return now->number == left->number && now->device == left->device &&
	       now->size == left->size && now->written.tv_sec == left->written.tv_sec &&
	       now->written.tv_nsec == left->written.tv_nsec;
}

void store_left(struct store *store)
{
	for (int i = 0; i < STORE_FILES; i++) {
		struct store_file *left = &store->file[i];
		struct store_file now;

		if (left->number == 0)
			continue;
		look_at(store, i, &now);
		/* Another file is found by the next look. */
		if (now.number == left->number && now.device == left->device)
			*left = now;
	}
}

int store_look(struct store *store)
{
	for (int i = 0; !store->broken && i < STORE_FILES; i++) {
		const struct store_file *opened = &store->file[i];
		struct store_file now;

		look_at(store, i, &now);
		if (opened->number == 0 || is_as_left(opened, &now))
			continue;
		log_error("%s was removed, overwritten, or another put in its place, while this "
		          "program had it open: nothing more is taken. Put the last backup there "
		          "and start "
		          "again: kiosks send again what it does not have.",
		          opened->path);
		store->broken = true;
	}
	return store->broken ? -EIO : 0;
}

uint64_t store_changes(const struct store *store)
{
	return (uint64_t)sqlite3_total_changes64(store->db);
}

int store_begin(struct store *store)
{
	int r = store_look(store);

	return r < 0 ? r : store_run(store, store_use(store, SQL_BEGIN));
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
	store_left(store);
}

bool store_has_begun(const struct store *store)
{
	return sqlite3_get_autocommit(store->db) == 0;
}
