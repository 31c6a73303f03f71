/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tests/data/vectors/chains.jsonl: what a collector is sent, post by post, answers as a kiosk gets
 * them, and bundles; good ones and ones broken in one way each, for every verifier there is or will
 * be, in whatever language. One JSON object a line:
 *   {"name", "kind": "chain", "root_hex", "posts": [{"hex", "expected"}…]}, expected the status,
 * and " held" behind it where it is; a chain begins with an empty collector;
 *   {"name", "kind": "answer", "root_hex", "hex", "nonce_hex", "body_hex", "expected"}: "answer"
 * or "no answer" to the post of that body;
 *   {"name", "kind": "bundle", "root_hex", "hex", "expected"}: "holds" or "does not hold".
 * Run as a test it plays every case, and sees that the file is what it would write. With --write it
 * prints that. tests/vectors/verify.mjs judges the same file on its own.
 */
#include <stdio.h>

#include "chains.h"
#include "crypto.h"
#include "vector_file.h"

void chains_hex(FILE *out, const char *name, const void *octets, size_t len)
{
	(void)fprintf(out, "\"%s\": \"", name);
	for (size_t i = 0; i < len; i++)
		(void)fprintf(out, "%02x", ((const uint8_t *)octets)[i]);
	(void)fputc('"', out);
}

void chains_root(FILE *out, const struct world *world)
{
	const struct public_key root = ed25519_public(&world->root);

	chains_hex(out, "root_hex", root.b, sizeof(root.b));
}

static void put_all(FILE *out)
{
	chains_posts(out);
	chains_answers(out);
	chains_bundles(out);
}

static void every_case_is_answered_as_expected_and_stands_in_the_file(void **state)
{
	(void)state;
	vector_file_stands(TEST_DATA "/vectors/chains.jsonl", put_all);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_case_is_answered_as_expected_and_stands_in_the_file),
	};
	int status;

	if (crypto_init() != 0)
		return 1;
	if (vector_file_wanted(argc, argv, put_all, &status))
		return status;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
