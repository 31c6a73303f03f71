/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "sim_fault.h"

static const struct {
	const char *name;
	size_t offset;
} table[] = {
    {"echo-stays", offsetof(struct sim_faults, echo_stays)},
    {"split-reads", offsetof(struct sim_faults, split_reads)},
    {"merged-reads", offsetof(struct sim_faults, merged_reads)},
    {"garbage", offsetof(struct sim_faults, garbage)},
    {"hang", offsetof(struct sim_faults, hang)},
    {"sim-busy", offsetof(struct sim_faults, sim_busy)},
    {"stuck-prompt", offsetof(struct sim_faults, stuck_prompt)},
    {"numeric-codes", offsetof(struct sim_faults, numeric_codes)},
    {"cmti-lost", offsetof(struct sim_faults, cmti_lost)},
    {"cmti-twice", offsetof(struct sim_faults, cmti_twice)},
    {"cmti-wrong", offsetof(struct sim_faults, cmti_wrong)},
    {"cmt-beside", offsetof(struct sim_faults, cmt_beside)},
    {"again-centre", offsetof(struct sim_faults, again_centre)},
    {"again-slot", offsetof(struct sim_faults, again_slot)},
    {"truncated", offsetof(struct sim_faults, truncated)},
    {"digit-more", offsetof(struct sim_faults, digit_more)},
    {"cmt-only", offsetof(struct sim_faults, cmt_only)},
    {"slot-hangs", offsetof(struct sim_faults, slot_hangs)},
    {"cmgl-hangs", offsetof(struct sim_faults, cmgl_hangs)},
    {"cmgl-refused", offsetof(struct sim_faults, cmgl_refused)},
    {"urc-in-list", offsetof(struct sim_faults, urc_in_list)},
    {"cmgd-fails", offsetof(struct sim_faults, cmgd_fails)},
    {"cmgd-lies", offsetof(struct sim_faults, cmgd_lies)},
    {"no-prompt", offsetof(struct sim_faults, no_prompt)},
    {"urc-prompt", offsetof(struct sim_faults, urc_prompt)},
    {"cmgs-late", offsetof(struct sim_faults, cmgs_late)},
    {"cmgs-silent", offsetof(struct sim_faults, cmgs_silent)},
    {"cmgs-refused", offsetof(struct sim_faults, cmgs_refused)},
    {"cms-331", offsetof(struct sim_faults, cms_331)},
    {"cms-350", offsetof(struct sim_faults, cms_350)},
    {"cms-500", offsetof(struct sim_faults, cms_500)},
};
enum { N = sizeof(table) / sizeof(table[0]) };

_Static_assert(sizeof(struct sim_faults) == N * sizeof(unsigned), "each fault has a name");

int sim_fault_set(struct sim_faults *faults, const char *name, unsigned value)
{
	for (size_t i = 0; i < N; i++) {
		if (strcmp(table[i].name, name) != 0)
			continue;
		memcpy((char *)faults + table[i].offset, &value, sizeof(value));
		return 0;
	}
	return -ENOENT;
}

void sim_fault_names(char text[SIM_FAULT_NAMES_MAX])
{
	size_t len = 0;
	for (size_t i = 0; i < N && len < SIM_FAULT_NAMES_MAX; i++)
		len += (size_t)snprintf(text + len, SIM_FAULT_NAMES_MAX - len, "%s%s",
		                        i > 0 ? " " : "", table[i].name);
}
