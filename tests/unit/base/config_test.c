/* SPDX-License-Identifier: Apache-2.0 */
/* Every error of a configuration names file, line and field, and says what would be right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "file.h"

struct values {
	char name[8];
	bool on;
	uint64_t count;
	uint64_t wait_ms;
	int mode;
};

static const char *const modes[] = {"card", "auto", NULL};

static int check_name(const void *value, char *sentence, size_t size)
{
	if (strcmp(value, "bad") != 0)
		return 0;
	(void)snprintf(sentence, size, "is the one name that is taken; use another");
	return -1;
}

static const struct config_field fields[] = {
    {.section = "one",
     .key = "name",
     .type = CONFIG_TEXT,
     .offset = offsetof(struct values, name),
     .size = sizeof(((struct values *)0)->name),
     .comment = "A name.",
     .check = check_name},
    {.section = "one",
     .key = "on",
     .type = CONFIG_BOOL,
     .offset = offsetof(struct values, on),
     .standard = "yes",
     .comment = "Whether."},
    {.section = "two",
     .key = "count",
     .type = CONFIG_NUMBER,
     .offset = offsetof(struct values, count),
     .min = 1,
     .max = 200,
     .standard = "15",
     .comment = "How many.\nA second line."},
    {.section = "two",
     .key = "wait",
     .type = CONFIG_DURATION,
     .offset = offsetof(struct values, wait_ms),
     .min = 0,
     .max = 21600000,
     .standard = "30s",
     .comment = "How long."},
    {.section = "two",
     .key = "mode",
     .type = CONFIG_CHOICE,
     .offset = offsetof(struct values, mode),
     .choices = modes,
     .standard = "card",
     .comment = "Which."},
};
static const struct config_table table = {fields, sizeof(fields) / sizeof(fields[0])};

static char path[] = "/tmp/config_test XXXXXX";

static int read_text(const char *text, size_t len, struct values *ret, char *said, size_t size)
{
	FILE *errors = fmemopen(said, size, "w");
	int r;

	memset(said, 0, size);
	assert_non_null(errors);
	assert_int_equal(file_write(path, text, len, 0600), 0);
	r = config_read(&table, path, ret, errors);
	assert_int_equal(fclose(errors), 0);
	return r;
}

static void test_good_file(void **state)
{
	struct values v;
	char said[1000];
	const char text[] =
	    "# a comment\n\n[one]\nname = a # c\n[two]\n  count=200\r\nwait = 6h\nmode = auto";

	(void)state;
	assert_int_equal(read_text(text, strlen(text), &v, said, sizeof(said)), 0);
	assert_string_equal(said, "");
	assert_string_equal(v.name, "a # c");
	assert_true(v.on);
	assert_int_equal(v.count, 200);
	assert_int_equal(v.wait_ms, 21600000);
	assert_int_equal(v.mode, 1);
}

static void test_each_error_names_line_field_and_remedy(void **state)
{
	static const struct {
		const char *text, *line, *says;
	} row[] = {
	    {"name = x\n", ":1: ", "before any [section]"},
	    {"[one]\nname = x\non = maybe\n", ":3: [one] on: ", "yes or no"},
	    {"[one]\nname = x\n[two]\ncount = 0\n", ":4: [two] count: ", "from 1 to 200"},
	    {"[one]\nname = x\n[two]\ncount = 201\n", ":4: [two] count: ", "from 1 to 200"},
	    {"[one]\nname = x\n[two]\ncount = -1\n", ":4: [two] count: ", "from 1 to 200"},
	    {"[one]\nname = x\n[two]\ncount = 1x\n", ":4: [two] count: ", "from 1 to 200"},
	    {"[one]\nname = x\n[two]\ncount = 99999999999999999999\n",
	     ":4: [two] count: ", "from 1 to 200"},
	    {"[one]\nname = x\n[two]\nwait = 30\n", ":4: [two] wait: ", "from 0s to 6h"},
	    {"[one]\nname = x\n[two]\nwait = 7h\n", ":4: [two] wait: ", "from 0s to 6h"},
	    {"[one]\nname = x\n[two]\nmode = other\n", ":4: [two] mode: ", "card or auto"},
	    {"[one]\nname = 12345678\n", ":2: [one] name: ", "at most 7 octets"},
	    {"[one]\nname = a\x1b\n", ":2: [one] name: ", "control character"},
	    {"[one]\nname = bad\n", ":2: [one] name: ", "use another"},
	    {"[one]\nname = x\nname = y\n", ":3: [one] name: ", "line 2"},
	    {"[one]\nname = x\nnmae = y\n", ":3: [one] nmae: ", "has these"},
	    {"[three]\nname = x\n", ":1: ", "no section [three]"},
	    {"[one\nname = x\n", ":1: ", "[name] on a line of its own"},
	    {"[one]\nname x\n", ":2: ", "key = value"},
	    {"[one]\n", "[one] name: ", "is missing"},
	    {"", "[one] name: ", "is missing"},
	};
	struct values v;
	char said[2000];

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		assert_int_equal(
		    read_text(row[i].text, strlen(row[i].text), &v, said, sizeof(said)), -EINVAL);
		assert_ptr_equal(strstr(said, path), said);
		if (strstr(said, row[i].line) == NULL || strstr(said, row[i].says) == NULL)
			fail_msg("row %zu said: %s", i, said);
	}
	assert_int_equal(read_text("[one]\0\n", 7, &v, said, sizeof(said)), -EINVAL);
	assert_non_null(strstr(said, "NUL"));
}

static void test_all_errors_are_told(void **state)
{
	struct values v;
	char said[2000];
	const char text[] = "[one]\non = 1\n[two]\ncount = x\n";

	(void)state;
	assert_int_equal(read_text(text, strlen(text), &v, said, sizeof(said)), -EINVAL);
	assert_non_null(strstr(said, "[one] on"));
	assert_non_null(strstr(said, "[two] count"));
	assert_non_null(strstr(said, "[one] name"));
}

static void test_an_absent_file_is_told(void **state)
{
	struct values v;
	char said[500] = "";
	FILE *errors = fmemopen(said, sizeof(said), "w");

	(void)state;
	assert_int_equal(config_read(&table, "/tmp/config_test/none", &v, errors), -ENOENT);
	assert_int_equal(fclose(errors), 0);
	assert_non_null(strstr(said, "/tmp/config_test/none: cannot be read"));
}

/* The printed file of defaults is itself a good file, once what must be given is given. */
static void test_the_printed_file_reads_back(void **state)
{
	char text[4000] = "", said[1000], *hash;
	FILE *out = fmemopen(text, sizeof(text), "w");
	struct values v;

	(void)state;
	config_print(&table, out);
	assert_int_equal(fclose(out), 0);
	assert_non_null(strstr(text, "# A second line.\n"));
	hash = strstr(text, "#name =");
	assert_non_null(hash);
	memcpy(hash, "name =x", 7);
	assert_int_equal(read_text(text, strlen(text), &v, said, sizeof(said)), 0);
	assert_int_equal(v.count, 15);
	assert_int_equal(v.wait_ms, 30000);
}

static int make_file(void **state)
{
	const int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good_file),
	    cmocka_unit_test(test_each_error_names_line_field_and_remedy),
	    cmocka_unit_test(test_all_errors_are_told),
	    cmocka_unit_test(test_an_absent_file_is_told),
	    cmocka_unit_test(test_the_printed_file_reads_back),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
