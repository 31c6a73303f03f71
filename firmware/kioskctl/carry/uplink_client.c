/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kiosk/msg_helper.h>

#include "clock.h"
#include "uplink_client.h"

enum {
	UPLINK_FD = 3,
	TIMEOUT_MS = 30000,
	PATIENCE_US = 45 * 1000000, /* with a program that does not answer in its own time */
	PATH_BYTES = 4096,
};

extern char **environ;

/* "kiosk-uplink" in the folder of this very program. 0 or -errno. */
static int beside(char path[PATH_BYTES])
{
	static const char name[] = "kiosk-uplink";
	const ssize_t len = readlink("/proc/self/exe", path, PATH_BYTES - sizeof(name));
	char *slash;

	if (len < 0)
		return -errno;
	path[len] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL)
		return -ENOENT;
	memcpy(slash + 1, name, sizeof(name));
	return 0;
}

static int spawn(const char *path, const char *url, int fd, pid_t *ret)
{
	const char *argv[] = {"kiosk-uplink", "--collector", url, NULL};
	posix_spawn_file_actions_t actions;
	int r;

	if (posix_spawn_file_actions_init(&actions) != 0)
		return -ENOMEM;
	r = posix_spawn_file_actions_adddup2(&actions, fd, UPLINK_FD);
	r = r ? r : posix_spawn_file_actions_addclosefrom_np(&actions, UPLINK_FD + 1);
	/* execve(2) does not write to its arguments; the type says otherwise for old times' sake */
	r = r ? r : posix_spawn(ret, path, &actions, NULL, (char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return -r;
}

int uplink_client_open(const struct args *args, const char *url, struct uplink_client *ret)
{
	char path[PATH_BYTES] = "kiosk-uplink";
	int fd[2], r = link_pair(fd);

	if (r == 0) {
		r = beside(path);
		if (r == 0)
			r = spawn(path, url, fd[1], &ret->pid);
		(void)close(fd[1]);
		if (r != 0)
			(void)close(fd[0]);
	}
	if (r != 0) {
		complain(args, "%s, the program that has the network, cannot be started: %s", path,
		         strerror(-r));
		return EX_UNAVAILABLE;
	}
	ret->fd = fd[0];
	ret->requests = 0;
	return 0;
}

void uplink_client_close(struct uplink_client *uplink)
{
	(void)close(uplink->fd); /* it ends when its socket closes */
	while (waitpid(uplink->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* The response to request `id`. 0 or -errno. */
static int wait_for(struct uplink_client *uplink, uint32_t id, struct link_message *ret)
{
	const struct msg_http_response *response =
	    (const struct msg_http_response *)(const void *)ret->bytes;
	const uint64_t deadline_us = clock_mono().us + PATIENCE_US;
	struct pollfd poll_fd = {.fd = uplink->fd, .events = POLLIN};

	for (;;) {
		const uint64_t now_us = clock_mono().us;
		int r = link_receive(uplink->fd, ret);

		if (r == 0 && ret->head.type == MSG_HTTP_RESPONSE && response->id == id)
			return 0;
		if (r == 0)
			continue;
		if (r != -EAGAIN)
			return r;
		if (now_us >= deadline_us)
			return -ETIMEDOUT;
		if (poll(&poll_fd, 1, (int)((deadline_us - now_us) / 1000) + 1) < 0 &&
		    errno != EINTR)
			return -errno;
	}
}

int uplink_client_post(const struct args *args, struct uplink_client *uplink,
                       const struct nonce *nonce, const uint8_t *body, size_t len,
                       struct link_message *ret)
{
	const struct msg_http_response *response =
	    (const struct msg_http_response *)(const void *)ret->bytes;
	struct msg_http_request request = {
	    .id = ++uplink->requests,
	    .kind = HTTP_POST_BATCH,
	    .nonce = *nonce,
	    .timeout_ms = TIMEOUT_MS,
	    .check_dates = true,
	    .len = (uint32_t)len,
	};
	int r = link_send(uplink->fd, MSG_HTTP_REQUEST, &request, body, len);

	if (r == 0)
		r = wait_for(uplink, request.id, ret);
	if (r != 0) {
		complain(args, "kiosk-uplink, the program that has the network, failed: %s",
		         strerror(-r));
		return EX_UNAVAILABLE;
	}
	if (response->status == 0) {
		complain(args, "%s", response->sentence);
		return EX_UNAVAILABLE;
	}
	return 0;
}
