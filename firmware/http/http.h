/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A port of the loopback that speaks HTTP: libmicrohttpd in the program's one loop. In: a table of
 * routes, and what callers send. Out: whole, strictly checked requests to the routes' functions,
 * and their answers to the callers. It touches its sockets and nothing else, and knows nothing of
 * what the answers say.
 *
 * Strict (RFC 9112, RFC 9110), each answered 400 and hung up on: not one Host; two lengths, a
 * length that is no number, or one beside a transfer coding; a coding but "chunked"; names and
 * octets no header may have; a request target with anything but the plain characters of a path and
 * a query, so also with any percent sign; an argument the route does not name, or one given twice.
 *
 * Bounded: HTTP_CONNECTIONS_MAX places. When all are taken, whoever comes next gets the place of the
 * one that was quiet longest, among those of the caller who holds most: an address (IPv4) or a
 * network of 64 bits (IPv6). What is being served is never taken, what is being read only after
 * HTTP_ANSWER_S_SURE. A client that drips is cut off after HTTP_REQUEST_S_MAX.
 */
#ifndef KIOSK_HTTP_H
#define KIOSK_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <systemd/sd-event.h>

#include <kiosk/types.h>

#include "http_address.h"

struct http;
struct http_request; /* the one a connection may have under way */
struct http_text;    /* an answer that many read at once */

enum {
	HTTP_CONNECTIONS_MAX = 256,
	HTTP_SILENCE_S_MAX = 15, /* without an octet in either direction */
	HTTP_REQUEST_S_MAX = 60, /* from connecting, or the last answer, to the whole request */
	HTTP_ANSWER_S_SURE = 5,  /* an answer has so long before its place may be taken */
	HTTP_TARGET_BYTES_MAX = 255,
	HTTP_ARGUMENTS_MAX = 8,
};

struct http_route {
	const char *method;
	const char *path;             /* "*" stands for one part of it, of any octets but "/" */
	const char *const *arguments; /* of its query, NULL behind the last; NULL: none */
	size_t body_bytes_max;        /* more is refused with 413, unread where it was announced */
	/* Called with the whole request, and again after http_go_on(); it answers or puts aside. 0;
	 * negative: the connection is closed without an answer. */
	int (*serve)(void *context, struct http_request *request);
};

struct http_settings {
	const struct http_route *route;
	size_t n_routes;
	const char *nothing_here;    /* a sentence: what there is instead */
	const char *body_too_long;   /* a sentence */
	size_t request_memory_bytes; /* of each request; begin() makes it new */
	void *context;
	void (*begin)(void *context, struct http_request *request);
	/* Each piece of a body, as it comes; it must not answer. */
	void (*take)(void *context, struct http_request *request, const void *octets, size_t len);
	/* Called behind each round; idle: nothing is at hand. Whether there is to be another. */
	bool (*work)(void *context, bool idle);
};

/* The door is its own from then on, also on failure; the settings, what they name, and the loop are
 * the caller's and outlive it. 0 or -errno. */
int http_open(const struct http_door *door, const struct http_settings *settings, sd_event *event,
              struct http **ret);
/* What was put aside is dropped. NULL is fine. */
void http_close(struct http *http);
/* Something may have changed outside: what was put aside goes on. 0 or -errno. Not from within a
 * route or work(). */
int http_turn(struct http *http);

/* --- a request --- */

void *http_memory(struct http_request *request);
struct http *http_of(struct http_request *request);
/* The wall clock, read once a turn. */
struct wall_time http_wall(const struct http *http);
/* What stands for the route's "*". */
const char *http_part(const struct http_request *request);
/* NULL: not given. */
const char *http_argument(const struct http_request *request, const char *name);
const char *http_header(const struct http_request *request, const char *name);

/* Nothing is done with it until http_go_on(), behind which its route is called again. */
void http_put_aside(struct http_request *request);
void http_go_on(struct http_request *request);

/* --- answers: each 0, or -errno --- */

/* Copied. */
int http_answer(struct http_request *request, unsigned status, const char *type, const void *octets,
                size_t len);
/* A sentence as text/plain. */
int http_say(struct http_request *request, unsigned status, const char *sentence);
/* The same with Retry-After. */
int http_say_later(struct http_request *request, const char *sentence, unsigned after_s);

/* What a file holds from `offset` on, which is read again for each of them: it costs no memory. Takes it over, also on
 * failure. NULL: no memory. */
struct http_text *http_text_new(const char *type, int fd, uint64_t offset, uint64_t len);
/* Whoever reads it reads on. NULL is fine. */
void http_text_free(struct http_text *text);
unsigned http_text_readers(const struct http_text *text);
int http_give(struct http_request *request, struct http_text *text);
/* Hangs up on those who read it still. */
void http_cut_readers(struct http *http, const struct http_text *text);

#endif
