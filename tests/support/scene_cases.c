/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "catalogue.h"
#include "headline.h"
#include "scene_cases.h"
#include "sentence.h"
#include "text.h"

static void make_meeting(struct msg_status *status, uint32_t people, uint32_t sent)
{
	status->state = KIOSK_OPEN;
	status->has_event = true;
	status->n_languages = 2;
	text_copy(status->language[0], sizeof(status->language[0]), "en");
	text_copy(status->language[1], sizeof(status->language[1]), "es");
	text_copy(status->event_name, sizeof(status->event_name), "River evening");
	text_copy(status->also_name[0], sizeof(status->also_name[0]), "Tarde del río");
	text_copy(status->keyword, sizeof(status->keyword), "RIVER");
	text_copy(status->own_number, sizeof(status->own_number), "+15025550123");
	status->n_rows = 1;
	status->row[0] = (struct status_row){
	    .project = PROJECT_PEOPLE,
	    .channel = CHANNEL_QR,
	    .first = FIRST_YES,
	    .added = people,
	    .sent_added = sent,
	};
	status->batches_sealed = 2;
	status->batches_confirmed = people == sent ? 2 : 1;
}

static void answer(struct scene_case *c, enum screen_answer what, enum sentence sentence)
{
	const struct sentence_words words = {.event = "River evening", .n = 4};
	const struct sentence_words others = {.event = "Tarde del río", .n = 4};

	c->kind = SCENE_ANSWER;
	c->has_answer = true;
	c->answer = (struct msg_view){.answer = what, .people = 17, .shown = {.us = 99000000}};
	sentence_write(sentence, 0, &words, c->answer.sentence, sizeof(c->answer.sentence));
	sentence_write(sentence, catalogue_of("es"), &others, c->answer.also[0],
	               sizeof(c->answer.also[0]));
}

static void name_with(char *buffer, size_t size, const char *word)
{
	size_t len = 0;

	while (len + strlen(word) + 1 < size) {
		memcpy(buffer + len, word, strlen(word));
		len += strlen(word);
	}
	buffer[len] = '\0';
}

static void make_states(unsigned which, struct scene_case *c)
{
	struct msg_status *status = &c->status;

	switch (which) {
	case SCENE_CASE_STARTING:
		c->kind = SCENE_STARTING;
		c->has_status = false;
		break;
	case SCENE_CASE_NO_CAMERA:
		c->kind = SCENE_WAITING;
		*status = (struct msg_status){.state = KIOSK_IDLE, .n_helpers = 1};
		status->helper[0].health = HEALTH_MISSING;
		text_copy(status->helper[0].sentence, sizeof(status->helper[0].sentence),
		          "No camera at /dev/video0: plug it in.");
		break;
	case SCENE_CASE_WAITING:
		c->kind = SCENE_WAITING;
		*status = (struct msg_status){.state = KIOSK_IDLE, .n_helpers = 1};
		status->helper[0].health = HEALTH_GOOD;
		break;
	case SCENE_CASE_LONG_NAMES:
		name_with(status->event_name, NAME_BYTES_MAX + 1, "Neighbourhood ");
		name_with(status->also_name[0], NAME_BYTES_MAX + 1, "Vecindario ");
		break;
	case SCENE_CASE_MANY:
		status->row[0].added = 99999;
		break;
	case SCENE_CASE_TEXTS_WAIT:
		status->state = KIOSK_OPEN_NO_SMS;
		status->sms_waiting = 7;
		break;
	case SCENE_CASE_STOPPED:
		c->kind = SCENE_STOPPED;
		status->state = KIOSK_STOPPED;
		text_copy(status->sentence, sizeof(status->sentence),
		          "There is no room left on the disk: free some. Nothing is counted until "
		          "then; texts wait in the modem.");
		break;
	case SCENE_CASE_CLOSED_HELD:
	case SCENE_CASE_CLOSED_UNSENT:
	case SCENE_CASE_CLOSED_SENT:
		c->kind = SCENE_CLOSED;
		make_meeting(status, 143, which == SCENE_CASE_CLOSED_UNSENT ? 125 : 143);
		status->state = KIOSK_IDLE;
		status->headline = which == SCENE_CASE_CLOSED_HELD     ? HEADLINE_CLOSED_HELD
		                   : which == SCENE_CASE_CLOSED_UNSENT ? HEADLINE_CLOSED_WAIT
		                                                       : HEADLINE_CLOSED_DONE;
		status->headline_n = which == SCENE_CASE_CLOSED_HELD ? 143 : 18;
		break;
	default:
		break;
	}
}

void scene_case_make(unsigned which, struct scene_case *ret)
{
	static const char *const name[] = {
	    "starting",   "waiting", "no-camera",   "opened",        "open",        "counted",
	    "already",    "other",   "unchecked",   "undone",        "long-names",  "many",
	    "texts-wait", "stopped", "closed-held", "closed-unsent", "closed-sent",
	};

	assert(which < SCENE_CASES);
	memset(ret, 0, sizeof(*ret));
	ret->name = name[which];
	ret->kind = SCENE_OPEN;
	ret->has_status = true;
	make_meeting(&ret->status, 17, 0);
	ret->status.n_helpers = 2;
	ret->status.helper[0] =
	    (struct status_helper){.kind = HELPER_SCANNER, .health = HEALTH_GOOD};
	ret->status.helper[1] = (struct status_helper){.kind = HELPER_MODEM, .health = HEALTH_GOOD};
	make_states(which, ret);
	if (which == SCENE_CASE_OPENED)
		answer(ret, SHOW_OPENED, SAY_OPENED);
	if (which == SCENE_CASE_COUNTED)
		answer(ret, SHOW_COUNTED, SAY_COUNTED);
	if (which == SCENE_CASE_ALREADY)
		answer(ret, SHOW_ALREADY, SAY_ALREADY);
	if (which == SCENE_CASE_OTHER_MEETING)
		answer(ret, SHOW_NOT_ACCEPTED, SAY_OTHER_MEETING);
	if (which == SCENE_CASE_NOT_CHECKED)
		answer(ret, SHOW_NOT_CHECKED, SAY_NO_ROOM);
	if (which == SCENE_CASE_UNDONE)
		answer(ret, SHOW_UNDONE, SAY_UNDONE);
}
