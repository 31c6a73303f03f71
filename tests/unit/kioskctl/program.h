/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the real kioskctl in a folder of the test's own, whose path has a space in it. */
#ifndef TESTS_KIOSKCTL_PROGRAM_H
#define TESTS_KIOSKCTL_PROGRAM_H

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

enum { PROGRAM_WORDS_MAX = 48, OUTPUT_BYTES_MAX = 1 << 20, PATH_BYTES = 512 };

struct program {
	char folder[PATH_BYTES]; /* it is also where the program runs */
	char out[OUTPUT_BYTES_MAX], err[OUTPUT_BYTES_MAX];
	int status; /* the exit status; 1000 and the number if a signal ended it */
};

void program_init(struct program *program);
void program_deinit(struct program *program); /* removes the folder */

/* For cmocka_run_group_tests(): the state is a struct program in an empty folder, or in one with
 * the hub of program_make_hub() and an event "event" of two languages, three projects and one meeting
 * that is on now. */
int program_setup(void **state);
int program_setup_event(void **state);
int program_teardown(void **state);

/* Words end with a NULL. Standard input is empty. Returns the exit status. */
int program_run(struct program *program, const char *const *words);
#define RUN(program, ...) program_run((program), (const char *const[]){__VA_ARGS__, NULL})
/* The same with `input` typed at a terminal; what the terminal shows is in `out`. */
int program_run_tty(struct program *program, const char *input, const char *const *words);

/* folder/name; valid until the eighth call after. */
const char *program_path(const struct program *program, const char *name);

/* A network "net", a hub "hub", made and checked. */
void program_make_hub(struct program *program);

/* A whole file; it fails the test if it cannot be read. A NUL stands behind it; the caller frees
 * it. */
uint8_t *read_file(const char *path, size_t *ret_len);
/* One line of text without its end; the caller frees it. */
char *read_line(const char *path, unsigned int number);

#endif
