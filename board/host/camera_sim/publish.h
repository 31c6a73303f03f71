/* SPDX-License-Identifier: Apache-2.0 */
/* Frames to whoever is connected, as drivers/scanner/sim_frames.h says. */
#ifndef KIOSK_HOST_PUBLISH_H
#define KIOSK_HOST_PUBLISH_H

#include <kiosk/types.h>

enum { VIEWERS_MAX = 4 };

struct publisher {
	int listener, memory;
	uint8_t *shared;
	uint32_t width_px, height_px;
	uint64_t sequence;       /* of the last frame */
	int viewer[VIEWERS_MAX]; /* -1: free */
};

/* Listens at `path` (a stale socket is replaced). 0 or -errno. */
int publisher_init(struct publisher *publisher, const char *path, uint32_t width_px,
                   uint32_t height_px);
void publisher_deinit(struct publisher *publisher);
/* Takes the connections that wait, and says hello to them. */
void publisher_accept(struct publisher *publisher);
/* Where to draw the next frame; publisher_tell() then tells everybody of it. A slow viewer misses
 * it. */
uint8_t *publisher_begin(struct publisher *publisher);
void publisher_tell(struct publisher *publisher, struct mono_time seen);

#endif
