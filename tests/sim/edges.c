/* SPDX-License-Identifier: Apache-2.0 */
/* What ends between send and answer: a batch leaves a kiosk seconds before the granted window, its
 * grace, the hub's certificate or the hub's own good name is over, and is judged, or its answer
 * arrives, behind that. */
#include <string.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "sim.h"

enum {
	LEAD_US = 8 * SECOND_US,   /* before the end: time to ask for the head and to post */
	BEHIND_US = 2 * SECOND_US, /* behind it: when the held request arrives */
	HOLD_US = 15 * SECOND_US,  /* of a request or an answer, while a hub is revoked */
	REACH_S = 5 * 3600,        /* how far ahead an end is waited for */
	PATIENCE_US = 70 * SECOND_US,
};

static uint64_t us_of(const struct sim *sim, int64_t wall)
{
	return wall <= sim->start ? 0 : (uint64_t)(wall - sim->start) * SECOND_US;
}

/* --- in the mail --- */

bool edge_request(const struct machine *m, const struct msg_http_request *request, uint64_t *at_us)
{
	struct edge *edge = &m->sim->edge;

	if (edge->kind == EDGE_NONE || edge->machine != m->index)
		return false;
	if (request->kind != HTTP_POST_BATCH || edge->kind == EDGE_REVOKED_BACK)
		return true;
	*at_us = edge->kind == EDGE_TIME ? edge->until_us : m->sim->now_us + HOLD_US;
	edge->kind = EDGE_NONE;
	edge->held = true;
	return true;
}

void edge_answer(const struct machine *m, const struct msg_http_request *request,
                 uint64_t *after_us)
{
	struct edge *edge = &m->sim->edge;

	if (edge->kind != EDGE_REVOKED_BACK || edge->machine != m->index ||
	    request->kind != HTTP_POST_BATCH)
		return;
	*after_us = HOLD_US;
	edge->kind = EDGE_NONE;
	edge->held = true;
}

static void note_if(struct sim *sim, uint64_t at_us, uint64_t from_us, uint64_t to_us,
                    enum mishap mishap)
{
	if (from_us < at_us && at_us <= to_us)
		sim_happened(sim, mishap);
}

void edge_note(struct machine *m, const struct msg_http_request *request, uint64_t sent_us,
               uint64_t arrived_us)
{
	struct sim *sim = m->sim;
	const struct model_epoch *epoch = model_epoch(&m->sure, &request->epoch);
	const struct meeting_papers *meeting;
	uint64_t revoked_us;
	int64_t start, end;

	if (request->kind != HTTP_POST_BATCH || epoch == NULL)
		return;
	meeting = &sim->meeting[epoch->meeting];
	if (manifest_occurrence(&meeting->manifest, epoch->occurrence, &start, &end) != 0)
		return;
	note_if(sim, us_of(sim, end), sent_us, sim->now_us, MISHAP_END_OF_WINDOW);
	note_if(sim, us_of(sim, end + (int64_t)meeting->manifest.grace_s), sent_us, sim->now_us,
	        MISHAP_END_OF_GRACE);
	note_if(sim, us_of(sim, meeting->hub->not_after), sent_us, sim->now_us, MISHAP_END_OF_HUB);
	revoked_us = sim->national.revoked_us[meeting->hub - sim->hub];
	note_if(sim, revoked_us, sent_us, arrived_us, MISHAP_REVOKED_THERE);
	note_if(sim, revoked_us, arrived_us, sim->now_us, MISHAP_REVOKED_BACK);
}

/* --- on purpose --- */

/* Somebody comes, and a volunteer says `send`: a batch is on its way within seconds. */
static void send_now(struct machine *m)
{
	const struct msg_control add = {.control = CONTROL_ADD, .number = 1};
	const struct msg_control send = {.control = CONTROL_SEND};
	const struct op walk_in = {.kind = OP_WALKIN, .people = 1, .n_projects = 1, .project = {1}};
	const struct op nothing = {.kind = OP_STRAY};

	machine_control(m, &add, &walk_in);
	machine_settle(m);
	machine_control(m, &send, &nothing);
	machine_settle(m);
	machine_run(m);
}

static void play_time(struct machine *m, int64_t end)
{
	struct sim *sim = m->sim;
	uint64_t end_us = us_of(sim, end);

	if (end_us <= sim->now_us + LEAD_US || end_us > sim->now_us + REACH_S * (uint64_t)SECOND_US)
		return;
	sim->night = true;
	sim_advance(sim, end_us - LEAD_US - sim->now_us);
	sim->night = false;
	sim->edge =
	    (struct edge){.kind = EDGE_TIME, .machine = m->index, .until_us = end_us + BEHIND_US};
	send_now(m);
	sim_advance(sim, PATIENCE_US);
}

static void play_revoked(struct machine *m, unsigned hub, enum edge_kind kind)
{
	struct sim *sim = m->sim;

	if (sim->national.revoked[hub])
		return;
	sim->edge = (struct edge){.kind = kind, .machine = m->index};
	send_now(m);
	sim_advance(sim, LEAD_US);
	if (sim->edge.held)
		national_revoke(sim, hub);
	sim_advance(sim, PATIENCE_US);
}

void edge_play(struct machine *m)
{
	struct sim *sim = m->sim;
	const struct meeting_papers *meeting;
	const struct model_epoch *epoch;
	int64_t start, end;

	if (!machine_is_open(m) || m->kiosk == NULL || m->link_down)
		return;
	epoch = &m->sure.epoch[m->sure.n_epochs - 1];
	meeting = &sim->meeting[epoch->meeting];
	if (manifest_occurrence(&meeting->manifest, epoch->occurrence, &start, &end) != 0)
		return;
	if (sim->may_revoke && sim_chance(sim, 30))
		play_revoked(m, (unsigned)(meeting->hub - sim->hub),
		             sim_chance(sim, 50) ? EDGE_REVOKED_THERE : EDGE_REVOKED_BACK);
	else if (sim_wall(sim) < end && sim_chance(sim, 70))
		play_time(m, end); /* often the end of the hub's certificate, too */
	else
		play_time(m, end + (int64_t)meeting->manifest.grace_s);
	sim->edge.kind = EDGE_NONE;
}
