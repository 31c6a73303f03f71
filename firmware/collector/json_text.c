/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json_text.h"

enum { ROOM_FIRST = 4096, BUFFER_BYTES = 65536 };

void json_text_to_file(struct json_text *text, int fd)
{
	*text = (struct json_text){.to_file = true, .fd = fd};
}

int json_text_flush(struct json_text *text)
{
	size_t done = 0;

	while (text->failed == 0 && done < text->len) {
		const ssize_t n = write(text->fd, text->octets + done, text->len - done);

		if (n > 0)
			done += (size_t)n;
		else if (n < 0 && errno != EINTR)
			text->failed = -errno;
	}
	text->len = 0;
	return text->failed;
}

/* By a quarter at a time: doubled it might be twice as large as it has to be. */
static bool make_room(struct json_text *text, size_t more)
{
	size_t room = text->room + text->room / 4 + ROOM_FIRST;
	char *octets;

	if (text->failed != 0)
		return false;
	/* Before it is added to: the last octet that was put is always at hand. */
	if (text->to_file && text->len > BUFFER_BYTES && json_text_flush(text) < 0)
		return false;
	if (text->len + more < text->room)
		return true;
	if (room < text->len + more + 1)
		room = text->len + more + 1;
	octets = realloc(text->octets, room);
	if (!octets) {
		text->failed = -ENOMEM;
		return false;
	}
	text->octets = octets;
	text->room = room;
	return true;
}

static int put_octets(const char *octets, size_t len, void *context)
{
	struct json_text *text = context;

	if (!make_room(text, len))
		return -1;
	memcpy(text->octets + text->len, octets, len);
	text->len += len;
	text->octets[text->len] = '\0';
	return 0;
}

void json_text_put(struct json_text *text, const char *words)
{
	(void)put_octets(words, strlen(words), text);
}

void json_text_value(struct json_text *text, json_t *value)
{
	if ((!value || json_dump_callback(value, put_octets, text, JSON_ENCODE_ANY) != 0) &&
	    text->failed == 0)
		text->failed = -ENOMEM;
	json_decref(value);
}

void json_text_open(struct json_text *text, json_t *object)
{
	json_text_value(text, object);
	if (text->failed == 0)
		text->octets[--text->len] = '\0';
}

void json_text_item(struct json_text *text, json_t *value)
{
	if (text->len > 0)
		json_text_put(text, ", ");
	json_text_value(text, value);
}

void json_text_append(struct json_text *text, struct json_text *other)
{
	if (text->failed == 0)
		text->failed = other->failed;
	/* By pieces, that a file need not have room for all in memory. */
	for (size_t at = 0; at < other->len; at += BUFFER_BYTES) {
		const size_t left = other->len - at;

		(void)put_octets(other->octets + at, left < BUFFER_BYTES ? left : BUFFER_BYTES,
		                 text);
	}
	json_text_free(other);
}

void json_text_free(struct json_text *text)
{
	free(text->octets);
	*text = (struct json_text){0};
}
