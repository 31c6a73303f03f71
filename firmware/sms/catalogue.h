/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What we say and what we understand, in every language there is a catalogue for. In the code it
 * stands in English; po/LANGUAGE.po (gettext) has it in another language, and the build makes a
 * table of each catalogue that po/LINGUAS names: nothing is opened or installed at run time, and
 * one process speaks all of them at once. What is not translated, or does not fit, fails the build.
 */
#ifndef KIOSK_SMS_CATALOGUE_H
#define KIOSK_SMS_CATALOGUE_H

#include <kiosk/types.h>

/* A text that belongs into the catalogues; xgettext finds it by these names. */
#define SENTENCE(english)    english
/* Words and phrases, separated by ", ", in the plain form of words.h. `what` tells a translator
 * what they are for. */
#define WORDS(what, english) what "\004" english

enum { CATALOGUE_ENGLISH = 0 };

/* English and the catalogues. */
unsigned catalogue_languages(void);
/* "en", "es" */
const char *catalogue_tag(unsigned language);
/* The language of a manifest's tag, such as es for "es-419"; English for one there is none of. */
unsigned catalogue_of(const char *language_tag);
bool catalogue_speaks(unsigned language, const char *language_tag);
/* A SENTENCE or WORDS in that language. */
const char *catalogue_text(unsigned language, const char *english);

/* --- made by po/compile --- */

struct translation {
	const char *english, *text;
};
struct catalogue {
	const char *tag;
	const struct translation *translation;
	size_t n;
};
extern const struct catalogue catalogue_table[];
extern const unsigned catalogue_table_n;

#endif
