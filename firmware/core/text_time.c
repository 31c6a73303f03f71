/* SPDX-License-Identifier: Apache-2.0 */
#include "text_time.h"

static int64_t distance(int64_t a, int64_t b)
{
	return a > b ? a - b : b - a;
}

static int64_t seconds(struct mono_time from, struct mono_time to)
{
	return to.us > from.us ? (int64_t)((to.us - from.us) / 1000000) : 0;
}

static unsigned kept(const struct text_clock *clock)
{
	return clock->n < TEXT_STAMPS_MAX ? clock->n : TEXT_STAMPS_MAX;
}

static bool same_stamp(const struct text_stamp *a, const struct text_stamp *b)
{
	return a->time == b->time && a->sender == b->sender && a->centre == b->centre;
}

void text_clock_note(struct text_clock *clock, const struct text_stamp *stamp)
{
	if (!stamp->has_time)
		return;
	for (unsigned i = 0; i < kept(clock); i++)
		if (same_stamp(&clock->stamp[i], stamp))
			return;
	clock->stamp[clock->n++ % TEXT_STAMPS_MAX] = *stamp;
}

bool text_clock_now(const struct text_clock *clock, struct mono_time mono, int64_t *ret)
{
	bool found = false;

	for (unsigned i = 0; i < kept(clock); i++) {
		int64_t now = clock->stamp[i].time + seconds(clock->stamp[i].arrived, mono);
		bool company = kept(clock) == 1;

		for (unsigned j = 0; j < kept(clock); j++)
			company |= j != i &&
			           clock->stamp[i].time - clock->stamp[j].time <= TEXT_FAR_AHEAD_S;
		if (company && (!found || now > *ret)) {
			*ret = now;
			found = true;
		}
	}
	return found;
}

/* --- how far a stamp is off --- */

/* By the clock; where there is none, stamps can only be held against each other. */
static int64_t error_of(const struct text_era *era, const struct text_stamp *stamp)
{
	return era->clock_known ? stamp->time - (era->now - seconds(stamp->arrived, era->mono))
	                        : stamp->time + seconds(stamp->arrived, era->mono);
}

static int64_t whole_quarters(int64_t s)
{
	return (s >= 0 ? s + TEXT_ZONE_S / 2 : s - TEXT_ZONE_S / 2) / TEXT_ZONE_S * TEXT_ZONE_S;
}

/* Whether a zone could explain it. */
static bool is_zone(const struct text_era *era, const struct text_stamp *stamp)
{
	int64_t error = error_of(era, stamp);

	if (!era->clock_known)
		return stamp->time >= era->from - TEXT_ZONE_S_MAX &&
		       stamp->time < era->until + TEXT_ZONE_S_MAX &&
		       (stamp->time < era->from || stamp->time >= era->until);
	return distance(error, 0) > TEXT_AHEAD_S && distance(error, 0) <= TEXT_ZONE_S_MAX &&
	       distance(error, whole_quarters(error)) <= TEXT_AGREE_S;
}

static bool is_right(const struct text_era *era, const struct text_stamp *stamp)
{
	if (!era->clock_known)
		return stamp->time >= era->from && stamp->time < era->until;
	return distance(error_of(era, stamp), 0) <= TEXT_AGREE_S;
}

static bool seen_open(const struct text_era *era, const struct text_stamp *stamp)
{
	return era->open && stamp->announced && stamp->arrived.us >= era->opened.us;
}

/* The constant error of a centre, in whole quarters. False: it has none that is known. */
static bool centre_error(const struct text_clock *clock, const struct text_era *era,
                         uint64_t centre, int64_t *ret)
{
	bool found = false;

	for (unsigned i = 0; i < kept(clock); i++) {
		const struct text_stamp *a = &clock->stamp[i];

		if (a->centre != centre || !seen_open(era, a))
			continue;
		if (is_right(era, a))
			return false;
		if (!is_zone(era, a))
			continue;
		*ret = whole_quarters(error_of(era, a));
		found |= seconds(era->opened, a->arrived) >= TEXT_THROUGH_S;
		for (unsigned j = 0; j < i && !found; j++) {
			const struct text_stamp *b = &clock->stamp[j];

			found = b->centre == centre && b->sender != a->sender &&
			        seen_open(era, b) &&
			        distance(error_of(era, a), error_of(era, b)) <= TEXT_AGREE_S;
		}
		if (found)
			break;
	}
	for (unsigned i = 0; found && i < kept(clock); i++)
		found = clock->stamp[i].centre != centre || !seen_open(era, &clock->stamp[i]) ||
		        !is_right(era, &clock->stamp[i]);
	return found;
}

static bool impossible(const struct text_era *era, const struct text_stamp *stamp)
{
	int64_t now = era->now - (stamp->announced ? seconds(stamp->arrived, era->mono) : 0);
	int64_t least = era->clock_known ? now : era->open ? era->from : era->floor;

	if (!stamp->has_time || stamp->time < least - TEXT_HELD_S)
		return true;
	if (era->clock_known)
		return stamp->time > now + TEXT_AHEAD_S;
	return era->open && stamp->time >= era->until + TEXT_ZONE_S_MAX;
}

/* Within the window, by the clock where there is one. */
static int64_t arrival(const struct text_era *era, const struct text_stamp *stamp)
{
	int64_t at = era->clock_known ? era->now - seconds(stamp->arrived, era->mono) : era->from;

	return at < era->from ? era->from : at >= era->until ? era->until - 1 : at;
}

static bool right_before(const struct text_clock *clock, const struct text_era *era,
                         uint64_t centre)
{
	for (unsigned i = 0; i < kept(clock); i++)
		if (clock->stamp[i].centre == centre && seen_open(era, &clock->stamp[i]) &&
		    is_right(era, &clock->stamp[i]))
			return true;
	return false;
}

enum text_time text_time_judge(const struct text_clock *clock, const struct text_era *era,
                               const struct text_stamp *stamp, int64_t *ret_time)
{
	int64_t error = 0;
	bool wrong =
	    stamp->has_time && era->open && centre_error(clock, era, stamp->centre, &error);

	*ret_time = stamp->time;
	if (wrong && seen_open(era, stamp) && is_zone(era, stamp)) {
		*ret_time = arrival(era, stamp);
		return TEXT_TIME_ARRIVED;
	}
	if (wrong && era->clock_known &&
	    !impossible(era, &(struct text_stamp){.has_time = true, .time = stamp->time - error})) {
		*ret_time = stamp->time - error;
		return TEXT_TIME_STANDS;
	}
	if (era->open && stamp->has_time && stamp->time >= era->from && stamp->time < era->until)
		return TEXT_TIME_STANDS;
	if (impossible(era, stamp)) {
		if (!seen_open(era, stamp))
			return TEXT_TIME_NONE;
		*ret_time = arrival(era, stamp);
		return TEXT_TIME_ARRIVED;
	}
	if (seen_open(era, stamp) && is_zone(era, stamp) &&
	    !right_before(clock, era, stamp->centre) &&
	    seconds(stamp->arrived, era->mono) < TEXT_WAITS_S)
		return TEXT_TIME_WAITS;
	return TEXT_TIME_STANDS;
}
