/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "calendar.h"
#include "clock.h"
#include "link.h"

/* The offset time_parse() has read: "Z" or "+hh:mm" at the end of a good text. */
static int32_t offset_of(const char *text)
{
	const char *tail = text + strlen(text) - 6;
	int32_t s;

	if (text[strlen(text) - 1] == 'Z')
		return 0;
	s = ((tail[1] - '0') * 10 + (tail[2] - '0')) * 3600 +
	    ((tail[4] - '0') * 10 + (tail[5] - '0')) * 60;
	return tail[0] == '-' ? -s : s;
}

/* What is missing or wrong, where it can be told from the outside of the text. */
static const char *what_is_wrong(const char *text)
{
	const char *t = strchr(text, 'T');

	if (strlen(text) < 10 || text[4] != '-' || text[7] != '-')
		return "does not begin with a date such as 2026-11-21";
	if (t == NULL)
		return "has no time of day";
	if (t[strlen(t) - 1] != 'Z' && strpbrk(t, "+-") == NULL)
		return "has no offset from UTC";
	return "names a date, time or offset that does not exist";
}

int moment_parse(const struct args *args, const char *what, const char *text, struct moment *ret)
{
	struct moment moment;

	if (time_parse(text, &moment.s) < 0) {
		complain(args,
		         "%s: “%s” %s; right is a date, a time and its offset from UTC, such as "
		         "2026-11-21T18:00-05:00 or 2026-11-21T23:00Z",
		         what, text, what_is_wrong(text));
		return EX_USAGE;
	}
	moment.offset_s = offset_of(text);
	*ret = moment;
	return 0;
}

int day_parse(const struct args *args, const char *what, const char *text, struct moment *ret)
{
	char whole[32];
	struct moment moment = {0};

	if (strchr(text, 'T') != NULL)
		return moment_parse(args, what, text, ret);
	text_format(whole, sizeof(whole), "%.20sT00:00Z", text);
	if (strlen(text) != 10 || time_parse(whole, &moment.s) < 0) {
		complain(args,
		         "%s: “%s” is not a day of the calendar; right is a date such as "
		         "2026-11-21 (from midnight UTC), or with a time and offset, such as "
		         "2026-11-21T18:00-05:00",
		         what, text);
		return EX_USAGE;
	}
	*ret = moment;
	return 0;
}

static const struct {
	const char *unit;
	uint32_t s;
	const char *one, *many;
} units[] = {
    {"d", DAY_S, "day", "days"},
    {"h", 3600, "hour", "hours"},
    {"min", 60, "minute", "minutes"},
    {"s", 1, "second", "seconds"},
};
enum { N_UNITS = sizeof(units) / sizeof(units[0]) };

/* One "3h" at *text; moves on. */
static bool duration_step(const char **text, uint64_t *total_s)
{
	uint64_t value = 0;
	const char *c = *text;
	size_t len;

	while (*c >= '0' && *c <= '9' && value <= UINT32_MAX)
		value = value * 10 + (uint64_t)(*c++ - '0');
	len = strspn(c, "abcdefghijklmnopqrstuvwxyz");
	if (c == *text || value > UINT32_MAX)
		return false;
	for (size_t i = 0; i < N_UNITS; i++)
		if (strlen(units[i].unit) == len && strncmp(units[i].unit, c, len) == 0) {
			*total_s += value * units[i].s;
			*text = c + len;
			return *total_s <= UINT32_MAX;
		}
	return false;
}

void duration_format(uint32_t s, char *text, size_t size)
{
	for (size_t i = 0; i < N_UNITS; i++)
		if (s % units[i].s == 0 && (s >= units[i].s || i == N_UNITS - 1)) {
			const uint32_t n = s / units[i].s;

			text_format(text, size, "%u %s", n, n == 1 ? units[i].one : units[i].many);
			return;
		}
}

int duration_parse(const struct args *args, const char *what, const char *text, uint32_t min,
                   uint32_t max, uint32_t *ret_s)
{
	const char *c = text;
	char low[32], high[32];
	uint64_t total_s = 0;

	while (*c != '\0' && duration_step(&c, &total_s))
		;
	if (*c == '\0' && c != text && total_s >= min && total_s <= max) {
		*ret_s = (uint32_t)total_s;
		return 0;
	}
	duration_format(min, low, sizeof(low));
	duration_format(max, high, sizeof(high));
	complain(args,
	         "%s: “%s” will not do; right is a duration from %s to %s, written 90min, 3h, 7d "
	         "or 2h30min",
	         what, text, low, high);
	return EX_USAGE;
}

static const char *const days_en[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                      "Thursday", "Friday", "Saturday"};
static const char *const days_es[] = {"domingo", "lunes",   "martes", "miércoles",
                                      "jueves",  "viernes", "sábado"};
static const char *const months_en[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
static const char *const months_es[] = {"enero",      "febrero", "marzo",     "abril",
                                        "mayo",       "junio",   "julio",     "agosto",
                                        "septiembre", "octubre", "noviembre", "diciembre"};

static bool spanish(const char *language)
{
	return strncmp(language, "es", 2) == 0;
}

static struct tm local(struct moment at)
{
	const time_t s = (time_t)(at.s + at.offset_s);
	struct tm tm = {0};

	(void)gmtime_r(&s, &tm);
	return tm;
}

/* "November 21, 2026". */
static void day_format(const struct tm *tm, const char *language, char *text, size_t size)
{
	if (spanish(language))
		text_format(text, size, "%d de %s de %d", tm->tm_mday, months_es[tm->tm_mon],
		            tm->tm_year + 1900);
	else
		text_format(text, size, "%s %d, %d", months_en[tm->tm_mon], tm->tm_mday,
		            tm->tm_year + 1900);
}

/* "Saturday, November 21, 2026". */
static void date_format(struct moment at, const char *language, char *text, size_t size)
{
	const struct tm tm = local(at);
	char day[48];

	day_format(&tm, language, day, sizeof(day));
	if (spanish(language))
		text_format(text, size, "%s %s", days_es[tm.tm_wday], day);
	else
		text_format(text, size, "%s, %s", days_en[tm.tm_wday], day);
}

static void clock_format(struct moment at, const char *language, char *text, size_t size)
{
	const struct tm tm = local(at);
	const bool afternoon = tm.tm_hour >= 12;

	text_format(text, size, "%d:%02d\u00a0%s", tm.tm_hour % 12 == 0 ? 12 : tm.tm_hour % 12,
	            tm.tm_min,
	            spanish(language) ? (afternoon ? "p.\u00a0m." : "a.\u00a0m.")
	                              : (afternoon ? "pm" : "am"));
}

void span_format(struct moment start, uint32_t length_s, const char *language, char *text,
                 size_t size)
{
	const struct moment end = {start.s + length_s, start.offset_s};
	char date[48], end_date[48], from[24], to[24];

	date_format(start, language, date, sizeof(date));
	date_format(end, language, end_date, sizeof(end_date));
	clock_format(start, language, from, sizeof(from));
	clock_format(end, language, to, sizeof(to));
	if (strcmp(date, end_date) == 0)
		text_format(text, size, spanish(language) ? "%s, de %s a %s" : "%s, %s to %s", date,
		            from, to);
	else
		text_format(text, size,
		            spanish(language) ? "%s, %s, hasta el %s, %s" : "%s, %s, to %s, %s",
		            date, from, end_date, to);
}

void series_format(uint32_t every_days, uint32_t count, struct moment last, const char *language,
                   char *text, size_t size)
{
	const struct tm tm = local(last);
	char day[48];

	day_format(&tm, language, day, sizeof(day));
	text_format(text, size,
	            spanish(language) ? "Después, cada %u días; %u en total, la última el %s"
	                              : "Then every %u days; %u in all, the last on %s",
	            every_days, count, day);
}

void offset_note(int32_t offset_s, const char *language, char *text, size_t size)
{
	const uint32_t min = (uint32_t)(offset_s < 0 ? -offset_s : offset_s) / 60;

	text_format(text, size,
	            spanish(language) ? "Horas en UTC%c%02u:%02u" : "Times are UTC%c%02u:%02u",
	            offset_s < 0 ? '-' : '+', min / 60 % 24, min % 60);
}
