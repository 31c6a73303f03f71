/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "phrases.h"

/*
 * Paper makes what stands in a place smaller until it fits. With as many letters as this, in three
 * languages beside each other, lines on a slip are still 1.3 mm apart: fine print.
 */
enum { TITLE = 32, WORD = 16, FORMAT = 64, LINE = 80, CARD = 140, TICKET = 160 };

static const struct {
	const char *english;
	unsigned letters_max;
} table[PHRASE_N] = {
    /* TRANSLATORS: from here on what is printed: event cards, tickets, and slips as large as a
       business card. Few words: letters are made smaller until all has room. This one names a card,
       which lets the kiosk begin with a meeting. */
    [PHRASE_EVENT_CARD] = {PHRASE("printed on the card", "Event card"), TITLE},
    [PHRASE_SHOW_CARD] = {SENTENCE("Show this card to the kiosk's camera to begin."), LINE},
    [PHRASE_SHOW_AGAIN] = {SENTENCE("After a power cut show it again: texts wait for it."), LINE},
    [PHRASE_KEEP_CARD] = {SENTENCE("Keep this card: whoever holds it can begin this meeting's "
                                   "count."),
                          CARD},
    /* TRANSLATORS: “kioskctl …” is typed as it is. */
    [PHRASE_CLOSE] = {SENTENCE("To close, type “kioskctl close” at the kiosk. Left alone, it "
                               "closes by itself after the meeting."),
                      CARD},
    [PHRASE_UNDO] = {SENTENCE("“kioskctl undo” takes the last one back, “kioskctl +1” counts "
                              "somebody without a code."),
                     CARD},
    /* TRANSLATORS: {whom} such as Ann, +1 502 555 0123; or the name of a hub. */
    [PHRASE_CALL] = {SENTENCE("Questions? {whom}"), TITLE},
    /* TRANSLATORS: {number} of a ticket. */
    [PHRASE_TICKET_NUMBER] = {PHRASE("printed on a ticket", "No. {number}"), TITLE},
    /* TRANSLATORS: what to do with a ticket or slip. */
    [PHRASE_SHOW_TICKET] = {SENTENCE("Hold this code up to the kiosk's camera."), LINE},
    /* TRANSLATORS: a ticket or slip is for one person. */
    [PHRASE_ONE_PERSON] = {SENTENCE("One person. We count you, not who you are."), LINE},
    [PHRASE_PRIVACY] = {SENTENCE("No name is kept. The mark that keeps a code from counting twice "
                                 "does not say who you are, and is erased when the meeting "
                                 "closes."),
                        TICKET},
    [PHRASE_SLIP_PRIVACY] = {SENTENCE("One person. No name is asked or kept."), LINE},
    /* TRANSLATORS: of the person who has the ticket or slip. */
    [PHRASE_FIRST_YES] = {SENTENCE("✓ First meeting this year"), LINE},
    [PHRASE_FIRST_NO] = {SENTENCE("Not the first meeting this year"), LINE},

    /* TRANSLATORS: when a meeting is: Saturday, November 21, 2026, 6:00 pm to 9:00 pm (UTC-05:00). */
    [PHRASE_SPAN] = {SENTENCE("{date}, {from} to {to} ({offset})"), FORMAT},
    /* TRANSLATORS: the same of a meeting that ends on another day. */
    [PHRASE_SPAN_DAYS] = {SENTENCE("{date}, {from}, to {end_date}, {to} ({offset})"), FORMAT},
    /* TRANSLATORS: Saturday, November 21, 2026, 6:00 pm (UTC-05:00). */
    [PHRASE_MOMENT] = {PHRASE("date and time", "{date}, {time} ({offset})"), FORMAT},
    /* TRANSLATORS: of meetings that repeat: there are {count}; {date} such as January 9, 2027. */
    [PHRASE_SERIES] = {SENTENCE("Then every {days} days; {count} in all, the last on {date}"),
                       FORMAT},
    /* TRANSLATORS: of meetings that there is no room for: {count} of them; {date} such as January 9,
       2027. */
    [PHRASE_MORE] = {SENTENCE("And {count} more, the last on {date}"), FORMAT},
    /* TRANSLATORS: November 21, 2026 */
    [PHRASE_DATE] = {PHRASE("date", "{month} {day}, {year}"), FORMAT},
    /* TRANSLATORS: Saturday, November 21, 2026 */
    [PHRASE_WEEKDAY] = {PHRASE("date", "{weekday}, {date}"), FORMAT},
    /* TRANSLATORS: 6:00 pm; {hour} is 1 to 12. The line is not broken at its spaces. */
    [PHRASE_TIME_OF_DAY] = {PHRASE("time of day", "{hour}:{minute} {half}"), FORMAT},
    [PHRASE_AM] = {PHRASE("time of day", "am"), WORD},
    [PHRASE_PM] = {PHRASE("time of day", "pm"), WORD},
    /* TRANSLATORS: days and months as they stand inside a date. */
    [PHRASE_SUNDAY] = {PHRASE("in a date", "Sunday"), WORD},
    [PHRASE_SUNDAY + 1] = {PHRASE("in a date", "Monday"), WORD},
    [PHRASE_SUNDAY + 2] = {PHRASE("in a date", "Tuesday"), WORD},
    [PHRASE_SUNDAY + 3] = {PHRASE("in a date", "Wednesday"), WORD},
    [PHRASE_SUNDAY + 4] = {PHRASE("in a date", "Thursday"), WORD},
    [PHRASE_SUNDAY + 5] = {PHRASE("in a date", "Friday"), WORD},
    [PHRASE_SUNDAY + 6] = {PHRASE("in a date", "Saturday"), WORD},
    [PHRASE_JANUARY] = {PHRASE("in a date", "January"), WORD},
    [PHRASE_JANUARY + 1] = {PHRASE("in a date", "February"), WORD},
    [PHRASE_JANUARY + 2] = {PHRASE("in a date", "March"), WORD},
    [PHRASE_JANUARY + 3] = {PHRASE("in a date", "April"), WORD},
    [PHRASE_JANUARY + 4] = {PHRASE("in a date", "May"), WORD},
    [PHRASE_JANUARY + 5] = {PHRASE("in a date", "June"), WORD},
    [PHRASE_JANUARY + 6] = {PHRASE("in a date", "July"), WORD},
    [PHRASE_JANUARY + 7] = {PHRASE("in a date", "August"), WORD},
    [PHRASE_JANUARY + 8] = {PHRASE("in a date", "September"), WORD},
    [PHRASE_JANUARY + 9] = {PHRASE("in a date", "October"), WORD},
    [PHRASE_JANUARY + 10] = {PHRASE("in a date", "November"), WORD},
    [PHRASE_JANUARY + 11] = {PHRASE("in a date", "December"), WORD},
};

const char *phrase_text(enum phrase phrase, unsigned language)
{
	assert(phrase < PHRASE_N);
	return catalogue_text(language, table[phrase].english);
}

void phrase_write(enum phrase phrase, unsigned language, const struct named_text *named, size_t n,
                  char *text, size_t size)
{
	assert(phrase < PHRASE_N);
	catalogue_write(language, table[phrase].english, named, n, text, size);
}

unsigned phrase_letters_max(enum phrase phrase)
{
	assert(phrase < PHRASE_N);
	return table[phrase].letters_max;
}
