/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes from a modem's line, with time passing: an octet 0xff is a step of time, 0xfe a
 * verdict, everything else is what the modem says.
 */
#include <assert.h>
#include <string.h>

#include "inbox.h"
#include "link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OFFERS = INBOX_OFFERED_MAX, TURNS_MAX = 200000 };

struct run {
	struct inbox *inbox;
	struct mono_time now;
	uint32_t offered[OFFERS];
	unsigned n_offered, turns, writes;
	bool reopened;
};

static void take(struct run *r)
{
	static struct inbox_action action;
	unsigned in_a_row = 0;
	while (inbox_next(r->inbox, r->now, &action)) {
		assert(++in_a_row < 4096); /* it comes to rest without time passing */
		switch (action.kind) {
		case INBOX_WRITE:
			assert(action.len > 0 && action.len <= AT_WRITE_MAX);
			break;
		case INBOX_OFFER:
			assert(r->n_offered < OFFERS);
			assert(text_is_clean(action.sms.text, strlen(action.sms.text)));
			r->offered[r->n_offered++] = action.sms.id;
			break;
		case INBOX_REOPEN:
			r->reopened = true;
			return;
		default:
			break;
		}
	}
}

static void say(struct run *r, uint8_t octet)
{
	while (!r->reopened && inbox_feed(r->inbox, &octet, 1, r->now) == 0)
		take(r);
	if (!r->reopened)
		take(r);
}

static void decide(struct run *r, uint8_t how)
{
	struct msg_sms_verdict verdict = {.verdict = how % 3U, .deadline_ms = 30000};
	if (r->n_offered == 0)
		return;
	verdict.id = r->offered[--r->n_offered];
	text_copy(verdict.to, sizeof(verdict.to), "+15025550123");
	memset(verdict.text, 'x', how);
	assert(inbox_verdict(r->inbox, &verdict, r->now) == 0);
	take(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct inbox_settings settings;
	struct run r = {.now = {1000000}};
	inbox_settings_standard(&settings);
	r.inbox = inbox_new(&settings, r.now);
	assert(r.inbox != NULL);
	take(&r);
	for (size_t i = 0; i < size && !r.reopened; i++) {
		if (data[i] == 0xff) {
			struct mono_time due = inbox_deadline(r.inbox);
			r.now.us =
			    due.us > r.now.us && due.us != UINT64_MAX ? due.us : r.now.us + 1000;
			take(&r);
		} else if (data[i] == 0xfe && i + 1 < size) {
			decide(&r, data[++i]);
		} else {
			say(&r, data[i]);
		}
	}
	inbox_free(r.inbox);
	return 0;
}
