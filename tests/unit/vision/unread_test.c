/* SPDX-License-Identifier: Apache-2.0 */
/* A code that is held up and not read gets a sign, once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unread.h"

enum { FRAME_MS = 33 };

/* Frames of one kind for so long; how many signs came. */
struct part {
	enum frame_showed showed;
	uint32_t ms;
	unsigned signs;
};

static void test_a_sign_after_two_seconds_and_once(void **state)
{
	static const struct {
		const char *what;
		struct part part[6];
	} row[] = {
	    {"two seconds in view", {{FRAME_UNREAD, 1990, 0}, {FRAME_UNREAD, 100, 1}}},
	    {"once only", {{FRAME_UNREAD, 60000, 1}}},
	    {"read in time",
	     {{FRAME_UNREAD, 1900, 0}, {FRAME_READ, 40, 0}, {FRAME_UNREAD, 1900, 0}}},
	    {"a frame here and there without it",
	     {{FRAME_UNREAD, 1000, 0}, {FRAME_NO_CODE, 400, 0}, {FRAME_UNREAD, 1000, 1}}},
	    {"carried by",
	     {{FRAME_UNREAD, 1500, 0}, {FRAME_NO_CODE, 1000, 0}, {FRAME_UNREAD, 1500, 0}}},
	    {"the same one again",
	     {{FRAME_UNREAD, 3000, 1}, {FRAME_NO_CODE, 2000, 0}, {FRAME_UNREAD, 9000, 0}}},
	    {"the next person's",
	     {{FRAME_UNREAD, 3000, 1}, {FRAME_NO_CODE, 3200, 0}, {FRAME_UNREAD, 3000, 1}}},
	    {"the next one after one that was read",
	     {{FRAME_UNREAD, 3000, 1}, {FRAME_READ, 40, 0}, {FRAME_UNREAD, 3000, 1}}},
	    {"nothing in view", {{FRAME_NO_CODE, 60000, 0}}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct unread unread = {.seen = false};
		struct mono_time now = {.us = 1000000};

		print_message("%s\n", row[i].what);
		for (size_t n = 0; n < 6; n++) {
			const struct part *part = &row[i].part[n];
			unsigned signs = 0;

			for (uint32_t ms = 0; ms < part->ms; ms += FRAME_MS) {
				signs += unread_frame(&unread, part->showed, now);
				now.us += FRAME_MS * 1000;
			}
			assert_int_equal(signs, part->signs);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_sign_after_two_seconds_and_once)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
