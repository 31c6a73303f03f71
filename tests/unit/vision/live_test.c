/* SPDX-License-Identifier: Apache-2.0 */
/* Promise: a stream's frames are read at once, whatever of the frame's height a code fills, in every
 * version whose modules the frame can show, light on dark and mirrored as well; without luck from
 * what was read before. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <qrencode.h>

#include "decode.h"

enum {
	WIDTH = 1280,
	HEIGHT = 720,
	SAMPLES = 3, /* of a pixel, each way */
	TICK_US = 200,
	BUDGET_US = 7500,
	/* Light codes have their turn every fourth frame, one more way at regions in each. */
	FRAMES_MAX = 8,
};

static uint8_t grey[WIDTH * HEIGHT];
static uint64_t now_us;

static uint64_t count_us(void *context)
{
	(void)context;
	return now_us += TICK_US;
}

static const char text[] = "CK1:T6BFOXN*TS0BI";

static QRcode *encode(int version)
{
	QRinput *input = QRinput_new2(version, QR_ECLEVEL_L);
	QRcode *symbol;

	assert_non_null(input);
	assert_int_equal(
	    QRinput_append(input, QR_MODE_AN, (int)strlen(text), (const uint8_t *)text), 0);
	symbol = QRcode_encodeInput(input);
	assert_non_null(symbol);
	QRinput_free(input);
	return symbol;
}

/* In the middle of the frame, turned a little, on a sheet with its quiet zone. */
static void draw(const QRcode *symbol, float side_px, bool light, bool mirrored)
{
	const float turn = 0.06f, c = cosf(turn), s = sinf(turn);
	float px = side_px / (float)symbol->width;
	int n = symbol->width;

	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++) {
			int sum = 0;

			for (int i = 0; i < SAMPLES * SAMPLES; i++) {
				float fx =
				    (float)x + ((float)(i % SAMPLES) + 0.5f) / SAMPLES - WIDTH / 2;
				float fy =
				    (float)y + ((float)(i / SAMPLES) + 0.5f) / SAMPLES - HEIGHT / 2;
				int u = (int)floorf((c * fx + s * fy) / px + (float)n / 2);
				int v = (int)floorf((c * fy - s * fx) / px + (float)n / 2);
				bool in = u >= 0 && v >= 0 && u < n && v < n;
				bool dark =
				    in && symbol->data[mirrored ? u * n + v : v * n + u] & 1;

				sum += u < -4 || v < -4 || u >= n + 4 || v >= n + 4 ? 120
				       : dark != light                              ? 40
				                                                    : 200;
			}
			grey[y * WIDTH + x] = (uint8_t)(sum / (SAMPLES * SAMPLES));
		}
}

/* Not by a pass over the whole frame: those have their turn too seldom. */
static bool is_by_region(const struct code *code)
{
	return strncmp(code->pass, "region", 6) == 0 || strcmp(code->pass, "modules") == 0;
}

/* Frames until it is read where its finders are, each the same; more than FRAMES_MAX: not. */
static int frames_until_read(void)
{
	const struct decoder_clock clock = {.now_us = count_us};
	const struct frame frame = {
	    .grey = grey, .width_px = WIDTH, .height_px = HEIGHT, .stride = WIDTH};
	struct decoder *decoder = NULL;
	struct code code[2];
	int frames = 0;
	bool read = false;

	assert_int_equal(decoder_new(WIDTH, HEIGHT, &clock, &decoder), 0);
	while (frames++ < FRAMES_MAX && !read) {
		int n = decoder_frame(decoder, &frame, BUDGET_US, code, 2);

		if (n == 0)
			continue;
		assert_int_equal(n, 1);
		assert_int_equal(code[0].len, strlen(text));
		assert_memory_equal(code[0].bytes, text, strlen(text));
		read = is_by_region(&code[0]);
	}
	decoder_free(decoder);
	return read ? frames - 1 : FRAMES_MAX + 1;
}

static void test_every_height_and_version_is_read(void **state)
{
	static const int version[] = {1, 2, 3, 5, 7, 10, 17, 25, 32, 40};
	static const float height[] = {0.15f, 0.25f, 0.5f, 0.9f};
	int shown = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(version) / sizeof(version[0]); i++)
		for (size_t k = 0; k < sizeof(height) / sizeof(height[0]); k++) {
			QRcode *symbol = encode(version[i]);
			float side_px = height[k] * HEIGHT;
			int frames;

			if (side_px >= 2.6f * (float)symbol->width) {
				draw(symbol, side_px, false, false);
				frames = frames_until_read();
				if (frames > 2)
					print_error("version %d, %.0f %% of the height: frame %d\n",
					            version[i], (double)height[k] * 100, frames);
				assert_true(frames <= 2);
				shown++;
			}
			QRcode_free(symbol);
		}
	assert_true(shown > 25);
}

static void test_light_and_mirrored_codes_are_read(void **state)
{
	static const int version[] = {1, 6, 17};

	(void)state;
	for (size_t i = 0; i < sizeof(version) / sizeof(version[0]); i++)
		for (int kind = 1; kind < 4; kind++) {
			QRcode *symbol = encode(version[i]);
			int frames;

			draw(symbol, 0.4f * HEIGHT, kind & 1, kind & 2);
			frames = frames_until_read();
			if (frames > 4)
				print_error("version %d,%s%s: frame %d\n", version[i],
				            kind & 1 ? " light" : "", kind & 2 ? " mirrored" : "",
				            frames);
			assert_true(frames <= 4);
			QRcode_free(symbol);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_height_and_version_is_read),
	    cmocka_unit_test(test_light_and_mirrored_codes_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
