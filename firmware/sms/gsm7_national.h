/* SPDX-License-Identifier: Apache-2.0 */
/* The national language tables behind gsm7.h (3GPP TS 23.038, annex A). */
#ifndef KIOSK_SMS_GSM7_NATIONAL_H
#define KIOSK_SMS_GSM7_NATIONAL_H

#include "gsm7.h"

struct gsm7_pair {
	uint8_t septet;
	uint16_t code_point;
};
/* The code point of a septet; 0: none. */
uint32_t gsm7_look_up(const struct gsm7_pair *pair, size_t n, uint8_t septet);

/* The 128 places of a locking shift table, 0 where it has nothing; NULL: the language has none. */
const uint16_t *gsm7_locking(uint8_t language);
/* What stands behind an escape in a language's single shift table, beside the extension table; 0:
 * nothing. */
uint32_t gsm7_single(uint8_t language, uint8_t septet);

#endif
