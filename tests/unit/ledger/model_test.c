/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise: totals equal a recount of the leaves, whatever order people come, go, form parties and
 * are taken back in, and whenever the kiosk is started again. Thousands of random steps beside a
 * plain list, compared after each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "crypto.h"
#include "fixture.h"
#include "model.h"
#include "vfs_fault.h"

enum { STEPS = 1000, PEOPLE = 60, PROJECTS = 4 };

struct run {
	uint64_t seed, state;
	struct folder folder;
	struct ledger *ledger;
	struct model model;
	struct model saved; /* at the start of a group */
	bool in_group;
	uint16_t occurrence;
	uint32_t next_message;
};

static uint32_t below(struct run *run, uint32_t bound)
{
	return (uint32_t)(fault_random(&run->state) % bound);
}

static struct ledger_checkin random_checkin(struct run *run)
{
	struct ledger_checkin checkin = {
	    .channel = (enum channel)(1 + below(run, 3)),
	    .first = (enum first)below(run, 3),
	    .slot = (uint16_t)below(run, 20),
	    .people = (uint8_t)(below(run, 3) == 0 ? 1 + below(run, 6) : 0),
	};

	checkin.has_tag = checkin.channel != CHANNEL_MANUAL;
	checkin.tag = tag_of(below(run, PEOPLE));
	for (uint16_t project = 1; project <= PROJECTS; project++) {
		if (below(run, 3) == 0)
			checkin.project[checkin.n_projects++] = project;
	}
	if (checkin.channel == CHANNEL_SMS && run->model.n_sms < 200) {
		checkin.has_fingerprint = true;
		checkin.reply_due = below(run, 2) == 0;
		/* sometimes one that was there before */
		checkin.fingerprint = fingerprint_of(
		    below(run, 8) == 0 ? below(run, run->next_message + 1) : run->next_message++);
	}
	return checkin;
}

static void step_check_in(struct run *run)
{
	struct ledger_checkin checkin = random_checkin(run);
	struct ledger_counted counted = {0}, should = {0};

	assert_int_equal(ledger_check_in(run->ledger, &checkin, &counted),
	                 model_check_in(&run->model, &checkin, &should));
	assert_memory_equal(&counted, &should, sizeof(counted));
}

static void step_undo_last(struct run *run)
{
	enum channel channel = 0, should = 0;
	uint32_t people = 0, people_should = 0;

	assert_int_equal(ledger_undo_last(run->ledger, 5, &channel, &people),
	                 model_undo_last(&run->model, &should, &people_should));
	assert_int_equal(channel, should);
	assert_int_equal(people, people_should);
}

static void step_undo_tag(struct run *run)
{
	struct tag tag = tag_of(below(run, PEOPLE));
	struct fingerprint fingerprint = fingerprint_of(run->next_message++);
	const struct fingerprint *message = run->model.n_sms < 200 ? &fingerprint : NULL;
	uint32_t people = 0, should = 0;

	assert_int_equal(ledger_undo_tag(run->ledger, &tag, 6, message, true, &people),
	                 model_undo_tag(&run->model, &tag, message, true, &should));
	assert_int_equal(people, should);
}

static void step_reopen(struct run *run)
{
	if (run->in_group) {
		model_free(&run->model);
		run->model = run->saved;
		run->in_group = false;
	}
	ledger_close(run->ledger);
	run->ledger = open_good(run->folder.ledger);
}

static void step_group(struct run *run)
{
	if (!run->in_group) {
		assert_int_equal(ledger_begin(run->ledger), 0);
		run->saved = model_copy(&run->model);
		run->in_group = true;
		return;
	}
	if (below(run, 3) == 0) {
		ledger_rollback(run->ledger);
		model_free(&run->model);
		run->model = run->saved;
	} else {
		assert_int_equal(ledger_commit(run->ledger), 0);
		model_free(&run->saved);
	}
	run->in_group = false;
}

/* Closes, or ends with the tags kept; opens the next. */
static void step_epoch(struct run *run)
{
	bool keep = below(run, 2) == 0;
	struct ledger_opening opening;

	if (run->model.n_epochs >= 60)
		return;
	assert_int_equal(ledger_end_epoch(run->ledger, keep), 0);
	model_end(&run->model, keep);
	if (!keep || below(run, 4) == 0)
		run->occurrence++;
	opening = opening_of(1, run->occurrence);
	assert_int_equal(ledger_opening(run->ledger, &opening), 0);
	model_opening(&run->model, &opening);
}

static void one_step(struct run *run)
{
	uint32_t what = below(run, 100);

	if (what < 62)
		step_check_in(run);
	else if (what < 76)
		step_undo_last(run);
	else if (what < 86)
		step_undo_tag(run);
	else if (what < 95)
		step_group(run);
	else if (what < 98)
		step_reopen(run);
	else
		step_epoch(run);
}

static void random_steps(uint64_t seed)
{
	struct run run = {.seed = seed, .state = seed};
	struct ledger_opening opening = opening_of(1, 0);
	char why[300];

	folder_make(&run.folder);
	run.ledger = open_good(run.folder.ledger);
	assert_int_equal(ledger_opening(run.ledger, &opening), 0);
	model_opening(&run.model, &opening);
	for (int i = 0; i < STEPS; i++) {
		one_step(&run);
		if (!model_agrees(&run.model, run.ledger, why, sizeof(why)))
			fail_msg("seed %llu, step %d: %s", (unsigned long long)seed, i, why);
	}
	if (run.in_group)
		model_free(&run.saved);
	model_free(&run.model);
	ledger_close(run.ledger);
	folder_remove(&run.folder);
}

static void totals_equal_a_recount(void **state)
{
	uint64_t seed = 20261121;
	const char *given = getenv("LEDGER_SEED");

	(void)state;
	if (given != NULL)
		seed = strtoull(given, NULL, 10);
	print_message("seed %llu (LEDGER_SEED)\n", (unsigned long long)seed);
	for (uint64_t i = 0; i < 4; i++) {
		/* In memory: what is tested here is the arithmetic. */
		struct fault_disk *disk = fault_disk_new();

		random_steps(seed + i);
		fault_disk_free(disk);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(totals_equal_a_recount),
	};

	if (crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
