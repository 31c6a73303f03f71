/* SPDX-License-Identifier: Apache-2.0 */
/* What the ledger's tests share: a folder, an opening, check-ins, and seals that stand in for
 * signed ones. */
#ifndef TESTS_LEDGER_FIXTURE_H
#define TESTS_LEDGER_FIXTURE_H

#include "ledger.h"
#include "vfs_fault.h"

/* A folder of its own under $TMPDIR or /tmp, and the ledger's path in it. */
struct folder {
	char path[256];
	char ledger[300];
};
void folder_make(struct folder *folder);
void folder_remove(struct folder *folder);
/* The same as cmocka wants it: the folder is the state. */
int folder_setup(void **state);
int folder_teardown(void **state);

/* Opens, or fails the test with the ledger's sentence. */
struct ledger *open_good(const char *path);

/* `number` makes all its names; a new epoch for each call. */
struct ledger_opening opening_of(uint8_t event, uint16_t occurrence);
struct tag tag_of(uint32_t number);
struct fingerprint fingerprint_of(uint32_t number);
/* One person with a tag, for one project. */
struct ledger_checkin ticket_of(uint32_t number, uint16_t project);

/* Drafts and freezes the next batch of the epoch; its octets are made up but differ. Fails the test
 * unless it works. */
struct batch seal(struct ledger *ledger, const struct epoch_id *epoch);
/* A receipt for it; 0 or what the ledger says. */
int confirm(struct ledger *ledger, const struct batch *batch, uint64_t log_size);
struct receipt receipt_of(const struct batch *batch, uint64_t log_size);
/* The octets that seal() froze. */
size_t sealed_octets(const struct batch *batch, uint8_t octets[64]);

/* Fails the test unless they are the same. */
void must_be_rows(const struct batch_row *is, const struct batch_row *should, uint16_t n);

/* A ledger on a disk in memory with an event open: what most tests begin with. The teardown
 * recounts. */
struct evening {
	struct folder folder;
	struct fault_disk *disk;
	struct ledger *ledger;
	struct ledger_opening opening;
};
int evening_setup(void **state);
int evening_teardown(void **state);

#endif
