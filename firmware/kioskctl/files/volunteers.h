/* SPDX-License-Identifier: Apache-2.0 */
/* The volunteers of an event, by their telephones: what a manifest says of them tells nobody the
 * number who has not the card. */
#ifndef KIOSKCTL_VOLUNTEERS_H
#define KIOSKCTL_VOLUNTEERS_H

#include <kiosk/msg.h>
#include "args.h"

struct volunteers {
	uint8_t n;
	char number[VOLUNTEERS_MAX][PHONE_BYTES_MAX + 1]; /* E.164; the caller wipes them */
};

/* --volunteer and --country. 0 or EX_USAGE, told. */
int volunteers_read(const struct args *args, struct volunteers *ret);
/* Their marks under the card's secret. */
void volunteers_mark(const struct volunteers *volunteers, const struct card_secret *secret,
                     struct manifest *manifest);

#endif
