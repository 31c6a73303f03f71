/* SPDX-License-Identifier: Apache-2.0 */
/* Promise 6: what reads hostile input holds nothing worth taking, and can reach nothing once it has
 * its device. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <linux/videodev2.h>
#include <stdbool.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <kiosk/msg_people.h>

#include "sandbox.h"
#include "sanitized.h"

enum { DID = 0, REFUSED = 10, FAILED_OTHERWISE = 20, NO_SANDBOX = 30 };

/* Runs the deed in a child inside the sandbox. DID, REFUSED (EPERM or EACCES), or minus the signal
 * that ended it. */
static int inside(enum sandbox_program program, bool (*deed)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		if (sandbox_enter(program) != 0)
			_exit(NO_SANDBOX);
		errno = 0;
		_exit(deed()                              ? DID
		      : errno == EPERM || errno == EACCES ? REFUSED
		                                          : FAILED_OTHERWISE);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static bool opens_to_read(void)
{
	return open("/etc/hostname", O_RDONLY) >= 0 || open("/etc/passwd", O_RDONLY) >= 0;
}

static bool opens_to_write(void)
{
	return open("/tmp/kiosk-sandbox-test", O_WRONLY | O_CREAT, 0600) >= 0;
}

static bool opens_a_home(void)
{
	return open("/root", O_RDONLY | O_DIRECTORY) >= 0 ||
	       open("/home", O_RDONLY | O_DIRECTORY) >= 0;
}

static bool makes_a_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool runs_a_program(void)
{
	char *argv[] = {NULL};

	return execve("/bin/true", argv, argv) == 0;
}

static bool forks(void)
{
	return fork() >= 0;
}

static bool makes_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
	       MAP_FAILED;
}

static bool kills(void)
{
	return kill(getppid(), 0) == 0;
}

static bool copies_a_descriptor(void)
{
	return fcntl(STDERR_FILENO, F_DUPFD, 0) >= 0;
}

static bool makes_a_timer(void)
{
	return timerfd_create(CLOCK_MONOTONIC, 0) >= 0;
}

static bool types_on_the_terminal(void)
{
	char letter = 'x';

	return ioctl(STDERR_FILENO, TIOCSTI, &letter) == 0 || errno == ENOTTY || errno == EIO;
}

static bool duplicates_a_descriptor(void)
{
	return dup(STDERR_FILENO) >= 0;
}

static bool makes_a_pipe(void)
{
	int end[2];

	return pipe2(end, O_CLOEXEC) == 0;
}

static bool makes_a_file_of_memory(void)
{
	return memfd_create("x", MFD_CLOEXEC) >= 0;
}

static bool removes_a_file(void)
{
	return unlink("/tmp/kiosk-sandbox-test-no-such-file") == 0 || errno == ENOENT;
}

static bool asks_about_a_file(void)
{
	struct stat about;

	return stat("/etc/passwd", &about) == 0;
}

static bool sends_to_an_address(void)
{
	const struct sockaddr_in anywhere = {.sin_family = AF_INET, .sin_port = htons(9)};

	/* The descriptor is none of a socket: getting so far is too far. */
	return connect(STDERR_FILENO, (const struct sockaddr *)&anywhere, sizeof(anywhere)) == 0 ||
	       errno == ENOTSOCK;
}

/* In a message that lay there before the sandbox: the one way left to get one. */
static int handed[2];

static bool is_handed_a_descriptor(void)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	char octet;
	struct iovec part = {.iov_base = &octet, .iov_len = 1};
	struct msghdr message = {.msg_iov = &part,
	                         .msg_iovlen = 1,
	                         .msg_control = control.bytes,
	                         .msg_controllen = sizeof(control.bytes)};

	if (recvmsg(handed[0], &message, MSG_DONTWAIT) != 1)
		return false;
	if (message.msg_flags & MSG_CTRUNC || !CMSG_FIRSTHDR(&message)) {
		errno = EPERM;
		return false;
	}
	return true;
}

static void hand_a_descriptor(void)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {.bytes = {0}};
	const int gift = STDERR_FILENO;
	struct iovec part = {.iov_base = (char[]){'x'}, .iov_len = 1};
	struct msghdr message = {.msg_iov = &part,
	                         .msg_iovlen = 1,
	                         .msg_control = control.bytes,
	                         .msg_controllen = sizeof(control.bytes)};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, handed), 0);
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &gift, sizeof(gift));
	assert_int_equal(sendmsg(handed[1], &message, 0), 1);
}

/* Of what is no camera and no keyboard: "not yours" is an answer, and not the end. */
static bool asks_a_camera(void)
{
	struct v4l2_buffer buffer = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};

	return ioctl(STDERR_FILENO, VIDIOC_DQBUF, &buffer) == 0 || errno == ENOTTY ||
	       errno == EINVAL;
}

static bool asks_a_keyboard(void)
{
	uint8_t down[KEY_CNT / 8 + 1];

	return ioctl(STDERR_FILENO, EVIOCGKEY(sizeof(down)), down) >= 0 || errno == ENOTTY ||
	       errno == EINVAL;
}

static bool lifts_its_limits(void)
{
	const struct rlimit more = {RLIM_INFINITY, RLIM_INFINITY};

	/* Root may; and what is kept must not depend on who it runs as. */
	return setrlimit(RLIMIT_AS, &more) == 0;
}

/* A descriptor of a closed one's number is a new one too. */
static bool takes_a_descriptor(void)
{
	struct rlimit most;

	if (getrlimit(RLIMIT_NOFILE, &most) < 0 || most.rlim_max > 2)
		return true;
	errno = EPERM;
	return false;
}

static bool takes_all_memory(void)
{
	size_t mib = 0;

	while (mib < 1024 && malloc(1 << 20))
		mib++;
	if (mib < 1024)
		errno = EPERM; /* refused, as it should be */
	return mib == 1024;
}

static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* What every helper does all day. */
static bool works(void)
{
	int fd[] = {STDERR_FILENO};
	struct timespec now;
	struct rlimit core;
	int *numbers = malloc(1 << 22);

	if (!numbers)
		return false;
	for (int i = 0; i < 1 << 20; i++)
		numbers[i] = -i;
	qsort(numbers, 1 << 20, sizeof(*numbers), compare);
	free(numbers);
	return write(fd[0], "", 0) == 0 && clock_gettime(CLOCK_BOOTTIME, &now) == 0 &&
	       clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0 &&
	       getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0;
}

static void test_nothing_is_left_but_what_is_kept(void **state)
{
	static const struct {
		const char *what;
		bool (*deed)(void);
		bool scanner, modem, uplink;
	} cases[] = {
	    {"works", works, true, true, true},
	    {"opens to read", opens_to_read, false, false, true},
	    {"opens to write", opens_to_write, false, false, false},
	    {"makes a socket", makes_a_socket, false, false, true},
	    {"runs a program", runs_a_program, false, false, false},
	    {"forks", forks, false, false, false},
	    {"makes code", makes_code, false, false, false},
	    {"signals another process", kills, false, false, false},
	    {"copies a descriptor", copies_a_descriptor, false, true, true},
	    {"makes a timer", makes_a_timer, false, true, true},
	    {"may take a third descriptor", takes_a_descriptor, false, true, true},
	    {"duplicates a descriptor", duplicates_a_descriptor, false, false, true},
	    {"makes a pipe", makes_a_pipe, false, false, true},
	    {"makes a file of memory", makes_a_file_of_memory, false, false, false},
	    {"is handed a descriptor", is_handed_a_descriptor, false, true, true},
	    {"removes a file", removes_a_file, false, false, false},
	    {"asks about a file", asks_about_a_file, false, false, true},
	    {"connects", sends_to_an_address, false, false, true},
	    {"asks a camera", asks_a_camera, true, true, true},
	    {"asks a keyboard", asks_a_keyboard, true, true, true},
	    {"lifts its limits", lifts_its_limits, false, false, false},
	    {"types on the terminal", types_on_the_terminal, false, true, true},
	    {"takes a gibibyte", takes_all_memory, false, false, true},
	};

	(void)state;
	if (SANITIZED) {
		print_message("NOT TESTED: this build has a sanitizer, and the programs have no "
		              "filter in it\n");
		skip();
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const bool may[] = {cases[i].scanner, cases[i].modem, cases[i].uplink};
		static const enum sandbox_program program[] = {SANDBOX_SCANNER, SANDBOX_MODEM,
		                                               SANDBOX_UPLINK};

		for (size_t p = 0; p < 3; p++) {
			int r;

			hand_a_descriptor();
			r = inside(program[p], cases[i].deed);
			(void)close(handed[0]);
			(void)close(handed[1]);
			print_message("%s: %zu -> %d\n", cases[i].what, p, r);
			if (may[p])
				assert_int_equal(r, DID);
			else
				assert_true(r == REFUSED || r == -SIGSYS);
		}
	}
	if (inside(SANDBOX_UPLINK, opens_a_home) == DID)
		print_message("NOT TESTED: this kernel has no Landlock; the uplink can read more "
		              "than it needs\n");
}

/* Also where cores are piped to a program, which the limit does not stop. */
static bool leaves_no_core(void)
{
	return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
}

static void test_kioskd_leaves_no_core_file_and_gains_no_privilege(void **state)
{
	(void)state;
	assert_int_equal(inside(SANDBOX_KIOSKD, works), DID);
	assert_int_equal(inside(SANDBOX_KIOSKD, leaves_no_core), DID);
	assert_int_equal(inside(SANDBOX_KIOSKD, runs_a_program), DID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_nothing_is_left_but_what_is_kept),
	    cmocka_unit_test(test_kioskd_leaves_no_core_file_and_gains_no_privilege),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
