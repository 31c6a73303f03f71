/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "catalogue.h"
#include "sentence.h"

static const char *const table[SENTENCE_N] = {
    [SAY_NOTHING] = "",
    [SAY_COUNTED] =
        /* TRANSLATORS: from here on what the screen at the door says, large, read at two metres while
           walking by: few words, to one person, of no gender. */
    SENTENCE("You are counted. Welcome!"),
    [SAY_COUNTED_MORE] = SENTENCE("Welcome back! You are now counted for this project too."),
    [SAY_ALREADY] = SENTENCE("Welcome back! You are already counted."),
    [SAY_OTHER_MEETING] =
        SENTENCE("This code is for another meeting. Take a slip, you are welcome."),
    [SAY_EXPIRED] = SENTENCE("This code is no longer valid. Take a slip, you are welcome."),
    [SAY_FORGED] =
        SENTENCE("This code was not made for this meeting. Take a slip, you are welcome."),
    [SAY_DAMAGED] = SENTENCE("This code is damaged. Take a slip, you are welcome."),
    [SAY_FOREIGN] = SENTENCE("This code is not one of ours. Take a slip, you are welcome."),
    [SAY_HOLD_STILL] = SENTENCE("Hold your code still, a little nearer."),
    [SAY_ACTION_CARD] = SENTENCE("This code is for volunteers; it is not a check-in."),
    [SAY_NETWORK_CODE] = SENTENCE("This code sets up a kiosk; it is not a check-in."),
    [SAY_NOTHING_OPEN] =
        SENTENCE("No meeting is open here yet: a volunteer opens it with the event card."),
    [SAY_CLOSING] = SENTENCE("This meeting is being closed."),
    [SAY_NO_ROOM] =
        SENTENCE("We could not check: the kiosk's storage is full. Please ask a volunteer."),
    [SAY_NOT_RECORDED] =
        SENTENCE("We could not check: the kiosk cannot record just now. Please ask a volunteer."),
    [SAY_TEXT_COUNTED] = SENTENCE("Counted by text."),
    [SAY_TEXT_ALREADY] = SENTENCE("A text from a phone already counted."),
    [SAY_TEXT_NOT_ACCEPTED] = SENTENCE("A text without a keyword of this meeting."),
    [SAY_TEXT_UNTIMELY] = SENTENCE("A text dated outside of this meeting was not counted."),
    [SAY_TEXT_UNDONE] = SENTENCE("A check-in was taken back by text."),
    /* TRANSLATORS: {n} is how many people a volunteer has added. */
    [SAY_WALK_IN] = SENTENCE("{n} added by hand. Welcome!"),
    /* TRANSLATORS: {n} is how many people it was of. */
    [SAY_UNDONE] = SENTENCE("The last check-in was taken back ({n})."),

    /* TRANSLATORS: {event} is the name of the meeting. */
    [SAY_OPENED] = SENTENCE("{event} is open. Welcome!"),
    [SAY_OPENED_AGAIN] = SENTENCE("{event} goes on with a new log."),
    [SAY_TEXTS_RESUMED] = SENTENCE("{event} is open, and texts are counted again."),
    [SAY_ALREADY_OPEN] = SENTENCE("{event} is already open."),
    [SAY_OTHER_EVENT_OPEN] =
        SENTENCE("{event} is open here. Close it first, then show this card again."),
    [SAY_OTHER_SECRET] = SENTENCE("This is not the card that opened this meeting. Show that one, "
                                  "or close the meeting first."),
    [SAY_TOO_EARLY] =
        /* TRANSLATORS: {time} such as 2026-11-21T18:00. */
    SENTENCE("This meeting begins at {time} UTC: show its card closer to that time."),
    [SAY_EVENT_OVER] = SENTENCE("{event} is over: its hub can make a card for the next meeting."),
    [SAY_EVENT_PAST] =
        /* TRANSLATORS: {time} such as 2026-11-21T18:00; kioskctl clock is a command. */
    SENTENCE("{event} is over: it is {time} UTC or later. If not, set the time: kioskctl clock"),
    [SAY_HEADCOUNT_SIGNED] = SENTENCE("The headcount is signed. {event} stays closed."),
    [SAY_CLOSED_HERE] = SENTENCE("{event} was closed on this kiosk and stays closed."),
    [SAY_CARD_UNREADABLE] =
        SENTENCE("This event card cannot be read whole: print it again, at least 10 cm wide."),
    [SAY_CARD_OTHER_NETWORK] = SENTENCE("This event card is of another network than this kiosk's."),
    [SAY_CARD_HUB_NOT_VALID] = SENTENCE("The hub's certificate does not cover this meeting: the "
                                        "hub asks its network for a new one."),
    [SAY_CARD_BAD_MANIFEST] =
        SENTENCE("This event card was altered or is not signed by its hub: make it again."),
    [SAY_CARD_WRONG_SECRET] =
        SENTENCE("This card's secret is not of this event: print the card again."),

    [SAY_CLOSED] = SENTENCE("{event} is closed. People counted: {n}. Thank you!"),
    [SAY_CLOSED_WINDOW] =
        SENTENCE("{event} is over and was closed. People counted: {n}. Thank you!"),
    [SAY_CLOSED_POWERED] =
        SENTENCE("{event} was open for its longest time and was closed. People counted: {n}."),
};

const char *sentence_english(enum sentence sentence)
{
	return (unsigned)sentence < SENTENCE_N ? table[sentence] : "";
}

void sentence_write(enum sentence sentence, unsigned language, const struct sentence_words *words,
                    char *buffer, size_t size)
{
	static const struct sentence_words none;
	char number[24];

	if (!words)
		words = &none;
	snprintf(number, sizeof(number), "%llu", (unsigned long long)words->n);
	catalogue_write(language, sentence_english(sentence),
	                (const struct named_text[]){
	                    {"event", words->event}, {"time", words->time}, {"n", number}},
	                3, buffer, size);
}
