/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: a broken machine degrades, visibly. While whole files are read and written, a
 * configuration is read, a picture is decoded, the n-th allocation or system call fails, for every
 * n: it is refused with what went wrong, the old file stands, outputs stay untouched, nothing
 * leaks. Signed messages are read and written without any allocation.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "config.h"
#include "crypto.h"
#include "fault.h"
#include "file.h"
#include "message.h"
#include "picture.h"

static char folder[64], path[96];

static int set_up(void **state)
{
	const char *where = getenv("TMPDIR");

	(void)state;
	(void)snprintf(folder, sizeof(folder), "%.40s/filesXXXXXX", where != NULL ? where : "/tmp");
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/file", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	(void)unlink(path);
	/* Nothing was left beside it. */
	assert_int_equal(rmdir(folder), 0);
	return 0;
}

static void must_hold(const char *text)
{
	uint8_t *octets = NULL;
	size_t len = 0;

	assert_int_equal(file_read(path, 100000, &octets, &len), 0);
	assert_int_equal(len, strlen(text));
	assert_memory_equal(octets, text, len);
	fault_calls_free(octets);
}

/* Descriptors and memory as before, after whatever happened. */
static void must_be_tidy(size_t live, const char *what, uint64_t n)
{
	if (fault_calls_live() != live)
		fail_msg("%s, call %llu: something was not given back", what,
		         (unsigned long long)n);
}

static void a_file_that_cannot_be_replaced_stays_as_it_was(void **state)
{
	const size_t live = fault_calls_live();
	bool happened = true;
	uint64_t n;

	(void)state;
	for (n = 1; happened; n++) {
		int r;

		assert_int_equal(file_write(path, "old", 3, 0600), 0);
		fault_calls_arm(FAULT_CALL_ANY, n, FAULT_ONCE);
		r = file_write(path, "new and longer", 14, 0600);
		happened = fault_calls_disarm();
		/* open, write, sync, close, rename; then the folder's open, sync, close. */
		if ((r < 0) != (n <= 7))
			fail_msg("call %llu: %d", (unsigned long long)n, r);
		must_be_tidy(live, "writing", n);
		must_hold(n <= 5 ? "old" : "new and longer");
	}
	assert_int_equal(n, 10);
}

static void a_file_is_read_whole_or_refused(void **state)
{
	static char text[9001];
	const size_t live = fault_calls_live();
	bool happened = true;
	uint64_t n;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	assert_int_equal(file_write(path, text, sizeof(text) - 1, 0600), 0);
	for (n = 1; happened; n++) {
		uint8_t untouched = 0, *octets = &untouched;
		size_t len = 77;
		int r;

		fault_calls_arm(FAULT_CALL_ANY & ~(unsigned)FAULT_CALL_CLOSE, n, FAULT_ONCE);
		r = file_read(path, sizeof(text), &octets, &len);
		happened = fault_calls_disarm();
		assert_true(happened ? r == -ENOMEM || r == -EMFILE || r == -EIO : r == 0);
		if (r == 0) {
			assert_int_equal(len, sizeof(text) - 1);
			fault_calls_free(octets);
		} else {
			assert_ptr_equal(octets, &untouched);
			assert_int_equal(len, 77);
		}
		must_be_tidy(live, "reading", n);
	}
	assert_true(n > 5);
}

struct settings {
	char name[16];
	uint64_t wait_ms;
};

static void a_configuration_is_read_whole_or_refused_with_a_line(void **state)
{
	static const struct config_field field[] = {
	    {"door", "name", CONFIG_TEXT, offsetof(struct settings, name), 16, 0, 0, NULL, "main",
	     "its name", NULL},
	    {"door", "wait", CONFIG_DURATION, offsetof(struct settings, wait_ms), 0, 1, 100000,
	     NULL, "3s", "how long", NULL},
	};
	static const struct config_table table = {field, 2};
	static const char text[] = "[door]\nname = side\nwait = 5s\n";
	const size_t live = fault_calls_live();
	bool happened = true;
	uint64_t n;

	(void)state;
	assert_int_equal(file_write(path, text, strlen(text), 0600), 0);
	for (n = 1; happened; n++) {
		struct settings settings = {.wait_ms = 1};
		char told[512] = "";
		FILE *errors = fmemopen(told, sizeof(told), "w");
		int r;

		assert_non_null(errors);
		fault_calls_arm(FAULT_CALL_ANY & ~(unsigned)FAULT_CALL_CLOSE, n, FAULT_ONCE);
		r = config_read(&table, path, &settings, errors);
		happened = fault_calls_disarm();
		(void)fclose(errors);
		if (happened ? r >= 0 || strlen(told) < 10 : r != 0)
			fail_msg("call %llu: %d \"%s\"", (unsigned long long)n, r, told);
		if (r == 0) {
			assert_string_equal(settings.name, "side");
			assert_int_equal(settings.wait_ms, 5000);
		}
		must_be_tidy(live, "a configuration", n);
	}
	assert_true(n > 3);
}

static void a_picture_is_read_whole_or_refused(void **state)
{
	static const char *const name[] = {"picture.pgm", "picture.png", "picture.jpg"};

	(void)state;
	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		const size_t live = fault_calls_live();
		bool happened = true;
		char source[256];
		uint64_t n;

		(void)snprintf(source, sizeof(source), "%s/fault/%s", TEST_DATA, name[i]);
		for (n = 1; happened; n++) {
			char sentence[PICTURE_SENTENCE_SIZE] = "";
			struct picture picture = {0};
			int r;

			fault_calls_arm(FAULT_CALL_ANY & ~(unsigned)FAULT_CALL_CLOSE, n,
			                FAULT_ONCE);
			r = picture_read(source, &picture, sentence);
			happened = fault_calls_disarm();
			if (happened ? r == 0 || sentence[0] == '\0' || picture.grey != NULL
			             : r != 0 || picture.width_px != 24)
				fail_msg("%s, call %llu: %d %s", name[i], (unsigned long long)n, r,
				         sentence);
			picture_free(&picture);
			must_be_tidy(live, name[i], n);
		}
		assert_true(n > 3);
	}
}

static void messages_need_no_memory_but_the_callers(void **state)
{
	const struct secret_seed seed = {{1}};
	const struct public_key key = ed25519_public(&seed);
	struct grant grant = {.device = key}, again;
	struct headcount headcount = {.people = 9}, counted;
	uint8_t octets[GRANT_BYTES_MAX];
	char text[2 * GRANT_BYTES_MAX];
	size_t len;

	(void)state;
	fault_calls_arm(FAULT_CALL_ANY, 0, FAULT_ONCE);
	assert_int_equal(headcount_seal(&headcount, &seed, octets, sizeof(octets), &len), 0);
	assert_int_equal(headcount_open(octets, len, &key, &counted), 0);
	assert_int_equal(headcount_open(octets, len - 1, &key, &counted), WIRE_E_SHAPE);
	assert_int_equal(grant_seal(&grant, &seed, octets, sizeof(octets), &len), 0);
	assert_int_equal(grant_open(octets, len, &key, &again), 0);
	assert_int_equal(code_encode(CODE_TICKET, octets, len, text, sizeof(text)), 0);
	(void)fault_calls_disarm();
	assert_int_equal(fault_calls_seen(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_file_that_cannot_be_replaced_stays_as_it_was, set_up,
	                                    tear_down),
	    cmocka_unit_test_setup_teardown(a_file_is_read_whole_or_refused, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_configuration_is_read_whole_or_refused_with_a_line,
	                                    set_up, tear_down),
	    cmocka_unit_test(a_picture_is_read_whole_or_refused),
	    cmocka_unit_test(messages_need_no_memory_but_the_callers),
	};

	if (crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
