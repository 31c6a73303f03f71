/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A camera's buffer as a broken or hostile camera fills it: a format, a size, a stride (octets 0 to
 * 6, little-endian), then the octets. What becomes a frame can be read to its last pixel, and
 * stands within what was announced.
 */
#include <assert.h>
#include <errno.h>
#include <linux/videodev2.h>

#include "camera_mode.h"
#include "picture_watch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEAD_BYTES = 7, GREY_BYTES = 256 * 256 };

static const uint32_t fourcc[] = {
    V4L2_PIX_FMT_GREY, V4L2_PIX_FMT_NV12,  V4L2_PIX_FMT_YUV420, V4L2_PIX_FMT_YUYV,
    V4L2_PIX_FMT_UYVY, V4L2_PIX_FMT_Y10,   V4L2_PIX_FMT_Y16,    V4L2_PIX_FMT_MJPEG,
    V4L2_PIX_FMT_JPEG, V4L2_PIX_FMT_MJPEG, V4L2_PIX_FMT_H264,
};

static uint32_t number(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct converter *converter;
	static uint8_t grey[GREY_BYTES];
	struct raw_frame raw;
	struct picture_watch watch;
	struct frame frame = {0};
	uint64_t sum = 0;
	int r;

	if (size < HEAD_BYTES || (converter == NULL && converter_new(&converter) != 0))
		return 0;
	raw = (struct raw_frame){
	    .bytes = data + HEAD_BYTES,
	    .len = size - HEAD_BYTES,
	    .pixels = camera_pixels(fourcc[data[0] % (sizeof(fourcc) / sizeof(fourcc[0]))]),
	    .width_px = number(data + 1),
	    .height_px = number(data + 3),
	    .stride = number(data + 5),
	};
	r = converter_frame(converter, &raw, grey, sizeof(grey), &frame);
	assert(r == 0 || r == -EBADMSG || r == -EMSGSIZE || r == -ENOTSUP);
	if (r != 0)
		return 0;
	assert(frame.width_px >= 1 && frame.width_px <= raw.width_px);
	assert(frame.height_px >= 1 && frame.height_px <= raw.height_px);
	assert(frame.stride >= frame.width_px);
	for (uint32_t y = 0; y < frame.height_px; y++)
		for (uint32_t x = 0; x < frame.width_px; x++)
			sum += frame.grey[(size_t)y * frame.stride + x];
	assert(sum <= (uint64_t)frame.width_px * frame.height_px * UINT8_MAX);
	picture_watch_init(&watch, (struct mono_time){1});
	picture_watch_frame(&watch, &frame, (struct mono_time){2});
	return 0;
}
