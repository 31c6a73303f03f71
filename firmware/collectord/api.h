/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collector on a port: what collector.h and totals.h answer, octet for octet, over HTTP (the
 * room http). It judges nothing itself:
 *
 *   POST /v1/batches, GET /v1/epochs/<32 hex>/head   signed answers, application/cbor
 *   GET /v1/log/head                                 signed, application/cbor
 *   GET /v1/log/proof                                a proof, application/cbor
 *   GET /v1/totals[?view=public]                     JSON, for everybody
 *   GET /v1/team/totals                              JSON, for the national team only
 *   anything else                                    405, 404 or 400 with a sentence, text/plain
 */
#ifndef KIOSK_COLLECTORD_API_H
#define KIOSK_COLLECTORD_API_H

#include <systemd/sd-event.h>

#include "collector.h"
#include "http_address.h"
#include "totals.h"

struct api;

/*
 * Answers at the door, which is its own from then on, also on failure, and keeps answers in the
 * folder. All the rest is the caller's and outlives it. A store that broke ends the loop with -EIO.
 * 0 or -errno.
 */
int api_open(const struct http_door *door, struct collector *collector, const char *folder,
             const struct totals_settings *totals, sd_event *event, struct api **ret);
void api_close(struct api *api); /* NULL is fine */

#endif
