/* SPDX-License-Identifier: Apache-2.0 */
/* Base45 against RFC 9285's examples, and nothing but Base45 let through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base45.h"
#include "sign1.h"

/* RFC 9285, sections 4.3 and 4.4. */
static const struct {
	const char *octets, *text;
} example[] = {
    {"AB", "BB8"}, {"Hello!!", "%69 VD92EX0"}, {"base-45", "UJCLQE7W581"}, {"ietf!", "QED8WEX0"},
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

		assert_int_equal(base45_len(len), text_len);
		base45_encode((const uint8_t *)example[i].octets, len, text);
		assert_string_equal(text, example[i].text);
		assert_int_equal(base45_decode((const uint8_t *)example[i].text, text_len, octets,
		                               sizeof(octets), &n),
		                 0);
		assert_int_equal(n, len);
		assert_memory_equal(octets, example[i].octets, len);
	}
}

/* Every pair of octets and every single one, there and back; so no text stands for two. */
static void test_every_group(void **state)
{
	(void)state;
	for (unsigned value = 0; value <= 0xffff; value++) {
		const uint8_t octets[2] = {(uint8_t)(value >> 8), (uint8_t)value};
		uint8_t text[3], back[2];
		size_t n;

		base45_encode(octets, 2, (char *)text);
		assert_int_equal(base45_decode(text, 3, back, 2, &n), 0);
		assert_int_equal(n, 2);
		assert_memory_equal(back, octets, 2);
		if (value > 0xff)
			continue;
		base45_encode(octets + 1, 1, (char *)text);
		assert_int_equal(base45_decode(text, 2, back, 2, &n), 0);
		assert_int_equal(n, 1);
		assert_int_equal(back[0], value);
	}
}

static void test_refused(void **state)
{
	static const char *const bad[] = {
	    "GGW",                               /* 65536 (RFC 9285, section 4.4) */
	    ":::",                               /* 91124 */
	    "V5",                                /* 256 is not an octet */
	    "::",    "A",    "ABCD",      "bb8", /* lower case */
	    "BB8\n", "BB 8", "B\xc3\xa9", "B,8", "BB8=",
	};
	uint8_t octets[8] = {1, 2, 3, 4, 5, 6, 7, 8};
	size_t n = 99;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const int r = base45_decode((const uint8_t *)bad[i], strlen(bad[i]), octets,
		                            sizeof(octets), &n);

		assert_int_equal(r, WIRE_E_BASE45);
		assert_int_equal(n, 99);
		assert_memory_equal(octets, ((const uint8_t[]){1, 2, 3, 4, 5, 6, 7, 8}), 8);
	}
	assert_int_equal(base45_decode((const uint8_t *)"BB\0", 3, octets, sizeof(octets), &n),
	                 WIRE_E_BASE45);
	/* The largest that are: FGW and U5. */
	assert_int_equal(base45_decode((const uint8_t *)"U5", 2, octets, sizeof(octets), &n), 0);
	assert_int_equal(octets[0], 255);
	assert_int_equal(base45_decode((const uint8_t *)"FGW", 3, octets, sizeof(octets), &n), 0);
	assert_int_equal(octets[0] << 8 | octets[1], 0xffff);
}

static void test_room(void **state)
{
	uint8_t octets[2] = {7, 7};
	size_t n = 99;

	(void)state;
	assert_int_equal(base45_decode((const uint8_t *)"BB8BB8", 6, octets, 3, &n),
	                 WIRE_E_TOO_LONG);
	assert_int_equal(base45_decode((const uint8_t *)"BB8U5", 5, octets, 2, &n),
	                 WIRE_E_TOO_LONG);
	assert_int_equal(octets[0], 7);
	assert_int_equal(n, 99);
	assert_int_equal(base45_decode((const uint8_t *)"BB8", 3, octets, 2, &n), 0);
	assert_int_equal(n, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_examples),
	    cmocka_unit_test(test_every_group),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
