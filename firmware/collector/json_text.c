/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "json_text.h"

enum { ROOM_FIRST = 4096 };

/* By a quarter at a time: doubled it might be twice as large as it has to be. */
static bool make_room(struct json_text *text, size_t more)
{
	size_t room = text->room + text->room / 4 + ROOM_FIRST;
	char *octets;

	if (text->failed)
		return false;
	if (text->len + more < text->room)
		return true;
	if (room < text->len + more + 1)
		room = text->len + more + 1;
	octets = realloc(text->octets, room);
	if (!octets) {
		text->failed = true;
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
	if (!value || json_dump_callback(value, put_octets, text, JSON_ENCODE_ANY) != 0)
		text->failed = true;
	json_decref(value);
}

void json_text_open(struct json_text *text, json_t *object)
{
	json_text_value(text, object);
	if (!text->failed)
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
	text->failed = text->failed || other->failed;
	if (other->len > 0)
		(void)put_octets(other->octets, other->len, text);
	json_text_free(other);
}

void json_text_free(struct json_text *text)
{
	free(text->octets);
	*text = (struct json_text){0};
}
