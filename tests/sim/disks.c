/* SPDX-License-Identifier: Apache-2.0 */
/* Disks that are not what they were: backed up, put back, copied. */
#include <string.h>

#include "sim.h"

static const uint64_t hour_us = 60ULL * MINUTE_US, about_us = 20ULL * MINUTE_US;

void machine_back_up(struct machine *m)
{
	if (m->backup.due_us != 0)
		return; /* that one is wanted */
	machine_settle(m);
	if (m->kiosk == NULL || m->n_ops > 0 || m->kiosk->ledger == NULL)
		return;
	fault_disk_free(m->backup.disk);
	m->backup.disk = fault_disk_snapshot(m->disk);
	m->backup.model = m->sure;
	m->backup.at_us = m->sim->now_us;
}

void machine_restore_later(struct machine *m)
{
	m->backup.at_us = UINT64_MAX;
	machine_back_up(m);
	if (m->backup.at_us == m->sim->now_us)
		m->backup.due_us = m->sim->now_us + hour_us;
}

void machine_restore(struct machine *m)
{
	struct sim *sim = m->sim;
	uint64_t age_us = sim->now_us - m->backup.at_us;

	if (m->backup.disk == NULL)
		return;
	m->backup.due_us = 0;
	machine_stop(m, STOP_POWER);
	sim_happened(sim, age_us >= hour_us && age_us < hour_us + about_us ? MISHAP_DISK_HOUR
	                                                                   : MISHAP_DISK_OLD);
	sim_say(sim, "kiosk %u: a disk of %llu s ago is put in", m->index,
	        (unsigned long long)(age_us / SECOND_US));
	fault_disk_copy(m->disk, m->backup.disk);
	fault_disk_arm(m->disk, FAULT_NONE, FAULT_OP_ANY, 0);
	m->limited = m->cut_armed = m->io_armed = false;
	fault_disk_limit(m->disk, 0);
	m->sure = m->then = m->backup.model;
	m->n_ops = 0;
	m->old_disk = true;
	m->n_old = m->sure.n_epochs;
	if (mail_has_posts_of(sim, &m->device))
		m->may_fork = true;
	memset(m->replied, 0, sizeof(m->replied));
}

void machine_clone(struct machine *m, unsigned index)
{
	struct sim *sim = m->sim;
	struct machine *copy = &sim->machine[index];

	machine_settle(m);
	if (m->kiosk == NULL || m->n_ops > 0 || m->kiosk->ledger == NULL)
		return;
	machine_init(sim, index, m->meeting);
	copy->seed = m->seed;
	copy->device = m->device;
	copy->has_modem = false;
	fault_disk_copy(copy->disk, m->disk);
	copy->sure = copy->then = m->sure;
	copy->old_disk = copy->twin = m->old_disk = m->twin = true;
	copy->n_old = m->n_old = m->sure.n_epochs;
	copy->ahead = m->ahead;
	copy->clock_ever_bad = m->clock_ever_bad;
	sim_happened(sim, MISHAP_DISK_CLONED);
	sim_say(sim, "kiosk %u: a copy of its disk runs as kiosk %u", m->index, index);
	copy->start_at_us = sim->now_us + sim_draw(sim, 5ULL * MINUTE_US);
	if (index == sim->n_machines)
		sim->n_machines++;
}

void disks_restore(struct sim *sim)
{
	for (unsigned i = 0; i < sim->n_machines; i++)
		if (sim->machine[i].backup.due_us != 0 &&
		    sim->machine[i].backup.due_us <= sim->now_us)
			machine_restore(&sim->machine[i]);
	if (sim->national.backup.due_us != 0 && sim->national.backup.due_us <= sim->now_us)
		national_restore(sim);
}
