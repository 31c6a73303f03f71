/* SPDX-License-Identifier: Apache-2.0 */
/* A text as plain words: lower case, accents stripped, punctuation and emoji gone. */
#ifndef KIOSK_SMS_WORDS_H
#define KIOSK_SMS_WORDS_H

#include <kiosk/types.h>

enum {
	WORDS_MAX = 48,      /* words of a message that are looked at */
	WORD_BYTES_MAX = 47, /* a longer one is cut, and matches nothing */
};

struct words {
	unsigned n;
	char word[WORDS_MAX][WORD_BYTES_MAX + 1];
};

/*
 * Digits joined by : / . , - with other digits are one word ("7:30" is no 7). Apostrophes join, so
 * "don't" is "dont".
 */
void words_read(const char *text, struct words *ret);
/* All words in one, as a keyword is compared. */
void words_join(const struct words *words, char *buffer, size_t size);
unsigned words_letters(const char *word);
/* Whether one inserted, left out, wrong or swapped letter makes `a` into `b`; equal words don't
 * count. */
bool words_one_edit(const char *a, const char *b);

#endif
