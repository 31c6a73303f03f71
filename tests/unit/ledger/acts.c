/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "acts.h"

static void must_check_in(struct scene *scene, const struct ledger_checkin *checkin)
{
	struct ledger_counted counted = {0}, should = {0};

	assert_int_equal(ledger_check_in(scene->ledger, checkin, &counted), 0);
	assert_int_equal(model_check_in(&scene->model, checkin, &should), 0);
}

static void prepare_closed(struct scene *scene)
{
	scene->opening = opening_of(1, 0);
}

static void prepare_open(struct scene *scene)
{
	struct ledger_checkin party = ticket_of(100, 2);

	prepare_closed(scene);
	assert_int_equal(ledger_opening(scene->ledger, &scene->opening), 0);
	model_opening(&scene->model, &scene->opening);
	for (uint32_t i = 0; i < 12; i++) {
		struct ledger_checkin checkin = ticket_of(i, (uint16_t)(1 + i % 3));

		must_check_in(scene, &checkin);
	}
	party.people = 3;
	must_check_in(scene, &party);
}

static void prepare_sealed(struct scene *scene)
{
	prepare_open(scene);
	scene->batch = seal(scene->ledger, &scene->opening.epoch);
}

/* --- the acts --- */

static int act_opening(struct scene *scene, struct model *model)
{
	if (model != NULL)
		model_opening(model, &scene->opening);
	return model != NULL ? 0 : ledger_opening(scene->ledger, &scene->opening);
}

int act_some_check_in(struct scene *scene, struct model *model,
                      const struct ledger_checkin *checkin)
{
	struct ledger_counted counted;

	return model != NULL ? model_check_in(model, checkin, &counted)
	                     : ledger_check_in(scene->ledger, checkin, &counted);
}

static int act_check_in(struct scene *scene, struct model *model)
{
	struct ledger_checkin checkin = ticket_of(500, 1);

	checkin.n_projects = 2;
	checkin.project[1] = 2;
	return act_some_check_in(scene, model, &checkin);
}

static int act_party_up(struct scene *scene, struct model *model)
{
	struct ledger_checkin checkin = ticket_of(100, 2);

	checkin.people = 7;
	return act_some_check_in(scene, model, &checkin);
}

static int act_party_down(struct scene *scene, struct model *model)
{
	struct ledger_checkin checkin = ticket_of(100, 2);

	checkin.people = 1;
	return act_some_check_in(scene, model, &checkin);
}

static int act_message(struct scene *scene, struct model *model)
{
	struct ledger_checkin checkin = ticket_of(600, 3);

	checkin.channel = CHANNEL_SMS;
	checkin.has_fingerprint = true;
	checkin.fingerprint = fingerprint_of(600);
	checkin.reply_due = true;
	return act_some_check_in(scene, model, &checkin);
}

int act_undo_last(struct scene *scene, struct model *model)
{
	enum channel channel;
	uint32_t people;

	return model != NULL ? model_undo_last(model, &channel, &people)
	                     : ledger_undo_last(scene->ledger, 4, &channel, &people);
}

static int act_undo_tag(struct scene *scene, struct model *model)
{
	struct fingerprint fingerprint = fingerprint_of(700);
	struct tag tag = tag_of(5);
	uint32_t people;

	return model != NULL ? model_undo_tag(model, &tag, &fingerprint, true, &people)
	                     : ledger_undo_tag(scene->ledger, &tag, 4, &fingerprint, true, &people);
}

/* Five that share a commit: all or none. */
static int act_group(struct scene *scene, struct model *model)
{
	int rc = model != NULL ? 0 : ledger_begin(scene->ledger);

	for (uint32_t i = 0; i < 5 && rc == 0; i++) {
		struct ledger_checkin checkin = ticket_of(800 + i, 1);

		rc = act_some_check_in(scene, model, &checkin);
	}
	if (model != NULL)
		return rc;
	if (rc != 0)
		ledger_rollback(scene->ledger);
	return rc != 0 ? rc : ledger_commit(scene->ledger);
}

static int act_seal(struct scene *scene, struct model *model)
{
	struct batch batch;
	uint8_t octets[64];
	int rc = model != NULL ? 0 : ledger_draft(scene->ledger, &scene->opening.epoch, &batch);

	if (model != NULL || rc != 0)
		return rc;
	return ledger_freeze(scene->ledger, &batch, octets, sealed_octets(&batch, octets));
}

static int not_sealed(struct scene *scene)
{
	struct hash hash;
	uint32_t seq;

	assert_int_equal(ledger_head(scene->ledger, &scene->opening.epoch, &seq, &hash), 0);
	if (seq == 0)
		return 1;
	assert_int_equal(seq, 1);
	return 0;
}

static int act_receipt(struct scene *scene, struct model *model)
{
	return model != NULL ? 0 : confirm(scene->ledger, &scene->batch, 77);
}

static int not_confirmed(struct scene *scene)
{
	struct ledger_sent sent;
	struct hash root;

	assert_int_equal(ledger_sent(scene->ledger, &sent), 0);
	assert_int_equal(sent.sealed, 1);
	if (sent.confirmed == 0)
		return 1;
	assert_int_equal(ledger_collector_root(scene->ledger, 77, &root), 0);
	return 0;
}

static void prepare_confirmed(struct scene *scene)
{
	prepare_sealed(scene);
	assert_int_equal(act_receipt(scene, NULL), 0);
}

static int act_set_aside(struct scene *scene, struct model *model)
{
	return model != NULL ? 0 : ledger_set_receipts_aside(scene->ledger);
}

/* All or none: the batch is confirmed as before, or waits for a receipt. */
static int not_set_aside(struct scene *scene)
{
	static struct ledger_outgoing outgoing;
	struct ledger_sent sent;

	assert_int_equal(ledger_sent(scene->ledger, &sent), 0);
	assert_int_equal(ledger_next_outgoing(scene->ledger, &outgoing),
	                 sent.confirmed == 1 ? LEDGER_E_NOTHING : 0);
	return sent.confirmed == 1;
}

static int act_close(struct scene *scene, struct model *model)
{
	if (model != NULL)
		model_end(model, false);
	return model != NULL ? 0 : ledger_end_epoch(scene->ledger, false);
}

static int act_end_keeping(struct scene *scene, struct model *model)
{
	if (model != NULL)
		model_end(model, true);
	return model != NULL ? 0 : ledger_end_epoch(scene->ledger, true);
}

const struct act acts[] = {
    {"an opening", prepare_closed, act_opening, NULL, LEDGER_E_OPEN},
    {"a check-in", prepare_open, act_check_in, NULL, 0},
    {"a party that grows", prepare_open, act_party_up, NULL, 0},
    {"a party that shrinks", prepare_open, act_party_down, NULL, 0},
    {"a message", prepare_open, act_message, NULL, LEDGER_E_KNOWN},
    {"an undo of the last", prepare_open, act_undo_last, NULL, -1},
    {"an undo by message", prepare_open, act_undo_tag, NULL, LEDGER_E_KNOWN},
    {"a group", prepare_open, act_group, NULL, 0},
    {"a seal", prepare_open, act_seal, not_sealed, LEDGER_E_PENDING},
    {"a receipt", prepare_sealed, act_receipt, not_confirmed, LEDGER_E_SEQUENCE},
    {"receipts set aside", prepare_confirmed, act_set_aside, not_set_aside, 0},
    {"a close", prepare_open, act_close, NULL, LEDGER_E_NOT_OPEN},
    {"an end that keeps tags", prepare_open, act_end_keeping, NULL, LEDGER_E_NOT_OPEN},
};

const size_t n_acts = sizeof(acts) / sizeof(acts[0]);

void scene_start(struct scene *scene)
{
	memset(scene, 0, sizeof(*scene));
	folder_make(&scene->folder);
	scene->disk = fault_disk_new();
	scene->ledger = open_good(scene->folder.ledger);
}

void scene_end(struct scene *scene)
{
	ledger_close(scene->ledger);
	fault_disk_free(scene->disk);
	model_free(&scene->model);
	folder_remove(&scene->folder);
}
