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
#include <asm/ioctls.h>
#include <asm/sockios.h>
#include <linux/input.h>
#include <linux/netlink.h>
#include <linux/videodev2.h>
#include <stdbool.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
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

/* A connected pair of sockets, made before the sandbox, with a descriptor waiting in it. */
static int handed[2];

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

/* --- against kioskd and whoever else runs here: the test is the parent --- */

static bool kills(void)
{
	return kill(getppid(), 0) == 0;
}

static bool kills_a_thread(void)
{
	return syscall(SYS_tgkill, getppid(), getppid(), 0) == 0;
}

static bool kills_any_thread(void)
{
	return syscall(SYS_tkill, getppid(), 0) == 0;
}

static bool kills_its_group(void)
{
	return kill(0, 0) == 0;
}

static bool queues_a_signal(void)
{
	siginfo_t info = {.si_code = SI_QUEUE};

	return syscall(SYS_rt_sigqueueinfo, getppid(), 0, &info) == 0;
}

static bool queues_a_signal_to_a_thread(void)
{
	siginfo_t info = {.si_code = SI_QUEUE};

	return syscall(SYS_rt_tgsigqueueinfo, getppid(), getppid(), 0, &info) == 0;
}

static bool names_a_process(void)
{
	return syscall(SYS_pidfd_open, getppid(), 0) >= 0;
}

/* What is readable then signals the parent. */
static bool lets_the_kernel_signal(void)
{
	return fcntl(handed[0], F_SETOWN, getppid()) == 0;
}

static bool lets_a_request_signal(void)
{
	const int pid = getppid();

	return ioctl(handed[0], FIOSETOWN, &pid) == 0;
}

static bool changes_anothers_limits(void)
{
	const struct rlimit none = {0, 0};

	return syscall(SYS_prlimit64, getppid(), RLIMIT_FSIZE, &none, NULL) == 0;
}

static bool asks_for_anothers_limits(void)
{
	struct rlimit most;

	return syscall(SYS_prlimit64, getppid(), RLIMIT_FSIZE, NULL, &most) == 0;
}

static bool reads_anothers_memory(void)
{
	char octet;
	struct iovec to = {&octet, 1}, from = {&octet, 1};

	return process_vm_readv(getppid(), &to, 1, &from, 1, 0) == 1;
}

/* --- sockets --- */

/* The test listens there, as kioskd does on its control socket. */
static const struct sockaddr_un control_name = {.sun_family = AF_UNIX,
                                                .sun_path = "/tmp/kiosk-sandbox-test.sock"};

static bool connects_to_control(void)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	return fd >= 0 &&
	       connect(fd, (const struct sockaddr *)&control_name, sizeof(control_name)) == 0;
}

static bool removes_a_file(void)
{
	return unlink(control_name.sun_path) == 0;
}

/* Descriptor 3 of a helper is one end of such a pair. */
static bool turns_its_pair_round(void)
{
	return connect(handed[0], (const struct sockaddr *)&control_name, sizeof(control_name)) ==
	       0;
}

static bool pairs_datagrams(void)
{
	int end[2];

	return socketpair(AF_UNIX, SOCK_DGRAM, 0, end) == 0 ||
	       socketpair(AF_UNIX, SOCK_SEQPACKET, 0, end) == 0;
}

static bool opens_a_stream_to_programs(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ||
	       socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) >= 0;
}

static bool opens_a_vsock(void)
{
	return socket(AF_VSOCK, SOCK_STREAM, 0) >= 0;
}

static bool opens_another_family(void)
{
	for (int family = 0; family <= AF_MCTP; family++)
		if (family != AF_INET && family != AF_INET6 && family != AF_UNIX &&
		    socket(family, SOCK_DGRAM, 0) >= 0)
			return true;
	/* NETLINK_ROUTE lists addresses, and changes them for whoever has a capability. */
	for (int protocol = 1; protocol < MAX_LINKS; protocol++)
		if (socket(AF_NETLINK, SOCK_RAW, protocol) >= 0)
			return true;
	return socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) >= 0 || socket(AF_PACKET, SOCK_RAW, 0) >= 0;
}

static bool listens(void)
{
	const struct sockaddr_in here = {.sin_family = AF_INET,
	                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd >= 0 &&
	       (bind(fd, (const struct sockaddr *)&here, sizeof(here)) == 0 || listen(fd, 1) == 0);
}

static bool takes_a_caller(void)
{
	return accept4(handed[0], NULL, NULL, SOCK_CLOEXEC) >= 0 || errno == EINVAL ||
	       errno == EOPNOTSUPP;
}

/* --- requests --- */

static bool changes_a_keyboard(void)
{
	const int keys[] = {1, 2};

	return ioctl(STDERR_FILENO, EVIOCSKEYCODE, keys) == 0 || errno == ENOTTY;
}

static bool changes_a_camera(void)
{
	struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};

	return ioctl(STDERR_FILENO, VIDIOC_S_FMT, &format) == 0 || errno == ENOTTY;
}

static bool drives_the_terminal(void)
{
	const int pgrp = 1;

	return ioctl(STDERR_FILENO, TIOCSPGRP, &pgrp) == 0 || errno == ENOTTY || errno == EIO ||
	       ioctl(STDERR_FILENO, TIOCLINUX, "\3") == 0 || errno == ENOTTY;
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

static const enum sandbox_program program[] = {SANDBOX_SCANNER, SANDBOX_MODEM, SANDBOX_UPLINK,
                                               SANDBOX_SCREEN, SANDBOX_COLLECTORD};

static int listen_as_control(void)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	(void)unlink(control_name.sun_path);
	assert_int_equal(bind(fd, (const struct sockaddr *)&control_name, sizeof(control_name)), 0);
	assert_int_equal(listen(fd, 8), 0);
	return fd;
}

/* clang-format off */
static const struct {
	const char *what;
	bool (*deed)(void);
	bool scanner, modem, uplink, screen, collectord;
} cases[] = {
	{"works", works,                                            true,  true,  true,  true,  true},
	{"opens to read", opens_to_read,                            false, false, true,  true,  false},
	{"opens to write", opens_to_write,                          false, false, false, false, false},
	{"makes a socket", makes_a_socket,                          false, false, true,  false, true},
	{"runs a program", runs_a_program,                          false, false, false, false, false},
	{"forks", forks,                                            false, false, false, false, false},
	{"makes code", makes_code,                                  false, false, false, false, false},
	{"signals another process", kills,                          false, false, false, false, false},
	{"signals its group", kills_its_group,                      false, false, false, false, false},
	{"signals a thread", kills_a_thread,                        false, false, false, false, false},
	{"signals any thread", kills_any_thread,                    false, false, false, false, false},
	{"queues a signal", queues_a_signal,                        false, false, false, false, false},
	{"queues one to a thread", queues_a_signal_to_a_thread,     false, false, false, false, false},
	{"names a process", names_a_process,                        false, false, false, false, false},
	{"lets the kernel signal", lets_the_kernel_signal,          false, false, false, false, false},
	{"lets a request signal", lets_a_request_signal,            false, false, false, false, false},
	{"changes another's limits", changes_anothers_limits,       false, false, false, false, false},
	{"asks for another's limits", asks_for_anothers_limits,     false, false, false, false, false},
	{"reads another's memory", reads_anothers_memory,           false, false, false, false, false},
	{"connects to control", connects_to_control,                false, false, false, false, false},
	{"pairs datagrams", pairs_datagrams,                        false, false, false, false, false},
	{"streams to programs", opens_a_stream_to_programs,         false, false, false, false, false},
	{"opens a vsock", opens_a_vsock,                            false, false, false, false, false},
	{"opens another family", opens_another_family,              false, false, false, false, false},
	{"listens", listens,                                        false, false, false, false, false},
	{"takes a caller", takes_a_caller,                          false, false, false, false, true},
	{"copies a descriptor", copies_a_descriptor,                false, false, false, false, false},
	{"makes a timer", makes_a_timer,                            false, false, true,  true,  true},
	{"may take a third descriptor", takes_a_descriptor,         false, false, true,  true,  true},
	{"duplicates a descriptor", duplicates_a_descriptor,        false, false, true,  false, false},
	{"makes a pipe", makes_a_pipe,                              false, false, true,  false, false},
	{"makes a file of memory", makes_a_file_of_memory,          false, false, false, false, true},
	{"is handed a descriptor", is_handed_a_descriptor,          false, false, true,  true,  true},
	{"removes a file", removes_a_file,                          false, false, false, false, false},
	{"asks about a file", asks_about_a_file,                    false, false, true,  true,  true},
	{"connects", sends_to_an_address,                           false, false, true,  false, true},
	{"asks a camera", asks_a_camera,                            true,  false, false, false, false},
	{"changes a camera", changes_a_camera,                      false, false, false, false, false},
	{"asks a keyboard", asks_a_keyboard,                        true,  false, false, false, false},
	{"changes a keyboard", changes_a_keyboard,                  false, false, false, false, false},
	{"lifts its limits", lifts_its_limits,                      false, false, false, false, false},
	{"types on the terminal", types_on_the_terminal,            false, false, false, false, false},
	{"drives the terminal", drives_the_terminal,                false, false, false, false, false},
	{"takes a gibibyte", takes_all_memory,                      false, false, true,  false, true},
};
/* clang-format on */

static void test_nothing_is_left_but_what_is_kept(void **state)
{
	const int control = listen_as_control();

	(void)state;
	if (SANITIZED) {
		print_message("NOT TESTED: this build has a sanitizer, and the programs have no "
		              "filter in it\n");
		skip();
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const bool may[] = {cases[i].scanner, cases[i].modem, cases[i].uplink,
		                    cases[i].screen, cases[i].collectord};

		for (size_t p = 0; p < sizeof(program) / sizeof(program[0]); p++) {
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
	(void)close(control);
	(void)unlink(control_name.sun_path);
	if (inside(SANDBOX_UPLINK, opens_a_home) == DID)
		print_message("NOT TESTED: this kernel has no Landlock; the uplink can read more "
		              "than it needs\n");
}

/* Also where cores are piped to a program, which the limit does not stop. */
static bool leaves_no_core(void)
{
	return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
}

/* A pair that is connected stays so: no call of its own ends the program, the kernel says no. */
static void test_a_pair_stays_one(void **state)
{
	const int control = listen_as_control();

	(void)state;
	hand_a_descriptor();
	for (size_t p = 0; p < sizeof(program) / sizeof(program[0]); p++)
		assert_int_not_equal(inside(program[p], turns_its_pair_round), DID);
	(void)close(handed[0]);
	(void)close(handed[1]);
	(void)close(control);
	(void)unlink(control_name.sun_path);
}

/* Root is what it may do, not its name. */
static void test_no_capability_is_left(void **state)
{
	(void)state;
	for (size_t p = 0; p < sizeof(program) / sizeof(program[0]); p++) {
		char path[64], text[4096];
		uint64_t left = 1;
		int ready[2], status;
		const char *line;
		FILE *file;
		pid_t pid;

		assert_int_equal(pipe(ready), 0);
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			char octet = sandbox_enter(program[p]) == 0;

			if (write(ready[1], &octet, 1) != 1)
				_exit(1);
			for (;;)
				(void)poll(NULL, 0, -1);
		}
		assert_int_equal(read(ready[0], text, 1), 1);
		assert_int_equal(text[0], 1);
		(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
		file = fopen(path, "r");
		assert_non_null(file);
		text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
		(void)fclose(file);
		(void)kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		(void)close(ready[0]);
		(void)close(ready[1]);
		for (size_t i = 0; i < 4; i++) {
			static const char *const set[] = {
			    "CapInh:", "CapPrm:", "CapEff:", "CapAmb:"};

			line = strstr(text, set[i]);
			assert_non_null(line);
			left = strtoull(line + 7, NULL, 16);
			assert_int_equal(left, 0);
		}
		assert_non_null(strstr(text, "NoNewPrivs:\t1"));
	}
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
	    cmocka_unit_test(test_a_pair_stays_one),
	    cmocka_unit_test(test_no_capability_is_left),
	    cmocka_unit_test(test_kioskd_leaves_no_core_file_and_gains_no_privilege),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
