/* SPDX-License-Identifier: Apache-2.0 */
/* Promises: what a reader read is the code and nothing else, whatever it puts around it; a reader
 * without a terminator is heard; no length of input is more than a code dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "reader_text.h"

static enum reader_said feed(struct reader_text *text, const char *bytes, size_t len, uint64_t us)
{
	enum reader_said said = READER_MORE;

	for (size_t i = 0; i < len; i++)
		said = reader_text_octet(text, (uint8_t)bytes[i], (struct mono_time){us});
	return said;
}

static void test_what_readers_put_around_a_code_is_taken_off(void **state)
{
	static const struct {
		const char *said, *code; /* NULL: none */
	} cases[] = {
	    {"CK1:TABC\r", "CK1:TABC"},
	    {"CK1:TABC\n", "CK1:TABC"},
	    {"]Q1CK1:TABC\r", "CK1:TABC"},
	    {"\\000026CK1:TABC\r", "CK1:TABC"},
	    {"]Q2\\000026CK1:TABC\r", "CK1:TABC"},
	    {"]Q2\\000003a\\\\b\\000026c\r", "a\\bc"},
	    /* No escape in front: backslashes are the code's own. */
	    {"a\\\\b\\000026c\r", "a\\\\b\\000026c"},
	    {"\\00002CK\r", "\\00002CK"},
	    {"\\00002", NULL},
	    {"]Q\r", "]Q"},
	    {"]Q1\r", "]Q1"},
	    {"]C1CK\r", "]C1CK"},
	    {"\\000026\r", NULL},
	    {"\\000026\\\r", "\\"},
	    {"\r", NULL},
	    {"\r\n\r\n", NULL},
	};
	struct reader_text text;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum reader_said said;

		reader_text_init(&text);
		said = feed(&text, cases[i].said, strlen(cases[i].said), 1);
		if (!cases[i].code) {
			assert_int_equal(said, READER_MORE);
			continue;
		}
		assert_int_equal(said, READER_CODE);
		assert_int_equal(text.code_len, strlen(cases[i].code));
		assert_memory_equal(text.code, cases[i].code, text.code_len);
	}
}

static void test_a_reader_without_a_terminator_is_heard_after_a_pause(void **state)
{
	struct reader_text text;

	(void)state;
	reader_text_init(&text);
	assert_int_equal(reader_text_tick(&text, (struct mono_time){1u << 30}), READER_MORE);
	assert_int_equal(feed(&text, "CK1:", 4, 1000), READER_MORE);
	assert_int_equal(reader_text_tick(&text, (struct mono_time){1000 + READER_SILENCE_US - 1}),
	                 READER_MORE);
	assert_int_equal(feed(&text, "T\0\xff", 3, 150000), READER_MORE);
	assert_int_equal(reader_text_tick(&text, (struct mono_time){150000 + READER_SILENCE_US}),
	                 READER_CODE);
	assert_int_equal(text.code_len, 7);
	assert_memory_equal(text.code, "CK1:T\0\xff", 7);
	assert_int_equal(reader_text_tick(&text, (struct mono_time){1u << 30}), READER_MORE);
}

static void test_what_is_too_long_is_dropped_to_its_end(void **state)
{
	struct reader_text text;

	(void)state;
	reader_text_init(&text);
	for (size_t i = 0; i < CODE_BYTES_MAX; i++)
		assert_int_equal(feed(&text, "x", 1, 1), READER_MORE);
	assert_int_equal(feed(&text, "\r", 1, 1), READER_CODE);
	assert_int_equal(text.code_len, CODE_BYTES_MAX);
	for (size_t i = 0; i < CODE_BYTES_MAX + 1; i++)
		assert_int_equal(feed(&text, "x", 1, 1), READER_MORE);
	assert_int_equal(feed(&text, "\r", 1, 1), READER_TOO_LONG);
	for (size_t i = 0; i < 100000; i++)
		assert_int_equal(feed(&text, "x", 1, 1), READER_MORE);
	assert_int_equal(reader_text_tick(&text, (struct mono_time){1 + READER_SILENCE_US}),
	                 READER_TOO_LONG);
	assert_int_equal(feed(&text, "CK1:T\r", 6, 1), READER_CODE);
	assert_int_equal(text.code_len, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_readers_put_around_a_code_is_taken_off),
	    cmocka_unit_test(test_a_reader_without_a_terminator_is_heard_after_a_pause),
	    cmocka_unit_test(test_what_is_too_long_is_dropped_to_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
