/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "catalogue.h"
#include "check.h"
#include "utf8.h"
#include "vocabulary.h"

enum { NUMBERS = 20 };

/* The word's other meaning, or `meaning`. */
static enum meaning other_meaning(enum meaning meaning, const char *word, unsigned *ret_language)
{
	for (unsigned m = 0; m < MEANINGS_OWN; m++)
		for (unsigned language = 0; language < catalogue_languages(); language++) {
			const char *item;
			size_t len;
			for (unsigned i = 0;
			     (item = vocabulary_item((enum meaning)m, language, i, &len)) != NULL;
			     i++)
				if (m != (unsigned)meaning && strlen(word) == len &&
				    memcmp(item, word, len) == 0) {
					*ret_language = language;
					return (enum meaning)m;
				}
		}
	return meaning;
}

/* The table that the build made of the lists has it under this meaning. */
static bool is_found(enum meaning meaning, const struct words *words)
{
	struct known known;

	vocabulary_read(words, 0, &known);
	return known_as(&known, meaning) == words->n;
}

/* One word or phrase: an item, or one of the words for a number. */
static void check_way(unsigned language, enum meaning meaning, const char *item, size_t len)
{
	char word[256], right[256];
	struct utf8_writer writer;
	struct words words;
	unsigned other;

	(void)snprintf(word, sizeof(word), "%.*s", (int)len, item);
	words_read(word, &words);
	utf8_begin(&writer, right, sizeof(right));
	for (unsigned i = 0; i < words.n; i++) {
		if (i > 0)
			utf8_put(&writer, ' ');
		utf8_put_text(&writer, words.word[i]);
	}
	if (strcmp(word, right) != 0 || words.n == 0)
		tell(language, "the word “%s” never matches: as it is compared it is “%s”.", word,
		     right);
	else if (!is_found(meaning, &words))
		tell(language,
		     "the word “%s” is not found: compile has not made its table, or it has more "
		     "meanings than %d.",
		     word, KNOWN_MAX);
	if (meaning < MEANINGS_OWN && other_meaning(meaning, word, &other) != meaning)
		tell(language,
		     "the word “%s” has two meanings: it stands in another list, of %s, too.", word,
		     catalogue_tag(other));
}

static void check_item(unsigned language, enum meaning meaning, const char *item, size_t len)
{
	while (len > 0) {
		size_t n = 0;

		while (n < len && item[n] != '/')
			n++;
		check_way(language, meaning, item, n);
		n += n < len;
		item += n;
		len -= n;
	}
}

void check_words(unsigned language)
{
	for (unsigned m = 0; m < MEANINGS; m++) {
		const char *item;
		size_t len;
		unsigned n = 0;
		while ((item = vocabulary_item((enum meaning)m, language, n, &len)) != NULL) {
			check_item(language, (enum meaning)m, item, len);
			n++;
		}
		if (m == MEANS_NUMBER && n != NUMBERS)
			tell(language, "there are %u numbers where %d are right.", n, NUMBERS);
	}
}
