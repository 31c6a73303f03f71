/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

#include "log.h"
#include "self_watch.h"

static const char request[] = "GET /v1/epochs/00000000000000000000000000000000/head HTTP/1.1\r\n"
                              "Host: localhost\r\n"
                              "CK1-Nonce: 00000000000000000000000000000000\r\n"
                              "Connection: close\r\n\r\n";

struct self_watch {
	sd_event *event;
	struct http_address address;
	uint64_t ask_us;
	bool feeds; /* there is a watchdog to be fed */
	sd_event_source *timer, *io;
	int fd; /* -1: no question is under way */
	bool asked;
	unsigned unanswered;
};

static void end_question(struct self_watch *watch)
{
	watch->io = sd_event_source_disable_unref(watch->io);
	if (watch->fd >= 0)
		(void)close(watch->fd);
	watch->fd = -1;
}

static bool is_answer(int fd)
{
	static const char expected[] = "HTTP/1.1 404 ";
	char octets[sizeof(expected) - 1];

	return recv(fd, octets, sizeof(octets), 0) == (ssize_t)sizeof(octets) &&
	       memcmp(octets, expected, sizeof(octets)) == 0;
}

static int on_socket(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct self_watch *watch = context;

	if (!watch->asked && events & EPOLLOUT) {
		watch->asked = send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL) ==
		               (ssize_t)sizeof(request) - 1;
		if (watch->asked)
			return sd_event_source_set_io_events(source, EPOLLIN);
	} else if (events & EPOLLIN && is_answer(fd)) {
		watch->unanswered = 0;
		if (watch->feeds)
			(void)sd_notify(0, "WATCHDOG=1");
	}
	end_question(watch);
	return 0;
}

static int ask(struct self_watch *watch)
{
	const struct sockaddr *address =
	    (const struct sockaddr *)(const void *)&watch->address.socket;

	watch->asked = false;
	watch->fd =
	    socket(watch->address.socket.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (watch->fd < 0)
		return -errno;
	if (connect(watch->fd, address, watch->address.len) < 0 && errno != EINPROGRESS)
		return -errno;
	return sd_event_add_io(watch->event, &watch->io, watch->fd, EPOLLIN | EPOLLOUT, on_socket,
	                       watch);
}

static int on_timer(sd_event_source *source, uint64_t us, void *context)
{
	struct self_watch *watch = context;
	int r;

	(void)us;
	end_question(watch);
	if (watch->unanswered > 0)
		log_warning("no answer on this program's own port: asked %u times",
		            watch->unanswered);
	if (watch->unanswered == SELF_UNANSWERED_MAX) {
		log_error("it does not answer any more, and ends so that it can be started again");
		return sd_event_exit(watch->event, -ETIMEDOUT);
	}
	watch->unanswered++;
	r = ask(watch);
	if (r < 0) {
		log_warning("its own port cannot be asked: %s", strerror(-r));
		end_question(watch);
	}
	r = sd_event_source_set_time_relative(source, watch->ask_us);
	return r < 0 ? r : sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

int self_watch_open(const struct http_address *address, sd_event *event, struct self_watch **ret)
{
	struct self_watch *watch = calloc(1, sizeof(*watch));
	uint64_t watchdog_us = 0;
	int r;

	if (!watch)
		return -ENOMEM;
	watch->event = event;
	watch->address = *address;
	watch->fd = -1;
	watch->ask_us = SELF_ASK_S * UINT64_C(1000000);
	watch->feeds = sd_watchdog_enabled(0, &watchdog_us) > 0;
	if (watch->feeds && watchdog_us / 4 < watch->ask_us)
		watch->ask_us = watchdog_us / 4;
	r = sd_event_add_time_relative(event, &watch->timer, CLOCK_MONOTONIC, watch->ask_us, 0,
	                               on_timer, watch);
	if (r < 0) {
		self_watch_close(watch);
		return r;
	}
	*ret = watch;
	return 0;
}

void self_watch_close(struct self_watch *watch)
{
	if (!watch)
		return;
	end_question(watch);
	(void)sd_event_source_disable_unref(watch->timer);
	free(watch);
}
