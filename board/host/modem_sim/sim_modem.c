/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim_modem.h"

enum {
	/* 27.005 clause 3.2.5 */
	CMS_SIM_BUSY = 314,
	CMS_NETWORK_OUT_OF_ORDER = 38,
	CMS_INVALID_PDU_PARAMETER = 304,
	CMS_INVALID_INDEX = 321,
	CMS_UNKNOWN = 500,
	CMS_NO_ACK_EXPECTED = 340,
	NOISE_EVERY_US = 20000,
	HANDED_AGAIN_US = 10000000, /* the network's patience with a message not acknowledged */
};

static const char *const memory_name[] = {"ME", "SM"};
/* In text mode every message reads so here: a text that looks like octets. */
static const char IN_TEXT_MODE[] = "FACE0FF1CE",
                  TEXT_HEADER[] = "\"+15025550000\",,\"26/11/21,18:00:00-20\"";

int sim_modem_fault(struct sim_modem *modem, const char *name, unsigned value)
{
	int e = sim_fault_set(&modem->faults, name, value);
	if (e == 0 && strcmp(name, "stuck-prompt") == 0) {
		modem->prompt = value != 0;
		modem->line_len = 0;
	}
	if (e == 0 && strcmp(name, "numeric-codes") == 0) {
		modem->numeric = modem->echo = value != 0;
		modem->silent = value > 1;
	}
	if (e == 0 && strcmp(name, "cmt-only") == 0)
		modem->service = value > 1;
	return e;
}

static bool strikes(unsigned *fault)
{
	if (*fault == 0)
		return false;
	--*fault;
	return true;
}

__attribute__((format(printf, 2, 3))) static void say(struct sim_modem *modem, const char *format,
                                                      ...)
{
	char text[SIM_HEX_MAX + 128];
	va_list arguments;
	va_start(arguments, format);
	int n = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (!modem->faults.hang && !modem->hung && n > 0)
		modem->out(modem->context, text,
		           (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1);
}

/* V.250 clause 6.2.6 */
static void code(struct sim_modem *modem, const char *word, const char *number)
{
	if (modem->silent)
		return;
	if (modem->numeric)
		say(modem, "%s\r", number);
	else
		say(modem, "\r\n%s\r\n", word);
}

static void ok(struct sim_modem *modem)
{
	code(modem, "OK", "0");
}

static void fail(struct sim_modem *modem, unsigned cms)
{
	if (modem->error_numbers == 0 || cms == 0)
		code(modem, "ERROR", "4");
	else
		say(modem, "\r\n+CMS ERROR: %u\r\n", cms);
}

static void defaults(struct sim_modem *modem)
{
	modem->echo = true;
	modem->pdu_mode = true;
	modem->notify = modem->quiet = modem->numeric = modem->silent = modem->hung = false;
	modem->error_numbers = 0;
	snprintf(modem->notices, sizeof(modem->notices), "0,0,0,0,0");
	modem->service = modem->faults.cmt_only > 1;
	/* what was not acknowledged comes again */
	modem->handed_us = modem->service != 0 && sim_store_count(modem->store, SIM_HELD) > 0
	                       ? modem->now_us + 1
	                       : 0;
	modem->memory = modem->receive = SIM_IN_SM;
}

/* --- who it is --- */

void sim_modem_profile(struct sim_modem *modem, const struct sim_profile *profile)
{
	modem->profile = profile;
	modem->memory = modem->receive = profile->own_memory ? SIM_IN_ME : SIM_IN_SM;
	modem->stored_us = 0;
	modem->chatter_us = modem->now_us + profile->chatter_us;
	if (!profile->own_memory)
		modem->store->size[SIM_IN_SM] = modem->store->size[SIM_IN_ME];
}

int sim_modem_card(struct sim_modem *modem, const char *state, const char *pin)
{
	static const char *const names[] = {"ready", "absent", "pin", "puk"};
	if (strlen(pin) >= sizeof(modem->pin))
		return -EINVAL;
	for (unsigned i = 0; i < 4; i++) {
		if (strcmp(state, names[i]) != 0)
			continue;
		modem->card = (enum sim_card)i;
		modem->pin_wrong = 0;
		memcpy(modem->pin, pin, strlen(pin) + 1);
		return 0;
	}
	return -EINVAL;
}

void sim_modem_init(struct sim_modem *modem, struct sim_store *store, uint32_t seed,
                    void (*out)(void *context, const char *bytes, size_t len), void *context)
{
	*modem = (struct sim_modem){
	    .store = store, .out = out, .context = context, .seed = seed, .send_us = 50000};
	modem->profile = sim_profile("standard");
	defaults(modem);
	/* where messages are is remembered by modules that have a memory of their own */
	modem->memory = modem->receive = SIM_IN_ME;
}

void sim_modem_restart(struct sim_modem *modem)
{
	enum sim_place receive = modem->receive;
	defaults(modem);
	modem->memory = modem->receive = receive;
	modem->line_len = modem->n_waiting = 0;
	modem->prompt = modem->sending = false;
	modem->stopped = STOP_NONE;
	if (modem->pin[0] != '\0' && modem->card == CARD_READY)
		modem->card = CARD_PIN;
	for (unsigned i = 0; modem->profile->boot[i] != NULL; i++)
		say(modem, "\r\n%s\r\n", modem->profile->boot[i]);
	if (modem->card == CARD_READY)
		say(modem, "\r\n+CPIN: READY\r\n");
	modem->stored_us =
	    modem->profile->stored != NULL ? modem->now_us + modem->profile->stored_us : 0;
}

void sim_modem_reset(struct sim_modem *modem, const char *line)
{
	defaults(modem);
	modem->pdu_mode = false;
	modem->echo = false; /* some remember that */
	if (line != NULL && line[0] != '\0')
		say(modem, "\r\n%s\r\n", line);
}

static void do_pin(struct sim_modem *modem, const char *arguments)
{
	static const char *const said[] = {
	    [CARD_READY] = "READY", [CARD_PIN] = "SIM PIN", [CARD_PUK] = "SIM PUK"};
	if (modem->card == CARD_ABSENT) {
		say(modem, "\r\n+CME ERROR: 10\r\n");
	} else if (strikes(&modem->faults.sim_busy)) {
		say(modem, "\r\n+CME ERROR: 14\r\n");
	} else if (strcmp(arguments, "?") == 0) {
		say(modem, "\r\n+CPIN: %s\r\n", said[modem->card]);
		ok(modem);
	} else if (modem->card == CARD_PIN && arguments[0] == '=') {
		const char *digits = arguments + 1 + (arguments[1] == '"');
		size_t len = strcspn(digits, "\"");
		if (strlen(modem->pin) == len && strncmp(digits, modem->pin, len) == 0) {
			modem->card = CARD_READY;
			ok(modem);
			return;
		}
		if (++modem->pin_wrong == 3)
			modem->card = CARD_PUK;
		say(modem, "\r\n+CME ERROR: 16\r\n");
	} else {
		say(modem, "\r\n+CME ERROR: 3\r\n");
	}
}

/* What messages need: a card that is unlocked and not busy. */
static bool card_serves(struct sim_modem *modem)
{
	static const unsigned refusal[] = {[CARD_ABSENT] = 310, [CARD_PIN] = 311, [CARD_PUK] = 316};
	if (modem->card != CARD_READY)
		fail(modem, refusal[modem->card]);
	else if (modem->stored_us != 0)
		fail(modem, CMS_SIM_BUSY);
	else if (strikes(&modem->faults.sim_busy))
		fail(modem, CMS_SIM_BUSY);
	else
		return true;
	return false;
}

/* --- standing still --- */

static bool stops(struct sim_modem *modem, enum sim_stop stop, const char *where)
{
	size_t n = strlen(modem->stop_at);
	if (n == 0 || strncmp(where, modem->stop_at, n) != 0)
		return false;
	modem->stop_at[0] = '\0';
	modem->stopped = stop;
	return true;
}

void sim_modem_stop(struct sim_modem *modem, const char *where)
{
	snprintf(modem->stop_at, sizeof(modem->stop_at), "%s", where);
}

/* --- messages --- */

static void hint(struct sim_modem *modem, unsigned slot, const char *hex)
{
	enum sim_place named = modem->receive;
	if (modem->faults.cmti_wrong)
		named = named == SIM_IN_ME ? SIM_IN_SM : SIM_IN_ME;
	if (!modem->notify)
		return;
	if (modem->faults.cmt_beside)
		say(modem, "\r\n+CMT: ,%d\r\n%s\r\n", sim_pdu_tpdu_len(hex), hex);
	for (unsigned i = 0; i < (modem->faults.cmti_twice ? 2 : 1); i++)
		if (modem->faults.cmti_lost == 0)
			say(modem, "\r\n+CMTI: \"%s\",%u\r\n", memory_name[named], slot);
}

/* Changed, then saved, then acknowledged. */
static int save(struct sim_modem *modem)
{
	return modem->store->path[0] != '\0' ? sim_store_save(modem->store) : 0;
}

static int receive_one(struct sim_modem *modem, const char *hex)
{
	int slot = sim_store_receive(modem->store, modem->receive, hex);
	int e = slot < 0 ? slot : save(modem);
	if (e < 0)
		return e;
	if (slot > 0)
		hint(modem, (unsigned)slot, hex);
	return slot;
}

/* Stored nowhere: the network holds it until it is handed over, or acknowledged. */
static void hand_over(struct sim_modem *modem)
{
	struct sim_record *r;
	while (modem->handed_us == 0 && (r = sim_store_nth(modem->store, SIM_HELD, 0)) != NULL) {
		if (modem->pdu_mode)
			say(modem, "\r\n+CMT: ,%d\r\n%s\r\n", sim_pdu_tpdu_len(r->hex), r->hex);
		else
			say(modem, "\r\n+CMT: %s\r\n%s\r\n", TEXT_HEADER, IN_TEXT_MODE);
		if (modem->service != 0) {
			modem->handed_us = modem->now_us + 1; /* never 0 */
		} else {
			sim_store_remove(modem->store, r);
			(void)save(modem);
		}
	}
}

static void do_acknowledge(struct sim_modem *modem)
{
	if (modem->handed_us == 0) {
		fail(modem, CMS_NO_ACK_EXPECTED);
		return;
	}
	sim_store_remove(modem->store, sim_store_nth(modem->store, SIM_HELD, 0));
	(void)save(modem);
	modem->handed_us = 0;
	ok(modem);
	hand_over(modem);
}

static int receive_direct(struct sim_modem *modem, const char *hex)
{
	int e = sim_store_hold(modem->store, hex);
	if (e == 0)
		e = save(modem);
	if (e == 0)
		hand_over(modem);
	return e;
}

int sim_modem_receive(struct sim_modem *modem, const char *hex)
{
	if (modem->faults.cmt_only)
		return receive_direct(modem, hex);
	char cut[SIM_HEX_MAX + 1], again[SIM_HEX_MAX + 1];
	unsigned centre = 0;
	snprintf(again, sizeof(again), "%s", hex);
	if (strikes(&modem->faults.truncated)) {
		snprintf(cut, sizeof(cut), "%.*s", (int)(strlen(hex) / 4 * 2), hex);
		hex = cut;
	}
	if (strikes(&modem->faults.digit_more)) {
		size_t len = strlen(hex) < sizeof(cut) - 2 ? strlen(hex) : sizeof(cut) - 2;
		memmove(cut, hex, len);
		memcpy(cut + len, "F", 2);
		hex = cut;
	}
	int slot = receive_one(modem, hex);
	if (slot >= 0 && strikes(&modem->faults.again_centre)) {
		/* the same message behind another address of a service centre */
		sscanf(again, "%2x", &centre);
		char other[SIM_HEX_MAX + 1];
		if (snprintf(other, sizeof(other), "07911326040000F0%s",
		             again + 2 + 2 * (size_t)centre) < (int)sizeof(other))
			(void)receive_one(modem, other);
	}
	if (slot >= 0 && strikes(&modem->faults.again_slot))
		(void)receive_one(modem, again);
	return slot;
}

static void release_held(struct sim_modem *modem)
{
	int slot;
	while ((slot = sim_store_release(modem->store, modem->receive)) > 0) {
		struct sim_record *r = sim_store_at(modem->store, modem->receive, (unsigned)slot);
		if (save(modem) == 0 && r != NULL)
			hint(modem, (unsigned)slot, r->hex);
	}
}

static void memory_state(struct sim_modem *modem, bool named)
{
	const enum sim_place place[3] = {modem->memory, modem->memory, modem->receive};
	char text[120] = "";
	for (unsigned i = 0; i < 3; i++) {
		size_t len = strlen(text);
		if (named)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s\"%s\"",
			                        i > 0 ? "," : "", memory_name[place[i]]);
		snprintf(text + len, sizeof(text) - len, "%s%u,%u", i > 0 || named ? "," : "",
		         sim_store_count(modem->store, place[i]), modem->store->size[place[i]]);
	}
	say(modem, "\r\n+CPMS: %s\r\n", text);
	ok(modem);
}

/* `"ME"`, and on to the next of a list. False: no memory's name stands there. */
static bool take_memory(const struct sim_modem *modem, const char **list, enum sim_place *ret)
{
	for (unsigned i = modem->profile->own_memory ? 0 : 1; i < 2; i++) {
		if ((*list)[0] != '"' || strncmp(*list + 1, memory_name[i], 2) != 0 ||
		    (*list)[3] != '"')
			continue;
		*ret = (enum sim_place)i;
		*list += (*list)[4] == ',' ? 5 : 4;
		return true;
	}
	return false;
}

static void do_memory(struct sim_modem *modem, const char *arguments)
{
	enum sim_place read, write, receive = modem->receive;
	const char *list = arguments + 1;
	if (strcmp(arguments, "?") == 0) {
		memory_state(modem, true);
	} else if (strcmp(arguments, "=?") == 0) {
		say(modem, "\r\n+CPMS: (\"SM\",\"ME\"),(\"SM\",\"ME\"),(\"SM\",\"ME\")\r\n");
		ok(modem);
	} else if (arguments[0] == '=' && take_memory(modem, &list, &read)) {
		bool three =
		    take_memory(modem, &list, &write) && take_memory(modem, &list, &receive);
		if (!three && modem->profile->memories_by_three) {
			fail(modem, 0);
			return;
		}
		modem->memory = read;
		modem->receive = receive;
		memory_state(modem, false);
	} else {
		fail(modem, 302);
	}
}

static bool hangs_at(struct sim_modem *modem, unsigned slot)
{
	modem->hung = modem->faults.slot_hangs != 0 && modem->faults.slot_hangs == slot;
	return modem->hung;
}

static void do_list(struct sim_modem *modem, const char *arguments)
{
	unsigned which = arguments[0] == '=' ? (unsigned)strtoul(arguments + 1, NULL, 10) : 0;
	if (modem->faults.cmgl_hangs)
		return;
	if (modem->faults.cmgl_refused) {
		fail(modem, CMS_UNKNOWN);
		return;
	}
	for (unsigned slot = 1; slot <= modem->store->size[modem->memory]; slot++) {
		struct sim_record *r = sim_store_at(modem->store, modem->memory, slot);
		if (r == NULL || (which != 4 && r->status != which))
			continue;
		int len = sim_pdu_tpdu_len(r->hex);
		if (hangs_at(modem, slot))
			return;
		if (!modem->pdu_mode) {
			say(modem, "\r\n+CMGL: %u,\"REC UNREAD\",%s\r\n%s", slot, TEXT_HEADER,
			    IN_TEXT_MODE);
			continue;
		}
		say(modem, "\r\n+CMGL: %u,%u,,%d", slot, r->status,
		    len < 0 ? (int)strlen(r->hex) / 2 : len);
		if (modem->faults.urc_in_list)
			say(modem, "\r\n+CMTI: \"ME\",%u\r\n", slot);
		say(modem, "\r\n%s", r->hex);
		r->status = 1;
	}
	say(modem, "\r\n");
	ok(modem);
}

static void do_read(struct sim_modem *modem, const char *arguments)
{
	unsigned slot = arguments[0] == '=' ? (unsigned)strtoul(arguments + 1, NULL, 10) : 0;
	struct sim_record *r = sim_store_at(modem->store, modem->memory, slot);
	if (slot == 0 || slot > modem->store->size[modem->memory]) {
		fail(modem, CMS_INVALID_INDEX);
		return;
	}
	if (r != NULL && hangs_at(modem, slot))
		return;
	if (r != NULL && !modem->pdu_mode) {
		say(modem, "\r\n+CMGR: \"REC UNREAD\",%s\r\n%s\r\n", TEXT_HEADER, IN_TEXT_MODE);
	} else if (r != NULL) {
		int len = sim_pdu_tpdu_len(r->hex);
		say(modem, "\r\n+CMGR: %u,,%d\r\n%s\r\n", r->status,
		    len < 0 ? (int)strlen(r->hex) / 2 : len, r->hex);
		r->status = 1;
	}
	ok(modem);
}

static void end_delete(struct sim_modem *modem)
{
	ok(modem);
	release_held(modem);
}

static void do_delete(struct sim_modem *modem, const char *arguments)
{
	unsigned slot = arguments[0] == '=' ? (unsigned)strtoul(arguments + 1, NULL, 10) : 0;
	struct sim_record *r = sim_store_at(modem->store, modem->memory, slot);
	if (slot == 0 || slot > modem->store->size[modem->memory]) {
		fail(modem, CMS_INVALID_INDEX);
		return;
	}
	if (strikes(&modem->faults.cmgd_fails)) {
		fail(modem, CMS_UNKNOWN);
		return;
	}
	if (!strikes(&modem->faults.cmgd_lies) && r != NULL) {
		sim_store_remove(modem->store, r);
		if (save(modem) < 0) {
			fail(modem, CMS_UNKNOWN);
			return;
		}
	}
	if (!stops(modem, STOP_DELETED, "deleted"))
		end_delete(modem);
}

static void do_send(struct sim_modem *modem, const char *arguments)
{
	modem->prompt_len = arguments[0] == '=' ? (unsigned)strtoul(arguments + 1, NULL, 10) : 0;
	if (modem->prompt_len < 8 || modem->prompt_len > 164 || !modem->pdu_mode) {
		fail(modem, CMS_INVALID_PDU_PARAMETER);
		return;
	}
	if (strikes(&modem->faults.no_prompt))
		return;
	modem->prompt = true;
	modem->line_len = 0;
	if (modem->faults.urc_prompt)
		say(modem, "\r\n+CREG: 1\r\n");
	say(modem, "\r\n> ");
}

static void await_network(struct sim_modem *modem)
{
	modem->sending = true;
	modem->answer_us =
	    modem->now_us +
	    (modem->faults.cmgs_late != 0 ? modem->faults.cmgs_late * 1000ULL : modem->send_us);
}

static void take_message(struct sim_modem *modem)
{
	char to[SIM_NUMBER_MAX + 1], text[SIM_TEXT_MAX + 1];
	modem->prompt = false;
	modem->line[modem->line_len] = '\0';
	modem->line_len = 0;
	if (sim_pdu_tpdu_len(modem->line) != (int)modem->prompt_len ||
	    sim_pdu_submit(modem->line, to, text) < 0) {
		fail(modem, CMS_INVALID_PDU_PARAMETER);
	} else if (strikes(&modem->faults.cmgs_refused)) {
		fail(modem, CMS_NETWORK_OUT_OF_ORDER);
	} else if (strikes(&modem->faults.cms_331)) {
		fail(modem, 331);
	} else if (strikes(&modem->faults.cms_350)) {
		fail(modem, 350);
	} else if (strikes(&modem->faults.cms_500)) {
		fail(modem, 500);
	} else if (sim_store_add_sent(modem->store, modem->line) < 0 || save(modem) < 0) {
		fail(modem, CMS_UNKNOWN);
	} else if (!strikes(&modem->faults.cmgs_silent) &&
	           !stops(modem, STOP_ACCEPTED, "accepted")) {
		await_network(modem);
	}
}

/* --- the rest of a module --- */

static const struct {
	const char *command, *answer; /* NULL: only OK */
} fixed[] = {
    {"", NULL},
    {"Z", NULL},
    {"&F", NULL},
    {"+CGMR", "1"},
    {"+CGSN", "001010123456789"},
    {"+CIMI", "001010123456789"},
    {"+CSQ", "+CSQ: 20,99"},
    {"+COPS?", "+COPS: 0,0,\"Simulated\",7"},
    {"+CREG?", "+CREG: 0,1"},
    {"+CGREG?", "+CGREG: 0,1"},
    {"+CEREG?", "+CEREG: 0,1"},
    {"+CFUN?", "+CFUN: 1"},
    {"+CFUN=1", NULL},
    {"+CSCS?", "+CSCS: \"GSM\""},
    {"+CSCS=?", "+CSCS: (\"GSM\",\"UCS2\")"},
    {"+CSDH=1", NULL},
    {"+CMGL=?", "+CMGL: (0-4)"},
    {"+CSCA?", "+CSCA: \"+13125550000\",145"},
    {"+CMGF=?", "+CMGF: (0,1)"},
    {"+CNMI=?", "+CNMI: (0-2),(0-3),(0,2),(0-2),(0,1)"},
    {"+CREG=0", NULL},
    {"+CREG=1", NULL},
};

static bool is(const char *command, const char *name, const char **ret_arguments)
{
	size_t n = strlen(name);
	*ret_arguments = command + n;
	return strncmp(command, name, n) == 0;
}

/* E0V1Q0, any of them and in any order. */
static bool do_basic(struct sim_modem *modem, const char *command)
{
	for (const char *c = command; *c != '\0'; c += 2) {
		if (strchr("EVQ", c[0]) == NULL || (c[1] != '0' && c[1] != '1'))
			return false;
	}
	for (const char *c = command; *c != '\0'; c += 2) {
		if (c[0] == 'E')
			modem->echo = c[1] == '1' || modem->faults.echo_stays;
		else if (c[0] == 'V')
			modem->numeric = c[1] == '0';
		else
			modem->silent = c[1] == '1';
	}
	return command[0] != '\0';
}

/* What it was told, when asked. */
static bool say_setting(struct sim_modem *modem, const char *command)
{
	if (strcmp(command, "+CMGF?") == 0)
		say(modem, "\r\n+CMGF: %u\r\n", !modem->pdu_mode);
	else if (strcmp(command, "+CNMI?") == 0)
		say(modem, "\r\n+CNMI: %s\r\n", modem->notices);
	else if (strcmp(command, "+CSMS?") == 0)
		say(modem, "\r\n+CSMS: %u,1,1,1\r\n", modem->service);
	else
		return false;
	ok(modem);
	return true;
}

static bool do_setting(struct sim_modem *modem, const char *command)
{
	const char *a;
	if (say_setting(modem, command))
		return true;
	if (do_basic(modem, command))
		;
	else if (is(command, "+CMEE=", &a))
		modem->error_numbers = (unsigned)strtoul(a, NULL, 10);
	else if (is(command, "+CMGF=", &a))
		modem->pdu_mode = a[0] == '0';
	else if (is(command, "+CNMI=", &a) && a[0] != '?') {
		modem->notify = strncmp(a, "2,1", 3) == 0 || strncmp(a, "1,1", 3) == 0;
		snprintf(modem->notices, sizeof(modem->notices), "%s", a);
	} else if (is(command, "+CSMS=", &a) && (a[0] == '0' || a[0] == '1')) {
		modem->service = modem->faults.cmt_only > 1 || a[0] == '1';
		say(modem, "\r\n+CSMS: 1,1,1\r\n");
	} else
		return false;
	ok(modem);
	return true;
}

static bool do_identity(struct sim_modem *modem, const char *command)
{
	const struct sim_profile *profile = modem->profile;
	if (strcmp(command, "I") == 0)
		say(modem, "\r\n%s\r\n", profile->identity);
	else if (strcmp(command, "+CGMI") == 0 || strcmp(command, "+GMI") == 0)
		say(modem, "\r\n%s\r\n", profile->maker);
	else if (strcmp(command, "+CGMM") == 0 || strcmp(command, "+GMM") == 0)
		say(modem, "\r\n%s\r\n", profile->model);
	else
		return false;
	ok(modem);
	return true;
}

/* What the profile has beside the standards. */
static bool do_own(struct sim_modem *modem, const char *command)
{
	const struct sim_profile *profile = modem->profile;
	bool known = strcmp(command, profile->reset) == 0;
	for (unsigned i = 0; !known && profile->accepts[i] != NULL; i++)
		known = strcmp(profile->accepts[i], command) == 0;
	if (!known)
		return false;
	ok(modem);
	modem->quiet |= profile->quiet != NULL && strcmp(command, profile->quiet) == 0;
	if (strcmp(command, profile->reset) == 0)
		sim_modem_restart(modem);
	return true;
}

static void do_fixed(struct sim_modem *modem, const char *command)
{
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		if (strcmp(fixed[i].command, command) != 0)
			continue;
		if (fixed[i].answer != NULL)
			say(modem, "\r\n%s\r\n", fixed[i].answer);
		ok(modem);
		return;
	}
	code(modem, modem->profile->refusal, "4");
}

static void do_command(struct sim_modem *modem, const char *command)
{
	const char *arguments;
	if (is(command, "+CNMA", &arguments))
		do_acknowledge(modem);
	else if (is(command, "+CPIN", &arguments))
		do_pin(modem, arguments);
	else if (do_identity(modem, command))
		;
	else if ((is(command, "+CPMS", &arguments) || is(command, "+CMG", &arguments)) &&
	         !is(command, "+CMGF", &arguments) && !card_serves(modem))
		;
	else if (is(command, "+CPMS", &arguments))
		do_memory(modem, arguments);
	else if (is(command, "+CMGL", &arguments))
		do_list(modem, arguments);
	else if (is(command, "+CMGR", &arguments))
		do_read(modem, arguments);
	else if (is(command, "+CMGD", &arguments))
		do_delete(modem, arguments);
	else if (is(command, "+CMGS", &arguments))
		do_send(modem, arguments);
	else if (!do_own(modem, command) && !do_setting(modem, command))
		do_fixed(modem, command);
}

/* --- the talk --- */

static void take_line(struct sim_modem *modem)
{
	modem->line[modem->line_len] = '\0';
	modem->line_len = 0;
	/* whatever stands before AT on a line is noise to a module */
	char *at = modem->line;
	while (*at != '\0' && strncasecmp(at, "AT", 2) != 0)
		at++;
	if (*at == '\0')
		return;
	for (char *c = at; *c != '\0' && *c != '"'; c++)
		*c = (char)toupper((unsigned char)*c);
	at += 2;
	if (stops(modem, STOP_COMMAND, at))
		memmove(modem->line, at, strlen(at) + 1);
	else
		do_command(modem, at);
}

static void take_octet(struct sim_modem *modem, char c)
{
	if (modem->echo && c != 0x1a && c != 0x1b)
		say(modem, "%c", c);
	if (modem->prompt && c == 0x1a) {
		if (!stops(modem, STOP_MESSAGE, "message"))
			take_message(modem);
	} else if (modem->prompt && c == 0x1b) {
		modem->prompt = false;
		modem->line_len = 0;
		ok(modem);
	} else if (c == '\r') {
		if (!modem->prompt)
			take_line(modem);
	} else if (c > ' ' || (c == ' ' && !modem->prompt)) {
		if (modem->line_len < SIM_LINE_MAX)
			modem->line[modem->line_len++] = c;
	}
}

/* A module that waits for the network listens to nothing. */
static void take_waiting(struct sim_modem *modem)
{
	size_t i = 0;
	while (i < modem->n_waiting && !modem->sending && modem->stopped == STOP_NONE)
		take_octet(modem, modem->waiting[i++]);
	if (i > modem->n_waiting)
		i = modem->n_waiting; /* it began anew, and forgot the rest */
	modem->n_waiting -= i;
	memmove(modem->waiting, modem->waiting + i, modem->n_waiting);
}

void sim_modem_go(struct sim_modem *modem)
{
	enum sim_stop stopped = modem->stopped;
	char command[SIM_LINE_MAX + 1];
	modem->stopped = STOP_NONE;
	snprintf(command, sizeof(command), "%s", modem->line);
	if (stopped == STOP_COMMAND)
		do_command(modem, command);
	else if (stopped == STOP_MESSAGE)
		take_message(modem);
	else if (stopped == STOP_ACCEPTED)
		await_network(modem);
	else if (stopped == STOP_DELETED)
		end_delete(modem);
	take_waiting(modem);
}

void sim_modem_input(struct sim_modem *modem, const char *bytes, size_t len, uint64_t now_us)
{
	modem->now_us = now_us;
	if (modem->faults.hang || modem->hung)
		return;
	if (len > SIM_INPUT_MAX - modem->n_waiting)
		len = SIM_INPUT_MAX - modem->n_waiting;
	memcpy(modem->waiting + modem->n_waiting, bytes, len);
	modem->n_waiting += len;
	take_waiting(modem);
}

static void noise(struct sim_modem *modem)
{
	char bytes[12];
	for (size_t i = 0; i < sizeof(bytes); i++) {
		modem->seed = modem->seed * 1664525U + 1013904223U;
		bytes[i] = (char)(modem->seed >> 24);
	}
	modem->out(modem->context, bytes, sizeof(bytes));
}

/* Not while a message is typed in: a module keeps that line clean. */
static bool chatters(const struct sim_modem *modem)
{
	return modem->profile->chatter_us != 0 && !modem->quiet && !modem->prompt;
}

void sim_modem_tick(struct sim_modem *modem, uint64_t now_us)
{
	modem->now_us = now_us;
	if (modem->sending && now_us >= modem->answer_us) {
		modem->sending = false;
		say(modem, "\r\n+CMGS: %u\r\n", ++modem->reference);
		ok(modem);
		take_waiting(modem);
	}
	if (modem->faults.garbage && now_us >= modem->noise_us) {
		for (unsigned i = 0; i < modem->faults.garbage; i++)
			noise(modem);
		modem->noise_us = now_us + NOISE_EVERY_US;
	}
	if (modem->handed_us != 0 && now_us >= modem->handed_us + HANDED_AGAIN_US) {
		modem->handed_us = 0;
		hand_over(modem);
	}
	if (modem->stored_us != 0 && now_us >= modem->stored_us) {
		modem->stored_us = 0;
		say(modem, "\r\n%s\r\n", modem->profile->stored);
	}
	if (chatters(modem) && now_us >= modem->chatter_us) {
		if (modem->profile->chatter[modem->chatter] == NULL)
			modem->chatter = 0;
		say(modem, "\r\n%s\r\n", modem->profile->chatter[modem->chatter++]);
		modem->chatter_us = now_us + modem->profile->chatter_us;
	}
}

uint64_t sim_modem_deadline_us(const struct sim_modem *modem)
{
	uint64_t due = modem->sending ? modem->answer_us : UINT64_MAX;
	if (modem->faults.garbage && modem->noise_us < due)
		due = modem->noise_us;
	if (modem->handed_us != 0 && modem->handed_us + HANDED_AGAIN_US < due)
		due = modem->handed_us + HANDED_AGAIN_US;
	if (modem->stored_us != 0 && modem->stored_us < due)
		due = modem->stored_us;
	if (chatters(modem) && modem->chatter_us < due)
		due = modem->chatter_us;
	return due;
}
