/* SPDX-License-Identifier: Apache-2.0 */
/* A stored message as kioskd gets it: decoded here, where there is nothing worth taking. */
#ifndef KIOSK_SMS_SMS_OFFER_H
#define KIOSK_SMS_SMS_OFFER_H

#include <kiosk/msg_helper.h>

#include "number.h"

/*
 * Fills everything but the head and the id from a message's hexadecimal digits. What does not
 * decode becomes SMS_UNREADABLE, with as many of its octets as fit in `ud`, so that it can be told
 * from others.
 */
void sms_offer(const char *digits, size_t n_digits, const struct number_country *country,
               struct msg_sms *ret);

#endif
