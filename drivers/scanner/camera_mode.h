/* SPDX-License-Identifier: Apache-2.0 */
/* Which of a camera's formats and sizes to ask for. Pure, so that it can be tried without a camera.
 */
#ifndef KIOSK_SCANNER_CAMERA_MODE_H
#define KIOSK_SCANNER_CAMERA_MODE_H

#include "convert.h"

enum {
	CAMERA_MODES_MAX = 256,
	CAMERA_WIDTH_WANTED_PX = 1280,
	CAMERA_HEIGHT_WANTED_PX = 720,
	CAMERA_FPS_WANTED = 30,
};

struct camera_mode {
	uint32_t fourcc; /* the camera's name for the format */
	enum pixels pixels;
	uint32_t width_px, height_px;
	uint32_t fps; /* frames a second, rounded down; 0: it does not say */
};

/* How a V4L2 fourcc is read; PIXELS_NONE: not at all. */
enum pixels camera_pixels(uint32_t fourcc);
/*
 * The mode nearest to 1280×720 at 30 frames a second: rate before size (a queue of people moves),
 * size before format (uncompressed costs nothing to read). Its index, or -1: none can be read.
 */
int camera_choose(const struct camera_mode *mode, size_t n);

#endif
