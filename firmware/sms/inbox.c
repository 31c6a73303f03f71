/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kiosk/msg_helper.h>

#include "clock.h"
#include "inbox.h"
#include "sms_offer.h"

enum entry_state {
	ENTRY_FREE = 0,
	ENTRY_NEW,     /* to be offered */
	ENTRY_REREAD,  /* did not decode: to be read again */
	ENTRY_UNREAD,  /* nor did it come when read again: it stays, and is read again at `retry` */
	ENTRY_OFFERED, /* waits for its verdict */
	ENTRY_KEPT,    /* until the next sweep */
	ENTRY_REPLY,   /* its reply waits or is under way */
	ENTRY_DELETE,
	ENTRY_GONE,  /* the modem says that it is deleted; the next sweep tells */
	ENTRY_STUCK, /* cannot be deleted: left alone until `retry` */
};

struct entry {
	uint8_t state, tries; /* tries: of deleting */
	bool replaced;        /* the slot holds another message by now */
	bool told;            /* kioskd has had its MSG_SMS_DONE */
	bool direct;          /* handed over: in no slot, maybe nowhere but here */
	bool announced;       /* the modem said that it came, `arrived` */
	bool in_parts;        /* a part of a longer one */
	uint8_t reply;        /* index, in ENTRY_REPLY */
	uint8_t sent, parts;  /* enum sms_sent, for MSG_SMS_DONE */
	uint16_t slot, len;
	uint32_t id, sweep; /* sweep: the last one that saw it */
	uint64_t hash;
	int64_t time;                    /* of the message, to offer the oldest first */
	struct mono_time retry, arrived; /* arrived: or first seen */
	char digits[AT_DIGITS_MAX + 1];
};

/* What +CMTI told of and no list has shown yet. */
struct announcement {
	uint16_t slot; /* in whichever memory: modems name the wrong one */
	struct mono_time at;
};

struct reply {
	bool used;
	uint8_t part; /* the next to go */
	struct mono_time deadline;
	struct pdu_plan plan;
	char to[PHONE_BYTES_MAX + 1];
	char text[REPLY_BYTES_MAX + 1];
};

struct inbox {
	struct inbox_settings settings;
	struct at at;
	struct mono_time sweep_due, sweep_begun;
	uint32_t sweep, next_id;
	bool sweep_asked, sweep_answers,
	    swept_due;   /* asked for; the one running is for kioskd; to be told */
	bool swept_last; /* the last job was a sweep */
	bool overflow;   /* more is stored than there was room for here */
	bool other_due;  /* the next sweep is of both memories */
	bool ready;      /* the modem takes jobs */
	bool ack_due; /* the message handed over last is decided about, or the next is waited for */
	bool has_direct;
	uint64_t last_direct; /* its hash: only that one can be acknowledged */
	struct announcement announced[INBOX_ANNOUNCED_MAX];
	unsigned n_announced; /* ever: the oldest gives way */
	uint16_t job;         /* index of the entry the modem works on */
	uint8_t reference;
	uint32_t sent_parts;
	struct mono_time last_text;
	uint16_t stored;    /* messages seen by the last whole sweep, and not deleted since */
	uint16_t n_entries; /* all behind are free */
	struct entry entry[INBOX_MESSAGES_MAX];
	struct reply reply[INBOX_REPLIES_MAX];
};

void inbox_settings_standard(struct inbox_settings *ret)
{
	*ret = (struct inbox_settings){.sweep_ms = 5000, .delete_retry_ms = 2000, .first_id = 1};
	at_settings_standard(&ret->at);
}

struct inbox *inbox_new(const struct inbox_settings *settings, struct mono_time now)
{
	struct inbox *inbox = calloc(1, sizeof(*inbox));
	if (inbox == NULL)
		return NULL;
	inbox->settings = *settings;
	inbox->next_id = settings->first_id;
	inbox->sweep_due = now;
	at_init(&inbox->at, &settings->at, now);
	return inbox;
}

void inbox_free(struct inbox *inbox)
{
	free(inbox);
}

static unsigned count(const struct inbox *inbox, enum entry_state state)
{
	unsigned n = 0;
	for (unsigned i = 0; i < inbox->n_entries; i++)
		n += inbox->entry[i].state == state;
	return n;
}

static struct mono_time later(struct mono_time now, uint32_t ms)
{
	return (struct mono_time){now.us + ms * 1000ULL};
}

/* FNV-1a: tells messages apart, guards nothing. */
static uint64_t hash_of(const char *text, size_t len)
{
	uint64_t hash = 0xcbf29ce484222325;
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3;
	return hash;
}

/* --- what the modem says --- */

/* --- arrivals that are seen --- */

static void take_announcement(struct inbox *inbox, struct entry *entry)
{
	for (unsigned i = 0; i < INBOX_ANNOUNCED_MAX; i++) {
		struct announcement *a = &inbox->announced[i];
		if (a->at.us == 0 || a->slot != entry->slot % AT_SIM)
			continue;
		entry->announced = true;
		entry->arrived = a->at;
		*a = (struct announcement){0};
	}
}

/* Told of, and maybe listed just before it was. */
static void on_announced(struct inbox *inbox, uint16_t slot, struct mono_time now)
{
	inbox->announced[inbox->n_announced++ % INBOX_ANNOUNCED_MAX] =
	    (struct announcement){.slot = slot, .at = now};
	for (unsigned i = 0; i < inbox->n_entries; i++) {
		struct entry *e = &inbox->entry[i];
		bool waits = e->state == ENTRY_NEW || e->state == ENTRY_REREAD ||
		             e->state == ENTRY_KEPT || e->state == ENTRY_OFFERED;
		if (waits && !e->direct && !e->announced && e->slot % AT_SIM == slot &&
		    mono_since_us(now, e->arrived) < INBOX_JUST_LISTED_US)
			take_announcement(inbox, e);
	}
}

/* --- messages --- */

/* A message we have not seen: known or not, readable or not. */
static void new_message(struct inbox *inbox, struct entry *entry, uint16_t slot, const char *digits,
                        size_t len)
{
	struct pdu pdu;
	struct pdu_error error;
	*entry = (struct entry){.slot = slot,
	                        .len = (uint16_t)len,
	                        .sweep = inbox->sweep,
	                        .arrived = inbox->at.now,
	                        .hash = hash_of(digits, len)};
	memcpy(entry->digits, digits, len);
	entry->state = ENTRY_REREAD;
	entry->time = INT64_MAX;
	if (pdu_decode_hex(digits, len, &pdu, &error) == 0) {
		entry->state = ENTRY_NEW;
		entry->in_parts = pdu.parts > 1;
		if (pdu.has_time)
			entry->time = pdu.time;
	}
	take_announcement(inbox, entry);
}

static void leave_alone(struct inbox *inbox, struct entry *entry)
{
	entry->state = ENTRY_STUCK;
	entry->retry = later(inbox->at.now, INBOX_STUCK_MS);
}

static void seen_again(struct inbox *inbox, struct entry *entry)
{
	entry->sweep = inbox->sweep;
	if (entry->state == ENTRY_KEPT)
		entry->state = ENTRY_NEW;
	else if (entry->state == ENTRY_UNREAD && inbox->at.now.us >= entry->retry.us)
		entry->state = ENTRY_REREAD;
	else if (entry->state == ENTRY_GONE && entry->tries >= INBOX_DELETES_MAX)
		leave_alone(inbox, entry);
	else if (entry->state == ENTRY_GONE ||
	         (entry->state == ENTRY_STUCK && inbox->at.now.us >= entry->retry.us))
		entry->state = ENTRY_DELETE;
}

/* A place for a message; NULL: there is none, it waits in the modem or in the network. */
static struct entry *free_entry(struct inbox *inbox)
{
	for (unsigned i = 0; i < inbox->n_entries; i++)
		if (inbox->entry[i].state == ENTRY_FREE)
			return &inbox->entry[i];
	if (inbox->n_entries == INBOX_MESSAGES_MAX)
		return NULL;
	return &inbox->entry[inbox->n_entries++];
}

static struct entry *entry_of(struct inbox *inbox, uint16_t slot)
{
	for (unsigned i = 0; i < inbox->n_entries; i++) {
		struct entry *e = &inbox->entry[i];
		if (e->state != ENTRY_FREE && !e->direct && e->slot == slot)
			return e;
	}
	return NULL;
}

static void on_message(struct inbox *inbox, const struct at_action *said)
{
	struct entry *entry = entry_of(inbox, said->slot);
	if (entry == NULL)
		entry = free_entry(inbox);
	if (entry == NULL) {
		inbox->overflow = true; /* it waits in the modem */
		return;
	}
	if (entry->state == ENTRY_FREE) {
		inbox->last_text = inbox->at.now;
		new_message(inbox, entry, said->slot, said->text, said->len);
	} else if (entry->hash == hash_of(said->text, said->len)) {
		seen_again(inbox, entry);
	} else if (entry->state == ENTRY_OFFERED || entry->state == ENTRY_REPLY ||
	           entry->state == ENTRY_DELETE) {
		entry->replaced = true; /* or read wrongly once: in no case is it deleted unread */
		entry->sweep = inbox->sweep;
	} else {
		new_message(inbox, entry, said->slot, said->text, said->len);
	}
}

/* Handed over, again if it was not acknowledged in time. Whether the modem stored it as well the
 * next sweep shows; who is counted is counted once. */
static void on_direct(struct inbox *inbox, const struct at_action *said)
{
	uint64_t hash = hash_of(said->text, said->len);
	struct entry *entry = NULL;
	inbox->last_text = inbox->at.now;
	inbox->has_direct = true;
	inbox->last_direct = hash;
	for (unsigned i = 0; i < inbox->n_entries && entry == NULL; i++) {
		struct entry *e = &inbox->entry[i];
		if (e->state != ENTRY_FREE && e->direct && e->hash == hash)
			entry = e;
	}
	if (entry != NULL) {
		if (entry->state == ENTRY_KEPT)
			entry->state = ENTRY_NEW;
		return;
	}
	entry = free_entry(inbox);
	if (entry == NULL)
		return;
	new_message(inbox, entry, AT_NO_SLOT, said->text, said->len);
	entry->state = ENTRY_NEW; /* there is no slot to read it from again */
	entry->direct = entry->announced = true;
	entry->arrived = inbox->at.now;
}

/* It can be acknowledged once it is decided about: then it is durable. A part is acknowledged when
 * it is here, because the network holds back the others until then. */
static void direct_decided(struct inbox *inbox, const struct entry *entry, bool kept)
{
	if (entry->direct && (!kept || entry->in_parts) && inbox->has_direct &&
	    entry->hash == inbox->last_direct) {
		inbox->ack_due = true;
		inbox->has_direct = false;
	}
}

static void on_listed(struct inbox *inbox, bool whole, bool both, struct mono_time now)
{
	inbox->sweep_due = later(now, inbox->settings.sweep_ms);
	if (!whole) {
		inbox->sweep_asked |= inbox->sweep_answers;
		inbox->sweep_answers = false;
		return;
	}
	/* a full store takes long to list: not most of the time */
	struct mono_time rested = {now.us + INBOX_REST * mono_since_us(now, inbox->sweep_begun)};
	if (rested.us > inbox->sweep_due.us)
		inbox->sweep_due = rested;
	inbox->stored = 0;
	for (unsigned i = 0; i < inbox->n_entries; i++) {
		struct entry *e = &inbox->entry[i];
		bool idle = e->state == ENTRY_NEW || e->state == ENTRY_REREAD ||
		            e->state == ENTRY_KEPT || e->state == ENTRY_GONE ||
		            e->state == ENTRY_UNREAD || e->state == ENTRY_STUCK;
		bool home = at_is_home(&inbox->at, e->slot), looked = both || home;
		if (e->direct)
			e->state = e->state == ENTRY_KEPT ? ENTRY_NEW : e->state;
		else if (e->state != ENTRY_FREE && e->sweep == inbox->sweep)
			inbox->stored = (uint16_t)(inbox->stored + home);
		else if (idle && looked)
			e->state = ENTRY_FREE;
	}
	while (inbox->n_entries > 0 && inbox->entry[inbox->n_entries - 1].state == ENTRY_FREE)
		inbox->n_entries--;
	inbox->swept_due |= inbox->sweep_answers;
	inbox->sweep_answers = false;
}

/* The second reading of a message that did not decode. */
static void on_read(struct inbox *inbox, const struct at_action *said)
{
	struct entry *e = &inbox->entry[inbox->job];
	if (e->state != ENTRY_REREAD || e->slot != said->slot)
		return;
	if (said->ok) {
		uint64_t hash = e->hash;
		new_message(inbox, e, said->slot, said->text, said->len);
		/* the next sweep may read it as the first did: it must know it again */
		if (e->state == ENTRY_REREAD) {
			e->hash = hash;
			e->state = ENTRY_NEW; /* it is offered as unreadable */
		}
	} else {
		/* what it holds was never seen: nothing that could be decided about */
		e->state = ENTRY_UNREAD;
		e->retry = later(inbox->at.now, INBOX_STUCK_MS);
	}
}

static void end_reply(struct inbox *inbox, struct entry *e, enum sms_sent sent)
{
	struct reply *reply = &inbox->reply[e->reply];
	e->sent = (uint8_t)sent;
	e->parts = reply->part;
	e->state = ENTRY_DELETE;
	*reply = (struct reply){0};
}

static void on_sent(struct inbox *inbox, enum at_sent sent)
{
	static const enum sms_sent outcome[] = {[AT_SENT_OK] = SMS_SENT_OK,
	                                        [AT_SENT_REFUSED] = SMS_SENT_REFUSED,
	                                        [AT_SENT_UNKNOWN] = SMS_SENT_UNKNOWN};
	struct entry *e = &inbox->entry[inbox->job];
	if (e->state != ENTRY_REPLY)
		return;
	struct reply *reply = &inbox->reply[e->reply];
	if (sent == AT_SENT_OK) {
		inbox->sent_parts++;
		if (++reply->part < reply->plan.parts)
			return;
	}
	end_reply(inbox, e, outcome[sent]);
}

/* True: kioskd is to be told. */
static bool on_deleted(struct inbox *inbox, bool ok, struct mono_time now, struct msg_sms_done *ret)
{
	struct entry *e = &inbox->entry[inbox->job];
	if (e->state != ENTRY_DELETE)
		return false;
	if (e->tries < INBOX_DELETES_MAX)
		e->tries++;
	if (ok) {
		e->state = ENTRY_GONE;
		if (inbox->stored > 0 && at_is_home(&inbox->at, e->slot))
			inbox->stored--;
	} else if (e->tries >= INBOX_DELETES_MAX) {
		leave_alone(inbox, e);
	} else {
		e->retry = later(now, inbox->settings.delete_retry_ms);
		return false;
	}
	if (e->told)
		return false;
	e->told = true;
	*ret =
	    (struct msg_sms_done){.id = e->id, .sent = e->sent, .parts = e->parts, .deleted = ok};
	return true;
}

/* Takes one thing the modem's machine says. 1: *ret is to be done; 0: nothing comes of it; -1: it
 * says nothing. */
static int from_modem(struct inbox *inbox, struct mono_time now, struct inbox_action *ret)
{
	struct at_action said;
	struct msg_sms_done done;
	if (!at_next(&inbox->at, &said))
		return -1;
	switch (said.kind) {
	case AT_WRITE:
		ret->kind = INBOX_WRITE;
		ret->len = said.len;
		memcpy(ret->write, said.text, said.len + 1U);
		return 1;
	case AT_MESSAGE:
		on_message(inbox, &said);
		return 0;
	case AT_DIRECT:
		on_direct(inbox, &said);
		return 0;
	case AT_ACKNOWLEDGED:
		return 0;
	case AT_LISTED:
		on_listed(inbox, said.ok, said.other, now);
		ret->kind = INBOX_HEALTH;
		return 1;
	case AT_READ:
		on_read(inbox, &said);
		return 0;
	case AT_SENT:
		on_sent(inbox, said.sent);
		return 0;
	case AT_DELETED:
		if (!on_deleted(inbox, said.ok, now, &done))
			return 0;
		ret->kind = INBOX_DONE;
		ret->done = done;
		return 1;
	case AT_HINT:
		inbox->sweep_due = now;
		inbox->other_due |= said.other;
		if (said.slot != AT_NO_SLOT)
			on_announced(inbox, said.slot, now);
		return 0;
	case AT_PIN:
		ret->kind = INBOX_PIN;
		ret->right = said.ok;
		return 1;
	case AT_POWER:
		ret->kind = INBOX_POWER;
		return 1;
	case AT_STATUS:
		if (inbox->at.status.state == AT_READY && !inbox->ready)
			inbox->sweep_due = now; /* while it began, it told of nothing */
		inbox->other_due |= inbox->at.status.state == AT_READY && !inbox->ready;
		inbox->ready = inbox->at.status.state == AT_READY;
		ret->kind = INBOX_HEALTH;
		return 1;
	case AT_REOPEN:
		ret->kind = INBOX_REOPEN;
		return 1;
	}
	return 0;
}

/* --- what we do next --- */

static struct entry *oldest_new(struct inbox *inbox)
{
	struct entry *found = NULL;
	unsigned replies = count(inbox, ENTRY_REPLY), offered = count(inbox, ENTRY_OFFERED);
	if (offered >= INBOX_OFFERED_MAX || offered + replies >= INBOX_REPLIES_MAX ||
	    at_listing(&inbox->at))
		return NULL;
	for (unsigned i = 0; i < inbox->n_entries; i++) {
		struct entry *e = &inbox->entry[i];
		if (e->state != ENTRY_NEW)
			continue;
		if (found == NULL || e->time < found->time ||
		    (e->time == found->time && e->slot < found->slot))
			found = e;
	}
	return found;
}

static bool offer(struct inbox *inbox, struct inbox_action *ret)
{
	struct entry *e = oldest_new(inbox);
	if (e == NULL)
		return false;
	e->id = inbox->next_id++;
	e->state = ENTRY_OFFERED;
	e->told = false;
	ret->kind = INBOX_OFFER;
	sms_offer(e->digits, e->len, inbox->settings.country, &ret->sms);
	ret->sms.id = e->id;
	ret->sms.announced = e->announced;
	ret->sms.arrived = e->arrived;
	return true;
}

/* A message decided about that is in no slot, or whose slot holds another one by now: it is gone,
 * and the next sweep finds the other. */
static bool drop_slotless(struct inbox *inbox, struct inbox_action *ret)
{
	for (unsigned i = 0; i < inbox->n_entries; i++) {
		struct entry *e = &inbox->entry[i];
		if (e->state != ENTRY_DELETE || (!e->replaced && !e->direct))
			continue;
		e->state = ENTRY_FREE;
		if (e->told)
			continue;
		ret->kind = INBOX_DONE;
		ret->done = (struct msg_sms_done){
		    .id = e->id, .sent = e->sent, .parts = e->parts, .deleted = true};
		return true;
	}
	return false;
}

/* Of those that are in a slot, and it is still theirs. */
static struct entry *first_of(struct inbox *inbox, enum entry_state state, struct mono_time now)
{
	for (unsigned i = 0; i < inbox->n_entries; i++) {
		struct entry *e = &inbox->entry[i];
		if (e->state == state && !e->replaced && !e->direct && now.us >= e->retry.us)
			return e;
	}
	return NULL;
}

/* The reply that waits longest, and those whose time is over. A begun one goes on. */
static struct entry *next_reply(struct inbox *inbox, struct mono_time now)
{
	struct entry *found = NULL;
	for (unsigned i = 0; i < inbox->n_entries; i++) {
		struct entry *e = &inbox->entry[i];
		if (e->state != ENTRY_REPLY)
			continue;
		struct reply *reply = &inbox->reply[e->reply];
		if (reply->part > 0)
			return e;
		if (now.us >= reply->deadline.us)
			end_reply(inbox, e, SMS_SENT_LATE);
		else if (found == NULL ||
		         reply->deadline.us < inbox->reply[found->reply].deadline.us)
			found = e;
	}
	return found;
}

static void begin_sweep(struct inbox *inbox, struct mono_time now)
{
	inbox->sweep++;
	inbox->sweep_begun = now;
	inbox->overflow = false;
	inbox->sweep_answers = inbox->sweep_asked;
	inbox->sweep_asked = false;
	if (inbox->sweep % INBOX_SWEEPS_ALL == 1 || inbox->sweep_answers || inbox->other_due)
		at_list_all(&inbox->at, now);
	else
		at_list(&inbox->at, now);
	inbox->other_due = false;
}

static void begin_send(struct inbox *inbox, struct entry *e, struct mono_time now)
{
	struct reply *reply = &inbox->reply[e->reply];
	struct pdu_octets pdu;
	if (reply->part == 0) /* its parts have one reference, by which a telephone joins them */
		inbox->reference++;
	if (pdu_encode_submit(reply->to, reply->text, &reply->plan, reply->part, inbox->reference,
	                      &pdu) != 0) {
		end_reply(inbox, e, SMS_SENT_REFUSED);
		return;
	}
	at_send(&inbox->at, &pdu, now);
}

/* The entry that has something to be done with the modem; NULL and *ret_sweep: a sweep is; NULL:
 * nothing is. Look first, so that nobody waits to be counted; make room; then answer. */
static struct entry *choose_job(struct inbox *inbox, struct mono_time now, bool *ret_sweep)
{
	bool tight =
	    inbox->stored * 100U >= inbox->at.status.total * (unsigned)INBOX_FREE_FIRST_PERCENT;
	struct entry *reply = next_reply(inbox, now);
	struct entry *gone = first_of(inbox, ENTRY_DELETE, now);
	struct entry *reread = first_of(inbox, ENTRY_REREAD, now);
	bool sweep = inbox->sweep_asked || now.us >= inbox->sweep_due.us;
	/* a flood of hints must not keep us from all else: no two sweeps in a row with work left */
	bool work = gone != NULL || reply != NULL || reread != NULL;
	sweep |= inbox->overflow && !work && count(inbox, ENTRY_GONE) > 0 &&
	         count(inbox, ENTRY_OFFERED) == 0 && count(inbox, ENTRY_NEW) == 0;
	*ret_sweep = false;
	if (gone != NULL && tight)
		return gone;
	if (sweep && !(work && inbox->swept_last)) {
		*ret_sweep = true;
		return NULL;
	}
	return reread != NULL ? reread : gone != NULL ? gone : reply;
}

/* One job for an idle modem, once the settings were seen to hold. */
static void next_job(struct inbox *inbox, struct mono_time now)
{
	bool sweep;
	if (!at_idle(&inbox->at))
		return;
	if (inbox->ack_due) {
		inbox->ack_due = false;
		at_acknowledge(&inbox->at, now);
		return;
	}
	struct entry *e = choose_job(inbox, now, &sweep);
	if (e == NULL && !sweep)
		return;
	if (!at_checked(&inbox->at, sweep)) {
		at_check(&inbox->at, now);
		return;
	}
	inbox->swept_last = sweep;
	if (sweep) {
		begin_sweep(inbox, now);
		return;
	}
	inbox->job = (uint16_t)(e - inbox->entry);
	if (e->state == ENTRY_REREAD)
		at_read(&inbox->at, e->slot, now);
	else if (e->state == ENTRY_DELETE)
		at_delete(&inbox->at, e->slot, now);
	else
		begin_send(inbox, e, now);
}

static bool all_dealt_with(const struct inbox *inbox)
{
	for (unsigned i = 0; i < inbox->n_entries; i++) {
		switch (inbox->entry[i].state) {
		case ENTRY_NEW:
		case ENTRY_REREAD:
		case ENTRY_OFFERED:
		case ENTRY_REPLY:
		case ENTRY_DELETE:
			return false;
		default:
			break;
		}
	}
	return true;
}

size_t inbox_feed(struct inbox *inbox, const uint8_t *bytes, size_t len, struct mono_time now)
{
	return at_feed(&inbox->at, bytes, len, now);
}

bool inbox_next(struct inbox *inbox, struct mono_time now, struct inbox_action *ret)
{
	int said;
	at_tick(&inbox->at, now);
	while ((said = from_modem(inbox, now, ret)) >= 0)
		if (said == 1)
			return true;
	if (drop_slotless(inbox, ret) || offer(inbox, ret))
		return true;
	next_job(inbox, now);
	while ((said = from_modem(inbox, now, ret)) >= 0)
		if (said == 1)
			return true;
	if (inbox->swept_due && all_dealt_with(inbox)) {
		inbox->swept_due = false;
		ret->kind = INBOX_SWEPT;
		return true;
	}
	return false;
}

struct mono_time inbox_deadline(const struct inbox *inbox)
{
	struct mono_time deadline = at_deadline(&inbox->at);
	if (!at_idle(&inbox->at))
		return deadline;
	if (inbox->sweep_due.us < deadline.us)
		deadline = inbox->sweep_due;
	for (unsigned i = 0; i < inbox->n_entries; i++) {
		const struct entry *e = &inbox->entry[i];
		if (e->state == ENTRY_DELETE && e->retry.us < deadline.us)
			deadline = e->retry;
	}
	return deadline;
}

/* --- what kioskd says --- */

static int begin_reply(struct inbox *inbox, struct entry *e, const struct msg_sms_verdict *verdict,
                       struct mono_time now)
{
	struct pdu_plan plan;
	if (pdu_plan(verdict->text, &plan) != 0)
		return -EMSGSIZE;
	for (uint8_t i = 0; i < INBOX_REPLIES_MAX; i++) {
		struct reply *reply = &inbox->reply[i];
		if (reply->used)
			continue;
		*reply = (struct reply){
		    .used = true, .plan = plan, .deadline = later(now, verdict->deadline_ms)};
		memcpy(reply->to, verdict->to, sizeof(reply->to));
		memcpy(reply->text, verdict->text, sizeof(reply->text));
		e->reply = i;
		e->state = ENTRY_REPLY;
		return 0;
	}
	return -ENOSPC;
}

int inbox_verdict(struct inbox *inbox, const struct msg_sms_verdict *verdict, struct mono_time now)
{
	for (unsigned i = 0; i < inbox->n_entries; i++) {
		struct entry *e = &inbox->entry[i];
		if (e->state != ENTRY_OFFERED || e->id != verdict->id)
			continue;
		e->sent = SMS_SENT_NONE;
		e->parts = 0;
		e->tries = 0;
		direct_decided(inbox, e, verdict->verdict == SMS_KEEP);
		if (verdict->verdict == SMS_KEEP) {
			e->state = e->replaced ? ENTRY_FREE : ENTRY_KEPT;
		} else {
			e->state = ENTRY_DELETE;
			if (verdict->verdict == SMS_REPLY &&
			    begin_reply(inbox, e, verdict, now) != 0)
				e->sent = SMS_SENT_REFUSED;
		}
		return 0;
	}
	return -ENOENT;
}

void inbox_sweep(struct inbox *inbox)
{
	inbox->sweep_asked = true;
}

const struct at_learnt *inbox_learnt(const struct inbox *inbox)
{
	return &inbox->at.learnt;
}

void inbox_learn(struct inbox *inbox, const struct at_learnt *learnt)
{
	at_learn(&inbox->at, learnt);
}

const struct at_profile *inbox_profile(const struct inbox *inbox)
{
	return inbox->at.profile;
}

bool inbox_abandon(struct inbox *inbox, struct msg_sms_done *ret)
{
	const struct entry *e = &inbox->entry[inbox->job];
	if (!at_sending(&inbox->at) || e->state != ENTRY_REPLY)
		return false;
	*ret = (struct msg_sms_done){
	    .id = e->id, .sent = SMS_SENT_UNKNOWN, .parts = inbox->reply[e->reply].part};
	return true;
}

/* --- health --- */

static const struct {
	enum health health;
	const char *sentence; /* %s: the device */
} health_table[] = {
    [AT_STARTING] = {HEALTH_STARTING, "Starting the modem at %s."},
    [AT_READY] = {HEALTH_GOOD, "The modem at %s takes messages."},
    [AT_NO_SIM] = {HEALTH_FAILED,
                   "The modem at %s finds no SIM card: put one in, or push it home."},
    [AT_PIN_WANTED] = {HEALTH_FAILED,
                       "The SIM card at %s wants its PIN: take the PIN off with a telephone."},
    [AT_PIN_WRONG] = {HEALTH_FAILED,
                      "The SIM card at %s refused the PIN. It is not tried again: correct it."},
    [AT_PUK_WANTED] = {HEALTH_FAILED,
                       "The SIM card at %s is locked: unlock it with its PUK in a telephone."},
    [AT_REFUSES] = {HEALTH_FAILED,
                    "The device at %s refuses what SMS needs: it may be no modem for SMS."},
    [AT_DEAD] = {HEALTH_FAILED, "The modem at %s does not answer: unplug it and plug it in again."},
};

/* Left alone, or tried once more just now. */
static unsigned count_stuck(const struct inbox *inbox)
{
	unsigned n = count(inbox, ENTRY_STUCK);
	for (unsigned i = 0; i < inbox->n_entries; i++)
		n += inbox->entry[i].state == ENTRY_DELETE &&
		     inbox->entry[i].tries >= INBOX_DELETES_MAX;
	return n;
}

/* What is wrong with a modem that takes messages. False: nothing. */
static bool degraded_sentence(const struct inbox *inbox, const char *device, char *text,
                              size_t size)
{
	const struct at_status *status = &inbox->at.status;
	const struct at_learnt *learnt = &inbox->at.learnt;
	unsigned stuck = count_stuck(inbox), unread = count(inbox, ENTRY_UNREAD);
	if (!status->registered)
		snprintf(text, size,
		         "The modem at %.80s finds no network: check the antenna and the SIM card.",
		         device);
	else if (learnt->n_silent > 0)
		snprintf(text, size,
		         "The modem at %.60s hangs when it reads place %u: what is there is not "
		         "counted (places left out: %u). Delete it with a telephone.",
		         device, learnt->silent[0] % AT_SIM, learnt->n_silent);
	else if (unread > 0)
		snprintf(text, size,
		         "The modem at %.60s holds %u message%s that it cannot read out: not "
		         "counted, and left in it.",
		         device, unread, unread == 1 ? "" : "s");
	else if (status->lost > 0)
		snprintf(text, size,
		         "The modem at %.60s began anew and handed over %" PRIu32
		         " text%s that could not be read: whoever texted just then, text again.",
		         device, status->lost, status->lost == 1 ? "" : "s");
	else if (stuck > 0)
		snprintf(text, size,
		         "The modem at %.80s does not delete %u message%s. They are counted once "
		         "all the same.",
		         device, stuck, stuck == 1 ? "" : "s");
	else
		return false;
	return true;
}

void inbox_health(const struct inbox *inbox, const char *device, struct msg_health *ret)
{
	const struct at_status *status = &inbox->at.status;
	struct msg_health health = {.health = health_table[status->state].health};
	health.signal_dbm = status->signal_dbm;
	memcpy(health.operator_name, status->operator_name, sizeof(health.operator_name));
	health.store_used = inbox->stored;
	health.store_size = status->total;
	health.waiting =
	    count(inbox, ENTRY_KEPT) + count(inbox, ENTRY_NEW) + count(inbox, ENTRY_OFFERED);
	health.sent_parts = inbox->sent_parts;
	health.last_text = inbox->last_text;
	if (status->state == AT_READY &&
	    degraded_sentence(inbox, device, health.sentence, sizeof(health.sentence))) {
		health.health = HEALTH_DEGRADED;
	} else {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(health.sentence, sizeof(health.sentence),
		         health_table[status->state].sentence, device);
#pragma GCC diagnostic pop
	}
	*ret = health;
}
