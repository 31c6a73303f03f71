/* SPDX-License-Identifier: Apache-2.0 */
/* What happens: meetings, the people at their doors, their volunteers, and everything that goes
 * wrong. */
#include <stdio.h>
#include <string.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "sim.h"
#include "text.h"

enum {
	TICKETS = 30,
	PHONES = 10,
	STARTS_AT = 1763740800, /* some evening */
};

/* --- a world --- */

static void plan_meeting(struct sim *sim, struct meeting_papers *meeting)
{
	struct manifest *manifest = &meeting->manifest;
	uint16_t count = (uint16_t)(1 + sim_draw(sim, 3));

	manifest->n_windows = 1;
	manifest->window[0] = (struct window){
	    .start = sim->start + 3600 + (int64_t)sim_draw(sim, 3600),
	    .length_s = (uint32_t)(3600 + sim_draw(sim, 7200)),
	    .every_days = count > 1 ? 1 : 0,
	    .count = count,
	};
	manifest->grace_s = (uint32_t)(1800 + sim_draw(sim, 5400));
	manifest->policy = sim_chance(sim, 25) ? POLICY_ANY : POLICY_SIGNED;
	manifest->resume = sim_chance(sim, 25) ? RESUME_AUTO : RESUME_CARD;
	manifest->party_max = 6;
	manifest->kiosks_max = sim_chance(sim, 20) ? 1 : 16;
	manifest->tickets_issued = TICKETS;
	manifest->people_max = sim_chance(sim, 10) ? 12 : 0;
	meeting->hub = &sim->hub[sim_draw(sim, sim->n_hubs)];
}

/* Some hubs' certificates end in the very second their last meeting does. */
static void plan_hub(struct sim *sim, unsigned number)
{
	struct hub_papers *hub = &sim->hub[number];
	int64_t to = sim->start;

	for (unsigned i = 0; i < sim->n_meetings; i++) {
		const struct window *w = &sim->meeting[i].manifest.window[0];
		int64_t end =
		    w->start + (w->count - 1) * (int64_t)w->every_days * DAY_S + w->length_s;

		if (sim->meeting[i].hub == hub && end > to)
			to = end;
	}
	if (to == sim->start || sim_chance(sim, 40))
		to = sim->start + 60 * DAY_S;
	papers_hub(&sim->papers, number + 1, sim->start - 30 * DAY_S, to, hub);
}

static void plan(struct sim *sim)
{
	papers_network(&sim->papers, sim->start);
	sim->n_hubs = 1 + (unsigned)sim_draw(sim, HUBS_MAX);
	sim->n_meetings = 1 + (unsigned)sim_draw(sim, MEETINGS_MAX);
	for (unsigned i = 0; i < sim->n_meetings; i++)
		plan_meeting(sim, &sim->meeting[i]);
	for (unsigned i = 0; i < sim->n_hubs; i++)
		plan_hub(sim, i);
	for (unsigned i = 0; i < sim->n_meetings; i++)
		papers_meeting(&sim->meeting[i], sim->meeting[i].hub, (uint8_t)(i + 1));
}

void day_set_up(struct sim *sim)
{
	sim->start = STARTS_AT;
	sim->now_us = SECOND_US;
	plan(sim);
	sim->lossy = (unsigned)sim_draw(sim, 40);
	sim->doubling = (unsigned)sim_draw(sim, 40);
	sim->garbling = (unsigned)sim_draw(sim, 30);
	sim->cutting = (unsigned)sim_draw(sim, 12);
	sim->may_revoke = sim_chance(sim, 40);
	national_init(sim);
	sim->n_machines = 1 + (unsigned)sim_draw(sim, 4);
	for (unsigned i = 0; i < sim->n_machines; i++) {
		machine_init(sim, i, (unsigned)sim_draw(sim, sim->n_meetings));
		sim->machine[i].start_at_us = sim->now_us + sim_draw(sim, 10ULL * MINUTE_US);
		if (sim_chance(sim, 20))
			sim->machine[i].clock = (enum clock_kind)sim_draw(sim, CLOCK_N_KINDS);
	}
}

static struct machine *somebody(struct sim *sim)
{
	return &sim->machine[sim_draw(sim, sim->n_machines)];
}

/* The meeting that is open there, by the model; NULL: none. */
static const struct meeting_papers *open_meeting(const struct machine *m)
{
	if (!m->sure.open)
		return NULL;
	return &m->sim->meeting[m->sure.epoch[m->sure.n_epochs - 1].meeting];
}

/* --- people --- */

static void show_ticket(struct machine *m, unsigned meeting, bool forged)
{
	static const struct secret_seed forger = {.b = {13}};
	struct sim *sim = m->sim;
	const struct meeting_papers *papers = &sim->meeting[meeting];
	const struct meeting_papers *open = open_meeting(m);
	uint32_t number = 1 + (uint32_t)sim_draw(sim, TICKETS);
	uint16_t mask = sim_chance(sim, 50) ? 0 : (uint16_t)(1 + number % 7);
	uint8_t first = (uint8_t)(number % 3);
	struct op op = {.kind = OP_STRAY};
	char code[CODE_TEXT_MAX];

	if (forged)
		sim_happened(sim, MISHAP_FORGED_TICKET);
	papers_ticket(papers, forged ? &forger : &papers->hub->seed, number, mask, first, code);
	if (open == papers && !forged) {
		op = (struct op){.kind = OP_CODE, .who = WHO_TICKET + number, .first = first};
		for (uint16_t i = 0; i < 3; i++)
			if (mask & 1U << i)
				op.project[op.n_projects++] = (uint16_t)(i + 1);
		if (op.n_projects == 0)
			op.project[op.n_projects++] = 1;
	} else if (open != NULL && open->manifest.policy == POLICY_ANY) {
		/* The same octets again are the same person. */
		op = (struct op){.kind = OP_CODE,
		                 .who = WHO_OCTETS + 1000 * meeting + 100 * mask + number,
		                 .n_projects = 1,
		                 .project = {1}};
		op.who += forged ? 5000 : 0;
	}
	machine_code(m, code, strlen(code), &op);
}

static void show_foreign(struct machine *m)
{
	struct sim *sim = m->sim;
	const struct meeting_papers *open = open_meeting(m);
	unsigned number = (unsigned)sim_draw(sim, 5);
	struct op op = {.kind = OP_STRAY};
	char code[64];

	(void)snprintf(code, sizeof(code), "https://example.org/%u", number);
	if (open != NULL && open->manifest.policy == POLICY_ANY)
		op = (struct op){.kind = OP_CODE,
		                 .who = WHO_OCTETS + 9000 + number,
		                 .n_projects = 1,
		                 .project = {1}};
	machine_code(m, code, strlen(code), &op);
}

static void crowd(struct machine *m)
{
	struct sim *sim = m->sim;
	uint64_t n = 1 + sim_draw(sim, sim_chance(sim, 20) ? 12 : 3);

	for (uint64_t i = 0; i < n && m->kiosk != NULL; i++) {
		if (sim_chance(sim, 85))
			show_ticket(m, m->meeting, false);
		else if (sim_chance(sim, 30))
			show_ticket(m, m->meeting, true);
		else if (sim_chance(sim, 50))
			show_ticket(m, (unsigned)sim_draw(sim, sim->n_meetings), false);
		else
			show_foreign(m);
	}
	if (sim_chance(sim, 95))
		machine_settle(m); /* else something else comes into this turn, or the power goes */
}

/* --- texts --- */

static void write_text(struct sim *sim, struct text *text, char words[32])
{
	static const char *const keyword[] = {"RIVER", "MUSIC", "TREES"};
	unsigned project = (unsigned)sim_draw(sim, 3);

	text->ask = ASK_CHECK_IN;
	text->project = (uint16_t)(project + 1);
	if (sim_chance(sim, 60)) {
		(void)snprintf(words, 32, "%s", keyword[project]);
	} else if (sim_chance(sim, 60)) {
		text->people = (uint8_t)(1 + sim_draw(sim, 8));
		(void)snprintf(words, 32, "%s %u", keyword[project], text->people);
		if (text->people > 6)
			text->people = 6;
	} else if (sim_chance(sim, 50)) {
		text->ask = ASK_UNDO;
		(void)snprintf(words, 32, "UNDO");
	} else {
		text->ask = ASK_OTHER;
		(void)snprintf(words, 32, "%s",
		               sim_chance(sim, 50)   ? "HELP"
		               : sim_chance(sim, 50) ? "STOP"
		                                     : "what is this about then");
	}
}

static void send_text(struct machine *m)
{
	struct sim *sim = m->sim;
	struct text *text = &sim->text[sim->n_texts];
	struct msg_sms *sms = &text->sms;
	unsigned phone = (unsigned)sim_draw(sim, PHONES);
	uint64_t n = 1;
	char words[32];

	if (!m->has_modem)
		return;
	if (sim->n_texts > 0 && sim_chance(sim, 15)) { /* the network delivers one again */
		unsigned again = (unsigned)sim_draw(sim, sim->n_texts);

		sim_happened(sim, MISHAP_TEXT_TWICE);
		modem_receive(&sim->machine[sim->text[again].machine], again);
		return;
	}
	if (sim->n_texts == TEXTS_MAX)
		return;
	*text = (struct text){.machine = m->index, .who = WHO_PHONE + phone};
	text->from_person = !sim_chance(sim, 5);
	write_text(sim, text, words);
	*sms = (struct msg_sms){
	    .from_kind = text->from_person ? SMS_FROM_E164 : SMS_FROM_SHORT,
	    .has_time = true,
	    .time = sim_wall(sim),
	    .parts = 1,
	    .part = 1,
	    .oa_len = 8,
	    .oa = {(uint8_t)phone},
	    .scts = {(uint8_t)(sim->n_texts & 255), (uint8_t)(sim->n_texts >> 8)},
	};
	if (sim_chance(sim, 6)) {
		sim_happened(sim, MISHAP_TEXT_OLD);
		sms->time -= DAY_S + (int64_t)sim_draw(sim, 20 * DAY_S); /* sent last week */
	}
	(void)snprintf(sms->from, sizeof(sms->from), "+1502555%04u", phone);
	text_copy(sms->text, sizeof(sms->text), words);
	sms->udl = sms->ud_len = (uint8_t)strlen(words);
	memcpy(sms->ud, words, sms->ud_len);
	if (sim_chance(sim, 10)) { /* the store has it twice */
		sim_happened(sim, MISHAP_TEXT_TWICE);
		n++;
	}
	for (uint64_t i = 0; i < n; i++)
		modem_receive(m, sim->n_texts);
	sim->n_texts++;
}

/* --- volunteers --- */

static void volunteer(struct machine *m)
{
	struct sim *sim = m->sim;
	struct msg_control control = {0};
	struct op op = {.kind = OP_STRAY};
	bool open = m->sure.open;

	switch (sim_draw(sim, 8)) {
	case 0:
	case 1:
	case 2:
		control.control = CONTROL_ADD;
		control.number = (uint32_t)(1 + sim_draw(sim, sim_chance(sim, 10) ? 45 : 4));
		control.project = (uint32_t)sim_draw(sim, 4);
		control.first = (uint32_t)sim_draw(sim, 3);
		if (open)
			op = (struct op){
			    .kind = OP_WALKIN,
			    .who = NOBODY,
			    .people = (uint8_t)control.number,
			    .first = (uint8_t)control.first,
			    .n_projects = 1,
			    .project = {control.project ? (uint16_t)control.project : 1}};
		break;
	case 3:
	case 4:
		control.control = CONTROL_UNDO;
		if (open)
			op.kind = OP_UNDO;
		break;
	case 5:
		control.control = CONTROL_HEADCOUNT;
		control.number = (uint32_t)sim_draw(sim, 60);
		break;
	case 6:
		control.control = CONTROL_SEND;
		break;
	default:
		if (!sim_chance(sim, 25))
			return;
		control.control = CONTROL_CLOSE;
		control.has_headcount = sim_chance(sim, 50);
		control.number = (uint32_t)sim_draw(sim, 60);
	}
	machine_control(m, &control, control.control == CONTROL_CLOSE ? NULL : &op);
	machine_settle(m);
	machine_run(m);
}

static void show_card(struct machine *m)
{
	struct sim *sim = m->sim;
	unsigned meeting = m->meeting;

	if (m->kiosk == NULL || m->card_lost)
		return;
	if (sim_chance(sim, 5)) {
		m->card_lost = true;
		sim_happened(sim, MISHAP_CARD_LOST);
		sim_say(sim, "kiosk %u: its card is lost", m->index);
		return;
	}
	if (sim_chance(sim, 4))
		meeting = (unsigned)sim_draw(sim, sim->n_meetings);
	if (meeting != m->meeting)
		sim_happened(sim, MISHAP_CARD_OTHER);
	machine_card(m, &sim->meeting[meeting]);
}

/* --- what goes wrong --- */

static void disk_trouble(struct machine *m)
{
	struct sim *sim = m->sim;
	uint64_t n = 1 + sim_draw(sim, sim_chance(sim, 60) ? 8 : 40);

	if (m->cut_armed || m->io_armed)
		return;
	switch (sim_draw(sim, 6)) {
	case 0:
		m->cut_armed = m->unacknowledged = true;
		fault_disk_arm(m->disk, FAULT_CUT, FAULT_OP_SYNC, n);
		sim_say(sim, "kiosk %u: the power will go before sync %llu is acknowledged",
		        m->index, (unsigned long long)n);
		return;
	case 1:
	case 2:
	case 3:
		m->cut_armed = true;
		fault_disk_arm(m->disk, FAULT_CUT, FAULT_OP_ANY, n);
		sim_say(sim, "kiosk %u: the power will go at operation %llu of its disk", m->index,
		        (unsigned long long)n);
		return;
	case 4:
		m->io_armed = true;
		fault_disk_arm(m->disk, FAULT_EIO, FAULT_OP_WRITE | FAULT_OP_SYNC, n);
		sim_say(sim, "kiosk %u: operation %llu of its disk will fail", m->index,
		        (unsigned long long)n);
		return;
	default:
		m->limited = !m->limited;
		fault_disk_limit(m->disk, m->limited ? 1 : 0);
		if (m->limited)
			sim_happened(sim, MISHAP_DISK_FULL);
		sim_say(sim, "kiosk %u: its disk is %s", m->index,
		        m->limited ? "full" : "not full any more");
	}
}

static void machine_trouble(struct machine *m)
{
	struct sim *sim = m->sim;

	switch (sim_draw(sim, 9)) {
	case 0:
	case 1:
	case 2:
		disk_trouble(m);
		if (m->kiosk != NULL && sim_chance(sim, 60))
			crowd(m);
		return;
	case 3:
		machine_stop(m, (enum stop_kind)sim_draw(sim, 4));
		return;
	case 4:
		machine_clock(m, sim_chance(sim, 50)
		                     ? CLOCK_GOOD
		                     : (enum clock_kind)sim_draw(sim, CLOCK_N_KINDS));
		return;
	case 5:
	case 6:
		m->link_down = !m->link_down;
		if (m->link_down)
			sim_happened(sim, MISHAP_PARTITION);
		if (m->kiosk != NULL) {
			machine_turn(m);
			kiosk_link(m->kiosk, !m->link_down);
			machine_run(m);
		}
		return;
	case 7:
		sim_happened(sim, MISHAP_MODEM_DIED);
		modem_crash(m);
		return;
	default:
		if (m->kiosk != NULL) {
			sim_happened(sim, MISHAP_UPLINK_DIED);
			machine_turn(m);
			kiosk_uplink_gone(m->kiosk);
		}
	}
}

static void rare_trouble(struct sim *sim)
{
	struct national *n = &sim->national;
	struct machine *m = somebody(sim);

	switch (sim_draw(sim, 10)) {
	case 0:
		machine_restore(m);
		return;
	case 8:
		machine_restore_later(m);
		return;
	case 9:
		if (sim_chance(sim, 30))
			national_restore_later(sim);
		return;
	case 1:
		if (sim->n_machines < MACHINES_MAX)
			machine_clone(m, sim->n_machines);
		return;
	case 2:
		national_crash(sim, SURVIVE_ALL);
		return;
	case 3:
	case 4:
		if (n->collector != NULL && !n->cut_armed) {
			n->cut_armed = true;
			fault_disk_arm(n->disk, FAULT_CUT, FAULT_OP_ANY, 1 + sim_draw(sim, 60));
		}
		return;
	case 5:
		if (sim->may_revoke && sim_chance(sim, 40)) {
			sim_happened(sim, MISHAP_REVOKED_ELSE);
			national_revoke(sim, (unsigned)sim_draw(sim, sim->n_hubs));
		}
		return;
	default:
		national_forge(sim);
	}
}

/* --- a day --- */

static void minute(struct sim *sim)
{
	struct machine *m = somebody(sim);

	sim->step++;
	disks_restore(sim);
	if (m->kiosk != NULL && (!m->sure.open || !m->texts) && sim_chance(sim, 60))
		show_card(m);
	if (sim_chance(sim, 55))
		crowd(m);
	if (sim_chance(sim, 25))
		send_text(m);
	if (sim_chance(sim, 15))
		volunteer(m);
	if (sim_chance(sim, sim->cutting))
		machine_trouble(somebody(sim));
	if (sim_chance(sim, 2 + sim->cutting / 3))
		rare_trouble(sim);
	if (sim_chance(sim, 4))
		machine_back_up(somebody(sim));
	machine_recount(m);
	if (sim->national.changed)
		national_check(sim);
}

static void evening(struct sim *sim)
{
	uint64_t steps = 40 + sim_draw(sim, 40);

	for (uint64_t i = 0; i < steps; i++) {
		minute(sim);
		sim_advance(sim, sim_draw(sim, 6ULL * MINUTE_US));
	}
	for (unsigned i = 0; i < sim->n_machines; i++)
		if (sim_chance(sim, 50))
			edge_play(&sim->machine[i]);
}

void day_step(struct sim *sim)
{
	unsigned days = 1 + (unsigned)sim_draw(sim, 3);

	for (unsigned day = 0; day < days; day++) {
		evening(sim);
		sim->night = true;
		sim_advance(sim, (uint64_t)DAY_S * (day + 1) * SECOND_US - sim->now_us +
		                     sim_draw(sim, 3600) * SECOND_US);
		sim->night = false;
	}
}
