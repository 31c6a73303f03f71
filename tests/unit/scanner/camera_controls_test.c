/* SPDX-License-Identifier: Apache-2.0 */
/* Promise: exposure is kept short and focus automatic where a camera can, within what it takes; one
 * that cannot, or answers nonsense, is left as it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <linux/videodev2.h>

#include "camera_controls.h"

struct control {
	uint32_t id, type;
	int32_t min, max, step;
	uint64_t menu;
	int32_t value; /* what it was set to; -1: never */
};

struct camera {
	struct control control[8];
	size_t n;
};

static struct control *find(struct camera *camera, uint32_t id)
{
	for (size_t i = 0; i < camera->n; i++)
		if (camera->control[i].id == id)
			return &camera->control[i];
	return NULL;
}

static int answer(void *context, unsigned long request, void *argument)
{
	struct v4l2_queryctrl *query = argument;
	const struct v4l2_querymenu *item = argument;
	const struct v4l2_control *set = argument;
	struct control *control;

	switch (request) {
	case VIDIOC_QUERYCTRL:
		control = find(context, query->id);
		if (!control)
			return -EINVAL;
		query->type = control->type;
		query->minimum = control->min;
		query->maximum = control->max;
		query->step = control->step;
		return 0;
	case VIDIOC_QUERYMENU:
		control = find(context, item->id);
		return control && control->menu >> item->index & 1 ? 0 : -EINVAL;
	case VIDIOC_S_CTRL:
		control = find(context, set->id);
		if (!control || set->value < control->min || set->value > control->max)
			return -ERANGE;
		control->value = set->value;
		return 0;
	default:
		return -ENOTTY;
	}
}

static void test_a_camera_with_everything(void **state)
{
	struct camera camera = {
	    .control = {{V4L2_CID_EXPOSURE_AUTO, V4L2_CTRL_TYPE_MENU, 0, 3, 1, 0xf, -1},
	                {V4L2_CID_EXPOSURE_ABSOLUTE, V4L2_CTRL_TYPE_INTEGER, 3, 2047, 1, 0, -1},
	                {V4L2_CID_EXPOSURE_AUTO_PRIORITY, V4L2_CTRL_TYPE_BOOLEAN, 0, 1, 1, 0, -1},
	                {V4L2_CID_FOCUS_AUTO, V4L2_CTRL_TYPE_BOOLEAN, 0, 1, 1, 0, -1}},
	    .n = 4};

	(void)state;
	assert_int_equal(camera_set_controls(answer, &camera), 4);
	assert_int_equal(camera.control[0].value, V4L2_EXPOSURE_SHUTTER_PRIORITY);
	assert_int_equal(camera.control[1].value, 100);
	assert_int_equal(camera.control[2].value, 0);
	assert_int_equal(camera.control[3].value, 1);
}

/* As most USB cameras are: aperture priority or by hand. By hand would be dark in some rooms. */
static void test_a_camera_without_shutter_priority_keeps_its_own_exposure(void **state)
{
	struct camera camera = {
	    .control = {{V4L2_CID_EXPOSURE_AUTO, V4L2_CTRL_TYPE_MENU, 0, 3, 1, 0xa, -1},
	                {V4L2_CID_EXPOSURE_ABSOLUTE, V4L2_CTRL_TYPE_INTEGER, 3, 2047, 1, 0, -1},
	                {V4L2_CID_EXPOSURE_AUTO_PRIORITY, V4L2_CTRL_TYPE_BOOLEAN, 0, 1, 1, 0, -1}},
	    .n = 3};

	(void)state;
	assert_int_equal(camera_set_controls(answer, &camera), 1);
	assert_int_equal(camera.control[0].value, -1);
	assert_int_equal(camera.control[1].value, -1);
	assert_int_equal(camera.control[2].value, 0);
}

static void test_values_fit_what_a_control_takes(void **state)
{
	static const struct {
		struct control_range range;
		int64_t wanted;
		int32_t value; /* -1: none fits */
	} cases[] = {
	    {{.min = 3, .max = 2047, .step = 1}, 100, 100},
	    {{.min = 200, .max = 2047, .step = 1}, 100, 200},
	    {{.min = 1, .max = 50, .step = 1}, 100, 50},
	    {{.min = 5, .max = 2000, .step = 30}, 100, 95},
	    {{.min = 5, .max = 1, .step = 1}, 100, -1},
	    {{.min = 0, .max = INT64_MAX, .step = 1}, 100, -1},
	    {{.min = 0, .max = 200, .step = 0}, 100, 100},
	    {{.min = 0, .max = 3, .step = 1, .menu = 0xa}, 2, -1},
	    {{.min = 0, .max = 3, .step = 1, .menu = 0xa}, 3, 3},
	    {{.min = 0, .max = 3, .step = 1, .menu = 0xa}, 64, -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int32_t value = -1;

		assert_int_equal(control_fit(&cases[i].range, cases[i].wanted, &value),
		                 cases[i].value >= 0);
		assert_int_equal(value, cases[i].value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_camera_with_everything),
	    cmocka_unit_test(test_a_camera_without_shutter_priority_keeps_its_own_exposure),
	    cmocka_unit_test(test_values_fit_what_a_control_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
