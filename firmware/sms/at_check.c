/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the settings that matter still hold. A modem that began anew without a word is in text
 * mode, reads another memory, or tells of nothing: what is listed then is no list, what is deleted
 * is another message. What the modem answers right after the start is kept, and compared with what
 * it answers later; where a question is refused the setting is made again instead.
 */
#include <stdio.h>
#include <string.h>

#include "at_private.h"
#include "at_text.h"

enum { SETTING_MODE, SETTING_MEMORY, SETTING_NOTIFY, SETTING_SERVICE };

static const uint8_t ask_table[AT_SETTINGS] = {
    [SETTING_MODE] = CMD_MODE_ASK,
    [SETTING_MEMORY] = CMD_MEMORY_HELD,
    [SETTING_NOTIFY] = CMD_NOTIFY_ASK,
    [SETTING_SERVICE] = CMD_SERVICE_ASK,
};

static enum name set_command(const struct at *at)
{
	switch (at->setting) {
	case SETTING_MODE:
		return CMD_PDU_MODE;
	case SETTING_MEMORY:
		return at->home_sim ? CMD_MEMORY_SM : CMD_MEMORY_ME;
	case SETTING_NOTIFY:
		return CMD_NOTIFY;
	default:
		return CMD_SERVICE;
	}
}

static void begin_setting(struct at *at)
{
	while (at->setting < AT_SETTINGS && at_hangs(at, (enum name)ask_table[at->setting]) &&
	       at_hangs(at, set_command(at)))
		at->setting++;
	if (at->setting < AT_SETTINGS) {
		enum name ask = (enum name)ask_table[at->setting];
		at_begin(at, at_hangs(at, ask) ? set_command(at) : ask, 0);
		return;
	}
	at->checking = false;
	at->checked = true;
	at->worked = false;
	at->checked_at = at->now;
	if (at->held_new)
		at_start_done(at);
	at->held_new = false;
}

void at_begin_check(struct at *at, bool after_start)
{
	at->checking = true;
	at->checked = false;
	at->held_new = after_start;
	at->setting = 0;
	if (at->in_sim == at->home_sim)
		begin_setting(at);
	else
		at_begin(at, at->home_sim ? CMD_TO_SIM : CMD_TO_OWN, 0);
}

/* The names of the three memories, without what is in them. */
static void memory_names(const char *list, char *text, size_t size)
{
	char name[8];
	text[0] = '\0';
	for (unsigned i = 0; i < 3; i++)
		if (at_quoted(list, 3 * i, name, sizeof(name)))
			snprintf(text + strlen(text), size - strlen(text), "%s,", name);
}

void at_check_line(struct at *at, const char *list)
{
	char text[AT_HELD_MAX + 1];
	at->command.answered = true;
	switch (at->setting) {
	case SETTING_MEMORY:
		memory_names(list, text, sizeof(text));
		break;
	case SETTING_SERVICE: /* 27.005 clause 3.2.1: what else follows is not ours */
		snprintf(text, sizeof(text), "%d", at_number(list, 0));
		break;
	default:
		snprintf(text, sizeof(text), "%s", list);
	}
	if (at->setting == SETTING_MODE)
		at->command.wrong = at_number(list, 0) != 0;
	else if (!at->held_new)
		at->command.wrong = strcmp(text, at->held[at->setting]) != 0;
	if (at->held_new)
		memcpy(at->held[at->setting], text, sizeof(text));
}

/* Wrong, or not to be had: from the beginning. */
static void fail(struct at *at)
{
	bool after_start = at->held_new;
	at->checking = at->held_new = false;
	at->restart = true;
	if (after_start) {
		at_set_state(at, AT_REFUSES);
		at->restart_at = at_later(at->now, at->settings.retry_ms);
	}
}

void at_end_check(struct at *at, enum name name, bool ok)
{
	bool asked = at->setting < AT_SETTINGS && name == ask_table[at->setting];
	if (name == CMD_TO_OWN || name == CMD_TO_SIM) {
		if (!ok) {
			fail(at);
			return;
		}
		at->in_sim = at->home_sim;
		begin_setting(at);
	} else if (asked && (!ok || !at->command.answered)) {
		at_begin(at, set_command(at), 0);
	} else if (at->command.wrong ||
	           (!ok && (at->setting == SETTING_MODE || at->setting == SETTING_MEMORY))) {
		fail(at);
	} else {
		at->setting++;
		begin_setting(at);
	}
}

void at_check(struct at *at, struct mono_time now)
{
	at->now = now;
	at_begin_check(at, false);
}

bool at_checked(const struct at *at, bool just_now)
{
	return at->checked && !at->restart && (!just_now || !at->worked) &&
	       at->now.us < at->checked_at.us + AT_CHECKED_MS * 1000ULL;
}
