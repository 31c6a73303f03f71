/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <time.h>

#include "paper_time.h"
#include "phrases.h"
#include "text.h"

static struct tm local(struct moment at)
{
	const time_t s = (time_t)(at.s + at.offset_s);
	struct tm tm = {0};

	(void)gmtime_r(&s, &tm);
	return tm;
}

/* "November 21, 2026" */
static void date_format(const struct tm *tm, unsigned language, char *text, size_t size)
{
	char day[12], year[12];

	text_format(day, sizeof(day), "%d", tm->tm_mday);
	text_format(year, sizeof(year), "%d", tm->tm_year + 1900);
	phrase_write(PHRASE_DATE, language,
	             (const struct named_text[]){
	                 {"day", day},
	                 {"month", phrase_text(PHRASE_JANUARY + (unsigned)tm->tm_mon, language)},
	                 {"year", year}},
	             3, text, size);
}

/* "Saturday, November 21, 2026" */
static void weekday_format(struct moment at, unsigned language, char *text, size_t size)
{
	const struct tm tm = local(at);
	char date[PAPER_LINE_BYTES];

	date_format(&tm, language, date, sizeof(date));
	phrase_write(PHRASE_WEEKDAY, language,
	             (const struct named_text[]){
	                 {"weekday", phrase_text(PHRASE_SUNDAY + (unsigned)tm.tm_wday, language)},
	                 {"date", date}},
	             2, text, size);
}

/* Spaces become such as no line is broken at. */
static void keep_together(const char *from, char *text, size_t size)
{
	static const char space[] = "\u00a0";
	size_t len = 0;

	for (; *from != '\0' && len + sizeof(space) < size; from++)
		if (*from == ' ') {
			memcpy(text + len, space, sizeof(space) - 1);
			len += sizeof(space) - 1;
		} else {
			text[len++] = *from;
		}
	text[len] = '\0';
}

/* "6:00 pm" */
static void time_of_day_format(struct moment at, unsigned language, char *text, size_t size)
{
	const struct tm tm = local(at);
	char hour[12], minute[12], loose[PAPER_LINE_BYTES];

	text_format(hour, sizeof(hour), "%d", tm.tm_hour % 12 == 0 ? 12 : tm.tm_hour % 12);
	text_format(minute, sizeof(minute), "%02d", tm.tm_min);
	phrase_write(PHRASE_TIME_OF_DAY, language,
	             (const struct named_text[]){
	                 {"hour", hour},
	                 {"minute", minute},
	                 {"half", phrase_text(tm.tm_hour < 12 ? PHRASE_AM : PHRASE_PM, language)}},
	             3, loose, sizeof(loose));
	keep_together(loose, text, size);
}

/* "UTC-05:00", the same in every language; "UTC" */
static void offset_format(int32_t offset_s, char *text, size_t size)
{
	const uint32_t min = (uint32_t)(offset_s < 0 ? -offset_s : offset_s) / 60;

	if (min == 0)
		text_copy(text, size, "UTC");
	else
		text_format(text, size, "UTC%c%02u:%02u", offset_s < 0 ? '-' : '+', min / 60 % 24,
		            min % 60);
}

void moment_format(struct moment at, unsigned language, char *text, size_t size)
{
	char date[PAPER_LINE_BYTES], time[PAPER_LINE_BYTES], offset[16];

	weekday_format(at, language, date, sizeof(date));
	time_of_day_format(at, language, time, sizeof(time));
	offset_format(at.offset_s, offset, sizeof(offset));
	phrase_write(
	    PHRASE_MOMENT, language,
	    (const struct named_text[]){{"date", date}, {"time", time}, {"offset", offset}}, 3,
	    text, size);
}

void span_format(struct moment start, uint32_t length_s, unsigned language, char *text, size_t size)
{
	const struct moment end = {start.s + length_s, start.offset_s};
	char date[PAPER_LINE_BYTES], end_date[PAPER_LINE_BYTES];
	char from[PAPER_LINE_BYTES], to[PAPER_LINE_BYTES], offset[16];

	weekday_format(start, language, date, sizeof(date));
	weekday_format(end, language, end_date, sizeof(end_date));
	time_of_day_format(start, language, from, sizeof(from));
	time_of_day_format(end, language, to, sizeof(to));
	offset_format(start.offset_s, offset, sizeof(offset));
	phrase_write(strcmp(date, end_date) == 0 ? PHRASE_SPAN : PHRASE_SPAN_DAYS, language,
	             (const struct named_text[]){{"date", date},
	                                         {"from", from},
	                                         {"end_date", end_date},
	                                         {"to", to},
	                                         {"offset", offset}},
	             5, text, size);
}

void series_format(uint32_t every_days, uint32_t count, struct moment last, unsigned language,
                   char *text, size_t size)
{
	const struct tm tm = local(last);
	char days[12], meetings[12], date[PAPER_LINE_BYTES];

	text_format(days, sizeof(days), "%u", every_days);
	text_format(meetings, sizeof(meetings), "%u", count);
	date_format(&tm, language, date, sizeof(date));
	phrase_write(
	    PHRASE_SERIES, language,
	    (const struct named_text[]){{"days", days}, {"count", meetings}, {"date", date}}, 3,
	    text, size);
}

void more_format(uint32_t count, struct moment last, unsigned language, char *text, size_t size)
{
	const struct tm tm = local(last);
	char more[12], date[PAPER_LINE_BYTES];

	text_format(more, sizeof(more), "%u", count);
	date_format(&tm, language, date, sizeof(date));
	phrase_write(PHRASE_MORE, language,
	             (const struct named_text[]){{"count", more}, {"date", date}}, 2, text, size);
}
