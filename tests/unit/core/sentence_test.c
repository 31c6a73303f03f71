/* SPDX-License-Identifier: Apache-2.0 */
/* Everyone is answered in their language, in whole sentences, and no name or code can break one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "link.h"
#include "sentence.h"

static void test_every_sentence_is_there_in_every_language(void **state)
{
	static const char *const words[] = {"{event}", "{time}", "{n}"};

	(void)state;
	for (unsigned i = SAY_NOTHING + 1; i < SENTENCE_N; i++) {
		const char *english = sentence_template(i, SPEECH_ENGLISH),
		           *spanish = sentence_template(i, SPEECH_SPANISH);

		print_message("%u: %s / %s\n", i, english ? english : "-", spanish ? spanish : "-");
		assert_non_null(english);
		assert_non_null(spanish);
		assert_string_not_equal(english, "");
		assert_string_not_equal(spanish, "");
		assert_true(text_is_clean(english, strlen(english)) &&
		            text_is_clean(spanish, strlen(spanish)));
		assert_true(strlen(english) + NAME_BYTES_MAX <= SENTENCE_BYTES_MAX + 8);
		assert_true(strlen(spanish) + NAME_BYTES_MAX <= SENTENCE_BYTES_MAX + 8);
		for (size_t w = 0; w < sizeof(words) / sizeof(words[0]); w++)
			assert_int_equal(!strstr(english, words[w]), !strstr(spanish, words[w]));
	}
	assert_null(sentence_template(SENTENCE_N, SPEECH_ENGLISH));
	assert_null(sentence_template(SAY_COUNTED, SPEECH_N));
}

static void test_the_events_language_is_spoken(void **state)
{
	static const struct {
		const char *tag;
		enum speech speech;
	} cases[] = {{"es", SPEECH_SPANISH},  {"es-419", SPEECH_SPANISH}, {"en", SPEECH_ENGLISH},
	             {"est", SPEECH_ENGLISH}, {"", SPEECH_ENGLISH},       {"vi", SPEECH_ENGLISH}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(speech_of(cases[i].tag), cases[i].speech);
}

static void test_words_stand_where_the_sentence_wants_them(void **state)
{
	struct sentence_words words = {.event = "River night", .n = 42};
	char buffer[SENTENCE_BYTES_MAX + 1];

	(void)state;
	sentence_write(SAY_CLOSED, SPEECH_ENGLISH, &words, buffer, sizeof(buffer));
	assert_string_equal(buffer, "River night is closed: 42 people. Thank you!");
	words.event = "{event} {n}\x1b[2J";
	sentence_write(SAY_CLOSED, SPEECH_ENGLISH, &words, buffer, sizeof(buffer));
	assert_string_equal(buffer, "{event} {n}?[2J is closed: 42 people. Thank you!");
	sentence_write(SAY_OPENED, SPEECH_ENGLISH, NULL, buffer, sizeof(buffer));
	assert_string_equal(buffer, " is open. Welcome!");
	sentence_write(SAY_CLOSED_HERE, SPEECH_SPANISH, &words, buffer, 8);
	assert_int_equal(strlen(buffer), 7);
	sentence_write(SENTENCE_N, SPEECH_SPANISH, &words, buffer, sizeof(buffer));
	assert_string_equal(buffer, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_sentence_is_there_in_every_language),
	    cmocka_unit_test(test_the_events_language_is_spoken),
	    cmocka_unit_test(test_words_stand_where_the_sentence_wants_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
