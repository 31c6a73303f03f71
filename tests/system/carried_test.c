/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise: totals reach the collector from a kiosk that never has a connection. They are closed,
 * made a picture, looked at, carried, posted by somebody with nothing but the network's file, and
 * confirmed; and count once, however often and by whomever they are brought.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <kiosk/msg_people.h>

#include "file.h"
#include "hex.h"
#include "kiosk_fixture.h"
#include "outcome.h"

#define KIOSKCTL(...) FIXTURE_KIOSKCTL(&fixture, __VA_ARGS__)

enum { TICKETS = 3, WALK_INS = 2, TEXT_MAX = 4096 };

static struct kiosk_fixture fixture;
static char network[STAGE_PATH_MAX];

static int open_kiosk(void **state)
{
	const struct stage_options options = {.seed = 13};

	*state = &fixture;
	fixture_init(&fixture, &options); /* no collector: nobody answers there */
	fixture_open(&fixture);
	stage_path(&fixture.stage, "network/network.txt", network);
	return 0;
}

static void assert_national(const struct event_id *event)
{
	struct national national;

	assert_int_equal(national_ask(fixture.stage.port, event, &national), 0);
	assert_int_equal(national.people[0], TICKETS + WALK_INS);
}

/* The octets that the picture shows are those of the text beside it. */
static void assert_readable(const char *picture, const char *text)
{
	char hex[2 * TEXT_MAX + 1];
	uint8_t *octets;
	size_t len;

	assert_int_equal(file_read(text, TEXT_MAX, &octets, &len), 0);
	assert_memory_equal(octets, "CK1:B", 5);
	assert_int_equal(KIOSKCTL("decode", "--json", picture), 0);
	hex_encode(octets, len, hex);
	fixture_said(&fixture, hex);
	free(octets);
}

/* Whatever was changed on the way, the collector says no, and the true one is not harmed. */
static void assert_altered_is_refused(const char *text)
{
	char path[STAGE_PATH_MAX];
	uint8_t *octets;
	size_t len;

	stage_path(&fixture.stage, "altered.txt", path);
	assert_int_equal(file_read(text, TEXT_MAX, &octets, &len), 0);
	octets[len - 100] = octets[len - 100] == 'A' ? 'B' : 'A';
	assert_int_equal(file_write(path, octets, len, 0600), 0);
	free(octets);
	assert_int_equal(KIOSKCTL("post", "--network", network, path), 1);
	fixture_said(&fixture, "REFUSED");
}

static void totals_are_carried_as_a_picture(void **state)
{
	char folder[STAGE_PATH_MAX], again[STAGE_PATH_MAX], bundle[STAGE_PATH_MAX];
	char picture[STAGE_PATH_MAX], text[STAGE_PATH_MAX];
	struct msg_status status;

	(void)state;
	stage_path(&fixture.stage, "carried", folder);
	stage_path(&fixture.stage, "carried/batch-1.png", picture);
	stage_path(&fixture.stage, "carried/batch-1.txt", text);
	stage_path(&fixture.stage, "again", again);
	for (uint32_t i = 0; i < TICKETS; i++)
		assert_int_equal(fixture_show(&fixture, fixture_ticket(&fixture, i), NULL),
		                 SHOW_COUNTED);
	assert_int_equal(KIOSKCTL("+1", "2"), 0);
	assert_int_equal(KIOSKCTL("export", "--qr", folder), 1);
	assert_int_equal(KIOSKCTL("close", "--headcount", "5"), 0);
	fixture_status(&fixture, &status);
	assert_int_equal(KIOSKCTL("export", "--qr", folder), 0);
	print_message("%s", fixture.output);
	assert_readable(picture, text);
	assert_int_equal(KIOSKCTL("post", "--network", network, picture), 69); /* nobody there */
	/* The kiosk stays behind, switched off. */
	door_close(&fixture.stage.door);
	assert_int_equal(program_stop(&fixture.stage.programs, &fixture.stage.kioskd), 0);
	assert_int_equal(stage_start_collector(&fixture.stage), 0);
	assert_altered_is_refused(text);
	assert_int_equal(KIOSKCTL("post", "--network", network, network), 65); /* no totals */
	assert_int_equal(KIOSKCTL("post", "--network", network, picture), 0);
	fixture_said(&fixture, "5 counted: confirmed");
	assert_national(&status.event);
	assert_int_equal(KIOSKCTL("post", "--network", network, text, picture), 0);
	fixture_said(&fixture, "was there already");
	assert_national(&status.event);
	/* Weeks later it has a connection after all. */
	assert_int_equal(stage_start_kioskd(&fixture.stage), 0);
	fixture_confirmed(&fixture, 1);
	assert_national(&status.event);
	assert_int_equal(KIOSKCTL("export", "--qr", again), 0);
	fixture_said(&fixture, "nothing to carry");
	stage_path(&fixture.stage, "all.ck1", bundle);
	assert_int_equal(KIOSKCTL("export", "--out", bundle), 0);
	assert_int_equal(KIOSKCTL("post", "--network", network, bundle), 0);
	fixture_said(&fixture, "was there already");
	assert_national(&status.event);
}

/* A kiosk that was restarted seals nothing unasked: of such a bundle nothing is said to hold. */
static void what_is_not_sealed_is_not_said_to_hold(void **state)
{
	char bundle[STAGE_PATH_MAX];

	(void)state;
	assert_int_equal(KIOSKCTL("+1", "2"), 0);
	door_close(&fixture.stage.door);
	assert_int_equal(program_stop(&fixture.stage.programs, &fixture.stage.kioskd), 0);
	assert_int_equal(stage_start_kioskd(&fixture.stage), 0);
	stage_path(&fixture.stage, "open.ck1", bundle);
	assert_int_equal(KIOSKCTL("export", "--out", bundle), 0);
	assert_int_equal(KIOSKCTL("verify", bundle, "--network", network), 1);
	fixture_said(&fixture, "NOTHING IS SEALED YET");
	assert_int_equal(KIOSKCTL("verify", "--json", bundle, "--network", network), 1);
	fixture_said(&fixture, "\"holds\": false");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(totals_are_carried_as_a_picture, open_kiosk,
	                                    fixture_teardown),
	    cmocka_unit_test_setup_teardown(what_is_not_sealed_is_not_said_to_hold, open_kiosk,
	                                    fixture_teardown),
	};

	return fixture_run_tests(tests, NULL, NULL);
}
