/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "helper_check.h"
#include "remedy.h"
#include "supervisor.h"
#include "text.h"

enum { WORDS_BYTES = 1024, PATH_BYTES = 512, PATIENCE_MS = 3000 };

extern char **environ;

/* Its words go to `fd`; of the rest it gets nothing. */
static int spawn(const char *path, const char *program, const char *const arguments[], int fd,
                 pid_t *ret)
{
	const char *argv[HELPER_ARGUMENTS_MAX + 3] = {program};
	posix_spawn_file_actions_t actions;
	size_t n = 1;
	int r;

	for (size_t i = 0; arguments[i] && i < HELPER_ARGUMENTS_MAX; i++)
		argv[n++] = arguments[i];
	argv[n] = "--check";
	if (posix_spawn_file_actions_init(&actions) != 0)
		return -ENOMEM;
	r = posix_spawn_file_actions_adddup2(&actions, fd, STDERR_FILENO);
	r = r ? r : posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", 0, 0);
	r = r ? r
	      : posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	r = r ? r : posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
	/* execve(2) does not write to its arguments. */
	r = r ? r : posix_spawn(ret, path, &actions, NULL, (char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return -r;
}

/* Until it ends, or says no more for too long. */
static void hear(int fd, char words[WORDS_BYTES])
{
	struct pollfd readable = {.fd = fd, .events = POLLIN};
	size_t len = 0;
	ssize_t n = 1;

	while (n > 0 && len < WORDS_BYTES - 1 && poll(&readable, 1, PATIENCE_MS) == 1) {
		n = read(fd, words + len, WORDS_BYTES - 1 - len);
		if (n > 0)
			len += (size_t)n;
	}
	words[len] = '\0';
}

/* Its first line, without its name in front: "kiosk-modem: error: …". */
static void first_line(const char *program, char *words, char *sentence, size_t size)
{
	static const char error[] = "error: ";
	const size_t name = strlen(program);

	words[strcspn(words, "\n")] = '\0';
	if (words[0] == '<' && words[1] != '\0' && words[2] == '>')
		words += 3; /* a level, for the journal */
	if (strncmp(words, program, name) == 0 && strncmp(words + name, ": ", 2) == 0)
		words += name + 2;
	if (strncmp(words, error, sizeof(error) - 1) == 0)
		words += sizeof(error) - 1;
	text_copy(sentence, size, words);
}

int helper_check(const char *folder, const char *program, const char *const arguments[],
                 char *sentence, size_t size)
{
	char path[PATH_BYTES], words[WORDS_BYTES] = "";
	int end[2] = {-1, -1}, status = 0;
	pid_t pid = 0;
	int r = file_path(folder, program, path, sizeof(path));

	if (r == 0 && pipe2(end, O_CLOEXEC) < 0)
		r = -errno;
	if (r == 0)
		r = spawn(path, program, arguments, end[1], &pid);
	if (end[1] >= 0)
		close(end[1]);
	if (r == 0) {
		hear(end[0], words);
		/* One that has not ended by now is no program that knows --check. */
		(void)kill(pid, SIGKILL);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		r = WIFEXITED(status) ? WEXITSTATUS(status) : -ECHILD;
		first_line(program, words, sentence, size);
	} else {
		remedy(-r, path, words, sizeof(words));
		text_format(sentence, size, "%s cannot be started from %s: %s.", program, folder,
		            words);
	}
	if (end[0] >= 0)
		close(end[0]);
	return r;
}
