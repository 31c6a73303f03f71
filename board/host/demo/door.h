/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a screen and a volunteer see of kioskd: its happenings as they come, and its status when
 * asked, over the control socket. It only watches; acts go through kioskctl. Touches the two
 * connections it makes.
 */
#ifndef KIOSK_DEMO_DOOR_H
#define KIOSK_DEMO_DOOR_H

#include <kiosk/msg_people.h>

#include "link.h"
#include "programs.h"

enum { LATENCIES_MAX = 1024 };

struct latencies {
	uint32_t n;
	uint32_t us[LATENCIES_MAX];
};

struct door {
	int watch, ask; /* -1: not connected */
	struct latencies
	    latencies; /* from the frame that showed a code until it was answered and shown */
	struct link_message message;
};

void door_init(struct door *door);
/*
 * Connects as soon as kioskd listens. 0, -ETIMEDOUT, -ECHILD: `kioskd` ended, -EINTR, -errno.
 */
int door_open(struct door *door, struct programs *programs, const struct program *kioskd,
              const char *path, int timeout_ms);
void door_close(struct door *door);

/* The next happening. 0, -ETIMEDOUT, -ECONNRESET: kioskd went away, -EINTR, -errno. */
int door_next(struct door *door, struct programs *programs, int timeout_ms, struct msg_view *ret);
/* 0 or -errno as above. */
int door_status(struct door *door, struct programs *programs, struct msg_status *ret);

/* Past LATENCIES_MAX nothing is noted. */
void latency_note(struct latencies *latencies, uint64_t us);
/* In microseconds; 0 without any. `percent` 1..100. Sorts them. */
uint32_t latency_percentile(struct latencies *latencies, uint32_t percent);

#endif
