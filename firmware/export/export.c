/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "export.h"

static void put_part(struct bundle_item *item, unsigned i, const uint8_t *octets, size_t len)
{
	item->part[i].octets = octets;
	item->part[i].len = len;
}

/* False: that was all. */
static bool item_of(const struct ledger_piece *piece, struct bundle_item *item)
{
	switch (piece->kind) {
	case LEDGER_PIECE_CERT:
		item->kind = BUNDLE_CERTIFICATE;
		put_part(item, 0, piece->cert, piece->len[0]);
		return true;
	case LEDGER_PIECE_OPENING:
		item->kind = BUNDLE_OPENING;
		put_part(item, 0, piece->opening.manifest, piece->len[0]);
		put_part(item, 1, piece->opening.hub_cert, piece->len[1]);
		put_part(item, 2, piece->opening.grant, piece->len[2]);
		return true;
	case LEDGER_PIECE_LEAVES:
		item->kind = BUNDLE_LEAVES;
		put_part(item, 0, piece->leaves, piece->len[0]);
		return true;
	case LEDGER_PIECE_BATCH:
		item->kind = BUNDLE_SEALED;
		put_part(item, 0, piece->sealed.batch, piece->len[0]);
		put_part(item, 1, piece->sealed.receipt, piece->len[1]);
		return true;
	case LEDGER_PIECE_END:
		break;
	}
	return false;
}

/* 0, LEDGER_E_NOTHING for what never was, or as ledger_export(). */
static int was_opened(struct ledger *ledger, const struct export_of *of)
{
	struct ledger_cursor probe = {.certs = 0};
	struct ledger_piece piece;
	int r;

	do
		r = ledger_export(ledger, &of->event, of->occurrence, &probe, &piece);
	while (r == 0 && piece.kind == LEDGER_PIECE_CERT);
	return r == 0 && piece.kind != LEDGER_PIECE_OPENING ? LEDGER_E_NOTHING : r;
}

int export_next(struct ledger *ledger, const struct export_of *of, struct export_cursor *cursor,
                uint8_t buffer[BUNDLE_ITEM_BYTES_MAX], size_t *ret_len)
{
	struct bundle_item item = {.kind = BUNDLE_BEGIN};
	struct ledger_piece piece;

	*ret_len = 0;
	if (!cursor->begun) {
		const int r = was_opened(ledger, of);

		if (r != 0)
			return r;
		item.begin.event = of->event;
		item.begin.occurrence = of->occurrence;
		item.begin.device = of->device;
		item.begin.root = of->root;
		cursor->begun = true;
	} else {
		int r = ledger_export(ledger, &of->event, of->occurrence, &cursor->ledger, &piece);

		if (r != 0)
			return r;
		if (!item_of(&piece, &item))
			return 0;
	}
	return bundle_write(&item, buffer, BUNDLE_ITEM_BYTES_MAX, ret_len) == 0 ? 0
	                                                                        : LEDGER_E_DAMAGED;
}

size_t export_end(const struct hash *before, uint8_t buffer[BUNDLE_ITEM_BYTES_MAX])
{
	const struct bundle_item item = {.kind = BUNDLE_END, .end = *before};
	size_t len = 0;

	(void)bundle_write(&item, buffer, BUNDLE_ITEM_BYTES_MAX, &len);
	return len;
}
