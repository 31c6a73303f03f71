/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <jansson.h>

#include "hex.h"
#include "outcome.h"

enum { TOTALS_BYTES_MAX = 1 << 20, TIMEOUT_S = 10 };

struct body {
	size_t len;
	char *bytes;
};

static size_t take(char *data, size_t size, size_t n, void *context)
{
	struct body *body = context;

	if (body->len + size * n > TOTALS_BYTES_MAX)
		return 0;
	memcpy(body->bytes + body->len, data, size * n);
	body->len += size * n;
	return size * n;
}

static json_t *fetch(const char *url)
{
	struct body body = {.bytes = malloc(TOTALS_BYTES_MAX)};
	CURL *curl = curl_easy_init();
	json_error_t error = {.text = "no answer"};
	json_t *totals = NULL;
	CURLcode r = CURLE_OUT_OF_MEMORY;

	if (curl && body.bytes) {
		curl_easy_setopt(curl, CURLOPT_URL, url);
		curl_easy_setopt(curl, CURLOPT_PROXY, "");
		curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)TIMEOUT_S);
		curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
		curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
		curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
		r = curl_easy_perform(curl);
		if (r == CURLE_OK)
			totals = json_loadb(body.bytes, body.len, 0, &error);
	}
	if (!totals)
		fprintf(stderr, "kiosk-demo: %s: %s\n", url,
		        r != CURLE_OK ? curl_easy_strerror(r) : error.text);
	curl_easy_cleanup(curl);
	free(body.bytes);
	return totals;
}

/* One event's counts: people, and each project by its id. */
static void read_event(const json_t *event, struct national *national)
{
	const json_t *projects = json_object_get(event, "projects");
	const json_t *project;
	size_t i;

	national->people[PROJECT_PEOPLE] += (uint64_t)json_integer_value(
	    json_object_get(json_object_get(event, "people"), "attendances"));
	json_array_foreach(projects, i, project)
	{
		const json_int_t id = json_integer_value(json_object_get(project, "id"));

		if (id >= 1 && id <= PLAY_PROJECTS)
			national->people[id] += (uint64_t)json_integer_value(
			    json_object_get(project, "participations"));
	}
}

int national_ask(uint16_t port, const struct event_id *id, struct national *ret)
{
	char url[64], wanted[2 * sizeof(id->b) + 1];
	const json_t *hub, *event, *name;
	json_t *totals;
	size_t h, e;

	snprintf(url, sizeof(url), "http://127.0.0.1:%u/v1/team/totals", port);
	hex_encode(id->b, sizeof(id->b), wanted);
	totals = fetch(url);
	if (!totals)
		return -1;
	*ret = (struct national){0};
	json_array_foreach(json_object_get(totals, "hubs"), h, hub)
	{
		json_array_foreach(json_object_get(hub, "events"), e, event)
		{
			name = json_object_get(event, "event");
			if (name && strcmp(json_string_value(name), wanted) == 0)
				read_event(event, ret);
		}
	}
	json_decref(totals);
	return 0;
}

int told_read(const char *json, struct told *ret)
{
	json_error_t error;
	json_t *root = json_loads(json, 0, &error);
	const json_t *people = json_object_get(root, "people");

	if (!json_is_object(people)) {
		fprintf(stderr, "kiosk-demo: kioskctl status --json: %s\n",
		        root ? "it says nothing of people" : error.text);
		json_decref(root);
		return -1;
	}
	ret->counted = (uint64_t)json_integer_value(json_object_get(people, "counted"));
	ret->confirmed = (uint64_t)json_integer_value(json_object_get(people, "confirmed"));
	json_decref(root);
	return 0;
}
