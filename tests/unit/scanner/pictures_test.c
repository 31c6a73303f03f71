/* SPDX-License-Identifier: Apache-2.0 */
/* Promise: a folder of pictures that cannot be shown is told in a sentence that names what is in the
 * way and what would be right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scanner_drivers.h"

enum { MIB = 1024 * 1024, FILES_MAX = 4096 };

struct world {
	char folder[64];
	unsigned healths;
	enum health health;
	char sentence[SENTENCE_BYTES_MAX + 1];
};

static void on_frame(void *context, const struct frame *frame)
{
	(void)context;
	(void)frame;
	fail_msg("nothing is shown");
}

static void on_health(void *context, enum health health, const char *sentence)
{
	struct world *world = context;

	world->healths++;
	world->health = health;
	memcpy(world->sentence, sentence, strlen(sentence) + 1);
}

static int setup(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	(void)snprintf(world->folder, sizeof(world->folder), "/tmp/pictures-test-XXXXXX");
	assert_non_null(mkdtemp(world->folder));
	*state = world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;
	DIR *folder = opendir(world->folder);
	struct dirent *entry;

	assert_non_null(folder);
	while ((entry = readdir(folder)))
		(void)unlinkat(dirfd(folder), entry->d_name, 0);
	closedir(folder);
	assert_int_equal(rmdir(world->folder), 0);
	free(world);
	return 0;
}

/* Takes no room on the disk, whatever its length. */
static void put_file(const struct world *world, const char *name, off_t len)
{
	char path[128];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", world->folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, len), 0);
	assert_int_equal(close(fd), 0);
}

static void assert_refused(struct world *world, int r, enum health health, const char *words)
{
	const struct scanner_sink sink = {.frame = on_frame, .health = on_health, .context = world};
	struct scanner *scanner = NULL;

	assert_int_equal(scanner_pictures.open(world->folder, &sink, &scanner), r);
	assert_null(scanner);
	print_message("%s\n", world->sentence);
	assert_int_equal(world->healths, 1);
	assert_int_equal(world->health, health);
	assert_non_null(strstr(world->sentence, words));
}

static void test_an_empty_folder(void **state)
{
	assert_refused(*state, -ENOENT, HEALTH_MISSING, "name a folder of PGM, PNG or JPEG files");
}

static void test_one_picture_that_is_too_large(void **state)
{
	put_file(*state, "1.png", 1);
	put_file(*state, "large.png", 64 * MIB + 1);
	assert_refused(*state, -EFBIG, HEALTH_FAILED,
	               "The picture large.png is larger than 64 MiB: make it smaller.");
}

static void test_pictures_that_are_too_large_together(void **state)
{
	for (int i = 0; i < 4; i++)
		put_file(*state, (const char *const[]){"1", "2", "3", "4"}[i], 49 * MIB);
	assert_refused(*state, -EOVERFLOW, HEALTH_FAILED,
	               "are more than 192 MiB together: show them in parts.");
}

static void test_too_many_pictures(void **state)
{
	char name[16];

	for (int i = 0; i <= FILES_MAX; i++) {
		(void)snprintf(name, sizeof(name), "%d", i);
		put_file(*state, name, 1);
	}
	assert_refused(*state, -E2BIG, HEALTH_FAILED, "holds more than 4096 pictures");
}

static void test_a_picture_that_leads_nowhere(void **state)
{
	const struct world *world = *state;
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/loop.png", world->folder);
	assert_int_equal(symlink("loop.png", path), 0);
	assert_refused(*state, -ELOOP, HEALTH_FAILED, "The picture loop.png cannot be read (");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	    TEST(test_an_empty_folder),
	    TEST(test_one_picture_that_is_too_large),
	    TEST(test_pictures_that_are_too_large_together),
	    TEST(test_too_many_pictures),
	    TEST(test_a_picture_that_leads_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
