/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kiosk says to people at the door, in the event's first language. In: which sentence,
 * which language (firmware/po), the few words that go into it. Out: UTF-8 in the caller's buffer.
 * (Replies to texts are the sms room's.)
 */
#ifndef KIOSK_CORE_SENTENCE_H
#define KIOSK_CORE_SENTENCE_H

#include <kiosk/msg.h>

enum sentence {
	SAY_NOTHING = 0,
	/* at the door */
	SAY_COUNTED,
	SAY_COUNTED_MORE, /* known person, new project */
	SAY_ALREADY,
	SAY_OTHER_MEETING,
	SAY_EXPIRED,
	SAY_FORGED,
	SAY_DAMAGED,
	SAY_FOREIGN,
	SAY_HOLD_STILL,
	SAY_ACTION_CARD,
	SAY_NETWORK_CODE,
	SAY_NOTHING_OPEN,
	SAY_CLOSING,
	SAY_NO_ROOM,
	SAY_NOT_RECORDED,
	SAY_TEXT_COUNTED,
	SAY_TEXT_ALREADY,
	SAY_TEXT_NOT_ACCEPTED,
	SAY_TEXT_UNTIMELY,
	SAY_TEXT_UNDONE,
	SAY_WALK_IN, /* {n} */
	SAY_UNDONE,  /* {n} */
	/* about event cards */
	SAY_OPENED,           /* {event} */
	SAY_OPENED_AGAIN,     /* {event}: a new epoch of an occurrence open before */
	SAY_TEXTS_RESUMED,    /* {event} */
	SAY_ALREADY_OPEN,     /* {event} */
	SAY_OTHER_EVENT_OPEN, /* {event}: the open one */
	SAY_OTHER_SECRET,
	SAY_TOO_EARLY,        /* {time} */
	SAY_EVENT_OVER,       /* {event} */
	SAY_EVENT_PAST,       /* {event}, {time}: no clock, but it is later than that */
	SAY_CLOSED_HERE,      /* {event} */
	SAY_HEADCOUNT_SIGNED, /* {event}: closed, and its card signs the headcount that waited */
	SAY_CARD_UNREADABLE,
	SAY_CARD_OTHER_NETWORK,
	SAY_CARD_HUB_NOT_VALID,
	SAY_CARD_BAD_MANIFEST,
	SAY_CARD_WRONG_SECRET,
	/* the end */
	SAY_CLOSED,         /* {event}, {n} */
	SAY_CLOSED_WINDOW,  /* {event}, {n} */
	SAY_CLOSED_POWERED, /* {event}, {n} */
	SENTENCE_N,
};

/* What stands for {event}, {time} and {n}; NULL as an empty text. Names come from strangers: cut,
 * not trusted. */
struct sentence_words {
	const char *event, *time;
	uint64_t n;
};

/*
 * Writes the sentence in that language of the catalogue, cut at a character's border if it must be,
 * which is not so at SENTENCE_BYTES_MAX. `words` may be NULL. Never fails.
 */
void sentence_write(enum sentence sentence, unsigned language, const struct sentence_words *words,
                    char *buffer, size_t size);

/* The sentence as it stands in the catalogue; "" out of range. */
const char *sentence_english(enum sentence sentence);

#endif
