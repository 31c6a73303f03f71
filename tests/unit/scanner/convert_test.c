/* SPDX-License-Identifier: Apache-2.0 */
/* Promise: whatever a camera sends becomes a grey frame or is dropped; nothing is read beyond what
 * it sent. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <jpeglib.h>

#include "convert.h"

enum { SIDE_MAX = 64 };

static uint8_t grey[SIDE_MAX * SIDE_MAX];

static uint8_t pattern(uint32_t x, uint32_t y)
{
	return (uint8_t)(x * 3 + y * 5);
}

/* A buffer of exactly the octets a frame has, so that a sanitizer sees a read beyond the end. */
static uint8_t *make_raw(enum pixels pixels, uint32_t width_px, uint32_t height_px, uint32_t stride,
                         size_t *ret_len)
{
	uint32_t octets = pixels == PIXELS_GREY ? 1 : 2;
	size_t len = (size_t)stride * (height_px - 1) + (size_t)width_px * octets;
	uint8_t *raw = malloc(len);

	assert_non_null(raw);
	memset(raw, 0xee, len);
	for (uint32_t y = 0; y < height_px; y++)
		for (uint32_t x = 0; x < width_px; x++) {
			uint8_t *at = raw + (size_t)y * stride + (size_t)x * octets;

			switch (pixels) {
			case PIXELS_GREY:
			case PIXELS_YUYV:
				at[0] = pattern(x, y);
				break;
			case PIXELS_UYVY:
			case PIXELS_Y16:
				at[1] = pattern(x, y);
				break;
			case PIXELS_Y10:
				at[0] = (uint8_t)(pattern(x, y) << 2);
				at[1] = pattern(x, y) >> 6;
				break;
			case PIXELS_NONE:
			case PIXELS_MJPEG:
				fail();
			}
		}
	*ret_len = len;
	return raw;
}

static void assert_pattern(const struct frame *frame, int off_max)
{
	for (uint32_t y = 0; y < frame->height_px; y++)
		for (uint32_t x = 0; x < frame->width_px; x++) {
			int off = frame->grey[(size_t)y * frame->stride + x] - pattern(x, y);

			if (off_max > 0 && (pattern(x, y) < 60 || pattern(x, y) > 195))
				continue;
			assert_true(off >= -off_max && off <= off_max);
		}
}

static void test_every_plain_format_size_and_stride(void **state)
{
	static const uint32_t size[][2] = {{1, 1},   {2, 1},  {1, 3},  {17, 16},
	                                   {16, 17}, {63, 5}, {64, 64}};
	struct converter *converter = *state;

	for (enum pixels pixels = PIXELS_GREY; pixels < PIXELS_MJPEG; pixels++)
		for (size_t i = 0; i < sizeof(size) / sizeof(size[0]); i++)
			for (uint32_t gap = 0; gap < 7; gap += 3) {
				uint32_t octets = pixels == PIXELS_GREY ? 1 : 2;
				struct raw_frame raw = {.pixels = pixels,
				                        .width_px = size[i][0],
				                        .height_px = size[i][1],
				                        .stride = size[i][0] * octets + gap};
				uint8_t *bytes = make_raw(pixels, raw.width_px, raw.height_px,
				                          raw.stride, &raw.len);
				struct frame frame = {0};

				raw.bytes = bytes;
				assert_int_equal(
				    converter_frame(converter, &raw, grey, sizeof(grey), &frame),
				    0);
				assert_int_equal(frame.width_px, raw.width_px);
				assert_int_equal(frame.height_px, raw.height_px);
				assert_true(frame.stride >= frame.width_px);
				assert_pattern(&frame, 0);
				raw.len--;
				assert_int_equal(
				    converter_frame(converter, &raw, grey, sizeof(grey), &frame),
				    -EBADMSG);
				raw.len++;
				raw.stride = raw.width_px * octets - 1;
				if (raw.stride > 0)
					assert_int_equal(converter_frame(converter, &raw, grey,
					                                 sizeof(grey), &frame),
					                 -EBADMSG);
				free(bytes);
			}
}

static void test_sizes_that_lie_are_refused(void **state)
{
	struct converter *converter = *state;
	uint8_t bytes[64] = {0};
	struct raw_frame raw = {.bytes = bytes, .len = sizeof(bytes), .pixels = PIXELS_YUYV};
	struct frame frame = {0};

	assert_int_equal(converter_frame(converter, &raw, grey, sizeof(grey), &frame), -EMSGSIZE);
	raw.width_px = 4;
	assert_int_equal(converter_frame(converter, &raw, grey, sizeof(grey), &frame), -EMSGSIZE);
	raw.height_px = FRAME_SIDE_MAX_PX + 1;
	assert_int_equal(converter_frame(converter, &raw, grey, sizeof(grey), &frame), -EMSGSIZE);
	raw.height_px = 4;
	raw.stride = UINT32_MAX;
	assert_int_equal(converter_frame(converter, &raw, grey, sizeof(grey), &frame), -EBADMSG);
	raw.stride = 0;
	assert_int_equal(converter_frame(converter, &raw, grey, 15, &frame), -EMSGSIZE);
	assert_int_equal(converter_frame(converter, &raw, grey, 16, &frame), 0);
	raw.pixels = PIXELS_NONE;
	assert_int_equal(converter_frame(converter, &raw, grey, sizeof(grey), &frame), -ENOTSUP);
}

/* As cameras send it: colour, 4:2:2, a gap of restart markers. */
static uint8_t *make_mjpeg(uint32_t width_px, uint32_t height_px, bool progressive, size_t *ret_len)
{
	struct jpeg_compress_struct jpeg;
	struct jpeg_error_mgr error;
	uint8_t *made = NULL, line[SIDE_MAX * 3];
	unsigned long len = 0;

	jpeg.err = jpeg_std_error(&error);
	jpeg_create_compress(&jpeg);
	jpeg_mem_dest(&jpeg, &made, &len);
	jpeg.image_width = width_px;
	jpeg.image_height = height_px;
	jpeg.input_components = 3;
	jpeg.in_color_space = JCS_YCbCr;
	jpeg_set_defaults(&jpeg);
	jpeg.comp_info[0].h_samp_factor = 2;
	jpeg.comp_info[0].v_samp_factor = 1;
	jpeg.restart_interval = 4;
	jpeg_set_quality(&jpeg, 97, TRUE);
	if (progressive)
		jpeg_simple_progression(&jpeg);
	jpeg_start_compress(&jpeg, TRUE);
	while (jpeg.next_scanline < height_px) {
		JSAMPROW row = line;

		for (uint32_t x = 0; x < width_px; x++) {
			line[3 * x] = pattern(x, jpeg.next_scanline);
			line[3 * x + 1] = line[3 * x + 2] = 128;
		}
		(void)jpeg_write_scanlines(&jpeg, &row, 1);
	}
	jpeg_finish_compress(&jpeg);
	jpeg_destroy_compress(&jpeg);
	*ret_len = len;
	return made;
}

static int convert_copy(struct converter *converter, const uint8_t *bytes, size_t len,
                        struct raw_frame *raw, struct frame *ret)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);
	int r;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	raw->bytes = copy;
	raw->len = len;
	r = converter_frame(converter, raw, grey, sizeof(grey), ret);
	free(copy);
	return r;
}

static void test_mjpeg_whole_cut_and_garbled(void **state)
{
	struct converter *converter = *state;
	struct raw_frame raw = {.pixels = PIXELS_MJPEG, .width_px = 64, .height_px = 64};
	struct frame frame = {0};
	size_t len;
	uint8_t *bytes = make_mjpeg(61, 45, false, &len);
	uint64_t seed = 42;

	assert_int_equal(convert_copy(converter, bytes, len, &raw, &frame), 0);
	assert_int_equal(frame.width_px, 61);
	assert_int_equal(frame.height_px, 45);
	assert_pattern(&frame, 12);
	/* The two octets of the end marker are often missing, and nothing is lost with them. */
	assert_int_equal(convert_copy(converter, bytes, len - 2, &raw, &frame), 0);
	for (size_t cut = 0; cut < len * 3 / 4; cut += 1 + cut / 60)
		assert_int_equal(convert_copy(converter, bytes, cut, &raw, &frame), -EBADMSG);
	for (int i = 0; i < 2000; i++) {
		int r;

		seed = seed * 6364136223846793005ull + 1442695040888963407ull;
		bytes[(seed >> 33) % len] ^= (uint8_t)(1 << (seed >> 61));
		r = convert_copy(converter, bytes, len, &raw, &frame);
		assert_true(r == 0 || r == -EBADMSG || r == -EMSGSIZE || r == -ENOTSUP);
		if (r == 0)
			assert_true(frame.width_px <= 64 && frame.height_px <= 64);
	}
	free(bytes);
	/* After all that, a good frame is a good frame. */
	bytes = make_mjpeg(16, 16, false, &len);
	assert_int_equal(convert_copy(converter, bytes, len, &raw, &frame), 0);
	free(bytes);
}

static void test_mjpeg_that_is_not_what_was_agreed(void **state)
{
	struct converter *converter = *state;
	struct raw_frame raw = {.pixels = PIXELS_MJPEG, .width_px = 32, .height_px = 32};
	struct frame frame = {0};
	size_t len;
	uint8_t *bytes = make_mjpeg(33, 32, false, &len);

	assert_int_equal(convert_copy(converter, bytes, len, &raw, &frame), -EMSGSIZE);
	free(bytes);
	bytes = make_mjpeg(32, 32, true, &len);
	assert_int_equal(convert_copy(converter, bytes, len, &raw, &frame), -ENOTSUP);
	free(bytes);
}

static int make_converter(void **state)
{
	struct converter *converter = NULL;

	assert_int_equal(converter_new(&converter), 0);
	*state = converter;
	return 0;
}

static int end_converter(void **state)
{
	converter_free(*state);
	converter_free(NULL);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_plain_format_size_and_stride),
	    cmocka_unit_test(test_sizes_that_lie_are_refused),
	    cmocka_unit_test(test_mjpeg_whole_cut_and_garbled),
	    cmocka_unit_test(test_mjpeg_that_is_not_what_was_agreed),
	};

	return cmocka_run_group_tests(tests, make_converter, end_converter);
}
