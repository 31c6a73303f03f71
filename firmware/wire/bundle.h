/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The items of a bundle (PROTOCOL.md, section 7): octets <-> struct, one item at a time, so that a
 * bundle of any size is written and read in little memory. Nothing allocates; nothing is judged but
 * the form.
 */
#ifndef KIOSK_WIRE_BUNDLE_H
#define KIOSK_WIRE_BUNDLE_H

#include <kiosk/record.h>

enum {
	BUNDLE_ITEM_BYTES_MAX = 24576,
	BUNDLE_LEAF_BYTES = 47,
	BUNDLE_LEAVES_MAX = 512, /* in one item */
	BUNDLE_PARTS_MAX = 3,
};

enum bundle_kind {
	BUNDLE_BEGIN = 0,
	BUNDLE_CERTIFICATE = 1, /* part: the collector's certificate */
	BUNDLE_OPENING = 2,     /* parts: manifest, hub certificate, grant */
	BUNDLE_LEAVES = 3,      /* part: the leaves */
	BUNDLE_SEALED = 4,      /* parts: batch, receipt (len 0: none) */
	BUNDLE_END = 5,
};

struct bundle_item {
	enum bundle_kind kind;
	struct { /* BUNDLE_BEGIN */
		struct event_id event;
		uint16_t occurrence;
		struct public_key device, root;
	} begin;
	struct hash end; /* BUNDLE_END: SHA-256 of all octets before */
	struct {
		const uint8_t *octets; /* borrowed */
		size_t len;
	} part[BUNDLE_PARTS_MAX];
};

/*
 * Reads the item at the start of `octets`, which hold BUNDLE_ITEM_BYTES_MAX octets or all there
 * are. 0 and how many octets it takes; WIRE_E_SHAPE: not an item, or cut short;
 * WIRE_E_NOT_CANONICAL.
 */
int bundle_read(const uint8_t *octets, size_t len, struct bundle_item *ret, size_t *ret_taken);
/* 0, WIRE_E_PAYLOAD or WIRE_E_TOO_LONG. */
int bundle_write(const struct bundle_item *item, uint8_t *buffer, size_t size, size_t *ret_len);

#endif
