/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>
#include <openssl/ssl.h>

#include <kiosk/msg_helper.h>

#include "address.h"
#include "hex.h"
#include "text.h"
#include "transfer.h"

struct transfer {
	struct transfers *owner;
	CURL *easy; /* NULL: free */
	struct curl_slist *headers;
	uint32_t id;
	bool too_long;
	size_t head_len; /* octets of header lines so far */
	size_t answer_len;
	uint8_t answer[HTTP_BODY_BYTES_MAX];
	uint8_t body[POST_BYTES_MAX];
};

struct transfers {
	sd_event *event;
	sd_event_source *timer;
	CURLM *multi;
	char url[URL_BYTES_MAX + 1];
	bool plain;                           /* http, to loopback */
	char problem[SENTENCE_BYTES_MAX + 1]; /* "": none */
	transfer_done_fn *done;
	void *context;
	struct transfer transfer[TRANSFERS_MAX];
};

/* --- answers --- */

static void respond(struct transfers *transfers, uint32_t id, uint32_t status, bool good,
                    const char *sentence, const uint8_t *body, size_t len)
{
	struct msg_http_response response = {.id = id, .status = status, .len = (uint32_t)len};

	text_copy(response.sentence, sizeof(response.sentence), sentence);
	transfers->done(transfers->context, &response, good, body, len);
}

static const char *why_no_answer(const struct transfer *transfer, CURLcode code)
{
	if (transfer->too_long)
		return "The answer was far longer than the collector's ever is, and was cut off.";
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return "The collector's name was not found: this kiosk may not be on the internet.";
	case CURLE_COULDNT_CONNECT:
		return "Nobody answers at the collector's address. It is tried again by itself.";
	case CURLE_OPERATION_TIMEDOUT:
		return "The collector did not answer in time. It is tried again by itself.";
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_PARTIAL_FILE:
		return "The connection ended before there was an answer. It is tried again by "
		       "itself.";
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
		return "Somebody without the collector's TLS certificate answered: a sign-in page "
		       "of this network may be in "
		       "the way.";
	case CURLE_SSL_CACERT_BADFILE:
		return "This kiosk's list of certificate authorities cannot be read: install "
		       "ca-certificates.";
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WEIRD_SERVER_REPLY:
		return "What answered does not speak HTTP.";
	default:
		return NULL;
	}
}

/* Whether it looks like the collector. */
static bool say_what_answered(CURL *easy, long status, char *sentence, size_t size)
{
	const char *type = NULL;
	bool good;

	(void)curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type);
	good = type != NULL && strcmp(type, "application/cbor") == 0;
	if (good)
		text_format(sentence, size, "The collector answered with status %ld.", status);
	else if (status >= 300 && status < 400)
		text_format(sentence, size,
		            "The address sends elsewhere (status %ld), which is not followed: a "
		            "sign-in page of this network may be "
		            "in the way.",
		            status);
	else
		text_format(sentence, size,
		            "Something other than the collector answered (status %ld, %.40s): a "
		            "sign-in page of this network may be in "
		            "the way.",
		            status, type != NULL ? type : "no type");
	return good;
}

static void release(struct transfer *transfer)
{
	if (transfer->easy == NULL)
		return;
	(void)curl_multi_remove_handle(transfer->owner->multi, transfer->easy);
	curl_easy_cleanup(transfer->easy);
	curl_slist_free_all(transfer->headers);
	transfer->easy = NULL;
	transfer->headers = NULL;
}

static void finish(struct transfer *transfer, CURLcode code)
{
	char sentence[SENTENCE_BYTES_MAX + 1];
	const char *why;
	long status = 0;
	bool good = false;

	if (code == CURLE_OK && !transfer->too_long) {
		(void)curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
		good = say_what_answered(transfer->easy, status, sentence, sizeof(sentence));
	} else {
		why = why_no_answer(transfer, code);
		text_format(sentence, sizeof(sentence), "%s",
		            why != NULL ? why : curl_easy_strerror(code));
		transfer->answer_len = 0;
	}
	/* The slot is free before the callback, which may begin the next request. */
	release(transfer);
	respond(transfer->owner, transfer->id, (uint32_t)status, good, sentence, transfer->answer,
	        transfer->answer_len);
}

static void finish_done(struct transfers *transfers)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(transfers->multi, &left)) != NULL) {
		char *pointer = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &pointer);
		finish((struct transfer *)(void *)pointer, message->data.result);
	}
}

/* --- libcurl's callbacks; called from curl_multi_socket_action() --- */

static size_t on_answer(char *data, size_t size, size_t n, void *context)
{
	struct transfer *transfer = context;

	if (size * n > sizeof(transfer->answer) - transfer->answer_len) {
		transfer->too_long = true;
		return 0; /* ends the transfer */
	}
	memcpy(transfer->answer + transfer->answer_len, data, size * n);
	transfer->answer_len += size * n;
	return size * n;
}

static size_t on_head(char *data, size_t size, size_t n, void *context)
{
	struct transfer *transfer = context;

	(void)data;
	transfer->head_len += size * n;
	if (transfer->head_len > TRANSFER_HEAD_BYTES_MAX) {
		transfer->too_long = true;
		return 0;
	}
	return size * n;
}

/* Whatever a name resolved to: without TLS nothing leaves the machine. */
static curl_socket_t on_open(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	const struct transfers *transfers = context;

	(void)purpose;
	if (transfers->plain && !address_is_loopback(&address->addr)) {
		errno = EACCES;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/*
 * A Pi without a clock cannot tell whether a certificate is still valid, but it can tell whose it
 * is: the chain is verified, its dates are not (X509_VERIFY_PARAM_set_flags(3)). The answer itself
 * is signed by the collector.
 */
static CURLcode on_tls(CURL *easy, void *tls, void *context)
{
	(void)easy;
	(void)context;
	return X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(tls), X509_V_FLAG_NO_CHECK_TIME) == 1
	           ? CURLE_OK
	           : CURLE_SSL_CERTPROBLEM;
}

static int on_socket_ready(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct transfers *transfers = context;
	int flags = 0, running;

	(void)source;
	if (events & (EPOLLIN | EPOLLHUP))
		flags |= CURL_CSELECT_IN;
	if (events & EPOLLOUT)
		flags |= CURL_CSELECT_OUT;
	if (events & EPOLLERR)
		flags |= CURL_CSELECT_ERR;
	(void)curl_multi_socket_action(transfers->multi, fd, flags, &running);
	finish_done(transfers);
	return 0;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *socket_context)
{
	struct transfers *transfers = context;
	sd_event_source *source = socket_context;
	uint32_t events =
	    (what & CURL_POLL_IN ? EPOLLIN : 0U) | (what & CURL_POLL_OUT ? EPOLLOUT : 0U);

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		(void)sd_event_source_disable_unref(source);
		(void)curl_multi_assign(transfers->multi, fd, NULL);
		return 0;
	}
	if (source != NULL)
		return sd_event_source_set_io_events(source, events) < 0 ? -1 : 0;
	if (sd_event_add_io(transfers->event, &source, fd, events, on_socket_ready, transfers) < 0)
		return -1;
	(void)curl_multi_assign(transfers->multi, fd, source);
	return 0;
}

static int on_timer(sd_event_source *source, uint64_t us, void *context)
{
	struct transfers *transfers = context;
	int running;

	(void)source;
	(void)us;
	(void)curl_multi_socket_action(transfers->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	finish_done(transfers);
	return 0;
}

static int on_timeout_change(CURLM *multi, long timeout_ms, void *context)
{
	struct transfers *transfers = context;

	(void)multi;
	if (timeout_ms < 0)
		return sd_event_source_set_enabled(transfers->timer, SD_EVENT_OFF) < 0 ? -1 : 0;
	if (sd_event_source_set_time_relative(transfers->timer, (uint64_t)timeout_ms * 1000) < 0 ||
	    sd_event_source_set_enabled(transfers->timer, SD_EVENT_ONESHOT) < 0)
		return -1;
	return 0;
}

/* --- requests --- */

static struct transfer *free_slot(struct transfers *transfers)
{
	for (unsigned i = 0; i < TRANSFERS_MAX; i++)
		if (transfers->transfer[i].easy == NULL)
			return &transfers->transfer[i];
	return NULL;
}

static bool add_headers(struct transfer *transfer, const struct msg_http_request *request)
{
	char hex[2 * sizeof(request->nonce) + 1], nonce[sizeof("CK1-Nonce: ") + sizeof(hex)];
	/* "Expect:" without a value: no round trip before the body. */
	const char *const line[] = {nonce, "Content-Type: application/cbor",
	                            "Accept: application/cbor", "Expect:"};

	hex_encode(&request->nonce, sizeof(request->nonce), hex);
	snprintf(nonce, sizeof(nonce), "CK1-Nonce: %s", hex);
	for (size_t i = 0; i < sizeof(line) / sizeof(line[0]); i++) {
		struct curl_slist *longer = curl_slist_append(transfer->headers, line[i]);

		if (longer == NULL)
			return false;
		transfer->headers = longer;
	}
	return true;
}

static CURLcode set_safety(struct transfer *transfer)
{
	CURL *easy = transfer->easy;
	CURLcode r = CURLE_OK;

#define SET(option, value)                                                                         \
	if (r == CURLE_OK)                                                                         \
	r = curl_easy_setopt(easy, option, value)
	SET(CURLOPT_PROTOCOLS_STR, transfer->owner->plain ? "http" : "https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_PROXY, ""); /* none, whatever the environment says */
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	/* No connection and no TLS session outlives its request: one without dates never serves one
	 * with. */
	SET(CURLOPT_FRESH_CONNECT, 1L);
	SET(CURLOPT_FORBID_REUSE, 1L);
	SET(CURLOPT_SSL_SESSIONID_CACHE, 0L);
	SET(CURLOPT_OPENSOCKETFUNCTION, on_open);
	SET(CURLOPT_OPENSOCKETDATA, transfer->owner);
	SET(CURLOPT_WRITEFUNCTION, on_answer);
	SET(CURLOPT_WRITEDATA, transfer);
	SET(CURLOPT_HEADERFUNCTION, on_head);
	SET(CURLOPT_HEADERDATA, transfer);
	SET(CURLOPT_PRIVATE, transfer);
	return r;
}

static CURLcode set_request(struct transfer *transfer, const struct msg_http_request *request)
{
	CURL *easy = transfer->easy;
	char url[URL_BYTES_MAX + 64], epoch[2 * sizeof(struct epoch_id) + 1];
	long timeout_ms = TRANSFER_TIMEOUT_MS_DEFAULT;
	CURLcode r = CURLE_OK;

	if (request->timeout_ms > 0)
		timeout_ms = request->timeout_ms < TRANSFER_TIMEOUT_MS_MAX
		                 ? (long)request->timeout_ms
		                 : TRANSFER_TIMEOUT_MS_MAX;
	hex_encode(&request->epoch, sizeof(request->epoch), epoch);
	if (request->kind == HTTP_POST_BATCH)
		snprintf(url, sizeof(url), "%s/v1/batches", transfer->owner->url);
	else
		snprintf(url, sizeof(url), "%s/v1/epochs/%s/head", transfer->owner->url, epoch);
	SET(CURLOPT_URL, url);
	SET(CURLOPT_HTTPHEADER, transfer->headers);
	SET(CURLOPT_TIMEOUT_MS, timeout_ms);
	SET(CURLOPT_CONNECTTIMEOUT_MS, timeout_ms);
	if (request->kind == HTTP_POST_BATCH) {
		SET(CURLOPT_POST, 1L);
		SET(CURLOPT_POSTFIELDS, (char *)transfer->body);
		SET(CURLOPT_POSTFIELDSIZE, (long)request->len);
	} else {
		SET(CURLOPT_HTTPGET, 1L);
	}
	if (!transfer->owner->plain && !request->check_dates)
		SET(CURLOPT_SSL_CTX_FUNCTION, on_tls);
#undef SET
	return r;
}

void transfers_begin(struct transfers *transfers, const struct msg_http_request *request,
                     const uint8_t *body)
{
	struct transfer *transfer = free_slot(transfers);
	CURLcode r = CURLE_OUT_OF_MEMORY;

	if (transfers->problem[0] != '\0') {
		respond(transfers, request->id, 0, false, transfers->problem, NULL, 0);
		return;
	}
	if ((request->kind != HTTP_POST_BATCH && request->kind != HTTP_GET_HEAD) ||
	    request->len > POST_BYTES_MAX) {
		respond(transfers, request->id, 0, false,
		        "This request is not one the uplink can make.", NULL, 0);
		return;
	}
	if (transfer == NULL) {
		respond(transfers, request->id, 0, false,
		        "Too many requests are under way; this one was not sent.", NULL, 0);
		return;
	}
	transfer->id = request->id;
	transfer->too_long = false;
	transfer->head_len = 0;
	transfer->answer_len = 0;
	if (request->len > 0)
		memcpy(transfer->body, body, request->len);
	transfer->easy = curl_easy_init();
	if (transfer->easy != NULL && add_headers(transfer, request)) {
		r = set_safety(transfer);
		if (r == CURLE_OK)
			r = set_request(transfer, request);
		if (r == CURLE_OK &&
		    curl_multi_add_handle(transfers->multi, transfer->easy) != CURLM_OK)
			r = CURLE_OUT_OF_MEMORY;
	}
	if (r != CURLE_OK) {
		release(transfer);
		respond(transfers, request->id, 0, false, curl_easy_strerror(r), NULL, 0);
	}
}

/* --- opening --- */

int transfers_open(sd_event *event, const char *url, transfer_done_fn *done, void *context,
                   struct transfers **ret)
{
	struct transfers *transfers = calloc(1, sizeof(*transfers));
	int r;

	if (transfers == NULL)
		return -ENOMEM;
	transfers->event = event;
	transfers->done = done;
	transfers->context = context;
	for (unsigned i = 0; i < TRANSFERS_MAX; i++)
		transfers->transfer[i].owner = transfers;
	if (!address_check(url, transfers->url, sizeof(transfers->url), &transfers->plain,
	                   transfers->problem, sizeof(transfers->problem)))
		transfers->url[0] = '\0';
	r = sd_event_add_time(event, &transfers->timer, CLOCK_MONOTONIC, 0, 1000, on_timer,
	                      transfers);
	if (r < 0)
		goto out;
	(void)sd_event_source_set_enabled(transfers->timer, SD_EVENT_OFF);
	transfers->multi = curl_multi_init();
	r = -ENOMEM;
	if (transfers->multi == NULL)
		goto out;
	(void)curl_multi_setopt(transfers->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	(void)curl_multi_setopt(transfers->multi, CURLMOPT_SOCKETDATA, transfers);
	(void)curl_multi_setopt(transfers->multi, CURLMOPT_TIMERFUNCTION, on_timeout_change);
	(void)curl_multi_setopt(transfers->multi, CURLMOPT_TIMERDATA, transfers);
	*ret = transfers;
	return 0;
out:
	transfers_close(transfers);
	return r;
}

void transfers_close(struct transfers *transfers)
{
	if (transfers == NULL)
		return;
	for (unsigned i = 0; i < TRANSFERS_MAX; i++)
		release(&transfers->transfer[i]);
	if (transfers->multi != NULL)
		(void)curl_multi_cleanup(transfers->multi);
	(void)sd_event_source_disable_unref(transfers->timer);
	free(transfers);
}

const char *transfers_problem(const struct transfers *transfers)
{
	return transfers->problem[0] != '\0' ? transfers->problem : NULL;
}
