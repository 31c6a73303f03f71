/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "rfc3339.h"
#include "sim_control.h"

static void answer_error(char *answer, const char *text)
{
	snprintf(answer, CONTROL_ANSWER_MAX, "error %s", text);
}

/* Takes the next word off a line; "" at its end. */
static char *word(char **line)
{
	char *begin = *line + strspn(*line, " ");
	char *end = begin + strcspn(begin, " ");
	*line = *end == '\0' ? end : end + 1;
	*end = '\0';
	return begin;
}

/* now, now+30s, now-7d, or RFC 3339. */
static int read_time(const char *text, int64_t *ret)
{
	static const struct {
		const char *unit;
		int64_t s;
	} unit[] = {{"s", 1}, {"min", 60}, {"m", 60}, {"h", 3600}, {"d", 86400}};
	if (strncmp(text, "now", 3) != 0)
		return time_parse(text, ret);
	int64_t now = clock_wall().s;
	if (text[3] == '\0') {
		*ret = now;
		return 0;
	}
	char *end;
	long n = strtol(text + 4, &end, 10);
	for (size_t i = 0; i < sizeof(unit) / sizeof(unit[0]); i++) {
		if ((text[3] != '+' && text[3] != '-') || end == text + 4 ||
		    strcmp(end, unit[i].unit) != 0)
			continue;
		*ret = now + (text[3] == '-' ? -n : n) * unit[i].s;
		return 0;
	}
	return -EINVAL;
}

static void receive_pdu(struct sim_modem *modem, const char *hex, char *answer)
{
	int slot = sim_modem_receive(modem, hex);
	if (slot == -ENOSPC)
		answer_error(answer, "full");
	else if (slot < 0)
		answer_error(answer, strerror(-slot));
	else if (slot == 0)
		snprintf(answer, CONTROL_ANSWER_MAX, "ok held");
	else
		snprintf(answer, CONTROL_ANSWER_MAX, "ok %d", slot);
}

static void receive(struct sim_modem *modem, int quarters, char *line, char *answer)
{
	static char hex[SIM_PARTS_MAX][SIM_HEX_MAX + 1];
	const char *from = word(&line), *when = word(&line);
	int64_t time;
	if (read_time(when, &time) < 0) {
		answer_error(
		    answer,
		    "the time: now, now-7d, now+30s, or 2026-11-21T18:00:00-05:00 would be right");
		return;
	}
	int parts = sim_pdu_deliver(from, time, quarters, line, modem->reference++, hex);
	if (parts < 0) {
		answer_error(
		    answer,
		    "the sender is no number or name of 11 letters, or the text is too long");
		return;
	}
	for (int i = parts - 1; i > 0;
	     i--) /* networks don't keep the order; the answer is about the first part */
		receive_pdu(modem, hex[i], answer);
	receive_pdu(modem, hex[0], answer);
}

static void sent(struct sim_modem *modem, const char *number, char *answer)
{
	char to[SIM_NUMBER_MAX + 1], text[SIM_TEXT_MAX + 1];
	if (number[0] == '\0') {
		snprintf(answer, CONTROL_ANSWER_MAX, "ok %u",
		         sim_store_count(modem->store, SIM_SENT));
		return;
	}
	unsigned long n = strtoul(number, NULL, 10);
	struct sim_record *record =
	    n == 0 ? NULL : sim_store_nth(modem->store, SIM_SENT, (unsigned)n - 1);
	if (record == NULL || sim_pdu_submit(record->hex, to, text) < 0) {
		answer_error(answer, "there is no such message");
		return;
	}
	for (char *c = text; *c != '\0'; c++)
		if (*c == '\n' || *c == '\r')
			*c = ' ';
	snprintf(answer, CONTROL_ANSWER_MAX, "ok %s %s", to, text);
}

static enum control_act fault(struct sim_modem *modem, char *line, char *answer)
{
	const char *name = word(&line), *value = word(&line);
	if (strcmp(name, "vanish") == 0)
		return CONTROL_VANISH;
	char *end;
	unsigned n = (unsigned)strtoul(value, &end, 10);
	if (strcmp(value, "on") == 0 || strcmp(value, "off") == 0)
		n = value[1] == 'n';
	else if (value[0] < '0' || value[0] > '9' || *end != '\0')
		answer_error(answer, "fault NAME on, off or a number would be right");
	if (answer[0] == 'o' && sim_modem_fault(modem, name, n) < 0) {
		char names[SIM_FAULT_NAMES_MAX];
		sim_fault_names(names);
		snprintf(answer, CONTROL_ANSWER_MAX, "error no such fault; there are %s vanish",
		         names);
	}
	return CONTROL_NOTHING;
}

static void set_size(struct sim_modem *modem, const char *value, char *answer)
{
	char *end;
	unsigned long n = strtoul(value, &end, 10);
	if (value[0] < '0' || value[0] > '9' || *end != '\0' || n == 0 || n > SIM_SLOTS_MAX)
		snprintf(answer, CONTROL_ANSWER_MAX, "error 1 to %d messages would be right",
		         SIM_SLOTS_MAX);
	else
		modem->store->size[modem->receive] = (unsigned)n;
}

static void set_profile(struct sim_modem *modem, const char *name, char *answer)
{
	const struct sim_profile *profile = sim_profile(name);
	if (profile == NULL) {
		char names[SIM_NAMES_MAX];
		sim_profile_names(names);
		snprintf(answer, CONTROL_ANSWER_MAX, "error no such module; there are %s", names);
		return;
	}
	sim_modem_profile(modem, profile);
	sim_modem_restart(modem);
}

enum control_act sim_control(struct sim_modem *modem, int quarters, char *line,
                             char answer[CONTROL_ANSWER_MAX])
{
	const char *command = word(&line);
	snprintf(answer, CONTROL_ANSWER_MAX, "ok");
	if (strcmp(command, "receive") == 0)
		receive(modem, quarters, line, answer);
	else if (strcmp(command, "receive-pdu") == 0)
		receive_pdu(modem, word(&line), answer);
	else if (strcmp(command, "store") == 0)
		snprintf(answer, CONTROL_ANSWER_MAX, "ok %u %u",
		         sim_store_count(modem->store, modem->receive),
		         modem->store->size[modem->receive]);
	else if (strcmp(command, "held") == 0)
		snprintf(answer, CONTROL_ANSWER_MAX, "ok %u",
		         sim_store_count(modem->store, SIM_HELD));
	else if (strcmp(command, "sent") == 0)
		sent(modem, word(&line), answer);
	else if (strcmp(command, "fault") == 0)
		return fault(modem, line, answer);
	else if (strcmp(command, "sim") == 0) {
		const char *state = word(&line);
		if (sim_modem_card(modem, state, word(&line)) < 0)
			answer_error(answer, "ready, absent, puk or pin DIGITS would be right");
	} else if (strcmp(command, "size") == 0)
		set_size(modem, word(&line), answer);
	else if (strcmp(command, "profile") == 0)
		set_profile(modem, word(&line), answer);
	else if (strcmp(command, "stop") == 0)
		sim_modem_stop(modem, word(&line));
	else if (strcmp(command, "go") == 0)
		sim_modem_go(modem);
	else if (strcmp(command, "restart") == 0)
		sim_modem_restart(modem);
	else if (strcmp(command, "reset") == 0)
		sim_modem_reset(modem, line);
	else if (strcmp(command, "vanish") == 0)
		return CONTROL_VANISH;
	else if (strcmp(command, "appear") == 0)
		return CONTROL_APPEAR;
	else if (strcmp(command, "quit") == 0)
		return CONTROL_QUIT;
	else
		answer_error(answer, "no such command; receive, receive-pdu, store, held, sent, "
		                     "size, sim, profile, fault, stop, go, await, restart, reset, "
		                     "vanish, appear, quit");
	return CONTROL_NOTHING;
}

void sim_control_help(FILE *out)
{
	char faults[SIM_FAULT_NAMES_MAX];

	sim_fault_names(faults);
	(void)fputs(
	    "A line each into the control socket, and a line of answer:\n"
	    "  receive FROM TIME TEXT   a message from the network; TIME: now, now-7d, now+30s, or "
	    "RFC 3339\n"
	    "                           ok SLOT | ok held (no room: the network keeps it) | error "
	    "full\n"
	    "  receive-pdu HEX          the same, octet by octet, however wrong\n"
	    "  store                    ok USED SIZE\n"
	    "  held                     ok N\n"
	    "  sent                     ok N\n"
	    "  sent N                   ok TO TEXT (N from 1)\n"
	    "  size N                   ok: messages the modem's memory holds\n"
	    "  sim STATE                ok: ready, absent, puk, or pin DIGITS: what the card "
	    "wants\n"
	    "  profile NAME             ok: another module, which begins\n"
	    "  fault NAME on|off|N      ok\n"
	    "  restart                  power off and on: settings are lost\n"
	    "  stop WHERE               ok: stands still there, once: at a command (+CMGL), at a "
	    "\"message\" typed\n"
	    "                           in, when it was \"accepted\" or one was \"deleted\", "
	    "before saying so;\n"
	    "                           without WHERE: nowhere\n"
	    "  go                       ok: goes on\n"
	    "  await stop|empty         ok, once it stands still, or was to stop nowhere; once "
	    "nothing is stored\n"
	    "                           or held (answered by the program, not by sim_control())\n"
	    "  vanish, appear           the line goes away, and comes back: another terminal "
	    "behind the same\n"
	    "                           link, as udev's links in /dev/serial/by-id do\n"
	    "  quit                     ok\n",
	    out);
	(void)fprintf(out, "Faults: %s\n", faults);
}
