/* SPDX-License-Identifier: Apache-2.0 */
/* Payloads that are wrong in one field: the field of sample.h's ordinary message, and what stands
 * there instead. */
#ifndef KIOSK_TEST_BROKEN_H
#define KIOSK_TEST_BROKEN_H

#include <stddef.h>

#include "sign1.h"

struct broken {
	enum sign1_kind kind;
	unsigned field;
	const char *text; /* notation.h */
	const char *what;
	int expected; /* enum wire_error; 0: at the edge, and fine */
};

extern const struct broken broken[];
extern const size_t n_broken;

#endif
