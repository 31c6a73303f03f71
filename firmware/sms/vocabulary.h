/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words a text may speak to us in, whichever project it is about, of all catalogues at once:
 * lists a language each (firmware/po), found by the table that the build makes of them. A word or
 * phrase may stand in several lists; what one means where it stands is for wish.h and party.h.
 */
#ifndef KIOSK_SMS_VOCABULARY_H
#define KIOSK_SMS_VOCABULARY_H

#include "words.h"

/* In the order of the lists in vocabulary.c. A word of one of those before MEANINGS_OWN stands in no
 * other of them, of any language. */
enum meaning {
	MEANS_STOP,       /* where a text begins or ends with it */
	MEANS_STOP_ALONE, /* with nothing but MEANS_MESSAGES: too common a word otherwise */
	MEANS_START,      /* likewise */
	MEANS_HELP,       /* where a text begins with it */
	MEANS_UNDO,
	MEANS_HERE,  /* in a short text */
	MEANS_FIRST, /* first meeting this year; a check-in by itself */
	MEANS_NEW,   /* the same beside a keyword only */
	MEANS_NUMBER,
	MEANS_STATUS, /* a volunteer's question */
	MEANINGS_OWN,
	/* what speaks of messages */
	MEANS_STOP_SAID = MEANINGS_OWN, /* a phrase that ends replies wherever it stands */
	MEANS_STOP_NOT,                 /* holds such a word and means something else */
	MEANS_STOP_DENY,                /* ends them where a MEANS_CONTACT follows soon */
	MEANS_CONTACT,
	MEANS_MESSAGES,
	/* whether somebody is here */
	MEANS_HERE_SAID, /* in a text of any length */
	MEANS_NOT,       /* denies a MEANS_COMING that follows soon */
	MEANS_COMING,
	MEANS_AWAY,        /* says by itself that nobody is here, or that nobody is meant */
	MEANS_LATER,       /* another day */
	MEANS_ASKING,      /* begins a question */
	MEANS_ASKING_MARK, /* begins one that has a question mark */
	MEANS_ASKING_FOR,  /* begins one that may ask for a check-in */
	/* how many */
	MEANS_SELF,
	MEANS_ONE,     /* "a": one before a noun */
	MEANS_OWN,     /* "my": may stand before a noun, with or without a number */
	MEANS_OTHER,   /* between a number and a noun: others than oneself */
	MEANS_KIND,    /* between a number and a noun: says nothing */
	MEANS_PEOPLE,  /* of whom oneself may be one */
	MEANS_COMPANY, /* somebody else */
	MEANS_COMPANIES,
	MEANS_AND,
	MEANS_PLUS,
	MEANS_WITH,
	MEANS_TOTAL_IS, /* a number behind it is all of them */
	MEANS_TOTAL,    /* a number before it is */
	MEANS_TIMES,    /* beside a number, on either side: x2, 2x */
	MEANS_TWO_SAID,
	MEANS_ALONE,
	MEANS_OR,         /* between two numbers, of which the smaller counts */
	MEANS_INCLUDING,  /* what follows is counted already */
	MEANS_CORRECTION, /* what follows is said instead */
	MEANS_FILLER,     /* may stand between a keyword and how many people there are */
	MEANS_TOPIC,      /* likewise, and may be a keyword */
	MEANS_PLEASE,     /* courtesy: may stand in front of anything */
	/* numbers that are none of people */
	MEANS_NO_PEOPLE,       /* behind it */
	MEANS_NO_PEOPLE_AFTER, /* before it */
	MEANS_DATE,            /* beside it */
	MEANS_STREET,          /* a word or more behind it */
	MEANS_FOR_AND_TO,      /* "4" and "2" before it are words */
	/* what no person wrote */
	MEANS_REACTION,       /* all that stands before a quotation */
	MEANS_REACTION_BEGIN, /* how that begins */
	MEANS_PICTURE,        /* that may be reacted to, too */
	MEANS_AUTOMATIC,
	MEANINGS,
	MEANS_NOTHING = MEANINGS
};

enum { VOCABULARY_SEVERAL = 0xff }; /* the word is one of several languages */

/* What begins at a word. Of a meaning the longest phrase is known. */
enum { KNOWN_MAX = 14 };
struct known {
	uint8_t n;
	struct known_phrase {
		uint8_t meaning, words;
		uint8_t number;   /* of MEANS_NUMBER: 1 to 20 */
		uint8_t language; /* of the catalogues, or VOCABULARY_SEVERAL */
	} phrase[KNOWN_MAX];
};

/* Of the word at `at` and those behind it. */
void vocabulary_read(const struct words *words, unsigned at, struct known *ret);
/* Words of the longest phrase with that meaning; 0: none. */
unsigned known_as(const struct known *known, enum meaning meaning);
/* Whether a word in plain form has that meaning by itself. */
bool vocabulary_has(enum meaning meaning, const char *word);

/* The i-th word or phrase in a language, as the catalogue has it: it points into the catalogue and
 * has *ret_len octets. NULL behind the last one. */
const char *vocabulary_item(enum meaning meaning, unsigned language, unsigned i, size_t *ret_len);

#endif
