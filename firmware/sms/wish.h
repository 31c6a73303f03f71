/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a text wants that is no check-in: to end or bring back replies, help, one's check-in taken
 * back; and whether its writer is here at all, or asks, or says that nobody comes.
 */
#ifndef KIOSK_SMS_WISH_H
#define KIOSK_SMS_WISH_H

#include <kiosk/sms_request.h>

#include "message.h"

/* SMS_ASK_STOP, _START, _HELP or _UNDO; SMS_ASK_NOTHING: none of them. Any reasonable wording ends
 * replies (47 CFR 64.1200(a)(10)). */
enum sms_ask wish_of(const struct message *message);
/* Its writer is not here, asks a question, or took another's number: a keyword in it is no
 * check-in. */
bool wish_is_away(const struct message *message);
/* It says in words that somebody is here. */
bool wish_is_here(const struct message *message);

#endif
