/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <kiosk/msg_helper.h>

#include "number.h"
#include "text.h"

static void senders_become_one_number(void **state)
{
	(void)state;
	static const struct {
		uint8_t type;
		const char *digits, *country;
		enum sms_from kind;
		const char *text;
	} table[] = {
	    {1, "15025550123", "US", SMS_FROM_E164, "+15025550123"},
	    {1, "525512345678", "US", SMS_FROM_E164, "+525512345678"},
	    {1, "15025550123", NULL, SMS_FROM_E164, "+15025550123"},
	    {0, "15025550123", "US", SMS_FROM_E164, "+15025550123"},
	    {2, "15025550123", "US", SMS_FROM_E164, "+15025550123"},
	    {0, "5025550123", "US", SMS_FROM_E164, "+15025550123"},
	    {2, "5025550123", "US", SMS_FROM_E164, "+15025550123"},
	    {1, "5025550123", "US", SMS_FROM_E164,
	     "+5025550123"}, /* it says that it is international */
	    {0, "01152551234567", "US", SMS_FROM_E164, "+52551234567"},
	    {0, "5025550123", NULL, SMS_FROM_NATIONAL, "5025550123"},
	    {0, "0025550123", "US", SMS_FROM_SHORT, "0025550123"},
	    {0, "5021550123", "US", SMS_FROM_NATIONAL, "5021550123"},
	    {0, "22000", "US", SMS_FROM_SHORT, "22000"},
	    {0, "911", "US", SMS_FROM_SHORT, "911"},
	    {0, "1410100000", "US", SMS_FROM_SHORT, "1410100000"}, /* a mail gateway's */
	    {0, "0123456789", "CA", SMS_FROM_SHORT, "0123456789"},
	    {1, "22000", "US", SMS_FROM_SHORT, "22000"}, /* a short code dressed as international */
	    {3, "12345678", "US", SMS_FROM_SHORT, "12345678"},
	    {0, "12", "US", SMS_FROM_NATIONAL, "12"},
	    {0, "", "US", SMS_FROM_NATIONAL, ""},
	    {0, "*123#", "US", SMS_FROM_NATIONAL, "*123#"},
	    {1, "1234567890123456", "US", SMS_FROM_NATIONAL,
	     "1234567890123456"}, /* over 15 digits */
	    {5, "KIOSK", "US", SMS_FROM_ALPHANUMERIC, "KIOSK"},
	    {5, "5025550123", "US", SMS_FROM_ALPHANUMERIC,
	     "5025550123"}, /* a name of digits is no number */
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct pdu_address address = {.type = table[i].type};
		char text[PHONE_BYTES_MAX + 1] = "?";
		text_copy(address.text, sizeof(address.text), table[i].digits);
		print_message("%u %s\n", table[i].type, table[i].digits);
		assert_int_equal(
		    number_normalise(
		        &address, table[i].country ? number_country(table[i].country) : NULL, text),
		    table[i].kind);
		assert_string_equal(text, table[i].text);
	}
}

static void a_long_name_is_cut_at_a_character(void **state)
{
	(void)state;
	struct pdu_address address = {.type = 5};
	char text[PHONE_BYTES_MAX + 1];
	for (unsigned i = 0; i < 11; i++)
		(void)snprintf(address.text + strlen(address.text),
		               sizeof(address.text) - strlen(address.text), "%s", "\xe2\x82\xac");
	assert_int_equal(number_normalise(&address, NULL, text), SMS_FROM_ALPHANUMERIC);
	assert_int_equal(strlen(text), 21);
}

static void countries_are_known_by_their_codes(void **state)
{
	(void)state;
	assert_non_null(number_country("US"));
	assert_null(number_country("XX"));
	assert_null(number_country("us"));
	assert_non_null(strstr(number_countries(), "US"));
}

static void what_a_person_writes_is_the_number_a_text_comes_from(void **state)
{
	(void)state;
	static const struct {
		const char *text, *country;
		const char *number, *why; /* a part of the sentence */
	} table[] = {
	    {"+15025550123", NULL, "+15025550123", NULL},
	    {"+1 (502) 555-0123", NULL, "+15025550123", NULL},
	    {"(502) 555.0123", "US", "+15025550123", NULL},
	    {"1 502 555 0123", "CA", "+15025550123", NULL},
	    {"+52 55 1234 5678", "US", "+525512345678", NULL},
	    {"011 52 55 1234 5678", "US", "+525512345678", NULL},
	    {"5025550123", NULL, NULL, "does not say its country"},
	    {"+1502555012", NULL, NULL, "No telephone has"}, /* a digit short */
	    {"+150255501234", NULL, NULL, "No telephone has"},
	    {"+10025550123", NULL, NULL, "No telephone has"},
	    {"5550123", "US", NULL, "No telephone has"},
	    {"22000", "US", NULL, "No telephone has"},
	    {"", "US", NULL, "No telephone has"},
	    {"+", "US", NULL, "No telephone has"},
	    {"++15025550123", "US", NULL, "digits only"},
	    {"1+5025550123", "US", NULL, "digits only"},
	    {"five", "US", NULL, "digits only"},
	    {"502555٠123", "US", NULL, "digits only"},
	    {"+123456789012345678901234567890", NULL, NULL, "too many digits"},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char number[PHONE_BYTES_MAX + 1] = "untouched";
		const char *why =
		    number_read(table[i].text,
		                table[i].country ? number_country(table[i].country) : NULL, number);
		print_message("%s\n", table[i].text);
		if (table[i].number) {
			assert_null(why);
			assert_string_equal(number, table[i].number);
			continue;
		}
		assert_non_null(why);
		assert_non_null(strstr(why, table[i].why));
		assert_non_null(strstr(why, "+15025550123"));
		assert_string_equal(number, "untouched");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(senders_become_one_number),
	    cmocka_unit_test(a_long_name_is_cut_at_a_character),
	    cmocka_unit_test(countries_are_known_by_their_codes),
	    cmocka_unit_test(what_a_person_writes_is_the_number_a_text_comes_from),
	};
	return cmocka_run_group_tests_name("sms.number", tests, NULL, NULL);
}
