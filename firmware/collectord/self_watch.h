/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether this program still answers, asked as a kiosk asks: a connection to its own port, a head
 * that nobody has, a signed answer. systemd's watchdog (sd_watchdog_enabled(3)) is fed by an answer
 * and by nothing else; after SELF_UNANSWERED_MAX without one the loop ends with -ETIMEDOUT, for a
 * program that is deaf must not look alive.
 */
#ifndef KIOSK_COLLECTORD_SELF_WATCH_H
#define KIOSK_COLLECTORD_SELF_WATCH_H

#include <systemd/sd-event.h>

#include "http_address.h"

struct self_watch;

enum { SELF_ASK_S = 10, SELF_UNANSWERED_MAX = 4 };

/* 0 or -errno. */
int self_watch_open(const struct http_address *address, sd_event *event, struct self_watch **ret);
void self_watch_close(struct self_watch *watch); /* NULL is fine */

#endif
