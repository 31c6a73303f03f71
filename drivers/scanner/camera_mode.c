/* SPDX-License-Identifier: Apache-2.0 */
#include <linux/videodev2.h>

#include "camera_mode.h"

enum pixels camera_pixels(uint32_t fourcc)
{
	switch (fourcc) {
	case V4L2_PIX_FMT_GREY:
	case V4L2_PIX_FMT_NV12:
	case V4L2_PIX_FMT_NV21:
	case V4L2_PIX_FMT_YUV420:
	case V4L2_PIX_FMT_YVU420:
		return PIXELS_GREY;
	case V4L2_PIX_FMT_YUYV:
	case V4L2_PIX_FMT_YVYU:
		return PIXELS_YUYV;
	case V4L2_PIX_FMT_UYVY:
	case V4L2_PIX_FMT_VYUY:
		return PIXELS_UYVY;
	case V4L2_PIX_FMT_Y10:
		return PIXELS_Y10;
	case V4L2_PIX_FMT_Y16:
		return PIXELS_Y16;
	case V4L2_PIX_FMT_MJPEG:
	case V4L2_PIX_FMT_JPEG:
		return PIXELS_MJPEG;
	default:
		return PIXELS_NONE;
	}
}

/* Less is better; -1: not for us. */
static int64_t mode_cost(const struct camera_mode *mode)
{
	int64_t wanted = (int64_t)CAMERA_WIDTH_WANTED_PX * CAMERA_HEIGHT_WANTED_PX;
	int64_t pixels = (int64_t)mode->width_px * mode->height_px;
	int64_t fps =
	    mode->fps > 0 && mode->fps < CAMERA_FPS_WANTED ? mode->fps : CAMERA_FPS_WANTED;
	int64_t cost;

	if (mode->pixels == PIXELS_NONE || mode->width_px < FRAME_SIDE_MIN_PX ||
	    mode->height_px < FRAME_SIDE_MIN_PX || mode->width_px > FRAME_SIDE_MAX_PX ||
	    mode->height_px > FRAME_SIDE_MAX_PX)
		return -1;
	/* In thousandths: each frame a second lost, a tenth of the size, MJPEG's decoding. */
	cost = (CAMERA_FPS_WANTED - fps) * 100;
	cost +=
	    pixels < wanted ? (wanted - pixels) * 2000 / wanted : (pixels - wanted) * 700 / wanted;
	if (mode->pixels == PIXELS_MJPEG)
		cost += 150;
	return cost;
}

int camera_choose(const struct camera_mode *mode, size_t n)
{
	int64_t least = -1;
	int best = -1;

	for (size_t i = 0; i < n; i++) {
		int64_t cost = mode_cost(&mode[i]);

		if (cost >= 0 && (best < 0 || cost < least)) {
			least = cost;
			best = (int)i;
		}
	}
	return best;
}
