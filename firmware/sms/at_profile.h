/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What modems do otherwise than 3GPP TS 27.005 and 27.007 say: one row for each family, and no
 * maker's word anywhere else in the engine. A modem is known by what it answers to AT+CGMI and
 * AT+CGMM; one that no row knows is taken by the standards, the first row.
 *
 * A new modem is a row in at_profile.c and one of the same name in board/host/modem_sim/
 * sim_profile.c that plays it; unit.modem.profiles then runs every test of profiles over it.
 */
#ifndef KIOSK_SMS_AT_PROFILE_H
#define KIOSK_SMS_AT_PROFILE_H

#include <kiosk/types.h>

enum { AT_SETUP_MAX = 2, AT_SAID_MAX = 13, AT_IDENTITY_MAX = 95, AT_NAMES_MAX = 256 };

struct at_profile {
	const char *name; /* for --profile and [modem] profile */
	const char
	    *maker; /* found in the answer to AT+CGMI, in any case; NULL: the standards' row */
	const char *model[2]; /* one of them is found in the answer to AT+CGMM */
	/* Commands for the start; each may be refused. */
	const char *setup[AT_SETUP_MAX + 1];
	/* Has it begin anew, and the milliseconds until it answers again. */
	const char *reset;
	uint32_t back_ms;
	/* AT+CPMS must name all three memories. */
	bool memories_by_three;
	/* Lines it says unasked, beside those of the standards' row, which are everybody's: it begins
	 * anew and lost its settings; */
	const char *began[AT_SAID_MAX + 1];
	/* its messages can be had only from now on, and it may have begun anew before. */
	const char *stored[AT_SAID_MAX + 1];
	/* How long its power key is held to switch it off, and to switch it on; 0: it has none. */
	uint32_t key_off_ms, key_on_ms;
};

extern const struct at_profile at_profiles[];
extern const size_t at_profiles_n; /* the first is by the standards */

/* NULL: there is none of this name. */
const struct at_profile *at_profile_named(const char *name);
/* All names, with blanks between them. */
void at_profile_names(char text[AT_NAMES_MAX]);
/* Whose it is, by its answers to AT+CGMI and AT+CGMM. */
const struct at_profile *at_profile_of(const char *maker, const char *model);
/* Whether a line says that it begins anew; that its messages can be had from now on. */
bool at_profile_began(const struct at_profile *profile, const char *line);
bool at_profile_stored(const struct at_profile *profile, const char *line);

#endif
