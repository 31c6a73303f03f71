/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong on the command line, or with a file, gets a sentence and the right exit status: of
 * `export`, `verify`, `correct` and `ledger check`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

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

/* --- as JSON --- */

enum { CHECKS = 7, PEOPLE = 41, CONFIRMED_BEFORE_THE_LAST = 29, HEADCOUNT = 40 };

struct report {
	int holds, network_given;
	json_int_t people, sealed, confirmed, headcount, batches, receipts;
	bool check[CHECKS]; /* which hold, by their place */
};

/* All that there is, and nothing besides. */
static struct report read_report(const struct program *program)
{
	static const char *const name[CHECKS] = {"whole", "keys",    "signatures", "order",
	                                         "sums",  "recount", "receipts"};
	const char *text, *sentence;
	json_t *root = json_loads(program->out, 0, NULL), *projects, *checks, *notes, *check;
	json_int_t n, project, participations;
	struct report report;
	json_error_t error;
	size_t i;
	int holds;

	if (json_unpack_ex(
	        root, &error, JSON_STRICT,
	        "{s:s, s:b, s:b, s:s, s:s, s:s, s:I, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, "
	        "s:I, s:I, s:o, s:o, s:o}",
	        "bundle", &text, "holds", &report.holds, "network_given", &report.network_given,
	        "root_key", &text, "hub", &text, "event", &text, "occurrence", &n, "event_name",
	        &text, "kiosk", &text, "openings", &n, "batches", &report.batches, "receipts",
	        &report.receipts, "lines", &n, "people", &report.people, "people_sealed",
	        &report.sealed, "people_confirmed", &report.confirmed, "headcount",
	        &report.headcount, "projects", &projects, "checks", &checks, "notes", &notes) != 0)
		fail_msg("%s: %s", error.text, program->out);
	assert_int_equal(json_unpack_ex(projects, &error, JSON_STRICT, "[{s:I, s:s, s:I}]", "id",
	                                &project, "name", &text, "participations", &participations),
	                 0);
	assert_int_equal(project, 1);
	assert_string_equal(text, "River");
	assert_int_equal(participations, PEOPLE);
	assert_true(json_is_array(notes));
	assert_int_equal(json_array_size(checks), CHECKS);
	json_array_foreach(checks, i, check)
	{
		assert_int_equal(json_unpack_ex(check, &error, JSON_STRICT, "{s:s, s:b, s:I, s:s}",
		                                "check", &text, "holds", &holds, "checked", &n,
		                                "sentence", &sentence),
		                 0);
		assert_string_equal(text, name[i]);
		assert_true(n > 0 && strlen(sentence) > 20);
		report.check[i] = holds != 0;
	}
	json_decref(root);
	return report;
}

static void assert_counts(const struct report *report, json_int_t confirmed)
{
	assert_int_equal(report->people, PEOPLE);
	assert_int_equal(report->sealed, PEOPLE);
	assert_int_equal(report->confirmed, confirmed);
	assert_int_equal(report->headcount, HEADCOUNT);
	assert_int_equal(report->batches, 3);
	assert_int_equal(report->receipts, 3);
}

/* The last receipt is not the collector's any more: the file was changed, these totals are not
 * confirmed, and all else holds. */
static void what_does_not_hold_is_told_in_json(void **state)
{
	static const char bundle[] = TEST_DATA "/fuzz/bundle/seed-closed";
	struct program *program = *state;
	struct report report;
	uint8_t *octets;
	size_t len;

	assert_int_equal(RUN(program, "verify", "--json", bundle), 0);
	report = read_report(program);
	assert_true(report.holds && !report.network_given);
	assert_counts(&report, PEOPLE);
	for (int i = 0; i < CHECKS; i++)
		assert_true(report.check[i]);
	octets = read_file(bundle, &len);
	octets[len - 45] ^= 1;
	assert_int_equal(file_write(program_path(program, "b"), octets, len, 0644), 0);
	free(octets);
	assert_int_equal(RUN(program, "verify", "b", "--json"), 1);
	report = read_report(program);
	assert_false(report.holds);
	assert_counts(&report, CONFIRMED_BEFORE_THE_LAST);
	for (int i = 0; i < CHECKS; i++)
		assert_int_equal(report.check[i], i != 0 && i != CHECKS - 1);
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
	    TEST(what_does_not_hold_is_told_in_json),
	    TEST(a_ledger_that_is_none_is_told_and_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
