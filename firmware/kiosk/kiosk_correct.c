/* SPDX-License-Identifier: Apache-2.0 */
/* A closed event's totals change only by its hub's signed word, and by more leaves. */
#include <errno.h>
#include <string.h>

#include <kiosk/msg_people.h>

#include "crypto.h"
#include "kiosk_private.h"
#include "text.h"

static bool no(struct msg_result *ret, const char *sentence)
{
	ret->error = 1;
	text_copy(ret->sentence, sizeof(ret->sentence), sentence);
	return false;
}

/* *ret_manifest: the event's. */
static bool signed_by_hub(const struct kiosk *k, const struct ledger_epoch *epoch,
                          const struct msg_correct *request, const uint8_t *bytes, size_t len,
                          struct manifest *ret_manifest, struct msg_result *ret)
{
	struct correction correction;
	struct hub_cert hub;

	if (hub_cert_open(epoch->hub_cert, epoch->hub_cert_len, &k->config.network.root, &hub) !=
	        0 ||
	    manifest_open(epoch->manifest, epoch->manifest_len, &hub.hub, ret_manifest) != 0)
		return no(ret, "The event's hub is not of this kiosk's network any more.");
	if (correction_open(bytes, len, &hub.hub, &correction) != 0)
		return no(ret, "The correction is not signed by the event's hub.");
	if (!same_bytes(&correction.epoch, &request->epoch, sizeof(correction.epoch)) ||
	    correction.seq != request->seq)
		return no(ret, "The correction is for other totals than these.");
	return true;
}

static bool changes_fit(const struct manifest *manifest, const struct msg_correct *request,
                        struct ledger_change *change, struct msg_result *ret)
{
	if (request->n_changes < 1 || request->n_changes > CORRECTION_CHANGES_MAX)
		return no(ret, "A correction changes people or projects, 1 to 17 of them.");
	for (uint32_t i = 0; i < request->n_changes; i++) {
		const uint32_t project = request->change[i].project;

		if (project > UINT16_MAX ||
		    (project != PROJECT_PEOPLE &&
		     manifest_project_index(manifest, (uint16_t)project) < 0))
			return no(ret, "The event has no such project.");
		if (request->change[i].people < -100000 || request->change[i].people > 100000)
			return no(ret, "A correction is of at most 100000 people.");
		change[i].project = (uint16_t)project;
		change[i].people = request->change[i].people;
	}
	return true;
}

/* Whether this opening is one of here, and nothing is being counted. */
static bool is_closed(struct kiosk *k, const struct msg_correct *request,
                      struct ledger_epoch *ret_epoch, struct msg_result *ret)
{
	if (k->stopped)
		return no(ret, k->stopped_sentence);
	if (k->meeting.open)
		return no(ret, "An event is open: close it first. Until then `undo` and `+1` do.");
	if (ledger_epoch(k->ledger, &request->epoch, ret_epoch) != 0)
		return no(ret, "That event was not counted on this kiosk.");
	return true;
}

static const char *why_not(int r)
{
	switch (r) {
	case LEDGER_E_PENDING:
		return "The totals before this are not sealed yet: try again once the collector "
		       "has answered (`kioskctl send`).";
	case LEDGER_E_SEQUENCE:
		return "The totals went on since the correction was signed: make it again.";
	case LEDGER_E_NOTHING:
		return "Fewer people stand there than are to be taken back.";
	case LEDGER_E_NOT_OPEN:
		return "That opening was given up for another one: correct that one.";
	default:
		return ledger_strerror(r);
	}
}

void kiosk_correct(struct kiosk *k, const struct msg_correct *request, const uint8_t *bytes,
                   size_t len, struct msg_result *ret)
{
	struct ledger_change change[CORRECTION_CHANGES_MAX];
	struct ledger_epoch epoch = {.leaves = 0};
	struct manifest manifest;
	bool fits;
	int r;

	memset(ret, 0, sizeof(*ret));
	kiosk_flush(k);
	fits = is_closed(k, request, &epoch, ret) &&
	       signed_by_hub(k, &epoch, request, bytes, len, &manifest, ret) &&
	       changes_fit(&manifest, request, change, ret);
	wipe(&epoch, sizeof(epoch));
	if (!fits)
		return;
	r = ledger_correct(k->ledger, &request->epoch, request->seq, change, request->n_changes,
	                   bytes, len);
	if (r < 0) {
		ledger_failed(k, r);
		ret->error = r;
		text_copy(ret->sentence, sizeof(ret->sentence), k->stopped_sentence);
		return;
	}
	if (r > 0) {
		(void)no(ret, why_not(r));
		return;
	}
	note(k, LOG_LEVEL_INFO, "The totals of a closed event were corrected by its hub.");
	delivery_look(k);
	kiosk_changed(k);
	text_copy(
	    ret->sentence, sizeof(ret->sentence),
	    "Corrected: the totals show what was added and taken back, and the hub's reason.");
}
