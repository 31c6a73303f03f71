/* SPDX-License-Identifier: Apache-2.0 */
/* Promise: of what a camera offers, the mode that reads moving codes best is asked for. */
#include <linux/videodev2.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "camera_mode.h"

#define MODE(fourcc_, width, height, fps_)                                                         \
	{                                                                                          \
		.fourcc = (fourcc_), .width_px = (width), .height_px = (height), .fps = (fps_)     \
	}
#define YUYV  V4L2_PIX_FMT_YUYV
#define MJPEG V4L2_PIX_FMT_MJPEG

static void test_the_best_mode_is_chosen(void **state)
{
	static const struct {
		const char *what;
		struct camera_mode mode[6];
		size_t n;
		int best;
	} table[] = {
	    {"nothing", {MODE(0, 0, 0, 0)}, 0, -1},
	    {"only H.264", {MODE(V4L2_PIX_FMT_H264, 1280, 720, 30)}, 1, -1},
	    {"a cheap webcam: 720p is slow unless it is MJPEG",
	     {MODE(YUYV, 640, 480, 30), MODE(YUYV, 1280, 720, 10), MODE(MJPEG, 640, 480, 30),
	      MODE(MJPEG, 1280, 720, 30), MODE(MJPEG, 1920, 1080, 30)},
	     5,
	     3},
	    {"a good one: raw 720p at full rate",
	     {MODE(MJPEG, 1280, 720, 30), MODE(YUYV, 1280, 720, 30), MODE(YUYV, 1920, 1080, 30)},
	     3,
	     1},
	    {"only small", {MODE(YUYV, 320, 240, 30), MODE(YUYV, 640, 480, 30)}, 2, 1},
	    {"only large", {MODE(YUYV, 4096, 3072, 30), MODE(YUYV, 1920, 1080, 30)}, 2, 1},
	    {"no rate told", {MODE(YUYV, 640, 480, 0), MODE(YUYV, 1280, 720, 0)}, 2, 1},
	    {"sizes out of bounds",
	     {MODE(YUYV, 8, 8, 30), MODE(YUYV, 10000, 10000, 30), MODE(YUYV, 160, 120, 30)},
	     3,
	     2},
	    {"60 frames a second are no better than 30",
	     {MODE(YUYV, 640, 480, 60), MODE(YUYV, 1280, 720, 30)},
	     2,
	     1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct camera_mode mode[6];
		int best;

		for (size_t j = 0; j < table[i].n; j++) {
			mode[j] = table[i].mode[j];
			mode[j].pixels = camera_pixels(mode[j].fourcc);
		}
		best = camera_choose(mode, table[i].n);
		if (best != table[i].best)
			print_error("%s: %d\n", table[i].what, best);
		assert_int_equal(best, table[i].best);
	}
}

static void test_formats_are_known_by_name(void **state)
{
	(void)state;
	assert_int_equal(camera_pixels(V4L2_PIX_FMT_GREY), PIXELS_GREY);
	assert_int_equal(camera_pixels(V4L2_PIX_FMT_NV12), PIXELS_GREY);
	assert_int_equal(camera_pixels(V4L2_PIX_FMT_YUYV), PIXELS_YUYV);
	assert_int_equal(camera_pixels(V4L2_PIX_FMT_UYVY), PIXELS_UYVY);
	assert_int_equal(camera_pixels(V4L2_PIX_FMT_MJPEG), PIXELS_MJPEG);
	assert_int_equal(camera_pixels(V4L2_PIX_FMT_SRGGB10P), PIXELS_NONE);
	assert_int_equal(camera_pixels(0), PIXELS_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_best_mode_is_chosen),
	    cmocka_unit_test(test_formats_are_known_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
