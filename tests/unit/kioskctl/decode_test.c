/* SPDX-License-Identifier: Apache-2.0 */
/* Promise: `decode` says exactly what a code holds, whatever that is, and a file it cannot read is
 * told apart. */
#include <jansson.h>
#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <kiosk/scanner.h>

#include "hex.h"
#include "program.h"

enum { MODULE_PX = 5, QUIET = 4 };

/* A PGM with a code of these octets. */
static void write_code(const char *path, const void *data, int len)
{
	QRcode *code = QRcode_encodeData(len, data, 0, QR_ECLEVEL_M);
	FILE *file = fopen(path, "wb");
	const int side = (code->width + 2 * QUIET) * MODULE_PX;

	assert_non_null(file);
	(void)fprintf(file, "P5 %d %d 255\n", side, side);
	for (int y = 0; y < side; y++)
		for (int x = 0; x < side; x++) {
			const int row = y / MODULE_PX - QUIET, column = x / MODULE_PX - QUIET;
			const int inside =
			    row >= 0 && column >= 0 && row < code->width && column < code->width;

			(void)fputc(
			    inside && (code->data[row * code->width + column] & 1) != 0 ? 0 : 255,
			    file);
		}
	assert_int_equal(fclose(file), 0);
	QRcode_free(code);
}

static json_t *one_line(struct program *program)
{
	json_t *root = json_loads(program->out, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);

	assert_non_null(root);
	return root;
}

static void check_octets(struct program *program, const void *data, int len, const char *text)
{
	char hex[8192];
	json_t *root, *code, *corner;

	write_code(program_path(program, "a code.pgm"), data, len);
	assert_int_equal(RUN(program, "decode", "--json", "a code.pgm"), 0);
	root = one_line(program);
	assert_string_equal(json_string_value(json_object_get(root, "file")), "a code.pgm");
	assert_true(json_is_number(json_object_get(root, "ms")));
	assert_int_equal(json_array_size(json_object_get(root, "codes")), 1);
	code = json_array_get(json_object_get(root, "codes"), 0);
	hex_encode(data, (size_t)len, hex);
	assert_string_equal(json_string_value(json_object_get(code, "bytes_hex")), hex);
	if (text == NULL) {
		assert_true(json_is_null(json_object_get(code, "text")));
	} else {
		assert_int_equal(json_string_length(json_object_get(code, "text")), len);
		assert_memory_equal(json_string_value(json_object_get(code, "text")), text, len);
	}
	assert_int_equal(json_array_size(json_object_get(code, "corners")), 4);
	for (size_t i = 0; i < 4; i++) {
		corner = json_array_get(json_object_get(code, "corners"), i);
		assert_int_equal(json_array_size(corner), 2);
		assert_true(json_is_integer(json_array_get(corner, 0)));
	}
	json_decref(root);
}

static void test_octets(void **state)
{
	static const char escape[] = "\x1b[31mred\x07";
	static const char nul[] = "a\0b";
	static const unsigned char not_utf8[] = {0x00, 0xff, 0xfe, 0x80, 0x41};
	struct program *program = *state;
	char *large = malloc(2953);

	check_octets(program, "https://example.org/?q=1", 24, "https://example.org/?q=1");
	check_octets(program, "Limpieza del río", 17, "Limpieza del río");
	check_octets(program, escape, sizeof(escape) - 1, escape);
	/* On a terminal an escape sequence is not obeyed. */
	assert_int_equal(RUN(program, "decode", "a code.pgm"), 0);
	assert_null(strchr(program->out, '\x1b'));
	check_octets(program, nul, 3, nul);
	check_octets(program, not_utf8, sizeof(not_utf8), NULL);
	memset(large, 'x', 2000);
	large[0] = '{';
	check_octets(program, large, 2000, large);
	free(large);
}

/* The paper that tells a reader's keyboard layout holds the text the reader's driver waits for. */
static void test_the_reader_test_can_be_read(void **state)
{
	struct program *program = *state;

	assert_int_equal(RUN(program, "reader-test", "--out", "desk"), 0);
	assert_non_null(strstr(program->out, "reader-test.png"));
	assert_int_equal(RUN(program, "decode", "desk/reader-test.png"), 0);
	assert_non_null(strstr(program->out, READER_TEST_TEXT));
}

static void test_no_code(void **state)
{
	struct program *program = *state;
	FILE *file = fopen(program_path(program, "empty.pgm"), "wb");
	json_t *root;

	(void)fprintf(file, "P5 64 64 255\n");
	for (int i = 0; i < 64 * 64; i++)
		(void)fputc(200, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(RUN(program, "decode", "--json", "empty.pgm"), 0);
	root = one_line(program);
	assert_int_equal(json_array_size(json_object_get(root, "codes")), 0);
	json_decref(root);
	assert_int_equal(RUN(program, "decode", "empty.pgm"), 0);
	assert_non_null(strstr(program->out, "no code found"));
}

static double ms_of(struct program *program)
{
	json_t *root = one_line(program);
	const double ms = json_number_value(json_object_get(root, "ms"));

	json_decref(root);
	return ms;
}

/* Squares by chance, in which there is always one more thing to try. */
static void test_time_to_spend_on_a_picture(void **state)
{
	enum { SIDE = 800, SQUARE = 4 };
	static const char *const wrong[] = {"0", "600001", "2s", "-1", ""};
	struct program *program = *state;
	FILE *file = fopen(program_path(program, "chance.pgm"), "wb");
	double in_a_moment;

	(void)fprintf(file, "P5 %d %d 255\n", SIDE, SIDE);
	for (uint32_t y = 0; y < SIDE; y++)
		for (uint32_t x = 0; x < SIDE; x++) {
			uint32_t chance =
			    (x / SQUARE + 1) * 2654435761u ^ (y / SQUARE + 1) * 2246822519u;

			chance = (chance ^ chance >> 15) * 2654435761u;
			(void)fputc(chance >> 31 ? 30 : 210, file);
		}
	assert_int_equal(fclose(file), 0);
	assert_int_equal(RUN(program, "decode", "--json", "--budget-ms", "1", "chance.pgm"), 0);
	in_a_moment = ms_of(program);
	assert_int_equal(RUN(program, "decode", "--json", "chance.pgm"), 0);
	print_message("%.0f ms, and %.0f ms by default\n", in_a_moment, ms_of(program));
	assert_true(in_a_moment < ms_of(program));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(RUN(program, "decode", "--budget-ms", wrong[i], "chance.pgm"),
		                 EX_USAGE);
		assert_non_null(strstr(program->err, "--budget-ms"));
		assert_non_null(strstr(program->err, "600000"));
	}
	assert_int_equal(RUN(program, "decode", "--help"), 0);
	assert_non_null(strstr(program->out, "at most (2000)"));
}

/* Every file gets its line; one bad one does not stop the others, and makes the exit status 1. */
static void test_unreadable(void **state)
{
	static const char *const words[] = {"decode",   "--json",   "cut.pgm",  "none.png",
	                                    "text.jpg", "good.pgm", "\xff.png", NULL};
	struct program *program = *state;
	int line = 0;
	FILE *file = fopen(program_path(program, "cut.pgm"), "wb");

	(void)fprintf(file, "P5 64 64 255\nshort");
	assert_int_equal(fclose(file), 0);
	file = fopen(program_path(program, "text.jpg"), "wb");
	(void)fprintf(file, "this is no picture");
	assert_int_equal(fclose(file), 0);
	write_code(program_path(program, "good.pgm"), "good", 4);
	assert_int_equal(program_run(program, words), 1);
	assert_string_equal(program->err, "");
	for (char *at = program->out; *at != '\0'; at += strlen(at) + 1) {
		json_t *root;

		at[strcspn(at, "\n")] = '\0';
		root = json_loads(at, 0, NULL);
		assert_non_null(root);
		if (line == 3) {
			assert_int_equal(json_array_size(json_object_get(root, "codes")), 1);
		} else {
			assert_null(json_object_get(root, "codes"));
			assert_true(json_string_length(json_object_get(root, "error")) > 10);
		}
		json_decref(root);
		line++;
	}
	assert_int_equal(line, 5);
	/* For people: the sentence on standard error, with the file's name. */
	assert_int_equal(RUN(program, "decode", "text.jpg"), 1);
	assert_non_null(strstr(program->err, "text.jpg "));
	assert_string_equal(program->out, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_octets),     cmocka_unit_test(test_the_reader_test_can_be_read),
	    cmocka_unit_test(test_no_code),    cmocka_unit_test(test_time_to_spend_on_a_picture),
	    cmocka_unit_test(test_unreadable),
	};

	return cmocka_run_group_tests(tests, program_setup, program_teardown);
}
