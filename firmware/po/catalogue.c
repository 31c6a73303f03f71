/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "catalogue.h"
#include "text.h"

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

	return strncasecmp(tag, language_tag, n) == 0 &&
	       (language_tag[n] == '\0' || language_tag[n] == '-');
}

unsigned catalogue_of(const char *language_tag)
{
	for (unsigned i = 1; i < catalogue_languages(); i++)
		if (catalogue_speaks(i, language_tag))
			return i;
	return CATALOGUE_ENGLISH;
}

static int compare(const void *english, const void *translation)
{
	return strcmp(english, ((const struct translation *)translation)->english);
}

const char *catalogue_text(unsigned language, const char *english)
{
	const char *text;

	if (language != CATALOGUE_ENGLISH && language < catalogue_languages()) {
		const struct catalogue *catalogue = &catalogue_table[language - 1];
		const struct translation *found =
		    bsearch(english, catalogue->translation, catalogue->n,
		            sizeof(catalogue->translation[0]), compare);

		if (found != NULL)
			return found->text;
	}
	text = strchr(english, '\004');
	return text == NULL ? english : text + 1;
}

/* What stands for the {name} at *text, and steps over it; NULL: none of them. */
static const char *stands_for(const char **text, const struct named_text *named, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(named[i].name);

		if (strncmp(*text + 1, named[i].name, len) == 0 && (*text)[1 + len] == '}') {
			*text += len + 2;
			return named[i].text != NULL ? named[i].text : "";
		}
	}
	return NULL;
}

void catalogue_write(unsigned language, const char *english, const struct named_text *named,
                     size_t n, char *buffer, size_t size)
{
	const char *text = catalogue_text(language, english);
	char whole[1024];
	size_t len = 0;

	while (*text != '\0' && len < sizeof(whole) - 1) {
		const char *name = *text == '{' ? stands_for(&text, named, n) : NULL;

		if (name == NULL) {
			whole[len++] = *text++;
			continue;
		}
		while (*name != '\0' && len < sizeof(whole) - 1)
			whole[len++] = *name++;
	}
	whole[len] = '\0';
	text_copy(buffer, size, whole);
}
