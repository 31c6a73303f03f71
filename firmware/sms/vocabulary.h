/* SPDX-License-Identifier: Apache-2.0 */
/* The words a text may speak to us in, whichever project it is about, of all catalogues at once. */
#ifndef KIOSK_SMS_VOCABULARY_H
#define KIOSK_SMS_VOCABULARY_H

#include "words.h"

enum meaning {
	MEANS_STOP,       /* as the first word */
	MEANS_STOP_ALONE, /* only as the whole message: too common a word otherwise */
	MEANS_START_ALONE,
	MEANS_HELP_ALONE, /* also before words that are no keyword */
	MEANS_UNDO,
	MEANS_HERE,
	MEANS_FIRST, /* first meeting this year; a check-in by itself */
	MEANS_NEW,   /* the same beside a keyword only */
	MEANS_NUMBER,
	MEANS_FILLER, /* may stand between a keyword and a party size */
	MEANS_PLEASE, /* may stand in front of anything */
	MEANINGS_KNOWN,
	/* These are asked for by vocabulary_phrase() alone. */
	MEANS_STATUS = MEANINGS_KNOWN, /* a volunteer's question */
	MEANS_NOT_PEOPLE,              /* after a number: it is no party then */
	MEANS_REACTION,                /* what a telephone writes before what is reacted to */
	MEANS_PICTURE,                 /* that may be reacted to, too */
	MEANS_AUTOMATIC,               /* part of an answer that no person wrote */
	MEANINGS,
	MEANS_NOTHING = MEANINGS
};

enum { VOCABULARY_SEVERAL = 0xff }; /* the word is one of several languages */

struct known_word {
	enum meaning meaning; /* MEANS_NOTHING: none that vocabulary_find() knows */
	uint8_t number;
	uint8_t language; /* of the catalogue */
};

/* What each of the words means by itself, words->n of them. */
void vocabulary_read(const struct words *words, struct known_word ret[WORDS_MAX]);
/* The same of one word, in plain form. */
struct known_word vocabulary_find(const char *word);
/* How many words from `at` on are a phrase of that meaning, the longest there is; 0: none is there.
 */
unsigned vocabulary_phrase(enum meaning meaning, const struct words *words, unsigned at);
/* Whether one is anywhere. */
bool vocabulary_holds(enum meaning meaning, const struct words *words);
/* The language of a word that vocabulary_phrase() found. */
uint8_t vocabulary_language(enum meaning meaning, const char *word);

/* The i-th word or phrase in a language, as the catalogue has it: it points into the catalogue and
 * has *ret_len octets. NULL behind the last one. */
const char *vocabulary_item(enum meaning meaning, unsigned language, unsigned i, size_t *ret_len);

#endif
