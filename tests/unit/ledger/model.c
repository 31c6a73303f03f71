/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "model.h"

void model_free(struct model *model)
{
	free(model->add);
	memset(model, 0, sizeof(*model));
}

struct model model_copy(const struct model *model)
{
	struct model copy = *model;

	copy.add = malloc((model->adds_size + 1) * sizeof(*copy.add));
	assert(copy.add != NULL);
	if (model->n_adds > 0)
		memcpy(copy.add, model->add, model->n_adds * sizeof(*copy.add));
	return copy;
}

static bool same_tag(const struct tag *a, const struct tag *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static int this_epoch(const struct model *model)
{
	return model->n_epochs - 1;
}

/* Standing under the tag for a project, carried over ones too: has_tag is taken away at a close. */
static uint32_t standing(const struct model *model, const struct tag *tag, uint16_t project)
{
	uint32_t n = 0;

	for (size_t i = 0; i < model->n_adds; i++) {
		const struct model_add *add = &model->add[i];

		n += add->stands && add->has_tag && add->project == project &&
		     same_tag(&add->tag, tag);
	}
	return n;
}

static void add_one(struct model *model, const struct ledger_checkin *checkin, uint16_t project)
{
	if (model->n_adds == model->adds_size) {
		model->adds_size = model->adds_size > 0 ? model->adds_size * 2 : 64;
		model->add = realloc(model->add, model->adds_size * sizeof(*model->add));
		assert(model->add != NULL);
	}
	model->add[model->n_adds++] = (struct model_add){
	    .epoch = this_epoch(model),
	    .checkin = model->checkins,
	    .stands = true,
	    .has_tag = checkin->has_tag,
	    .tag = checkin->tag,
	    .project = project,
	    .channel = checkin->channel,
	    .first = checkin->first,
	};
}

/* Takes away the last of this epoch's, at most n. */
static uint32_t remove_some(struct model *model, const struct tag *tag, uint16_t project,
                            uint32_t n)
{
	uint32_t removed = 0;

	for (size_t i = model->n_adds; i-- > 0 && removed < n;) {
		struct model_add *add = &model->add[i];

		if (add->stands && add->has_tag && add->epoch == this_epoch(model) &&
		    add->project == project && same_tag(&add->tag, tag)) {
			add->stands = false;
			removed++;
		}
	}
	return removed;
}

static int find_sms(const struct model *model, const struct fingerprint *fingerprint)
{
	for (int i = 0; i < model->n_sms; i++) {
		if (memcmp(&model->sms[i].fingerprint, fingerprint, sizeof(*fingerprint)) == 0)
			return i;
	}
	return -1;
}

static int add_sms(struct model *model, const struct fingerprint *fingerprint, bool reply_due)
{
	if (find_sms(model, fingerprint) >= 0)
		return LEDGER_E_KNOWN;
	assert(model->n_sms < 256);
	model->sms[model->n_sms++] = (struct model_sms){
	    .fingerprint = *fingerprint,
	    .state = reply_due ? SMS_STATE_DUE : SMS_STATE_NO_REPLY,
	};
	return 0;
}

void model_opening(struct model *model, const struct ledger_opening *opening)
{
	const struct model_epoch *last =
	    model->n_epochs > 0 ? &model->epoch[this_epoch(model)] : NULL;

	assert(model->n_epochs < 64);
	/* Tags carried over for another occurrence are forgotten. */
	if (last != NULL && (memcmp(&last->event, &opening->event, sizeof(last->event)) != 0 ||
	                     last->occurrence != opening->occurrence))
		model_end(model, false);
	model->epoch[model->n_epochs++] = (struct model_epoch){
	    .id = opening->epoch,
	    .event = opening->event,
	    .occurrence = opening->occurrence,
	};
	model->open = true;
}

int model_check_in(struct model *model, const struct ledger_checkin *checkin,
                   struct ledger_counted *ret)
{
	struct ledger_counted counted = {0};
	uint32_t people = 0, party;

	if (!model->open)
		return LEDGER_E_NOT_OPEN;
	if (checkin->has_fingerprint &&
	    add_sms(model, &checkin->fingerprint, checkin->reply_due) != 0)
		return LEDGER_E_KNOWN;
	if (checkin->has_tag)
		people = standing(model, &checkin->tag, 0);
	party = checkin->people != 0 ? checkin->people : people != 0 ? people : 1;
	for (uint32_t project = 0; project < 65536 && checkin->has_tag && checkin->people != 0;
	     project++) {
		uint32_t here =
		    project < 32 ? standing(model, &checkin->tag, (uint16_t)project) : 0;

		if (here > party) {
			uint32_t removed =
			    remove_some(model, &checkin->tag, (uint16_t)project, here - party);

			if (project == 0)
				counted.people_revoked = removed;
		}
		if (project == 32)
			break; /* the tests' projects are below */
	}
	model->checkins++;
	for (int i = -1; i < checkin->n_projects; i++) {
		uint16_t project = i < 0 ? 0 : checkin->project[i];
		uint32_t here = checkin->has_tag ? standing(model, &checkin->tag, project) : 0;

		if (i >= 0 && here == 0)
			counted.projects_added++;
		for (uint32_t k = here; k < party; k++) {
			add_one(model, checkin, project);
			counted.people_added += i < 0;
		}
	}
	counted.party = (uint8_t)(people + counted.people_added - counted.people_revoked);
	*ret = counted;
	return 0;
}

int model_undo_last(struct model *model, enum channel *ret_channel, uint32_t *ret_people)
{
	int checkin = -1;

	if (!model->open)
		return LEDGER_E_NOTHING;
	*ret_people = 0;
	for (size_t i = model->n_adds; i-- > 0;) {
		struct model_add *add = &model->add[i];

		if (!add->stands || add->epoch != this_epoch(model) ||
		    (checkin >= 0 && add->checkin != checkin))
			continue;
		checkin = add->checkin;
		add->stands = false;
		*ret_people += add->project == 0;
		*ret_channel = add->channel;
	}
	return checkin >= 0 ? 0 : LEDGER_E_NOTHING;
}

int model_undo_tag(struct model *model, const struct tag *tag,
                   const struct fingerprint *fingerprint, bool reply_due, uint32_t *ret_people)
{
	uint32_t removed = 0, people = 0;

	if (!model->open)
		return LEDGER_E_NOT_OPEN;
	if (fingerprint != NULL && add_sms(model, fingerprint, reply_due) != 0)
		return LEDGER_E_KNOWN;
	for (size_t i = 0; i < model->n_adds; i++) {
		struct model_add *add = &model->add[i];

		if (!add->stands || !add->has_tag || add->epoch != this_epoch(model) ||
		    !same_tag(&add->tag, tag))
			continue;
		add->stands = false;
		removed++;
		people += add->project == 0;
	}
	if (removed == 0)
		return LEDGER_E_NOTHING;
	*ret_people = people;
	return 0;
}

void model_end(struct model *model, bool keep_tags)
{
	model->open = false;
	if (keep_tags)
		return;
	model->n_sms = 0;
	for (size_t i = 0; i < model->n_adds; i++)
		model->add[i].has_tag = false;
}

uint64_t model_people(const struct model *model)
{
	const struct model_epoch *now = &model->epoch[this_epoch(model)];
	uint64_t people = 0;

	for (size_t i = 0; i < model->n_adds; i++) {
		const struct model_epoch *epoch = &model->epoch[model->add[i].epoch];

		people += model->add[i].stands && model->add[i].project == 0 &&
		          epoch->occurrence == now->occurrence &&
		          memcmp(&epoch->event, &now->event, sizeof(now->event)) == 0;
	}
	return people;
}

/* Leaves of an epoch: adds and revocations. */
static uint64_t model_leaves(const struct model *model, int epoch)
{
	uint64_t leaves = 0;

	for (size_t i = 0; i < model->n_adds; i++) {
		if (model->add[i].epoch == epoch)
			leaves += model->add[i].stands ? 1 : 2;
	}
	return leaves;
}

/* --- comparing --- */

static void count_kind(const struct model *model, int epoch, const struct batch_row *row,
                       uint32_t *ret_added, uint32_t *ret_revoked)
{
	*ret_added = *ret_revoked = 0;
	for (size_t i = 0; i < model->n_adds; i++) {
		const struct model_add *add = &model->add[i];

		if (add->epoch != epoch || add->project != row->project ||
		    add->channel != row->channel || add->first != row->first)
			continue;
		++*ret_added;
		*ret_revoked += !add->stands;
	}
}

static bool totals_agree(const struct model *model, int epoch, struct ledger *ledger, char *why,
                         size_t size)
{
	struct batch_row row[BATCH_ROWS_MAX];
	uint16_t n = 0;
	uint64_t sum = 0;
	int rc = ledger_totals(ledger, &model->epoch[epoch].id, row, &n);

	if (rc != 0) {
		(void)snprintf(why, size, "ledger_totals of epoch %d: %d", epoch, rc);
		return false;
	}
	for (uint16_t i = 0; i < n; i++) {
		uint32_t added, revoked;

		count_kind(model, epoch, &row[i], &added, &revoked);
		sum += row[i].added + row[i].revoked;
		if (row[i].added != added || row[i].revoked != revoked) {
			(void)snprintf(
			    why, size,
			    "epoch %d project %u channel %d first %d: +%u -%u, should be +%u -%u",
			    epoch, row[i].project, row[i].channel, row[i].first, row[i].added,
			    row[i].revoked, added, revoked);
			return false;
		}
	}
	if (sum != model_leaves(model, epoch)) {
		(void)snprintf(why, size, "epoch %d has %llu leaves, should be %llu", epoch,
		               (unsigned long long)sum,
		               (unsigned long long)model_leaves(model, epoch));
		return false;
	}
	return true;
}

static bool messages_agree(const struct model *model, struct ledger *ledger, char *why, size_t size)
{
	for (int i = 0; i < model->n_sms; i++) {
		enum sms_state state = SMS_STATE_UNKNOWN;

		if (ledger_sms_state(ledger, &model->sms[i].fingerprint, &state) != 0 ||
		    state != model->sms[i].state) {
			(void)snprintf(why, size, "message %d is in state %d, should be %d", i,
			               state, model->sms[i].state);
			return false;
		}
	}
	return true;
}

bool model_agrees(const struct model *model, struct ledger *ledger, char *why, size_t size)
{
	static struct ledger_epoch epoch;
	uint64_t people = 0;
	int rc;

	for (int i = 0; i < model->n_epochs; i++) {
		if (!totals_agree(model, i, ledger, why, size))
			return false;
	}
	rc = ledger_open_epoch(ledger, &epoch);
	if (rc != (model->open ? 0 : LEDGER_E_NOT_OPEN)) {
		(void)snprintf(why, size, "ledger_open_epoch: %d, should be %s", rc,
		               model->open ? "open" : "not open");
		return false;
	}
	if (model->open &&
	    (epoch.leaves != model_leaves(model, this_epoch(model)) ||
	     ledger_people(ledger, &people) != 0 || people != model_people(model) ||
	     memcmp(&epoch.epoch, &model->epoch[this_epoch(model)].id, sizeof(epoch.epoch)) != 0)) {
		(void)snprintf(why, size,
		               "%llu people, should be %llu; or the open epoch is another",
		               (unsigned long long)people, (unsigned long long)model_people(model));
		return false;
	}
	rc = ledger_recount(ledger, why, size);
	return rc == 0 && messages_agree(model, ledger, why, size);
}
