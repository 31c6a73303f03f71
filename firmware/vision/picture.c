/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kiosk/scanner.h>
#include "file.h"
#include "picture_formats.h"

int picture_refuse(char sentence[PICTURE_SENTENCE_SIZE], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(sentence, PICTURE_SENTENCE_SIZE, format, args);
	va_end(args);
	return PICTURE_E_REFUSED;
}

int picture_allocate(struct picture *picture, uint64_t width_px, uint64_t height_px,
                     char sentence[PICTURE_SENTENCE_SIZE])
{
	if (width_px == 0)
		return picture_refuse(sentence, "is 0 pixels wide: there is nothing to read");
	if (height_px == 0)
		return picture_refuse(sentence, "is 0 pixels high: there is nothing to read");
	if (width_px > FRAME_SIDE_MAX_PX)
		return picture_refuse(sentence,
		                      "is %llu pixels wide: at most %d are read, make it smaller",
		                      (unsigned long long)width_px, FRAME_SIDE_MAX_PX);
	if (height_px > FRAME_SIDE_MAX_PX)
		return picture_refuse(sentence,
		                      "is %llu pixels high: at most %d are read, make it smaller",
		                      (unsigned long long)height_px, FRAME_SIDE_MAX_PX);
	picture->grey = malloc((size_t)width_px * (size_t)height_px);
	if (!picture->grey)
		return -ENOMEM;
	picture->width_px = (uint32_t)width_px;
	picture->height_px = (uint32_t)height_px;
	return 0;
}

int picture_allocate_chroma(struct picture *picture)
{
	size_t n = (size_t)((picture->width_px + 1) / 2) * ((picture->height_px + 1) / 2);

	for (int i = 0; i < 2; i++) {
		picture->chroma[i] = malloc(n);
		if (!picture->chroma[i])
			return -ENOMEM;
	}
	return 0;
}

void picture_take_chroma(struct picture *picture, uint32_t y, const uint8_t *line, uint32_t octets,
                         uint32_t at)
{
	uint32_t half = (picture->width_px + 1) / 2;

	for (uint32_t x = 0; x < half; x++) {
		uint32_t a = 2 * x, b = a + 1 < picture->width_px ? a + 1 : a;

		for (uint32_t i = 0; i < 2; i++) {
			uint8_t *to = &picture->chroma[i][(size_t)(y / 2) * half + x];
			uint32_t now = (line[a * octets + at + i] + line[b * octets + at + i]) / 2u;

			*to = (uint8_t)(y % 2 == 0 ? now : (*to + now) / 2);
		}
	}
}

int picture_parse(const uint8_t *data, size_t len, struct picture *ret,
                  char sentence[PICTURE_SENTENCE_SIZE])
{
	static const uint8_t png_magic[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
	static const uint8_t jpeg_magic[3] = {0xff, 0xd8, 0xff};
	struct picture picture = {0};
	int r;

	if (len == 0)
		return picture_refuse(sentence, "is empty");
	if (len >= sizeof(png_magic) && memcmp(data, png_magic, sizeof(png_magic)) == 0) {
		picture.kind = PICTURE_PNG;
		r = picture_parse_png(data, len, &picture, sentence);
	} else if (len >= sizeof(jpeg_magic) && memcmp(data, jpeg_magic, sizeof(jpeg_magic)) == 0) {
		picture.kind = PICTURE_JPEG;
		r = picture_parse_jpeg(data, len, &picture, sentence);
	} else if (len >= 3 && data[0] == 'P' && (data[1] == '2' || data[1] == '5') &&
	           strchr(" \t\r\n#", data[2]) && data[2] != '\0') {
		picture.kind = PICTURE_PGM;
		r = picture_parse_pgm(data, len, &picture, sentence);
	} else {
		r = picture_refuse(sentence, "is not a PGM, PNG or JPEG picture");
	}
	if (r == -ENOMEM)
		(void)snprintf(sentence, PICTURE_SENTENCE_SIZE, "needs more memory than there is");
	if (r != 0) {
		picture_free(&picture);
		return r;
	}
	*ret = picture;
	return 0;
}

int picture_read(const char *path, struct picture *ret, char sentence[PICTURE_SENTENCE_SIZE])
{
	uint8_t *data = NULL;
	size_t len = 0;
	int r;

	r = file_read(path, PICTURE_FILE_BYTES_MAX, &data, &len);
	if (r == -EISDIR) {
		(void)snprintf(sentence, PICTURE_SENTENCE_SIZE,
		               "is a folder: name the pictures in it");
		return r;
	}
	if (r == -EFBIG) {
		(void)snprintf(sentence, PICTURE_SENTENCE_SIZE, "is larger than %d MiB",
		               PICTURE_FILE_BYTES_MAX / 1024 / 1024);
		return r;
	}
	if (r < 0) {
		(void)snprintf(sentence, PICTURE_SENTENCE_SIZE, "cannot be read: %s", strerror(-r));
		return r;
	}
	r = picture_parse(data, len, ret, sentence);
	free(data);
	return r;
}

struct frame picture_frame(const struct picture *picture)
{
	return (struct frame){.grey = picture->grey,
	                      .width_px = picture->width_px,
	                      .height_px = picture->height_px,
	                      .stride = picture->width_px,
	                      .chroma = {picture->chroma[0], picture->chroma[1]}};
}

void picture_free(struct picture *picture)
{
	if (!picture)
		return;
	free(picture->grey);
	free(picture->chroma[0]);
	free(picture->chroma[1]);
	memset(picture, 0, sizeof(*picture));
}
