/* SPDX-License-Identifier: Apache-2.0 */
/* Promise 6: nothing scanned or received can write to a terminal or break a line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "text.h"

static void test_clean_text_is_utf8_without_controls(void **state)
{
	static const char *const good[] = {
	    "", "Rivers", "Ríos y árboles", "河", "\xf0\x9f\x8c\x8a", "\xef\xbf\xbd", "\xc2\xa0"};
	static const char *const bad[] = {"\x1b[2J",
	                                  "a\nb",
	                                  "\x7f",
	                                  "\xc2\x9b",
	                                  "\xc0\xaf",
	                                  "\xed\xa0\x80",
	                                  "\xf4\x90\x80\x80",
	                                  "\xe2\x82",
	                                  "\xff",
	                                  "\x80",
	                                  "\xf8\x88\x80\x80\x80",
	                                  "\xe0\x80\xaf"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(text_is_clean(good[i], strlen(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(text_is_clean(bad[i], strlen(bad[i])));
	assert_false(text_is_clean("a\0b", 3));
}

/* "RIVER" with something in it that nobody sees is no other name, and none reads backwards. */
static void test_what_nobody_sees_is_not_clean(void **state)
{
	static const char *const hidden[] = {
	    "RI\u00adVER",  "RIV\u200bER", "RIVER\u200e", "\u202eREVIR", "RI\u2066VER\u2069",
	    "\ufeffRIVER",  "RI\u061cVER", "RI\u2060VER", "RI\u3164VER", "RI\U000e0041VER",
	    "RIVER\u200d",  "RI\u200cVER", "RIVER\ufe0f", "\u200dRIVER", "RI\u180eVER",
	    "RIVER\u2028A", "RI\u115fVER", "RI\u034fVER",
	};
	static const char *const seen[] = {"R\u00edo", "\u0645\u06cc\u200c\u062e\u0648",
	                                   "\U0001f468\u200d\U0001f469", "\u2764\ufe0f"};
	char copy[64];

	(void)state;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
		if (text_is_clean(hidden[i], strlen(hidden[i])))
			fail_msg("the %zuth is clean", i);
		text_copy(copy, sizeof(copy), hidden[i]);
		assert_true(text_is_clean(copy, strlen(copy)));
		assert_null(strchr(copy, '?'));
	}
	for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++) {
		assert_true(text_is_clean(seen[i], strlen(seen[i])));
		text_copy(copy, sizeof(copy), seen[i]);
		assert_string_equal(copy, seen[i]);
	}
}

static void test_copies_are_cut_between_characters(void **state)
{
	char buffer[8];

	(void)state;
	text_copy(buffer, sizeof(buffer), "abcdef\xc3\xa9");
	assert_string_equal(buffer, "abcdef");
	text_copy(buffer, sizeof(buffer), "abcde\xc3\xa9");
	assert_string_equal(buffer, "abcde\xc3\xa9");
	text_copy(buffer, sizeof(buffer), "a\x1b[0m\xff");
	assert_string_equal(buffer, "a?[0m?");
	text_copy(buffer, sizeof(buffer), "a\xe2\x82");
	assert_string_equal(buffer, "a??");
	text_copy(buffer, 1, "a");
	assert_string_equal(buffer, "");
}

static void test_formatted_text_is_clean_too(void **state)
{
	char buffer[16];

	(void)state;
	text_format(buffer, sizeof(buffer), "%s=%d", "a\tb", 7);
	assert_string_equal(buffer, "a?b=7");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_clean_text_is_utf8_without_controls),
	    cmocka_unit_test(test_what_nobody_sees_is_not_clean),
	    cmocka_unit_test(test_copies_are_cut_between_characters),
	    cmocka_unit_test(test_formatted_text_is_clean_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
