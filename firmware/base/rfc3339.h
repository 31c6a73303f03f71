/* SPDX-License-Identifier: Apache-2.0 */
/* Dates and times as text (RFC 3339). */
#ifndef KIOSK_BASE_RFC3339_H
#define KIOSK_BASE_RFC3339_H

#include <kiosk/types.h>

/*
 * Calendar text. "2026-11-21T18:00:00Z" or with an offset "-05:00"; seconds may be left out. 0 or
 * -EINVAL.
 */
int time_parse(const char *text, int64_t *ret_s);
/* RFC 3339, UTC, 21 octets with the NUL. */
void time_format(int64_t s, char text[32]);

#endif
