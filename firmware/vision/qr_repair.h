/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside vision: Reed-Solomon error and erasure correction as QR codes use it (ISO/IEC 18004:2015,
 * 7.5.2 and Annex B): over GF(256) with x^8 + x^4 + x^3 + x^2 + 1, generator roots 2^0, 2^1, ...
 */
#ifndef KIOSK_VISION_QR_REPAIR_H
#define KIOSK_VISION_QR_REPAIR_H

#include "qr_layout.h"

/* The field's powers and logarithms. */
struct qr_field {
	uint8_t power[2 * 255]; /* of 2; twice round, so that a sum of logarithms is an index */
	uint8_t log[256];       /* of 0: meaningless */
};

void qr_field_init(struct qr_field *field);

/* What one block took to be repaired. */
struct qr_repair {
	uint32_t erasures; /* given up beforehand, whether they were wrong or not */
	uint32_t errors;   /* found besides */
	uint32_t changed;  /* of both, those whose value became another */
};

/* What `codeword`, n of them, leave when divided by each root of the generator. True: nothing, it is
 * a word of the code. */
bool qr_syndromes(const struct qr_field *field, const uint8_t *codeword, uint32_t n,
                  uint32_t correction, uint8_t ret[QR_CORRECTION_MAX]);
/* What they become when the codeword at `at` is changed `by` so many bits. */
void qr_syndromes_change(const struct qr_field *field, uint8_t syndrome[QR_CORRECTION_MAX],
                         uint32_t n, uint32_t correction, uint32_t at, uint8_t by);
/*
 * Repairs a block of `n` codewords, the last `correction` of them for error correction, that has
 * these syndromes. The codewords at `erased` (n_erased different places below n, at most
 * `correction`) are taken for unknown. True: `codeword` is a word of the code now, at most
 * `correction` = erasures + 2 * errors away from what it was. False: there is none, `codeword` is
 * untouched.
 */
bool qr_repair(const struct qr_field *field, const uint8_t syndrome[QR_CORRECTION_MAX],
               uint8_t *codeword, uint32_t n, uint32_t correction, const uint8_t *erased,
               uint32_t n_erased, struct qr_repair *ret);

/*
 * How unlikely it is that random codewords could have been repaired at the same price, as the number
 * of bits b in 2^-b: the share of all words that lie so near to one of the code.
 */
double qr_repair_evidence(const struct qr_repair *repair, uint32_t n, uint32_t correction);

#endif
