/* SPDX-License-Identifier: Apache-2.0 */
/* An evening's states, in their order, for the tests of what is shown. */
#ifndef SCENE_CASES_H
#define SCENE_CASES_H

#include "scene.h"

enum {
	SCENE_CASE_STARTING,
	SCENE_CASE_WAITING,
	SCENE_CASE_NO_CAMERA,
	SCENE_CASE_OPENED,
	SCENE_CASE_OPEN,
	SCENE_CASE_COUNTED,
	SCENE_CASE_ALREADY,
	SCENE_CASE_OTHER_MEETING,
	SCENE_CASE_NOT_CHECKED,
	SCENE_CASE_UNDONE,
	SCENE_CASE_LONG_NAMES,
	SCENE_CASE_MANY,
	SCENE_CASE_TEXTS_WAIT,
	SCENE_CASE_STOPPED,
	SCENE_CASE_CLOSED_HELD,
	SCENE_CASE_CLOSED_UNSENT,
	SCENE_CASE_CLOSED_SENT,
	SCENE_CASES
};

struct scene_case {
	const char *name;
	enum scene_kind kind; /* what should come of it, 100 s after the boot */
	bool has_status, has_answer;
	struct msg_status status;
	struct msg_view answer;
};

void scene_case_make(unsigned which, struct scene_case *ret);

#endif
