/* SPDX-License-Identifier: Apache-2.0 */
/* Linked into a helper program as it is, in the place of sandbox_enter(), which is entered first. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <kiosk/msg_people.h>

#include "hostile_act.h"
#include "sandbox.h"

enum { LINK_FD = 3 };

int __real_sandbox_enter(enum sandbox_program program);
int __wrap_sandbox_enter(enum sandbox_program program);

static bool control(int type, const char *path)
{
	struct msg_control add = {
	    .head = {MSG_CONTROL, MSG_VERSION}, .control = CONTROL_ADD, .number = 500};
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type, 0);

	(void)snprintf(name.sun_path, sizeof(name.sun_path), "%s", path);
	return fd >= 0 && connect(fd, (const struct sockaddr *)&name, sizeof(name)) == 0 &&
	       send(fd, &add, sizeof(add), MSG_NOSIGNAL) == sizeof(add);
}

static bool listens(void)
{
	const struct sockaddr_in anywhere = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd >= 0 && bind(fd, (const struct sockaddr *)&anywhere, sizeof(anywhere)) == 0;
}

static bool does(enum hostile_deed deed, pid_t kioskd, const char *path)
{
	const struct rlimit none = {0, 0};
	siginfo_t info = {.si_code = SI_QUEUE};
	char letter = 'x';

	switch (deed) {
	case HOSTILE_CONTROL:
		return control(SOCK_SEQPACKET, path);
	case HOSTILE_THREAD:
		return syscall(SYS_tgkill, kioskd, kioskd, SIGKILL) == 0;
	case HOSTILE_KILL:
		return kill(kioskd, SIGKILL) == 0;
	case HOSTILE_QUEUE:
		return syscall(SYS_rt_sigqueueinfo, kioskd, SIGKILL, &info) == 0;
	case HOSTILE_OWNER:
		return fcntl(LINK_FD, F_SETOWN, kioskd) == 0;
	case HOSTILE_LIMITS:
		return syscall(SYS_prlimit64, kioskd, RLIMIT_FSIZE, &none, NULL) == 0;
	case HOSTILE_DATAGRAM:
		return control(SOCK_DGRAM, path);
	case HOSTILE_VSOCK:
		return socket(AF_VSOCK, SOCK_STREAM, 0) >= 0;
	case HOSTILE_LISTEN:
		return listens();
	case HOSTILE_TYPE:
		return ioctl(STDERR_FILENO, TIOCSTI, &letter) == 0;
	default:
		return true;
	}
}

int __wrap_sandbox_enter(enum sandbox_program program)
{
	const char *deed = getenv("HOSTILE_DEED"), *path = getenv("HOSTILE_CONTROL_PATH");
	const pid_t kioskd = getppid();
	int r = __real_sandbox_enter(program);

	if (r != 0 || !deed || !path)
		return r;
	errno = 0;
	if (does((enum hostile_deed)(deed[0] - '0'), kioskd, path) ||
	    (errno != EPERM && errno != EACCES))
		_exit(HOSTILE_DID);
	(void)raise(SIGUSR1);
	return 0;
}
