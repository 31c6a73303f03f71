/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <string.h>

#include <cbor.h>

#include "writer.h"

enum { HEAD_BYTES_MAX = 9 };

struct writer writer_to(uint8_t *buffer, size_t size)
{
	return (struct writer){.buffer = buffer, .size = size};
}

struct writer writer_against(const uint8_t *expected, size_t len)
{
	return (struct writer){.expected = expected, .size = len};
}

size_t writer_len(const struct writer *writer)
{
	return writer->failed ? 0 : writer->len;
}

bool writer_give(const struct writer *writer, uint8_t *buffer, size_t size, size_t *ret_len)
{
	const size_t len = writer_len(writer);

	if (len == 0 || len > size)
		return false;
	memcpy(buffer, writer->buffer, len);
	*ret_len = len;
	return true;
}

bool writer_matches(const struct writer *writer)
{
	return !writer->failed && writer->len == writer->size;
}

void write_raw(struct writer *writer, const void *octets, size_t len)
{
	if (len == 0 || writer->failed)
		return;
	if (len > writer->size - writer->len)
		writer->failed = true;
	else if (writer->buffer != NULL)
		memcpy(writer->buffer + writer->len, octets, len);
	else if (memcmp(writer->expected + writer->len, octets, len) != 0)
		writer->failed = true;
	if (!writer->failed)
		writer->len += len;
}

void write_uint(struct writer *writer, uint64_t number)
{
	uint8_t head[HEAD_BYTES_MAX];

	write_raw(writer, head, cbor_encode_uint(number, head, sizeof(head)));
}

void write_array(struct writer *writer, size_t n)
{
	uint8_t head[HEAD_BYTES_MAX];

	write_raw(writer, head, cbor_encode_array_start(n, head, sizeof(head)));
}

void write_empty_map(struct writer *writer)
{
	uint8_t head[HEAD_BYTES_MAX];

	write_raw(writer, head, cbor_encode_map_start(0, head, sizeof(head)));
}

void write_octets_head(struct writer *writer, size_t len)
{
	uint8_t head[HEAD_BYTES_MAX];

	write_raw(writer, head, cbor_encode_bytestring_start(len, head, sizeof(head)));
}

void write_octets(struct writer *writer, const void *octets, size_t len)
{
	write_octets_head(writer, len);
	write_raw(writer, octets, len);
}

void write_text(struct writer *writer, const char *text)
{
	uint8_t head[HEAD_BYTES_MAX];
	const size_t len = strlen(text);

	write_raw(writer, head, cbor_encode_string_start(len, head, sizeof(head)));
	write_raw(writer, text, len);
}

void write_null(struct writer *writer)
{
	uint8_t head[HEAD_BYTES_MAX];

	write_raw(writer, head, cbor_encode_null(head, sizeof(head)));
}

void write_hash(struct writer *writer, const struct hash *hash)
{
	write_octets(writer, hash->b, sizeof(hash->b));
}

void write_key(struct writer *writer, const struct public_key *key)
{
	write_octets(writer, key->b, sizeof(key->b));
}

void write_time(struct writer *writer, int64_t s)
{
	assert(s >= 0);
	write_uint(writer, (uint64_t)s);
}

void write_proof(struct writer *writer, const struct proof *proof)
{
	write_array(writer, proof->n);
	for (unsigned i = 0; i < proof->n; i++)
		write_hash(writer, &proof->hash[i]);
}
