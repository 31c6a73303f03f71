/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening the file. A file is looked at before anything is written to it: first its header, as
 * octets, without a lock; then, under the exclusive lock and with writing forbidden, SQLite's own
 * check, and ours of what the first check-in stands on. The recount of all comes beside the work.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "crypto.h"
#include "ledger_private.h"
#include "remedy.h"
#include "text.h"

enum {
	HEADER_BYTES = 100,
	/* Places in an SQLite header: https://www.sqlite.org/fileformat2.html, section 1.3 */
	HEADER_USER_VERSION = 60,
	HEADER_APPLICATION_ID = 68,
};

/* What stands behind the ledger's name in those of its files. */
static const char *const behind[] = {"", "-wal", "-journal", "-acked"};
enum { N_NAMES = sizeof(behind) / sizeof(behind[0]) };

/*
 * Which of the ledger's files an error is about: the first that we may not read and write; the
 * folder, where a file cannot be made; else the ledger itself. Returns what it is, which SQLite has
 * fewer words for.
 */
static int find_culprit(const char *path, int error, char *ret, size_t size)
{
	struct stat st;
	char *slash;

	for (size_t i = 0; i < N_NAMES; i++) {
		text_format(ret, size, "%s%s", path, behind[i]);
		if (stat(ret, &st) == 0 && !S_ISREG(st.st_mode))
			return -error;
		if (access(ret, F_OK) == 0 && access(ret, R_OK | W_OK) < 0)
			return errno;
	}
	text_copy(ret, size, path);
	slash = strrchr(ret, '/');
	if (slash != NULL && slash != ret && error != -ENOENT && access(path, F_OK) < 0)
		*slash = '\0';
	return -error;
}

static void tell_error(char *sentence, size_t size, const char *path, int rc)
{
	char culprit[512], help[256];

	if (sentence == NULL || size == 0 || sentence[0] != '\0')
		return;
	if (rc == LEDGER_E_DAMAGED) {
		tell_damage(sentence, size, path, "SQLite cannot read it");
	} else if (rc < 0 && rc != -ENOSPC) {
		rc = -find_culprit(path, rc, culprit, sizeof(culprit));
		remedy(-rc, culprit, help, sizeof(help));
		tell(sentence, size,
		     "%s cannot be used: %s. Nothing of the ledger is lost or changed.", culprit,
		     help);
	} else {
		tell(sentence, size, "%s: %s.", path, ledger_strerror(rc));
	}
}

static uint32_t be32(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/*
 * The file's first octets through SQLite's own descriptor: closing another one of this file would
 * drop SQLite's locks. 0 or LEDGER_E_…; *ret_new: there is nothing in it.
 */
static int look(sqlite3 *db, const char *path, bool *ret_new, char *sentence, size_t size)
{
	uint8_t header[HEADER_BYTES] = {0};
	sqlite3_file *file = NULL;
	sqlite3_int64 len = 0;
	uint32_t format;

	if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK ||
	    file->pMethods == NULL || file->pMethods->xFileSize(file, &len) != SQLITE_OK)
		return -EIO;
	*ret_new = len == 0;
	if (len == 0)
		return 0;
	if (len < HEADER_BYTES ||
	    file->pMethods->xRead(file, header, HEADER_BYTES, 0) != SQLITE_OK ||
	    memcmp(header, "SQLite format 3", 16) != 0) {
		tell(sentence, size,
		     "%s is not a ledger, or damaged at its start. It is left as it is: move it "
		     "aside and start with an "
		     "empty state folder; the collector has what was confirmed.",
		     path);
		return LEDGER_E_DAMAGED;
	}
	if (be32(header + HEADER_APPLICATION_ID) != LEDGER_APPLICATION_ID) {
		tell(sentence, size,
		     "%s is a database of another program. It is left as it is: name another place "
		     "for the ledger.",
		     path);
		return LEDGER_E_FOREIGN;
	}
	format = be32(header + HEADER_USER_VERSION);
	if (format > LEDGER_FORMAT) {
		tell(sentence, size,
		     "%s was written by a newer version of this program (format %u, this one knows "
		     "%d). It is left as "
		     "it is: install that version again.",
		     path, format, LEDGER_FORMAT);
		return LEDGER_E_NEWER;
	}
	return 0;
}

/* An interrupted creation may leave an unfinished first page with the journal that undoes it. */
static bool has_journal(sqlite3 *db, const char *path)
{
	char name[4096 + 8];
	sqlite3_vfs *vfs = NULL;
	int there = 0;

	(void)snprintf(name, sizeof(name), "%s-journal", path);
	return sqlite3_file_control(db, "main", SQLITE_FCNTL_VFS_POINTER, &vfs) == SQLITE_OK &&
	       vfs->xAccess(vfs, name, SQLITE_ACCESS_EXISTS, &there) == SQLITE_OK && there != 0;
}

static int set(struct ledger *ledger, const char *pragmas)
{
	return ledger_result(ledger, sqlite3_exec(ledger->db, pragmas, NULL, NULL, NULL));
}

/* Runs a query; the first column of its first row, cut, goes to `buffer`. */
static int ask(struct ledger *ledger, const char *query, char *buffer, size_t size)
{
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(ledger->db, query, -1, &s, NULL);

	buffer[0] = '\0';
	if (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(s, 0);

		(void)snprintf(buffer, size, "%s", text != NULL ? text : "");
	}
	sqlite3_finalize(s);
	return ledger_result(ledger, rc);
}

static int on_commit(void *context, sqlite3 *db, const char *name, int pages)
{
	struct ledger *ledger = context;

	(void)db;
	(void)name;
	ledger->wal_pages = pages;
	ledger->wal_grew = true;
	return SQLITE_OK;
}

/*
 * One connection, the lock for as long as it lives, and nothing left of what is deleted. EXTRA is
 * FULL, and syncs the folder after the rollback journal of the switch to WAL is unlinked: one that
 * came back after a power cut would undo all that was counted since.
 */
static int configure(struct ledger *ledger)
{
	sqlite3 *db = ledger->db;

	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	sqlite3_wal_hook(db, on_commit, ledger);
	return set(ledger, "PRAGMA locking_mode = EXCLUSIVE;"
	                   "PRAGMA cell_size_check = ON;"
	                   "PRAGMA temp_store = MEMORY;"
	                   "PRAGMA mmap_size = 0;"
	                   "PRAGMA secure_delete = ON;"
	                   "PRAGMA synchronous = EXTRA;");
}

static int create(struct ledger *ledger)
{
	int sum_bytes = PAGE_SUM_BYTES, rc;
	char start[128];

	rc = sqlite3_file_control(ledger->db, "main", SQLITE_FCNTL_RESERVE_BYTES, &sum_bytes);
	if (rc != SQLITE_OK)
		return ledger_result(ledger, rc);
	(void)snprintf(start, sizeof(start),
	               "PRAGMA page_size = 4096; BEGIN EXCLUSIVE; PRAGMA application_id = %d; "
	               "PRAGMA user_version = %d;",
	               LEDGER_APPLICATION_ID, LEDGER_FORMAT);
	rc = set(ledger, start);
	if (rc == 0)
		rc = ledger_result(ledger, schema_create(ledger->db));
	if (rc == 0)
		rc = set(ledger, "COMMIT;");
	return rc;
}

/* The file and its WAL as octets, before anything is believed that SQLite reads there. */
static int check_octets(struct ledger *ledger, char *why, size_t size)
{
	struct wal wal;
	int rc = wal_read(ledger, &wal);

	if (rc == 0)
		rc = acked_check_wal(ledger, &wal, why, size);
	if (rc == 0)
		rc = pages_check(ledger, &wal, why, size);
	wal_free(&wal);
	return rc;
}

/* A statement that does not fit the file's tables: they are not what this format's are. */
static int prepare(struct ledger *ledger, char *why, size_t size)
{
	const int rc = schema_prepare(ledger);

	if ((rc & 0xff) != SQLITE_ERROR)
		return ledger_result(ledger, rc);
	tell(why, size, "%s", sqlite3_errmsg(ledger->db));
	return LEDGER_E_DAMAGED;
}

static int check(struct ledger *ledger, const char *path, char *sentence, size_t size)
{
	char text[160];
	char why[200] = "";
	int rc = check_octets(ledger, why, sizeof(why));

	if (rc == 0)
		rc = ask(ledger, "PRAGMA quick_check(1)", text, sizeof(text));
	if (rc == 0 && strcmp(text, "ok") != 0) {
		tell(why, sizeof(why), "%s", text);
		rc = LEDGER_E_DAMAGED;
	}
	if (rc == 0)
		rc = prepare(ledger, why, sizeof(why));
	if (rc == 0)
		rc = opening_check(ledger, why, sizeof(why));
	if (rc == LEDGER_E_DAMAGED && why[0] != '\0')
		tell_damage(sentence, size, path, why);
	return rc;
}

/* To a ledger that was looked at and is good: the WAL, and what an interrupted closing left in it.
 */
static int start(struct ledger *ledger)
{
	char mode[16];
	int rc = set(ledger, "PRAGMA query_only = OFF;");

	if (rc == 0)
		rc = ask(ledger, "PRAGMA journal_mode = WAL", mode, sizeof(mode));
	if (rc == 0 && strcmp(mode, "wal") != 0)
		rc = -EIO;
	if (rc == 0) {
		rc = checkpoint_all(ledger);
		if (rc == -ENOSPC)
			rc = 0;
	}
	if (rc == 0)
		sqlite3_db_config(ledger->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
	return rc;
}

static int open_file(struct ledger *ledger, const char *path, bool reading, bool *ret_made)
{
	int fd = -1, rc;
	struct stat st;

	if (reading && stat(path, &st) < 0)
		return -errno;
	for (size_t i = 0; i < N_NAMES; i++) {
		char name[4096 + 8];

		(void)snprintf(name, sizeof(name), "%s%s", path, behind[i]);
		if (stat(name, &st) == 0 && !S_ISREG(st.st_mode))
			return S_ISDIR(st.st_mode) ? -EISDIR : -EOPNOTSUPP;
	}
	/* Ours alone from its first octet on; SQLite gives the WAL the same mode. */
	if (!reading)
		fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600);
	if (reading)
		errno = EEXIST;
	*ret_made = fd >= 0;
	if (fd >= 0)
		close(fd);
	else if (errno != EEXIST)
		return -errno;
	rc = pages_init(&ledger->pages);
	if (rc == SQLITE_OK)
		rc = sqlite3_open_v2(path, &ledger->db,
		                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		                         SQLITE_OPEN_EXRESCODE,
		                     ledger->pages.name);
	if (rc == SQLITE_NOMEM)
		return -ENOMEM;
	if (rc != SQLITE_OK) {
		int error = ledger->db != NULL ? sqlite3_system_errno(ledger->db) : 0;

		return error > 0 ? -error : -EIO;
	}
	return sqlite3_db_readonly(ledger->db, "main") == 1 ? -EACCES : 0;
}

/* Nobody waits for a look at a stopped kiosk's ledger. */
static int recount_whole(struct ledger *ledger, char *sentence, size_t size)
{
	bool done = false;
	int rc = 0;

	while (rc == 0 && !done)
		rc = ledger_recount_step(ledger, UINT32_MAX, &done, sentence, size);
	return rc;
}

static int open_ledger(struct ledger *ledger, const char *path, bool reading, char *sentence,
                       size_t size)
{
	bool new = false, made = false;
	struct stat st;
	int rc = open_file(ledger, path, reading, &made);

	if (rc == 0) {
		rc = look(ledger->db, path, &new, sentence, size);
		if (rc == LEDGER_E_DAMAGED && has_journal(ledger->db, path))
			rc = 0;
	}
	if (rc == 0)
		rc = configure(ledger);
	if (rc == 0)
		rc = acked_open(ledger, path, reading, made);
	if (rc == 0 && new && ledger->acked.leaves > 0) {
		tell_damage(sentence, size, path, "it is empty, and was not");
		rc = LEDGER_E_DAMAGED;
	}
	if (rc == 0 && !new) {
		char tables[16];

		/* Takes the lock, and undoes what a hot journal says was not finished. */
		rc = ask(ledger, "SELECT count(*) FROM sqlite_schema", tables, sizeof(tables));
		new = rc == 0 && strcmp(tables, "0") == 0;
	}
	if (rc == 0 && new)
		rc = reading ? -ENOENT : create(ledger);
	if (rc == 0)
		rc = set(ledger, "PRAGMA query_only = ON;");
	if (rc == 0)
		rc = check(ledger, path, sentence, size);
	if (rc == 0 && reading)
		return recount_whole(ledger, sentence, size);
	if (rc == 0)
		rc = start(ledger);
	if (rc == 0 && stat(path, &st) == 0 && (st.st_mode & 077) != 0)
		(void)chmod(path, 0600);
	return rc;
}

static int open_as(const char *path, bool reading, struct ledger **ret, char *ret_sentence,
                   size_t sentence_size)
{
	struct ledger *ledger = calloc(1, sizeof(*ledger));
	char full[4096];
	int len, rc;

	if (ret_sentence != NULL && sentence_size > 0)
		ret_sentence[0] = '\0';
	if (ledger == NULL) {
		tell_error(ret_sentence, sentence_size, path, -ENOMEM);
		return -ENOMEM;
	}
	/* SQLite gives names such as ":memory:" a meaning; with a folder in front they have none.
	 */
	len = snprintf(full, sizeof(full), "%s%s", path[0] == '/' ? "" : "./", path);
	rc = len > 0 && (size_t)len < sizeof(full) ? 0 : -ENAMETOOLONG;
	if (rc == 0)
		rc = open_ledger(ledger, full, reading, ret_sentence, sentence_size);
	if (rc != 0) {
		tell_error(ret_sentence, sentence_size, path, rc);
		ledger->failed = rc; /* so that closing writes nothing */
		ledger_close(ledger);
		return rc;
	}
	ledger->failed = reading ? -EROFS : 0;
	ledger->wal_anew = true;
	*ret = ledger;
	return 0;
}

int ledger_open(const char *path, struct ledger **ret, char *ret_sentence, size_t sentence_size)
{
	return open_as(path, false, ret, ret_sentence, sentence_size);
}

int ledger_open_reading(const char *path, struct ledger **ret, char *ret_sentence,
                        size_t sentence_size)
{
	return open_as(path, true, ret, ret_sentence, sentence_size);
}

void ledger_close(struct ledger *ledger)
{
	if (ledger == NULL)
		return;
	ledger_rollback(ledger);
	if (ledger->failed == 0 && ledger->now.epoch != 0 &&
	    (ledger->now.already > 0 || ledger->now.not_accepted > 0) && change_begin(ledger) == 0)
		(void)change_end(ledger, 0);
	recount_deinit(ledger);
	tags_deinit(ledger);
	schema_finish(ledger);
	if (ledger->db != NULL && ledger->failed != 0)
		sqlite3_db_config(ledger->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	else if (ledger->db != NULL)
		(void)checkpoint_all(ledger);
	sqlite3_close(ledger->db);
	acked_close(ledger);
	pages_deinit(&ledger->pages);
	wipe(ledger, sizeof(*ledger));
	free(ledger);
}

/* --- boots and the calendar's floor --- */

int ledger_boot(struct ledger *ledger, const uint8_t boot_id[16], uint32_t *ret_boot,
                int64_t *ret_floor)
{
	uint8_t last[16] = {0};
	int64_t boots = 0, floor_s = 0;
	sqlite3_stmt *s;
	bool row;
	int rc = change_begin(ledger);

	if (rc != 0)
		return rc;
	s = statement(ledger, S_device);
	rc = fetch(ledger, s, &row);
	if (rc == 0 && row) {
		boots = sqlite3_column_int64(s, 0);
		row = column_bytes(s, 1, last, sizeof(last));
		floor_s = sqlite3_column_int64(s, 2);
		sqlite3_reset(s);
	}
	if (rc == 0 && !row)
		rc = LEDGER_E_DAMAGED;
	if (rc == 0 && boots == UINT32_MAX)
		rc = LEDGER_E_OVERFLOW;
	if (rc == 0 && (boots == 0 || memcmp(last, boot_id, sizeof(last)) != 0)) {
		boots++;
		s = statement(ledger, S_set_boot);
		sqlite3_bind_int64(s, 1, boots);
		bind_bytes(s, 2, boot_id, 16);
		rc = run(ledger, s);
	}
	rc = change_end(ledger, rc);
	if (rc == 0) {
		*ret_boot = (uint32_t)boots;
		*ret_floor = floor_s;
	}
	return rc;
}

static int floor_change(struct ledger *ledger, enum ledger_statement how, int64_t at_s)
{
	sqlite3_stmt *s;
	int rc = change_begin(ledger);

	if (rc != 0)
		return rc;
	s = statement(ledger, how);
	sqlite3_bind_int64(s, 1, at_s);
	return change_end(ledger, run(ledger, s));
}

int ledger_raise_floor(struct ledger *ledger, int64_t at_s)
{
	return floor_change(ledger, S_raise_floor, at_s);
}

int ledger_set_floor(struct ledger *ledger, int64_t at_s)
{
	return floor_change(ledger, S_set_floor, at_s);
}
