/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "http_private.h"

#define DIGITS  "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static struct http_request *request_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

/* Before libmicrohttpd makes anything of it: what it takes apart and decodes is not looked at. */
void *http_on_target(void *context, const char *target, struct MHD_Connection *connection)
{
	struct http_request *request = request_of(connection);
	const size_t len = strnlen(target, HTTP_TARGET_BYTES_MAX + 1);

	(void)context;
	if (!request)
		return NULL;
	request->target_too_long = len > HTTP_TARGET_BYTES_MAX;
	memcpy(request->target, target, request->target_too_long ? 0 : len);
	request->target[request->target_too_long ? 0 : len] = '\0';
	return NULL;
}

/* --- the head --- */

/* What of a head others may read in another way, so that two of them take it apart differently. */
struct head {
	unsigned hosts, lengths, codings;
	bool is_token, is_text, is_length, is_chunked;
};

static bool is_token(const char *name, size_t len)
{
	static const char octets[] = "!#$%&'*+-.^_`|~" DIGITS LETTERS;

	return len > 0 && strlen(name) == len && strspn(name, octets) == len;
}

static bool is_text(const char *value, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		const uint8_t octet = (uint8_t)value[i];

		if ((octet < ' ' && octet != '\t') || octet == 0x7f)
			return false;
	}
	return true;
}

static enum MHD_Result each_header(void *context, enum MHD_ValueKind kind, const char *name,
                                   size_t name_len, const char *value, size_t value_len)
{
	struct head *head = context;

	(void)kind;
	head->is_token = head->is_token && is_token(name, name_len);
	head->is_text = head->is_text && is_text(value ? value : "", value_len);
	if (!head->is_token || !head->is_text)
		return MHD_NO;
	if (!value)
		value = "";
	if (strcasecmp(name, MHD_HTTP_HEADER_HOST) == 0) {
		head->hosts++;
	} else if (strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0) {
		head->lengths++;
		head->is_length = head->is_length && value_len > 0 && value_len <= 18 &&
		                  strspn(value, DIGITS) == value_len;
	} else if (strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
		head->codings++;
		head->is_chunked = strcasecmp(value, "chunked") == 0;
	}
	return MHD_YES;
}

/* NULL, or the sentence of what is wrong. */
static const char *wrong_head(struct MHD_Connection *connection, const char *version)
{
	struct head head = {.is_token = true, .is_text = true, .is_length = true};

	(void)MHD_get_connection_values_n(connection, MHD_HEADER_KIND, each_header, &head);
	if (!head.is_token)
		return "A header has no name, or one with octets that no name may have.";
	if (!head.is_text)
		return "A header holds octets that none may hold.";
	if (head.hosts != 1)
		return head.hosts == 0 ? "The request has no header Host; it needs one."
		                       : "The request has more than one header Host.";
	if (head.lengths > 1)
		return "The request has more than one Content-Length.";
	if (!head.is_length)
		return "The Content-Length is not a number of octets.";
	if (head.codings > 0 && head.lengths > 0)
		return "The request has a Content-Length beside a Transfer-Encoding; one of them "
		       "is right.";
	if (head.codings > 1 || (head.codings == 1 && !head.is_chunked))
		return "The only Transfer-Encoding there is here is \"chunked\", once.";
	if (head.codings > 0 && strcmp(version, MHD_HTTP_VERSION_1_1) != 0)
		return "Only HTTP/1.1 has a Transfer-Encoding.";
	return NULL;
}

/* --- the target --- */

/* Takes the query apart, in place. NULL, or the sentence of what is wrong. */
static const char *wrong_query(struct http_request *request, char *query)
{
	const char *const *names = request->route->arguments;

	while (query) {
		char *next = strchr(query, '&'), *value = strchr(query, '=');
		size_t i = 0;

		if (next)
			*next++ = '\0';
		if (!value || (next && value > next))
			return "The query has an argument without a value.";
		*value++ = '\0';
		while (names && names[i] && strcmp(names[i], query) != 0)
			i++;
		if (!names || !names[i])
			return "The query has an argument that is not one of this address.";
		assert(i < HTTP_ARGUMENTS_MAX);
		if (request->value[i])
			return "The query gives an argument twice.";
		request->value[i] = value;
		query = next;
	}
	return NULL;
}

/* Whether the path is the route's; *ret_part: what stands for its "*". */
static bool fits(const char *pattern, const char *path, const char **ret_part, size_t *ret_len)
{
	const char *star = strchr(pattern, '*');
	const size_t head = star ? (size_t)(star - pattern) : 0;
	size_t part;

	if (!star)
		return strcmp(pattern, path) == 0;
	if (strncmp(pattern, path, head) != 0)
		return false;
	part = strcspn(path + head, "/");
	if (part == 0 || strcmp(path + head + part, star + 1) != 0)
		return false;
	*ret_part = path + head;
	*ret_len = part;
	return true;
}

/* 0: there is a route; else it is answered for, or -errno. */
static int find_route(struct http_request *request, const char *method)
{
	const struct http_settings *settings = request->http->settings;
	const struct http_route *other = NULL;
	const char *part = NULL;
	size_t len = 0;
	char sentence[64];

	for (size_t i = 0; i < settings->n_routes; i++) {
		const struct http_route *route = &settings->route[i];

		if (!fits(route->path, request->path, &part, &len))
			continue;
		if (strcmp(route->method, method) == 0) {
			if (part)
				request->target[part - request->target + (ptrdiff_t)len] = '\0';
			request->part = part;
			request->route = route;
			return 0;
		}
		other = route;
	}
	if (!other)
		return http_refuse(request, MHD_HTTP_NOT_FOUND, settings->nothing_here, NULL, NULL);
	(void)snprintf(sentence, sizeof(sentence), "Only %.32s works here.", other->method);
	return http_refuse(request, MHD_HTTP_METHOD_NOT_ALLOWED, sentence, MHD_HTTP_HEADER_ALLOW,
	                   other->method);
}

static int refuse(struct http_request *request, const char *sentence)
{
	return http_refuse(request, MHD_HTTP_BAD_REQUEST, sentence, NULL, NULL);
}

/* The one place that decides whether a request is taken. Its route is set, or it is answered for. */
static int take_head(struct http_request *request, const char *method, const char *version)
{
	static const char octets[] = "/?=&-._~!$'()*+,;:@" DIGITS LETTERS;
	const char *wrong = wrong_head(request->connection, version);
	char *query;
	int r;

	if (wrong)
		return refuse(request, wrong);
	if (request->target_too_long)
		return http_refuse(request, MHD_HTTP_URI_TOO_LONG,
		                   "The address is longer than any here.", NULL, NULL);
	if (request->target[0] != '/' || request->target[strspn(request->target, octets)] != '\0')
		return refuse(request, "The address has octets that none here has; no percent "
		                       "signs are needed.");
	query = strchr(request->target, '?');
	if (query)
		*query++ = '\0';
	request->path = request->target;
	r = find_route(request, method);
	if (r < 0 || !request->route)
		return r;
	wrong = wrong_query(request, query);
	return wrong ? refuse(request, wrong) : 0;
}

/* --- the body, and the end --- */

static int take_announced(struct http_request *request)
{
	const char *text = http_header(request, MHD_HTTP_HEADER_CONTENT_LENGTH);

	if (request->stage == HTTP_ANSWERS || !text ||
	    strtoull(text, NULL, 10) <= request->route->body_bytes_max)
		return 0;
	return http_refuse(request, MHD_HTTP_CONTENT_TOO_LARGE,
	                   request->http->settings->body_too_long, NULL, NULL);
}

static int begin(struct http_request *request, const char *method, const char *version)
{
	const struct http_settings *settings = request->http->settings;
	int r;

	request->stage = HTTP_READS;
	request->route = NULL;
	request->path = request->part = NULL;
	memset(request->value, 0, sizeof(request->value));
	request->body_len = 0;
	r = take_head(request, method, version);
	if (r == 0)
		r = take_announced(request);
	if (r == 0 && request->stage == HTTP_READS)
		settings->begin(settings->context, request);
	return r;
}

static int take_body(struct http_request *request, const char *data, size_t len)
{
	const struct http_settings *settings = request->http->settings;

	if (len > request->route->body_bytes_max - request->body_len)
		return -EMSGSIZE;
	request->body_len += len;
	request->heard = request->http->mono;
	settings->take(settings->context, request, data, len);
	return 0;
}

static int serve(struct http_request *request)
{
	int r;

	request->stage = HTTP_SERVES;
	r = request->route->serve(request->http->settings->context, request);
	assert(r < 0 || request->stage == HTTP_ANSWERS || request->stage == HTTP_ASIDE);
	return r;
}

/* Called by libmicrohttpd: once for the head, for each piece of the body, and at its end. */
enum MHD_Result http_on_request(void *context, struct MHD_Connection *connection, const char *path,
                                const char *method, const char *version, const char *data,
                                size_t *data_len, void **begun)
{
	struct http_request *request = request_of(connection);
	int r;

	(void)context;
	(void)path;
	if (!request)
		return MHD_NO;
	if (!*begun) {
		*begun = request;
		r = begin(request, method, version);
	} else if (*data_len > 0) {
		r = take_body(request, data, *data_len);
		*data_len = 0;
	} else {
		r = serve(request);
	}
	return r < 0 ? MHD_NO : MHD_YES;
}

void http_on_completed(void *context, struct MHD_Connection *connection, void **begun,
                       enum MHD_RequestTerminationCode why)
{
	struct http *http = context;
	struct http_request *request = *begun;

	(void)connection;
	(void)why;
	*begun = NULL;
	if (!request)
		return;
	http_text_left(request);
	request->stage = HTTP_WAITS;
	request->since = request->heard = http->mono;
}

/* --- what a route asks --- */

void *http_memory(struct http_request *request)
{
	return request->memory;
}

struct http *http_of(struct http_request *request)
{
	return request->http;
}

const char *http_part(const struct http_request *request)
{
	return request->part;
}

const char *http_argument(const struct http_request *request, const char *name)
{
	const char *const *names = request->route->arguments;

	for (size_t i = 0; names && names[i]; i++)
		if (strcmp(names[i], name) == 0)
			return request->value[i];
	return NULL;
}

const char *http_header(const struct http_request *request, const char *name)
{
	return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

void http_put_aside(struct http_request *request)
{
	assert(request->stage == HTTP_SERVES);
	request->stage = HTTP_ASIDE;
	MHD_suspend_connection(request->connection);
}

void http_go_on(struct http_request *request)
{
	assert(request->stage == HTTP_ASIDE);
	request->stage = HTTP_SERVES;
	MHD_resume_connection(request->connection);
}
