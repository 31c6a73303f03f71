/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a demonstration stands on: a folder with keys, papers, configurations and logs, all made by
 * the real programs; and those programs running. Touches its folder, a loopback port, and
 * processes.
 */
#ifndef KIOSK_DEMO_STAGE_H
#define KIOSK_DEMO_STAGE_H

#include "door.h"
#include "play.h"
#include "programs.h"
#include "props.h"

enum { STAGE_PATH_MAX = PROGRAM_PATH_MAX };

struct stage_options {
	bool small;
	const char *camera, *pictures, *modem, *screen, *keep; /* NULL: not given */
	uint64_t seed;
	uint32_t seconds; /* 0: until a person says so */
};

struct stage {
	const struct stage_options *options;
	struct programs programs;
	char folder[STAGE_PATH_MAX - 512];
	bool made_folder;
	uint16_t port; /* the collector's */
	char modem_path[128];
	struct program camera, modem, kioskd, collectord;
	struct prop camera_prop, modem_prop;
	struct door door;
	struct papers papers;
};

/* The folder and nothing else. 0, or -1 with a sentence printed; the same for all below; -EINTR
 * passes through. */
int stage_init(struct stage *stage, const struct stage_options *options);
/* Ends every program, removes the folder unless it is to be kept. How many processes had to be
 * killed. */
int stage_deinit(struct stage *stage);

/* Network, hub, event, another event, tickets, slips. */
int stage_make_papers(struct stage *stage);
/* Camera and modem (the simulated ones), configurations. */
int stage_make_hardware(struct stage *stage);
int stage_start_kioskd(struct stage *stage);
int stage_start_collector(struct stage *stage);
/* SIGKILL; its small programs must end by themselves when their socket closes. */
int stage_kill_kioskd(struct stage *stage);

/* Runs kioskctl with `argv`; what it printed goes to `output` (optional). Not 0: told with what it
 * said. */
int stage_kioskctl(struct stage *stage, const char *const argv[], char *output, size_t size);
/* A path inside the folder. */
void stage_path(const struct stage *stage, const char *name, char path[STAGE_PATH_MAX]);

#endif
