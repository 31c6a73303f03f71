/* SPDX-License-Identifier: Apache-2.0 */
/* The cases of tests/data/vectors/chains.jsonl, by what they are of. Each is played, has to come out
 * as expected, and writes its line. */
#ifndef KIOSK_TEST_CHAINS_H
#define KIOSK_TEST_CHAINS_H

#include "world.h"

#include <stdio.h>

void chains_posts(FILE *out);
void chains_answers(FILE *out);
void chains_bundles(FILE *out);

/* "name": "hexadecimal"; "root_hex" of the world's network. */
void chains_hex(FILE *out, const char *name, const void *octets, size_t len);
void chains_root(FILE *out, const struct world *world);
/* So many people come, each for project 1 too. */
void chains_add(struct counter *counter, uint32_t people);

#endif
