/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A modem that answers as the input says: rightly, so that the talk comes through its start to
 * lists, replies and deletions; or with refusals, silence, lines nobody asked for, messages and
 * noise of the input's own; with time passing and kioskd deciding in between.
 *
 * An octet is a step: its low three bits say which, what it needs follows.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <kiosk/msg_helper.h>

#include "inbox.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OFFERS = INBOX_OFFERED_MAX, STORED = 4, HEX_MAX = 420, STEPS_MAX = 4096 };

enum step {
	STEP_RIGHT,
	STEP_RIGHT_2,
	STEP_ODD,
	STEP_RAW,
	STEP_TIME,
	STEP_DECIDE,
	STEP_LINE,
	STEP_STORE
};

struct run {
	const uint8_t *data;
	size_t size, at;
	struct inbox *inbox;
	struct mono_time now;
	uint32_t offered[OFFERS];
	unsigned n_offered;
	bool reopened;
	char command[AT_WRITE_MAX + 1]; /* the last one written, without its end */
	size_t command_len;
	char stored[STORED][HEX_MAX + 1]; /* "": nothing there */
};

static uint8_t next(struct run *r)
{
	return r->at < r->size ? r->data[r->at++] : 0;
}

static void note_write(struct run *r, const struct inbox_action *action)
{
	assert(action->len > 0 && action->len <= AT_WRITE_MAX);
	if (action->write[0] == 0x1b) { /* out of whatever it was in */
		r->command_len = 0;
		return;
	}
	memcpy(r->command, action->write, action->len);
	r->command_len = action->len;
	r->command[r->command_len] = '\0';
}

static void take(struct run *r)
{
	static struct inbox_action action;
	unsigned in_a_row = 0;
	while (!r->reopened && inbox_next(r->inbox, r->now, &action)) {
		assert(++in_a_row < 4096); /* it comes to rest without time passing */
		switch (action.kind) {
		case INBOX_WRITE:
			note_write(r, &action);
			break;
		case INBOX_OFFER:
			assert(r->n_offered < OFFERS);
			assert(text_is_clean(action.sms.text, strlen(action.sms.text)));
			r->offered[r->n_offered++] = action.sms.id;
			break;
		case INBOX_REOPEN:
			r->reopened = true;
			break;
		default:
			break;
		}
	}
}

static void say(struct run *r, const void *bytes, size_t len)
{
	const uint8_t *octets = bytes;
	while (len > 0 && !r->reopened) {
		size_t taken = inbox_feed(r->inbox, octets, len, r->now);
		octets += taken;
		len -= taken;
		take(r);
	}
}

static void say_text(struct run *r, const char *text)
{
	say(r, text, strlen(text));
}

/* --- a modem that works --- */

static void list(struct run *r)
{
	char line[HEX_MAX + 64];
	for (unsigned i = 0; i < STORED; i++) {
		if (r->stored[i][0] == '\0')
			continue;
		snprintf(line, sizeof(line), "\r\n+CMGL: %u,1,,24\r\n%s\r\n", i, r->stored[i]);
		say_text(r, line);
	}
}

static void answer_slot(struct run *r, const char *command)
{
	char line[HEX_MAX + 64];
	unsigned slot = 0;
	if (sscanf(command, "AT+CMGR=%u", &slot) == 1 && slot < STORED &&
	    r->stored[slot][0] != '\0') {
		snprintf(line, sizeof(line), "\r\n+CMGR: 1,,24\r\n%s\r\n", r->stored[slot]);
		say_text(r, line);
	} else if (sscanf(command, "AT+CMGD=%u", &slot) == 1 && slot < STORED) {
		r->stored[slot][0] = '\0';
	}
}

static unsigned count_stored(const struct run *r)
{
	unsigned n = 0;
	for (unsigned i = 0; i < STORED; i++)
		n += r->stored[i][0] != '\0';
	return n;
}

static void answer_rightly(struct run *r)
{
	static const struct {
		const char *command, *answer;
	} fixed[] = {
	    {"AT+CPIN?", "\r\n+CPIN: READY\r\n"}, {"AT+CREG?", "\r\n+CREG: 0,1\r\n"},
	    {"AT+CSQ", "\r\n+CSQ: 20,99\r\n"},    {"AT+COPS?", "\r\n+COPS: 0,0,\"N\",7\r\n"},
	    {"AT+CGMI", "\r\nhuawei\r\n"},        {"AT+CGMM", "\r\nE3372\r\n"},
	};
	char command[AT_WRITE_MAX + 1], line[64];
	memcpy(command, r->command, r->command_len + 1);
	if (r->command_len == 0)
		return;
	char end = command[r->command_len - 1];
	command[r->command_len - 1] = '\0';
	r->command_len = 0;
	if (end == 0x1a) {
		say_text(r, "\r\n+CMGS: 1\r\n\r\nOK\r\n");
		return;
	}
	if (strncmp(command, "AT+CMGS=", 8) == 0) {
		say_text(r, "\r\n> ");
		return;
	}
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (strcmp(command, fixed[i].command) == 0)
			say_text(r, fixed[i].answer);
	if (strncmp(command, "AT+CPMS", 7) == 0) {
		bool sim = strstr(command, "SM") != NULL;
		snprintf(line, sizeof(line), "\r\n+CPMS: %s%u,%u\r\n",
		         command[7] == '?' ? "\"ME\"," : "", sim ? 0 : count_stored(r), STORED);
		say_text(r, line);
	} else if (strcmp(command, "AT+CMGL=4") == 0) {
		list(r);
	}
	answer_slot(r, command);
	say_text(r, "\r\nOK\r\n");
}

/* --- one that does not --- */

static const char *const odd[] = {
    "\r\nOK\r\n",
    "\r\nERROR\r\n",
    "\r\n+CMS ERROR: 500\r\n",
    "\r\n+CME ERROR: 10\r\n",
    "\r\n> ",
    "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n",
    "\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n",
    "\r\n+CMGS: 9\r\n",
    "\r\nCOMMAND NOT SUPPORT\r\n",
    "\r\nQuectel\r\n\r\nOK\r\n",
    "\r\nEC25\r\n\r\nOK\r\n",
    "\r\n+CPMS: 4,4,4,4,4,4\r\n\r\nOK\r\n",
    "\r\n+CPMS: \"SM\",1,20\r\n\r\nOK\r\n",
};
static const char *const lines[] = {
    "\r\nRDY\r\n",
    "\r\n+CMTI: \"ME\",1\r\n",
    "\r\n+CMTI: \"SM\",2\r\n",
    "\r\n+CMT: ,24\r\n0004\r\n",
    "\r\n+CDS: 24\r\n",
    "\r\n^RSSI:20\r\n",
    "\r\n+QIND: SMS DONE\r\n",
    "\r\n^SIMST:1\r\n",
    "\r\n+CMGL: 3,1,,8\r\n",
    "\r\n+CREG: 1\r\n",
    "\r\nPOWERED DOWN\r\n",
};

static void decide(struct run *r, uint8_t how)
{
	struct msg_sms_verdict verdict = {.verdict = how % 3U, .deadline_ms = 30000};
	if (r->n_offered == 0)
		return;
	verdict.id = r->offered[--r->n_offered];
	text_copy(verdict.to, sizeof(verdict.to), "+15025550123");
	memset(verdict.text, how & 0x40 ? '^' : 'x', how);
	assert(inbox_verdict(r->inbox, &verdict, r->now) == 0);
	take(r);
}

/* A message comes: one that is well-formed, its end the input's; or all of it the input's. */
static void store(struct run *r, uint8_t how)
{
	static const char good[] = "07911326040000F004";
	char *hex = r->stored[how % STORED];
	size_t n = how & 0x10 ? next(r) : next(r) % 32, len = 0;
	hex[0] = '\0';
	if (how & 0x20)
		len = (size_t)snprintf(hex, HEX_MAX + 1,
		                       "%s0B915120555510F000006211121281307305D2E2B10E%02X", good,
		                       next(r));
	for (; n > 0 && len + 2 <= HEX_MAX && r->at < r->size && !(how & 0x20); n--, len += 2)
		snprintf(hex + len, 3, "%02X", next(r));
}

static void step(struct run *r)
{
	uint8_t what = next(r), argument = what >> 3;
	switch ((enum step)(what & 7)) {
	case STEP_RIGHT:
	case STEP_RIGHT_2:
		for (unsigned i = 0; i <= argument && r->command_len > 0 && !r->reopened; i++)
			answer_rightly(r);
		break;
	case STEP_ODD:
		r->command_len = 0;
		say_text(r, odd[argument % (sizeof(odd) / sizeof(odd[0]))]);
		break;
	case STEP_RAW: {
		size_t n = argument + 1U;
		n = n < r->size - r->at ? n : r->size - r->at;
		say(r, r->data + r->at, n);
		r->at += n;
		break;
	}
	case STEP_TIME: {
		struct mono_time due = inbox_deadline(r->inbox);
		bool known = due.us > r->now.us && due.us != UINT64_MAX;
		r->now.us = known && argument < 24 ? due.us : r->now.us + 1000;
		take(r);
		break;
	}
	case STEP_DECIDE:
		if (argument == 31)
			inbox_sweep(r->inbox);
		else
			decide(r, next(r));
		break;
	case STEP_LINE:
		say_text(r, lines[argument % (sizeof(lines) / sizeof(lines[0]))]);
		break;
	case STEP_STORE:
		store(r, next(r));
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct inbox_settings settings;
	struct run r = {.data = data, .size = size, .now = {1000000}};
	struct msg_health health;
	struct msg_sms_done done;
	inbox_settings_standard(&settings);
	text_copy(settings.at.pin, sizeof(settings.at.pin), size % 2 ? "1234" : "");
	settings.country = number_country("US");
	r.inbox = inbox_new(&settings, r.now);
	assert(r.inbox != NULL);
	take(&r);
	for (unsigned i = 0; i < STEPS_MAX && r.at < size && !r.reopened; i++)
		step(&r);
	inbox_health(r.inbox, "/dev/fuzz", &health);
	assert(memchr(health.sentence, '\0', sizeof(health.sentence)) != NULL);
	(void)inbox_abandon(r.inbox, &done);
	inbox_free(r.inbox);
	return 0;
}
