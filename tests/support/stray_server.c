/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stray_server.h"

enum { CHUNK = 65536, QUIET_MS = 200 };

static const char *const answers[STRAY_N_ANSWERS] = {
    [STRAY_HTML] = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: "
                   "55\r\nConnection: close\r\n\r\n"
                   "<html><body>Welcome! Please sign in here.</body></html>",
    [STRAY_NOTHING] = "",
    [STRAY_500] =
        "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    [STRAY_ENDLESS] =
        "HTTP/1.1 200 OK\r\nContent-Type: application/cbor\r\nContent-Length: 10737418240\r\n\r\n",
    /* [h'', h''] */
    [STRAY_UNSIGNED] =
        "HTTP/1.1 201 Created\r\nContent-Type: application/cbor\r\nContent-Length: 3\r\n"
        "Connection: close\r\n\r\n\x82\x40\x40",
    [STRAY_REDIRECT] =
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/login\r\nContent-Length: 0\r\n"
        "Connection: close\r\n\r\n",
};

/* Whole requests are of no interest: what came until the sender paused is kept. */
static void keep_request(int connection, int kept)
{
	char buffer[CHUNK];
	struct pollfd pfd = {.fd = connection, .events = POLLIN};
	ssize_t n;

	while (poll(&pfd, 1, QUIET_MS) > 0 &&
	       (n = recv(connection, buffer, sizeof(buffer), 0)) > 0) {
		if (write(kept, buffer, (size_t)n) != n)
			return;
	}
}

static void serve(int listener, enum stray_answer answer, int kept)
{
	static const char nothing[CHUNK];

	for (;;) {
		const int connection = accept(listener, NULL, NULL);

		if (connection < 0)
			continue;
		keep_request(connection, kept);
		(void)send(connection, answers[answer], strlen(answers[answer]), MSG_NOSIGNAL);
		while (answer == STRAY_ENDLESS &&
		       send(connection, nothing, sizeof(nothing), MSG_NOSIGNAL) > 0)
			;
		close(connection);
	}
}

static int listen_on(uint16_t port)
{
	const struct sockaddr_in address = {.sin_family = AF_INET,
	                                    .sin_port = htons(port),
	                                    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;

	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) < 0 ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 8) < 0) {
		const int error = errno;

		close(fd);
		return -error;
	}
	return fd;
}

int stray_server_start(struct stray_server *server, uint16_t port, enum stray_answer answer,
                       const char *kept)
{
	const int listener = listen_on(port);
	const int file = open(kept, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	server->pid = 0;
	if (listener >= 0 && file >= 0)
		server->pid = fork();
	if (server->pid == 0 && listener >= 0 && file >= 0) {
		/* It answers until it is killed, and never outlives the test. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(listener, answer, file);
	}
	if (file >= 0)
		close(file);
	if (listener >= 0)
		close(listener);
	return listener < 0 ? listener : file < 0 || server->pid < 0 ? -EIO : 0;
}

void stray_server_stop(struct stray_server *server)
{
	if (server->pid > 0) {
		kill(server->pid, SIGKILL);
		/* Somebody else may have reaped it: the stage looks after every child. */
		(void)waitpid(server->pid, NULL, 0);
	}
	server->pid = 0;
}
