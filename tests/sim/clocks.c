/* SPDX-License-Identifier: Apache-2.0 */
/* What a kiosk's clocks say, and how they lie. */
#include "sim.h"

void machine_clock(struct machine *m, enum clock_kind clock)
{
	static const enum mishap mishap[CLOCK_N_KINDS] = {
	    [CLOCK_UNKNOWN] = MISHAP_CLOCK_NONE,
	    [CLOCK_1970] = MISHAP_CLOCK_AT_1970,
	    [CLOCK_2038] = MISHAP_CLOCK_AT_2038,
	    [CLOCK_BACKWARDS] = MISHAP_CLOCK_BACK,
	};

	m->clock = clock;
	if (clock != CLOCK_GOOD && m->kiosk != NULL)
		sim_happened(m->sim, mishap[clock]);
}

struct kiosk_time machine_time(struct machine *m)
{
	struct kiosk_time time = {
	    .mono.us = m->sim->now_us - m->booted_us + SECOND_US,
	    .boot_id = {(uint8_t)(m->index + 1), m->boots},
	    .source = CLOCK_SOURCE_NTP,
	    .wall = sim_wall(m->sim),
	};

	switch (m->clock) {
	case CLOCK_UNKNOWN:
		time.source = CLOCK_SOURCE_NONE;
		time.wall = (int64_t)(time.mono.us / SECOND_US);
		break;
	case CLOCK_1970:
		time.source = CLOCK_SOURCE_RTC;
		time.wall = (int64_t)(time.mono.us / SECOND_US);
		break;
	case CLOCK_2038:
		time.source = CLOCK_SOURCE_RTC;
		time.wall = INT32_MAX + 1LL + (int64_t)(time.mono.us / SECOND_US);
		break;
	case CLOCK_BACKWARDS:
		time.source = CLOCK_SOURCE_RTC;
		time.wall -= 2 * (int64_t)(time.mono.us / SECOND_US);
		break;
	case CLOCK_GOOD:
	case CLOCK_N_KINDS:
		break;
	}
	if (m->clock != CLOCK_GOOD && m->clock != CLOCK_UNKNOWN)
		m->clock_lied = true;
	if (m->clock != CLOCK_GOOD)
		m->clock_ever_bad = true;
	return time;
}
