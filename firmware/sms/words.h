/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text as plain words (letters.h), and the signs between them; emoji are gone, and so are
 * addresses (of mail, of the web).
 */
#ifndef KIOSK_SMS_WORDS_H
#define KIOSK_SMS_WORDS_H

#include <kiosk/types.h>

enum {
	WORDS_MAX = 256, /* words of a message that are looked at: of one of ten parts nearly all */
	WORD_BYTES_MAX = 47, /* a longer one is cut, and matches nothing */
};

/* White space around a sign, or without one. */
enum { GAP_BEFORE = 1, GAP_BEHIND = 2 };

struct words {
	unsigned n;
	bool address_first; /* an address of mail is what the text begins with */
	bool address_digit; /* a digit was in an address */
	/* Before each word, and behind the last one: a letter_sign(), a plus if there is one, else the
	   last; a space: none, or one that says nothing. */
	char sign[WORDS_MAX + 1];
	uint8_t gap[WORDS_MAX + 1];
	char word[WORDS_MAX][WORD_BYTES_MAX + 1];
};

/*
 * Digits joined by : / . , - with other digits are one word ("7:30" is no 7). Apostrophes join, so
 * "don't" is "dont". More than two of a letter are two ("stoppp"). A Greek or Cyrillic letter among Latin
 * ones is the one it looks like.
 */
void words_read(const char *text, struct words *ret);
/* All words in one, as a keyword is compared. */
void words_join(const struct words *words, char *buffer, size_t size);
unsigned words_letters(const char *word);
/* Whether one inserted, left out, wrong or swapped letter makes `a` into `b`; equal words don't
 * count. */
bool words_one_edit(const char *a, const char *b);
/* The same of at most two, in words that begin alike. */
bool words_two_edits(const char *a, const char *b);
/* The word as it sounds in English and Spanish, each doubled letter once: "parke" and "parque" are
 * the same. */
void words_sound(const char *word, char ret[WORD_BYTES_MAX + 1]);

#endif
