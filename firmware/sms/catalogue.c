/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "catalogue.h"

unsigned catalogue_languages(void)
{
	return 1 + catalogue_table_n;
}

const char *catalogue_tag(unsigned language)
{
	return language == CATALOGUE_ENGLISH ? "en" : catalogue_table[language - 1].tag;
}

bool catalogue_speaks(unsigned language, const char *language_tag)
{
	const char *tag = catalogue_tag(language);
	size_t n = strlen(tag);
	return strncmp(tag, language_tag, n) == 0 &&
	       (language_tag[n] == '\0' || language_tag[n] == '-');
}

unsigned catalogue_of(const char *language_tag)
{
	for (unsigned i = 1; i < catalogue_languages(); i++)
		if (catalogue_speaks(i, language_tag))
			return i;
	return CATALOGUE_ENGLISH;
}

const char *catalogue_text(unsigned language, const char *english)
{
	const char *words;

	if (language != CATALOGUE_ENGLISH) {
		const struct catalogue *catalogue = &catalogue_table[language - 1];
		for (size_t i = 0; i < catalogue->n; i++)
			if (strcmp(catalogue->translation[i].english, english) == 0)
				return catalogue->translation[i].text;
	}
	words = strchr(english, '\004');
	return words == NULL ? english : words + 1;
}
