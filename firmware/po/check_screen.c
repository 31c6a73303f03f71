/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "sentence.h"

void check_screen(unsigned language)
{
	char name[NAME_BYTES_MAX + 1], text[1024];
	const struct sentence_words longest = {
	    .event = name, .time = "2026-11-21T18:00", .n = 100000};

	memset(name, 'x', NAME_BYTES_MAX);
	name[NAME_BYTES_MAX] = '\0';
	for (unsigned i = SAY_NOTHING + 1; i < SENTENCE_N; i++) {
		sentence_write((enum sentence)i, language, &longest, text, sizeof(text));
		if (strlen(text) > SENTENCE_BYTES_MAX)
			tell(language,
			     "“%s” has %zu octets with a long name in it, and the screen has room "
			     "for %d: say it in fewer words.",
			     text, strlen(text), SENTENCE_BYTES_MAX);
	}
}
