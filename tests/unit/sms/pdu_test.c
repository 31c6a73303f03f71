/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "gsm7.h"
#include "pdu.h"
#include "sim_pdu.h"

/*
 * Messages that others published with what they say: manuals of modules, the tests of other
 * decoders, captures. Times are as the seven octets have them, sign of the zone included.
 */
static const struct {
	const char *hex;
	enum pdu_type type;
	const char *address, *text;
	int64_t time; /* 0: none */
	int offset_min;
	unsigned ref, part, parts;
} published[] = {
    {"07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37", PDU_DELIVER,
     "27838890001", "hellohello", 922713419, 120, 0, 1, 1},
    {"06917228195339040B917228214365F700003130805120618005D4F29C2E03", PDU_DELIVER, "27821234567",
     "Test2", 1362747736, 120, 0, 1, 1},
    {"07915892000000F0040B915892214365F700007040213252242331493A283D0795C3F33C88FE06C9CB6132885EC6D"
     "341EDF27C1E3E97E720"
     "7B3A0C0A5241E377BB1D7693E72E",
     PDU_DELIVER, "85291234567", "It is easy to read text messages via AT commands.", 1176391542,
     480, 0, 1, 1},
    {"06917228195339040B917228214365F70000313062315352800A800D8A5E98D337A910", PDU_DELIVER,
     "27821234567", "@{t\xc3\xa9st}!", 1364297725, 120, 0, 1, 1},
    {"0591721891F1400781721881F800003160526104848059050003C30101916536FB1DCABEEB2074D85E064941B19CA"
     "B060319A5C522289C96"
     "D3D3ED32286C0FA7D96131BBEC024941B19CAB0603DDD36C36A88C87A7E565D0DB0D82C55EB0DB4B068BCD5C20",
     PDU_DELIVER, "2781188",
     "Hello!You have R 19.50 FREE airtime available. R 19.50 will expire on 01/07/2013. ",
     1372171248, 120, 0xc3, 1, 1},
    /* the zone's sign set: minus nothing */
    {"07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07", PDU_DELIVER,
     "31641600986", "How are you?", 1030390661, 0, 0, 1, 1},
    {"07911326040000F0310D0B911326880736F40000A90FF7FBDD454E87CDE1B0DB357EB701", PDU_SUBMIT,
     "31628870634", "www.diafaan.com", 0, 0, 0, 1, 1},
    {"07914346466554F601000B914316565811F9000806304253F68449", PDU_SUBMIT, "34616585119",
     "\xe3\x81\x82\xe5\x8f\xb6\xe8\x91\x89", 0, 0, 0, 1, 1},
    {"0591721891F101000B917228214365F700040C48656C6C6F20776F726C6421", PDU_SUBMIT, "27821234567",
     "Hello world!", 0, 0, 0, 1, 1},
    {"0019000B917228001011F100003170013193008017D474BB3CA787DB70903DCC4E93D3F43C885E9ED301",
     PDU_SUBMIT, "27820001111", "Timestamp validity test", 0, 0, 0, 1, 1},
    {"07914400000000F01100099121436587F90008F40A4E16754C60A8597DFF01", PDU_SUBMIT, "123456789",
     "\xe4\xb8\x96\xe7\x95\x8c\xe6\x82\xa8\xe5\xa5\xbd\xef\xbc\x81", 0, 0, 0, 1, 1},
    {"0006D60B911326880736F4111011719551401110117195714000", PDU_STATUS_REPORT, "31628870634", "",
     1294765155, 60, 0, 1, 1},
};

static void published_messages_say_what_they_said(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(published) / sizeof(published[0]); i++) {
		struct pdu pdu;
		struct pdu_error error = {0};
		print_message("%s\n", published[i].hex);
		assert_int_equal(
		    pdu_decode_hex(published[i].hex, strlen(published[i].hex), &pdu, &error), 0);
		assert_int_equal(pdu.type, published[i].type);
		assert_string_equal(pdu.address.text, published[i].address);
		assert_string_equal(pdu.text, published[i].text);
		assert_int_equal(pdu.has_time, published[i].time != 0);
		if (pdu.has_time)
			assert_int_equal(pdu.time, published[i].time);
		assert_int_equal(pdu.offset_min, published[i].offset_min);
		assert_int_equal(pdu.part_ref, published[i].ref);
		assert_int_equal(pdu.part, published[i].part);
		assert_int_equal(pdu.parts, published[i].parts);
	}
}

/* In memory of exactly that size, so that a sanitizer sees one octet read too many. */
static void cut_anywhere_it_says_where_and_reads_no_further(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(published) / sizeof(published[0]); i++) {
		size_t whole = strlen(published[i].hex);
		for (size_t n = 0; n < whole; n++) {
			struct pdu pdu = {.dcs = 0xee};
			struct pdu_error error = {0};
			char *cut = malloc(n + 1);
			memcpy(cut, published[i].hex, n);
			assert_int_equal(pdu_decode_hex(cut, n, &pdu, &error), PDU_E_BAD);
			free(cut);
			assert_int_equal(pdu.dcs, 0xee); /* untouched */
			assert_int_equal(error.octet, n / 2 + 1);
			assert_ptr_equal(strstr(error.sentence, "Octet "), error.sentence);
		}
	}
}

static void an_error_names_its_octet(void **state)
{
	(void)state;
	static const struct {
		const char *hex, *sentence;
	} table[] = {
	    {"", "Octet 1 of 0: the message ends here, but the service centre's length needs 1 "
	         "more octet."},
	    {"0C", "Octet 1 of 1: a service centre's address of 12 octets; the most is 11."},
	    {"0003",
	     "Octet 2 of 2: message type 3 is reserved; 0 deliver, 1 submit, 2 status report."},
	    {"000415", "Octet 3 of 3: a number of 21 digits; the most is 20."},
	    {"00040B9151",
	     "Octet 6 of 5: the message ends here, but the number needs 5 more octets."},
	    {"0004029121000099309251619580A1",
	     "Octet 15 of 15: a text of 161 septets; the most is 160."},
	    {"00040291210004993092516195808D",
	     "Octet 15 of 15: a text of 141 octets; the most is 140."},
	    {"00440291210004993092516195800205",
	     "Octet 17 of 16: the message ends here, but the text needs 1 more octet."},
	    {"0044029121000499309251619580020500",
	     "Octet 16 of 17: a header of 6 octets in 2 octets of text."},
	    {"00440291210004993092516195 8000",
	     "Octet 14 of 15: character 27 is no hexadecimal digit."},
	    {"004402912100049930925161958000",
	     "Octet 15 of 15: the first octet announces a header, but the text's length is 0."},
	    {"000", "Octet 2 of 1: the digits end in the middle of an octet."},
	    {"0G", "Octet 1 of 1: character 2 is no hexadecimal digit."},
	    {"0g", "Octet 1 of 1: character 2 is no hexadecimal digit."},
	    {"`0", "Octet 1 of 1: character 1 is no hexadecimal digit."},
	    {"af", "Octet 1 of 1: a service centre's address of 175 octets; the most is 11."},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct pdu pdu;
		struct pdu_error error;
		assert_int_equal(pdu_decode_hex(table[i].hex, strlen(table[i].hex), &pdu, &error),
		                 PDU_E_BAD);
		assert_string_equal(error.sentence, table[i].sentence);
	}
}

static struct pdu decode(const char *hex)
{
	struct pdu pdu;
	struct pdu_error error = {.sentence = ""};
	if (pdu_decode_hex(hex, strlen(hex), &pdu, &error) != 0)
		fail_msg("%s: %s", hex, error.sentence);
	return pdu;
}

/* Every length, with and without a header before it: the septets begin at all eight places of an
 * octet. */
static void septets_are_read_at_every_alignment(void **state)
{
	(void)state;
	char text[154] = "", hex[SIM_PARTS_MAX][SIM_HEX_MAX + 1];
	for (unsigned n = 0; n <= 153; n++) {
		assert_int_equal(sim_pdu_deliver("+15025550123", 1790000000, -20, text, 0, hex), 1);
		assert_string_equal(decode(hex[0]).text, text);
		text[n] = (char)("AzR d"[n % 5]);
		text[n + 1 < 154 ? n + 1 : 153] = '\0';
	}
	for (unsigned header = 0; header < 12;
	     header++) { /* unknown elements of any length, then seven letters */
		uint8_t octet[64] = {0x00, 0x44, 0x02, 0x91, 0x21, 0x00, 0x00,
		                     0x62, 0x11, 0x12, 0x61, 0x93, 0x15, 0x0a};
		size_t at = 15, udh = header + 3, skip = (udh * 8 + 6) / 7;
		octet[14] = (uint8_t)(skip + 7);
		octet[at] = (uint8_t)(udh - 1);
		octet[at + 1] = 0x70;
		octet[at + 2] = (uint8_t)header;
		memset(octet + at + 3, 13, header); /* of another element a national language */
		for (unsigned i = 0; i < 7; i++)
			gsm7_put_septet(octet + at, (skip + i) * 7, (uint8_t)("CLEANUP"[i]));
		struct pdu pdu;
		struct pdu_error error;
		assert_int_equal(pdu_decode(octet, at + ((skip + 7) * 7 + 7) / 8, &pdu, &error), 0);
		assert_string_equal(pdu.text, "CLEANUP");
	}
}

/* Each character of the default alphabet and its extension, through an encoder that shares no table
 * with ours. */
static void every_character_of_the_alphabet_is_read(void **state)
{
	(void)state;
	static const char *const all[] = {
	    "@\xc2\xa3$"
	    "\xc2\xa5\xc3\xa8\xc3\xa9\xc3\xb9\xc3\xac\xc3\xb2\xc3\x87\n\xc3\x98\xc3\xb8\r\xc3\x85"
	    "\xc3\xa5"
	    "\xce\x94_"
	    "\xce\xa6\xce\x93\xce\x9b\xce\xa9\xce\xa0\xce\xa8\xce\xa3\xce\x98\xce\x9e\xc3\x86\xc3"
	    "\xa6\xc3\x9f\xc3"
	    "\x89",
	    " !\"#\xc2\xa4%&'()*+,-./0123456789:;<=>?\xc2\xa1"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ\xc3\x84\xc3\x96\xc3\x91\xc3\x9c\xc2\xa7\xc2\xbf"
	    "abcdefghijklmnopqrstuvwxyz\xc3\xa4\xc3\xb6\xc3\xb1\xc3\xbc\xc3\xa0",
	    "^{}\\[~]|\xe2\x82\xac",
	};
	char hex[SIM_PARTS_MAX][SIM_HEX_MAX + 1];
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_int_equal(sim_pdu_deliver("+15025550123", 1790000000, 0, all[i], 0, hex), 1);
		struct pdu pdu = decode(hex[0]);
		assert_int_equal(pdu.alphabet, PDU_GSM7);
		assert_string_equal(pdu.text, all[i]);
	}
}

/* Its length counts semi-octets, and seven letters end within an octet (23.040 clause 9.1.2.5). */
static void a_name_is_as_long_as_its_semi_octets_say(void **state)
{
	(void)state;
	static const char name[] = "CIVICKIOSKS";
	for (size_t n = 1; n < sizeof(name); n++) {
		uint8_t octet[32] = {0x00, 0x04, (uint8_t)((7 * n + 3) / 4), 0xd0};
		static const uint8_t rest[] = {0, 0, 0x62, 0x11, 0x12, 0x81, 0x30, 0x73, 0x0a, 0};
		size_t len = 4 + (7 * n + 7) / 8;
		struct pdu pdu;
		struct pdu_error error;
		for (size_t i = 0; i < n; i++)
			gsm7_put_septet(octet + 4, 7 * i, (uint8_t)name[i]);
		memcpy(octet + len, rest, sizeof(rest));
		assert_int_equal(pdu_decode(octet, len + sizeof(rest), &pdu, &error), 0);
		assert_int_equal(strlen(pdu.address.text), n);
		assert_memory_equal(pdu.address.text, name, n);
	}
}

static void an_escape_at_the_border_escapes_nothing(void **state)
{
	(void)state;
	/* four septets: 'a', escape, '<' (a bracket), escape */
	assert_string_equal(decode("000402912100006211126193150004E10D6F03").text, "a[");
	/* an unknown pair is the letter, an escape behind an escape a space (23.038 clause 6.2.1.1)
	 */
	uint8_t octet[24] = {0x00, 0x04, 0x02, 0x91, 0x21, 0x00, 0x00, 0x62,
	                     0x11, 0x12, 0x61, 0x93, 0x15, 0x0a, 4};
	static const uint8_t septet[] = {0x1b, 'A', 0x1b, 0x1b};
	for (unsigned i = 0; i < 4; i++)
		gsm7_put_septet(octet + 15, i * 7, septet[i]);
	struct pdu pdu;
	struct pdu_error error;
	assert_int_equal(pdu_decode(octet, 19, &pdu, &error), 0);
	assert_string_equal(pdu.text, "A ");
}

static void national_single_shift_is_read(void **state)
{
	(void)state;
	/* header: element 0x24, Spanish; then escape and 'a', escape and 'o', escape and 'e' (the
	 * euro sign stays) */
	static const struct {
		uint8_t language;
		const char *text;
	} table[] = {{0, "ao\xe2\x82\xac"},
	             {2, "\xc3\xa1\xc3\xb3\xe2\x82\xac"},
	             {3, "\xc3\x82\xc3\xb3\xe2\x82\xac"},
	             {9, "ao\xe2\x82\xac"}};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		uint8_t octet[32] = {0x00,
		                     0x44,
		                     0x02,
		                     0x91,
		                     0x21,
		                     0x00,
		                     0x00,
		                     0x62,
		                     0x11,
		                     0x12,
		                     0x61,
		                     0x93,
		                     0x15,
		                     0x0a,
		                     5 + 6,
		                     3,
		                     0x24,
		                     1,
		                     table[i].language};
		static const uint8_t septet[] = {0x1b, 'a', 0x1b, 'o', 0x1b, 'e'};
		for (unsigned k = 0; k < 6; k++)
			gsm7_put_septet(octet + 15, (5 + k) * 7, septet[k]);
		struct pdu pdu;
		struct pdu_error error;
		assert_int_equal(pdu_decode(octet, 15 + 10, &pdu, &error), 0);
		assert_string_equal(pdu.text, table[i].text);
	}
}

static void a_locking_shift_holds_for_the_whole_text(void **state)
{
	(void)state;
	/* header: locking shift 1 and single shift 3, Turkish and Portuguese */
	uint8_t octet[40] = {0x00, 0x44, 0x02, 0x91,  0x21, 0x00, 0x00, 0x62, 0x11, 0x12, 0x61,
	                     0x93, 0x15, 0x0a, 8 + 6, 6,    0x25, 1,    1,    0x24, 1,    3};
	static const uint8_t septet[] = {0x04, 0x1b, 0x0b, 0x1b, 0x07, 'a'};
	for (unsigned k = 0; k < 6; k++)
		gsm7_put_septet(octet + 15, (8 + k) * 7, septet[k]);
	struct pdu pdu;
	struct pdu_error error;
	assert_int_equal(pdu_decode(octet, 15 + 13, &pdu, &error), 0);
	/* an escape before what the single shift table has not gives the locking table's */
	assert_string_equal(pdu.text, "\xe2\x82\xac\xc3\x94\xc4\xb1"
	                              "a");
}

static void a_character_cut_between_parts_is_one(void **state)
{
	(void)state;
	/* U+1F30A, its halves in two parts of three */
	struct pdu first = decode("004402912100086211126193150A0A05000307030100"
	                          "52D83C"),
	           second = decode("004402912100086211126193150A0A050003070302DF0A0053"),
	           other = decode("004402912100086211126193150A0A050003080302DF0A0053");
	assert_string_equal(first.text, "R");
	assert_string_equal(second.text, "\xef\xbf\xbdS");
	assert_false(pdu_join(&first, &other));
	assert_string_equal(other.text, "\xef\xbf\xbdS");
	assert_true(pdu_join(&first, &second));
	assert_string_equal(second.text, "\xf0\x9f\x8c\x8aS");
	/* one half without the other joins nothing */
	second = decode("004402912100086211126193150A0A0500030703020052"
	                "0053");
	assert_true(pdu_join(&first, &second));
	assert_string_equal(second.text, "RS");
	/* a header may be all there is */
	first = decode("004402912100046211126193150A06050003070301");
	assert_string_equal(first.text, "");
	assert_int_equal(first.parts, 3);
}

static void surrogate_pairs_are_one_character(void **state)
{
	(void)state;
	static const char head[] = "000402912100086211126193150A";
	static const struct {
		const char *tail, *text;
	} table[] = {
	    {"04D83CDF0A", "\xf0\x9f\x8c\x8a"},
	    {"08D800DC00DBFFDFFF", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"}, /* first and last */
	    {"03005200", "R"},                       /* the last octet is half a unit */
	    {"0CFFFE52004900560045005200", "RIVER"}, /* UTF-16 the wrong way round, with its mark */
	    {"0A52004900560045005200", "RIVER"},     /* and without it */
	    {"06FEFF00520049", "RI"},
	    {"0452005300", "\xe5\x88\x80\xe5\x8c\x80"}, /* two characters may be Chinese */
	    {"060052D83C0052", "R\xef\xbf\xbdR"},
	    {"02D83C", "\xef\xbf\xbd"},
	    {"02DF0A", "\xef\xbf\xbd"},
	    {"0400520000", "R\xef\xbf\xbd"}, /* NUL ends no text */
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char hex[128];
		snprintf(hex, sizeof(hex), "%s%s", head, table[i].tail);
		assert_string_equal(decode(hex).text, table[i].text);
	}
}

static void the_zone_of_a_time_counts_with_its_sign(void **state)
{
	(void)state;
	static const struct {
		const char *scts;
		bool has_time;
		int64_t time;
		int offset_min;
	} table[] = {
	    {"62111281307300", true, 1795284217, 0},            /* 2026-11-21T18:03:37Z */
	    {"62111281307323", true, 1795284217 - 28800, 480},  /* +08:00 */
	    {"6211128130732B", true, 1795284217 + 28800, -480}, /* -08:00 */
	    {"6211128130730A", true, 1795284217 + 18000, -300}, /* -05:00 */
	    {"62111281307341", true, 1795284217 - 12600, 210},  /* +03:30 */
	    {"6211128130734D", true, 1795284217 + 48600, -810}, /* -13:30 */
	    {"62111281307391", true, 1795284217 - 17100, 285},  /* +04:45 */
	    {"62111281307395", false, 0, 0},                    /* 59 quarters: no zone on Earth */
	    {"62311281307300", false, 0, 0},                    /* month 13 */
	    {"6211128130A300", true, 1795284210, 0},            /* a digit that is none is 0 */
	    {"621112813073B0", true, 1795284217, 0},
	    {"FFFFFFFFFFFFFF", false, 0, 0},         /* month 0 */
	    {"42209200000000", true, 1709164800, 0}, /* 2024-02-29 */
	    {"42301000000000", true, 1709251200, 0}, /* the day after it */
	    {"00101000000000", true, 946684800, 0},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char hex[64];
		snprintf(hex, sizeof(hex), "00040291210000%s00", table[i].scts);
		struct pdu pdu = decode(hex);
		assert_int_equal(pdu.has_time, table[i].has_time);
		assert_int_equal(pdu.time, table[i].time);
		assert_int_equal(pdu.offset_min, table[i].offset_min);
	}
}

static void coding_schemes_are_told_apart(void **state)
{
	(void)state;
	static const struct {
		unsigned dcs;
		enum pdu_alphabet alphabet;
		int message_class;
		bool waiting, compressed;
	} table[] = {
	    {0x00, PDU_GSM7, -1, false, false}, {0x04, PDU_8BIT, -1, false, false},
	    {0x08, PDU_UCS2, -1, false, false}, {0x0c, PDU_GSM7, -1, false, false},
	    {0x10, PDU_GSM7, 0, false, false},  {0x18, PDU_UCS2, 0, false, false},
	    {0x12, PDU_GSM7, 2, false, false},  {0x20, PDU_GSM7, -1, false, true},
	    {0x48, PDU_UCS2, -1, false, false}, {0x80, PDU_GSM7, -1, false, false},
	    {0xc8, PDU_GSM7, -1, true, false},  {0xd8, PDU_GSM7, -1, true, false},
	    {0xe8, PDU_UCS2, -1, true, false},  {0xf1, PDU_GSM7, 1, false, false},
	    {0xf6, PDU_8BIT, 2, false, false},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char hex[64];
		snprintf(hex, sizeof(hex), "000402912100%02X6211128130730000", table[i].dcs);
		struct pdu pdu = decode(hex);
		assert_int_equal(pdu.alphabet, table[i].alphabet);
		assert_int_equal(pdu.message_class, table[i].message_class);
		assert_int_equal(pdu.waiting_flag, table[i].waiting);
		assert_int_equal(pdu.compressed, table[i].compressed);
	}
}

static void headers_are_read_and_what_they_do_not_say_is_skipped(void **state)
{
	(void)state;
	static const struct {
		const char *header; /* with its length */
		unsigned ref, part, parts;
		bool ported, waiting;
	} table[] = {
	    {"050003170301", 0x17, 1, 3, false, false},
	    {"06080401800402", 0x180, 2, 4, false, false},
	    {"0A7003AABBCC0003170302", 0x17, 2, 3, false, false},
	    {"0A00031703010003180201", 0x18, 1, 2, false, false}, /* the last one counts */
	    /* unknown ones as long as those that are known */
	    {"057003170301", 0, 1, 1, false, false},
	    {"06700401800402", 0, 1, 1, false, false},
	    {"0470026432", 0, 1, 1, false, false},
	    {"050003170003", 0, 1, 1, false, false}, /* no parts: ignored */
	    {"050003170300", 0, 1, 1, false, false}, /* part 0: ignored */
	    {"050003170304", 0, 1, 1, false, false}, /* part 4 of 3: ignored */
	    {"0500FF170303", 0, 1, 1, false, false}, /* longer than the header: ignored */
	    /* the last element is not whole: nothing of the header is believed */
	    {"06000317030108", 0, 1, 1, false, false},
	    {"080003170301080401", 0, 1, 1, false, false},
	    {"0605040B8423F0", 0, 1, 1, true, false}, /* WAP push */
	    {"0404026432", 0, 1, 1, true, false},
	    {"0401028001", 0, 1, 1, false, true}, /* a voicemail waits */
	    {"0423028001", 0, 1, 1, false, true}, /* and what is known of it */
	    {"00", 0, 1, 1, false, false},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char hex[128];
		snprintf(hex, sizeof(hex), "00440291210004%s%02X%s52", "62111281307300",
		         (unsigned)strlen(table[i].header) / 2 + 1, table[i].header);
		struct pdu pdu = decode(hex);
		assert_string_equal(pdu.text, "R");
		assert_int_equal(pdu.part_ref, table[i].ref);
		assert_int_equal(pdu.part, table[i].part);
		assert_int_equal(pdu.parts, table[i].parts);
		assert_int_equal(pdu.ported, table[i].ported);
		assert_int_equal(pdu.waiting_flag, table[i].waiting);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(published_messages_say_what_they_said),
	    cmocka_unit_test(cut_anywhere_it_says_where_and_reads_no_further),
	    cmocka_unit_test(an_error_names_its_octet),
	    cmocka_unit_test(septets_are_read_at_every_alignment),
	    cmocka_unit_test(every_character_of_the_alphabet_is_read),
	    cmocka_unit_test(a_name_is_as_long_as_its_semi_octets_say),
	    cmocka_unit_test(an_escape_at_the_border_escapes_nothing),
	    cmocka_unit_test(national_single_shift_is_read),
	    cmocka_unit_test(a_locking_shift_holds_for_the_whole_text),
	    cmocka_unit_test(a_character_cut_between_parts_is_one),
	    cmocka_unit_test(surrogate_pairs_are_one_character),
	    cmocka_unit_test(the_zone_of_a_time_counts_with_its_sign),
	    cmocka_unit_test(coding_schemes_are_told_apart),
	    cmocka_unit_test(headers_are_read_and_what_they_do_not_say_is_skipped),
	};
	return cmocka_run_group_tests_name("sms.pdu", tests, NULL, NULL);
}
