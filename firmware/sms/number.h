/* SPDX-License-Identifier: Apache-2.0 */
/* A sender as one person's number: ITU-T E.164 wherever the configured country tells how. */
#ifndef KIOSK_SMS_NUMBER_H
#define KIOSK_SMS_NUMBER_H

#include <kiosk/msg_helper.h>

#include "pdu.h"

/* How a country writes its numbers; NULL for a code (ISO 3166-1 alpha-2) that is not in the table.
 */
struct number_country;
const struct number_country *number_country(const char *code);
/* The codes there are, for a sentence: "US CA …". */
const char *number_countries(void);

/*
 * `country` may be NULL: then only international numbers become E.164.
 * SMS_FROM_E164: "+15025550123". SMS_FROM_SHORT: 3 to 8 digits, or ten that a mail gateway has
 * where numbers are of the North American plan (0 or 1 in front), as they came.
 * SMS_FROM_ALPHANUMERIC: its text. SMS_FROM_NATIONAL: anything else, as it came, cut to
 * PHONE_BYTES_MAX octets.
 */
enum sms_from number_normalise(const struct pdu_address *address,
                               const struct number_country *country,
                               char ret_text[PHONE_BYTES_MAX + 1]);

/*
 * A telephone's number as a person writes it, with spaces, dots, dashes and parentheses in it: "+"
 * and all of it, or a national one of `country` (NULL: none). NULL and E.164 in ret_text; or a
 * sentence that says why not and what would be right.
 */
const char *number_read(const char *text, const struct number_country *country,
                        char ret_text[PHONE_BYTES_MAX + 1]);

#endif
