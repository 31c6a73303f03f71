/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "crypto.h"
#include "sim.h"

/* From so many worlds on, a kind of mishap that never came is a failure: it is not tested. */
enum { WORLDS_FOR_ALL = 150 };

static volatile uint64_t running; /* for the handler below */

/* An assertion of the product failed: the seed is what is needed. */
static void on_abort(int number)
{
	char line[64] = "FAIL seed ", digits[24];
	size_t n = sizeof(digits), len = strlen(line);
	uint64_t seed = running;

	(void)number;
	digits[--n] = '\n';
	do
		digits[--n] = (char)('0' + seed % 10);
	while ((seed /= 10) > 0);
	memcpy(line + len, digits + n, sizeof(digits) - n);
	if (write(STDOUT_FILENO, line, len + sizeof(digits) - n) < 0)
		return;
}

static int usage(void)
{
	fputs("usage: kiosk-sim --seeds A..B | --seed N [--verbose]\n"
	      "  --seeds A..B   runs each seed; prints those that fail and why, and how often\n"
	      "                 each kind of fault was played; from 150 seeds on, one that was\n"
	      "                 never played is a failure\n"
	      "  --seed N       runs one; --verbose says step by step what happens\n",
	      stderr);
	return 2;
}

static bool number(const char *text, char end, uint64_t *ret, const char **ret_end)
{
	char *after;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*ret = strtoull(text, &after, 10);
	*ret_end = after;
	return errno == 0 && *after == end;
}

static bool arguments(int argc, char **argv, uint64_t *ret_from, uint64_t *ret_to,
                      bool *ret_verbose)
{
	const char *end;
	bool any = false;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--verbose") == 0) {
			*ret_verbose = true;
		} else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc) {
			any = number(argv[++i], '\0', ret_from, &end);
			*ret_to = *ret_from;
		} else if (strcmp(argv[i], "--seeds") == 0 && i + 1 < argc) {
			any = number(argv[++i], '.', ret_from, &end) && end[1] == '.' &&
			      number(end + 2, '\0', ret_to, &end) && *ret_from <= *ret_to;
		} else {
			return false;
		}
	}
	return any;
}

static void remove_folder(const char *folder)
{
	static const char *const name[] = {"ledger.db", "collector.db"};
	char path[300];

	for (unsigned i = 0; i < 2; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, name[i]);
		(void)unlink(path);
	}
	(void)rmdir(folder);
}

struct sums {
	uint64_t failures, counted, steps;
	struct mishaps mishaps;
};

static void run(struct sim *sim, uint64_t seed, bool verbose, const char *folder, struct sums *sums)
{
	running = seed;
	if (!sim_run(sim, seed, verbose, folder)) {
		sums->failures++;
		printf("FAIL seed %llu, step %u: %s\n", (unsigned long long)seed, sim->step,
		       sim->why);
	}
	sums->counted += sim->counted;
	sums->steps += sim->step;
	mishaps_add(&sums->mishaps, &sim->mishaps);
}

/* The exit status. */
static int report(const struct sums *sums, uint64_t from, uint64_t to, bool verbose)
{
	const uint64_t worlds = to - from + 1;
	bool all = true;

	if (worlds > 1 || verbose)
		mishaps_print(&sums->mishaps, worlds);
	if (worlds >= WORLDS_FOR_ALL)
		all = mishaps_all(&sums->mishaps);
	printf("%llu of %llu seeds failed (%llu..%llu): %llu steps, %llu people counted and "
	       "confirmed\n",
	       (unsigned long long)sums->failures, (unsigned long long)worlds,
	       (unsigned long long)from, (unsigned long long)to, (unsigned long long)sums->steps,
	       (unsigned long long)sums->counted);
	return sums->failures == 0 && all ? 0 : 1;
}

int main(int argc, char **argv)
{
	uint64_t from = 1, to = 1;
	struct sums sums = {.failures = 0};
	const char *tmp = getenv("TMPDIR");
	char folder[200];
	bool verbose = false;
	struct sim *sim;

	if (!arguments(argc, argv, &from, &to, &verbose))
		return usage();
	log_init("kiosk-sim", (enum log_level)(verbose ? LOG_LEVEL_WARNING : LOG_LEVEL_ERROR));
	(void)snprintf(folder, sizeof(folder), "%s/kiosk-sim-XXXXXX", tmp ? tmp : "/tmp");
	sim = calloc(1, sizeof(*sim));
	if (crypto_init() != 0 || sim == NULL || mkdtemp(folder) == NULL) {
		perror("kiosk-sim: cannot start");
		free(sim);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	(void)signal(SIGABRT, on_abort);
	for (uint64_t seed = from; seed <= to; seed++)
		run(sim, seed, verbose, folder, &sums);
	remove_folder(folder);
	free(sim);
	return report(&sums, from, to, verbose);
}
