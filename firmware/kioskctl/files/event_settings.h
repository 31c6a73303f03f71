/* SPDX-License-Identifier: Apache-2.0 */
/* What `event new` and `event amend` ask alike: where, how long before and after, how many. */
#ifndef KIOSKCTL_EVENT_SETTINGS_H
#define KIOSKCTL_EVENT_SETTINGS_H

#include "event.h"

/* clang-format off */
#define EVENT_OPTIONS \
	{"--place", OPTION_VALUE, false, "TEXT", "where it is; on paper only, up to 96 octets"}, \
	{"--call", OPTION_VALUE, false, "TEXT", \
	 "whom the volunteer may ask, with a number; on the card's paper only, up to 64 octets (the " \
	 "hub's name)"}, \
	{"--grace", OPTION_VALUE, false, "DURATION", \
	 "how much earlier and later it may be open, to 1d (2h)"}, \
	{"--kiosks-max", OPTION_VALUE, false, "N", "kiosks that count one meeting (1)"}, \
	{"--volunteer", OPTION_MANY, false, "NUMBER", \
	 "whose phone may text STATUS and hear how it goes: +15025550123; up to four"}, \
	{"--country", OPTION_VALUE, false, "CODE", \
	 "whose national numbers --volunteer has, such as US; none without it"}, \
	{"--party-max", OPTION_VALUE, false, "N", "people one SMS may bring, 1 to 20 (6)"}, \
	{"--people-max", OPTION_VALUE, false, "N", "most people one meeting can have, as many as its room holds (500, or twice the tickets)"}, \
	{"--tickets", OPTION_VALUE, false, "N", \
	 "tickets and slips that will be made for it; `ticket new` sees to it by itself"}, \
	{"--policy", OPTION_VALUE, false, "signed|any", \
	 "what counts: our tickets, or any QR code once (signed)"}, \
	{"--resume", OPTION_VALUE, false, "card|auto", \
	 "after a power cut SMS wait for the card, or go on by themselves (card)"}
/* clang-format on */

/* --grace, --kiosks-max, --party-max, --people-max, --tickets, --policy, --resume: what is not given
 * stays as it stands in the manifest. 0 or EX_USAGE, told. */
int event_limits_read(const struct args *args, struct manifest *manifest);
/* --place and --call, likewise. */
int event_paper_read(const struct args *args, struct print_event *event);
/* The hub's certificate covers every meeting, as a kiosk will ask; a meeting that is over is warned
 * of. 0 or an exit status, told. */
int event_fits_hub(const struct args *args, const struct manifest *manifest,
                   const struct hub_cert *hub);

#endif
