/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside vision: the data codewords of a QR code symbol as the octets they stand for (ISO/IEC
 * 18004:2015, 7.4 and 8). Octets come out as they were put in: an alphabet that is named (ECI) is
 * reported and nothing is rewritten for its sake. After FNC1 the separator is GS and the application
 * indicator is text, as a reader transmits them (7.4.8). Any bit string may be handed in.
 */
#ifndef KIOSK_VISION_QR_PAYLOAD_H
#define KIOSK_VISION_QR_PAYLOAD_H

#include "qr_layout.h"

enum {
	QR_BYTES_MAX = 7089, /* a version 40-L full of digits */
	QR_ECIS_MAX = 8,     /* that are reported; a symbol with more of them is none we read */
};

enum qr_fnc1 {
	QR_FNC1_NONE,
	QR_FNC1_FIRST,  /* GS1: application identifiers follow */
	QR_FNC1_SECOND, /* an industry's format: its indicator comes first in the message */
};

struct qr_payload {
	uint32_t len;
	struct {
		uint32_t eci;  /* 0..999999 */
		uint32_t from; /* the first of the octets it is about, up to the next one's */
	} alphabet[QR_ECIS_MAX];
	uint32_t n_alphabets;
	enum qr_fnc1 fnc1;
	/* A part of a message in several symbols, 0..parts-1 of 2..16; parts is 0 if it stands
	 * alone. The parity is that of the whole message's octets. */
	uint8_t part, parts, parity;
	bool padded_well; /* what follows the message is all as 7.4.9 and 7.4.10 want it */
	uint8_t bytes[QR_BYTES_MAX];
};

/*
 * `data`: n codewords of a symbol of that version. False: they are not what any encoder makes (a mode
 * there is not, digits over 9, a length beyond the end, numbers of a part beyond those of parts).
 * `ret` is then of no use.
 */
bool qr_payload_read(const uint8_t *data, uint32_t n, uint32_t version, struct qr_payload *ret);

#endif
