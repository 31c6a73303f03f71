/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check.h"
#include "paper_time.h"
#include "phrases.h"

enum {
	DAY_S = 86400,
	OFFSET_S = -(11 * 3600 + 30 * 60),
	ROOM =
	    PAPER_LINE_BYTES - 4, /* octets; a text that was cut inside a letter is not shorter */
};

static unsigned letters_of(const char *text)
{
	unsigned n = 0;

	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static void check_octets(unsigned language, const char *text)
{
	if (strlen(text) >= ROOM)
		tell(language,
		     "“%s” has %zu octets, and a line on paper has room for less than %d: say it "
		     "in fewer words.",
		     text, strlen(text), ROOM);
}

/* Each month and each day of the week. */
static void check_dates(unsigned language)
{
	struct moment at = {.s = 1798740000, .offset_s = OFFSET_S}; /* late in December 2026 */
	char text[2 * PAPER_LINE_BYTES];

	for (unsigned day = 0; day < 366; day++, at.s += DAY_S) {
		span_format(at, DAY_S, language, text, sizeof(text));
		check_octets(language, text);
		more_format(1000, at, language, text, sizeof(text));
		check_octets(language, text);
		series_format(366, 1000, at, language, text, sizeof(text));
		check_octets(language, text);
	}
}

void check_paper(unsigned language)
{
	for (unsigned i = 0; i < PHRASE_N; i++) {
		const enum phrase phrase = (enum phrase)i;
		const char *text = phrase_text(phrase, language);

		check_octets(language, text);
		if (letters_of(text) > phrase_letters_max(phrase))
			tell(language,
			     "“%s” has %u letters, and its place on paper has room for %u: say it "
			     "in fewer words.",
			     text, letters_of(text), phrase_letters_max(phrase));
	}
	check_dates(language);
}
