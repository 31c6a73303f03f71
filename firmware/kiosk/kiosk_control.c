/* SPDX-License-Identifier: Apache-2.0 */
/* A volunteer's acts. */
#include <errno.h>
#include <string.h>

#include <kiosk/msg_people.h>

#include "headline.h"
#include "kiosk_private.h"
#include "rfc3339.h"
#include "text.h"

static void refuse(struct kiosk *k, uint64_t client, const char *sentence)
{
	result_send(k, client, RESULT_REFUSED, sentence);
}

static void result_waits(struct waiting *waiting, uint64_t client, const char *sentence)
{
	waiting->has_result = true;
	waiting->client = client;
	text_copy(waiting->result.sentence, sizeof(waiting->result.sentence), sentence);
}

static void add(struct kiosk *k, uint64_t client, const struct msg_control *control)
{
	uint16_t project =
	    control->project ? (uint16_t)control->project : k->meeting.manifest.default_project;
	struct ledger_checkin checkin = {
	    .channel = CHANNEL_MANUAL,
	    .first = (enum first)control->first,
	    .slot = kiosk_slot(k),
	    .people = (uint16_t)control->number,
	    .n_projects = 1,
	    .project = {project},
	};
	struct ledger_counted counted;
	struct sentence_words words = {.n = control->number};
	struct waiting *waiting;
	char sentence[SENTENCE_BYTES_MAX + 1];
	int r;

	/* more at once is a slip of the finger */
	if (control->number < 1 || control->number > WALK_INS_MAX) {
		text_format(sentence, sizeof(sentence),
		            "%u people cannot be added at once; say 1 to %d.", control->number,
		            WALK_INS_MAX);
		refuse(k, client, sentence);
		return;
	}
	if (control->project > UINT16_MAX ||
	    manifest_project_index(&k->meeting.manifest, project) < 0) {
		text_format(sentence, sizeof(sentence),
		            "This event has no project %u: see `kioskctl status`.",
		            control->project);
		refuse(k, client, sentence);
		return;
	}
	if (control->first > FIRST_NO) {
		refuse(k, client, "First time is yes, no, or not asked.");
		return;
	}
	waiting = group_place(k);
	if (!waiting) {
		result_send(k, client, -EIO, k->stopped_sentence);
		return;
	}
	r = ledger_check_in(k->ledger, &checkin, &counted);
	if (r < 0) {
		ledger_failed(k, r);
		result_send(k, client, r, k->stopped_sentence);
		return;
	}
	if (r > 0) {
		refuse(k, client, ledger_strerror(r));
		return;
	}
	k->meeting.people += counted.people_added;
	view_fill(k, &waiting->view, SHOW_COUNTED, CHANNEL_MANUAL, k->time.mono, SAY_WALK_IN,
	          &words);
	waiting->view.added = counted.people_added;
	waiting->has_view = true;
	text_format(sentence, sizeof(sentence), "%u added by hand; people now: %llu.",
	            (unsigned)words.n, (unsigned long long)k->meeting.people);
	result_waits(waiting, client, sentence);
	group_wait(k);
}

/* A question instead of the act. */
static void ask(struct kiosk *k, uint64_t client, enum control_ask asked, uint64_t saw,
                const char *sentence)
{
	struct msg_result result = {.error = RESULT_ASKS, .asked = asked, .saw = saw};

	text_copy(result.sentence, sizeof(result.sentence), sentence);
	k->out.result(k->out.context, client, &result);
}

/* --- undo --- */

static const char *const how[] = {
    [CHANNEL_QR] = "a code", [CHANNEL_SMS] = "a text", [CHANNEL_MANUAL] = "an addition by hand"};

/* When, as far as it is kept: a quarter of an hour. */
static void write_when(const struct kiosk *k, uint16_t slot, char *text, size_t size)
{
	const int64_t from = k->meeting.start + (int64_t)slot * SLOT_S;
	const struct date date = kiosk_date(k);
	char time[32];

	text_copy(text, size, "at a time not known");
	if (slot == SLOT_UNKNOWN)
		return;
	if (date.known && date.now >= from && date.now < from + SLOT_S) {
		text_copy(text, size, "within the last 15 minutes");
	} else if (date.known && date.now >= from && date.now - from < 86400) {
		const unsigned minutes = (unsigned)((date.now - from) / 60);

		text_format(text, size, "%u to %u minutes ago", minutes - SLOT_S / 60, minutes);
	} else {
		time_format(from, time);
		text_format(text, size, "in the 15 minutes after %s", time);
	}
}

static const char *project_name(const struct kiosk *k, uint16_t id)
{
	const int i = manifest_project_index(&k->meeting.manifest, id);

	return i < 0 ? "" : k->meeting.manifest.project[i].name[0].s;
}

/* Names what an undo takes back; never whom. */
static void ask_undo(struct kiosk *k, uint64_t client, const struct ledger_last *last)
{
	char sentence[SENTENCE_BYTES_MAX + 1], when[64], project[NAME_BYTES_MAX + 32];

	write_when(k, last->slot, when, sizeof(when));
	if (last->n_projects == 0)
		text_copy(project, sizeof(project), "no project");
	else
		text_format(project, sizeof(project), "%s%s", project_name(k, last->project[0]),
		            last->n_projects > 1 ? " and more" : "");
	text_format(sentence, sizeof(sentence), "Take back %s, %s: %u %s, %s?", how[last->channel],
	            when, last->people, last->people == 1 ? "person" : "people", project);
	ask(k, client, ASK_WHAT, last->leaf, sentence);
}

/* Whether a question was sent, or why there is none. */
static bool undo_asks(struct kiosk *k, uint64_t client, const struct msg_control *control)
{
	struct ledger_last last;
	int r;

	if (!(control->ask & ASK_WHAT) && control->saw == 0)
		return false;
	kiosk_flush(k);
	r = k->stopped ? -EIO : ledger_last_check_in(k->ledger, &last);
	if (r == 0 && control->saw == last.leaf)
		return false;
	if (r == 0)
		ask_undo(k, client, &last);
	else if (r == LEDGER_E_NOTHING)
		refuse(k, client, "No check-in of this event is left to take back.");
	else
		result_send(k, client, r < 0 ? r : -EIO,
		            k->stopped ? k->stopped_sentence : ledger_strerror(r));
	return true;
}

static void undo(struct kiosk *k, uint64_t client, const struct msg_control *control)
{
	struct waiting *waiting;
	struct sentence_words words = {0};
	enum channel channel = CHANNEL_QR;
	char sentence[SENTENCE_BYTES_MAX + 1];
	uint32_t people = 0;
	int r;

	if (undo_asks(k, client, control))
		return;
	waiting = group_place(k);
	if (!waiting) {
		result_send(k, client, -EIO, k->stopped_sentence);
		return;
	}
	r = ledger_undo_last(k->ledger, kiosk_slot(k), &channel, &people);
	if (r < 0) {
		ledger_failed(k, r);
		result_send(k, client, r, k->stopped_sentence);
		return;
	}
	if (r > 0) {
		refuse(k, client,
		       r == LEDGER_E_NOTHING ? "No check-in of this event is left to take back."
		                             : ledger_strerror(r));
		return;
	}
	k->meeting.people -= people;
	words.n = people;
	view_fill(k, &waiting->view, SHOW_UNDONE, 0, k->time.mono, SAY_UNDONE, &words);
	waiting->has_view = true;
	text_format(sentence, sizeof(sentence), "Taken back: %s, %u; people now: %llu.",
	            how[channel], people, (unsigned long long)k->meeting.people);
	result_waits(waiting, client, sentence);
	group_wait(k);
}

/* --- headcount and close --- */

/* Said before the count is: a headcount made without the kiosk's number is worth more. */
static bool headcount_asks(struct kiosk *k, uint64_t client, const struct msg_control *control)
{
	char sentence[SENTENCE_BYTES_MAX + 1];
	uint64_t people = k->meeting.people;

	if (!(control->ask & ASK_IF_FAR) || control->number > HEADCOUNT_MAX ||
	    !headcount_is_far(people, control->number))
		return false;
	text_format(sentence, sizeof(sentence),
	            "%u in the room is far from what this kiosk counted. Is it %u?",
	            control->number, control->number);
	ask(k, client, ASK_IF_FAR, control->saw, sentence);
	return true;
}

/* 0, or a sentence was sent. */
static int headcount(struct kiosk *k, uint64_t client, uint32_t people)
{
	char sentence[SENTENCE_BYTES_MAX + 1];
	int r;

	if (people > HEADCOUNT_MAX) {
		text_format(sentence, sizeof(sentence), "A headcount is 0 to %d people.",
		            HEADCOUNT_MAX);
		refuse(k, client, sentence);
		return RESULT_REFUSED;
	}
	kiosk_flush(k);
	r = k->stopped ? -EIO : meeting_headcount(k, people);
	if (r == LEDGER_E_NOT_OPEN) {
		refuse(k, client,
		       "The totals are confirmed: no headcount is added to them any more.");
	} else if (r != 0) {
		if (!k->stopped)
			ledger_failed(k, r < 0 ? r : -EIO);
		result_send(k, client, r < 0 ? r : -EIO, k->stopped_sentence);
	}
	return r;
}

static void take_headcount(struct kiosk *k, uint64_t client, const struct msg_control *control)
{
	if (!k->meeting.known) {
		refuse(k, client, "No event was opened on this kiosk yet.");
		return;
	}
	if (headcount_asks(k, client, control) || headcount(k, client, control->number) != 0)
		return;
	result_send(k, client, 0,
	            k->secret->has_card_seed ? "Headcount noted and signed."
	            : k->meeting.open
	                ? "Headcount noted; show the event card before closing, so that it can be "
	                  "signed."
	                : "Headcount noted; show the event card, so that it can be signed.");
}

/* What a person who was asked about the close saw: this event, these people. */
static uint64_t close_seen(const struct kiosk *k)
{
	uint32_t epoch;

	memcpy(&epoch, k->secret->epoch.epoch.b, sizeof(epoch));
	return ((uint64_t)epoch << 32 | (k->meeting.people & UINT32_MAX)) + 1;
}

static void close_event(struct kiosk *k, uint64_t client, const struct msg_control *control)
{
	char sentence[SENTENCE_BYTES_MAX + 1];

	if (k->closing.active) {
		refuse(k, client, "The event is being closed already.");
		return;
	}
	if (control->has_headcount && headcount_asks(k, client, control))
		return;
	kiosk_flush(k);
	if ((control->ask & ASK_WHAT || control->saw != 0) && control->saw != close_seen(k)) {
		text_format(sentence, sizeof(sentence),
		            "Close %s, people counted: %llu? It does not open again.",
		            k->meeting.manifest.name[0].s, (unsigned long long)k->meeting.people);
		ask(k, client, ASK_WHAT, close_seen(k), sentence);
		return;
	}
	if (control->has_headcount && headcount(k, client, control->number) != 0)
		return;
	meeting_close(k, CLOSE_VOLUNTEER, &client);
}

/* --- the date --- */

static void set_clock(struct kiosk *k, uint64_t client, const struct msg_control *control)
{
	char sentence[SENTENCE_BYTES_MAX + 1] = "";
	int r;

	kiosk_flush(k);
	r = k->stopped ? -EIO : date_set(k, control->at, sentence, sizeof(sentence));
	if (r == 0) {
		date_write(k, sentence, sizeof(sentence));
		result_send(k, client, 0, sentence);
		delivery_look(k);
		kiosk_changed(k);
	} else if (sentence[0]) {
		refuse(k, client, sentence);
	} else {
		if (!k->stopped)
			ledger_failed(k, r < 0 ? r : -EIO);
		result_send(k, client, r < 0 ? r : -EIO, k->stopped_sentence);
	}
}

static void send_now(struct kiosk *k, uint64_t client)
{
	int r;

	if (!k->config.uplink) {
		refuse(k, client,
		       "Sending is off in this kiosk's configuration ([uplink] collector).");
		return;
	}
	kiosk_flush(k);
	r = k->stopped ? -EIO : ledger_unpark_all(k->ledger);
	if (r != 0) {
		if (!k->stopped)
			ledger_failed(k, r < 0 ? r : -EIO);
		result_send(k, client, r < 0 ? r : -EIO, k->stopped_sentence);
		return;
	}
	k->history_checked = false;
	upload_asked(&k->upload, k->time.mono);
	delivery_look(k);
	result_send(k, client, 0, "Trying the collector now: `kioskctl status` says how it went.");
}

void kiosk_control(struct kiosk *k, uint64_t client, const struct msg_control *control)
{
	const bool any_time = control->control == CONTROL_SEND || control->control == CONTROL_CLOCK,
	           needs_event = !any_time && control->control != CONTROL_HEADCOUNT;

	if (k->stopped && control->control != CONTROL_SEND) {
		result_send(k, client, k->stopped == STOPPED_NO_ROOM ? -ENOSPC : -EIO,
		            k->stopped_sentence);
		return;
	}
	if (needs_event && !k->meeting.open) {
		refuse(k, client,
		       k->meeting.known
		           ? "The event is closed and stays closed: the next one opens "
		             "with its card."
		           : "No event is open: show its card to the kiosk first.");
		return;
	}
	switch (control->control) {
	case CONTROL_ADD:
		add(k, client, control);
		return;
	case CONTROL_UNDO:
		undo(k, client, control);
		return;
	case CONTROL_HEADCOUNT:
		take_headcount(k, client, control);
		return;
	case CONTROL_CLOCK:
		set_clock(k, client, control);
		return;
	case CONTROL_CLOSE:
		close_event(k, client, control);
		return;
	case CONTROL_SEND:
		send_now(k, client);
		return;
	default:
		refuse(k, client,
		       "This kiosk does not know that command: kioskctl and kioskd are of "
		       "different versions.");
		return;
	}
}
