/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When a helper program that ended is started again: at once, but for a second, when its device
 * went away (exit status 75, EX_TEMPFAIL of sysexits.h); otherwise with a wait that doubles, until
 * it has run long enough to be trusted again.
 */
#ifndef KIOSK_CORE_RESTART_H
#define KIOSK_CORE_RESTART_H

#include <kiosk/types.h>

enum {
	RESTART_FIRST_US = 500000,
	RESTART_CAP_US = 30000000,
	RESTART_DEVICE_US = 1000000,
	RESTART_TRUSTED_US = 60000000, /* after running that long, a crash is a first one */
	EXIT_DEVICE_GONE = 75,
};

struct restart {
	struct mono_time started;
	uint64_t wait_us; /* the last wait after a crash; 0: none lately */
	uint32_t crashes; /* since our own start */
};

void restart_started(struct restart *restart, struct mono_time now);
/* Microseconds until the next start. `exited` false: a signal ended it. */
uint64_t restart_ended(struct restart *restart, bool exited, int status, struct mono_time now);

#endif
