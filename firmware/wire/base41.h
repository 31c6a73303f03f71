/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Base41: octets as characters of a QR code's alphanumeric mode, three for two as in Base45
 * (RFC 9285), whose alphabet has four more. Three of 41 still hold two octets, so a code grows by
 * nothing and has none of those that a way through mail, tables, web pages and chats changes: the
 * blank (two become one, and those at an end none), % and + (of an address) and * (of bold letters).
 */
#ifndef KIOSK_WIRE_BASE41_H
#define KIOSK_WIRE_BASE41_H

#include <stddef.h>
#include <stdint.h>

/* Characters that `len` octets become, without a NUL. */
static inline size_t base41_len(size_t len)
{
	return len / 2 * 3 + len % 2 * 2;
}

/* Writes base41_len(len) characters; no NUL. */
void base41_encode(const uint8_t *octets, size_t len, char *text);
/* 0, WIRE_E_BASE41, or WIRE_E_TOO_LONG if more than `size` octets come out. `buffer` is untouched
 * on failure. */
int base41_decode(const uint8_t *text, size_t len, uint8_t *buffer, size_t size, size_t *ret_len);

#endif
