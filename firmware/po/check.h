/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Run by the build: whether what we say in each language fits its place, names words that we
 * understand, and is known again when it comes back; whether the words we understand are written as
 * they are compared, and mean one thing. Exit status 1 and a sentence for each that is not so.
 */
#ifndef KIOSK_CATALOGUE_CHECK_H
#define KIOSK_CATALOGUE_CHECK_H

/* What is wrong, in a sentence that says what would be right. */
__attribute__((format(printf, 2, 3))) void tell(unsigned language, const char *format, ...);
unsigned told(void); /* how often */

void check_screen(unsigned language);
void check_replies(unsigned language);
void check_words(unsigned language);
void check_paper(unsigned language);

#endif
