/* SPDX-License-Identifier: Apache-2.0 */
/* Sums of batch rows, for totals: people or one project, by channel and by the answer to "first
 * time?". */
#ifndef KIOSK_COLLECTORD_COUNT_H
#define KIOSK_COLLECTORD_COUNT_H

#include <jansson.h>

#include "totals.h"

struct count {
	uint64_t n;          /* added minus revoked */
	uint64_t channel[4]; /* by enum channel */
	uint64_t first[3];   /* by enum first */
};

enum { COUNT_PROJECTS_MAX = 4 * PROJECTS_MAX };

/* Projects of one event; its issues may name different ones. */
struct project_counts {
	unsigned n;
	uint16_t id[COUNT_PROJECTS_MAX];
	struct count count[COUNT_PROJECTS_MAX];
};

void count_row(struct count *count, const struct batch_row *row);
void count_add(struct count *count, const struct count *more);
/* The count of a project, made if it is new; NULL when there are too many. */
struct count *count_project(struct project_counts *projects, uint16_t id);

/* Whether the public may see it. */
bool count_is_public(const struct count *count);
/* Whether the public may see all of them beside the people they belong to. */
bool count_projects_are_public(const struct count *people, const struct project_counts *projects);

/* {"<what>": n, "by_channel": …, "first_time": …}; for the public only the first, masked. */
json_t *count_json(const struct count *count, const char *what, enum totals_view view);

#endif
