/* SPDX-License-Identifier: Apache-2.0 */
/* A file of tests/data/vectors, which verifiers of other languages read too, and the test that knows
 * what has to stand in it. */
#ifndef KIOSK_TEST_VECTOR_FILE_H
#define KIOSK_TEST_VECTOR_FILE_H

#include <stdbool.h>
#include <stdio.h>

/* Asserts, by cmocka, that the file is what would be written. */
void vector_file_stands(const char *path, void (*write_all)(FILE *out));
/* Whether the test was started with --write; then it was printed, and *ret_status is what main()
 * returns. */
bool vector_file_wanted(int argc, char **argv, void (*write_all)(FILE *out), int *ret_status);

#endif
