/* SPDX-License-Identifier: Apache-2.0 */
#include "letters.h"

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

/* Alphabets of one style, A to Z or a to z; what is missing in them stands elsewhere in Unicode. */
static const uint32_t alphabets[] = {
    0x249c,  0x24b6,  0x24d0,  0xff21,  0xff41,  0x1d400, 0x1d41a, 0x1d434, 0x1d44e,
    0x1d468, 0x1d482, 0x1d49c, 0x1d4b6, 0x1d4d0, 0x1d4ea, 0x1d504, 0x1d51e, 0x1d538,
    0x1d552, 0x1d56c, 0x1d586, 0x1d5a0, 0x1d5ba, 0x1d5d4, 0x1d5ee, 0x1d608, 0x1d622,
    0x1d63c, 0x1d656, 0x1d670, 0x1d68a, 0x1f110, 0x1f130, 0x1f150, 0x1f170, 0x1f1e6,
};

/* Letters that stand alone: the letterlike symbols, small capitals and superscripts. */
static const struct {
	uint16_t c;
	char letter;
} styled[] = {
    {0x2071, 'i'}, {0x207f, 'n'}, {0x2090, 'a'}, {0x2091, 'e'}, {0x2092, 'o'}, {0x2093, 'x'},
    {0x2095, 'h'}, {0x2096, 'k'}, {0x2097, 'l'}, {0x2098, 'm'}, {0x2099, 'n'}, {0x209a, 'p'},
    {0x209b, 's'}, {0x209c, 't'}, {0x1d62, 'i'}, {0x1d63, 'r'}, {0x1d64, 'u'}, {0x1d65, 'v'},
    {0x2102, 'c'}, {0x210a, 'g'}, {0x210b, 'h'}, {0x210c, 'h'}, {0x210d, 'h'}, {0x210e, 'h'},
    {0x2110, 'i'}, {0x2111, 'i'}, {0x2112, 'l'}, {0x2113, 'l'}, {0x2115, 'n'}, {0x2119, 'p'},
    {0x211a, 'q'}, {0x211b, 'r'}, {0x211c, 'r'}, {0x211d, 'r'}, {0x2124, 'z'}, {0x2128, 'z'},
    {0x212c, 'b'}, {0x212d, 'c'}, {0x212f, 'e'}, {0x2130, 'e'}, {0x2131, 'f'}, {0x2133, 'm'},
    {0x2134, 'o'}, {0x1d00, 'a'}, {0x0299, 'b'}, {0x1d04, 'c'}, {0x1d05, 'd'}, {0x1d07, 'e'},
    {0xa730, 'f'}, {0x0262, 'g'}, {0x029c, 'h'}, {0x026a, 'i'}, {0x1d0a, 'j'}, {0x1d0b, 'k'},
    {0x029f, 'l'}, {0x1d0d, 'm'}, {0x0274, 'n'}, {0x1d0f, 'o'}, {0x1d18, 'p'}, {0x0280, 'r'},
    {0xa731, 's'}, {0x1d1b, 't'}, {0x1d1c, 'u'}, {0x1d20, 'v'}, {0x1d21, 'w'}, {0x028f, 'y'},
    {0x1d22, 'z'}, {0x1d2c, 'a'}, {0x1d2e, 'b'}, {0x1d30, 'd'}, {0x1d31, 'e'}, {0x1d33, 'g'},
    {0x1d34, 'h'}, {0x1d35, 'i'}, {0x1d36, 'j'}, {0x1d37, 'k'}, {0x1d38, 'l'}, {0x1d39, 'm'},
    {0x1d3a, 'n'}, {0x1d3c, 'o'}, {0x1d3e, 'p'}, {0x1d3f, 'r'}, {0x1d40, 't'}, {0x1d41, 'u'},
    {0x2c7d, 'v'}, {0x1d42, 'w'}, {0x1d43, 'a'}, {0x1d47, 'b'}, {0x1d9c, 'c'}, {0x1d48, 'd'},
    {0x1d49, 'e'}, {0x1da0, 'f'}, {0x1d4d, 'g'}, {0x02b0, 'h'}, {0x02b2, 'j'}, {0x1d4f, 'k'},
    {0x02e1, 'l'}, {0x1d50, 'm'}, {0x1d52, 'o'}, {0x1d56, 'p'}, {0x02b3, 'r'}, {0x02e2, 's'},
    {0x1d57, 't'}, {0x1d58, 'u'}, {0x1d5b, 'v'}, {0x02b7, 'w'}, {0x02e3, 'x'}, {0x02b8, 'y'},
    {0x1dbb, 'z'}, {0x0131, 'i'},
};

/* Zeros of the decimal digits of a script or a style: nine more follow each. */
static const uint32_t zeros[] = {
    0x0660, 0x06f0, 0x07c0, 0x0966,  0x09e6,  0x0a66,  0x0ae6,  0x0b66,  0x0be6, 0x0c66, 0x0ce6,
    0x0d66, 0x0de6, 0x0e50, 0x0ed0,  0x0f20,  0x1040,  0x1090,  0x17e0,  0x1810, 0x1946, 0x19d0,
    0x1a80, 0x1b50, 0x1bb0, 0x1c40,  0x1c50,  0x2070,  0x2080,  0xa620,  0xa8d0, 0xa900, 0xa9d0,
    0xaa50, 0xabf0, 0xff10, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6,
};
/* Numbers from 1 on, one character each: circled, in brackets, with a point, Roman. */
static const struct {
	uint32_t one, last;
} numbers[] = {
    {0x2460, 0x2473}, {0x2474, 0x2487}, {0x2488, 0x249b}, {0x24f5, 0x24fe}, {0x2776, 0x277f},
    {0x2780, 0x2789}, {0x278a, 0x2793}, {0x2160, 0x216b}, {0x2170, 0x217b},
};

static bool styled_letter(uint32_t c, uint32_t *ret)
{
	for (size_t i = 0; i < sizeof(alphabets) / sizeof(alphabets[0]); i++)
		if (c >= alphabets[i] && c - alphabets[i] < 26) {
			*ret = 'a' + (c - alphabets[i]);
			return true;
		}
	for (size_t i = 0; i < sizeof(styled) / sizeof(styled[0]); i++)
		if (c == styled[i].c) {
			*ret = (unsigned char)styled[i].letter;
			return true;
		}
	return false;
}

static bool styled_digit(uint32_t c, uint32_t *ret)
{
	if (c == 0xb2 || c == 0xb3 || c == 0xb9) { /* ² ³ ¹ stand in Latin-1 */
		*ret = c == 0xb9 ? '1' : '0' + (c - 0xb0);
		return true;
	}
	if (c == 0x1f51f) { /* the keycap of ten */
		*ret = LETTER_NUMBER + 10;
		return true;
	}
	for (size_t i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++)
		if (c >= zeros[i] && c - zeros[i] < 10) {
			*ret = '0' + (c - zeros[i]);
			return true;
		}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (c >= numbers[i].one && c <= numbers[i].last) {
			*ret = LETTER_NUMBER + 1 + (c - numbers[i].one);
			return true;
		}
	return false;
}

static bool accented(uint32_t c, uint32_t *ret)
{
	for (size_t i = 0; i < sizeof(latin) / sizeof(latin[0]); i++)
		if (c >= latin[i].first && c - latin[i].first < latin[i].n &&
		    latin[i].letters[c - latin[i].first] != '.') {
			*ret = (unsigned char)latin[i].letters[c - latin[i].first];
			return true;
		}
	return false;
}

uint32_t letter_plain(uint32_t c)
{
	uint32_t plain;

	if (c >= 'A' && c <= 'Z')
		return c + 32;
	if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
		return c;
	if (c == '\'')
		return LETTER_NONE;
	if (c < 0x80)
		return LETTER_SPLIT;
	if (c == 0x2019 || c == 0x2018 || c == 0x2bc || c == 0xb4)
		return LETTER_NONE;
	if (in(marks, sizeof(marks) / sizeof(marks[0]), c))
		return LETTER_NONE;
	if (c == 0xaa || c == 0xba)
		return c == 0xaa ? 'a' : 'o';
	if (accented(c, &plain) || styled_digit(c, &plain) || styled_letter(c, &plain))
		return plain;
	if (c >= 0xff01 && c <= 0xff5e) /* full-width forms of ASCII */
		return LETTER_SPLIT;
	if (c >= 0x391 && c <= 0x3a9) /* Greek and Cyrillic capitals */
		return c + 32;
	if (c >= 0x410 && c <= 0x42f)
		return c + 32;
	if (c >= 0x400 && c <= 0x40f)
		return c + 80;
	return in(separators, sizeof(separators) / sizeof(separators[0]), c) ? LETTER_SPLIT : c;
}

char letter_sign(uint32_t c)
{
	static const char signs[] = "+*:;/@#=<>$%-()?.,&!";

	if (c == ' ')
		return ' ';
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xfee0;
	for (size_t i = 0; i < sizeof(signs) - 1; i++)
		if (c == (unsigned char)signs[i])
			return signs[i];
	switch (c) {
	case 0x2795:
		return '+';
	case 0xd7:
	case 0x2715:
	case 0x2716:
	case 0x2a2f:
		return '*';
	case 0xbf:
		return '?';
	case 0x2192:
		return '>';
	case 0x2212:
		return '-';
	default:
		return c >= 0x2010 && c <= 0x2015 ? '-' : ' ';
	}
}

char letter_lookalike(uint32_t plain)
{
	static const struct {
		uint16_t c;
		char latin;
	} table[] = {
	    {0x430, 'a'}, {0x432, 'b'}, {0x435, 'e'}, {0x43a, 'k'}, {0x43c, 'm'}, {0x43d, 'h'},
	    {0x43e, 'o'}, {0x440, 'p'}, {0x441, 'c'}, {0x442, 't'}, {0x443, 'y'}, {0x445, 'x'},
	    {0x455, 's'}, {0x456, 'i'}, {0x458, 'j'}, {0x475, 'v'}, {0x474, 'v'}, {0x4bb, 'h'},
	    {0x501, 'd'}, {0x51b, 'q'}, {0x51d, 'w'}, {0x433, 'r'}, {0x3b1, 'a'}, {0x3b2, 'b'},
	    {0x3b5, 'e'}, {0x3b6, 'z'}, {0x3b7, 'h'}, {0x3b9, 'i'}, {0x3ba, 'k'}, {0x3bc, 'm'},
	    {0x3bd, 'v'}, {0x3bf, 'o'}, {0x3c1, 'p'}, {0x3c4, 't'}, {0x3c5, 'y'}, {0x3c7, 'x'},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (plain == table[i].c)
			return table[i].latin;
	return 0;
}
