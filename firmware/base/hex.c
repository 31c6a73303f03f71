/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "hex.h"

void hex_encode(const void *data, size_t len, char *text)
{
	static const char digit[] = "0123456789abcdef";
	const uint8_t *octet = data;

	for (size_t i = 0; i < len; i++) {
		text[2 * i] = digit[octet[i] >> 4];
		text[2 * i + 1] = digit[octet[i] & 15];
	}
	text[2 * len] = '\0';
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int hex_decode(const char *text, void *data, size_t len)
{
	uint8_t *octet = data;

	if (strlen(text) != 2 * len)
		return -EINVAL;
	for (size_t i = 0; i < 2 * len; i++)
		if (hex_value(text[i]) < 0)
			return -EINVAL;
	for (size_t i = 0; i < len; i++)
		octet[i] = (uint8_t)(16U * (unsigned)hex_value(text[2 * i]) +
		                     (unsigned)hex_value(text[2 * i + 1]));
	return 0;
}
