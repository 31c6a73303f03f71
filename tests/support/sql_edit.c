/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "sql_edit.h"

enum {
	PAGE = 4096,
	SUM_AT = PAGE - 8,
	AT_RESERVED = 20, /* octets at each page's end that SQLite leaves alone */
	AT_APPLICATION = 68,
};

static uint32_t word(const uint8_t *b)
{
	return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

/* As firmware/ledger/pages.c says: SQLite's sum of the WAL, begun with the page's number. */
static void sum_page(uint8_t page[PAGE], uint32_t number)
{
	uint32_t sum[2] = {number, 0x434b314c};

	for (int i = 0; i < SUM_AT; i += 8) {
		sum[0] += word(page + i) + sum[1];
		sum[1] += word(page + i + 4) + sum[0];
	}
	for (int i = 0; i < 8; i++)
		page[SUM_AT + i] = (uint8_t)(sum[i / 4] >> (8 * (i % 4)));
}

/* Whoever knows a ledger's pages sums them again. Other databases have no sums. */
static void sum_pages(sqlite3 *db)
{
	sqlite3_file *file = NULL;
	sqlite3_int64 len = 0;
	uint8_t page[PAGE];

	assert_int_equal(sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file),
	                 SQLITE_OK);
	assert_int_equal(file->pMethods->xFileSize(file, &len), SQLITE_OK);
	for (sqlite3_int64 at = 0; at + PAGE <= len; at += PAGE) {
		assert_int_equal(file->pMethods->xRead(file, page, PAGE, at), SQLITE_OK);
		if (at == 0 &&
		    (page[AT_RESERVED] != 8 || memcmp(page + AT_APPLICATION, "CK1L", 4) != 0))
			return;
		sum_page(page, (uint32_t)(at / PAGE) + 1);
		assert_int_equal(file->pMethods->xWrite(file, page, PAGE, at), SQLITE_OK);
	}
	assert_int_equal(file->pMethods->xSync(file, SQLITE_SYNC_NORMAL), SQLITE_OK);
}

void sql_edit(const char *path, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	/* A disk in memory has nothing to share a WAL's index by. */
	assert_int_equal(sqlite3_exec(db, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL),
	                 SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	(void)sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
	sum_pages(db);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}
