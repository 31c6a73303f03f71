/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sentences we send back: they name the event and speak of no gender. English and Spanish use
 * only letters that GSM-7 has, so that a reply is one part wherever the names in it allow.
 */
#ifndef KIOSK_SMS_REPLY_H
#define KIOSK_SMS_REPLY_H

#include <kiosk/msg.h>
#include <kiosk/sms_request.h>
#include "words.h"

enum reply {
	REPLY_COUNTED = 0,    /* one person */
	REPLY_COUNTED_PARTY,  /* `people` of them */
	REPLY_COUNTED_UNSURE, /* `people`, and how to say another number: the text may have */
	REPLY_PARTY_CUT,      /* more were said than one phone may bring, which is `people` */
	REPLY_ALREADY,        /* again the same; how to say that there are more */
	REPLY_ALREADY_ALONE,  /* the same where a phone brings one person */
	REPLY_CHANGED,        /* a later number is the new total: `people` */
	REPLY_UNDONE,
	REPLY_NOTHING_TO_UNDO,
	REPLY_KEYWORDS, /* not a check-in; which keywords there are */
	REPLY_UNTIMELY, /* its time is not this meeting's */
	REPLY_HELP,
	REPLY_STOPPED,
	REPLY_STARTED,
	REPLY_STATUS, /* to a volunteer only */
	REPLY_N,
};

struct reply_facts {
	uint16_t project; /* the id of one of the manifest's; 0: its default */
	unsigned people;
	/* REPLY_STATUS */
	unsigned queue, unconfirmed;
	int signal_dbm; /* 0: unknown */
};

/*
 * `language` is an index into the manifest's languages, or SMS_LANGUAGE_ANY: all of them, one after
 * the other, as many as fit whole. A language there is no catalogue for is answered in English.
 * Always terminated; a single one that does not fit is cut at a character's border.
 */
void reply_text(enum reply reply, const struct manifest *manifest, const struct reply_facts *facts,
                uint8_t language, char *buffer, size_t size);

/* What is answered to somebody who was just counted, `party` people under this phone now. */
enum reply reply_counted(const struct sms_request *request, const struct manifest *manifest,
                         unsigned party);
/* What each other wish is answered, once it is done; a check-in: REPLY_COUNTED. */
enum reply reply_done(enum sms_ask ask);

/* Whether a text begins as one of our replies does, or holds a whole clause of one: it came back to
 * us. */
bool reply_is_ours(const struct words *text);
/* Whether what a text quotes is one of our replies, whole or cut anywhere behind its second word. */
bool reply_is_quoted(const struct words *quoted);

#endif
