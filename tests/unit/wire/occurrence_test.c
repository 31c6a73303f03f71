/* SPDX-License-Identifier: Apache-2.0 */
/* A manifest's occurrences: numbered through all windows in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>

#include "message.h"

static void test_occurrences(void **state)
{
	const struct manifest manifest = {
	    .n_windows = 3,
	    .window = {{1000000, 3600, 7, 3}, {9000000, 60, 0, 1}, {253402000000, 86400, 1, 2}},
	};
	static const int64_t start[] = {1000000, 1000000 + 604800, 1000000 + 1209600,
	                                9000000, 253402000000,     253402086400};
	static const int64_t length[] = {3600, 3600, 3600, 60, 86400, 86400};
	int64_t s = 7, e = 8;

	(void)state;
	assert_int_equal(manifest_occurrences(&manifest), 6);
	for (uint32_t i = 0; i < 6; i++) {
		assert_int_equal(manifest_occurrence(&manifest, i, &s, &e), 0);
		assert_true(s == start[i] && e == start[i] + length[i]);
	}
	s = 7;
	e = 8;
	assert_int_equal(manifest_occurrence(&manifest, 6, &s, &e), -ERANGE);
	assert_int_equal(manifest_occurrence(&manifest, UINT32_MAX, &s, &e), -ERANGE);
	assert_true(s == 7 && e == 8);
}

static void test_projects(void **state)
{
	const struct manifest manifest = {.n_projects = 2, .project = {{.id = 9}, {.id = 4}}};

	(void)state;
	assert_int_equal(manifest_project_index(&manifest, 9), 0);
	assert_int_equal(manifest_project_index(&manifest, 4), 1);
	assert_int_equal(manifest_project_index(&manifest, 5), -ENOENT);
	assert_int_equal(manifest_project_index(&manifest, 0), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_occurrences),
	    cmocka_unit_test(test_projects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
