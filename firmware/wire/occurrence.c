/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "message.h"
#include "valid.h"

uint32_t manifest_occurrences(const struct manifest *manifest)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < manifest->n_windows; i++)
		n += manifest->window[i].count;
	return n;
}

int manifest_occurrence(const struct manifest *manifest, uint32_t occurrence, int64_t *ret_start,
                        int64_t *ret_end)
{
	for (unsigned i = 0; i < manifest->n_windows; i++) {
		const struct window *window = &manifest->window[i];

		if (occurrence < window->count) {
			*ret_start =
			    window->start + (int64_t)occurrence * window->every_days * DAY_S;
			*ret_end = *ret_start + window->length_s;
			return 0;
		}
		occurrence -= window->count;
	}
	return -ERANGE;
}

int manifest_project_index(const struct manifest *manifest, uint16_t id)
{
	for (int i = 0; i < manifest->n_projects; i++)
		if (manifest->project[i].id == id)
			return i;
	return -ENOENT;
}

uint64_t manifest_people_max(const struct manifest *manifest)
{
	const uint64_t twice = 2 * (uint64_t)manifest->tickets_issued;

	if (manifest->people_max > 0)
		return manifest->people_max;
	return twice > PEOPLE_UNSAID ? twice : PEOPLE_UNSAID;
}
