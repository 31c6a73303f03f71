/* SPDX-License-Identifier: Apache-2.0 */
/* An event's folder: its manifest, its card, and what only paper says of it. */
#ifndef KIOSKCTL_EVENT_H
#define KIOSKCTL_EVENT_H

#include "hub.h"
#include "print.h"

/*
 * Reads event.manifest, signed by `hub`, and event.json where there is one. ret->manifest points to
 * *manifest. 0 or an exit status, told.
 */
int event_read(const struct args *args, const char *folder, const struct hub *hub,
               struct manifest *manifest, struct print_event *ret);

#endif
