/* SPDX-License-Identifier: Apache-2.0 */
/* The kiosk's life: start, the turn, and a ledger that stops and comes back. */
#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto.h"
#include "kiosk_private.h"
#include "text.h"

void note(struct kiosk *k, enum log_level level, const char *format, ...)
{
	char line[512];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	k->out.note(k->out.context, level, line);
}

/* --- the ledger --- */

enum sentence stopped_says(const struct kiosk *k)
{
	return k->stopped == STOPPED_NO_ROOM ? SAY_NO_ROOM : SAY_NOT_RECORDED;
}

/* What was not committed did not happen; `sentence` says what people can do. */
static void stop_counting(struct kiosk *k, enum stopped why, const char *sentence)
{
	enum stopped before = k->stopped;

	if (k->ledger && k->group.begun)
		ledger_rollback(k->ledger);
	k->group.begun = false;
	k->retry_ledger.us = k->time.mono.us + RETRY_LEDGER_US;
	k->stopped = why;
	text_copy(k->stopped_sentence, sizeof(k->stopped_sentence), sentence);
	if (why == STOPPED_BROKEN) {
		ledger_close(k->ledger);
		k->ledger = NULL;
	}
	if (before == STOPPED_NOT)
		note(k, LOG_LEVEL_ERROR, "%s", k->stopped_sentence);
	if (k->ledger)
		(void)meeting_load(k); /* what the group added in memory goes too */
	group_take_back(k);
	kiosk_changed(k);
}

void ledger_failed(struct kiosk *k, int error)
{
	char sentence[SENTENCE_BYTES_MAX + 1];

	text_format(sentence, sizeof(sentence),
	            "The ledger cannot be written (%s): nothing is counted until it is read again "
	            "whole.",
	            ledger_strerror(error));
	if (error == -ENOSPC)
		text_copy(sentence, sizeof(sentence),
		          "There is no room left on the disk: free some. Nothing is counted until "
		          "then; texts wait in the modem.");
	stop_counting(k, error == -ENOSPC ? STOPPED_NO_ROOM : STOPPED_BROKEN, sentence);
}

static void ledger_back(struct kiosk *k)
{
	k->stopped = STOPPED_NOT;
	k->stopped_sentence[0] = '\0';
	note(k, LOG_LEVEL_INFO, "The ledger can be written again: counting goes on.");
	kiosk_changed(k);
}

/* Once a recount beside the work has found damage, the next one comes before it. */
static int recount_first(struct kiosk *k, char *sentence, size_t size)
{
	int r = 0;

	while (k->damaged && r == 0 && !k->recounted)
		r = ledger_recount_step(k->ledger, RECOUNT_LEAVES, &k->recounted, sentence, size);
	if (r == 0)
		k->damaged = false;
	return r;
}

static int ledger_start(struct kiosk *k, char *sentence, size_t size)
{
	int r = ledger_open(k->config.ledger_path, &k->ledger, sentence, size);

	k->recounted = false;
	if (r == 0)
		r = recount_first(k, sentence, size);
	if (r == 0)
		r = ledger_boot(k->ledger, k->time.boot_id, &k->boot, &k->floor);
	if (r == 0 && k->config.built > k->floor) {
		r = ledger_raise_floor(k->ledger, k->config.built);
		k->floor = k->config.built;
	}
	if (r == 0)
		r = meeting_load(k);
	if (r != 0) {
		if (size > 0 && sentence[0] == '\0')
			text_copy(sentence, size, ledger_strerror(r));
		ledger_close(k->ledger);
		k->ledger = NULL;
	}
	return r;
}

static void ledger_retry(struct kiosk *k)
{
	char sentence[SENTENCE_BYTES_MAX + 1] = "";
	int r;

	k->retry_ledger.us = k->time.mono.us + RETRY_LEDGER_US;
	if (k->ledger)
		r = ledger_note_powered(k->ledger, meeting_powered_ms(k));
	else
		r = ledger_start(k, sentence, sizeof(sentence));
	/* With nothing open there is no powered time to note: another small write asks whether
	 * there is room. */
	if (k->ledger && r == LEDGER_E_NOT_OPEN)
		r = ledger_raise_floor(k->ledger, k->floor);
	if (r == 0)
		ledger_back(k);
	else if (k->ledger && r != -ENOSPC)
		ledger_failed(k, r < 0 ? r : -EIO);
	else if (sentence[0])
		text_copy(k->stopped_sentence, sizeof(k->stopped_sentence), sentence);
}

/* A part of the recount at each turn, so that nobody at the door waits for it. */
static void recount_on(struct kiosk *k)
{
	char sentence[SENTENCE_BYTES_MAX + 1] = "";
	int r;

	if (k->recounted || k->group.begun)
		return;
	r = ledger_recount_step(k->ledger, RECOUNT_LEAVES, &k->recounted, sentence,
	                        sizeof(sentence));
	if (r == LEDGER_E_DAMAGED) {
		k->damaged = true;
		stop_counting(k, STOPPED_BROKEN, sentence);
	} else if (r != 0) {
		ledger_failed(k, r);
	}
}

void recount_finish(struct kiosk *k)
{
	assert(!k->group.begun);
	while (!k->stopped && !k->recounted)
		recount_on(k);
}

/* --- life --- */

int kiosk_new(const struct kiosk_config *config, const struct kiosk_outputs *outputs,
              const struct kiosk_time *time, struct kiosk **ret, char *ret_sentence,
              size_t sentence_size)
{
	struct kiosk *k = calloc(1, sizeof(*k));
	struct hash hash;
	uint32_t device_hash;
	bool locked;
	int r = -ENOMEM;

	ret_sentence[0] = '\0';
	if (!k)
		goto fail;
	k->secret = secret_alloc(sizeof(*k->secret), &locked);
	if (!k->secret)
		goto fail;
	k->config = *config;
	wipe(&k->config.device, sizeof(k->config.device));
	k->secret->device = config->device;
	k->device = ed25519_public(&config->device);
	k->out = *outputs;
	k->time = *time;
	if (!locked)
		note(k, LOG_LEVEL_WARNING,
		     "Memory for secrets cannot be locked here: allow it (LimitMEMLOCK) or turn "
		     "swap off.");
	r = ledger_start(k, ret_sentence, sentence_size);
	if (r == -ENOSPC)
		ledger_failed(k, r);
	else if (r != 0)
		goto fail;
	hash = sha256(k->device.b, sizeof(k->device.b));
	memcpy(&device_hash, hash.b, sizeof(device_hash));
	date_keep(k);
	upload_init(&k->upload, &config->upload, device_hash, k->time.mono);
	if (k->meeting.open)
		upload_interval(&k->upload, k->time.mono);
	*ret = k;
	return 0;
fail:
	if (ret_sentence[0] == '\0')
		text_copy(ret_sentence, sentence_size, ledger_strerror(r));
	kiosk_free(k);
	return r;
}

void kiosk_free(struct kiosk *k)
{
	if (!k)
		return;
	if (k->secret && k->ledger) {
		kiosk_flush(k);
		if (k->ledger && k->meeting.open)
			(void)ledger_note_powered(k->ledger, meeting_powered_ms(k));
	}
	ledger_close(k->ledger);
	secret_free(k->secret);
	free(k);
}

void kiosk_turn(struct kiosk *k, const struct kiosk_time *time)
{
	k->time = *time;
	date_keep(k);
}

void kiosk_run(struct kiosk *k)
{
	if (k->stopped && k->time.mono.us >= k->retry_ledger.us)
		ledger_retry(k);
	if (!k->stopped)
		recount_on(k);
	if (!k->stopped)
		meeting_run(k);
	/* What is sealed was recounted. */
	if (!k->stopped && k->recounted)
		delivery_run(k);
}

static void sooner(struct mono_time *at, uint64_t us)
{
	if (us < at->us)
		at->us = us;
}

struct mono_time kiosk_wake(const struct kiosk *k)
{
	struct mono_time at = {.us = k->time.mono.us + WAKE_US_MAX}, next;

	if (k->stopped) {
		sooner(&at, k->retry_ledger.us);
		return at;
	}
	if (!k->recounted)
		sooner(&at, k->time.mono.us);
	if (k->closing.active)
		sooner(&at, k->closing.swept ? 0 : k->closing.until.us);
	if (delivery_wake(k, &next))
		sooner(&at, next.us);
	if (k->meeting.open) {
		struct calendar calendar = kiosk_calendar(k);
		int64_t last = k->meeting.end + (int64_t)k->meeting.manifest.grace_s;
		uint64_t powered_ms = meeting_powered_ms(k);

		if (calendar.known && last > calendar.now && last - calendar.now < 60)
			sooner(&at, k->time.mono.us + (uint64_t)(last - calendar.now) * 1000000);
		if (powered_ms < k->config.powered_max_ms)
			sooner(&at,
			       k->time.mono.us + (k->config.powered_max_ms - powered_ms) * 1000);
	}
	return at;
}
