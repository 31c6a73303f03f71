/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crypto.h"
#include "file.h"
#include "hex.h"
#include "program.h"

enum { ARGUMENTS_MAX = 8 };

static void path_in(const struct world *world, const char *name, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", world->folder, name);
}

void program_configure(struct program *program, const struct world *world, const char *listen,
                       const char *more)
{
	struct network network = {.root = ed25519_public(&world->root)};
	char text[1024], hex[65];
	uint8_t octets[512];
	size_t len;

	memset(program, 0, sizeof(*program));
	path_in(world, "collectord.conf", program->config, sizeof(program->config));
	path_in(world, "collector.key", program->key, sizeof(program->key));
	path_in(world, "collector.cert", program->cert, sizeof(program->cert));
	path_in(world, "network.txt", program->network, sizeof(program->network));
	hex_encode(world->collector_key.b, sizeof(world->collector_key.b), hex);
	assert_int_equal(file_write(program->key, hex, 64, 0600), 0);
	assert_int_equal(
	    file_write(program->cert, world->collector_cert, world->collector_cert_len, 0644), 0);
	snprintf(network.name.s, sizeof(network.name.s), "Test network");
	snprintf(network.collector_url.s, sizeof(network.collector_url.s), "http://127.0.0.1:8080");
	assert_int_equal(network_encode(&network, octets, sizeof(octets), &len), 0);
	assert_int_equal(code_encode(CODE_NETWORK, octets, len, text, sizeof(text)), 0);
	assert_int_equal(file_write(program->network, text, strlen(text), 0644), 0);
	snprintf(text, sizeof(text),
	         "[collector]\nlisten = %s\ndatabase = collector.db\nkey = "
	         "collector.key\ncertificate = collector.cert\n"
	         "network = network.txt\n%s",
	         listen, more);
	assert_int_equal(file_write(program->config, text, strlen(text), 0644), 0);
}

void program_start(struct program *program)
{
	int out[2];
	char line[128] = "";
	FILE *stream;

	assert_int_equal(pipe(out), 0);
	program->pid = fork();
	assert_true(program->pid >= 0);
	if (program->pid == 0) {
		/* A test that fails leaves nothing running. */
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)dup2(out[1], STDOUT_FILENO);
		(void)close(out[0]);
		(void)close(out[1]);
		(void)execl(COLLECTORD, "collectord", "--config", program->config, (char *)NULL);
		_exit(127);
	}
	(void)close(out[1]);
	stream = fdopen(out[0], "r");
	assert_non_null(stream);
	assert_non_null(fgets(line, sizeof(line), stream));
	(void)fclose(stream);
	assert_int_equal(sscanf(line, "listening on %63s", program->url), 1);
	assert_int_equal(sscanf(strrchr(program->url, ':'), ":%u", &program->port), 1);
}

void program_stop(struct program *program)
{
	int status;

	assert_int_equal(kill(program->pid, SIGTERM), 0);
	assert_int_equal(waitpid(program->pid, &status, 0), program->pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	program->pid = 0;
}

int program_run(const struct program *program, const char *argument, char *said, size_t size)
{
	return program_run_all(program, (const char *const[]){argument, NULL}, said, size);
}

int program_run_all(const struct program *program, const char *const argument[], char *said,
                    size_t size)
{
	union {
		const char *in[ARGUMENTS_MAX + 4];
		char *out[ARGUMENTS_MAX + 4]; /* not written to */
	} word = {.in = {"collectord", "--config", program->config}};
	int out[2], status;
	size_t len = 0;
	ssize_t n;
	pid_t pid;

	for (size_t i = 0; argument[i] != NULL; i++) {
		assert_true(i < ARGUMENTS_MAX);
		word.in[3 + i] = argument[i];
	}
	assert_int_equal(pipe(out), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)dup2(out[1], STDOUT_FILENO);
		(void)dup2(out[1], STDERR_FILENO);
		(void)close(out[0]);
		(void)close(out[1]);
		(void)execv(COLLECTORD, word.out);
		_exit(127);
	}
	(void)close(out[1]);
	while (len < size - 1 && (n = read(out[0], said + len, size - 1 - len)) > 0)
		len += (size_t)n;
	said[len] = '\0';
	(void)close(out[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

void program_remove_files(const struct program *program)
{
	char mark[160];

	snprintf(mark, sizeof(mark), "%s.database", program->key);
	(void)unlink(mark);
	(void)unlink(program->config);
	(void)unlink(program->key);
	(void)unlink(program->cert);
	(void)unlink(program->network);
}
