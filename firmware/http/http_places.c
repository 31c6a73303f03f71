/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "http_private.h"
#include "log.h"

enum {
	CALLERS_A_TURN = 64,
	/* What one who reads slowly keeps in the kernel, and what others wait for meanwhile. */
	SEND_BYTES = 256 * 1024,
};

union peer {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_storage storage;
};

static struct caller caller_of(const union peer *peer)
{
	struct caller caller = {{0}};

	if (peer->any.sa_family == AF_INET)
		memcpy(caller.network, &peer->in.sin_addr, sizeof(peer->in.sin_addr));
	else if (peer->any.sa_family == AF_INET6)
		memcpy(caller.network, &peer->in6.sin6_addr, sizeof(caller.network));
	return caller;
}

static bool same_caller(const struct http_request *a, const struct http_request *b)
{
	return memcmp(a->caller.network, b->caller.network, sizeof(a->caller.network)) == 0;
}

static void hang_up(struct http_request *request)
{
	request->leaving = true;
	(void)shutdown(request->fd, SHUT_RDWR);
}

/* --- whose place is taken --- */

static bool is_quiet(const struct http_request *request)
{
	return request->stage == HTTP_WAITS || request->stage == HTTP_READS;
}

static bool is_read_slowly(const struct http_request *request)
{
	return request->stage == HTTP_ANSWERS &&
	       mono_since_us(request->http->mono, request->heard) >
	           HTTP_ANSWER_S_SURE * UINT64_C(1000000);
}

static unsigned places_like(const struct http *http, const struct http_request *one,
                            bool (*matches)(const struct http_request *))
{
	unsigned n = 0;

	for (unsigned i = 0; i < HTTP_CONNECTIONS_MAX; i++) {
		const struct http_request *other = &http->request[i];

		n += other->used && !other->leaving && matches(other) && same_caller(other, one);
	}
	return n;
}

static struct http_request *longest_quiet(struct http *http,
                                          bool (*matches)(const struct http_request *))
{
	struct http_request *found = NULL;
	unsigned found_places = 0;

	for (unsigned i = 0; i < HTTP_CONNECTIONS_MAX; i++) {
		struct http_request *request = &http->request[i];
		unsigned places;

		if (!request->used || request->leaving || !matches(request))
			continue;
		/* Counted only where it may matter. */
		if (found && same_caller(request, found))
			places = found_places;
		else
			places = places_like(http, request, matches);
		if (!found || places > found_places ||
		    (places == found_places && request->heard.us < found->heard.us)) {
			found = request;
			found_places = places;
		}
	}
	return found;
}

/* A place that is free, if need be made so. */
static struct http_request *take_place(struct http *http)
{
	if (http->n_used == HTTP_CONNECTIONS_MAX) {
		struct http_request *leaves = longest_quiet(http, is_quiet);

		if (!leaves)
			leaves = longest_quiet(http, is_read_slowly);
		if (leaves)
			hang_up(leaves);
		(void)MHD_run(http->daemon);
	}
	for (unsigned i = 0; i < HTTP_CONNECTIONS_MAX; i++)
		if (!http->request[i].used)
			return &http->request[i];
	return NULL;
}

/* --- coming and going --- */

static void seat(struct http *http, struct http_request *place, int fd, const union peer *peer,
                 socklen_t len)
{
	const int bytes = SEND_BYTES;

	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	place->fd = fd;
	place->caller = caller_of(peer);
	http->arriving = place;
	/* On failure the descriptor is closed. */
	if (MHD_add_connection(http->daemon, fd, &peer->any, len) != MHD_YES)
		log_debug("http: a caller was not taken on: %s", strerror(errno));
	http->arriving = NULL;
}

bool http_let_in(struct http *http)
{
	for (unsigned i = 0; i < CALLERS_A_TURN; i++) {
		union peer peer;
		socklen_t len = sizeof(peer);
		struct http_request *place = take_place(http);
		int fd;

		if (!place)
			return false;
		fd = accept4(http->fd, &peer.any, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0)
			return errno == EAGAIN || errno == EINTR || errno == ECONNABORTED;
		seat(http, place, fd, &peer, len);
	}
	return true;
}

void http_on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                        enum MHD_ConnectionNotificationCode code)
{
	struct http *http = context;
	struct http_request *request = *socket_context;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (request) {
			request->used = false;
			http->n_used--;
		}
		return;
	}
	request = http->arriving;
	if (!request)
		return;
	request->used = true;
	request->leaving = false;
	request->connection = connection;
	request->since = request->heard = http->mono;
	request->stage = HTTP_WAITS;
	http->n_used++;
	*socket_context = request;
}

void http_cut_drips(struct http *http)
{
	for (unsigned i = 0; i < HTTP_CONNECTIONS_MAX; i++) {
		struct http_request *request = &http->request[i];

		if (request->used && request->stage != HTTP_ASIDE &&
		    mono_since_us(http->mono, request->since) >
		        HTTP_REQUEST_S_MAX * UINT64_C(1000000))
			hang_up(request);
	}
}
