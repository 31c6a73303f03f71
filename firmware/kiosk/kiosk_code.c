/* SPDX-License-Identifier: Apache-2.0 */
/* A code in view: judged, counted, answered. */
#include <errno.h>
#include <string.h>

#include <kiosk/msg_people.h>

#include "crypto.h"
#include "kiosk_private.h"

/* What a ticket says, whoever signed it: another hub's is told apart from a forged one by the event
 * it names. */
static void read_ticket(const struct kiosk *k, const uint8_t *code, size_t len,
                        struct scanned *scanned)
{
	uint8_t octets[TICKET_BYTES_MAX];
	struct sign1_view view;
	size_t octets_len;

	if (code_decode(CODE_TICKET, code, len, octets, sizeof(octets), &octets_len) != 0 ||
	    sign1_split(SIGN1_TICKET, octets, octets_len, &view) != 0 ||
	    ticket_parse(view.payload, view.payload_len, &scanned->ticket) != 0)
		return;
	scanned->readable = true;
	scanned->verified =
	    k->meeting.open && sign1_verify(SIGN1_TICKET, &view, &k->meeting.ticket_key) == 0;
}

/* Paper of ours that is none of the kinds a kiosk reads, such as the reader test: nobody's check-in,
 * whatever the policy. */
static bool is_ours(const uint8_t *code, size_t len)
{
	static const char prefix[] = "CK1:";

	return len >= strlen(prefix) && memcmp(code, prefix, strlen(prefix)) == 0;
}

static struct scanned scan(const struct kiosk *k, enum code_kind kind, const uint8_t *code,
                           size_t len)
{
	struct scanned scanned = {.kind = SCANNED_FOREIGN};

	switch (kind) {
	case CODE_TICKET:
		scanned.kind = SCANNED_TICKET;
		read_ticket(k, code, len, &scanned);
		break;
	case CODE_ACTION:
	case CODE_BATCH:
		scanned.kind = SCANNED_ACTION;
		break;
	case CODE_NETWORK:
		scanned.kind = SCANNED_NETWORK;
		break;
	case CODE_FOREIGN:
		if (is_ours(code, len))
			scanned.kind = SCANNED_ACTION;
		break;
	case CODE_EVENT_CARD:
		break;
	}
	return scanned;
}

static struct tag code_tag(const struct kiosk *k, const struct code_decision *decision,
                           const struct scanned *scanned, const uint8_t *code, size_t len)
{
	uint32_t number = scanned->ticket.number;
	const uint8_t id[4] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16),
	                       (uint8_t)(number >> 8), (uint8_t)number};

	if (decision->outcome == CODE_COUNTS_OCTETS)
		return person_tag(&k->secret->ticket_key, 'c', code, len);
	return person_tag(&k->secret->ticket_key, 't', id, sizeof(id));
}

static void count_code(struct kiosk *k, struct mono_time seen, const struct code_decision *decision,
                       const struct tag *tag)
{
	struct waiting *waiting = group_place(k);
	struct ledger_checkin checkin = {
	    .channel = CHANNEL_QR,
	    .first = decision->first,
	    .has_tag = true,
	    .tag = *tag,
	    .n_projects = decision->n_projects,
	};
	struct ledger_counted counted = {0};
	int r;

	if (!waiting) {
		view_say(k, SHOW_NOT_CHECKED, CHANNEL_QR, seen, stopped_says(k), NULL);
		return;
	}
	checkin.slot = kiosk_slot(k);
	memcpy(checkin.project, decision->project, sizeof(checkin.project));
	r = ledger_check_in(k->ledger, &checkin, &counted);
	if (r < 0) {
		ledger_failed(k, r);
		view_say(k, SHOW_NOT_CHECKED, CHANNEL_QR, seen, stopped_says(k), NULL);
		return;
	}
	k->meeting.people += counted.people_added;
	if (r != 0) {
		view_fill(k, &waiting->view, SHOW_NOT_CHECKED, CHANNEL_QR, seen, SAY_NOT_RECORDED,
		          NULL);
		note(k, LOG_LEVEL_ERROR, "A check-in was not recorded: %s.", ledger_strerror(r));
	} else if (counted.people_added) {
		view_fill(k, &waiting->view, SHOW_COUNTED, CHANNEL_QR, seen, SAY_COUNTED, NULL);
	} else if (counted.projects_added) {
		view_fill(k, &waiting->view, SHOW_COUNTED, CHANNEL_QR, seen, SAY_COUNTED_MORE,
		          NULL);
	} else {
		view_fill(k, &waiting->view, SHOW_ALREADY, CHANNEL_QR, seen, SAY_ALREADY, NULL);
		k->meeting.already++;
		(void)ledger_note_answers(k->ledger, 1, 0);
	}
	waiting->view.added = counted.people_added;
	waiting->has_view = true;
	group_wait(k);
}

void kiosk_code(struct kiosk *k, struct mono_time seen, const uint8_t *code, size_t len)
{
	enum code_kind kind = code_kind(code, len);
	struct calendar calendar = kiosk_calendar(k);
	struct door door = {
	    .manifest = k->meeting.open ? &k->meeting.manifest : NULL,
	    .not_before = calendar.known ? calendar.now : calendar.floor,
	};
	struct code_decision decision;
	struct scanned scanned;
	struct tag tag;

	if (kind == CODE_EVENT_CARD) {
		meeting_card(k, seen, code, len);
		return;
	}
	scanned = scan(k, kind, code, len);
	decision = code_decide(&door, &scanned);
	switch (decision.outcome) {
	case CODE_COUNTS_NUMBER:
	case CODE_COUNTS_OCTETS:
		if (k->stopped) {
			view_say(k, SHOW_NOT_CHECKED, CHANNEL_QR, seen, stopped_says(k), NULL);
			return;
		}
		tag = code_tag(k, &decision, &scanned, code, len);
		count_code(k, seen, &decision, &tag);
		return;
	case CODE_REFUSED:
		k->meeting.not_accepted++;
		if (k->ledger)
			(void)ledger_note_answers(k->ledger, 0, 1);
		view_say(k, SHOW_NOT_ACCEPTED, CHANNEL_QR, seen, decision.sentence, NULL);
		return;
	case CODE_ONLY_SAYS:
		view_say(k, SHOW_NOT_ACCEPTED, CHANNEL_QR, seen, decision.sentence, NULL);
		return;
	case CODE_NOT_CHECKED:
		view_say(k, SHOW_NOT_CHECKED, CHANNEL_QR, seen, decision.sentence, NULL);
		return;
	}
}

void kiosk_unread(struct kiosk *k, struct mono_time seen)
{
	/* While nothing can be counted, reading it would not help. */
	if (!k->stopped)
		view_say(k, SHOW_HOLD, CHANNEL_QR, seen, SAY_HOLD_STILL, NULL);
}
