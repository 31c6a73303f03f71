/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What readers of the totals cost the kiosks that post: 30,000 openings are stored; then rounds of
 * posts alone and rounds with a public and a team reader beside them, who ask again as soon as they
 * have an answer; then 200 who ask and do not read, and the most memory collectord ever took.
 */
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collector_load.h"

enum {
	OPENINGS = 30000,
	FILL_KIOSKS = 256,
	ROUNDS = 3,
	SLOW = 200,
	SLOW_LINES = 40,
	SLOW_KIOSKS = 256,
	SLOW_ROUNDS = 6,
	MEMORY_MIB_MAX = 64,
};

#define TEAM   "/v1/team/totals"
#define PUBLIC "/v1/totals"

/* Read by the readers' parent. */
struct tally {
	unsigned long answers;
	unsigned long octets;
};

static void fill(void)
{
	while (load_stored < OPENINGS) {
		for (unsigned i = 0; i < FILL_KIOSKS; i++)
			load_make(i, 1);
		(void)load_post(FILL_KIOSKS, 1, LOAD_LINES);
	}
}

static void ask(int fd, const char *path)
{
	char request[128];
	const int len = snprintf(request, sizeof(request),
	                         "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", path);

	if (send(fd, request, (size_t)len, MSG_NOSIGNAL) != len)
		load_die("a question was not taken");
}

/* Again and again, until it is killed. */
static pid_t start_reader(const char *path, struct tally *tally)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		static char octets[1 << 18];
		int fd = load_connect();
		ssize_t n;

		ask(fd, path);
		while ((n = recv(fd, octets, sizeof(octets), 0)) > 0)
			tally->octets += (unsigned long)n;
		tally->answers++;
		(void)close(fd);
	}
}

static double round_of_posts(unsigned n_kiosks, unsigned n_lines)
{
	for (unsigned i = 0; i < n_kiosks; i++)
		load_make(i, LOAD_BATCHES);
	return load_post(n_kiosks, LOAD_BATCHES, n_lines);
}

/* Readers ask while posts are made too, so that theirs are the totals' ordinary pace and not their
 * first. A round takes long beside what making totals takes. */
static void measure_readers(struct tally *tally)
{
	static const char *const path[] = {TEAM, PUBLIC};
	double alone_s = 0, beside_s = 0, alone, beside;

	for (int round = 0; round < ROUNDS; round++) {
		pid_t reader[2];

		alone = round_of_posts(LOAD_KIOSKS, LOAD_LINES);
		for (int i = 0; i < 2; i++)
			reader[i] = start_reader(path[i], &tally[i]);
		beside = round_of_posts(LOAD_KIOSKS, LOAD_LINES);
		for (int i = 0; i < 2; i++) {
			(void)kill(reader[i], SIGKILL);
			(void)waitpid(reader[i], NULL, 0);
		}
		(void)fprintf(stderr, "round %d: %.0f alone, %.0f with readers, a second\n", round,
		              alone, beside);
		alone_s += 1 / alone;
		beside_s += 1 / beside;
	}
	alone = ROUNDS / alone_s;
	beside = ROUNDS / beside_s;
	(void)printf("{\"what\":\"batches accepted at %d openings, a public and a team reader "
	             "beside (%lu answers, %lu MiB): %.2f x\",\"value\":%.1f,\"unit\":\"/s\","
	             "\"yardstick\":\"the same without readers\",\"yardstick_value\":%.1f,"
	             "\"target\":\">= 0.8 x the yardstick\",\"met\":%s}\n",
	             OPENINGS, tally[0].answers + tally[1].answers,
	             (tally[0].octets + tally[1].octets) >> 20, beside / alone, beside, alone,
	             beside >= 0.8 * alone ? "true" : "false");
}

/* The most it had at once, all its life. */
static double memory_mib(void)
{
	char path[64], row[256];
	unsigned long kib = 0;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)load_program.pid);
	file = fopen(path, "r");
	while (file && fgets(row, sizeof(row), file))
		if (sscanf(row, "VmHWM: %lu kB", &kib) == 1)
			break;
	if (!file || kib == 0)
		load_die("its memory is not told");
	(void)fclose(file);
	return (double)kib / 1024;
}

/* Without reading what comes. */
static bool is_cut_off(int fd)
{
	struct pollfd state = {.fd = fd};

	return poll(&state, 1, 0) == 1 && state.revents & (POLLHUP | POLLERR);
}

static void measure_slow_readers(void)
{
	static int fd[SLOW];
	double posts = 0, mib;

	load_close_lines(LOAD_LINES);
	load_connect_lines(SLOW_LINES);
	for (int round = 0; round < SLOW_ROUNDS; round++) {
		/* whom it has cut off by now comes again */
		for (int i = 0; i < SLOW; i++) {
			if (round > 0 && !is_cut_off(fd[i]))
				continue;
			if (round > 0)
				(void)close(fd[i]);
			fd[i] = load_connect();
			ask(fd[i], i % 2 == 0 ? TEAM : PUBLIC);
		}
		posts += round_of_posts(SLOW_KIOSKS, SLOW_LINES) / SLOW_ROUNDS;
	}
	mib = memory_mib();
	(void)printf("{\"what\":\"most memory of collectord at %d openings, %d slow readers (%.0f "
	             "batches a second meanwhile)\",\"value\":%.1f,\"unit\":\"MiB\","
	             "\"yardstick\":null,\"yardstick_value\":null,\"target\":\"<= %d MiB\","
	             "\"met\":%s}\n",
	             OPENINGS, SLOW, posts, mib, MEMORY_MIB_MAX,
	             mib <= MEMORY_MIB_MAX ? "true" : "false");
}

int main(void)
{
	struct tally *tally = mmap(NULL, 2 * sizeof(*tally), PROT_READ | PROT_WRITE,
	                           MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (tally == MAP_FAILED)
		load_die("no memory");
	load_start();
	load_connect_lines(LOAD_LINES);
	fill();
	measure_readers(tally);
	measure_slow_readers();
	program_stop(&load_program);
	load_end();
	return 0;
}
