/* SPDX-License-Identifier: Apache-2.0 */
/* Check-ins that wait share one transaction; what is said to people follows its commit. */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "catalogue.h"
#include "kiosk_private.h"
#include "text.h"

/* The same in the event's other languages, which call it by another name. */
static void fill_others(const struct kiosk *k, struct msg_view *view, enum sentence sentence,
                        const struct sentence_words *words)
{
	const struct manifest *manifest = &k->meeting.manifest;

	for (unsigned i = 1; i < manifest->n_languages; i++) {
		struct sentence_words other = words ? *words : (struct sentence_words){0};

		if (other.event && strcmp(other.event, manifest->name[0].s) == 0)
			other.event = manifest->name[i].s;
		sentence_write(sentence, catalogue_of(manifest->language[i].s), &other,
		               view->also[i - 1], sizeof(view->also[i - 1]));
	}
}

void view_fill(const struct kiosk *k, struct msg_view *view, enum screen_answer answer,
               enum channel channel, struct mono_time seen, enum sentence sentence,
               const struct sentence_words *words)
{
	*view = (struct msg_view){
	    .answer = answer,
	    .channel = channel,
	    .people = k->meeting.known ? k->meeting.people : 0,
	    .seen = seen,
	};
	sentence_write(sentence, k->meeting.language, words, view->sentence,
	               sizeof(view->sentence));
	if (k->meeting.known && sentence != SAY_NOTHING)
		fill_others(k, view, sentence, words);
}

void view_send(struct kiosk *k, struct msg_view *view)
{
	view->happening = ++k->happening;
	view->shown = k->time.mono;
	k->out.view(k->out.context, view);
}

void view_say(struct kiosk *k, enum screen_answer answer, enum channel channel,
              struct mono_time seen, enum sentence sentence, const struct sentence_words *words)
{
	struct msg_view view;

	view_fill(k, &view, answer, channel, seen, sentence, words);
	view_send(k, &view);
}

void kiosk_changed(struct kiosk *k)
{
	view_say(k, SHOW_NOTHING, 0, k->time.mono, SAY_NOTHING, NULL);
}

void result_send(struct kiosk *k, uint64_t client, int error, const char *sentence)
{
	struct msg_result result = {.error = error};

	text_copy(result.sentence, sizeof(result.sentence), sentence);
	k->out.result(k->out.context, client, &result);
}

/* --- the group --- */

struct waiting *group_place(struct kiosk *k)
{
	struct waiting *waiting;

	if (k->group.n == GROUP_MAX)
		kiosk_flush(k);
	if (k->stopped)
		return NULL;
	if (!k->group.begun) {
		int r = ledger_begin(k->ledger);

		if (r != 0) {
			ledger_failed(k, r < 0 ? r : -EIO);
			return NULL;
		}
		k->group.begun = true;
	}
	waiting = &k->group.waiting[k->group.n];
	*waiting = (struct waiting){0};
	return waiting;
}

void group_wait(struct kiosk *k)
{
	assert(k->group.n < GROUP_MAX);
	k->group.n++;
}

bool kiosk_waits(const struct kiosk *k)
{
	return k->group.begun;
}

static void answer(struct kiosk *k, struct waiting *waiting)
{
	if (waiting->has_view)
		view_send(k, &waiting->view);
	if (waiting->has_result)
		k->out.result(k->out.context, waiting->client, &waiting->result);
	if (waiting->has_verdict)
		k->out.verdict(k->out.context, &waiting->verdict);
}

void group_take_back(struct kiosk *k)
{
	for (unsigned i = 0; i < k->group.n; i++) {
		struct waiting *waiting = &k->group.waiting[i];

		if (waiting->has_view && waiting->view.channel == CHANNEL_SMS) {
			waiting->has_view = false;
		} else if (waiting->has_view && waiting->view.answer != SHOW_NOT_ACCEPTED) {
			struct mono_time seen = waiting->view.seen;

			view_fill(k, &waiting->view, SHOW_NOT_CHECKED, waiting->view.channel, seen,
			          stopped_says(k), NULL);
		}
		if (waiting->has_result && waiting->result.error == 0) {
			waiting->result.error = k->stopped == STOPPED_NO_ROOM ? -ENOSPC : -EIO;
			text_copy(waiting->result.sentence, sizeof(waiting->result.sentence),
			          k->stopped_sentence);
		}
		waiting->verdict.verdict = SMS_KEEP;
		answer(k, waiting);
	}
	k->group.n = 0;
}

static int64_t reply_now_s(const struct kiosk *k)
{
	return (int64_t)(meeting_powered_ms(k) / 1000);
}

/* The second commit of DESIGN.md, Texts: "attempted", before any reply is handed to the modem. */
static int mark_attempted(struct kiosk *k)
{
	int r = 0;
	bool any = false;

	for (unsigned i = 0; i < k->group.n; i++)
		any = any || k->group.waiting[i].flight.reply;
	if (!any)
		return 0;
	r = ledger_begin(k->ledger);
	for (unsigned i = 0; i < k->group.n && r == 0; i++) {
		struct flight *flight = &k->group.waiting[i].flight;

		if (flight->reply)
			r = ledger_sms_move(k->ledger, &flight->fingerprint, SMS_STATE_ATTEMPTED,
			                    &flight->sender, reply_now_s(k));
	}
	if (r == 0)
		r = ledger_commit(k->ledger);
	else
		ledger_rollback(k->ledger);
	return r;
}

static void remember_flight(struct kiosk *k, const struct flight *flight)
{
	for (unsigned i = 0; i < FLIGHTS_MAX; i++)
		if (!k->flight[i].used) {
			k->flight[i] = *flight;
			k->flight[i].used = true;
			return;
		}
}

static void give_answers(struct kiosk *k, int attempted)
{
	for (unsigned i = 0; i < k->group.n; i++) {
		struct waiting *waiting = &k->group.waiting[i];

		/* Not marked: the modem keeps the text, and offers it again; its reply is still due
		 * then. */
		if (waiting->flight.reply && attempted != 0)
			waiting->verdict.verdict = SMS_KEEP;
		else if (waiting->flight.reply)
			remember_flight(k, &waiting->flight);
		answer(k, waiting);
	}
	k->group.n = 0;
	if (!k->delivery_waits)
		delivery_look(k);
}

void kiosk_flush(struct kiosk *k)
{
	int r;

	if (!k->group.begun)
		return;
	k->group.begun = false;
	r = ledger_commit(k->ledger);
	if (r != 0) {
		ledger_rollback(k->ledger);
		ledger_failed(k, r < 0 ? r : -EIO);
		return;
	}
	r = mark_attempted(k);
	give_answers(k, r);
	if (r != 0)
		ledger_failed(k, r < 0 ? r : -EIO);
}
