/* SPDX-License-Identifier: Apache-2.0 */
/* What the modem says, line by line: answers to the command in flight, and what nobody asked for. */
#include <stdio.h>
#include <string.h>

#include "at_private.h"
#include "at_text.h"

static const char SUBMIT[] = "\x1a";

/* --- a message's two lines --- */

/* In text mode a message's status is a word: such a list holds no octets, and nothing in it is
 * taken for any (27.005 clause 3.4.2). */
static bool is_text_mode(enum name name, const char *list)
{
	char word[16];
	return at_quoted(list, name == CMD_LIST ? 1 : 0, word, sizeof(word));
}

/* `+CMGR: 0,,0` without digits is how some say that a slot is empty. */
static bool is_empty_slot(enum name name, const char *list)
{
	return name != CMD_LIST && at_number(list, 2) == 0;
}

static bool message_line(struct at *at, const char *line, const char *list)
{
	enum name name = (enum name)at->command.name;
	size_t digits = at_hex(line);
	if (list != NULL) {
		at_close_message(at);
		int slot = name == CMD_LIST ? at_number(list, 0) : at->command.slot % AT_SIM;
		at->text_mode |= is_text_mode(name, list);
		if (at->text_mode || slot < 0 || slot > AT_SLOT_MAX || is_empty_slot(name, list))
			return true;
		at->pdu_slot = at_here(at, (uint16_t)slot);
		at->pdu_next = true;
		at->command.answered = true;
		return true;
	}
	if (!at->pdu_next || digits == 0)
		return false;
	at->pdu_next = false;
	at_push_text(at, name == CMD_READ ? AT_READ : AT_MESSAGE, at->pdu_slot, line, digits);
	return true;
}

/* --- answers --- */

/* The names of result codes, and their numbers while it may still be told to use those (V.250
 * clause 6.2.6). */
static bool is_final(const struct at *at, const char *line, bool *ret_ok)
{
	enum name name = (enum name)at->command.name;
	bool numbers = name == CMD_WAKE || name == CMD_ECHO_OFF || name == CMD_WORDS;
	*ret_ok = strcmp(line, "OK") == 0 || (numbers && strcmp(line, "0") == 0);
	return *ret_ok || (numbers && strcmp(line, "4") == 0) || at_refuses(line);
}

/* What belongs to the command in flight. */
static bool answer_line(struct at *at, const char *line)
{
	enum name name = (enum name)at->command.name;
	const char *prefix = at_answer(name);
	const char *list = prefix != NULL ? at_after(line, prefix) : NULL;
	bool ok;

	if (is_final(at, line, &ok)) {
		at_end_command(at, ok);
		return true;
	}
	if (name == CMD_LIST || name == CMD_LIST_READ || name == CMD_READ) {
		if (!message_line(at, line, list))
			return at->text_mode;
		/* a list goes on as long as it brings messages; chatter is no sign of that */
		if (name == CMD_LIST)
			at->command.deadline = at_later(at->now, at->settings.list_ms);
		return true;
	}
	if (name == CMD_MAKER || name == CMD_MODEL)
		at_identity_line(at, line);
	if (list == NULL)
		return false;
	if (name == CMD_PIN_ASK)
		at_pin_line(at, list);
	else if (name == CMD_SEND)
		at->command.answered = at->command.pdu_written;
	else if (at->checking && name >= CMD_MODE_ASK)
		at_check_line(at, list);
	else if (strcmp(prefix, "+CPMS:") == 0)
		at_memory_line(at, list);
	else
		at_status_line(at, name, list);
	return true;
}

/* --- what it says unasked --- */

/* A message was stored: `"ME",5`. */
static void stored_line(struct at *at, const char *where)
{
	char memory[3];
	int slot = at_number(where, 1);
	struct at_action *hint = at_push(at, AT_HINT);
	hint->slot = slot >= 0 && slot <= AT_SLOT_MAX ? (uint16_t)slot : AT_NO_SLOT;
	hint->other =
	    at_quoted(where, 0, memory, sizeof(memory)) && strcmp(memory, at->status.memory) != 0;
	if (hint->slot != AT_NO_SLOT)
		at_unsilence(at, hint->slot);
}

/* Lines that bring a message of their own on the next line, whatever AT+CNMI told the modem. In
 * text mode the third field is a time, and the mode is not ours. */
static bool direct_line(struct at *at, const char *line)
{
	const char *list = at_after(line, "+CMT:");
	char time[32];
	if (at_after(line, "+CDS:") != NULL || at_after(line, "+CBM:") != NULL) {
		at->unasked_next = UNASKED_FOREIGN;
	} else if (list != NULL && at_quoted(list, 2, time, sizeof(time))) {
		at->unasked_next = UNASKED_TEXT;
		at->restart = true;
	} else if (list != NULL) {
		at->unasked_next = UNASKED_MESSAGE;
	} else {
		return false;
	}
	return true;
}

/* The line behind one of those. False: it is another. */
static bool direct_octets(struct at *at, const char *line)
{
	enum unasked what = (enum unasked)at->unasked_next;
	size_t digits = at_hex(line);
	if (what == UNASKED_NOTHING || (digits == 0 && what != UNASKED_TEXT))
		return false;
	at->unasked_next = UNASKED_NOTHING;
	if (what == UNASKED_MESSAGE)
		at_push_text(at, AT_DIRECT, AT_NO_SLOT, line, digits);
	at->status.lost += what == UNASKED_TEXT;
	return true;
}

static void unasked_line(struct at *at, const char *line)
{
	const char *where = at_after(line, "+CMTI:");
	if (direct_line(at, line))
		return;
	if (at_profile_began(at->profile, line))
		at->restart = true;
	if (where != NULL) {
		stored_line(at, where);
	} else if (at_profile_stored(at->profile, line)) {
		if (at->tries > 0)
			at->wait_until = at->now; /* what was refused so far may work now */
		/* it may have begun anew, too: that is looked at before the sweep this asks for */
		struct at_action *hint = at_push(at, AT_HINT);
		hint->slot = AT_NO_SLOT;
		hint->other = true;
	}
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
	if (direct_octets(at, line))
		return;
	if (at->command.in_flight && answer_line(at, line))
		return;
	/* what stands in a list that is none was written by anybody: it announces nothing */
	if (!at->text_mode)
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
	at_push_text(at, AT_WRITE, 0, text, len);
}

void at_take_octet(struct at *at, uint8_t c)
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
