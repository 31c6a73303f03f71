/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: what people text is read as a volunteer would, 95 in 100 and more, and at most 2 in 100
 * are read wrongly; in either half of tests/data/sms/phrases.jsonl, of which the rules were made
 * looking at the first.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "texted.h"

static struct phrases set;

static void score(unsigned half, struct phrase_score *ret)
{
	*ret = (struct phrase_score){0};
	for (unsigned i = half; i < set.n; i += 2) {
		const struct phrase *phrase = &set.phrase[i];
		struct phrase_reading got = phrase_read(phrase->text);
		char want[16], read[16];

		ret->n++;
		ret->right += phrase_is_right(&phrase->want, &got);
		ret->wrong += phrase_is_wrong(&phrase->want, &got);
		if (phrase_is_right(&phrase->want, &got))
			continue;
		reading_name(&phrase->want, want, sizeof(want));
		reading_name(&got, read, sizeof(read));
		print_message("read as %s, not %s: %s\n", read, want, phrase->text);
	}
	print_message("of %u right %u, wrong %u\n", ret->n, ret->right, ret->wrong);
}

static void phrases_are_read_as_a_volunteer_would(void **state)
{
	struct phrase_score sum;

	(void)state;
	assert_true(phrases_load(TEST_DATA "/sms/phrases.jsonl", &set));
	assert_true(set.n >= 400);
	for (unsigned half = 0; half < 2; half++) {
		score(half, &sum);
		assert_true(sum.right * 100 >= sum.n * 95);
		assert_true(sum.wrong * 100 <= sum.n * 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(phrases_are_read_as_a_volunteer_would),
	};
	return cmocka_run_group_tests_name("sms.phrases", tests, NULL, NULL);
}
