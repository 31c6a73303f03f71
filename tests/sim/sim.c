/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "sim.h"

uint64_t sim_draw(struct sim *sim, uint64_t bound)
{
	return bound == 0 ? 0 : fault_random(&sim->random) % bound;
}

bool sim_chance(struct sim *sim, unsigned percent)
{
	return sim_draw(sim, 100) < percent;
}

int64_t sim_wall(const struct sim *sim)
{
	return sim->start + (int64_t)(sim->now_us / SECOND_US);
}

void sim_happened(struct sim *sim, enum mishap mishap)
{
	sim->mishaps.n[mishap]++;
}

void sim_say(const struct sim *sim, const char *format, ...)
{
	va_list args;

	if (!sim->verbose)
		return;
	printf("%5u  %9.3f s  ", sim->step, (double)sim->now_us / SECOND_US);
	va_start(args, format);
	(void)vprintf(format, args);
	va_end(args);
	putchar('\n');
}

void sim_fail(struct sim *sim, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(sim->why, sizeof(sim->why), format, args);
	va_end(args);
	longjmp(sim->failed, 1);
}

/* --- time --- */

static uint64_t sooner(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t next_us(const struct sim *sim, uint64_t until_us)
{
	uint64_t next = sooner(until_us, mail_next_us(sim));

	if (sim->national.collector == NULL)
		next = sooner(next, sim->national.up_at_us);
	for (unsigned i = 0; i < sim->n_machines; i++)
		next = sooner(next, machine_wake_us(&sim->machine[i]));
	return next > sim->now_us ? next : sim->now_us;
}

static void wake(struct machine *m, bool due)
{
	if (m->kiosk == NULL) {
		if (due)
			machine_start(m);
		return;
	}
	if (!due)
		return;
	if (m->has_modem && m->sweep_at_us <= m->sim->now_us)
		modem_sweep(m);
	machine_run(m);
}

void sim_advance(struct sim *sim, uint64_t us)
{
	const uint64_t until_us = sim->now_us + us;

	while (sim->now_us < until_us) {
		bool due[MACHINES_MAX];
		uint64_t at_us = next_us(sim, until_us);

		for (unsigned i = 0; i < sim->n_machines; i++)
			due[i] = machine_wake_us(&sim->machine[i]) <= at_us;
		sim->now_us = at_us;
		if (sim->national.collector == NULL && sim->national.up_at_us <= at_us)
			national_start(sim);
		while (mail_next_us(sim) <= sim->now_us)
			mail_deliver(sim);
		for (unsigned i = 0; i < sim->n_machines; i++)
			wake(&sim->machine[i], due[i]);
	}
}

/* --- a run --- */

static void tidy(struct sim *sim)
{
	mail_drop_all(sim);
	for (unsigned i = 0; i < sim->n_machines; i++)
		machine_deinit(&sim->machine[i]);
	national_deinit(sim);
}

bool sim_run(struct sim *sim, uint64_t seed, bool verbose, const char *folder)
{
	memset(sim, 0, sizeof(*sim));
	sim->seed = sim->random = seed;
	sim->verbose = verbose;
	(void)snprintf(sim->ledger_path, sizeof(sim->ledger_path), "%s/ledger.db", folder);
	(void)snprintf(sim->store_path, sizeof(sim->store_path), "%s/collector.db", folder);
	random_follow(&sim->random);
	sqlite3_randomness(0, NULL); /* its generator starts afresh, from the disks' octets */
	if (setjmp(sim->failed) != 0)
		return false; /* what it holds stays: it is looked at, or the program ends */
	day_set_up(sim);
	day_step(sim);
	reckoning(sim);
	tidy(sim);
	return true;
}
