/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a run: all faults cease, what can arrive has arrived, and everything is held against the
 * model. */
#include <stdlib.h>

#include <jansson.h>
#include <sqlite3.h>

#include <kiosk/msg_people.h>

#include "sim.h"
#include "store.h"
#include "totals.h"

static void calm_down(struct sim *sim)
{
	sim->calm = true;
	sim_say(sim, "all faults cease");
	if (sim->national.collector != NULL && !fault_disk_happened(sim->national.disk))
		fault_disk_arm(sim->national.disk, FAULT_NONE, FAULT_OP_ANY, 0);
	sim->national.cut_armed = false;
	for (unsigned i = 0; i < sim->n_machines; i++) {
		struct machine *m = &sim->machine[i];

		machine_settle(m);
		if (!m->cut_armed && !m->io_armed)
			fault_disk_arm(m->disk, FAULT_NONE, FAULT_OP_ANY, 0);
		if (m->kiosk != NULL && (m->cut_armed || m->io_armed))
			fault_disk_arm(m->disk, FAULT_NONE, FAULT_OP_ANY, 0);
		m->cut_armed = m->io_armed = m->limited = m->link_down = false;
		fault_disk_limit(m->disk, 0);
		m->clock = CLOCK_GOOD;
	}
	sim->night = true;
	sim_advance(sim, 5ULL * DAY_S * SECOND_US);
}

static bool is_revoked(const struct sim *sim, const struct model_epoch *epoch)
{
	const struct hub_papers *hub = sim->meeting[epoch->meeting].hub;

	return sim->national.revoked[hub - sim->hub];
}

static void check_arrived(struct machine *m)
{
	struct sim *sim = m->sim;

	/* One that had nothing to say, and was not started, since the collector lost what it has
	 * receipts for cannot know. */
	if (m->ahead && m->posted_us <= sim->national.backup.put_back_us &&
	    m->booted_us <= sim->national.backup.put_back_us)
		return;
	for (unsigned i = 0; i < m->sure.n_epochs; i++) {
		const struct model_epoch *epoch = &m->sure.epoch[i];
		const struct accepted *accepted = national_accepted(sim, &epoch->id);

		if (!epoch->ended)
			sim_fail(sim, "kiosk %u is open for ever", m->index);
		if (i < m->n_old || epoch->abandoned || is_revoked(sim, epoch))
			continue;
		if (accepted == NULL ||
		    !rows_same(accepted->row, accepted->n_rows, epoch->row, epoch->n_rows))
			sim_fail(sim, "kiosk %u counted %llu people, %llu arrived", m->index,
			         (unsigned long long)rows_people(epoch->row, epoch->n_rows),
			         accepted == NULL ? 0ULL
			                          : (unsigned long long)rows_people(
			                                accepted->row, accepted->n_rows));
		sim->counted += rows_people(epoch->row, epoch->n_rows);
	}
}

/* A kiosk whose totals are not all confirmed says so, and why; one that nothing keeps from it has
 * them confirmed: nobody has to say `send`. */
static void check_told(struct machine *m)
{
	static struct msg_status status;
	struct sim *sim = m->sim;
	bool revoked = false, abandoned = false;

	for (unsigned i = 0; i < HUBS_MAX; i++)
		revoked = revoked || sim->national.revoked[i];
	for (unsigned i = 0; i < m->sure.n_epochs; i++) /* said aloud when it happened */
		abandoned = abandoned || m->sure.epoch[i].abandoned;
	kiosk_status(m->kiosk, &status);
	if (status.batches_confirmed < status.batches_sealed && !abandoned &&
	    status.uplink_sentence[0] == '\0')
		sim_fail(sim, "kiosk %u has %u of %u batches confirmed and does not say why",
		         m->index, status.batches_confirmed, status.batches_sealed);
	if (!m->old_disk && !revoked &&
	    (status.batch_parked || status.batches_confirmed < status.batches_sealed))
		sim_fail(sim, "kiosk %u has %u of %u batches confirmed: %s", m->index,
		         status.batches_confirmed, status.batches_sealed, status.uplink_sentence);
}

/* Whatever is closed left nothing on the disk that could tell who was there. */
static void check_erased(struct machine *m)
{
	static const char question[] = "SELECT (SELECT count(*) FROM opening) + (SELECT count(*) "
	                               "FROM tag) + (SELECT count(*) FROM sms) + "
	                               "(SELECT count(*) FROM sender)";
	struct sim *sim = m->sim;
	sqlite3_stmt *s = NULL;
	sqlite3 *db = NULL;
	int64_t left = -1;

	machine_recount(m);
	kiosk_free(m->kiosk);
	m->kiosk = NULL;
	fault_disk_use(m->disk);
	if (sqlite3_open_v2(sim->ledger_path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
	    sqlite3_exec(db, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, question, -1, &s, NULL) == SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW)
		left = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	sqlite3_close(db);
	if (left != 0)
		sim_fail(sim, "kiosk %u keeps %lld lines about people after the end", m->index,
		         (long long)left);
}

/* Openings the collector never heard the end of are said to be missing. */
static void check_reported(struct sim *sim)
{
	static const struct totals_settings settings = {.name = "Sim", .year = 2026};
	struct store *store = collector_store(sim->national.collector);
	static struct store_epoch epoch;
	size_t unfinished = 0, forked = 0;
	struct batch batch;
	char *text = NULL;
	json_t *root;

	for (unsigned i = 0; i < sim->national.n_accepted; i++) {
		if (store_epoch(store, &sim->national.accepted[i].epoch, &epoch) != 0 ||
		    batch_reopen(epoch.batch, epoch.batch_len, &batch) != 0)
			sim_fail(sim, "the collector's store cannot be read");
		unfinished += batch.state == EPOCH_OPEN;
		forked += sim->national.accepted[i].forked;
	}
	if (totals_json(store, &settings, (struct wall_time){sim_wall(sim)}, TOTALS_TEAM, &text) !=
	    0)
		sim_fail(sim, "the totals cannot be had");
	root = json_loads(text, 0, NULL);
	free(text);
	if (json_array_size(json_object_get(root, "forked")) != forked ||
	    json_array_size(json_object_get(root, "missing")) < unfinished)
		sim_fail(sim,
		         "%zu openings are unfinished and %zu forked: the totals do not say so",
		         unfinished, forked);
	json_decref(root);
}

void reckoning(struct sim *sim)
{
	calm_down(sim);
	for (unsigned i = 0; i < sim->n_machines; i++) {
		if (sim->machine[i].kiosk == NULL)
			sim_fail(sim, "kiosk %u does not come back", i);
		check_arrived(&sim->machine[i]);
		check_told(&sim->machine[i]);
	}
	national_check(sim);
	check_reported(sim);
	for (unsigned i = 0; i < sim->n_machines; i++)
		check_erased(&sim->machine[i]);
}
