/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What we say and what we understand, in every language there is a catalogue for: on the screen, in
 * replies by SMS, in the words people text, on paper. In the code it stands in English; LANGUAGE.po
 * (gettext) has it in another language, and the build makes a table of each catalogue that LINGUAS
 * names: nothing is opened or installed at run time, and one process speaks all of them at once.
 * What is not translated, or does not fit its place, fails the build.
 */
#ifndef KIOSK_CATALOGUE_H
#define KIOSK_CATALOGUE_H

#include <kiosk/types.h>

#include "text.h"

/* A text that belongs into the catalogues, in a file that POTFILES names; xgettext finds it by these
 * macros. */
#define SENTENCE(english)      english
/* A short one, which says too little by itself; `where` tells a translator what it is. */
#define PHRASE(where, english) where "\004" english
/* Words and phrases that people text, separated by ", ", in the plain form of words.h. `what` tells
 * a translator what they are for. */
#define WORDS(what, english)   what "\004" english

enum { CATALOGUE_ENGLISH = 0 };

/* English and the catalogues: languages are numbers below this one. */
unsigned catalogue_languages(void);
/* "en", "es" */
const char *catalogue_tag(unsigned language);
/* The language of a manifest's tag (BCP 47), such as es for "es-419"; English for one there is none
 * of. */
unsigned catalogue_of(const char *language_tag);
bool catalogue_speaks(unsigned language, const char *language_tag);
/* A SENTENCE, PHRASE or WORDS in that language; never NULL: what there is none of is in English. */
const char *catalogue_text(unsigned language, const char *english);

/* What stands for {name}; NULL as an empty text. */
struct named_text {
	const char *name, *text;
};
/*
 * The text in that language with what its {names} stand for, clean as text_copy() makes it and cut
 * at a character's border if it must be. Names come from strangers: a brace in them is a brace.
 */
void catalogue_write(unsigned language, const char *english, const struct named_text *named,
                     size_t n, char *buffer, size_t size);

/* --- made by compile --- */

struct translation {
	const char *english, *text;
};
struct catalogue {
	const char *tag;
	const struct translation *translation; /* in strcmp()'s order of `english` */
	size_t n;
};
extern const struct catalogue catalogue_table[];
extern const unsigned catalogue_table_n;

/* A word or phrase of one of the lists of WORDS of sms/vocabulary.c, which are numbered as they stand
 * there, from 0. */
struct vocabulary_row {
	const char *phrase;
	uint8_t list, language;
	uint8_t place; /* in its list, from 1 */
};
/* Of all languages, in strcmp()'s order of the phrase. */
extern const struct vocabulary_row vocabulary_row[];
extern const size_t vocabulary_rows;

#endif
