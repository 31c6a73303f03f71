/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One table says what each program keeps. What is in nobody's list ends the scanner and the modem
 * on the spot; opening a file, there, is refused instead (EPERM), for the C library may try it for
 * a message's sake. The uplink rests on libraries whose needs change from one release to the next:
 * what it does not keep is refused, only what an intruder would do ends it.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <pwd.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "log.h"
#include "sandbox.h"
#include "sanitized.h"

enum { MIB = 1024 * 1024, CLOSED_DESCRIPTORS_MAX = 2 };
#define USER_NAME "kiosk"

#define CALL(name) SCMP_SYS(name)

/* Reading and writing what is open, memory that is not code, time, and ending. */
static const int keep_basic[] = {
    CALL(read),
    CALL(write),
    CALL(readv),
    CALL(writev),
    CALL(close),
    CALL(lseek),
    CALL(poll),
    CALL(ppoll),
    CALL(pselect6),
    CALL(select),
    CALL(epoll_ctl),
    CALL(epoll_wait),
    CALL(epoll_pwait),
    CALL(epoll_pwait2),
    CALL(recvmsg),
    CALL(recvfrom),
    CALL(sendmsg),
    CALL(sendto),
    CALL(recv),
    CALL(send),
    CALL(shutdown),
    CALL(timerfd_settime),
    CALL(timerfd_gettime),
    CALL(brk),
    CALL(munmap),
    CALL(mremap),
    CALL(madvise),
    CALL(futex),
    CALL(futex_waitv),
    CALL(clock_gettime),
    CALL(clock_gettime64),
    CALL(clock_getres),
    CALL(clock_nanosleep),
    CALL(nanosleep),
    CALL(gettimeofday),
    CALL(time),
    CALL(getrandom),
    CALL(getpid),
    CALL(gettid),
    CALL(getrusage),
    CALL(rt_sigreturn),
    CALL(sigreturn),
    CALL(rt_sigaction),
    CALL(rt_sigprocmask),
    CALL(restart_syscall),
    CALL(sched_yield),
    CALL(tgkill),
    CALL(exit),
    CALL(exit_group),
    CALL(fstat),
    CALL(rseq),
    CALL(set_robust_list),
    /* the C library's own questions: qsort(3) asks how much memory there is */
    CALL(sysinfo),
    CALL(uname),
    CALL(getcpu),
    CALL(sched_getaffinity),
    CALL(mincore),
    CALL(getuid),
    CALL(geteuid),
    CALL(getgid),
    CALL(getegid),
    CALL(sigaltstack),
};

/* A line's control requests. */
static const int keep_device[] = {CALL(ioctl)};

/* The end a frame sets itself. */
static const int keep_alarm[] = {CALL(setitimer)};

/* New descriptors of the harmless kinds. */
static const int keep_descriptors[] = {
    CALL(epoll_create1),
    CALL(timerfd_create),
    CALL(fcntl),
};

/* Sockets, threads for the resolver, files to read. */
static const int keep_network[] = {
    CALL(socket),        CALL(socketpair),
    CALL(connect),       CALL(bind),
    CALL(getsockname),   CALL(getpeername),
    CALL(getsockopt),    CALL(setsockopt),
    CALL(sendmmsg),      CALL(recvmmsg),
    CALL(ioctl),         CALL(pipe2),
    CALL(eventfd2),      CALL(signalfd4),
    CALL(dup),           CALL(dup3),
    CALL(stat),          CALL(lstat),
    CALL(newfstatat),    CALL(statx),
    CALL(access),        CALL(faccessat),
    CALL(faccessat2),    CALL(readlink),
    CALL(readlinkat),    CALL(getdents64),
    CALL(pread64),       CALL(statfs),
    CALL(fstatfs),       CALL(getcwd),
    CALL(getppid),       CALL(membarrier),
    CALL(inotify_init1), CALL(inotify_add_watch),
};

/* Fonts that are looked for and read. */
static const int keep_fonts[] = {
    CALL(stat),     CALL(lstat),      CALL(newfstatat), CALL(statx),   CALL(access),
    CALL(faccessat), CALL(faccessat2), CALL(readlink),  CALL(readlinkat), CALL(getdents64),
    CALL(pread64),  CALL(fstatfs),    CALL(statfs),     CALL(getcwd),  CALL(membarrier),
    CALL(fadvise64), CALL(ioctl),
};

/* What an intruder would want next. */
static const int deadly[] = {
    CALL(execve),
    CALL(execveat),
    CALL(fork),
    CALL(vfork),
    CALL(ptrace),
    CALL(process_vm_readv),
    CALL(process_vm_writev),
    CALL(mount),
    CALL(umount2),
    CALL(pivot_root),
    CALL(chroot),
    CALL(bpf),
    CALL(unshare),
    CALL(setns),
    CALL(init_module),
    CALL(finit_module),
    CALL(kexec_load),
    CALL(perf_event_open),
    CALL(keyctl),
    CALL(io_uring_setup),
    CALL(userfaultfd),
    CALL(open_by_handle_at),
};

static const int opens[] = {CALL(open), CALL(openat), CALL(openat2), CALL(creat)};

struct calls {
	const int *call;
	size_t n;
};
#define CALLS(list)                                                                                \
	{                                                                                          \
		list, sizeof(list) / sizeof(list[0])                                               \
	}

static const struct keeps {
	const char *name;
	bool filtered;
	uint32_t otherwise; /* what a call that is not kept does */
	bool network;       /* threads, files to read */
	bool closed; /* no new descriptors, and control requests to cameras and keyboards only */
	uint64_t memory_max; /* address space; 0: as much as there is */
	struct calls kept[3];
} table[] = {
    /* Two 8192-pixel pictures, a folder of picture files, and zbar's own. */
    [SANDBOX_SCANNER] = {"kiosk-scanner",
                         true,
                         SCMP_ACT_KILL_PROCESS,
                         false,
                         true,
                         512ULL * MIB,
                         {CALLS(keep_basic), CALLS(keep_alarm)}},
    [SANDBOX_MODEM] = {"kiosk-modem",
                       true,
                       SCMP_ACT_KILL_PROCESS,
                       false,
                       false,
                       256ULL * MIB,
                       {CALLS(keep_basic), CALLS(keep_descriptors), CALLS(keep_device)}},
    /* Each thread of the resolver maps a stack and an arena: address space, not memory. */
    [SANDBOX_UPLINK] = {"kiosk-uplink",
                        true,
                        SCMP_ACT_ERRNO(EPERM),
                        true,
                        false,
                        2048ULL * MIB,
                        {CALLS(keep_basic), CALLS(keep_descriptors), CALLS(keep_network)}},
    [SANDBOX_SCREEN] = {"kiosk-screen",
                        true,
                        SCMP_ACT_ERRNO(EPERM),
                        true,
                        false,
                        1024ULL * MIB,
                        {CALLS(keep_basic), CALLS(keep_descriptors), CALLS(keep_fonts)}},
    [SANDBOX_KIOSKD] = {"kioskd", false, 0, false, false, 0, {{NULL, 0}}},
};

/* --- another user, limits --- */

/* Only where it was started as root and the machine has the user. */
static int leave_root(void)
{
	const struct passwd *user;

	if (geteuid() != 0)
		return 0;
	user = getpwnam(USER_NAME);
	if (!user)
		return 0;
	if (setgroups(0, NULL) < 0 || setresgid(user->pw_gid, user->pw_gid, user->pw_gid) < 0 ||
	    setresuid(user->pw_uid, user->pw_uid, user->pw_uid) < 0)
		return -errno;
	return 0;
}

static int limit(int what, uint64_t most)
{
	struct rlimit limit;

	if (getrlimit((__rlimit_resource_t)what, &limit) < 0)
		return -errno;
	if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < most)
		most = limit.rlim_max;
	limit.rlim_cur = limit.rlim_max = most;
	return setrlimit((__rlimit_resource_t)what, &limit) < 0 ? -errno : 0;
}

/* --- the filter --- */

static int add_calls(scmp_filter_ctx filter, uint32_t action, const int *call, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int r;

		/* Negative: this machine's kind has no such call. */
		if (call[i] < 0)
			continue;
		r = seccomp_rule_add(filter, action, call[i], 0);
		if (r < 0)
			return r;
	}
	return 0;
}

static int no_new_code(scmp_filter_ctx filter)
{
	int r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(mmap), 1,
	                         SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));

	if (r == 0 && CALL(mmap2) >= 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(mmap2), 1,
		                     SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(mprotect), 1,
		                     SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	return r;
}

/* Files to read, and threads; clone3's flags lie in memory no filter sees, so the C library is sent
 * back to clone. */
static int add_network(scmp_filter_ctx filter)
{
	const unsigned writes = O_ACCMODE | O_CREAT | O_TRUNC;
	int r = 0;

	if (CALL(open) >= 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(open), 1,
		                     SCMP_A1(SCMP_CMP_MASKED_EQ, writes, O_RDONLY));
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(openat), 1,
		                     SCMP_A2(SCMP_CMP_MASKED_EQ, writes, O_RDONLY));
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(clone), 1,
		                     SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), CALL(clone3), 0);
	return r;
}

/*
 * Control requests by their kind's letter: 'V' videodev2.h, 'E' input.h. A terminal's are not among
 * them, for standard error may be one, and TIOCSTI types on it. fcntl(2) asks and sets flags, and
 * makes no copies.
 */
static int add_closed(scmp_filter_ctx filter)
{
	static const unsigned letter[] = {'V', 'E'};
	static const unsigned command[] = {F_GETFD, F_GETFL, F_SETFL};
	int r = 0;

	for (size_t i = 0; i < sizeof(letter) / sizeof(letter[0]) && r == 0; i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(ioctl), 1,
		                     SCMP_A1(SCMP_CMP_MASKED_EQ, 0xff00, letter[i] << 8));
	for (size_t i = 0; i < sizeof(command) / sizeof(command[0]) && r == 0; i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(fcntl), 1,
		                     SCMP_A1(SCMP_CMP_EQ, command[i], 0));
	return r;
}

/* Of its own limits; setting them is not asked for anywhere. */
static int ask_limits(scmp_filter_ctx filter)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(prlimit64), 1,
	                        SCMP_A2(SCMP_CMP_EQ, 0, 0));
}

static int enter_filter(const struct keeps *keeps)
{
	scmp_filter_ctx filter = seccomp_init(keeps->otherwise);
	int r = 0;

	if (!filter)
		return -ENOMEM;
	for (size_t i = 0; i < sizeof(keeps->kept) / sizeof(keeps->kept[0]) && r == 0; i++)
		r = add_calls(filter, SCMP_ACT_ALLOW, keeps->kept[i].call, keeps->kept[i].n);
	if (r == 0)
		r = no_new_code(filter);
	if (r == 0)
		r = ask_limits(filter);
	if (r == 0 && keeps->closed)
		r = add_closed(filter);
	if (r == 0 && keeps->network)
		r = add_network(filter);
	else if (r == 0)
		r = add_calls(filter, SCMP_ACT_ERRNO(EPERM), opens,
		              sizeof(opens) / sizeof(opens[0]));
	if (r == 0 && keeps->otherwise != SCMP_ACT_KILL_PROCESS)
		r = add_calls(filter, SCMP_ACT_KILL_PROCESS, deadly,
		              sizeof(deadly) / sizeof(deadly[0]));
	if (r == 0)
		r = seccomp_load(filter);
	seccomp_release(filter);
	return r;
}

/* --- which files --- */

/* The resolver's and the certificate store's places; one that is not there is no loss. Landlock:
 * Linux 5.13. */
static int read_only_places(void)
{
	static const char *const place[] = {
	    "/etc",
	    "/usr/share",
	    "/usr/lib",
	    "/var/cache/fontconfig",
	    "/usr/local/share",
	    "/lib",
	    "/run/systemd/resolve",
	    "/run/resolvconf",
	    "/run/NetworkManager",
	    "/sys/class/net",
	    "/proc",
	};
	const uint64_t reads = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
	struct landlock_ruleset_attr rules = {
	    .handled_access_fs = reads | LANDLOCK_ACCESS_FS_EXECUTE |
	                         LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
	                         LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
	                         LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_SYM,
	};
	long fd = syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
	int r = 0;

	if (fd < 0)
		return -errno;
	for (size_t i = 0; i < sizeof(place) / sizeof(place[0]); i++) {
		struct landlock_path_beneath_attr beneath = {.allowed_access = reads};

		beneath.parent_fd = open(place[i], O_PATH | O_CLOEXEC);
		if (beneath.parent_fd < 0)
			continue;
		if (syscall(SYS_landlock_add_rule, fd, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) < 0)
			r = -errno;
		close(beneath.parent_fd);
	}
	if (r == 0 && syscall(SYS_landlock_restrict_self, fd, 0) < 0)
		r = -errno;
	close((int)fd);
	return r;
}

static void tell_missing(const struct keeps *keeps, const char *what, int error)
{
	log_warning("%s runs without %s: %s", keeps->name, what, strerror(-error));
}

/* No core files: the limit is for files, the attribute also for a program that cores are piped to
 * (core(5)). */
static int leave_no_core(void)
{
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return -errno;
	return limit(RLIMIT_CORE, 0);
}

int sandbox_enter(enum sandbox_program program)
{
	const struct keeps *keeps = &table[program];
	int r;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	if (!keeps->filtered)
		return leave_no_core();
	r = leave_root();
	/* After it, for another user id brings the system's default back. */
	if (r == 0)
		r = leave_no_core();
	if (r < 0)
		return r;
	if (SANITIZED) {
		log_info("%s is built with a sanitizer, which needs more than a filter and limits "
		         "would leave it: there are none",
		         keeps->name);
		return 0;
	}
	r = limit(RLIMIT_AS, keeps->memory_max);
	if (r < 0)
		tell_missing(keeps, "a memory limit", r);
	/* As many as one poll(2) may wait for: those that are open stay, none is added. */
	if (keeps->closed) {
		r = limit(RLIMIT_NOFILE, CLOSED_DESCRIPTORS_MAX);
		if (r < 0)
			tell_missing(keeps, "an end to new descriptors", r);
	}
	if (keeps->network) {
		r = read_only_places();
		if (r < 0)
			tell_missing(keeps, "a list of the folders it may read (Landlock)", r);
	}
	r = enter_filter(keeps);
	/* Filters may be absent from a kernel: said, and the rest holds. */
	if (r == -EINVAL || r == -ENOSYS || r == -EFAULT || r == -ECANCELED || r == -EOPNOTSUPP) {
		tell_missing(keeps, "a filter of system calls", r);
		return 0;
	}
	return r;
}
