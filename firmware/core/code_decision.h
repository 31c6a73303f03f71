/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a code held up at the door means: counted, and for which projects, or refused with the way
 * forward. In: what is open, and the code as the wire room found it. Out: a decision; the ledger
 * knows whether the person is new.
 */
#ifndef KIOSK_CORE_CODE_DECISION_H
#define KIOSK_CORE_CODE_DECISION_H

#include "sentence.h"

enum scanned_kind {
	SCANNED_FOREIGN = 0,
	SCANNED_TICKET,
	SCANNED_ACTION,
	SCANNED_NETWORK,
	/* event cards go to session_card() */
};

/* `readable` false: it begins like a ticket and is not one; the rest is then unset. */
struct scanned {
	enum scanned_kind kind;
	bool readable;
	bool verified; /* signed by the open event's ticket key */
	struct ticket ticket;
};

struct door {
	const struct manifest *manifest; /* of the open event; NULL: none open */
	int64_t not_before; /* it is certainly not earlier than this: the date if known, else the
	                       floor */
};

enum code_outcome {
	CODE_COUNTS_NUMBER, /* tag of kind 't' over the ticket's number */
	CODE_COUNTS_OCTETS, /* tag of kind 'c' over the code itself (policy `any`) */
	CODE_REFUSED,       /* an answer of "not accepted", and counted as one */
	CODE_ONLY_SAYS,     /* our own paper: no check-in and nothing wrong with it */
	CODE_NOT_CHECKED,   /* no event is open */
};

struct code_decision {
	enum code_outcome outcome;
	enum sentence sentence; /* for all but the two that count */
	enum first first;
	uint8_t n_projects;
	uint16_t project[PROJECTS_MAX];
};

struct code_decision code_decide(const struct door *door, const struct scanned *scanned);

#endif
