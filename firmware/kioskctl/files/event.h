/* SPDX-License-Identifier: Apache-2.0 */
/* An event's folder: its manifest, and what only paper says of it. */
#ifndef KIOSKCTL_EVENT_H
#define KIOSKCTL_EVENT_H

#include "hub.h"
#include "print.h"

/*
 * Reads event.manifest, signed by `hub`, and event.json, without which times are those of UTC and no
 * place is known: that is told. ret->manifest points to *manifest. 0 or an exit status, told.
 */
int event_read(const struct args *args, const char *folder, const struct hub *hub,
               struct manifest *manifest, struct print_event *ret);
/* Writes event.json. 0 or an exit status, told. */
int event_describe(const struct args *args, const char *folder, const struct print_event *event,
                   print_put *put);
/* That each of its texts and `hub_name` can be printed. 0 or EX_USAGE, told. */
int event_is_printable(const struct args *args, const struct print_event *event,
                       const char *hub_name);

#endif
