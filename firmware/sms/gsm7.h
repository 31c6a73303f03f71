/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The GSM 7-bit alphabet: septets in octets, and characters as Unicode code points (3GPP TS 23.038,
 * clauses 6.1.2.1 and 6.2.1, annex A for the national tables).
 */
#ifndef KIOSK_SMS_GSM7_H
#define KIOSK_SMS_GSM7_H

#include <kiosk/types.h>

enum {
	GSM7_ESCAPE = 0x1b,
	GSM7_SEPTETS_MAX = 160,
};

/*
 * National language identifiers (23.038, clause 6.2.1.2.4). A reserved one reads as the default
 * alphabet, as the clause asks of a receiver that does not know it.
 */
enum gsm7_language {
	GSM7_DEFAULT = 0,
	GSM7_TURKISH,
	GSM7_SPANISH, /* has no locking shift table */
	GSM7_PORTUGUESE,
	GSM7_BENGALI,
	GSM7_GUJARATI,
	GSM7_HINDI,
	GSM7_KANNADA,
	GSM7_MALAYALAM,
	GSM7_ORIYA,
	GSM7_PUNJABI,
	GSM7_TAMIL,
	GSM7_TELUGU,
	GSM7_URDU,
	GSM7_N_LANGUAGES
};

/* The septet that begins `bit` bits into `octets`; the caller sees to it that all its bits are
 * there. */
uint8_t gsm7_septet(const uint8_t *octets, size_t bit);
/* Puts a septet there; the bits it takes are 0 before. */
void gsm7_put_septet(uint8_t *octets, size_t bit, uint8_t septet);

/*
 * The code point of a septet under a locking shift, and of the one behind an escape; languages as
 * the message's header names them. A place a table leaves empty reads as a space. An unknown pair
 * reads as the locking table's character at that place, an escape behind an escape as a space
 * (23.038, clause 6.2.1.1).
 */
uint32_t gsm7_decode(uint8_t septet, uint8_t locking_shift);
uint32_t gsm7_decode_escaped(uint8_t septet, uint8_t single_shift, uint8_t locking_shift);

/*
 * The one or two septets of a code point in the default alphabet and its extension table.
 * Their number, or 0: the alphabet does not have it.
 */
unsigned gsm7_encode(uint32_t code_point, uint8_t ret_septets[2]);

#endif
