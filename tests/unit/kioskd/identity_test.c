/* SPDX-License-Identifier: Apache-2.0 */
/* Who a device is: a key that is made once and read by nobody else, and the program that runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto.h"
#include "file.h"
#include "identity.h"

enum { FILE_BYTES_MAX = 64 << 20 };

struct place {
	char folder[64], state[80], key[96];
};

static int setup(void **state)
{
	static struct place place;
	const char *where = getenv("TMPDIR");

	(void)snprintf(place.folder, sizeof(place.folder), "%.40s/identityXXXXXX",
	               where != NULL ? where : "/tmp");
	if (mkdtemp(place.folder) == NULL)
		return -1;
	(void)snprintf(place.state, sizeof(place.state), "%s/state", place.folder);
	(void)snprintf(place.key, sizeof(place.key), "%s/device.key", place.state);
	*state = &place;
	return 0;
}

static int teardown(void **state)
{
	const struct place *place = *state;

	(void)unlink(place->key);
	(void)rmdir(place->state);
	return rmdir(place->folder);
}

static mode_t mode_of(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return status.st_mode & 07777;
}

static void the_key_is_made_once_and_its_owners_alone(void **state)
{
	const struct place *place = *state;
	const mode_t before = umask(0);
	struct secret_seed made, read;
	char sentence[256] = "";

	assert_int_equal(identity_key(place->state, &made, sentence, sizeof(sentence)), 0);
	(void)umask(before);
	assert_int_equal(mode_of(place->state), 0700);
	assert_int_equal(mode_of(place->key), 0600);
	assert_int_equal(identity_key(place->state, &read, sentence, sizeof(sentence)), 0);
	assert_memory_equal(&read, &made, sizeof(made));
	/* Another device has another one. */
	assert_int_equal(unlink(place->key), 0);
	assert_int_equal(identity_key(place->state, &read, sentence, sizeof(sentence)), 0);
	assert_memory_not_equal(&read, &made, sizeof(made));
}

static void what_is_no_key_is_told_and_never_replaced(void **state)
{
	static const char *const content[] = {"", "0123", "not a key at all, whatever it was"};
	const struct place *place = *state;

	assert_int_equal(mkdir(place->state, 0700), 0);
	for (size_t i = 0; i < sizeof(content) / sizeof(content[0]); i++) {
		const size_t len = strlen(content[i]);
		char sentence[256] = "";
		struct secret_seed seed;
		uint8_t *after;
		size_t after_len;

		assert_int_equal(file_write(place->key, content[i], len, 0600), 0);
		assert_true(identity_key(place->state, &seed, sentence, sizeof(sentence)) < 0);
		assert_non_null(strstr(sentence, "64 hexadecimal digits"));
		assert_int_equal(file_read(place->key, 1024, &after, &after_len), 0);
		assert_int_equal(after_len, len);
		assert_memory_equal(after, content[i], len);
		free(after);
	}
}

/* What others may change they may have changed. */
static void what_others_may_change_is_refused(void **state)
{
	const struct place *place = *state;
	struct secret_seed first, seed;
	char sentence[256] = "";

	assert_int_equal(identity_key(place->state, &first, sentence, sizeof(sentence)), 0);
	for (mode_t mode = 0020; mode != 0; mode = mode == 0020 ? 0002 : 0) {
		assert_int_equal(chmod(place->state, 0700 | mode), 0);
		assert_int_equal(identity_key(place->state, &seed, sentence, sizeof(sentence)),
		                 -EPERM);
		assert_non_null(strstr(sentence, place->state));
		assert_non_null(strstr(sentence, "chmod go-w"));
		assert_int_equal(chmod(place->state, 0700), 0);
		assert_int_equal(chmod(place->key, 0600 | mode), 0);
		assert_int_equal(identity_key(place->state, &seed, sentence, sizeof(sentence)),
		                 -EPERM);
		assert_non_null(strstr(sentence, place->key));
		assert_int_equal(chmod(place->key, 0600), 0);
	}
	assert_int_equal(chmod(place->key, 0644), 0);
	assert_int_equal(identity_key(place->state, &seed, sentence, sizeof(sentence)), 0);
	assert_memory_equal(&seed, &first, sizeof(seed));
	assert_int_equal(mode_of(place->key), 0600);
	/* A FIFO in its place is not waited for. */
	assert_int_equal(unlink(place->key), 0);
	assert_int_equal(mkfifo(place->key, 0600), 0);
	assert_true(identity_key(place->state, &seed, sentence, sizeof(sentence)) < 0);
	assert_non_null(strstr(sentence, "no ordinary file"));
}

static void the_software_is_the_program_that_runs(void **state)
{
	struct hash expected, hash;
	uint8_t *program;
	size_t len;

	(void)state;
	assert_int_equal(file_read("/proc/self/exe", FILE_BYTES_MAX, &program, &len), 0);
	expected = sha256(program, len);
	free(program);
	assert_int_equal(identity_software(&hash), 0);
	assert_memory_equal(&hash, &expected, sizeof(hash));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(the_key_is_made_once_and_its_owners_alone, setup,
	                                    teardown),
	    cmocka_unit_test_setup_teardown(what_is_no_key_is_told_and_never_replaced, setup,
	                                    teardown),
	    cmocka_unit_test_setup_teardown(what_others_may_change_is_refused, setup, teardown),
	    cmocka_unit_test(the_software_is_the_program_that_runs),
	};

	if (crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
