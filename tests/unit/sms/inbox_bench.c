/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kiosk/msg_helper.h>

#include "inbox_bench.h"

static void on_bytes(void *context, const uint8_t *bytes, size_t len)
{
	struct bench *b = context;
	if (len > sizeof(b->to_host) - b->n_to_host)
		len = sizeof(b->to_host) - b->n_to_host;
	memcpy(b->to_host + b->n_to_host, bytes, len);
	b->n_to_host += len;
}

static void on_modem(void *context, const char *bytes, size_t len)
{
	struct bench *b = context;
	modem_twin_say(&b->twin, bytes, len);
}

static void open_inbox(struct bench *b)
{
	char where[MODEM_TWIN_WHERE_MAX];
	const struct modem_sink sink = {.bytes = on_bytes, .context = b};
	modem_twin_where(&b->twin, where);
	if (modem_twin_driver.open(where, &sink, &b->line) < 0)
		abort();
	b->n_to_host = 0;
	b->settings.first_id += 100000;
	b->inbox = inbox_new(&b->settings, b->now);
}

void bench_begin(struct bench *b, unsigned store_size)
{
	unsigned line;
	memset(b, 0, sizeof(*b));
	b->now.us = 1000000;
	b->verdict = SMS_REPLY;
	b->deadline_ms = 30000;
	inbox_settings_standard(&b->settings);
	b->settings.country = number_country("US");
	if (modem_twin_init(&b->twin, 1) < 0 ||
	    sim_store_open(&b->store, "", store_size, &line) < 0)
		abort();
	sim_modem_init(&b->modem, &b->store, 1, on_modem, b);
	open_inbox(b);
}

void bench_end(struct bench *b)
{
	inbox_free(b->inbox);
	modem_twin_driver.close(b->line);
	modem_twin_deinit(&b->twin);
	sim_store_close(&b->store);
}

void bench_restart_inbox(struct bench *b)
{
	struct at_learnt learnt = *inbox_learnt(b->inbox); /* kioskd keeps it */
	inbox_free(b->inbox);
	modem_twin_driver.close(b->line);
	open_inbox(b);
	inbox_learn(b->inbox, &learnt);
	b->modem.hung = false;
}

void bench_receive(struct bench *b, const char *from, const char *text)
{
	static char hex[SIM_PARTS_MAX][SIM_HEX_MAX + 1];
	int parts =
	    sim_pdu_deliver(from, (int64_t)(b->now.us / 1000000) + 1790000000, -20, text, 7, hex);
	for (int i = 0; i < parts; i++)
		sim_modem_receive(&b->modem, hex[i]);
}

/* What a fingerprint is over: not the slot, not the service centre. */
static uint64_t fingerprint(const struct msg_sms *sms)
{
	uint64_t h = 0xcbf29ce484222325;
	const uint8_t *part[] = {sms->oa, sms->scts, sms->ud};
	const size_t len[] = {sms->oa_len, sizeof(sms->scts), sms->ud_len};
	for (unsigned p = 0; p < 3; p++)
		for (size_t i = 0; i < len[p]; i++)
			h = (h ^ part[p][i]) * 0x100000001b3;
	return h;
}

static void decide(struct bench *b, const struct msg_sms *sms)
{
	struct msg_sms_verdict verdict = {
	    .id = sms->id, .verdict = SMS_DELETE, .deadline_ms = b->deadline_ms};
	bool known = false;
	uint64_t print = fingerprint(sms);
	b->offers++;
	b->last = *sms;
	if (b->silent)
		return;
	for (unsigned i = 0; i < b->n_seen; i++)
		known |= b->seen[i] == print;
	if (sms->sms_class == SMS_UNREADABLE) {
		b->unreadable++;
	} else if (sms->sms_class == SMS_NOT_FOR_US) {
		b->not_for_us++;
	} else if (known) {
		b->known++;
	} else {
		verdict.verdict = b->verdict;
		if (b->verdict != SMS_KEEP && b->n_seen < BENCH_SEEN_MAX) {
			b->seen[b->n_seen++] = print;
			b->counted++;
		}
		b->replies_asked += b->verdict == SMS_REPLY;
		snprintf(verdict.to, sizeof(verdict.to), "%s", sms->from);
		snprintf(verdict.text, sizeof(verdict.text), "%.200s", sms->text);
	}
	if (inbox_verdict(b->inbox, &verdict, b->now) < 0)
		abort();
}

static void act(struct bench *b, const struct inbox_action *action)
{
	switch (action->kind) {
	case INBOX_WRITE:
		/* the twin's queue is larger than anything the machine has in flight */
		if (modem_twin_driver.write(b->line, (const uint8_t *)action->write, action->len) <
		    0)
			abort();
		break;
	case INBOX_OFFER:
		decide(b, &action->sms);
		break;
	case INBOX_DONE:
		b->done[action->done.sent]++;
		b->undeleted += !action->done.deleted;
		b->last_done = action->done;
		break;
	case INBOX_SWEPT:
		b->swept++;
		break;
	case INBOX_REOPEN:
		b->reopened++;
		break;
	default:
		break;
	}
}

/* Everything that happens at this point in time. */
static void settle(struct bench *b)
{
	static struct inbox_action action;
	bool busy = true;
	unsigned reopened = b->reopened;
	while (busy) {
		char heard[512];
		busy = false;
		while (inbox_next(b->inbox, b->now, &action)) {
			busy = true;
			act(b, &action);
			if (b->reopened != reopened) {
				bench_restart_inbox(b);
				reopened = b->reopened;
			}
		}
		size_t n = modem_twin_hear(&b->twin, heard, sizeof(heard));
		if (n > 0)
			sim_modem_input(&b->modem, heard, n, b->now.us);
		sim_modem_tick(&b->modem, b->now.us);
		size_t before = b->n_to_host;
		modem_twin_driver.dispatch(b->line);
		busy |= n > 0 || b->n_to_host > before;
		size_t taken = inbox_feed(b->inbox, b->to_host, b->n_to_host, b->now);
		b->n_to_host -= taken;
		memmove(b->to_host, b->to_host + taken, b->n_to_host);
		busy |= taken > 0 || b->n_to_host > 0;
	}
}

static void step(struct bench *b, uint64_t end_us)
{
	settle(b);
	uint64_t next = inbox_deadline(b->inbox).us, modem = sim_modem_deadline_us(&b->modem);
	if (modem < next)
		next = modem;
	if (next <= b->now.us)
		next = b->now.us + 1000;
	b->now.us = next < end_us ? next : end_us;
}

void bench_run(struct bench *b, unsigned ms)
{
	uint64_t end_us = b->now.us + ms * 1000ULL;
	while (b->now.us < end_us)
		step(b, end_us);
	settle(b);
}

bool bench_drain(struct bench *b, unsigned ms)
{
	uint64_t end_us = b->now.us + ms * 1000ULL;
	for (;;) {
		bool empty = sim_store_count(&b->store, SIM_IN_ME) == 0 &&
		             sim_store_count(&b->store, SIM_HELD) == 0;
		if (empty || b->now.us >= end_us) {
			settle(b);
			return empty;
		}
		step(b, end_us);
	}
}
