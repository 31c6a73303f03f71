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
#include <linux/capability.h>
#include <linux/input.h>
#include <linux/landlock.h>
#include <linux/netlink.h>
#include <linux/videodev2.h>
#include <pwd.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include "log.h"
#include "sandbox.h"
#include "sanitized.h"

enum {
	MIB = 1024 * 1024,
	CLOSED_DESCRIPTORS_MAX = 2,
	SOCKET_TYPE = 0xf, /* without its flags */
};
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

/* The end a frame sets itself. */
static const int keep_alarm[] = {CALL(setitimer)};

/* Sockets that are open; new descriptors of the harmless kinds. */
static const int keep_sockets[] = {
    CALL(connect),    CALL(getsockname),   CALL(getpeername),    CALL(getsockopt),
    CALL(setsockopt), CALL(epoll_create1), CALL(timerfd_create), CALL(eventfd2),
    CALL(signalfd4),  CALL(getppid),       CALL(membarrier),
};

/* What a resolver reads. */
static const int keep_resolver[] = {
    CALL(sendmmsg), CALL(recvmmsg),      CALL(pipe2),
    CALL(dup),      CALL(dup3),          CALL(stat),
    CALL(lstat),    CALL(newfstatat),    CALL(statx),
    CALL(access),   CALL(faccessat),     CALL(faccessat2),
    CALL(readlink), CALL(readlinkat),    CALL(getdents64),
    CALL(pread64),  CALL(statfs),        CALL(fstatfs),
    CALL(getcwd),   CALL(inotify_init1), CALL(inotify_add_watch),
};

/* SQLite's files, in the folders that are left; callers. */
static const int keep_database[] = {
    CALL(memfd_create), CALL(sendfile),   CALL(accept4),   CALL(open),      CALL(openat),
    CALL(pread64),      CALL(pwrite64),   CALL(fsync),     CALL(fdatasync), CALL(ftruncate),
    CALL(fallocate),    CALL(unlink),     CALL(unlinkat),  CALL(stat),      CALL(lstat),
    CALL(newfstatat),   CALL(statx),      CALL(access),    CALL(faccessat), CALL(faccessat2),
    CALL(readlink),     CALL(readlinkat), CALL(getcwd),    CALL(statfs),    CALL(fstatfs),
    CALL(fchmod),       CALL(fchown),     CALL(utimensat),
};

/* Fonts that are looked for and read. */
static const int keep_fonts[] = {
    CALL(stat),      CALL(lstat),         CALL(newfstatat),     CALL(statx),      CALL(access),
    CALL(faccessat), CALL(faccessat2),    CALL(readlink),       CALL(readlinkat), CALL(getdents64),
    CALL(pread64),   CALL(fstatfs),       CALL(statfs),         CALL(getcwd),     CALL(membarrier),
    CALL(fadvise64), CALL(epoll_create1), CALL(timerfd_create),
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
    CALL(process_madvise),
    CALL(pidfd_send_signal),
    CALL(pidfd_getfd),
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

/* An argument of a call: what is left of it by the mask is this. */
struct argument {
	uint32_t mask, value;
};
struct arguments {
	const struct argument *argument;
	size_t n;
};
#define WHOLE 0xffffffffU
#define ARGUMENTS(list)                                                                            \
	{                                                                                          \
		list, sizeof(list) / sizeof(list[0])                                               \
	}

/* What is asked of a camera while it streams, and at its end; of a keyboard whose queue ran over.
 * Without the size, which is the reader's. */
#define ANY_SIZE 0xc000ffffU
static const struct argument device_requests[] = {
    {WHOLE, VIDIOC_QBUF},         {WHOLE, VIDIOC_DQBUF},
    {WHOLE, VIDIOC_STREAMOFF},    {ANY_SIZE, EVIOCGKEY(0)},
    {ANY_SIZE, EVIOCGLED(0)},     {ANY_SIZE, EVIOCGSW(0)},
    {ANY_SIZE, EVIOCGMTSLOTS(0)}, {0xc000ffc0U, EVIOCGABS(0) & 0xc000ffc0U},
    {WHOLE, EVIOCGRAB},
};
/* Of a display, by their kind's letter (drm.h). */
static const struct argument display_requests[] = {{0xff00, 'd' << 8}, {WHOLE, TCGETS}};
/* The C library asks whether a stream is a terminal. */
static const struct argument stream_requests[] = {
    {WHOLE, TCGETS}, {WHOLE, FIONREAD}, {WHOLE, FIONBIO}};

/* fcntl(2) asks and sets flags. Nothing of whom a descriptor signals. */
static const struct argument flag_commands[] = {
    {WHOLE, F_GETFD}, {WHOLE, F_GETFL}, {WHOLE, F_SETFL}};
static const struct argument copy_commands[] = {{WHOLE, F_GETFD},
                                                {WHOLE, F_GETFL},
                                                {WHOLE, F_SETFL},
                                                {WHOLE, F_SETFD},
                                                {WHOLE, F_DUPFD_CLOEXEC}};
static const struct argument lock_commands[] = {
    {WHOLE, F_GETFD}, {WHOLE, F_GETFL},         {WHOLE, F_SETFL},
    {WHOLE, F_SETFD}, {WHOLE, F_DUPFD_CLOEXEC}, {WHOLE, F_GETLK},
    {WHOLE, F_SETLK}, {WHOLE, F_SETLKW},        {WHOLE, F_OFD_SETLK}};

static const struct keeps {
	const char *name;
	bool filtered, leaves_root;
	uint32_t otherwise; /* what a call that is not kept does */
	bool threads;
	bool network;        /* connections to other machines, and none on this one */
	bool reads;          /* files of the system */
	bool resolver;       /* the kernel's list of addresses */
	bool database;       /* files, in the folder given */
	bool notifies;       /* systemd, over a datagram socket */
	bool closed;         /* no new descriptors */
	uint64_t memory_max; /* address space; 0: as much as there is */
	struct calls kept[4];
	struct arguments requests, commands; /* of ioctl(2), fcntl(2) */
} table[] = {
    /* Two 8192-pixel pictures, a folder of picture files, and zbar's own. */
    [SANDBOX_SCANNER] = {.name = "kiosk-scanner",
                         .filtered = true,
                         .leaves_root = true,
                         .otherwise = SCMP_ACT_KILL_PROCESS,
                         .closed = true,
                         .memory_max = 512ULL * MIB,
                         .kept = {CALLS(keep_basic), CALLS(keep_alarm)},
                         .requests = ARGUMENTS(device_requests),
                         .commands = ARGUMENTS(flag_commands)},
    [SANDBOX_MODEM] = {.name = "kiosk-modem",
                       .filtered = true,
                       .leaves_root = true,
                       .otherwise = SCMP_ACT_KILL_PROCESS,
                       .closed = true,
                       .memory_max = 256ULL * MIB,
                       .kept = {CALLS(keep_basic)},
                       .commands = ARGUMENTS(flag_commands)},
    /* Each thread of the resolver maps a stack and an arena: address space, not memory. */
    [SANDBOX_UPLINK] = {.name = "kiosk-uplink",
                        .filtered = true,
                        .leaves_root = true,
                        .otherwise = SCMP_ACT_ERRNO(EPERM),
                        .threads = true,
                        .network = true,
                        .reads = true,
                        .resolver = true,
                        .memory_max = 2048ULL * MIB,
                        .kept = {CALLS(keep_basic), CALLS(keep_sockets), CALLS(keep_resolver)},
                        .requests = ARGUMENTS(stream_requests),
                        .commands = ARGUMENTS(copy_commands)},
    [SANDBOX_SCREEN] = {.name = "kiosk-screen",
                        .filtered = true,
                        .leaves_root = true,
                        .otherwise = SCMP_ACT_ERRNO(EPERM),
                        .threads = true,
                        .reads = true,
                        .memory_max = 1024ULL * MIB,
                        .kept = {CALLS(keep_basic), CALLS(keep_fonts)},
                        .requests = ARGUMENTS(display_requests),
                        .commands = ARGUMENTS(copy_commands)},
    [SANDBOX_COLLECTORD] = {.name = "collectord",
                            .filtered = true,
                            .otherwise = SCMP_ACT_ERRNO(EPERM),
                            .threads = true,
                            .network = true,
                            .database = true,
                            .notifies = true,
                            .kept = {CALLS(keep_basic), CALLS(keep_sockets), CALLS(keep_database)},
                            .requests = ARGUMENTS(stream_requests),
                            .commands = ARGUMENTS(lock_commands)},
    [SANDBOX_KIOSKD] = {.name = "kioskd"},
};

/* --- another user, limits --- */

bool sandbox_stays_root(void)
{
	return geteuid() == 0 && !getpwnam(USER_NAME);
}

/* Only where it was started as root and the machine has the user. */
static int leave_root(const struct keeps *keeps)
{
	const struct passwd *user;

	if (geteuid() != 0)
		return 0;
	user = getpwnam(USER_NAME);
	if (!user) {
		log_warning("%s stays root, without any of its powers: this machine has no user "
		            "\"" USER_NAME "\"",
		            keeps->name);
		return 0;
	}
	if (setgroups(0, NULL) < 0 || setresgid(user->pw_gid, user->pw_gid, user->pw_gid) < 0 ||
	    setresuid(user->pw_uid, user->pw_uid, user->pw_uid) < 0)
		return -errno;
	return 0;
}

/* Whoever it runs as: root without them is a user that owns root's files. The bounding set goes
 * where it may; with no new privileges nothing comes back from it anyway. */
static int drop_capabilities(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
	struct __user_cap_data_struct now[_LINUX_CAPABILITY_U32S_3] = {{0}};

	for (unsigned long i = 0; i < 64 && prctl(PR_CAPBSET_DROP, i, 0, 0, 0) == 0; i++)
		;
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	/* One that has none need not ask, and a service's own filter may refuse the question. */
	if (syscall(SYS_capget, &head, now) == 0 && memcmp(now, none, sizeof(none)) == 0)
		return 0;
	return syscall(SYS_capset, &head, none) < 0 ? -errno : 0;
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

static int allow_2(scmp_filter_ctx filter, int call, struct scmp_arg_cmp first,
                   struct scmp_arg_cmp second)
{
	const struct scmp_arg_cmp both[] = {first, second};

	return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 2, both);
}

/* Files, to read only. */
static int add_reading(scmp_filter_ctx filter)
{
	const unsigned writes = O_ACCMODE | O_CREAT | O_TRUNC;
	int r = 0;

	if (CALL(open) >= 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(open), 1,
		                     SCMP_A1(SCMP_CMP_MASKED_EQ, writes, O_RDONLY));
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(openat), 1,
		                     SCMP_A2(SCMP_CMP_MASKED_EQ, writes, O_RDONLY));
	return r;
}

/* Of the kernel's sockets the one that getifaddrs(3) lists addresses with; what it binds is of that
 * kind by its length: names of IPv4 and IPv6 are longer. */
static int add_resolver(scmp_filter_ctx filter)
{
	int r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(socket), 3,
	                         SCMP_A0(SCMP_CMP_EQ, AF_NETLINK, 0),
	                         SCMP_A1(SCMP_CMP_MASKED_EQ, SOCKET_TYPE, SOCK_RAW),
	                         SCMP_A2(SCMP_CMP_EQ, NETLINK_ROUTE, 0));

	return r != 0 ? r
	              : seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(bind), 1,
	                                 SCMP_A2(SCMP_CMP_EQ, sizeof(struct sockaddr_nl), 0));
}

/* clone3's flags lie in memory no filter sees, so the C library is sent back to clone. */
static int add_threads(scmp_filter_ctx filter)
{
	int r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(clone), 1,
	                         SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));

	return r != 0 ? r : seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), CALL(clone3), 0);
}

/*
 * Sockets of IPv4 and IPv6, streams and datagrams: not of this machine's own programs (AF_UNIX:
 * kioskd's control socket is one), nor of the machine beneath (AF_VSOCK). A pair of streams is
 * connected already, and to nobody else.
 */
static int add_network(scmp_filter_ctx filter)
{
	static const unsigned family[] = {AF_INET, AF_INET6}, type[] = {SOCK_STREAM, SOCK_DGRAM};
	int r = 0;

	for (size_t i = 0; i < 4 && r == 0; i++)
		r = allow_2(filter, CALL(socket), SCMP_A0(SCMP_CMP_EQ, family[i / 2], 0),
		            SCMP_A1(SCMP_CMP_MASKED_EQ, SOCKET_TYPE, type[i % 2]));
	if (r == 0)
		r = allow_2(filter, CALL(socketpair), SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0),
		            SCMP_A1(SCMP_CMP_MASKED_EQ, SOCKET_TYPE, SOCK_STREAM));
	return r;
}

/* systemd is notified of what this program does by datagrams. */
static int add_notices(scmp_filter_ctx filter)
{
	return allow_2(filter, CALL(socket), SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0),
	               SCMP_A1(SCMP_CMP_MASKED_EQ, SOCKET_TYPE, SOCK_DGRAM));
}

static int allow_arguments(scmp_filter_ctx filter, int call, const struct arguments *allowed)
{
	int r = 0;

	for (size_t i = 0; i < allowed->n && r == 0; i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1,
		                     SCMP_A1(SCMP_CMP_MASKED_EQ, allowed->argument[i].mask,
		                             allowed->argument[i].value));
	return r;
}

/* Of itself: its limits, which are asked for and never set; signals, which abort(3) sends. */
static int add_self(scmp_filter_ctx filter)
{
	int r = allow_2(filter, CALL(prlimit64), SCMP_A0(SCMP_CMP_EQ, 0, 0),
	                SCMP_A2(SCMP_CMP_EQ, 0, 0));

	return r != 0 ? r
	              : seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(tgkill), 1,
	                                 SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0));
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
		r = add_self(filter);
	if (r == 0)
		r = allow_arguments(filter, CALL(ioctl), &keeps->requests);
	if (r == 0)
		r = allow_arguments(filter, CALL(fcntl), &keeps->commands);
	if (r == 0 && keeps->threads)
		r = add_threads(filter);
	if (r == 0 && keeps->network)
		r = add_network(filter);
	if (r == 0 && keeps->notifies)
		r = add_notices(filter);
	if (r == 0 && keeps->resolver)
		r = add_resolver(filter);
	if (r == 0 && keeps->reads)
		r = add_reading(filter);
	else if (r == 0 && !keeps->database)
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

/*
 * Landlock as this kernel has it (landlock(7); the headers of the C library may be older). What
 * nothing below allows is refused: files, TCP ports to listen on, sockets without a name in the file
 * system and signals to whoever is outside.
 */
enum { LANDLOCK_NET_SINCE = 4, LANDLOCK_SCOPES_SINCE = 6 };
struct landlock_all {
	uint64_t files, net, scoped;
};
#define LANDLOCK_BIND_TCP   (1ULL << 0)
#define LANDLOCK_ALL_SCOPES 3ULL /* abstract Unix sockets, signals */
#define READ_FILES          (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define TRUNCATE_FILES      (1ULL << 14)
#define WRITE_FILES                                                                                \
	(READ_FILES | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |                \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE | TRUNCATE_FILES)

/* Every right to files that a version of Landlock knows. */
static uint64_t file_rights(long version)
{
	static const unsigned rights[] = {13, 14, 15, 15, 16};
	const size_t last = sizeof(rights) / sizeof(rights[0]) - 1;
	const size_t i = (size_t)version - 1;

	return (1ULL << rights[i < last ? i : last]) - 1;
}

/* One that is not there is no loss. */
static int allow_place(int rules, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr beneath = {.allowed_access = rights};
	int r = 0;

	beneath.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (beneath.parent_fd < 0)
		return 0;
	if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) < 0)
		r = -errno;
	(void)close(beneath.parent_fd);
	return r;
}

/* NULL behind the last place to read; `writes` NULL: none. */
static int keep_places(const char *const *reads, const char *writes, bool notifies)
{
	const long version =
	    syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct landlock_all all = {0};
	int fd, r = 0;

	if (version < 1)
		return version < 0 ? -errno : -ENOSYS;
	all.files = file_rights(version);
	all.net = version >= LANDLOCK_NET_SINCE ? LANDLOCK_BIND_TCP : 0;
	/* systemd's own socket may be one without a name in the file system. */
	all.scoped = version >= LANDLOCK_SCOPES_SINCE && !notifies ? LANDLOCK_ALL_SCOPES : 0;
	fd = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
	if (fd < 0)
		return -errno;
	for (; *reads && r == 0; reads++)
		r = allow_place(fd, *reads, READ_FILES);
	if (r == 0 && writes)
		r = allow_place(fd, writes, WRITE_FILES & all.files);
	if (r == 0 && syscall(SYS_landlock_restrict_self, fd, 0) < 0)
		r = -errno;
	(void)close(fd);
	return r;
}

/* The resolver's, the certificate store's, fonts'. */
static const char *const system_places[] = {
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
    NULL,
};
static const char *const no_places[] = {NULL};

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

static int leave_privileges(const struct keeps *keeps)
{
	int r = 0;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	if (keeps->leaves_root)
		r = leave_root(keeps);
	if (r == 0 && keeps->filtered)
		r = drop_capabilities();
	/* After it, for another user id brings the system's default back. */
	return r < 0 ? r : leave_no_core();
}

static void leave_resources(const struct keeps *keeps, const char *folder)
{
	int r = keeps->memory_max > 0 ? limit(RLIMIT_AS, keeps->memory_max) : 0;

	if (r < 0)
		tell_missing(keeps, "a memory limit", r);
	r = keep_places(keeps->reads ? system_places : no_places, folder, keeps->notifies);
	if (r < 0)
		tell_missing(keeps, "a list of the folders it may use (Landlock)", r);
	/* As many as one poll(2) may wait for: those that are open stay, none is added. */
	r = keeps->closed ? limit(RLIMIT_NOFILE, CLOSED_DESCRIPTORS_MAX) : 0;
	if (r < 0)
		tell_missing(keeps, "an end to new descriptors", r);
}

int sandbox_enter_folder(enum sandbox_program program, const char *folder)
{
	const struct keeps *keeps = &table[program];
	int r = leave_privileges(keeps);

	if (r < 0 || !keeps->filtered)
		return r;
	if (SANITIZED) {
		log_info("%s is built with a sanitizer, which needs more than a filter and limits "
		         "would leave it: there are none",
		         keeps->name);
		return 0;
	}
	leave_resources(keeps, folder);
	r = enter_filter(keeps);
	/* Filters may be absent from a kernel: said, and the rest holds. */
	if (r == -EINVAL || r == -ENOSYS || r == -EFAULT || r == -ECANCELED || r == -EOPNOTSUPP) {
		tell_missing(keeps, "a filter of system calls", r);
		return 0;
	}
	return r;
}

int sandbox_enter(enum sandbox_program program)
{
	return sandbox_enter_folder(program, NULL);
}
