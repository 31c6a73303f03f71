/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

/* Octets of the well-formed UTF-8 character at `text` (RFC 3629, section 4), 0 if there is none. */
static size_t character(const uint8_t *text, size_t len)
{
	static const struct {
		uint8_t first_min, first_max, second_min, second_max;
		size_t len;
	} form[] = {
	    {0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
	    {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
	    {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
	};

	for (size_t f = 0; f < sizeof(form) / sizeof(form[0]); f++) {
		if (text[0] < form[f].first_min || text[0] > form[f].first_max)
			continue;
		if (form[f].len > len)
			return 0;
		if (form[f].len > 1 &&
		    (text[1] < form[f].second_min || text[1] > form[f].second_max))
			return 0;
		for (size_t i = 2; i < form[f].len; i++)
			if (text[i] < 0x80 || text[i] > 0xbf)
				return 0;
		return form[f].len;
	}
	return 0;
}

/* C0, DEL and C1 (U+0080..U+009F, which UTF-8 writes C2 80..9F). */
static bool is_control(const uint8_t *text, size_t len)
{
	if (len == 1)
		return text[0] < 0x20 || text[0] == 0x7f;
	return len == 2 && text[0] == 0xc2 && text[1] < 0xa0;
}

static uint32_t code_point(const uint8_t *text, size_t len)
{
	uint32_t value = len == 1 ? text[0] : text[0] & (0x7fu >> len);

	for (size_t i = 1; i < len; i++)
		value = value << 6 | (text[i] & 0x3f);
	return value;
}

struct range {
	uint32_t first, last;
};

static bool in_ranges(uint32_t value, const struct range *range, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (value >= range[i].first && value <= range[i].last)
			return true;
	return false;
}

/*
 * What nobody sees, and what turns the direction of what stands behind it: two names could look the
 * same, or one look like another. Default_Ignorable_Code_Point of Unicode, with the line and
 * paragraph separators and the interlinear marks, without the joiners.
 */
static bool is_unseen(uint32_t value)
{
	static const struct range range[] = {
	    {0xad, 0xad},       {0x34f, 0x34f},   {0x61c, 0x61c},     {0x115f, 0x1160},
	    {0x17b4, 0x17b5},   {0x180b, 0x180f}, {0x200b, 0x200b},   {0x200e, 0x200f},
	    {0x2028, 0x202e},   {0x2060, 0x206f}, {0x3164, 0x3164},   {0xfeff, 0xfeff},
	    {0xffa0, 0xffa0},   {0xfff0, 0xfffb}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
	    {0xe0000, 0xe0fff},
	};

	return in_ranges(value, range, sizeof(range) / sizeof(range[0]));
}

/* Joiners and variation selectors: scripts and pictures need them, behind what is not ASCII. */
static bool is_joiner(uint32_t value)
{
	static const struct range range[] = {{0x200c, 0x200d}, {0xfe00, 0xfe0f}};

	return in_ranges(value, range, sizeof(range) / sizeof(range[0]));
}

/* Whether a character may not be seen where it stands, behind `before` (0: at the beginning). */
static bool is_hidden(uint32_t value, uint32_t before)
{
	return is_unseen(value) || (is_joiner(value) && before < 0x80);
}

bool text_is_clean(const char *text, size_t len)
{
	const uint8_t *octet = (const uint8_t *)text;
	uint32_t before = 0;

	for (size_t i = 0; i < len;) {
		const size_t n = character(octet + i, len - i);
		const uint32_t value = n > 0 ? code_point(octet + i, n) : 0;

		if (n == 0 || is_control(octet + i, n) || is_hidden(value, before))
			return false;
		before = value;
		i += n;
	}
	return true;
}

void text_copy(char *buffer, size_t size, const char *text)
{
	const uint8_t *octet = (const uint8_t *)text;
	const size_t len = strlen(text);
	uint32_t before = 0;
	size_t out = 0;

	for (size_t i = 0; i < len;) {
		const size_t n = character(octet + i, len - i);
		const bool bad = n == 0 || is_control(octet + i, n);
		const uint32_t value = bad ? '?' : code_point(octet + i, n);

		if (!is_hidden(value, before)) {
			if (out + (bad ? 1 : n) >= size)
				break;
			if (bad)
				buffer[out++] = '?';
			else
				memcpy(buffer + out, octet + i, n), out += n;
			before = value;
		}
		i += n == 0 ? 1 : n;
	}
	buffer[out] = '\0';
}

void text_format(char *buffer, size_t size, const char *format, ...)
{
	char text[2048];
	va_list args;

	va_start(args, format);
	if (vsnprintf(text, sizeof(text), format, args) < 0)
		text[0] = '\0';
	va_end(args);
	text_copy(buffer, size, text);
}
