/* SPDX-License-Identifier: Apache-2.0 */
/* Octets as hexadecimal digits. */
#ifndef KIOSK_BASE_HEX_H
#define KIOSK_BASE_HEX_H

#include <kiosk/types.h>

/* Hexadecimal, lower case. `text` holds 2*len+1 characters. */
void hex_encode(const void *data, size_t len, char *text);
/* Exactly `len` octets from 2*len digits, then the end. 0 or -EINVAL. */
int hex_decode(const char *text, void *data, size_t len);

#endif
