/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A few threads beside the program's loop, for work that needs nothing but its own memory:
 * verifying and signing, two thirds of what a delivery costs. The loop gives work and gets it back
 * done; all else, the store and the connections, stays the loop's alone.
 */
#ifndef KIOSK_COLLECTORD_WORKERS_H
#define KIOSK_COLLECTORD_WORKERS_H

#include <stdbool.h>

struct workers;

enum { WORKERS_THREADS = 2 }; /* with the loop's they fill three cores */

/* In the caller's memory, and his to touch but between workers_give() and workers_take(). */
struct work {
	void (*run)(struct work *work); /* on any thread */
	struct work *next;              /* the workers' */
};

/* Starts the threads; they take no signals. 0 or -errno. */
int workers_open(struct workers **ret);
/* Waits for the threads, which end behind what they are at. What was not taken is not looked at any
 * more. NULL is fine. */
void workers_close(struct workers *workers);

/* Readable when there is something to take. */
int workers_fd(const struct workers *workers);
void workers_give(struct workers *workers, struct work *work);
/* Does something that is due, here and now, rather than wait for it. False: nothing is. */
bool workers_help(struct workers *workers);
/* Something that is done; NULL: nothing is. */
struct work *workers_take(struct workers *workers);

#endif
