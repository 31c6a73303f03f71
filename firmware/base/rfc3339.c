/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "rfc3339.h"

/* Reads exactly `digits` digits at *text and moves on. */
static bool number(const char **text, int digits, int min, int max, int *ret)
{
	int value = 0;

	for (int i = 0; i < digits; i++, (*text)++) {
		if (**text < '0' || **text > '9')
			return false;
		value = value * 10 + (**text - '0');
	}
	*ret = value;
	return value >= min && value <= max;
}

static bool literal(const char **text, char c)
{
	if (**text != c)
		return false;
	(*text)++;
	return true;
}

static bool offset(const char **text, int *ret_s)
{
	const int sign = **text == '-' ? -1 : 1;
	int hours, minutes;

	if (literal(text, 'Z')) {
		*ret_s = 0;
		return true;
	}
	if (!literal(text, '+') && !literal(text, '-'))
		return false;
	if (!number(text, 2, 0, 23, &hours) || !literal(text, ':') ||
	    !number(text, 2, 0, 59, &minutes))
		return false;
	*ret_s = sign * (hours * 3600 + minutes * 60);
	return true;
}

int time_parse(const char *text, int64_t *ret_s)
{
	struct tm tm = {0}, normal;
	int year, month, offset_s;
	time_t s;

	if (!number(&text, 4, 1970, 9999, &year) || !literal(&text, '-') ||
	    !number(&text, 2, 1, 12, &month) || !literal(&text, '-') ||
	    !number(&text, 2, 1, 31, &tm.tm_mday) || !literal(&text, 'T') ||
	    !number(&text, 2, 0, 23, &tm.tm_hour) || !literal(&text, ':') ||
	    !number(&text, 2, 0, 59, &tm.tm_min))
		return -EINVAL;
	if (literal(&text, ':') && !number(&text, 2, 0, 59, &tm.tm_sec))
		return -EINVAL;
	if (!offset(&text, &offset_s) || *text != '\0')
		return -EINVAL;
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	normal = tm;
	s = timegm(&normal);
	/* The 31st of a shorter month would have become the next one's first. */
	if (normal.tm_mday != tm.tm_mday || normal.tm_mon != tm.tm_mon)
		return -EINVAL;
	*ret_s = s - offset_s;
	return 0;
}

void time_format(int64_t s, char text[32])
{
	const time_t t = s;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL || strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		(void)snprintf(text, 32, "(no date)");
}
