/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door is the room's own: libmicrohttpd gets connections that were let in, and never meets a
 * limit of its own (at which it stops listening until its next run, which nobody would ask for).
 * The timer is always on: whatever is missed elsewhere is late by LOOK_US, and no later.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http_private.h"
#include "log.h"

enum {
	ROUNDS_MAX = 64, /* in one turn of the loop */
	LOOK_US = 1000000,
	HEAD_BYTES_MAX = 32 * 1024, /* of a request, and the buffer of its answer */
};

/* Whatever is at hand, for some rounds; then others have their turn. *ret_wait_us: how long there
 * may be nothing. */
static int work_through(struct http *http, uint64_t *ret_wait_us)
{
	const struct http_settings *settings = http->settings;
	MHD_UNSIGNED_LONG_LONG wait_ms;

	for (int round = 0; round < ROUNDS_MAX; round++) {
		if (MHD_run(http->daemon) != MHD_YES)
			return -EIO;
		/* What is ready already is not told by the descriptor again. */
		if (MHD_get_timeout(http->daemon, &wait_ms) != MHD_YES || wait_ms > LOOK_US / 1000)
			wait_ms = LOOK_US / 1000;
		if (!settings->work(settings->context, wait_ms > 0) && wait_ms > 0) {
			*ret_wait_us = wait_ms * 1000;
			return 0;
		}
	}
	*ret_wait_us = 0;
	return 0;
}

static int turn(struct http *http)
{
	uint64_t wait_us = 0;
	bool all_in;
	int r;

	http->wall = clock_wall();
	http->mono = clock_mono();
	http_cut_drips(http);
	all_in = http_let_in(http);
	r = work_through(http, &wait_us);
	/* Who cannot come in yet waits for the timer, and does not call all the time. */
	if (r == 0)
		r = sd_event_source_set_enabled(http->listens, all_in ? SD_EVENT_ON : SD_EVENT_OFF);
	if (r >= 0)
		r = sd_event_source_set_time_relative(http->timer, wait_us);
	if (r >= 0)
		r = sd_event_source_set_enabled(http->timer, SD_EVENT_ONESHOT);
	return r < 0 ? r : 0;
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

int http_turn(struct http *http)
{
	return turn(http);
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

static int start(struct http *http)
{
	/* One more than there are places: never reached. */
	http->daemon = MHD_start_daemon(
	    MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG,
	    0, NULL, NULL, http_on_request, http, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX + 1,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_SILENCE_S_MAX,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_BYTES_MAX,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, http_on_target, http,
	    MHD_OPTION_NOTIFY_CONNECTION, http_on_connection, http, MHD_OPTION_NOTIFY_COMPLETED,
	    http_on_completed, http, MHD_OPTION_END);
	return http->daemon ? 0 : -EIO;
}

static int watch(struct http *http)
{
	const union MHD_DaemonInfo *info =
	    MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	int r;

	if (!info)
		return -ENOSYS;
	r = sd_event_add_io(http->event, &http->io, info->epoll_fd, EPOLLIN, on_readable, http);
	if (r >= 0)
		r = sd_event_add_io(http->event, &http->listens, http->fd, EPOLLIN, on_readable,
		                    http);
	if (r >= 0)
		r = sd_event_add_time(http->event, &http->timer, CLOCK_MONOTONIC, 0, 1000, on_timer,
		                      http);
	return r < 0 ? r : 0;
}

static int make_places(struct http *http)
{
	http->memory = calloc(HTTP_CONNECTIONS_MAX, http->settings->request_memory_bytes);
	if (!http->memory)
		return -ENOMEM;
	for (unsigned i = 0; i < HTTP_CONNECTIONS_MAX; i++) {
		http->request[i].http = http;
		http->request[i].memory =
		    (char *)http->memory + i * http->settings->request_memory_bytes;
	}
	return 0;
}

int http_open(const struct http_door *door, const struct http_settings *settings, sd_event *event,
              struct http **ret)
{
	struct http *http = calloc(1, sizeof(*http));
	int r;

	if (!http) {
		(void)close(door->fd);
		return -ENOMEM;
	}
	http->fd = door->fd;
	http->settings = settings;
	http->event = event;
	http->wall = clock_wall();
	http->mono = clock_mono();
	r = make_places(http);
	if (r == 0)
		r = start(http);
	if (r == 0)
		r = watch(http);
	if (r < 0) {
		http_close(http);
		return r;
	}
	*ret = http;
	return 0;
}

void http_close(struct http *http)
{
	if (!http)
		return;
	(void)sd_event_source_disable_unref(http->io);
	(void)sd_event_source_disable_unref(http->listens);
	(void)sd_event_source_disable_unref(http->timer);
	for (unsigned i = 0; i < HTTP_CONNECTIONS_MAX; i++)
		if (http->request[i].used && http->request[i].stage == HTTP_ASIDE)
			http_go_on(&http->request[i]);
	if (http->daemon)
		MHD_stop_daemon(http->daemon);
	(void)close(http->fd);
	free(http->memory);
	free(http);
}

struct wall_time http_wall(const struct http *http)
{
	return http->wall;
}
