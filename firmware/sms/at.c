/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "at_private.h"

static const char ESCAPE[] = "\x1b";

/* What each is, as a modem reads it, and the line that answers it besides OK. */
static const struct {
	const char *text, *answer;
} command_table[] = {
    /* whatever another program left: from here on it speaks in words, once (V.250 clause 6.2) */
    [CMD_WAKE] = {"ATE0V1Q0", NULL},
    [CMD_ECHO_OFF] = {"ATE0", NULL},
    [CMD_WORDS] = {"ATV1", NULL},
    [CMD_ERROR_NUMBERS] = {"AT+CMEE=1", NULL},
    [CMD_MAKER] = {"AT+CGMI", NULL},
    [CMD_MODEL] = {"AT+CGMM", NULL},
    [CMD_SETUP] = {"%s", NULL}, /* the profile's */
    [CMD_PIN_ASK] = {"AT+CPIN?", "+CPIN:"},
    [CMD_PIN_GIVE] = {"AT+CPIN=\"%s\"", NULL},
    [CMD_PDU_MODE] = {"AT+CMGF=0", NULL},
    [CMD_SERVICE] = {"AT+CSMS=0", NULL},
    [CMD_MEMORY_ME] = {"AT+CPMS=\"ME\",\"ME\",\"ME\"", "+CPMS:"},
    [CMD_MEMORY_SM] = {"AT+CPMS=\"SM\",\"SM\",\"SM\"", "+CPMS:"},
    [CMD_MEMORY_ASK] = {"AT+CPMS?", "+CPMS:"},
    [CMD_TO_OWN] = {"AT+CPMS=\"ME\"", "+CPMS:"},
    [CMD_TO_SIM] = {"AT+CPMS=\"SM\"", "+CPMS:"},
    [CMD_NOTIFY] = {"AT+CNMI=2,1,0,0,0", NULL},
    [CMD_NOTIFY_SHORT] = {"AT+CNMI=2,1", NULL},
    [CMD_REGISTERED] = {"AT+CREG?", "+CREG:"},
    [CMD_REGISTERED_PACKET] = {"AT+CGREG?", "+CGREG:"},
    [CMD_REGISTERED_LTE] = {"AT+CEREG?", "+CEREG:"},
    [CMD_SIGNAL] = {"AT+CSQ", "+CSQ:"},
    [CMD_OPERATOR] = {"AT+COPS?", "+COPS:"},
    [CMD_LIST] = {"AT+CMGL=4", "+CMGL:"},
    [CMD_LIST_COUNT] = {"AT+CPMS?", "+CPMS:"},
    [CMD_LIST_READ] = {"AT+CMGR=%u", "+CMGR:"},
    [CMD_READ] = {"AT+CMGR=%u", "+CMGR:"},
    [CMD_DELETE] = {"AT+CMGD=%u", NULL},
    [CMD_SEND] = {"AT+CMGS=%u", "+CMGS:"},
    [CMD_ACKNOWLEDGE] = {"AT+CNMA", NULL},
    [CMD_ACKNOWLEDGE_PDU] = {"AT+CNMA=0", NULL},
    [CMD_MODE_ASK] = {"AT+CMGF?", "+CMGF:"},
    [CMD_MEMORY_HELD] = {"AT+CPMS?", "+CPMS:"},
    [CMD_NOTIFY_ASK] = {"AT+CNMI?", "+CNMI:"},
    [CMD_SERVICE_ASK] = {"AT+CSMS?", "+CSMS:"},
};

const char *at_answer(enum name name)
{
	return command_table[name].answer;
}

void at_settings_standard(struct at_settings *ret)
{
	*ret = (struct at_settings){.send_ms = 180000, .status_ms = 30000};
	at_settings_pace(ret, AT_ANSWER_MS);
}

void at_settings_pace(struct at_settings *settings, uint32_t answer_ms)
{
	settings->answer_ms = settings->prompt_ms = answer_ms;
	settings->list_ms = 2 * answer_ms;
	settings->quiet_ms = answer_ms * 3 / 50;
	settings->retry_ms = answer_ms * 2 / 5;
}

/* --- actions --- */

struct at_action *at_push(struct at *at, enum at_kind kind)
{
	/* at_feed() stops in time, and everything else pushes few: the ring never overflows */
	assert(at->action_n < AT_ACTIONS_MAX);
	struct at_action *action =
	    &at->action[(at->action_first + at->action_n++) % AT_ACTIONS_MAX];
	action->kind = kind;
	action->ok = action->other = false;
	action->sent = AT_SENT_REFUSED;
	action->slot = 0;
	action->len = 0;
	action->text[0] = '\0';
	return action;
}

void at_push_text(struct at *at, enum at_kind kind, uint16_t slot, const char *text, size_t len)
{
	struct at_action *action = at_push(at, kind);
	size_t most = kind == AT_WRITE ? AT_WRITE_MAX : AT_DIGITS_MAX;
	action->slot = slot;
	action->ok = true;
	action->len = (uint16_t)(len < most ? len : most);
	memcpy(action->text, text, action->len);
	action->text[action->len] = '\0';
}

static void push_done(struct at *at, enum at_kind kind, uint16_t slot, bool ok)
{
	struct at_action *action = at_push(at, kind);
	action->slot = slot;
	action->ok = ok;
}

bool at_next(struct at *at, struct at_action *ret)
{
	if (at->action_n == 0)
		return false;
	*ret = at->action[at->action_first];
	at->action_first = (uint8_t)((at->action_first + 1) % AT_ACTIONS_MAX);
	at->action_n--;
	return true;
}

struct mono_time at_later(struct mono_time now, uint32_t ms)
{
	return (struct mono_time){now.us + ms * 1000ULL};
}

void at_set_state(struct at *at, enum at_state state)
{
	if (at->status.state == state)
		return;
	at->status.state = state;
	at_push(at, AT_STATUS);
}

/* --- commands --- */

/* Where only the memory that is read changes, messages go on arriving at home. */
static void write_change(const struct at *at, enum name name, char *text, size_t size)
{
	enum name whole = name == CMD_TO_OWN ? CMD_MEMORY_ME : CMD_MEMORY_SM;
	snprintf(text, size, "%s\r", command_table[at->by_three ? whole : name].text);
}

void at_begin(struct at *at, enum name name, uint16_t slot)
{
	char text[64];
	uint32_t ms = name == CMD_LIST   ? at->settings.list_ms
	              : name == CMD_SEND ? at->settings.prompt_ms
	                                 : at->settings.answer_ms;
	switch (name) {
	case CMD_SETUP:
		snprintf(text, sizeof(text), "%s\r", at->profile->setup[at->setup]);
		break;
	case CMD_TO_OWN:
	case CMD_TO_SIM:
		write_change(at, name, text, sizeof(text));
		break;
	case CMD_PIN_GIVE:
		snprintf(text, sizeof(text), "AT+CPIN=\"%s\"\r", at->settings.pin);
		break;
	case CMD_LIST_READ:
	case CMD_READ:
		snprintf(text, sizeof(text), "AT+CMGR=%u\r", slot % AT_SIM);
		break;
	case CMD_DELETE:
		snprintf(text, sizeof(text), "AT+CMGD=%u\r", slot % AT_SIM);
		break;
	case CMD_SEND:
		snprintf(text, sizeof(text), "AT+CMGS=%u\r", at->send.tpdu_len);
		break;
	default:
		snprintf(text, sizeof(text), "%s\r", command_table[name].text);
	}
	at->command = (struct at_command){.name = (uint8_t)name,
	                                  .in_flight = true,
	                                  .prompt_wanted = name == CMD_SEND,
	                                  .slot = slot,
	                                  .deadline = at_later(at->now, ms)};
	at->pdu_next = false;
	at_push_text(at, AT_WRITE, 0, text, strlen(text));
}

/* From the beginning: out of whatever the modem may be waiting for, silence, then the first step.
 */
static void begin_anew(struct at *at)
{
	at->step = at->setup = 0;
	at->tries = 0;
	at->restart = at->checking = at->held_new = at->checked = false;
	at->restart_at = (struct mono_time){0};
	at->command.in_flight = false;
	at->status_round = false;
	at->line_len = 0;
	at->line_too_long = at->pdu_next = false;
	at->unasked_next = UNASKED_NOTHING;
	at_push_text(at, AT_WRITE, 0, ESCAPE, 1);
	at->wait_until = at_later(at->now, at->settings.quiet_ms);
}

void at_init(struct at *at, const struct at_settings *settings, struct mono_time now)
{
	memset(at, 0, sizeof(*at));
	at->settings = *settings;
	at->now = now;
	at->profile = settings->profile != NULL ? settings->profile : &at_profiles[0];
	at->by_three = at->profile->memories_by_three;
	at->status.lists = true;
	at->status.registered = true; /* until it says otherwise */
	at->pin_tried = settings->pin_refused;
	begin_anew(at);
}

static enum at_sent outcome(const struct at_command *send, bool ok)
{
	if (ok || (send->pdu_written && send->answered))
		return AT_SENT_OK; /* +CMGS came: whatever follows, it went */
	return send->pdu_written && send->timed_out ? AT_SENT_UNKNOWN : AT_SENT_REFUSED;
}

/* The job's answer, and no job any more. */
void at_end_job(struct at *at, bool ok)
{
	enum job job = (enum job)at->job;
	at->job = JOB_NONE;
	switch (job) {
	case JOB_LIST:
		push_done(at, AT_LISTED, 0, ok);
		break;
	case JOB_READ:
		if (!ok)
			push_done(at, AT_READ, at->job_slot, false);
		break; /* else its text was the answer */
	case JOB_DELETE:
		push_done(at, AT_DELETED, at->job_slot, ok);
		break;
	case JOB_ACKNOWLEDGE:
		push_done(at, AT_ACKNOWLEDGED, 0, ok);
		break;
	case JOB_SEND:
		push_done(at, AT_SENT, 0, ok);
		at->action[(at->action_first + at->action_n - 1) % AT_ACTIONS_MAX].sent =
		    outcome(&at->command, ok);
		break;
	default:
		break;
	}
}

/* --- jobs --- */

static void end_job_command(struct at *at, enum name name, bool ok)
{
	switch (name) {
	case CMD_TO_OWN:
	case CMD_TO_SIM:
		at_end_change(at, name, ok);
		break;
	case CMD_LIST:
		if (ok) {
			at->list_fails = 0;
			at_listed_one(at);
		} else if (at->text_mode) {
			at_end_job(at, false);
		} else {
			at_list_failed(at);
		}
		break;
	case CMD_LIST_COUNT:
		at->list_next = at->list_found = 0;
		if (ok && (at->command.answered || at->in_sim != at->home_sim))
			at_list_next(at);
		else
			at_end_job(at, false);
		break;
	case CMD_LIST_READ:
		if (at->text_mode) {
			at_end_job(at, false);
			break;
		}
		if (ok && at->command.answered)
			at->list_found++;
		at_list_next(at);
		break;
	case CMD_ACKNOWLEDGE:
		if (ok)
			at_end_job(at, true);
		else
			at_begin(at, CMD_ACKNOWLEDGE_PDU, 0);
		break;
	case CMD_READ:
		at_end_job(at, ok && at->command.answered && !at->text_mode);
		break;
	default:
		at_end_job(at, ok);
	}
}

/* A message that was announced and whose digits never came. */
void at_close_message(struct at *at)
{
	if (!at->pdu_next)
		return;
	at->pdu_next = false;
	if (at->command.name != CMD_READ)
		at_push_text(at, AT_MESSAGE, at->pdu_slot, "", 0);
	else
		at->command.answered = false;
}

/* It answers: what timed out just before this beginning did so by itself. */
static void note_alive(struct at *at, enum name name)
{
	if (name == CMD_WAKE && at->timeouts == 1 && at->suspect != CMD_WAKE &&
	    at->hangs[at->suspect] < AT_HANGS_MAX)
		at->hangs[at->suspect]++;
	else if (name != CMD_WAKE)
		at->hangs[name] = 0;
	at->suspect = CMD_WAKE;
	at->timeouts = 0;
}

bool at_hangs(const struct at *at, enum name name)
{
	return at->hangs[name] >= AT_HANGS_MAX;
}

void at_end_command(struct at *at, bool ok)
{
	enum name name = (enum name)at->command.name;
	at_close_message(at);
	at->command.in_flight = false;
	note_alive(at, name);
	at->answered = true;
	at->reset_tried = false;
	at->restart |= at->text_mode;
	if (at->job != JOB_NONE) {
		if (name == CMD_SEND && !at->command.pdu_written) {
			/* it did not ask for the message: should it still, it must not take our
			 * next command for it */
			at_push_text(at, AT_WRITE, 0, ESCAPE, 1);
			ok = false;
		}
		end_job_command(at, name, ok);
	} else if (at->checking) {
		at_end_check(at, name, ok);
	} else if (at->status_round) {
		at_end_status(at, name);
	} else {
		at_end_step(at, name, ok);
	}
}

/* Three in a row: opened anew; and if it said nothing even then, reset, once. */
static void give_up(struct at *at)
{
	if (!at->answered && !at->reset_tried) {
		at->reset_tried = true;
		at->timeouts = 0;
		begin_anew(at);
		char text[32];
		int len = snprintf(text, sizeof(text), "%s\r", at->profile->reset);
		at_push_text(at, AT_WRITE, 0, text, (size_t)len);
		uint64_t ms =
		    (uint64_t)at->profile->back_ms * at->settings.answer_ms / AT_ANSWER_MS;
		at->wait_until = at_later(at->now, (uint32_t)ms);
		return;
	}
	at_set_state(at, AT_DEAD);
	if (!at->answered)
		at_push(at, AT_POWER);
	at_push(at, AT_REOPEN);
}

static void time_out(struct at *at)
{
	enum name name = (enum name)at->command.name;
	at_close_message(at);
	at->command.in_flight = false;
	at->command.timed_out = true;
	at->suspect = (uint8_t)name;
	if (at->status_round) /* what is nice to know must not keep us from messages */
		at->status_due = at_later(at->now, at->settings.status_ms);
	if (name == CMD_MAKER || name == CMD_MODEL || name == CMD_SETUP)
		at->plain = true;
	if (name == CMD_LIST_READ || name == CMD_READ)
		at_silence(at, at->command.slot);
	if (name == (at->home_sim
	                 ? CMD_TO_OWN
	                 : CMD_TO_SIM)) /* once is enough: the home memory must not wait for it */
		at->other_hangs = true;
	if (name == CMD_LIST)
		at_list_hung(at);
	else if (at->job != JOB_NONE)
		at_end_job(at, false);
	if (++at->timeouts >= AT_TIMEOUTS_MAX) {
		give_up(at);
		return;
	}
	/* A late answer must not be taken for that of the next command: silence, and from the
	 * start. */
	begin_anew(at);
}

size_t at_feed(struct at *at, const uint8_t *bytes, size_t len, struct mono_time now)
{
	size_t taken = 0;
	at->now = now;
	/* a line makes four actions at most: a message without digits, a job's end, a state, a
	 * command */
	while (taken < len && at->action_n + 4 <= AT_ACTIONS_MAX && at->status.state != AT_DEAD)
		at_take_octet(at, bytes[taken++]);
	return at->status.state == AT_DEAD ? len : taken;
}

/* --- time --- */

static bool waits(const struct at *at)
{
	return !at->command.in_flight && at->status.state != AT_DEAD && at->job == JOB_NONE;
}

void at_tick(struct at *at, struct mono_time now)
{
	at->now = now;
	/* what it has to say must fit */
	if (at->action_n + 4 > AT_ACTIONS_MAX)
		return;
	if (at->command.in_flight) {
		if (now.us >= at->command.deadline.us)
			time_out(at);
		return;
	}
	if (!waits(at))
		return;
	if (at->restart) {
		if (now.us < at->restart_at.us)
			return;
		if (at->status.state == AT_READY)
			at_set_state(at, AT_STARTING);
		begin_anew(at);
	} else if (at->step < AT_STEPS) {
		if (now.us >= at->wait_until.us)
			at_begin_step(at);
	} else if (now.us >= at->status_due.us) {
		at_begin_status(at);
	}
}

struct mono_time at_deadline(const struct at *at)
{
	if (at->command.in_flight)
		return at->command.deadline;
	if (!waits(at))
		return (struct mono_time){UINT64_MAX};
	if (at->restart)
		return at->restart_at.us > at->now.us ? at->restart_at : at->now;
	return at->step < AT_STEPS ? at->wait_until : at->status_due;
}

/* --- for inbox.h --- */

bool at_idle(const struct at *at)
{
	return waits(at) && at->step == AT_STEPS && !at->restart &&
	       at->now.us < at->status_due.us && at->action_n == 0;
}

void at_list(struct at *at, struct mono_time now)
{
	assert(at_idle(at));
	at->now = now;
	at->job = JOB_LIST;
	at->worked = true;
	at->list_all = at->other_listed = false;
	at_begin_in(at, at->home_sim, at_list_command(at), 0);
}

void at_list_all(struct at *at, struct mono_time now)
{
	at_list(at, now);
	at->list_all = true;
}

void at_read(struct at *at, uint16_t slot, struct mono_time now)
{
	assert(at_idle(at));
	at->now = now;
	at->job = JOB_READ;
	at->worked = true;
	at->job_slot = slot;
	at_begin_in(at, slot >= AT_SIM, CMD_READ, slot);
}

void at_delete(struct at *at, uint16_t slot, struct mono_time now)
{
	assert(at_idle(at));
	at->now = now;
	at->job = JOB_DELETE;
	at->worked = true;
	at->job_slot = slot;
	at_begin_in(at, slot >= AT_SIM, CMD_DELETE, slot);
}

void at_send(struct at *at, const struct pdu_octets *pdu, struct mono_time now)
{
	assert(at_idle(at));
	at->now = now;
	at->job = JOB_SEND;
	at->worked = true;
	at->send = *pdu;
	at_begin(at, CMD_SEND, 0);
}

void at_acknowledge(struct at *at, struct mono_time now)
{
	assert(at_idle(at));
	at->now = now;
	at->job = JOB_ACKNOWLEDGE;
	at->worked = true;
	at_begin(at, CMD_ACKNOWLEDGE, 0);
}

bool at_is_home(const struct at *at, uint16_t slot)
{
	return (slot >= AT_SIM) == at->home_sim;
}

bool at_listing(const struct at *at)
{
	return at->job == JOB_LIST;
}

bool at_sending(const struct at *at)
{
	return at->job == JOB_SEND && at->command.pdu_written;
}
