/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: "counted" survives a power cut. The power goes at every write, sync, truncation and
 * deletion of an act; what had not been synced is kept, dropped, or kept in part and torn. Then the
 * ledger opens again, recounts, and holds either what was before the act or what came of it: the
 * latter if it was reported. Doing it again doubles nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "acts.h"
#include "crypto.h"

enum { TORN_VARIANTS = 6 };

/* After the power came back: before or after, never between, and once it is after, no second time.
 */
static void judge(struct scene *scene, const struct act *act, const struct model *after,
                  int answered, const char *where)
{
	char why_before[300] = "", why_after[300] = "";
	const struct model *now;
	int rc;

	scene->ledger = open_good(scene->folder.ledger);
	if (act->missing != NULL)
		now = act->missing(scene) ? &scene->model : after;
	else
		now = model_agrees(after, scene->ledger, why_after, sizeof(why_after))
		          ? after
		          : &scene->model;
	if (!model_agrees(now, scene->ledger, why_before, sizeof(why_before)))
		fail_msg("%s: neither before (%s) nor after (%s)", where, why_before, why_after);
	if (answered == 0 && now != after)
		fail_msg("%s: reported, and lost (%s)", where, why_after);
	rc = act->again < 0 && now == after ? 0 : act->act(scene, NULL);
	if (rc != (now == after && act->again >= 0 ? act->again : 0))
		fail_msg("%s: a second try was answered %d", where, rc);
	if (act->missing == NULL &&
	    !model_agrees(after, scene->ledger, why_after, sizeof(why_after)))
		fail_msg("%s: the second try made it another total (%s)", where, why_after);
	ledger_close(scene->ledger);
	scene->ledger = NULL;
}

/* One cut at operation n. False: the act was over before. */
static bool cut_at(struct scene *scene, const struct act *act, const struct fault_disk *before,
                   const struct model *after, uint64_t n, int variant)
{
	enum fault_survival survival = variant == 0   ? SURVIVE_ALL
	                               : variant == 1 ? SURVIVE_NONE
	                                              : SURVIVE_SOME;
	uint64_t seed = n * 100 + (uint64_t)variant;
	char where[200];
	bool happened;
	int answered;

	(void)snprintf(where, sizeof(where), "%s, cut at operation %llu, variant %d", act->name,
	               (unsigned long long)n, variant);
	fault_disk_copy(scene->disk, before);
	scene->ledger = open_good(scene->folder.ledger);
	fault_disk_arm(scene->disk, FAULT_CUT, FAULT_OP_ANY, n);
	answered = act->act(scene, NULL);
	happened = fault_disk_happened(scene->disk);
	if (!happened && answered != 0)
		fail_msg("%s: answered %d without a fault", where, answered);
	/* What a dying process still tries comes too late. */
	fault_disk_arm(scene->disk, FAULT_CUT, FAULT_OP_ANY, 1);
	ledger_close(scene->ledger);
	fault_disk_power_on(scene->disk, survival, seed);
	/* The power may go again while the ledger is opened. */
	if (variant > 2) {
		struct ledger *half = NULL;

		fault_disk_arm(scene->disk, FAULT_CUT, FAULT_OP_ANY, 1 + seed % 7);
		if (ledger_open(scene->folder.ledger, &half, NULL, 0) == 0)
			ledger_close(half);
		fault_disk_power_on(scene->disk, survival, ~seed);
	}
	fault_disk_arm(scene->disk, FAULT_NONE, FAULT_OP_ANY, 0);
	judge(scene, act, after, answered, where);
	return happened;
}

static void cut_everywhere(const struct act *act)
{
	struct fault_disk *before;
	struct scene scene;
	struct model after;
	uint64_t n = 0;
	bool happened = true;

	scene_start(&scene);
	act->prepare(&scene);
	before = fault_disk_snapshot(scene.disk);
	after = model_copy(&scene.model);
	assert_int_equal(act->act(&scene, &after), 0);
	ledger_close(scene.ledger);
	while (happened) {
		n++;
		for (int variant = 0; variant < 3 + TORN_VARIANTS; variant++)
			happened = cut_at(&scene, act, before, &after, n, variant);
	}
	print_message("%s: cut at each of %llu operations, %d ways\n", act->name,
	              (unsigned long long)n - 1, 3 + TORN_VARIANTS);
	assert_true(n > 2);
	model_free(&after);
	fault_disk_free(before);
	scene.ledger = NULL;
	scene_end(&scene);
}

static void counted_survives_a_power_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_acts; i++)
		cut_everywhere(&acts[i]);
}

/* The making of the file: afterwards there is a ledger, or one can be made. */
static void making_a_ledger_survives_a_power_cut(void **state)
{
	bool happened = true;

	(void)state;
	for (uint64_t n = 1; happened; n++) {
		for (int variant = 0; variant < 12; variant++) {
			struct scene scene = {0};
			struct ledger *ledger = NULL;

			folder_make(&scene.folder);
			scene.disk = fault_disk_new();
			fault_disk_arm(scene.disk, FAULT_CUT, FAULT_OP_ANY, n);
			if (ledger_open(scene.folder.ledger, &ledger, NULL, 0) == 0)
				ledger_close(ledger);
			happened = fault_disk_happened(scene.disk);
			fault_disk_power_on(scene.disk,
			                    variant == 0   ? SURVIVE_ALL
			                    : variant == 1 ? SURVIVE_NONE
			                                   : SURVIVE_SOME,
			                    n * 100 + (uint64_t)variant);
			scene.ledger = open_good(scene.folder.ledger);
			scene_end(&scene);
		}
	}
}

/* --- a long evening, with the WAL brought to the file now and then --- */

static int some_act(struct scene *scene, struct model *model, uint64_t random)
{
	struct ledger_checkin checkin =
	    ticket_of((uint32_t)(random >> 8) % 150, (uint16_t)(1 + (random >> 32) % 3));

	switch (random % 8) {
	case 0:
		return act_undo_last(scene, model);
	case 1:
		checkin.people = (uint8_t)(1 + (random >> 40) % 5);
		break;
	case 2:
		checkin.has_tag = false;
		checkin.channel = CHANNEL_MANUAL;
		break;
	default:
		break;
	}
	return act_some_check_in(scene, model, &checkin);
}

static uint64_t evening(uint64_t seed, uint64_t cut_at_operation, enum fault_survival survival)
{
	struct scene scene;
	struct model after;
	char why[300] = "", why_not[300] = "";
	uint64_t state = seed, operations;

	scene_start(&scene);
	scene.opening = opening_of(2, 0);
	assert_int_equal(ledger_opening(scene.ledger, &scene.opening), 0);
	model_opening(&scene.model, &scene.opening);
	after = model_copy(&scene.model);
	fault_disk_arm(scene.disk, cut_at_operation > 0 ? FAULT_CUT : FAULT_NONE, FAULT_OP_ANY,
	               cut_at_operation);
	for (int i = 0; i < 700; i++) {
		uint64_t random = fault_random(&state);
		int should, rc;

		should = some_act(&scene, &after, random);
		rc = some_act(&scene, NULL, random);
		if (rc != should)
			break;
		(void)some_act(&scene, &scene.model, random);
	}
	operations = fault_disk_operations(scene.disk);
	fault_disk_arm(scene.disk, FAULT_CUT, FAULT_OP_ANY, 1);
	ledger_close(scene.ledger);
	fault_disk_power_on(scene.disk, survival, seed + cut_at_operation);
	scene.ledger = open_good(scene.folder.ledger);
	if (!model_agrees(&scene.model, scene.ledger, why, sizeof(why)) &&
	    !model_agrees(&after, scene.ledger, why_not, sizeof(why_not)))
		fail_msg("seed %llu, cut at operation %llu: neither before (%s) nor after (%s)",
		         (unsigned long long)seed, (unsigned long long)cut_at_operation, why,
		         why_not);
	model_free(&after);
	scene_end(&scene);
	return operations;
}

static void an_evening_survives_a_power_cut(void **state)
{
	uint64_t seed = 424242, at = 0, operations = evening(seed, 0, SURVIVE_ALL);

	(void)state;
	print_message("seed %llu, %llu operations\n", (unsigned long long)seed,
	              (unsigned long long)operations);
	assert_true(operations > 3000); /* so the WAL has been brought to the file */
	for (int i = 0; i < 60; i++) {
		at = 1 + fault_random(&seed) % operations;
		(void)evening(424242, at, (enum fault_survival)(i % 3));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counted_survives_a_power_cut),
	    cmocka_unit_test(making_a_ledger_survives_a_power_cut),
	    cmocka_unit_test(an_evening_survives_a_power_cut),
	};

	if (crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
