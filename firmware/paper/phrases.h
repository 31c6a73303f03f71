/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What paper says beside names and numbers, in each language of firmware/po. Nothing goes in but the
 * language; the catalogue is all that is touched.
 */
#ifndef KIOSKCTL_PHRASES_H
#define KIOSKCTL_PHRASES_H

#include "catalogue.h"

enum { PAPER_LINE_BYTES = 320 }; /* of one text on paper, names included */

enum phrase {
	/* event card */
	PHRASE_EVENT_CARD,
	PHRASE_SHOW_CARD,
	PHRASE_SHOW_AGAIN,
	PHRASE_KEEP_CARD,
	PHRASE_CLOSE,
	PHRASE_UNDO,
	PHRASE_CALL, /* {whom} */
	/* tickets and slips */
	PHRASE_TICKET_NUMBER, /* {number} */
	PHRASE_SHOW_TICKET,
	PHRASE_ONE_PERSON,
	PHRASE_PRIVACY,      /* of a ticket */
	PHRASE_SLIP_PRIVACY, /* of a slip */
	PHRASE_FIRST_YES,
	PHRASE_FIRST_NO,
	/* dates and times */
	PHRASE_SPAN,        /* {date} {from} {to} {offset} */
	PHRASE_SPAN_DAYS,   /* {date} {from} {end_date} {to} {offset} */
	PHRASE_MOMENT,      /* {date} {time} {offset} */
	PHRASE_SERIES,      /* {days} {count} {date} */
	PHRASE_MORE,        /* {count} {date} */
	PHRASE_DATE,        /* {day} {month} {year} */
	PHRASE_WEEKDAY,     /* {weekday} {date} */
	PHRASE_TIME_OF_DAY, /* {hour} {minute} {half} */
	PHRASE_AM,
	PHRASE_PM,
	PHRASE_SUNDAY,                      /* and what tm_wday counts from it */
	PHRASE_JANUARY = PHRASE_SUNDAY + 7, /* and what tm_mon counts from it */
	PHRASE_N = PHRASE_JANUARY + 12,
};

/* Never NULL. */
const char *phrase_text(enum phrase phrase, unsigned language);
/* With what its {names} stand for. */
void phrase_write(enum phrase phrase, unsigned language, const struct named_text *named, size_t n,
                  char *text, size_t size);
/* How many letters of it its place has room for. */
unsigned phrase_letters_max(enum phrase phrase);

#endif
