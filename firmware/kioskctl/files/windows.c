/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "phrases.h"
#include "rfc3339.h"
#include "text.h"
#include "valid.h"
#include "windows.h"
#include "zone.h"

enum { LENGTH_S_MIN = 60, LENGTH_S_MAX = 7 * DAY_S };

struct windows {
	size_t n;
	uint32_t length_s;
	struct local_window {
		struct window window;
		int32_t offset_s;
	} at[WINDOWS_MAX];
};

/* --every and --count: 1 and 0 without them. */
static int read_series(const struct args *args, uint32_t length_s, uint32_t *ret_count,
                       uint32_t *ret_every_days)
{
	const char *every = args_value(args, "--every");
	uint32_t count, every_s = 0;
	int r = args_number(args, "--count", 1, OCCURRENCES_MAX, 1, &count);

	if (r == 0 && (every != NULL) != (args_value(args, "--count") != NULL)) {
		complain(args, "--every and --count belong together: --every 7d --count 8 is a "
		               "meeting a week, eight times");
		r = EX_USAGE;
	}
	if (r == 0 && every != NULL && count > 1)
		r = duration_parse(args, "--every", every, DAY_S, 3650U * DAY_S, &every_s);
	if (r != 0)
		return r;
	if (every_s % DAY_S != 0) {
		complain(args, "--every: “%s” is not a number of whole days; right is 7d", every);
		return EX_USAGE;
	}
	if (every_s > 0 && every_s < length_s) {
		complain(args,
		         "--every: “%s” is shorter than the meeting's --length: one would "
		         "begin before the other ends",
		         every);
		return EX_USAGE;
	}
	*ret_count = count;
	*ret_every_days = every_s / DAY_S;
	return 0;
}

/* Whether a date and time ends in its offset from UTC. */
static bool has_offset(const char *text)
{
	const char *t = strchr(text, 'T');

	return t == NULL || strpbrk(t, "Z+-") != NULL;
}

/* A time of UTC is shown by the zone's clocks; another offset has to be theirs. */
static int offset_of_zone(const struct args *args, const char *text, struct moment *at)
{
	const int32_t offset_s = zone_offset(at->s);

	if (at->offset_s != 0 && at->offset_s != offset_s) {
		complain(args,
		         "--start: “%s” has another offset from UTC than clocks in %s have then; "
		         "leave it out",
		         text, args_value(args, "--zone"));
		return EX_USAGE;
	}
	at->offset_s = offset_s;
	return 0;
}

/* One --start, with its offset or by the zone's clocks. *ret_civil_s: what clocks there show. */
static int read_start(const struct args *args, const char *text, bool zone, struct moment *ret,
                      int64_t *ret_civil_s)
{
	char utc[64];
	int r;

	if (zone && !has_offset(text)) {
		text_format(utc, sizeof(utc), "%.40sZ", text);
		r = moment_parse(args, "--start", utc, ret);
		if (r == 0)
			r = zone_moment(args, "--start", text, ret->s, ret);
	} else {
		r = moment_parse(args, "--start", text, ret);
		if (r == 0 && zone)
			r = offset_of_zone(args, text, ret);
	}
	if (r != 0)
		return r;
	if (!valid_time(ret->s)) {
		complain(args, "--start: “%s” is before 1970 or after 9999", text);
		return EX_USAGE;
	}
	*ret_civil_s = ret->s + ret->offset_s;
	return 0;
}

/* One more meeting: the next of the window before, or a window of its own. */
static int add_meeting(const struct args *args, struct windows *windows, struct moment at,
                       uint32_t every_days, bool goes_on)
{
	struct local_window *last = &windows->at[windows->n - (goes_on ? 1 : 0)];

	if (goes_on && last->offset_s == at.offset_s) {
		last->window.count++;
		last->window.every_days = (uint16_t)every_days;
		return 0;
	}
	if (windows->n == WINDOWS_MAX) {
		complain(args,
		         args_value(args, "--every") != NULL
		             ? "--count: clocks are changed more often than a card has room for "
		               "(%d times); give fewer meetings"
		             : "--start: at most %d can be given; --every and --count make "
		               "a longer series",
		         WINDOWS_MAX);
		return EX_USAGE;
	}
	windows->at[windows->n++] = (struct local_window){
	    .window = {.start = at.s, .length_s = windows->length_s, .count = 1},
	    .offset_s = at.offset_s};
	return 0;
}

/* A series keeps its time of day: by the zone's clocks, or at the offset it was given in. */
static int add_series(const struct args *args, struct windows *windows, const char *text, bool zone,
                      uint32_t count, uint32_t every_days)
{
	struct moment first, at;
	int64_t civil_s;
	int r = read_start(args, text, zone, &first, &civil_s);

	for (uint32_t i = 0; r == 0 && i < count; i++) {
		const int64_t later_s = (int64_t)i * every_days * DAY_S;

		at = (struct moment){first.s + later_s, first.offset_s};
		if (zone && i > 0)
			r = zone_moment(args, "--every", text, civil_s + later_s, &at);
		if (r == 0)
			r = add_meeting(args, windows, at, every_days, i > 0);
	}
	return r;
}

static int compare_windows(const void *a, const void *b)
{
	const struct local_window *x = a, *y = b;

	return x->window.start < y->window.start ? -1 : x->window.start > y->window.start;
}

int windows_read(const struct args *args, struct manifest *manifest,
                 int32_t ret_offset_s[WINDOWS_MAX])
{
	const char *zone = args_value(args, "--zone"), *text;
	struct windows windows = {0};
	uint32_t count = 1, every_days = 0;
	int64_t free_from = 0;
	int r = duration_parse(args, "--length", args_value(args, "--length"), LENGTH_S_MIN,
	                       LENGTH_S_MAX, &windows.length_s);

	if (r == 0 && args_count(args, "--start") > 1 && args_value(args, "--every") != NULL) {
		complain(args,
		         "--every goes with one --start; for dates without a rhythm give each "
		         "its --start");
		r = EX_USAGE;
	}
	if (r == 0)
		r = read_series(args, windows.length_s, &count, &every_days);
	if (r == 0 && zone != NULL)
		r = zone_open(args, zone);
	for (size_t i = 0; r == 0 && (text = args_nth(args, "--start", i)) != NULL; i++)
		r = add_series(args, &windows, text, zone != NULL, count, every_days);
	if (r != 0)
		return r;
	qsort(windows.at, windows.n, sizeof(windows.at[0]), compare_windows);
	for (size_t i = 0; i < windows.n; i++) {
		const struct window *window = &windows.at[i].window;

		manifest->window[i] = *window;
		ret_offset_s[i] = windows.at[i].offset_s;
		if (window->start < free_from) {
			complain(args, "--start: two meetings overlap; the next may begin when the "
			               "one before has ended");
			return EX_USAGE;
		}
		free_from = window->start + window->length_s +
		            (int64_t)(window->count - 1) * window->every_days * DAY_S;
	}
	manifest->n_windows = (uint8_t)windows.n;
	return 0;
}

void windows_tell(const struct manifest *manifest, const int32_t offset_s[WINDOWS_MAX])
{
	char text[PAPER_LINE_BYTES];

	for (size_t i = 0; i < manifest->n_windows; i++) {
		const struct window *window = &manifest->window[i];
		struct moment at = {window->start, offset_s[i]};

		span_format(at, window->length_s, CATALOGUE_ENGLISH, text, sizeof(text));
		(void)printf("  %s\n", text);
		if (window->count <= 1)
			continue;
		at.s += (int64_t)window->every_days * DAY_S * (window->count - 1);
		series_format(window->every_days, window->count, at, CATALOGUE_ENGLISH, text,
		              sizeof(text));
		(void)printf("    %s\n", text);
	}
}
