/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was acknowledged: a small file beside the ledger, behind whose name "-acked" stands. When a
 * transaction is on the disk, and before anybody is told, it is noted how far the WAL reaches and
 * how many leaves there are. A ledger that at a later start reaches less far has lost what somebody
 * was told is counted.
 *
 * A note is only written after what it says is durable, so one that did not reach the disk itself
 * says less, never what is not so; it needs no sync of its own, which would halve the speed of a
 * check-in. One thing it must not say too long: how far a WAL reached that was emptied since. So
 * when the WAL's content is in the file, that is noted, with a sync, before the WAL is begun anew.
 * Two places take turns: a torn note leaves the one before it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ledger_private.h"

enum {
	NOTE_BYTES = 64,
	NOTE_MAGIC = 0x434b3141, /* "CK1A" */
	/* Places in a note, all big-endian. */
	AT_MAGIC = 0,
	AT_NUMBER = 8,
	AT_SALT = 16,
	AT_FRAMES = 24,
	AT_EPOCH = 32,
	AT_LEAVES = 40,
	AT_SUM = 56,
};

static void put(uint8_t *at, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		at[i] = (uint8_t)(value >> (8 * (7 - i)));
}

static uint64_t get(const uint8_t *at)
{
	uint64_t value = 0;

	for (int i = 0; i < 8; i++)
		value = value << 8 | at[i];
	return value;
}

static void note_sum(const uint8_t note[NOTE_BYTES], uint8_t ret[8])
{
	uint32_t sum[2] = {NOTE_MAGIC, 0};

	sum_add(sum, note, AT_SUM, true);
	put(ret, (uint64_t)sum[0] << 32 | sum[1]);
}

static void write_note(const struct acked *acked, uint8_t ret[NOTE_BYTES])
{
	memset(ret, 0, NOTE_BYTES);
	put(ret + AT_MAGIC, NOTE_MAGIC);
	put(ret + AT_NUMBER, acked->number);
	put(ret + AT_SALT, (uint64_t)acked->salt[0] << 32 | acked->salt[1]);
	put(ret + AT_FRAMES, acked->frames);
	put(ret + AT_EPOCH, (uint64_t)acked->epoch);
	put(ret + AT_LEAVES, acked->leaves);
	note_sum(ret, ret + AT_SUM);
}

static bool read_note(const uint8_t note[NOTE_BYTES], struct acked *ret)
{
	uint8_t sum[8];

	note_sum(note, sum);
	if (get(note + AT_MAGIC) != NOTE_MAGIC || memcmp(note + AT_SUM, sum, sizeof(sum)) != 0)
		return false;
	*ret = (struct acked){
	    .number = get(note + AT_NUMBER),
	    .salt = {(uint32_t)(get(note + AT_SALT) >> 32), (uint32_t)get(note + AT_SALT)},
	    .frames = (uint32_t)get(note + AT_FRAMES),
	    .epoch = (int64_t)get(note + AT_EPOCH),
	    .leaves = get(note + AT_LEAVES),
	};
	return true;
}

/* The newer of the two; none: nothing is known. */
static int read_notes(struct ledger *ledger)
{
	sqlite3_file *file = ledger->acked_file;
	uint8_t note[NOTE_BYTES];
	struct acked one;

	for (int i = 0; i < 2; i++) {
		const int rc = file->pMethods->xRead(file, note, sizeof(note), i * NOTE_BYTES);

		if (rc == SQLITE_IOERR_SHORT_READ)
			continue;
		if (rc != SQLITE_OK)
			return ledger_result(ledger, rc);
		if (read_note(note, &one) && one.number > ledger->acked.number)
			ledger->acked = one;
	}
	return 0;
}

void acked_close(struct ledger *ledger)
{
	sqlite3_file *file = ledger->acked_file;

	if (file != NULL && file->pMethods != NULL)
		(void)file->pMethods->xClose(file);
	free(file);
	free(ledger->acked_name);
}

static int note(struct ledger *ledger, bool sync)
{
	sqlite3_file *file = ledger->acked_file;
	uint8_t octets[NOTE_BYTES];
	int rc;

	ledger->acked.number++;
	write_note(&ledger->acked, octets);
	rc = file->pMethods->xWrite(file, octets, sizeof(octets),
	                            (sqlite3_int64)(ledger->acked.number % 2) * NOTE_BYTES);
	if (rc == SQLITE_OK && sync)
		rc = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
	return ledger_result(ledger, rc);
}

int acked_open(struct ledger *ledger, const char *path, bool reading, bool anew)
{
	sqlite3_vfs *vfs = ledger->pages.vfs.pAppData;
	int there = 0, rc;
	size_t len = strlen(path);

	/* SQLite gives the names it opens two NULs more. */
	ledger->acked_name = calloc(1, len + sizeof("-acked") + 2);
	ledger->acked_file = calloc(1, (size_t)vfs->szOsFile);
	if (ledger->acked_name == NULL || ledger->acked_file == NULL)
		return -ENOMEM;
	memcpy(ledger->acked_name, path, len);
	memcpy(ledger->acked_name + len, "-acked", sizeof("-acked"));
	rc = vfs->xAccess(vfs, ledger->acked_name, SQLITE_ACCESS_EXISTS, &there);
	if (rc == SQLITE_OK && reading && !there)
		return 0;
	if (rc == SQLITE_OK)
		rc = vfs->xOpen(vfs, ledger->acked_name, ledger->acked_file,
		                SQLITE_OPEN_MAIN_JOURNAL |
		                    (reading ? SQLITE_OPEN_READONLY
		                             : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE),
		                NULL);
	if (rc != SQLITE_OK)
		return (rc & 0xff) == SQLITE_CANTOPEN && errno > 0 ? -errno
		                                                   : ledger_result(ledger, rc);
	rc = read_notes(ledger);
	/* Somebody moved the ledger away. What is said of it must not be said of the new one. */
	if (rc == 0 && anew && ledger->acked.number > 0) {
		ledger->acked = (struct acked){.number = ledger->acked.number};
		rc = note(ledger, true);
	}
	return rc;
}

/* No room for a note, on a disk that copies what it changes: the next one says it. */
void acked_committed(struct ledger *ledger)
{
	struct acked *acked = &ledger->acked;

	if (ledger->acked_file == NULL || !ledger->wal_grew)
		return;
	ledger->wal_grew = false;
	if (ledger->wal_anew && wal_salt(ledger, acked->salt) != 0)
		return;
	ledger->wal_anew = false;
	acked->frames = (uint32_t)ledger->wal_pages;
	if (ledger->now.epoch != 0) {
		acked->epoch = ledger->now.epoch;
		acked->leaves = ledger->now.tree.size;
	}
	(void)note(ledger, false);
}

int acked_in_file(struct ledger *ledger)
{
	ledger->wal_anew = true;
	if (ledger->acked_file == NULL || ledger->acked.frames == 0)
		return 0;
	ledger->acked.frames = 0;
	return note(ledger, true);
}

/* --- at a start --- */

int acked_check_wal(struct ledger *ledger, const struct wal *wal, char *why, size_t size)
{
	const struct acked *acked = &ledger->acked;
	const bool same =
	    wal->begun && wal->salt[0] == acked->salt[0] && wal->salt[1] == acked->salt[1];
	uint32_t was = wal->proven;

	if (acked->frames > was && (same || (wal->begun && !wal->header_holds)))
		was = acked->frames;
	if (was <= wal->used)
		return 0;
	tell(why, size,
	     "in the file with -wal behind its name %u pages of what was counted last can be read, "
	     "and "
	     "%u were written",
	     (unsigned)wal->used, (unsigned)was);
	return LEDGER_E_DAMAGED;
}
