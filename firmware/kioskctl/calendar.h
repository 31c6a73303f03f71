/* SPDX-License-Identifier: Apache-2.0 */
/* Dates, times of day and durations as people give them and as paper shows them. Offsets from UTC
 * are fixed. */
#ifndef KIOSKCTL_CALENDAR_H
#define KIOSKCTL_CALENDAR_H

#include "args.h"
#include "valid.h"

/* A moment with the offset from UTC it was given in. */
struct moment {
	int64_t s;
	int32_t offset_s;
};

/* "2026-11-21T18:00-05:00" or "…Z". `what` names it in the sentence. 0 or EX_USAGE, told. */
int moment_parse(const struct args *args, const char *what, const char *text, struct moment *ret);
/* The same, or "2026-11-21": midnight UTC. */
int day_parse(const struct args *args, const char *what, const char *text, struct moment *ret);
/* "90min", "3h", "7d", "2h30min" … in seconds, in [min, max]. 0 or EX_USAGE, told. */
int duration_parse(const struct args *args, const char *what, const char *text, uint32_t min,
                   uint32_t max, uint32_t *ret_s);
/* "3 hours", "90 minutes", "7 days": exact. */
void duration_format(uint32_t s, char *text, size_t size);

/* "Saturday, November 21, 2026, 6:00 pm to 9:00 pm", in English unless `language` begins with "es".
 */
void span_format(struct moment start, uint32_t length_s, const char *language, char *text,
                 size_t size);
/* "Then every 7 days; 8 in all, the last on January 9, 2027" */
void series_format(uint32_t every_days, uint32_t count, struct moment last, const char *language,
                   char *text, size_t size);
/* "Times are UTC-05:00." */
void offset_note(int32_t offset_s, const char *language, char *text, size_t size);

#endif
