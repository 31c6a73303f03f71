/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: totals equal a recount of the leaves, also while the recount goes on beside the work:
 * what is counted meanwhile is counted right, damage stops counting when it is met, nothing is
 * sealed that was not recounted, and a power cut in between loses nothing.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "acts.h"
#include "crypto.h"
#include "sql_edit.h"

enum { PEOPLE = 400, SOME = 7 };

static int setup(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	scene_start(scene);
	*state = scene;
	return 0;
}

static int teardown(void **state)
{
	scene_end(*state);
	free(*state);
	return 0;
}

static void open_event(struct scene *scene, uint16_t occurrence)
{
	scene->opening = opening_of(1, occurrence);
	assert_int_equal(ledger_opening(scene->ledger, &scene->opening), 0);
	model_opening(&scene->model, &scene->opening);
}

static void close_event(struct scene *scene, bool keep_tags)
{
	assert_int_equal(ledger_end_epoch(scene->ledger, keep_tags), 0);
	model_end(&scene->model, keep_tags);
}

/* One of an evening's acts, told to the model once it happened; 0 too where nothing is left to undo.
 */
static int some_act(struct scene *scene, uint64_t random)
{
	struct ledger_checkin checkin =
	    ticket_of((uint32_t)(random >> 8) % 900, (uint16_t)(1 + (random >> 32) % 3));
	int rc;

	if (random % 8 == 0) {
		rc = act_undo_last(scene, NULL);
		if (rc != 0 && rc != LEDGER_E_NOTHING)
			return rc;
		assert_int_equal(act_undo_last(scene, &scene->model), rc);
		return 0;
	}
	if (random % 8 == 1)
		checkin.people = (uint8_t)(1 + (random >> 40) % 5);
	checkin.has_tag = random % 8 != 2;
	rc = act_some_check_in(scene, NULL, &checkin);
	if (rc == 0)
		assert_int_equal(act_some_check_in(scene, &scene->model, &checkin), 0);
	return rc;
}

static void fill(struct scene *scene, uint64_t seed)
{
	assert_int_equal(ledger_begin(scene->ledger), 0);
	for (int i = 0; i < PEOPLE; i++)
		assert_int_equal(some_act(scene, fault_random(&seed)), 0);
	assert_int_equal(ledger_commit(scene->ledger), 0);
}

static void reopen(struct scene *scene)
{
	ledger_close(scene->ledger);
	scene->ledger = open_good(scene->folder.ledger);
}

static void must_agree(struct scene *scene)
{
	char why[300];

	if (!model_agrees(&scene->model, scene->ledger, why, sizeof(why)))
		fail_msg("%s", why);
}

static int a_step(struct scene *scene, bool *ret_done)
{
	char sentence[400];

	return ledger_recount_step(scene->ledger, SOME, ret_done, sentence, sizeof(sentence));
}

static void check_ins_meanwhile_are_counted_right(void **state)
{
	struct scene *scene = *state;
	uint64_t seed = 11;
	bool done = false;
	int steps = 0;

	open_event(scene, 0);
	fill(scene, 1);
	close_event(scene, true); /* the tags go on in the next epoch */
	open_event(scene, 0);
	fill(scene, 2);
	reopen(scene);
	while (!done) {
		bool group = fault_random(&seed) % 4 == 0;

		assert_int_equal(a_step(scene, &done), 0);
		steps++;
		if (group)
			assert_int_equal(ledger_begin(scene->ledger), 0);
		/* fewer than a step counts: else it would not end */
		assert_int_equal(some_act(scene, fault_random(&seed)), 0);
		if (group) {
			bool unused;

			assert_int_equal(a_step(scene, &unused), -EINVAL);
			assert_int_equal(ledger_commit(scene->ledger), 0);
		}
	}
	print_message("%d steps\n", steps);
	assert_true(steps > 2 * PEOPLE / SOME);
	must_agree(scene);
	reopen(scene);
	must_agree(scene);
}

/* It is closed, another is opened, and closed for good, while the recount is in the first. */
static void events_may_end_and_begin_meanwhile(void **state)
{
	struct scene *scene = *state;
	bool done = false;

	open_event(scene, 0);
	fill(scene, 3);
	reopen(scene);
	assert_int_equal(a_step(scene, &done), 0);
	close_event(scene, false);
	assert_int_equal(a_step(scene, &done), 0);
	open_event(scene, 1);
	fill(scene, 4);
	for (int i = 0; i < PEOPLE * 3 / SOME; i++)
		assert_int_equal(a_step(scene, &done), 0);
	assert_false(done);
	close_event(scene, true);
	open_event(scene, 1);
	fill(scene, 5);
	while (!done)
		assert_int_equal(a_step(scene, &done), 0);
	must_agree(scene);
}

static void damage_is_met_while_check_ins_go_on(void **state)
{
	static const char *const change[] = {
	    "UPDATE leaf SET slot = slot + 1 WHERE id = (SELECT max(id) - 20 FROM leaf)",
	    "UPDATE leaf SET r = randomblob(32) WHERE id = (SELECT max(id) - 50 FROM leaf)",
	    "UPDATE tag SET project = 3 WHERE leaf = (SELECT max(leaf) FROM tag WHERE project = 1)",
	    ("UPDATE total SET added = added + 1 WHERE project = 1; "
	     "UPDATE total SET added = added - 1 WHERE project = 2"),
	};
	struct scene *scene = *state;
	struct fault_disk *good;

	open_event(scene, 0);
	fill(scene, 6);
	reopen(scene);
	good = fault_disk_snapshot(scene->disk);
	for (size_t i = 0; i < sizeof(change) / sizeof(change[0]); i++) {
		struct model before = model_copy(&scene->model);
		uint64_t seed = i, people = 0;
		struct batch batch;
		bool done = false;
		int rc = 0, counted = 0;

		ledger_close(scene->ledger);
		fault_disk_copy(scene->disk, good);
		sql_edit(scene->folder.ledger, change[i]);
		scene->ledger = open_good(scene->folder.ledger);
		while ((rc = a_step(scene, &done)) == 0 && !done) {
			assert_int_equal(some_act(scene, fault_random(&seed)), 0);
			counted++;
		}
		assert_int_equal(rc, LEDGER_E_DAMAGED);
		assert_true(counted > PEOPLE / SOME);
		/* Nothing more is written; what there is may be read. */
		assert_int_equal(some_act(scene, 3), LEDGER_E_DAMAGED);
		assert_int_equal(ledger_draft(scene->ledger, &scene->opening.epoch, &batch),
		                 LEDGER_E_DAMAGED);
		assert_int_equal(ledger_people(scene->ledger, &people), 0);
		assert_int_equal(people, model_people(&scene->model));
		model_free(&scene->model);
		scene->model = before;
	}
	fault_disk_free(good);
}

static void nothing_is_sealed_before_it_was_recounted(void **state)
{
	struct scene *scene = *state;
	struct batch batch;
	bool done = false;

	open_event(scene, 0);
	fill(scene, 7);
	reopen(scene);
	assert_int_equal(a_step(scene, &done), 0);
	assert_false(done);
	(void)seal(scene->ledger, &scene->opening.epoch);
	assert_int_equal(a_step(scene, &done), 0);
	assert_true(done);
	ledger_close(scene->ledger);
	sql_edit(scene->folder.ledger,
	         "UPDATE leaf SET r = randomblob(32) WHERE id = (SELECT min(id) "
	         "+ 9 FROM leaf); DELETE FROM batch_row; DELETE FROM batch");
	scene->ledger = open_good(scene->folder.ledger);
	assert_int_equal(ledger_draft(scene->ledger, &scene->opening.epoch, &batch),
	                 LEDGER_E_DAMAGED);
}

/* The power goes at operation n of check-ins between steps. */
static bool cut_at(struct scene *scene, const struct fault_disk *before, const struct model *model,
                   uint64_t n)
{
	struct model after;
	char why[300], why_not[300];
	uint64_t seed = n;
	bool done = false, happened;

	fault_disk_arm(scene->disk, FAULT_NONE, FAULT_OP_ANY, 0);
	fault_disk_copy(scene->disk, before);
	model_free(&scene->model);
	scene->model = model_copy(model);
	scene->ledger = open_good(scene->folder.ledger);
	fault_disk_arm(scene->disk, FAULT_CUT, FAULT_OP_ANY, n);
	after = model_copy(&scene->model);
	for (int i = 0; i < 30; i++) {
		uint64_t random = fault_random(&seed);
		struct ledger_checkin checkin = ticket_of((uint32_t)(random % 900), 2);

		if (a_step(scene, &done) != 0)
			break;
		assert_int_equal(act_some_check_in(scene, &after, &checkin), 0);
		if (act_some_check_in(scene, NULL, &checkin) != 0)
			break;
		assert_int_equal(act_some_check_in(scene, &scene->model, &checkin), 0);
	}
	happened = fault_disk_happened(scene->disk);
	fault_disk_arm(scene->disk, FAULT_CUT, FAULT_OP_ANY, 1);
	ledger_close(scene->ledger);
	fault_disk_power_on(scene->disk, (enum fault_survival)(n % 3), n);
	fault_disk_arm(scene->disk, FAULT_NONE, FAULT_OP_ANY, 0);
	scene->ledger = open_good(scene->folder.ledger);
	if (!model_agrees(&scene->model, scene->ledger, why, sizeof(why)) &&
	    !model_agrees(&after, scene->ledger, why_not, sizeof(why_not)))
		fail_msg("cut at operation %llu: neither before (%s) nor after (%s)",
		         (unsigned long long)n, why, why_not);
	for (done = false; !done;)
		assert_int_equal(a_step(scene, &done), 0);
	model_free(&after);
	ledger_close(scene->ledger);
	scene->ledger = NULL;
	return happened;
}

static void a_power_cut_meanwhile_loses_nothing(void **state)
{
	struct scene *scene = *state;
	struct fault_disk *before;
	struct model model;
	uint64_t n = 1;

	open_event(scene, 0);
	fill(scene, 8);
	before = fault_disk_snapshot(scene->disk);
	model = model_copy(&scene->model);
	ledger_close(scene->ledger);
	scene->ledger = NULL;
	while (cut_at(scene, before, &model, n))
		n++;
	print_message("cut at each of %llu operations\n", (unsigned long long)n - 1);
	assert_true(n > 60);
	model_free(&model);
	fault_disk_free(before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(check_ins_meanwhile_are_counted_right),
	    TEST(events_may_end_and_begin_meanwhile),
	    TEST(damage_is_met_while_check_ins_go_on),
	    TEST(nothing_is_sealed_before_it_was_recounted),
	    TEST(a_power_cut_meanwhile_loses_nothing),
	};

	if (crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
