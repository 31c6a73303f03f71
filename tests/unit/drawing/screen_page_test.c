/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every scene of an evening on every size of display: nothing cut, covered, pale or without a
 * letter. The pictures are left in build/scenes, numbered, to be looked at in order.
 */
#include <stdarg.h>
#include <errno.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "scene_cases.h"
#include "screen_page.h"

static const struct {
	int width, height;
} sizes[] = {{480, 320}, {800, 480}, {1280, 720}, {1080, 1920}, {1920, 1080}};
enum { SIZES = sizeof(sizes) / sizeof(sizes[0]) };

static struct picture_area area_of(int width, int height)
{
	struct picture_area area = {.width_px = width, .height_px = height, .stride = 4 * width};

	area.pixels = calloc((size_t)width * (size_t)height, 4);
	assert_non_null(area.pixels);
	return area;
}

static void make(unsigned which, unsigned language, struct scene *ret, const char **ret_name)
{
	struct scene_case c;

	scene_case_make(which, &c);
	scene_make(
	    &(struct scene_input){
	        .status = c.has_status ? &c.status : NULL,
	        .answer = c.has_answer ? &c.answer : NULL,
	        .now = {.us = 100000000},
	        .language = language,
	    },
	    ret);
	*ret_name = c.name;
}

static bool overlap(const struct drawn_box *a, const struct drawn_box *b)
{
	return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
	       b->y < a->y + a->height;
}

static void look_at(const struct drawing_report *report, const char *name, int width, int height)
{
	assert_true(report->n_boxes > 0 && report->n_boxes < DRAWING_BOXES_MAX);
	for (unsigned i = 0; i < report->n_boxes; i++) {
		const struct drawn_box *box = &report->box[i];

		if (!box->whole || box->unknown > 0 || box->contrast < 7 || box->x < 0 ||
		    box->y < 0 || box->x + box->width > width || box->y + box->height > height)
			fail_msg(
			    "%s on %dx%d: text %u at %d,%d of %dx%d, letters of %.1f px, contrast "
			    "%.1f, %u unknown, %s",
			    name, width, height, i, box->x, box->y, box->width, box->height,
			    box->size_px, box->contrast, box->unknown,
			    box->whole ? "whole" : "cut");
		for (unsigned j = 0; j < i; j++)
			if (overlap(box, &report->box[j]))
				fail_msg("%s on %dx%d: texts %u and %u cover each other", name,
				         width, height, j, i);
	}
}

static void every_scene_is_whole_on_every_display(void **state)
{
	(void)state;
	for (unsigned i = 0; i < SCENE_CASES; i++)
		for (unsigned j = 0; j < SIZES; j++)
			for (unsigned k = 0; k < 4; k++) {
				const struct drawing_look look = {.light = k / 2 == 1};
				struct picture_area area = area_of(sizes[j].width, sizes[j].height);
				struct drawing_report report;
				struct scene scene;
				const char *name;

				make(i, k % 2, &scene, &name);
				assert_int_equal(drawing_scene(&scene, &look, &area, &report), 0);
				look_at(&report, name, sizes[j].width, sizes[j].height);
				free(area.pixels);
			}
}

/* Letters of an answer's sentence: a twentieth of a 7 inch display's height is 4 mm, legible at
 * 3 m (ISO 9241-303: 16 minutes of arc at 1 m are 4.7 mm; large text here is shown far larger). */
static void answers_are_large(void **state)
{
	struct picture_area area = area_of(800, 480);
	struct drawing_report report;
	struct scene scene;
	const char *name;

	(void)state;
	make(SCENE_CASE_COUNTED, 0, &scene, &name);
	assert_int_equal(drawing_scene(&scene, &(struct drawing_look){false}, &area, &report), 0);
	for (unsigned i = 0; i < report.n_boxes; i++)
		assert_true(report.box[i].size_px >= 480 / 20.0);
	free(area.pixels);
}

static void sizes_out_of_range_are_refused(void **state)
{
	struct picture_area area = area_of(400, 400);
	struct scene scene;
	const char *name;

	(void)state;
	make(SCENE_CASE_OPEN, 0, &scene, &name);
	area.width_px = 300;
	assert_int_equal(drawing_scene(&scene, &(struct drawing_look){false}, &area, NULL),
	                 -EINVAL);
	area.width_px = 400;
	area.stride = 1000;
	assert_int_equal(drawing_scene(&scene, &(struct drawing_look){false}, &area, NULL),
	                 -EINVAL);
	free(area.pixels);
}

static void pictures_of_the_evening_are_left(void **state)
{
	struct picture_area area = area_of(800, 480);
	char path[512];

	(void)state;
	(void)mkdir(SCENES_FOLDER, 0755);
	for (unsigned i = 0; i < SCENE_CASES; i++) {
		struct scene scene;
		const char *name;

		make(i, 0, &scene, &name);
		assert_int_equal(drawing_scene(&scene, &(struct drawing_look){false}, &area, NULL),
		                 0);
		(void)snprintf(path, sizeof(path), "%s/%02u-%s.png", SCENES_FOLDER, i + 1, name);
		assert_int_equal(drawing_png(&area, path), 0);
	}
	free(area.pixels);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_scene_is_whole_on_every_display),
	    cmocka_unit_test(answers_are_large),
	    cmocka_unit_test(sizes_out_of_range_are_refused),
	    cmocka_unit_test(pictures_of_the_evening_are_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
