/* SPDX-License-Identifier: Apache-2.0 */
/* Everyone is answered in their language, in whole sentences, and no name or code can break one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "catalogue.h"
#include "sentence.h"

static void test_every_sentence_is_there_in_every_language(void **state)
{
	(void)state;
	assert_true(catalogue_languages() >= 2);
	for (unsigned i = SAY_NOTHING + 1; i < SENTENCE_N; i++) {
		const char *english = sentence_english(i);

		assert_string_not_equal(english, "");
		assert_ptr_equal(catalogue_text(CATALOGUE_ENGLISH, english), english);
		for (unsigned l = 1; l < catalogue_languages(); l++) {
			const char *text = catalogue_text(l, english);

			print_message("%u: %s / %s\n", i, english, text);
			assert_string_not_equal(text, "");
			assert_string_not_equal(text, english);
		}
	}
	assert_string_equal(sentence_english(SENTENCE_N), "");
}

static void test_the_events_language_is_spoken(void **state)
{
	static const struct {
		const char *tag, *spoken;
	} cases[] = {{"es", "es"},  {"es-419", "es"}, {"ES-us", "es"}, {"en", "en"},
	             {"est", "en"}, {"", "en"},       {"vi", "en"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(catalogue_tag(catalogue_of(cases[i].tag)), cases[i].spoken);
}

static void test_words_stand_where_the_sentence_wants_them(void **state)
{
	struct sentence_words words = {.event = "River night", .n = 42};
	const unsigned spanish = catalogue_of("es");
	char buffer[SENTENCE_BYTES_MAX + 1];

	(void)state;
	sentence_write(SAY_CLOSED, CATALOGUE_ENGLISH, &words, buffer, sizeof(buffer));
	assert_string_equal(buffer, "River night is closed. People counted: 42. Thank you!");
	words.event = "{event} {n}\x1b[2J";
	sentence_write(SAY_CLOSED, CATALOGUE_ENGLISH, &words, buffer, sizeof(buffer));
	assert_string_equal(buffer, "{event} {n}?[2J is closed. People counted: 42. Thank you!");
	sentence_write(SAY_OPENED, CATALOGUE_ENGLISH, NULL, buffer, sizeof(buffer));
	assert_string_equal(buffer, " is open. Welcome!");
	sentence_write(SAY_CLOSED_HERE, spanish, &words, buffer, 8);
	assert_int_equal(strlen(buffer), 7);
	sentence_write(SENTENCE_N, spanish, &words, buffer, sizeof(buffer));
	assert_string_equal(buffer, "");
	sentence_write(SAY_CLOSING, catalogue_languages(), NULL, buffer, sizeof(buffer));
	assert_string_equal(buffer, "This meeting is being closed.");
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
