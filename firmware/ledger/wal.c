/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The write-ahead log's octets, looked at beside SQLite. SQLite takes a WAL for ended where the first
 * frame does not hold, be it that the power went while the last transaction was written, which is
 * ordinary and loses nothing that was acknowledged, or that an octet was changed in the middle,
 * which loses all behind it. The two are told apart by what was synced: a transaction is begun only
 * when the one before it is on the disk, so a whole transaction and, chained to its end, the
 * beginning of a next one prove that all before was there once. The last two transactions are
 * guarded by what was noted when they had been acknowledged (acked.c).
 *
 * Frames of an earlier use of the file lie behind the end with other salts; those of a torn
 * transaction with the same, but no transaction goes on from them.
 *
 * https://www.sqlite.org/fileformat2.html, section 4
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ledger_private.h"

enum {
	WAL_HEADER_BYTES = 32,
	FRAME_HEADER_BYTES = 24,
	FRAME_BYTES = FRAME_HEADER_BYTES + PAGE_BYTES,
	PAGES_MAX = 1 << 24,
};
static const uint32_t WAL_MAGIC = 0x377f0682; /* its lowest bit: sums are of big-endian words */

static uint32_t be32(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static uint32_t word(const uint8_t *b, bool big_endian)
{
	return big_endian
	           ? (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3]
	           : (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
}

void sum_add(uint32_t sum[2], const uint8_t *octets, size_t len, bool big_endian)
{
	for (size_t i = 0; i + 8 <= len; i += 8) {
		sum[0] += word(octets + i, big_endian) + sum[1];
		sum[1] += word(octets + i + 4, big_endian) + sum[0];
	}
}

struct pass {
	uint8_t frame[FRAME_BYTES];
	bool big_endian;
	uint32_t sum[2];     /* that the frame before it, or the header, says */
	uint32_t number;     /* of the frame, from 1 */
	bool follows_commit; /* the frame before it holds, and ends a transaction */
	bool unbroken;       /* all before it hold */
};

static bool read_header(sqlite3_file *file, struct pass *pass, struct wal *wal)
{
	uint8_t header[WAL_HEADER_BYTES];
	uint32_t sum[2] = {0, 0};

	if (file->pMethods->xRead(file, header, sizeof(header), 0) != SQLITE_OK)
		return false;
	pass->big_endian = (header[3] & 1) != 0;
	sum_add(sum, header, 24, pass->big_endian);
	pass->sum[0] = be32(header + 24);
	pass->sum[1] = be32(header + 28);
	wal->salt[0] = be32(header + 16);
	wal->salt[1] = be32(header + 20);
	return (be32(header) & ~1u) == WAL_MAGIC && be32(header + 8) == PAGE_BYTES &&
	       sum[0] == pass->sum[0] && sum[1] == pass->sum[1];
}

/* Whether the frame is of this use of the file and chained to what the one before it says. */
static bool frame_holds(struct pass *pass, const struct wal *wal)
{
	const uint8_t *frame = pass->frame;
	uint32_t sum[2] = {pass->sum[0], pass->sum[1]};

	sum_add(sum, frame, 8, pass->big_endian);
	sum_add(sum, frame + FRAME_HEADER_BYTES, PAGE_BYTES, pass->big_endian);
	pass->sum[0] = be32(frame + 16);
	pass->sum[1] = be32(frame + 20);
	return be32(frame) != 0 && be32(frame + 8) == wal->salt[0] &&
	       be32(frame + 12) == wal->salt[1] && sum[0] == pass->sum[0] && sum[1] == pass->sum[1];
}

/* The first frame of each page, for wal_has_page(). */
static int note_page(struct wal *wal, uint32_t page, uint32_t frame)
{
	if (page >= PAGES_MAX)
		return 0;
	if (page >= wal->n_pages) {
		const uint32_t n = page + 1024;
		uint32_t *more = realloc(wal->frame_of, n * sizeof(*more));

		if (more == NULL)
			return -ENOMEM;
		memset(more + wal->n_pages, 0, (n - wal->n_pages) * sizeof(*more));
		wal->frame_of = more;
		wal->n_pages = n;
	}
	if (wal->frame_of[page] == 0)
		wal->frame_of[page] = frame;
	return 0;
}

static int take_frame(struct pass *pass, struct wal *wal)
{
	const bool commit = be32(pass->frame + 4) != 0;
	const bool holds = frame_holds(pass, wal);

	if (holds && pass->follows_commit)
		wal->proven = pass->number - 1;
	pass->follows_commit = holds && commit;
	pass->unbroken = pass->unbroken && holds;
	if (!pass->unbroken)
		return 0;
	if (commit)
		wal->used = pass->number;
	return note_page(wal, be32(pass->frame), pass->number);
}

static sqlite3_file *wal_file(struct ledger *ledger)
{
	sqlite3_file *file = NULL;

	if (sqlite3_file_control(ledger->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) !=
	        SQLITE_OK ||
	    file == NULL || file->pMethods == NULL)
		return NULL;
	return file;
}

int wal_read(struct ledger *ledger, struct wal *ret)
{
	sqlite3_file *file = wal_file(ledger);
	struct pass pass = {.unbroken = true};
	sqlite3_int64 len = 0, at;
	int rc = SQLITE_OK, r = 0;

	*ret = (struct wal){.n_pages = 0};
	if (file != NULL)
		rc = file->pMethods->xFileSize(file, &len);
	if (rc != SQLITE_OK || len < WAL_HEADER_BYTES)
		return ledger_result(ledger, rc);
	ret->begun = true;
	ret->header_holds = read_header(file, &pass, ret);
	if (!ret->header_holds)
		return 0;
	for (at = WAL_HEADER_BYTES; at + FRAME_BYTES <= len && r == 0; at += FRAME_BYTES) {
		rc = file->pMethods->xRead(file, pass.frame, FRAME_BYTES, at);
		if (rc != SQLITE_OK)
			return ledger_result(ledger, rc);
		pass.number++;
		r = take_frame(&pass, ret);
	}
	return r;
}

bool wal_has_page(const struct wal *wal, uint32_t page)
{
	return page < wal->n_pages && wal->frame_of[page] != 0 && wal->frame_of[page] <= wal->used;
}

void wal_free(struct wal *wal)
{
	free(wal->frame_of);
	*wal = (struct wal){.n_pages = 0};
}

int wal_salt(struct ledger *ledger, uint32_t ret[2])
{
	sqlite3_file *file = wal_file(ledger);
	uint8_t salt[8];
	int rc = file == NULL ? SQLITE_IOERR : file->pMethods->xRead(file, salt, sizeof(salt), 16);

	if (rc != SQLITE_OK)
		return ledger_result(ledger, rc);
	ret[0] = be32(salt);
	ret[1] = be32(salt + 4);
	return 0;
}
