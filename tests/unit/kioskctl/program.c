/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "program.h"

enum { FILE_BYTES_MAX = 64 << 20, RUN_MS_MAX = 60000 };

void program_init(struct program *program)
{
	const char *parent = getenv("TMPDIR");

	(void)snprintf(program->folder, sizeof(program->folder), "%s/kiosk ctl-XXXXXX",
	               parent != NULL ? parent : "/tmp");
	assert_non_null(mkdtemp(program->folder));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void program_deinit(struct program *program)
{
	(void)nftw(program->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void become(const struct program *program, const char *const *words)
{
	char *argv[PROGRAM_WORDS_MAX + 2];
	size_t n = 0;

	argv[n++] = strdup("kioskctl");
	for (; words[n - 1] != NULL && n <= PROGRAM_WORDS_MAX; n++)
		argv[n] = strdup(words[n - 1]);
	argv[n] = NULL;
	if (chdir(program->folder) == 0)
		(void)execv(KIOSKCTL, argv);
	_exit(126);
}

/* Reads both until their ends. */
static void gather(struct program *program, int out_fd, int err_fd)
{
	struct pollfd fd[2] = {{.fd = out_fd, .events = POLLIN}, {.fd = err_fd, .events = POLLIN}};
	char *const into[2] = {program->out, program->err};
	size_t len[2] = {0, 0};

	while (fd[0].fd >= 0 || fd[1].fd >= 0) {
		assert_true(poll(fd, 2, RUN_MS_MAX) > 0);
		for (int i = 0; i < 2; i++) {
			ssize_t n;

			if (fd[i].fd < 0 || fd[i].revents == 0)
				continue;
			n = read(fd[i].fd, into[i] + len[i], OUTPUT_BYTES_MAX - 1 - len[i]);
			if (n > 0) {
				len[i] += (size_t)n;
				continue;
			}
			/* A terminal whose other end has closed says EIO. */
			(void)close(fd[i].fd);
			fd[i].fd = -1;
		}
	}
	program->out[len[0]] = '\0';
	program->err[len[1]] = '\0';
}

static int finish(struct program *program, pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	program->status = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
	return program->status;
}

int program_run(struct program *program, const char *const *words)
{
	int out[2], err[2];
	pid_t pid;

	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	assert_int_equal(pipe2(err, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		const int nothing = open("/dev/null", O_RDONLY);

		(void)dup2(nothing, 0);
		(void)dup2(out[1], 1);
		(void)dup2(err[1], 2);
		become(program, words);
	}
	(void)close(out[1]);
	(void)close(err[1]);
	gather(program, out[0], err[0]);
	return finish(program, pid);
}

int program_run_tty(struct program *program, const char *input, const char *const *words)
{
	int terminal;
	pid_t pid = forkpty(&terminal, NULL, NULL, NULL);

	assert_true(pid >= 0);
	if (pid == 0)
		become(program, words);
	assert_int_equal(write(terminal, input, strlen(input)), (ssize_t)strlen(input));
	gather(program, terminal, -1);
	return finish(program, pid);
}

const char *program_path(const struct program *program, const char *name)
{
	enum { N = 8 };
	static char path[N][2 * PATH_BYTES];
	static unsigned int next;
	char *const ret = path[next++ % N];

	(void)snprintf(ret, sizeof(path[0]), "%s/%s", program->folder, name);
	return ret;
}

void program_make_hub(struct program *program)
{
	assert_int_equal(RUN(program, "network", "new", "--name", "Civic Network", "--collector",
	                     "http://127.0.0.1:8080", "--out", "net"),
	                 0);
	assert_int_equal(RUN(program, "hub", "new", "--network", "net", "--id", "12", "--level",
	                     "local", "--region", "US-KY", "--name", "Bluegrass Hub",
	                     "--valid-days", "3650", "--out", "hub"),
	                 0);
}

static void program_make_event(struct program *program)
{
	const time_t now = time(NULL);
	char start[40];
	struct tm tm;

	assert_non_null(gmtime_r(&now, &tm));
	assert_true(strftime(start, sizeof(start), "%Y-%m-%dT%H:%MZ", &tm) > 0);
	assert_int_equal(
	    RUN(program, "event", "new", "--hub", "hub", "--name", "en=River Night", "--name",
	        "es=Noche del Río", "--project", "1:RIVER,RIO:en=River cleanup:es=Limpieza del río",
	        "--project", "2:TREES:en=Street trees:es=Árboles", "--project",
	        "7:LIBRARY:en=Library hours: all year:es=Biblioteca", "--default", "2", "--start",
	        start, "--length", "3h", "--place", "Elm Street 100", "--out", "event"),
	    0);
	assert_string_equal(program->err, "");
}

uint8_t *read_file(const char *path, size_t *ret_len)
{
	uint8_t *data;

	if (file_read(path, FILE_BYTES_MAX, &data, ret_len) < 0)
		fail_msg("%s cannot be read", path);
	return data;
}

char *read_line(const char *path, unsigned int number)
{
	size_t len;
	char *text = (char *)read_file(path, &len), *line = text, *ret;

	while (number-- > 0) {
		line = strchr(line, '\n');
		assert_non_null(line);
		line++;
	}
	ret = strndup(line, strcspn(line, "\n"));
	free(text);
	return ret;
}

int program_setup(void **state)
{
	struct program *program = calloc(1, sizeof(*program));

	assert_non_null(program);
	program_init(program);
	*state = program;
	return 0;
}

int program_setup_event(void **state)
{
	(void)program_setup(state);
	program_make_hub(*state);
	program_make_event(*state);
	return 0;
}

int program_teardown(void **state)
{
	program_deinit(*state);
	free(*state);
	return 0;
}
