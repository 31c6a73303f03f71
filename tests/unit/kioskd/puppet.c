/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A helper program whose strings a test pulls: passes packets between kioskd (descriptor 3) and the
 * socket PUPPET_FOLDER/NAME.sock, NAME being what it was started as. A packet of one octet from the
 * test is what it exits with; 255 makes it crash. Ends, as helpers do, when descriptor 3 closes.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { KIOSKD = 3, PACKET_MAX = 65536, CRASH = 255, NO_TEST = 99 };

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
