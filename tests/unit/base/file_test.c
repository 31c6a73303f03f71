/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files: read with a limit, replaced as one act. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "hex.h"

static char folder[] = "/tmp/file_test XXXXXX";

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

static void test_replaces_content_and_mode(void **state)
{
	char path[256];
	uint8_t *data;
	size_t len;
	struct stat st;

	(void)state;
	assert_int_equal(file_path(folder, "a key", path, sizeof(path)), 0);
	assert_int_equal(file_write(path, "one", 3, 0644), 0);
	assert_int_equal(file_write(path, "second", 6, 0600), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(file_read(path, 6, &data, &len), 0);
	assert_int_equal(len, 6);
	assert_memory_equal(data, "second", 7);
	free(data);
	assert_int_equal(file_read(path, 5, &data, &len), -EFBIG);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(file_read(path, 5, &data, &len), -ENOENT);
	assert_int_equal(file_read(folder, 5, &data, &len), -EISDIR);
	/* One without a writer is not waited for. */
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(file_read(path, 5, &data, &len), -EOPNOTSUPP);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(file_read("/dev/zero", 5, &data, &len), -EOPNOTSUPP);
}

static void test_failure_leaves_the_old_file(void **state)
{
	char path[256], inside[300];

	(void)state;
	assert_int_equal(file_path(folder, "plain", path, sizeof(path)), 0);
	assert_int_equal(file_write(path, "x", 1, 0600), 0);
	assert_true(snprintf(inside, sizeof(inside), "%s/below", path) > 0);
	assert_int_equal(file_write(inside, "y", 1, 0600), -ENOTDIR);
	assert_int_equal(unlink(path), 0);
}

static void test_large_files_arrive_whole(void **state)
{
	char path[256];
	const size_t size = 300001;
	uint8_t *data = malloc(size), *back;
	size_t len;

	(void)state;
	for (size_t i = 0; i < size; i++)
		data[i] = (uint8_t)(i * 31 >> 3);
	assert_int_equal(file_path(folder, "large", path, sizeof(path)), 0);
	assert_int_equal(file_write(path, data, size, 0600), 0);
	assert_int_equal(file_read(path, size, &back, &len), 0);
	assert_int_equal(len, size);
	assert_memory_equal(data, back, size);
	assert_int_equal(unlink(path), 0);
	free(back);
	free(data);
}

static void test_paths(void **state)
{
	char path[8];

	(void)state;
	assert_int_equal(file_path("ab", "cd", path, sizeof(path)), 0);
	assert_string_equal(path, "ab/cd");
	assert_int_equal(file_path("ab", "/cd", path, sizeof(path)), 0);
	assert_string_equal(path, "/cd");
	assert_int_equal(file_path("abcd", "efgh", path, sizeof(path)), -ENAMETOOLONG);
}

static void test_hexadecimal(void **state)
{
	uint8_t data[3] = {9, 9, 9};
	char text[7];

	(void)state;
	assert_int_equal(hex_decode("00fFa1", data, 3), 0);
	hex_encode(data, 3, text);
	assert_string_equal(text, "00ffa1");
	assert_int_equal(hex_decode("00ffa", data, 3), -EINVAL);
	assert_int_equal(hex_decode("00ffa10", data, 3), -EINVAL);
	assert_int_equal(hex_decode("00ffag", data, 3), -EINVAL);
	assert_int_equal(data[2], 0xa1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_replaces_content_and_mode),
	    cmocka_unit_test(test_failure_leaves_the_old_file),
	    cmocka_unit_test(test_large_files_arrive_whole),
	    cmocka_unit_test(test_paths),
	    cmocka_unit_test(test_hexadecimal),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
