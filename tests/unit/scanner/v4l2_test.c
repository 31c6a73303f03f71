/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a camera is used in any of the formats it may have; one that is busy, shows nothing we
 * can read, or lies about itself is told in a sentence and reads or writes nothing of ours; one
 * that sends nothing is told after five seconds. The driver as it is, on a twin
 * of the kernel's device (device_twin.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <linux/videodev2.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "device_twin.h"
#include "file.h"
#include "picture_watch.h"
#include "scanner_drivers.h"

enum { WIDTH = 64, HEIGHT = 48, LEVEL = 77 };

struct seen {
	unsigned frames, healths;
	uint32_t width_px, height_px;
	uint8_t level;
	enum health health;
	char sentence[SENTENCE_BYTES_MAX + 1];
};

static void on_frame(void *context, const struct frame *frame)
{
	struct seen *seen = context;

	seen->frames++;
	seen->width_px = frame->width_px;
	seen->height_px = frame->height_px;
	seen->level = frame->grey[(size_t)(frame->height_px - 1) * frame->stride];
}

static void on_code(void *context, const uint8_t *bytes, size_t len, struct mono_time at)
{
	(void)context;
	(void)bytes;
	(void)len;
	(void)at;
	fail_msg("a camera reads nothing by itself");
}

static void on_health(void *context, enum health health, const char *sentence)
{
	struct seen *seen = context;

	seen->healths++;
	seen->health = health;
	memcpy(seen->sentence, sentence, strlen(sentence) + 1);
}

static int open_camera(const struct twin_camera *camera, struct seen *seen, struct scanner **ret)
{
	const struct scanner_sink sink = {
	    .frame = on_frame, .code = on_code, .health = on_health, .context = seen};

	memset(seen, 0, sizeof(*seen));
	twin_camera_plug(camera);
	return scanner_v4l2.open(TWIN_CAMERA_PATH, &sink, ret);
}

static void test_every_format_a_camera_may_have(void **state)
{
	static const struct {
		uint32_t fourcc;
		unsigned octets, first; /* a pixel, and where its brightness is */
		uint8_t level;          /* as it is sent */
	} cases[] = {
	    {V4L2_PIX_FMT_GREY, 1, 0, LEVEL}, {V4L2_PIX_FMT_NV12, 1, 0, LEVEL},
	    {V4L2_PIX_FMT_YUYV, 2, 0, LEVEL}, {V4L2_PIX_FMT_UYVY, 2, 1, LEVEL},
	    {V4L2_PIX_FMT_Y16, 2, 1, LEVEL},
	};
	static uint8_t bytes[2 * (WIDTH + 5) * HEIGHT * 3 / 2];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (unsigned gap = 0; gap <= 5; gap += 5) {
			struct twin_camera camera = {
			    .fourcc = cases[i].fourcc, .width_px = WIDTH, .height_px = HEIGHT};
			struct scanner *scanner = NULL;
			struct seen seen;

			camera.stride = gap > 0 ? cases[i].octets * WIDTH + gap : 0;
			assert_int_equal(open_camera(&camera, &seen, &scanner), 0);
			memset(bytes, 0, sizeof(bytes));
			for (size_t at = cases[i].first; at < sizeof(bytes); at++)
				bytes[at] = cases[i].level;
			assert_true(twin_camera_show(bytes, sizeof(bytes), 0));
			assert_int_equal(scanner_v4l2.dispatch(scanner), 0);
			assert_int_equal(seen.frames, 1);
			assert_int_equal(seen.width_px, WIDTH);
			assert_int_equal(seen.height_px, HEIGHT);
			assert_int_equal(seen.level, LEVEL);
			scanner_v4l2.close(scanner);
		}
}

/* As large as it was announced, or smaller: the picture's own header says. */
static void test_a_camera_that_sends_jpeg(void **state)
{
	struct twin_camera camera = {.fourcc = V4L2_PIX_FMT_MJPEG, .width_px = 64, .height_px = 64};
	struct scanner *scanner = NULL;
	struct seen seen;
	uint8_t *bytes;
	size_t len;

	(void)state;
	assert_int_equal(file_read(TEST_DATA "/fault/picture.jpg", 65536, &bytes, &len), 0);
	assert_int_equal(open_camera(&camera, &seen, &scanner), 0);
	for (size_t cut = len; cut > 0; cut = cut * 3 / 4) {
		assert_true(twin_camera_show(bytes, cut, 0));
		assert_int_equal(scanner_v4l2.dispatch(scanner), 0);
		assert_int_equal(seen.frames, 1); /* the whole one, and never a part */
	}
	scanner_v4l2.close(scanner);
	free(bytes);
}

static void test_what_cannot_be_used_is_told(void **state)
{
	static const struct {
		struct twin_camera camera;
		int r;
		const char *words;
	} cases[] = {
#define CAMERA(format, width, height)                                                              \
	.camera.fourcc = V4L2_PIX_FMT_##format, .camera.width_px = (width),                        \
	.camera.height_px = (height)
	    {CAMERA(YUYV, WIDTH, HEIGHT), .camera.busy = true, .r = -EBUSY,
	     .words = "used by another program"},
	    {CAMERA(YUYV, WIDTH, HEIGHT), .camera.outputs = true, .r = -ENOTTY,
	     .words = "is not a camera that streams"},
	    {CAMERA(H264, WIDTH, HEIGHT), .r = -ENOTSUP, .words = "no format that can be read"},
	    {CAMERA(YUYV, 8, 8), .r = -ENOTSUP, .words = "no format that can be read"},
	    {CAMERA(YUYV, 10000, 10000), .r = -ENOTSUP, .words = "no format that can be read"},
	    {CAMERA(YUYV, WIDTH, HEIGHT), .camera.fourcc_taken = V4L2_PIX_FMT_H264, .r = -ENOTSUP,
	     .words = "no format that can be read"},
	    {CAMERA(YUYV, WIDTH, HEIGHT), .camera.buffers = 1, .r = -ENOMEM,
	     .words = "too little memory"},
	    /* Its node outlives it for a moment. */
	    {CAMERA(YUYV, WIDTH, HEIGHT), .camera.open_error = ENODEV, .r = -ENOENT,
	     .words = "plug it in"},
	    {CAMERA(YUYV, WIDTH, HEIGHT), .camera.open_error = ENXIO, .r = -ENOENT,
	     .words = "plug it in"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scanner *scanner = NULL;
		struct seen seen;

		assert_int_equal(open_camera(&cases[i].camera, &seen, &scanner), cases[i].r);
		assert_null(scanner);
		assert_int_equal(seen.healths, 1);
		assert_int_equal(seen.health,
		                 cases[i].r == -ENOENT ? HEALTH_MISSING : HEALTH_FAILED);
		print_message("%s\n", seen.sentence);
		assert_non_null(strstr(seen.sentence, cases[i].words));
		assert_int_equal(twin_camera_mapped(), 0);
	}
}

static void test_a_camera_that_lies_reaches_nothing_of_ours(void **state)
{
	const struct twin_camera camera = {
	    .fourcc = V4L2_PIX_FMT_YUYV, .width_px = 1280, .height_px = 720};
	static uint8_t bytes[TWIN_BUFFER_BYTES];
	struct scanner *scanner = NULL;
	struct seen seen;

	(void)state;
	/* Its buffers are smaller than the frames it promised. */
	assert_int_equal(open_camera(&camera, &seen, &scanner), 0);
	assert_true(twin_camera_show(bytes, sizeof(bytes), 0));
	assert_int_equal(scanner_v4l2.dispatch(scanner), 0);
	assert_int_equal(seen.frames, 0);
	/* It hands back a buffer it was never given. */
	assert_true(twin_camera_show(bytes, sizeof(bytes), 0));
	twin_camera_lie_about_index(1000000);
	assert_int_equal(scanner_v4l2.dispatch(scanner), -EPROTO);
	scanner_v4l2.close(scanner);
	assert_int_equal(twin_camera_mapped(), 0);
}

/* Ever so many frames wait: the driver has given all buffers back when it has looked at one. */
static void test_no_frame_queues(void **state)
{
	const struct twin_camera camera = {
	    .fourcc = V4L2_PIX_FMT_GREY, .width_px = WIDTH, .height_px = HEIGHT};
	static uint8_t bytes[WIDTH * HEIGHT];
	struct scanner *scanner = NULL;
	struct seen seen;

	(void)state;
	assert_int_equal(open_camera(&camera, &seen, &scanner), 0);
	for (unsigned round = 1; round <= 50; round++) {
		for (uint8_t n = 0; n < TWIN_BUFFERS; n++) {
			memset(bytes, n + 1, sizeof(bytes));
			assert_true(twin_camera_show(bytes, sizeof(bytes), 0));
		}
		assert_false(twin_camera_show(bytes, sizeof(bytes), 0));
		assert_int_equal(scanner_v4l2.dispatch(scanner), 0);
		assert_int_equal(seen.frames, round);
		assert_int_equal(seen.level, TWIN_BUFFERS);
	}
	scanner_v4l2.close(scanner);
}

/* unit.scanner.picture_watch has the other ways to show nothing of use. */
static void test_a_camera_that_sends_nothing_is_told_after_five_seconds(void **state)
{
	const struct twin_camera camera = {
	    .fourcc = V4L2_PIX_FMT_GREY, .width_px = WIDTH, .height_px = HEIGHT};
	static uint8_t bytes[WIDTH * HEIGHT];
	struct scanner *scanner = NULL;
	struct mono_time opened = clock_mono();
	struct seen seen;

	(void)state;
	assert_int_equal(open_camera(&camera, &seen, &scanner), 0);
	scanner_v4l2.tick(scanner, (struct mono_time){opened.us + PICTURE_WRONG_US - 1});
	assert_int_equal(seen.healths, 1);
	for (int i = 0; i < 3; i++)
		scanner_v4l2.tick(scanner, (struct mono_time){clock_mono().us + PICTURE_WRONG_US});
	assert_int_equal(seen.healths, 2);
	assert_int_equal(seen.health, HEALTH_FAILED);
	assert_non_null(strstr(seen.sentence, "sends no pictures"));
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(40 + i / 100);
	assert_true(twin_camera_show(bytes, sizeof(bytes), 0));
	assert_int_equal(scanner_v4l2.dispatch(scanner), 0);
	scanner_v4l2.tick(scanner, clock_mono());
	assert_int_equal(seen.healths, 3);
	assert_int_equal(seen.health, HEALTH_GOOD);
	scanner_v4l2.close(scanner);
}

/* A pulled plug may look like an error of the bus before the node is gone. */
static void test_every_way_a_plug_is_pulled(void **state)
{
	static const int error[] = {ENODEV, EIO, ENXIO};
	const struct twin_camera camera = {
	    .fourcc = V4L2_PIX_FMT_GREY, .width_px = WIDTH, .height_px = HEIGHT};

	(void)state;
	for (size_t i = 0; i < sizeof(error) / sizeof(error[0]); i++) {
		struct scanner *scanner = NULL;
		struct seen seen;

		assert_int_equal(open_camera(&camera, &seen, &scanner), 0);
		twin_camera_unplug(error[i]);
		assert_int_equal(scanner_v4l2.dispatch(scanner), -ENODEV);
		scanner_v4l2.close(scanner);
		assert_int_equal(twin_camera_mapped(), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_format_a_camera_may_have),
	    cmocka_unit_test(test_a_camera_that_sends_jpeg),
	    cmocka_unit_test(test_what_cannot_be_used_is_told),
	    cmocka_unit_test(test_a_camera_that_lies_reaches_nothing_of_ours),
	    cmocka_unit_test(test_no_frame_queues),
	    cmocka_unit_test(test_a_camera_that_sends_nothing_is_told_after_five_seconds),
	    cmocka_unit_test(test_every_way_a_plug_is_pulled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
