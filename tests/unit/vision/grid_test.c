/* SPDX-License-Identifier: Apache-2.0 */
/* Promises: a symbol's modules are found where they lie, over slant, perspective and bends, in every
 * version; what blur and smear did to them is taken back; light codes and mirrored ones are read. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <qrencode.h>

#include "grid_fit.h"
#include "modules.h"
#include "qr_layout.h"
#include "qr_read.h"

enum { SIDE_PX = 1200, FINE = 4 /* points of a pixel, each way */ };

static uint8_t grey[SIDE_PX * SIDE_PX];
static const struct view view = {grey, SIDE_PX, SIDE_PX, SIDE_PX};
static struct modules modules;
static struct qr_work work;
static struct qr_reading reading;

/* A symbol and where it is drawn. */
struct sheet {
	QRcode *symbol;
	struct grid grid; /* the truth */
	float bend_px;    /* the paper's middle is so much higher */
	bool light, mirrored;
};

static bool sheet_is_dark(const struct sheet *sheet, int u, int v)
{
	int n = sheet->symbol->width;

	if (u < 0 || v < 0 || u >= n || v >= n)
		return false;
	return sheet->mirrored ? sheet->symbol->data[u * n + v] & 1
	                       : sheet->symbol->data[v * n + u] & 1;
}

/* Where a point of the sheet is seen. */
static void truth(const struct sheet *sheet, float u, float v, float *x, float *y)
{
	float middle = 2 * u / (float)sheet->symbol->width - 1;

	grid_at(&sheet->grid, u, v, x, y);
	*y -= sheet->bend_px * (1 - middle * middle);
}

/* From the sheet to the picture, in points so near to each other that each pixel has some. */
static void draw(const struct sheet *sheet)
{
	static uint16_t sum[SIDE_PX * SIDE_PX];
	static uint8_t count[SIDE_PX * SIDE_PX];
	float a[2], b[2], n = (float)sheet->symbol->width, step;

	memset(sum, 0, sizeof(sum));
	memset(count, 0, sizeof(count));
	grid_axes(&sheet->grid, n / 2, n / 2, a, b);
	step = 1 / (FINE * fmaxf(hypotf(a[0], a[1]), hypotf(b[0], b[1])));
	for (float v = -4; v < n + 4; v += step)
		for (float u = -4; u < n + 4; u += step) {
			bool dark = sheet_is_dark(sheet, (int)floorf(u), (int)floorf(v));
			float x, y;
			size_t at;

			truth(sheet, u, v, &x, &y);
			if (x < 0 || y < 0 || x >= SIDE_PX || y >= SIDE_PX)
				continue;
			at = (size_t)y * SIDE_PX + (size_t)x;
			if (count[at] == UINT8_MAX)
				continue;
			sum[at] = (uint16_t)(sum[at] + (dark != sheet->light ? 30 : 210));
			count[at]++;
		}
	for (size_t i = 0; i < sizeof(grey); i++)
		grey[i] = count[i] > 0 ? (uint8_t)(sum[i] / count[i]) : 120;
}

/* Each pixel becomes the mean of so many to the right: a hand that moved, a lens out of focus. */
static void smear(uint32_t across_px, uint32_t down_px)
{
	static uint8_t was[SIDE_PX * SIDE_PX];

	memcpy(was, grey, sizeof(was));
	for (uint32_t y = 0; y + down_px < SIDE_PX; y++)
		for (uint32_t x = 0; x + across_px < SIDE_PX; x++) {
			uint32_t sum = 0;

			for (uint32_t j = 0; j < down_px; j++)
				for (uint32_t i = 0; i < across_px; i++)
					sum += was[(y + j) * SIDE_PX + x + i];
			grey[(y + down_px / 2) * SIDE_PX + x + across_px / 2] =
			    (uint8_t)(sum / (across_px * down_px));
		}
}

static void make_sheet(int version, const float xy[4][2], struct sheet *ret)
{
	QRinput *input = QRinput_new2(version, QR_ECLEVEL_L);
	float n = (float)version * 4 + 17;
	const float uv[4][2] = {{0, 0}, {n, 0}, {0, n}, {n, n}};

	memset(ret, 0, sizeof(*ret));
	assert_non_null(input);
	assert_int_equal(QRinput_append(input, QR_MODE_AN, 12, (const uint8_t *)"CK1:THELLO-1"), 0);
	ret->symbol = QRcode_encodeInput(input);
	assert_non_null(ret->symbol);
	QRinput_free(input);
	grid_init(&ret->grid, (uint32_t)ret->symbol->width);
	assert_true(grid_lay(&ret->grid, uv, xy));
}

/* What a search for finders would have found. */
static struct triple find(const struct sheet *sheet)
{
	float n = (float)sheet->symbol->width, a[2], b[2];
	struct triple triple = {.cost = 0};
	struct finder *const finder[3] = {&triple.corner, &triple.right, &triple.below};
	const float at[3][2] = {{3.5f, 3.5f}, {n - 3.5f, 3.5f}, {3.5f, n - 3.5f}};

	for (int i = 0; i < 3; i++) {
		truth(sheet, at[i][0], at[i][1], &finder[i]->x, &finder[i]->y);
		grid_axes(&sheet->grid, at[i][0], at[i][1], a, b);
		/* As wide as lines and columns cut it, and a little beside. */
		finder[i]->module_px = (hypotf(a[0], a[1]) + hypotf(b[0], b[1])) / 2 *
		                       (fmaxf(fabsf(a[0]), fabsf(a[1])) > 0
		                            ? hypotf(a[0], a[1]) / fmaxf(fabsf(a[0]), fabsf(a[1]))
		                            : 1);
		finder[i]->x += 0.7f;
		finder[i]->y -= 0.6f;
	}
	return triple;
}

/* The farthest a module of the grid lies from its place, in modules. */
static float farthest(const struct sheet *sheet, const struct grid *grid)
{
	float most = 0, n = (float)sheet->symbol->width, a[2], b[2];

	for (float v = 0.5f; v < n; v++)
		for (float u = 0.5f; u < n; u++) {
			float x, y, x_is, y_is;

			truth(sheet, u, v, &x, &y);
			grid_at(grid, u, v, &x_is, &y_is);
			grid_axes(&sheet->grid, u, v, a, b);
			most = fmaxf(most, hypotf(x - x_is, y - y_is) /
			                       fminf(hypotf(a[0], a[1]), hypotf(b[0], b[1])));
		}
	return most;
}

static unsigned wrong_modules(const struct sheet *sheet)
{
	int n = sheet->symbol->width;
	unsigned wrong = 0;

	for (int v = 0; v < n; v++)
		for (int u = 0; u < n; u++)
			wrong += (modules.dark[v * n + u] > 0) != sheet_is_dark(sheet, u, v);
	return wrong;
}

static void assert_read(const struct grid *grid)
{
	assert_int_equal(qr_read(modules.dark, grid->modules, &work, &reading), 0);
	assert_int_equal(reading.payload.len, 12);
	assert_memory_equal(reading.payload.bytes, "CK1:THELLO-1", 12);
}

static const float upright[4][2] = {{150, 150}, {1050, 150}, {150, 1050}, {1050, 1050}};
static const float slanting[4][2] = {{500, 120}, {1080, 480}, {130, 700}, {700, 1060}};
static const float leaning[4][2] = {{200, 150}, {960, 210}, {170, 1060}, {930, 960}};

static void test_modules_are_found_in_every_version(void **state)
{
	(void)state;
	for (int version = 1; version <= 40; version += version < 8 ? 1 : 4) {
		struct sheet sheet;
		struct triple triple;
		struct grid grid;

		make_sheet(version, version % 2 ? upright : slanting, &sheet);
		draw(&sheet);
		triple = find(&sheet);
		assert_int_equal(grid_fit(&triple, &view, false, 0.97f, &grid, 1), 1);
		assert_int_equal(grid.modules, sheet.symbol->width);
		assert_true(farthest(&sheet, &grid) < 0.75f);
		modules_sample(&grid, &view, false, MODULES_SPREAD, &modules);
		modules_tell(&modules, MODULES_AREA);
		assert_true(modules_quality(&grid, &modules) > 0.98f);
		assert_true(wrong_modules(&sheet) * 50 < modules.n * modules.n);
		assert_read(&grid);
		QRcode_free(sheet.symbol);
	}
}

static void test_perspective_and_bends_are_followed(void **state)
{
	static const float bend_px[] = {0, 12, 25};

	(void)state;
	for (size_t i = 0; i < sizeof(bend_px) / sizeof(bend_px[0]); i++) {
		struct sheet sheet;
		struct triple triple;
		struct grid grid[4];

		make_sheet(10, leaning, &sheet);
		sheet.bend_px = bend_px[i];
		draw(&sheet);
		triple = find(&sheet);
		assert_true(grid_fit(&triple, &view, false, 2, grid, 4) > 0);
		modules_sample(&grid[0], &view, false, MODULES_SPREAD, &modules);
		modules_tell(&modules, MODULES_AREA);
		assert_read(&grid[0]);
		QRcode_free(sheet.symbol);
	}
}

static void test_light_and_mirrored_modules_are_the_same(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		struct sheet sheet;
		struct triple triple;
		struct grid grid;

		make_sheet(6, leaning, &sheet);
		sheet.light = i & 1;
		sheet.mirrored = i & 2;
		draw(&sheet);
		triple = find(&sheet);
		assert_int_equal(grid_fit(&triple, &view, sheet.light, 0.97f, &grid, 1), 1);
		modules_sample(&grid, &view, sheet.light, MODULES_SPREAD, &modules);
		modules_tell(&modules, MODULES_AREA);
		assert_true(wrong_modules(&sheet) * 50 < modules.n * modules.n);
		assert_read(&grid);
		QRcode_free(sheet.symbol);
	}
}

/* The symbol itself says how many modules it has, where neither its finders' size nor its timing
 * patterns, which are hidden here, do. */
static void test_the_stated_version_is_tried(void **state)
{
	(void)state;
	for (int version = 20; version <= 26; version += 3) {
		struct sheet sheet;
		struct triple triple;
		struct finder *const finder[3] = {&triple.corner, &triple.right, &triple.below};
		struct grid grid[18];
		bool tried = false;
		size_t n;

		make_sheet(version, upright, &sheet);
		for (int i = 8; i < sheet.symbol->width - 8; i++)
			sheet.symbol->data[6 * sheet.symbol->width + i] =
			    sheet.symbol->data[i * sheet.symbol->width + 6] = 0;
		draw(&sheet);
		triple = find(&sheet);
		for (int i = 0; i < 3; i++)
			finder[i]->module_px *= 1.06f;
		n = grid_fit(&triple, &view, false, 2, grid, 18);
		for (size_t i = 0; i < n; i++)
			tried |= (int)grid[i].modules == sheet.symbol->width;
		assert_true(tried);
		QRcode_free(sheet.symbol);
	}
}

/* A smear of two modules, and a blur of as much each way: many modules look wrong, few are after. */
static void test_smear_is_taken_back(void **state)
{
	static const struct {
		uint32_t across_px, down_px;
	} table[] = {{42, 4}, {4, 42}, {38, 30}};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct sheet sheet;
		unsigned before;

		make_sheet(6, upright, &sheet);
		draw(&sheet);
		smear(table[i].across_px, table[i].down_px);
		modules_sample(&sheet.grid, &view, false, MODULES_SPREAD, &modules);
		modules_tell(&modules, MODULES_AREA);
		before = wrong_modules(&sheet);
		assert_true(before > 80);
		for (int k = 0; k < 2; k++)
			assert_true(modules_equalize(&sheet.grid, &modules));
		if (wrong_modules(&sheet) * 5 > before)
			print_error("smear %zu: %u wrong, then %u\n", i, before,
			            wrong_modules(&sheet));
		assert_true(wrong_modules(&sheet) * 5 <= before);
		QRcode_free(sheet.symbol);
	}
}

static void test_nothing_is_learnt_from_nothing(void **state)
{
	struct grid grid;

	(void)state;
	grid_init(&grid, 25);
	memset(&modules, 0, sizeof(modules));
	modules.n = 25;
	(void)modules_equalize(&grid, &modules);
	assert_int_not_equal(qr_read(modules.dark, 25, &work, &reading), 0);
}

static void test_points_on_a_line_are_no_plane(void **state)
{
	static const float uv[4][2] = {{0, 0}, {21, 0}, {0, 21}, {21, 21}};
	static const float line[4][2] = {{0, 0}, {10, 10}, {20, 20}, {30, 30}};
	struct triple far = {.corner = {.x = 10, .y = 10, .module_px = 2},
	                     .right = {.x = 12, .y = 10, .module_px = 2},
	                     .below = {.x = 10, .y = 12, .module_px = 2}};
	struct grid grid;

	(void)state;
	grid_init(&grid, 21);
	assert_false(grid_lay(&grid, uv, line));
	assert_int_equal(grid_fit(&far, &view, false, 2, &grid, 1), 0);
}

static float apart(const struct finder *a, const struct finder *b)
{
	return hypotf(a->x - b->x, a->y - b->y);
}

static void test_a_third_finder_is_found_beside_two(void **state)
{
	const struct finder alone[2] = {{.x = 200, .y = 200, .module_px = 5},
	                                {.x = 400, .y = 200, .module_px = 5}};
	struct triple found[FINDER_THIRDS_MAX];

	(void)state;
	for (int missing = 0; missing < 3; missing++) {
		struct sheet sheet;
		struct triple triple;
		struct finder two[2];
		bool right = false;
		size_t n;

		make_sheet(4, missing == 1 ? leaning : slanting, &sheet);
		draw(&sheet);
		triple = find(&sheet);
		two[0] = missing == 0 ? triple.right : triple.corner;
		two[1] = missing == 2 ? triple.right : triple.below;
		n = finder_thirds(&view, false, two, 2, found);
		assert_true(n > 0);
		for (size_t i = 0; i < n; i++)
			right |= apart(&found[i].corner, &triple.corner) < 20 &&
			         apart(&found[i].right, &triple.right) < 20 &&
			         apart(&found[i].below, &triple.below) < 20;
		assert_true(right);
		QRcode_free(sheet.symbol);
	}
	memset(grey, 200, sizeof(grey));
	assert_int_equal(finder_thirds(&view, false, alone, 2, found), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_modules_are_found_in_every_version),
	    cmocka_unit_test(test_perspective_and_bends_are_followed),
	    cmocka_unit_test(test_light_and_mirrored_modules_are_the_same),
	    cmocka_unit_test(test_the_stated_version_is_tried),
	    cmocka_unit_test(test_smear_is_taken_back),
	    cmocka_unit_test(test_nothing_is_learnt_from_nothing),
	    cmocka_unit_test(test_points_on_a_line_are_no_plane),
	    cmocka_unit_test(test_a_third_finder_is_found_beside_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
