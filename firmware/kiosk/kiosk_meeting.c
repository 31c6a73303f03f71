/* SPDX-License-Identifier: Apache-2.0 */
/* An event's life on this kiosk: its card, its keys, its end. */
#include <errno.h>
#include <string.h>

#include <kiosk/msg_people.h>

#include "catalogue.h"
#include "clock.h"
#include "crypto.h"
#include "kiosk_private.h"
#include "rfc3339.h"
#include "text.h"

/* --- what is open --- */

uint64_t meeting_powered_ms(const struct kiosk *k)
{
	return k->meeting.powered_before_ms +
	       mono_since_us(k->time.mono, k->meeting.powered_from) / 1000;
}

/* Derives the keys of tags. `card` NULL: texts wait. */
static void meeting_keys(struct kiosk *k, const struct card_secret *card)
{
	static const char label[] = "CK1 fingerprint";
	const struct opening_secret *r = &k->secret->epoch.r;

	k->secret->ticket_key = ticket_tag_key(r);
	k->meeting.texts = card != NULL;
	k->secret->has_card_seed = card != NULL;
	wipe(&k->secret->card_seed, sizeof(k->secret->card_seed));
	if (!card)
		return;
	k->secret->card_seed = card_seed(card, &k->secret->epoch.event);
	if (card != &k->secret->card)
		k->secret->card = *card;
	k->secret->phone_key = phone_tag_key(card, r);
	k->secret->fingerprint_key = hmac_sha256(
	    k->secret->phone_key.b, sizeof(k->secret->phone_key.b), label, sizeof(label) - 1);
}

static void forget_keys(struct kiosk *k)
{
	k->meeting.texts = false;
	wipe(&k->secret->card, sizeof(k->secret->card));
	wipe(&k->secret->ticket_key, sizeof(k->secret->ticket_key));
	wipe(&k->secret->phone_key, sizeof(k->secret->phone_key));
	wipe(&k->secret->fingerprint_key, sizeof(k->secret->fingerprint_key));
	wipe(&k->secret->epoch.r, sizeof(k->secret->epoch.r));
	wipe(&k->secret->epoch.secret, sizeof(k->secret->epoch.secret));
}

/* The ledger's own copies were verified when the card was shown; they are read again, not trusted
 * to be whole. */
static int read_manifest(const struct ledger_epoch *epoch, struct manifest *ret_manifest,
                         struct public_key *ret_key)
{
	struct hub_cert hub;

	if (hub_cert_reopen(epoch->hub_cert, epoch->hub_cert_len, &hub) != 0 ||
	    manifest_open(epoch->manifest, epoch->manifest_len, &hub.hub, ret_manifest) != 0)
		return -EBADMSG;
	*ret_key = ret_manifest->has_ticket_key ? ret_manifest->ticket : hub.hub;
	return 0;
}

static int meeting_fill(struct kiosk *k, bool open)
{
	const struct ledger_epoch *epoch = &k->secret->epoch;
	struct meeting meeting = {.known = true, .open = open};
	int r = read_manifest(epoch, &meeting.manifest, &meeting.ticket_key);

	if (r == 0)
		r = manifest_occurrence(&meeting.manifest, epoch->occurrence, &meeting.start,
		                        &meeting.end);
	if (r < 0)
		return -EBADMSG;
	meeting.language = catalogue_of(meeting.manifest.language[0].s);
	meeting.already = epoch->already;
	meeting.not_accepted = epoch->not_accepted;
	meeting.has_headcount = epoch->has_headcount;
	meeting.headcount = epoch->headcount;
	meeting.powered_before_ms = epoch->powered_ms;
	meeting.powered_from = meeting.powered_noted = k->time.mono;
	meeting.texts = k->meeting.texts;
	if (open)
		r = ledger_people(k->ledger, &meeting.people);
	if (r == 0)
		k->meeting = meeting;
	return r;
}

int meeting_load(struct kiosk *k)
{
	struct epoch_id before = k->secret->epoch.epoch;
	bool was_open = k->meeting.open, open;
	int r = ledger_texts_until(k->ledger, &k->texts_until);

	if (r == 0)
		r = ledger_open_epoch(k->ledger, &k->secret->epoch);
	open = r == 0;
	if (r == LEDGER_E_NOT_OPEN)
		r = ledger_last_epoch(k->ledger, &k->secret->epoch);
	if (r == LEDGER_E_NOTHING)
		return 0;
	if (r == 0)
		r = meeting_fill(k, open);
	if (r != 0 || !open)
		return r;
	if (was_open && same_bytes(&before, &k->secret->epoch.epoch, sizeof(before)))
		meeting_keys(k, k->meeting.texts ? &k->secret->card : NULL);
	else
		meeting_keys(k, k->secret->epoch.has_secret ? &k->secret->epoch.secret : NULL);
	return 0;
}

/* --- opening --- */

struct closed_asking {
	struct kiosk *k;
	const struct manifest *manifest;
};

static int occurrence_times(void *context, uint32_t occurrence, int64_t *ret_start,
                            int64_t *ret_end)
{
	const struct closed_asking *asking = context;

	return manifest_occurrence(asking->manifest, occurrence, ret_start, ret_end);
}

static int occurrence_closed(void *context, uint32_t occurrence)
{
	const struct closed_asking *asking = context;

	if (occurrence > UINT16_MAX)
		return 1;
	return ledger_occurrence_closed(asking->k->ledger, &asking->manifest->event,
	                                (uint16_t)occurrence);
}

/*
 * R for the opening: a fresh one, or, for an occurrence that goes on in a new epoch with its tags,
 * the one in force, which only the card that opened it fits. False: it is another secret.
 */
static bool opening_secret(struct kiosk *k, struct ledger_opening *opening)
{
	static const struct opening_secret none;
	const struct ledger_epoch *last = &k->secret->epoch;

	if (ledger_last_epoch(k->ledger, &k->secret->epoch) == 0 &&
	    last->occurrence == opening->occurrence &&
	    same_bytes(&last->event, &opening->event, sizeof(last->event)) &&
	    !same_bytes(&last->r, &none, sizeof(none))) {
		opening->r = last->r;
		opening->card_check = card_check(&opening->secret, &opening->r);
		return same_bytes(&opening->card_check, &last->card_check,
		                  sizeof(last->card_check));
	}
	k->out.random(k->out.context, &opening->r, sizeof(opening->r));
	opening->card_check = card_check(&opening->secret, &opening->r);
	return true;
}

/* Signs the grant and writes the opening. 0, a LEDGER_E_ value, -EACCES: another secret, -errno. */
static int meeting_open(struct kiosk *k, const struct opened_card *card, uint16_t occurrence)
{
	struct ledger_opening *opening = &k->secret->opening;
	struct secret_seed seed = card_seed(&card->secret, &card->manifest.event);
	uint8_t grant_bytes[GRANT_BYTES_MAX];
	struct grant grant = {
	    .device = k->device, .manifest = card->manifest_hash, .occurrence = occurrence};
	struct calendar calendar = kiosk_calendar(k);
	int r;

	k->out.random(k->out.context, &grant.epoch, sizeof(grant.epoch));
	*opening = (struct ledger_opening){
	    .epoch = grant.epoch,
	    .device = k->device,
	    .event = card->manifest.event,
	    .occurrence = occurrence,
	    .keep_secret = card->manifest.resume == RESUME_AUTO,
	    .secret = card->secret,
	    .manifest = card->manifest_bytes,
	    .hub_cert = card->hub_cert_bytes,
	    .grant = grant_bytes,
	    .manifest_len = card->manifest_len,
	    .hub_cert_len = card->hub_cert_len,
	    .boot = k->boot,
	    .has_wall = calendar.known,
	    .wall = calendar.now,
	};
	if (!opening_secret(k, opening))
		r = -EACCES;
	else if (grant_seal(&grant, &seed, grant_bytes, sizeof(grant_bytes), &opening->grant_len) !=
	         0)
		r = -EBADMSG;
	else
		r = ledger_opening(k->ledger, opening);
	wipe(&seed, sizeof(seed));
	wipe(opening, sizeof(*opening));
	if (r == 0)
		r = meeting_load(k);
	if (r == 0) {
		k->opened = k->time.mono;
		meeting_keys(k, &card->secret);
		delivery_clear(k, &grant.epoch);
		upload_interval(&k->upload, k->time.mono);
		delivery_look(k);
	}
	return r;
}

static void read_store(struct kiosk *k)
{
	(void)k->out.sweep(k->out.context);
}

static void card_opens(struct kiosk *k, struct mono_time seen, const struct opened_card *card,
                       const struct card_decision *decision)
{
	struct sentence_words words = {.event = card->manifest.name[0].s};
	int r = meeting_open(k, card, decision->occurrence);

	if (r == LEDGER_E_KNOWN) {
		view_say(k, SHOW_NOT_ACCEPTED, CHANNEL_QR, seen, SAY_CLOSED_HERE, &words);
	} else if (r == -EACCES) {
		view_say(k, SHOW_NOT_ACCEPTED, CHANNEL_QR, seen, SAY_OTHER_SECRET, &words);
	} else if (r != 0) {
		ledger_failed(k, r < 0 ? r : -EIO);
		view_say(k, SHOW_NOT_CHECKED, CHANNEL_QR, seen, stopped_says(k), NULL);
	} else {
		note(k, LOG_LEVEL_INFO, "Event opened: meeting %u of it.",
		     decision->occurrence + 1U);
		view_say(k, SHOW_OPENED, CHANNEL_QR, seen, decision->sentence, &words);
		read_store(k);
	}
}

static bool secret_fits(const struct kiosk *k, const struct opened_card *card)
{
	struct hash check = card_check(&card->secret, &k->secret->epoch.r);

	return same_bytes(&check, &k->secret->epoch.card_check, sizeof(check));
}

/* The event is closed, and its headcount waits for the card: now it is signed. */
static bool card_signs(struct kiosk *k, const struct opened_card *card)
{
	const struct ledger_epoch *epoch = &k->secret->epoch;

	if (!k->meeting.known || k->meeting.open || !k->meeting.has_headcount ||
	    epoch->headcount_len > 0 ||
	    !same_bytes(&epoch->event, &card->manifest.event, sizeof(epoch->event)) ||
	    !same_bytes(&k->meeting.manifest.card, &card->manifest.card,
	                sizeof(card->manifest.card)))
		return false;
	k->secret->card_seed = card_seed(&card->secret, &epoch->event);
	k->secret->has_card_seed = true;
	return meeting_headcount(k, k->meeting.headcount) == 0;
}

static void card_is_good(struct kiosk *k, struct mono_time seen, const struct opened_card *card)
{
	struct session session = {
	    .open = k->meeting.open,
	    .event = k->secret->epoch.event,
	    .secret_at_hand = k->meeting.texts,
	    .closing = k->closing.active,
	};
	struct card_shown shown = {.manifest = &card->manifest};
	struct closed_asking asking = {.k = k, .manifest = &card->manifest};
	struct occurrence_source source = {
	    .times = occurrence_times, .closed = occurrence_closed, .context = &asking};
	struct calendar calendar = kiosk_calendar(k);
	struct sentence_words words = {.event = card->manifest.name[0].s};
	struct card_decision decision;
	char time_text[32] = "";
	bool signs;
	int r;

	signs = card_signs(k, card);
	shown.secret_fits = session.open && secret_fits(k, card);
	r = session_card(&session, &shown, &calendar, &source, &decision);
	if (r < 0) {
		ledger_failed(k, r);
		view_say(k, SHOW_NOT_CHECKED, CHANNEL_QR, seen, stopped_says(k), NULL);
		return;
	}
	switch (decision.action) {
	case CARD_OPENS:
		card_opens(k, seen, card, &decision);
		return;
	case CARD_RESUMES_TEXTS:
		meeting_keys(k, &card->secret);
		note(k, LOG_LEVEL_INFO, "The card was shown again: texts are counted.");
		view_say(k, SHOW_OPENED, CHANNEL_QR, seen, decision.sentence, &words);
		read_store(k);
		return;
	case CARD_SAYS:
		break;
	}
	if (decision.sentence == SAY_OTHER_EVENT_OPEN)
		words.event = k->meeting.manifest.name[0].s;
	if (signs && decision.sentence == SAY_CLOSED_HERE)
		decision.sentence = SAY_HEADCOUNT_SIGNED;
	if (decision.sentence == SAY_TOO_EARLY || decision.sentence == SAY_EVENT_PAST) {
		time_format(decision.start, time_text);
		time_text[16] = '\0'; /* to the minute; the sentence says UTC */
		words.time = time_text;
	}
	/* The open event's own card is welcome, there is only nothing left for it to do. */
	view_say(k,
	         decision.sentence == SAY_ALREADY_OPEN       ? SHOW_OPENED
	         : decision.sentence == SAY_HEADCOUNT_SIGNED ? SHOW_CLOSED
	                                                     : SHOW_NOT_ACCEPTED,
	         CHANNEL_QR, seen, decision.sentence, &words);
}

void meeting_card(struct kiosk *k, struct mono_time seen, const uint8_t *code, size_t len)
{
	static const enum sentence fault[] = {
	    [CARD_UNREADABLE] = SAY_CARD_UNREADABLE,
	    [CARD_OTHER_NETWORK] = SAY_CARD_OTHER_NETWORK,
	    [CARD_HUB_NOT_VALID] = SAY_CARD_HUB_NOT_VALID,
	    [CARD_BAD_MANIFEST] = SAY_CARD_BAD_MANIFEST,
	    [CARD_WRONG_SECRET] = SAY_CARD_WRONG_SECRET,
	};
	struct opened_card *card = &k->secret->shown;
	enum card_judgement judgement;

	kiosk_flush(k); /* an opening is a transaction of its own */
	if (k->stopped) {
		view_say(k, SHOW_NOT_CHECKED, CHANNEL_QR, seen, stopped_says(k), NULL);
		return;
	}
	judgement = card_open(code, len, &k->config.network.root, card);
	if (judgement == CARD_GOOD)
		card_is_good(k, seen, card);
	else
		view_say(k, SHOW_NOT_ACCEPTED, CHANNEL_QR, seen, fault[judgement], NULL);
	wipe(card, sizeof(*card));
}

/* --- the collector is ahead of this ledger --- */

/* The open epoch's card as it was shown: what opens the next epoch without a hand. False: it is not
 * at hand. */
static bool card_at_hand(const struct kiosk *k, struct opened_card *ret)
{
	const struct ledger_epoch *epoch = &k->secret->epoch;

	if (!k->meeting.texts)
		return false;
	ret->manifest = k->meeting.manifest;
	ret->secret = k->secret->card;
	ret->manifest_hash = message_hash(epoch->manifest, epoch->manifest_len);
	memcpy(ret->manifest_bytes, epoch->manifest, epoch->manifest_len);
	memcpy(ret->hub_cert_bytes, epoch->hub_cert, epoch->hub_cert_len);
	ret->manifest_len = epoch->manifest_len;
	ret->hub_cert_len = epoch->hub_cert_len;
	return true;
}

void meeting_abandon(struct kiosk *k)
{
	struct opened_card *card = &k->secret->shown;
	uint16_t occurrence = k->secret->epoch.occurrence;
	struct sentence_words words = {.event = k->meeting.manifest.name[0].s};
	bool at_hand;
	int r;

	kiosk_flush(k);
	if (k->stopped)
		return;
	at_hand = card_at_hand(k, card);
	text_copy(
	    k->uplink_sentence, sizeof(k->uplink_sentence),
	    "An old copy of this kiosk's disk was put back. Counting goes on in a new log; what "
	    "only the collector has is reported as missing.");
	note(k, LOG_LEVEL_WARNING, "%s", k->uplink_sentence);
	r = ledger_end_epoch(k->ledger, true);
	if (r == 0)
		r = meeting_load(k);
	if (r == 0 && at_hand) {
		r = meeting_open(k, card, occurrence);
		if (r == 0)
			view_say(k, SHOW_OPENED, 0, k->time.mono, SAY_OPENED_AGAIN, &words);
	}
	wipe(card, sizeof(*card));
	if (r != 0)
		ledger_failed(k, r < 0 ? r : -EIO);
	kiosk_changed(k);
}

/*
 * --- the end ---
 *
 * A close is not taken back, also not for some minutes by the card. Closing is what erases R, the
 * keys and the tags, and a pulled plug is the ordinary way to switch a kiosk off: with a time of
 * grace, a kiosk that said "closed" and was unplugged then, as most are, would keep on its disk what
 * tells who was there, until somebody switches it on. So a close is asked about by the event's name
 * and its people instead. What still can be said afterwards is the headcount: it is signed with a
 * key of the card that no tag hangs on, and which is kept in memory until the totals are confirmed.
 */

int meeting_headcount(struct kiosk *k, uint32_t people)
{
	struct headcount headcount = {.epoch = k->secret->epoch.epoch, .people = people};
	uint8_t bytes[HEADCOUNT_BYTES_MAX];
	size_t len = 0;
	int r;

	if (k->secret->has_card_seed &&
	    headcount_seal(&headcount, &k->secret->card_seed, bytes, sizeof(bytes), &len) != 0)
		len = 0;
	r = ledger_headcount(k->ledger, people, len ? bytes : NULL, len);
	if (r == 0) {
		k->meeting.has_headcount = true;
		k->meeting.headcount = people;
		k->secret->epoch.headcount_len = len;
		delivery_look(k);
	}
	return r;
}

void meeting_confirmed(struct kiosk *k)
{
	if (k->meeting.open)
		return;
	k->secret->has_card_seed = false;
	wipe(&k->secret->card_seed, sizeof(k->secret->card_seed));
}

void meeting_close(struct kiosk *k, enum close_reason reason, const uint64_t *client)
{
	k->closing = (struct closing){
	    .active = true,
	    .reason = reason,
	    .until.us = k->time.mono.us + SWEEP_US_MAX,
	    .has_client = client != NULL,
	    .client = client ? *client : 0,
	};
	/* Without the card the texts in the store cannot be read: nothing to wait for. */
	if (!k->meeting.texts || k->out.sweep(k->out.context) != 0)
		k->closing.swept = true;
}

/* What was sent until now belongs to this occurrence, whatever opens next. */
static int note_close_time(struct kiosk *k)
{
	struct text_room room = text_room_of(k);
	int64_t at;

	return text_close_time(&room, &at) ? ledger_note_text(k->ledger, at) : 0;
}

static void meeting_end(struct kiosk *k)
{
	struct closing closing = k->closing;
	struct sentence_words words = {.event = k->meeting.manifest.name[0].s,
	                               .n = k->meeting.people};
	struct epoch_id epoch = k->secret->epoch.epoch;
	struct msg_view view;
	int r = 0;

	/* A headcount given while the card was not at hand is signed now, if it is. */
	if (k->meeting.has_headcount && k->secret->has_card_seed)
		r = meeting_headcount(k, k->meeting.headcount);
	if (r == 0)
		r = ledger_note_powered(k->ledger, meeting_powered_ms(k));
	if (r == 0)
		r = note_close_time(k);
	if (r == 0)
		r = ledger_end_epoch(k->ledger, false);
	if (r == 0)
		r = ledger_texts_until(k->ledger, &k->texts_until);
	k->closing.active = false;
	if (r != 0) {
		ledger_failed(k, r < 0 ? r : -EIO);
		if (closing.has_client)
			result_send(k, closing.client, r < 0 ? r : -EIO, k->stopped_sentence);
		return;
	}
	forget_keys(k);
	memset(k->flight, 0, sizeof(k->flight));
	memset(k->first_part, 0, sizeof(k->first_part));
	k->meeting.open = false;
	delivery_look(k);
	note(k, LOG_LEVEL_INFO, "Event closed.");
	view_fill(k, &view, SHOW_CLOSED, 0, k->time.mono, close_sentence(closing.reason), &words);
	view_send(k, &view);
	if (closing.has_client)
		result_send(k, closing.client, 0, view.sentence);
	/* The closing batch is frozen now if this ledger is known to be the newest; else once the
	 * collector said so. */
	if (delivery_is_clear(k, &epoch))
		(void)delivery_seal(k, &epoch);
}

/* Ends the closing once the modem's store is empty, or the wait for it over. */
static void meeting_close_on(struct kiosk *k)
{
	if (!k->closing.active || (!k->closing.swept && k->time.mono.us < k->closing.until.us))
		return;
	if (!k->closing.swept)
		note(k, LOG_LEVEL_WARNING,
		     "The modem's store was not read to its end before closing.");
	kiosk_flush(k);
	if (!k->stopped)
		meeting_end(k);
}

/*
 * An opening was given up and its card never came again: the tags that wait for it go when its time
 * is over, as they do at a close.
 */
static void erase_carried(struct kiosk *k, const struct calendar *calendar)
{
	static const struct opening_secret none;
	int r;

	if (!k->meeting.known || k->group.begun ||
	    same_bytes(&k->secret->epoch.r, &none, sizeof(none)) ||
	    session_ends(calendar, k->meeting.end, k->meeting.manifest.grace_s,
	                 meeting_powered_ms(k), k->config.powered_max_ms) == CLOSE_NOT)
		return;
	r = ledger_end_epoch(k->ledger, false);
	if (r == 0)
		r = ledger_texts_until(k->ledger, &k->texts_until);
	if (r != 0 && r != LEDGER_E_NOT_OPEN) {
		ledger_failed(k, r < 0 ? r : -EIO);
		return;
	}
	forget_keys(k);
	note(k, LOG_LEVEL_INFO, "What was kept for going on with the last event is erased.");
}

void meeting_run(struct kiosk *k)
{
	struct calendar calendar = kiosk_calendar(k);
	enum close_reason reason;

	if (!k->meeting.open) {
		erase_carried(k, &calendar);
		return;
	}
	if (!k->closing.active) {
		reason = session_ends(&calendar, k->meeting.end, k->meeting.manifest.grace_s,
		                      meeting_powered_ms(k), k->config.powered_max_ms);
		if (reason != CLOSE_NOT)
			meeting_close(k, reason, NULL);
	}
	meeting_close_on(k);
	if (k->meeting.open && !k->stopped &&
	    mono_since_us(k->time.mono, k->meeting.powered_noted) >= NOTE_POWERED_US &&
	    !k->group.begun) {
		int r = ledger_note_powered(k->ledger, meeting_powered_ms(k));

		k->meeting.powered_noted = k->time.mono;
		if (r != 0)
			ledger_failed(k, r < 0 ? r : -EIO);
	}
}
