/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "at_private.h"
#include "at_text.h"

static const char ESCAPE[] = "\x1b", SUBMIT[] = "\x1a";

/* What each is, as a modem reads it, and the line that answers it besides OK. */
static const struct {
	const char *text, *answer;
} command_table[] = {
    [CMD_AT] = {"AT", NULL},
    [CMD_ECHO_OFF] = {"ATE0", NULL},
    [CMD_ERROR_NUMBERS] = {"AT+CMEE=1", NULL},
    [CMD_PIN_ASK] = {"AT+CPIN?", "+CPIN:"},
    [CMD_PIN_GIVE] = {"AT+CPIN=\"%s\"", NULL},
    [CMD_PDU_MODE] = {"AT+CMGF=0", NULL},
    [CMD_SERVICE] = {"AT+CSMS=0", NULL},
    [CMD_MEMORY_ME] = {"AT+CPMS=\"ME\",\"ME\",\"ME\"", "+CPMS:"},
    [CMD_MEMORY_SM] = {"AT+CPMS=\"SM\",\"SM\",\"SM\"", "+CPMS:"},
    [CMD_MEMORY_ASK] = {"AT+CPMS?", "+CPMS:"},
    [CMD_TO_HOME] = {"AT+CPMS=\"ME\"", "+CPMS:"},
    [CMD_TO_OTHER] = {"AT+CPMS=\"SM\"", "+CPMS:"},
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
};

enum { LIST_FAILS_MAX = 2 };

enum job { JOB_NONE, JOB_LIST, JOB_READ, JOB_DELETE, JOB_SEND };

/* A modem that lost its settings says one of these. */
static const char *const banner[] = {"RDY", "^SYSSTART", "SYSSTART", "+SYSSTART"};
/* Lines that bring an octet string of their own on the next line. */
static const char *const with_pdu[] = {"+CMT:", "+CDS:", "+CBM:"};

void at_settings_standard(struct at_settings *ret)
{
	*ret = (struct at_settings){
	    .answer_ms = 5000,
	    .list_ms = 10000,
	    .prompt_ms = 5000,
	    .send_ms = 180000,
	    .quiet_ms = 300,
	    .retry_ms = 2000,
	    .status_ms = 30000,
	    .reset_ms = 20000,
	};
}

/* --- actions --- */

struct at_action *at_push(struct at *at, enum at_kind kind)
{
	/* at_feed() stops in time, and everything else pushes few: the ring never overflows */
	assert(at->action_n < AT_ACTIONS_MAX);
	struct at_action *action =
	    &at->action[(at->action_first + at->action_n++) % AT_ACTIONS_MAX];
	action->kind = kind;
	action->ok = false;
	action->sent = AT_SENT_REFUSED;
	action->slot = 0;
	action->len = 0;
	action->text[0] = '\0';
	return action;
}

static void push_text(struct at *at, enum at_kind kind, uint16_t slot, const char *text, size_t len)
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

void at_begin(struct at *at, enum name name, uint16_t slot)
{
	char text[64];
	uint32_t ms = name == CMD_LIST   ? at->settings.list_ms
	              : name == CMD_SEND ? at->settings.prompt_ms
	                                 : at->settings.answer_ms;
	switch (name) {
	case CMD_PIN_GIVE:
		snprintf(text, sizeof(text), "AT+CPIN=\"%s\"\r", at->settings.pin);
		break;
	case CMD_LIST_READ:
	case CMD_READ:
		snprintf(text, sizeof(text), "AT+CMGR=%u\r", slot % AT_OTHER);
		break;
	case CMD_DELETE:
		snprintf(text, sizeof(text), "AT+CMGD=%u\r", slot % AT_OTHER);
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
	push_text(at, AT_WRITE, 0, text, strlen(text));
}

/* From the beginning: out of whatever the modem may be waiting for, silence, then the first step.
 */
static void begin_anew(struct at *at)
{
	at->step = 0;
	at->tries = 0;
	at->restart = false;
	at->command.in_flight = false;
	at->status_round = false;
	at->line_len = 0;
	at->line_too_long = at->pdu_next = at->foreign_pdu_next = false;
	push_text(at, AT_WRITE, 0, ESCAPE, 1);
	at->wait_until = at_later(at->now, at->settings.quiet_ms);
}

void at_init(struct at *at, const struct at_settings *settings, struct mono_time now)
{
	memset(at, 0, sizeof(*at));
	at->settings = *settings;
	at->now = now;
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
static void end_job(struct at *at, bool ok)
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

/* A command in the memory that `other` says; into it first, if we are not there. */
static void begin_in(struct at *at, bool other, enum name name, uint16_t slot)
{
	if (at->in_other == other) {
		at_begin(at, name, slot);
		return;
	}
	at->pending = (uint8_t)name;
	at->pending_slot = slot;
	at_begin(at, other ? CMD_TO_OTHER : CMD_TO_HOME, 0);
}

/* The home memory was listed whole: the other one, or done. */
static void listed_one(struct at *at)
{
	if (at->list_all && at->has_other && !at->in_other) {
		begin_in(at, true, at->status.lists ? CMD_LIST : CMD_LIST_COUNT, 0);
		return;
	}
	end_job(at, true);
	if (at->list_all)
		at->action[(at->action_first + at->action_n - 1) % AT_ACTIONS_MAX].slot = 1;
}

static void list_failed(struct at *at)
{
	if (++at->list_fails >= LIST_FAILS_MAX)
		at->status.lists = false; /* from now on slot by slot */
	end_job(at, false);
}

/* Slots whose reading hung once are left alone: they must not hide the others. */
static bool is_silent(const struct at *at, uint16_t slot)
{
	for (unsigned i = 0; i < at->n_silent; i++)
		if (at->silent[i] == slot)
			return true;
	return false;
}

static uint16_t here(const struct at *at, uint16_t slot)
{
	return (uint16_t)(slot + (at->in_other ? AT_OTHER : 0));
}

/* Slots count from 0 or 1, as the module likes (27.005 clause 3.4.3); used up or all looked at:
 * done. */
static void list_next(struct at *at)
{
	uint16_t used = at->in_other ? at->other_used : at->status.used,
	         total = at->in_other ? at->other_total : at->status.total;
	while (is_silent(at, here(at, at->list_next))) {
		at->list_next++;
		at->list_found++;
	}
	if (at->list_found >= used || at->list_next > total) {
		listed_one(at);
		return;
	}
	at_begin(at, CMD_LIST_READ, here(at, at->list_next));
	at->list_next++;
}

/* The memory was changed, or not. */
static void end_change(struct at *at, enum name name, bool ok)
{
	if (ok && at->command.answered) {
		at->in_other = name == CMD_TO_OTHER;
		if (at->in_other && at->other_used == 0 && at->job == JOB_LIST)
			listed_one(at);
		else
			at_begin(at, (enum name)at->pending, at->pending_slot);
	} else if (name == CMD_TO_OTHER) {
		at->has_other = false; /* it has none */
		if (at->job == JOB_LIST)
			listed_one(at);
		else
			end_job(at, false);
	} else {
		end_job(at, false);
		at->restart = true;
	}
}

static void end_job_command(struct at *at, enum name name, bool ok)
{
	switch (name) {
	case CMD_TO_HOME:
	case CMD_TO_OTHER:
		end_change(at, name, ok);
		break;
	case CMD_LIST:
		if (ok) {
			at->list_fails = 0;
			listed_one(at);
		} else {
			list_failed(at);
		}
		break;
	case CMD_LIST_COUNT:
		at->list_next = at->list_found = 0;
		if (ok && (at->command.answered || at->in_other))
			list_next(at);
		else
			end_job(at, false);
		break;
	case CMD_LIST_READ:
		if (ok && at->command.answered)
			at->list_found++;
		list_next(at);
		break;
	case CMD_READ:
		end_job(at, ok && at->command.answered);
		break;
	default:
		end_job(at, ok);
	}
}

/* A message that was announced and whose digits never came. */
static void close_message(struct at *at)
{
	if (!at->pdu_next)
		return;
	at->pdu_next = false;
	if (at->command.name != CMD_READ)
		push_text(at, AT_MESSAGE, at->pdu_slot, "", 0);
	else
		at->command.answered = false;
}

static void end_command(struct at *at, bool ok)
{
	enum name name = (enum name)at->command.name;
	close_message(at);
	at->command.in_flight = false;
	at->timeouts = 0;
	at->answered = true;
	at->reset_tried = false;
	if (at->job != JOB_NONE) {
		if (name == CMD_SEND && !at->command.pdu_written) {
			/* it did not ask for the message: should it still, it must not take our
			 * next command for it */
			push_text(at, AT_WRITE, 0, ESCAPE, 1);
			ok = false;
		}
		end_job_command(at, name, ok);
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
		push_text(at, AT_WRITE, 0, "AT+CFUN=1,1\r", 12);
		at->wait_until = at_later(at->now, at->settings.reset_ms);
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
	close_message(at);
	at->command.in_flight = false;
	at->command.timed_out = true;
	if (at->status_round) /* what is nice to know must not keep us from messages */
		at->status_due = at_later(at->now, at->settings.status_ms);
	if (name == CMD_LIST_READ && at->n_silent < AT_SILENT_MAX)
		at->silent[at->n_silent++] = at->command.slot;
	if (name == CMD_TO_OTHER) /* once is enough: the home memory must not wait for it */
		at->other_hangs = true;
	if (name == CMD_LIST)
		list_failed(at);
	else if (at->job != JOB_NONE)
		end_job(at, false);
	if (++at->timeouts >= AT_TIMEOUTS_MAX) {
		give_up(at);
		return;
	}
	/* A late answer must not be taken for that of the next command: silence, and from the
	 * start. */
	begin_anew(at);
}

/* --- lines --- */

static bool message_line(struct at *at, const char *line, const char *list)
{
	enum name name = (enum name)at->command.name;
	if (list != NULL) {
		close_message(at);
		int slot = name == CMD_LIST ? at_number(list, 0) : at->command.slot % AT_OTHER;
		if (slot < 0 || slot > AT_SLOT_MAX)
			return true;
		at->pdu_slot = here(at, (uint16_t)slot);
		at->pdu_next = true;
		at->command.answered = true;
		return true;
	}
	if (!at->pdu_next || !at_is_hex(line))
		return false;
	at->pdu_next = false;
	push_text(at, name == CMD_READ ? AT_READ : AT_MESSAGE, at->pdu_slot, line, strlen(line));
	return true;
}

static bool is_final(const char *line, bool *ret_ok)
{
	*ret_ok = strcmp(line, "OK") == 0;
	return *ret_ok || strcmp(line, "ERROR") == 0 || at_after(line, "+CMS ERROR:") != NULL ||
	       at_after(line, "+CME ERROR:") != NULL || strcmp(line, "COMMAND NOT SUPPORT") == 0;
}

/* What belongs to the command in flight. */
static bool answer_line(struct at *at, const char *line)
{
	enum name name = (enum name)at->command.name;
	const char *prefix = command_table[name].answer;
	const char *list = prefix != NULL ? at_after(line, prefix) : NULL;
	bool ok;

	if (is_final(line, &ok)) {
		end_command(at, ok);
		return true;
	}
	if (name == CMD_LIST || name == CMD_LIST_READ || name == CMD_READ)
		return message_line(at, line, list);
	if (list == NULL)
		return false;
	if (name == CMD_PIN_ASK)
		at_pin_line(at, list);
	else if (name == CMD_SEND)
		at->command.answered = at->command.pdu_written;
	else if (strcmp(prefix, "+CPMS:") == 0)
		at_memory_line(at, list);
	else
		at_status_line(at, name, list);
	return true;
}

static void unasked_line(struct at *at, const char *line)
{
	for (size_t i = 0; i < sizeof(with_pdu) / sizeof(with_pdu[0]); i++)
		if (at_after(line, with_pdu[i]) != NULL)
			at->foreign_pdu_next = true;
	for (size_t i = 0; i < sizeof(banner) / sizeof(banner[0]); i++)
		if (strcmp(line, banner[i]) == 0)
			at->restart = true;
	const char *where = at_after(line, "+CMTI:");
	char memory[3];
	if (where == NULL && at_after(line, "+CMT:") == NULL)
		return;
	at_push(at, AT_HINT)->slot = where != NULL && at_quoted(where, 0, memory, sizeof(memory)) &&
	                             strcmp(memory, at->status.memory) != 0;
}

static void take_line(struct at *at)
{
	const char *line = at->line;
	bool too_long = at->line_too_long;
	at->line[at->line_len] = '\0';
	at->line_len = 0;
	at->line_too_long = false;
	if (too_long || line[0] == '\0')
		return;
	if (at->command.in_flight && at->command.name == CMD_LIST)
		at->command.deadline = at_later(at->now, at->settings.list_ms);
	if (at->foreign_pdu_next && at_is_hex(line)) {
		at->foreign_pdu_next = false;
		return;
	}
	if (!at->command.in_flight || !answer_line(at, line))
		unasked_line(at, line);
}

static void take_prompt(struct at *at)
{
	char text[AT_WRITE_MAX + 1];
	for (unsigned i = 0; i < at->send.len; i++)
		snprintf(text + 2 * (size_t)i, 3, "%02X", at->send.octet[i]);
	size_t len = 2 * (size_t)at->send.len;
	text[len++] = SUBMIT[0];
	at->command.prompt_wanted = false;
	at->command.pdu_written = true;
	at->command.deadline = at_later(at->now, at->settings.send_ms);
	push_text(at, AT_WRITE, 0, text, len);
}

static void take_octet(struct at *at, uint8_t c)
{
	if (c == '\r' || c == '\n') {
		take_line(at);
	} else if (c == '>' && at->line_len == 0 && at->command.in_flight &&
	           at->command.prompt_wanted) {
		take_prompt(at);
	} else if (c == ' ' && at->line_len == 0) {
		; /* behind the prompt */
	} else if (c >= ' ' && c < 0x7f) {
		if (at->line_len < AT_LINE_MAX)
			at->line[at->line_len++] = (char)c;
		else
			at->line_too_long = true;
	} /* the rest is noise */
}

size_t at_feed(struct at *at, const uint8_t *bytes, size_t len, struct mono_time now)
{
	size_t taken = 0;
	at->now = now;
	/* a line makes four actions at most: a message without digits, a job's end, a state, a
	 * command */
	while (taken < len && at->action_n + 4 <= AT_ACTIONS_MAX && at->status.state != AT_DEAD)
		take_octet(at, bytes[taken++]);
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
		at_set_state(at, AT_STARTING);
		begin_anew(at);
	} else if (at->step < AT_STEPS) {
		if (now.us >= at->wait_until.us)
			at_begin_step(at);
	} else if (now.us >= at->status_due.us) {
		at->status_round = true;
		at_begin(at, CMD_REGISTERED, 0);
	}
}

struct mono_time at_deadline(const struct at *at)
{
	if (at->command.in_flight)
		return at->command.deadline;
	if (!waits(at))
		return (struct mono_time){UINT64_MAX};
	if (at->restart)
		return at->now;
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
	at->list_all = false;
	begin_in(at, false, at->status.lists ? CMD_LIST : CMD_LIST_COUNT, 0);
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
	at->job_slot = slot;
	begin_in(at, slot >= AT_OTHER, CMD_READ, slot);
}

void at_delete(struct at *at, uint16_t slot, struct mono_time now)
{
	assert(at_idle(at));
	at->now = now;
	at->job = JOB_DELETE;
	at->job_slot = slot;
	begin_in(at, slot >= AT_OTHER, CMD_DELETE, slot);
}

void at_send(struct at *at, const struct pdu_octets *pdu, struct mono_time now)
{
	assert(at_idle(at));
	at->now = now;
	at->job = JOB_SEND;
	at->send = *pdu;
	at_begin(at, CMD_SEND, 0);
}

bool at_listing(const struct at *at)
{
	return at->job == JOB_LIST;
}

bool at_sending(const struct at *at)
{
	return at->job == JOB_SEND && at->command.pdu_written;
}
