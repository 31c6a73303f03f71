/* SPDX-License-Identifier: Apache-2.0 */
/* Base45 (RFC 9285): octets as the characters of a QR code's alphanumeric mode, three for two. */
#ifndef KIOSK_WIRE_BASE45_H
#define KIOSK_WIRE_BASE45_H

#include <stddef.h>
#include <stdint.h>

/* Characters that `len` octets become, without a NUL. */
static inline size_t base45_len(size_t len)
{
	return len / 2 * 3 + len % 2 * 2;
}

/* Writes base45_len(len) characters; no NUL. */
void base45_encode(const uint8_t *octets, size_t len, char *text);
/* 0, WIRE_E_BASE45, or WIRE_E_TOO_LONG if more than `size` octets come out. `buffer` is untouched
 * on failure. */
int base45_decode(const uint8_t *text, size_t len, uint8_t *buffer, size_t size, size_t *ret_len);

#endif
