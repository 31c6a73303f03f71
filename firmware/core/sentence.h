/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kiosk says to people at the door, in one table, in the event's first language. In: which
 * sentence, which language, the few words that go into it. Out: UTF-8 in the caller's buffer.
 * (Replies to texts are the sms room's.)
 */
#ifndef KIOSK_CORE_SENTENCE_H
#define KIOSK_CORE_SENTENCE_H

#include <kiosk/msg.h>

enum speech {
	SPEECH_ENGLISH,
	SPEECH_SPANISH,
	SPEECH_N,
};

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
	SAY_ACTION_CARD,
	SAY_NETWORK_CODE,
	SAY_NOTHING_OPEN,
	SAY_CLOSING,
	SAY_NO_ROOM,
	SAY_NOT_RECORDED,
	SAY_TEXT_COUNTED,
	SAY_TEXT_ALREADY,
	SAY_TEXT_NOT_ACCEPTED,
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
	SAY_TOO_EARLY,   /* {time} */
	SAY_EVENT_OVER,  /* {event} */
	SAY_CLOSED_HERE, /* {event} */
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

/* What stands in for {event}, {word}, {time} and {n}; NULL as an empty text. Names come from
 * strangers: cut, not trusted. */
struct sentence_words {
	const char *event, *word, *time;
	uint64_t n;
};

/* The language a BCP 47 tag asks for; what we do not speak is answered in English. */
enum speech speech_of(const char *language);

/* Writes the sentence, cut at a character's border if it must be. `words` may be NULL. Never fails.
 */
void sentence_write(enum sentence sentence, enum speech speech, const struct sentence_words *words,
                    char *buffer, size_t size);

/* For the test that asks whether every sentence exists in every language. NULL out of range. */
const char *sentence_template(enum sentence sentence, enum speech speech);

#endif
