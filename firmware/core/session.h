/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When a meeting opens and when it ends: what an event card does, which occurrence of a series it
 * opens, and what closes it (DESIGN.md, Who is counted). In: what is open, what the card says, what is known
 * of the date. Out: a decision and the sentence for it. Touches nothing: times of occurrences and
 * what was closed here come through the caller's functions.
 */
#ifndef KIOSK_CORE_SESSION_H
#define KIOSK_CORE_SESSION_H

#include "sentence.h"

/* What is known of the date. */
struct calendar {
	bool known;    /* a clock that may be believed: NTP, RTC, a receipt, an operator */
	int64_t now;   /* if known */
	int64_t floor; /* it is not earlier than this; 0: nothing known */
	bool has_sms;  /* the newest time an SMS centre gave since the start: */
	int64_t sms;   /* a hint only; one garbled message must not end a meeting */
};

/* Where occurrences come from. `times`: 0 or -ERANGE past the last one. `closed`: 1, 0 or -errno.
 */
struct occurrence_source {
	int (*times)(void *context, uint32_t occurrence, int64_t *ret_start, int64_t *ret_end);
	int (*closed)(void *context, uint32_t occurrence);
	void *context;
};

enum occurrence_choice {
	OCCURRENCE_CHOSEN = 0,
	OCCURRENCE_EARLY,  /* the date is known and the next one begins at *ret_start */
	OCCURRENCE_OVER,   /* none is left */
	OCCURRENCE_CLOSED, /* the one it would be was closed here */
};

/*
 * Date known: the occurrence whose window, grace included, holds now; of several, the one whose
 * window proper does, then the first. Date unknown: the one the SMS hint falls in; else the first
 * not closed here whose end is not before the floor. 0 with *ret, or -errno of `closed`.
 * `ret_occurrence` is set for OCCURRENCE_CHOSEN, `ret_start` for _EARLY.
 */
int occurrence_choose(const struct occurrence_source *source, uint32_t grace_s,
                      const struct calendar *calendar, enum occurrence_choice *ret,
                      uint16_t *ret_occurrence, int64_t *ret_start);

/* What is open, as the card meets it. */
struct session {
	bool open;
	struct event_id event;
	bool secret_at_hand; /* the open event's card was shown since the start */
	bool closing;
};

/* A card that is genuine: of this network, signed, its secret its own. */
struct card_shown {
	const struct manifest *manifest;
	bool secret_fits; /* the open epoch's check value matches; meaningless for another event */
};

enum card_action {
	CARD_OPENS,         /* occurrence in the decision */
	CARD_RESUMES_TEXTS, /* take the secret, read the modem's store */
	CARD_SAYS,          /* nothing but the sentence */
};

struct card_decision {
	enum card_action action;
	uint16_t occurrence;
	enum sentence sentence;
	int64_t start; /* for SAY_TOO_EARLY; the floor for SAY_EVENT_PAST */
};

/* 0 or -errno of `source`. */
int session_card(const struct session *session, const struct card_shown *card,
                 const struct calendar *calendar, const struct occurrence_source *source,
                 struct card_decision *ret);

enum close_reason {
	CLOSE_NOT = 0,
	CLOSE_VOLUNTEER,
	CLOSE_WINDOW_OVER,
	CLOSE_POWERED,
};

/*
 * Whether the open occurrence ends by itself now. `end` is its window's without grace; the end of
 * the event's last window, grace included, is never earlier than that, so it needs no rule of its
 * own. An SMS hint closes nothing.
 */
enum close_reason session_ends(const struct calendar *calendar, int64_t end, uint32_t grace_s,
                               uint64_t powered_ms, uint64_t powered_max_ms);
enum sentence close_sentence(enum close_reason reason);

/* The 15-minute slot of `now` in an occurrence that began at `start`, grace clamped into the first
 * and last; or SLOT_UNKNOWN. */
uint16_t session_slot(bool known, int64_t now, int64_t start, int64_t end);

#endif
