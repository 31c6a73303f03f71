/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Durable check-ins: one at a time, and with many waiting, beside appending with fdatasync as many
 * octets as a commit of one writes; and what one costs, and opening and recounting take, at
 * 100,000 leaves. `bench_checkins [FOLDER]`: on the disk of that folder, by default the working one.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "crypto.h"
#include "ledger_private.h"

enum {
	ROUNDS = 20,
	ROUND = 100,  /* commits of each kind in a round */
	WAITING = 64, /* check-ins that share a commit */
	LEAVES = 100000,
	LONG_SAMPLE = 1000,
	STEP = 500,   /* leaves of the recount at a turn: RECOUNT_LEAVES of the kiosk */
	SAMPLE = 200, /* check-ins over which a cost is averaged */
};

static const char *folder = ".";
static uint32_t next_person;

static void die(const char *what, int rc)
{
	(void)fprintf(stderr, "checkins: %s: %s\n", what, ledger_strerror(rc));
	exit(1);
}

static double clock_s(clockid_t clock)
{
	struct timespec now;

	(void)clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double now_s(void)
{
	return clock_s(CLOCK_MONOTONIC);
}

/* Octets this process has handed to write(2) and its kin. */
static uint64_t octets_written(void)
{
	FILE *io = fopen("/proc/self/io", "re");
	char line[100];
	uint64_t octets = 0;

	while (io != NULL && fgets(line, sizeof(line), io) != NULL) {
		if (strncmp(line, "wchar: ", 7) == 0)
			octets = strtoull(line + 7, NULL, 10);
	}
	if (io == NULL || octets == 0)
		die("/proc/self/io", -ENOENT);
	(void)fclose(io);
	return octets;
}

static void path_of(const char *name, char path[512])
{
	(void)snprintf(path, 512, "%s/%s", folder, name);
}

static void row(const char *what, double value, const char *unit, const char *yardstick,
                double yardstick_value, const char *target, bool met)
{
	(void)printf("{\"what\":\"%s\",\"value\":%.3f,\"unit\":\"%s\",", what, value, unit);
	if (yardstick != NULL)
		(void)printf("\"yardstick\":\"%s\",\"yardstick_value\":%.3f,", yardstick,
		             yardstick_value);
	else
		(void)printf("\"yardstick\":null,\"yardstick_value\":null,");
	if (target != NULL)
		(void)printf("\"target\":\"%s\",\"met\":%s}\n", target, met ? "true" : "false");
	else
		(void)printf("\"target\":null,\"met\":null}\n");
}

static void check_in(struct ledger *ledger)
{
	struct ledger_checkin checkin = {
	    .channel = CHANNEL_QR,
	    .has_tag = true,
	    .slot = 3,
	    .n_projects = 1,
	    .project = {(uint16_t)(1 + next_person % 3)},
	};
	struct ledger_counted counted;
	struct hash hash = sha256(&next_person, sizeof(next_person));
	int rc;

	next_person++;
	memcpy(checkin.tag.b, hash.b, sizeof(checkin.tag.b));
	rc = ledger_check_in(ledger, &checkin, &counted);
	if (rc != 0)
		die("a check-in", rc);
}

static void check_in_many(struct ledger *ledger, uint32_t n)
{
	int rc = ledger_begin(ledger);

	for (uint32_t i = 0; i < n && rc == 0; i++)
		check_in(ledger);
	if (rc == 0)
		rc = ledger_commit(ledger);
	if (rc != 0)
		die("a group", rc);
}

static struct ledger *open_ledger(void)
{
	static const uint8_t bytes[200] = {1};
	struct ledger_opening opening = {
	    .manifest = bytes,
	    .hub_cert = bytes,
	    .grant = bytes,
	    .manifest_len = sizeof(bytes),
	    .hub_cert_len = sizeof(bytes),
	    .grant_len = sizeof(bytes),
	};
	struct ledger *ledger = NULL;
	char path[512], sentence[300];
	int rc;

	path_of("ledger.db", path);
	rc = ledger_open(path, &ledger, sentence, sizeof(sentence));
	if (rc != 0)
		die(sentence, rc);
	random_bytes(&opening.epoch, sizeof(opening.epoch));
	rc = ledger_opening(ledger, &opening);
	if (rc != 0 && rc != LEDGER_E_OPEN)
		die("an opening", rc);
	return ledger;
}

/* What most commits write: those that also bring the WAL to the file write more, which is not the
 * yardstick's business. */
static int order(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static size_t octets_a_commit(struct ledger *ledger)
{
	uint64_t octets[SAMPLE];

	for (int i = 0; i < SAMPLE; i++) {
		uint64_t before = octets_written();

		check_in(ledger);
		octets[i] = octets_written() - before;
	}
	qsort(octets, SAMPLE, sizeof(octets[0]), order);
	return (size_t)octets[SAMPLE / 2];
}

static double append_round(int fd, const uint8_t *octets, size_t len)
{
	double start = now_s();

	for (int i = 0; i < ROUND; i++) {
		if (write(fd, octets, len) != (ssize_t)len || fdatasync(fd) != 0)
			die("the yardstick's file", -errno);
	}
	return now_s() - start;
}

static double single_round(struct ledger *ledger)
{
	double start = now_s();

	for (int i = 0; i < ROUND; i++)
		check_in(ledger);
	return now_s() - start;
}

static double many_round(struct ledger *ledger)
{
	double start = now_s();

	for (int i = 0; i < ROUND / 4; i++)
		check_in_many(ledger, WAITING);
	return now_s() - start;
}

/* Turn by turn, so that what else the machine does falls on all alike. */
static void rates(struct ledger *ledger)
{
	size_t len = octets_a_commit(ledger);
	uint8_t *octets = calloc(1, len);
	double append_s = 0, single_s = 0, many_s = 0, many_cpu_s = 0;
	double append_rate, single_rate, many_rate, many_cpu_us;
	char path[512], yardstick[100];
	int fd;

	path_of("yardstick", path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0 || octets == NULL)
		die(path, -errno);
	random_bytes(octets, len);
	for (int i = 0; i < ROUNDS; i++) {
		if (i % 2 == 0)
			append_s += append_round(fd, octets, len);
		single_s += single_round(ledger);
		if (i % 2 != 0)
			append_s += append_round(fd, octets, len);
		many_cpu_s -= clock_s(CLOCK_PROCESS_CPUTIME_ID);
		many_s += many_round(ledger);
		many_cpu_s += clock_s(CLOCK_PROCESS_CPUTIME_ID);
	}
	(void)close(fd);
	free(octets);
	append_rate = ROUNDS * ROUND / append_s;
	single_rate = ROUNDS * ROUND / single_s;
	many_rate = (double)ROUNDS * (ROUND / 4) * WAITING / many_s;
	many_cpu_us = many_cpu_s * 1e6 / ((double)ROUNDS * (ROUND / 4) * WAITING);
	(void)snprintf(yardstick, sizeof(yardstick),
	               "appending %zu octets with fdatasync, per second", len);
	row("durable check-ins one at a time", single_rate, "/s", yardstick, append_rate,
	    ">= 0.9 x the yardstick", single_rate >= 0.9 * append_rate);
	row("durable check-ins with 64 waiting", many_rate, "/s", yardstick, append_rate,
	    ">= 5 x the yardstick", many_rate >= 5 * append_rate);
	row("processor time a check-in with 64 waiting", many_cpu_us, "us", NULL, 0, "<= 8 us",
	    many_cpu_us <= 8);
}

struct cost {
	double steps, octets;
};

/* Counted, not timed: steps of SQLite's machine a check-in, and octets a commit writes. */
static struct cost cost_now(struct ledger *ledger)
{
	struct cost cost = {0, 0};

	for (int i = 0; i < N_STATEMENTS; i++)
		(void)sqlite3_stmt_status(ledger->statement[i], SQLITE_STMTSTATUS_VM_STEP, 1);
	cost.octets = (double)octets_a_commit(ledger);
	for (int i = 0; i < N_STATEMENTS; i++)
		cost.steps +=
		    sqlite3_stmt_status(ledger->statement[i], SQLITE_STMTSTATUS_VM_STEP, 1);
	cost.steps /= SAMPLE;
	return cost;
}

/* With the pages that are brought from the WAL to the file later. */
static double octets_in_all(struct ledger *ledger)
{
	uint64_t before = octets_written();

	for (int i = 0; i < LONG_SAMPLE; i++)
		check_in(ledger);
	return (double)(octets_written() - before) / LONG_SAMPLE;
}

static void fill_to(struct ledger *ledger, uint64_t leaves)
{
	while (ledger->now.tree.size + 1000 <= leaves)
		check_in_many(ledger, 500);
}

/* As the kiosk does it, beside the work: in all, and what somebody at the door may wait for. */
static void recount_in_steps(struct ledger *ledger)
{
	double start = now_s(), longest_s = 0;
	bool done = false;

	while (!done) {
		double step = now_s();
		int rc = ledger_recount_step(ledger, STEP, &done, NULL, 0);

		if (rc != 0)
			die("the recount", rc);
		step = now_s() - step;
		longest_s = step > longest_s ? step : longest_s;
	}
	row("recounting 100,000 leaves, beside the work", now_s() - start, "s", NULL, 0, NULL,
	    false);
	row("longest step of that recount", longest_s * 1e3, "ms", NULL, 0, NULL, false);
}

static void growth(void)
{
	struct ledger *ledger = open_ledger();
	struct cost at_start, at_end;
	double start, opening_s;

	fill_to(ledger, 1000);
	at_start = cost_now(ledger);
	fill_to(ledger, LEAVES);
	at_end = cost_now(ledger);
	row("steps a check-in at 100,000 leaves", at_end.steps, "steps", "at 1,000 leaves",
	    at_start.steps, "<= 1.2 x the yardstick", at_end.steps <= 1.2 * at_start.steps);
	row("octets a commit writes at 100,000 leaves", at_end.octets, "octets", "at 1,000 leaves",
	    at_start.octets, "<= 1.2 x the yardstick", at_end.octets <= 1.2 * at_start.octets);
	fill_to(ledger, LEAVES + 1000);
	ledger_close(ledger);
	start = now_s();
	ledger = open_ledger();
	opening_s = now_s() - start;
	row("opening a ledger of 100,000 leaves", opening_s, "s", NULL, 0, "<= 0.5 s",
	    opening_s <= 0.5);
	recount_in_steps(ledger);
	row("octets a check-in writes in all, checkpoints too, at 100,000 leaves",
	    octets_in_all(ledger), "octets", NULL, 0, NULL, false);
	ledger_close(ledger);
}

static void remove_files(void)
{
	static const char *const names[] = {"ledger.db", "ledger.db-wal", "ledger.db-journal",
	                                    "ledger.db-acked", "yardstick"};
	char path[512];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		path_of(names[i], path);
		(void)unlink(path);
	}
	(void)rmdir(folder);
}

int main(int argc, char **argv)
{
	static char made[400];

	(void)snprintf(made, sizeof(made), "%s/checkins-XXXXXX", argc > 1 ? argv[1] : ".");
	if (mkdtemp(made) == NULL)
		die(made, -errno);
	folder = made;
	if (atexit(remove_files) != 0 || crypto_init() != 0)
		return 1;
	growth();
	remove_files();
	if (mkdir(folder, 0700) != 0)
		die(folder, -errno);
	rates(open_ledger());
	return 0;
}
