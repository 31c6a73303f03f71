/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "rfc3339.h"
#include "text.h"

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

/* "3 hours", "90 minutes", "7 days": exact. */
static void duration_format(uint32_t s, char *text, size_t size)
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
