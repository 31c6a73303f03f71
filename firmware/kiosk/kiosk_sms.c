/* SPDX-License-Identifier: Apache-2.0 */
/* A text in the modem's store: kept, counted, taken back, answered, deleted; each at most once. */
#include <errno.h>
#include <string.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "clock.h"
#include "crypto.h"
#include "keyword.h"
#include "kiosk_private.h"
#include "reply.h"
#include "text.h"

/* A text on its way through a decision. */
struct reading {
	const struct msg_sms *sms;
	struct fingerprint fingerprint;
	struct tag sender; /* who a reply goes to: what its limits are counted by */
	struct sms_request request;
	struct text_decision decision;
};

static void keep_or_delete(struct kiosk *k, uint32_t id, enum sms_verdict verdict)
{
	struct msg_sms_verdict answer = {.id = id, .verdict = verdict};

	k->out.verdict(k->out.context, &answer);
}

/* Over OA, PID, DCS, SCTS, UDL and UD: what stays the same when a message is delivered or stored
 * again. */
static struct fingerprint fingerprint_of(const struct kiosk *k, const struct msg_sms *sms)
{
	uint8_t octets[1 + sizeof(sms->oa) + 2 + sizeof(sms->scts) + 2 + sizeof(sms->ud)];
	size_t oa_len = sms->oa_len <= sizeof(sms->oa) ? sms->oa_len : sizeof(sms->oa);
	size_t ud_len = sms->ud_len <= sizeof(sms->ud) ? sms->ud_len : sizeof(sms->ud);
	struct fingerprint fingerprint;
	struct hash hash;
	size_t len = 0;

	octets[len++] = (uint8_t)oa_len;
	memcpy(octets + len, sms->oa, oa_len);
	len += oa_len;
	octets[len++] = sms->pid;
	octets[len++] = sms->dcs;
	memcpy(octets + len, sms->scts, sizeof(sms->scts));
	len += sizeof(sms->scts);
	octets[len++] = sms->udl;
	octets[len++] = (uint8_t)ud_len;
	memcpy(octets + len, sms->ud, ud_len);
	len += ud_len;
	hash = hmac_sha256(&k->secret->fingerprint_key, sizeof(k->secret->fingerprint_key), octets,
	                   len);
	memcpy(fingerprint.b, hash.b, sizeof(fingerprint.b));
	wipe(octets, sizeof(octets));
	return fingerprint;
}

struct text_room text_room_of(const struct kiosk *k)
{
	struct calendar calendar = kiosk_calendar(k);
	struct text_room room = {
	    .open = k->meeting.open,
	    .secret_at_hand = k->meeting.open && k->meeting.texts,
	    .start = k->meeting.start,
	    .end = k->meeting.end,
	    .grace_s = k->meeting.open ? k->meeting.manifest.grace_s : 0,
	    .wait_s = (int64_t)k->config.wait_unopened_s,
	    .clock_known = calendar.known,
	    .texts_until = k->texts_until,
	};

	room.has_now = kiosk_estimate(k, &room.now) != CLOCK_SOURCE_NONE;
	return room;
}

/* --- when it was sent --- */

static uint64_t told_apart(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325; /* FNV-1a */

	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3;
	return hash;
}

static bool is_person(const struct kiosk *k, const struct msg_sms *sms)
{
	return sms->sms_class == SMS_ORDINARY &&
	       (sms->from_kind == SMS_FROM_E164 || sms->from_kind == SMS_FROM_NATIONAL) &&
	       !(k->config.own_number != NULL && strcmp(sms->from, k->config.own_number) == 0);
}

static struct text_stamp stamp_of(const struct kiosk *k, const struct msg_sms *sms)
{
	return (struct text_stamp){
	    .has_time = sms->has_time,
	    .time = sms->time,
	    .announced = sms->announced,
	    .arrived = sms->arrived.us > 0 && sms->arrived.us <= k->time.mono.us ? sms->arrived
	                                                                         : k->time.mono,
	    .centre = sms->centre,
	    .sender = told_apart(sms->from),
	};
}

static struct text_era era_of(const struct kiosk *k)
{
	struct calendar calendar = kiosk_calendar(k);
	int64_t grace = k->meeting.open ? (int64_t)k->meeting.manifest.grace_s : 0;

	return (struct text_era){
	    .mono = k->time.mono,
	    .clock_known = calendar.known,
	    .now = calendar.now,
	    .floor = calendar.floor,
	    .open = k->meeting.open,
	    .opened = k->meeting.powered_from,
	    .from = k->meeting.start - grace,
	    .until = k->meeting.end + grace,
	};
}

/* Only people's texts teach. */
static void learn_time(struct kiosk *k, const struct text_stamp *stamp)
{
	text_clock_note(&k->text_clock, stamp);
	k->hints.has_sms = text_clock_now(&k->text_clock, k->time.mono, &k->hints.sms);
	k->hints.sms_at = k->time.mono;
}

/* The message with the time it is judged by; `none` if it has none. False: the next one may tell. */
static bool time_text(struct kiosk *k, struct msg_sms *sms, bool *ret_arrived)
{
	struct text_stamp stamp = stamp_of(k, sms);
	struct text_era era = era_of(k);
	int64_t at = sms->time;

	*ret_arrived = false;
	if (!is_person(k, sms))
		return true;
	learn_time(k, &stamp);
	switch (text_time_judge(&k->text_clock, &era, &stamp, &at)) {
	case TEXT_TIME_WAITS:
		return false;
	case TEXT_TIME_NONE:
		sms->has_time = false;
		/* with nothing open it waits for somebody to answer it, as long as the others */
		return era.open || (int64_t)(mono_since_us(k->time.mono, stamp.arrived) / 1000000) >
		                       (int64_t)k->config.wait_unopened_s;
	case TEXT_TIME_ARRIVED:
		*ret_arrived = sms->has_time = true;
		sms->time = at > k->texts_until ? at : k->texts_until + 1;
		return true;
	case TEXT_TIME_STANDS:
		sms->time = at;
		return true;
	}
	return true;
}

/* A person's text that is not counted for its time: they hear of it, but for what was sent days ago,
 * which is shown only. */
static bool untimely(struct kiosk *k, const struct msg_sms *sms, bool *ret_answer)
{
	int64_t from = k->meeting.start - (int64_t)k->meeting.manifest.grace_s,
	        until = k->meeting.end + (int64_t)k->meeting.manifest.grace_s;

	*ret_answer = false;
	if (!is_person(k, sms) || sms->part != 1 ||
	    (sms->has_time && sms->time >= from && sms->time < until))
		return false;
	*ret_answer = !sms->has_time || sms->time >= from - TEXT_ZONE_S_MAX;
	return true;
}

/* --- replies --- */

/* Replies decided in this group are not in the ledger's history yet. */
static bool sender_waits(const struct kiosk *k, const struct tag *sender, uint32_t *ret_replies)
{
	bool same = false;

	*ret_replies = 0;
	for (unsigned i = 0; i < k->group.n; i++) {
		const struct flight *flight = &k->group.waiting[i].flight;

		if (!flight->reply)
			continue;
		(*ret_replies)++;
		same = same || same_bytes(&flight->sender, sender, sizeof(*sender));
	}
	return same;
}

/* The same text is in the store twice and its reply goes with this very group. */
static bool reply_waits(const struct kiosk *k, const struct fingerprint *fingerprint)
{
	for (unsigned i = 0; i < k->group.n; i++)
		if (k->group.waiting[i].flight.reply &&
		    same_bytes(&k->group.waiting[i].flight.fingerprint, fingerprint,
		               sizeof(*fingerprint)))
			return true;
	return false;
}

static struct tag sender_of(const struct kiosk *k, const struct msg_sms *sms)
{
	return person_tag(&k->secret->phone_key, 'p', (const uint8_t *)sms->from,
	                  strlen(sms->from));
}

/* What a volunteer's STATUS is counted by, so that it takes nothing from what a person may have. */
static struct tag volunteer_of(const struct kiosk *k, const struct msg_sms *sms)
{
	return person_tag(&k->secret->phone_key, 'v', (const uint8_t *)sms->from,
	                  strlen(sms->from));
}

static int may_reply(struct kiosk *k, const struct reading *reading, bool *ret)
{
	int64_t now_s = (int64_t)(meeting_powered_ms(k) / 1000);
	bool status = reading->request.ask == SMS_ASK_STATUS;
	struct reply_limits limits = k->config.replies;
	struct tag person = sender_of(k, reading->sms);
	struct ledger_replies replies, told;
	struct reply_history history;
	uint32_t in_group;
	int r;

	*ret = false;
	if (!limits.on || sender_waits(k, &reading->sender, &in_group))
		return 0;
	r = ledger_sms_replies(k->ledger, &reading->sender, now_s, &replies);
	if (r == 0)
		r = ledger_sms_replies(k->ledger, &person, now_s, &told);
	if (r != 0)
		return r;
	if (status) {
		limits.interval_s = limits.status_interval_s;
		limits.per_number = limits.statuses_per_number;
	}
	history = (struct reply_history){
	    .stopped = told.stopped && reading->request.ask != SMS_ASK_START,
	    .has_last = replies.has_last,
	    .last_s = replies.last_s,
	    .to_number = replies.to_number,
	    .last_minute = replies.last_minute + in_group,
	    .numbers_day = replies.numbers_day + in_group,
	};
	*ret = reply_allowed(&limits, &history, now_s);
	return 0;
}

static void status_facts(struct kiosk *k, struct reply_facts *ret)
{
	struct modem_state modem = {0};

	if (k->out.modem_state)
		k->out.modem_state(k->out.context, &modem);
	ret->people = (unsigned)k->meeting.people;
	ret->queue = modem.waiting > 0 ? modem.waiting - 1 : 0; /* but for the question */
	ret->signal_dbm = modem.signal_dbm;
	ret->unconfirmed = totals_unconfirmed(k);
}

static void write_verdict(struct kiosk *k, struct waiting *waiting, const struct reading *reading,
                          bool reply, enum reply text, unsigned party)
{
	const struct msg_sms *sms = reading->sms;
	struct reply_facts facts = {.project = reading->decision.project, .people = party};

	waiting->has_verdict = true;
	waiting->flight.id = sms->id;
	waiting->flight.fingerprint = reading->fingerprint;
	waiting->flight.sender = reading->sender;
	waiting->flight.reply = reply;
	waiting->verdict.id = sms->id;
	waiting->verdict.verdict = reply ? SMS_REPLY : SMS_DELETE;
	if (!reply)
		return;
	waiting->verdict.deadline_ms = k->config.reply_deadline_ms;
	text_copy(waiting->verdict.to, sizeof(waiting->verdict.to), sms->from);
	if (text == REPLY_STATUS)
		status_facts(k, &facts);
	reply_text(text, &k->meeting.manifest, &facts, reading->request.language,
	           waiting->verdict.text, sizeof(waiting->verdict.text));
}

/* --- decisions --- */

/* What a change said: the sentence to reply with, and what the screen shows. */
struct outcome {
	enum reply reply;
	unsigned party;
	enum screen_answer answer;
	enum sentence sentence;
	uint32_t added;
};

static int count_text(struct kiosk *k, const struct reading *reading, bool reply_due,
                      struct outcome *ret)
{
	const struct text_decision *decision = &reading->decision;
	struct ledger_checkin checkin = {
	    .channel = CHANNEL_SMS,
	    .first = decision->first,
	    .slot = session_slot(true, reading->sms->time, k->meeting.start, k->meeting.end),
	    .people = decision->people,
	    .has_tag = true,
	    .tag = reading->sender,
	    .n_projects = 1,
	    .project = {decision->project},
	    .has_fingerprint = true,
	    .fingerprint = reading->fingerprint,
	    .reply_due = reply_due,
	};
	struct ledger_counted counted = {0};
	int r = ledger_check_in(k->ledger, &checkin, &counted);

	if (r != 0)
		return r;
	k->meeting.people += counted.people_added;
	k->meeting.people -= counted.people_revoked;
	ret->party = counted.party;
	ret->added = counted.people_added;
	if (counted.people_added || counted.people_revoked || counted.projects_added) {
		bool changed = counted.people_revoked ||
		               (counted.people_added && counted.people_added < counted.party);

		ret->reply = reply_counted(&reading->request, &k->meeting.manifest, counted.party);
		if (changed && !reading->request.people_cut)
			ret->reply = REPLY_CHANGED;
		ret->answer = SHOW_COUNTED;
		ret->sentence = SAY_TEXT_COUNTED;
		return 0;
	}
	ret->reply = reading->request.people_cut         ? REPLY_PARTY_CUT
	             : k->meeting.manifest.party_max > 1 ? REPLY_ALREADY
	                                                 : REPLY_ALREADY_ALONE;
	ret->answer = SHOW_ALREADY;
	ret->sentence = SAY_TEXT_ALREADY;
	k->meeting.already++;
	(void)ledger_note_answers(k->ledger, 1, 0);
	return 0;
}

static int undo_text(struct kiosk *k, const struct reading *reading, bool reply_due,
                     struct outcome *ret)
{
	uint32_t people = 0;
	int r = ledger_undo_tag(k->ledger, &reading->sender, kiosk_slot(k), &reading->fingerprint,
	                        reply_due, &people);

	if (r == LEDGER_E_NOTHING) {
		ret->reply = REPLY_NOTHING_TO_UNDO;
		return 0;
	}
	if (r != 0)
		return r;
	k->meeting.people -= people;
	ret->reply = REPLY_UNDONE;
	ret->answer = SHOW_UNDONE;
	ret->sentence = SAY_TEXT_UNDONE;
	return 0;
}

static int record_text(struct kiosk *k, const struct reading *reading, bool reply_due,
                       struct outcome *ret)
{
	enum sms_ask ask = reading->request.ask;
	int r = 0;

	ret->reply = reply_done(ask);
	if (ask == SMS_ASK_STOP || ask == SMS_ASK_START)
		r = ledger_sms_stop(k->ledger, &reading->sender, ask == SMS_ASK_STOP);
	if (ask == SMS_ASK_UNTIMELY) {
		ret->answer = SHOW_NOT_ACCEPTED;
		ret->sentence = SAY_TEXT_UNTIMELY;
	} else if (ask == SMS_ASK_NOTHING) {
		ret->answer = SHOW_NOT_ACCEPTED;
		ret->sentence = SAY_TEXT_NOT_ACCEPTED;
	}
	if (r == 0)
		r = ledger_sms_record(k->ledger, &reading->fingerprint, reply_due);
	if (r == 0 && ret->answer == SHOW_NOT_ACCEPTED) {
		k->meeting.not_accepted++;
		(void)ledger_note_answers(k->ledger, 0, 1);
	}
	return r;
}

/* The words decide. The first durable transaction of DESIGN.md, Texts. 0, LEDGER_E_KNOWN or -errno.
 */
static int act(struct kiosk *k, struct waiting *waiting, const struct reading *reading)
{
	enum sms_ask ask = reading->request.ask;
	struct outcome outcome = {.reply = REPLY_COUNTED};
	bool reply = false;
	int r;

	if (text_answered(ask)) {
		r = may_reply(k, reading, &reply);
		if (r != 0)
			return r;
	}
	if (reading->decision.counts)
		r = count_text(k, reading, reply, &outcome);
	else if (ask == SMS_ASK_UNDO)
		r = undo_text(k, reading, reply, &outcome);
	else
		r = record_text(k, reading, reply, &outcome);
	if (r != 0)
		return r;
	write_verdict(k, waiting, reading, reply, outcome.reply, outcome.party);
	if (outcome.answer != SHOW_NOTHING) {
		view_fill(k, &waiting->view, outcome.answer, CHANNEL_SMS, k->time.mono,
		          outcome.sentence, NULL);
		waiting->view.added = outcome.added;
		waiting->has_view = true;
	}
	return 0;
}

/* A text that is recorded: only a reply that was still due when the kiosk stopped is left to do,
 * once. */
static int again(struct kiosk *k, struct waiting *waiting, const struct reading *reading,
                 enum sms_state state)
{
	struct calendar calendar = kiosk_calendar(k);
	bool reply = false;
	int r = 0;

	if (reply_waits(k, &reading->fingerprint))
		state = SMS_STATE_ATTEMPTED;
	if (state == SMS_STATE_DUE && text_answered(reading->request.ask) &&
	    reply_still_due(calendar.known, calendar.now, reading->sms->time))
		r = may_reply(k, reading, &reply);
	if (r == 0 && state == SMS_STATE_DUE && !reply)
		r = ledger_sms_move(k->ledger, &reading->fingerprint, SMS_STATE_DROPPED,
		                    &reading->sender, 0);
	if (r == 0)
		write_verdict(k, waiting, reading, reply,
		              reply ? reply_done(reading->request.ask) : REPLY_COUNTED, 1);
	return r;
}

static bool first_decided(const struct kiosk *k, const struct msg_sms *sms)
{
	struct tag sender = sender_of(k, sms);

	for (unsigned i = 0; i < FIRST_PARTS_MAX; i++) {
		const struct first_part *first = &k->first_part[i];

		if (first->parts == sms->parts && first->ref == sms->part_ref &&
		    same_bytes(&first->sender, &sender, sizeof(sender)))
			return true;
	}
	return false;
}

/* A manifest names volunteers by marks that only who has the card can work out. */
static bool is_volunteer(const struct kiosk *k, const struct msg_sms *sms)
{
	const struct manifest *manifest = &k->meeting.manifest;
	struct volunteer mark;
	bool is = false;

	if (manifest->n_volunteers == 0 || sms->from_kind != SMS_FROM_E164)
		return false;
	mark = volunteer_mark(&k->secret->card, &manifest->event, sms->from);
	for (unsigned i = 0; i < manifest->n_volunteers; i++)
		is |= same_bytes(&mark, &manifest->volunteer[i], sizeof(mark));
	return is;
}

static int read_text(struct kiosk *k, const struct msg_sms *sms, enum text_triage triage,
                     bool noted)
{
	struct reading reading = {.sms = sms, .fingerprint = fingerprint_of(k, sms)};
	enum sms_state state = SMS_STATE_UNKNOWN;
	struct waiting *waiting = group_place(k);
	bool late = false, answered = false;
	int r;

	if (!waiting)
		return -EAGAIN;
	r = ledger_sms_state(k->ledger, &reading.fingerprint, &state);
	if (r != 0)
		return r;
	reading.sender = sender_of(k, sms);
	if (triage == TRIAGE_READ) {
		keyword_read(sms->text, &k->meeting.manifest, is_volunteer(k, sms),
		             &reading.request);
		if (reading.request.ask == SMS_ASK_STATUS)
			reading.sender = volunteer_of(k, sms);
		reading.decision = text_decide(&k->meeting.manifest, &reading.request);
	} else {
		late = untimely(k, sms, &answered);
		reading.request.ask = answered ? SMS_ASK_UNTIMELY : SMS_ASK_IGNORE;
		reading.request.language = SMS_LANGUAGE_ANY;
	}
	if (state == SMS_STATE_UNKNOWN && noted)
		r = ledger_note_text(k->ledger, sms->time);
	if (state == SMS_STATE_UNKNOWN && r == 0)
		r = act(k, waiting, &reading);
	else if (r == 0)
		r = again(k, waiting, &reading, state);
	if (r == LEDGER_E_KNOWN) {
		write_verdict(k, waiting, &reading, false, REPLY_COUNTED, 0);
		r = 0;
	}
	if (r == 0 && late && state == SMS_STATE_UNKNOWN) {
		k->meeting.untimely += answered;
		k->meeting.before += !answered;
	}
	if (r == 0)
		group_wait(k);
	if (r == 0 && sms->parts > 1 && sms->part == 1)
		k->first_part[k->n_first_parts++ % FIRST_PARTS_MAX] = (struct first_part){
		    .sender = reading.sender, .ref = sms->part_ref, .parts = sms->parts};
	return r;
}

/* A message that waits in this group already must not be judged twice: its commit comes first. */
static bool offered_already(const struct kiosk *k, uint32_t id)
{
	for (unsigned i = 0; i < k->group.n; i++)
		if (k->group.waiting[i].has_verdict && k->group.waiting[i].verdict.id == id)
			return true;
	return false;
}

static unsigned flights_free(const struct kiosk *k)
{
	unsigned n = 0;

	for (unsigned i = 0; i < FLIGHTS_MAX; i++)
		n += !k->flight[i].used;
	for (unsigned i = 0; i < k->group.n && n > 0; i++)
		n -= k->group.waiting[i].flight.reply;
	return n;
}

void kiosk_sms(struct kiosk *k, const struct msg_sms *said)
{
	struct msg_sms timed = *said, *sms = &timed;
	bool arrived, told = time_text(k, sms, &arrived);
	struct text_facts facts = {
	    .sms_class = sms->sms_class,
	    .from_kind = sms->from_kind,
	    .from_us = k->config.own_number != NULL && strcmp(sms->from, k->config.own_number) == 0,
	    .has_time = sms->has_time,
	    .time = sms->time,
	    .part = sms->part,
	    .parts = sms->parts,
	};
	struct text_room room;
	enum text_triage triage;
	int r;

	room = text_room_of(k);
	facts.first_decided =
	    room.secret_at_hand && sms->parts > 1 && sms->part != 1 && first_decided(k, sms);
	triage = text_triage(&room, &facts);
	if (k->stopped || !told || triage == TRIAGE_KEEP || offered_already(k, sms->id)) {
		keep_or_delete(k, sms->id, SMS_KEEP);
		return;
	}
	if (triage == TRIAGE_DELETE) {
		keep_or_delete(k, sms->id, SMS_DELETE);
		return;
	}
	if (flights_free(k) == 0) {
		keep_or_delete(k, sms->id, SMS_KEEP);
		return;
	}
	r = read_text(k, sms, triage,
	              triage == TRIAGE_READ && !arrived && text_noted(&room, &facts));
	if (r != 0) {
		if (r < 0 && r != -EAGAIN)
			ledger_failed(k, r);
		else if (r > 0)
			note(k, LOG_LEVEL_ERROR,
			     "A text was not recorded: %s. It stays in the modem.",
			     ledger_strerror(r));
		keep_or_delete(k, sms->id, SMS_KEEP);
	}
}

void kiosk_sms_done(struct kiosk *k, const struct msg_sms_done *done)
{
	for (unsigned i = 0; i < FLIGHTS_MAX; i++) {
		struct flight *flight = &k->flight[i];
		enum sms_state to = done->sent == SMS_SENT_OK ? SMS_STATE_SENT : SMS_STATE_DROPPED;
		int r;

		if (!flight->used || flight->id != done->id)
			continue;
		flight->used = false;
		/* "Unknown" stays "attempted": it may have gone, and is never sent again. */
		if (k->stopped || !k->meeting.open || done->sent == SMS_SENT_UNKNOWN)
			return;
		if (!group_place(k))
			return;
		r = ledger_sms_move(k->ledger, &flight->fingerprint, to, &flight->sender, 0);
		if (r == -EINVAL)
			note(k, LOG_LEVEL_WARNING, "A reply was reported twice by the modem.");
		else if (r != 0)
			ledger_failed(k, r < 0 ? r : -EIO);
		return;
	}
}

void kiosk_modem_gone(struct kiosk *k)
{
	memset(k->flight, 0, sizeof(k->flight));
	if (k->closing.active)
		k->closing.swept = true;
}

void kiosk_swept(struct kiosk *k)
{
	if (k->closing.active)
		k->closing.swept = true;
}
