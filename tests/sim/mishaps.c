/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "mishaps.h"

static const char *const words[MISHAPS_N] = {
#define X(name, words) [MISHAP_##name] = (words),
    MISHAPS(X)
#undef X
};

void mishaps_add(struct mishaps *sum, const struct mishaps *other)
{
	for (int i = 0; i < MISHAPS_N; i++)
		sum->n[i] += other->n[i];
}

void mishaps_print(const struct mishaps *mishaps, uint64_t worlds)
{
	printf("What happened in %llu worlds:\n", (unsigned long long)worlds);
	for (int i = 0; i < MISHAPS_N; i++)
		printf("%9llu  %s\n", (unsigned long long)mishaps->n[i], words[i]);
}

bool mishaps_all(const struct mishaps *mishaps)
{
	bool all = true;

	for (int i = 0; i < MISHAPS_N; i++)
		if (mishaps->n[i] == 0) {
			printf("NEVER PLAYED: %s\n", words[i]);
			all = false;
		}
	return all;
}
