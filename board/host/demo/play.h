/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The script of a demonstration: who comes, with what, in which order. In: a seed, a size and the
 * papers kioskctl made. Out: a list of steps, and what must come of them (the oracle), worked out
 * from the steps alone by rules written down here a second time, so that the programs are compared
 * with something that shares nothing with them. Touches nothing.
 */
#ifndef KIOSK_DEMO_PLAY_H
#define KIOSK_DEMO_PLAY_H

#include <kiosk/types.h>

enum {
	PLAY_PROJECTS = 3,
	PLAY_TICKETS_MAX = 256,
	PLAY_STEPS_MAX = 512,
	PLAY_CODE_BYTES_MAX = 1200, /* of the codes the play uses */
	PLAY_PARTY_MAX = 6,
};

/* What the event is made from; ids are 1 and up in this order. */
struct play_project {
	const char *name, *name_es, *keywords;
};
extern const struct play_project play_project[PLAY_PROJECTS];
extern const char *const play_event_name, *const play_event_name_es;

/* A batch of tickets as `kioskctl ticket new` makes it. */
struct play_batch {
	uint32_t number_first, n;
	uint16_t projects; /* bit i: project i + 1; 0: the default */
	enum first first;
	bool slips;
};

struct play_ticket {
	char *text;
	uint16_t projects;
	enum first first;
};

struct papers {
	uint32_t n_tickets;
	struct play_ticket ticket[PLAY_TICKETS_MAX];
	char *card, *other_card, *other_ticket;
	char forged[PLAY_CODE_BYTES_MAX];
};

enum nature {
	NATURE_TICKET,
	NATURE_FORGED,
	NATURE_OTHER_EVENT,
	NATURE_FOREIGN,
	NATURE_TORN, /* cannot be read, so nothing happens */
};

/* What the author of a text message means; the program has to find out. */
enum meaning {
	MEANS_CHECK_IN,
	MEANS_NOTHING_WE_KNOW, /* a stray message */
	MEANS_LAST_WEEK,       /* a check-in of another evening */
	MEANS_DELIVERED_TWICE, /* the network delivers the message before once more */
};

enum step_kind {
	STEP_SAY,        /* tells the person who watches */
	STEP_CARD,       /* the event card is shown */
	STEP_OTHER_CARD, /* the card of another event, while this one is open */
	STEP_SHOW,
	STEP_PAIR, /* two tickets at once: two people */
	STEP_TEXT,
	STEP_WALK_IN,
	STEP_UNDO,      /* of the walk-in before */
	STEP_SETTLE,    /* every text message has been dealt with */
	STEP_WAITING,   /* text messages wait and none was counted since the restart */
	STEP_KILL,      /* with a ticket in view: it may be counted just before or just after */
	STEP_COLLECTOR, /* the collector can be reached from here on */
	STEP_LINGER,    /* a real part is there: people go on until somebody says so */
	STEP_CLOSE,
};

struct step {
	enum step_kind kind;
	const char *say;
	/* STEP_SHOW, STEP_PAIR, STEP_KILL */
	const char *condition;
	enum nature nature;
	uint32_t ticket, ticket_too;
	const char *code;
	bool moves; /* and is moved about before it goes: still the same visit */
	/* STEP_TEXT */
	enum meaning meaning;
	char from[16];
	const char *text;
	char sent[32]; /* once it was sent: when, as RFC 3339 */
	/* STEP_TEXT, STEP_WALK_IN */
	uint16_t project; /* 0: the default */
	uint8_t people;   /* 0: not said */
	enum first first;
	double key; /* where it goes while the play is put together */
};

struct play {
	uint32_t n_steps;
	struct step step[PLAY_STEPS_MAX];
	uint32_t n_shown, n_texts;
};

/* Which tickets a play of that size wants. How many batches. */
uint32_t play_batches(bool small, const struct play_batch **ret);
/* A copy of a ticket with one character of its signature changed. */
void play_forge(const char *ticket, char *buffer, size_t size);
/* Writes the play. `with_codes`, `with_texts` false: a real part stands there, and nobody scripts
 * it. */
void play_write(struct play *play, uint64_t seed, bool small, bool with_codes, bool with_texts,
                const struct papers *papers);

/* What must come of a play: people who stand in the totals, by channel, project (0: people) and
 * first. */
struct expected {
	uint32_t net[CHANNEL_MANUAL + 1][PLAY_PROJECTS + 1][FIRST_NO + 1];
	uint32_t already, not_accepted, kills;
};
void play_expect(const struct play *play, const struct papers *papers, struct expected *ret);

/* The answer one step must get at that point of the play: an enum screen_answer; SHOW_NOTHING: none
 * at all. */
uint32_t play_answer(const struct play *play, uint32_t step);

#endif
