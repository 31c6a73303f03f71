/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise: a machine that is not as it should be is told in a sentence, nothing is overwritten,
 * and what works goes on: a device that is not there, a ledger that is damaged or newer, two
 * daemons on one ledger.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <kiosk/msg_people.h>

#include "file.h"
#include "kiosk_fixture.h"

enum { LEDGER_BYTES_MAX = 64 << 20, USER_VERSION_AT = 60 };

static struct kiosk_fixture fixture;

static int open_kiosk(void **state)
{
	const struct stage_options options = {.seed = 4};

	*state = &fixture;
	fixture_init(&fixture, &options);
	return 0;
}

static int open_kiosk_without_devices(void **state)
{
	const struct stage_options options = {
	    .seed = 4, .camera = "/dev/kiosk-no-camera", .modem = "/dev/kiosk-no-modem"};

	*state = &fixture;
	fixture_init(&fixture, &options);
	return 0;
}

static const struct status_helper *helper(const struct msg_status *status, enum helper_kind kind)
{
	for (uint32_t i = 0; i < status->n_helpers; i++) {
		if (status->helper[i].kind == kind)
			return &status->helper[i];
	}
	return NULL;
}

static bool both_are_missing(const struct msg_status *status, void *context)
{
	const struct status_helper *camera = helper(status, HELPER_SCANNER),
	                           *modem = helper(status, HELPER_MODEM);

	(void)context;
	return camera && modem && camera->health == HEALTH_MISSING &&
	       modem->health == HEALTH_MISSING &&
	       strstr(camera->sentence, "/dev/kiosk-no-camera") &&
	       strstr(modem->sentence, "/dev/kiosk-no-modem");
}

static void missing_devices_are_named_and_are_no_crash(void **state)
{
	struct msg_status status;

	(void)state;
	assert_int_equal(stage_start_kioskd(&fixture.stage), 0);
	fixture_until(&fixture, "both devices are missing, by name", both_are_missing, NULL);
	fixture_status(&fixture, &status);
	assert_int_equal(helper(&status, HELPER_SCANNER)->restarts, 0);
	assert_int_equal(helper(&status, HELPER_MODEM)->restarts, 0);
}

static void ledger_path(char path[STAGE_PATH_MAX])
{
	stage_path(&fixture.stage, "state/ledger.db", path);
}

/* A kioskd that is started now ends by itself, with a sentence that holds `word`. */
static void assert_kioskd_refuses(const char *word)
{
	struct stage *stage = &fixture.stage;
	char config[STAGE_PATH_MAX], log[STAGE_PATH_MAX];
	struct program kioskd;

	stage_path(stage, "kioskd.conf", config);
	stage_path(stage, "logs/kioskd.log", log);
	unlink(log);
	assert_int_equal(program_start(&stage->programs, &kioskd, "kioskd",
	                               (const char *const[]){"--config", config, NULL}, false),
	                 0);
	if (program_await_end(&stage->programs, &kioskd, 10000) < 0)
		fail_msg("kioskd runs on a ledger it should refuse");
	assert_true(WIFEXITED(kioskd.status) && WEXITSTATUS(kioskd.status) != 0);
	assert_true(fixture_log_says(&fixture, "kioskd", word));
}

/* A ledger it must not touch: it refuses, and the file stays as it was. */
static void assert_refuses_ledger(const uint8_t *content, size_t len, const char *word)
{
	char path[STAGE_PATH_MAX];
	uint8_t *after;
	size_t after_len;

	ledger_path(path);
	assert_int_equal(file_write(path, content, len, 0600), 0);
	assert_kioskd_refuses(word);
	assert_int_equal(file_read(path, LEDGER_BYTES_MAX, &after, &after_len), 0);
	assert_int_equal(after_len, len);
	assert_memory_equal(after, content, len);
	free(after);
}

static void a_damaged_or_newer_ledger_is_left_as_it_is(void **state)
{
	static const uint8_t garbage[] =
	    "This is a text file that somebody saved under the ledger's name.";
	char path[STAGE_PATH_MAX];
	uint8_t *good;
	size_t len;

	(void)state;
	fixture_open(&fixture);
	assert_int_equal(fixture_show(&fixture, fixture_ticket(&fixture, 0), NULL), SHOW_COUNTED);
	door_close(&fixture.stage.door);
	assert_int_equal(program_stop(&fixture.stage.programs, &fixture.stage.kioskd), 0);
	ledger_path(path);
	assert_int_equal(file_read(path, LEDGER_BYTES_MAX, &good, &len), 0);
	assert_true(len > 4096);

	assert_refuses_ledger(garbage, sizeof(garbage), "ledger.db");
	good[USER_VERSION_AT] +=
	    1; /* big-endian: sixteen million versions ahead (sqlite.org/fileformat2, 1.3) */
	assert_refuses_ledger(good, len, "ewer");
	good[USER_VERSION_AT] -= 1;
	good[len / 2] ^= 0xff;
	good[len / 2 + 1] ^= 0xff;
	memset(good + 4096, 0xa5, 2048);
	assert_refuses_ledger(good, len, "amaged");
	free(good);
}

static void a_second_daemon_on_the_same_ledger_says_so_and_ends(void **state)
{
	struct stage *stage = &fixture.stage;
	char socket[STAGE_PATH_MAX];

	(void)state;
	fixture_open(&fixture);
	assert_kioskd_refuses("another");
	/* The first goes on, and can still be talked to. */
	assert_int_equal(fixture_show(&fixture, fixture_ticket(&fixture, 0), NULL), SHOW_COUNTED);
	assert_int_equal(fixture_people(&fixture), 1);
	door_close(&stage->door);
	stage_path(stage, "control.sock", socket);
	assert_int_equal(door_open(&stage->door, &stage->programs, &stage->kioskd, socket, 5000),
	                 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(missing_devices_are_named_and_are_no_crash,
	                                    open_kiosk_without_devices, fixture_teardown),
	    cmocka_unit_test_setup_teardown(a_damaged_or_newer_ledger_is_left_as_it_is, open_kiosk,
	                                    fixture_teardown),
	    cmocka_unit_test_setup_teardown(a_second_daemon_on_the_same_ledger_says_so_and_ends,
	                                    open_kiosk, fixture_teardown),
	};

	return fixture_run_tests(tests, NULL, NULL);
}
