/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: a collector without room says "later", to a kiosk as to a person, keeps what it answered
 * for, and goes on by itself when there is room. The real program on a real small file system of
 * its own (tmpfs), which needs root.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "client.h"
#include "program.h"

enum { EXIT_SKIPPED = 77, BATCHES_MAX = 1000 };

#define NONCE "000102030405060708090a0b0c0d0e0f"

static struct world world;
static struct program program;
static struct got got;
static struct counter counter;

static int set_up(void **state)
{
	(void)state;
	world_init(&world);
	collector_close(world.collector);
	world.collector = NULL;
	if (mount("tmpfs", world.folder, "tmpfs", MS_NODEV | MS_NOSUID, "size=1m") < 0)
		return -1;
	program_configure(&program, &world, "127.0.0.1:0", "");
	program_start(&program);
	counter_open(&world, &counter, 'a', 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	(void)umount2(world.folder, MNT_DETACH);
	program_stop(&program);
	world_deinit(&world);
	return 0;
}

static unsigned post(void)
{
	struct nonce nonce = {0};

	client_request(program.url, "POST", "/v1/batches", NONCE, counter.body, counter.body_len,
	               &got);
	if (got.status == 503)
		return 503;
	for (uint8_t i = 0; i < sizeof(nonce.b); i++)
		nonce.b[i] = i;
	world_check_reply(&world, got.body, got.len, &nonce, NULL);
	assert_int_equal(got.status, world.answer.status);
	return world.answer.status;
}

static void count(void)
{
	counter_add(&counter, 0, CHANNEL_QR, FIRST_NOT_ASKED, 1);
	counter_seal(&world, &counter);
}

static void fill_disk(const char *path)
{
	static const char block[4096];
	const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	while (write(fd, block, sizeof(block)) > 0)
		;
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(close(fd), 0);
}

static void assert_attendances(unsigned people)
{
	char expected[64];

	snprintf(expected, sizeof(expected), "\"attendances\": %u", people);
	client_request(program.url, "GET", "/v1/team/totals", NULL, NULL, 0, &got);
	assert_int_equal(got.status, 200);
	if (strstr((const char *)got.body, expected) == NULL)
		fail_msg("%s is not in %s", expected, (const char *)got.body);
}

static void a_full_disk_is_a_503_and_goes_on_when_there_is_room(void **state)
{
	char ballast[128];
	unsigned stored = 0;

	(void)state;
	(void)snprintf(ballast, sizeof(ballast), "%s/ballast", world.folder);
	count();
	assert_int_equal(post(), ANSWER_STORED);
	fill_disk(ballast);
	/* What the files have already taken may still be written to. */
	do {
		count();
		stored++;
		assert_true(stored < BATCHES_MAX);
	} while (post() == ANSWER_STORED);
	assert_int_equal(got.status, 503);
	assert_non_null(strstr((const char *)got.body, "no room on its disk"));
	assert_string_not_equal(got.type, "application/cbor");
	assert_int_equal(post(), 503);
	/* Whoever asks still gets an answer, and it is what was stored. */
	assert_attendances(stored);
	assert_int_equal(unlink(ballast), 0);
	assert_int_equal(post(), ANSWER_STORED);
	assert_int_equal(post(), ANSWER_STORED_BEFORE);
	count();
	assert_int_equal(post(), ANSWER_STORED);
	assert_attendances(stored + 2);
	program_stop(&program);
	program_start(&program);
	assert_attendances(stored + 2);
	assert_int_equal(post(), ANSWER_STORED_BEFORE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_full_disk_is_a_503_and_goes_on_when_there_is_room,
	                                    set_up, tear_down),
	};
	char probe[] = "/tmp/collector-mount-XXXXXX";
	bool may_mount = mkdtemp(probe) != NULL && mount("tmpfs", probe, "tmpfs", 0, NULL) == 0;

	if (may_mount)
		(void)umount2(probe, MNT_DETACH);
	(void)rmdir(probe);
	if (!may_mount) {
		print_message(
		    "not tested: a full disk under collectord; mounting one needs root\n");
		return EXIT_SKIPPED;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
