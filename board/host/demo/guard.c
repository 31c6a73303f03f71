/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guard.h"
#include "programs.h"

enum { LEFT_MAX = 64 };

static int exit_code(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* All that lost its parent became a child of the guard: each is killed until none is left. */
static void end_what_is_left(void)
{
	pid_t left[LEFT_MAX];
	int n;

	while ((n = programs_children(getpid(), left, LEFT_MAX)) > 0) {
		for (int i = 0; i < n; i++) {
			kill(left[i], SIGKILL);
			(void)waitpid(left[i], NULL, 0);
		}
	}
}

static int wait_for(pid_t child, const sigset_t *set)
{
	int status, signal;

	for (;;) {
		pid_t pid;

		if (sigwait(set, &signal) != 0)
			continue;
		if (signal != SIGCHLD) {
			kill(child, signal);
			continue;
		}
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
			if (pid == child)
				return exit_code(status);
		}
	}
}

int guard_enter(void)
{
	sigset_t set, before;
	pid_t child;
	int code;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0 || sigprocmask(SIG_BLOCK, &set, &before) < 0)
		return -errno;
	child = fork();
	if (child < 0)
		return -errno;
	if (child == 0) {
		const pid_t guard = getppid();

		/* Ctrl-C reaches the guard alone, which passes it on once. */
		if (setpgid(0, 0) < 0 || prctl(PR_SET_PDEATHSIG, SIGTERM) < 0 ||
		    sigprocmask(SIG_SETMASK, &before, NULL) < 0)
			return -errno;
		return getppid() == guard ? 0 : -ESRCH;
	}
	code = wait_for(child, &set);
	end_what_is_left();
	_exit(code);
}
