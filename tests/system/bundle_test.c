/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise: an event is taken out of a kiosk as one file, running or stopped, that anybody can
 * check without a network; a closed one changes only by its hub's signed word. All by the real
 * programs, as a person would.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <kiosk/msg_people.h>

#include "file.h"
#include "hex.h"
#include "kiosk_fixture.h"

#define KIOSKCTL(...) FIXTURE_KIOSKCTL(&fixture, __VA_ARGS__)

enum { TICKETS = 6, BUNDLE_MAX = 1 << 20 };

static struct kiosk_fixture fixture;
static char network[STAGE_PATH_MAX], hub[STAGE_PATH_MAX], ledger[STAGE_PATH_MAX];

static int open_kiosk(void **state)
{
	const struct stage_options options = {.seed = 7};

	*state = &fixture;
	fixture_init(&fixture, &options);
	assert_int_equal(stage_start_collector(&fixture.stage), 0);
	fixture_open(&fixture);
	stage_path(&fixture.stage, "network/network.txt", network);
	stage_path(&fixture.stage, "hub", hub);
	stage_path(&fixture.stage, "state/ledger.db", ledger);
	return 0;
}

static void assert_verifies(const char *bundle, const char *people)
{
	assert_int_equal(KIOSKCTL("verify", bundle, "--network", network), 0);
	fixture_said(&fixture, "Everything holds.");
	assert_int_equal(KIOSKCTL("verify", "--json", bundle), 0);
	fixture_said(&fixture, people);
	fixture_said(&fixture, "\"holds\": true");
}

static void flip(const char *path, size_t at)
{
	const int fd = open(path, O_RDWR | O_CLOEXEC);
	uint8_t octet;

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &octet, 1, (off_t)at), 1);
	octet ^= 4;
	assert_int_equal(pwrite(fd, &octet, 1, (off_t)at), 1);
	assert_int_equal(close(fd), 0);
}

/* Whatever octet of the file is changed, `verify` says no. */
static void assert_no_change_passes(const char *bundle)
{
	uint8_t *octets;
	size_t len;

	assert_int_equal(file_read(bundle, BUNDLE_MAX, &octets, &len), 0);
	free(octets);
	for (size_t at = 0; at < len; at += 1 + len / 40) {
		int status;

		flip(bundle, at);
		status = KIOSKCTL("verify", bundle, "--network", network);
		if (status != 1 && status != 2)
			fail_msg("octet %zu changed: %d", at, status);
		flip(bundle, at);
	}
	assert_int_equal(truncate(bundle, (off_t)(len - 1)), 0);
	assert_int_equal(KIOSKCTL("verify", bundle, "--network", network), 1);
	fixture_said(&fixture, "DOES NOT HOLD");
}

/* Another event of the hub is opened with its card and closed; then the first is corrected again. */
static void correct_the_earlier_one(const struct msg_status *first)
{
	char folder[STAGE_PATH_MAX], never[STAGE_PATH_MAX], event[2 * sizeof(first->event) + 1];
	const time_t now = time(NULL) - 600;
	char occurrence[12], start[32], *code;
	struct msg_status status;

	assert_true(strftime(start, sizeof(start), "%Y-%m-%dT%H:%M+00:00", gmtime(&now)) > 0);
	stage_path(&fixture.stage, "second", folder);
	assert_int_equal(KIOSKCTL("event", "new", "--hub", hub, "--name", "en=Second", "--project",
	                          "1:RIVER:en=River", "--start", start, "--length", "2h", "--out",
	                          folder),
	                 0);
	code = fixture_line(&fixture, "second/card.txt");
	assert_int_equal(fixture_show(&fixture, code, NULL), SHOW_OPENED);
	free(code);
	assert_int_equal(KIOSKCTL("+1", "--project", "TREES"),
	                 64); /* it has none of that keyword */
	assert_int_equal(KIOSKCTL("+1", "3", "--project", "river"), 0);
	assert_int_equal(KIOSKCTL("close"), 0);
	fixture_status(&fixture, &status);
	assert_memory_not_equal(&status.event, &first->event, sizeof(first->event));
	fixture_confirmed(&fixture, first->batches_sealed + 2);
	hex_encode(first->event.b, sizeof(first->event.b), event);
	(void)snprintf(occurrence, sizeof(occurrence), "%u", first->occurrence + 1);
	/* What never was is no empty bundle. */
	assert_int_equal(
	    KIOSKCTL("export", "--event", "0011223344556677", "--out", "/nowhere/at/all"), 73);
	stage_path(&fixture.stage, "never.ck1", never);
	assert_int_equal(KIOSKCTL("export", "--event", "0011223344556677", "--out", never), 1);
	assert_int_equal(KIOSKCTL("export", "--event", event, "--occurrence", "17", "--out", never),
	                 1);
	assert_int_equal(access(never, F_OK), -1);
	assert_int_equal(KIOSKCTL("correct", "--hub", hub, "--event", "0011223344556677",
	                          "--reason", "x", "--people", "-1"),
	                 1);
	assert_int_equal(KIOSKCTL("correct", "--hub", hub, "--event", event, "--occurrence",
	                          occurrence, "--reason", "One more.", "--people", "+1"),
	                 0);
	assert_int_equal(KIOSKCTL("correct", "--hub", hub, "--reason",
	                          "One of them came for the food.", "--project", "TREES:-1"),
	                 64);
	assert_int_equal(KIOSKCTL("correct", "--hub", hub, "--reason",
	                          "One of them came for the food.", "--project", "River:-1"),
	                 0);
	fixture_confirmed(&fixture, first->batches_sealed + 4);
}

static void an_event_can_be_checked_and_corrected_and_taken_along(void **state)
{
	static const char *const name[] = {"open.ck1", "closed.ck1", "corrected.ck1", "cold.ck1"};
	char bundle[4][STAGE_PATH_MAX];
	struct msg_status status;

	(void)state;
	for (int i = 0; i < 4; i++)
		stage_path(&fixture.stage, name[i], bundle[i]);
	for (uint32_t i = 0; i < TICKETS; i++)
		assert_int_equal(fixture_show(&fixture, fixture_ticket(&fixture, i), NULL),
		                 SHOW_COUNTED);
	assert_int_equal(KIOSKCTL("+1", "2"), 0);
	/* Open, then closed. */
	assert_int_equal(KIOSKCTL("export", "--out", bundle[0]), 0);
	assert_verifies(bundle[0], "\"people\": 8");
	assert_int_equal(KIOSKCTL("export", "--out", bundle[0]), 73); /* it is there already */
	assert_int_equal(KIOSKCTL("correct", "--hub", hub, "--reason", "x", "--people", "-1"), 1);
	assert_int_equal(KIOSKCTL("close", "--headcount", "8"), 0);
	fixture_confirmed(&fixture, 1);
	assert_int_equal(KIOSKCTL("export", "--out", bundle[1]), 0);
	assert_verifies(bundle[1], "\"people_confirmed\": 8");
	fixture_said(&fixture, "\"headcount\": 8");
	/* Corrected by the hub. */
	fixture_status(&fixture, &status);
	assert_int_equal(
	    KIOSKCTL("correct", "--hub", hub, "--reason", "Two came by mistake.", "--people", "-2"),
	    0);
	fixture_confirmed(&fixture, status.batches_sealed + 1);
	assert_int_equal(KIOSKCTL("export", "--out", bundle[2]), 0);
	assert_verifies(bundle[2], "\"people_confirmed\": 6");
	fixture_said(&fixture, "Two came by mistake.");
	correct_the_earlier_one(&status);
	/* While it runs its ledger is its own; stopped, it can be read, and is not changed. */
	assert_int_equal(KIOSKCTL("ledger", "check", ledger), 2);
	door_close(&fixture.stage.door);
	assert_int_equal(program_stop(&fixture.stage.programs, &fixture.stage.kioskd), 0);
	assert_int_equal(KIOSKCTL("ledger", "check", ledger), 0);
	fixture_said(&fixture, "every line was counted again");
	assert_int_equal(
	    KIOSKCTL("export", "--ledger", ledger, "--network", network, "--out", bundle[3]), 0);
	assert_verifies(bundle[3], "\"people_confirmed\": 3");
	assert_int_equal(KIOSKCTL("export", "--ledger", ledger, "--network", network, "--event",
	                          "0011223344556677", "--out", bundle[0]),
	                 73);
	assert_int_equal(unlink(bundle[0]), 0);
	assert_int_equal(KIOSKCTL("export", "--ledger", ledger, "--network", network, "--event",
	                          "0011223344556677", "--out", bundle[0]),
	                 65);
	assert_int_equal(access(bundle[0], F_OK), -1);
	assert_no_change_passes(bundle[3]);
	assert_int_equal(KIOSKCTL("verify", network), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(an_event_can_be_checked_and_corrected_and_taken_along,
	                                    open_kiosk, fixture_teardown),
	};

	return fixture_run_tests(tests, NULL, NULL);
}
