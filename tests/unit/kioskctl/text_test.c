/* SPDX-License-Identifier: Apache-2.0 */
/* Promise: `text` says what an event makes of a text and what it answers, as words and as JSON, of
 * its words or of each line of standard input; nothing is counted. */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "program.h"

static json_t *tried(struct program *program, const char *text)
{
	json_t *root;

	assert_int_equal(RUN(program, "text", "--event", "event", "--json", text), 0);
	print_message("%s", program->out);
	root = json_loads(program->out, JSON_REJECT_DUPLICATES, NULL);
	assert_int_equal(json_object_size(root), 12);
	assert_string_equal(json_string_value(json_object_get(root, "text")), text);
	return root;
}

static const char *string_of(const json_t *root, const char *key)
{
	const char *text = json_string_value(json_object_get(root, key));
	return text != NULL ? text : "null";
}

static void json_says_what_and_how_many_and_the_answer(void **state)
{
	static const struct {
		const char *text, *action;
		int people;
		const char *reply, *language;
		bool unsure;
	} table[] = {
	    {"RIVER my wife and I", "count", 2, "You're counted, 2 people: ", "en", false},
	    {"aquí", "count", 1, "Listo, te contamos: ", "es", false},
	    {"RIVER 40202", "count", 1, "Counted 1: ", "null", true},
	    {"RIVER 9", "count", 6, "the most it can bring", "null", false},
	    {"can't come to river", "none", 0, "text one of: ", "en", false},
	    {"Liked “RIVER 3”", "ignore", 0, "null", "en", false},
	    {"please stop", "stop", 0, "No more replies", "en", false},
	    {"START", "start", 0, "are on again", "null", false},
	    {"ayuda", "help", 0, "manda una palabra", "es", false},
	    {"undo", "undo", 0, "Taken back", "en", false},
	};
	struct program *program = *state;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		json_t *root = tried(program, table[i].text);

		assert_string_equal(string_of(root, "action"), table[i].action);
		assert_int_equal(json_integer_value(json_object_get(root, "people")),
		                 table[i].people);
		assert_int_equal(json_is_true(json_object_get(root, "counted")),
		                 table[i].people > 0);
		assert_non_null(strstr(string_of(root, "reply"), table[i].reply));
		assert_string_equal(string_of(root, "language"), table[i].language);
		assert_int_equal(json_is_true(json_object_get(root, "unsure")), table[i].unsure);
		json_decref(root);
	}
}

static void words_are_one_text_and_lines_are_several(void **state)
{
	struct program *program = *state;
	char command[1024], line[4096];
	unsigned lines = 0;
	FILE *pipe;

	assert_int_equal(RUN(program, "text", "--event", "event", "RIVER", "with", "2", "kids"), 0);
	assert_non_null(strstr(program->out, "“RIVER with 2 kids”\n  counted: 3 people for "));
	assert_non_null(strstr(program->out, "answered in en: "));
	(void)snprintf(command, sizeof(command),
	               "printf 'RIVER 3\\nhola\\r\\n\\n' | '%s' text --json --event '%s'", KIOSKCTL,
	               program_path(program, "event"));
	pipe = popen(command, "r");
	assert_non_null(pipe);
	while (fgets(line, sizeof(line), pipe) != NULL) {
		static const char *const wanted[] = {"\"people\":3", "\"text\":\"hola\"",
		                                     "\"action\":\"none\""};
		assert_true(lines < 3);
		assert_non_null(strstr(line, wanted[lines++]));
	}
	assert_int_equal(pclose(pipe), 0);
	assert_int_equal(lines, 3);
}

static void what_is_no_event_is_told(void **state)
{
	struct program *program = *state;

	assert_int_equal(RUN(program, "text", "RIVER"), 64);
	assert_non_null(strstr(program->err, "--event"));
	assert_int_not_equal(RUN(program, "text", "--event", "hub", "RIVER"), 0);
	assert_non_null(strstr(program->err, "hub/event.manifest"));
	assert_int_equal(RUN(program, "text", "--event", "event", "--json", "\xff"), 65);
	assert_non_null(strstr(program->err, "UTF-8"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(json_says_what_and_how_many_and_the_answer),
	    cmocka_unit_test(words_are_one_text_and_lines_are_several),
	    cmocka_unit_test(what_is_no_event_is_told),
	};
	return cmocka_run_group_tests_name("kioskctl.text", tests, program_setup_event,
	                                   program_teardown);
}
