/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What came of a demonstration: what the kiosk's ledger holds, what signed receipts cover, what the
 * collector says, beside what the play must give. In: those four. Out: a table, a verdict, one JSON
 * object. Touches standard output.
 */
#ifndef KIOSK_DEMO_OUTCOME_H
#define KIOSK_DEMO_OUTCOME_H

#include <kiosk/msg_people.h>

#include "play.h"

/* What GET /v1/team/totals says of the one event: people, then each project. */
struct national {
	uint64_t people[PLAY_PROJECTS + 1];
};

/* What a volunteer's tool says of people. */
struct told {
	uint64_t counted, confirmed;
};

struct outcome {
	const struct msg_status *status;
	const struct told *told;
	const struct expected *expected;
	const struct national *national;
	/* A real part stood in for the simulated one: nobody knows what it was shown, so nothing is
	 * compared with a play. */
	bool codes_free, texts_free;
	uint32_t wrong; /* answers at the door that were not the expected ones */
	uint32_t kills;
};

/* Asks the collector on that loopback port about one event. 0, or -1 with a sentence printed. */
int national_ask(uint16_t port, const struct event_id *id, struct national *ret);

/* Reads what `kioskctl status --json` printed. As above. */
int told_read(const char *json, struct told *ret);

/* Prints table and verdict, then the JSON object as the last line. Whether all agrees. */
bool outcome_print(const struct outcome *outcome);

#endif
