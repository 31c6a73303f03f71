/* SPDX-License-Identifier: Apache-2.0 */
/* Dates and times of day as paper shows them, in each language of firmware/po. */
#ifndef KIOSKCTL_PAPER_TIME_H
#define KIOSKCTL_PAPER_TIME_H

#include <stddef.h>
#include <stdint.h>

/* A moment with the offset from UTC it was given in. */
struct moment {
	int64_t s;
	int32_t offset_s;
};

/* "Saturday, November 21, 2026, 6:00 pm to 9:00 pm (UTC-05:00)" */
void span_format(struct moment start, uint32_t length_s, unsigned language, char *text,
                 size_t size);
/* "Then every 7 days; 8 in all, the last on January 9, 2027" */
void series_format(uint32_t every_days, uint32_t count, struct moment last, unsigned language,
                   char *text, size_t size);
/* "And 6 more, the last on January 9, 2027" */
void more_format(uint32_t count, struct moment last, unsigned language, char *text, size_t size);
/* "Saturday, November 21, 2026, 6:00 pm (UTC-05:00)" */
void moment_format(struct moment at, unsigned language, char *text, size_t size);

#endif
