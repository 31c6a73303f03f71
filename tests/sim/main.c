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
	      "  --seeds A..B   runs each seed; prints those that fail and why\n"
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

int main(int argc, char **argv)
{
	uint64_t from = 1, to = 1, failures = 0, counted = 0, steps = 0;
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
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	(void)signal(SIGABRT, on_abort);
	for (uint64_t seed = from; seed <= to; seed++) {
		running = seed;
		if (!sim_run(sim, seed, verbose, folder)) {
			failures++;
			printf("FAIL seed %llu, step %u: %s\n", (unsigned long long)seed, sim->step,
			       sim->why);
		}
		counted += sim->counted;
		steps += sim->step;
	}
	remove_folder(folder);
	printf("%llu of %llu seeds failed (%llu..%llu): %llu steps, %llu people counted and "
	       "confirmed\n",
	       (unsigned long long)failures, (unsigned long long)(to - from + 1),
	       (unsigned long long)from, (unsigned long long)to, (unsigned long long)steps,
	       (unsigned long long)counted);
	free(sim);
	return failures > 0 ? 1 : 0;
}
