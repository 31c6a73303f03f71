/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "notation.h"

struct output {
	uint8_t *buffer;
	size_t size, len;
};

static void put(struct output *out, const void *octets, size_t len)
{
	assert_true(len <= out->size - out->len);
	memcpy(out->buffer + out->len, octets, len);
	out->len += len;
}

/* The head of an item; `form` -1: the shortest, else 0..3. */
static void head(struct output *out, unsigned major, uint64_t number, int form)
{
	uint8_t octets[9];
	unsigned n;

	if (form < 0 && number < 24) {
		octets[0] = (uint8_t)(major << 5 | number);
		put(out, octets, 1);
		return;
	}
	if (form < 0)
		form = number <= 0xff ? 0 : number <= 0xffff ? 1 : number <= 0xffffffff ? 2 : 3;
	n = 1u << form;
	octets[0] = (uint8_t)(major << 5 | (24u + (unsigned)form));
	for (unsigned i = 0; i < n; i++)
		octets[1 + i] = (uint8_t)(number >> 8 * (n - 1 - i));
	put(out, octets, 1 + n);
}

static const char *space(const char *at)
{
	return at + strspn(at, " \n\t");
}

/* "_1" behind an item or a bracket: 1; none: -1. */
static int form_of(const char **at)
{
	int form = -1;

	if (**at == '_' && isdigit((unsigned char)(*at)[1])) {
		form = (*at)[1] - '0';
		*at += 2;
	}
	return form;
}

static uint8_t hex_octet(const char *at)
{
	const char digits[3] = {at[0], at[1], '\0'};

	assert_true(isxdigit((unsigned char)at[0]) && isxdigit((unsigned char)at[1]));
	return (uint8_t)strtoul(digits, NULL, 16);
}

static const char *hex(const char *at, uint8_t *octets, size_t *ret_len)
{
	size_t n = 0;

	for (at++; *at != '\''; at += 2)
		octets[n++] = hex_octet(at);
	*ret_len = n;
	return at + 1;
}

static const char *item(const char *at, struct output *out);

static const char *array(const char *at, struct output *out)
{
	uint8_t inner[16384];
	struct output items = {.buffer = inner, .size = sizeof(inner)};
	const int form = form_of(&at);
	const int indefinite = form < 0 && *at == '_';
	size_t n = 0;

	at = space(at + indefinite);
	while (*at != ']') {
		at = space(item(at, &items));
		n++;
		if (*at == ',')
			at = space(at + 1);
	}
	if (indefinite)
		put(out, "\x9f", 1);
	else
		head(out, 4, n, form);
	put(out, inner, items.len);
	if (indefinite)
		put(out, "\xff", 1);
	return at + 1;
}

static const char *number(const char *at, struct output *out)
{
	char *end;
	const int negative = *at == '-';
	uint64_t value;
	int form;

	assert_true(isdigit((unsigned char)at[negative]));
	value = strtoull(at + negative, &end, 10);
	at = end;
	form = form_of(&at);
	head(out, negative ? 1 : 0, negative ? value - 1 : value, form);
	return at;
}

static const char *octets(const char *at, struct output *out)
{
	uint8_t bytes[8192];
	size_t len;
	int form;

	if (*at == '#') {
		char *end;

		len = strtoul(at + 1, &end, 10);
		assert_true(*end == ':' && len <= sizeof(bytes));
		memset(bytes, hex_octet(end + 1), len);
		at = end + 3;
	} else {
		at = hex(at + 1, bytes, &len);
	}
	form = form_of(&at);
	head(out, 2, len, form);
	put(out, bytes, len);
	return at;
}

static const char *item(const char *at, struct output *out)
{
	uint8_t raw[256];
	const char *end;
	size_t len;
	int form;

	if (*at == '[')
		return array(at + 1, out);
	if (*at == '#' || strncmp(at, "h'", 2) == 0)
		return octets(at, out);
	if (strncmp(at, "raw'", 4) == 0) {
		end = hex(at + 3, raw, &len);
		put(out, raw, len);
		return end;
	}
	if (strncmp(at, "null", 4) == 0)
		return put(out, "\xf6", 1), at + 4;
	if (strncmp(at, "{}", 2) == 0)
		return put(out, "\xa0", 1), at + 2;
	if (*at != '"')
		return number(at, out);
	end = strchr(at + 1, '"');
	assert_non_null(end);
	len = (size_t)(end - at) - 1;
	at++;
	end++;
	form = form_of(&end);
	head(out, 3, len, form);
	put(out, at, len);
	return end;
}

size_t notation(const char *text, uint8_t *buffer, size_t size)
{
	struct output out = {.buffer = buffer, .size = size};
	const char *end = space(item(space(text), &out));

	assert_int_equal(*end, '\0');
	return out.len;
}
