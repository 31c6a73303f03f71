/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose answers the simulated modem gives: what a family of modules says and refuses otherwise than
 * the standards, as firmware/sms/at_profile.c knows it from the other side. The two share nothing.
 */
#ifndef KIOSK_SIM_PROFILE_H
#define KIOSK_SIM_PROFILE_H

#include <kiosk/types.h>

enum { SIM_LINES_MAX = 6, SIM_NAMES_MAX = 256 };

struct sim_profile {
	const char *name;
	const char *maker, *model;              /* +CGMI, +CGMM */
	const char *identity;                   /* ATI */
	const char *boot[SIM_LINES_MAX + 1];    /* when it begins; then +CPIN: READY with a card */
	const char *stored;                     /* when its messages can be had; NULL: at once */
	uint64_t stored_us;                     /* so long after it began; refused until then */
	bool own_memory;                        /* "ME" beside the SIM's */
	bool memories_by_three;                 /* +CPMS= with fewer is refused */
	const char *accepts[SIM_LINES_MAX + 1]; /* commands of its own, without AT */
	const char *reset;                      /* of them, or the standard's: it begins anew */
	const char *quiet;                      /* of them: no chatter until it begins anew */
	const char *chatter[SIM_LINES_MAX + 1]; /* in turn, unasked */
	uint64_t chatter_us;                    /* between two of them */
	const char *refusal;                    /* of a command it does not know */
};

/* NULL: no such one. */
const struct sim_profile *sim_profile(const char *name);
/* All names, with blanks between them. */
void sim_profile_names(char text[SIM_NAMES_MAX]);

#endif
