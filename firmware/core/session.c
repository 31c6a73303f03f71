/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "session.h"

struct search {
	bool any_closed; /* one that fitted, but was closed here */
	bool found;
	uint32_t occurrence;
	bool found_proper; /* inside the window itself, not its grace */
	bool has_next;
	int64_t next_start; /* the earliest that is still to come */
};

static bool within(int64_t at, int64_t start, int64_t end, int64_t grace)
{
	return at >= start - grace && at < end + grace;
}

static int search_by_time(const struct occurrence_source *source, int64_t grace, int64_t at,
                          struct search *search)
{
	int64_t start, end;

	for (uint32_t i = 0; source->times(source->context, i, &start, &end) == 0; i++) {
		bool proper = at >= start && at < end;
		int closed;

		if (at < start - grace && (!search->has_next || start < search->next_start)) {
			search->has_next = true;
			search->next_start = start;
		}
		if (!within(at, start, end, grace) ||
		    (search->found && (search->found_proper || !proper)))
			continue;
		closed = source->closed(source->context, i);
		if (closed < 0)
			return closed;
		if (closed) {
			search->any_closed = true;
			continue;
		}
		search->found = true;
		search->found_proper = proper;
		search->occurrence = i;
	}
	return 0;
}

static int search_by_floor(const struct occurrence_source *source, int64_t floor,
                           struct search *search)
{
	int64_t start, end;

	for (uint32_t i = 0; source->times(source->context, i, &start, &end) == 0; i++) {
		int closed;

		if (end < floor)
			continue;
		closed = source->closed(source->context, i);
		if (closed < 0)
			return closed;
		if (!closed) {
			search->found = true;
			search->occurrence = i;
			return 0;
		}
		search->any_closed = true;
	}
	return 0;
}

int occurrence_choose(const struct occurrence_source *source, uint32_t grace_s,
                      const struct calendar *calendar, enum occurrence_choice *ret,
                      uint16_t *ret_occurrence, int64_t *ret_start)
{
	struct search search = {0};
	int r = 0;

	if (calendar->known) {
		r = search_by_time(source, grace_s, calendar->now, &search);
	} else {
		if (calendar->has_sms)
			r = search_by_time(source, grace_s, calendar->sms, &search);
		if (r == 0 && !search.found) {
			search = (struct search){0};
			r = search_by_floor(source, calendar->floor, &search);
		}
	}
	if (r < 0)
		return r;
	if (search.found) {
		*ret_occurrence = (uint16_t)search.occurrence;
		*ret = OCCURRENCE_CHOSEN;
	} else if (search.any_closed) {
		*ret = OCCURRENCE_CLOSED;
	} else if (search.has_next) {
		*ret_start = search.next_start;
		*ret = OCCURRENCE_EARLY;
	} else {
		*ret = OCCURRENCE_OVER;
	}
	return 0;
}

static void card_of_open_event(const struct session *session, const struct card_shown *card,
                               struct card_decision *ret)
{
	*ret = (struct card_decision){.action = CARD_SAYS};
	if (memcmp(&session->event, &card->manifest->event, sizeof(session->event)) != 0)
		ret->sentence = SAY_OTHER_EVENT_OPEN;
	else if (!card->secret_fits)
		ret->sentence = SAY_OTHER_SECRET;
	else if (session->closing)
		ret->sentence = SAY_CLOSING;
	else if (session->secret_at_hand)
		ret->sentence = SAY_ALREADY_OPEN;
	else
		*ret = (struct card_decision){.action = CARD_RESUMES_TEXTS,
		                              .sentence = SAY_TEXTS_RESUMED};
}

int session_card(const struct session *session, const struct card_shown *card,
                 const struct calendar *calendar, const struct occurrence_source *source,
                 struct card_decision *ret)
{
	struct card_decision decision = {.action = CARD_SAYS};
	enum occurrence_choice choice;
	int r;

	if (session->open) {
		card_of_open_event(session, card, ret);
		return 0;
	}
	r = occurrence_choose(source, card->manifest->grace_s, calendar, &choice,
	                      &decision.occurrence, &decision.start);
	if (r < 0)
		return r;
	switch (choice) {
	case OCCURRENCE_CHOSEN:
		decision.action = CARD_OPENS;
		decision.sentence = SAY_OPENED;
		break;
	case OCCURRENCE_EARLY:
		decision.sentence = SAY_TOO_EARLY;
		break;
	case OCCURRENCE_OVER:
		decision.sentence = calendar->known ? SAY_EVENT_OVER : SAY_EVENT_PAST;
		decision.start = calendar->floor;
		break;
	case OCCURRENCE_CLOSED:
		decision.sentence = SAY_CLOSED_HERE;
		break;
	}
	*ret = decision;
	return 0;
}

enum close_reason session_ends(const struct calendar *calendar, int64_t end, uint32_t grace_s,
                               uint64_t powered_ms, uint64_t powered_max_ms)
{
	/* A receipt's time is a floor: the date may not be known, yet it is certainly later than
	 * that. */
	int64_t not_before = calendar->known ? calendar->now : calendar->floor;

	if (not_before >= end + (int64_t)grace_s)
		return CLOSE_WINDOW_OVER;
	if (powered_ms >= powered_max_ms)
		return CLOSE_POWERED;
	return CLOSE_NOT;
}

enum sentence close_sentence(enum close_reason reason)
{
	switch (reason) {
	case CLOSE_WINDOW_OVER:
		return SAY_CLOSED_WINDOW;
	case CLOSE_POWERED:
		return SAY_CLOSED_POWERED;
	default:
		return SAY_CLOSED;
	}
}

uint16_t session_slot(bool known, int64_t now, int64_t start, int64_t end)
{
	int64_t at = now < start ? start : now >= end ? end - 1 : now;
	int64_t slot = (at - start) / SLOT_S;

	if (!known || end <= start || slot >= SLOT_UNKNOWN)
		return SLOT_UNKNOWN;
	return (uint16_t)slot;
}
