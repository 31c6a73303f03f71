/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise: whatever stands where the collector should be (a captive portal, silence, an error,
 * ten gigabytes, an answer nobody signed), check-ins go on, nothing is taken for confirmed, and all
 * of it is confirmed once the real collector answers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <kiosk/msg_people.h>

#include "kiosk_fixture.h"
#include "stray_server.h"

static struct kiosk_fixture fixture;
static struct stray_server stray;

static int open_kiosk(void **state)
{
	const struct stage_options options = {.seed = 5};

	(void)state;
	fixture_init(&fixture, &options);
	fixture_open(&fixture);
	return 0;
}

static int close_kiosk(void **state)
{
	(void)state;
	stray_server_stop(&stray);
	fixture_deinit(&fixture);
	return 0;
}

struct tries {
	char kept[STAGE_PATH_MAX];
	off_t size;
};

/* It was asked, and then asked again: the first answer has been judged by then. */
static bool was_asked_again(const struct msg_status *status, void *context)
{
	struct tries *tries = context;
	struct stat file;

	(void)status;
	if (stat(tries->kept, &file) < 0 || file.st_size == 0)
		return false;
	if (tries->size == 0)
		tries->size = file.st_size;
	return file.st_size > tries->size;
}

static void nothing_is_taken_for_the_collector(void **state)
{
	static const char *const name[STRAY_N_ANSWERS] = {"html",    "nothing",  "500",
	                                                  "endless", "unsigned", "redirect"};

	(void)state;
	for (int answer = 0; answer < STRAY_N_ANSWERS; answer++) {
		struct tries tries = {.size = 0};
		struct msg_status status;
		char file[64];

		snprintf(file, sizeof(file), "sent-to-%s", name[answer]);
		stage_path(&fixture.stage, file, tries.kept);
		assert_int_equal(stray_server_start(&stray, fixture.stage.port,
		                                    (enum stray_answer)answer, tries.kept),
		                 0);
		assert_int_equal(
		    fixture_show(&fixture, fixture_ticket(&fixture, (uint32_t)answer), NULL),
		    SHOW_COUNTED);
		fixture_until(&fixture, name[answer], was_asked_again, &tries);
		fixture_status(&fixture, &status);
		assert_int_equal(status.batches_confirmed, 0);
		assert_false(status.batch_parked);
		assert_true(status.uplink_sentence[0] != '\0');
		for (uint32_t i = 0; i < status.n_rows; i++)
			assert_int_equal(status.row[i].sent_added, 0);
		print_message("%s: \"%s\"\n", name[answer], status.uplink_sentence);
		stray_server_stop(&stray);
	}
}

static void the_real_one_confirms_all_of_it(void **state)
{
	(void)state;
	assert_int_equal(fixture_people(&fixture), STRAY_N_ANSWERS);
	assert_int_equal(stage_start_collector(&fixture.stage), 0);
	fixture_covered(&fixture);
	assert_int_equal(fixture_people(&fixture), STRAY_N_ANSWERS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_taken_for_the_collector),
	    cmocka_unit_test(the_real_one_confirms_all_of_it),
	};

	return fixture_run_tests(tests, open_kiosk, close_kiosk);
}
