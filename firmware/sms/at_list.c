/* SPDX-License-Identifier: Apache-2.0 */
/* The two memories, and how what is in them is listed. */
#include "at_private.h"

enum { LIST_FAILS_MAX = 2 };

/* A command in the SIM's memory or the module's own; into it first, if we are not there. */
void at_begin_in(struct at *at, bool sim, enum name name, uint16_t slot)
{
	if (at->in_sim == sim) {
		at_begin(at, name, slot);
		return;
	}
	at->pending = (uint8_t)name;
	at->pending_slot = slot;
	at_begin(at, sim ? CMD_TO_SIM : CMD_TO_OWN, 0);
}

enum name at_list_command(const struct at *at)
{
	return at->status.lists ? CMD_LIST : CMD_LIST_COUNT;
}

static void end_list(struct at *at)
{
	at_end_job(at, true);
	at->action[(at->action_first + at->action_n - 1) % AT_ACTIONS_MAX].other = at->other_listed;
}

/* The memory we are in was listed whole: the other one, or done. */
void at_listed_one(struct at *at)
{
	at->other_listed = at->in_sim != at->home_sim;
	if (at->list_all && !at->other_listed && !at->other_hangs &&
	    at->other_refused < AT_OTHER_REFUSED_MAX)
		at_begin_in(at, !at->home_sim, at_list_command(at), 0);
	else
		end_list(at);
}

void at_list_failed(struct at *at)
{
	if (++at->list_fails >= LIST_FAILS_MAX)
		at->status.lists = false; /* from now on slot by slot */
	at_end_job(at, false);
}

/* Once is enough: it would hang again, and what stands behind the slot it hangs at is not seen. */
void at_list_hung(struct at *at)
{
	at->status.lists = false;
	at->learnt.no_lists = true;
	at_end_job(at, false);
}

/* Slots whose reading hung once are left alone: they must not hide the others. */
static bool is_silent(const struct at *at, uint16_t slot)
{
	for (unsigned i = 0; i < at->learnt.n_silent; i++)
		if (at->learnt.silent[i] == slot)
			return true;
	return false;
}

void at_silence(struct at *at, uint16_t slot)
{
	if (!is_silent(at, slot) && at->learnt.n_silent < AT_SILENT_MAX)
		at->learnt.silent[at->learnt.n_silent++] = slot;
}

void at_unsilence(struct at *at, uint16_t slot)
{
	struct at_learnt *learnt = &at->learnt;
	for (unsigned i = learnt->n_silent; i-- > 0;)
		if (learnt->silent[i] % AT_SIM == slot)
			learnt->silent[i] = learnt->silent[--learnt->n_silent];
}

void at_learn(struct at *at, const struct at_learnt *learnt)
{
	for (unsigned i = 0; i < learnt->n_silent && i < AT_SILENT_MAX; i++)
		at_silence(at, learnt->silent[i]);
	at->learnt.no_lists |= learnt->no_lists;
	at->status.lists &= !learnt->no_lists;
}

uint16_t at_here(const struct at *at, uint16_t slot)
{
	return (uint16_t)(slot + (at->in_sim ? AT_SIM : 0));
}

/* Slots count from 0 or 1, as the module likes (27.005 clause 3.4.3); used up or all looked at:
 * done. */
void at_list_next(struct at *at)
{
	bool other = at->in_sim != at->home_sim;
	uint16_t used = other ? at->other_used : at->status.used,
	         total = other ? at->other_total : at->status.total;
	while (is_silent(at, at_here(at, at->list_next))) {
		at->list_next++;
		at->list_found++;
	}
	if (at->list_found >= used || at->list_next > total) {
		at_listed_one(at);
		return;
	}
	at_begin(at, CMD_LIST_READ, at_here(at, at->list_next));
	at->list_next++;
}

/* The memory was changed, or not. A refusal of the other may pass: the SIM was busy. */
void at_end_change(struct at *at, enum name name, bool ok)
{
	bool other = (name == CMD_TO_SIM) != at->home_sim;
	if (ok && at->command.answered) {
		at->in_sim = name == CMD_TO_SIM;
		at->three_works |= at->by_three;
		at->other_refused = other ? 0 : at->other_refused;
		if (other && at->other_used == 0 && at->job == JOB_LIST)
			at_listed_one(at);
		else
			at_begin(at, (enum name)at->pending, at->pending_slot);
	} else if (other && !at->by_three) {
		at->by_three = true; /* and tried once more; it stays so where that works */
		at_begin(at, name, 0);
	} else if (other) {
		at->by_three = at->by_three && (at->profile->memories_by_three || at->three_works);
		if (at->other_refused < AT_OTHER_REFUSED_MAX)
			at->other_refused++;
		if (at->job == JOB_LIST)
			end_list(at);
		else
			at_end_job(at, false);
	} else {
		at_end_job(at, false);
		at->restart = true;
	}
}
