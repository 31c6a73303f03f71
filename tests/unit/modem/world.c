/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <sqlite3.h>

#include <kiosk/msg_people.h>

#include "world.h"

enum { MERGE_US = 60000 };

static void on_bytes(void *context, const uint8_t *bytes, size_t len)
{
	struct world *w = context;
	assert_true(len <= sizeof(w->to_host) - w->n_to_host);
	memcpy(w->to_host + w->n_to_host, bytes, len);
	w->n_to_host += len;
}

static void carried(struct world *w, size_t octets)
{
	w->now_us += octets * w->octet_us;
	w->serial_us += octets * w->octet_us;
}

static void on_modem(void *context, const char *bytes, size_t len)
{
	struct world *w = context;
	modem_twin_say(&w->twin, bytes, len);
}

static struct mono_time now_of(const struct world *w)
{
	return (struct mono_time){w->now_us};
}

static void set_time(struct world *w)
{
	w->stage.time.mono = now_of(w);
	w->stage.time.wall = STAGE_START + 60 + (int64_t)(w->now_us / 1000000);
	kiosk_turn(w->stage.kiosk, &w->stage.time);
}

static void open_inbox(struct world *w)
{
	char where[MODEM_TWIN_WHERE_MAX];
	const struct modem_sink sink = {.bytes = on_bytes, .context = w};
	modem_twin_where(&w->twin, where);
	assert_int_equal(modem_twin_driver.open(where, &sink, &w->line), 0);
	w->n_to_host = 0;
	w->settings.first_id += 100000;
	w->inbox = inbox_new(&w->settings, now_of(w));
	assert_non_null(w->inbox);
}

static void restart_inbox(struct world *w)
{
	struct at_learnt learnt = *inbox_learnt(w->inbox); /* kioskd keeps it */
	inbox_free(w->inbox);
	modem_twin_driver.close(w->line);
	open_inbox(w);
	inbox_learn(w->inbox, &learnt);
	w->modem.hung = false;
	w->drained = w->stage.n_verdicts;
	kiosk_modem_gone(w->stage.kiosk);
}

void world_begin(struct world *w, unsigned store_size)
{
	unsigned line, wipe_at = w->wipe_at;
	enum wipe wipe = w->wipe;
	bool unlimited = w->replies_unlimited;
	const char *profile = w->profile;
	bool real_disk = w->real_disk;
	memset(w, 0, sizeof(*w));
	w->profile = profile;
	w->wipe = wipe;
	w->wipe_at = wipe_at;
	w->now_us = 10000000;
	stage_init(&w->stage);
	if (real_disk)
		assert_int_equal(sqlite3_vfs_register(sqlite3_vfs_find("unix"), 1), SQLITE_OK);
	w->replies_unlimited = unlimited;
	if (unlimited) {
		w->stage.config.replies = (struct reply_limits){
		    .on = true, .per_number = 10000, .per_minute = 10000, .numbers_a_day = 10000};
		w->stage.config.reply_deadline_ms = 600000;
	}
	stage_start(&w->stage);
	stage_open(&w->stage);
	inbox_settings_standard(&w->settings);
	w->settings.country = number_country("US");
	assert_int_equal(modem_twin_init(&w->twin, 1), 0);
	assert_int_equal(sim_store_open(&w->store, "", store_size, &line), 0);
	sim_modem_init(&w->modem, &w->store, 1, on_modem, w);
	if (w->profile != NULL)
		sim_modem_profile(&w->modem, sim_profile(w->profile));
	set_time(w);
	open_inbox(w);
}

void world_end(struct world *w)
{
	inbox_free(w->inbox);
	modem_twin_driver.close(w->line);
	modem_twin_deinit(&w->twin);
	sim_store_close(&w->store);
	stage_deinit(&w->stage);
}

void world_receive(struct world *w, const char *from, int64_t age_s, const char *text)
{
	static char hex[SIM_PARTS_MAX][SIM_HEX_MAX + 1];
	int64_t time = STAGE_START + 60 + (int64_t)(w->now_us / 1000000) - age_s;
	int parts = sim_pdu_deliver(from, time, -20, text, w->modem.reference++, hex);
	assert_true(parts > 0);
	for (int i = parts - 1; i >= 0; i--) /* networks keep no order */
		assert_true(sim_modem_receive(&w->modem, hex[i]) >= 0);
}

/* Whether the memory went just now. */
static bool at_boundary(struct world *w)
{
	if (w->wipe == WIPE_NOTHING || w->boundary++ != w->wipe_at)
		return false;
	w->wiped = true;
	if (w->wipe == WIPE_ALL) {
		stage_power_cut(&w->stage);
		set_time(w);
		stage_open(&w->stage); /* a volunteer shows the card again */
	}
	restart_inbox(w);
	return true;
}

static bool hand_on(struct world *w)
{
	bool busy = false;
	for (; w->drained < w->stage.n_verdicts; w->drained++, busy = true)
		(void)inbox_verdict(w->inbox, &w->stage.verdict[w->drained % STAGE_KEPT],
		                    now_of(w));
	for (; w->stage.n_sweeps > 0; w->stage.n_sweeps--, busy = true)
		inbox_sweep(w->inbox);
	return busy;
}

/* What waits is committed. */
static bool commit(struct world *w)
{
	static struct msg_status status;
	if (!kiosk_waits(w->stage.kiosk))
		return false;
	if (at_boundary(w))
		return true;
	kiosk_flush(w->stage.kiosk);
	kiosk_status(w->stage.kiosk, &status);
	w->stopped += status.state == KIOSK_STOPPED;
	(void)at_boundary(w);
	return true;
}

/* False: this inbox is not that one any more. */
static bool act(struct world *w, const struct inbox_action *action)
{
	switch (action->kind) {
	case INBOX_WRITE:
		if (modem_twin_driver.write(w->line, (const uint8_t *)action->write, action->len) <
		    0) {
			restart_inbox(w);
			return false;
		}
		carried(w, action->len);
		return !at_boundary(w);
	case INBOX_OFFER:
		kiosk_sms(w->stage.kiosk, &action->sms);
		return true;
	case INBOX_DONE:
		w->undeleted += !action->done.deleted;
		kiosk_sms_done(w->stage.kiosk, &action->done);
		return true;
	case INBOX_SWEPT:
		kiosk_swept(w->stage.kiosk);
		return true;
	case INBOX_REOPEN:
		w->reopened++;
		restart_inbox(w);
		return false;
	default:
		return true;
	}
}

/* Split: an octet at a time. Merged: what is said within a while comes together. */
static void shape_reads(struct world *w)
{
	bool held = w->twin.held;
	w->twin.read_at_most = w->modem.faults.split_reads != 0 ? 1 : 0;
	if (w->modem.faults.merged_reads == 0 || w->twin.to_host.n == 0) {
		w->twin.held = false;
		w->merged_us = 0;
	} else if (w->merged_us == 0) {
		w->merged_us = w->now_us + MERGE_US;
		w->twin.held = true;
	} else if (w->now_us >= w->merged_us) {
		w->twin.held = false;
	}
	if (held != w->twin.held)
		modem_twin_changed(&w->twin);
}

static bool run_line(struct world *w)
{
	char heard[512];
	shape_reads(w);
	size_t n = modem_twin_hear(&w->twin, heard, sizeof(heard)), before = w->n_to_host;
	if (n > 0)
		sim_modem_input(&w->modem, heard, n, w->now_us);
	sim_modem_tick(&w->modem, w->now_us);
	if (w->n_to_host < sizeof(w->to_host) / 2 &&
	    modem_twin_driver.dispatch(w->line) == -ENODEV) {
		restart_inbox(w);
		return true;
	}
	carried(w, w->n_to_host - before);
	bool busy = n > 0 || w->n_to_host > before;
	size_t taken = inbox_feed(w->inbox, w->to_host, w->n_to_host, now_of(w));
	w->n_to_host -= taken;
	memmove(w->to_host, w->to_host + taken, w->n_to_host);
	return busy || taken > 0;
}

/* Everything that happens at this point in time. */
static void settle(struct world *w)
{
	static struct inbox_action action;
	bool busy = true;
	while (busy) {
		set_time(w);
		kiosk_run(w->stage.kiosk);
		busy = false;
		while (inbox_next(w->inbox, now_of(w), &action)) {
			busy = true;
			if (!act(w, &action))
				break;
		}
		busy |= commit(w);
		busy |= hand_on(w);
		busy |= run_line(w);
	}
}

static void step(struct world *w, uint64_t end_us)
{
	settle(w);
	uint64_t next = inbox_deadline(w->inbox).us, modem = sim_modem_deadline_us(&w->modem),
	         kiosk = kiosk_wake(w->stage.kiosk).us;
	next = modem < next ? modem : next;
	next = kiosk < next ? kiosk : next;
	next = w->twin.held && w->merged_us < next ? w->merged_us : next;
	if (next <= w->now_us)
		next = w->now_us + 1000;
	w->now_us = next < end_us ? next : end_us;
}

void world_run(struct world *w, unsigned ms)
{
	uint64_t end_us = w->now_us + ms * 1000ULL;
	while (w->now_us < end_us)
		step(w, end_us);
	settle(w);
}

static unsigned world_stored(struct world *w)
{
	return sim_store_count(&w->store, SIM_IN_ME) + sim_store_count(&w->store, SIM_IN_SM) +
	       sim_store_count(&w->store, SIM_HELD);
}

bool world_drain(struct world *w, unsigned ms)
{
	uint64_t end_us = w->now_us + ms * 1000ULL;
	while (world_stored(w) > 0 && w->now_us < end_us)
		step(w, end_us);
	settle(w);
	return world_stored(w) == 0;
}

void world_replug(struct world *w)
{
	w->twin.unplugged = true;
	modem_twin_changed(&w->twin);
	inbox_free(w->inbox);
	modem_twin_driver.close(w->line);
	modem_twin_deinit(&w->twin);
	assert_int_equal(modem_twin_init(&w->twin, 1), 0);
	open_inbox(w);
	w->drained = w->stage.n_verdicts;
	kiosk_modem_gone(w->stage.kiosk);
	sim_modem_restart(&w->modem);
}

unsigned world_replies(struct world *w, const char *to)
{
	unsigned n = 0;
	for (unsigned i = 0;; i++) {
		const struct sim_record *r = sim_store_nth(&w->store, SIM_SENT, i);
		struct pdu pdu;
		struct pdu_error error;
		if (r == NULL)
			return n;
		assert_int_equal(pdu_decode_hex(r->hex, strlen(r->hex), &pdu, &error), 0);
		n += pdu.part == 1 && (to == NULL || strcmp(pdu.address.text, to + 1) == 0);
	}
}
