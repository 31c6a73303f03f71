/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "hex.h"
#include "pdu.h"
#include "sim_pdu.h"

#define E_ACUTE_CAPITAL "\xc3\x81" /* Á is not in GSM-7 */
#define WAVE            "\xf0\x9f\x8c\x8a"
#define EURO            "\xe2\x82\xac"

static char text[4096];

/* `n` times `piece`. */
static const char *times(unsigned n, const char *piece)
{
	text[0] = '\0';
	for (unsigned i = 0; i < n; i++)
		(void)snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s", piece);
	return text;
}

static const char *with(const char *before, unsigned n, const char *piece)
{
	static char all[4096];
	snprintf(all, sizeof(all), "%s%s", before, times(n, piece));
	return all;
}

static void texts_are_split_where_the_standard_says(void **state)
{
	(void)state;
	struct pdu_plan plan;
	const struct {
		const char *name;
		unsigned n;
		const char *piece;
		unsigned alphabet, parts;
	} table[] = {
	    {"nothing", 0, "", PDU_GSM7, 1},
	    {"160 septets", 160, "x", PDU_GSM7, 1},
	    {"161 septets", 161, "x", PDU_GSM7, 2},
	    {"306 septets", 306, "x", PDU_GSM7, 2},
	    {"307 septets", 307, "x", PDU_GSM7, 3},
	    {"80 pairs", 80, EURO, PDU_GSM7, 1},
	    {"81 pairs", 81, EURO, PDU_GSM7, 2},
	    {"152 pairs", 152, EURO, PDU_GSM7,
	     2}, /* 76 a part: a pair is not cut for the last septet */
	    {"153 pairs", 153, EURO, PDU_GSM7, 3},
	    {"70 units", 70, E_ACUTE_CAPITAL, PDU_UCS2, 1},
	    {"71 units", 71, E_ACUTE_CAPITAL, PDU_UCS2, 2},
	    {"134 units", 134, E_ACUTE_CAPITAL, PDU_UCS2, 2},
	    {"135 units", 135, E_ACUTE_CAPITAL, PDU_UCS2, 3},
	    {"35 surrogate pairs", 35, WAVE, PDU_UCS2, 1},
	    {"36 surrogate pairs", 36, WAVE, PDU_UCS2, 2},
	    {"66 surrogate pairs", 66, WAVE, PDU_UCS2, 2}, /* 33 a part */
	    {"67 surrogate pairs", 67, WAVE, PDU_UCS2, 3},
	    {"8 parts", 8 * 153, "x", PDU_GSM7, 8},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		print_message("%s\n", table[i].name);
		assert_int_equal(pdu_plan(times(table[i].n, table[i].piece), &plan), 0);
		assert_int_equal(plan.alphabet, table[i].alphabet);
		assert_int_equal(plan.parts, table[i].parts);
	}
	assert_int_equal(pdu_plan(times(8 * 153 + 1, "x"), &plan), PDU_E_TOO_LONG);
}

static void a_plan_says_which_letter_made_it_long(void **state)
{
	(void)state;
	struct pdu_plan plan;
	assert_int_equal(pdu_plan("Listo, \xc2\xa1gracias! Ma\xc3\xb1"
	                          "ana",
	                          &plan),
	                 0);
	assert_int_equal(plan.because, 0);
	assert_int_equal(pdu_plan("Reuni\xc3\xb3n", &plan), 0);
	assert_int_equal(plan.because, 0xf3);
	assert_int_equal(plan.alphabet, PDU_UCS2);
}

/* Through two readers: our own, and one written apart from it. */
static void round_trip(const char *to, const char *words)
{
	struct pdu_plan plan;
	char ours[4096] = "", theirs[4096] = "";
	assert_int_equal(pdu_plan(words, &plan), 0);
	for (unsigned part = 0; part < plan.parts; part++) {
		struct pdu_octets octets;
		struct pdu pdu;
		struct pdu_error error;
		char hex[2 * PDU_OCTETS_MAX + 1], number[SIM_NUMBER_MAX + 1],
		    said[SIM_TEXT_MAX + 1];
		assert_int_equal(pdu_encode_submit(to, words, &plan, part, 42, &octets), 0);
		assert_int_equal(pdu_decode(octets.octet, octets.len, &pdu, &error), 0);
		assert_int_equal(pdu.type, PDU_SUBMIT);
		assert_int_equal(pdu.parts, plan.parts);
		assert_int_equal(pdu.part, part + 1);
		assert_int_equal(pdu.part_ref, plan.parts > 1 ? 42 : 0);
		assert_true(pdu.ud_len <= 140);
		(void)snprintf(ours + strlen(ours), sizeof(ours) - strlen(ours), "%s", pdu.text);
		hex_encode(octets.octet, octets.len, hex);
		assert_int_equal(sim_pdu_tpdu_len(hex), octets.tpdu_len);
		assert_int_equal(sim_pdu_submit(hex, number, said), 0);
		assert_string_equal(number, to);
		(void)snprintf(theirs + strlen(theirs), sizeof(theirs) - strlen(theirs), "%s",
		               said);
	}
	assert_string_equal(ours, words);
	assert_string_equal(theirs, words);
}

static void every_length_comes_back_as_it_went(void **state)
{
	(void)state;
	for (unsigned n = 0; n <= 330; n++) {
		round_trip("+15025550123", times(n, "x"));
		round_trip("5025550123", times(n / 2, "{"));
		round_trip("+123", times(n / 2, E_ACUTE_CAPITAL));
		round_trip("+1234567", times(n / 3, WAVE));
	}
	/* an escape pair and a surrogate pair at every place of a border */
	for (unsigned before = 145; before <= 162; before++) {
		char head[256];
		snprintf(head, sizeof(head), "%s", times(before, "x"));
		round_trip("+15025550123", with(head, 30, EURO));
	}
	for (unsigned before = 60; before <= 72; before++) {
		char head[256];
		snprintf(head, sizeof(head), "%s", times(before, E_ACUTE_CAPITAL));
		round_trip("+15025550123", with(head, 30, WAVE));
	}
}

/* As published with the octets: the same but for how long they are valid. */
static void a_message_is_the_octets_others_write(void **state)
{
	(void)state;
	struct pdu_plan plan;
	struct pdu_octets octets;
	char hex[2 * PDU_OCTETS_MAX + 1];
	pdu_plan("Hello World!", &plan);
	assert_int_equal(pdu_encode_submit("+27820001111", "Hello World!", &plan, 0, 0, &octets),
	                 0);
	hex_encode(octets.octet, octets.len, hex);
	assert_string_equal(hex, "0011000b917228001011f10000a70cc8329bfd065ddf72363904");
	assert_int_equal(octets.tpdu_len, octets.len - 1);
}

static void a_number_that_is_none_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
	    "", "+", "KIOSK", "+1502555012x", "123456789012345678901", "+ 15025550123"};
	struct pdu_plan plan;
	struct pdu_octets octets;
	pdu_plan("hi", &plan);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(pdu_encode_submit(bad[i], "hi", &plan, 0, 0, &octets),
		                 PDU_E_NUMBER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts_are_split_where_the_standard_says),
	    cmocka_unit_test(a_plan_says_which_letter_made_it_long),
	    cmocka_unit_test(every_length_comes_back_as_it_went),
	    cmocka_unit_test(a_message_is_the_octets_others_write),
	    cmocka_unit_test(a_number_that_is_none_is_refused),
	};
	return cmocka_run_group_tests_name("sms.submit", tests, NULL, NULL);
}
