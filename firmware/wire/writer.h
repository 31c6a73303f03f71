/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deterministic CBOR (RFC 8949, section 4.2.1): shortest heads, definite lengths. Into a buffer, or
 * against octets that should be the same. What does not fit, or differs, sticks, and writer_len()
 * and writer_matches() say so.
 */
#ifndef KIOSK_WIRE_WRITER_H
#define KIOSK_WIRE_WRITER_H

#include <kiosk/record.h>

struct writer {
	uint8_t *buffer;         /* where to; or NULL, and */
	const uint8_t *expected; /* what it should be */
	size_t size, len;
	bool failed;
};

struct writer writer_to(uint8_t *buffer, size_t size);
struct writer writer_against(const uint8_t *expected, size_t len);
/* Octets written; 0 if they did not fit. */
size_t writer_len(const struct writer *writer);
/* Copies what was written to `buffer`. false, and nothing touched, if it did not fit its own buffer
 * or does not fit this one. */
bool writer_give(const struct writer *writer, uint8_t *buffer, size_t size, size_t *ret_len);
/* Whether exactly the expected octets were written. */
bool writer_matches(const struct writer *writer);

void write_uint(struct writer *writer, uint64_t number);
void write_array(struct writer *writer, size_t n);
void write_empty_map(struct writer *writer);
void write_octets(struct writer *writer, const void *octets, size_t len);
/* The head of a byte string whose `len` octets come by write_raw(); and octets as they are. */
void write_octets_head(struct writer *writer, size_t len);
void write_raw(struct writer *writer, const void *octets, size_t len);
void write_text(struct writer *writer, const char *text); /* NUL-terminated */
void write_null(struct writer *writer);

void write_hash(struct writer *writer, const struct hash *hash);
void write_key(struct writer *writer, const struct public_key *key);
void write_time(struct writer *writer, int64_t s); /* not negative */
void write_proof(struct writer *writer, const struct proof *proof);

#endif
