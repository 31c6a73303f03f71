/* SPDX-License-Identifier: Apache-2.0 */
/* Promise: where a code stands is found at a glance, in any posture; a room without one gives no
 * work. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "finder.h"
#include "region.h"
#include "render.h"

enum { WIDTH = 1280, HEIGHT = 720, LEVEL_WIDTH = 640, LEVEL_HEIGHT = 360, POSTURES = 16 };

static uint8_t grey[WIDTH * HEIGHT], level_grey[WIDTH * HEIGHT], mean_grey[WIDTH * HEIGHT];
static uint32_t column[4 * WIDTH + 64];
static struct plane_scratch scratch = {.column = column, .side_px_max = WIDTH};
static struct plane level = {.grey = level_grey, .capacity = sizeof(level_grey)};
static struct plane mean = {.grey = mean_grey, .capacity = sizeof(mean_grey)};
static struct finder finder[FINDERS_MAX];
static struct triple triple[TRIPLES_MAX];

static size_t search(struct render *render, uint64_t n, bool light)
{
	struct view whole = {grey, WIDTH, HEIGHT, WIDTH}, view;
	size_t found;

	render_frame(render, n, grey);
	plane_scale(&whole, LEVEL_WIDTH, LEVEL_HEIGHT, &scratch, &level);
	if (light)
		plane_invert(&level);
	view = plane_view(&level);
	found =
	    finder_search(&view, light, SURROUNDINGS_WIDE, &mean, &scratch, finder, FINDERS_MAX);
	return finder_triples(&view, &mean, light, finder, found, triple, TRIPLES_MAX);
}

/* Of the printed corners 1, 2, 3 and 0 the triple's three come next to 1, 3 and, as the right
 * angle, 0. */
static void assert_stands_at(const struct triple *found, const struct render_point corner[4])
{
	float side = hypotf(corner[0].x_px - corner[1].x_px, corner[0].y_px - corner[1].y_px) / 2;
	const struct finder *at[3] = {&found->corner, &found->right, &found->below};
	static const int of[3] = {0, 1, 3};

	for (int i = 0; i < 3; i++)
		assert_true(hypotf(at[i]->x - corner[of[i]].x_px / 2,
		                   at[i]->y - corner[of[i]].y_px / 2) < 0.35f * side);
}

static void test_a_code_is_the_likeliest_triple(void **state)
{
	static const enum condition table[] = {CONDITION_PLAIN,  CONDITION_BLUR, CONDITION_GLARE,
	                                       CONDITION_SCREEN, CONDITION_DIM,  CONDITION_NOISE};
	const char *code = "CK1:T6BFOXN-TS0BI-ZD8UHNYTE-V4M-EPXBS3K-TSO-GLQ1R/U5B3MTC1PKXR";
	struct render *render = NULL;

	(void)state;
	assert_int_equal(render_new(WIDTH, HEIGHT, 5, &render), 0);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		/* Often enough blur wins at half size: there are more frames, and larger ones. */
		const int least = table[i] == CONDITION_BLUR ? POSTURES / 3 : POSTURES / 2;
		int found = 0;

		for (int n = 0; n < POSTURES; n++) {
			struct render_point corner[4];
			float modules;

			render_away(render);
			assert_int_equal(render_add(render, table[i], code, strlen(code)), 0);
			if (search(render, (uint64_t)n, n % 2 == 1) == 0)
				continue;
			assert_int_equal(render_corners(render, 0, corner), 0);
			found++;
			assert_stands_at(&triple[0], corner);
			/* Version 4 or so: 33 modules a side, 26 between middles. */
			modules = triple_modules(&triple[0]);
			assert_true(modules > 18 && modules < 36);
		}
		if (found < least)
			print_error("%s: %d\n", condition_name(table[i]), found);
		assert_true(found >= least);
	}
	render_free(render);
}

static void test_a_room_gives_no_work(void **state)
{
	struct render *render = NULL;

	(void)state;
	assert_int_equal(render_new(WIDTH, HEIGHT, 5, &render), 0);
	for (uint64_t n = 0; n < 30; n++)
		assert_int_equal(search(render, n, false), 0);
	render_free(render);
}

static void test_a_region_is_upright_and_leads_back(void **state)
{
	struct triple slanting = {.corner = {.x = 100, .y = 100, .module_px = 4.2f},
	                          .right = {.x = 170, .y = 170, .module_px = 4.2f},
	                          .below = {.x = 30, .y = 170, .module_px = 4.2f}};
	struct view view = {grey, 300, 300, 300};
	struct affine back;
	float x, y, margin;

	(void)state;
	memset(grey, 200, 300 * 300);
	for (int dy = -2; dy <= 2; dy++)
		for (int dx = -2; dx <= 2; dx++)
			grey[(100 + dy) * 300 + 100 + dx] = 0;
	assert_true(region_sample(&slanting, &view, 4, &level, &back));
	assert_int_equal(level.width_px, level.height_px);
	/* The corner's middle lies 3.5 modules and the margin from the upper left, and is dark
	 * there. */
	margin = 4 + 0.2f * triple_modules(&slanting);
	x = y = (margin + 3.5f) * 4;
	assert_true(level.grey[(uint32_t)y * level.width_px + (uint32_t)x] < 100);
	assert_true(fabsf(back.xx * x + back.xy * y + back.x0 - 100) < 1);
	assert_true(fabsf(back.yx * x + back.yy * y + back.y0 - 100) < 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_code_is_the_likeliest_triple),
	    cmocka_unit_test(test_a_room_gives_no_work),
	    cmocka_unit_test(test_a_region_is_upright_and_leads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
