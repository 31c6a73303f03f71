/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "file.h"
#include "vector_file.h"

enum { FILE_BYTES_MAX = 8 << 20 };

/* With a NUL behind it; the caller frees it. */
static char *vector_text(void (*write_all)(FILE *out), size_t *ret_len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_len);

	assert_non_null(out);
	write_all(out);
	assert_int_equal(fclose(out), 0);
	return text;
}

void vector_file_stands(const char *path, void (*write_all)(FILE *out))
{
	uint8_t *text;
	size_t len, expected_len;
	char *expected = vector_text(write_all, &expected_len);

	assert_int_equal(file_read(path, FILE_BYTES_MAX, &text, &len), 0);
	assert_int_equal(len, expected_len);
	assert_memory_equal(text, expected, len);
	free(expected);
	free(text);
}

bool vector_file_wanted(int argc, char **argv, void (*write_all)(FILE *out), int *ret_status)
{
	char *text;
	size_t len;

	if (argc != 2 || strcmp(argv[1], "--write") != 0)
		return false;
	text = vector_text(write_all, &len);
	*ret_status = fwrite(text, 1, len, stdout) == len ? 0 : 1;
	free(text);
	return true;
}
