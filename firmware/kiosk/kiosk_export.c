/* SPDX-License-Identifier: Apache-2.0 */
/* A bundle of one occurrence, for whoever wants to check it without a network. */
#include <errno.h>
#include <string.h>

#include <kiosk/msg_people.h>

#include "export.h"
#include "kiosk_private.h"
#include "text.h"

_Static_assert((int)EXPORT_PART_BYTES_MAX >= (int)BUNDLE_ITEM_BYTES_MAX, "an item fits a part");

static void refuse(struct msg_export_part *part, int error, const char *sentence)
{
	part->error = error;
	text_copy(part->sentence, sizeof(part->sentence), sentence);
}

/*
 * What an export asks for is sealed first where it may be: nothing waits for its receipt, and no
 * other copy of this disk can have sealed that number. Without a collector there is nobody to ask.
 */
static void seal(struct kiosk *k)
{
	if (ledger_last_epoch(k->ledger, &k->secret->epoch) == 0 &&
	    (!k->config.uplink || delivery_is_clear(k, &k->secret->epoch.epoch)))
		(void)delivery_seal(k, &k->secret->epoch.epoch);
}

static struct export_cursor cursor_of(const struct export_place *place)
{
	return (struct export_cursor){
	    .begun = place->begun != 0,
	    .ledger = {.certs = place->certs,
	               .epoch = place->epoch,
	               .seq = place->seq,
	               .leaf = place->leaf,
	               .last = place->last != 0},
	};
}

static struct export_place place_of(const struct export_cursor *cursor)
{
	return (struct export_place){
	    .begun = cursor->begun,
	    .certs = cursor->ledger.certs,
	    .epoch = cursor->ledger.epoch,
	    .seq = cursor->ledger.seq,
	    .leaf = cursor->ledger.leaf,
	    .last = cursor->ledger.last,
	};
}

void kiosk_export(struct kiosk *k, const struct msg_export *request, struct msg_export_part *ret,
                  uint8_t buffer[EXPORT_PART_BYTES_MAX], size_t *ret_len)
{
	struct export_cursor cursor = cursor_of(&request->place);
	struct export_of of = {.event = request->event,
	                       .occurrence = (uint16_t)request->occurrence,
	                       .device = k->device,
	                       .root = k->config.network.root};
	int r;

	memset(ret, 0, sizeof(*ret));
	*ret_len = 0;
	kiosk_flush(k);
	if (k->ledger == NULL) {
		refuse(ret, -EIO, k->stopped_sentence);
		return;
	}
	if (!request->has_event && !k->meeting.known) {
		refuse(ret, 1,
		       "No event was opened on this kiosk yet: there is nothing to export.");
		return;
	}
	if (!request->has_event) {
		of.event = k->secret->epoch.event;
		of.occurrence = k->secret->epoch.occurrence;
	}
	if (!cursor.begun && !k->stopped)
		seal(k);
	r = k->ledger == NULL ? -EIO : export_next(k->ledger, &of, &cursor, buffer, ret_len);
	if (r != 0) {
		*ret_len = 0;
		refuse(ret, r < 0 ? r : 1,
		       r < 0                   ? strerror(-r)
		       : r == LEDGER_E_NOTHING ? "No such meeting was opened on this kiosk."
		                               : ledger_strerror(r));
		return;
	}
	ret->event = of.event;
	ret->occurrence = of.occurrence;
	ret->place = place_of(&cursor);
}
