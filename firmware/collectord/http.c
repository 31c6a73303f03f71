/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <microhttpd.h>

#include "clock.h"
#include "crypto.h"
#include "hex.h"
#include "http.h"
#include "log.h"
#include "text.h"
#include "workers.h"

enum {
	ROUNDS_MAX = 64,    /* in one turn of the loop */
	DRIPS_US = 1000000, /* how often to look for connections that come to no end */
};

/* One connection and the one request it may have under way. */
struct client {
	bool used;
	int fd;
	struct mono_time since; /* connected, or answered last */
	struct sha256 sha;      /* over a body that is too long to be kept */
	uint64_t body_len;      /* received */
	uint8_t body[POST_BYTES_MAX];
	/* A post. Its connection is suspended from the first step to the last. */
	struct MHD_Connection *connection;
	const struct collector *collector;
	enum { POST_NONE, POST_CHECK, POST_COMMIT, POST_SIGN, POST_DONE } step;
	struct work work;
	struct nonce nonce;
	bool has_nonce;
	struct delivery delivery;
	struct answer answer;
	int error;
	struct collector_reply reply;
};

struct http {
	struct MHD_Daemon *daemon;
	struct collector *collector;
	const struct totals_settings *totals;
	sd_event *event;
	sd_event_source *io, *timer, *done;
	struct workers *workers;
	struct wall_time wall; /* read once a turn */
	struct mono_time mono;
	unsigned n_clients;
	char url[80];
	struct collector_reply reply;
	unsigned n_checked; /* are with the workers, on their way to be judged */
	unsigned n_judged;  /* wait for the commit */
	struct client *judged[HTTP_CONNECTIONS_MAX];
	struct client client[HTTP_CONNECTIONS_MAX];
};

/* --- answers --- */

static enum MHD_Result queue(struct MHD_Connection *connection, unsigned status, const char *type,
                             const void *bytes, size_t len, const char *header, const char *value)
{
	union {
		const void *in;
		void *out;
	} octets = {.in = bytes}; /* copied, not written to */
	struct MHD_Response *response =
	    MHD_create_response_from_buffer(len, octets.out, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result r;

	if (response == NULL)
		return MHD_NO;
	(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	(void)MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	if (header != NULL)
		(void)MHD_add_response_header(response, header, value);
	r = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return r;
}

static enum MHD_Result say(struct MHD_Connection *connection, unsigned status, const char *sentence,
                           const char *header, const char *value)
{
	char text[256];

	snprintf(text, sizeof(text), "%s\n", sentence);
	return queue(connection, status, "text/plain; charset=utf-8", text, strlen(text), header,
	             value);
}

/* An unsigned "later": no kiosk takes it for an answer. */
static enum MHD_Result say_later(struct http *http, struct MHD_Connection *connection, int error)
{
	const char *sentence =
	    error == -ENOSPC
	        ? "The collector has no room on its disk. Nothing was stored; try later."
	        : "The collector cannot work just now. Nothing was answered for; try later.";

	log_error("a request was put off: %s", strerror(-error));
	if (error == -EIO)
		(void)sd_event_exit(http->event, error);
	return say(connection, MHD_HTTP_SERVICE_UNAVAILABLE, sentence, MHD_HTTP_HEADER_RETRY_AFTER,
	           "60");
}

static enum MHD_Result give_reply(struct http *http, struct MHD_Connection *connection, int error,
                                  const struct collector_reply *reply)
{
	if (error < 0)
		return say_later(http, connection, error);
	return queue(connection, reply->status, "application/cbor", reply->bytes, reply->len, NULL,
	             NULL);
}

static enum MHD_Result give(struct http *http, struct MHD_Connection *connection, int error)
{
	return give_reply(http, connection, error, &http->reply);
}

/* --- requests --- */

static const struct nonce *read_nonce(struct MHD_Connection *connection, struct nonce *nonce)
{
	const char *text = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "CK1-Nonce");

	return text != NULL && hex_decode(text, nonce->b, sizeof(nonce->b)) == 0 ? nonce : NULL;
}

/* --- posts: checked by a worker, judged here, signed by a worker --- */

static struct client *client_of(struct work *work)
{
	return (struct client *)(void *)((char *)work - offsetof(struct client, work));
}

static void check_or_sign(struct work *work)
{
	struct client *client = client_of(work);

	if (client->step == POST_CHECK)
		collector_check(client->body, (size_t)client->body_len, &client->delivery);
	else
		client->error = collector_sign(client->collector, &client->answer, &client->reply);
}

static void begin_post(struct http *http, struct MHD_Connection *connection, struct client *client)
{
	client->connection = connection;
	client->collector = http->collector;
	client->has_nonce = read_nonce(connection, &client->nonce) != NULL;
	client->step = POST_CHECK;
	client->work.run = check_or_sign;
	http->n_checked++;
	MHD_suspend_connection(connection);
	workers_give(http->workers, &client->work);
}

static void end_post(struct client *client)
{
	client->step = POST_DONE;
	MHD_resume_connection(client->connection);
}

static void judge_post(struct http *http, struct client *client)
{
	if (http->n_judged == 0)
		collector_group_begin(http->collector);
	client->error =
	    collector_judge(http->collector, http->wall, client->has_nonce ? &client->nonce : NULL,
	                    &client->delivery, &client->answer);
	client->step = POST_COMMIT;
	http->judged[http->n_judged++] = client;
	http->n_checked--;
}

/* Makes durable what was judged since the last time; then it is answered for. */
static void commit_judged(struct http *http)
{
	const unsigned n = http->n_judged;
	int r;

	if (n == 0)
		return;
	http->n_judged = 0;
	r = collector_group_commit(http->collector);
	for (unsigned i = 0; i < n; i++) {
		struct client *client = http->judged[i];

		if (client->error == 0)
			client->error = r;
		if (client->error < 0) {
			end_post(client);
		} else {
			client->step = POST_SIGN;
			workers_give(http->workers, &client->work);
		}
	}
}

/* What the workers are done with takes its next step. */
static void take_posts(struct http *http)
{
	struct work *work;

	while ((work = workers_take(http->workers)) != NULL) {
		struct client *client = client_of(work);

		if (client->step == POST_CHECK)
			judge_post(http, client);
		else
			end_post(client);
	}
}

static enum MHD_Result post_batch(struct http *http, struct MHD_Connection *connection,
                                  struct client *client)
{
	struct nonce nonce;
	struct hash subject;

	if (client->step == POST_DONE)
		return give_reply(http, connection, client->error, &client->reply);
	if (client->body_len <= sizeof(client->body)) {
		begin_post(http, connection, client);
		return MHD_YES;
	}
	sha256_final(&client->sha, &subject);
	return give(http, connection,
	            collector_refuse(
	                http->collector, read_nonce(connection, &nonce), &subject, ANSWER_TOO_LARGE,
	                "The delivery is longer than 16384 octets, the most a kiosk sends.",
	                &http->reply));
}

static enum MHD_Result get_head(struct http *http, struct MHD_Connection *connection,
                                const char *name, size_t len)
{
	char hex[2 * sizeof(struct epoch_id) + 1];
	struct epoch_id epoch;
	struct nonce nonce;

	if (len == sizeof(hex) - 1) {
		memcpy(hex, name, len);
		hex[len] = '\0';
		if (hex_decode(hex, epoch.b, sizeof(epoch.b)) == 0)
			return give(http, connection,
			            collector_head(http->collector, read_nonce(connection, &nonce),
			                           &epoch, &http->reply));
	}
	return say(connection, MHD_HTTP_NOT_FOUND,
	           "That is not the name of an opening: it has 32 hexadecimal digits.", NULL, NULL);
}

static enum MHD_Result get_log_head(struct http *http, struct MHD_Connection *connection)
{
	struct nonce nonce;

	if (read_nonce(connection, &nonce) == NULL)
		return say(connection, MHD_HTTP_BAD_REQUEST,
		           "The request has no header CK1-Nonce of 32 hexadecimal digits.", NULL,
		           NULL);
	return give(http, connection,
	            collector_log_head(http->collector, http->wall, &nonce, &http->reply));
}

/* A decimal number of up to 18 digits in the query. */
static bool read_number(struct MHD_Connection *connection, const char *name, uint64_t *ret)
{
	const char *text = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, name);
	const size_t len = text != NULL ? strlen(text) : 0;

	if (len == 0 || len > 18 || strspn(text, "0123456789") != len)
		return false;
	*ret = strtoull(text, NULL, 10);
	return true;
}

static enum MHD_Result get_log_proof(struct http *http, struct MHD_Connection *connection)
{
	const char *hex = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "batch");
	uint64_t from = 0, size = 0;
	struct hash batch;
	int r = -EINVAL;

	if (read_number(connection, "size", &size)) {
		if (hex != NULL && hex_decode(hex, batch.b, sizeof(batch.b)) == 0)
			r = collector_log_inclusion(http->collector, &batch, size, &http->reply);
		else if (hex == NULL && read_number(connection, "from", &from))
			r = collector_log_consistency(http->collector, from, size, &http->reply);
	}
	if (r == -EINVAL)
		return say(connection, MHD_HTTP_BAD_REQUEST,
		           "Ask for ?batch=HASH&size=N or ?from=M&size=N: a hash of 64 hexadecimal "
		           "digits, sizes of the log.",
		           NULL, NULL);
	if (r == -ENOENT)
		return say(connection, MHD_HTTP_NOT_FOUND,
		           "There is no such batch in a log of that size.", NULL, NULL);
	if (r == -ERANGE)
		return say(connection, MHD_HTTP_BAD_REQUEST,
		           "The log has not that many batches: see /v1/log/head.", NULL, NULL);
	return give(http, connection, r);
}

static enum MHD_Result get_totals(struct http *http, struct MHD_Connection *connection)
{
	const char *view = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "view");
	enum totals_view which = TOTALS_TEAM;
	enum MHD_Result result;
	char *text;
	int r;

	if (view != NULL && strcmp(view, "public") == 0)
		which = TOTALS_PUBLIC;
	else if (view != NULL && strcmp(view, "team") != 0)
		return say(connection, MHD_HTTP_BAD_REQUEST, "The view is either team or public.",
		           NULL, NULL);
	r = totals_json(collector_store(http->collector), http->totals, http->wall, which, &text);
	if (r < 0)
		return say_later(http, connection, r);
	result = queue(connection, MHD_HTTP_OK, "application/json", text, strlen(text), NULL, NULL);
	free(text);
	return result;
}

static enum MHD_Result route(struct http *http, struct MHD_Connection *connection,
                             struct client *client, const char *path, const char *method)
{
	static const char epochs[] = "/v1/epochs/", head[] = "/head";
	size_t len = strlen(path);
	bool is_post = strcmp(path, "/v1/batches") == 0;
	bool is_head = len > sizeof(epochs) + sizeof(head) - 2 &&
	               strncmp(path, epochs, sizeof(epochs) - 1) == 0 &&
	               strcmp(path + len - (sizeof(head) - 1), head) == 0;
	bool is_totals = strcmp(path, "/v1/totals") == 0;
	bool is_log_head = strcmp(path, "/v1/log/head") == 0;
	bool is_log_proof = strcmp(path, "/v1/log/proof") == 0;

	if (!is_post && !is_head && !is_totals && !is_log_head && !is_log_proof)
		return say(
		    connection, MHD_HTTP_NOT_FOUND,
		    "There is nothing here. Kiosks send to /v1/batches; totals are at /v1/totals.",
		    NULL, NULL);
	if (strcmp(method, is_post ? "POST" : "GET") != 0)
		return say(connection, MHD_HTTP_METHOD_NOT_ALLOWED,
		           is_post ? "Only POST works here." : "Only GET works here.",
		           MHD_HTTP_HEADER_ALLOW, is_post ? "POST" : "GET");
	if (is_post)
		return post_batch(http, connection, client);
	/* What the others read is what is durable. */
	commit_judged(http);
	if (is_totals)
		return get_totals(http, connection);
	if (is_log_head)
		return get_log_head(http, connection);
	if (is_log_proof)
		return get_log_proof(http, connection);
	return get_head(http, connection, path + sizeof(epochs) - 1,
	                len - (sizeof(epochs) - 1) - (sizeof(head) - 1));
}

/* A body said to be far too long is refused before it is sent. */
static bool announces_too_much(struct MHD_Connection *connection)
{
	const char *text = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
	                                               MHD_HTTP_HEADER_CONTENT_LENGTH);

	return text != NULL && strtoull(text, NULL, 10) > HTTP_DISCARD_BYTES_MAX;
}

/* Kept, or, of a body that is too long, hashed. */
static void take_body(struct client *client, const char *octets, size_t len)
{
	if (client->body_len + len <= sizeof(client->body)) {
		memcpy(client->body + client->body_len, octets, len);
	} else {
		if (client->body_len <= sizeof(client->body)) {
			sha256_init(&client->sha);
			sha256_update(&client->sha, client->body, (size_t)client->body_len);
		}
		sha256_update(&client->sha, octets, len);
	}
	client->body_len += len;
}

/* Called by libmicrohttpd: once for the header, for each piece of the body, and once at its end. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection,
                                  const char *path, const char *method, const char *version,
                                  const char *data, size_t *data_len, void **request)
{
	struct http *http = context;
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct client *client = info != NULL ? info->socket_context : NULL;

	(void)version;
	if (client == NULL)
		return MHD_NO;
	if (*request == NULL) {
		*request = client;
		client->body_len = 0;
		client->step = POST_NONE;
		if (announces_too_much(connection))
			return say(
			    connection, MHD_HTTP_CONTENT_TOO_LARGE,
			    "The delivery is longer than 16384 octets, the most a kiosk sends.",
			    NULL, NULL);
		return MHD_YES;
	}
	if (*data_len == 0)
		return route(http, connection, client, path, method);
	take_body(client, data, *data_len);
	*data_len = 0;
	return client->body_len <= HTTP_DISCARD_BYTES_MAX ? MHD_YES : MHD_NO;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **request,
                         enum MHD_RequestTerminationCode why)
{
	struct http *http = context;
	struct client *client = *request;

	(void)connection;
	(void)why;
	if (client != NULL)
		client->since = http->mono;
	*request = NULL;
}

/* --- connections --- */

static void on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
	struct http *http = context;
	struct client *client = *socket_context;
	const union MHD_ConnectionInfo *info;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (client != NULL) {
			client->used = false;
			http->n_clients--;
		}
		return;
	}
	for (unsigned i = 0; i < HTTP_CONNECTIONS_MAX; i++) {
		client = &http->client[i];
		if (client->used)
			continue;
		info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
		client->used = true;
		client->fd = info != NULL ? info->connect_fd : -1;
		client->since = http->mono;
		http->n_clients++;
		*socket_context = client;
		return;
	}
}

/* libmicrohttpd cuts off the silent; these talk, but never come to an end. */
static void cut_drips(struct http *http)
{
	for (unsigned i = 0; i < HTTP_CONNECTIONS_MAX; i++) {
		struct client *client = &http->client[i];

		if (client->used && client->fd >= 0 &&
		    mono_since_us(http->mono, client->since) >
		        HTTP_REQUEST_S_MAX * UINT64_C(1000000))
			(void)shutdown(client->fd, SHUT_RDWR);
	}
}

/* --- the loop --- */

/* Whatever is at hand, for some rounds; then others have their turn. *ret_wait_us: how long there
 * may be nothing; UINT64_MAX: for ever. */
static int work_through(struct http *http, uint64_t *ret_wait_us)
{
	MHD_UNSIGNED_LONG_LONG wait_ms;

	for (int round = 0; round < ROUNDS_MAX; round++) {
		take_posts(http);
		if (MHD_run(http->daemon) != MHD_YES)
			return -EIO;
		if (workers_help(http->workers))
			continue;
		/* What is ready already is not told by the descriptor again. */
		if (MHD_get_timeout(http->daemon, &wait_ms) != MHD_YES)
			wait_ms = UINT64_MAX;
		else if (wait_ms == 0)
			continue;
		/* A commit costs more than all the rest: whoever is on the way shares it. */
		if (http->n_judged == 0 || http->n_checked > 0) {
			*ret_wait_us = wait_ms < UINT64_MAX / 1000 ? wait_ms * 1000 : UINT64_MAX;
			return 0;
		}
		commit_judged(http);
	}
	*ret_wait_us = 0;
	return 0;
}

static int turn(struct http *http)
{
	uint64_t wait_us = 0;
	int r;

	http->wall = clock_wall();
	http->mono = clock_mono();
	cut_drips(http);
	r = work_through(http, &wait_us);
	if (r < 0)
		return r;
	if (wait_us == UINT64_MAX && http->n_clients == 0)
		return sd_event_source_set_enabled(http->timer, SD_EVENT_OFF);
	(void)sd_event_source_set_time_relative(http->timer,
	                                        wait_us < DRIPS_US ? wait_us : DRIPS_US);
	return sd_event_source_set_enabled(http->timer, SD_EVENT_ONESHOT);
}

static int on_readable(sd_event_source *source, int fd, uint32_t events, void *context)
{
	(void)source;
	(void)fd;
	(void)events;
	return turn(context);
}

static int on_timer(sd_event_source *source, uint64_t us, void *context)
{
	(void)source;
	(void)us;
	return turn(context);
}

__attribute__((format(printf, 2, 0))) static void on_log(void *context, const char *format,
                                                         va_list list)
{
	char text[256];

	(void)context;
	vsnprintf(text, sizeof(text), format, list);
	log_debug("http: %s", text);
}

/* --- opening --- */

static int watch(struct http *http)
{
	const union MHD_DaemonInfo *info =
	    MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	int r;

	if (info == NULL)
		return -ENOSYS;
	r = sd_event_add_io(http->event, &http->io, info->epoll_fd, EPOLLIN, on_readable, http);
	if (r >= 0)
		r = sd_event_add_time(http->event, &http->timer, CLOCK_MONOTONIC, 0, 1000, on_timer,
		                      http);
	if (r >= 0)
		r = sd_event_add_io(http->event, &http->done, workers_fd(http->workers), EPOLLIN,
		                    on_readable, http);
	return r < 0 ? r : 0;
}

int http_open(const struct http_address *address, struct collector *collector,
              const struct totals_settings *totals, sd_event *event, struct http **ret,
              char *sentence, size_t size)
{
	struct http *http = calloc(1, sizeof(*http));
	int fd, r;

	if (http == NULL)
		return -ENOMEM;
	http->collector = collector;
	http->totals = totals;
	http->event = event;
	http->wall = clock_wall();
	http->mono = clock_mono();
	fd = http_listen(address, http->url, sizeof(http->url));
	if (fd < 0) {
		text_format(sentence, size, "The address cannot be listened on: %s.",
		            strerror(-fd));
		http_close(http);
		return fd;
	}
	http->daemon = MHD_start_daemon(
	    MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request,
	    http, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_SILENCE_S_MAX,
	    MHD_OPTION_NOTIFY_CONNECTION, on_connection, http, MHD_OPTION_NOTIFY_COMPLETED,
	    on_completed, http, MHD_OPTION_END);
	if (http->daemon == NULL)
		(void)close(fd);
	r = http->daemon == NULL ? -EIO : workers_open(&http->workers);
	if (r == 0)
		r = watch(http);
	if (r < 0) {
		text_format(sentence, size, "The HTTP server did not start: %s.", strerror(-r));
		http_close(http);
		return r;
	}
	*ret = http;
	return 0;
}

void http_close(struct http *http)
{
	if (http == NULL)
		return;
	(void)sd_event_source_unref(http->io);
	(void)sd_event_source_unref(http->timer);
	(void)sd_event_source_unref(http->done);
	workers_close(http->workers);
	for (unsigned i = 0; i < HTTP_CONNECTIONS_MAX; i++) {
		struct client *client = &http->client[i];

		if (client->used && client->step != POST_NONE && client->step != POST_DONE) {
			client->error = -ECANCELED;
			end_post(client);
		}
	}
	if (http->daemon != NULL)
		MHD_stop_daemon(http->daemon);
	free(http);
}

const char *http_url(const struct http *http)
{
	return http->url;
}
