/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "catalogue.h"
#include "headline.h"

static const char *const table[HEADLINE_N] = {
    [HEADLINE_NONE] = "",
    [HEADLINE_STOPPED] = "",
    [HEADLINE_SHOW_CARD] =
        /* TRANSLATORS: from here on the first line of the kiosk's status, to a volunteer. */
    SENTENCE("Hold the event card to the camera: it opens the event."),
    [HEADLINE_SHOW_CARD_MEND] = SENTENCE("No event is open, and the camera or reader does not work "
                                         "now: mend it, then hold the event card to it."),
    [HEADLINE_SHOW_CARD_OFF] = SENTENCE("No event is open. This kiosk has no camera or reader, so "
                                        "no event card can open one: connect one and set it up."),
    [HEADLINE_OPEN] = SENTENCE("Open: codes and texts are counted."),
    [HEADLINE_OPEN_LOOK] = SENTENCE("Open, but codes or texts may not be counted just now: look at "
                                    "the kiosk's parts. People can be added by hand."),
    [HEADLINE_OPEN_CODES] = SENTENCE("Open: codes are counted. Texts are off on this kiosk."),
    [HEADLINE_OPEN_CODES_NO_TEXTS] =
        SENTENCE("Open: codes are counted. TEXTS ARE NOT: the modem does not work now."),
    [HEADLINE_OPEN_CODES_CARD] =
        SENTENCE("TEXTS ARE NOT COUNTED since the restart: hold the event card to the camera "
                 "again. Codes are counted."),
    [HEADLINE_OPEN_TEXTS] =
        SENTENCE("Open: texts are counted. This kiosk has no camera or reader: codes are not."),
    [HEADLINE_OPEN_TEXTS_NO_CODES] = SENTENCE("Open: texts are counted. CODES ARE NOT: the camera "
                                              "or reader does not work now."),
    [HEADLINE_OPEN_HANDS] = SENTENCE("Open: people added by hand are counted. Codes and texts are "
                                     "both off on this kiosk."),
    [HEADLINE_OPEN_NEITHER] = SENTENCE("Open, but NEITHER CODES NOR TEXTS ARE COUNTED now: add "
                                       "people by hand, and look at the kiosk's parts."),
    [HEADLINE_OPEN_CARD_MEND] =
        SENTENCE("TEXTS ARE NOT COUNTED since the restart, and codes may not be: mend the camera "
                 "or reader, then hold the event card to it. Add people by hand."),
    [HEADLINE_CLOSING] = SENTENCE("Closing."),
    [HEADLINE_CLOSING_TEXTS] = SENTENCE("Closing: the texts still in the modem are being counted."),
    [HEADLINE_CLOSED_PARKED] =
        SENTENCE("Closed, but THE COLLECTOR REFUSED TOTALS: they stay on "
                 "this kiosk. Tell the national team why, as it says below."),
    [HEADLINE_CLOSED_HELD] =
        /* TRANSLATORS: {n} is a number of people. */
    SENTENCE("Closed and sent, but NOT COUNTED YET: {n}. The collector holds them back and says "
             "why; the hub can mend it. You can unplug this kiosk."),
    [HEADLINE_CLOSED_WAIT] = SENTENCE(
        "Closed. Wait: not sent yet: {n}. If it is unplugged, they are kept and go later."),
    [HEADLINE_CLOSED_LATER] =
        SENTENCE("Closed. NOT SENT YET: {n}, and sending does not work now. You can unplug: they "
                 "are kept, and go when this kiosk is on and connected again."),
    [HEADLINE_CLOSED_KEPT] = SENTENCE("Closed. Sending is off on this kiosk: carry the totals to "
                                      "the collector ({n} people not confirmed)."),
    [HEADLINE_CLOSED_DONE] =
        SENTENCE("Done: all is sent and confirmed. You can unplug this kiosk. The event stays "
                 "closed; the next one opens with its own card."),
};

enum part { PART_WORKS, PART_DOUBTFUL, PART_DOWN, PART_OFF };

static enum part part_of(enum health health)
{
	switch (health) {
	case HEALTH_GOOD:
		return PART_WORKS;
	case HEALTH_DEGRADED:
		return PART_DOUBTFUL;
	case HEALTH_OFF:
		return PART_OFF;
	default: /* starting, missing, failed */
		return PART_DOWN;
	}
}

static enum headline not_opened(enum part codes)
{
	switch (codes) {
	case PART_OFF:
		return HEADLINE_SHOW_CARD_OFF;
	case PART_DOWN:
		return HEADLINE_SHOW_CARD_MEND;
	default:
		return HEADLINE_SHOW_CARD;
	}
}

static enum headline card_wanted(enum part codes)
{
	switch (codes) {
	case PART_WORKS:
		return HEADLINE_OPEN_CODES_CARD;
	case PART_OFF:
		return HEADLINE_OPEN_NEITHER;
	default:
		return HEADLINE_OPEN_CARD_MEND;
	}
}

static enum headline open_event(enum part codes, enum part texts)
{
	if (codes == PART_DOUBTFUL || texts == PART_DOUBTFUL)
		return HEADLINE_OPEN_LOOK;
	if (codes == PART_WORKS)
		return texts == PART_WORKS ? HEADLINE_OPEN
		       : texts == PART_OFF ? HEADLINE_OPEN_CODES
		                           : HEADLINE_OPEN_CODES_NO_TEXTS;
	if (texts == PART_WORKS)
		return codes == PART_OFF ? HEADLINE_OPEN_TEXTS : HEADLINE_OPEN_TEXTS_NO_CODES;
	return codes == PART_OFF && texts == PART_OFF ? HEADLINE_OPEN_HANDS : HEADLINE_OPEN_NEITHER;
}

static enum headline closed_event(const struct headline_facts *facts)
{
	const enum part uplink = part_of(facts->uplink);

	if (facts->parked)
		return HEADLINE_CLOSED_PARKED;
	if (facts->unsent && uplink == PART_OFF)
		return HEADLINE_CLOSED_KEPT;
	if (facts->unsent)
		return uplink == PART_WORKS || facts->uplink == HEALTH_STARTING
		           ? HEADLINE_CLOSED_WAIT
		           : HEADLINE_CLOSED_LATER;
	return facts->held ? HEADLINE_CLOSED_HELD : HEADLINE_CLOSED_DONE;
}

enum headline headline_of(const struct headline_facts *facts)
{
	const enum part codes = part_of(facts->scanner), texts = part_of(facts->modem);

	if (facts->stopped)
		return HEADLINE_STOPPED;
	switch (facts->phase) {
	case PHASE_NONE:
		return not_opened(codes);
	case PHASE_OPEN:
		return facts->card_wanted && texts != PART_OFF ? card_wanted(codes)
		                                               : open_event(codes, texts);
	case PHASE_CLOSING:
		return texts == PART_WORKS && !facts->card_wanted ? HEADLINE_CLOSING_TEXTS
		                                                  : HEADLINE_CLOSING;
	case PHASE_CLOSED:
		return closed_event(facts);
	}
	return HEADLINE_NONE;
}

const char *headline_english(enum headline headline)
{
	return (unsigned)headline < HEADLINE_N ? table[headline] : "";
}

void headline_write(enum headline headline, unsigned language, uint32_t n, char *buffer,
                    size_t size)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", n);
	catalogue_write(language, headline_english(headline),
	                (const struct named_text[]){{"n", number}}, 1, buffer, size);
}

bool headcount_is_far(uint64_t people, uint32_t headcount)
{
	const uint64_t apart = people > headcount ? people - headcount : headcount - people;

	return apart > 3 && apart * 10 > headcount;
}
