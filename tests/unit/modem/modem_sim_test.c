/* SPDX-License-Identifier: Apache-2.0 */
/* The simulated modem: what tests and the demonstration rely on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "file.h"
#include "sim_control.h"
#include "stage.h"

static struct sim_store store;
static struct sim_modem modem;
static char said[8192], folder[128], path[192];

static void on_out(void *context, const char *bytes, size_t len)
{
	(void)context;
	assert_true(strlen(said) + len < sizeof(said));
	strncat(said, bytes, len);
}

static int begin(void **state)
{
	const char *base = getenv("TMPDIR");
	unsigned line;
	(void)state;
	snprintf(folder, sizeof(folder), "%s/modem-sim XXXXXX", base != NULL ? base : "/tmp");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/store", folder);
	said[0] = '\0';
	if (sim_store_open(&store, path, 2, &line) < 0)
		return -1;
	sim_modem_init(&modem, &store, 1, on_out, NULL);
	return 0;
}

static int end(void **state)
{
	(void)state;
	sim_store_close(&store);
	unlink(path);
	return rmdir(folder);
}

static const char *say(const char *command)
{
	static char answer[CONTROL_ANSWER_MAX];
	char line[CONTROL_LINE_MAX];
	snprintf(line, sizeof(line), "%s", command);
	sim_control(&modem, -20, line, answer);
	return answer;
}

static void ask(const char *command, const char *answer)
{
	said[0] = '\0';
	sim_modem_input(&modem, command, strlen(command), 0);
	assert_string_equal(said, answer);
}

static void what_does_not_fit_waits_in_the_network(void **state)
{
	(void)state;
	assert_string_equal(say("receive +15025550121 now ONE"), "ok 1");
	assert_string_equal(say("receive +15025550122 now TWO"), "ok 2");
	assert_string_equal(say("receive +15025550123 now THREE"), "ok held");
	assert_string_equal(say("store"), "ok 2 2");
	assert_string_equal(say("held"), "ok 1");
	ask("ATE0\r", "ATE0\r\r\nOK\r\n");
	ask("AT+CMGD=1\r", "\r\nOK\r\n");
	assert_string_equal(say("store"), "ok 2 2");
	assert_string_equal(say("held"), "ok 0");
}

static void everything_is_in_the_file_when_it_is_acknowledged(void **state)
{
	(void)state;
	struct sim_store again;
	unsigned line;
	say("receive +15025550121 now ONE");
	say("receive +15025550122 now TWO");
	say("receive +15025550123 now THREE");
	assert_int_equal(sim_store_open(&again, path, 2, &line), 0);
	assert_int_equal(sim_store_count(&again, SIM_IN_ME), 2);
	assert_int_equal(sim_store_count(&again, SIM_HELD), 1);
	assert_string_equal(sim_store_at(&again, SIM_IN_ME, 2)->hex,
	                    sim_store_at(&store, SIM_IN_ME, 2)->hex);
	sim_store_close(&again);
	assert_int_equal(file_write(path, "ME 1 0 AB\nnonsense\n", 19, 0600), 0);
	assert_int_equal(sim_store_open(&again, path, 2, &line), -EBADMSG);
	assert_int_equal(line, 2);
	sim_store_close(&again);
}

static void times_may_be_said_in_several_ways(void **state)
{
	(void)state;
	static const char *const good[] = {"now",
	                                   "now-7d",
	                                   "now+30s",
	                                   "now-5min",
	                                   "now-1h",
	                                   "2026-11-21T18:00:00-05:00",
	                                   "2026-11-21T23:00:00Z"};
	static const char *const bad[] = {"", "then", "now7d", "now-7y", "now-", "2026-11-21"};
	char line[128];
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(line, sizeof(line), "receive +15025550121 %s X", good[i]);
		assert_int_equal(strncmp(say(line), "ok", 2), 0);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(line, sizeof(line), "receive +15025550121 %s X", bad[i]);
		assert_int_equal(strncmp(say(line), "error", 5), 0);
	}
}

static void wrong_commands_say_what_is_right(void **state)
{
	(void)state;
	assert_non_null(strstr(say("bogus"), "receive"));
	assert_non_null(strstr(say("fault bogus on"), "cmti-lost"));
	assert_string_equal(say("fault hang 1x"),
	                    "error fault NAME on, off or a number would be right");
	assert_string_equal(say("fault hang"),
	                    "error fault NAME on, off or a number would be right");
	assert_non_null(strstr(say("profile nokia"), "e3372"));
	assert_non_null(strstr(say("size 0"), "1 to "));
	assert_non_null(strstr(say("size many"), "1 to "));
	assert_non_null(strstr(say("sim lost"), "pin DIGITS"));
	assert_string_equal(say("sent 1"), "error there is no such message");
	assert_string_equal(say("sent"), "ok 0");
	assert_int_equal(strncmp(say("receive a-very-long-name now X"), "error", 5), 0);
}

static void it_answers_as_modules_do(void **state)
{
	(void)state;
	ask("AT\r", "AT\r\r\nOK\r\n");
	ask("ate0\r", "ate0\r\r\nOK\r\n");
	ask("\x1b\x1b"
	    "AT\r",
	    "\r\nOK\r\n");
	ask("AT+NOSUCH\r", "\r\nERROR\r\n");
	ask("AT+CMGR=7\r", "\r\nERROR\r\n");
	ask("AT+CMEE=1\r", "\r\nOK\r\n");
	ask("AT+CMGR=7\r", "\r\n+CMS ERROR: 321\r\n");
	ask("AT+CMGR=1\r", "\r\nOK\r\n"); /* empty */
	ask("AT+CPMS?\r", "\r\n+CPMS: \"ME\",0,2,\"ME\",0,2,\"ME\",0,2\r\n\r\nOK\r\n");
	ask("AT+CPMS=\"SM\",\"SM\",\"SM\"\r", "\r\n+CPMS: 0,20,0,20,0,20\r\n\r\nOK\r\n");
	ask("AT+CMGL=4\r", "\r\n\r\nOK\r\n");
	said[0] = '\0';
	say("receive-pdu 00FF");
	assert_string_equal(said, ""); /* nobody asked for hints */
	ask("AT+CNMI=2,1,0,0,0\r", "\r\nOK\r\n");
	said[0] = '\0';
	say("receive-pdu 00FF");
	assert_string_equal(said, "\r\n+CMTI: \"SM\",2\r\n");
	ask("AT+CMGL=4\r", "\r\n+CMGL: 1,0,,1\r\n00FF\r\n+CMGL: 2,0,,1\r\n00FF\r\n\r\nOK\r\n");
	ask("AT+CMGL=0\r", "\r\n\r\nOK\r\n"); /* they were read */
}

static void each_fault_is_set_by_its_name(void **state)
{
	(void)state;
	char names[SIM_FAULT_NAMES_MAX], line[64];
	sim_fault_names(names);
	for (const char *name = names; name != NULL;
	     name = strchr(name, ' ') != NULL ? strchr(name, ' ') + 1 : NULL) {
		snprintf(line, sizeof(line), "fault %.*s 3", (int)strcspn(name, " "), name);
		assert_string_equal(say(line), "ok");
	}
	for (unsigned *fault = (unsigned *)&modem.faults; fault < (unsigned *)(&modem.faults + 1);
	     fault++)
		assert_int_equal(*fault, 3);
}

static void its_memory_has_the_size_it_is_given(void **state)
{
	(void)state;
	assert_string_equal(say("size 3"), "ok");
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(strncmp(say("receive +15025550121 now ONE"), "ok held", 7) == 0,
		                 0);
	assert_string_equal(say("receive +15025550121 now ONE"), "ok held");
	assert_string_equal(say("store"), "ok 3 3");
}

static void another_module_says_and_refuses_otherwise(void **state)
{
	(void)state;
	said[0] = '\0';
	assert_string_equal(say("profile e3372"), "ok");
	assert_non_null(strstr(said, "^SYSSTART"));
	ask("ATE0\r", "ATE0\r\r\nOK\r\n");
	ask("AT+CGMM\r", "\r\nE3372\r\n\r\nOK\r\n");
	ask("AT+NOSUCH\r", "\r\nCOMMAND NOT SUPPORT\r\n");
	ask("AT+CPMS=\"ME\",\"ME\",\"ME\"\r", "\r\nERROR\r\n"); /* it is busy yet */
	said[0] = '\0';
	sim_modem_tick(&modem, 2000000);
	assert_non_null(strstr(said, "^SIMST:1"));
	ask("AT+CPMS=\"ME\"\r", "\r\nERROR\r\n");
	ask("AT+CPMS=\"ME\",\"ME\",\"ME\"\r", "\r\n+CPMS: 0,2,0,2,0,2\r\n\r\nOK\r\n");
	said[0] = '\0';
	sim_modem_tick(&modem, 9000000);
	assert_non_null(strstr(said, "^HCSQ:"));
	ask("AT^CURC=0\r", "\r\nOK\r\n");
	said[0] = '\0';
	sim_modem_tick(&modem, 99000000);
	assert_string_equal(said, "");
}

static void it_stands_still_where_it_is_told_to(void **state)
{
	(void)state;
	assert_string_equal(say("receive +15025550121 now ONE"), "ok 1");
	ask("ATE0\r", "ATE0\r\r\nOK\r\n");
	assert_string_equal(say("stop +CMGD"), "ok");
	ask("AT\r", "\r\nOK\r\n");
	ask("AT+CMGD=1\rAT\r", "");
	assert_string_equal(say("store"), "ok 1 2");
	assert_string_equal(say("stop deleted"), "ok");
	assert_string_equal(say("go"), "ok");
	assert_string_equal(said, "");
	assert_string_equal(say("store"), "ok 0 2");
	assert_string_equal(say("go"), "ok");
	assert_string_equal(said, "\r\nOK\r\n\r\nOK\r\n"); /* the one that waited, too */
}

static void a_script_plays_itself(void **state)
{
	(void)state;
	static const char script[] = "# a comment\nreceive +15025550121 now ONE\n\n"
	                             "size 5\nsim ready\nfault split-reads on\n"
	                             "+0.05 receive +15025550122 now TWO\nfault cmti-lost on\n"
	                             "fault merged-reads on\nfault split-reads off\n";
	struct stage stage;
	char name[256];
	snprintf(name, sizeof(name), "%s/script", folder);
	assert_int_equal(file_write(name, script, sizeof(script) - 1, 0600), 0);
	stage_begin(&stage);
	stage_kill_sim(&stage);
	stage.script = name;
	stage_start_sim(&stage);
	stage_start_modem(&stage);
	assert_true(stage_next(&stage, MSG_SMS));
	assert_true(stage_next(&stage, MSG_SMS)); /* the second, by its time, or the first again */
	stage_end(&stage);
	unlink(name);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    TEST(what_does_not_fit_waits_in_the_network),
	    TEST(everything_is_in_the_file_when_it_is_acknowledged),
	    TEST(times_may_be_said_in_several_ways),
	    TEST(wrong_commands_say_what_is_right),
	    TEST(it_answers_as_modules_do),
	    TEST(each_fault_is_set_by_its_name),
	    TEST(its_memory_has_the_size_it_is_given),
	    TEST(another_module_says_and_refuses_otherwise),
	    TEST(it_stands_still_where_it_is_told_to),
	    TEST(a_script_plays_itself),
	};
	return cmocka_run_group_tests_name("modem.modem-sim", tests, NULL, NULL);
}
