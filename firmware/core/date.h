/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What day it is, on a machine that may have no clock (DESIGN section 8). In: who says what, each
 * word carried on to now by CLOCK_BOOTTIME. Out: the date, if one may be believed, and the word that
 * may not be. Touches nothing. This is the whole rule:
 *
 * 1. The floor, kept on disk, is a time that has passed: the program's build, and receipts. Now is
 *    never before it. A word more than DATE_AGREE_S before it is not believed.
 * 2. A word is believed only as far ahead as time can have passed. Since a card opened an event in
 *    this boot, that is the event's window, grace included, and what CLOCK_BOOTTIME says has gone by
 *    since; after a boot, DATE_UNPOWERED_S_MAX past the latest date known, and with an event left
 *    open DATE_LEFT_OPEN_S_MAX past its end. A receipt is bounded by its key's certificate too.
 * 3. While an event is open nothing ends it at one word: neither a receipt later than its end, nor a
 *    clock that jumps (DATE_STEP_S) against CLOCK_BOOTTIME. The date known before the jump goes on.
 *    A jump to within the event's window is a correction, and followed. So an open event ends when
 *    a date that goes on second by second reaches its end, after its longest powered time, or by a
 *    person.
 * 4. Two words of different kinds that agree within an hour are believed whatever rules 2 and 3 say.
 * 5. What is not believed is not sealed, opens nothing, ends nothing, raises no floor, and is shown.
 * 6. The floor is raised by a receipt whose word stands by these rules, and not past a date that is
 *    known without it. A floor that went wrong goes back, never before the build, by a newer receipt (of a larger collector's log) that says less,
 *    while no believed clock speaks for the floor; and by a person (`kioskctl clock`), whose word
 *    then stands for this boot.
 *
 * The time in a text is a hint: it may agree with another word, it is sealed as an estimate within
 * the bounds of rules 1 to 3, and it ends nothing.
 */
#ifndef KIOSK_CORE_DATE_H
#define KIOSK_CORE_DATE_H

#include <kiosk/record.h>

enum {
	DATE_STEP_S = 120,   /* less is drift, and how often a clock is looked at */
	DATE_AGREE_S = 3600, /* two clocks that agree */
	DATE_LEFT_OPEN_S_MAX = 31 * 86400,
	DATE_UNPOWERED_S_MAX = 400 * 86400, /* a hub that meets once a year */
};

/* What somebody says it is now. */
struct date_word {
	bool given;
	int64_t at;
};

struct date_facts {
	int64_t built, floor; /* 0: unknown; the floor is not before the build */
	struct date_word system;
	enum clock_source system_source; /* NTP, RTC or OPERATOR if given */
	struct date_word receipt;        /* the last one made just now */
	struct date_word sms;
	/* the date believed last in this boot, carried on, and who said it */
	struct date_word kept;
	enum clock_source kept_source;
	bool kept_by_person; /* `kioskctl clock` */
	/* the event opened last, its window with grace */
	bool has_event, open;
	int64_t from, until;
	struct date_word latest; /* given: it was opened in this boot, so now is before that */
};

enum date_doubt {
	DATE_STANDS = 0,
	DATE_TOO_EARLY, /* before the floor */
	DATE_TOO_LATE,  /* later than time can have passed */
	DATE_JUMPED, /* against CLOCK_BOOTTIME, while an event is open or a person said the date */
};

struct date {
	bool known;
	int64_t now; /* if known; not before the floor */
	enum clock_source source;
	bool kept; /* nobody's word of this moment: the one before it goes on */
	/* if not known: a text's time that may be sealed as an estimate */
	bool has_estimate;
	int64_t estimate;
	/* a word that is not believed */
	enum date_doubt doubt;
	int64_t doubted;
	enum clock_source doubted_source;
};

struct date date_judge(const struct date_facts *facts);

/*
 * The floor after a receipt of `time`, whose key's certificate is good from `cert_from` to
 * `cert_until`. `fresh`: made just now, not one of before. facts->receipt is not asked.
 */
int64_t date_floor(const struct date_facts *facts, int64_t time, bool fresh, int64_t cert_from,
                   int64_t cert_until);

#endif
