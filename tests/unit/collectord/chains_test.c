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
#include <stdlib.h>
#include <string.h>

#include "chains.h"
#include "crypto.h"
#include "file.h"

enum { FILE_BYTES_MAX = 8 << 20 };

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

static char *vectors(size_t *ret_len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_len);

	assert_non_null(out);
	chains_posts(out);
	chains_answers(out);
	chains_bundles(out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void every_case_is_answered_as_expected_and_stands_in_the_file(void **state)
{
	uint8_t *text;
	size_t len, expected_len;
	char *expected = vectors(&expected_len);

	(void)state;
	assert_int_equal(file_read(TEST_DATA "/vectors/chains.jsonl", FILE_BYTES_MAX, &text, &len),
	                 0);
	assert_int_equal(len, expected_len);
	assert_memory_equal(text, expected, len);
	free(expected);
	free(text);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_case_is_answered_as_expected_and_stands_in_the_file),
	};

	if (crypto_init() != 0)
		return 1;
	if (argc == 2 && strcmp(argv[1], "--write") == 0) {
		size_t len;
		char *text = vectors(&len);
		const bool written = fwrite(text, 1, len, stdout) == len;

		free(text);
		return written ? 0 : 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
