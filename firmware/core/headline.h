/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one line that says how the kiosk is and what to do next: for `kioskctl status` as for every
 * screen, lamp or page. In: how each part is, what the event is at, what of its totals the collector
 * has. Out: which line, and its number. It promises nothing that a part does not do just now: a
 * part that may not work is not said to. Touches nothing; volunteers read it, in their language.
 */
#ifndef KIOSK_CORE_HEADLINE_H
#define KIOSK_CORE_HEADLINE_H

#include <kiosk/msg.h>

enum headline_phase {
	PHASE_NONE = 0, /* no event was ever opened here */
	PHASE_OPEN,
	PHASE_CLOSING,
	PHASE_CLOSED,
};

struct headline_facts {
	bool stopped; /* the ledger cannot be written */
	enum headline_phase phase;
	bool card_wanted; /* open, and since a restart texts wait for its card */
	enum health scanner, modem, uplink;
	/* of what was counted and is closed */
	bool parked;     /* the collector refused totals: a person is needed */
	bool held;       /* it has the last event's, and does not count them */
	bool unsent;     /* something has no receipt yet */
	uint32_t people; /* of the last event that no receipt covers, or that are held */
};

enum headline {
	HEADLINE_NONE = 0,
	HEADLINE_STOPPED, /* the kiosk has a sentence of its own for that */
	HEADLINE_SHOW_CARD,
	HEADLINE_SHOW_CARD_MEND,
	HEADLINE_SHOW_CARD_OFF,
	HEADLINE_OPEN,
	HEADLINE_OPEN_LOOK,
	HEADLINE_OPEN_CODES,          /* texts are off */
	HEADLINE_OPEN_CODES_NO_TEXTS, /* the modem does not work */
	HEADLINE_OPEN_CODES_CARD,     /* texts wait for the card */
	HEADLINE_OPEN_TEXTS,          /* no camera, by configuration */
	HEADLINE_OPEN_TEXTS_NO_CODES, /* the camera does not work */
	HEADLINE_OPEN_HANDS,          /* both are off */
	HEADLINE_OPEN_NEITHER,
	HEADLINE_OPEN_CARD_MEND, /* texts wait for the card, which no camera reads */
	HEADLINE_CLOSING,
	HEADLINE_CLOSING_TEXTS,
	HEADLINE_CLOSED_PARKED,
	HEADLINE_CLOSED_HELD,  /* {n} */
	HEADLINE_CLOSED_WAIT,  /* {n} */
	HEADLINE_CLOSED_LATER, /* {n} */
	HEADLINE_CLOSED_KEPT,  /* {n} */
	HEADLINE_CLOSED_DONE,
	HEADLINE_N,
};

enum headline headline_of(const struct headline_facts *facts);
/* In that language of the catalogue; `n` is facts->people. At most SENTENCE_BYTES_MAX octets. */
void headline_write(enum headline headline, unsigned language, uint32_t n, char *buffer,
                    size_t size);
/* As it stands in the catalogue; "" out of range, and for those without a line. */
const char *headline_english(enum headline headline);

/*
 * Whether a headcount is further from the people counted than the network takes for the same: more
 * than 3 and more than a tenth of it (PROTOCOL.md, section 6). It is asked about before it is taken.
 */
bool headcount_is_far(uint64_t people, uint32_t headcount);

#endif
