/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "utf8.h"
#include "words.h"

enum { DROP = 0, SPLIT = ' ' };

struct range {
	uint32_t first, last;
};

/* The accented letters of U+00C0 to U+017F without their accents; ' ' where it is no letter. */
static const char latin_1[] = "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty";
static const char latin_a[] = "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
                              "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
_Static_assert(sizeof(latin_1) == 64 + 1, "one letter for each code point from U+00C0 to U+00FF");
_Static_assert(sizeof(latin_a) == 128 + 1, "one letter for each code point from U+0100 to U+017F");

/* Marks that change a letter or a picture without being one: combining accents, joiners, variation
 * selectors. */
static const struct range marks[] = {
    {0xad, 0xad},     {0x300, 0x36f},   {0x200b, 0x200f},   {0x2060, 0x2064},
    {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xe0000, 0xe0fff},
};
/* Punctuation, symbols, emoji: the blocks that hold no letters. */
static const struct range separators[] = {
    {0x00, 0x2f},     {0x3a, 0x40},     {0x5b, 0x60},     {0x7b, 0xa9},       {0xab, 0xb9},
    {0xbb, 0xbf},     {0x2000, 0x206f}, {0x20a0, 0x2bff}, {0x2e00, 0x2e7f},   {0x3000, 0x303f},
    {0xd800, 0xf8ff}, {0xfe10, 0xfe6f}, {0xfff0, 0xffff}, {0x1f000, 0x1faff},
};

static bool in(const struct range *range, size_t n, uint32_t c)
{
	for (size_t i = 0; i < n; i++)
		if (c >= range[i].first && c <= range[i].last)
			return true;
	return false;
}

/* The plain form of a character: itself, a letter, SPLIT or DROP. */
static uint32_t plain(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e) /* full-width forms of ASCII */
		c -= 0xfee0;
	if (c >= 'A' && c <= 'Z')
		return c + 32;
	if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
		return c;
	if (c == '\'' || c == 0x2019 || c == 0x2018 || c == 0x2bc || c == 0xb4)
		return DROP;
	if (in(marks, sizeof(marks) / sizeof(marks[0]), c))
		return DROP;
	if (c == 0xaa || c == 0xba)
		return c == 0xaa ? 'a' : 'o';
	if (c >= 0xc0 && c <= 0xff)
		return (unsigned char)latin_1[c - 0xc0];
	if (c >= 0x100 && c <= 0x17f)
		return (unsigned char)latin_a[c - 0x100];
	if (c >= 0x391 && c <= 0x3a9) /* Greek and Cyrillic capitals */
		return c + 32;
	if (c >= 0x410 && c <= 0x42f)
		return c + 32;
	if (c >= 0x400 && c <= 0x40f)
		return c + 80;
	return in(separators, sizeof(separators) / sizeof(separators[0]), c) ? SPLIT : c;
}

static bool is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

static bool joins_digits(uint32_t c)
{
	return c == ':' || c == '/' || c == '.' || c == ',' || c == '-';
}

void words_read(const char *text, struct words *ret)
{
	struct utf8_writer writer;
	uint32_t c, before = SPLIT;

	memset(ret, 0, sizeof(*ret));
	while ((c = utf8_next(&text)) != 0) {
		const char *ahead = text;
		uint32_t p = plain(c);
		if (p == DROP)
			continue;
		if (p == SPLIT && is_digit(before) && joins_digits(c) &&
		    is_digit(utf8_next(&ahead)))
			p = c;
		if (p != SPLIT) {
			if (before == SPLIT) {
				if (ret->n == WORDS_MAX)
					return;
				utf8_begin(&writer, ret->word[ret->n++], sizeof(ret->word[0]));
			}
			utf8_put(&writer, p);
		}
		before = p;
	}
}

void words_join(const struct words *words, char *buffer, size_t size)
{
	struct utf8_writer writer;
	utf8_begin(&writer, buffer, size);
	for (unsigned i = 0; i < words->n; i++)
		utf8_put_text(&writer, words->word[i]);
}

bool words_one_edit(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), head = 0, tail = 0;
	if (n > m) {
		const char *longer = a;
		a = b;
		b = longer;
		size_t length = n;
		n = m;
		m = length;
	}
	if (m - n > 1)
		return false;
	while (head < n && a[head] == b[head])
		head++;
	while (tail < n - head && a[n - 1 - tail] == b[m - 1 - tail])
		tail++;
	size_t left = n - head - tail; /* of the shorter, that differs */
	if (m > n)
		return left == 0;
	if (left == 2)
		return a[head] == b[head + 1] && a[head + 1] == b[head];
	return left == 1;
}
