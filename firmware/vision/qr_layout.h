/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside vision: where things stand in a QR code symbol, as ISO/IEC 18004:2015 lays it out. Facts
 * only; nothing here looks at a picture.
 */
#ifndef KIOSK_VISION_QR_LAYOUT_H
#define KIOSK_VISION_QR_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	QR_VERSION_MAX = 40,
	QR_SIDE_MIN = 21, /* modules */
	QR_SIDE_MAX = 177,
	QR_CODEWORDS_MAX = 3706,
	QR_BLOCKS_MAX = 81,
	QR_BLOCK_MAX = 153,     /* codewords of one block */
	QR_CORRECTION_MAX = 30, /* of which are for error correction */
	QR_ALIGNMENT_MAX = 7,   /* lines of alignment patterns, each way */
	QR_MASKS = 8,
};

/* In the order of Table 9, not of the format information's bits. */
enum qr_level {
	QR_LEVEL_L,
	QR_LEVEL_M,
	QR_LEVEL_Q,
	QR_LEVEL_H,
};

/* Modules each way of a version 1..40. */
static inline uint32_t qr_side(uint32_t version)
{
	return 17 + 4 * version;
}

/* Rows, and columns, in whose crossings the middles of alignment patterns lie, but for those three
 * that finders cover (Annex E). Their number; none in version 1. */
uint32_t qr_alignment(uint32_t version, uint8_t ret_line[QR_ALIGNMENT_MAX]);
/* Which modules hold no codeword's bit: fixed patterns, format and version information (6.3).
 * `ret_fixed` row by row, qr_side() wide. How many codewords the others hold. */
uint32_t qr_fixed_modules(uint32_t version, bool ret_fixed[QR_SIDE_MAX * QR_SIDE_MAX]);
/* Whether a mask (7.8.2) turns the module in column x of row y over. */
bool qr_mask(uint32_t mask, uint32_t x, uint32_t y);

/* How a symbol's codewords are divided (7.5.1, Table 9): the first blocks hold `data` codewords and
 * `correction` more, the last `n_longer` of them one data codeword more. */
struct qr_blocks {
	uint32_t n, n_longer;
	uint32_t data, correction;
};
struct qr_blocks qr_blocks(uint32_t version, enum qr_level level, uint32_t codewords);
/* Where the i-th codeword of a block stands in the symbol's sequence (7.6). */
uint32_t qr_interleaved(const struct qr_blocks *blocks, uint32_t block, uint32_t i);

/* The 15 bits of a level and a mask, masked as they are drawn (7.9, Annex C), and of a version from
 * 7 on the 18 of it (7.10, Annex D). */
uint32_t qr_format_word(enum qr_level level, uint32_t mask);
uint32_t qr_version_word(uint32_t version);

enum {
	QR_FORMAT_BITS = 15,
	QR_VERSION_BITS = 18,
};

struct qr_place {
	uint8_t x, y;
};

/* Where bit i, 0 the least, is drawn in copy 0 or 1 (Figures 25 and 27). */
struct qr_place qr_format_place(uint32_t side, uint32_t copy, uint32_t i);
struct qr_place qr_version_place(uint32_t side, uint32_t copy, uint32_t i);

#endif
