/* SPDX-License-Identifier: Apache-2.0 */
/* What `kioskctl status` and the screen are told. */
#include <errno.h>
#include <string.h>

#include <kiosk/msg_people.h>

#include "catalogue.h"
#include "headline.h"
#include "kiosk_private.h"
#include "text.h"

static enum health part(const struct kiosk *k, enum helper_kind kind)
{
	return k->out.health ? k->out.health(k->out.context, kind) : HEALTH_GOOD;
}

/* Whether anything closed waits for its receipt, or to be sealed. */
static bool is_unsent(struct kiosk *k)
{
	enum epoch_state state;
	struct epoch_id epoch;

	return ledger_next_unsealed(k->ledger, &epoch, &state) == 0 ||
	       ledger_next_outgoing(k->ledger, &k->outgoing) == 0;
}

static void fill_headline(struct kiosk *k, struct msg_status *status)
{
	const struct meeting *meeting = &k->meeting;
	struct headline_facts facts = {
	    .stopped = k->stopped != STOPPED_NOT,
	    .phase = !meeting->known     ? PHASE_NONE
	             : !meeting->open    ? PHASE_CLOSED
	             : k->closing.active ? PHASE_CLOSING
	                                 : PHASE_OPEN,
	    .card_wanted = meeting->open && !meeting->texts,
	    .scanner = part(k, HELPER_SCANNER),
	    .modem = part(k, HELPER_MODEM),
	    .uplink = k->config.uplink ? part(k, HELPER_UPLINK) : HEALTH_OFF,
	    .parked = status->batch_parked,
	    .held = status->held_sentence[0] != '\0',
	    .people = totals_unconfirmed(k),
	};

	facts.unsent = k->ledger && facts.phase == PHASE_CLOSED && is_unsent(k);
	status->headline = headline_of(&facts);
	status->headline_n = facts.people;
	headline_write((enum headline)status->headline, CATALOGUE_ENGLISH, facts.people,
	               status->sentence, sizeof(status->sentence));
	if (facts.stopped)
		text_copy(status->sentence, sizeof(status->sentence), k->stopped_sentence);
	status->state = facts.stopped                                    ? KIOSK_STOPPED
	                : !meeting->open                                 ? KIOSK_IDLE
	                : facts.card_wanted && facts.modem != HEALTH_OFF ? KIOSK_OPEN_NO_SMS
	                                                                 : KIOSK_OPEN;
}

static void fill_languages(const struct kiosk *k, struct msg_status *status)
{
	const struct manifest *manifest = &k->meeting.manifest;

	status->n_languages = manifest->n_languages;
	for (unsigned i = 0; i < manifest->n_languages && i < LANGUAGES_MAX; i++) {
		text_copy(status->language[i], sizeof(status->language[i]),
		          manifest->language[i].s);
		if (i > 0)
			text_copy(status->also_name[i - 1], sizeof(status->also_name[i - 1]),
			          manifest->name[i].s);
	}
	for (unsigned i = 0; i < manifest->n_projects; i++)
		if (manifest->project[i].id == manifest->default_project &&
		    manifest->project[i].n_keywords > 0)
			text_copy(status->keyword, sizeof(status->keyword),
			          manifest->project[i].keyword[0].s);
	if (k->config.own_number)
		text_copy(status->own_number, sizeof(status->own_number), k->config.own_number);
}

static void fill_event(const struct kiosk *k, struct msg_status *status)
{
	const struct manifest *manifest = &k->meeting.manifest;

	status->has_event = k->meeting.known;
	if (!k->meeting.known)
		return;
	status->event = k->secret->epoch.event;
	status->epoch = k->secret->epoch.epoch;
	status->occurrence = k->secret->epoch.occurrence;
	text_copy(status->event_name, sizeof(status->event_name), manifest->name[0].s);
	fill_languages(k, status);
	status->n_projects = manifest->n_projects;
	for (unsigned i = 0; i < manifest->n_projects && i < PROJECTS_MAX; i++) {
		status->project[i].id = manifest->project[i].id;
		text_copy(status->project[i].name, sizeof(status->project[i].name),
		          manifest->project[i].name[0].s);
	}
	status->already = k->meeting.already;
	status->sms_untimely = k->meeting.untimely;
	status->sms_before = k->meeting.before;
	status->not_accepted = k->meeting.not_accepted;
	status->has_headcount = k->meeting.has_headcount;
	status->headcount = k->meeting.headcount;
}

static void fill_rows(struct kiosk *k, struct msg_status *status)
{
	struct batch_row total[BATCH_ROWS_MAX], sent[BATCH_ROWS_MAX];
	uint16_t n_total = 0, n_sent = 0;
	char held[REASON_BYTES_MAX + 1];
	struct hash head;

	(void)ledger_head(k->ledger, &status->epoch, &status->epoch_seq, &head);
	if (ledger_totals(k->ledger, &status->epoch, total, &n_total) != 0 ||
	    ledger_confirmed(k->ledger, &status->epoch, sent, &n_sent) != 0)
		return;
	totals_held(k, held);
	if (held[0] != '\0') {
		status->held_people = totals_people(sent, n_sent);
		text_copy(status->held_sentence, sizeof(status->held_sentence), held);
		n_sent = 0;
	}
	status->n_rows = n_total;
	for (unsigned i = 0, j = 0; i < n_total; i++) {
		struct status_row *row = &status->row[i];

		*row = (struct status_row){
		    .project = total[i].project,
		    .channel = total[i].channel,
		    .first = total[i].first,
		    .added = total[i].added,
		    .revoked = total[i].revoked,
		};
		status->ledger_leaves += total[i].added + total[i].revoked;
		/* Both are sorted alike, and what was sent is a part of what there is. */
		while (
		    j < n_sent &&
		    (sent[j].project < total[i].project ||
		     (sent[j].project == total[i].project &&
		      (sent[j].channel < total[i].channel ||
		       (sent[j].channel == total[i].channel && sent[j].first < total[i].first)))))
			j++;
		if (j < n_sent && sent[j].project == total[i].project &&
		    sent[j].channel == total[i].channel && sent[j].first == total[i].first) {
			row->sent_added = sent[j].added;
			row->sent_revoked = sent[j].revoked;
		}
	}
}

static void fill_uplink(struct kiosk *k, struct msg_status *status)
{
	struct ledger_sent sent;

	text_copy(status->uplink_sentence, sizeof(status->uplink_sentence),
	          k->config.uplink ? k->uplink_sentence
	                           : "Sending is off in this kiosk's configuration.");
	if (!k->exchange.active && k->delivery_waits && k->delivery_at.us > k->time.mono.us)
		status->next_try_ms = (k->delivery_at.us - k->time.mono.us) / 1000;
	if (!k->ledger || ledger_sent(k->ledger, &sent) != 0)
		return;
	status->batches_sealed = sent.sealed;
	status->batches_confirmed = sent.confirmed;
	status->batch_parked = sent.parked;
	if (sent.parked && sent.parked_status == 0)
		text_copy(status->uplink_sentence, sizeof(status->uplink_sentence),
		          sent.parked_reason);
	else if (sent.parked)
		text_format(status->uplink_sentence, sizeof(status->uplink_sentence),
		            "The collector refused a batch (%u): %s", sent.parked_status,
		            sent.parked_reason);
}

void kiosk_status(struct kiosk *k, struct msg_status *ret)
{
	kiosk_flush(k);
	fill_event(k, ret);
	if (k->ledger && ret->has_event)
		fill_rows(k, ret);
	fill_uplink(k, ret);
	fill_headline(k, ret);
	date_write(k, ret->clock_sentence, sizeof(ret->clock_sentence));
	ret->clock_known = kiosk_calendar(k).known;
	ret->boot = k->boot;
}
