/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daemon itself, a real process on a real file, its helpers played by the test: what happens to
 * people when it is killed, when a helper crashes, lies or loses its device, when it is started
 * twice, and when it is told to stop.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "clock.h"
#include "daemon_stage.h"
#include "file.h"
#include "text.h"

enum { EXIT_CONFIG = 78 };

static void test_a_meeting_with_a_kill_in_the_middle(void **state)
{
	struct daemon *d = *state;
	struct papers other, forger;
	char text[CODE_TEXT_MAX];
	struct msg_control close_event = {
	    .control = CONTROL_CLOSE, .has_headcount = true, .number = 4};
	struct msg_swept swept = {0};

	daemon_start(d);
	assert_int_equal(daemon_show_ticket(d, 1), SHOW_NOT_CHECKED);
	assert_int_equal(daemon_show_card(d), SHOW_OPENED);
	assert_int_equal(daemon_show_ticket(d, 1), SHOW_COUNTED);
	assert_int_equal(daemon_show_ticket(d, 1), SHOW_ALREADY);
	papers_make(&other, 2, time(NULL));
	papers_ticket(&other, 1, text);
	assert_int_equal(daemon_show(d, text), SHOW_NOT_ACCEPTED);
	forger = d->papers;
	forger.hub.b[0] ^= 1;
	papers_ticket(&forger, 2, text);
	assert_int_equal(daemon_show(d, text), SHOW_NOT_ACCEPTED);
	assert_int_equal(daemon_offer(d, 1, "+15025550101", "RIVER"), SMS_REPLY);
	daemon_kill_and_start(d);
	assert_int_equal(daemon_ask_status(d).state, KIOSK_OPEN_NO_SMS);
	assert_int_equal(daemon_show_ticket(d, 1), SHOW_ALREADY);
	assert_int_equal(daemon_show_ticket(d, 2), SHOW_COUNTED);
	assert_int_equal(daemon_offer(d, 2, "+15025550102", "RIVER 2"), SMS_KEEP);
	assert_int_equal(daemon_show_card(d), SHOW_OPENED);
	daemon_receive(d, d->helper[1], MSG_SWEEP);
	assert_int_equal(daemon_offer(d, 2, "+15025550102", "RIVER 2"), SMS_REPLY);
	assert_int_equal(daemon_people(d), 5);
	assert_int_equal(
	    daemon_command(d, (struct msg_control){.control = CONTROL_ADD, .number = 2})->error, 0);
	assert_int_equal(daemon_command(d, (struct msg_control){.control = CONTROL_UNDO})->error,
	                 0);
	assert_int_equal(daemon_people(d), 5);
	assert_int_equal(link_send(d->control, MSG_CONTROL, &close_event, NULL, 0), 0);
	daemon_receive(d, d->helper[1], MSG_SWEEP);
	assert_int_equal(link_send(d->helper[1], MSG_SWEPT, &swept, NULL, 0), 0);
	assert_int_equal(
	    ((const struct msg_result *)daemon_receive(d, d->control, MSG_RESULT))->error, 0);
	assert_int_equal(daemon_ask_status(d).state, KIOSK_IDLE);
	assert_int_equal(daemon_people(d), 5);
}

static void test_told_to_stop_it_ends_with_its_helpers(void **state)
{
	struct daemon *d = *state;
	char path[256];
	struct stat about;

	daemon_start(d);
	assert_int_equal(daemon_show_card(d), SHOW_OPENED);
	assert_int_equal(daemon_show_ticket(d, 1), SHOW_COUNTED);
	kill(d->pid, SIGTERM);
	assert_int_equal(daemon_wait_exit(d->pid), 0);
	d->pid = 0;
	for (int i = 0; i < DAEMON_HELPERS; i++)
		while (link_receive(d->helper[i], &d->message) != -ECONNRESET)
			assert_true(daemon_readable(d->helper[i]));
	daemon_path_in(d, "control.sock", path);
	assert_int_equal(stat(path, &about), -1);
	daemon_close_all(d);
	daemon_start(d);
	assert_int_equal(daemon_show_ticket(d, 1), SHOW_ALREADY);
}

static void test_a_second_kioskd_is_turned_away(void **state)
{
	struct daemon *d = *state;
	uint8_t *log;
	char path[256];
	size_t len;

	daemon_start(d);
	assert_int_equal(daemon_show_card(d), SHOW_OPENED);
	assert_int_equal(daemon_wait_exit(daemon_launch(d, "second")), EXIT_CONFIG);
	daemon_path_in(d, "second", path);
	assert_int_equal(file_read(path, 65536, &log, &len), 0);
	print_message("%s", (char *)log);
	assert_non_null(strstr((char *)log, "ledger.db"));
	free(log);
	/* The first one's socket and event are as they were. */
	close(d->control);
	daemon_connect_control(d, &d->control);
	assert_int_equal(daemon_ask_status(d).state, KIOSK_OPEN);
	assert_int_equal(daemon_show_ticket(d, 1), SHOW_COUNTED);
}

static void test_a_helper_that_crashes_comes_back_and_counting_goes_on(void **state)
{
	struct daemon *d = *state;
	struct msg_health missing = {.health = HEALTH_MISSING,
	                             .sentence = "No camera here: plug it in."};

	daemon_start(d);
	assert_int_equal(daemon_show_card(d), SHOW_OPENED);
	daemon_pull(d, 0, 255);
	while (daemon_ask_status(d).helper[0].health != HEALTH_FAILED)
		;
	assert_int_equal(daemon_ask_status(d).helper[0].restarts, 1);
	assert_int_equal(daemon_offer(d, 1, "+15025550101", "RIVER"), SMS_REPLY);
	daemon_greet(d, 0);
	assert_int_equal(daemon_show_ticket(d, 1), SHOW_COUNTED);
	/* A device that went away: no penalty, and what it said stays on the screen. */
	assert_int_equal(link_send(d->helper[0], MSG_HEALTH, &missing, NULL, 0), 0);
	daemon_pull(d, 0, 75);
	daemon_greet(d, 0);
	while (daemon_ask_status(d).helper[0].health != HEALTH_GOOD)
		;
	assert_int_equal(daemon_ask_status(d).helper[0].restarts, 1);
	assert_int_equal(daemon_people(d), 2);
}

/* It runs as the same user, and nothing but kioskd keeps it from the socket where there is no
 * sandbox; nor does a program it starts. */
static void test_a_helper_cannot_act_for_a_volunteer(void **state)
{
	static const uint8_t reach[] = {254, 253};
	struct daemon *d = *state;
	struct status_helper helper;

	daemon_start(d);
	assert_int_equal(daemon_show_card(d), SHOW_OPENED);
	for (uint32_t i = 0; i < 2; i++) {
		daemon_pull(d, 0, reach[i]);
		do
			helper = daemon_ask_status(d).helper[0];
		while (helper.restarts == i);
		if (!strstr(helper.sentence, "40"))
			fail_msg("%s", helper.sentence);
		daemon_greet(d, 0);
	}
	assert_int_equal(daemon_people(d), 0);
	assert_int_equal(daemon_show_ticket(d, 1), SHOW_COUNTED);
}

static void test_a_helper_that_says_what_it_may_not_is_ended(void **state)
{
	struct daemon *d = *state;
	struct msg_sms sms = {.id = 1, .has_time = true, .part = 1, .parts = 1};
	static const char garbage[] = "not a message at all";

	daemon_start(d);
	assert_int_equal(daemon_show_card(d), SHOW_OPENED);
	text_copy(sms.from, sizeof(sms.from), "+15025550101");
	assert_int_equal(link_send(d->helper[0], MSG_SMS, &sms, NULL, 0), 0);
	daemon_greet(d, 0);
	assert_int_equal(daemon_show_ticket(d, 1), SHOW_COUNTED);
	assert_true(send(d->helper[0], garbage, sizeof(garbage), MSG_NOSIGNAL) > 0);
	daemon_greet(d, 0);
	assert_int_equal(daemon_show_ticket(d, 2), SHOW_COUNTED);
	assert_int_equal(daemon_people(d), 2);
	assert_int_equal(daemon_ask_status(d).helper[0].restarts, 2);
}

/* More lines for [modem]. */
static void configure_modem(const struct daemon *d, const char *lines)
{
	static const char section[] = "[modem]\n";
	char path[256], all[2048];
	uint8_t *text;
	size_t len;

	daemon_path_in(d, "kioskd.conf", path);
	assert_int_equal(file_read(path, 1024, &text, &len), 0);
	const char *at = strstr((const char *)text, section);
	assert_non_null(at);
	at += strlen(section);
	(void)snprintf(all, sizeof(all), "%.*s%s%s", (int)(at - (const char *)text),
	               (const char *)text, lines, at);
	free(text);
	assert_int_equal(file_write(path, all, strlen(all), 0600), 0);
}

static void assert_told(int helper, const char *wanted, size_t len)
{
	struct ucred peer;
	socklen_t peer_len = sizeof(peer);
	char path[64];
	uint8_t *line;
	size_t line_len;

	assert_int_equal(getsockopt(helper, SOL_SOCKET, SO_PEERCRED, &peer, &peer_len), 0);
	(void)snprintf(path, sizeof(path), "/proc/%d/cmdline", peer.pid);
	assert_int_equal(file_read(path, 4096, &line, &line_len), 0);
	assert_non_null(memmem(line, line_len, wanted, len));
	free(line);
}

/* As their own command lines say: a helper knows nothing of the configuration but that. */
static void test_helpers_are_told_what_the_configuration_says(void **state)
{
	static const char scanner[] = "--source\0sim:x\0--budget-us\0"
	                              "7500",
	                  modem[] = "--device\0/dev/null\0--country\0US\0--sweep-ms\0"
	                            "7000\0--answer-ms\0"
	                            "2000\0--send-ms\0"
	                            "9000\0--profile\0e3372\0--pin-file";
	struct daemon *d = *state;
	char path[256];

	configure_modem(d, "sweep = 7s\nanswer = 2s\nsend = 9s\nprofile = e3372\n"
	                   "pin_file = sim.pin\n");
	daemon_start(d);
	assert_told(d->helper[0], scanner, sizeof(scanner));
	assert_told(d->helper[1], modem, sizeof(modem));
	daemon_path_in(d, "sim.pin", path);
	assert_told(d->helper[1], path, strlen(path) + 1);
}

static void test_texts_are_dealt_with_as_the_configuration_says(void **state)
{
	enum { TEXTS = 3 };
	static const struct {
		const char *lines;
		uint32_t deadline_ms;
		struct {
			const char *from, *text;
			uint32_t verdict;
		} text[TEXTS];
	} cases[] = {
	    {"reply_interval = 0s\nreplies_per_number = 2\n",
	     30000,
	     {{"+15025550101", "RIVER", SMS_REPLY},
	      {"+15025550101", "RIVER 2", SMS_REPLY},
	      {"+15025550101", "RIVER 3", SMS_DELETE}}},
	    {"replies_per_minute = 2\nreply_deadline = 12s\n",
	     12000,
	     {{"+15025550101", "RIVER", SMS_REPLY},
	      {"+15025550102", "RIVER", SMS_REPLY},
	      {"+15025550103", "RIVER", SMS_DELETE}}},
	    {"numbers_per_day = 1\n",
	     30000,
	     {{"+15025550101", "RIVER", SMS_REPLY}, {"+15025550102", "RIVER", SMS_DELETE}}},
	    {"replies = no\n", 0, {{"+15025550101", "RIVER", SMS_DELETE}}},
	    {"own_number = +15025550101\n",
	     30000,
	     {{"+15025550101", "RIVER", SMS_DELETE}, {"+15025550102", "RIVER", SMS_REPLY}}},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct daemon *d = *state;

		print_message("%s", cases[i].lines);
		configure_modem(d, cases[i].lines);
		daemon_start(d);
		assert_int_equal(daemon_show_card(d), SHOW_OPENED);
		for (uint32_t n = 0; n < TEXTS && cases[i].text[n].from; n++) {
			struct msg_sms_verdict verdict;

			assert_int_equal(
			    daemon_offer(d, n + 1, cases[i].text[n].from, cases[i].text[n].text),
			    cases[i].text[n].verdict);
			memcpy(&verdict, d->message.bytes, sizeof(verdict));
			if (verdict.verdict == SMS_REPLY)
				assert_int_equal(verdict.deadline_ms, cases[i].deadline_ms);
		}
		assert_int_equal(daemon_teardown(state), 0);
		assert_int_equal(daemon_setup(state), 0);
	}
}

static void test_texts_wait_for_a_meeting_as_long_as_the_configuration_says(void **state)
{
	struct daemon *d = *state;
	struct msg_sms sms = {.id = 1, .has_time = true, .part = 1, .parts = 1};
	const struct msg_sms_verdict *verdict;

	configure_modem(d, "wait_unopened = 1h\n");
	daemon_start(d);
	for (; sms.id <= 2; sms.id++) { /* half an hour old, and two hours */
		sms.time = time(NULL) - (sms.id == 1 ? 1800 : 7200);
		assert_int_equal(link_send(d->helper[1], MSG_SMS, &sms, NULL, 0), 0);
		verdict = daemon_receive(d, d->helper[1], MSG_SMS_VERDICT);
		assert_int_equal(verdict->verdict, sms.id == 1 ? SMS_KEEP : SMS_DELETE);
	}
}

static void test_the_status_has_what_the_modem_says_of_itself(void **state)
{
	struct daemon *d = *state;
	struct msg_health health = {.health = HEALTH_GOOD,
	                            .signal_dbm = -77,
	                            .operator_name = "Some Net",
	                            .store_used = 3,
	                            .store_size = 50,
	                            .waiting = 2,
	                            .last_text = clock_mono()};
	struct msg_status status;

	daemon_start(d);
	assert_int_equal(daemon_ask_status(d).last_text_s, -1);
	assert_int_equal(link_send(d->helper[1], MSG_HEALTH, &health, NULL, 0), 0);
	while ((status = daemon_ask_status(d)).store_used == 0)
		;
	assert_int_equal(status.signal_dbm, -77);
	assert_string_equal(status.operator_name, "Some Net");
	assert_int_equal(status.store_used, 3);
	assert_int_equal(status.store_size, 50);
	assert_int_equal(status.sms_waiting, 2);
	assert_true(status.last_text_s >= 0);
}

static void test_a_ledger_that_is_none_is_left_alone(void **state)
{
	struct daemon *d = *state;
	static const char text[] = "These are somebody's holiday notes, not a ledger. They are "
	                           "long enough to be looked at.";
	char path[256];
	uint8_t *after;
	size_t len;

	daemon_path_in(d, "state", path);
	assert_int_equal(mkdir(path, 0700), 0);
	daemon_path_in(d, "state/ledger.db", path);
	assert_int_equal(file_write(path, text, sizeof(text), 0600), 0);
	assert_int_equal(daemon_wait_exit(daemon_launch(d, "log")), EXIT_CONFIG);
	assert_int_equal(file_read(path, 65536, &after, &len), 0);
	assert_int_equal(len, sizeof(text));
	assert_memory_equal(after, text, sizeof(text));
	free(after);
	daemon_path_in(d, "log", path);
	assert_int_equal(file_read(path, 65536, &after, &len), 0);
	print_message("%s", (char *)after);
	assert_non_null(strstr((char *)after, "ledger.db"));
	free(after);
}

static void test_a_key_that_is_none_is_left_alone(void **state)
{
	struct daemon *d = *state;
	char path[256];
	uint8_t *after;
	size_t len;

	daemon_path_in(d, "state", path);
	assert_int_equal(mkdir(path, 0700), 0);
	daemon_path_in(d, "state/device.key", path);
	assert_int_equal(file_write(path, "abc", 3, 0600), 0);
	assert_int_equal(daemon_wait_exit(daemon_launch(d, "log")), EXIT_CONFIG);
	assert_int_equal(file_read(path, 100, &after, &len), 0);
	assert_int_equal(len, 3);
	free(after);
}

/* Too few descriptors, wherever they run out: said so, and nothing of damage. */
static void test_a_machine_that_lacks_something_is_told_so(void **state)
{
	struct daemon *d = *state;
	const struct rlimit all = {1024, 1024};
	const int inherited = dup(STDERR_FILENO); /* the next to be had */

	close(inherited);
	for (rlim_t more = 3; more < 6; more++) {
		const struct rlimit few = {(rlim_t)inherited + more, 1024};
		uint8_t *log;
		char path[256];
		pid_t pid;
		size_t len;
		int status;

		assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
		pid = daemon_launch(d, "log");
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &all), 0);
		status = daemon_wait_exit(pid);
		daemon_path_in(d, "log", path);
		assert_int_equal(file_read(path, 65536, &log, &len), 0);
		print_message("%s", (char *)log);
		assert_true(status == EX_OSERR || status == EXIT_CONFIG);
		assert_non_null(strstr((char *)log, "descriptors"));
		assert_null(strstr((char *)log, "damage"));
		free(log);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, daemon_setup, daemon_teardown)
	    TEST(test_a_meeting_with_a_kill_in_the_middle),
	    TEST(test_told_to_stop_it_ends_with_its_helpers),
	    TEST(test_a_second_kioskd_is_turned_away),
	    TEST(test_a_helper_cannot_act_for_a_volunteer),
	    TEST(test_a_helper_that_crashes_comes_back_and_counting_goes_on),
	    TEST(test_a_helper_that_says_what_it_may_not_is_ended),
	    TEST(test_helpers_are_told_what_the_configuration_says),
	    TEST(test_texts_are_dealt_with_as_the_configuration_says),
	    TEST(test_texts_wait_for_a_meeting_as_long_as_the_configuration_says),
	    TEST(test_the_status_has_what_the_modem_says_of_itself),
	    TEST(test_a_ledger_that_is_none_is_left_alone),
	    TEST(test_a_key_that_is_none_is_left_alone),
	    TEST(test_a_machine_that_lacks_something_is_told_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
