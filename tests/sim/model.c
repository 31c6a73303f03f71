/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <string.h>

#include <kiosk/msg_people.h>

#include "model.h"

/* --- rows --- */

static const struct batch_row *row_like(const struct batch_row *row, uint16_t n,
                                        const struct batch_row *like)
{
	for (uint16_t i = 0; i < n; i++)
		if (row[i].project == like->project && row[i].channel == like->channel &&
		    row[i].first == like->first)
			return &row[i];
	return NULL;
}

bool rows_within(const struct batch_row *a, uint16_t n_a, const struct batch_row *b, uint16_t n_b)
{
	for (uint16_t i = 0; i < n_a; i++) {
		const struct batch_row *other = row_like(b, n_b, &a[i]);

		if (other == NULL || a[i].added > other->added || a[i].revoked > other->revoked)
			return false;
	}
	return true;
}

bool rows_same(const struct batch_row *a, uint16_t n_a, const struct batch_row *b, uint16_t n_b)
{
	return n_a == n_b && rows_within(a, n_a, b, n_b) && rows_within(b, n_b, a, n_a);
}

uint64_t rows_people(const struct batch_row *row, uint16_t n)
{
	uint64_t people = 0;

	for (uint16_t i = 0; i < n; i++)
		if (row[i].project == PROJECT_PEOPLE)
			people += row[i].added - row[i].revoked;
	return people;
}

static struct model_epoch *current(struct model *model)
{
	assert(model->n_epochs > 0);
	return &model->epoch[model->n_epochs - 1];
}

static struct batch_row *row_of(struct model *model, uint16_t project, uint8_t channel,
                                uint8_t first)
{
	struct model_epoch *epoch = current(model);

	for (uint16_t i = 0; i < epoch->n_rows; i++) {
		struct batch_row *row = &epoch->row[i];

		if (row->project == project && row->channel == channel && row->first == first)
			return row;
	}
	assert(epoch->n_rows < MODEL_ROWS_MAX);
	epoch->row[epoch->n_rows] =
	    (struct batch_row){.project = project, .channel = channel, .first = first};
	return &epoch->row[epoch->n_rows++];
}

/* --- arrivals --- */

static uint32_t standing(const struct model *model, uint32_t who, uint16_t project)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < model->n_arrivals && who != NOBODY; i++) {
		const struct arrival *arrival = &model->arrival[i];

		n += arrival->who == who && arrival->project == project && !arrival->gone;
	}
	return n;
}

static void arrive(struct model *model, uint32_t who, uint16_t project, uint8_t channel,
                   uint8_t first, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		assert(model->n_arrivals < MODEL_ARRIVALS_MAX);
		model->arrival[model->n_arrivals++] = (struct arrival){
		    .who = who,
		    .act = model->acts,
		    .project = project,
		    .epoch = (uint8_t)(model->n_epochs - 1),
		    .channel = channel,
		    .first = first,
		};
		row_of(model, project, channel, first)->added++;
	}
}

static bool can_go(const struct model *model, const struct arrival *arrival)
{
	return !arrival->gone && arrival->epoch == model->n_epochs - 1;
}

static void go(struct model *model, struct arrival *arrival)
{
	arrival->gone = true;
	row_of(model, arrival->project, arrival->channel, arrival->first)->revoked++;
}

/* Up to `n` of this person's arrivals are taken back, the last ones first. */
static uint32_t leave(struct model *model, uint32_t who, uint16_t project, uint32_t n)
{
	uint32_t left = 0;

	for (unsigned i = model->n_arrivals; i > 0 && left < n; i--) {
		struct arrival *arrival = &model->arrival[i - 1];

		if (arrival->who == who && arrival->project == project && can_go(model, arrival)) {
			go(model, arrival);
			left++;
		}
	}
	return left;
}

/* --- what people do --- */

struct change {
	uint32_t added, revoked;
	unsigned projects;
};

/* Everybody under one tag is at the meeting, and in no project with more than are at the meeting.
 */
static struct change check_in(struct model *model, const struct op *op, uint8_t channel,
                              uint32_t party_said)
{
	uint32_t here = standing(model, op->who, PROJECT_PEOPLE);
	uint32_t party = party_said > 0 ? party_said : here > 0 ? here : 1;
	struct change change = {0};

	model->acts++;
	if (party_said > 0 && op->who != NOBODY) {
		for (uint16_t project = 0; project < 8; project++) {
			uint32_t stands = standing(model, op->who, project), left;

			if (stands <= party)
				continue;
			left = leave(model, op->who, project, stands - party);
			if (project == PROJECT_PEOPLE)
				change.revoked = left;
		}
	}
	/* `here` is counted before the party shrank: a smaller party adds nobody. */
	change.added = here < party ? party - here : 0;
	for (int i = -1; i < op->n_projects; i++) {
		uint16_t project = i < 0 ? PROJECT_PEOPLE : op->project[i];
		uint32_t stands = i < 0 ? here : standing(model, op->who, project);

		if (stands < party)
			arrive(model, op->who, project, channel, op->first, party - stands);
		if (i >= 0 && stands == 0)
			change.projects++;
	}
	return change;
}

static void apply_undo(struct model *model, struct op *op)
{
	unsigned last = model->n_arrivals;
	uint32_t act;

	while (last > 0 && !can_go(model, &model->arrival[last - 1]))
		last--;
	op->expect = last > 0 ? SHOW_UNDONE : SHOW_NOTHING;
	if (last == 0)
		return;
	act = model->arrival[last - 1].act;
	for (unsigned i = last; i > 0; i--)
		if (model->arrival[i - 1].act == act && can_go(model, &model->arrival[i - 1]))
			go(model, &model->arrival[i - 1]);
}

static void apply_text(struct model *model, struct op *op)
{
	struct change change;
	uint32_t left = 0;

	op->expect = SHOW_NOTHING;
	model->recorded[op->text] = RECORDED_YES;
	if (op->ask == ASK_CHECK_IN) {
		change = check_in(model, op, CHANNEL_SMS, op->people);
		op->added = change.added;
		op->expect =
		    change.added || change.revoked || change.projects ? SHOW_COUNTED : SHOW_ALREADY;
	} else if (op->ask == ASK_UNDO) {
		for (uint16_t project = 0; project < 8; project++)
			left += leave(model, op->who, project, UINT32_MAX);
		if (left > 0)
			op->expect = SHOW_UNDONE;
	}
}

void model_apply(struct model *model, struct op *op)
{
	struct change change;

	op->added = 0;
	switch (op->kind) {
	case OP_CODE:
		change = check_in(model, op, CHANNEL_QR, 0);
		op->added = change.added;
		op->expect = change.added || change.projects ? SHOW_COUNTED : SHOW_ALREADY;
		break;
	case OP_WALKIN:
		change = check_in(model, op, CHANNEL_MANUAL, op->people);
		op->added = change.added;
		op->expect = SHOW_COUNTED;
		break;
	case OP_UNDO:
		apply_undo(model, op);
		break;
	case OP_TEXT:
		apply_text(model, op);
		break;
	case OP_STRAY:
		break;
	}
	op->people_then = model_people(model);
}

uint64_t model_people(const struct model *model)
{
	uint64_t people = 0;

	for (unsigned i = 0; i < model->n_arrivals; i++)
		people += model->arrival[i].project == PROJECT_PEOPLE && !model->arrival[i].gone;
	return people;
}

/* --- the meeting --- */

void model_open(struct model *model, const struct epoch_id *id, unsigned meeting,
                uint16_t occurrence, bool carry)
{
	assert(model->n_epochs < MODEL_EPOCHS_MAX);
	if (!carry) {
		model->n_arrivals = 0;
		memset(model->recorded, RECORDED_NO, sizeof(model->recorded));
	}
	model->epoch[model->n_epochs++] =
	    (struct model_epoch){.id = *id, .meeting = meeting, .occurrence = occurrence};
	model->open = true;
}

void model_end(struct model *model, bool abandoned)
{
	model->open = false;
	current(model)->ended = true;
	current(model)->abandoned = abandoned;
	if (abandoned)
		return;
	model->n_arrivals = 0;
	memset(model->recorded, RECORDED_NO, sizeof(model->recorded));
}

struct model_epoch *model_epoch(struct model *model, const struct epoch_id *id)
{
	for (unsigned i = 0; i < model->n_epochs; i++)
		if (memcmp(&model->epoch[i].id, id, sizeof(*id)) == 0)
			return &model->epoch[i];
	return NULL;
}
