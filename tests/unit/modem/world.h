/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole way of a text on simulated time, in one process: the simulated modem with its faults,
 * the line's twin, the product's inbox, the product's kiosk on a disk that loses what was not
 * synced. At any boundary (a command written, before and after a commit) the memory of the daemon,
 * or of kiosk-modem alone, can be wiped.
 */
#ifndef KIOSK_TEST_MODEM_WORLD_H
#define KIOSK_TEST_MODEM_WORLD_H

#include "inbox.h"
#include "modem_twin.h"
#include "sim_modem.h"
/* the kiosk's own stage, of tests/unit/kioskd */
#include <stage.h>

enum wipe { WIPE_NOTHING, WIPE_MODEM, WIPE_ALL };

struct world {
	struct stage stage;
	unsigned drained; /* verdicts of the stage handed on */
	struct inbox_settings settings;
	struct inbox *inbox;
	struct modem_twin twin;
	struct modem_line *line;
	struct sim_store store;
	struct sim_modem modem;
	uint64_t now_us, octet_us; /* octet_us: what an octet on the line costs; 0: nothing */
	uint64_t serial_us;        /* spent so */
	uint64_t merged_us;        /* merged reads: what is held is let go then */
	const char *profile;       /* of the simulated modem; NULL: standard */
	uint8_t to_host[8192];
	size_t n_to_host;
	unsigned boundary, wipe_at, undeleted, reopened;
	unsigned stopped; /* commits after which the kiosk counted no more */
	enum wipe wipe;
	bool wiped, replies_unlimited;
	bool real_disk; /* the ledger lies on this machine's disk; nothing can be wiped then */
};

/* Keeps `wipe`, `wipe_at`, `replies_unlimited`, `profile` and `real_disk`, which the caller sets before. */
void world_begin(struct world *world, unsigned store_size);
void world_end(struct world *world);
void world_receive(struct world *world, const char *from, int64_t age_s, const char *text);
/* Lets `ms` of simulated time pass. */
void world_run(struct world *world, unsigned ms);
/* Until nothing is stored or held, at most `ms`. Whether it is so. */
bool world_drain(struct world *world, unsigned ms);
/* The line goes away and comes back under another name, the modem having begun anew. */
void world_replug(struct world *world);
/* Replies to a number, several parts being one; NULL: to all. */
unsigned world_replies(struct world *world, const char *to);

#endif
