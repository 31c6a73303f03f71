/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When somebody who holds up a code that is not read gets a sign: once it was in view for two
 * seconds, and once only, until nothing of the kind was in view for three. Pure: what each frame
 * showed comes in, yes or no goes out.
 */
#ifndef KIOSK_VISION_UNREAD_H
#define KIOSK_VISION_UNREAD_H

#include <kiosk/types.h>

enum {
	UNREAD_SIGN_US = 2000000,
	UNREAD_GAP_US = 500000,   /* out of view for less, it is the same holding up */
	UNREAD_AWAY_US = 3000000, /* out of view for longer, it may be somebody else */
};

struct unread {
	bool seen, told;
	struct mono_time since, last;
};

enum frame_showed { FRAME_NO_CODE, FRAME_UNREAD, FRAME_READ };

/* Zeros at first. Whether the sign is to be given now. */
bool unread_frame(struct unread *unread, enum frame_showed showed, struct mono_time now);

#endif
