/* SPDX-License-Identifier: Apache-2.0 */
#include "base41.h"
#include "sign1.h"

enum { RADIX = 41 };

static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$-./:";

void base41_encode(const uint8_t *octets, size_t len, char *text)
{
	for (; len >= 2; len -= 2, octets += 2) {
		const unsigned n = octets[0] * 256u + octets[1];

		*text++ = alphabet[n % RADIX];
		*text++ = alphabet[n / RADIX % RADIX];
		*text++ = alphabet[n / (RADIX * RADIX)];
	}
	if (len > 0) {
		*text++ = alphabet[octets[0] % RADIX];
		*text++ = alphabet[octets[0] / RADIX];
	}
}

/* The value of a character, or RADIX. */
static unsigned digit(uint8_t character)
{
	unsigned value = 0;

	while (value < RADIX && (uint8_t)alphabet[value] != character)
		value++;
	return value;
}

/* The number that `n` characters stand for, the first the least; above 65535 if they stand for
 * none. */
static unsigned group(const uint8_t *text, size_t n)
{
	unsigned value = 0;

	for (size_t i = n; i > 0; i--) {
		const unsigned d = digit(text[i - 1]);

		if (d == RADIX)
			return 65536;
		value = value * RADIX + d;
	}
	return value;
}

/* Whether every group stands for something. */
static int check(const uint8_t *text, size_t len)
{
	if (len % 3 == 1)
		return WIRE_E_BASE41;
	for (; len >= 3; len -= 3, text += 3)
		if (group(text, 3) > 65535)
			return WIRE_E_BASE41;
	return len > 0 && group(text, 2) > 255 ? WIRE_E_BASE41 : 0;
}

int base41_decode(const uint8_t *text, size_t len, uint8_t *buffer, size_t size, size_t *ret_len)
{
	const int r = check(text, len);
	size_t n = 0;

	if (r != 0)
		return r;
	if (len / 3 * 2 + (len % 3 != 0) > size)
		return WIRE_E_TOO_LONG;
	for (; len >= 3; len -= 3, text += 3) {
		const unsigned value = group(text, 3);

		buffer[n++] = (uint8_t)(value >> 8);
		buffer[n++] = (uint8_t)value;
	}
	if (len > 0)
		buffer[n++] = (uint8_t)group(text, 2);
	*ret_len = n;
	return 0;
}
