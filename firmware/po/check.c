/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "catalogue.h"
#include "check.h"
#include "text.h"

/* Every text can be shown, and is found. */
static void check_table(unsigned language)
{
	const struct catalogue *catalogue = &catalogue_table[language - 1];

	for (size_t i = 0; i < catalogue->n; i++) {
		const struct translation *one = &catalogue->translation[i];

		if (!text_is_clean(one->text, strlen(one->text)))
			tell(language, "“%s” has a tab, a line's end or another control character.",
			     one->text);
		if (catalogue_text(language, one->english) != one->text)
			tell(language, "“%s” is not found: compile has not sorted its table.",
			     one->english);
	}
}

int main(void)
{
	for (unsigned language = 0; language < catalogue_languages(); language++) {
		if (language != CATALOGUE_ENGLISH)
			check_table(language);
		check_screen(language);
		check_replies(language);
		check_words(language);
		check_paper(language);
	}
	return told() == 0 ? 0 : 1;
}
