/* SPDX-License-Identifier: Apache-2.0 */
/* A volunteer's acts. */
#include <errno.h>
#include <string.h>

#include <kiosk/msg_people.h>

#include "kiosk_private.h"
#include "text.h"

enum {
	REFUSED = 1,
	HEADCOUNT_MAX = 100000,
};

static void refuse(struct kiosk *k, uint64_t client, const char *sentence)
{
	result_send(k, client, REFUSED, sentence);
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
	if (control->number < 1 || control->number > LEDGER_WALK_INS_MAX) {
		text_format(sentence, sizeof(sentence),
		            "%u people cannot be added at once; say 1 to %d.", control->number,
		            LEDGER_WALK_INS_MAX);
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

static void undo(struct kiosk *k, uint64_t client)
{
	static const char *const how[] = {[CHANNEL_QR] = "a code",
	                                  [CHANNEL_SMS] = "a text",
	                                  [CHANNEL_MANUAL] = "an addition by hand"};
	struct waiting *waiting = group_place(k);
	struct sentence_words words = {0};
	enum channel channel = CHANNEL_QR;
	char sentence[SENTENCE_BYTES_MAX + 1];
	uint32_t people = 0;
	int r;

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

/* 0, or a sentence was sent. */
static int headcount(struct kiosk *k, uint64_t client, uint32_t people)
{
	int r;

	if (people > HEADCOUNT_MAX) {
		refuse(k, client, "A headcount is 0 to 100000 people.");
		return REFUSED;
	}
	kiosk_flush(k);
	r = k->stopped ? -EIO : meeting_headcount(k, people);
	if (r != 0) {
		if (!k->stopped)
			ledger_failed(k, r < 0 ? r : -EIO);
		result_send(k, client, r < 0 ? r : -EIO, k->stopped_sentence);
	}
	return r;
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

static void close_event(struct kiosk *k, uint64_t client, const struct msg_control *control)
{
	if (k->closing.active) {
		refuse(k, client, "The event is being closed already.");
		return;
	}
	if (control->has_headcount && headcount(k, client, control->number) != 0)
		return;
	meeting_close(k, CLOSE_VOLUNTEER, &client);
}

void kiosk_control(struct kiosk *k, uint64_t client, const struct msg_control *control)
{
	bool needs_event = control->control != CONTROL_SEND;

	if (k->stopped && needs_event) {
		result_send(k, client, k->stopped == STOPPED_NO_ROOM ? -ENOSPC : -EIO,
		            k->stopped_sentence);
		return;
	}
	if (needs_event && !k->meeting.open) {
		refuse(k, client, "No event is open: show its card to the kiosk first.");
		return;
	}
	switch (control->control) {
	case CONTROL_ADD:
		add(k, client, control);
		return;
	case CONTROL_UNDO:
		undo(k, client);
		return;
	case CONTROL_HEADCOUNT:
		if (headcount(k, client, control->number) == 0)
			result_send(k, client, 0,
			            k->meeting.texts ? "Headcount noted and signed."
			                             : "Headcount noted; show the event card "
			                               "before closing, so that it can be signed.");
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
