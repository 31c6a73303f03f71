/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which numbers the tickets of an event have: numbers.txt in its folder, two numbers a line, the
 * first and the last of what one call made. No number is made twice, by two calls at once neither.
 */
#ifndef KIOSKCTL_NUMBERS_H
#define KIOSKCTL_NUMBERS_H

#include "args.h"

struct numbers {
	const char *folder;
	int fd;          /* locked while it is open */
	long end;        /* octets of the file that stand */
	uint64_t issued; /* how many there are */
	uint32_t last;   /* the highest; 0: none */
};

/* The file of a new event. 0 or EX_CANTCREAT, told. */
int numbers_new(const struct args *args, const char *folder);
/*
 * Takes `count` numbers from *first on, or behind the last where *first is 0; then it is the first
 * one. They are taken until numbers_close(). 0 or an exit status, told, with nothing to close.
 */
int numbers_take(const struct args *args, const char *folder, uint32_t count, uint32_t *first,
                 struct numbers *ret);
/* Keeps them, or gives them back where no ticket was made. */
void numbers_close(struct numbers *numbers, bool keep);

#endif
