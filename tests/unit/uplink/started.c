/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "link.h"
#include "started.h"

void started_uplink(struct started *started, const char *url)
{
	int fd[2];

	assert_int_equal(link_pair(fd), 0);
	started->fd = fd[0];
	started->pid = fork();
	assert_true(started->pid >= 0);
	if (started->pid == 0) {
		/* A test that fails leaves nothing running. */
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (fd[1] == 3)
			(void)fcntl(3, F_SETFD, 0);
		else
			(void)dup2(fd[1], 3);
		(void)execl(KIOSK_UPLINK, "kiosk-uplink", "--collector", url, (char *)NULL);
		_exit(127);
	}
	(void)close(fd[1]);
}

bool started_lives(const struct started *started)
{
	return waitpid(started->pid, NULL, WNOHANG) == 0;
}

int started_end(struct started *started)
{
	int status;

	(void)close(started->fd);
	assert_int_equal(waitpid(started->pid, &status, 0), started->pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}
