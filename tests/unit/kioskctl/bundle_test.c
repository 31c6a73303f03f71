/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong on the command line, or with a file, gets a sentence and the right exit status: of
 * `export`, `verify`, `correct` and `ledger check`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "program.h"

static void says(const struct program *program, const char *words)
{
	if (strstr(program->err, words) == NULL && strstr(program->out, words) == NULL)
		fail_msg("\"%s\" is not in: %s%s", words, program->out, program->err);
}

static void mistyped_options_are_told(void **state)
{
	struct program *program = *state;
	static const struct {
		const char *word[10];
		int status;
		const char *says;
	} row[] = {
	    {{"export"}, 64, "--out"},
	    {{"export", "--out", "a", "--qr", "b"}, 64, "either"},
	    {{"export", "--qr", "b", "--socket", "none.sock"}, 69, "is it running"},
	    {{"export", "--out", "a", "--event", "12"}, 64, "16 hexadecimal"},
	    {{"export", "--out", "a", "--occurrence", "2"}, 64, "--event"},
	    {{"export", "--out", "a", "--ledger", "l"}, 64, "--network"},
	    {{"export", "--out", "none/a"}, 73, "none/a"},
	    {{"export", "--out", "a", "--socket", "none.sock"}, 69, "is it running"},
	    {{"verify"}, 64, "BUNDLE"},
	    {{"verify", "none"}, 2, "none"},
	    {{"correct", "--hub", "h", "--reason", "r"}, 64, "--people"},
	    {{"correct", "--hub", "h", "--reason", "r", "--people", "3"}, 64, "+3 or -2"},
	    {{"correct", "--hub", "h", "--reason", "r", "--people", "+3", "--event", "12"},
	     64,
	     "16 hexadecimal"},
	    {{"post", "a"}, 64, "--network"},
	    {{"post", "--network", "none", "a"}, 66, "none"},
	    {{"correct", "--hub", "h", "--reason", "r", "--people", "-0"}, 64, "+3 or -2"},
	    {{"correct", "--hub", "h", "--reason", "r", "--people", "+1x"}, 64, "+3 or -2"},
	    {{"correct", "--hub", "h", "--reason", "r", "--project", "7"}, 64, "ID:+N"},
	    {{"correct", "--hub", "h", "--reason", "r", "--project", "0:+1"}, 64, "--project"},
	    {{"ledger", "check"}, 64, "LEDGER"},
	    {{"ledger", "check", "none.db"}, 2, "none.db"},
	    {{"ledger"}, 64, "ledger check"},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const int status = program_run(program, row[i].word);

		if (status != row[i].status)
			fail_msg("row %zu: %d: %s", i, status, program->err);
		says(program, row[i].says);
	}
	/* Nothing half made is left. */
	assert_int_equal(RUN(program, "verify", "a"), 2);
}

static void what_is_no_bundle_is_told(void **state)
{
	static const char *const content[] = {"", "not a bundle", "\x82\x05", "\x86\x00\x01"};
	struct program *program = *state;

	for (size_t i = 0; i < sizeof(content) / sizeof(content[0]); i++) {
		assert_int_equal(file_write(program_path(program, "b"), content[i],
		                            strlen(content[i]) + (i == 3), 0644),
		                 0);
		assert_int_equal(RUN(program, "verify", "b"), 2);
		says(program, "is no bundle");
	}
}

/* The seed of the fuzzer's corpus holds; of another network it does not. */
static void a_bundle_is_told_in_words_and_in_json(void **state)
{
	static const char bundle[] = TEST_DATA "/fuzz/bundle/seed-closed";
	struct program *program = *state;

	assert_int_equal(RUN(program, "verify", bundle), 0);
	says(program, "Everything holds, if your network's root key is");
	assert_int_equal(RUN(program, "verify", "--json", bundle), 0);
	says(program, "\"network_given\": false");
	says(program, "\"people\": 41");
	program_make_hub(program);
	assert_int_equal(RUN(program, "verify", bundle, "--network", "net/network.txt"), 1);
	says(program, "DOES NOT HOLD");
	says(program, "another network");
	assert_int_equal(RUN(program, "verify", bundle, "--network", "net/root.pub"), 2);
	says(program, "network.txt");
}

static void a_ledger_that_is_none_is_told_and_left_alone(void **state)
{
	struct program *program = *state;
	uint8_t *after;
	size_t len;

	assert_int_equal(file_write(program_path(program, "l.db"), "not a database", 14, 0600), 0);
	assert_int_not_equal(RUN(program, "ledger", "check", "l.db"), 0);
	says(program, "l.db");
	after = read_file(program_path(program, "l.db"), &len);
	assert_int_equal(len, 14);
	free(after);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, program_setup, program_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(mistyped_options_are_told),
	    TEST(what_is_no_bundle_is_told),
	    TEST(a_bundle_is_told_in_words_and_in_json),
	    TEST(a_ledger_that_is_none_is_told_and_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
