/* SPDX-License-Identifier: Apache-2.0 */
/* What a kiosk says of itself, added up for people and for programs. */
#ifndef KIOSKCTL_STATUS_H
#define KIOSKCTL_STATUS_H

#include <stdio.h>

#include <kiosk/msg_people.h>

/* Rows of one project added up. */
struct tally {
	uint32_t qr, sms, manual; /* counted: added less revoked */
	uint32_t counted, confirmed;
	uint32_t first[3]; /* by enum first */
};
struct tally status_tally(const struct msg_status *status, uint32_t project);

const char *health_word(uint32_t health);
const char *helper_word(uint32_t kind);
const char *state_word(uint32_t state);

/* Numbers only: people first, then each project. */
void status_totals(const struct msg_status *status, FILE *out);
/* One JSON object, without a new line; the caller frees it. NULL: no memory. */
char *status_json(const struct msg_status *status);

#endif
