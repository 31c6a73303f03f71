/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "gsm7.h"

/* 23.038, clause 6.2.1: the default alphabet. */
static const uint16_t alphabet[128] = {
    /* 0x00 */ '@',   0xa3,  '$',   0xa5,  0xe8,  0xe9,  0xf9,  0xec,
    /* 0x08 */ 0xf2,  0xc7,  '\n',  0xd8,  0xf8,  '\r',  0xc5,  0xe5,
    /* 0x10 */ 0x394, '_',   0x3a6, 0x393, 0x39b, 0x3a9, 0x3a0, 0x3a8,
    /* 0x18 */ 0x3a3, 0x398, 0x39e, ' ',   0xc6,  0xe6,  0xdf,  0xc9,
    /* 0x20 */ ' ',   '!',   '"',   '#',   0xa4,  '%',   '&',   '\'',
    /* 0x28 */ '(',   ')',   '*',   '+',   ',',   '-',   '.',   '/',
    /* 0x30 */ '0',   '1',   '2',   '3',   '4',   '5',   '6',   '7',
    /* 0x38 */ '8',   '9',   ':',   ';',   '<',   '=',   '>',   '?',
    /* 0x40 */ 0xa1,  'A',   'B',   'C',   'D',   'E',   'F',   'G',
    /* 0x48 */ 'H',   'I',   'J',   'K',   'L',   'M',   'N',   'O',
    /* 0x50 */ 'P',   'Q',   'R',   'S',   'T',   'U',   'V',   'W',
    /* 0x58 */ 'X',   'Y',   'Z',   0xc4,  0xd6,  0xd1,  0xdc,  0xa7,
    /* 0x60 */ 0xbf,  'a',   'b',   'c',   'd',   'e',   'f',   'g',
    /* 0x68 */ 'h',   'i',   'j',   'k',   'l',   'm',   'n',   'o',
    /* 0x70 */ 'p',   'q',   'r',   's',   't',   'u',   'v',   'w',
    /* 0x78 */ 'x',   'y',   'z',   0xe4,  0xf6,  0xf1,  0xfc,  0xe0,
};

struct pair {
	uint8_t septet;
	uint16_t code_point;
};

/* Clause 6.2.1.1. The form feed (page break) ends a line for a reader. */
static const struct pair extension[] = {
    {0x0a, '\n'}, {0x14, '^'}, {0x28, '{'}, {0x29, '}'}, {0x2f, '\\'},
    {0x3c, '['},  {0x3d, '~'}, {0x3e, ']'}, {0x40, '|'}, {0x65, 0x20ac},
};

/* Annex A.2: what the national single shift tables have beside the extension table. */
static const struct pair turkish[] = {
    {0x47, 0x11e}, {0x49, 0x130}, {0x53, 0x15e}, {0x63, 0xe7},
    {0x67, 0x11f}, {0x69, 0x131}, {0x73, 0x15f},
};
static const struct pair spanish[] = {
    {0x09, 0xe7}, {0x41, 0xc1}, {0x49, 0xcd}, {0x4f, 0xd3}, {0x55, 0xda},
    {0x61, 0xe1}, {0x69, 0xed}, {0x6f, 0xf3}, {0x75, 0xfa},
};
static const struct pair portuguese[] = {
    {0x05, 0xea},  {0x09, 0xe7},  {0x0b, 0xd4},  {0x0c, 0xf4},  {0x0e, 0xc1},  {0x0f, 0xe1},
    {0x12, 0x3a6}, {0x13, 0x393}, {0x15, 0x3a9}, {0x16, 0x3a0}, {0x17, 0x3a8}, {0x18, 0x3a3},
    {0x19, 0x398}, {0x1f, 0xca},  {0x41, 0xc0},  {0x49, 0xcd},  {0x4f, 0xd3},  {0x55, 0xda},
    {0x5b, 0xc3},  {0x5c, 0xd5},  {0x61, 0xc2},  {0x69, 0xed},  {0x6f, 0xf3},  {0x75, 0xfa},
    {0x7b, 0xe3},  {0x7c, 0xf5},  {0x7f, 0xe2},
};

#define PAIRS(table)                                                                               \
	{                                                                                          \
		table, sizeof(table) / sizeof((table)[0])                                          \
	}
static const struct {
	const struct pair *pair;
	size_t n;
} single_shift_table[] = {
    [GSM7_DEFAULT] = {NULL, 0},
    [GSM7_TURKISH] = PAIRS(turkish),
    [GSM7_SPANISH] = PAIRS(spanish),
    [GSM7_PORTUGUESE] = PAIRS(portuguese),
};

uint8_t gsm7_septet(const uint8_t *octets, size_t bit)
{
	size_t at = bit / 8;
	unsigned shift = bit % 8;
	unsigned value = octets[at] >> shift;
	if (shift > 1)
		value |= (unsigned)octets[at + 1] << (8 - shift);
	return value & 0x7f;
}

void gsm7_put_septet(uint8_t *octets, size_t bit, uint8_t septet)
{
	size_t at = bit / 8;
	unsigned shift = bit % 8;
	unsigned value = (septet & 0x7fU) << shift;
	octets[at] = (uint8_t)(octets[at] | value);
	if (shift > 1)
		octets[at + 1] = (uint8_t)(octets[at + 1] | value >> 8);
}

uint32_t gsm7_decode(uint8_t septet)
{
	assert(septet < 128);
	return alphabet[septet];
}

static uint32_t look_up(const struct pair *pair, size_t n, uint8_t septet)
{
	for (size_t i = 0; i < n; i++)
		if (pair[i].septet == septet)
			return pair[i].code_point;
	return 0;
}

uint32_t gsm7_decode_escaped(uint8_t septet, enum gsm7_language single_shift)
{
	uint32_t c = 0;
	if ((size_t)single_shift < sizeof(single_shift_table) / sizeof(single_shift_table[0]))
		c = look_up(single_shift_table[single_shift].pair,
		            single_shift_table[single_shift].n, septet);
	if (c == 0)
		c = look_up(extension, sizeof(extension) / sizeof(extension[0]), septet);
	return c != 0 ? c : gsm7_decode(septet);
}

unsigned gsm7_encode(uint32_t code_point, uint8_t ret_septets[2])
{
	for (unsigned i = 0; i < 128; i++) {
		if (alphabet[i] == code_point && i != GSM7_ESCAPE) {
			ret_septets[0] = (uint8_t)i;
			return 1;
		}
	}
	for (size_t i = 1; i < sizeof(extension) / sizeof(extension[0]); i++) {
		if (extension[i].code_point == code_point) {
			ret_septets[0] = GSM7_ESCAPE;
			ret_septets[1] = extension[i].septet;
			return 2;
		}
	}
	return 0;
}
