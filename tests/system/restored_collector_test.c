/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise: a collector whose disk died and that was put back from a backup is found out, says
 * so, and has in the end all it had before, each batch once, from the kiosks alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <kiosk/msg_people.h>

#include "file.h"
#include "kiosk_fixture.h"
#include "outcome.h"

enum { DATABASE_MAX = 16 << 20 };

static struct kiosk_fixture fixture;
static char database[STAGE_PATH_MAX];
static uint32_t n_shown;

static int open_kiosk(void **state)
{
	const struct stage_options options = {.seed = 11};

	*state = &fixture;
	fixture_init(&fixture, &options);
	assert_int_equal(stage_start_collector(&fixture.stage), 0);
	fixture_open(&fixture);
	stage_path(&fixture.stage, "collector.db", database);
	return 0;
}

/* Another ticket, alone in its batch. */
static void count_and_send(void)
{
	assert_int_equal(fixture_show(&fixture, fixture_ticket(&fixture, n_shown++), NULL),
	                 SHOW_COUNTED);
	fixture_covered(&fixture);
}

static void assert_national(uint64_t people)
{
	struct national national;
	struct msg_status status;

	fixture_status(&fixture, &status);
	assert_int_equal(national_ask(fixture.stage.port, &status.event, &national), 0);
	assert_int_equal(national.people[0], people);
}

static void stop_collector(void)
{
	assert_int_equal(program_stop(&fixture.stage.programs, &fixture.stage.collectord), 0);
}

static void put_back(const uint8_t *backup, size_t len)
{
	static const char *const suffix[] = {"-wal", "-shm", "-journal"};

	for (size_t i = 0; i < sizeof(suffix) / sizeof(suffix[0]); i++) {
		char path[STAGE_PATH_MAX + 16];

		(void)snprintf(path, sizeof(path), "%s%s", database, suffix[i]);
		(void)unlink(path);
	}
	assert_int_equal(file_write(database, backup, len, 0600), 0);
}

static void what_a_backup_lacks_comes_again(void **state)
{
	struct msg_status before, after;
	uint8_t *backup;
	size_t len;

	(void)state;
	count_and_send();
	stop_collector();
	assert_int_equal(file_read(database, DATABASE_MAX, &backup, &len), 0);
	assert_int_equal(stage_start_collector(&fixture.stage), 0);
	count_and_send();
	count_and_send();
	assert_national(3);
	fixture_status(&fixture, &before);
	stop_collector();
	put_back(backup, len);
	free(backup);
	assert_int_equal(stage_start_collector(&fixture.stage), 0);
	assert_national(1);
	assert_false(fixture_log_says(&fixture, "kioskd", "All totals are sent again"));
	count_and_send();
	assert_true(fixture_log_says(&fixture, "kioskd", "All totals are sent again"));
	assert_national(4);
	fixture_status(&fixture, &after);
	assert_memory_equal(&after.epoch, &before.epoch, sizeof(before.epoch));
	assert_int_equal(fixture_people(&fixture), 4);
	count_and_send();
	assert_national(5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_a_backup_lacks_comes_again),
	};

	return fixture_run_tests(tests, open_kiosk, fixture_teardown);
}
