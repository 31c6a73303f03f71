/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http_private.h"

enum { SENTENCE_BYTES_MAX = 256 };
#define PLAIN "text/plain; charset=utf-8"

struct http_text {
	struct MHD_Response *response; /* libmicrohttpd's own count of readers keeps the file */
	unsigned readers;
	bool owned;
};

static void describe(struct MHD_Response *response, const char *type)
{
	(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	(void)MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
}

static int queue(struct http_request *request, unsigned status, struct MHD_Response *response)
{
	enum MHD_Result r;

	assert(request->stage != HTTP_ANSWERS && request->stage != HTTP_ASIDE);
	request->stage = HTTP_ANSWERS;
	request->heard = request->http->mono;
	r = MHD_queue_response(request->connection, status, response);
	return r == MHD_YES ? 0 : -ENOMEM;
}

static int answer_with(struct http_request *request, unsigned status, const char *type,
                       const void *octets, size_t len, const char *const header[][2], size_t n)
{
	union {
		const void *in;
		void *out;
	} bytes = {.in = octets}; /* copied, not written to */
	struct MHD_Response *response =
	    MHD_create_response_from_buffer(len, bytes.out, MHD_RESPMEM_MUST_COPY);
	int r;

	if (!response)
		return -ENOMEM;
	describe(response, type);
	for (size_t i = 0; i < n; i++)
		(void)MHD_add_response_header(response, header[i][0], header[i][1]);
	r = queue(request, status, response);
	MHD_destroy_response(response);
	return r;
}

int http_answer(struct http_request *request, unsigned status, const char *type, const void *octets,
                size_t len)
{
	return answer_with(request, status, type, octets, len, NULL, 0);
}

static int say_with(struct http_request *request, unsigned status, const char *sentence,
                    const char *const header[][2], size_t n)
{
	char text[SENTENCE_BYTES_MAX];

	(void)snprintf(text, sizeof(text), "%s\n", sentence);
	return answer_with(request, status, PLAIN, text, strlen(text), header, n);
}

int http_say(struct http_request *request, unsigned status, const char *sentence)
{
	return say_with(request, status, sentence, NULL, 0);
}

int http_say_later(struct http_request *request, const char *sentence, unsigned after_s)
{
	char seconds[16];
	const char *const header[][2] = {{MHD_HTTP_HEADER_RETRY_AFTER, seconds}};

	(void)snprintf(seconds, sizeof(seconds), "%u", after_s);
	return say_with(request, MHD_HTTP_SERVICE_UNAVAILABLE, sentence, header, 1);
}

int http_refuse(struct http_request *request, unsigned status, const char *sentence,
                const char *header, const char *value)
{
	const char *const headers[][2] = {{MHD_HTTP_HEADER_CONNECTION, "close"}, {header, value}};

	return say_with(request, status, sentence, headers, header ? 2 : 1);
}

/* --- what many read --- */

struct http_text *http_text_new(const char *type, int fd, uint64_t offset, uint64_t len)
{
	struct http_text *self = calloc(1, sizeof(*self));

	if (self)
		self->response = MHD_create_response_from_fd_at_offset64(len, fd, offset);
	if (!self || !self->response) {
		free(self);
		(void)close(fd);
		return NULL;
	}
	describe(self->response, type);
	self->owned = true;
	return self;
}

static void let_go(struct http_text *text)
{
	if (text->owned || text->readers > 0)
		return;
	MHD_destroy_response(text->response);
	free(text);
}

void http_text_free(struct http_text *text)
{
	if (!text)
		return;
	assert(text->owned);
	text->owned = false;
	let_go(text);
}

unsigned http_text_readers(const struct http_text *text)
{
	return text->readers;
}

int http_give(struct http_request *request, struct http_text *text)
{
	int r = queue(request, MHD_HTTP_OK, text->response);

	if (r == 0) {
		request->text = text;
		text->readers++;
	}
	return r;
}

void http_text_left(struct http_request *request)
{
	struct http_text *text = request->text;

	if (!text)
		return;
	assert(text->readers > 0);
	request->text = NULL;
	text->readers--;
	let_go(text);
}

void http_cut_readers(struct http *http, const struct http_text *text)
{
	for (unsigned i = 0; i < HTTP_CONNECTIONS_MAX; i++) {
		struct http_request *request = &http->request[i];

		if (request->used && request->text == text) {
			request->leaving = true;
			(void)shutdown(request->fd, SHUT_RDWR);
		}
	}
}
