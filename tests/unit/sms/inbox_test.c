/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <kiosk/msg_helper.h>

#include "inbox_bench.h"

static struct bench b;

static int begin(void **state)
{
	(void)state;
	bench_begin(&b, 50);
	return 0;
}

static int end(void **state)
{
	(void)state;
	bench_end(&b);
	return 0;
}

static void receive_many(unsigned n)
{
	char from[24], text[32];
	for (unsigned i = 0; i < n; i++) {
		snprintf(from, sizeof(from), "+1502555%04u", i);
		snprintf(text, sizeof(text), "RIVER %u", i % 7);
		bench_receive(&b, from, text);
	}
}

/* Counted once, answered once, deleted: and what a reply says arrives. */
static void a_message_is_offered_answered_and_deleted(void **state)
{
	(void)state;
	char to[SIM_NUMBER_MAX + 1], text[SIM_TEXT_MAX + 1];
	bench_run(&b, 2000);
	bench_receive(&b, "+15025550123", "RIVER 3");
	assert_true(bench_drain(&b, 3000)); /* by its hint: the next sweep would be later */
	assert_int_equal(b.counted, 1);
	struct msg_health health;
	inbox_health(b.inbox, "x", &health);
	assert_in_range(health.last_text.us, 3000000, 3100000);
	assert_string_equal(b.last.from, "+15025550123");
	assert_string_equal(b.last.text, "RIVER 3");
	assert_true(b.last.has_time);
	assert_int_equal(b.done[SMS_SENT_OK], 1);
	assert_true(b.last_done.deleted);
	assert_int_equal(b.last_done.parts, 1);
	assert_int_equal(sim_store_count(&b.store, SIM_SENT), 1);
	assert_int_equal(sim_pdu_submit(sim_store_nth(&b.store, SIM_SENT, 0)->hex, to, text), 0);
	assert_string_equal(to, "+15025550123");
	assert_string_equal(text, "RIVER 3");
}

static void what_waited_before_we_came_is_read(void **state)
{
	(void)state;
	receive_many(40);
	assert_true(bench_drain(&b, 60000));
	assert_int_equal(b.counted, 40);
	assert_int_equal(sim_store_count(&b.store, SIM_SENT), 40);
}

static void a_lost_hint_loses_nothing(void **state)
{
	(void)state;
	b.modem.faults.cmti_lost = 1;
	bench_run(&b, 2000);
	bench_receive(&b, "+15025550123", "RIVER");
	bench_run(&b, 6000); /* the next sweep */
	assert_int_equal(b.counted, 1);
}

static void a_flood_of_hints_keeps_nobody_from_being_answered(void **state)
{
	(void)state;
	static const char flood[] = "\r\n+CMTI: \"ME\",9\r\n";
	bench_run(&b, 2000);
	receive_many(5);
	for (unsigned i = 0; i < 200 && sim_store_count(&b.store, SIM_IN_ME) > 0; i++) {
		modem_twin_say(&b.twin, flood, sizeof(flood) - 1);
		bench_run(&b, 10);
	}
	assert_int_equal(sim_store_count(&b.store, SIM_IN_ME), 0);
	assert_int_equal(sim_store_count(&b.store, SIM_SENT), 5);
}

static void what_the_network_held_back_comes_when_there_is_room(void **state)
{
	(void)state;
	receive_many(120);
	assert_int_equal(sim_store_count(&b.store, SIM_HELD), 70);
	assert_true(bench_drain(&b, 120000));
	assert_int_equal(b.counted, 120);
	assert_int_equal(b.known, 0);
	assert_int_equal(sim_store_count(&b.store, SIM_SENT), 120); /* more than wait at a time */
}

static void a_kept_message_is_offered_at_each_sweep(void **state)
{
	(void)state;
	b.verdict = SMS_KEEP;
	receive_many(3);
	bench_run(&b, 11500);
	assert_in_range(b.offers, 6, 12);
	assert_int_equal(sim_store_count(&b.store, SIM_IN_ME), 3);
	b.verdict = SMS_DELETE;
	assert_true(bench_drain(&b, 10000));
	assert_int_equal(b.counted, 3);
	assert_int_equal(sim_store_count(&b.store, SIM_SENT), 0);
}

static void more_messages_than_there_is_room_for_wait_in_the_modem(void **state)
{
	(void)state;
	bench_end(&b);
	bench_begin(&b, INBOX_MESSAGES_MAX + 50);
	receive_many(INBOX_MESSAGES_MAX + 50);
	assert_true(bench_drain(&b, 600000));
	assert_int_equal(b.counted, INBOX_MESSAGES_MAX + 50);
	assert_int_equal(b.known, 0);
}

/* By somebody else's hand, or a new SIM: it is waited for no longer. */
static void what_is_gone_from_the_store_is_forgotten_unless_it_was_offered(void **state)
{
	(void)state;
	struct msg_sms_verdict verdict = {.verdict = SMS_DELETE};
	struct msg_health health;
	b.verdict = SMS_KEEP;
	receive_many(3);
	for (unsigned left = 3; left >= 2; left--) {
		bench_run(&b, 11000);
		inbox_health(b.inbox, "x", &health);
		assert_int_equal(health.store_used, left);
		assert_int_equal(health.waiting, left);
		sim_store_remove(&b.store, sim_store_at(&b.store, SIM_IN_ME, left));
	}
	b.silent = true;
	bench_run(&b, 11000);
	verdict.id = b.last.id;
	sim_store_remove(&b.store, sim_store_at(&b.store, SIM_IN_ME, 1));
	bench_run(&b, 11000);
	assert_int_equal(inbox_verdict(b.inbox, &verdict, b.now), 0);
}

static void more_kept_messages_than_offers_at_a_time_starve_nobody(void **state)
{
	(void)state;
	b.verdict = SMS_KEEP;
	receive_many(45);
	bench_run(&b, 1900);
	assert_int_equal(b.offers, 45);
}

static void without_verdicts_offers_are_bounded(void **state)
{
	(void)state;
	b.silent = true;
	receive_many(45);
	bench_run(&b, 60000);
	assert_int_equal(b.offers, INBOX_OFFERED_MAX);
	assert_int_equal(sim_store_count(&b.store, SIM_IN_ME), 45);
}

/* Somebody else's deletion, or a slot used again: the verdict is about the message before. */
static void a_verdict_does_not_delete_what_took_the_slot_since(void **state)
{
	(void)state;
	struct msg_sms_verdict verdict = {.verdict = SMS_DELETE};
	bench_run(&b, 2000);
	b.silent = true;
	bench_receive(&b, "+15025550123", "RIVER");
	bench_run(&b, 1000);
	assert_int_equal(b.offers, 1);
	verdict.id = b.last.id;
	sim_store_remove(&b.store, sim_store_at(&b.store, SIM_IN_ME, 1));
	bench_receive(&b, "+15025550124", "LIBRARY");
	bench_run(&b, 1000);
	assert_int_equal(inbox_verdict(b.inbox, &verdict, b.now), 0);
	b.silent = false;
	assert_true(bench_drain(&b, 20000));
	assert_int_equal(b.counted, 1);
	assert_string_equal(b.last.text, "LIBRARY");
	bench_run(&b, 1000);
	assert_int_equal(b.done[SMS_SENT_NONE] + b.done[SMS_SENT_OK],
	                 2); /* an answer to each verdict */
}

static void a_sweep_asked_for_is_answered_when_all_is_dealt_with(void **state)
{
	(void)state;
	bench_run(&b, 2000);
	inbox_sweep(b.inbox);
	bench_run(&b, 10);
	assert_int_equal(b.swept, 1); /* an empty store at once */
	receive_many(5);
	inbox_sweep(b.inbox);
	bench_run(&b, 10);
	assert_int_equal(b.swept, 1);
	assert_true(bench_drain(&b, 10000));
	bench_run(&b, 10);
	assert_int_equal(b.swept, 2);
	/* a list that is not whole is no answer: the next one is */
	b.modem.faults.cmgl_refused = 1;
	receive_many(6);
	inbox_sweep(b.inbox);
	bench_run(&b, 10);
	assert_int_equal(b.swept, 2);
	assert_true(bench_drain(&b, 60000));
	bench_run(&b, 10);
	assert_int_equal(b.swept, 3);
}

static void the_oldest_message_is_offered_first(void **state)
{
	(void)state;
	char hex[SIM_PARTS_MAX][SIM_HEX_MAX + 1];
	sim_pdu_deliver("+15025550123", 1790000100, 0, "UNDO", 0, hex);
	sim_modem_receive(&b.modem, hex[0]);
	sim_pdu_deliver("+15025550123", 1790000000, 0, "RIVER", 0, hex);
	sim_modem_receive(&b.modem, hex[0]);
	assert_true(bench_drain(&b, 10000));
	assert_string_equal(b.last.text, "UNDO");
}

static void a_refused_deletion_is_tried_again(void **state)
{
	(void)state;
	b.modem.faults.cmgd_fails = 2;
	bench_receive(&b, "+15025550123", "RIVER");
	assert_true(bench_drain(&b, 30000));
	assert_int_equal(b.counted, 1);
	assert_int_equal(b.known, 0);
	assert_int_equal(b.undeleted, 0);
	assert_int_equal(sim_store_count(&b.store, SIM_SENT), 1);
}

/* Whatever it refuses then: a list, a slot, a deletion, a reply. */
static void a_sim_that_is_busy_for_a_while_loses_nobody(void **state)
{
	(void)state;
	for (unsigned refusals = 1; refusals <= 5; refusals++) {
		for (unsigned ms = 0; ms < 200; ms += 10) {
			bench_end(&b);
			bench_begin(&b, 50);
			bench_run(&b, 2000);
			bench_receive(&b, "+15025550123", "RIVER");
			bench_run(&b, ms);
			b.modem.faults.sim_busy = refusals;
			assert_true(bench_drain(&b, 2 * INBOX_STUCK_MS));
			assert_int_equal(b.counted, 1);
			assert_true(sim_store_count(&b.store, SIM_SENT) <= 1);
		}
	}
}

static void what_cannot_be_deleted_is_left_alone_and_said(void **state)
{
	(void)state;
	struct msg_health health;
	b.modem.faults.cmgd_fails = INBOX_DELETES_MAX;
	bench_receive(&b, "+15025550123", "RIVER");
	bench_run(&b, 30000);
	bench_receive(&b, "+15025550124", "RIVER");
	bench_run(&b, 30000);
	assert_int_equal(b.counted, 2); /* it blocks nobody */
	assert_int_equal(b.undeleted, 1);
	assert_int_equal(b.offers, 2);
	assert_int_equal(sim_store_count(&b.store, SIM_IN_ME), 1);
	inbox_health(b.inbox, "/dev/modem", &health);
	assert_int_equal(health.health, HEALTH_DEGRADED);
	assert_non_null(strstr(health.sentence, "does not delete 1 message."));
	/* later it is tried once more, and nobody is told of it twice */
	assert_true(bench_drain(&b, INBOX_STUCK_MS + 10000));
	assert_int_equal(b.offers, 2);
	assert_int_equal(b.done[SMS_SENT_OK], 2);
	inbox_health(b.inbox, "/dev/modem", &health);
	assert_int_equal(health.health, HEALTH_GOOD);
}

static void deleted_but_still_there_is_deleted_again_and_not_offered(void **state)
{
	(void)state;
	b.modem.faults.cmgd_lies = 2;
	bench_receive(&b, "+15025550123", "RIVER");
	assert_true(bench_drain(&b, 30000));
	assert_int_equal(b.offers, 1);
	assert_int_equal(sim_store_count(&b.store, SIM_SENT), 1);
}

static void what_is_never_deleted_whatever_it_says_is_left_alone_too(void **state)
{
	(void)state;
	const unsigned lies = 1000;
	b.modem.faults.cmgd_lies = lies;
	bench_receive(&b, "+15025550123", "RIVER");
	bench_run(&b, 120000);
	assert_int_equal(lies - b.modem.faults.cmgd_lies, INBOX_DELETES_MAX);
	bench_run(&b, INBOX_STUCK_MS);
	assert_int_equal(lies - b.modem.faults.cmgd_lies, INBOX_DELETES_MAX + 1);
	assert_int_equal(b.offers, 1);
	assert_int_equal(sim_store_count(&b.store, SIM_SENT), 1);
}

/* While there is room a look goes first, so that nobody waits to be counted. */
static void from_seventy_percent_on_room_is_made_before_looking(void **state)
{
	(void)state;
	for (unsigned left = 6; left <= 7; left++) {
		struct msg_sms_verdict verdict = {.verdict = SMS_DELETE};
		bench_end(&b);
		bench_begin(&b, 10);
		b.silent = true;
		receive_many(left + 1);
		bench_run(&b, 2000);
		assert_int_equal(b.offers, left + 1);
		verdict.id = b.last.id;
		assert_int_equal(inbox_verdict(b.inbox, &verdict, b.now), 0);
		bench_run(&b, 10);
		assert_int_equal(sim_store_count(&b.store, SIM_IN_ME), left);
		verdict.id = b.last.id - 1;
		assert_int_equal(inbox_verdict(b.inbox, &verdict, b.now), 0);
		inbox_sweep(b.inbox);
		do { /* past the look whether the settings hold */
			sim_modem_stop(&b.modem, "+CMG");
			sim_modem_go(&b.modem);
			bench_run(&b, 10);
		} while (strncmp(b.modem.line, "+CMGF", 5) == 0);
		assert_memory_equal(b.modem.line, left < 7 ? "+CMGL" : "+CMGD", 5);
	}
}

static void a_silent_network_gets_no_second_copy(void **state)
{
	(void)state;
	b.modem.faults.cmgs_silent = 1;
	bench_receive(&b, "+15025550123", "RIVER");
	assert_true(bench_drain(&b, 400000));
	bench_run(&b, 60000);
	assert_int_equal(sim_store_count(&b.store, SIM_SENT), 1);
	assert_int_equal(b.done[SMS_SENT_UNKNOWN], 1);
}

static void a_refused_reply_is_said_and_not_sent_again(void **state)
{
	(void)state;
	b.modem.faults.cmgs_refused = 1;
	bench_receive(&b, "+15025550123", "RIVER");
	assert_true(bench_drain(&b, 60000));
	assert_int_equal(b.done[SMS_SENT_REFUSED], 1);
	assert_int_equal(sim_store_count(&b.store, SIM_SENT), 0);
}

static void no_prompt_means_not_sent(void **state)
{
	(void)state;
	b.modem.faults.no_prompt = 1;
	bench_receive(&b, "+15025550123", "RIVER");
	assert_true(bench_drain(&b, 60000));
	assert_int_equal(b.done[SMS_SENT_REFUSED], 1);
	assert_int_equal(sim_store_count(&b.store, SIM_SENT), 0);
}

static void a_late_reply_is_dropped_and_the_message_deleted(void **state)
{
	(void)state;
	b.deadline_ms = 0;
	bench_receive(&b, "+15025550123", "RIVER");
	assert_true(bench_drain(&b, 60000));
	assert_int_equal(b.done[SMS_SENT_LATE], 1);
	assert_int_equal(sim_store_count(&b.store, SIM_SENT), 0);
}

static void where_lists_hang_slots_are_read_one_by_one(void **state)
{
	(void)state;
	b.modem.faults.cmgl_hangs = 1;
	receive_many(20);
	assert_true(bench_drain(&b, 120000));
	assert_int_equal(b.counted, 20);
	assert_int_equal(b.reopened, 0);
}

static void where_lists_are_refused_too(void **state)
{
	(void)state;
	b.modem.faults.cmgl_refused = 1;
	receive_many(20);
	assert_true(bench_drain(&b, 120000));
	assert_int_equal(b.counted, 20);
}

static void an_unasked_line_within_a_list_harms_nothing(void **state)
{
	(void)state;
	b.modem.faults.urc_in_list = 1;
	receive_many(20);
	assert_true(bench_drain(&b, 60000));
	assert_int_equal(b.counted, 20);
	assert_int_equal(b.unreadable, 0);
}

static void a_bad_message_is_read_twice_then_told_and_deleted(void **state)
{
	(void)state;
	sim_modem_receive(&b.modem, "07913121550500F0040B9151205505"); /* cut in the sender */
	bench_receive(&b, "+15025550123", "RIVER");
	assert_true(bench_drain(&b, 60000));
	assert_int_equal(b.counted, 1);
	assert_int_equal(b.unreadable, 1);
}

/* What it holds was never seen: it is no reason to delete it. */
static void what_cannot_be_read_is_left_and_said(void **state)
{
	(void)state;
	struct msg_health health;
	sim_modem_receive(&b.modem, "ZZ");
	bench_receive(&b, "+15025550123", "RIVER");
	bench_run(&b, 60000);
	assert_int_equal(b.counted, 1);
	assert_int_equal(b.unreadable, 0);
	assert_int_equal(sim_store_count(&b.store, SIM_IN_ME), 1);
	inbox_health(b.inbox, "/dev/modem", &health);
	assert_int_equal(health.health, HEALTH_DEGRADED);
	assert_non_null(strstr(health.sentence, "1 message that it cannot read out"));
}

/* Whether it says so or not, and whatever it says: what is in its store is in text mode then, and
 * none of it is taken for a message, nor deleted. */
static void a_modem_that_begins_anew_in_text_mode_loses_nothing(void **state)
{
	static const char *const said[] = {NULL,
	                                   "Call Ready",
	                                   "SMS Ready",
	                                   "+CPIN: READY",
	                                   "*ATREADY: 1",
	                                   "APP RDY",
	                                   "RDY",
	                                   "+QIND: SMS DONE",
	                                   "NORMAL POWER DOWN",
	                                   "^SYSSTART",
	                                   "sms ready",
	                                   "PB DONE",
	                                   "UNDER-VOLTAGE POWER DOWN"};
	(void)state;
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		bench_end(&b);
		bench_begin(&b, 50);
		bench_run(&b, 12000);
		receive_many(2);
		sim_modem_reset(&b.modem, said[i]);
		bench_run(&b, 20);
		receive_many(5);
		assert_true(bench_drain(&b, 20000));
		assert_int_equal(b.counted, 5); /* the first two are the same people's */
		assert_int_equal(b.unreadable, 0);
	}
}

/* It stores nothing; what is not acknowledged comes again, and what was is gone. */
static void what_is_only_handed_over_counts_and_is_acknowledged_then(void **state)
{
	(void)state;
	b.modem.faults.cmt_only = 0;
	sim_modem_fault(&b.modem, "cmt-only", 2);
	bench_run(&b, 2000);
	b.silent = true; /* kioskd is slow: it is not durable yet */
	bench_receive(&b, "+15025550101", "RIVER");
	bench_run(&b, 9000);
	assert_int_equal(b.offers, 1);
	assert_int_equal(sim_store_count(&b.store, SIM_HELD), 1);
	bench_run(&b, 9000); /* handed over again: it is the same one */
	assert_int_equal(b.offers, 1);
	struct msg_sms_verdict verdict = {.id = b.last.id, .verdict = SMS_DELETE};
	assert_int_equal(inbox_verdict(b.inbox, &verdict, b.now), 0);
	bench_run(&b, 100);
	assert_int_equal(sim_store_count(&b.store, SIM_HELD), 0);
	b.silent = false;
	receive_many(5);
	assert_true(bench_drain(&b, 10000));
	bench_run(&b, 3000);
	assert_int_equal(b.counted, 5);
	assert_int_equal(sim_store_count(&b.store, SIM_SENT), 5);
}

static void a_place_that_hangs_the_modem_is_skipped_and_said(void **state)
{
	(void)state;
	struct msg_health health;
	receive_many(6);
	b.modem.faults.slot_hangs = 3;
	bench_run(&b, 300000);
	assert_int_equal(b.counted, 5);
	assert_int_equal(sim_store_count(&b.store, SIM_IN_ME), 1);
	inbox_health(b.inbox, "/dev/modem", &health);
	assert_int_equal(health.health, HEALTH_DEGRADED);
	assert_non_null(strstr(health.sentence, "hangs when it reads place 3"));
}

static void what_was_read_wrongly_once_counts(void **state)
{
	(void)state;
	static const char whole[] = "00040B915120550521F300006211128130730A0152";
	sim_modem_receive(&b.modem, "00040B915120550521F300006211128130730A01");
	sim_modem_stop(&b.modem, "+CMGR");
	bench_run(&b, 2000);
	assert_int_equal(b.modem.stopped, STOP_COMMAND);
	assert_int_equal(b.offers, 0);
	memcpy(sim_store_at(&b.store, SIM_IN_ME, 1)->hex, whole, sizeof(whole));
	sim_modem_go(&b.modem);
	assert_true(bench_drain(&b, 10000));
	assert_int_equal(b.counted, 1);
	assert_int_equal(b.unreadable, 0);
}

static void two_bad_messages_can_be_told_apart(void **state)
{
	(void)state;
	struct msg_sms first;
	sim_modem_receive(&b.modem, "07913121550500F0040B9151205505");
	assert_true(bench_drain(&b, 60000));
	first = b.last;
	sim_modem_receive(&b.modem, "07913121550500F0040B9151205506");
	assert_true(bench_drain(&b, 60000));
	assert_int_equal(first.ud_len, b.last.ud_len);
	assert_memory_not_equal(first.ud, b.last.ud, first.ud_len);
}

static void a_long_text_comes_in_parts(void **state)
{
	(void)state;
	char text[201];
	memset(text, 'x', 200);
	text[200] = '\0';
	bench_receive(&b, "+15025550123", text); /* two parts, each answered in one */
	assert_true(bench_drain(&b, 60000));
	assert_int_equal(b.counted, 2);
	assert_int_equal(b.last.parts, 2);
	assert_int_equal(b.last.part_ref, 7);
}

/* Begun in time, it goes to its end, however slow the network is; and no telephone takes its parts
 * for another's. */
static void a_long_reply_goes_whole(void **state)
{
	(void)state;
	struct msg_sms_verdict verdict = {.verdict = SMS_REPLY, .deadline_ms = 3000};
	char to[SIM_NUMBER_MAX + 1], text[SIM_TEXT_MAX + 1];
	unsigned ref[4];
	memset(verdict.text, 'x', 200);
	b.silent = true;
	b.modem.faults.cmgs_late = 5000;
	for (unsigned n = 0; n < 2; n++) {
		char said[2 * SIM_TEXT_MAX + 1] = "";
		bench_receive(&b, "+15025550123", "HELP");
		bench_run(&b, 2000);
		verdict.id = b.last.id;
		memcpy(verdict.to, b.last.from, sizeof(verdict.to));
		assert_int_equal(inbox_verdict(b.inbox, &verdict, b.now), 0);
		assert_true(bench_drain(&b, 60000));
		assert_int_equal(b.last_done.sent, SMS_SENT_OK);
		assert_int_equal(b.last_done.parts, 2);
		assert_int_equal(sim_store_count(&b.store, SIM_SENT), 2 * n + 2);
		for (unsigned i = 2 * n; i < 2 * n + 2; i++) {
			const char *hex = sim_store_nth(&b.store, SIM_SENT, i)->hex;
			struct pdu pdu;
			struct pdu_error error;
			assert_int_equal(sim_pdu_submit(hex, to, text), 0);
			size_t len = strlen(said);
			snprintf(said + len, sizeof(said) - len, "%s", text);
			assert_int_equal(pdu_decode_hex(hex, strlen(hex), &pdu, &error), 0);
			ref[i] = pdu.part_ref;
		}
		assert_string_equal(said, verdict.text);
	}
	assert_true(ref[0] == ref[1] && ref[2] == ref[3] && ref[0] != ref[2]);
}

static void a_modem_that_answers_nothing_is_opened_anew(void **state)
{
	(void)state;
	struct msg_health health;
	bench_run(&b, 5000);
	b.modem.faults.hang = 1;
	bench_run(&b, 40000);
	assert_in_range(b.reopened, 1, 5);
	b.modem.faults.hang = 0;
	bench_receive(&b, "+15025550123", "RIVER");
	assert_true(bench_drain(&b, 60000));
	inbox_health(b.inbox, "/dev/modem", &health);
	assert_int_equal(health.health, HEALTH_GOOD);
}

static void a_modem_that_starts_anew_is_set_up_again(void **state)
{
	(void)state;
	bench_run(&b, 5000);
	assert_true(b.modem.notify);
	sim_modem_restart(&b.modem);
	assert_false(b.modem.notify);
	bench_run(&b, 2000);
	assert_true(b.modem.notify);
	assert_false(b.modem.echo);
}

/* Any of the three kinds will do, at home or roaming. */
static void a_modem_without_a_network_says_so(void **state)
{
	(void)state;
	static const char *const ask[] = {"AT+CREG?\r", "AT+CGREG?\r", "AT+CEREG?\r"},
	                         *const found[] = {"+CREG: 0,1", "+CGREG: 0,1", "+CEREG: 0,5"},
	                         none[] = "+CREG: 0,2\r\n+CGREG: 0,0\r\n+CEREG: 0,3";
	static struct inbox_action action;
	for (unsigned network = 0; network <= 3; network++) {
		struct inbox *inbox = inbox_new(&b.settings, b.now);
		struct msg_health health;
		char said[64];
		for (unsigned i = 0; i < 30; i++) {
			char command[64] = "";
			b.now.us += 500000;
			while (inbox_next(inbox, b.now, &action))
				if (action.kind == INBOX_WRITE)
					memcpy(command, action.write, sizeof(command) - 1);
			const char *line = strcmp(command, "AT+CPIN?\r") == 0    ? "+CPIN: READY"
			                   : strncmp(command, "AT+CPMS", 7) == 0 ? "+CPMS: 0,9,0,9"
			                                                         : "";
			for (unsigned k = 0; k < 3; k++)
				if (strcmp(command, ask[k]) == 0)
					line = k + 1 == network ? found[k] : none;
			int len = snprintf(said, sizeof(said), "\r\n%s\r\nOK\r\n", line);
			inbox_feed(inbox, (const uint8_t *)said, (size_t)len, b.now);
		}
		inbox_health(inbox, "/dev/modem", &health);
		assert_int_equal(health.health, network == 0 ? HEALTH_DEGRADED : HEALTH_GOOD);
		assert_int_equal(strstr(health.sentence, "finds no network") != NULL, network == 0);
		inbox_free(inbox);
	}
}

static void stuck_in_a_prompt_at_open_is_no_trouble(void **state)
{
	(void)state;
	b.modem.prompt = true; /* somebody died after AT+CMGS */
	b.modem.prompt_len = 20;
	bench_receive(&b, "+15025550123", "RIVER");
	assert_true(bench_drain(&b, 10000));
	assert_int_equal(sim_store_count(&b.store, SIM_SENT), 1);
}

static void garbage_for_a_minute_then_the_next_message_counts(void **state)
{
	(void)state;
	b.modem.faults.garbage = 1;
	bench_run(&b, 60000);
	b.modem.faults.garbage = 0;
	bench_receive(&b, "+15025550123", "RIVER");
	assert_true(bench_drain(&b, 400000));
	assert_int_equal(b.counted, 1);
	assert_int_equal(sim_store_count(&b.store, SIM_SENT), 1);
}

static void octets_may_come_one_at_a_time_and_go_in_pieces(void **state)
{
	(void)state;
	b.twin.read_at_most = 1;
	receive_many(10);
	assert_true(bench_drain(&b, 60000));
	assert_int_equal(b.counted, 10);
}

static void a_program_started_again_answers_nothing_twice(void **state)
{
	(void)state;
	receive_many(30);
	for (unsigned i = 0; i < 40; i++) {
		bench_run(&b, 137);
		bench_restart_inbox(&b);
	}
	assert_true(bench_drain(&b, 60000));
	assert_int_equal(b.counted, 30);
	assert_in_range(sim_store_count(&b.store, SIM_SENT), 0, 30);
}

/* Octets lost and changed on the way: nothing is answered twice, nobody is lost, whatever the
 * mixture. */
static void noise_on_the_line_loses_and_doubles_nothing(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 20; seed++) {
		print_message("seed %u\n", seed);
		b.twin.seed = seed;
		b.twin.drop_one_in = 700;
		b.twin.garble_one_in = 700;
		receive_many(20);
		bench_run(&b, 600000);
		b.twin.drop_one_in = b.twin.garble_one_in = 0;
		assert_true(bench_drain(&b, 600000));
		assert_true(sim_store_count(&b.store, SIM_SENT) <= b.replies_asked);
		bench_end(&b);
		bench_begin(&b, 50);
	}
}

/* Some modules put what the network sends first into the SIM, whatever they are told. */
static void messages_in_the_other_memory_are_taken_too(void **state)
{
	(void)state;
	b.modem.receive = SIM_IN_SM;
	bench_receive(&b, "+15025550101", "BEFORE");
	bench_run(&b, 2000);
	assert_int_equal(b.counted, 1);
	assert_int_equal(sim_store_count(&b.store, SIM_IN_SM), 0);
	bench_receive(&b, "+15025550102", "ONE");
	b.modem.receive = SIM_IN_SM;
	bench_receive(&b, "+15025550103", "TWO");
	bench_run(&b, 1000);
	assert_int_equal(b.counted, 3); /* by its hint */
	b.modem.faults.cmti_lost = 1;
	bench_receive(&b, "+15025550104", "THREE");
	bench_run(&b, 60000);
	assert_int_equal(b.counted, 4);
	assert_int_equal(sim_store_count(&b.store, SIM_IN_SM), 0);
	assert_int_equal(sim_store_count(&b.store, SIM_IN_ME), 0);
	assert_int_equal(sim_store_count(&b.store, SIM_SENT), 4);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    TEST(messages_in_the_other_memory_are_taken_too),
	    TEST(a_message_is_offered_answered_and_deleted),
	    TEST(what_cannot_be_read_is_left_and_said),
	    TEST(a_modem_that_begins_anew_in_text_mode_loses_nothing),
	    TEST(what_is_only_handed_over_counts_and_is_acknowledged_then),
	    TEST(a_place_that_hangs_the_modem_is_skipped_and_said),
	    TEST(what_waited_before_we_came_is_read),
	    TEST(a_lost_hint_loses_nothing),
	    TEST(a_flood_of_hints_keeps_nobody_from_being_answered),
	    TEST(what_the_network_held_back_comes_when_there_is_room),
	    TEST(a_kept_message_is_offered_at_each_sweep),
	    TEST(what_is_gone_from_the_store_is_forgotten_unless_it_was_offered),
	    TEST(more_messages_than_there_is_room_for_wait_in_the_modem),
	    TEST(more_kept_messages_than_offers_at_a_time_starve_nobody),
	    TEST(without_verdicts_offers_are_bounded),
	    TEST(a_verdict_does_not_delete_what_took_the_slot_since),
	    TEST(a_sweep_asked_for_is_answered_when_all_is_dealt_with),
	    TEST(the_oldest_message_is_offered_first),
	    TEST(a_refused_deletion_is_tried_again),
	    TEST(a_sim_that_is_busy_for_a_while_loses_nobody),
	    TEST(what_cannot_be_deleted_is_left_alone_and_said),
	    TEST(deleted_but_still_there_is_deleted_again_and_not_offered),
	    TEST(what_is_never_deleted_whatever_it_says_is_left_alone_too),
	    TEST(from_seventy_percent_on_room_is_made_before_looking),
	    TEST(a_silent_network_gets_no_second_copy),
	    TEST(a_refused_reply_is_said_and_not_sent_again),
	    TEST(no_prompt_means_not_sent),
	    TEST(a_late_reply_is_dropped_and_the_message_deleted),
	    TEST(where_lists_hang_slots_are_read_one_by_one),
	    TEST(where_lists_are_refused_too),
	    TEST(an_unasked_line_within_a_list_harms_nothing),
	    TEST(a_bad_message_is_read_twice_then_told_and_deleted),
	    TEST(what_was_read_wrongly_once_counts),
	    TEST(two_bad_messages_can_be_told_apart),
	    TEST(a_long_text_comes_in_parts),
	    TEST(a_long_reply_goes_whole),
	    TEST(a_modem_that_answers_nothing_is_opened_anew),
	    TEST(a_modem_that_starts_anew_is_set_up_again),
	    TEST(a_modem_without_a_network_says_so),
	    TEST(stuck_in_a_prompt_at_open_is_no_trouble),
	    TEST(garbage_for_a_minute_then_the_next_message_counts),
	    TEST(octets_may_come_one_at_a_time_and_go_in_pieces),
	    TEST(a_program_started_again_answers_nothing_twice),
	    TEST(noise_on_the_line_loses_and_doubles_nothing),
	};
	return cmocka_run_group_tests_name("sms.inbox", tests, NULL, NULL);
}
