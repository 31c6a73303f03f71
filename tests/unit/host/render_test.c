/* SPDX-License-Identifier: Apache-2.0 */
/* Promise: the simulated camera shows what is held up as it is, and nothing else; what it does to
 * be quick changes no picture. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "render.h"
#include "render_sample.h"

enum { WIDTH = 640, HEIGHT = 480, SAMPLES = 3, POSTURES = 3 };

static const size_t lengths[] = {12, 150, 660, 3391}; /* versions 1 to 40 */
static uint8_t before[WIDTH * HEIGHT], after[WIDTH * HEIGHT];
static struct sheet sheet;
static struct sheet_squares squares;
static struct sampler sampler;
static float light[WIDTH], cover[WIDTH];

static const char *code(size_t len)
{
	static char text[4296];

	for (size_t i = 0; i < len; i++)
		text[i] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"[i * i % 43];
	text[len] = '\0';
	return text;
}

static void hold(size_t length, enum condition condition, uint64_t seed, struct posture *ret)
{
	const struct place place = {.places = 1, .width_px = WIDTH, .height_px = HEIGHT};
	struct lot lot = {seed};

	assert_int_equal(sheet_encode(code(length), length, &sheet), 0);
	sheet.seed = seed;
	posture_draw(&lot, condition, sheet.modules, &place, ret);
}

static void assert_square(const struct posture *posture, const float extent[4], unsigned column,
                          unsigned row)
{
	static const float within[][2] = {
	    {0.5f, 0.5f}, {0.01f, 0.01f}, {0.99f, 0.01f}, {0.01f, 0.99f}, {0.99f, 0.99f}};
	int is = squares.level[row * squares.wide + column];
	float u = (float)(squares.least_u + (int)column), v = (float)(squares.least_v + (int)row);

	for (size_t i = 0; i < sizeof(within) / sizeof(within[0]) && is != SQUARE_UNEVEN; i++) {
		float level = sheet_at(&sheet, posture, extent, u + within[i][0], v + within[i][1]);

		assert_true(is == SQUARE_NOTHING ? level < 0 : fabsf(level - (float)is) < 0.1f);
	}
	if (column == 0 || row == 0 || column + 1 == squares.wide || row + 1 == squares.high)
		assert_int_equal(is, SQUARE_NOTHING);
}

static void test_a_square_is_what_the_sheet_is_there(void **state)
{
	(void)state;
	for (size_t length = 0; length < sizeof(lengths) / sizeof(lengths[0]); length++)
		for (int condition = 0; condition < CONDITION_N; condition++) {
			struct posture posture;
			float extent[4];
			size_t even = 0;

			hold(lengths[length], (enum condition)condition, 7 + length, &posture);
			sheet_extent(&sheet, &posture, extent);
			sheet_squares(&sheet, &posture, &squares);
			assert_true(squares.wide * squares.high <=
			            sizeof(squares.level) / sizeof(squares.level[0]));
			for (unsigned row = 0; row < squares.high; row++)
				for (unsigned column = 0; column < squares.wide; column++) {
					assert_square(&posture, extent, column, row);
					even += squares.level[row * squares.wide + column] !=
					        SQUARE_UNEVEN;
				}
			assert_true(even > squares.wide * squares.high / 2);
		}
}

/* All of a pixel's points, one by one. */
static float ask_all(const struct posture *posture, const struct homography *back,
                     const float extent[4], unsigned x, unsigned y)
{
	float sum = 0;

	for (int i = 0; i < SAMPLES * SAMPLES; i++) {
		struct render_point at =
		    homography_apply(back, (float)x + ((float)(i % SAMPLES) + 0.5f) / SAMPLES,
		                     (float)y + ((float)(i / SAMPLES) + 0.5f) / SAMPLES);

		sum += fmaxf(sheet_at(&sheet, posture, extent, at.x_px, at.y_px), 0);
	}
	return sum / (SAMPLES * SAMPLES);
}

static void assert_pixels(const struct posture *posture)
{
	struct homography back = homography_invert(&posture->to_frame);
	unsigned wrong = 0, lit = 0;
	float extent[4];

	sheet_extent(&sheet, posture, extent);
	sampler_begin(&sampler, &sheet, posture, 0, 0, WIDTH);
	for (unsigned y = 0; y < HEIGHT; y++) {
		sampler_line(&sampler, 0, WIDTH, light, cover);
		for (unsigned x = 0; x < WIDTH; x++) {
			lit += cover[x] > 0;
			wrong += fabsf(light[x] - ask_all(posture, &back, extent, x, y)) > 1;
		}
	}
	/* A point that lies on the line between two modules may be taken for either's. */
	assert_true(lit > 1000);
	assert_true(wrong < lit / 1000 + 5);
}

static void test_a_pixel_is_the_mean_of_its_points(void **state)
{
	(void)state;
	assert_int_equal(sampler_init(&sampler, WIDTH), 0);
	for (int condition = 0; condition < CONDITION_N; condition++) {
		struct posture posture;

		hold(150, (enum condition)condition, 11, &posture);
		assert_pixels(&posture);
	}
	sampler_deinit(&sampler);
}

static void show(struct render *render, enum condition condition, size_t length, uint64_t seed,
                 uint8_t *grey)
{
	render_away(render);
	render_seed(render, seed);
	assert_int_equal(render_add(render, condition, code(length), length), 0);
	render_frame(render, 5, grey);
}

static void test_nothing_is_seen_of_what_was_shown_before(void **state)
{
	struct render *render = NULL;

	(void)state;
	assert_int_equal(render_new(WIDTH, HEIGHT, 3, &render), 0);
	render_set_moving(render, true);
	for (uint64_t seed = 1; seed <= POSTURES; seed++)
		for (int condition = 0; condition < CONDITION_N; condition++) {
			show(render, (enum condition)condition, 150, seed, before);
			for (uint64_t other = 1; other <= 4; other++)
				show(render, CONDITION_SCREEN, 12, seed * 100 + other, after);
			show(render, (enum condition)condition, 150, seed, after);
			assert_memory_equal(before, after, sizeof(before));
		}
	render_free(render);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_square_is_what_the_sheet_is_there),
	    cmocka_unit_test(test_a_pixel_is_the_mean_of_its_points),
	    cmocka_unit_test(test_nothing_is_seen_of_what_was_shown_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
