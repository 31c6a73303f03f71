/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sentences we send back, in English and Spanish: they name the event, speak of no gender, and
 * use only letters that GSM-7 has, so that a reply is one part wherever the names in it allow.
 */
#ifndef KIOSK_SMS_REPLY_H
#define KIOSK_SMS_REPLY_H

#include <kiosk/msg.h>

enum reply {
	REPLY_COUNTED = 0,   /* one person */
	REPLY_COUNTED_PARTY, /* `people` of them */
	REPLY_ALREADY,       /* again the same; how to say that there are more */
	REPLY_CHANGED,       /* a later number is the new total: `people` */
	REPLY_UNDONE,
	REPLY_NOTHING_TO_UNDO,
	REPLY_KEYWORDS, /* not a check-in; which keywords there are */
	REPLY_HELP,
	REPLY_STOPPED,
	REPLY_STARTED,
	REPLY_NOT_OPEN, /* outside the event's window */
	REPLY_N,
};

/*
 * `project` is the id of one of the manifest's projects or 0 for its default; `people` the count
 * the sentence says; `language` an index into the manifest's languages, or SMS_LANGUAGE_ANY: all of
 * them, one after the other. A language without sentences of ours is answered in English. Always
 * terminated, cut at a character's border.
 */
void reply_text(enum reply reply, const struct manifest *manifest, uint16_t project,
                unsigned people, uint8_t language, char *buffer, size_t size);

/* Whether a text begins as one of our replies does: it came back to us. */
bool reply_is_ours(const char *text);

#endif
