/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk for SQLite that lives in memory and can go wrong: an SQLite VFS with, for each file, what
 * a reader sees and what would survive a power cut. What was written, truncated or deleted since a
 * file's last sync is kept as a list; a cut decides for each entry whether it reached the disk.
 * Deterministic: the same calls, the same seed, the same outcome.
 *
 * A new disk is SQLite's default VFS until another is made or used; what was opened on one stays
 * there.
 */
#ifndef TESTS_VFS_FAULT_H
#define TESTS_VFS_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fault_disk;

struct fault_disk *fault_disk_new(void);
void fault_disk_free(struct fault_disk *disk);
/* What is opened from now on is opened on this one. */
void fault_disk_use(struct fault_disk *disk);

/* What counts as an operation: everything that changes the disk or makes a change durable. */
enum fault_op {
	FAULT_OP_WRITE = 1,
	FAULT_OP_SYNC = 2,
	FAULT_OP_TRUNCATE = 4,
	FAULT_OP_DELETE = 8,
	FAULT_OP_OPEN = 16, /* that makes a file */
	FAULT_OP_ANY = 31,
};

enum fault_kind {
	FAULT_NONE,
	FAULT_EIO, /* it fails. A failed sync loses what it should have made durable, as Linux does:
	              a later one succeeds */
	FAULT_FULL, /* no room */
	FAULT_CUT,  /* the power goes while it is under way; nothing works any more until
	               fault_disk_power_on() */
};

/* Operations of these kinds so far, from the last fault_disk_arm(). */
uint64_t fault_disk_operations(const struct fault_disk *disk);
/* The `n`th operation (from 1) of the kinds in `mask`, counted from now, meets `kind`. FAULT_NONE
 * only counts. */
void fault_disk_arm(struct fault_disk *disk, enum fault_kind kind, unsigned mask, uint64_t n);
/* Whether the fault has happened. */
bool fault_disk_happened(const struct fault_disk *disk);
/* Files may hold so many octets together; 0: no limit. Overwriting goes on when it is full. */
void fault_disk_limit(struct fault_disk *disk, uint64_t octets_max);

enum fault_survival {
	SURVIVE_ALL,  /* as after a SIGKILL: what was written is there */
	SURVIVE_NONE, /* only what was synced */
	SURVIVE_SOME, /* each unsynced write, by its sectors of 512 octets, or truncation or
	                 deletion: perhaps */
};
/* The power is back (it goes first, if it had not). Handles from before are dead. */
void fault_disk_power_on(struct fault_disk *disk, enum fault_survival survival, uint64_t seed);

/* Copies: all that is on `from` and would survive if power went with SURVIVE_ALL. */
void fault_disk_copy(struct fault_disk *disk, const struct fault_disk *from);
/* A disk that only holds a copy and is nobody's VFS. */
struct fault_disk *fault_disk_snapshot(const struct fault_disk *from);

/* Whether any file holds these octets. *ret_name, if wanted: which. */
bool fault_disk_holds(const struct fault_disk *disk, const void *octets, size_t len,
                      const char **ret_name);
/* What a reader sees of the file whose name ends so; NULL if there is none. To be changed at will.
 */
uint8_t *fault_disk_file(struct fault_disk *disk, const char *name_end, size_t *ret_len);

/* What is behind `len` octets of that file is gone, at once and for good. */
void fault_disk_cut_file(struct fault_disk *disk, const char *name_end, size_t len);

/* Octets written and syncs made, since new. */
struct fault_work {
	uint64_t writes, octets, syncs;
};
struct fault_work fault_disk_work(const struct fault_disk *disk);

/* A small generator (splitmix64), so that a printed seed gives the same run everywhere. */
uint64_t fault_random(uint64_t *state);

#endif
