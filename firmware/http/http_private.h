/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this room share. */
#ifndef KIOSK_HTTP_PRIVATE_H
#define KIOSK_HTTP_PRIVATE_H

#include <microhttpd.h>

#include "clock.h"
#include "http.h"

struct caller {
	uint8_t network[8]; /* an IPv4 address, or the first half of an IPv6 address */
};

/* A connection's place, and the request on it. */
struct http_request {
	struct http *http;
	bool used, leaving; /* leaving: hung up on */
	int fd;
	struct caller caller;
	struct mono_time since; /* connected, or answered last */
	struct mono_time heard; /* that, or the last of a body */
	struct MHD_Connection *connection;
	enum { HTTP_WAITS, HTTP_READS, HTTP_SERVES, HTTP_ASIDE, HTTP_ANSWERS } stage;
	const struct http_route *route;
	bool target_too_long;
	char target[HTTP_TARGET_BYTES_MAX + 1]; /* as it was sent; parted by parse */
	const char *path, *part, *value[HTTP_ARGUMENTS_MAX];
	size_t body_len;
	struct http_text *text; /* it reads */
	void *memory;
};

struct http {
	const struct http_settings *settings;
	struct MHD_Daemon *daemon;
	sd_event *event;
	sd_event_source *listens, *io, *timer;
	int fd;
	struct wall_time wall; /* read once a turn */
	struct mono_time mono;
	unsigned n_used;
	struct http_request *arriving;
	void *memory;
	struct http_request request[HTTP_CONNECTIONS_MAX];
};

/* http_request.c: libmicrohttpd's callbacks. */
void *http_on_target(void *context, const char *target, struct MHD_Connection *connection);
enum MHD_Result http_on_request(void *context, struct MHD_Connection *connection, const char *path,
                                const char *method, const char *version, const char *data,
                                size_t *data_len, void **request);
void http_on_completed(void *context, struct MHD_Connection *connection, void **request,
                       enum MHD_RequestTerminationCode why);

/* http_answer.c: a 4xx behind which the connection is closed. */
int http_refuse(struct http_request *request, unsigned status, const char *sentence,
                const char *header, const char *value);
void http_text_left(struct http_request *request);

/* http_places.c */
void http_on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                        enum MHD_ConnectionNotificationCode code);
/* Those who wait at the door come in; false: some have to wait for a later turn. */
bool http_let_in(struct http *http);
/* libmicrohttpd cuts off the silent; these talk, but never come to an end. */
void http_cut_drips(struct http *http);

#endif
