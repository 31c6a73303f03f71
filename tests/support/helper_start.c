/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
#include "helper_start.h"

enum { LINK_FD = 3, WORDS_MAX = 32, WAIT_MS = 60000 };

void helper_become(int link, const char *const argv[])
{
	char *word[WORDS_MAX + 1] = {NULL};

	for (size_t i = 0; i < WORDS_MAX && argv[i] != NULL; i++)
		word[i] = strdup(argv[i]);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (link == LINK_FD)
		(void)fcntl(LINK_FD, F_SETFD, 0);
	else
		(void)dup2(link, LINK_FD);
	(void)execv(argv[0], word);
	perror(argv[0]);
	_exit(127);
}

pid_t helper_start(const char *const argv[], int *ret_link)
{
	int fd[2];
	pid_t pid;

	assert_int_equal(link_pair(fd), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		helper_become(fd[1], argv);
	(void)close(fd[1]);
	*ret_link = fd[0];
	return pid;
}

const struct link_message *helper_receive(int link, enum msg_type type)
{
	static struct link_message message;
	const struct mono_time start = clock_mono();
	struct pollfd wait = {.fd = link, .events = POLLIN};

	for (;;) {
		int r = link_receive(link, &message);

		/* Others may come for ever. */
		assert_true(mono_since_us(clock_mono(), start) < WAIT_MS * UINT64_C(1000));
		if (r == -EAGAIN) {
			assert_int_equal(poll(&wait, 1, WAIT_MS), 1);
			continue;
		}
		if (r == -ECONNRESET)
			return NULL;
		assert_int_equal(r, 0);
		if (message.head.type == (uint32_t)type)
			return &message;
	}
}
