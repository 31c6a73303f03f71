/* SPDX-License-Identifier: Apache-2.0 */
/* Kiosks that post to the real collectord over loopback: each with an event of its own and its
 * batches in order. What fails ends the benchmark with a sentence. */
#ifndef BENCH_COLLECTOR_LOAD_H
#define BENCH_COLLECTOR_LOAD_H

#include "program.h"

enum {
	LOAD_KIOSKS = 2048, /* at most */
	LOAD_BATCHES = 8,   /* of each kiosk at most */
	LOAD_LINES = 240,   /* connections that send at once, at most */
};

extern struct world load_world;
extern struct program load_program;
extern uint64_t load_stored; /* batches answered "stored" */

__attribute__((noreturn)) void load_die(const char *what);
double load_now_s(void);

void load_start(void);
void load_end(void); /* the program has ended */

/* A kiosk with an event, a key and an opening of its own takes the place of another; its batches
 * name receipts of before. */
void load_make(unsigned kiosk, unsigned n_batches);

int load_connect(void);
void load_connect_lines(unsigned n);
void load_close_lines(unsigned n);
/* The first kiosks post so many batches each, over so many connections. Answers a second. */
double load_post(unsigned n_kiosk, unsigned n_batches, unsigned n_lines);

#endif
