/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CBOR for tests, from text that reads like RFC 8949's diagnostic notation, and independent of the
 * product's encoder:
 * - 12, -3, null, "text", h'00ff', #32:5a (32 octets 5a), [1, 2], {}
 * - 12_2, h'00'_1, [_1 1, 2]: a head longer than it need be; _0, _1, _2, _3 are 1, 2, 4, 8 octets
 *   behind the first
 * - [_ 1, 2]: of indefinite length
 * - raw'f97e00': these octets as they are
 */
#ifndef KIOSK_TEST_NOTATION_H
#define KIOSK_TEST_NOTATION_H

#include <stddef.h>
#include <stdint.h>

/* Octets that `text` stands for; a mistake in the text fails the test. */
size_t notation(const char *text, uint8_t *buffer, size_t size);

#endif
