/* SPDX-License-Identifier: Apache-2.0 */
/* pdu: what a stored SMS says, from the hexadecimal digits a modem gives out. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <kiosk/msg_helper.h>

#include "commands.h"
#include "number.h"
#include "pdu.h"

/* The parts of one message come one after another; each is remembered for the next. */
struct session {
	const struct number_country *country;
	bool has_last;
	struct pdu last;
};

static json_t *time_of(const struct pdu *pdu)
{
	char text[40];
	int64_t local = pdu->time + pdu->offset_min * 60;
	time_t seconds = (time_t)local;
	struct tm tm;
	int offset = pdu->offset_min < 0 ? -pdu->offset_min : pdu->offset_min;
	size_t len;

	if (!pdu->has_time || gmtime_r(&seconds, &tm) == NULL)
		return json_null();
	len = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	(void)snprintf(text + len, sizeof(text) - len, "%c%02d:%02d",
	               pdu->offset_min < 0 ? '-' : '+', offset / 60, offset % 60);
	return json_string(text);
}

static json_t *from_of(const struct pdu *pdu, const struct number_country *country,
                       const char **ret_kind)
{
	static const char *const kinds[] = {[SMS_FROM_E164] = "e164",
	                                    [SMS_FROM_NATIONAL] = "national",
	                                    [SMS_FROM_ALPHANUMERIC] = "alphanumeric",
	                                    [SMS_FROM_SHORT] = "short"};
	char from[PHONE_BYTES_MAX + 1];

	*ret_kind = kinds[number_normalise(&pdu->address, country, from)];
	/* an alphanumeric name may be longer in UTF-8 than what a kiosk keeps of it */
	return json_string(pdu->address.type == PDU_NUMBER_ALPHANUMERIC ? pdu->address.text : from);
}

static json_t *describe(const struct pdu *pdu, const struct number_country *country)
{
	static const char *const types[] = {[PDU_DELIVER] = "deliver",
	                                    [PDU_SUBMIT] = "submit",
	                                    [PDU_STATUS_REPORT] = "status-report"};
	const char *kind;
	json_t *from = from_of(pdu, country, &kind);
	json_t *part = pdu->parts == 1 ? json_null()
	                               : json_pack("[i,i,i]", pdu->part_ref, pdu->part, pdu->parts);
	json_t *class = pdu->message_class < 0 ? json_null() : json_integer(pdu->message_class);

	return json_pack("{s:s, s:o, s:s, s:s, s:o, s:o, s:o, s:n}", "type", types[pdu->type],
	                 "from", from, "from_kind", kind, "text", pdu->text, "time", time_of(pdu),
	                 "part", part, "class", class, "error");
}

static json_t *describe_error(const char *sentence)
{
	return json_pack("{s:n, s:n, s:n, s:n, s:n, s:n, s:n, s:s}", "type", "from", "from_kind",
	                 "text", "time", "part", "class", "error", sentence);
}

/* 0, EXIT_REFUSED: it is no message, or EX_OSERR. */
static int tell(struct session *session, const char *hex, size_t len)
{
	struct pdu pdu;
	struct pdu_error error;
	json_t *answer;
	int r = pdu_decode_hex(hex, len, &pdu, &error);

	if (r == 0) {
		if (session->has_last)
			(void)pdu_join(&session->last, &pdu);
		session->last = pdu;
		session->has_last = true;
		answer = describe(&pdu, session->country);
	} else {
		answer = describe_error(error.sentence);
	}
	if (answer == NULL || json_dumpf(answer, stdout, JSON_COMPACT) != 0)
		r = EX_OSERR;
	else
		r = r == 0 ? EXIT_DONE : EXIT_REFUSED;
	(void)fputc('\n', stdout);
	json_decref(answer);
	return r;
}

static int tell_lines(struct session *session)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	int worst = EXIT_DONE;

	while ((len = getline(&line, &size, stdin)) >= 0) {
		const char *hex = line;
		int r;

		while (len > 0 && strchr(" \t\r\n", line[len - 1]) != NULL)
			len--;
		while (len > 0 && (*hex == ' ' || *hex == '\t')) {
			hex++;
			len--;
		}
		r = tell(session, hex, (size_t)len);
		worst = r > worst ? r : worst;
		(void)fflush(stdout);
	}
	free(line);
	return worst;
}

static int run(const struct args *args)
{
	struct session session = {0};
	const char *code = args_value(args, "--country");
	int worst = EXIT_DONE;

	if (code != NULL) {
		session.country = number_country(code);
		if (session.country == NULL) {
			complain(args,
			         "--country “%s” is not known; one of these would be right: %s.",
			         code, number_countries());
			return EX_USAGE;
		}
	}
	if (args->n_positional == 0)
		return tell_lines(&session);
	for (size_t i = 0; i < args->n_positional; i++) {
		int r = tell(&session, args->positional[i], strlen(args->positional[i]));

		worst = r > worst ? r : worst;
	}
	return worst;
}

static const struct option_spec options[] = {
    {"--json", OPTION_FLAG, false, NULL, "one JSON object a line; there is no other form"},
    {"--country", OPTION_VALUE, false, "CODE",
     "whose national numbers become +…, such as US; none without it"},
};

const struct command command_pdu = {
    .name = "pdu",
    .summary = "say what stored SMS messages hold, from a modem's hexadecimal digits",
    .positional = "[HEX…]",
    .positional_min = 0,
    .positional_max = SIZE_MAX,
    .option = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .about =
        "Without HEX it reads one message a line from standard input and answers each with a "
        "line.\n"
        "{type, from, from_kind, text, time, part, class, error}: from is the other telephone (of "
        "a\n"
        "submit the one it goes to); part is [reference, number, of] or null; what does not "
        "decode\n"
        "has only error, a sentence saying at which octet and why. A character cut in two between\n"
        "parts stands in front of the later one, if they come in order.\n"
        "Exit status 0 if every message could be read; 1 otherwise.\n",
    .run = run,
};
