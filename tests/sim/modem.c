/* SPDX-License-Identifier: Apache-2.0 */
/* A modem's store, as kiosk-modem offers it: what is not decided is offered again; what was decided
 * may be carried out, or not. */
#include <assert.h>
#include <string.h>

#include <kiosk/msg_helper.h>

#include "sim.h"

void modem_receive(struct machine *m, unsigned text)
{
	for (unsigned i = 0; i < STORE_MAX; i++) {
		struct stored *stored = &m->store[i];

		if (stored->used)
			continue;
		*stored = (struct stored){.used = true, .id = ++m->n_ids, .text = text};
		if (m->sweep_at_us > m->sim->now_us + 5 * SECOND_US)
			m->sweep_at_us = m->sim->now_us + 5 * SECOND_US;
		return;
	}
	/* Full: the network keeps it, and tries again for days. Not followed further. */
}

/* What the model says of a text that is offered now. False: it has no part in this. */
static bool text_counts(const struct machine *m, const struct text *text, bool *ret_perhaps)
{
	const struct model *model = &m->then;
	const struct model_epoch *epoch = &m->then.epoch[m->then.n_epochs - 1];
	const struct manifest *manifest = &m->sim->meeting[epoch->meeting].manifest;
	int64_t start, end, grace = manifest->grace_s;
	int r = manifest_occurrence(manifest, epoch->occurrence, &start, &end);

	assert(r == 0);
	*ret_perhaps = text->sms.time <= model->dealt_most;
	if (text->sms.time <= model->dealt_least && model->dealt_most <= sim_wall(m->sim))
		return false;
	return text->from_person && text->sms.time >= start - grace && text->sms.time < end + grace;
}

void modem_note_dealt(struct machine *m, const struct manifest *manifest, uint16_t occurrence)
{
	struct model *model = &m->sure;
	int64_t start, end;
	int r = manifest_occurrence(manifest, occurrence, &start, &end);

	assert(r == 0);
	start -= (int64_t)manifest->grace_s;
	end += (int64_t)manifest->grace_s;
	for (unsigned i = 0; i < m->sim->n_texts; i++) {
		const struct text *text = &m->sim->text[i];

		if (model->recorded[i] == RECORDED_YES && text->from_person &&
		    m->clock == CLOCK_GOOD && !m->clock_lied && text->sms.time >= start &&
		    text->sms.time < end && text->sms.time > model->dealt_least)
			model->dealt_least = text->sms.time;
	}
	if (end > model->dealt_most)
		model->dealt_most = end;
}

static void offer(struct machine *m, struct stored *stored)
{
	const struct text *text = &m->sim->text[stored->text];
	struct msg_sms sms = text->sms;
	struct op op = {.kind = OP_STRAY, .text = stored->text};

	sms.id = stored->id;
	if (machine_is_open(m) && m->texts && !m->kiosk->stopped &&
	    m->then.recorded[stored->text] == RECORDED_MAYBE)
		machine_settle(m);
	if (m->kiosk == NULL)
		return;
	if (machine_is_open(m) && m->texts && !m->kiosk->stopped &&
	    m->then.recorded[stored->text] != RECORDED_YES) {
		op.kind = OP_TEXT;
		op.ask = text_counts(m, text, &op.perhaps) ? text->ask : ASK_OTHER;
		op.who = text->who;
		op.people = text->people;
		op.n_projects = op.ask == ASK_CHECK_IN;
		op.project[0] = text->project;
	}
	if (op.perhaps)
		machine_settle(m);
	if (m->kiosk == NULL || machine_op(m, &op, stored->id) == NULL)
		return;
	stored->offered = true;
	stored->decided = false;
	kiosk_sms(m->kiosk, &sms);
	if (op.kind == OP_TEXT && (op.perhaps || m->sure.recorded[stored->text] == RECORDED_MAYBE))
		machine_settle(m);
}

void modem_sweep(struct machine *m)
{
	m->sweep_at_us = m->sim->now_us + MINUTE_US;
	if (m->kiosk == NULL || !m->has_modem)
		return;
	machine_turn(m);
	for (unsigned i = 0; i < STORE_MAX && m->kiosk != NULL; i++) {
		if (m->n_ops > OPS_MAX - 8)
			machine_settle(m);
		if (m->kiosk != NULL && m->store[i].used && !m->store[i].offered &&
		    !m->store[i].stuck)
			offer(m, &m->store[i]);
	}
	machine_settle(m);
	if (m->kiosk != NULL && m->sweep_asked) {
		m->sweep_asked = false;
		kiosk_swept(m->kiosk);
		machine_run(m);
	}
}

void modem_verdict(struct machine *m, const struct msg_sms_verdict *verdict)
{
	for (unsigned i = 0; i < STORE_MAX; i++) {
		struct stored *stored = &m->store[i];

		if (!stored->used || !stored->offered || stored->id != verdict->id)
			continue;
		if (stored->decided)
			sim_fail(m->sim, "kiosk %u gave two verdicts for one text", m->index);
		stored->decided = true;
		stored->verdict = *verdict;
		if (verdict->verdict == SMS_REPLY && ++m->replied[stored->text] > 1 && !m->old_disk)
			sim_fail(m->sim, "kiosk %u replies twice to text %u", m->index,
			         stored->text);
		return;
	}
	sim_fail(m->sim, "kiosk %u gave a verdict for a text it was not offered", m->index);
}

static void carry_out(struct machine *m, struct stored *stored)
{
	struct sim *sim = m->sim;
	struct msg_sms_done done = {.id = stored->id, .parts = 1, .deleted = true};

	stored->offered = stored->decided = false;
	if (stored->verdict.verdict == SMS_KEEP)
		return;
	if (stored->verdict.verdict == SMS_REPLY)
		done.sent = (uint32_t)(SMS_SENT_OK + (sim->calm ? 0 : sim_draw(sim, 4)));
	if (!sim->calm && sim_chance(sim, 3)) {
		sim_happened(sim, MISHAP_TEXT_STUCK);
		done.deleted = false; /* it would not, and is skipped; or it says so and lies */
		stored->stuck = sim_chance(sim, 50);
		stored->id = ++m->n_ids;
	} else {
		stored->used = false;
	}
	if (m->kiosk != NULL)
		kiosk_sms_done(m->kiosk, &done);
}

void modem_act(struct machine *m)
{
	for (unsigned i = 0; i < STORE_MAX; i++)
		if (m->store[i].used && m->store[i].decided)
			carry_out(m, &m->store[i]);
}

void modem_crash(struct machine *m)
{
	for (unsigned i = 0; i < STORE_MAX; i++) {
		m->store[i].offered = m->store[i].decided = false;
		m->store[i].id = ++m->n_ids;
	}
	if (m->kiosk != NULL) {
		machine_turn(m);
		kiosk_modem_gone(m->kiosk);
	}
	m->sweep_asked = false;
}
