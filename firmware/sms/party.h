/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many people a text says have come: a small grammar over numbers, words for people and what
 * stands between them.
 *
 *   party  = total | [joint] term {joint term} | number beside the keyword
 *   total  = ("we are" | "family of" | …) number | number ("of us" | "in total" | …)
 *            | "x" number | number "x" | "couple" | "just me"
 *   term   = "me" | number [kind] noun | ("a" | "my") noun | number
 *   joint  = "and" | "," | "+" | "plus" | "with"
 *
 * Others than oneself ("with 2 friends", "+1", "my wife and I") make one more. Behind a correction
 * ("2 sorry 3") what stands before it is not heard. A number that is a time, a date, an age, an
 * address, a count of anything else is no party; of two readings the smaller counts.
 */
#ifndef KIOSK_SMS_PARTY_H
#define KIOSK_SMS_PARTY_H

#include "message.h"

struct party {
	unsigned people;  /* 0: no number was said; else 1 to PARTY_MAX, or more */
	bool without_all; /* a digit, number, plus or word of company was not used, or guessed at */
	bool whole;       /* it is said in a way that needs no keyword beside it */
};

/* Marks the words it takes. */
void party_read(struct message *message, struct party *ret);
/* 1 to 20 in digits; else 0. */
unsigned party_of_digits(const char *digits);

#endif
