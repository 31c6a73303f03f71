/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Watches the machine's network: rtnetlink(7) says that something changed, getifaddrs(3) what there
 * is now. In: the kernel. Out: one call whenever the set of usable addresses became another, so
 * that what waits for a connection can be tried at once.
 */
#ifndef KIOSK_UPLINK_LINKS_H
#define KIOSK_UPLINK_LINKS_H

#include <stdbool.h>

#include <systemd/sd-event.h>

struct links;

/* `up`: an interface other than loopback runs and has an address that reaches beyond its own wire.
 */
typedef void links_fn(void *context, bool up);

/* Calls once from the loop at the start, and at each change. 0 or -errno. */
int links_open(sd_event *event, links_fn *changed, void *context, struct links **ret);
void links_close(struct links *links); /* NULL is fine */

#endif
