/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kiosk-uplink: the only program with a network. Started by kioskd with its socket as descriptor 3;
 * carries sealed batches to the collector and answers back, says when the network changes, and ends
 * when the socket closes.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>

#include <kiosk/msg_helper.h>

#include "address.h"
#include "help.h"
#include "link.h"
#include "links.h"
#include "log.h"
#include "sandbox.h"
#include "text.h"
#include "transfer.h"

enum {
	KIOSKD_FD = 3,
	HEALTH_EVERY_US = 10000000,
};

struct uplink {
	sd_event *event;
	sd_event_source *socket, *beat;
	struct transfers *transfers;
	struct links *links;
	bool link_known, link_up;
	bool tried; /* a request came back */
	bool good;  /* the last one with an answer of the collector's type */
	char sentence[SENTENCE_BYTES_MAX + 1]; /* of the last response */
	struct link_message message;
};

/* A kioskd that is gone ends this program; one that does not read is stuck, and starts a new
 * uplink. */
static void tell(struct uplink *uplink, enum msg_type type, void *message, const void *tail,
                 size_t len)
{
	int r = link_send(KIOSKD_FD, type, message, tail, len);

	if (r == 0)
		return;
	if (r == -EPIPE || r == -ECONNRESET)
		r = 0;
	else
		log_error("kioskd does not take messages: %s", strerror(-r));
	(void)sd_event_exit(uplink->event, r);
}

static void tell_health(struct uplink *uplink)
{
	struct msg_health message = {.health = HEALTH_STARTING};
	const char *problem = transfers_problem(uplink->transfers);

	text_copy(message.sentence, sizeof(message.sentence), "Nothing has been sent yet.");
	if (problem != NULL) {
		message.health = HEALTH_FAILED;
		text_copy(message.sentence, sizeof(message.sentence), problem);
	} else if (uplink->tried) {
		message.health = uplink->good ? HEALTH_GOOD : HEALTH_DEGRADED;
		text_copy(message.sentence, sizeof(message.sentence), uplink->sentence);
	} else if (uplink->link_known && !uplink->link_up) {
		message.health = HEALTH_MISSING;
		text_copy(message.sentence, sizeof(message.sentence),
		          "No network: counts are kept and sent when there is one.");
	}
	tell(uplink, MSG_HEALTH, &message, NULL, 0);
}

static void on_response(void *context, struct msg_http_response *response, bool good,
                        const uint8_t *body, size_t len)
{
	struct uplink *uplink = context;

	uplink->tried = true;
	uplink->good = good;
	text_copy(uplink->sentence, sizeof(uplink->sentence), response->sentence);
	tell(uplink, MSG_HTTP_RESPONSE, response, body, len);
	tell_health(uplink);
}

static void on_link(void *context, bool up)
{
	struct uplink *uplink = context;
	struct msg_link message = {.up = up};

	uplink->link_known = true;
	uplink->link_up = up;
	tell(uplink, MSG_LINK, &message, NULL, 0);
	tell_health(uplink);
}

static int on_beat(sd_event_source *source, uint64_t us, void *context)
{
	tell_health(context);
	(void)us;
	(void)sd_event_source_set_time_relative(source, HEALTH_EVERY_US);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int on_message(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct uplink *uplink = context;
	struct msg_http_request request;
	int r;

	(void)source;
	(void)events;
	while ((r = link_receive(fd, &uplink->message)) == 0) {
		if (uplink->message.head.type != MSG_HTTP_REQUEST)
			continue;
		memcpy(&request, uplink->message.bytes, sizeof(request));
		transfers_begin(uplink->transfers, &request, uplink->message.tail);
	}
	if (r == -EAGAIN)
		return 0;
	if (r != -ECONNRESET)
		log_error("what came from kioskd is not a message: %s", strerror(-r));
	return sd_event_exit(uplink->event, r == -ECONNRESET ? 0 : r);
}

static int start(struct uplink *uplink, const char *url)
{
	struct msg_hello hello = {.kind = HELPER_UPLINK, .pid = (uint32_t)getpid()};
	int r = sd_event_default(&uplink->event);

	if (r >= 0)
		r = transfers_open(uplink->event, url, on_response, uplink, &uplink->transfers);
	if (r < 0)
		return r;
	r = links_open(uplink->event, on_link, uplink, &uplink->links);
	if (r < 0)
		log_warning("changes of the network cannot be watched: %s", strerror(-r));
	r = sd_event_add_io(uplink->event, &uplink->socket, KIOSKD_FD, EPOLLIN, on_message, uplink);
	if (r >= 0)
		r = sd_event_add_time_relative(uplink->event, &uplink->beat, CLOCK_MONOTONIC,
		                               HEALTH_EVERY_US, 0, on_beat, uplink);
	if (r >= 0)
		r = sandbox_enter(SANDBOX_UPLINK);
	if (r < 0)
		return r;
	tell(uplink, MSG_HELLO, &hello, NULL, 0);
	tell_health(uplink);
	return 0;
}

static void stop(struct uplink *uplink)
{
	links_close(uplink->links);
	transfers_close(uplink->transfers);
	(void)sd_event_source_disable_unref(uplink->socket);
	(void)sd_event_source_disable_unref(uplink->beat);
	(void)sd_event_unref(uplink->event);
}

static const char *read_options(int argc, char **argv, bool *ret_check)
{
	static const struct option option[] = {{"collector", required_argument, NULL, 'c'},
	                                       {"check", no_argument, NULL, 'k'},
	                                       {NULL, 0, NULL, 0}};
	const char *url = NULL;
	int c;

	while ((c = getopt_long(argc, argv, "", option, NULL)) != -1) {
		if (c == '?')
			return NULL;
		if (c == 'c')
			url = optarg;
		else
			*ret_check = true;
	}
	return optind == argc ? url : NULL;
}

static void usage(FILE *out)
{
	(void)fputs(
	    "usage: kiosk-uplink --collector URL [--check]\n"
	    "Brings what is sealed to the collector, and its answers back. Started by kioskd, "
	    "with its socket as\ndescriptor 3.\n",
	    out);
}

int main(int argc, char **argv)
{
	static struct uplink uplink;
	char address[URL_BYTES_MAX + 1], sentence[256];
	bool check = false, without_tls;
	const char *url;
	int r;

	if (help_is_asked(argc, argv)) {
		usage(stdout);
		return 0;
	}
	url = read_options(argc, argv, &check);
	if (url == NULL) {
		usage(stderr);
		return EX_USAGE;
	}
	log_init("kiosk-uplink", LOG_LEVEL_INFO);
	if (check) {
		r = address_check(url, address, sizeof(address), &without_tls, sentence,
		                  sizeof(sentence))
		        ? 0
		        : EX_USAGE;
		if (r != 0)
			log_error("%s", sentence);
		return r;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0) {
		log_error("libcurl did not start");
		return 1;
	}
	r = start(&uplink, url);
	if (r < 0)
		log_error("could not start: %s", strerror(-r));
	else
		r = sd_event_loop(uplink.event);
	stop(&uplink);
	curl_global_cleanup();
	return r < 0 ? 1 : 0;
}
