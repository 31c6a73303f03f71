/* SPDX-License-Identifier: Apache-2.0 */
#include "bundle.h"
#include "codec.h"

/* How many octets each part of an item may have; min 0: null is allowed. */
static const struct {
	unsigned n;
	struct {
		size_t min, max;
	} part[BUNDLE_PARTS_MAX];
} form[] = {
    [BUNDLE_CERTIFICATE] = {1, {{1, COLLECTOR_CERT_BYTES_MAX}}},
    [BUNDLE_OPENING] = {3,
                        {{1, MANIFEST_BYTES_MAX}, {1, HUB_CERT_BYTES_MAX}, {1, GRANT_BYTES_MAX}}},
    [BUNDLE_LEAVES] = {1, {{BUNDLE_LEAF_BYTES, BUNDLE_LEAVES_MAX *BUNDLE_LEAF_BYTES}}},
    [BUNDLE_SEALED] = {2, {{1, BATCH_BYTES_MAX}, {0, RECEIPT_BYTES_MAX}}},
    [BUNDLE_END] = {0},
};

static void read_parts(struct reader *reader, struct bundle_item *item)
{
	for (unsigned i = 0; i < form[item->kind].n; i++) {
		const size_t min = form[item->kind].part[i].min;

		if (min == 0 && read_null(reader))
			continue;
		item->part[i].octets = read_octets_view(
		    reader, min > 0 ? min : 1, form[item->kind].part[i].max, &item->part[i].len);
	}
}

static void read_item(struct reader *reader, struct bundle_item *item)
{
	const size_t n = read_array_of(reader, 2, 6);

	item->kind = (enum bundle_kind)read_uint(reader, BUNDLE_BEGIN, BUNDLE_END);
	switch (item->kind) {
	case BUNDLE_BEGIN:
		reader->failed |= n != 6;
		read_uint(reader, FORMAT_VERSION, FORMAT_VERSION);
		read_octets(reader, item->begin.event.b, sizeof(item->begin.event.b));
		item->begin.occurrence = (uint16_t)read_uint(reader, 0, OCCURRENCES_MAX - 1);
		read_key(reader, &item->begin.device);
		read_key(reader, &item->begin.root);
		break;
	case BUNDLE_END:
		reader->failed |= n != 2;
		read_hash(reader, &item->end);
		break;
	case BUNDLE_CERTIFICATE:
	case BUNDLE_OPENING:
	case BUNDLE_LEAVES:
	case BUNDLE_SEALED:
		reader->failed |= n != form[item->kind].n + 1;
		read_parts(reader, item);
		break;
	}
}

static bool item_valid(const struct bundle_item *item)
{
	if ((unsigned)item->kind > BUNDLE_END || item->begin.occurrence >= OCCURRENCES_MAX)
		return false;
	for (unsigned i = 0; i < form[item->kind].n; i++)
		if (item->part[i].len < form[item->kind].part[i].min ||
		    item->part[i].len > form[item->kind].part[i].max)
			return false;
	return item->kind != BUNDLE_LEAVES || item->part[0].len % BUNDLE_LEAF_BYTES == 0;
}

static void write_item(struct writer *writer, const struct bundle_item *item)
{
	write_array(writer, item->kind == BUNDLE_BEGIN ? 6
	                    : item->kind == BUNDLE_END ? 2
	                                               : form[item->kind].n + 1);
	write_uint(writer, item->kind);
	if (item->kind == BUNDLE_BEGIN) {
		write_uint(writer, FORMAT_VERSION);
		write_octets(writer, item->begin.event.b, sizeof(item->begin.event.b));
		write_uint(writer, item->begin.occurrence);
		write_key(writer, &item->begin.device);
		write_key(writer, &item->begin.root);
	} else if (item->kind == BUNDLE_END) {
		write_hash(writer, &item->end);
	}
	for (unsigned i = 0; i < form[item->kind].n; i++) {
		if (item->part[i].len > 0)
			write_octets(writer, item->part[i].octets, item->part[i].len);
		else
			write_null(writer);
	}
}

int bundle_read(const uint8_t *octets, size_t len, struct bundle_item *ret, size_t *ret_taken)
{
	struct reader reader =
	    reader_of(octets, len < BUNDLE_ITEM_BYTES_MAX ? len : BUNDLE_ITEM_BYTES_MAX);
	const size_t given = reader.left;
	struct bundle_item item = {0};
	struct writer again;
	size_t taken;

	read_item(&reader, &item);
	if (reader.failed || !item_valid(&item))
		return WIRE_E_SHAPE;
	taken = given - reader.left;
	again = writer_against(octets, taken);
	write_item(&again, &item);
	if (!writer_matches(&again))
		return WIRE_E_NOT_CANONICAL;
	*ret = item;
	*ret_taken = taken;
	return 0;
}

int bundle_write(const struct bundle_item *item, uint8_t *buffer, size_t size, size_t *ret_len)
{
	uint8_t octets[BUNDLE_ITEM_BYTES_MAX];
	struct writer writer = writer_to(octets, sizeof(octets));

	if (!item_valid(item))
		return WIRE_E_PAYLOAD;
	write_item(&writer, item);
	return writer_give(&writer, buffer, size, ret_len) ? 0 : WIRE_E_TOO_LONG;
}
