/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "programs.h"

enum { ARGUMENTS_MAX = 64, STOP_TIMEOUT_MS = 5000, RUN_TIMEOUT_MS = 60000 };

extern char **environ;

static int ms_left(struct mono_time start, int timeout_ms)
{
	const uint64_t gone_ms = mono_since_us(clock_mono(), start) / 1000;

	return gone_ms >= (uint64_t)timeout_ms ? 0 : timeout_ms - (int)gone_ms;
}

int programs_init(struct programs *programs)
{
	sigset_t set;
	ssize_t n;

	*programs = (struct programs){.signals = -1};
	n = readlink("/proc/self/exe", programs->folder, sizeof(programs->folder) - 1);
	if (n < 0)
		return -errno;
	programs->folder[n] = '\0';
	*strrchr(programs->folder, '/') = '\0';
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return -errno;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	signal(SIGPIPE, SIG_IGN);
	programs->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return programs->signals < 0 ? -errno : 0;
}

void programs_log_to(struct programs *programs, const char *logs)
{
	snprintf(programs->logs, sizeof(programs->logs), "%s", logs);
}

static void reap(struct programs *programs)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (struct program **at = &programs->running; *at; at = &(*at)->next) {
			if ((*at)->pid == pid) {
				(*at)->pid = 0;
				(*at)->status = status;
				*at = (*at)->next;
				break;
			}
		}
		for (int i = 0; i < ORPHANS_MAX; i++) {
			if (programs->orphan[i] == pid)
				programs->orphan[i] = 0;
		}
	}
}

static void read_signals(struct programs *programs)
{
	struct signalfd_siginfo info;

	while (read(programs->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo != SIGCHLD)
			programs->stopped = true;
	}
	reap(programs);
}

int programs_wait(struct programs *programs, int fd, int timeout_ms)
{
	struct pollfd pfd[2] = {{.fd = programs->signals, .events = POLLIN},
	                        {.fd = fd, .events = POLLIN}};

	if (poll(pfd, 2, timeout_ms) < 0)
		return -errno;
	if (pfd[0].revents)
		read_signals(programs);
	if (programs->stopped)
		return -EINTR;
	return pfd[1].revents != 0;
}

static int open_log(const struct programs *programs, const char *name)
{
	char path[PROGRAM_PATH_MAX + 64];

	if (programs->logs[0] == '\0')
		return open("/dev/null", O_WRONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), "%s/%s.log", programs->logs, name);
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int spawn(const char *path, char *const argv[], int out, int log, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, standard;
	int r;

	sigemptyset(&none);
	sigemptyset(&standard);
	sigaddset(&standard, SIGPIPE);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, log, STDERR_FILENO);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
	                                          POSIX_SPAWN_SETPGROUP);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &standard);
	r = posix_spawn(ret_pid, path, &actions, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return -r;
}

int program_start(struct programs *programs, struct program *program, const char *name,
                  const char *const argv[], bool want_output)
{
	char path[PROGRAM_PATH_MAX + 64];
	char *arguments[ARGUMENTS_MAX] = {NULL};
	int pipe_fd[2] = {-1, -1};
	int log, n = 0, r;

	snprintf(path, sizeof(path), "%s/%s", programs->folder, name);
	arguments[n++] = path;
	for (; argv[n - 1]; n++) {
		if (n == ARGUMENTS_MAX - 1)
			return -E2BIG;
		/* posix_spawn() takes them without const for C's sake; it does not change them
		 * (POSIX). */
		memcpy(&arguments[n], &argv[n - 1], sizeof(arguments[n]));
	}
	log = open_log(programs, name);
	if (log < 0)
		return -errno;
	if (want_output && pipe2(pipe_fd, O_CLOEXEC) < 0) {
		r = -errno;
		close(log);
		return r;
	}
	*program = (struct program){.name = name, .out = -1};
	r = spawn(path, arguments, want_output ? pipe_fd[1] : log, log, &program->pid);
	close(log);
	if (want_output)
		close(pipe_fd[1]);
	if (r < 0) {
		if (want_output)
			close(pipe_fd[0]);
		program->pid = 0;
		fprintf(stderr, "kiosk-demo: cannot start %s: %s\n", path, strerror(-r));
		return r;
	}
	program->out = pipe_fd[0];
	program->next = programs->running;
	programs->running = program;
	return 0;
}

int programs_line(struct programs *programs, int fd, char *line, size_t size, int timeout_ms)
{
	const struct mono_time start = clock_mono();
	size_t n = 0;

	while (n + 1 < size) {
		const int left = ms_left(start, timeout_ms);
		int r;

		if (left == 0)
			return -ETIMEDOUT;
		r = programs_wait(programs, fd, left);
		if (r < 0)
			return r;
		if (r == 0)
			continue;
		if (read(fd, &line[n], 1) <= 0)
			return -EPIPE;
		if (line[n] == '\n')
			break;
		n++;
	}
	line[n] = '\0';
	return 0;
}

int program_line(struct programs *programs, struct program *program, char *line, size_t size,
                 int timeout_ms)
{
	return programs_line(programs, program->out, line, size, timeout_ms);
}

/* As program_await_end(), deaf to a person who wants the end: for those who are ending. */
static int await_end(struct programs *programs, const struct program *program, int timeout_ms)
{
	const struct mono_time start = clock_mono();

	while (program->pid != 0) {
		const int left = ms_left(start, timeout_ms);

		if (left == 0)
			return -ETIMEDOUT;
		(void)programs_wait(programs, -1, left);
		reap(programs);
	}
	return 0;
}

int program_await_end(struct programs *programs, struct program *program, int timeout_ms)
{
	const int r = programs->stopped ? -EINTR : await_end(programs, program, timeout_ms);

	return r == 0 && programs->stopped ? -EINTR : r;
}

static void close_output(struct program *program)
{
	if (program->out >= 0)
		close(program->out);
	program->out = -1;
}

int program_stop(struct programs *programs, struct program *program)
{
	int r = 0;

	if (!program->name)
		return 0;
	reap(programs);
	if (program->pid == 0) {
		r = WIFEXITED(program->status) && WEXITSTATUS(program->status) == 0 ? 0 : 1;
	} else {
		kill(program->pid, SIGTERM);
		if (await_end(programs, program, STOP_TIMEOUT_MS) < 0) {
			fprintf(stderr,
			        "kiosk-demo: %s did not end when asked to, and was killed\n",
			        program->name);
			kill(program->pid, SIGKILL);
			(void)await_end(programs, program, STOP_TIMEOUT_MS);
			r = 1;
		} else if (!WIFEXITED(program->status) || WEXITSTATUS(program->status) != 0) {
			r = 1;
		}
	}
	if (r != 0)
		fprintf(stderr, "kiosk-demo: %s ended badly (%s %d)\n", program->name,
		        WIFSIGNALED(program->status) ? "signal" : "exit code",
		        WIFSIGNALED(program->status) ? WTERMSIG(program->status)
		                                     : WEXITSTATUS(program->status));
	close_output(program);
	program->name = NULL;
	return r;
}

static int read_all(struct programs *programs, struct program *program, char *output, size_t size)
{
	const struct mono_time start = clock_mono();
	size_t n = 0;
	char rest[4096];

	for (;;) {
		const int left = ms_left(start, RUN_TIMEOUT_MS);
		const bool full = !output || n + 1 >= size;
		ssize_t got;
		int r;

		if (left == 0)
			return -ETIMEDOUT;
		r = programs_wait(programs, program->out, left);
		if (r < 0)
			return r;
		if (r == 0)
			continue;
		got = read(program->out, full ? rest : &output[n],
		           full ? sizeof(rest) : size - 1 - n);
		if (got <= 0)
			break;
		if (!full)
			n += (size_t)got;
	}
	if (output)
		output[n] = '\0';
	return 0;
}

int program_run(struct programs *programs, const char *name, const char *const argv[], char *output,
                size_t size)
{
	struct program program = {.pid = -1, .out = -1};
	int r = program_start(programs, &program, name, argv, true);

	if (r < 0)
		return r;
	r = read_all(programs, &program, output, size);
	if (r == 0)
		r = await_end(programs, &program, RUN_TIMEOUT_MS);
	if (r < 0) {
		kill(program.pid, SIGKILL);
		(void)await_end(programs, &program, STOP_TIMEOUT_MS);
	}
	close_output(&program);
	if (r < 0)
		return r;
	return WIFEXITED(program.status) ? WEXITSTATUS(program.status)
	                                 : 128 + WTERMSIG(program.status);
}

/* The parent of a process, from proc(5) stat: the fourth field, behind a name in brackets that may
 * hold anything. */
static pid_t parent_of(const char *pid)
{
	char path[64];
	uint8_t *data;
	size_t len;
	pid_t parent = -1;
	const char *bracket;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	if (file_read(path, 65536, &data, &len) < 0)
		return -1;
	bracket = strrchr((const char *)data, ')');
	if (bracket && strlen(bracket) > 4)
		parent = (pid_t)strtol(bracket + 4, NULL, 10);
	free(data);
	return parent;
}

int programs_children(pid_t parent, pid_t *ret, int max)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int n = 0;

	if (!proc)
		return 0;
	while (n < max && (entry = readdir(proc))) {
		if (isdigit((unsigned char)entry->d_name[0]) && parent_of(entry->d_name) == parent)
			ret[n++] = (pid_t)strtol(entry->d_name, NULL, 10);
	}
	closedir(proc);
	return n;
}

static int orphans_left(const struct programs *programs)
{
	int n = 0;

	for (int i = 0; i < ORPHANS_MAX; i++)
		n += programs->orphan[i] != 0;
	return n;
}

int programs_await_orphans(struct programs *programs, const pid_t *pid, int n, int timeout_ms)
{
	const struct mono_time start = clock_mono();

	memset(programs->orphan, 0, sizeof(programs->orphan));
	for (int i = 0; i < n && i < ORPHANS_MAX; i++) {
		/* One that ended and was reaped before this call is no child of ours any more. */
		if (kill(pid[i], 0) == 0)
			programs->orphan[i] = pid[i];
	}
	reap(programs);
	while (orphans_left(programs) > 0 && ms_left(start, timeout_ms) > 0)
		(void)programs_wait(programs, -1, ms_left(start, timeout_ms));
	return orphans_left(programs);
}

int programs_deinit(struct programs *programs)
{
	pid_t left[ORPHANS_MAX];
	int n, killed = 0;

	if (programs->signals < 0)
		return 0;
	while (programs->running)
		(void)program_stop(programs, programs->running);
	/* Helpers end when their socket closes: they get a moment. What stays is killed, and told.
	 */
	n = programs_children(getpid(), left, ORPHANS_MAX);
	(void)programs_await_orphans(programs, left, n, STOP_TIMEOUT_MS);
	while ((n = programs_children(getpid(), left, ORPHANS_MAX)) > 0) {
		for (int i = 0; i < n; i++)
			kill(left[i], SIGKILL);
		killed += n;
		if (programs_await_orphans(programs, left, n, STOP_TIMEOUT_MS) > 0)
			break;
	}
	close(programs->signals);
	programs->signals = -1;
	return killed;
}
