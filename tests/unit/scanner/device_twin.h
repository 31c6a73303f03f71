/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Twins of a camera and of a keyboard where the kernel's own would be: open(2), ioctl(2), mmap(2),
 * munmap(2), read(2) and close(2) of this process come by here, and what is said to
 * TWIN_CAMERA_PATH and TWIN_KEYBOARD_PATH is answered as videodev2.h and input.h say; all else goes
 * on to the kernel. One of each, for machines without a camera, a reader, vivid or uinput.
 */
#ifndef TESTS_SCANNER_DEVICE_TWIN_H
#define TESTS_SCANNER_DEVICE_TWIN_H

#include <kiosk/types.h>

#define TWIN_CAMERA_PATH   "/dev/twin-camera"
#define TWIN_KEYBOARD_PATH "/dev/input/by-id/twin-keyboard"

enum { TWIN_BUFFERS = 4, TWIN_BUFFER_BYTES = 1 << 20 };

struct twin_camera {
	uint32_t fourcc, width_px, height_px; /* its only mode */
	uint32_t stride;                      /* that it answers; 0: lines without gaps */
	uint32_t buffers;                     /* that it hands out; 0: as many as are asked for */
	uint32_t fourcc_taken;                /* what S_FMT makes of it; 0: what was asked for */
	bool outputs;                         /* it shows pictures instead of taking them */
	bool busy;                            /* somebody else streams from it */
	int open_error;                       /* what opening its node says; 0: it opens */
};

void twin_camera_plug(const struct twin_camera *camera);
/* The next free buffer is filled; false: the driver holds them all. `flags`: V4L2_BUF_FLAG_…. */
bool twin_camera_show(const void *bytes, size_t len, uint32_t flags);
/* The next buffer it gives back bears this number. */
void twin_camera_lie_about_index(uint32_t index);
void twin_camera_unplug(int error); /* what DQBUF then says, such as ENODEV */
/* Buffers that are mapped, and whether it streams: nothing of either is left after close. */
unsigned twin_camera_mapped(void);
bool twin_camera_streams(void);

/* `grabbed`: by somebody else; `mouse`: it has no letters. */
void twin_keyboard_plug(bool grabbed, bool mouse);
void twin_keyboard_key(uint32_t key, int32_t value); /* with its SYN_REPORT */
void twin_keyboard_overflow(void);                   /* events were lost */
void twin_keyboard_unplug(void);
/* Whether the driver has it to itself; and whether it read any key before it had. */
bool twin_keyboard_is_ours(void);
bool twin_keyboard_was_overheard(void);

#endif
