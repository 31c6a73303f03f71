/* SPDX-License-Identifier: Apache-2.0 */
/* Promise: no total is silently changed. A kiosk counts while its ledger is recounted beside the
 * work, sends nothing before that is done, and stops, with what to do, where the recount disagrees.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <kiosk/msg_people.h>

#include "sql_edit.h"
#include "stage.h"

enum { WALK_INS = 500, ACTS = 15, TURNS = 2 * ACTS };

/* An event is open, with more leaves than one turn recounts; the kiosk is stopped. */
static int setup(void **state)
{
	static struct stage stage;
	const struct msg_control add = {.control = CONTROL_ADD, .number = WALK_INS};

	stage_init(&stage);
	stage_start(&stage);
	stage_open(&stage);
	for (int i = 0; i < ACTS; i++)
		assert_int_equal(stage_control(&stage, &add)->error, 0);
	kiosk_free(stage.kiosk);
	stage.kiosk = NULL;
	stage.n_requests = 0;
	*state = &stage;
	return 0;
}

static void test_people_are_counted_meanwhile_and_nothing_is_sent(void **state)
{
	struct stage *s = *state;
	uint32_t ticket = 0;

	stage_start(s);
	while (++ticket < TURNS / 4) {
		/* It asks for its next turn at once, and the collector for nothing. */
		assert_true(kiosk_wake(s->kiosk).us <= s->time.mono.us);
		assert_int_equal(stage_ticket(s, ticket), SHOW_COUNTED);
		assert_int_equal(stage_ticket(s, ticket), SHOW_ALREADY);
		assert_int_equal(stage_view(s)->people, ACTS * WALK_INS + ticket);
		stage_wait(s, 20000000);
	}
	assert_int_equal(s->n_requests, 0);
	for (int i = 0; i < 2 * TURNS; i++)
		stage_wait(s, 20000000);
	assert_true(s->n_requests > 0);
	assert_int_equal(stage_people(s), ACTS * WALK_INS + ticket - 1);
}

static void must_be_stopped(struct stage *s)
{
	struct msg_status status = stage_status(s);

	assert_int_equal(status.state, KIOSK_STOPPED);
	assert_non_null(strstr(status.sentence, "damaged"));
	assert_non_null(strstr(status.sentence, "keep it"));
	assert_non_null(strstr(status.sentence, "is safe."));
}

static void test_damage_stops_counting_when_it_is_met(void **state)
{
	struct stage *s = *state;
	uint32_t ticket = 0;

	sql_edit(s->ledger_path,
	         "UPDATE leaf SET slot = slot + 1 WHERE id = (SELECT max(id) FROM leaf)");
	stage_start(s);
	while (stage_status(s).state != KIOSK_STOPPED && ticket < 1000) {
		assert_int_equal(stage_ticket(s, ++ticket), SHOW_COUNTED);
		stage_wait(s, 1000);
	}
	assert_true(ticket > 1);
	must_be_stopped(s);
	assert_int_equal(stage_ticket(s, ++ticket), SHOW_NOT_CHECKED);
	/* It looks again, and does not count before it has seen all. */
	for (int i = 0; i < 3; i++) {
		stage_wait(s, 3000000);
		must_be_stopped(s);
	}
	assert_int_equal(s->n_requests, 0);
	sql_edit(s->ledger_path,
	         "UPDATE leaf SET slot = slot - 1 WHERE id = (SELECT max(id) FROM leaf"
	         " WHERE channel = 3)");
	stage_wait(s, 3000000);
	assert_int_equal(stage_status(s).state, KIOSK_OPEN_NO_SMS);
	assert_int_equal(stage_ticket(s, ticket), SHOW_COUNTED);
	assert_int_equal(stage_people(s), ACTS * WALK_INS + ticket);
}

/* Without a collector an export seals: not what was not recounted. */
static void test_what_is_sealed_was_recounted(void **state)
{
	struct stage *s = *state;
	const struct msg_export export = {.has_event = false};
	uint8_t octets[EXPORT_PART_BYTES_MAX];
	struct msg_export_part part;
	size_t len;

	s->config.uplink = false;
	stage_start(s);
	assert_true(kiosk_wake(s->kiosk).us <= s->time.mono.us);
	kiosk_export(s->kiosk, &export, &part, octets, &len);
	assert_int_equal(part.error, 0);
	assert_int_equal(stage_status(s).batches_sealed, 1);
	assert_true(kiosk_wake(s->kiosk).us > s->time.mono.us);
	assert_int_equal(stage_ticket(s, 1), SHOW_COUNTED);
	kiosk_free(s->kiosk);
	s->kiosk = NULL;
	sql_edit(s->ledger_path,
	         "UPDATE leaf SET slot = slot + 1 WHERE id = (SELECT max(id) FROM leaf)");
	stage_start(s);
	kiosk_export(s->kiosk, &export, &part, octets, &len);
	assert_int_not_equal(part.error, 0);
	must_be_stopped(s);
	assert_int_equal(stage_status(s).batches_sealed, 0); /* none but the one before */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, stage_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_people_are_counted_meanwhile_and_nothing_is_sent),
	    TEST(test_damage_stops_counting_when_it_is_met),
	    TEST(test_what_is_sealed_was_recounted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
