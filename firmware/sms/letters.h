/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Characters as they are compared: lower case, without accents, whatever style a telephone or a
 * person put on them (full width, mathematical, circled, squared, superscript, other scripts'
 * digits).
 */
#ifndef KIOSK_SMS_LETTERS_H
#define KIOSK_SMS_LETTERS_H

#include <kiosk/types.h>

enum {
	LETTER_NONE = 0,          /* changes another character and is none of its own */
	LETTER_SPLIT = ' ',       /* ends a word: what sign it is says letter_sign() */
	LETTER_NUMBER = 0x110000, /* and more: one character for a number, such as 12 in a circle */
};

/* A letter or digit in plain form, LETTER_NONE, LETTER_SPLIT, or LETTER_NUMBER and the number. */
uint32_t letter_plain(uint32_t c);
/* What a character that ends a word means beside a number: one of + * : ; / @ # = < > $ % - ( ) ? . ,
 * & ! or a space for all others. */
char letter_sign(uint32_t c);
/* The Latin letter that a Greek or Cyrillic one, in plain form, looks like as a capital or a small
 * one; 0: like none. */
char letter_lookalike(uint32_t plain);

#endif
