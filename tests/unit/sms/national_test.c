/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: a text in any national alphabet reads as it was written. Every place of every table of
 * 3GPP TS 23.038 annex A is compared with tests/data/sms/national_tables.txt, which was not made
 * from ours.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "gsm7.h"

enum { PLACES = 128, NOTHING = 0 };

/* [single shift, else locking][language]; the tables there are */
static uint32_t table[2][GSM7_N_LANGUAGES][PLACES];
static bool there[2][GSM7_N_LANGUAGES];

static void read_places(FILE *file, uint32_t places[PLACES])
{
	char word[8];
	for (unsigned i = 0; i < PLACES; i++) {
		assert_int_equal(fscanf(file, "%7s", word), 1);
		assert_int_equal(strlen(word), 4);
		if (strcmp(word, "----") == 0)
			continue;
		char *end;
		places[i] = (uint32_t)strtoul(word, &end, 16);
		assert_int_equal(*end, '\0');
		assert_int_not_equal(places[i], NOTHING);
	}
}

static int read_tables(void **state)
{
	(void)state;
	char line[256], kind[8];
	unsigned language;
	FILE *file = fopen(TABLES, "re");
	if (file == NULL)
		return -1;
	while (fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "%7s %u", kind, &language) != 2)
			continue;
		bool single = strcmp(kind, "single") == 0;
		if (line[0] == '#' || (!single && strcmp(kind, "locking") != 0))
			continue;
		assert_in_range(language, 1, GSM7_N_LANGUAGES - 1);
		assert_false(there[single][language]);
		there[single][language] = true;
		read_places(file, table[single][language]);
	}
	return fclose(file);
}

static void no_table_is_missing(void **state)
{
	(void)state;
	for (unsigned language = 1; language < GSM7_N_LANGUAGES; language++) {
		assert_true(there[1][language]);
		assert_int_equal(there[0][language], language != GSM7_SPANISH);
	}
}

/* A place without a character reads as a space; a language without a table as the default one. */
static void each_place_of_each_locking_table(void **state)
{
	(void)state;
	unsigned compared = 0;
	for (unsigned language = 1; language < GSM7_N_LANGUAGES; language++) {
		for (uint8_t septet = 0; septet < PLACES; septet++, compared++) {
			uint32_t wanted = table[0][language][septet];
			if (!there[0][language])
				wanted = gsm7_decode(septet, GSM7_DEFAULT);
			else if (wanted == NOTHING)
				wanted = ' ';
			if (gsm7_decode(septet, (uint8_t)language) != wanted)
				fail_msg("locking %u, place 0x%02X: U+%04X, not U+%04X", language,
				         septet, (unsigned)gsm7_decode(septet, (uint8_t)language),
				         (unsigned)wanted);
		}
	}
	print_message("%u places\n", compared);
}

/*
 * Under every locking table: what a single shift table has not reads as the locking table's
 * character there (clause 6.2.1.1), a form feed ends a line, and an escape behind an escape is a
 * space.
 */
static void each_place_of_each_single_shift_table(void **state)
{
	(void)state;
	unsigned compared = 0;
	for (unsigned language = 1; language < GSM7_N_LANGUAGES; language++) {
		for (unsigned locking = 0; locking < GSM7_N_LANGUAGES; locking++) {
			for (uint8_t septet = 0; septet < PLACES; septet++, compared++) {
				uint32_t wanted = table[1][language][septet];
				uint32_t had = gsm7_decode_escaped(septet, (uint8_t)language,
				                                   (uint8_t)locking);
				if (septet == GSM7_ESCAPE)
					wanted = ' ';
				else if (wanted == '\f')
					wanted = '\n';
				else if (wanted == NOTHING)
					wanted = gsm7_decode(septet, (uint8_t)locking);
				if (had != wanted)
					fail_msg("single %u under locking %u, place 0x%02X: "
					         "U+%04X, not U+%04X",
					         language, locking, septet, (unsigned)had,
					         (unsigned)wanted);
			}
		}
	}
	print_message("%u places\n", compared);
}

static void a_reserved_language_is_the_default_alphabet(void **state)
{
	(void)state;
	for (unsigned language = GSM7_N_LANGUAGES; language < 256; language++) {
		for (uint8_t septet = 0; septet < PLACES; septet++) {
			assert_int_equal(gsm7_decode(septet, (uint8_t)language),
			                 gsm7_decode(septet, GSM7_DEFAULT));
			assert_int_equal(gsm7_decode_escaped(septet, (uint8_t)language, 0),
			                 gsm7_decode_escaped(septet, GSM7_DEFAULT, 0));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_table_is_missing),
	    cmocka_unit_test(each_place_of_each_locking_table),
	    cmocka_unit_test(each_place_of_each_single_shift_table),
	    cmocka_unit_test(a_reserved_language_is_the_default_alphabet),
	};
	return cmocka_run_group_tests_name("sms.national", tests, read_tables, NULL);
}
