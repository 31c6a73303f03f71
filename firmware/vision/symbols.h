/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside vision: the wall around zbar. QR codes only, their octets as they are; but for symbols that
 * name their alphabet (ECI 0 to 26, ISO/IEC 18004, section 7.4.2): zbar 0.23 rewrites those in
 * UTF-8 and does not tell; exact.h is about them.
 */
#ifndef KIOSK_VISION_SYMBOLS_H
#define KIOSK_VISION_SYMBOLS_H

#include <kiosk/scanner.h>
#include "plane.h"

struct symbol {
	const uint8_t *bytes; /* borrowed until the callback returns */
	uint32_t len;
	bool part;        /* of a message in several symbols: only the corners are told */
	float x[4], y[4]; /* corners in the plane */
};

struct symbols;

/* 0, -ENOMEM, or -ENOTSUP where zbar lacks what is needed. */
int symbols_new(struct symbols **ret);
void symbols_free(struct symbols *symbols); /* NULL is fine */

/*
 * Looks at every line_step-th line and column (1: all) of the plane and calls `found` for each QR
 * code. Of a message in several symbols each is told by itself, by where it stands: zbar gives their
 * octets only together, and only when none is missing.
 */
void symbols_read(struct symbols *symbols, const struct plane *plane, uint32_t line_step,
                  void (*found)(void *context, const struct symbol *symbol), void *context);

#endif
