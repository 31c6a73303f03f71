/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jpeglib.h>
#include <jerror.h>

#include <kiosk/msg_helper.h>

#include "convert.h"

struct converter {
	struct jpeg_decompress_struct jpeg;
	struct jpeg_error_mgr error;
	jmp_buf give_up;
	bool made, garbled;
};

/* libjpeg hands back its own struct, which knows us by client_data. */
static void on_error(j_common_ptr info)
{
	struct converter *converter = info->client_data;

	longjmp(converter->give_up, 1);
}

static void on_message(j_common_ptr info, int level)
{
	struct converter *converter = info->client_data;

	/*
	 * Extra octets between markers are common in cameras, and so is a missing end marker: both
	 * are harmless. These two lose lines.
	 */
	if (level < 0 &&
	    (info->err->msg_code == JWRN_HIT_MARKER || info->err->msg_code == JWRN_MUST_RESYNC))
		converter->garbled = true;
}

int converter_new(struct converter **ret)
{
	struct converter *converter = calloc(1, sizeof(*converter));

	if (!converter)
		return -ENOMEM;
	converter->jpeg.err = jpeg_std_error(&converter->error);
	converter->jpeg.client_data = converter;
	converter->error.error_exit = on_error;
	converter->error.emit_message = on_message;
	if (setjmp(converter->give_up)) {
		converter_free(converter);
		return -ENOMEM;
	}
	jpeg_create_decompress(&converter->jpeg);
	converter->made = true;
	*ret = converter;
	return 0;
}

void converter_free(struct converter *converter)
{
	if (!converter)
		return;
	if (converter->made)
		jpeg_destroy_decompress(&converter->jpeg);
	free(converter);
}

static int mjpeg_lines(struct converter *converter, const struct raw_frame *raw, uint8_t *grey,
                       size_t capacity, struct frame *ret)
{
	struct jpeg_decompress_struct *jpeg = &converter->jpeg;

	jpeg_mem_src(jpeg, raw->bytes, raw->len);
	(void)jpeg_read_header(jpeg, TRUE);
	if (jpeg->image_width > raw->width_px || jpeg->image_height > raw->height_px ||
	    (size_t)jpeg->image_width * jpeg->image_height > capacity)
		return -EMSGSIZE;
	if (jpeg->progressive_mode)
		return -ENOTSUP; /* no camera sends it, and it is dear */
	jpeg->out_color_space = JCS_GRAYSCALE;
	jpeg->dct_method = JDCT_IFAST;
	(void)jpeg_start_decompress(jpeg);
	while (jpeg->output_scanline < jpeg->output_height) {
		JSAMPROW line = grey + (size_t)jpeg->output_scanline * jpeg->output_width;

		(void)jpeg_read_scanlines(jpeg, &line, 1);
		if (converter->garbled)
			return -EBADMSG;
	}
	ret->grey = grey;
	ret->width_px = jpeg->output_width;
	ret->height_px = jpeg->output_height;
	ret->stride = jpeg->output_width;
	return 0;
}

static int mjpeg_frame(struct converter *converter, const struct raw_frame *raw, uint8_t *grey,
                       size_t capacity, struct frame *ret)
{
	volatile int r;

	converter->garbled = false;
	if (setjmp(converter->give_up))
		r = -EBADMSG;
	else
		r = mjpeg_lines(converter, raw, grey, capacity, ret);
	jpeg_abort_decompress(&converter->jpeg);
	return r;
}

static void plain_line(enum pixels pixels, const uint8_t *in, uint32_t width_px, uint8_t *out)
{
	switch (pixels) {
	case PIXELS_YUYV:
		for (uint32_t x = 0; x < width_px; x++)
			out[x] = in[2 * x];
		break;
	case PIXELS_UYVY:
	case PIXELS_Y16:
		for (uint32_t x = 0; x < width_px; x++)
			out[x] = in[2 * x + 1];
		break;
	case PIXELS_Y10:
		for (uint32_t x = 0; x < width_px; x++)
			out[x] = (uint8_t)((in[2 * x] | (uint32_t)in[2 * x + 1] << 8) >> 2);
		break;
	case PIXELS_NONE:
	case PIXELS_GREY:
	case PIXELS_MJPEG:
		break;
	}
}

int converter_frame(struct converter *converter, const struct raw_frame *raw, uint8_t *grey,
                    size_t capacity, struct frame *ret)
{
	uint32_t octets = raw->pixels == PIXELS_GREY ? 1 : 2;
	size_t line_len = (size_t)raw->width_px * octets;
	size_t stride = raw->stride > 0 ? raw->stride : line_len;

	if (raw->pixels == PIXELS_NONE || raw->pixels > PIXELS_MJPEG)
		return -ENOTSUP;
	if (raw->width_px < 1 || raw->width_px > FRAME_SIDE_MAX_PX || raw->height_px < 1 ||
	    raw->height_px > FRAME_SIDE_MAX_PX)
		return -EMSGSIZE;
	if (raw->pixels == PIXELS_MJPEG)
		return mjpeg_frame(converter, raw, grey, capacity, ret);
	if (stride < line_len || stride > UINT32_MAX ||
	    raw->len < stride * (raw->height_px - 1) + line_len)
		return -EBADMSG;
	ret->width_px = raw->width_px;
	ret->height_px = raw->height_px;
	if (raw->pixels == PIXELS_GREY) {
		ret->grey = raw->bytes;
		ret->stride = (uint32_t)stride;
		return 0;
	}
	if ((size_t)raw->width_px * raw->height_px > capacity)
		return -EMSGSIZE;
	for (uint32_t y = 0; y < raw->height_px; y++)
		plain_line(raw->pixels, raw->bytes + y * stride, raw->width_px,
		           grey + (size_t)y * raw->width_px);
	ret->grey = grey;
	ret->stride = raw->width_px;
	return 0;
}
