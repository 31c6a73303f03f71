/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people at the door see, hear and feel, as one model: the screen draws it, lights and sound
 * follow it, so that they cannot disagree. In: what kioskd says of itself, the last thing that
 * happened, and the time. Out: which scene it is, its words, its number, its symbol, light and
 * tone, and how long it stays. Pure; nothing of anyone's code or number is ever in it.
 */
#ifndef KIOSK_CORE_SCENE_H
#define KIOSK_CORE_SCENE_H

#include <kiosk/msg_people.h>

enum scene_kind {
	SCENE_STARTING, /* nothing is known yet */
	SCENE_WAITING,  /* for an event card */
	SCENE_OPEN,
	SCENE_ANSWER,  /* to somebody at the door; it gives way to the next one's at once */
	SCENE_CLOSED,  /* the last event, until another card is shown */
	SCENE_STOPPED, /* nothing can be counted */
	SCENE_N
};

/* Beside the colour, never colour alone. */
enum scene_symbol {
	SYMBOL_NONE,
	SYMBOL_CHECK,     /* counted */
	SYMBOL_BACK,      /* welcome back */
	SYMBOL_ELSEWHERE, /* not accepted: an arrow to the slips */
	SYMBOL_QUESTION,  /* could not check */
	SYMBOL_CARD,      /* a card before a camera */
	SYMBOL_UNDONE,
	SYMBOL_STOP,
	SYMBOL_N
};

enum scene_colour { COLOUR_PLAIN, COLOUR_GREEN, COLOUR_BLUE, COLOUR_AMBER, COLOUR_RED, COLOUR_N };

/* Each answer's own, of lights and of sound: rhythm and contour tell them apart without colour. */
enum scene_signal {
	SIGNAL_NONE,
	SIGNAL_COUNTED,      /* one long light; two tones up */
	SIGNAL_ALREADY,      /* two short ones; one tone twice */
	SIGNAL_NOT_ACCEPTED, /* three slow ones; two tones down */
	SIGNAL_NOT_CHECKED,  /* a long and a short one; a low tone, a pause, the same */
	SIGNAL_OPENED,       /* three tones up */
	SIGNAL_CLOSED,       /* three tones down */
	SIGNAL_UNDONE,
	SIGNAL_HOLD, /* a light that breathes; one soft tone */
	SIGNAL_N
};

enum scene_role {
	ROLE_TITLE,     /* the meeting's name, in each of its languages */
	ROLE_SENTENCE,  /* to whoever stands there */
	ROLE_CAPTION,   /* of the number */
	ROLE_HINT,      /* how to check in */
	ROLE_VOLUNTEER, /* what a volunteer is to know, in the kiosk's language */
	ROLE_WARNING,   /* what a volunteer is to do now */
	ROLE_N
};

enum { SCENE_LINES_MAX = 16, SCENE_CODE_BYTES_MAX = 96 };

struct scene {
	enum scene_kind kind;
	enum scene_symbol symbol;
	enum scene_colour colour;
	enum scene_signal signal;
	uint32_t stay_ms; /* of an answer; 0: until something changes */
	bool has_number;
	uint64_t number; /* people so far */
	unsigned n_lines;
	struct scene_line {
		enum scene_role role;
		char text[SENTENCE_BYTES_MAX + 1];
	} line[SCENE_LINES_MAX];
	char code[SCENE_CODE_BYTES_MAX]; /* what a code on the screen holds; "" none */
};

struct scene_input {
	const struct msg_status *status; /* NULL: not known yet */
	const struct msg_view *answer;   /* the last one that answered somebody; NULL: none */
	struct mono_time now;
	unsigned language; /* the kiosk's, of the catalogue */
};

/* The scene now. Two calls with the same input give the same octets. */
void scene_make(const struct scene_input *input, struct scene *ret);
/* How long an answer stays, milliseconds; 0: it is none. */
uint32_t scene_answer_stay_ms(enum screen_answer answer);
/* Whether the two look and sound the same. */
bool same_scene(const struct scene *a, const struct scene *b);

#endif
