/* SPDX-License-Identifier: Apache-2.0 */
/* Promises: octets come out as they were put in, and what is said about them (alphabets, FNC1, parts)
 * beside them; what no encoder makes is refused; a message cut anywhere is never more than it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "qr_payload.h"

enum {
	DATA_MAX = 400,
};

struct writing {
	uint8_t data[DATA_MAX];
	uint32_t bits;
};

static void put(struct writing *writing, uint32_t value, uint32_t bits)
{
	for (uint32_t i = bits; i-- > 0; writing->bits++)
		if (value >> i & 1)
			writing->data[writing->bits / 8] |= (uint8_t)(0x80 >> writing->bits % 8);
}

/* Bits as a line of "value:width" numbers. */
static struct writing write_bits(const char *line)
{
	struct writing writing = {0};

	while (*line) {
		char *end;
		unsigned long value = strtoul(line, &end, 0), bits;

		assert_int_equal(*end, ':');
		bits = strtoul(end + 1, &end, 10);
		put(&writing, (uint32_t)value, (uint32_t)bits);
		line = *end ? end + 1 : end;
	}
	return writing;
}

/* Terminator and padding of a symbol of n codewords. */
static void pad(struct writing *writing, uint32_t n)
{
	assert_true(writing->bits <= 8 * n);
	put(writing, 0, 8 * n - writing->bits < 4 ? 8 * n - writing->bits : 4);
	put(writing, 0, (8 - writing->bits % 8) % 8);
	for (uint32_t value = 0xec; writing->bits < 8 * n; value ^= 0xec ^ 0x11)
		put(writing, value, 8);
}

static struct qr_payload payload;

#define OCTETS(text) text, sizeof(text) - 1

static void test_each_mode_as_the_standard_writes_it(void **state)
{
	static const struct {
		const char *what, *line;
		const char *bytes;
		size_t len;
	} table[] = {
	    {"nothing", "", OCTETS("")},
	    /* The standard's own examples (7.4.3, 7.4.4, 7.4.6). */
	    {"01234567", "1:4 8:10 12:10 345:10 67:7", OCTETS("01234567")},
	    {"leading zeros", "1:4 4:10 0:10 0:4", OCTETS("0000")},
	    {"AC-42", "2:4 5:9 462:11 1849:11 2:6", OCTETS("AC-42")},
	    {"kanji", "8:4 2:8 0xd9f:13 0x1aaa:13", OCTETS("\x93\x5f\xe4\xaa")},
	    {"the last kanji there is", "8:4 1:8 0x1fff:13", OCTETS("\xeb\xbf")},
	    {"octets", "4:4 5:8 0:8 255:8 128:8 10:8 92:8", OCTETS("\0\xff\x80\n\\")},
	    {"a segment of no characters", "4:4 0:8 1:4 1:10 7:4", OCTETS("7")},
	    {"mixed", "1:4 1:10 7:4 4:4 1:8 0xe9:8 2:4 1:9 44:6", OCTETS("7\xe9:")},
	    {"GS1: % is a separator", "5:4 2:4 3:9 488:11 12:6",
	     OCTETS("A\x1d"
	            "C")},
	    {"and %% one of its own, also across pairs", "5:4 2:4 5:9 488:11 1720:11 12:6",
	     OCTETS("A%AC")},
	    {"one of its own, then a separator", "5:4 2:4 3:9 1748:11 38:6", OCTETS("%\x1d")},
	    {"an industry's letter", "9:4 165:8 1:4 1:10 7:4", OCTETS("A7")},
	    {"and the last one", "9:4 222:8 1:4 1:10 7:4", OCTETS("z7")},
	    {"without FNC1 it is a sign", "2:4 2:9 1748:11", OCTETS("%%")},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct writing writing = write_bits(table[i].line);

		pad(&writing, 19);
		if (!qr_payload_read(writing.data, 19, 1, &payload) ||
		    payload.len != table[i].len ||
		    memcmp(payload.bytes, table[i].bytes, table[i].len) != 0)
			fail_msg("%s: %u octets", table[i].what, payload.len);
		assert_true(payload.padded_well);
	}
}

/* Where there is no room for all of it. */
static void test_a_terminator_may_be_cut_off(void **state)
{
	static const struct {
		const char *line;
		uint32_t n;
		bool padded_well;
	} table[] = {
	    {"4:4 2:8 65:8 66:8 0:4", 4, true},               /* whole */
	    {"1:4 3:10 123:10", 3, true},                     /* all gone */
	    {"2:4 2:9 461:11", 3, true},                      /* all gone */
	    {"1:4 4:10 123:10 4:4 0:4", 4, true},             /* whole */
	    {"2:4 3:9 461:11 10:6", 4, true},                 /* two bits left: 0 */
	    {"2:4 3:9 461:11 10:6 1:2", 4, false},            /* but not 0 */
	    {"1:4 1:10 1:4 0:4 1:2", 3, false},               /* filled with a 1 */
	    {"1:4 1:10 1:4 0:4 0:2 0x11:8", 4, false},        /* in the wrong order */
	    {"1:4 1:10 1:4 0:4 0:2 0xec:8 0xec:8", 5, false}, /* not in turn */
	    {"1:4 1:10 1:4 0:4 0:2 0xec:8 0x11:8", 5, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct writing writing = write_bits(table[i].line);

		assert_true(qr_payload_read(writing.data, table[i].n, 1, &payload));
		assert_int_equal(payload.padded_well, table[i].padded_well);
	}
}

static void test_what_is_said_about_octets_stands_beside_them(void **state)
{
	struct writing writing;

	(void)state;
	/* One, two and three octets of a designator; the second one changes its mind. */
	writing = write_bits("7:4 26:8 4:4 1:8 0xe9:8 7:4 0x8383:16 4:4 1:8 92:8 "
	                     "7:4 0xcf423f:24 1:4 1:10 5:4");
	pad(&writing, 34);
	assert_true(qr_payload_read(writing.data, 34, 2, &payload));
	assert_int_equal(payload.len, 3);
	assert_memory_equal(payload.bytes, "\xe9\\5", 3);
	assert_int_equal(payload.n_alphabets, 3);
	assert_int_equal(payload.alphabet[0].eci, 26);
	assert_int_equal(payload.alphabet[0].from, 0);
	assert_int_equal(payload.alphabet[1].eci, 899);
	assert_int_equal(payload.alphabet[1].from, 1);
	assert_int_equal(payload.alphabet[2].eci, 999999);
	assert_int_equal(payload.alphabet[2].from, 2);
	assert_int_equal(payload.fnc1, QR_FNC1_NONE);

	writing = write_bits("3:4 1:4 3:4 0xa5:8 9:4 37:8 1:4 2:10 42:7");
	pad(&writing, 19);
	assert_true(qr_payload_read(writing.data, 19, 1, &payload));
	assert_int_equal(payload.part, 1);
	assert_int_equal(payload.parts, 4);
	assert_int_equal(payload.parity, 0xa5);
	assert_int_equal(payload.fnc1, QR_FNC1_SECOND);
	assert_int_equal(payload.len, 4);
	assert_memory_equal(payload.bytes, "3742", 4);
}

/* GB/T 18284: the first and a later row of GB 2312. */
static void test_chinese_is_read_as_gb_2312(void **state)
{
	struct writing writing;

	(void)state;
	writing = write_bits("13:4 1:4 2:8 0:13 960:13");
	pad(&writing, 19);
	assert_true(qr_payload_read(writing.data, 19, 1, &payload));
	assert_int_equal(payload.len, 4);
	assert_memory_equal(payload.bytes, "\xa1\xa1\xb0\xa1", 4);
	assert_true(payload.padded_well);
}

static void test_counts_are_as_wide_as_the_version_says(void **state)
{
	static const struct {
		uint32_t version;
		const char *line;
	} table[] = {
	    {9, "1:4 1:10 7:4 2:4 1:9 7:6 4:4 1:8 55:8 8:4 0:8"},
	    {10, "1:4 1:12 7:4 2:4 1:11 7:6 4:4 1:16 55:8 8:4 0:10"},
	    {26, "1:4 1:12 7:4 2:4 1:11 7:6 4:4 1:16 55:8 8:4 0:10"},
	    {27, "1:4 1:14 7:4 2:4 1:13 7:6 4:4 1:16 55:8 8:4 0:12"},
	    {40, "1:4 1:14 7:4 2:4 1:13 7:6 4:4 1:16 55:8 8:4 0:12"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct writing writing = write_bits(table[i].line);

		pad(&writing, 30);
		assert_true(qr_payload_read(writing.data, 30, table[i].version, &payload));
		assert_int_equal(payload.len, 3);
		assert_memory_equal(payload.bytes, "777", 3);
	}
}

static void test_what_no_encoder_makes_is_refused(void **state)
{
	static const char *const table[] = {
	    "6:4", /* modes there are not */
	    "10:4",
	    "13:4 2:4 1:8 0:13", /* no alphabet of Chinese symbols */
	    "15:4",
	    "1:4 3:10 1000:10", /* three digits */
	    "1:4 2:10 100:7",   /* two */
	    "1:4 1:10 10:4",    /* one */
	    "2:4 2:9 2025:11",  /* two characters */
	    "2:4 1:9 45:6",     /* one */
	    "4:4 18:8",         /* longer than the symbol */
	    "1:4 1023:10",
	    "7:4 0xe0:8",                   /* no such designator */
	    "7:4 0xcf4240:24",              /* 1,000,000 */
	    "4:4 1:8 65:8 3:4 0:4 1:4 0:8", /* a part's number comes first */
	    "3:4 2:4 1:4 0:8",              /* the third of two */
	    "3:4 0:4 0:4 0:8",              /* of one */
	    "5:4 9:4 1:8",                  /* FNC1 twice */
	    "9:4 100:8",                    /* neither two digits nor a letter */
	    "9:4 191:8",
	    "4:4 1:8 65:8 5:4", /* and after the message began */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct writing writing = write_bits(table[i]);

		if (writing.bits < 19 * 8)
			pad(&writing, 19);
		if (qr_payload_read(writing.data, 19, 1, &payload))
			fail_msg("\"%s\" was read", table[i]);
	}
}

static void test_full_is_answered(void **state)
{
	static uint8_t data[QR_CODEWORDS_MAX];
	struct writing writing = {0};

	(void)state;
	/* More alphabets than are reported. */
	for (int i = 0; i <= QR_ECIS_MAX; i++) {
		put(&writing, 7, 4);
		put(&writing, 26, 8);
		assert_true(qr_payload_read(writing.data, writing.bits / 8 + 1, 1, &payload) ==
		            (i < QR_ECIS_MAX));
	}
	/* As many digits as fit, and zero codewords for the rest of the widest symbol. */
	memset(data, 0, sizeof(data));
	data[0] = 0x16;
	data[1] = 0xec; /* numeric, 7,089 (14 bits), and on */
	data[2] = 0x40;
	assert_true(qr_payload_read(data, 2956, 40, &payload));
	assert_int_equal(payload.len, 7089);
	assert_int_equal(payload.bytes[7088], '0');
	data[2] = 0x80; /* 7,090 */
	assert_false(qr_payload_read(data, 2956, 40, &payload));
	assert_false(qr_payload_read(data, 3706, 40, &payload));
}

/* Cut after each codeword: it is refused, or it is a beginning of the whole. */
static void test_a_cut_message_is_never_more_than_it_was(void **state)
{
	struct writing writing = write_bits("7:4 26:8 4:4 3:8 1:8 2:8 3:8 1:4 5:10 123:10 45:7 "
	                                    "2:4 3:9 461:11 10:6 8:4 2:8 0xd9f:13 0x1aaa:13");
	struct qr_payload whole;

	(void)state;
	pad(&writing, 40);
	assert_true(qr_payload_read(writing.data, 40, 1, &whole));
	assert_int_equal(whole.len, 15);
	for (uint32_t n = 0; n < 40; n++) {
		uint8_t *data = malloc(n + 1u);

		assert_non_null(data);
		memcpy(data, writing.data, n);
		if (qr_payload_read(data, n, 1, &payload)) {
			assert_true(payload.len <= whole.len);
			assert_memory_equal(payload.bytes, whole.bytes, payload.len);
		}
		free(data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each_mode_as_the_standard_writes_it),
	    cmocka_unit_test(test_a_terminator_may_be_cut_off),
	    cmocka_unit_test(test_what_is_said_about_octets_stands_beside_them),
	    cmocka_unit_test(test_chinese_is_read_as_gb_2312),
	    cmocka_unit_test(test_counts_are_as_wide_as_the_version_says),
	    cmocka_unit_test(test_what_no_encoder_makes_is_refused),
	    cmocka_unit_test(test_full_is_answered),
	    cmocka_unit_test(test_a_cut_message_is_never_more_than_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
