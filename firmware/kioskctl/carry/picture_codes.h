/* SPDX-License-Identifier: Apache-2.0 */
/* The codes in a picture file, as a kiosk would read them. */
#ifndef KIOSKCTL_PICTURE_CODES_H
#define KIOSKCTL_PICTURE_CODES_H

#include "decode.h"
#include "picture.h"

/* How many, in code[]; they borrow from *ret_decoder, which the caller frees. Or -errno. */
int picture_codes(const struct picture *picture, uint64_t budget_us, struct decoder **ret_decoder,
                  struct code code[DECODED_CODES_MAX]);

#endif
