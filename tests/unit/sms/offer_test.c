/* SPDX-License-Identifier: Apache-2.0 */
/* Promise: kioskd is offered what a person wrote as such, all else as what it is, and a message that
 * comes again by another way as the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <kiosk/msg_helper.h>

#include "sms_offer.h"

#define FROM "0B915120550521F3"
#define SENT "6211128130730A"

static struct msg_sms offer(const char *hex)
{
	struct msg_sms sms;
	memset(&sms, 0xee, sizeof(sms));
	sms_offer(hex, strlen(hex), number_country("US"), &sms);
	return sms;
}

/* What a network sends to a telephone, its SIM or a program of it, whatever words are in it. */
static void what_is_no_text_of_a_person_is_told_apart(void **state)
{
	(void)state;
	static const struct {
		const char *what, *hex;
		bool text;
	} table[] = {
	    {"a text", "0004" FROM "0000" SENT "0152", true},
	    {"one that replaces another", "0004" FROM "4100" SENT "0153", true},
	    {"class 0", "0004" FROM "00F0" SENT "0154", true},
	    {"class 1", "0004" FROM "00F1" SENT "0155", true},
	    {"class 3", "0004" FROM "00F3" SENT "0156", true},
	    {"class 2, for the SIM", "0004" FROM "00F2" SENT "0152", false},
	    {"WAP push", "0044" FROM "0004" SENT "080605040B8423F052", false},
	    {"for a port of 8 bits", "0044" FROM "0004" SENT "06040402643252", false},
	    {"voicemail, by its coding", "0004" FROM "00C8" SENT "0152", false},
	    {"voicemail, by its header", "0044" FROM "0004" SENT "06040102800152", false},
	    {"voicemail, at length", "0044" FROM "0004" SENT "06042302800152", false},
	    {"compressed", "0004" FROM "0020" SENT "0152", false},
	    {"one that is to be seen by nobody", "0004" FROM "4000" SENT "0152", false},
	    {"for the telephone, 0x7C", "0004" FROM "7C00" SENT "0152", false},
	    {"for the telephone, 0x7D", "0004" FROM "7D00" SENT "0152", false},
	    {"for the telephone, 0x7E", "0004" FROM "7E00" SENT "0152", false},
	    {"for the SIM, 0x7F", "0004" FROM "7F00" SENT "0152", false},
	    {"a status report", "000607" FROM SENT SENT "00", false},
	    {"one of ours that was stored", "00012A" FROM "00000152", false},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		print_message("%s\n", table[i].what);
		assert_int_equal(offer(table[i].hex).sms_class,
		                 table[i].text ? SMS_ORDINARY : SMS_NOT_FOR_US);
	}
	assert_int_equal(offer("0004" FROM "0000" SENT "02").sms_class, SMS_UNREADABLE);
}

/* What a fingerprint is made of, and what is read. */
static void assert_same(const struct msg_sms *a, const struct msg_sms *b)
{
	assert_int_equal(a->oa_len, b->oa_len);
	assert_memory_equal(a->oa, b->oa, sizeof(a->oa));
	assert_int_equal(a->pid, b->pid);
	assert_int_equal(a->dcs, b->dcs);
	assert_memory_equal(a->scts, b->scts, sizeof(a->scts));
	assert_int_equal(a->udl, b->udl);
	assert_int_equal(a->ud_len, b->ud_len);
	assert_memory_equal(a->ud, b->ud, sizeof(a->ud));
	assert_int_equal(a->sms_class, b->sms_class);
	assert_int_equal(a->time, b->time);
	assert_string_equal(a->from, b->from);
	assert_string_equal(a->text, b->text);
}

/* Another service centre, and the bits of the first octet, which differ from one delivery to the
 * next. */
static void the_way_it_came_changes_nothing(void **state)
{
	(void)state;
	const struct msg_sms first = offer("0004" FROM "0000" SENT "0152"),
	                     again = offer("07911326040000F0A4" FROM "0000" SENT "0152"),
	                     padded = offer("0004" FROM "0000" SENT "0152FFFF");
	assert_same(&first, &again);
	assert_same(&first, &padded);
	assert_int_equal(first.oa_len, 8);
	assert_memory_equal(first.oa, "\x0b\x91\x51\x20\x55\x05\x21\xf3", 8);
	assert_memory_equal(first.scts, "\x62\x11\x12\x81\x30\x73\x0a", 7);
	assert_int_equal(first.udl, 1);
	assert_int_equal(first.ud_len, 1);
	assert_int_equal(first.ud[0], 0x52);
	assert_string_equal(first.from, "+15025550123");
	assert_int_equal(first.from_kind, SMS_FROM_E164);
	assert_true(first.has_time);
	assert_int_equal(first.time, 1795302217); /* 2026-11-21T18:03:37-05:00 */
}

static void parts_and_controls_are_as_kioskd_takes_them(void **state)
{
	(void)state;
	const struct msg_sms part = offer("0044" FROM "4104" SENT "0A0500031703014109410D");
	assert_int_equal(part.sms_class, SMS_ORDINARY);
	assert_int_equal(part.pid, 0x41);
	assert_int_equal(part.dcs, 0x04);
	assert_int_equal(part.part_ref, 0x17);
	assert_int_equal(part.part, 1);
	assert_int_equal(part.parts, 3);
	assert_string_equal(part.text, "A A ");
	/* what does not decode is told apart by its digits, for as many as there is room for */
	const struct msg_sms bad = offer("00040B91512055");
	assert_int_equal(bad.sms_class, SMS_UNREADABLE);
	assert_int_equal(bad.ud_len, 14);
	assert_memory_equal(bad.ud, "00040B91512055", 14);
	assert_false(bad.has_time);
	assert_string_equal(bad.from, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_no_text_of_a_person_is_told_apart),
	    cmocka_unit_test(the_way_it_came_changes_nothing),
	    cmocka_unit_test(parts_and_controls_are_as_kioskd_takes_them),
	};
	return cmocka_run_group_tests_name("sms.offer", tests, NULL, NULL);
}
