/* SPDX-License-Identifier: Apache-2.0 */
/* Promise: a picture is read whole, or refused with a sentence that says what is wrong with it and
 * where. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <jpeglib.h>
#include <png.h>

#include <kiosk/scanner.h>
#include "picture.h"

enum { WIDTH = 61, HEIGHT = 40 };

struct bytes {
	uint8_t *data;
	size_t len;
};

/* A pattern without two equal lines. */
static uint8_t pattern(uint32_t x, uint32_t y)
{
	return (uint8_t)(x * 4 + y * 3);
}

static struct bytes make_pgm(bool text)
{
	struct bytes made = {0};
	FILE *out = open_memstream((char **)&made.data, &made.len);

	assert_non_null(out);
	(void)fprintf(out, "P%c\n# a comment\n%d %d\n255\n", text ? '2' : '5', WIDTH, HEIGHT);
	for (uint32_t y = 0; y < HEIGHT; y++)
		for (uint32_t x = 0; x < WIDTH; x++) {
			if (text)
				(void)fprintf(out, "%d%c", pattern(x, y),
				              x + 1 == WIDTH ? '\n' : ' ');
			else
				(void)fputc(pattern(x, y), out);
		}
	assert_int_equal(fclose(out), 0);
	return made;
}

static struct bytes make_png(int kind, bool interlaced)
{
	struct bytes made = {0};
	FILE *out = open_memstream((char **)&made.data, &made.len);
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);
	uint32_t channels = kind == PNG_COLOR_TYPE_GRAY ? 1 : kind == PNG_COLOR_TYPE_RGB ? 3 : 4;
	uint8_t pixels[HEIGHT][WIDTH * 4];
	png_bytep row[HEIGHT];

	assert_non_null(out);
	for (uint32_t y = 0; y < HEIGHT; y++) {
		row[y] = pixels[y];
		for (uint32_t x = 0; x < WIDTH; x++)
			for (uint32_t c = 0; c < channels; c++)
				pixels[y][x * channels + c] = c == 3 ? 255 : pattern(x, y);
	}
	png_init_io(png, out);
	png_set_IHDR(png, info, WIDTH, HEIGHT, 8, kind,
	             interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
	             PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_set_rows(png, info, row);
	png_write_png(png, info, PNG_TRANSFORM_IDENTITY, NULL);
	png_destroy_write_struct(&png, &info);
	assert_int_equal(fclose(out), 0);
	return made;
}

static struct bytes make_jpeg(bool progressive)
{
	struct bytes made = {0};
	struct jpeg_compress_struct jpeg;
	struct jpeg_error_mgr error;
	unsigned long len = 0;

	jpeg.err = jpeg_std_error(&error);
	jpeg_create_compress(&jpeg);
	jpeg_mem_dest(&jpeg, &made.data, &len);
	jpeg.image_width = WIDTH;
	jpeg.image_height = HEIGHT;
	jpeg.input_components = 1;
	jpeg.in_color_space = JCS_GRAYSCALE;
	jpeg_set_defaults(&jpeg);
	jpeg_set_quality(&jpeg, 98, TRUE);
	if (progressive)
		jpeg_simple_progression(&jpeg);
	jpeg_start_compress(&jpeg, TRUE);
	while (jpeg.next_scanline < HEIGHT) {
		uint8_t line[WIDTH];
		JSAMPROW row = line;

		for (uint32_t x = 0; x < WIDTH; x++)
			line[x] = pattern(x, jpeg.next_scanline);
		(void)jpeg_write_scanlines(&jpeg, &row, 1);
	}
	jpeg_finish_compress(&jpeg);
	jpeg_destroy_compress(&jpeg);
	made.len = len;
	return made;
}

/* As a printer's programs write it: the ink that is not there, all of the pattern in the black one. */
static struct bytes make_jpeg_of_inks(J_COLOR_SPACE space)
{
	struct bytes made = {0};
	struct jpeg_compress_struct jpeg;
	struct jpeg_error_mgr error;
	unsigned long len = 0;

	jpeg.err = jpeg_std_error(&error);
	jpeg_create_compress(&jpeg);
	jpeg_mem_dest(&jpeg, &made.data, &len);
	jpeg.image_width = WIDTH;
	jpeg.image_height = HEIGHT;
	jpeg.input_components = 4;
	jpeg.in_color_space = JCS_CMYK;
	jpeg_set_defaults(&jpeg);
	jpeg_set_colorspace(&jpeg, space);
	jpeg_set_quality(&jpeg, 98, TRUE);
	jpeg_start_compress(&jpeg, TRUE);
	while (jpeg.next_scanline < HEIGHT) {
		uint8_t line[4 * WIDTH];
		JSAMPROW row = line;

		memset(line, 255, sizeof(line));
		for (uint32_t x = 0; x < WIDTH; x++)
			line[4 * x + 3] = pattern(x, jpeg.next_scanline);
		(void)jpeg_write_scanlines(&jpeg, &row, 1);
	}
	jpeg_finish_compress(&jpeg);
	jpeg_destroy_compress(&jpeg);
	made.len = len;
	return made;
}

/* Exact-size copies, so that a sanitizer sees a read beyond the end. */
static int parse_exact(const uint8_t *data, size_t len, struct picture *ret, char *sentence)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);
	int r;

	assert_non_null(copy);
	memcpy(copy, data, len);
	r = picture_parse(copy, len, ret, sentence);
	free(copy);
	return r;
}

static void assert_pattern(const struct picture *picture, int off_max)
{
	assert_int_equal(picture->width_px, WIDTH);
	assert_int_equal(picture->height_px, HEIGHT);
	for (uint32_t y = 0; y < HEIGHT; y++)
		for (uint32_t x = 0; x < WIDTH; x++) {
			int off = picture->grey[y * WIDTH + x] - pattern(x, y);

			/* JPEG is free to be off where the pattern jumps from 255 to 0. */
			if (off_max > 0 && (pattern(x, y) < 90 || pattern(x, y) > 165))
				continue;
			assert_true(off >= -off_max && off <= off_max);
		}
}

/* Whole: the pixels. Cut anywhere: refused, and the sentence says so. */
static void check_format(struct bytes bytes, int off_max, const char *what)
{
	struct picture picture = {0};
	char sentence[PICTURE_SENTENCE_SIZE];

	assert_int_equal(parse_exact(bytes.data, bytes.len, &picture, sentence), 0);
	assert_pattern(&picture, off_max);
	picture_free(&picture);
	for (size_t len = 0; len + 3 < bytes.len; len += len < 700 ? 1 : 37) {
		sentence[0] = '\0';
		if (parse_exact(bytes.data, len, &picture, sentence) != PICTURE_E_REFUSED) {
			print_error("%s of %zu octets cut to %zu was read\n", what, bytes.len, len);
			fail();
		}
		assert_null(picture.grey);
		if (len > 40 && !strstr(sentence, "cut short") && !strstr(sentence, "damaged")) {
			print_error("%s cut to %zu: %s\n", what, len, sentence);
			fail();
		}
	}
	free(bytes.data);
}

static void test_pgm_is_read_whole_or_refused(void **state)
{
	(void)state;
	check_format(make_pgm(false), 0, "P5");
	check_format(make_pgm(true), 0, "P2");
}

static void test_png_is_read_whole_or_refused(void **state)
{
	(void)state;
	check_format(make_png(PNG_COLOR_TYPE_GRAY, false), 0, "grey PNG");
	check_format(make_png(PNG_COLOR_TYPE_RGB, false), 1, "RGB PNG");
	check_format(make_png(PNG_COLOR_TYPE_RGBA, true), 1, "interlaced PNG");
}

static void test_jpeg_is_read_whole_or_refused(void **state)
{
	(void)state;
	check_format(make_jpeg(false), 6, "JPEG");
	check_format(make_jpeg(true), 6, "progressive JPEG");
	check_format(make_jpeg_of_inks(JCS_CMYK), 8, "CMYK JPEG");
	check_format(make_jpeg_of_inks(JCS_YCCK), 8, "YCCK JPEG");
}

static void test_a_sentence_says_where_it_was_cut(void **state)
{
	struct bytes pgm = make_pgm(false);
	struct picture picture = {0};
	char sentence[PICTURE_SENTENCE_SIZE];

	(void)state;
	assert_int_equal(parse_exact(pgm.data, pgm.len - 3 * WIDTH, &picture, sentence),
	                 PICTURE_E_REFUSED);
	assert_string_equal(sentence, "is cut short after line 37");
	free(pgm.data);
}

static const uint8_t png_zero_wide[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\5\10\0\0\0\0";
static const uint8_t png_wide[] =
    "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x4e\x20\0\0\0\5\10\0\0\0\0\x85\x4e\x83\x44"
    "\0\0\0\1IDAT\x78\x76\xe6\x84\xe6";
static const uint8_t jpeg_wide[] =
    "\xff\xd8\xff\xc0\0\x0b\x08\0\5\x4e\x20\1\1\x11\0\xff\xda\0\x08\1\1\0\0\x3f\0";
static const uint8_t jpeg_zero[] =
    "\xff\xd8\xff\xc0\0\x0b\x08\0\5\0\0\1\1\x11\0\xff\xda\0\x08\1\1\0\0\x3f\0";

static void test_odd_files_get_a_sentence(void **state)
{
#define FILE_OF(text) (const uint8_t *)(text), sizeof(text) - 1
	static const struct {
		const uint8_t *data;
		size_t len;
		const char *sentence; /* how it begins */
	} table[] = {
	    {FILE_OF(""), "is empty"},
	    {FILE_OF("hello, I am a text"), "is not a PGM, PNG or JPEG picture"},
	    {FILE_OF("GIF89a......"), "is not a PGM, PNG or JPEG picture"},
	    {FILE_OF("P6\n1 1\n255\nabc"), "is not a PGM, PNG or JPEG picture"},
	    {FILE_OF("P5"), "is not a PGM, PNG or JPEG picture"},
	    {FILE_OF("P5\n0 4\n255\n"), "is 0 pixels wide"},
	    {FILE_OF("P5\n4 0\n255\n"), "is 0 pixels high"},
	    {FILE_OF("P5\n20000 5\n255\n"), "is 20000 pixels wide: at most 8192"},
	    {FILE_OF("P2\n5 20000\n255\n"), "is 20000 pixels high: at most 8192"},
	    {FILE_OF("P5\n99999999999999999999 5\n255\n"), "has a width that is not a number"},
	    {FILE_OF("P5\n-3 5\n255\n"), "has a width that is not a number"},
	    {FILE_OF("P5\n3"), "is cut short: its height is missing"},
	    {FILE_OF("P5\n3 3\n0\n"), "has a maximum of 0"},
	    {FILE_OF("P5\n3 3\n65536\n"), "has a maximum of 65536"},
	    {FILE_OF("P2\n2 1\n9\n3 11\n"), "line 1, pixel 2: not a number from 0 to 9"},
	    {FILE_OF("P2\n2 2\n9\n3 1 x 4\n"), "line 2, pixel 1: not a number from 0 to 9"},
	    {png_zero_wide, sizeof(png_zero_wide) - 1, "is 0 pixels wide"},
	    {png_wide, sizeof(png_wide) - 1, "is 20000 pixels wide: at most 8192"},
	    {jpeg_wide, sizeof(jpeg_wide) - 1, "is 20000 pixels wide: at most 8192"},
	    {jpeg_zero, sizeof(jpeg_zero) - 1, "is 0 pixels wide"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct picture picture = {0};
		char sentence[PICTURE_SENTENCE_SIZE] = "";

		assert_int_equal(parse_exact(table[i].data, table[i].len, &picture, sentence),
		                 PICTURE_E_REFUSED);
		if (strncmp(sentence, table[i].sentence, strlen(table[i].sentence)) != 0)
			print_error("row %zu: \"%s\"\n", i, sentence);
		assert_memory_equal(sentence, table[i].sentence, strlen(table[i].sentence));
		assert_null(picture.grey);
	}
}

static void test_samples_of_other_depths(void **state)
{
	struct picture picture = {0};
	char sentence[PICTURE_SENTENCE_SIZE];

	(void)state;
	assert_int_equal(parse_exact(FILE_OF("P5 2 1 65535 \xff\xff\x80\x00"), &picture, sentence),
	                 0);
	assert_int_equal(picture.grey[0], 255);
	assert_int_equal(picture.grey[1], 127);
	picture_free(&picture);
	assert_int_equal(parse_exact(FILE_OF("P2 3 1 1 0 1 1"), &picture, sentence), 0);
	assert_int_equal(picture.grey[0], 0);
	assert_int_equal(picture.grey[2], 255);
	picture_free(&picture);
}

static void test_files_and_folders(void **state)
{
	char folder[] = "/tmp/picture-test-XXXXXX", path[64];
	struct bytes pgm = make_pgm(false);
	struct picture picture = {0};
	char sentence[PICTURE_SENTENCE_SIZE];
	FILE *out;

	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/a.jpg",
	               folder); /* its name lies: the octets decide */
	out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(pgm.data, 1, pgm.len, out), pgm.len);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(picture_read(path, &picture, sentence), 0);
	assert_int_equal(picture.kind, PICTURE_PGM);
	picture_free(&picture);
	assert_int_equal(picture_read(folder, &picture, sentence), -EISDIR);
	assert_string_equal(sentence, "is a folder: name the pictures in it");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(picture_read(path, &picture, sentence), -ENOENT);
	assert_non_null(strstr(sentence, "cannot be read"));
	assert_int_equal(rmdir(folder), 0);
	picture_free(NULL);
	free(pgm.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pgm_is_read_whole_or_refused),
	    cmocka_unit_test(test_png_is_read_whole_or_refused),
	    cmocka_unit_test(test_jpeg_is_read_whole_or_refused),
	    cmocka_unit_test(test_a_sentence_says_where_it_was_cut),
	    cmocka_unit_test(test_odd_files_get_a_sentence),
	    cmocka_unit_test(test_samples_of_other_depths),
	    cmocka_unit_test(test_files_and_folders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
