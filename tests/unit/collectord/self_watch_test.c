/* SPDX-License-Identifier: Apache-2.0 */
/* Promise: a collector that does not answer does not look alive. The real program, with the test in
 * the place of systemd. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "program.h"

enum { WAIT_MS_MAX = 5000 };

static int hear_notices(const char *folder, struct sockaddr_un *name)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	name->sun_family = AF_UNIX;
	(void)snprintf(name->sun_path, sizeof(name->sun_path), "%.80s/notices", folder);
	assert_int_equal(bind(fd, (struct sockaddr *)(void *)name, sizeof(*name)), 0);
	assert_int_equal(setenv("NOTIFY_SOCKET", name->sun_path, 1), 0);
	assert_int_equal(setenv("WATCHDOG_USEC", "400000", 1), 0);
	return fd;
}

static bool hears(int fd, const char *expected)
{
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	char notice[256];

	while (poll(&wait, 1, WAIT_MS_MAX) == 1) {
		const ssize_t n = recv(fd, notice, sizeof(notice) - 1, 0);

		assert_true(n >= 0);
		notice[n] = '\0';
		if (strstr(notice, expected))
			return true;
	}
	return false;
}

static void the_watchdog_is_fed_by_answers_alone(void **state)
{
	static struct world world;
	struct sockaddr_un name = {0};
	struct rlimit none = {3, 3};
	struct program program;
	int fd, status;

	(void)state;
	world_init(&world);
	collector_close(world.collector);
	world.collector = NULL;
	program_configure(&program, &world, "127.0.0.1:0", "");
	fd = hear_notices(world.folder, &name);
	program_start(&program);
	assert_true(hears(fd, "READY=1"));
	assert_true(hears(fd, "WATCHDOG=1"));
	assert_true(hears(fd, "WATCHDOG=1"));
	/* No connection comes in any more, nor goes out. */
	assert_int_equal(prlimit(program.pid, RLIMIT_NOFILE, &none, NULL), 0);
	assert_int_equal(waitpid(program.pid, &status, 0), program.pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 0);
	(void)close(fd);
	(void)unlink(name.sun_path);
	program_remove_files(&program);
	world_deinit(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_watchdog_is_fed_by_answers_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
