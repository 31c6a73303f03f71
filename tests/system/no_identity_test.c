/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise 5 of DESIGN.md, Promises: no identity leaves or stays. Known numbers, codes and a name go
 * through a whole kiosk; then every file it wrote, every log, and all that went to the network are
 * searched for them: while the meeting is still open, and after it was closed.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <kiosk/msg_people.h>

#include "kiosk_fixture.h"
#include "message.h"
#include "sanitized.h"
#include "stray_server.h"

enum { OCTETS_MAX = 256, CANARIES_MAX = 32, N_TICKETS = 3 };

static const char number[] = "+15025550177", name[] = "Xylophonia",
                  refused[] = "CANARY-foreign-code-4711";

struct canary {
	const char *what;
	size_t len;
	uint8_t octets[OCTETS_MAX];
};

static struct kiosk_fixture fixture;
static struct stray_server stray;
static struct canary canary[CANARIES_MAX];
static int n_canaries;

static void add(const char *what, const void *octets, size_t len)
{
	assert_true(n_canaries < CANARIES_MAX && len <= OCTETS_MAX);
	canary[n_canaries].what = what;
	canary[n_canaries].len = len;
	memcpy(canary[n_canaries++].octets, octets, len);
}

/* The number as a modem and a network write it: semi-octets, swapped (3GPP TS 23.040, 9.1.2.3), and
 * their hex. */
static void add_number(void)
{
	static const char digits[] = "15025550177F";
	uint8_t swapped[6];
	char hex[13];

	for (int i = 0; i < 6; i++) {
		const int low = digits[2 * i] - '0',
		          high = digits[2 * i + 1] == 'F' ? 15 : digits[2 * i + 1] - '0';

		swapped[i] = (uint8_t)(high << 4 | low);
		snprintf(hex + 2 * i, 3, "%02X", swapped[i]);
	}
	add("the number", number + 1, strlen(number + 1));
	add("the number without its country", number + 2, strlen(number + 2));
	add("the number in semi-octets", swapped, sizeof(swapped));
	add("the number's semi-octets in hexadecimal", hex, 12);
}

static void add_ticket(const char *text)
{
	uint8_t octets[TICKET_BYTES_MAX];
	struct sign1_view view;
	size_t len;

	add("a ticket's text", text, strlen(text) < OCTETS_MAX ? strlen(text) : OCTETS_MAX);
	assert_int_equal(code_decode(CODE_TICKET, (const uint8_t *)text, strlen(text), octets,
	                             sizeof(octets), &len),
	                 0);
	assert_int_equal(sign1_split(SIGN1_TICKET, octets, len, &view), 0);
	add("a ticket's octets", octets, len);
	add("a ticket's signature", view.signature, 64);
}

static int open_kiosk(void **state)
{
	const struct stage_options options = {.seed = 7};

	(void)state;
	fixture_init(&fixture, &options);
	fixture_open(&fixture);
	add_number();
	add("a name in a text", name, strlen(name));
	add("a foreign code", refused, strlen(refused));
	for (uint32_t i = 0; i < N_TICKETS; i++)
		add_ticket(fixture_ticket(&fixture, i));
	return 0;
}

static int close_kiosk(void **state)
{
	(void)state;
	stray_server_stop(&stray);
	fixture_deinit(&fixture);
	return 0;
}

/* `place` is a file or folder of the stage that exists. */
static void assert_no_canary(const char *place)
{
	char path[STAGE_PATH_MAX], where[STAGE_PATH_MAX];
	struct stat status;

	stage_path(&fixture.stage, place, path);
	assert_int_equal(stat(path, &status), 0);
	for (int i = 0; i < n_canaries; i++) {
		if (tree_holds(path, canary[i].octets, canary[i].len, where, sizeof(where)))
			fail_msg("%s holds %s", where, canary[i].what);
	}
}

/* What one process holds in memory is in no core file, and its secrets in no swap. */
static void assert_keeps_memory_to_itself(pid_t pid, bool has_secrets)
{
	char path[64], line[256];
	unsigned long locked_kib = 0;
	bool no_core = false;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/limits", (int)pid);
	file = fopen(path, "re");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		char soft[32], hard[32];

		if (sscanf(line, "Max core file size %31s %31s", soft, hard) == 2)
			no_core = strcmp(soft, "0") == 0 && strcmp(hard, "0") == 0;
	}
	(void)fclose(file);
	assert_true(no_core);
	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL)
		(void)sscanf(line, "VmLck: %lu", &locked_kib);
	(void)fclose(file);
	if (SANITIZED)
		print_message("NOT TESTED: locked memory (sanitizers take mlock away)\n");
	else
		assert_true(!has_secrets || locked_kib > 0);
}

static bool was_sent_to(const struct msg_status *status, void *context)
{
	struct stat file;

	(void)status;
	return stat(context, &file) == 0 && file.st_size > 500;
}

static void an_open_kiosk_holds_no_identity(void **state)
{
	char traffic[STAGE_PATH_MAX], text[64];

	(void)state;
	stage_path(&fixture.stage, "traffic", traffic);
	assert_int_equal(stray_server_start(&stray, fixture.stage.port, STRAY_500, traffic), 0);
	for (uint32_t i = 0; i < N_TICKETS; i++)
		assert_int_equal(fixture_show(&fixture, fixture_ticket(&fixture, i), NULL),
		                 SHOW_COUNTED);
	assert_int_equal(fixture_show(&fixture, refused, NULL), SHOW_NOT_ACCEPTED);
	snprintf(text, sizeof(text), "RIVER this is %s", name);
	fixture_text(&fixture, number, text);
	fixture_settle(&fixture);
	assert_int_equal(fixture_people(&fixture), N_TICKETS + 1);
	fixture_until(&fixture, "a batch went out", was_sent_to, traffic);
	stray_server_stop(&stray);
	assert_no_canary("state/ledger.db");
	assert_no_canary("state/ledger.db-wal");
	assert_no_canary("state");
	assert_no_canary("logs");
	assert_no_canary("traffic");
}

/* A thief, or a crash: never closed, with all that the meeting left on the disk. */
static void a_kiosk_that_ended_in_the_middle_holds_none(void **state)
{
	pid_t helper[8];
	const pid_t kioskd = fixture.stage.kioskd.pid;
	const int n = programs_children(kioskd, helper, 8);
	siginfo_t end = {0};

	(void)state;
	assert_true(n > 0);
	assert_keeps_memory_to_itself(kioskd, true);
	for (int i = 0; i < n; i++)
		assert_keeps_memory_to_itself(helper[i], false);
	assert_int_equal(kill(kioskd, SIGQUIT), 0);
	assert_int_equal(waitid(P_PID, (id_t)kioskd, &end, WEXITED | WNOWAIT), 0);
	assert_int_equal(end.si_code, CLD_KILLED); /* not CLD_DUMPED */
	assert_int_equal(stage_kill_kioskd(&fixture.stage), 0);
	assert_no_canary("state/ledger.db");
	assert_no_canary("state/ledger.db-wal");
	assert_no_canary("state");
	assert_no_canary("logs");
	fixture_open(&fixture);
	assert_int_equal(fixture_show(&fixture, fixture_ticket(&fixture, 0), NULL), SHOW_ALREADY);
}

static void a_closed_kiosk_and_its_collector_hold_none_either(void **state)
{
	struct msg_status status;

	(void)state;
	assert_int_equal(stage_start_collector(&fixture.stage), 0);
	assert_int_equal(FIXTURE_KIOSKCTL(&fixture, "close", "--headcount", "4"), 0);
	fixture_confirmed(&fixture, 1);
	fixture_status(&fixture, &status);
	assert_int_equal(status.state, KIOSK_IDLE);
	assert_no_canary("state");
	assert_no_canary("logs");
	assert_no_canary("collector.db");
	assert_no_canary("collector.db-wal");
	assert_keeps_memory_to_itself(fixture.stage.collectord.pid, false);
}

/* A search that finds nothing proves something only if it would have found it. */
static void the_search_finds_what_is_there(void **state)
{
	char path[STAGE_PATH_MAX], where[STAGE_PATH_MAX];

	(void)state;
	stage_path(&fixture.stage, "tickets-1", path);
	assert_true(tree_holds(path, fixture_ticket(&fixture, 0), 64, where, sizeof(where)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_search_finds_what_is_there),
	    cmocka_unit_test(an_open_kiosk_holds_no_identity),
	    cmocka_unit_test(a_kiosk_that_ended_in_the_middle_holds_none),
	    cmocka_unit_test(a_closed_kiosk_and_its_collector_hold_none_either),
	};

	return fixture_run_tests(tests, open_kiosk, close_kiosk);
}
