/* SPDX-License-Identifier: Apache-2.0 */
/* PNG by libpng. What is transparent is taken as paper: white. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <png.h>

#include "picture_formats.h"

struct png_source {
	const uint8_t *data;
	size_t len, at;
	bool cut;
	uint32_t lines;                        /* begun */
	char words[PICTURE_SENTENCE_SIZE / 2]; /* libpng's own, when it gives up */
	png_bytep *row;
	uint8_t *pixels; /* of a picture in colours, three octets each */
};

static void on_error(png_structp png, png_const_charp words)
{
	struct png_source *source = png_get_error_ptr(png);
	size_t len = strlen(words);

	if (len >= sizeof(source->words))
		len = sizeof(source->words) - 1;
	memcpy(source->words, words, len);
	source->words[len] = '\0';
	png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp words)
{
	(void)png;
	(void)words;
}

static void on_read(png_structp png, png_bytep out, size_t len)
{
	struct png_source *source = png_get_io_ptr(png);

	if (source->len - source->at < len) {
		source->cut = true;
		png_error(png, "end of file");
	}
	memcpy(out, source->data + source->at, len);
	source->at += len;
}

static void on_row(png_structp png, png_uint_32 row, int pass)
{
	struct png_source *source = png_get_error_ptr(png);

	(void)pass;
	source->lines = row;
}

/* Brightness and colours (ITU-R BT.601) of line y; `line` is written over with the colours. */
static void take_line(struct picture *picture, uint32_t y, uint8_t *line)
{
	for (uint32_t x = 0; x < picture->width_px; x++) {
		uint8_t *pixel = line + 3 * (size_t)x;
		int r = pixel[0], g = pixel[1], b = pixel[2];
		int grey = (299 * r + 587 * g + 114 * b + 500) / 1000;

		picture->grey[(size_t)y * picture->width_px + x] = (uint8_t)grey;
		pixel[1] = (uint8_t)(128 + (b - grey) * 564 / 1000);
		pixel[2] = (uint8_t)(128 + (r - grey) * 713 / 1000);
	}
	picture_take_chroma(picture, y, line, 3, 1);
}

static int png_rows(png_structp png, png_infop info, struct png_source *source,
                    struct picture *picture, char sentence[PICTURE_SENTENCE_SIZE])
{
	png_color_16 white = {.red = 255, .green = 255, .blue = 255, .gray = 255};
	size_t octets;
	uint8_t *first;
	int r;

	/* The size is judged here; libpng's own limits would answer with its words, not ours. */
	png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
	png_set_chunk_malloc_max(png, 8 * 1024 * 1024);
	png_read_info(png, info);
	r = picture_allocate(picture, png_get_image_width(png, info),
	                     png_get_image_height(png, info), sentence);
	if (r != 0)
		return r;
	png_set_scale_16(png);
	png_set_expand(png);
	png_set_background(png, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1.0);
	png_set_read_status_fn(png, on_row);
	(void)png_set_interlace_handling(png);
	png_read_update_info(png, info);
	octets = png_get_color_type(png, info) & PNG_COLOR_MASK_COLOR ? 3 : 1;
	if (png_get_rowbytes(png, info) != octets * picture->width_px)
		return picture_refuse(sentence, "has a PNG colour type that is not supported");
	first = picture->grey;
	if (octets == 3) {
		source->pixels = first = malloc(octets * picture->width_px * picture->height_px);
		if (!first || picture_allocate_chroma(picture) < 0)
			return -ENOMEM;
	}
	source->row = calloc(picture->height_px, sizeof(*source->row));
	if (!source->row)
		return -ENOMEM;
	for (uint32_t y = 0; y < picture->height_px; y++)
		source->row[y] = first + octets * y * picture->width_px;
	png_read_image(png, source->row);
	png_read_end(png, NULL);
	for (uint32_t y = 0; octets == 3 && y < picture->height_px; y++)
		take_line(picture, y, source->row[y]);
	return 0;
}

static int png_gave_up(const struct png_source *source, char sentence[PICTURE_SENTENCE_SIZE])
{
	if (source->cut && source->lines > 0)
		return picture_refuse(sentence, "is cut short after line %u", source->lines);
	if (source->cut)
		return picture_refuse(sentence, "is cut short: no line of it is there");
	if (strstr(source->words, "width is zero"))
		return picture_refuse(sentence, "is 0 pixels wide: there is nothing to read");
	if (strstr(source->words, "height is zero"))
		return picture_refuse(sentence, "is 0 pixels high: there is nothing to read");
	/* libpng names a bad size only in a warning before it. */
	return picture_refuse(sentence, "is a damaged PNG picture after line %u (%s)",
	                      source->lines, source->words);
}

/* IHDR stands first at a fixed place: its sizes get our own sentences before libpng sees them. */
static int png_zero(const uint8_t *data, size_t len, char sentence[PICTURE_SENTENCE_SIZE])
{
	static const uint8_t zero[4];

	if (len < 24 || memcmp(data + 12, "IHDR", 4) != 0)
		return 0;
	if (memcmp(data + 16, zero, 4) == 0)
		return picture_refuse(sentence, "is 0 pixels wide: there is nothing to read");
	if (memcmp(data + 20, zero, 4) == 0)
		return picture_refuse(sentence, "is 0 pixels high: there is nothing to read");
	return 0;
}

int picture_parse_png(const uint8_t *data, size_t len, struct picture *picture,
                      char sentence[PICTURE_SENTENCE_SIZE])
{
	struct png_source source = {.data = data, .len = len};
	png_structp png;
	png_infop info;
	volatile int r;

	r = png_zero(data, len, sentence);
	if (r != 0)
		return r;
	png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, on_error, on_warning);
	if (!png)
		return -ENOMEM;
	info = png_create_info_struct(png);
	if (!info) {
		png_destroy_read_struct(&png, NULL, NULL);
		return -ENOMEM;
	}
	png_set_read_fn(png, &source, on_read);
	if (setjmp(png_jmpbuf(png)))
		r = png_gave_up(&source, sentence);
	else
		r = png_rows(png, info, &source, picture, sentence);
	free(source.row);
	free(source.pixels);
	png_destroy_read_struct(&png, &info, NULL);
	return r;
}
