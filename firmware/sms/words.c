/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "utf8.h"
#include "words.h"

enum { DROP = 0, SPLIT = ' ' };

struct range {
	uint32_t first, last;
};

/* Accented letters without their accents, a letter for each code point; ' ' where it is no letter,
 * '.' where it is one of its own. */
static const char latin_1[] = "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty";
static const char latin_a_b[] = "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
                                "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"
                                "bbbb...cc.ddd....ffg...ikkl..nnooo..pp.....ttttuu.vyyzz........."
                                ".....d..l..n.aaiioouuuuuuuuuu.aaaa..ggggkkoooo..j.d.gg..nnaa..oo"
                                "aaaaeeeeiiiioooorrrruuuusstt..hhnd..zzaaeeooooooooyylnt...acclts"
                                "z..b..eejj.qrryy";
/* of Vietnamese, mostly */
static const char latin_more[] = "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
                                 "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
                                 "wwwwwwwwwwxxxxyyzzzzzzhtwyassss.aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
                                 "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy....yy";
static const struct {
	uint32_t first;
	const char *letters;
	size_t n;
} latin[] = {
    {0xc0, latin_1, sizeof(latin_1) - 1},
    {0x100, latin_a_b, sizeof(latin_a_b) - 1},
    {0x1e00, latin_more, sizeof(latin_more) - 1},
};
_Static_assert(sizeof(latin_1) == 64 + 1, "one letter for each code point from U+00C0 to U+00FF");
_Static_assert(sizeof(latin_a_b) == 336 + 1, "and from U+0100 to U+024F");
_Static_assert(sizeof(latin_more) == 256 + 1, "and from U+1E00 to U+1EFF");

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
	for (size_t i = 0; i < sizeof(latin) / sizeof(latin[0]); i++)
		if (c >= latin[i].first && c - latin[i].first < latin[i].n &&
		    latin[i].letters[c - latin[i].first] != '.')
			return (unsigned char)latin[i].letters[c - latin[i].first];
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

	ret->n = 0;
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

/* The letters of a word; at most WORD_BYTES_MAX. */
static size_t letters_of(const char *word, uint32_t letter[WORD_BYTES_MAX])
{
	size_t n = 0;
	while (n < WORD_BYTES_MAX && (letter[n] = utf8_next(&word)) != 0)
		n++;
	return n;
}

unsigned words_letters(const char *word)
{
	uint32_t letter[WORD_BYTES_MAX];
	return (unsigned)letters_of(word, letter);
}

bool words_one_edit(const char *one, const char *other)
{
	uint32_t letters[2][WORD_BYTES_MAX], *a = letters[0], *b = letters[1];
	size_t n = letters_of(one, a), m = letters_of(other, b), head = 0, tail = 0;
	if (n > m) {
		size_t length = n;
		n = m;
		m = length;
		a = letters[1];
		b = letters[0];
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
