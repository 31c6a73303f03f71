/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "at_text.h"

static void pieces_of_lines_are_read_within_bounds(void **state)
{
	(void)state;
	char text[4];
	assert_int_equal(at_number("1,2,3", 2), 3);
	assert_int_equal(at_number("1,2,3", 3), -1);
	assert_int_equal(at_number("\"a,b\",7", 1), 7);
	assert_int_equal(at_number(" 12 ,5", 0), 12);
	assert_int_equal(at_number("12x", 0), -1);
	assert_int_equal(at_number("99999999999999999999", 0), -1);
	assert_int_equal(at_number("", 0), -1);
	assert_true(at_quoted("0,0,\"Oper\x7f\x01"
	                      "ator\"",
	                      2, text, sizeof(text)));
	assert_string_equal(text, "Ope");
	assert_false(at_quoted("0,0,\"\"", 2, text, sizeof(text)));
	assert_false(at_quoted("0", 2, text, sizeof(text)));
	assert_int_equal(at_hex("00fF"), 4);
	assert_int_equal(at_hex("0"), 0);
	assert_int_equal(at_hex("00 "), 0);
	assert_int_equal(at_hex("0791448720003023240DD0E474D8 "), 28);
	assert_int_equal(at_hex("FACE to face"), 0);
	assert_null(at_after("+CMG", "+CMGL:"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pieces_of_lines_are_read_within_bounds),
	};
	return cmocka_run_group_tests_name("sms.at-text", tests, NULL, NULL);
}
