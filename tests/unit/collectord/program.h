/* SPDX-License-Identifier: Apache-2.0 */
/* The real collectord, started and stopped by a test on a port it chose. */
#ifndef KIOSK_TEST_PROGRAM_H
#define KIOSK_TEST_PROGRAM_H

#include <sys/types.h>

#include "world.h"

struct program {
	pid_t pid;
	char config[128], key[128], cert[128], network[128];
	char url[64];
	unsigned port;
};

/* Writes key, certificate, network and configuration into the world's folder; `more` is added to
 * the file. */
void program_configure(struct program *program, const struct world *world, const char *listen,
                       const char *more);
/* Starts it and waits for its first line. The world's own collector has to be closed. */
void program_start(struct program *program);
/* SIGTERM; it ends with status 0. */
void program_stop(struct program *program);
/* Runs it to its end and returns its exit status; what it said is in `said`. */
int program_run(const struct program *program, const char *argument, char *said, size_t size);
/* The same with several arguments; the last one is followed by NULL. */
int program_run_all(const struct program *program, const char *const argument[], char *said,
                    size_t size);
void program_remove_files(const struct program *program);

#endif
