/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plays the steps of a play on a stage, one after the other, waits for each answer at the door, and
 * notes where it was not the one the oracle wants. Touches the props, the door and kioskctl.
 */
#ifndef KIOSK_DEMO_DIRECTOR_H
#define KIOSK_DEMO_DIRECTOR_H

#include <kiosk/msg_people.h>

#include "stage.h"

struct director {
	struct stage *stage;
	struct play *play;
	struct expected *expected;
	struct mono_time start;
	uint32_t wrong;   /* answers that were not the expected ones; each was told */
	uint32_t n_codes; /* held up so far */
	uint32_t n_texts; /* sent so far */
	uint32_t n_slow;  /* codes that had to be moved before they were read */
	uint32_t kills;
	struct latencies held; /* from being held up until answered and shown */
	/* When each ticket was last in view: it must be away for three seconds to be a second
	 * visit. */
	struct mono_time seen[PLAY_TICKETS_MAX];
	uint64_t sms_at_restart;
};

/* A line for the person who watches, with the time since the start. */
__attribute__((format(printf, 2, 3))) void director_say(struct director *director,
                                                        const char *format, ...);

/* Shows one code to the simulated camera, under one of its conditions, and waits for the answer at
 * the door, moving it a little when none comes. 0 with *ret; -ETIMEDOUT: it was not read at all;
 * other: as director_play(). */
int director_hold_up(struct director *director, const char *how, const char *code,
                     struct msg_view *ret);

/* 0: played to the end, whatever came of it; -1: could not go on, told; -EINTR: a person wants the
 * end. */
int director_play(struct director *director);

/* Waits until all that is counted is covered by signed receipts. As above. */
int director_await_receipts(struct director *director, struct msg_status *ret);

#endif
