/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <cbor.h>

#include "reader.h"
#include "valid.h"

/* Lengths grew to 64 bits everywhere in libcbor 0.9. */
#if CBOR_MAJOR_VERSION == 0 && CBOR_MINOR_VERSION < 9
typedef size_t item_len;
#else
typedef uint64_t item_len;
#endif

enum item_kind { ITEM_OTHER, ITEM_UINT, ITEM_OCTETS, ITEM_TEXT, ITEM_ARRAY, ITEM_MAP, ITEM_NULL };

struct item {
	enum item_kind kind;
	uint64_t number; /* the value, or how many items or octets */
	const uint8_t *octets;
};

static void on_number(struct item *item, enum item_kind kind, uint64_t number)
{
	item->kind = kind;
	item->number = number;
}

static void on_uint8(void *item, uint8_t number)
{
	on_number(item, ITEM_UINT, number);
}

static void on_uint16(void *item, uint16_t number)
{
	on_number(item, ITEM_UINT, number);
}

static void on_uint32(void *item, uint32_t number)
{
	on_number(item, ITEM_UINT, number);
}

static void on_uint64(void *item, uint64_t number)
{
	on_number(item, ITEM_UINT, number);
}

static void on_octets(void *context, cbor_data octets, item_len len)
{
	struct item *item = context;

	on_number(item, ITEM_OCTETS, len);
	item->octets = octets;
}

static void on_text(void *context, cbor_data octets, item_len len)
{
	struct item *item = context;

	on_number(item, ITEM_TEXT, len);
	item->octets = octets;
}

static void on_array(void *item, item_len n)
{
	on_number(item, ITEM_ARRAY, n);
}

static void on_map(void *item, item_len n)
{
	on_number(item, ITEM_MAP, n);
}

static void on_null(void *item)
{
	on_number(item, ITEM_NULL, 0);
}

/* The item that comes next, without passing it over. Octets it takes, 0 if there is none whole. */
static size_t peek(const struct reader *reader, struct item *ret)
{
	struct cbor_callbacks callbacks = cbor_empty_callbacks;
	struct cbor_decoder_result result;

	*ret = (struct item){.kind = ITEM_OTHER};
	if (reader->failed || reader->left == 0)
		return 0;
	callbacks.uint8 = on_uint8;
	callbacks.uint16 = on_uint16;
	callbacks.uint32 = on_uint32;
	callbacks.uint64 = on_uint64;
	callbacks.byte_string = on_octets;
	callbacks.string = on_text;
	callbacks.array_start = on_array;
	callbacks.map_start = on_map;
	callbacks.null = on_null;
	result = cbor_stream_decode(reader->at, reader->left, &callbacks, ret);
	return result.status == CBOR_DECODER_FINISHED ? result.read : 0;
}

/* The next item, if it is of that kind and its number in [min, max]. */
static bool take(struct reader *reader, enum item_kind kind, uint64_t min, uint64_t max,
                 struct item *ret)
{
	const size_t taken = peek(reader, ret);

	if (taken == 0 || ret->kind != kind || ret->number < min || ret->number > max) {
		reader->failed = true;
		*ret = (struct item){.kind = ITEM_OTHER};
		return false;
	}
	reader->at += taken;
	reader->left -= taken;
	return true;
}

struct reader reader_of(const uint8_t *octets, size_t len)
{
	return (struct reader){.at = octets, .left = len};
}

bool reader_done(const struct reader *reader)
{
	return !reader->failed && reader->left == 0;
}

uint64_t read_uint(struct reader *reader, uint64_t min, uint64_t max)
{
	struct item item;

	take(reader, ITEM_UINT, min, max, &item);
	return item.number;
}

void read_array(struct reader *reader, size_t n)
{
	struct item item;

	take(reader, ITEM_ARRAY, n, n, &item);
}

size_t read_array_of(struct reader *reader, size_t min, size_t max)
{
	struct item item;

	take(reader, ITEM_ARRAY, min, max, &item);
	return (size_t)item.number;
}

void read_empty_map(struct reader *reader)
{
	struct item item;

	take(reader, ITEM_MAP, 0, 0, &item);
}

void read_octets(struct reader *reader, void *ret, size_t len)
{
	struct item item;

	if (take(reader, ITEM_OCTETS, len, len, &item))
		memcpy(ret, item.octets, len);
	else
		memset(ret, 0, len);
}

const uint8_t *read_octets_view(struct reader *reader, size_t min, size_t max, size_t *ret_len)
{
	struct item item;

	take(reader, ITEM_OCTETS, min, max, &item);
	*ret_len = (size_t)item.number;
	return item.octets;
}

void read_text(struct reader *reader, size_t min, char *ret, size_t size)
{
	struct item item;

	memset(ret, 0, size);
	if (!take(reader, ITEM_TEXT, min, size - 1, &item) || item.number == 0)
		return;
	if (memchr(item.octets, '\0', (size_t)item.number) != NULL)
		reader->failed = true;
	else
		memcpy(ret, item.octets, (size_t)item.number);
}

bool read_null(struct reader *reader)
{
	struct item item;
	const size_t taken = peek(reader, &item);

	if (taken == 0 || item.kind != ITEM_NULL)
		return false;
	reader->at += taken;
	reader->left -= taken;
	return true;
}

void read_hash(struct reader *reader, struct hash *ret)
{
	read_octets(reader, ret->b, sizeof(ret->b));
}

void read_key(struct reader *reader, struct public_key *ret)
{
	read_octets(reader, ret->b, sizeof(ret->b));
}

int64_t read_time(struct reader *reader)
{
	return (int64_t)read_uint(reader, 0, TIME_S_MAX);
}

void read_proof(struct reader *reader, struct proof *ret)
{
	ret->n = (uint8_t)read_array_of(reader, 0, PROOF_HASHES_MAX);
	for (unsigned i = 0; i < ret->n; i++)
		read_hash(reader, &ret->hash[i]);
}
