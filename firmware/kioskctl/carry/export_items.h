/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An event's bundle (PROTOCOL.md, section 7), item by item, from a running kioskd or from the ledger
 * of a stopped kiosk. In: which event, as options say. Out: the items' octets, but for the last one.
 */
#ifndef KIOSKCTL_EXPORT_ITEMS_H
#define KIOSKCTL_EXPORT_ITEMS_H

#include <kiosk/types.h>
#include "args.h"

struct manifest;

#define WANTED_OPTIONS                                                                             \
	{"--event", OPTION_VALUE, false, "HEX", "another event than the last (16 digits)"},        \
	{                                                                                          \
		"--occurrence", OPTION_VALUE, false, "N", "which of its meetings, from 1"          \
	}

/* Which event: `any` is the open one, else the last. */
struct wanted {
	bool any;
	struct event_id event;
	uint32_t occurrence;
};
/* --event and --occurrence. 0 or an exit status, told. */
int wanted_read(const struct args *args, struct wanted *ret);

/* One item; another return value than 0 ends it all, and is its result. */
typedef int export_take(void *context, const uint8_t *item, size_t len);
/* From the kiosk at --socket. 0 or an exit status, told. */
int export_from_kiosk(const struct args *args, const struct wanted *wanted, export_take *take,
                      void *context);
/* From the ledger at `path`; --network tells whose. The same. */
int export_from_ledger(const struct args *args, const char *path, const struct wanted *wanted,
                       export_take *take, void *context);
/* What the hub says of the event, from the kiosk at --socket. 0 or an exit status, told. */
int event_manifest(const struct args *args, const struct wanted *wanted, struct manifest *ret);

#endif
