/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a keyboard reader is ours alone before anything it types is read, or not used at all; a
 * hostile "keyboard" types into nothing but a code, whatever it types; the reader test's paper tells
 * its layout; a pulled plug is told. The driver as it is, on a twin of the kernel's event device
 * (device_twin.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <linux/input-event-codes.h>
#include <string.h>

#include "clock.h"
#include "device_twin.h"
#include "reader_text.h"
#include "scanner_drivers.h"

struct seen {
	unsigned codes, healths;
	size_t longest;
	enum health health;
	char sentence[SENTENCE_BYTES_MAX + 1];
	char code[CODE_BYTES_MAX + 1];
};

static void on_frame(void *context, const struct frame *frame)
{
	(void)context;
	(void)frame;
	fail_msg("a reader sees nothing");
}

static void on_code(void *context, const uint8_t *bytes, size_t len, struct mono_time at)
{
	struct seen *seen = context;

	assert_true(at.us > 0 && len >= 1 && len <= CODE_BYTES_MAX);
	seen->codes++;
	if (len > seen->longest)
		seen->longest = len;
	memcpy(seen->code, bytes, len);
	seen->code[len] = '\0';
}

static void on_health(void *context, enum health health, const char *sentence)
{
	struct seen *seen = context;

	seen->healths++;
	seen->health = health;
	memcpy(seen->sentence, sentence, strlen(sentence) + 1);
}

static int open_reader(const char *where, struct seen *seen, struct scanner **ret)
{
	const struct scanner_sink sink = {
	    .frame = on_frame, .code = on_code, .health = on_health, .context = seen};

	memset(seen, 0, sizeof(*seen));
	*ret = NULL;
	return scanner_evdev.open(where, &sink, ret);
}

static void close_reader(struct scanner *scanner)
{
	scanner_evdev.close(scanner);
	assert_false(twin_keyboard_is_ours());
	assert_false(twin_keyboard_was_overheard());
}

static void type(uint32_t key)
{
	twin_keyboard_key(key, 1);
	twin_keyboard_key(key, 0);
}

/* Upper-case letters, digits, and spaces as a German keyboard has them. */
static void type_german(const char *text)
{
	static const uint32_t letter[26] = {KEY_A, KEY_B, KEY_C, KEY_D, KEY_E, KEY_F, KEY_G,
	                                    KEY_H, KEY_I, KEY_J, KEY_K, KEY_L, KEY_M, KEY_N,
	                                    KEY_O, KEY_P, KEY_Q, KEY_R, KEY_S, KEY_T, KEY_U,
	                                    KEY_V, KEY_W, KEY_X, KEY_Z, KEY_Y};
	static const struct {
		char sign;
		uint32_t key;
		bool shift;
	} signs[] = {{' ', KEY_SPACE, false},      {'$', KEY_4, true},
	             {'%', KEY_5, true},           {'*', KEY_RIGHTBRACE, true},
	             {'+', KEY_RIGHTBRACE, false}, {'-', KEY_SLASH, false},
	             {'.', KEY_DOT, false},        {'/', KEY_7, true},
	             {':', KEY_DOT, true},         {'0', KEY_0, false}};

	for (; *text; text++) {
		bool shift = *text >= 'A' && *text <= 'Z';
		uint32_t key = shift ? letter[*text - 'A'] : KEY_1 + (uint32_t)(*text - '1');

		for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
			if (signs[i].sign == *text) {
				key = signs[i].key;
				shift = signs[i].shift;
			}
		if (shift)
			twin_keyboard_key(KEY_LEFTSHIFT, 1);
		type(key);
		if (shift)
			twin_keyboard_key(KEY_LEFTSHIFT, 0);
	}
	type(KEY_ENTER);
}

static void test_it_is_ours_alone_or_not_used(void **state)
{
	static const struct {
		bool grabbed, mouse;
		int r;
		const char *words;
	} cases[] = {
	    {true, false, -EBUSY, "used by another program"},
	    {false, true, -ENOTTY, "is not a barcode reader"},
	    {false, false, 0, "ours alone (layout us)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scanner *scanner;
		struct seen seen;

		twin_keyboard_plug(cases[i].grabbed, cases[i].mouse);
		assert_int_equal(open_reader(TWIN_KEYBOARD_PATH, &seen, &scanner), cases[i].r);
		assert_int_equal(twin_keyboard_is_ours(), cases[i].r == 0);
		assert_int_equal(seen.healths, 1);
		assert_non_null(strstr(seen.sentence, cases[i].words));
		close_reader(scanner);
	}
}

static void test_the_reader_test_tells_its_layout(void **state)
{
	struct scanner *scanner;
	struct seen seen;

	(void)state;
	twin_keyboard_plug(false, false);
	assert_int_equal(open_reader(TWIN_KEYBOARD_PATH ",layout=us", &seen, &scanner), 0);
	type_german(READER_TEST_TEXT);
	assert_int_equal(scanner_evdev.dispatch(scanner), 0);
	assert_int_equal(seen.codes, 0); /* nobody's check-in */
	assert_int_equal(seen.health, HEALTH_GOOD);
	print_message("%s\n", seen.sentence);
	assert_non_null(strstr(seen.sentence, "types layout de: put \",layout=de\""));
	type_german("CK1:TZY-/+");
	assert_int_equal(scanner_evdev.dispatch(scanner), 0);
	assert_string_equal(seen.code, "CK1:TZY-/+");
	close_reader(scanner);
}

/* All keys there are, chords, locks, the power key: text, or nothing. */
static void test_a_hostile_keyboard_types_into_nothing(void **state)
{
	struct scanner *scanner;
	struct seen seen;
	uint32_t seed = 20261122;

	(void)state;
	twin_keyboard_plug(false, false);
	assert_int_equal(open_reader(TWIN_KEYBOARD_PATH, &seen, &scanner), 0);
	for (int i = 0; i < 20000; i++) {
		seed = seed * 1103515245u + 12345u;
		if (seed % 997 == 0)
			twin_keyboard_overflow();
		else
			twin_keyboard_key((seed >> 8) % KEY_CNT, (int32_t)(seed >> 20) % 3);
		if (i % 100 == 99)
			assert_int_equal(scanner_evdev.dispatch(scanner), 0);
	}
	for (uint32_t key = 0; key < KEY_CNT; key++)
		twin_keyboard_key(key, 0);
	assert_int_equal(scanner_evdev.dispatch(scanner), 0);
	print_message("%u codes, the longest of %zu octets\n", seen.codes, seen.longest);
	scanner_evdev.tick(scanner, (struct mono_time){clock_mono().us + READER_SILENCE_US});
	close_reader(scanner);
	/* Unplugged and back again it is a reader like any other. */
	twin_keyboard_plug(false, false);
	assert_int_equal(open_reader(TWIN_KEYBOARD_PATH, &seen, &scanner), 0);
	type(KEY_H);
	type(KEY_I);
	type(KEY_ENTER);
	assert_int_equal(scanner_evdev.dispatch(scanner), 0);
	assert_string_equal(seen.code, "hi");
	close_reader(scanner);
}

static void test_more_than_a_code_is_told_and_dropped(void **state)
{
	struct scanner *scanner;
	struct seen seen;

	(void)state;
	twin_keyboard_plug(false, false);
	assert_int_equal(open_reader(TWIN_KEYBOARD_PATH, &seen, &scanner), 0);
	for (int i = 0; i < CODE_BYTES_MAX + 1; i++) {
		type(KEY_X);
		if (i % 100 == 0)
			assert_int_equal(scanner_evdev.dispatch(scanner), 0);
	}
	type(KEY_ENTER);
	assert_int_equal(scanner_evdev.dispatch(scanner), 0);
	assert_int_equal(seen.codes, 0);
	assert_int_equal(seen.health, HEALTH_DEGRADED);
	assert_non_null(strstr(seen.sentence, "more than any code holds"));
	type(KEY_A);
	type(KEY_ENTER);
	assert_int_equal(scanner_evdev.dispatch(scanner), 0);
	assert_string_equal(seen.code, "a");
	assert_int_equal(seen.health, HEALTH_GOOD);
	close_reader(scanner);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_it_is_ours_alone_or_not_used),
	    cmocka_unit_test(test_the_reader_test_tells_its_layout),
	    cmocka_unit_test(test_a_hostile_keyboard_types_into_nothing),
	    cmocka_unit_test(test_more_than_a_code_is_told_and_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
