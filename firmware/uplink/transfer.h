/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests to the collector, over libcurl. In: one MSG_HTTP_REQUEST each. Out: exactly one response
 * each, whatever the other side does. It sees sealed octets only and judges nothing but HTTP:
 * whether an answer is the collector's is for kioskd, which knows the keys.
 *
 * libcurl's multi interface runs on the program's one sd-event loop (curl_multi_socket_action), not
 * the blocking easy interface: so that health and link messages go out while a request hangs, and
 * the end of the socket ends everything at once.
 *
 * What protects it: https, or http to loopback only (checked again on the address a name resolved
 * to); no redirects, no proxy from the environment, no other protocols, no compression; bounded
 * head and body; one total timeout.
 */
#ifndef KIOSK_UPLINK_TRANSFER_H
#define KIOSK_UPLINK_TRANSFER_H

#include <systemd/sd-event.h>

#include <kiosk/msg_helper.h>

struct transfers;

enum {
	TRANSFERS_MAX = 4,               /* under way at once */
	TRANSFER_HEAD_BYTES_MAX = 32768, /* of an answer's header lines together */
	TRANSFER_TIMEOUT_MS_MAX = 300000,
	TRANSFER_TIMEOUT_MS_DEFAULT = 30000, /* for a request that names none */
};

/*
 * Called from the loop, or from transfers_begin(). `good`: it came with a collector's content type.
 * `body` is valid until it returns.
 */
typedef void transfer_done_fn(void *context, struct msg_http_response *response, bool good,
                              const uint8_t *body, size_t len);

/*
 * `url`: "https://host[:port]". One that cannot be used is not a failure here: every request is
 * answered with the sentence that says so. 0 or -errno.
 */
int transfers_open(sd_event *event, const char *url, transfer_done_fn *done, void *context,
                   struct transfers **ret);
void transfers_close(struct transfers *transfers); /* NULL is fine; what is under way is dropped */
/* Why the URL cannot be used; NULL if it can. */
const char *transfers_problem(const struct transfers *transfers);

/* `body` is copied. The answer comes through the callback, perhaps before this returns. */
void transfers_begin(struct transfers *transfers, const struct msg_http_request *request,
                     const uint8_t *body);

#endif
