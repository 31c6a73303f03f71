/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: a reply goes at most once, and never more often than the limits allow, whatever crashes
 * in between.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "crypto.h"
#include "fixture.h"
#include "vfs_fault.h"

static void move(struct evening *scene, uint32_t message, enum sms_state to, uint32_t sender,
                 int64_t now_s, int should)
{
	struct fingerprint fingerprint = fingerprint_of(message);
	struct tag tag = tag_of(sender);

	assert_int_equal(ledger_sms_move(scene->ledger, &fingerprint, to, &tag, now_s), should);
}

static void state_is(struct evening *scene, uint32_t message, enum sms_state should)
{
	struct fingerprint fingerprint = fingerprint_of(message);
	enum sms_state is;

	assert_int_equal(ledger_sms_state(scene->ledger, &fingerprint, &is), 0);
	assert_int_equal(is, should);
}

static void record(struct evening *scene, uint32_t message, bool due, int should)
{
	struct fingerprint fingerprint = fingerprint_of(message);

	assert_int_equal(ledger_sms_record(scene->ledger, &fingerprint, due), should);
}

static void a_reply_moves_one_way(void **state)
{
	/* every move, from every state */
	static const struct {
		enum sms_state from, to;
	} good[] = {
	    {SMS_STATE_DUE, SMS_STATE_ATTEMPTED},
	    {SMS_STATE_DUE, SMS_STATE_DROPPED},
	    {SMS_STATE_ATTEMPTED, SMS_STATE_SENT},
	    {SMS_STATE_ATTEMPTED, SMS_STATE_DROPPED},
	};
	struct evening *scene = *state;
	uint32_t message = 0;

	for (int from = SMS_STATE_UNKNOWN; from <= SMS_STATE_DROPPED; from++) {
		for (int to = SMS_STATE_UNKNOWN; to <= SMS_STATE_DROPPED; to++) {
			bool is_good = false;

			message++;
			if (from != SMS_STATE_UNKNOWN)
				record(scene, message, from != SMS_STATE_NO_REPLY, 0);
			if (from >= SMS_STATE_ATTEMPTED)
				move(scene, message, SMS_STATE_ATTEMPTED, 1, 5, 0);
			if (from > SMS_STATE_ATTEMPTED)
				move(scene, message, (enum sms_state)from, 1, 5, 0);
			state_is(scene, message, (enum sms_state)from);
			for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
				is_good |= (int)good[i].from == from && (int)good[i].to == to;
			move(scene, message, (enum sms_state)to, 1, 5, is_good ? 0 : -EINVAL);
			state_is(scene, message,
			         is_good ? (enum sms_state)to : (enum sms_state)from);
		}
	}
}

static void a_message_is_recorded_once(void **state)
{
	struct evening *scene = *state;

	record(scene, 1, true, 0);
	record(scene, 1, false, LEDGER_E_KNOWN);
	state_is(scene, 1, SMS_STATE_DUE);
	state_is(scene, 2, SMS_STATE_UNKNOWN);
	move(scene, 1, SMS_STATE_ATTEMPTED, 1, 5, 0);
	/* The power goes after the mark and before the modem was told: no second reply. */
	fault_disk_arm(scene->disk, FAULT_CUT, FAULT_OP_ANY, 1);
	ledger_close(scene->ledger);
	fault_disk_power_on(scene->disk, SURVIVE_NONE, 0);
	scene->ledger = open_good(scene->folder.ledger);
	state_is(scene, 1, SMS_STATE_ATTEMPTED);
	move(scene, 1, SMS_STATE_ATTEMPTED, 1, 5, -EINVAL);
}

static struct ledger_replies replies_to(struct evening *scene, uint32_t sender, int64_t now_s)
{
	struct tag tag = tag_of(sender);
	struct ledger_replies replies;

	assert_int_equal(ledger_sms_replies(scene->ledger, &tag, now_s, &replies), 0);
	return replies;
}

static void limits_are_judged_by_what_was_sent(void **state)
{
	struct evening *scene = *state;
	struct ledger_replies replies;
	uint32_t message = 100;

	replies = replies_to(scene, 1, 1000);
	assert_false(replies.has_last);
	assert_int_equal(replies.to_number + replies.last_minute + replies.numbers_day, 0);
	/* 3 to number 1; one each to 2..11, a second apart from 1000 on */
	for (uint32_t i = 0; i < 3; i++) {
		record(scene, ++message, true, 0);
		move(scene, message, SMS_STATE_ATTEMPTED, 1, 100 + i, 0);
	}
	for (uint32_t i = 0; i < 10; i++) {
		record(scene, ++message, true, 0);
		move(scene, message, SMS_STATE_ATTEMPTED, 2 + i, 1000 + i, 0);
	}
	/* one that is dropped before it was attempted does not count */
	record(scene, ++message, true, 0);
	move(scene, message, SMS_STATE_DROPPED, 1, 1009, 0);

	replies = replies_to(scene, 1, 1009);
	assert_true(replies.has_last);
	assert_int_equal(replies.last_s, 102);
	assert_int_equal(replies.to_number, 3);
	assert_int_equal(replies.last_minute, 10);
	assert_int_equal(replies.numbers_day, 11);
	replies = replies_to(scene, 2, 1064); /* those of 1005 to 1009 are within the minute */
	assert_int_equal(replies.to_number, 1);
	assert_int_equal(replies.last_minute, 5);
	replies = replies_to(scene, 99, 1000 + 86400 + 3);
	assert_int_equal(replies.to_number, 0);
	assert_int_equal(replies.last_minute, 0);
	assert_int_equal(replies.numbers_day, 6);
}

static void stop_is_remembered_until_the_close(void **state)
{
	struct evening *scene = *state;
	struct tag tag = tag_of(1);

	assert_int_equal(ledger_sms_stop(scene->ledger, &tag, true), 0);
	assert_true(replies_to(scene, 1, 10).stopped);
	assert_false(replies_to(scene, 2, 10).stopped);
	record(scene, 1, true, 0);
	move(scene, 1, SMS_STATE_ATTEMPTED, 1, 9, 0);
	assert_true(replies_to(scene, 1, 10).stopped);
	assert_int_equal(replies_to(scene, 1, 10).to_number, 1);
	assert_int_equal(ledger_sms_stop(scene->ledger, &tag, false), 0);
	assert_false(replies_to(scene, 1, 10).stopped);
}

static void nothing_of_a_phone_is_written_after_the_close(void **state)
{
	struct evening *scene = *state;
	struct tag tag = tag_of(1);

	record(scene, 1, true, 0);
	assert_int_equal(ledger_end_epoch(scene->ledger, false), 0);
	state_is(scene, 1, SMS_STATE_UNKNOWN);
	record(scene, 2, true, LEDGER_E_NOT_OPEN);
	assert_int_equal(ledger_sms_stop(scene->ledger, &tag, true), LEDGER_E_NOT_OPEN);
	move(scene, 1, SMS_STATE_ATTEMPTED, 1, 5, -EINVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, evening_setup, evening_teardown)

static void note_text(struct evening *scene, int64_t at_s, int should)
{
	assert_int_equal(ledger_note_text(scene->ledger, at_s), should);
}

static void texts_until(struct evening *scene, int64_t should)
{
	int64_t is = -1;

	assert_int_equal(ledger_texts_until(scene->ledger, &is), 0);
	assert_int_equal(is, should);
}

/* Of an evening's texts one time stays, the newest, once it is closed for good. */
static void of_texts_one_time_stays(void **state)
{
	struct evening *scene = *state;
	struct ledger_opening next = opening_of(2, 0);

	note_text(scene, 5000, 0);
	note_text(scene, 4000, 0);
	texts_until(scene, 0);
	assert_int_equal(ledger_end_epoch(scene->ledger, true), 0);
	texts_until(scene, 0); /* it goes on in a new epoch */
	assert_int_equal(ledger_end_epoch(scene->ledger, false), 0);
	texts_until(scene, 5000);
	note_text(scene, 6000, LEDGER_E_NOT_OPEN);
	ledger_close(scene->ledger);
	scene->ledger = open_good(scene->folder.ledger);
	texts_until(scene, 5000);
	/* Windows may overlap: an occurrence that closes later may have had older texts only. */
	assert_int_equal(ledger_opening(scene->ledger, &next), 0);
	note_text(scene, 4500, 0);
	assert_int_equal(ledger_end_epoch(scene->ledger, false), 0);
	texts_until(scene, 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_reply_moves_one_way),
	    TEST(a_message_is_recorded_once),
	    TEST(limits_are_judged_by_what_was_sent),
	    TEST(stop_is_remembered_until_the_close),
	    TEST(nothing_of_a_phone_is_written_after_the_close),
	    TEST(of_texts_one_time_stays),
	};

	if (crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
