/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <linux/videodev2.h>

#include "camera_controls.h"

enum { MENU_ITEMS_MAX = 32 };

/*
 * In this order: a control may be locked until the one before it is set. Frames do not get longer
 * in the dark (exposure_dynamic_framerate), and a camera that can keep its exposure automatic while
 * the shutter is short (shutter priority) is asked to: a hundredth of a second, which a hand that
 * moves is sharp in and 50 and 60 Hz lamps do not stripe. Where the light is poor the gain makes up
 * for it.
 */
static const struct {
	uint32_t id;
	int64_t wanted;
	uint32_t only_after; /* only if this control took its value; 0: always */
} wishes[] = {
    {V4L2_CID_EXPOSURE_AUTO_PRIORITY, 0, 0},
    {V4L2_CID_EXPOSURE_AUTO, V4L2_EXPOSURE_SHUTTER_PRIORITY, 0},
    {V4L2_CID_EXPOSURE_ABSOLUTE, 100 /* of 100 µs */, V4L2_CID_EXPOSURE_AUTO},
    {V4L2_CID_AUTOGAIN, 1, 0},
    {V4L2_CID_SCENE_MODE, V4L2_SCENE_MODE_SPORTS, 0},
    {V4L2_CID_FOCUS_AUTO, 1, 0},
    {V4L2_CID_AUTO_FOCUS_RANGE, V4L2_AUTO_FOCUS_RANGE_MACRO, 0},
};

bool control_fit(const struct control_range *range, int64_t wanted, int32_t *ret)
{
	int64_t value = wanted;

	if (range->min > range->max || range->min < INT32_MIN || range->max > INT32_MAX)
		return false;
	if (range->menu) {
		if (wanted < 0 || wanted >= MENU_ITEMS_MAX || !(range->menu >> wanted & 1))
			return false;
		*ret = (int32_t)wanted;
		return true;
	}
	if (value < range->min)
		value = range->min;
	if (value > range->max)
		value = range->max;
	if (range->step > 1)
		value -= (value - range->min) % range->step;
	*ret = (int32_t)value;
	return true;
}

static bool ask_range(int (*control)(void *context, unsigned long request, void *argument),
                      void *context, uint32_t id, struct control_range *ret)
{
	struct v4l2_queryctrl query;

	memset(&query, 0, sizeof(query));
	query.id = id;
	if (control(context, VIDIOC_QUERYCTRL, &query) < 0 ||
	    query.flags & (V4L2_CTRL_FLAG_DISABLED | V4L2_CTRL_FLAG_READ_ONLY))
		return false;
	*ret = (struct control_range){
	    .id = id, .min = query.minimum, .max = query.maximum, .step = query.step};
	for (uint32_t i = 0; query.type == V4L2_CTRL_TYPE_MENU && i < MENU_ITEMS_MAX; i++) {
		struct v4l2_querymenu item;

		memset(&item, 0, sizeof(item));
		item.id = id;
		item.index = i;
		if (control(context, VIDIOC_QUERYMENU, &item) == 0)
			ret->menu |= 1ull << i;
	}
	return query.type != V4L2_CTRL_TYPE_MENU || ret->menu != 0;
}

int camera_set_controls(int (*control)(void *context, unsigned long request, void *argument),
                        void *context)
{
	uint32_t taken = 0;
	int n = 0;

	for (size_t i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++) {
		struct v4l2_control set = {.id = wishes[i].id};
		struct control_range range;

		if (wishes[i].only_after && taken != wishes[i].only_after)
			continue;
		if (!ask_range(control, context, wishes[i].id, &range) ||
		    !control_fit(&range, wishes[i].wanted, &set.value) ||
		    control(context, VIDIOC_S_CTRL, &set) < 0)
			continue;
		taken = wishes[i].id;
		n++;
	}
	return n;
}
