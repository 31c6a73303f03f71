/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A helper program whose strings a test pulls: passes packets between kioskd (descriptor 3) and the
 * socket PUPPET_FOLDER/NAME.sock, NAME being what it was started as. A packet of one octet from the
 * test is what it exits with; 255 makes it crash, 254 reach for kioskd's control socket itself, 253
 * through a child: it exits with 40 when it was turned away, with 41 when it was heard. Ends, as helpers do, when descriptor 3 closes.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kiosk/msg_people.h>

enum {
	KIOSKD = 3,
	PACKET_MAX = 65536,
	CRASH = 255,
	REACH = 254,
	REACH_BY_CHILD = 253,
	NO_TEST = 99
};

static int find_test(const char *name)
{
	const char *folder = getenv("PUPPET_FOLDER"), *slash = strrchr(name, '/');
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s.sock", folder ? folder : ".",
	         slash ? slash + 1 : name);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		exit(NO_TEST);
	return fd;
}

static int reach_for_control(void)
{
	struct msg_control add = {
	    .head = {MSG_CONTROL, MSG_VERSION}, .control = CONTROL_ADD, .number = 500};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *folder = getenv("PUPPET_FOLDER");
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	char octet;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/control.sock",
	         folder ? folder : ".");
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return NO_TEST;
	(void)send(fd, &add, sizeof(add), MSG_NOSIGNAL);
	return recv(fd, &octet, 1, 0) > 0 ? 41 : 40;
}

static int reach_by_child(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(reach_for_control());
	(void)waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

/* False: the other end closed. */
static int pass(int from, int to)
{
	static char packet[PACKET_MAX];
	ssize_t n = recv(from, packet, sizeof(packet), 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 1;
	if (n <= 0)
		return 0;
	if (n == 1 && from != KIOSKD) {
		if ((unsigned char)packet[0] == CRASH)
			abort();
		if ((unsigned char)packet[0] == REACH)
			exit(reach_for_control());
		if ((unsigned char)packet[0] == REACH_BY_CHILD)
			exit(reach_by_child());
		exit((unsigned char)packet[0]);
	}
	return send(to, packet, (size_t)n, MSG_NOSIGNAL) >= 0;
}

int main(int argc, char **argv)
{
	int test = find_test(argv[0]);
	struct pollfd fds[] = {{.fd = KIOSKD, .events = POLLIN}, {.fd = test, .events = POLLIN}};

	(void)argc;
	while (poll(fds, 2, -1) > 0) {
		if (fds[0].revents && !pass(KIOSKD, test))
			return 0;
		if (fds[1].revents && !pass(test, KIOSKD))
			return 0;
	}
	return 1;
}
