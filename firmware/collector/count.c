/* SPDX-License-Identifier: Apache-2.0 */
#include "count.h"

void count_row(struct count *count, const struct batch_row *row)
{
	uint64_t net = row->added - row->revoked;

	count->n += net;
	count->channel[row->channel] += net;
	count->first[row->first] += net;
}

void count_add(struct count *count, const struct count *more)
{
	count->n += more->n;
	for (size_t i = 0; i < sizeof(count->channel) / sizeof(count->channel[0]); i++)
		count->channel[i] += more->channel[i];
	for (size_t i = 0; i < sizeof(count->first) / sizeof(count->first[0]); i++)
		count->first[i] += more->first[i];
}

struct count *count_project(struct project_counts *projects, uint16_t id)
{
	for (unsigned i = 0; i < projects->n; i++)
		if (projects->id[i] == id)
			return &projects->count[i];
	if (projects->n == COUNT_PROJECTS_MAX)
		return NULL;
	projects->id[projects->n] = id;
	projects->count[projects->n] = (struct count){0};
	return &projects->count[projects->n++];
}

bool count_is_public(const struct count *count)
{
	return count->n >= PUBLIC_COUNT_MIN;
}

bool count_projects_are_public(const struct count *people, const struct project_counts *projects)
{
	if (!count_is_public(people))
		return false;
	for (unsigned i = 0; i < projects->n; i++) {
		const uint64_t n = projects->count[i].n;
		/* The one project there is, which all came for, says no more than its people do. */
		const bool says_nothing = projects->n == 1 && n == people->n;

		if (!count_is_public(&projects->count[i]) ||
		    (people->n < n + PUBLIC_COUNT_MIN && !says_nothing))
			return false;
	}
	return true;
}

json_t *count_json(const struct count *count, const char *what, enum totals_view view)
{
	if (view == TOTALS_PUBLIC && !count_is_public(count))
		return json_pack("{s:s}", what, "fewer than 10");
	if (view == TOTALS_PUBLIC)
		return json_pack("{s:I}", what, (json_int_t)count->n);
	return json_pack("{s:I, s:{s:I, s:I, s:I}, s:{s:I, s:I, s:I}}", what, (json_int_t)count->n,
	                 "by_channel", "qr", (json_int_t)count->channel[CHANNEL_QR], "sms",
	                 (json_int_t)count->channel[CHANNEL_SMS], "manual",
	                 (json_int_t)count->channel[CHANNEL_MANUAL], "first_time", "yes",
	                 (json_int_t)count->first[FIRST_YES], "no",
	                 (json_int_t)count->first[FIRST_NO], "not_asked",
	                 (json_int_t)count->first[FIRST_NOT_ASKED]);
}
