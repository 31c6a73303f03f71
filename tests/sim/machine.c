/* SPDX-License-Identifier: Apache-2.0 */
/* One kiosk: its power, its disk, its clock; and what it says and holds beside what the model says.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "crypto.h"
#include "sim.h"

bool machine_is_open(const struct machine *m)
{
	return m->sure.open;
}

static bool is_cut(const struct machine *m)
{
	return m->dying || (m->cut_armed && fault_disk_happened(m->disk));
}

/* Something is wrong with the disk that a kiosk may say it could not check for. */
static bool has_cause(const struct machine *m)
{
	return m->limited || m->kiosk->stopped ||
	       ((m->cut_armed || m->io_armed) && fault_disk_happened(m->disk));
}

/* --- what it says --- */

static struct op *op_of(struct machine *m, uint64_t key)
{
	for (unsigned i = 0; i < m->n_ops; i++)
		if (m->op[i].key == key && !m->op[i].answered)
			return &m->op[i];
	return NULL;
}

static void wrong(struct machine *m, const struct op *op, uint32_t answer)
{
	sim_fail(m->sim, "kiosk %u answers %u, right would be %u (kind %d, who %u)", m->index,
	         answer, op->expect, (int)op->kind, op->who);
}

static void check_view(struct machine *m, struct op *op, const struct msg_view *view)
{
	op->answered = true;
	if (view->answer == SHOW_NOT_CHECKED) {
		if (op->expect != SHOW_NOT_CHECKED && !has_cause(m))
			wrong(m, op, view->answer);
		return;
	}
	if (op->kind == OP_STRAY) {
		if (view->answer == SHOW_COUNTED)
			wrong(m, op, view->answer);
		return;
	}
	op->good = true;
	if (view->answer != op->expect || view->added != op->added)
		wrong(m, op, view->answer);
	if (view->answer == SHOW_COUNTED && view->people != op->people_then)
		sim_fail(m->sim, "kiosk %u shows %llu people, right would be %llu", m->index,
		         (unsigned long long)view->people, (unsigned long long)op->people_then);
}

static void on_view(void *context, const struct msg_view *view)
{
	struct machine *m = context;
	struct op *op;

	if (is_cut(m))
		return;
	switch (view->channel) {
	case CHANNEL_SMS:
		m->text_view = *view;
		m->has_text_view = true;
		return;
	case CHANNEL_MANUAL:
		m->manual_view = *view;
		m->has_manual_view = true;
		return;
	case CHANNEL_QR:
		op = op_of(m, view->seen.us);
		if (op != NULL)
			check_view(m, op, view);
		else if (view->seen.us == m->card_key)
			m->opened_shown = view->answer == SHOW_OPENED;
		else
			sim_fail(m->sim, "kiosk %u answers a code nobody showed", m->index);
		return;
	default:
		if (view->answer == SHOW_CLOSED)
			m->closed_shown = true;
		if (view->answer == SHOW_UNDONE) {
			m->manual_view = *view;
			m->has_manual_view = true;
		}
	}
}

static void on_result(void *context, uint64_t client, const struct msg_result *result)
{
	struct machine *m = context;
	struct op *op = is_cut(m) ? NULL : op_of(m, client);
	uint32_t answer = m->has_manual_view ? m->manual_view.answer : SHOW_NOTHING;

	m->has_manual_view = false;
	if (op == NULL)
		return;
	op->answered = true;
	if (result->error < 0) {
		if (!has_cause(m))
			sim_fail(m->sim, "kiosk %u refuses an act without cause: %s", m->index,
			         result->sentence);
		return;
	}
	if (op->kind == OP_STRAY)
		return;
	op->good = true;
	if (answer != op->expect || (answer == SHOW_COUNTED && m->manual_view.added != op->added))
		wrong(m, op, answer);
}

static void on_verdict(void *context, const struct msg_sms_verdict *verdict)
{
	struct machine *m = context;
	struct op *op;
	uint32_t answer;

	if (is_cut(m))
		return;
	modem_verdict(m, verdict);
	op = op_of(m, verdict->id);
	assert(op != NULL);
	op->answered = true;
	answer = m->has_text_view ? m->text_view.answer : SHOW_NOTHING;
	m->has_text_view = false;
	if (op->kind == OP_STRAY) {
		if (answer == SHOW_COUNTED)
			wrong(m, op, answer);
		return;
	}
	if (verdict->verdict == SMS_KEEP) {
		if (!has_cause(m))
			sim_fail(m->sim, "kiosk %u leaves text %u (\"%s\") without cause", m->index,
			         op->text, m->sim->text[op->text].sms.text);
		return;
	}
	op->good = true;
	if (answer == SHOW_NOTHING && (op->perhaps || m->sure.recorded[op->text] == RECORDED_MAYBE))
		op->ask = ASK_OTHER; /* it was recorded, or dealt with, after all */
	else if (answer != op->expect && !(op->ask == ASK_OTHER && answer == SHOW_NOT_ACCEPTED))
		wrong(m, op, answer);
}

static void check_rows(struct machine *m);
static void catch_up(struct machine *m, const struct epoch_id *epoch);

static int on_sweep(void *context)
{
	struct machine *m = context;

	if (!m->has_modem || is_cut(m))
		return -ENOTCONN;
	m->sweep_asked = true;
	m->sweep_at_us = m->sim->now_us + SECOND_US;
	return 0;
}

static int on_request(void *context, const struct msg_http_request *request, const uint8_t *body,
                      size_t len)
{
	struct machine *m = context;

	if (is_cut(m))
		return -ENOTCONN;
	if (m->n_ops > 0)
		check_rows(m); /* the ledger came back in this very turn */
	catch_up(m, &request->epoch);
	return mail_request(m, request, body, len);
}

static void on_random(void *context, void *buffer, size_t len)
{
	struct machine *m = context;
	uint8_t *octet = buffer;

	for (size_t i = 0; i < len; i++)
		octet[i] = (uint8_t)fault_random(&m->sim->random);
}

static void on_note(void *context, enum log_level level, const char *line)
{
	const struct machine *m = context;

	(void)level;
	sim_say(m->sim, "kiosk %u notes: %s", m->index, line);
}

/* --- time --- */

void machine_turn(struct machine *m)
{
	struct kiosk_time time = machine_time(m);

	fault_disk_use(m->disk);
	kiosk_turn(m->kiosk, &time);
}

uint64_t machine_wake_us(const struct machine *m)
{
	struct mono_time at;
	uint64_t next_us, least_us = m->ran_us + (m->sim->night ? 10ULL * MINUTE_US : 1);

	if (m->kiosk == NULL)
		return m->start_at_us;
	/* It looks at a broken disk every two seconds; here a little more rarely. */
	if (m->kiosk->stopped)
		least_us = m->ran_us + (m->sim->night ? 30ULL : 1) * MINUTE_US;
	at = kiosk_wake(m->kiosk);
	next_us = m->booted_us + (at.us > SECOND_US ? at.us - SECOND_US : 0);
	if (m->has_modem && m->sweep_at_us < next_us)
		next_us = m->sweep_at_us;
	return next_us > least_us ? next_us : least_us;
}

/* --- what it holds --- */

struct op *machine_op(struct machine *m, const struct op *op, uint64_t key)
{
	struct op *place;

	if (m->n_ops == OPS_MAX)
		return NULL;
	place = &m->op[m->n_ops++];
	*place = *op;
	place->key = key;
	if (m->kiosk->stopped || !m->kiosk->meeting.open)
		place->kind = OP_STRAY;
	if (place->kind == OP_STRAY)
		place->expect = SHOW_NOT_CHECKED;
	else
		model_apply(&m->then, place);
	return place;
}

/* The shortest beginning of this turn's ops that gives what the ledger holds; what was answered is
 * in it. */
static void resolve(struct machine *m, const struct batch_row *row, uint16_t n_rows)
{
	static struct model try;
	const struct model_epoch *epoch;
	unsigned must = 0, n;

	for (unsigned i = 0; i < m->n_ops; i++)
		if (m->op[i].good)
			must = i + 1;
	try = m->sure;
	epoch = &try.epoch[try.n_epochs - 1];
	for (n = 0; n <= m->n_ops; n++) {
		if (n >= must && rows_same(row, n_rows, epoch->row, epoch->n_rows))
			break;
		if (n < m->n_ops && m->op[n].kind != OP_STRAY)
			model_apply(&try, &m->op[n]);
	}
	if (n > m->n_ops)
		sim_fail(m->sim, "kiosk %u holds %llu people; shown as counted were %llu", m->index,
		         (unsigned long long)rows_people(row, n_rows),
		         (unsigned long long)rows_people(epoch->row, epoch->n_rows));
	/* Of what changed nothing nobody can tell whether it was recorded. */
	for (unsigned i = n; i < m->n_ops; i++)
		if (m->op[i].kind == OP_TEXT && try.recorded[m->op[i].text] == RECORDED_NO)
			try.recorded[m->op[i].text] = RECORDED_MAYBE;
	m->sure = try;
}

static void check_rows(struct machine *m)
{
	struct batch_row row[BATCH_ROWS_MAX];
	uint16_t n_rows = 0;
	int r;

	for (unsigned i = 0; i < m->n_ops; i++)
		if (!m->op[i].answered && m->op[i].key != 0)
			sim_fail(m->sim, "kiosk %u leaves somebody without an answer", m->index);
	if (m->kiosk->ledger == NULL)
		return; /* after a failed write: it is looked at when the ledger is back */
	if (m->sure.n_epochs > 0) {
		r = ledger_totals(m->kiosk->ledger, &m->sure.epoch[m->sure.n_epochs - 1].id, row,
		                  &n_rows);
		if (r != 0)
			sim_fail(m->sim, "kiosk %u lost an opening that was shown (%d)", m->index,
			         r);
		resolve(m, row, n_rows);
	}
	m->n_ops = 0;
	m->then = m->sure;
}

static void note_end(struct machine *m, bool may_close)
{
	struct sim *sim = m->sim;
	const struct model_epoch *epoch = &m->sure.epoch[m->sure.n_epochs - 1];
	const struct manifest *manifest = &sim->meeting[epoch->meeting].manifest;
	int closed =
	    ledger_occurrence_closed(m->kiosk->ledger, &manifest->event, epoch->occurrence);
	/* A receipt says what time it is to within the minute it was under way. */
	int64_t start, end, clock_slack_s = m->clock == CLOCK_UNKNOWN ? 60 : 0;

	if (closed == 0 && !m->old_disk)
		sim_fail(sim, "kiosk %u gave up its opening, though its disk is the newest",
		         m->index);
	if (closed == 1 && !may_close && !m->closed_shown)
		sim_fail(sim, "kiosk %u closed without a word", m->index);
	if (closed == 1 && !m->close_asked && !m->clock_lied && !may_close &&
	    manifest_occurrence(manifest, epoch->occurrence, &start, &end) == 0 &&
	    sim_wall(sim) + clock_slack_s < end + (int64_t)manifest->grace_s &&
	    meeting_powered_ms(m->kiosk) < m->kiosk->config.powered_max_ms)
		sim_fail(sim, "kiosk %u closed before the meeting's end", m->index);
	sim_say(sim, "kiosk %u %s with %llu people", m->index,
	        closed ? "closed" : "gave up its opening",
	        (unsigned long long)model_people(&m->sure));
	if (closed == 1)
		modem_note_dealt(m, manifest, epoch->occurrence);
	model_end(&m->sure, closed == 0);
	m->closed_shown = m->close_asked = m->texts = false;
}

/* `late`: it was opened some time ago, and nobody was told. */
static void note_opening(struct machine *m, bool late)
{
	struct sim *sim = m->sim;
	const struct ledger_epoch *now = &m->kiosk->secret->epoch;
	const struct model_epoch *last =
	    m->sure.n_epochs > 0 ? &m->sure.epoch[m->sure.n_epochs - 1] : NULL;
	unsigned meeting = 0;
	int64_t start, end;
	bool carry;

	while (meeting < sim->n_meetings &&
	       memcmp(&sim->meeting[meeting].manifest.event, &now->event, sizeof(now->event)) != 0)
		meeting++;
	if (meeting == sim->n_meetings)
		sim_fail(sim, "kiosk %u opened an event nobody made", m->index);
	if (manifest_occurrence(&sim->meeting[meeting].manifest, now->occurrence, &start, &end) !=
	    0)
		sim_fail(sim, "kiosk %u opened an occurrence nobody planned", m->index);
	for (unsigned i = 0; i < m->sure.n_epochs; i++)
		if (m->sure.epoch[i].meeting == meeting &&
		    m->sure.epoch[i].occurrence == now->occurrence && !m->sure.epoch[i].abandoned)
			sim_fail(sim, "kiosk %u opened a closed occurrence again", m->index);
	carry = last != NULL && last->abandoned && last->meeting == meeting &&
	        last->occurrence == now->occurrence;
	if (m->clock == CLOCK_GOOD && !m->clock_lied && !carry && !late) {
		int64_t grace = sim->meeting[meeting].manifest.grace_s;

		if (sim_wall(sim) < start - grace || sim_wall(sim) >= end + grace)
			sim_fail(sim, "kiosk %u opened an occurrence that is not now", m->index);
	}
	/* What was known of texts went with the close: at another meeting whose time a late second
	 * delivery fits it is new. */
	if (!carry)
		memset(m->replied, 0, sizeof(m->replied));
	model_open(&m->sure, &now->epoch, meeting, now->occurrence, carry);
	sim_say(sim, "kiosk %u opened meeting %u, occurrence %u%s", m->index, meeting,
	        now->occurrence, carry ? ", in a new epoch" : "");
}

/* The power went while an event was opened, and the disk has it; there was no room since, and now
 * that there is some it closes and is sent in one turn. */
static void catch_up(struct machine *m, const struct epoch_id *epoch)
{
	const struct ledger_epoch *last = &m->kiosk->secret->epoch;

	if (model_epoch(&m->sure, epoch) != NULL || m->kiosk->meeting.open ||
	    memcmp(&last->epoch, epoch, sizeof(*epoch)) != 0)
		return;
	if (m->sure.open)
		note_end(m, true);
	note_opening(m, true);
	note_end(m, true);
	m->then = m->sure;
}

/* Brings the model to what is open. `may`: the power went in between, so that something may have
 * happened unseen. */
static void check_open(struct machine *m, bool may)
{
	const struct kiosk *k = m->kiosk;
	const struct model_epoch *last;
	bool same;

	if (k->ledger == NULL)
		return;
	last = m->sure.n_epochs > 0 ? &m->sure.epoch[m->sure.n_epochs - 1] : NULL;
	same = k->meeting.open && m->sure.open && last != NULL &&
	       memcmp(&last->id, &k->secret->epoch.epoch, sizeof(last->id)) == 0;
	if (m->sure.open && !same)
		note_end(m, may);
	if (k->meeting.open && !same) {
		note_opening(m, false);
		m->texts = k->meeting.texts;
	}
	m->then = m->sure;
	if (k->meeting.open && k->meeting.texts && k->meeting.manifest.resume == RESUME_AUTO)
		m->texts = true;
	if (k->meeting.open && k->meeting.texts && !m->texts)
		sim_fail(m->sim, "kiosk %u reads texts without its card", m->index);
}

/* --- power --- */

static void power_fails(struct machine *m)
{
	struct sim *sim = m->sim;
	bool torn = sim_chance(sim, 60);

	m->dying = true;
	kiosk_free(m->kiosk);
	m->kiosk = NULL;
	fault_disk_power_on(m->disk,
	                    m->unacknowledged ? SURVIVE_ALL
	                    : torn            ? SURVIVE_SOME
	                                      : SURVIVE_NONE,
	                    sim_draw(sim, UINT32_MAX));
	sim_happened(sim, m->unacknowledged ? MISHAP_UNACKNOWLEDGED : MISHAP_POWER_TORN);
	m->dying = m->cut_armed = m->io_armed = m->unacknowledged = false;
	m->start_at_us = sim->now_us + sim_draw(sim, 10ULL * MINUTE_US);
	sim_say(sim, "kiosk %u: the power went, and comes back in %llu s", m->index,
	        (unsigned long long)((m->start_at_us - sim->now_us) / SECOND_US));
	modem_crash(m);
	m->boots++;
	m->texts = false;
}

void machine_settle(struct machine *m)
{
	if (m->kiosk == NULL)
		return;
	fault_disk_use(m->disk);
	kiosk_flush(m->kiosk);
	if (is_cut(m)) {
		power_fails(m);
		return;
	}
	check_rows(m);
	check_open(m, false);
	modem_act(m);
	kiosk_flush(m->kiosk);
	if (is_cut(m))
		power_fails(m);
}

void machine_run(struct machine *m)
{
	if (m->kiosk == NULL)
		return;
	machine_turn(m);
	m->ran_us = m->sim->now_us;
	kiosk_run(m->kiosk);
	machine_settle(m);
	if (m->kiosk != NULL && m->io_armed && fault_disk_happened(m->disk) && !m->kiosk->stopped) {
		sim_happened(m->sim, MISHAP_DISK_ERROR);
		fault_disk_arm(m->disk, FAULT_NONE, FAULT_OP_ANY, 0);
		m->io_armed = false;
	}
}

void machine_start(struct machine *m)
{
	const struct kiosk_outputs outputs = {
	    .view = on_view,
	    .result = on_result,
	    .verdict = on_verdict,
	    .sweep = on_sweep,
	    .request = on_request,
	    .random = on_random,
	    .note = on_note,
	    .context = m,
	};
	struct sim *sim = m->sim;
	struct kiosk_config config = {
	    .ledger_path = sim->ledger_path,
	    .network = sim->papers.network,
	    .device = m->seed,
	    .replies = {.on = true,
	                .interval_s = 600,
	                .per_number = 3,
	                .per_minute = 15,
	                .numbers_a_day = 200},
	    .reply_deadline_ms = 30000,
	    .wait_unopened_s = 6 * 3600,
	    .uplink = true,
	    .upload = {.base_us = 30ULL * SECOND_US,
	               .cap_us = 6ULL * 3600 * SECOND_US,
	               .first_spread_us = 60ULL * SECOND_US,
	               .interval_us = 15ULL * MINUTE_US},
	    .powered_max_ms = 12ULL * 3600 * 1000,
	};
	struct kiosk_time time;
	char sentence[256] = "";
	int r;

	m->booted_us = sim->now_us;
	m->clock_lied = false;
	m->generation++;
	time = machine_time(m);
	fault_disk_use(m->disk);
	r = kiosk_new(&config, &outputs, &time, &m->kiosk, sentence, sizeof(sentence));
	if (r != 0 && m->cut_armed && fault_disk_happened(m->disk)) {
		m->kiosk = NULL;
		power_fails(m);
		return;
	}
	if (r != 0 && m->io_armed && fault_disk_happened(m->disk)) {
		fault_disk_arm(m->disk, FAULT_NONE, FAULT_OP_ANY, 0);
		m->io_armed = false;
		m->start_at_us = sim->now_us + MINUTE_US;
		return;
	}
	if (r != 0)
		sim_fail(sim, "kiosk %u does not start (%d): %s", m->index, r, sentence);
	sim_say(sim, "kiosk %u starts, clock %d", m->index, (int)m->clock);
	machine_clock(m, m->clock);
	for (unsigned i = 0; i < m->n_ops; i++)
		m->op[i].key = 0;
	m->texts = m->kiosk->meeting.open && m->kiosk->meeting.texts;
	if (m->texts && m->kiosk->meeting.manifest.resume == RESUME_CARD)
		sim_fail(sim, "kiosk %u has its card's secret after a restart", m->index);
	check_rows(m);
	check_open(m, true);
	m->has_text_view = m->has_manual_view = false;
	machine_run(m);
}

void machine_stop(struct machine *m, enum stop_kind kind)
{
	static const enum mishap stop_mishap[] = {[STOP_CLEAN] = MISHAP_STOPPED,
	                                          [STOP_KILLED] = MISHAP_KILLED,
	                                          [STOP_POWER] = MISHAP_POWER_CUT,
	                                          [STOP_POWER_TORN] = MISHAP_POWER_CUT};
	struct sim *sim = m->sim;

	if (kind == STOP_CLEAN)
		machine_settle(m);
	if (m->kiosk == NULL)
		return;
	fault_disk_use(m->disk);
	sim_say(sim, "kiosk %u stops (%d)", m->index, (int)kind);
	if (kind != STOP_CLEAN) {
		fault_disk_arm(m->disk, FAULT_CUT, FAULT_OP_ANY, 1);
		m->dying = true;
	} else if (!m->io_armed && !m->cut_armed) {
		fault_disk_arm(m->disk, FAULT_NONE, FAULT_OP_ANY, 0);
	}
	kiosk_free(m->kiosk);
	m->kiosk = NULL;
	if (kind != STOP_CLEAN || m->cut_armed)
		fault_disk_power_on(m->disk,
		                    kind == STOP_POWER        ? SURVIVE_NONE
		                    : kind == STOP_POWER_TORN ? SURVIVE_SOME
		                                              : SURVIVE_ALL,
		                    sim_draw(sim, UINT32_MAX));
	m->dying = m->cut_armed = m->unacknowledged = false;
	sim_happened(sim, stop_mishap[kind]);
	modem_crash(m);
	m->boots++;
	m->start_at_us = sim->now_us + sim_draw(sim, 5ULL * MINUTE_US);
}

/* --- hands --- */

void machine_code(struct machine *m, const char *code, size_t len, const struct op *op)
{
	uint64_t key;

	if (m->kiosk == NULL)
		return;
	machine_turn(m);
	key = ++m->sim->key + (1ULL << 40);
	if (machine_op(m, op, key) == NULL)
		return;
	kiosk_code(m->kiosk, (struct mono_time){key}, (const uint8_t *)code, len);
}

void machine_control(struct machine *m, const struct msg_control *control, const struct op *op)
{
	uint64_t key = ++m->sim->key + (1ULL << 41);

	if (m->kiosk == NULL)
		return;
	machine_turn(m);
	if (control->control == CONTROL_CLOSE && m->sure.open)
		m->close_asked = true;
	if (op != NULL && machine_op(m, op, key) == NULL)
		return;
	kiosk_control(m->kiosk, key, control);
}

void machine_card(struct machine *m, const struct meeting_papers *meeting)
{
	machine_settle(m);
	if (m->kiosk == NULL)
		return;
	machine_turn(m);
	m->card_key = ++m->sim->key + (1ULL << 42);
	m->opened_shown = false;
	kiosk_code(m->kiosk, (struct mono_time){m->card_key}, (const uint8_t *)meeting->card,
	           strlen(meeting->card));
	if (m->opened_shown && !m->kiosk->meeting.open)
		sim_fail(m->sim, "kiosk %u says it opened, and did not", m->index);
	m->texts = m->texts || m->opened_shown;
	if (!is_cut(m))
		check_open(m, false);
	machine_settle(m);
	machine_run(m);
}

void machine_recount(struct machine *m)
{
	char sentence[256] = "";

	if (m->kiosk == NULL || m->kiosk->ledger == NULL)
		return;
	fault_disk_use(m->disk);
	if (ledger_recount(m->kiosk->ledger, sentence, sizeof(sentence)) != 0)
		sim_fail(m->sim, "kiosk %u: totals are not the recount: %s", m->index, sentence);
}

/* --- making one --- */

void machine_init(struct sim *sim, unsigned index, unsigned meeting)
{
	struct machine *m = &sim->machine[index];
	struct hash hash;

	*m = (struct machine){
	    .sim = sim,
	    .index = index,
	    .meeting = meeting,
	    .disk = fault_disk_new(),
	    .has_modem = true,
	    .boots = 1,
	    .sweep_at_us = sim->now_us + MINUTE_US,
	};
	hash = hkdf_sha256(&sim->seed, sizeof(sim->seed), "device", &index, sizeof(index));
	memcpy(m->seed.b, hash.b, sizeof(m->seed.b));
	m->device = ed25519_public(&m->seed);
}

void machine_deinit(struct machine *m)
{
	kiosk_free(m->kiosk);
	m->kiosk = NULL;
	fault_disk_free(m->backup.disk);
	fault_disk_free(m->disk);
	m->backup.disk = m->disk = NULL;
}
