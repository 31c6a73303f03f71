/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine fails our code at a chosen call: memory (ours and SQLite's), and the system calls of
 * files. Linked with --wrap, so the code under test is the one that ships. What a test itself and
 * its simulated disk need never fails (they are compiled with __real_ names).
 */
#ifndef TESTS_FAULT_H
#define TESTS_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault_call {
	FAULT_CALL_MEMORY = 1, /* ENOMEM */
	FAULT_CALL_OPEN = 2,   /* EMFILE */
	FAULT_CALL_READ = 4,   /* EIO */
	FAULT_CALL_WRITE = 8,  /* ENOSPC */
	FAULT_CALL_SYNC = 16,  /* EIO */
	FAULT_CALL_CLOSE = 32, /* EIO; the descriptor is gone all the same */
	FAULT_CALL_RENAME = 64,
	FAULT_CALL_ANY = 127,
};

enum fault_length {
	FAULT_ONCE,
	FAULT_FROM_NOW_ON,
};

/* Before SQLite is used first: its allocations count, each of them. */
void fault_calls_init(void);
/* The `n`th call (from 1) of those in `mask` fails. n 0: none does, they are only counted. */
void fault_calls_arm(unsigned mask, uint64_t n, enum fault_length length);
/* No more faults; whether there was one. */
bool fault_calls_disarm(void);
/* Calls of the mask since fault_calls_arm(). */
uint64_t fault_calls_seen(void);
/* Pieces of memory that were not given back; descriptors that were not closed. */
size_t fault_calls_live(void);
/* free(3) of what our code allocated, for a test. */
void fault_calls_free(void *memory);

#endif
