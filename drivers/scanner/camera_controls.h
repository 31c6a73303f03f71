/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A camera's controls, where it has any: what is held up moves and is held near, so exposure is
 * kept short and left to the camera within that, and focus is left to the camera. Nothing here is
 * needed to work.
 */
#ifndef KIOSK_SCANNER_CAMERA_CONTROLS_H
#define KIOSK_SCANNER_CAMERA_CONTROLS_H

#include <kiosk/types.h>

/* What a control takes (V4L2's query). */
struct control_range {
	uint32_t id;
	int64_t min, max, step;
	uint64_t menu; /* bit i: the menu has item i; 0 for a control that is none */
};

/* The value nearest to `wanted` that the control takes. False: its range makes no sense. */
bool control_fit(const struct control_range *range, int64_t wanted, int32_t *ret);
/*
 * Asks for and sets them; `control` is ioctl(2) for the camera, 0 or -errno, with `context` first.
 * How many were set.
 */
int camera_set_controls(int (*control)(void *context, unsigned long request, void *argument),
                        void *context);

#endif
