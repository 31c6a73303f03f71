/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: kiosk-scanner, in its sandbox, sees through a camera of the kernel, and says when its plug
 * is pulled. The real program on vivid, where there is one (tests/devices/run); the test plays kioskd.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "link.h"
#include "vivid.h"

enum { WAIT_MS = 60000 };

static pid_t start_scanner(const char *source, int *ret_link)
{
	int fd[2];
	pid_t pid;

	assert_int_equal(link_pair(fd), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (fd[1] == 3)
			(void)fcntl(3, F_SETFD, 0);
		else
			(void)dup2(fd[1], 3);
		(void)execl(KIOSK_SCANNER, "kiosk-scanner", "--source", source, (char *)NULL);
		_exit(127);
	}
	(void)close(fd[1]);
	*ret_link = fd[0];
	return pid;
}

static struct msg_health next_health(int link)
{
	static struct link_message message;
	struct pollfd wait = {.fd = link, .events = POLLIN};

	for (;;) {
		int r = link_receive(link, &message);

		if (r == -EAGAIN) {
			assert_int_equal(poll(&wait, 1, WAIT_MS), 1);
			continue;
		}
		assert_int_equal(r, 0);
		if (message.head.type == MSG_HEALTH)
			return *(const struct msg_health *)(const void *)message.bytes;
	}
}

static void test_a_camera_of_the_kernel(void **state)
{
	char path[VIVID_PATH_SIZE], source[VIVID_PATH_SIZE + 8];
	struct msg_health health;
	int link = -1, status = 0;
	pid_t pid;

	(void)state;
	if (vivid_lacks()) {
		print_message("NOT TESTED: the program on a camera of the kernel; there is not "
		              "here: %s (tests/devices/run has it)\n",
		              vivid_lacks());
		skip();
	}
	vivid_plug(path);
	(void)snprintf(source, sizeof(source), "v4l2:%s", path);
	pid = start_scanner(source, &link);
	health = next_health(link);
	print_message("%s\n", health.sentence);
	assert_int_equal(health.health, HEALTH_GOOD);
	while (health.frames == 0)
		health = next_health(link);
	print_message("%u frames, %u us each\n", health.frames, health.decode_us_mean);
	vivid_unplug();
	while (health.health != HEALTH_MISSING)
		health = next_health(link);
	assert_non_null(strstr(health.sentence, "went away"));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 75);
	(void)close(link);
	vivid_plug(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_camera_of_the_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
