/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside vision: a QR code symbol's modules in, the octets it holds out (ISO/IEC 18004:2015, clause
 * 12). It never sees a picture: whoever sampled one says of each module how dark it looks and how
 * sure that is. Pure: no memory but the caller's. Any matrix may be handed in.
 *
 * What is read is what was drawn. Each block of codewords must be so near to a word of the code that
 * random ones would be by chance once in 2^30, which the standard's own reserves against misreading
 * come to (Table 9, p); once in 2^36 where the least sure modules were doubted, for there it has
 * some eighty tries. What the blocks hold must be a message from its first mode to the end of its
 * padding, as random data are once in 2^12, or all blocks must be beyond doubt (2^48). Together a
 * random matrix is read less than once in 10^12 (bench_qr_noise).
 */
#ifndef KIOSK_VISION_QR_READ_H
#define KIOSK_VISION_QR_READ_H

#include "qr_payload.h"
#include "qr_repair.h"

enum {
	QR_EVIDENCE_BITS = 30,
	QR_EVIDENCE_DOUBT_BITS = 36,
	QR_EVIDENCE_UNPADDED_BITS = 48,
};

/* Why nothing was read. */
enum {
	QR_E_SIDE = 1,    /* no symbol has so many modules each way */
	QR_E_VERSION,     /* the version information says it has others: qr_read_version() */
	QR_E_DAMAGED,     /* too many wrong modules, or no symbol at all */
	QR_E_NOT_MESSAGE, /* blocks in order, but empty or not what an encoder puts into them */
};

struct qr_reading {
	uint8_t version, mask;
	enum qr_level level;
	bool mirrored;
	/* Of all blocks: codewords given up as not sure, wrong ones found besides, and how many of
	 * either became others. */
	uint32_t erasures, errors, changed;
	double evidence_bits; /* of the least sure block */
	struct qr_payload payload;
};

/* Scratch memory; nothing in it outlives a call. */
struct qr_work {
	struct qr_field field;
	bool fixed[QR_SIDE_MAX * QR_SIDE_MAX];
	uint8_t codeword[QR_CODEWORDS_MAX];
	/* A codeword is as sure as its least sure module, and which of its bits that is. */
	uint8_t sureness[QR_CODEWORDS_MAX], weakest[QR_CODEWORDS_MAX];
	uint8_t data[QR_CODEWORDS_MAX];
};

/*
 * `module`: side * side of them, row by row from the symbol's upper left, without the quiet zone;
 * positive is dark, negative light, 0 not known, the farther from 0 the surer; their order is what
 * counts. A mirrored symbol is read too; of one that is light on dark the caller turns
 * the signs. 0 or QR_E_…, `ret` is then of no use.
 */
int qr_read(const int8_t *module, uint32_t side, struct qr_work *work, struct qr_reading *ret);

/* The version, 7..40, that the version information of a sampled symbol states, right or not for
 * `side`; 0: none legible. */
uint32_t qr_read_version(const int8_t *module, uint32_t side);

#endif
