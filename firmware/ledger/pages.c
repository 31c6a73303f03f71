/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pages' sums. The last octets of each page of the file, which SQLite leaves to whoever reserves
 * them, hold a sum over the page and its number: written where SQLite writes a page to the file, seen
 * to where it reads one, and at each opening for all of them, so that no octet of the file changes
 * unnoticed, whatever it belongs to: a tag, a mark, a manifest, free room. What is still in the WAL
 * has the WAL's own sums (wal.c).
 *
 * For SQLite this is a VFS in front of the default one, of this ledger alone. Its methods are those
 * of version 1: in exclusive mode no memory is shared, and nothing is mapped.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ledger_private.h"

struct page_file {
	sqlite3_file base;
	/* The default VFS's own follows. */
};

static sqlite3_file *below(sqlite3_file *file)
{
	return (sqlite3_file *)((struct page_file *)file + 1);
}

static sqlite3_vfs *real_vfs(sqlite3_vfs *vfs)
{
	return vfs->pAppData;
}

static void page_sum(const uint8_t *page, uint32_t number, uint8_t ret[PAGE_SUM_BYTES])
{
	uint32_t sum[2] = {number, LEDGER_APPLICATION_ID};

	sum_add(sum, page, PAGE_BYTES - PAGE_SUM_BYTES, false);
	for (int i = 0; i < PAGE_SUM_BYTES; i++)
		ret[i] = (uint8_t)(sum[i / 4] >> (8 * (i % 4)));
}

/* A page that was never written is all zeros. */
static bool page_holds(const uint8_t *page, uint32_t number)
{
	uint8_t sum[PAGE_SUM_BYTES];

	page_sum(page, number, sum);
	return memcmp(page + PAGE_BYTES - PAGE_SUM_BYTES, sum, sizeof(sum)) == 0 ||
	       (page[0] == 0 && memcmp(page, page + 1, PAGE_BYTES - 1) == 0);
}

static bool is_page(int len, sqlite3_int64 at)
{
	return len == PAGE_BYTES && at % PAGE_BYTES == 0;
}

/* --- SQLite's methods: https://www.sqlite.org/c3ref/io_methods.html --- */

static int page_close(sqlite3_file *file)
{
	return below(file)->pMethods->xClose(below(file));
}

static int page_read(sqlite3_file *file, void *buffer, int len, sqlite3_int64 at)
{
	const int rc = below(file)->pMethods->xRead(below(file), buffer, len, at);

	if (rc == SQLITE_OK && is_page(len, at) &&
	    !page_holds(buffer, (uint32_t)(at / PAGE_BYTES) + 1))
		return SQLITE_CORRUPT;
	return rc;
}

static int page_write(sqlite3_file *file, const void *octets, int len, sqlite3_int64 at)
{
	uint8_t page[PAGE_BYTES];

	if (!is_page(len, at))
		return below(file)->pMethods->xWrite(below(file), octets, len, at);
	memcpy(page, octets, PAGE_BYTES - PAGE_SUM_BYTES);
	page_sum(page, (uint32_t)(at / PAGE_BYTES) + 1, page + PAGE_BYTES - PAGE_SUM_BYTES);
	return below(file)->pMethods->xWrite(below(file), page, len, at);
}

static int page_truncate(sqlite3_file *file, sqlite3_int64 len)
{
	return below(file)->pMethods->xTruncate(below(file), len);
}

static int page_sync(sqlite3_file *file, int flags)
{
	return below(file)->pMethods->xSync(below(file), flags);
}

static int page_size(sqlite3_file *file, sqlite3_int64 *ret)
{
	return below(file)->pMethods->xFileSize(below(file), ret);
}

static int page_lock(sqlite3_file *file, int level)
{
	return below(file)->pMethods->xLock(below(file), level);
}

static int page_unlock(sqlite3_file *file, int level)
{
	return below(file)->pMethods->xUnlock(below(file), level);
}

static int page_check_lock(sqlite3_file *file, int *ret)
{
	return below(file)->pMethods->xCheckReservedLock(below(file), ret);
}

static int page_control(sqlite3_file *file, int op, void *argument)
{
	return below(file)->pMethods->xFileControl(below(file), op, argument);
}

static int page_sector_size(sqlite3_file *file)
{
	return below(file)->pMethods->xSectorSize(below(file));
}

static int page_characteristics(sqlite3_file *file)
{
	return below(file)->pMethods->xDeviceCharacteristics(below(file));
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = page_close,
    .xRead = page_read,
    .xWrite = page_write,
    .xTruncate = page_truncate,
    .xSync = page_sync,
    .xFileSize = page_size,
    .xLock = page_lock,
    .xUnlock = page_unlock,
    .xCheckReservedLock = page_check_lock,
    .xFileControl = page_control,
    .xSectorSize = page_sector_size,
    .xDeviceCharacteristics = page_characteristics,
};

/* Journals and the WAL are the default VFS's own: they have sums of SQLite's. */
static int pages_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                      int *ret_flags)
{
	sqlite3_vfs *real = real_vfs(vfs);
	int rc;

	if ((flags & SQLITE_OPEN_MAIN_DB) == 0)
		return real->xOpen(real, name, file, flags, ret_flags);
	file->pMethods = NULL;
	rc = real->xOpen(real, name, below(file), flags, ret_flags);
	if (below(file)->pMethods != NULL)
		file->pMethods = &methods;
	return rc;
}

static int pages_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
	return real_vfs(vfs)->xDelete(real_vfs(vfs), name, sync_folder);
}

static int pages_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret)
{
	return real_vfs(vfs)->xAccess(real_vfs(vfs), name, flags, ret);
}

static int pages_full_name(sqlite3_vfs *vfs, const char *name, int size, char *ret)
{
	return real_vfs(vfs)->xFullPathname(real_vfs(vfs), name, size, ret);
}

static int pages_random(sqlite3_vfs *vfs, int len, char *ret)
{
	return real_vfs(vfs)->xRandomness(real_vfs(vfs), len, ret);
}

static int pages_sleep(sqlite3_vfs *vfs, int us)
{
	return real_vfs(vfs)->xSleep(real_vfs(vfs), us);
}

static int pages_time(sqlite3_vfs *vfs, double *ret)
{
	return real_vfs(vfs)->xCurrentTime(real_vfs(vfs), ret);
}

static int pages_last_error(sqlite3_vfs *vfs, int size, char *ret)
{
	return real_vfs(vfs)->xGetLastError != NULL
	           ? real_vfs(vfs)->xGetLastError(real_vfs(vfs), size, ret)
	           : 0;
}

int pages_init(struct page_vfs *pages)
{
	sqlite3_vfs *real = sqlite3_vfs_find(NULL);

	/* SQLite asks that no two be registered under one name. */
	(void)snprintf(pages->name, sizeof(pages->name), "pages-%p", (void *)pages);
	pages->vfs = (sqlite3_vfs){
	    .iVersion = 1,
	    .szOsFile = (int)sizeof(struct page_file) + real->szOsFile,
	    .mxPathname = real->mxPathname,
	    .zName = pages->name,
	    .pAppData = real,
	    .xOpen = pages_open,
	    .xDelete = pages_delete,
	    .xAccess = pages_access,
	    .xFullPathname = pages_full_name,
	    .xRandomness = pages_random,
	    .xSleep = pages_sleep,
	    .xCurrentTime = pages_time,
	    .xGetLastError = pages_last_error,
	};
	return sqlite3_vfs_register(&pages->vfs, 0);
}

void pages_deinit(struct page_vfs *pages)
{
	if (pages->vfs.zName != NULL)
		sqlite3_vfs_unregister(&pages->vfs);
	pages->vfs.zName = NULL;
}

/* --- all of them --- */

int pages_check(struct ledger *ledger, const struct wal *wal, char *why, size_t size)
{
	sqlite3_file *file = NULL;
	sqlite3_int64 len = 0;
	uint8_t page[PAGE_BYTES];
	int rc;

	rc = sqlite3_file_control(ledger->db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	if (rc == SQLITE_OK)
		rc = file->pMethods->xFileSize(file, &len);
	for (uint32_t i = 1; rc == SQLITE_OK && (sqlite3_int64)i * PAGE_BYTES <= len; i++) {
		/* One that was being replaced when the power went is in the WAL, whole. */
		if (wal_has_page(wal, i))
			continue;
		rc = file->pMethods->xRead(file, page, PAGE_BYTES,
		                           (sqlite3_int64)(i - 1) * PAGE_BYTES);
		if (rc == SQLITE_CORRUPT)
			tell(why, size, "page %u is not as it was written", (unsigned)i);
	}
	return ledger_result(ledger, rc);
}
