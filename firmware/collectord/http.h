/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collector on a port: libmicrohttpd, loopback only, in the program's one loop; posts are
 * checked and answers signed by the workers beside it (workers.h). In: HTTP. Out: what collector.h and totals.h answer, octet for octet. It judges nothing but the
 * HTTP around a request:
 *
 *   POST /v1/batches, GET /v1/epochs/<32 hex>/head   signed answers, application/cbor
 *   GET /v1/log/head                                 signed, application/cbor
 *   GET /v1/log/proof                                a proof, application/cbor
 *   GET /v1/totals[?view=public]                     JSON; without ?view=public for the national
 *                                                    team only
 *   anything else                                    405 or 404 with a sentence, text/plain
 *
 * Connections, their buffers and their patience are bounded; a client that drips is cut off after
 * REQUEST_S_MAX.
 */
#ifndef KIOSK_COLLECTORD_HTTP_H
#define KIOSK_COLLECTORD_HTTP_H

#include <systemd/sd-event.h>

#include "collector.h"
#include "http_address.h"
#include "totals.h"

struct http;

enum {
	HTTP_CONNECTIONS_MAX = 256,
	HTTP_SILENCE_S_MAX = 15, /* without an octet in either direction */
	HTTP_REQUEST_S_MAX = 60, /* from connecting, or the last answer, to the whole request */
	HTTP_DISCARD_BYTES_MAX =
	    1 << 20, /* of a body that is too long and still gets a signed answer */
};

/*
 * Listens. The collector, the settings and the loop are the caller's and outlive it. A store that
 * broke ends the loop with -EIO. 0, or -errno with a sentence.
 */
int http_open(const struct http_address *address, struct collector *collector,
              const struct totals_settings *totals, sd_event *event, struct http **ret,
              char *sentence, size_t size);
void http_close(struct http *http); /* NULL is fine */
/* "http://127.0.0.1:8080" with the port it got. */
const char *http_url(const struct http *http);

#endif
