/* SPDX-License-Identifier: Apache-2.0 */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "helper_start.h"
#include "started.h"

#define CA_FILE "/etc/ssl/certs/ca-certificates.crt"

/* In a child, for that child. */
static bool trust(const char *ca_file)
{
	return unshare(CLONE_NEWNS) == 0 &&
	       mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount(ca_file, CA_FILE, NULL, MS_BIND, NULL) == 0;
}

bool started_can_trust(const char *ca_file)
{
	int status = 1;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(trust(ca_file) ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status == 0;
}

void started_uplink(struct started *started, const char *url)
{
	started_uplink_trusting(started, url, NULL);
}

void started_uplink_trusting(struct started *started, const char *url, const char *ca_file)
{
	int fd[2];

	assert_int_equal(link_pair(fd), 0);
	started->fd = fd[0];
	started->pid = fork();
	assert_true(started->pid >= 0);
	if (started->pid == 0) {
		if (ca_file != NULL && !trust(ca_file))
			_exit(126);
		helper_become(fd[1], (const char *const[]){KIOSK_UPLINK, "--collector", url, NULL});
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
