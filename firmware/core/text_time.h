/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When a text was sent. Its stamp is its centre's clock, and some are wrong: local time called UTC,
 * the year 2098, zeros. In: stamps, what is known of the date, which arrivals were seen (the modem
 * told of them as they came). Out: the time a text is judged by. The whole rule:
 *
 * 1. Only texts from people's numbers teach, and of what they say now is the newest time that is not
 *    far ahead of all the others.
 * 2. A stamp that is none, lies in the future, or further back than a network keeps a text, is
 *    impossible. Such a text counts by its arrival, if that was seen while the event was open.
 * 3. A centre's constant error is whole quarters of an hour, as zones are. It is learnt from two
 *    people's texts whose arrival was seen and that agree, or from one well after the opening, when
 *    what the network had held back is through; and never where a text by that centre was right.
 *    A text that looks so and is the first waits a while for the second.
 * 4. Whatever else a stamp says is believed: a text sent yesterday does not count today.
 */
#ifndef KIOSK_CORE_TEXT_TIME_H
#define KIOSK_CORE_TEXT_TIME_H

#include <kiosk/types.h>

enum {
	TEXT_STAMPS_MAX = 32,
	TEXT_FAR_AHEAD_S = 86400,     /* of all others: a stamp that teaches nothing */
	TEXT_AHEAD_S = 600,           /* a centre's clock may be */
	TEXT_HELD_S = 64 * 7 * 86400, /* 23.040 clause 9.2.3.12.1: kept 63 weeks at most */
	TEXT_ZONE_S = 900,
	TEXT_ZONE_S_MAX = 14 * 3600,
	TEXT_AGREE_S = 90,    /* how long a text is on its way, more or less */
	TEXT_THROUGH_S = 120, /* after the opening: what was held back came before */
	TEXT_WAITS_S = 600,   /* for another one of its centre */
};

struct text_stamp {
	bool has_time;
	int64_t time;
	bool announced; /* its arrival was seen, at: */
	struct mono_time arrived;
	uint64_t centre, sender; /* told apart, no more */
};

struct text_clock {
	struct text_stamp stamp[TEXT_STAMPS_MAX];
	unsigned n; /* ever: the oldest gives way */
};

/* What is known of the date and of the event, now. */
struct text_era {
	struct mono_time mono;
	bool clock_known;
	int64_t now; /* if known */
	int64_t floor;
	bool open;
	struct mono_time opened; /* or since when this program knows that it is */
	int64_t from, until;     /* its window, grace included */
};

enum text_time {
	TEXT_TIME_STANDS,  /* the stamp, or what is left of it without its centre's error */
	TEXT_TIME_ARRIVED, /* it came while the event was open: within its window */
	TEXT_TIME_WAITS,   /* the next text may tell */
	TEXT_TIME_NONE,    /* impossible, and its arrival was not seen */
};

/* A person's text; once, however often it is offered. */
void text_clock_note(struct text_clock *clock, const struct text_stamp *stamp);
/* What they say now is (rule 1). False: nothing. */
bool text_clock_now(const struct text_clock *clock, struct mono_time mono, int64_t *ret);

/* `ret_time` for STANDS and ARRIVED. */
enum text_time text_time_judge(const struct text_clock *clock, const struct text_era *era,
                               const struct text_stamp *stamp, int64_t *ret_time);

#endif
