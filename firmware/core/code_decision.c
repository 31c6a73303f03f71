/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "code_decision.h"

static struct code_decision says(enum code_outcome outcome, enum sentence sentence)
{
	return (struct code_decision){.outcome = outcome, .sentence = sentence};
}

static struct code_decision counts_octets(const struct manifest *manifest)
{
	return (struct code_decision){
	    .outcome = CODE_COUNTS_OCTETS,
	    .n_projects = 1,
	    .project = {manifest->default_project},
	};
}

/* A bit for a project the manifest does not have is left out; none left means the default. */
static struct code_decision counts_ticket(const struct manifest *manifest,
                                          const struct ticket *ticket)
{
	struct code_decision decision = {.outcome = CODE_COUNTS_NUMBER, .first = ticket->first};

	for (unsigned i = 0; i < manifest->n_projects && i < PROJECTS_MAX; i++)
		if (ticket->projects & 1U << i)
			decision.project[decision.n_projects++] = manifest->project[i].id;
	if (decision.n_projects == 0)
		decision.project[decision.n_projects++] = manifest->default_project;
	return decision;
}

static struct code_decision decide_ticket(const struct door *door, const struct scanned *scanned)
{
	if (!scanned->readable)
		return says(CODE_REFUSED, SAY_DAMAGED);
	/* Another hub's key signs another hub's tickets: what it is for comes before whether it
	 * verifies here. */
	if (memcmp(&scanned->ticket.event, &door->manifest->event, sizeof(struct event_id)) != 0)
		return says(CODE_REFUSED, SAY_OTHER_MEETING);
	if (!scanned->verified)
		return says(CODE_REFUSED, SAY_FORGED);
	if (scanned->ticket.not_after != 0 && door->not_before > scanned->ticket.not_after)
		return says(CODE_REFUSED, SAY_EXPIRED);
	return counts_ticket(door->manifest, &scanned->ticket);
}

struct code_decision code_decide(const struct door *door, const struct scanned *scanned)
{
	struct code_decision decision;

	if (scanned->kind == SCANNED_ACTION)
		return says(CODE_ONLY_SAYS, SAY_ACTION_CARD);
	if (scanned->kind == SCANNED_NETWORK)
		return says(CODE_ONLY_SAYS, SAY_NETWORK_CODE);
	if (!door->manifest)
		return says(CODE_NOT_CHECKED, SAY_NOTHING_OPEN);
	if (scanned->kind == SCANNED_TICKET)
		decision = decide_ticket(door, scanned);
	else
		decision = says(CODE_REFUSED, SAY_FOREIGN);
	if (decision.outcome == CODE_REFUSED && door->manifest->policy == POLICY_ANY)
		return counts_octets(door->manifest);
	return decision;
}
