/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: what a reader types for a keyboard layout comes out as the code it read, and the
 * reader test's code tells which layout that is. Which keys those are is written down here from
 * the keyboards themselves, not taken from the library under test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <linux/input-event-codes.h>

#include "reader_keys.h"

struct stroke {
	char letter;
	uint32_t key;
	enum { PLAIN, SHIFT, ALTGR } with;
};

/* Where the letters of READER_TEST_TEXT lie that are not A to Z: on most of Europe's keyboards, and
 * by layout what lies elsewhere. */
static const struct stroke european[] = {
    {' ', KEY_SPACE, PLAIN},      {'$', KEY_4, SHIFT},
    {'%', KEY_5, SHIFT},          {'*', KEY_RIGHTBRACE, SHIFT},
    {'+', KEY_RIGHTBRACE, PLAIN}, {'-', KEY_SLASH, PLAIN},
    {'.', KEY_DOT, PLAIN},        {'/', KEY_7, SHIFT},
    {':', KEY_DOT, SHIFT},        {0, 0, PLAIN},
};
static const struct stroke us[] = {
    {'*', KEY_8, SHIFT},          {'+', KEY_EQUAL, SHIFT},
    {'-', KEY_MINUS, PLAIN},      {'/', KEY_SLASH, PLAIN},
    {':', KEY_SEMICOLON, SHIFT},  {'~', KEY_GRAVE, SHIFT},
    {'\\', KEY_BACKSLASH, PLAIN}, {0, 0, PLAIN},
};
static const struct stroke de[] = {
    {'Y', KEY_Z, SHIFT},
    {'Z', KEY_Y, SHIFT},
    {'\\', KEY_MINUS, ALTGR},
    {0, 0, PLAIN},
};
static const struct stroke fr[] = {
    {'$', KEY_RIGHTBRACE, PLAIN},
    {'%', KEY_APOSTROPHE, SHIFT},
    {'*', KEY_BACKSLASH, PLAIN},
    {'+', KEY_EQUAL, SHIFT},
    {'-', KEY_6, PLAIN},
    {'.', KEY_COMMA, SHIFT},
    {'/', KEY_DOT, SHIFT},
    {':', KEY_DOT, PLAIN},
    {'A', KEY_Q, SHIFT},
    {'Q', KEY_A, SHIFT},
    {'Z', KEY_W, SHIFT},
    {'W', KEY_Z, SHIFT},
    {'M', KEY_SEMICOLON, SHIFT},
    {'0', KEY_0, SHIFT},
    {'1', KEY_1, SHIFT},
    {'2', KEY_2, SHIFT},
    {'3', KEY_3, SHIFT},
    {'4', KEY_4, SHIFT},
    {'5', KEY_5, SHIFT},
    {'6', KEY_6, SHIFT},
    {'7', KEY_7, SHIFT},
    {'8', KEY_8, SHIFT},
    {'9', KEY_9, SHIFT},
    {'\\', KEY_8, ALTGR},
    {0, 0, PLAIN},
};
static const struct stroke es[] = {
    {'\\', KEY_GRAVE, ALTGR},
    {0, 0, PLAIN},
};

static const struct keyboard {
	const char *layout;
	const struct stroke *signs;
} keyboards[] = {{"us", us}, {"de", de}, {"fr", fr}, {"es", es}};

static const uint32_t letter_key[26] = {
    KEY_A, KEY_B, KEY_C, KEY_D, KEY_E, KEY_F, KEY_G, KEY_H, KEY_I, KEY_J, KEY_K, KEY_L, KEY_M,
    KEY_N, KEY_O, KEY_P, KEY_Q, KEY_R, KEY_S, KEY_T, KEY_U, KEY_V, KEY_W, KEY_X, KEY_Y, KEY_Z};

static struct stroke stroke_of(const struct keyboard *keyboard, char letter)
{
	const struct stroke *const places[] = {keyboard->signs, european};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		for (const struct stroke *stroke = places[i]; stroke->letter; stroke++)
			if (stroke->letter == letter)
				return *stroke;
	if (letter >= 'A' && letter <= 'Z')
		return (struct stroke){letter, letter_key[letter - 'A'], SHIFT};
	if (letter >= '1' && letter <= '9')
		return (struct stroke){letter, KEY_1 + (uint32_t)(letter - '1'), PLAIN};
	assert_int_equal(letter, '0');
	return (struct stroke){letter, KEY_0, PLAIN};
}

static enum reader_said press(struct reader_keys *keys, uint32_t key)
{
	enum reader_said said = reader_keys_event(keys, key, 1, (struct mono_time){1});

	(void)reader_keys_event(keys, key, 2, (struct mono_time){1});
	(void)reader_keys_event(keys, key, 0, (struct mono_time){1});
	return said;
}

/* As a reader set to that layout types it, with Enter behind. */
static enum reader_said type(struct reader_keys *keys, const struct keyboard *keyboard,
                             const char *text)
{
	static const uint32_t modifier[] = {[SHIFT] = KEY_LEFTSHIFT, [ALTGR] = KEY_RIGHTALT};

	for (; *text; text++) {
		struct stroke stroke = stroke_of(keyboard, *text);

		if (stroke.with != PLAIN)
			(void)reader_keys_event(keys, modifier[stroke.with], 1,
			                        (struct mono_time){1});
		assert_int_equal(press(keys, stroke.key), READER_MORE);
		if (stroke.with != PLAIN)
			(void)reader_keys_event(keys, modifier[stroke.with], 0,
			                        (struct mono_time){1});
	}
	return press(keys, KEY_ENTER);
}

static void assert_code(const struct reader_keys *keys, const char *code)
{
	const struct reader_text *text = reader_keys_text(keys);

	assert_int_equal(text->code_len, strlen(code));
	assert_memory_equal(text->code, code, strlen(code));
}

static void test_a_configured_layout_reads_its_reader(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(keyboards) / sizeof(keyboards[0]); i++) {
		struct reader_keys *keys;

		assert_int_equal(reader_keys_new(keyboards[i].layout, &keys), 0);
		assert_int_equal(type(keys, &keyboards[i], "\\000026CK1:TAZ0 9$%*+-./"),
		                 READER_CODE);
		assert_code(keys, "CK1:TAZ0 9$%*+-./");
		assert_string_equal(reader_keys_layout(keys), keyboards[i].layout);
		reader_keys_free(keys);
	}
}

static void test_the_reader_test_tells_the_layout(void **state)
{
	(void)state;
	for (size_t from = 0; from < sizeof(keyboards) / sizeof(keyboards[0]); from++)
		for (size_t to = 0; to < sizeof(keyboards) / sizeof(keyboards[0]); to++) {
			struct reader_keys *keys;

			assert_int_equal(reader_keys_new(keyboards[from].layout, &keys), 0);
			assert_int_equal(type(keys, &keyboards[to], READER_TEST_TEXT), READER_CODE);
			assert_true(reader_text_is_test(reader_keys_text(keys)));
			print_message("%s set, %s typed: %s\n", keyboards[from].layout,
			              keyboards[to].layout, reader_keys_layout(keys));
			assert_int_equal(type(keys, &keyboards[to], "CK1:TZYQ-/+"), READER_CODE);
			assert_code(keys, "CK1:TZYQ-/+");
			reader_keys_free(keys);
		}
}

static void test_nothing_typed_is_more_than_text(void **state)
{
	struct reader_keys *keys;
	uint32_t seed = 1;

	(void)state;
	assert_int_equal(reader_keys_new("no-such-layout", &keys), -ENOENT);
	assert_int_equal(reader_keys_new("", &keys), 0);
	for (int i = 0; i < 100000; i++) {
		seed = seed * 1103515245u + 12345u;
		(void)reader_keys_event(keys, (seed >> 8) % 1024, (int32_t)(seed >> 20) % 4 - 1,
		                        (struct mono_time){1});
	}
	reader_keys_free(keys);
	assert_int_equal(reader_keys_new("us", &keys), 0);
	reader_keys_lost(keys, (struct mono_time){1});
	assert_int_equal(type(keys, &keyboards[0], "CK1:T"), READER_TOO_LONG);
	assert_int_equal(type(keys, &keyboards[0], "CK1:T"), READER_CODE);
	assert_code(keys, "CK1:T");
	reader_keys_free(keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_configured_layout_reads_its_reader),
	    cmocka_unit_test(test_the_reader_test_tells_the_layout),
	    cmocka_unit_test(test_nothing_typed_is_more_than_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
