/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>
#include <cmocka.h>

#include <kiosk/msg_helper.h>

#include "at_profile.h"
#include "stage.h"

static struct stage s;

static int begin(void **state)
{
	(void)state;
	stage_begin(&s);
	return 0;
}

static int end(void **state)
{
	(void)state;
	stage_end(&s);
	return 0;
}

/* The next message, copied: the fields of a packet are read from a struct of their own. */
static struct msg_sms next_sms(void)
{
	struct msg_sms sms;
	assert_true(stage_next(&s, MSG_SMS));
	memcpy(&sms, s.message->bytes, sizeof(sms));
	return sms;
}

static struct msg_sms_done next_done(void)
{
	struct msg_sms_done done;
	assert_true(stage_next(&s, MSG_SMS_DONE));
	memcpy(&done, s.message->bytes, sizeof(done));
	return done;
}

/* The first health message that says this. */
static struct msg_health wait_health(enum health wanted)
{
	struct msg_health health;
	do {
		assert_true(stage_next(&s, MSG_HEALTH));
		memcpy(&health, s.message->bytes, sizeof(health));
	} while (health.health != wanted);
	return health;
}

static void a_message_is_received_answered_and_deleted(void **state)
{
	(void)state;
	stage_start_modem(&s);
	assert_true(stage_next(&s, MSG_HELLO));
	struct msg_health health;
	do
		health = wait_health(HEALTH_GOOD);
	while (health.signal_dbm == 0);
	assert_int_equal(health.signal_dbm, -73);
	assert_string_equal(health.operator_name, "Simulated");
	assert_int_equal(health.store_size, 10);
	assert_string_equal(
	    stage_say(&s, "receive +15025550123 2026-11-21T18:03:37-05:00 R\xc3\xado 3"), "ok 1");
	struct msg_sms sms = next_sms();
	assert_string_equal(sms.from, "+15025550123");
	assert_int_equal(sms.from_kind, SMS_FROM_E164);
	assert_string_equal(sms.text, "R\xc3\xado 3");
	assert_true(sms.has_time);
	assert_int_equal(sms.time, 1795302217);
	stage_verdict(&s, sms.id, SMS_REPLY, sms.from, "Listo, te contamos");
	struct msg_sms_done done = next_done();
	assert_int_equal(done.id, sms.id);
	assert_int_equal(done.sent, SMS_SENT_OK);
	assert_int_equal(done.parts, 1);
	assert_true(done.deleted);
	assert_string_equal(stage_say(&s, "store"), "ok 0 10");
	assert_string_equal(stage_say(&s, "sent 1"), "ok +15025550123 Listo, te contamos");
}

static void several_wait_for_their_verdicts_and_each_gets_its_own(void **state)
{
	(void)state;
	struct msg_sms sms[3];
	stage_say(&s, "receive +15025550121 now ONE");
	stage_say(&s, "receive +15025550122 now TWO");
	stage_say(&s, "receive +15025550123 now THREE");
	stage_start_modem(&s);
	for (unsigned i = 0; i < 3; i++)
		sms[i] = next_sms();
	stage_verdict(&s, sms[2].id, SMS_DELETE, "", "");
	assert_int_equal(next_done().id, sms[2].id);
	stage_verdict(&s, sms[1].id, SMS_KEEP, "", "");
	struct msg_sms again = next_sms(); /* at the next sweep */
	assert_string_equal(again.text, sms[1].text);
	stage_verdict(&s, again.id, SMS_DELETE, "", "");
	stage_verdict(&s, sms[0].id, SMS_REPLY, "+15025550121", "hi");
	next_done();
	next_done();
	assert_string_equal(stage_say(&s, "store"), "ok 0 10");
	assert_string_equal(stage_say(&s, "sent"), "ok 1");
}

static void a_sweep_asked_for_is_answered(void **state)
{
	(void)state;
	struct msg_sweep sweep;
	stage_start_modem(&s);
	wait_health(HEALTH_GOOD);
	stage_say(&s, "fault cmti-lost on");
	stage_say(&s, "receive +15025550121 now ONE");
	assert_int_equal(link_send(s.kioskd, MSG_SWEEP, &sweep, NULL, 0), 0);
	struct msg_sms sms = next_sms();
	stage_verdict(&s, sms.id, SMS_DELETE, "", "");
	assert_true(stage_next(&s, MSG_SWEPT));
	assert_string_equal(stage_say(&s, "store"), "ok 0 10");
}

static void a_silent_network_is_told_as_unknown(void **state)
{
	(void)state;
	stage_say(&s, "fault cmgs-silent 1");
	stage_say(&s, "receive +15025550121 now ONE");
	stage_start_modem(&s);
	struct msg_sms sms = next_sms();
	stage_verdict(&s, sms.id, SMS_REPLY, sms.from, "hi");
	struct msg_sms_done done = next_done();
	assert_int_equal(done.sent, SMS_SENT_UNKNOWN);
	assert_true(done.deleted);
	assert_string_equal(stage_say(&s, "sent"), "ok 1");
}

/* The network has it, or not: nobody knows, and it is not sent again. */
static void a_modem_unplugged_while_it_sends_is_told_as_unknown(void **state)
{
	(void)state;
	stage_say(&s, "receive +15025550121 now ONE");
	stage_start_modem(&s);
	struct msg_sms sms = next_sms();
	assert_string_equal(stage_say(&s, "stop accepted"), "ok");
	stage_verdict(&s, sms.id, SMS_REPLY, sms.from, "hi");
	assert_string_equal(stage_say(&s, "await stop"), "ok");
	stage_say(&s, "fault vanish");
	struct msg_sms_done done = next_done();
	assert_int_equal(done.id, sms.id);
	assert_int_equal(done.sent, SMS_SENT_UNKNOWN);
	assert_false(done.deleted);
	assert_int_equal(stage_wait_modem(&s), EX_TEMPFAIL);
}

static void an_unplugged_modem_ends_the_program_and_a_new_one_goes_on(void **state)
{
	(void)state;
	char before[128] = "";
	assert_true(readlink(s.device, before, sizeof(before) - 1) > 0);
	stage_start_modem(&s);
	wait_health(HEALTH_GOOD);
	stage_say(&s, "fault vanish");
	struct msg_health health = wait_health(HEALTH_MISSING);
	assert_non_null(strstr(health.sentence, "was unplugged"));
	assert_false(stage_next(&s, MSG_HEALTH));
	assert_int_equal(stage_wait_modem(&s), EX_TEMPFAIL);
	stage_start_modem(&s);
	health = wait_health(HEALTH_MISSING);
	assert_non_null(strstr(health.sentence, "No modem at "));
	assert_int_equal(stage_wait_modem(&s), EX_TEMPFAIL);
	stage_say(&s, "appear");
	/* another terminal, the same link */
	char now[128] = "";
	assert_true(readlink(s.device, now, sizeof(now) - 1) > 0);
	assert_string_not_equal(now, before);
	stage_say(&s, "receive +15025550121 now ONE");
	stage_start_modem(&s);
	assert_string_equal(next_sms().text, "ONE");
}

/* As kioskd does: started again for as long as it ends with 75. A pseudo-terminal whose user was
 * killed is made anew. */
static struct msg_sms next_sms_by_restarts(void)
{
	struct msg_sms sms;
	while (!stage_next(&s, MSG_SMS)) {
		assert_int_equal(stage_wait_modem(&s), EX_TEMPFAIL);
		stage_start_modem(&s);
	}
	memcpy(&sms, s.message->bytes, sizeof(sms));
	return sms;
}

/* It is given up, after a reset, and its power key asked for; who may press it learns how long. */
static void a_modem_that_hangs_is_told_and_wants_its_power_key(void **state)
{
	(void)state;
	struct msg_power_key key;
	s.answer_ms = "100"; /* it answers nothing at all: no need to be patient */
	s.profile = "sim7600";
	stage_say(&s, "fault hang on");
	stage_start_modem(&s);
	assert_true(stage_next(&s, MSG_POWER_KEY));
	memcpy(&key, s.message->bytes, sizeof(key));
	assert_int_equal(key.off_ms, at_profile_named("sim7600")->key_off_ms);
	assert_int_equal(key.on_ms, at_profile_named("sim7600")->key_on_ms);
	struct msg_health health = wait_health(HEALTH_FAILED);
	assert_non_null(strstr(health.sentence, "not even when reset"));
	assert_int_equal(stage_wait_modem(&s), EX_TEMPFAIL);
}

/* What one run finds out by hanging the modem, the next one is told by kioskd. */
static void a_place_that_hangs_the_modem_is_skipped_by_the_next_run(void **state)
{
	(void)state;
	struct msg_modem_learnt learnt = {0};
	s.answer_ms = "100";
	stage_say(&s, "receive +15025550101 now RIVER");
	stage_say(&s, "receive +15025550102 now RIVER");
	stage_say(&s, "receive +15025550103 now RIVER");
	stage_say(&s, "fault slot-hangs 2");
	for (unsigned run = 0; run < 4 && learnt.n_silent == 0; run++) {
		stage_start_modem(&s);
		assert_int_equal(link_send(s.kioskd, MSG_MODEM_LEARNT, &learnt, NULL, 0), 0);
		assert_true(stage_next(&s, MSG_MODEM_LEARNT));
		memcpy(&learnt, s.message->bytes, sizeof(learnt));
		assert_int_equal(stage_wait_modem(&s), EX_TEMPFAIL);
	}
	assert_true(learnt.no_lists);
	assert_int_equal(learnt.n_silent, 1);
	assert_int_equal(learnt.silent[0], 2);
	stage_start_modem(&s);
	assert_int_equal(link_send(s.kioskd, MSG_MODEM_LEARNT, &learnt, NULL, 0), 0);
	for (unsigned i = 0; i < 2; i++) {
		struct msg_sms sms;
		assert_true(stage_next(&s, MSG_SMS));
		memcpy(&sms, s.message->bytes, sizeof(sms));
		assert_string_not_equal(sms.from, "+15025550102");
		stage_verdict(&s, sms.id, SMS_DELETE, "", "");
	}
	struct msg_health health = wait_health(HEALTH_DEGRADED);
	assert_non_null(strstr(health.sentence, "hangs when it reads place 2"));
}

/* A line that is nothing but noise, at full speed, then a good message. */
static void a_flood_of_garbage_is_outlived(void **state)
{
	(void)state;
	stage_start_modem(&s);
	wait_health(HEALTH_GOOD);
	stage_say(&s, "fault garbage 200");
	for (unsigned i = 0; i < 5; i++) { /* it speaks to us all the while */
		stage_say(&s, "receive +15025550121 now-1d FLOOD");
		assert_int_equal(strncmp(stage_say(&s, "store"), "ok ", 3), 0);
	}
	struct msg_sms sms = next_sms_by_restarts();
	stage_say(&s, "fault garbage off");
	stage_say(&s, "receive +15025550122 now GOOD");
	while (strcmp(sms.text, "GOOD") != 0) {
		stage_verdict(&s, sms.id, SMS_DELETE, "", "");
		sms = next_sms_by_restarts();
	}
}

/* By split and merged reads, as lines of another speed and buffering bring them. */
static void lines_in_pieces_and_in_lumps_are_read(void **state)
{
	(void)state;
	stage_say(&s, "fault split-reads on");
	stage_start_modem(&s);
	stage_say(&s, "receive +15025550121 now ONE");
	struct msg_sms sms = next_sms();
	assert_string_equal(sms.text, "ONE");
	stage_verdict(&s, sms.id, SMS_REPLY, sms.from, "hi");
	assert_int_equal(next_done().sent, SMS_SENT_OK);
	stage_say(&s, "fault split-reads off");
	stage_say(&s, "fault merged-reads on");
	stage_say(&s, "receive +15025550122 now TWO");
	sms = next_sms();
	assert_string_equal(sms.text, "TWO");
	stage_verdict(&s, sms.id, SMS_REPLY, sms.from, "hi");
	assert_int_equal(next_done().sent, SMS_SENT_OK);
}

static void it_ends_when_kioskd_does(void **state)
{
	(void)state;
	stage_start_modem(&s);
	wait_health(HEALTH_GOOD);
	close(s.kioskd);
	s.kioskd = -1;
	assert_int_equal(stage_wait_modem(&s), 0);
}

static void the_line_has_one_user(void **state)
{
	(void)state;
	struct stage first = s;
	stage_start_modem(&s);
	wait_health(HEALTH_GOOD);
	first.kioskd = s.kioskd;
	first.modem = s.modem;
	stage_start_modem(&s);
	struct msg_health health = wait_health(HEALTH_FAILED);
	assert_non_null(strstr(health.sentence, "Another program uses the modem"));
	assert_int_equal(stage_wait_modem(&s), EX_TEMPFAIL);
	s.kioskd = first.kioskd;
	s.modem = first.modem;
	stage_say(&s, "receive +15025550121 now ONE");
	assert_string_equal(next_sms().text, "ONE"); /* and it is not disturbed */
}

static void messages_and_replies_survive_kills_of_everybody(void **state)
{
	(void)state;
	stage_say(&s, "receive +15025550121 now ONE");
	stage_kill_sim(&s);
	stage_start_sim(&s);
	stage_start_modem(&s);
	struct msg_sms sms = next_sms();
	stage_kill_modem(&s);
	stage_start_modem(&s);
	struct msg_sms again = next_sms_by_restarts();
	assert_string_equal(again.text, "ONE");
	assert_int_not_equal(again.id, sms.id);
	stage_verdict(&s, sms.id, SMS_DELETE, "", ""); /* an id of the run before means nothing */
	stage_verdict(&s, again.id, SMS_REPLY, again.from, "hi");
	struct msg_sms_done done = next_done();
	assert_int_equal(done.id, again.id);
	assert_int_equal(done.sent, SMS_SENT_OK);
	stage_kill_sim(&s);
	stage_start_sim(&s);
	assert_string_equal(stage_say(&s, "sent"), "ok 1");
	assert_string_equal(stage_say(&s, "store"), "ok 0 10");
}

static void write_pin(const char *path, const char *pin)
{
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	fprintf(file, "%s\n", pin);
	assert_int_equal(fclose(file), 0);
}

/* The SIM of modem-sim locks itself for good at the third wrong one. */
static void a_wrong_pin_is_tried_once_however_often_the_program_starts(void **state)
{
	(void)state;
	char path[256];
	snprintf(path, sizeof(path), "%s/pin", s.folder);
	write_pin(path, "4321");
	s.pin_file = path;
	assert_string_equal(stage_say(&s, "sim pin 1234"), "ok");
	for (unsigned i = 0; i < 4; i++) {
		stage_start_modem(&s);
		while (strstr(wait_health(HEALTH_FAILED).sentence, "refused the PIN") == NULL)
			;
		stage_kill_modem(&s);
	}
	/* a corrected one goes on, also after the modem began anew and after a kill */
	write_pin(path, "1234");
	stage_say(&s, "receive +15025550123 now HI");
	for (unsigned i = 0; i < 2; i++) {
		stage_start_modem(&s);
		assert_string_equal(next_sms().text, "HI");
		stage_kill_modem(&s);
		assert_string_equal(stage_say(&s, "restart"), "ok");
	}
	s.pin_file = NULL;
}

static void wrong_arguments_are_answered_with_what_is_right(void **state)
{
	(void)state;
	assert_int_equal(
	    WEXITSTATUS(system("'" PROGRAMS "/kiosk-modem' --device x --country XX 2>/dev/null")),
	    EX_USAGE);
	assert_int_equal(
	    WEXITSTATUS(system("'" PROGRAMS "/kiosk-modem' --sweep-ms 5s 2>/dev/null")), EX_USAGE);
	assert_int_equal(
	    WEXITSTATUS(system("'" PROGRAMS "/kiosk-modem' --profile nokia 2>/dev/null")),
	    EX_USAGE);
	assert_int_equal(WEXITSTATUS(system("'" PROGRAMS "/kiosk-modem' 2>/dev/null")), EX_USAGE);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    TEST(a_message_is_received_answered_and_deleted),
	    TEST(several_wait_for_their_verdicts_and_each_gets_its_own),
	    TEST(a_sweep_asked_for_is_answered),
	    TEST(a_silent_network_is_told_as_unknown),
	    TEST(a_modem_unplugged_while_it_sends_is_told_as_unknown),
	    TEST(an_unplugged_modem_ends_the_program_and_a_new_one_goes_on),
	    TEST(a_modem_that_hangs_is_told_and_wants_its_power_key),
	    TEST(a_place_that_hangs_the_modem_is_skipped_by_the_next_run),
	    TEST(a_flood_of_garbage_is_outlived),
	    TEST(lines_in_pieces_and_in_lumps_are_read),
	    TEST(a_wrong_pin_is_tried_once_however_often_the_program_starts),
	    TEST(it_ends_when_kioskd_does),
	    TEST(the_line_has_one_user),
	    TEST(messages_and_replies_survive_kills_of_everybody),
	    TEST(wrong_arguments_are_answered_with_what_is_right),
	};
	return cmocka_run_group_tests_name("modem.kiosk-modem", tests, NULL, NULL);
}
