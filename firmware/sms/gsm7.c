/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "gsm7_national.h"

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

/* Clause 6.2.1.1. The form feed (page break) ends a line for a reader. */
static const struct gsm7_pair extension[] = {
    {0x0a, '\n'}, {0x14, '^'}, {0x28, '{'}, {0x29, '}'}, {0x2f, '\\'},
    {0x3c, '['},  {0x3d, '~'}, {0x3e, ']'}, {0x40, '|'}, {0x65, 0x20ac},
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

uint32_t gsm7_decode(uint8_t septet, uint8_t locking_shift)
{
	assert(septet < 128);
	const uint16_t *table = locking_shift == GSM7_DEFAULT ? NULL : gsm7_locking(locking_shift);
	uint32_t c = (table != NULL ? table : alphabet)[septet];
	return c != 0 ? c : ' ';
}

uint32_t gsm7_decode_escaped(uint8_t septet, uint8_t single_shift, uint8_t locking_shift)
{
	uint32_t c = gsm7_single(single_shift, septet);
	if (c == 0)
		c = gsm7_look_up(extension, sizeof(extension) / sizeof(extension[0]), septet);
	return c != 0 ? c : gsm7_decode(septet, locking_shift);
}

unsigned gsm7_encode(uint32_t code_point, uint8_t ret_septets[2])
{
	/* most of ASCII stands in its own place */
	if (code_point < 128 && alphabet[code_point] == code_point && code_point != GSM7_ESCAPE) {
		ret_septets[0] = (uint8_t)code_point;
		return 1;
	}
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
