/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The programs of a demonstration: started from the folder this one is in, each in a process group
 * of its own, with its messages in a log file; watched, stopped, and none left behind. Also the one
 * place where the demonstration waits: for a descriptor, a child's end, a person's Ctrl-C or a
 * deadline. Touches processes and their log files.
 */
#ifndef KIOSK_DEMO_PROGRAMS_H
#define KIOSK_DEMO_PROGRAMS_H

#include <sys/types.h>

#include <kiosk/types.h>

enum { ORPHANS_MAX = 8, PROGRAM_PATH_MAX = 4096 };

struct program {
	const char *name; /* NULL: never started */
	pid_t pid;        /* 0: not running */
	int out;          /* its standard output; -1: goes to the log */
	int status;       /* as waitpid(2), once ended */
	struct program *next;
};

struct programs {
	int signals;  /* signalfd(2): SIGCHLD, SIGINT, SIGTERM, SIGHUP */
	bool stopped; /* somebody asked for the end */
	char folder[PROGRAM_PATH_MAX], logs[PROGRAM_PATH_MAX];
	struct program *running;
	/* Processes that lost their parent and became ours: pids to be reaped, zeroed when they
	 * were. */
	pid_t orphan[ORPHANS_MAX];
};

/* Takes over the signals, and whatever loses its parent below us (PR_SET_CHILD_SUBREAPER). 0 or
 * -errno. */
int programs_init(struct programs *programs);
/* Where standard error goes: LOGS/NAME.log, appended. */
void programs_log_to(struct programs *programs, const char *logs);
/* Ends all that is still there, the last started first; tells how many had to be killed. NULL-safe,
 * idempotent. */
int programs_deinit(struct programs *programs);

/* `argv` without the program's name, NULL-terminated. With `want_output` standard output can be
 * read. 0 or -errno. */
int program_start(struct programs *programs, struct program *program, const char *name,
                  const char *const argv[], bool want_output);
/* The next line of its standard output, without the newline. 0, -ETIMEDOUT, -EPIPE: it ended first,
 * -EINTR. */
int program_line(struct programs *programs, struct program *program, char *line, size_t size,
                 int timeout_ms);
/* SIGTERM, then SIGKILL after five seconds. 0: ended by itself with exit code 0; else 1 with a
 * sentence printed. */
int program_stop(struct programs *programs, struct program *program);
/* Waits for its end. 0, -ETIMEDOUT or -EINTR. */
int program_await_end(struct programs *programs, struct program *program, int timeout_ms);

/*
 * Runs a program to its end; its standard output, cut to `size`, goes to `output` (optional).
 * Its exit code; 128 + signal; -ETIMEDOUT after a minute (it was killed), -EINTR, -errno.
 */
int program_run(struct programs *programs, const char *name, const char *const argv[], char *output,
                size_t size);

/* The children of a process, at most `max`; how many there are. */
int programs_children(pid_t parent, pid_t *ret, int max);
/* Waits until these former children of a killed program have ended by themselves. How many have
 * not. */
int programs_await_orphans(struct programs *programs, const pid_t *pid, int n, int timeout_ms);

/*
 * Waits until `fd` (-1: none) is readable, a child ended or `timeout_ms` passed.
 * 1 readable, 0 something else, -EINTR: a person wants the end.
 */
int programs_wait(struct programs *programs, int fd, int timeout_ms);
/* The next line there, without the newline. 0, -ETIMEDOUT, -EPIPE: no more comes, -EINTR. */
int programs_line(struct programs *programs, int fd, char *line, size_t size, int timeout_ms);

#endif
