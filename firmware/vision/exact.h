/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside vision: octets as the symbol holds them. Of a symbol that names an alphabet (ECI, ISO/IEC
 * 18004:2015, 7.4.2) zbar 0.23 writes the octets anew in UTF-8, whatever it is told, and does not say
 * so; the second decoder does not. Our own codes name none and are ASCII.
 */
#ifndef KIOSK_VISION_EXACT_H
#define KIOSK_VISION_EXACT_H

#include "pass.h"

/* Whether what zbar read is beyond doubt what the symbol holds: all ASCII, and no part of a message in
 * several symbols. */
bool exact_is_sure(const struct symbol *symbol);
/*
 * Has the second decoder read what stands at the corners of a symbol in the view, and calls `found`
 * with it, at most once. Whether it did.
 */
bool exact_read(const struct symbol *symbol, const struct view *view, struct workbench *bench,
                void (*found)(void *context, const struct symbol *symbol), void *context);

#endif
