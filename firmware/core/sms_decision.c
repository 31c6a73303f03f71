/* SPDX-License-Identifier: Apache-2.0 */
#include <kiosk/msg_helper.h>

#include "sms_decision.h"

static bool is_ahead(const struct text_room *room, int64_t time)
{
	return room->clock_known && time - room->now > AHEAD_MAX_S;
}

/* Sent while an occurrence was open that is closed. */
static bool dealt_with(const struct text_room *room, const struct text_facts *facts)
{
	return facts->time <= room->texts_until && !is_ahead(room, room->texts_until);
}

bool text_noted(const struct text_room *room, const struct text_facts *facts)
{
	return facts->has_time && !is_ahead(room, facts->time);
}

bool text_close_time(const struct text_room *room, int64_t *ret)
{
	int64_t last = room->end + (int64_t)room->grace_s - 1;

	if (!room->clock_known)
		return false;
	*ret = room->now < last ? room->now : last;
	return true;
}

static enum text_triage triage_closed(const struct text_room *room, const struct text_facts *facts)
{
	/* Without a time it can never count, whatever opens. */
	if (!facts->has_time)
		return TRIAGE_DELETE;
	if (dealt_with(room, facts))
		return TRIAGE_DELETE;
	if (room->has_now && room->now - facts->time > room->wait_s)
		return TRIAGE_DELETE;
	return TRIAGE_KEEP;
}

/* A part that is here before the first one, and not for long. The first part decides; what comes
 * behind it says nothing of its own. */
static bool is_orphan(const struct text_room *room, const struct text_facts *facts)
{
	return !facts->first_decided && room->has_now && room->now - facts->time < ORPHAN_WAIT_S &&
	       facts->time - room->now < ORPHAN_WAIT_S;
}

enum text_triage text_triage(const struct text_room *room, const struct text_facts *facts)
{
	if (!room->open)
		return triage_closed(room, facts);
	if (!room->secret_at_hand)
		return TRIAGE_KEEP;
	if (facts->sms_class != SMS_ORDINARY)
		return TRIAGE_RECORD;
	if (facts->from_kind == SMS_FROM_ALPHANUMERIC || facts->from_kind == SMS_FROM_SHORT ||
	    facts->from_us)
		return TRIAGE_RECORD;
	if (!facts->has_time)
		return TRIAGE_RECORD;
	if (facts->time < room->start - (int64_t)room->grace_s ||
	    facts->time >= room->end + (int64_t)room->grace_s || dealt_with(room, facts))
		return TRIAGE_RECORD;
	if (facts->parts > 1 && facts->part != 1)
		return is_orphan(room, facts) ? TRIAGE_KEEP : TRIAGE_RECORD;
	return TRIAGE_READ;
}

static bool has_project(const struct manifest *manifest, uint16_t id)
{
	for (unsigned i = 0; i < manifest->n_projects; i++)
		if (manifest->project[i].id == id)
			return true;
	return false;
}

struct text_decision text_decide(const struct manifest *manifest, const struct sms_request *request)
{
	struct text_decision decision = {.first = request->first};

	if (request->ask != SMS_ASK_CHECK_IN)
		return decision;
	decision.counts = true;
	decision.project =
	    has_project(manifest, request->project) ? request->project : manifest->default_project;
	if (request->people_said)
		decision.people =
		    request->people > manifest->party_max ? manifest->party_max : request->people;
	return decision;
}

bool text_answered(enum sms_ask ask)
{
	return ask != SMS_ASK_IGNORE;
}

bool reply_allowed(const struct reply_limits *limits, const struct reply_history *history,
                   int64_t now_s)
{
	if (!limits->on || history->stopped)
		return false;
	/* A last reply "in the future" is a scale that lost its last minute in a power cut: as if
	 * it were just now. */
	if (history->has_last && now_s - history->last_s < limits->interval_s)
		return false;
	if (history->to_number >= limits->per_number || history->last_minute >= limits->per_minute)
		return false;
	/* A number that had a reply today is one of the day's numbers already. */
	return history->to_number > 0 || history->numbers_day < limits->numbers_a_day;
}

bool reply_still_due(bool date_known, int64_t now, int64_t sent_at)
{
	return !date_known || now - sent_at <= REPLY_AGE_MAX_S;
}
