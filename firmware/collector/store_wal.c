/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The write-ahead log's octets, before SQLite goes by them. SQLite takes it for ended where the first
 * frame does not hold: because the power went while a transaction was written, which loses nothing
 * that was answered for, or because a bit changed, which may lose all behind it. A transaction is
 * begun when the one before it is on the disk: so one that is whole, and the beginning of the next,
 * behind the place where it ends for SQLite, prove that it did not end there once.
 *
 * https://www.sqlite.org/fileformat2.html, section 4
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store_private.h"

enum {
	HEADER_BYTES = 32,
	FRAME_HEADER_BYTES = 24,
	PAGE_BYTES_MIN = 512,
	PAGE_BYTES_MAX = 65536,
	PAGE_BYTES = 4096, /* as SQLite makes it where nothing else is asked for */
};
static const uint32_t WAL_MAGIC = 0x377f0682; /* its lowest bit: sums are of big-endian words */

struct reading {
	bool big_endian;
	uint32_t page_bytes, sum[2];
	uint8_t salt[8], *frame;
	bool ended,
	    follows_commit; /* for SQLite; the frame before is whole and ends a transaction */
	enum store_wal found;
};

static uint32_t word(const uint8_t *b, bool big_endian)
{
	return big_endian
	           ? (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3]
	           : (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
}

static void add(uint32_t sum[2], const uint8_t *octets, size_t len, bool big_endian)
{
	for (size_t i = 0; i + 8 <= len; i += 8) {
		sum[0] += word(octets + i, big_endian) + sum[1];
		sum[1] += word(octets + i + 4, big_endian) + sum[0];
	}
}

/* False: SQLite takes nothing of this file. */
static bool read_header(struct reading *reading, const uint8_t header[HEADER_BYTES])
{
	uint32_t sum[2] = {0, 0};

	reading->big_endian = (header[3] & 1) != 0;
	reading->page_bytes = word(header + 8, true);
	memcpy(reading->salt, header + 16, sizeof(reading->salt));
	reading->sum[0] = word(header + 24, true);
	reading->sum[1] = word(header + 28, true);
	add(sum, header, 24, reading->big_endian);
	return (word(header, true) & ~1U) == WAL_MAGIC && reading->page_bytes >= PAGE_BYTES_MIN &&
	       reading->page_bytes <= PAGE_BYTES_MAX && sum[0] == reading->sum[0] &&
	       sum[1] == reading->sum[1];
}

static void take_frame(struct reading *reading)
{
	const uint8_t *frame = reading->frame;
	uint32_t sum[2] = {reading->sum[0], reading->sum[1]};
	const bool of_this_use = memcmp(frame + 8, reading->salt, sizeof(reading->salt)) == 0;
	bool whole;

	add(sum, frame, 8, reading->big_endian);
	add(sum, frame + FRAME_HEADER_BYTES, reading->page_bytes, reading->big_endian);
	reading->sum[0] = word(frame + 16, true);
	reading->sum[1] = word(frame + 20, true);
	whole = of_this_use && word(frame, true) != 0 && sum[0] == reading->sum[0] &&
	        sum[1] == reading->sum[1];
	reading->ended = reading->ended || !whole;
	if (reading->ended && of_this_use && reading->found == STORE_WAL_WHOLE)
		reading->found = STORE_WAL_TORN;
	if (reading->ended && whole && reading->follows_commit)
		reading->found = STORE_WAL_DAMAGED;
	reading->follows_commit = whole && word(frame + 4, true) != 0;
}

static int read_frames(struct reading *reading, int fd)
{
	const size_t len = FRAME_HEADER_BYTES + reading->page_bytes;
	off_t at = HEADER_BYTES;
	ssize_t n;

	reading->frame = malloc(len);
	if (reading->frame == NULL)
		return -ENOMEM;
	for (; (n = pread(fd, reading->frame, len, at)) == (ssize_t)len; at += n)
		take_frame(reading);
	n = n < 0 ? -errno : 0;
	free(reading->frame);
	return (int)n;
}

/*
 * A header that does not hold never was whole, where its frames prove nothing: how they are written
 * is guessed then, and by which of both orders of octets.
 */
static int read_without_header(struct reading *reading, int fd)
{
	int r = 0;

	for (int order = 0; r == 0 && order < 2 && reading->found != STORE_WAL_DAMAGED; order++) {
		*reading = (struct reading){.found = STORE_WAL_TORN,
		                            .page_bytes = PAGE_BYTES,
		                            .big_endian = order == 1,
		                            .ended = true};
		if (pread(fd, reading->salt, sizeof(reading->salt), HEADER_BYTES + 8) !=
		    sizeof(reading->salt))
			return 0;
		r = read_frames(reading, fd);
	}
	return r;
}

int store_wal_read(const char *path, enum store_wal *ret)
{
	struct reading reading = {.found = STORE_WAL_WHOLE};
	uint8_t header[HEADER_BYTES];
	int fd = open(path, O_RDONLY | O_CLOEXEC), r = 0;
	ssize_t n;

	*ret = STORE_WAL_WHOLE;
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	n = pread(fd, header, sizeof(header), 0);
	if (n < 0)
		r = -errno;
	else if (n == HEADER_BYTES)
		r = read_header(&reading, header) ? read_frames(&reading, fd)
		                                  : read_without_header(&reading, fd);
	(void)close(fd);
	*ret = reading.found;
	return r;
}
