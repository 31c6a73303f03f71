/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of DESIGN.md, Who is counted, Texts once more, in the simplest form, over the steps of a play:
 * no keys, no tags, no transactions. A ticket counts once; a phone counts once, and a number it
 * says later is its new total.
 */
#include <assert.h>
#include <string.h>

#include <kiosk/msg_people.h>

#include "play.h"

enum { PHONES_MAX = 128 };

struct phone {
	const char *from;
	uint16_t project;
	uint8_t people;
};

struct oracle {
	const struct papers *papers;
	struct expected *expected;
	bool came[PLAY_TICKETS_MAX];
	struct phone phone[PHONES_MAX];
	uint32_t n_phones;
};

static uint32_t *people(struct oracle *oracle, enum channel channel, uint16_t project,
                        enum first first)
{
	return &oracle->expected->net[channel][project][first];
}

static uint16_t or_default(uint16_t project)
{
	return project ? project : 1;
}

static void ticket(struct oracle *oracle, uint32_t number)
{
	const struct play_ticket *t = &oracle->papers->ticket[number];

	if (oracle->came[number]) {
		oracle->expected->already++;
		return;
	}
	oracle->came[number] = true;
	*people(oracle, CHANNEL_QR, PROJECT_PEOPLE, t->first) += 1;
	for (uint16_t i = 0; i < PLAY_PROJECTS; i++) {
		if ((t->projects ? t->projects : 1) >> i & 1)
			*people(oracle, CHANNEL_QR, (uint16_t)(i + 1), t->first) += 1;
	}
}

static void text(struct oracle *oracle, const struct step *step)
{
	const uint8_t said = step->people > PLAY_PARTY_MAX ? PLAY_PARTY_MAX : step->people;
	struct phone *phone = NULL;
	uint32_t more;

	if (step->meaning == MEANS_NOTHING_WE_KNOW)
		oracle->expected->not_accepted++;
	if (step->meaning != MEANS_CHECK_IN)
		return;
	for (uint32_t i = 0; i < oracle->n_phones; i++) {
		if (strcmp(oracle->phone[i].from, step->from) == 0)
			phone = &oracle->phone[i];
	}
	if (phone && (said == 0 || said == phone->people)) {
		oracle->expected->already++;
		return;
	}
	if (!phone) {
		assert(oracle->n_phones < PHONES_MAX);
		phone = &oracle->phone[oracle->n_phones++];
		*phone = (struct phone){.from = step->from, .project = or_default(step->project)};
	}
	/* The difference, which for a smaller party is less than nothing: unsigned arithmetic takes
	 * it off. */
	more = (uint32_t)(said ? said : 1) - phone->people;
	*people(oracle, CHANNEL_SMS, PROJECT_PEOPLE, FIRST_NOT_ASKED) += more;
	*people(oracle, CHANNEL_SMS, phone->project, FIRST_NOT_ASKED) += more;
	phone->people = said ? said : 1;
}

static void walk_in(struct oracle *oracle, const struct step *step, uint32_t n)
{
	*people(oracle, CHANNEL_MANUAL, PROJECT_PEOPLE, step->first) += n;
	*people(oracle, CHANNEL_MANUAL, or_default(step->project), step->first) += n;
}

void play_expect(const struct play *play, const struct papers *papers, struct expected *ret)
{
	struct oracle oracle = {.papers = papers, .expected = ret};

	*ret = (struct expected){0};
	for (uint32_t i = 0; i < play->n_steps; i++) {
		const struct step *step = &play->step[i];

		switch (step->kind) {
		case STEP_SHOW:
			if (step->nature == NATURE_TICKET)
				ticket(&oracle, step->ticket);
			else if (step->nature != NATURE_TORN)
				ret->not_accepted++;
			break;
		case STEP_PAIR:
			ticket(&oracle, step->ticket);
			ticket(&oracle, step->ticket_too);
			break;
		case STEP_KILL:
			ret->kills++;
			if (step->code)
				ticket(&oracle, step->ticket);
			break;
		case STEP_TEXT:
			text(&oracle, step);
			break;
		case STEP_WALK_IN:
			walk_in(&oracle, step, step->people);
			break;
		case STEP_UNDO:
			walk_in(&oracle, &play->step[i - 1], -1U);
			break;
		default:
			break;
		}
	}
}

static bool shown_before(const struct play *play, uint32_t step)
{
	const uint32_t wanted = play->step[step].ticket;

	for (uint32_t i = 0; i < step; i++) {
		const struct step *s = &play->step[i];

		if (s->kind == STEP_SHOW && s->nature == NATURE_TICKET && s->ticket == wanted)
			return true;
		if ((s->kind == STEP_PAIR && (s->ticket == wanted || s->ticket_too == wanted)) ||
		    (s->kind == STEP_KILL && s->ticket == wanted))
			return true;
	}
	return false;
}

uint32_t play_answer(const struct play *play, uint32_t step)
{
	const struct step *s = &play->step[step];

	switch (s->kind) {
	case STEP_CARD:
		return SHOW_OPENED;
	case STEP_SHOW:
		if (s->nature == NATURE_TORN)
			return SHOW_NOTHING;
		if (s->nature != NATURE_TICKET)
			return SHOW_NOT_ACCEPTED;
		return shown_before(play, step) ? SHOW_ALREADY : SHOW_COUNTED;
	case STEP_OTHER_CARD:
		return SHOW_NOT_ACCEPTED;
	default:
		return SHOW_COUNTED;
	}
}
