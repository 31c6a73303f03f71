/* SPDX-License-Identifier: Apache-2.0 */
/* JSON as text that grows piece by piece, in memory or in a file: of a network with 30,000 openings
 * a tree would take ten times the memory, and the text itself is 40 MiB. What fails once stays
 * failed until it is taken. */
#ifndef KIOSK_COLLECTOR_JSON_TEXT_H
#define KIOSK_COLLECTOR_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct json_text {
	char *octets; /* all of them, or what is not yet in the file */
	size_t len, room;
	bool to_file;
	int fd;
	int failed; /* -ENOMEM, -ENOSPC, -EIO */
};

/* From now on into a file, the caller's, that is empty. */
void json_text_to_file(struct json_text *text, int fd);
/* What is left goes into the file. 0 or what failed. */
int json_text_flush(struct json_text *text);

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
