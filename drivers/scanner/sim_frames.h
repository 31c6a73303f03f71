/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a simulated camera hands frames over. On connecting (SOCK_SEQPACKET) the camera sends one
 * struct sim_hello with a sealed memory file attached (SCM_RIGHTS), then a struct sim_tick for each
 * frame that is complete. The file holds SIM_SLOTS frames, each behind a struct sim_slot; a slot's
 * sequence number is odd while it is written. Whoever is slow misses frames, and never waits.
 */
#ifndef KIOSK_SCANNER_SIM_FRAMES_H
#define KIOSK_SCANNER_SIM_FRAMES_H

#include <stdatomic.h>
#include <kiosk/types.h>

enum {
	SIM_MAGIC = 0x434b5346, /* "CKSF" */
	SIM_VERSION = 1,
	SIM_SLOTS = 4,
	SIM_SLOT_HEAD_BYTES = 64,
	SIM_SIDE_MAX_PX = 4096,
};

struct sim_hello {
	uint32_t magic, version;
	uint32_t width_px, height_px;
};

struct sim_tick {
	uint64_t sequence; /* of the frame: from 1 */
	uint64_t seen_us;  /* struct mono_time */
	uint32_t slot;
	uint32_t spare;
};

struct sim_slot {
	_Atomic uint64_t sequence; /* twice the frame's; odd while it is written */
};

/* From one slot to the next, in octets: whole cache lines. */
static inline size_t sim_slot_bytes(uint32_t width_px, uint32_t height_px)
{
	return SIM_SLOT_HEAD_BYTES + (((size_t)width_px * height_px + 63) & ~(size_t)63);
}

#endif
