/* SPDX-License-Identifier: Apache-2.0 */
/* JSON as text that grows piece by piece: of a network with 30,000 openings a tree would take ten
 * times the memory. What fails once stays failed until it is taken. */
#ifndef KIOSK_COLLECTOR_JSON_TEXT_H
#define KIOSK_COLLECTOR_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct json_text {
	char *octets;
	size_t len, room;
	bool failed; /* no memory */
};

void json_text_put(struct json_text *text, const char *words);
/* Takes `value` over; NULL fails. */
void json_text_value(struct json_text *text, json_t *value);
/* An object without its last bracket: members may follow. Takes it over. */
void json_text_open(struct json_text *text, json_t *object);
/* One more of a list: behind the first with a comma. */
void json_text_item(struct json_text *text, json_t *value);
/* The whole of another, which is empty then. */
void json_text_append(struct json_text *text, struct json_text *other);
void json_text_free(struct json_text *text);

#endif
