/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts that no person wrote to us: what telephones send where somebody reacted to a message, our
 * own replies coming back, automatic answers, mail through a gateway.
 */
#ifndef KIOSK_SMS_ORIGIN_H
#define KIOSK_SMS_ORIGIN_H

#include "message.h"

enum origin {
	ORIGIN_PERSON,
	ORIGIN_NOBODY,
	ORIGIN_UNKNOWN, /* words of a language we don't know before a quotation: a reaction, most
	                   likely */
};
/* `message` is `text` taken apart. */
enum origin origin_of(const char *text, const struct message *message);
/* What an iPhone sends when a message was changed: the new text, which stands in a quotation of
 * `text` and is copied; false: it is none. */
bool origin_edited(const char *text, char *buffer, size_t size);

#endif
