/* SPDX-License-Identifier: Apache-2.0 */
/* Promises: a code is read as the octets it holds, whatever they are; from a slip or a screen, in
 * poor light, at a slant; two codes are two. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <qrencode.h>

#include "decode.h"
#include "render.h"

enum {
	WIDTH = 1280,
	HEIGHT = 720,
	STILL_BUDGET_US = 2000000,
	/* A still has time for some thirty looks. */
	STILL_TICK_US = 25000,
	PATIENT_TICK_US = 10000, /* for what only late looks read */
	LIVE_TICK_US = 500
};

struct stage {
	struct render *render;
	struct decoder *decoder;
	uint64_t now_us, tick_us; /* the clock: so much later each time it is read */
	uint8_t grey[WIDTH * HEIGHT];
	struct code code[DECODED_CODES_MAX];
};

static uint64_t count_us(void *context)
{
	struct stage *stage = context;

	return stage->now_us += stage->tick_us;
}

static int make_stage(void **state)
{
	struct stage *stage = calloc(1, sizeof(*stage));
	struct decoder_clock clock = {.now_us = count_us, .context = stage};

	assert_non_null(stage);
	stage->tick_us = STILL_TICK_US;
	assert_int_equal(render_new(WIDTH, HEIGHT, 20261121, &stage->render), 0);
	assert_int_equal(decoder_new(WIDTH, HEIGHT, &clock, &stage->decoder), 0);
	*state = stage;
	return 0;
}

static int end_stage(void **state)
{
	struct stage *stage = *state;

	render_free(stage->render);
	decoder_free(stage->decoder);
	free(stage);
	return 0;
}

static struct frame frame_of(struct stage *stage, uint64_t n)
{
	render_frame(stage->render, n, stage->grey);
	return (struct frame){
	    .grey = stage->grey, .width_px = WIDTH, .height_px = HEIGHT, .stride = WIDTH};
}

static int still(struct stage *stage)
{
	struct frame frame = frame_of(stage, 1);

	return decoder_still(stage->decoder, &frame, STILL_BUDGET_US, stage->code,
	                     DECODED_CODES_MAX);
}

static void assert_code(const struct code *code, const void *bytes, size_t len)
{
	assert_int_equal(code->len, len);
	assert_memory_equal(code->bytes, bytes, len);
}

static const char ticket[] = "CK1:T6BFOXN*TS0BI$ZD8UHNYTE$V4M-EPXBS3K*TSO%GLQ1R/U5B3MTC1PKXR+5RXDY"
                             "UQ5SRPAW-I3C5FPTN5XEHAV:L8UY1Z6LHEWVCBKXEMVJXHJU88GDWFNXY8";

static void test_every_condition_but_torn_is_read(void **state)
{
	struct stage *stage = *state;

	for (int condition = 0; condition < CONDITION_N; condition++) {
		if (condition == CONDITION_TORN)
			continue;
		for (int i = 0; i < 2; i++) {
			int n;

			render_away(stage->render);
			assert_int_equal(render_add(stage->render, (enum condition)condition,
			                            ticket, strlen(ticket)),
			                 0);
			n = still(stage);
			if (n != 1)
				print_error("%s, posture %d: %d codes\n",
				            condition_name((enum condition)condition), i, n);
			assert_int_equal(n, 1);
			assert_code(&stage->code[0], ticket, strlen(ticket));
		}
	}
}

static void test_torn_and_nothing_are_not_read(void **state)
{
	struct stage *stage = *state;

	render_away(stage->render);
	assert_int_equal(still(stage), 0);
	for (int i = 0; i < 2; i++) {
		render_away(stage->render);
		assert_int_equal(render_add(stage->render, CONDITION_TORN, ticket, strlen(ticket)),
		                 0);
		assert_int_equal(still(stage), 0);
	}
}

/* Thirty frames at 8 ms each: in how many a code was seen and not read. */
static unsigned unread_frames(struct stage *stage, const struct frame *frame)
{
	unsigned n = 0;

	stage->tick_us = LIVE_TICK_US;
	for (int i = 0; i < 30; i++) {
		assert_true(decoder_frame(stage->decoder, frame, 8000, stage->code, 1) >= 0);
		n += decoder_saw_unread(stage->decoder);
	}
	stage->tick_us = STILL_TICK_US;
	return n;
}

/* A thumb over the middle leaves the finders: where the code is is seen, and that is all. */
static void test_a_code_under_a_thumb_is_seen_and_not_read(void **state)
{
	struct stage *stage = *state;
	struct frame frame;
	int x, y, half;

	render_away(stage->render);
	frame = frame_of(stage, 1);
	assert_int_equal(unread_frames(stage, &frame), 0);
	assert_int_equal(render_add(stage->render, CONDITION_PLAIN, ticket, strlen(ticket)), 0);
	assert_int_equal(still(stage), 1);
	x = (stage->code[0].corner[0].x_px + stage->code[0].corner[2].x_px) / 2;
	y = (stage->code[0].corner[0].y_px + stage->code[0].corner[2].y_px) / 2;
	half = abs(stage->code[0].corner[2].x_px - stage->code[0].corner[0].x_px) / 5;
	for (int row = y - half; row < y + half; row++)
		memset(stage->grey + (size_t)row * WIDTH + x - half, 120, (size_t)half * 2);
	assert_in_range(unread_frames(stage, &frame), 20, 30);
}

/* Of a live stream at 8 ms a frame, within half a second. */
static void test_a_stream_is_read_within_a_budget(void **state)
{
	struct stage *stage = *state;
	int n = 0;

	stage->tick_us = LIVE_TICK_US;
	render_away(stage->render);
	assert_int_equal(render_add(stage->render, CONDITION_PLAIN, ticket, strlen(ticket)), 0);
	for (uint64_t i = 0; i < 15 && n == 0; i++) {
		struct frame frame = frame_of(stage, i);

		n = decoder_frame(stage->decoder, &frame, 8000, stage->code, 1);
		assert_true(n >= 0);
	}
	stage->tick_us = STILL_TICK_US;
	assert_int_equal(n, 1);
	assert_code(&stage->code[0], ticket, strlen(ticket));
}

#define OCTETS(text) text, sizeof(text) - 1

static void test_octets_come_out_as_they_are(void **state)
{
	static const struct {
		const char *what;
		const char *bytes;
		size_t len;
	} table[] = {
	    {"one digit", OCTETS("7")},
	    {"Latin-1", OCTETS("Caf\xe9 \xdc"
	                       "berma\xdf \xa1hola!")},
	    {"UTF-8", OCTETS("Caf\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80")},
	    {"UTF-8 with a mark in front", OCTETS("\xef\xbb\xbf"
	                                          "abc")},
	    {"Shift-JIS", OCTETS("\x93\xfa\x96\x7b\x8c\xea\x83\x65\x83\x58\x83\x67")},
	    {"Big5", OCTETS("\xa4\xa4\xa4\xe5\xb4\xfa\xb8\xd5")},
	    {"NUL in the middle", OCTETS("ab\0cd\0")},
	    {"only NUL", OCTETS("\0\0\0")},
	    {"escape sequences", OCTETS("\x1b[2J\x1b]0;title\x07\r\n\t\x08")},
	    {"percent signs", OCTETS("100%%25%00")},
	    {"a web address", OCTETS("https://example.org/?a=b&c=%20")},
	};
	struct stage *stage = *state;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		int n;

		render_away(stage->render);
		assert_int_equal(
		    render_add(stage->render, CONDITION_PLAIN, table[i].bytes, table[i].len), 0);
		n = still(stage);
		if (n != 1 || stage->code[0].len != table[i].len)
			print_error("%s: %d codes, %u octets\n", table[i].what, n,
			            n > 0 ? stage->code[0].len : 0);
		assert_int_equal(n, 1);
		assert_code(&stage->code[0], table[i].bytes, table[i].len);
	}
}

static void test_every_octet_and_the_longest_code(void **state)
{
	struct stage *stage = *state;
	uint8_t bytes[CODE_BYTES_MAX + 1];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	stage->tick_us = PATIENT_TICK_US;
	render_away(stage->render);
	assert_int_equal(render_add(stage->render, CONDITION_PLAIN, bytes, 256), 0);
	assert_int_equal(still(stage), 1);
	assert_code(&stage->code[0], bytes, 256);
	render_away(stage->render);
	assert_int_equal(render_add(stage->render, CONDITION_PLAIN, bytes, CODE_BYTES_MAX), 0);
	assert_int_equal(still(stage), 1);
	assert_code(&stage->code[0], bytes, CODE_BYTES_MAX);
	render_away(stage->render);
	assert_int_equal(render_add(stage->render, CONDITION_PLAIN, bytes, sizeof(bytes)),
	                 -EMSGSIZE);
	stage->tick_us = STILL_TICK_US;
}

/* One segment of a symbol, drawn upright. */
static struct frame symbol_frame(struct stage *stage, int eci, QRencodeMode mode, const char *bytes,
                                 size_t len)
{
	QRinput *input = QRinput_new2(0, QR_ECLEVEL_M);
	QRcode *symbol;
	uint32_t side;

	assert_non_null(input);
	if (eci >= 0)
		assert_int_equal(QRinput_appendECIheader(input, (unsigned)eci), 0);
	assert_int_equal(QRinput_append(input, mode, (int)len, (const uint8_t *)bytes), 0);
	symbol = QRcode_encodeInput(input);
	assert_non_null(symbol);
	side = (uint32_t)(symbol->width + 8) * 4;
	memset(stage->grey, 255, (size_t)side * side);
	for (int y = 0; y < symbol->width * 4; y++)
		for (int x = 0; x < symbol->width * 4; x++)
			if (symbol->data[y / 4 * symbol->width + x / 4] & 1)
				stage->grey[(uint32_t)(y + 16) * side + (uint32_t)x + 16] = 0;
	QRcode_free(symbol);
	QRinput_free(input);
	return (struct frame){
	    .grey = stage->grey, .width_px = side, .height_px = side, .stride = side};
}

static const struct {
	int eci;
	QRencodeMode mode;
	const char *bytes;
	size_t len;
} alphabet_table[] = {
    {-1, QR_MODE_KANJI, OCTETS("\x93\xfa\x96\x7b")},
    {-1, QR_MODE_8, OCTETS("\x93\xfa\x96\x7b")},
    {-1, QR_MODE_8, OCTETS("Caf\xc3\xa9")},
    {2, QR_MODE_8, OCTETS("\x80\x81\x01\x15\x7f")}, /* code page 437 */
    {3, QR_MODE_8, OCTETS("Caf\xe9")},
    {3, QR_MODE_8, OCTETS("a\0\x80\xff")},
    {4, QR_MODE_8, OCTETS("\xb1\xe6")},
    {20, QR_MODE_8, OCTETS("\x93\xfa\x96\x7b")},
    {20, QR_MODE_8, OCTETS("a~\\")}, /* Shift JIS has others in their place */
    {20, QR_MODE_KANJI, OCTETS("\x93\xfa\x96\x7b")},
    {25, QR_MODE_8, OCTETS("\0a\0b")},
    {26, QR_MODE_8, OCTETS("Caf\xc3\xa9 \xf0\x9f\x98\x80")},
    {26, QR_MODE_8, OCTETS("not\xff\xfeUTF-8\0\xc3")}, /* which zbar does not read at all */
    {26, QR_MODE_8,
     OCTETS("\xef\xbb\xbf"
            "abc")},
    {899, QR_MODE_8, OCTETS("a\0\xff\x80")},
};

/* Whatever alphabet a symbol names, its octets are what it holds: zbar alone writes those under ECI 2
 * to 20 anew in UTF-8. */
static void test_octets_under_an_eci(void **state)
{
	struct stage *stage = *state;

	for (size_t i = 0; i < sizeof(alphabet_table) / sizeof(alphabet_table[0]); i++) {
		struct frame frame =
		    symbol_frame(stage, alphabet_table[i].eci, alphabet_table[i].mode,
		                 alphabet_table[i].bytes, alphabet_table[i].len);
		int n = decoder_still(stage->decoder, &frame, STILL_BUDGET_US, stage->code, 8);

		if (n != 1)
			print_error("ECI %d: %d codes\n", alphabet_table[i].eci, n);
		assert_int_equal(n, 1);
		assert_code(&stage->code[0], alphabet_table[i].bytes, alphabet_table[i].len);
	}
}

/* From one frame to the next they are the same, light on dark too. */
static void test_octets_of_a_stream_stay_the_same(void **state)
{
	struct stage *stage = *state;

	stage->tick_us = LIVE_TICK_US;
	for (size_t i = 0; i < sizeof(alphabet_table) / sizeof(alphabet_table[0]); i++) {
		struct frame frame =
		    symbol_frame(stage, alphabet_table[i].eci, alphabet_table[i].mode,
		                 alphabet_table[i].bytes, alphabet_table[i].len);
		int read = 0;

		for (int k = 0; k < 20; k++) {
			int n = decoder_frame(stage->decoder, &frame, 8000, stage->code, 8);

			if (n > 0)
				assert_code(&stage->code[0], alphabet_table[i].bytes,
				            alphabet_table[i].len);
			read += n;
			if (k != 10)
				continue;
			for (size_t at = 0; at < (size_t)frame.stride * frame.height_px; at++)
				stage->grey[at] = (uint8_t)(255 - stage->grey[at]);
		}
		assert_true(read > 0);
	}
	stage->tick_us = STILL_TICK_US;
}

static void test_two_codes_are_two_and_stand_where_they_stand(void **state)
{
	struct stage *stage = *state;
	const char *bytes[2] = {"CK1:TFIRST", "CK1:TSECOND"};
	bool read[2] = {false, false};

	render_away(stage->render);
	assert_int_equal(render_add(stage->render, CONDITION_PLAIN, bytes[0], 10), 0);
	assert_int_equal(render_add(stage->render, CONDITION_SCREEN, bytes[1], 11), 0);
	assert_int_equal(still(stage), 2);
	for (int i = 0; i < 2; i++) {
		int which = stage->code[i].len == 10 ? 0 : 1;
		struct render_point corner[4];

		read[which] = true;
		assert_code(&stage->code[i], bytes[which], strlen(bytes[which]));
		assert_int_equal(render_corners(stage->render, (unsigned)which, corner), 0);
		for (int a = 0; a < 4; a++) {
			float nearest = INFINITY;

			for (int b = 0; b < 4; b++)
				nearest = fminf(
				    nearest,
				    hypotf((float)stage->code[i].corner[a].x_px - corner[b].x_px,
				           (float)stage->code[i].corner[a].y_px - corner[b].y_px));
			assert_true(nearest < 15);
		}
	}
	assert_true(read[0] && read[1]);
}

static void draw_symbol(struct stage *stage, const QRcode *symbol, int left, int top, int px)
{
	for (int y = -4 * px; y < (symbol->width + 4) * px; y++)
		for (int x = -4 * px; x < (symbol->width + 4) * px; x++) {
			int u = x < 0 ? -1 : x / px, v = y < 0 ? -1 : y / px;
			bool dark = u >= 0 && v >= 0 && u < symbol->width && v < symbol->width &&
			            symbol->data[v * symbol->width + u] & 1;

			stage->grey[(top + y) * WIDTH + left + x] = dark ? 20 : 230;
		}
}

/* Each part of a message in several symbols is a code of its own, be the others there or not. */
static void test_parts_of_a_message_are_codes(void **state)
{
	static const char *const bytes[2] = {"first part of it, ", "and the second one"};
	struct stage *stage = *state;
	const struct frame frame = {
	    .grey = stage->grey, .width_px = WIDTH, .height_px = HEIGHT, .stride = WIDTH};
	QRinput_Struct *parts = QRinput_Struct_new();
	QRcode_List *symbols;

	for (int i = 0; i < 2; i++) {
		QRinput *part = QRinput_new2(3, QR_ECLEVEL_M);

		assert_int_equal(QRinput_append(part, QR_MODE_8, (int)strlen(bytes[i]),
		                                (const uint8_t *)bytes[i]),
		                 0);
		assert_int_equal(QRinput_Struct_appendInput(parts, part), i + 1);
	}
	assert_int_equal(QRinput_Struct_insertStructuredAppendHeaders(parts), 0);
	symbols = QRcode_encodeInputStructured(parts);
	assert_non_null(symbols);
	memset(stage->grey, 128, sizeof(stage->grey));
	draw_symbol(stage, symbols->code, 200, 200, 8);
	assert_int_equal(decoder_still(stage->decoder, &frame, STILL_BUDGET_US, stage->code, 8), 1);
	assert_code(&stage->code[0], bytes[0], strlen(bytes[0]));
	draw_symbol(stage, symbols->next->code, 700, 200, 8);
	assert_int_equal(decoder_still(stage->decoder, &frame, STILL_BUDGET_US, stage->code, 8), 2);
	for (int i = 0; i < 2; i++) {
		int which = stage->code[i].corner[0].x_px < 600 ? 0 : 1;

		assert_code(&stage->code[i], bytes[which], strlen(bytes[which]));
	}
	QRcode_List_free(symbols);
	QRinput_Struct_free(parts);
}

/* A small code in the middle of a large one, which its error correction makes up for. */
static void test_a_code_within_a_code_is_another_one(void **state)
{
	struct stage *stage = *state;
	const struct frame frame = {
	    .grey = stage->grey, .width_px = WIDTH, .height_px = HEIGHT, .stride = WIDTH};
	QRcode *outer =
	    QRcode_encodeString("https://example.org/outer/code", 7, QR_ECLEVEL_H, QR_MODE_8, 1);
	QRcode *inner = QRcode_encodeString("INNER", 1, QR_ECLEVEL_M, QR_MODE_8, 1);
	bool read[2] = {false, false};

	assert_non_null(outer);
	assert_non_null(inner);
	memset(stage->grey, 230, sizeof(stage->grey));
	draw_symbol(stage, outer, 300, 60, 12);
	draw_symbol(stage, inner, 300 + 270 - 42, 60 + 270 - 42, 4);
	assert_int_equal(decoder_still(stage->decoder, &frame, STILL_BUDGET_US, stage->code, 8), 2);
	for (int i = 0; i < 2; i++)
		read[stage->code[i].len == 5] = true;
	assert_true(read[0] && read[1]);
	QRcode_free(outer);
	QRcode_free(inner);
}

/* Two colours of one brightness: only what sets them apart besides it shows the code. */
static void test_colours_as_bright_as_each_other(void **state)
{
	static const uint8_t colour[][2][2] = {
	    {{100, 170}, {140, 100}}, /* reddish on greenish */
	    {{190, 120}, {110, 130}}, /* blue on grey */
	    {{110, 130}, {190, 120}},
	};
	static uint8_t chroma[2][WIDTH / 2 * HEIGHT / 2];
	struct stage *stage = *state;
	const struct frame frame = {.grey = stage->grey,
	                            .width_px = WIDTH,
	                            .height_px = HEIGHT,
	                            .stride = WIDTH,
	                            .chroma = {chroma[0], chroma[1]}};
	QRcode *symbol = QRcode_encodeString(ticket, 0, QR_ECLEVEL_M, QR_MODE_8, 1);

	assert_non_null(symbol);
	stage->tick_us = PATIENT_TICK_US;
	for (size_t i = 0; i < sizeof(colour) / sizeof(colour[0]); i++) {
		memset(stage->grey, 230, sizeof(stage->grey));
		draw_symbol(stage, symbol, 300, 100, 8);
		for (size_t y = 0; y < HEIGHT; y += 2)
			for (size_t x = 0; x < WIDTH; x += 2)
				for (int k = 0; k < 2; k++)
					chroma[k][y / 2 * (WIDTH / 2) + x / 2] =
					    colour[i][stage->grey[y * WIDTH + x] > 128][k];
		memset(stage->grey, 120, sizeof(stage->grey));
		assert_int_equal(
		    decoder_still(stage->decoder, &frame, STILL_BUDGET_US, stage->code, 8), 1);
		assert_code(&stage->code[0], ticket, strlen(ticket));
	}
	stage->tick_us = STILL_TICK_US;
	QRcode_free(symbol);
}

static void test_light_on_dark_and_mirrored(void **state)
{
	struct stage *stage = *state;
	struct frame frame;

	stage->tick_us = PATIENT_TICK_US;
	render_away(stage->render);
	assert_int_equal(render_add(stage->render, CONDITION_PLAIN, ticket, strlen(ticket)), 0);
	frame = frame_of(stage, 1);
	for (size_t i = 0; i < sizeof(stage->grey); i++)
		stage->grey[i] = (uint8_t)(255 - stage->grey[i]);
	assert_int_equal(decoder_still(stage->decoder, &frame, STILL_BUDGET_US, stage->code, 8), 1);
	assert_code(&stage->code[0], ticket, strlen(ticket));
	frame = frame_of(stage, 1);
	for (size_t y = 0; y < HEIGHT; y++)
		for (size_t a = 0, b = WIDTH - 1; a < b; a++, b--) {
			uint8_t kept = stage->grey[y * WIDTH + a];

			stage->grey[y * WIDTH + a] = stage->grey[y * WIDTH + b];
			stage->grey[y * WIDTH + b] = kept;
		}
	assert_int_equal(decoder_still(stage->decoder, &frame, STILL_BUDGET_US, stage->code, 8), 1);
	assert_code(&stage->code[0], ticket, strlen(ticket));
	stage->tick_us = STILL_TICK_US;
}

static void test_frames_that_do_not_fit_are_refused(void **state)
{
	struct stage *stage = *state;
	struct decoder_clock clock = {.now_us = count_us, .context = stage};
	struct decoder *decoder = NULL;
	struct frame frame = {.grey = stage->grey, .width_px = WIDTH, .height_px = HEIGHT};

	frame.stride = WIDTH - 1;
	assert_int_equal(decoder_frame(stage->decoder, &frame, 1000, stage->code, 1), -EINVAL);
	frame.stride = WIDTH + 1;
	frame.width_px = WIDTH + 1;
	assert_int_equal(decoder_still(stage->decoder, &frame, 1000, stage->code, 1), -EINVAL);
	frame.width_px = 0;
	assert_int_equal(decoder_frame(stage->decoder, &frame, 1000, stage->code, 1), -EINVAL);
	assert_int_equal(decoder_new(0, 5, &clock, &decoder), -EINVAL);
	assert_int_equal(decoder_new(5, FRAME_SIDE_MAX_PX + 1, &clock, &decoder), -EINVAL);
	assert_null(decoder);
	decoder_free(NULL);
}

/* Odd and tiny sizes and wide strides: nothing is read, nothing is touched that is not ours. */
static void test_any_size_and_stride_is_looked_at(void **state)
{
	static const uint32_t side[] = {1, 2, 15, 17, 97, 331};
	struct stage *stage = *state;

	for (size_t i = 0; i < sizeof(side) / sizeof(side[0]); i++)
		for (size_t j = 0; j < sizeof(side) / sizeof(side[0]); j++) {
			struct frame frame = {.width_px = side[i],
			                      .height_px = side[j],
			                      .stride = side[i] + (uint32_t)j};
			size_t n = (size_t)frame.stride * (side[j] - 1) + side[i];
			uint8_t *grey = malloc(n);

			assert_non_null(grey);
			for (size_t k = 0; k < n; k++)
				grey[k] = (uint8_t)(k * 37 >> 3);
			frame.grey = grey;
			assert_int_equal(
			    decoder_still(stage->decoder, &frame, STILL_BUDGET_US, stage->code, 8),
			    0);
			assert_int_equal(
			    decoder_frame(stage->decoder, &frame, 8000, stage->code, 8), 0);
			free(grey);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_condition_but_torn_is_read),
	    cmocka_unit_test(test_torn_and_nothing_are_not_read),
	    cmocka_unit_test(test_a_code_under_a_thumb_is_seen_and_not_read),
	    cmocka_unit_test(test_a_stream_is_read_within_a_budget),
	    cmocka_unit_test(test_octets_come_out_as_they_are),
	    cmocka_unit_test(test_every_octet_and_the_longest_code),
	    cmocka_unit_test(test_octets_under_an_eci),
	    cmocka_unit_test(test_octets_of_a_stream_stay_the_same),
	    cmocka_unit_test(test_two_codes_are_two_and_stand_where_they_stand),
	    cmocka_unit_test(test_parts_of_a_message_are_codes),
	    cmocka_unit_test(test_a_code_within_a_code_is_another_one),
	    cmocka_unit_test(test_colours_as_bright_as_each_other),
	    cmocka_unit_test(test_light_on_dark_and_mirrored),
	    cmocka_unit_test(test_frames_that_do_not_fit_are_refused),
	    cmocka_unit_test(test_any_size_and_stride_is_looked_at),
	};

	return cmocka_run_group_tests(tests, make_stage, end_stage);
}
