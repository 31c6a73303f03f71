/* SPDX-License-Identifier: Apache-2.0 */
/* JPEG by libjpeg-turbo. */
#include <errno.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jpeglib.h>
#include <jerror.h>

#include <kiosk/msg_helper.h>

#include "picture_formats.h"

enum { SCANS_MAX = 200 }; /* of a progressive picture; an honest one has about ten */

struct jpeg_reader {
	struct jpeg_error_mgr error; /* first: libjpeg hands it back */
	jmp_buf give_up;
	bool cut, damaged;
	char words[JMSG_LENGTH_MAX];
};

static void on_error(j_common_ptr info)
{
	struct jpeg_reader *reader = (struct jpeg_reader *)info->err;

	info->err->format_message(info, reader->words);
	longjmp(reader->give_up, 1);
}

static void on_message(j_common_ptr info, int level)
{
	struct jpeg_reader *reader = (struct jpeg_reader *)info->err;

	if (level >= 0)
		return;
	if (info->err->msg_code == JWRN_JPEG_EOF)
		reader->cut = true;
	else if (info->err->msg_code == JWRN_HIT_MARKER ||
	         info->err->msg_code == JWRN_HUFF_BAD_CODE)
		reader->damaged = true;
}

static void on_progress(j_common_ptr info)
{
	if (((j_decompress_ptr)info)->input_scan_number > SCANS_MAX)
		ERREXIT(info, JERR_BAD_PROGRESSION);
}

/* How a picture's pixels are had from libjpeg. */
static J_COLOR_SPACE colours_of(const struct jpeg_decompress_struct *jpeg)
{
	switch (jpeg->jpeg_color_space) {
	case JCS_CMYK:
	case JCS_YCCK:
		return JCS_CMYK;
	case JCS_YCbCr:
		return JCS_YCbCr;
	default:
		return JCS_GRAYSCALE;
	}
}

/* Paper's brightness under four inks, as a printer's picture has them; Adobe's programs write how much
 * ink is not there. */
static void four_inks(const uint8_t *inks, bool inverted, uint32_t width_px, uint8_t *grey)
{
	for (uint32_t x = 0; x < width_px; x++, inks += 4) {
		uint32_t light[4];

		for (int i = 0; i < 4; i++)
			light[i] = inverted ? inks[i] : 255u - inks[i];
		grey[x] = (uint8_t)((299 * light[0] + 587 * light[1] + 114 * light[2]) * light[3] /
		                    (1000 * 255));
	}
}

/* A line as libjpeg gives it: its brightness, and its colours where they are known. */
static void take_line(const struct jpeg_decompress_struct *jpeg, const uint8_t *pixels, uint32_t y,
                      struct picture *picture)
{
	uint8_t *grey = picture->grey + (size_t)y * picture->width_px;

	if (jpeg->out_color_space == JCS_CMYK) {
		four_inks(pixels, jpeg->saw_Adobe_marker, picture->width_px, grey);
		return;
	}
	if (jpeg->out_color_space == JCS_GRAYSCALE) {
		memcpy(grey, pixels, picture->width_px);
		return;
	}
	for (uint32_t x = 0; x < picture->width_px; x++)
		grey[x] = pixels[3 * x];
	picture_take_chroma(picture, y, pixels, 3, 1);
}

static int jpeg_lines(struct jpeg_decompress_struct *jpeg, struct jpeg_reader *reader,
                      struct picture *picture, char sentence[PICTURE_SENTENCE_SIZE])
{
	JSAMPARRAY pixels;
	int r;

	(void)jpeg_read_header(jpeg, TRUE);
	r = picture_allocate(picture, jpeg->image_width, jpeg->image_height, sentence);
	if (r != 0)
		return r;
	jpeg->out_color_space = colours_of(jpeg);
	if (jpeg->out_color_space == JCS_YCbCr && picture_allocate_chroma(picture) < 0)
		return -ENOMEM;
	(void)jpeg_start_decompress(jpeg);
	/* libjpeg's own memory, given back with the picture's. */
	pixels =
	    jpeg->mem->alloc_sarray((j_common_ptr)jpeg, JPOOL_IMAGE, 4 * jpeg->output_width, 1);
	if (reader->cut)
		return picture_refuse(sentence, "is cut short: no line of it is whole");
	while (jpeg->output_scanline < jpeg->output_height) {
		uint32_t y = jpeg->output_scanline;

		(void)jpeg_read_scanlines(jpeg, pixels, 1);
		take_line(jpeg, pixels[0], y, picture);
		if (reader->cut)
			return picture_refuse(sentence, "is cut short after line %u", y);
		if (reader->damaged)
			return picture_refuse(sentence, "is a damaged JPEG picture after line %u",
			                      y);
	}
	(void)jpeg_finish_decompress(jpeg);
	if (reader->cut)
		return picture_refuse(sentence, "is cut short: its end is missing");
	return 0;
}

static int jpeg_gave_up(const struct jpeg_reader *reader, const struct jpeg_decompress_struct *jpeg,
                        char sentence[PICTURE_SENTENCE_SIZE])
{
	if (reader->cut)
		return picture_refuse(sentence, "is cut short: no line of it is there");
	if (reader->error.msg_code == JERR_IMAGE_TOO_BIG)
		return picture_refuse(sentence,
		                      "is %u × %u pixels: more than any JPEG reader takes",
		                      jpeg->image_width, jpeg->image_height);
	if (reader->error.msg_code == JERR_EMPTY_IMAGE)
		return picture_refuse(sentence, "is 0 pixels %s: there is nothing to read",
		                      jpeg->image_width == 0 ? "wide" : "high");
	return picture_refuse(sentence, "is a damaged JPEG picture (%.100s)", reader->words);
}

int picture_parse_jpeg(const uint8_t *data, size_t len, struct picture *picture,
                       char sentence[PICTURE_SENTENCE_SIZE])
{
	struct jpeg_decompress_struct jpeg;
	struct jpeg_progress_mgr progress = {.progress_monitor = on_progress};
	struct jpeg_reader reader;
	volatile int r;

	memset(&reader, 0, sizeof(reader));
	memset(&jpeg, 0, sizeof(jpeg));
	jpeg.err = jpeg_std_error(&reader.error);
	reader.error.error_exit = on_error;
	reader.error.emit_message = on_message;
	if (setjmp(reader.give_up)) {
		r = jpeg_gave_up(&reader, &jpeg, sentence);
	} else {
		jpeg_create_decompress(&jpeg);
		jpeg.progress = &progress;
		jpeg_mem_src(&jpeg, data, len);
		r = jpeg_lines(&jpeg, &reader, picture, sentence);
	}
	jpeg_destroy_decompress(&jpeg);
	return r;
}
