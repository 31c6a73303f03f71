/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 of any origin, put into text fields of a fixed size. */
#ifndef KIOSK_BASE_TEXT_H
#define KIOSK_BASE_TEXT_H

#include <kiosk/types.h>

/*
 * Copies UTF-8 of any origin into a text field: cut at a character's border, control characters and
 * octets that are not UTF-8 replaced by '?', characters that nobody sees or that turn the direction
 * (U+200B, U+202E and their kin) left out, always terminated.
 */
void text_copy(char *buffer, size_t size, const char *text);
__attribute__((format(printf, 3, 4))) void text_format(char *buffer, size_t size,
                                                       const char *format, ...);
/* Whether `text` of `len` octets is UTF-8 (RFC 3629) without control characters (C0, DEL, C1), and
 * without such as nobody sees or that turn the direction. */
bool text_is_clean(const char *text, size_t len);

#endif
