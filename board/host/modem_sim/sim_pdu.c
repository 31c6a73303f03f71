/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

#include "sim_pdu.h"

enum { CHARACTERS_MAX = 1200, BITS_MAX = 2000, OCTETS_MAX = 200 };

/* 3GPP TS 23.038 clause 6.2.1, in order; the escape's place is held by U+241B. */
static const wchar_t gsm[] =
    L"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u241bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    L"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
_Static_assert(sizeof(gsm) / sizeof(gsm[0]) == 129, "128 characters");
/* Clause 6.2.1.1: what an escape before a letter means. */
static const wchar_t escaped[] = L"^{}\\[~]|€";
static const unsigned char escape_code[] = {0x14, 0x28, 0x29, 0x2f, 0x3c, 0x3d, 0x3e, 0x40, 0x65};

/* A message under construction: bits, least significant of each octet first. */
struct bits {
	unsigned char bit[BITS_MAX];
	size_t n;
};

static void put(struct bits *bits, unsigned value, unsigned n)
{
	for (unsigned i = 0; i < n && bits->n < BITS_MAX; i++)
		bits->bit[bits->n++] = value >> i & 1;
}

static void fill(struct bits *bits, unsigned multiple)
{
	while (bits->n % multiple != 0)
		put(bits, 0, 1);
}

static unsigned get(const struct bits *bits, size_t at, unsigned n)
{
	unsigned value = 0;
	for (unsigned i = 0; i < n && at + i < bits->n; i++)
		value |= (unsigned)bits->bit[at + i] << i;
	return value;
}

static void append_hex(char *hex, const struct bits *bits)
{
	size_t len = strlen(hex);
	for (size_t i = 0; i < bits->n && len + 2 <= SIM_HEX_MAX; i += 8, len += 2)
		snprintf(hex + len, 3, "%02X", get(bits, i, 8));
}

/* Characters of UTF-8, or -EINVAL. */
static int read_text(const char *text, wchar_t characters[CHARACTERS_MAX])
{
	iconv_t convert = iconv_open("WCHAR_T", "UTF-8");
	char copy[CHARACTERS_MAX], *in = copy, *out = (char *)characters;
	size_t in_left = strlen(text), out_left = (CHARACTERS_MAX - 1) * sizeof(wchar_t);
	if (convert == (iconv_t)-1)
		return -EINVAL;
	size_t e = (size_t)-1;
	if (in_left < sizeof(copy)) {
		memcpy(copy, text, in_left + 1);
		e = iconv(convert, &in, &in_left, &out, &out_left);
	}
	iconv_close(convert);
	return e == (size_t)-1 ? -EINVAL : (int)((wchar_t *)out - characters);
}

static int write_text(const wchar_t *characters, size_t n, char *text, size_t size)
{
	iconv_t convert = iconv_open("UTF-8", "WCHAR_T");
	wchar_t copy[CHARACTERS_MAX];
	char *in = (char *)copy, *out = text;
	size_t in_left = n * sizeof(wchar_t), out_left = size - 1;
	if (convert == (iconv_t)-1)
		return -EINVAL;
	memcpy(copy, characters, in_left);
	size_t e = iconv(convert, &in, &in_left, &out, &out_left);
	iconv_close(convert);
	*out = '\0';
	return e == (size_t)-1 ? -EINVAL : 0;
}

/* Septets of a character, or 0. */
static unsigned septets(wchar_t c, unsigned ret[2])
{
	const wchar_t *at = wcschr(gsm, c);
	if (at != NULL && c != 0 && c != L'\u241b') {
		ret[0] = (unsigned)(at - gsm);
		return 1;
	}
	at = c == 0 ? NULL : wcschr(escaped, c);
	if (at == NULL)
		return 0;
	ret[0] = 0x1b;
	ret[1] = escape_code[at - escaped];
	return 2;
}

static void put_character(struct bits *bits, wchar_t c, bool gsm7)
{
	unsigned s[2], n = gsm7 ? septets(c, s) : 0;
	for (unsigned i = 0; i < n; i++)
		put(bits, s[i], 7);
	if (gsm7)
		return;
	if (c < 0x10000) {
		put(bits, (unsigned)c >> 8, 8);
		put(bits, (unsigned)c & 0xff, 8);
		return;
	}
	put_character(bits, (wchar_t)(0xd7c0 + ((unsigned)c >> 10)), false);
	put_character(bits, (wchar_t)(0xdc00 + ((unsigned)c & 0x3ff)), false);
}

static unsigned width(wchar_t c, bool gsm7)
{
	unsigned s[2];
	return gsm7 ? septets(c, s) : c < 0x10000 ? 1 : 2;
}

static void put_decimal(struct bits *bits, const char *digits, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put(bits, (unsigned)(digits[i] - '0'), 4);
	if (n % 2 == 1)
		put(bits, 15, 4);
}

static int put_address(struct bits *bits, const char *from)
{
	bool plus = from[0] == '+';
	const char *digits = from + plus;
	size_t n = strlen(digits);
	if (n > 0 && n <= 20 && strspn(digits, "0123456789") == n) {
		put(bits, (unsigned)n, 8);
		put(bits, plus ? 0x91 : 0x81, 8);
		put_decimal(bits, digits, n);
		return 0;
	}
	wchar_t name[CHARACTERS_MAX];
	struct bits value = {.n = 0};
	int characters = read_text(from, name);
	for (int i = 0; i < characters; i++) {
		if (width(name[i], true) == 0)
			return -EINVAL;
		put_character(&value, name[i], true);
	}
	if (characters <= 0 || value.n > 77)
		return -EINVAL;
	put(bits, (unsigned)(value.n + 3) / 4, 8); /* useful semi-octets */
	put(bits, 0xd0, 8);
	for (size_t i = 0; i < value.n; i++)
		put(bits, value.bit[i], 1);
	fill(bits, 8);
	return 0;
}

static void put_time(struct bits *bits, int64_t when, int quarters)
{
	struct tm tm;
	time_t local = (time_t)(when + quarters * 900);
	gmtime_r(&local, &tm);
	const int value[] = {tm.tm_year % 100, tm.tm_mon + 1, tm.tm_mday,
	                     tm.tm_hour,       tm.tm_min,     tm.tm_sec};
	for (unsigned i = 0; i < 6; i++) {
		put(bits, (unsigned)value[i] / 10, 4);
		put(bits, (unsigned)value[i] % 10, 4);
	}
	unsigned q = (unsigned)(quarters < 0 ? -quarters : quarters);
	put(bits, (quarters < 0 ? 8 : 0) | q / 10, 4);
	put(bits, q % 10, 4);
}

/* One part: characters [begin, end), number `part` from 1 of `parts`. */
static int write_part(const char *from, int64_t when, int quarters, const wchar_t *begin,
                      const wchar_t *end, bool gsm7, unsigned reference, unsigned part,
                      unsigned parts, char *hex)
{
	struct bits head = {.n = 0}, data = {.n = 0};
	put(&head, 7, 8); /* a service centre: 1 312 555 0000, as nobody has it */
	put(&head, 0x91, 8);
	put_decimal(&head, "13125550000", 11);
	put(&head, parts > 1 ? 0x44 : 0x04, 8);
	if (put_address(&head, from) < 0)
		return -EINVAL;
	put(&head, 0, 8);
	put(&head, gsm7 ? 0 : 8, 8);
	put_time(&head, when, quarters);
	if (parts > 1) {
		const unsigned header[] = {5, 0, 3, reference, parts, part};
		for (unsigned i = 0; i < 6; i++)
			put(&data, header[i], 8);
		if (gsm7)
			fill(&data, 7);
	}
	for (; begin < end; begin++)
		put_character(&data, *begin, gsm7);
	put(&head, (unsigned)(gsm7 ? data.n / 7 : data.n / 8), 8);
	fill(&data, 8);
	hex[0] = '\0';
	append_hex(hex, &head);
	append_hex(hex, &data);
	return 0;
}

int sim_pdu_deliver(const char *from, int64_t time, int quarters, const char *text,
                    uint8_t reference, char ret_hex[SIM_PARTS_MAX][SIM_HEX_MAX + 1])
{
	wchar_t characters[CHARACTERS_MAX];
	size_t begin[SIM_PARTS_MAX + 1] = {0};
	unsigned total = 0, parts = 1, used = 0;
	int n = read_text(text, characters);
	bool gsm7 = true;
	if (n < 0)
		return n;
	for (int i = 0; i < n; i++)
		gsm7 &= width(characters[i], true) != 0;
	for (int i = 0; i < n; i++)
		total += width(characters[i], gsm7);
	unsigned room = gsm7 ? (total <= 160 ? 160 : 153) : total <= 70 ? 70 : 67;
	for (int i = 0; i < n; i++) {
		unsigned w = width(characters[i], gsm7);
		if (used + w > room) {
			if (parts == SIM_PARTS_MAX)
				return -E2BIG;
			begin[parts++] = (size_t)i;
			used = 0;
		}
		used += w;
	}
	begin[parts] = (size_t)n;
	for (unsigned i = 0; i < parts; i++)
		if (write_part(from, time, quarters, characters + begin[i],
		               characters + begin[i + 1], gsm7, reference, i + 1, parts,
		               ret_hex[i]) < 0)
			return -EINVAL;
	return (int)parts;
}

/* --- reading --- */

static int read_hex(const char *hex, struct bits *ret)
{
	size_t n = strlen(hex);
	ret->n = 0;
	if (n % 2 != 0 || n > 2 * (size_t)OCTETS_MAX || strspn(hex, "0123456789ABCDEFabcdef") != n)
		return -EINVAL;
	for (size_t i = 0; i < n; i += 2) {
		unsigned octet;
		if (sscanf(hex + i, "%2x", &octet) != 1)
			return -EINVAL;
		put(ret, octet, 8);
	}
	return 0;
}

int sim_pdu_tpdu_len(const char *hex)
{
	struct bits bits;
	if (read_hex(hex, &bits) < 0 || bits.n < 8)
		return -EINVAL;
	int len = (int)(bits.n / 8) - 1 - (int)get(&bits, 0, 8);
	return len < 0 ? -EINVAL : len;
}

static wchar_t character_of(const struct bits *bits, size_t *at)
{
	unsigned code = get(bits, *at, 7);
	*at += 7;
	if (code != 0x1b)
		return gsm[code];
	code = get(bits, *at, 7);
	*at += 7;
	for (unsigned i = 0; i < sizeof(escape_code); i++)
		if (escape_code[i] == code)
			return escaped[i];
	return L' ';
}

static size_t read_number(const struct bits *bits, size_t at, char *to)
{
	unsigned n = get(bits, at, 8), type = get(bits, at + 8, 8);
	if (n > 20)
		return 0;
	if (type == 0x91)
		*to++ = '+';
	for (unsigned i = 0; i < n; i++)
		*to++ = (char)('0' + get(bits, at + 16 + 4 * i, 4) % 10);
	*to = '\0';
	return at + 16 + 8 * ((n + 1) / 2);
}

int sim_pdu_submit(const char *hex, char ret_to[SIM_NUMBER_MAX + 1],
                   char ret_text[SIM_TEXT_MAX + 1])
{
	struct bits bits;
	wchar_t text[CHARACTERS_MAX];
	size_t n = 0;
	if (read_hex(hex, &bits) < 0)
		return -EINVAL;
	size_t at = 8 + 8 * (size_t)get(&bits, 0, 8);
	unsigned first = get(&bits, at, 8);
	if ((first & 3) != 1 || (at = read_number(&bits, at + 16, ret_to)) == 0)
		return -EINVAL;
	unsigned dcs = get(&bits, at + 8, 8), validity = first >> 3 & 3;
	at += 16 + (validity == 0 ? 0 : validity == 2 ? 8 : 56);
	unsigned udl = get(&bits, at, 8);
	at += 8;
	size_t begin = at, end = at + udl * (dcs == 8 ? 8U : 7U);
	if (end > bits.n)
		return -EINVAL;
	if (first & 0x40) {
		size_t header = 8 + 8 * (size_t)get(&bits, at, 8);
		at = begin + (dcs == 8 ? header : (header + 6) / 7 * 7);
	}
	while (at < end && n < CHARACTERS_MAX) {
		if (dcs != 8) {
			text[n++] = character_of(&bits, &at);
			continue;
		}
		unsigned unit = get(&bits, at, 8) << 8 | get(&bits, at + 8, 8);
		at += 16;
		if (unit >= 0xd800 && unit < 0xdc00) {
			unsigned low = get(&bits, at, 8) << 8 | get(&bits, at + 8, 8);
			at += 16;
			unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
		}
		text[n++] = (wchar_t)unit;
	}
	return write_text(text, n, ret_text, SIM_TEXT_MAX + 1);
}
