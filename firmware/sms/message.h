/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text taken apart for the rules of keyword.h: its words with all that each may mean, and the
 * keyword it names. In: UTF-8, a manifest. Nothing goes out; what the rules have used of it they
 * mark.
 */
#ifndef KIOSK_SMS_MESSAGE_H
#define KIOSK_SMS_MESSAGE_H

#include <kiosk/record.h>

#include "vocabulary.h"

/* A keyword in plain form. */
struct plain_keyword {
	uint16_t project;
	uint8_t letters;
	char word[WORD_BYTES_MAX + 1], sound[WORD_BYTES_MAX + 1];
};

struct message {
	const struct manifest *manifest;
	struct words words;            /* RIVER3 and 2x are two words each, R I V E R is one */
	struct known known[WORDS_MAX]; /* of each word */
	bool used[WORDS_MAX];          /* it was taken for part of how many people there are */
	bool question;                 /* there is a question mark */
	uint16_t project;              /* whose keyword it names; 0: none */
	unsigned at, n;                /* the words that are the keyword */
	unsigned n_keywords;
	struct plain_keyword keyword[PROJECTS_MAX * KEYWORDS_MAX];
};

void message_read(struct message *message, const char *text, const struct manifest *manifest);

/* Words of the longest phrase of that meaning that begins at `at`, which may be behind the last; 0:
 * none. */
unsigned means(const struct message *message, unsigned at, enum meaning meaning);
/* Where the first phrase of that meaning begins, from `from` on; message->words.n: there is none. */
unsigned first_of(const struct message *message, unsigned from, enum meaning meaning);

#endif
