/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bundle (PROTOCOL.md, section 7) out of a ledger, an item a call. In: the ledger and a cursor.
 * Out: the next item's octets. It reads the ledger and touches nothing. The last item, the hash of
 * all before, is made by whoever puts them together: export_end().
 */
#ifndef KIOSK_KIOSKD_EXPORT_H
#define KIOSK_KIOSKD_EXPORT_H

#include "bundle.h"
#include "ledger.h"

struct export_of {
	struct event_id event;
	uint16_t occurrence;
	struct public_key device, root;
};

struct export_cursor {
	bool begun;
	struct ledger_cursor ledger;
};

/*
 * 0 and *ret_len octets; *ret_len 0: that was all. Or the ledger's error, LEDGER_E_DAMAGED for what
 * does not fit an item.
 */
int export_next(struct ledger *ledger, const struct export_of *of, struct export_cursor *cursor,
                uint8_t buffer[BUNDLE_ITEM_BYTES_MAX], size_t *ret_len);
size_t export_end(const struct hash *before, uint8_t buffer[BUNDLE_ITEM_BYTES_MAX]);

#endif
