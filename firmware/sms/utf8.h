/* SPDX-License-Identifier: Apache-2.0 */
/* One code point at a time, into and out of UTF-8 (RFC 3629). */
#ifndef KIOSK_SMS_UTF8_H
#define KIOSK_SMS_UTF8_H

#include <kiosk/types.h>

enum { UTF8_REPLACEMENT = 0xfffd };

/*
 * Reads the character at `text`, NUL-terminated, and steps over it; 0 at the end. What is not UTF-8
 * reads as UTF8_REPLACEMENT, one octet at a time.
 */
uint32_t utf8_next(const char **text);

/* Text being built in the caller's buffer. It stays terminated; a character that does not fit sets
 * `full`. */
struct utf8_writer {
	char *text;
	size_t size, len;
	bool full;
};
void utf8_begin(struct utf8_writer *writer, char *text, size_t size);
void utf8_put(struct utf8_writer *writer, uint32_t code_point);
void utf8_put_text(struct utf8_writer *writer, const char *text);

#endif
