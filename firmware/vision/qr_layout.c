/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "qr_layout.h"

/* Table 9, versions 1 to 40: codewords for error correction in each block, and blocks. */
static const uint8_t correction_table[4][QR_VERSION_MAX] = {
    [QR_LEVEL_L] = {7,  10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28,
                    28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30},
    [QR_LEVEL_M] = {10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
                    26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28},
    [QR_LEVEL_Q] = {13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30,
                    28, 30, 30, 30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30},
    [QR_LEVEL_H] = {17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28,
                    30, 24, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30},
};
static const uint8_t blocks_table[4][QR_VERSION_MAX] = {
    [QR_LEVEL_L] = {1, 1, 1, 1,  1,  2,  2,  2,  2,  4,  4,  4,  4,  4,  6,  6,  6,  6,  7,  8,
                    8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25},
    [QR_LEVEL_M] = {1,  1,  1,  2,  2,  4,  4,  4,  5,  5,  5,  8,  9,  9,  10, 10, 11, 13, 14, 16,
                    17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49},
    [QR_LEVEL_Q] = {1,  1,  2,  2,  4,  4,  6,  6,  8,  8,  8,  10, 12, 16, 12, 17, 16, 18, 21, 20,
                    23, 23, 25, 27, 29, 34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68},
    [QR_LEVEL_H] = {1,  1,  2,  4,  4,  4,  5,  6,  8,  8,  11, 11, 16, 16, 18, 16, 19, 21, 25, 25,
                    25, 34, 30, 32, 35, 37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81},
};

uint32_t qr_alignment(uint32_t version, uint8_t ret_line[QR_ALIGNMENT_MAX])
{
	uint32_t n = version / 7 + 2, last = qr_side(version) - 7, step;

	if (version < 2)
		return 0;
	/* Annex E is a table; evenly spaced from the last line on, an even number of modules, is
	 * what it comes to, but for version 32. */
	step = version == 32 ? 26 : (version * 4 + n * 2 + 1) / (n * 2 - 2) * 2;
	ret_line[0] = 6;
	for (uint32_t i = 1; i < n; i++)
		ret_line[i] = (uint8_t)(last - (n - 1 - i) * step);
	return n;
}

static void fix(bool *fixed, uint32_t side, uint32_t x, uint32_t y, uint32_t wide, uint32_t high)
{
	for (uint32_t row = y; row < y + high; row++)
		memset(fixed + row * side + x, true, wide);
}

uint32_t qr_fixed_modules(uint32_t version, bool ret_fixed[QR_SIDE_MAX * QR_SIDE_MAX])
{
	uint32_t side = qr_side(version), free_modules = 0;
	uint8_t line[QR_ALIGNMENT_MAX];
	uint32_t lines = qr_alignment(version, line);

	memset(ret_fixed, false, (size_t)side * side);
	/* Finders, separators and format information, then timing. */
	fix(ret_fixed, side, 0, 0, 9, 9);
	fix(ret_fixed, side, side - 8, 0, 8, 9);
	fix(ret_fixed, side, 0, side - 8, 9, 8);
	fix(ret_fixed, side, 0, 6, side, 1);
	fix(ret_fixed, side, 6, 0, 1, side);
	for (uint32_t j = 0; j < lines; j++)
		for (uint32_t i = 0; i < lines; i++)
			if ((i > 0 || j > 0) && (i > 0 || j < lines - 1) &&
			    (i < lines - 1 || j > 0))
				fix(ret_fixed, side, line[i] - 2u, line[j] - 2u, 5, 5);
	if (version >= 7) {
		fix(ret_fixed, side, side - 11, 0, 3, 6);
		fix(ret_fixed, side, 0, side - 11, 6, 3);
	}
	for (uint32_t i = 0; i < side * side; i++)
		free_modules += !ret_fixed[i];
	return free_modules / 8;
}

bool qr_mask(uint32_t mask, uint32_t x, uint32_t y)
{
	switch (mask) {
	case 0:
		return (x + y) % 2 == 0;
	case 1:
		return y % 2 == 0;
	case 2:
		return x % 3 == 0;
	case 3:
		return (x + y) % 3 == 0;
	case 4:
		return (x / 3 + y / 2) % 2 == 0;
	case 5:
		return x * y % 2 + x * y % 3 == 0;
	case 6:
		return (x * y % 2 + x * y % 3) % 2 == 0;
	default:
		return ((x + y) % 2 + x * y % 3) % 2 == 0;
	}
}

struct qr_blocks qr_blocks(uint32_t version, enum qr_level level, uint32_t codewords)
{
	struct qr_blocks blocks = {.n = blocks_table[level][version - 1],
	                           .correction = correction_table[level][version - 1]};

	blocks.data = codewords / blocks.n - blocks.correction;
	blocks.n_longer = codewords % blocks.n;
	return blocks;
}

uint32_t qr_interleaved(const struct qr_blocks *blocks, uint32_t block, uint32_t i)
{
	uint32_t shorter = blocks->n - blocks->n_longer;
	bool longer = block >= shorter;

	if (i < blocks->data)
		return i * blocks->n + block;
	if (longer && i == blocks->data)
		return blocks->data * blocks->n + block - shorter;
	return blocks->data * blocks->n + blocks->n_longer +
	       (i - blocks->data - longer) * blocks->n + block;
}

/* The word, and below it the remainder of its division by the generator. */
static uint32_t with_remainder(uint32_t word, uint32_t bits, uint32_t generator)
{
	uint32_t remainder = word << bits;

	for (uint32_t at = 31; at >= bits; at--)
		if (remainder >> at & 1)
			remainder ^= generator << (at - bits);
	return word << bits | remainder;
}

uint32_t qr_format_word(enum qr_level level, uint32_t mask)
{
	static const uint8_t indicator[4] = {
	    [QR_LEVEL_L] = 1, [QR_LEVEL_M] = 0, [QR_LEVEL_Q] = 3, [QR_LEVEL_H] = 2};

	return with_remainder((uint32_t)indicator[level] << 3 | mask, 10, 0x537) ^ 0x5412;
}

uint32_t qr_version_word(uint32_t version)
{
	return with_remainder(version, 12, 0x1f25);
}

struct qr_place qr_format_place(uint32_t side, uint32_t copy, uint32_t i)
{
	uint32_t x = 8, y = 8;

	if (copy == 0 && i < 8)
		y = i < 6 ? i : i + 1;
	else if (copy == 0)
		x = i < 9 ? 7 : 14 - i;
	else if (i < 8)
		x = side - 1 - i;
	else
		y = side - 15 + i;
	return (struct qr_place){(uint8_t)x, (uint8_t)y};
}

struct qr_place qr_version_place(uint32_t side, uint32_t copy, uint32_t i)
{
	uint8_t far = (uint8_t)(side - 11 + i % 3), near = (uint8_t)(i / 3);

	return copy == 0 ? (struct qr_place){far, near} : (struct qr_place){near, far};
}
