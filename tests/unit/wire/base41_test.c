/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Base41 against worked examples, and nothing but Base41 let through; its text goes through mail,
 * tables and addresses unchanged. With --write it prints tests/data/vectors/codes.jsonl:
 * {"text", "expected", "hex"} a line, for readers in other languages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base41.h"
#include "hex.h"
#include "sign1.h"
#include "vector_file.h"

/* Worked out by hand from PROTOCOL.md, section 3. */
static const struct {
	const char *octets, *text;
} example[] = {
    {"AB", "J.9"}, {"Hello!!", "11B:KG$-GX0"}, {"base-41", "B:ELNHA$681"}, {"ietf!", "32GWTHX0"},
    {"", ""},
};

static void test_examples(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(example) / sizeof(example[0]); i++) {
		const size_t len = strlen(example[i].octets), text_len = strlen(example[i].text);
		char text[32] = {0};
		uint8_t octets[32];
		size_t n = 99;

		assert_int_equal(base41_len(len), text_len);
		base41_encode((const uint8_t *)example[i].octets, len, text);
		assert_string_equal(text, example[i].text);
		assert_int_equal(base41_decode((const uint8_t *)example[i].text, text_len, octets,
		                               sizeof(octets), &n),
		                 0);
		assert_int_equal(n, len);
		assert_memory_equal(octets, example[i].octets, len);
	}
}

static const char *const refused[] = {
    "I:.",                               /* 65536 */
    ":::",                               /* 68920 */
    "A6",                                /* 256 is not an octet */
    "::",    "A",    "ABCD",      "j.9", /* lower case */
    "J.9\n", "J. 9", "J\xc3\xa9", "J,9", "J.9=", "%69", "1+1", "A*B", "A B",
};

static void put_code(FILE *out, const char *text, const char *octets)
{
	char hex[64] = "";

	if (octets)
		hex_encode((const uint8_t *)octets, strlen(octets), hex);
	(void)fprintf(out, "{\"text\": \"%s\", \"expected\": \"%s\", \"hex\": \"%s\"}\n", text,
	              octets ? "good" : "refused", hex);
}

/* What can stand in JSON as it is. */
static void put_all(FILE *out)
{
	for (size_t i = 0; i < sizeof(example) / sizeof(example[0]); i++)
		put_code(out, example[i].text, example[i].octets);
	put_code(out, "H:.", "\xff\xff");
	put_code(out, "96", "\xff");
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (!strpbrk(refused[i], "\n\xc3"))
			put_code(out, refused[i], NULL);
}

static void test_the_vectors_stand(void **state)
{
	(void)state;
	vector_file_stands(TEST_DATA "/vectors/codes.jsonl", put_all);
}

/* Every pair of octets and every single one, there and back; so no text stands for two. */
static void test_every_group(void **state)
{
	(void)state;
	for (unsigned value = 0; value <= 0xffff; value++) {
		const uint8_t octets[2] = {(uint8_t)(value >> 8), (uint8_t)value};
		uint8_t text[3], back[2];
		size_t n;

		base41_encode(octets, 2, (char *)text);
		assert_int_equal(base41_decode(text, 3, back, 2, &n), 0);
		assert_int_equal(n, 2);
		assert_memory_equal(back, octets, 2);
		if (value > 0xff)
			continue;
		base41_encode(octets + 1, 1, (char *)text);
		assert_int_equal(base41_decode(text, 2, back, 2, &n), 0);
		assert_int_equal(n, 1);
		assert_int_equal(back[0], value);
	}
}

static void test_refused(void **state)
{
	uint8_t octets[8] = {1, 2, 3, 4, 5, 6, 7, 8};
	size_t n = 99;

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		const int r = base41_decode((const uint8_t *)refused[i], strlen(refused[i]), octets,
		                            sizeof(octets), &n);

		assert_int_equal(r, WIRE_E_BASE41);
		assert_int_equal(n, 99);
		assert_memory_equal(octets, ((const uint8_t[]){1, 2, 3, 4, 5, 6, 7, 8}), 8);
	}
	assert_int_equal(base41_decode((const uint8_t *)"J.\0", 3, octets, sizeof(octets), &n),
	                 WIRE_E_BASE41);
	/* The largest that are: H:. and 96. */
	assert_int_equal(base41_decode((const uint8_t *)"96", 2, octets, sizeof(octets), &n), 0);
	assert_int_equal(octets[0], 255);
	assert_int_equal(base41_decode((const uint8_t *)"H:.", 3, octets, sizeof(octets), &n), 0);
	assert_int_equal(octets[0] << 8 | octets[1], 0xffff);
}

/*
 * A blank is dropped or doubled by mail, tables and pages; % and + mean something in an address, and
 * chats take a pair of * away. A code has none of them, whatever octets it stands for, and all it
 * has is in a QR code's alphanumeric mode.
 */
static void test_text_survives_its_way(void **state)
{
	static const char kept[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$-./:";

	(void)state;
	for (unsigned value = 0; value <= 0xffff; value++) {
		const uint8_t octets[2] = {(uint8_t)(value >> 8), (uint8_t)value};
		char text[3];

		base41_encode(octets, 2, text);
		for (size_t i = 0; i < 3; i++)
			assert_non_null(memchr(kept, text[i], sizeof(kept) - 1));
	}
}

static void test_room(void **state)
{
	uint8_t octets[2] = {7, 7};
	size_t n = 99;

	(void)state;
	assert_int_equal(base41_decode((const uint8_t *)"J.9J.9", 6, octets, 3, &n),
	                 WIRE_E_TOO_LONG);
	assert_int_equal(base41_decode((const uint8_t *)"J.996", 5, octets, 2, &n),
	                 WIRE_E_TOO_LONG);
	assert_int_equal(octets[0], 7);
	assert_int_equal(n, 99);
	assert_int_equal(base41_decode((const uint8_t *)"J.9", 3, octets, 2, &n), 0);
	assert_int_equal(n, 2);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_examples), cmocka_unit_test(test_every_group),
	    cmocka_unit_test(test_refused),  cmocka_unit_test(test_text_survives_its_way),
	    cmocka_unit_test(test_room),     cmocka_unit_test(test_the_vectors_stand),
	};
	int status;

	if (vector_file_wanted(argc, argv, put_all, &status))
		return status;

	return cmocka_run_group_tests(tests, NULL, NULL);
}
