/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What fits and what is held, by an event's latest issue; and again, once the hub has mended the
 * cause with a later one.
 */
#include <errno.h>
#include <string.h>

#include "collector_private.h"
#include "crypto.h"
#include "log.h"
#include "text.h"

/* The event's latest issue into collector->issue. */
static int load_issue(struct collector *collector, uint32_t hub_id, const struct event_id *event)
{
	uint8_t bytes[MANIFEST_BYTES_MAX];
	size_t len;
	int r = store_event(collector->store, hub_id, event, bytes, &len);

	if (r != 0)
		return r < 0 ? r : -EPROTO;
	r = manifest_reopen(bytes, len, &collector->issue);
	if (r != 0) {
		log_error("a stored manifest cannot be read (%s): was the database altered?",
		          wire_strerror(r));
		return -EPROTO;
	}
	return 0;
}

/* What counts beside collector->submission's opening, and whether the hub calls its kiosk its own.
 */
static int load_others(struct collector *collector, uint32_t hub_id, const struct event_id *event,
                       uint16_t occurrence, struct occurrence_known *ret)
{
	const struct batch *batch = &collector->submission.batch;
	uint8_t bytes[KIOSK_LIST_BYTES_MAX];
	struct store_others others;
	struct kiosk_list list;
	size_t len;
	int r = store_others(collector->store, hub_id, event, occurrence, &batch->device,
	                     &batch->epoch, &others);

	if (r == 0)
		r = store_kiosk_list(collector->store, hub_id, event, occurrence, bytes, &len);
	if (r < 0)
		return r;
	*ret = (struct occurrence_known){
	    .people = others.people, .devices = others.devices, .openings = others.openings};
	if (r == STORE_E_NONE)
		return 0;
	if (kiosk_list_reopen(bytes, len, &list) != 0)
		return -EPROTO;
	ret->listed = true;
	for (unsigned i = 0; i < list.n; i++)
		ret->own |= memcmp(list.own[i].b, batch->device.b, sizeof(batch->device.b)) == 0;
	return 0;
}

int judge_fit(struct collector *collector, const struct hub_place *place,
              const struct event_id *event, uint16_t occurrence, char held[REASON_BYTES_MAX + 1])
{
	struct submission *s = &collector->submission;
	struct occurrence_known others = {0};
	int r;

	if (place->stranger) {
		text_format(held, REASON_BYTES_MAX + 1,
		            "Held: the certificate's name, level or region is not that of hub %u "
		            "here. If two hubs have the number, the network certifies one anew: "
		            "kioskctl hub renew --id.",
		            place->hub_id);
		return 0;
	}
	r = load_issue(collector, place->hub_id, event);
	if (r == 0)
		r = load_others(collector, place->hub_id, event, occurrence, &others);
	if (r < 0)
		return r;
	if (manifest_occurrence(&collector->issue, occurrence, &s->start, &s->end) != 0)
		text_format(
		    held, REASON_BYTES_MAX + 1,
		    "Held: the latest issue of the event has no meeting number %u any more. "
		    "The hub can issue it again with it: kioskctl event amend --start.",
		    occurrence + 1U);
	else
		(void)verify_fit(s, &collector->issue, &others, held);
	return 0;
}

/* Whose the epoch is by now; its event goes with it. */
static int place_epoch(struct collector *collector, const struct store_epoch *stored,
                       struct hub_place *ret)
{
	uint8_t bytes[HUB_CERT_BYTES_MAX];
	struct hub_cert cert;
	size_t len;
	int r = store_hub_cert(collector->store, &stored->hub_cert, bytes, &len);

	if (r != 0)
		return r < 0 ? r : -EPROTO;
	if (hub_cert_reopen(bytes, len, &cert) != 0)
		return -EPROTO;
	r = hub_place(collector, &cert, &stored->hub_cert, ret);
	if (r == 0 && ret->hub_id != stored->hub_id)
		r = store_move_event(collector->store, &stored->event, &stored->hub_cert,
		                     ret->hub_id, &ret->hub_cert);
	return r;
}

static int judge_epoch(struct collector *collector, const struct epoch_id *epoch,
                       unsigned *released)
{
	struct store_epoch *stored = &collector->stored;
	char held[REASON_BYTES_MAX + 1] = "";
	struct hub_place place;
	int r = store_epoch(collector->store, epoch, stored);

	if (r != 0)
		return r < 0 ? r : -EPROTO;
	if (batch_reopen(stored->batch, stored->batch_len, &collector->submission.batch) != 0)
		return -EPROTO;
	r = place_epoch(collector, stored, &place);
	if (r == 0)
		r = judge_fit(collector, &place, &stored->event, stored->occurrence, held);
	if (r != 0 || (strcmp(held, stored->held) == 0 && place.stranger == stored->stranger &&
	               place.hub_id == stored->hub_id))
		return r;
	*released += held[0] == '\0' && stored->held[0] != '\0';
	text_copy(stored->held, sizeof(stored->held), held);
	stored->hub_id = place.hub_id;
	stored->hub_cert = place.hub_cert;
	stored->stranger = place.stranger;
	return store_set_judged(collector->store, stored);
}

int collector_judge_again(struct collector *collector, unsigned *ret_released)
{
	unsigned released = 0;
	struct epoch_id epoch;
	uint64_t from = 0;
	int r = collector_change_begin(collector);

	if (r < 0)
		return r;
	while (r == 0 && (r = store_next_held(collector->store, from, &epoch, &from)) == 0)
		r = judge_epoch(collector, &epoch, &released);
	r = collector_change_end(collector, r == STORE_E_NONE ? 0 : r);
	if (r == 0)
		*ret_released = released;
	return r;
}

static int refuse(char *sentence, size_t size, const char *what, int wire_error)
{
	text_format(sentence, size, "%s: %s.", what, wire_strerror(wire_error));
	return -EINVAL;
}

int collector_take_issue(struct collector *collector, const uint8_t *manifest, size_t manifest_len,
                         const uint8_t *hub_cert, size_t hub_cert_len, char *sentence,
                         size_t sentence_size)
{
	const struct hash manifest_hash = message_hash(manifest, manifest_len);
	const struct hash hub_cert_hash = message_hash(hub_cert, hub_cert_len);
	struct hub_place place;
	struct hub_cert hub;
	int r = hub_cert_open(hub_cert, hub_cert_len, &collector->root, &hub);

	if (r != 0)
		return refuse(sentence, sentence_size, "The hub is not certified by this network",
		              r);
	r = manifest_open(manifest, manifest_len, &hub.hub, &collector->issue);
	if (r != 0)
		return refuse(sentence, sentence_size, "The event is not signed by that hub", r);
	r = store_is_revoked(collector->store, &hub.hub);
	if (r == 1) {
		text_format(sentence, sentence_size, "The network has withdrawn this hub's key.");
		return -EINVAL;
	}
	if (r == 0)
		r = hub_place(collector, &hub, &hub_cert_hash, &place);
	if (r == 0 && place.stranger) {
		text_format(sentence, sentence_size,
		            "Hub %u has another name, level or region here than in this "
		            "certificate. If this is the hub, --hub-certificate without --issue "
		            "says so; if not, it needs a number of its own.",
		            hub.hub_id);
		return -EINVAL;
	}
	if (r == 0)
		r = collector_change_begin(collector);
	if (r < 0)
		return r;
	r = hub_know(collector, &hub, &hub_cert_hash, hub_cert, hub_cert_len);
	if (r == 0)
		r = store_put_manifest(collector->store, &manifest_hash, manifest, manifest_len,
		                       &collector->issue, &place.hub_cert, place.hub_id);
	return collector_change_end(collector, r);
}

/* Everything of it is judged again: what counted may be a stranger's now. */
static int judge_hub(struct collector *collector, uint32_t hub_id)
{
	struct epoch_id epoch;
	uint64_t from = 0;
	unsigned released = 0;
	int r;

	while ((r = store_next_of_hub(collector->store, hub_id, from, &epoch, &from)) == 0) {
		r = judge_epoch(collector, &epoch, &released);
		if (r < 0)
			return r;
	}
	return r == STORE_E_NONE ? 0 : r;
}

int collector_take_hub(struct collector *collector, const uint8_t *hub_cert, size_t len,
                       char *sentence, size_t sentence_size)
{
	const struct hash hash = message_hash(hub_cert, len);
	struct hub_cert cert;
	int r = hub_cert_open(hub_cert, len, &collector->root, &cert);

	if (r != 0)
		return refuse(sentence, sentence_size, "The hub is not certified by this network",
		              r);
	r = collector_change_begin(collector);
	if (r < 0)
		return r;
	r = hub_fits(collector, &cert, &hash);
	if (r >= 0) {
		const bool another = r == 0;

		r = hub_know(collector, &cert, &hash, hub_cert, len);
		if (r == 0 && another)
			r = store_change_hub(collector->store, cert.hub_id, &hash);
		if (r == 0 && another)
			r = judge_hub(collector, cert.hub_id);
	}
	return collector_change_end(collector, r);
}

/* What one says sooner does not undo what was said later. */
static int is_later(struct collector *collector, uint32_t hub_id, const struct kiosk_list *list)
{
	uint8_t bytes[KIOSK_LIST_BYTES_MAX];
	struct kiosk_list known;
	size_t len;
	int r =
	    store_kiosk_list(collector->store, hub_id, &list->event, list->occurrence, bytes, &len);

	if (r != 0)
		return r == STORE_E_NONE ? 1 : r;
	return kiosk_list_reopen(bytes, len, &known) != 0 ? -EPROTO : list->time >= known.time;
}

static int judge_occurrence(struct collector *collector, uint32_t hub_id,
                            const struct kiosk_list *list)
{
	struct epoch_id epoch;
	uint64_t from = 0;
	unsigned released = 0;
	int r;

	while ((r = store_next_of_occurrence(collector->store, hub_id, &list->event,
	                                     list->occurrence, from, &epoch, &from)) == 0) {
		r = judge_epoch(collector, &epoch, &released);
		if (r < 0)
			return r;
	}
	return r == STORE_E_NONE ? 0 : r;
}

/* Strangers go first: what is the hub's own may have been held for want of their room. */
static int store_list(struct collector *collector, const struct hub_place *place,
                      const struct kiosk_list *list, const uint8_t *bytes, size_t len)
{
	int r = store_put_kiosk_list(collector->store, place->hub_id, list, &place->hub_cert, bytes,
	                             len);

	if (r == 0)
		r = judge_occurrence(collector, place->hub_id, list);
	return r == 0 ? judge_occurrence(collector, place->hub_id, list) : r;
}

int collector_take_kiosks(struct collector *collector, const uint8_t *bytes, size_t len,
                          const uint8_t *hub_cert, size_t hub_cert_len, char *sentence,
                          size_t sentence_size)
{
	const struct hash hash = message_hash(hub_cert, hub_cert_len);
	struct hub_place place;
	struct kiosk_list list;
	struct hub_cert hub;
	int r = hub_cert_open(hub_cert, hub_cert_len, &collector->root, &hub);

	if (r != 0)
		return refuse(sentence, sentence_size, "The hub is not certified by this network",
		              r);
	r = kiosk_list_open(bytes, len, &hub.hub, &list);
	if (r != 0)
		return refuse(sentence, sentence_size, "The list is not signed by that hub", r);
	r = store_is_revoked(collector->store, &hub.hub);
	if (r == 0)
		r = hub_place(collector, &hub, &hash, &place);
	if (r == 1 || (r == 0 && place.stranger)) {
		text_format(sentence, sentence_size,
		            r == 1 ? "The network has withdrawn this hub's key."
		                   : "The certificate is not of the hub known by that number.");
		return -EINVAL;
	}
	if (r == 0)
		r = is_later(collector, place.hub_id, &list);
	if (r == 0) {
		text_format(sentence, sentence_size,
		            "The hub has said later which kiosks were its own.");
		return -EINVAL;
	}
	if (r == 1)
		r = collector_change_begin(collector);
	if (r < 0)
		return r;
	r = hub_know(collector, &hub, &hash, hub_cert, hub_cert_len);
	if (r == 0)
		r = store_list(collector, &place, &list, bytes, len);
	return collector_change_end(collector, r);
}
