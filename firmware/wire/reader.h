/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CBOR (RFC 8949) one item at a time, for readers that know what must come next. The first item
 * that is not what was asked for, or out of its range, sticks: from then on every call gives zeros,
 * and reader_done() says false. So a codec reads all its fields in a row and judges once.
 *
 * Accepts encodings that are not the shortest: a codec writes what it read again and compares
 * (codec.h). Indefinite lengths, tags, floats, negative numbers, booleans and undefined are never
 * what was asked for.
 */
#ifndef KIOSK_WIRE_READER_H
#define KIOSK_WIRE_READER_H

#include <kiosk/record.h>

struct reader {
	const uint8_t *at;
	size_t left;
	bool failed;
};

/* `octets` must outlive the reader and the views it gives. */
struct reader reader_of(const uint8_t *octets, size_t len);
/* Whether all was as asked for, and nothing is left. */
bool reader_done(const struct reader *reader);

/* An unsigned number in [min, max]. */
uint64_t read_uint(struct reader *reader, uint64_t min, uint64_t max);
/* A definite array of `n` items, of [min, max] items: their number; and the empty map. */
void read_array(struct reader *reader, size_t n);
size_t read_array_of(struct reader *reader, size_t min, size_t max);
void read_empty_map(struct reader *reader);
/* A byte string: exactly `len` octets copied; or of [min, max] octets, a view. */
void read_octets(struct reader *reader, void *ret, size_t len);
const uint8_t *read_octets_view(struct reader *reader, size_t min, size_t max, size_t *ret_len);
/* A text of [min, size - 1] octets, copied and terminated. It holds no NUL; see valid.h for the
 * rest. */
void read_text(struct reader *reader, size_t min, char *ret, size_t size);
/* Whether null comes next, which is then passed over. */
bool read_null(struct reader *reader);

/* Octets, times and hashes that most messages have. */
void read_hash(struct reader *reader, struct hash *ret);
void read_key(struct reader *reader, struct public_key *ret);
int64_t read_time(struct reader *reader);
void read_proof(struct reader *reader, struct proof *ret);

#endif
