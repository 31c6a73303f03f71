/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Phrases that people text, with the reading that a volunteer at the door would give: a file of JSON
 * lines {"text", "want", "kind"}. `want` is how many people are counted, or "none" (answered, not
 * counted), "ignore" (not from a person: neither), "stop", "start", "help", "undo".
 * All are read as an event does whose keywords are RIVER/RIO, PARK/PARQUE and LIBRARY/BIBLIOTECA and
 * whose parties have up to six people.
 */
#ifndef KIOSK_TEXTED_H
#define KIOSK_TEXTED_H

#include <kiosk/sms_request.h>

enum { PHRASES_MAX = 1000, PHRASE_BYTES_MAX = 700 };

struct phrase_reading {
	enum sms_ask ask;
	unsigned people; /* of a check-in */
};

struct phrase {
	char text[PHRASE_BYTES_MAX + 1];
	char kind[32];
	struct phrase_reading want;
};

struct phrases {
	unsigned n;
	struct phrase phrase[PHRASES_MAX];
};

/* False, told to standard error: the file is none of phrases. */
bool phrases_load(const char *path, struct phrases *ret);

struct phrase_score {
	unsigned n, right;
	unsigned
	    wrong; /* a wrong number, or one of 0 for 1 and 1 for 0; the rest only asked again */
};
extern const struct manifest phrases_manifest;
struct phrase_reading phrase_read(const char *text);
bool phrase_is_right(const struct phrase_reading *want, const struct phrase_reading *got);
bool phrase_is_wrong(const struct phrase_reading *want, const struct phrase_reading *got);
/* "3", "none", … */
void reading_name(const struct phrase_reading *reading, char *buffer, size_t size);

#endif
