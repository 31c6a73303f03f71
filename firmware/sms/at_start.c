/* SPDX-License-Identifier: Apache-2.0 */
/* The start of the talk, and the looks at the network that it ends with and that come again. */
#include <stdio.h>
#include <string.h>

#include "at_private.h"
#include "at_text.h"

enum { REFUSALS_MAX = 5 };

/* The start, in order. A step that is needed is tried until it works; the others may be refused. */
static const struct {
	uint8_t name;
	bool needed;
} step_table[] = {
    {CMD_WAKE, false},    {CMD_ECHO_OFF, false}, {CMD_WORDS, false},    {CMD_ERROR_NUMBERS, false},
    {CMD_MAKER, false},   {CMD_MODEL, false},    {CMD_SETUP, false},    {CMD_PIN_ASK, true},
    {CMD_PDU_MODE, true}, {CMD_SERVICE, false},  {CMD_MEMORY_ME, true}, {CMD_NOTIFY, false},
};

_Static_assert(sizeof(step_table) / sizeof(step_table[0]) == AT_STEPS, "AT_STEPS counts them");

void at_begin_step(struct at *at)
{
	at->line_len = 0; /* what came during the silence is no answer */
	at->text_mode = false;
	enum name name = (enum name)step_table[at->step].name;
	if (name == CMD_MAKER)
		at->maker[0] = at->model[0] = '\0';
	/* the module's own memory first, the SIM's where that is refused */
	if (name == CMD_MEMORY_ME && at->tries % 2 == 1)
		name = CMD_MEMORY_SM;
	at_begin(at, name, 0);
}

/* --- who it is --- */

/* The answer is a line of its own; a maker's name in another line would be a strange chance. */
void at_identity_line(struct at *at, const char *line)
{
	bool maker = at->command.name == CMD_MAKER;
	char *place = maker ? at->maker : at->model;
	const char *after = at_after(line, maker ? "+CGMI:" : "+CGMM:");
	if (after == NULL && (line[0] == '+' || line[0] == '^'))
		return;
	size_t len = strlen(place);
	snprintf(place + len, AT_IDENTITY_MAX + 1 - len, "%s\n", after != NULL ? after : line);
}

/* --- the start --- */

void at_start_done(struct at *at)
{
	at->wait_until = at->now;
	at_set_state(at, AT_READY); /* the first look at the network is due since the beginning */
}

static bool is_left_out(const struct at *at)
{
	enum name name = (enum name)step_table[at->step].name;
	switch (name) {
	case CMD_ECHO_OFF:
	case CMD_WORDS:
		return at->awake || at_hangs(at, name);
	case CMD_MAKER:
	case CMD_MODEL:
		return at->plain || at->settings.profile != NULL;
	case CMD_SETUP:
		return at->plain || at->profile->setup[at->setup] == NULL;
	default:
		return !step_table[at->step].needed && at_hangs(at, name);
	}
}

static void next_step(struct at *at)
{
	at->tries = 0;
	do
		at->step++;
	while (at->step < AT_STEPS && is_left_out(at));
	if (at->step == AT_STEPS)
		at_begin_check(at, true);
	else
		at_begin_step(at);
}

/* Who it is, is known; or one of the commands its profile has for the start was done. */
static void end_own_step(struct at *at, enum name name)
{
	const struct at_profile *found = at_profile_of(at->maker, at->model);
	if (name == CMD_MODEL && found != &at_profiles[0]) /* noise must not make it forget */
		at->profile = found;
	at->by_three |= at->profile->memories_by_three;
	if (name == CMD_SETUP && at->profile->setup[++at->setup] != NULL)
		at_begin_step(at);
	else
		next_step(at);
}

static void retry_step(struct at *at, enum at_state state)
{
	if (at->tries < UINT8_MAX)
		at->tries++;
	/* a SIM is busy for a while after power-up: not every refusal is worth telling */
	bool passing = state == AT_REFUSES || state == AT_NO_SIM;
	if (!passing || at->tries > REFUSALS_MAX)
		at_set_state(at, state);
	/* the SIM's memory is asked for at once, everything else after a while */
	bool at_once = step_table[at->step].name == CMD_MEMORY_ME && at->tries == 1;
	at->wait_until = at_later(at->now, at_once ? 0 : at->settings.retry_ms);
}

/* 27.007 clause 8.3. */
void at_pin_line(struct at *at, const char *said)
{
	at->command.answered = true;
	if (strncmp(said, "READY", 5) == 0) {
		at_set_state(at, AT_STARTING);
		if (at->pin_given) { /* and may be given again when the modem begins anew */
			at->pin_given = at->pin_tried = false;
			at_push(at, AT_PIN)->ok = true;
		}
	} else if (strncmp(said, "SIM PUK", 7) == 0)
		at_set_state(at, AT_PUK_WANTED);
	else if (strncmp(said, "SIM PIN", 7) == 0 && at->pin_tried)
		at_set_state(at, AT_PIN_WRONG);
	else
		at_set_state(at, AT_PIN_WANTED);
}

static void end_pin_ask(struct at *at, bool ok)
{
	if (!ok || !at->command.answered) {
		retry_step(at, ok ? AT_REFUSES : AT_NO_SIM);
		return;
	}
	bool wanted = at->status.state == AT_PIN_WANTED;
	if (wanted && at->settings.pin[0] != '\0' && !at->pin_tried) {
		at->pin_tried = at->pin_given = true;
		at_push(at, AT_PIN);
		at_begin(at, CMD_PIN_GIVE, 0);
	} else if (wanted || at->status.state == AT_PIN_WRONG ||
	           at->status.state == AT_PUK_WANTED) {
		retry_step(at, at->status.state);
	} else {
		next_step(at);
	}
}

void at_end_step(struct at *at, enum name name, bool ok)
{
	if (name == CMD_WAKE)
		at->awake = ok;
	if (name == CMD_PIN_ASK) {
		end_pin_ask(at, ok);
	} else if (name == CMD_PIN_GIVE) {
		at_set_state(at, ok ? AT_STARTING : AT_PIN_WRONG);
		retry_step(at, at->status.state); /* asks again: the SIM has the last word */
	} else if (name == CMD_MAKER || name == CMD_MODEL || name == CMD_SETUP) {
		end_own_step(at, name);
	} else if (name == CMD_NOTIFY && !ok) {
		at_begin(at, CMD_NOTIFY_SHORT, 0);
	} else if (!ok && step_table[at->step].needed) {
		retry_step(at, AT_REFUSES);
	} else if ((name == CMD_MEMORY_ME || name == CMD_MEMORY_SM) && !at->command.answered) {
		retry_step(at, AT_REFUSES); /* a memory of no size */
	} else {
		if (name == CMD_MEMORY_ME || name == CMD_MEMORY_SM) {
			at->in_sim = at->home_sim = name == CMD_MEMORY_SM;
			snprintf(at->status.memory, sizeof(at->status.memory), "%s",
			         name == CMD_MEMORY_ME ? "ME" : "SM");
		}
		next_step(at);
	}
}

/* --- looks at the network --- */

/* In this order; what hangs is left out. Any one network will do: then its kind is known. */
static const uint8_t look_table[] = {CMD_REGISTERED, CMD_REGISTERED_PACKET, CMD_REGISTERED_LTE,
                                     CMD_SIGNAL,     CMD_OPERATOR,          CMD_MEMORY_ASK};
enum { LOOKS = sizeof(look_table) };

static bool asks_for_network(enum name name)
{
	return name == CMD_REGISTERED || name == CMD_REGISTERED_PACKET ||
	       name == CMD_REGISTERED_LTE;
}

static void end_looks(struct at *at)
{
	at->status_round = false;
	at->status_due = at_later(at->now, at->settings.status_ms);
	/* one that answers no such question is known by its operator's name */
	at->status.registered =
	    at->registered_said ? at->registered_any : at->status.operator_name[0] != '\0';
	at_push(at, AT_STATUS);
}

static void next_look(struct at *at)
{
	for (; at->look < LOOKS; at->look++) {
		enum name name = (enum name)look_table[at->look];
		if (at_hangs(at, name) || (asks_for_network(name) && at->registered_any))
			continue;
		at_begin(at, name, 0);
		return;
	}
	end_looks(at);
}

void at_begin_status(struct at *at)
{
	at->status_round = true;
	at->registered_any = at->registered_said = false;
	at->look = 0;
	next_look(at);
}

void at_end_status(struct at *at, enum name name)
{
	if (asks_for_network(name)) {
		at->registered_said |= at->command.answered;
		at->registered_any |= at->command.slot != 0; /* noted there by at_status_line() */
	}
	at->look++;
	next_look(at);
}

void at_status_line(struct at *at, enum name name, const char *list)
{
	int value;
	at->command.answered = true;
	switch (name) {
	case CMD_REGISTERED:
	case CMD_REGISTERED_PACKET:
	case CMD_REGISTERED_LTE: /* 27.007 clause 7.2: 1 at home, 5 roaming */
		value = at_number(list, 1);
		at->command.slot = value == 1 || value == 5;
		break;
	case CMD_SIGNAL: /* 27.007 clause 8.5: -113 dBm and 2 dB a step, 99 unknown */
		value = at_number(list, 0);
		at->status.signal_dbm = value >= 0 && value <= 31 ? -113 + 2 * value : 0;
		break;
	case CMD_OPERATOR:
		if (!at_quoted(list, 2, at->status.operator_name, sizeof(at->status.operator_name)))
			at->status.operator_name[0] = '\0';
		break;
	default:
		break;
	}
}

/* `"ME",used,total,…` when asked, `used,total,…` when set (27.005 clause 3.2.2). */
void at_memory_line(struct at *at, const char *list)
{
	unsigned first = list[0] == '"' ? 1 : 0;
	char memory[3];
	if (first == 1 && at_quoted(list, 0, memory, sizeof(memory)) &&
	    at->status.memory[0] != '\0' && strcmp(memory, at->status.memory) != 0)
		return; /* the other one's */
	int used = at_number(list, first), total = at_number(list, first + 1);
	at->command.answered = used >= 0 && total > 0 && total <= AT_SLOT_MAX;
	if (at->command.name == (at->home_sim ? CMD_TO_OWN : CMD_TO_SIM)) {
		at->command.answered = used >= 0 && total >= 0 && total <= AT_SLOT_MAX;
		at->other_used = at->command.answered ? (uint16_t)used : 0;
		at->other_total = at->command.answered ? (uint16_t)total : 0;
		return;
	}
	if (!at->command.answered)
		return;
	at->status.used = (uint16_t)used;
	at->status.total = (uint16_t)total;
}
