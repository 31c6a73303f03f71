/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: a broken machine degrades, visibly, and "counted" stays true. In every act of a meeting
 * the n-th allocation, or the n-th write, sync, truncation or deletion, fails, for every n. What is
 * refused did not happen, what is reported did; a failed sync or write stops counting until the
 * ledger is opened again; too little memory or room stops nothing for longer than it lasts; nothing
 * leaks.
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
#include "fault.h"

/* test_fault_ledger every: leaves none out, for a minute. */
static bool every;

/* An act, the ledger before it, and what it should come to. */
struct stage {
	const struct act *act;
	struct scene scene;
	struct fault_disk *before;
	struct model after;
};

static void stage_start(struct stage *stage, const struct act *act)
{
	*stage = (struct stage){.act = act};
	scene_start(&stage->scene);
	act->prepare(&stage->scene);
	stage->before = fault_disk_snapshot(stage->scene.disk);
	stage->after = model_copy(&stage->scene.model);
	assert_int_equal(act->act(&stage->scene, &stage->after), 0);
	ledger_close(stage->scene.ledger);
	stage->scene.ledger = NULL;
}

static void stage_end(struct stage *stage)
{
	model_free(&stage->after);
	fault_disk_free(stage->before);
	scene_end(&stage->scene);
}

/* The ledger as it was before the act; nothing fails yet. */
static void set_back(struct stage *stage)
{
	fault_disk_arm(stage->scene.disk, FAULT_NONE, FAULT_OP_ANY, 0);
	fault_disk_copy(stage->scene.disk, stage->before);
	stage->scene.ledger = open_good(stage->scene.folder.ledger);
}

static bool has_happened(struct stage *stage)
{
	char why[300];

	if (stage->act->missing != NULL)
		return stage->act->missing(&stage->scene) == 0;
	return model_agrees(&stage->after, stage->scene.ledger, why, sizeof(why));
}

static void must_be(struct stage *stage, bool happened, const char *where)
{
	const struct model *model = happened ? &stage->after : &stage->scene.model;
	char why[300];

	if (has_happened(stage) != happened)
		fail_msg("%s: it %s", where, happened ? "was lost" : "happened, though refused");
	if (!model_agrees(model, stage->scene.ledger, why, sizeof(why)))
		fail_msg("%s: %s", where, why);
}

static void reopen(struct stage *stage)
{
	ledger_close(stage->scene.ledger);
	stage->scene.ledger = open_good(stage->scene.folder.ledger);
}

/* --- memory --- */

static bool run_short(struct stage *stage, uint64_t n, enum fault_length length)
{
	char where[200];
	bool happened;
	int answer;

	(void)snprintf(where, sizeof(where), "%s, allocation %llu%s", stage->act->name,
	               (unsigned long long)n, length == FAULT_ONCE ? "" : " and all after it");
	set_back(stage);
	fault_calls_arm(FAULT_CALL_MEMORY, n, length);
	answer = stage->act->act(&stage->scene, NULL);
	happened = fault_calls_disarm();
	if (answer != 0 && answer != -ENOMEM)
		fail_msg("%s: answered %d", where, answer);
	if (!happened && answer != 0)
		fail_msg("%s: answered %d without a fault", where, answer);
	must_be(stage, answer == 0, where);
	/* There is memory again: it goes on, with the same ledger. */
	if (answer != 0) {
		answer = stage->act->act(&stage->scene, NULL);
		if (answer != 0)
			fail_msg("%s: a second try was answered %d", where, answer);
		must_be(stage, true, where);
	}
	if (every || n % 8 == 0) {
		reopen(stage);
		must_be(stage, true, where);
	}
	ledger_close(stage->scene.ledger);
	stage->scene.ledger = NULL;
	return happened;
}

static void too_little_memory_refuses_and_goes_on(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_acts; i++) {
		struct stage stage;
		uint64_t n = 1;
		size_t live;

		stage_start(&stage, &acts[i]);
		live = fault_calls_live();
		while (run_short(&stage, n, FAULT_ONCE)) {
			if (every || n % 8 == 0)
				(void)run_short(&stage, n, FAULT_FROM_NOW_ON);
			/* A check-in is never left out. */
			n += every || i == 1 ? 1 : 4;
		}
		if (fault_calls_live() != live)
			fail_msg("%s: memory was not given back", acts[i].name);
		print_message("%s: up to allocation %llu\n", acts[i].name, (unsigned long long)n);
		assert_true(n > 1);
		stage_end(&stage);
	}
}

/* The second of three in a group fails. Before it wrote anything: the others are a group; after
 * that: the group has gone with it, at once. */
static bool fail_within_a_group(struct stage *stage, uint64_t n)
{
	const struct ledger_checkin checkin[] = {ticket_of(300, 1), ticket_of(301, 2),
	                                         ticket_of(302, 3)};
	struct scene *scene = &stage->scene;
	struct model counted = model_copy(&scene->model);
	int answer, third;
	bool happened;
	char why[300];

	set_back(stage);
	assert_int_equal(ledger_begin(scene->ledger), 0);
	assert_int_equal(act_some_check_in(scene, NULL, &checkin[0]), 0);
	fault_calls_arm(FAULT_CALL_MEMORY, n, FAULT_ONCE);
	answer = act_some_check_in(scene, NULL, &checkin[1]);
	happened = fault_calls_disarm();
	third = act_some_check_in(scene, NULL, &checkin[2]);
	if (third == 0) {
		assert_int_equal(act_some_check_in(scene, &counted, &checkin[0]), 0);
		if (answer == 0)
			assert_int_equal(act_some_check_in(scene, &counted, &checkin[1]), 0);
		assert_int_equal(act_some_check_in(scene, &counted, &checkin[2]), 0);
	} else if (third != answer || answer != -ENOMEM) {
		fail_msg("allocation %llu: answered %d, then %d", (unsigned long long)n, answer,
		         third);
	}
	if (!model_agrees(&counted, scene->ledger, why, sizeof(why)))
		fail_msg("allocation %llu, in the group: %s", (unsigned long long)n, why);
	assert_int_equal(ledger_commit(scene->ledger), third);
	reopen(stage);
	if (!model_agrees(&counted, scene->ledger, why, sizeof(why)))
		fail_msg("allocation %llu: %s", (unsigned long long)n, why);
	ledger_close(scene->ledger);
	scene->ledger = NULL;
	model_free(&counted);
	return happened;
}

static void a_group_goes_with_what_fails_in_it(void **state)
{
	struct stage stage;
	uint64_t n = 1;

	(void)state;
	stage_start(&stage, &acts[1]);
	while (fail_within_a_group(&stage, n))
		n++;
	print_message("up to allocation %llu\n", (unsigned long long)n);
	assert_true(n > 1);
	stage_end(&stage);
}

static void a_ledger_opens_or_says_that_memory_is_short(void **state)
{
	struct stage stage;
	bool happened = true;
	size_t live;
	uint64_t n;

	(void)state;
	stage_start(&stage, &acts[1]);
	live = fault_calls_live();
	/* Thousands, one like the other, are statements made ready. */
	for (n = 1; happened; n += every ? 1 : 1 + n / 50) {
		struct ledger *ledger = NULL;
		char sentence[300] = "";
		int rc;

		fault_disk_copy(stage.scene.disk, stage.before);
		fault_calls_arm(FAULT_CALL_ANY, n, FAULT_ONCE);
		rc = ledger_open(stage.scene.folder.ledger, &ledger, sentence, sizeof(sentence));
		happened = fault_calls_disarm();
		if (rc != 0 && (ledger != NULL || strlen(sentence) < 20 || !happened))
			fail_msg("opening, call %llu: %d \"%s\"", (unsigned long long)n, rc,
			         sentence);
		if (rc == 0) {
			stage.scene.ledger = ledger;
			must_be(&stage, false, "opened");
			ledger_close(ledger);
		}
		stage.scene.ledger = open_good(stage.scene.folder.ledger);
		must_be(&stage, false, "opened again");
		ledger_close(stage.scene.ledger);
		stage.scene.ledger = NULL;
	}
	assert_int_equal(fault_calls_live(), live);
	print_message("an opening of the file: up to call %llu\n", (unsigned long long)n);
	stage_end(&stage);
}

/* A step of the recount that lacks memory is tried again, and finds what is there. */
static void a_recount_goes_on_when_there_is_memory(void **state)
{
	struct stage stage;
	bool happened = true;
	size_t live;
	uint64_t n;

	(void)state;
	stage_start(&stage, &acts[9]); /* with a sealed batch */
	live = fault_calls_live();
	for (n = 1; happened; n++) {
		struct ledger *ledger;
		bool done = false;
		int refused = 0, rc;

		set_back(&stage);
		ledger = stage.scene.ledger;
		fault_calls_arm(FAULT_CALL_MEMORY, n, FAULT_ONCE);
		while (!done) {
			rc = ledger_recount_step(ledger, 7, &done, NULL, 0);
			if (rc != 0 && (rc != -ENOMEM || ++refused > 1))
				fail_msg("allocation %llu: %d", (unsigned long long)n, rc);
		}
		happened = fault_calls_disarm();
		must_be(&stage, false, "recounted");
		ledger_close(ledger);
		stage.scene.ledger = NULL;
	}
	assert_int_equal(fault_calls_live(), live);
	print_message("up to allocation %llu\n", (unsigned long long)n);
	assert_true(n > 3);
	stage_end(&stage);
}

/* --- the disk --- */

static bool run_on_bad_disk(struct stage *stage, enum fault_kind kind, uint64_t n)
{
	const int error = kind == FAULT_EIO ? -EIO : -ENOSPC;
	char where[200];
	bool happened, was_there;
	int answer;

	(void)snprintf(where, sizeof(where), "%s, %s at operation %llu", stage->act->name,
	               kind == FAULT_EIO ? "an error" : "no room", (unsigned long long)n);
	set_back(stage);
	fault_disk_arm(stage->scene.disk, kind, kind == FAULT_EIO ? FAULT_OP_ANY : FAULT_OP_WRITE,
	               n);
	answer = stage->act->act(&stage->scene, NULL);
	happened = fault_disk_happened(stage->scene.disk);
	fault_disk_arm(stage->scene.disk, FAULT_NONE, FAULT_OP_ANY, 0);
	if (answer != 0 && (answer != error || !happened))
		fail_msg("%s: answered %d", where, answer);
	if (answer == -EIO) {
		struct ledger_checkin checkin = ticket_of(5000, 1);
		struct ledger_counted counted;

		/* Counting has stopped, and the disk is left alone. */
		assert_int_equal(ledger_check_in(stage->scene.ledger, &checkin, &counted), -EIO);
		assert_int_equal(fault_disk_operations(stage->scene.disk), 0);
		ledger_close(stage->scene.ledger);
		fault_disk_power_on(stage->scene.disk, SURVIVE_NONE, n);
		stage->scene.ledger = open_good(stage->scene.folder.ledger);
	} else if (answer == -ENOSPC) {
		must_be(stage, false, where);
	}
	was_there = has_happened(stage);
	must_be(stage, was_there, where);
	if (answer == 0 && !was_there)
		fail_msg("%s: reported, and lost", where);
	if (!was_there)
		assert_int_equal(stage->act->act(&stage->scene, NULL), 0);
	reopen(stage);
	must_be(stage, true, where);
	ledger_close(stage->scene.ledger);
	stage->scene.ledger = NULL;
	return happened;
}

static void a_disk_that_fails_stops_counting_until_opened_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_acts; i++) {
		struct stage stage;
		uint64_t n = 1;
		size_t live;

		stage_start(&stage, &acts[i]);
		live = fault_calls_live();
		while (run_on_bad_disk(&stage, FAULT_EIO, n))
			n++;
		for (n = 1; run_on_bad_disk(&stage, FAULT_FULL, n);)
			n++;
		assert_int_equal(fault_calls_live(), live);
		print_message("%s: %llu operations\n", acts[i].name, (unsigned long long)n - 1);
		assert_true(n > 1);
		stage_end(&stage);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(too_little_memory_refuses_and_goes_on),
	    cmocka_unit_test(a_group_goes_with_what_fails_in_it),
	    cmocka_unit_test(a_ledger_opens_or_says_that_memory_is_short),
	    cmocka_unit_test(a_recount_goes_on_when_there_is_memory),
	    cmocka_unit_test(a_disk_that_fails_stops_counting_until_opened_again),
	};

	every = argc > 1 && strcmp(argv[1], "every") == 0;
	fault_calls_init();
	if (crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
