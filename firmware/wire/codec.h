/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How messages are read and written, once for all of them. A message X brings three functions:
 * - X_read(reader, ret): its fields in order; counts are bounded by the struct's arrays, all else
 *   may be out of range;
 * - X_valid(x): every range, on the struct, so that sealing and parsing judge alike;
 * - X_write(writer, x): the only octets that stand for it.
 */
#ifndef KIOSK_WIRE_CODEC_H
#define KIOSK_WIRE_CODEC_H

#include "crypto.h"
#include "message.h"
#include "reader.h"
#include "valid.h"
#include "writer.h"

/*
 * Defines `name`(), which parses octets; `ret` changes only when all is well. The record is wiped,
 * for that of a card holds a secret.
 */
#define WIRE_PARSE(name, x, type)                                                                  \
	int name(const uint8_t *octets, size_t len, type *ret)                                     \
	{                                                                                          \
		struct reader reader = reader_of(octets, len);                                     \
		struct writer again = writer_against(octets, len);                                 \
		type record = {0};                                                                 \
		int r = WIRE_E_PAYLOAD;                                                            \
                                                                                                   \
		x##_read(&reader, &record);                                                        \
		if (reader_done(&reader) && x##_valid(&record)) {                                  \
			x##_write(&again, &record);                                                \
			r = writer_matches(&again) ? 0 : WIRE_E_NOT_CANONICAL;                     \
		}                                                                                  \
		if (r == 0)                                                                        \
			*ret = record;                                                             \
		wipe(&record, sizeof(record));                                                     \
		return r;                                                                          \
	}

/* Defines X_parse() and X_encode() of an unsigned code of at most `max` octets. */
#define WIRE_UNSIGNED(x, type, max)                                                                \
	static int x##_parse_any(const uint8_t *octets, size_t len, type *ret);                    \
	WIRE_PARSE(x##_parse_any, x, type)                                                         \
                                                                                                   \
	int x##_parse(const uint8_t *octets, size_t len, type *ret)                                \
	{                                                                                          \
		return len > (max) ? WIRE_E_TOO_LONG : x##_parse_any(octets, len, ret);            \
	}                                                                                          \
                                                                                                   \
	int x##_encode(const type *x, uint8_t *buffer, size_t size, size_t *ret_len)               \
	{                                                                                          \
		uint8_t octets[max];                                                               \
		struct writer writer = writer_to(octets, sizeof(octets));                          \
		int r;                                                                             \
                                                                                                   \
		if (!x##_valid(x))                                                                 \
			return WIRE_E_PAYLOAD;                                                     \
		x##_write(&writer, x);                                                             \
		r = writer_give(&writer, buffer, size, ret_len) ? 0 : WIRE_E_TOO_LONG;             \
		wipe(octets, sizeof(octets));                                                      \
		return r;                                                                          \
	}

/* Defines `name`(), which signs with a `key_type` by `seal`(). */
#define WIRE_SEAL(name, seal, key_type, x, type, kind, max)                                        \
	int name(const type *x, const key_type *key, uint8_t *buffer, size_t size,                 \
	         size_t *ret_len)                                                                  \
	{                                                                                          \
		uint8_t payload[max];                                                              \
		struct writer writer = writer_to(payload, sizeof(payload));                        \
                                                                                                   \
		if (!x##_valid(x))                                                                 \
			return WIRE_E_PAYLOAD;                                                     \
		x##_write(&writer, x);                                                             \
		if (writer_len(&writer) == 0)                                                      \
			return WIRE_E_TOO_LONG;                                                    \
		return seal(kind, payload, writer_len(&writer), key, buffer, size, ret_len);       \
	}

/* Defines X_parse(), X_seal(), X_open() and X_reopen() of a signed message whose payload is at most
 * `max` octets. */
#define WIRE_CODEC(x, type, kind, max)                                                             \
	WIRE_PARSE(x##_parse, x, type)                                                             \
                                                                                                   \
	WIRE_SEAL(x##_seal, sign1_seal, struct secret_seed, x, type, kind, max)                    \
                                                                                                   \
	int x##_open(const uint8_t *message, size_t len, const struct public_key *key, type *ret)  \
	{                                                                                          \
		struct sign1_view view;                                                            \
		int r = sign1_split(kind, message, len, &view);                                    \
                                                                                                   \
		if (r == 0)                                                                        \
			r = sign1_verify(kind, &view, key);                                        \
		return r != 0 ? r : x##_parse(view.payload, view.payload_len, ret);                \
	}                                                                                          \
                                                                                                   \
	int x##_reopen(const uint8_t *message, size_t len, type *ret)                              \
	{                                                                                          \
		struct sign1_view view;                                                            \
		int r = sign1_split(kind, message, len, &view);                                    \
                                                                                                   \
		return r != 0 ? r : x##_parse(view.payload, view.payload_len, ret);                \
	}

#endif
