/* SPDX-License-Identifier: Apache-2.0 */
/* Totals on their way to the collector: asked, sealed, posted, confirmed. Never in the way of a
 * check-in. */
#include <errno.h>
#include <string.h>

#include <kiosk/msg_helper.h>

#include "crypto.h"
#include "kiosk_private.h"
#include "text.h"

/* --- which epochs may be sealed --- */

bool delivery_is_clear(const struct kiosk *k, const struct epoch_id *epoch)
{
	for (unsigned i = 0; i < k->n_clear; i++)
		if (same_bytes(&k->clear[i], epoch, sizeof(*epoch)))
			return true;
	return false;
}

/* Opened since the start, or asked for: no other copy of this disk has sealed more of it. */
void delivery_clear(struct kiosk *k, const struct epoch_id *epoch)
{
	if (delivery_is_clear(k, epoch))
		return;
	if (k->n_clear == CLEAR_MAX) {
		memmove(k->clear, k->clear + 1, sizeof(k->clear) - sizeof(k->clear[0]));
		k->n_clear--;
	}
	k->clear[k->n_clear++] = *epoch;
}

/* --- sealing --- */

static void fill_time(const struct kiosk *k, struct batch *batch)
{
	static const uint32_t uncertainty_s[] = {
	    [CLOCK_SOURCE_NTP] = 1,      [CLOCK_SOURCE_RTC] = 60,       [CLOCK_SOURCE_SMS] = 3600,
	    [CLOCK_SOURCE_RECEIPT] = 60, [CLOCK_SOURCE_OPERATOR] = 300,
	};
	int64_t wall = 0;

	batch->boot = k->boot;
	batch->boot_ms = k->time.mono.us / 1000;
	batch->clock_source = kiosk_estimate(k, &wall);
	batch->has_wall = batch->clock_source != CLOCK_SOURCE_NONE;
	batch->wall = wall;
	batch->clock_uncertainty_s = uncertainty_s[batch->clock_source];
}

/*
 * Batch `seq` of this epoch is not for sealing: parked, so that no other waits for it; `send` tries
 * again. LEDGER_E_NOTHING, or -errno (told to ledger_failed).
 */
static int set_aside(struct kiosk *k, const struct epoch_id *epoch, uint32_t seq,
                     const char *reason)
{
	int r = ledger_park(k->ledger, epoch, seq, 0, reason);

	note(k, LOG_LEVEL_WARNING, "%s", reason);
	if (r < 0)
		ledger_failed(k, r);
	else
		delivery_look(k);
	return r < 0 ? r : LEDGER_E_NOTHING;
}

/* A fault of ours: the totals stay in the ledger. */
static int cannot_seal(struct kiosk *k, const char *why)
{
	char sentence[REASON_BYTES_MAX + 1];

	text_format(sentence, sizeof(sentence),
	            "The totals could not be sealed (%s): they stay here; tell the national team.",
	            why);
	return set_aside(k, &k->batch.epoch, k->batch.seq, sentence);
}

int delivery_seal(struct kiosk *k, const struct epoch_id *epoch)
{
	uint8_t bytes[BATCH_BYTES_MAX];
	size_t len;
	int r;

	recount_finish(k);
	if (k->stopped)
		return -EIO;
	r = ledger_draft(k->ledger, epoch, &k->batch);
	if (r > 0)
		return r;
	if (r == 0) {
		if (!same_bytes(&k->batch.device, &k->device, sizeof(k->device)))
			return set_aside(k, epoch, k->batch.seq,
			                 "Totals in this ledger were counted under another device "
			                 "key: put that key back to send them.");
		fill_time(k, &k->batch);
		k->batch.software = k->config.software;
		r = batch_seal(&k->batch, &k->secret->device, bytes, sizeof(bytes), &len);
		if (r != 0)
			return cannot_seal(k, wire_strerror(r));
		r = ledger_freeze(k->ledger, &k->batch, bytes, len);
	}
	if (r < 0)
		ledger_failed(k, r);
	else if (r == 0 && k->batch.state == EPOCH_OPEN)
		upload_interval(&k->upload, k->time.mono);
	return r;
}

/* --- asking and posting --- */

static void failed(struct kiosk *k, const char *sentence)
{
	uint32_t random;
	bool news = strcmp(k->uplink_sentence, sentence) != 0;

	k->exchange.active = false;
	k->out.random(k->out.context, &random, sizeof(random));
	upload_failed(&k->upload, k->time.mono, random);
	delivery_look(k);
	text_copy(k->uplink_sentence, sizeof(k->uplink_sentence), sentence);
	if (news) {
		note(k, LOG_LEVEL_WARNING, "No answer from the collector: %s", k->uplink_sentence);
		kiosk_changed(k);
	}
}

static void request(struct kiosk *k, enum http_kind kind, const struct epoch_id *epoch,
                    const uint8_t *body, size_t len)
{
	struct msg_http_request message = {
	    .id = k->exchange.id + 1,
	    .kind = kind,
	    .epoch = *epoch,
	    .timeout_ms = HTTP_TIMEOUT_MS,
	    .check_dates = kiosk_calendar(k).known,
	    .len = (uint32_t)len,
	};

	k->out.random(k->out.context, &message.nonce, sizeof(message.nonce));
	k->exchange.active = true;
	k->exchange.id = message.id;
	k->exchange.kind = kind;
	k->exchange.nonce = message.nonce;
	k->exchange.epoch = *epoch;
	k->exchange.has_other_log = false;
	k->exchange.sent = k->time.mono;
	k->exchange.lost.us = k->time.mono.us + HTTP_LOST_US;
	if (k->out.request(k->out.context, &message, body, len) != 0)
		failed(k, "The uplink program is not running; it is started again by itself.");
}

static void ask_head(struct kiosk *k, const struct epoch_id *epoch)
{
	k->exchange.subject = head_subject(epoch);
	request(k, HTTP_GET_HEAD, epoch, NULL, 0);
}

static void post(struct kiosk *k)
{
	const struct ledger_outgoing *o = &k->outgoing;
	const struct post_view view = {
	    .batch = o->batch,
	    .grant = o->grant,
	    .manifest = o->manifest,
	    .hub_cert = o->hub_cert,
	    .batch_len = o->batch_len,
	    .grant_len = o->grant_len,
	    .manifest_len = o->manifest_len,
	    .hub_cert_len = o->hub_cert_len,
	};
	uint8_t body[POST_BYTES_MAX];
	size_t len;

	if (batch_reopen(o->batch, o->batch_len, &k->exchange.batch) != 0 ||
	    post_join(&view, body, sizeof(body), &len) != 0) {
		int r = ledger_park(k->ledger, &o->epoch, o->seq, 0,
		                    "This kiosk's own batch cannot be read any more.");

		if (r < 0)
			ledger_failed(k, r);
		return;
	}
	k->exchange.seq = o->seq;
	k->exchange.posted = message_hash(o->batch, o->batch_len);
	k->exchange.subject = sha256(body, len);
	request(k, HTTP_POST_BATCH, &o->epoch, body, len);
}

/* --- what there is to do --- */

struct agenda {
	struct upload_work work;
	struct epoch_id epoch; /* to seal, or to ask for */
	bool is_history;
};

/* 0 or -errno. */
static int agenda_read(struct kiosk *k, struct agenda *ret)
{
	enum epoch_state state = EPOCH_OPEN;
	int r;

	*ret = (struct agenda){0};
	r = ledger_next_outgoing(k->ledger, &k->outgoing);
	if (r == 0)
		ret->work.outgoing = true;
	else if (r == LEDGER_E_NOTHING)
		r = ledger_next_unsealed(k->ledger, &ret->epoch, &state);
	/* An event that is being closed is sealed once it is: its window may be long over. */
	if (r == 0 && !ret->work.outgoing && state == EPOCH_OPEN && k->closing.active)
		r = LEDGER_E_NOTHING;
	if (r == 0 && !ret->work.outgoing) {
		ret->work.unsealed = true;
		ret->work.unsealed_closed = state != EPOCH_OPEN;
		ret->work.head_unknown = !delivery_is_clear(k, &ret->epoch);
	} else if (r == LEDGER_E_NOTHING && k->meeting.open) {
		ret->epoch = k->secret->epoch.epoch;
		ret->work.head_unknown = !delivery_is_clear(k, &ret->epoch);
	}
	/* With nothing else to say: has it still what it confirmed last? */
	if (r == LEDGER_E_NOTHING && !ret->work.head_unknown && !k->history_checked) {
		uint32_t seq;

		r = ledger_last_confirmed(k->ledger, &ret->epoch, &seq);
		ret->work.head_unknown = ret->is_history = r == 0;
	}
	return r < 0 ? r : 0;
}

bool delivery_wake(const struct kiosk *k, struct mono_time *ret_at)
{
	if (!k->config.uplink || k->stopped)
		return false;
	*ret_at = k->exchange.active ? k->exchange.lost : k->delivery_at;
	return true;
}

void delivery_look(struct kiosk *k)
{
	k->delivery_at = k->time.mono;
}

void delivery_run(struct kiosk *k)
{
	struct mono_time at = {.us = k->time.mono.us + WAKE_US_MAX};
	struct agenda agenda;

	if (!k->config.uplink || k->group.begun)
		return;
	if (k->exchange.active) {
		if (k->time.mono.us < k->exchange.lost.us)
			return;
		failed(k, "The uplink program did not answer.");
	}
	if (k->time.mono.us < k->delivery_at.us)
		return;
	for (;;) {
		int r = agenda_read(k, &agenda);

		if (r < 0) {
			ledger_failed(k, r);
			return;
		}
		k->delivery_waits = false;
		switch (upload_next(&k->upload, &agenda.work, k->time.mono, &at)) {
		case UPLOAD_WAIT:
			k->delivery_waits = true;
			k->delivery_at = at;
			return;
		case UPLOAD_NOTHING:
			k->delivery_at = at;
			return;
		case UPLOAD_ASK_HEAD:
			ask_head(k, &agenda.epoch);
			k->exchange.is_history = agenda.is_history;
			return;
		case UPLOAD_POST:
			post(k);
			return;
		case UPLOAD_SEAL:
			k->delivery_at = at;
			if (delivery_seal(k, &agenda.epoch) != 0)
				return;
			break;
		}
	}
}

/* --- what came back --- */

static void head_answered(struct kiosk *k)
{
	const struct answer *answer = &k->word.answer;
	const struct epoch_id epoch = k->exchange.epoch;
	struct hash hash;
	uint32_t seq;
	int r = ledger_head(k->ledger, &epoch, &seq, &hash);
	bool ahead;

	if (r != 0) {
		if (r < 0 && r != -ENOENT)
			ledger_failed(k, r);
		return;
	}
	ahead = answer->has_head &&
	        (answer->head_seq > seq || (answer->head_seq == seq && seq > 0 &&
	                                    !same_bytes(&answer->head_hash, &hash, sizeof(hash))));
	if (!ahead)
		delivery_clear(k, &epoch);
	else if (k->meeting.open && same_bytes(&epoch, &k->secret->epoch.epoch, sizeof(epoch)))
		meeting_abandon(k);
	else
		(void)set_aside(k, &epoch, seq + 1,
		                "The collector has more of a closed event than this kiosk: an old "
		                "copy of its disk was put back. Its numbers stand.");
}

/*
 * The collector's own signature says that it has not what it gave receipts for. Those are set
 * aside, and everything is sent again: what it still has it answers with the receipt of then.
 */
static void start_over(struct kiosk *k, const char *sentence)
{
	int r = ledger_set_receipts_aside(k->ledger);

	note(k, LOG_LEVEL_ERROR, "%s", sentence);
	text_copy(k->uplink_sentence, sizeof(k->uplink_sentence), sentence);
	failed(k, sentence);
	if (r < 0)
		ledger_failed(k, r);
	else
		kiosk_changed(k);
}

/* A batch is sealed only when the one before it has its receipt; and a head is not before what was
 * confirmed. */
static bool has_lost_something(struct kiosk *k)
{
	const struct answer *answer = &k->word.answer;
	struct epoch_id epoch;
	uint32_t seq;

	if (k->exchange.kind == HTTP_POST_BATCH)
		return answer->status == ANSWER_GAP && k->exchange.seq > 1;
	if (ledger_last_confirmed(k->ledger, &epoch, &seq) != 0 ||
	    !same_bytes(&epoch, &k->exchange.epoch, sizeof(epoch)))
		return false;
	k->history_checked = true;
	return answer->status == ANSWER_NO_SUCH_EPOCH ||
	       (answer->has_head && answer->head_seq < seq);
}

/*
 * Refused, signed. A conflict ends the open epoch: another copy of this disk has sealed of it too,
 * and nothing more of it will ever be taken.
 */
static int batch_refused(struct kiosk *k)
{
	const struct answer *answer = &k->word.answer;
	char reason[SENTENCE_BYTES_MAX + 1];

	text_format(reason, sizeof(reason), "The collector refused a batch (%u): %s",
	            answer->status, answer->reason.s);
	note(k, LOG_LEVEL_ERROR, "%s", reason);
	if (answer->status == ANSWER_CONFLICT && k->meeting.open &&
	    same_bytes(&k->exchange.epoch, &k->secret->epoch.epoch, sizeof(k->exchange.epoch))) {
		meeting_abandon(k);
		return 0;
	}
	return ledger_park(k->ledger, &k->exchange.epoch, k->exchange.seq, answer->status,
	                   answer->reason.s);
}

static int batch_answered(struct kiosk *k, bool has_receipt, const struct receipt *receipt)
{
	const struct answer *answer = &k->word.answer;
	int r;

	if (!has_receipt)
		return batch_refused(k);
	r = ledger_collector_cert(k->ledger, &k->word.certificate.collector, k->word.cert,
	                          k->word.cert_len);
	if (r == 0)
		r = ledger_receipt(k->ledger, receipt, answer->receipt, answer->receipt_len);
	k->history_checked = true;
	if (r == 0)
		r = date_receipt(k, receipt->time, answer->status == ANSWER_STORED,
		                 &k->word.certificate);
	if (r == 0 && k->exchange.batch.state != EPOCH_OPEN)
		meeting_confirmed(k);
	if (receipt->held.s[0])
		note(k, LOG_LEVEL_WARNING, "The collector holds this event's totals back: %s",
		     receipt->held.s);
	return r;
}

void kiosk_http(struct kiosk *k, const struct msg_http_response *response, const uint8_t *body,
                size_t len)
{
	char sentence[SENTENCE_BYTES_MAX + 1] = "";
	struct receipt receipt;
	bool has_receipt;
	int r = 0;

	if (!k->exchange.active || response->id != k->exchange.id)
		return;
	if (response->status == 0) {
		failed(k, response->sentence);
		return;
	}
	kiosk_flush(k);
	if (k->stopped) {
		k->exchange.active = false;
		return;
	}
	if (answer_verify(k, body, len, &has_receipt, &receipt, sentence, sizeof(sentence)) != 0) {
		if (k->exchange.has_other_log)
			start_over(k, sentence);
		else
			failed(k, sentence);
		return;
	}
	if (has_lost_something(k)) {
		start_over(k, "The collector has lost totals it gave receipts for: an older "
		              "database was put back. All totals are sent again; tell the "
		              "national team.");
		return;
	}
	k->exchange.active = false;
	upload_answered(&k->upload, k->time.mono, k->word.answer.next_after_s);
	delivery_look(k);
	k->uplink_sentence[0] = '\0';
	if (k->exchange.kind == HTTP_GET_HEAD && !k->exchange.is_history)
		head_answered(k);
	else if (k->exchange.kind == HTTP_POST_BATCH)
		r = batch_answered(k, has_receipt, &receipt);
	if (r > 0)
		note(k, LOG_LEVEL_ERROR, "A receipt was not stored: %s.", ledger_strerror(r));
	if (r < 0)
		ledger_failed(k, r);
	else
		kiosk_changed(k);
}

void kiosk_link(struct kiosk *k, bool up)
{
	upload_link(&k->upload, up, k->time.mono);
	delivery_look(k);
}

void kiosk_uplink_gone(struct kiosk *k)
{
	if (k->exchange.active)
		failed(k, "The uplink program ended before it had an answer; it is started again "
		          "by itself.");
}
