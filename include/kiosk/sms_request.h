/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a person asked for by SMS, once the keyword rules of DESIGN.md, Texts have read the text:
 * the contract between firmware/sms, which reads it, and core, which decides. It holds no number
 * and no words of the message.
 */
#ifndef KIOSK_SMS_REQUEST_H
#define KIOSK_SMS_REQUEST_H

#include <kiosk/record.h>

enum sms_ask {
	/* No keyword we know: not a check-in. A reply, if one is due, names the keywords there are.
	 */
	SMS_ASK_NOTHING = 0,
	/* A project's keyword, or a general one (HERE, AQUI) or a bare party size: then `project`
	   is 0, the default. */
	SMS_ASK_CHECK_IN = 1,
	SMS_ASK_UNDO = 2, /* take this phone's own check-in back */
	SMS_ASK_STOP =
	    3, /* no replies to this number any more; it stays counted, and may still check in */
	SMS_ASK_START = 4, /* replies again */
	SMS_ASK_HELP = 5,
	/*
	 * Not written to us by a person: a reaction ("Liked “…”"), our own reply coming back, an
	 * automatic answer. Never counted and never answered, so that two machines cannot talk to
	 * each other for ever.
	 */
	SMS_ASK_IGNORE = 6,
	SMS_ASK_STATUS = 7, /* a volunteer asks how it goes */
	/* not by the words: sent at a time that cannot be, or that is not this meeting's; not counted */
	SMS_ASK_UNTIMELY = 8,
};

enum { SMS_LANGUAGE_ANY = 0xff };

struct sms_request {
	enum sms_ask ask;
	uint16_t project; /* the id of one of the manifest's projects; 0: its default_project */
	/*
	 * The party: 1 to the manifest's party_max; 1 when no number was said. A number from 1 to
	 * PARTY_MAX over party_max is cut to it and marked; other numbers (a year, a postcode) are
	 * no party size.
	 */
	uint8_t people;
	bool people_said; /* a later text with a number says the new total; one without says nothing
	                     about it */
	bool people_cut;
	bool
	    people_unsure; /* the text held a digit, a number, a plus or a word of company that was not
	                       used: the reply says how many were counted */
	enum first first; /* FIRST_YES if a keyword said so; else FIRST_NOT_ASKED */
	/*
	 * The language the words were in, as an index into the manifest's languages, for the reply;
	 * SMS_LANGUAGE_ANY: the words don't tell, the reply is in all of them.
	 */
	uint8_t language;
};

#endif
