/* SPDX-License-Identifier: Apache-2.0 */
/* Promise: what is typed wrongly gets a sentence saying which option, what was wrong, and what
 * would be right. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "program.h"

struct mistake {
	const char *words[PROGRAM_WORDS_MAX];
	int status;
	const char *says[4]; /* each stands in the sentence */
};

/* A good call of `event new`, in which a later row replaces parts. */
#define EVENT(...)                                                                                 \
	{                                                                                          \
		"event", "new", "--hub", "hub", "--out", "e", __VA_ARGS__                          \
	}
#define NAME    "--name", "en=River Night"
#define PROJECT "--project", "1:RIVER:en=River cleanup"
#define START   "--start", "2030-01-02T18:00-05:00"
#define LENGTH  "--length", "3h"
#define TICKET(...)                                                                                \
	{                                                                                          \
		"ticket", "new", "--event", "event", "--hub", "hub", "--out", "t", __VA_ARGS__     \
	}
#define NETWORK(...)                                                                               \
	{                                                                                          \
		"network", "new", "--out", "n", __VA_ARGS__                                        \
	}
#define HUB(...)                                                                                   \
	{                                                                                          \
		"hub", "new", "--network", "net", "--out", "h", __VA_ARGS__                        \
	}
#define LONG "123456789 123456789 123456789 123456789 123456789 123456789 12345678"

static const struct mistake mistakes[] = {
    {{"evnt", "new"}, EX_USAGE, {"there is no command “evnt”", "`kioskctl event new`"}},
    {{"stats"}, EX_USAGE, {"did you mean `kioskctl status`"}},
    {{"frobnicate"}, EX_USAGE, {"no command “frobnicate”", "kioskctl help"}},
    {{"event"}, EX_USAGE, {"half a command", "kioskctl event new"}},
    {{"help", "evnt", "new"}, EX_USAGE, {"did you mean"}},
    {{"status", "--jsn"}, EX_USAGE, {"no option --jsn", "did you mean --json?"}},
    {{"status", "--json=yes"}, EX_USAGE, {"--json takes no value"}},
    {{"status", "now"}, EX_USAGE, {"“now” is one word too many", "kioskctl status"}},
    {{"status", "--socket"}, EX_USAGE, {"--socket needs a value", "--socket PATH"}},
    {{"headcount"}, EX_USAGE, {"N is missing", "kioskctl headcount N"}},
    {{"headcount", "many"}, EX_USAGE, {"“many”", "from 0 to 100000"}},
    {{"+1", "0"}, EX_USAGE, {"N: “0”", "from 1 to 500"}},
    {{"+1", "--first", "maybe"}, EX_USAGE, {"--first: “maybe”", "ask or yes or no"}},
    {{"close", "--headcount", "-3"}, EX_USAGE, {"--headcount: “-3”", "whole number"}},
    {{"decode"}, EX_USAGE, {"FILE… is missing"}},
    {{"event", "amend", "--hub", "hub", "--event", "event", "--length", "3h"},
     EX_USAGE,
     {"--length goes with --start"}},
    {{"event", "amend", "--hub", "hub", "--event", "event", "--start", "2030-01-02T18:00Z"},
     EX_USAGE,
     {"--length is missing"}},
    {{"event", "amend", "--hub", "hub", "--event", "event", "--name", "fr=Soir"},
     EX_USAGE,
     {"--name fr", "no such language"}},
    {{"event", "amend", "--hub", "hub", "--event", "event", "--project", "50:RIVER:en=Another"},
     EX_USAGE,
     {"the keyword “RIVER” is the same as"}},
    {{"event", "amend", "--hub", "hub", "--event", "event", "--kiosks-max", "0"},
     EX_USAGE,
     {"--kiosks-max: “0”"}},
    {{"event", "kiosk", "--hub", "hub", "--event", "event", "--out", "k"},
     EX_USAGE,
     {"--own KEY", "--none"}},
    {{"event", "kiosk", "--hub", "hub", "--event", "event", "--out", "k", "--own", "12"},
     EX_USAGE,
     {"--own: “12”", "64 hexadecimal digits", "kioskctl verify"}},
    {{"event", "kiosk", "--hub", "hub", "--event", "event", "--out", "k", "--none", "--meeting",
      "2"},
     EX_USAGE,
     {"--meeting: “2”"}},

    {NETWORK("--name", "X"), EX_USAGE, {"--collector is missing", "https://HOST"}},
    {NETWORK("--name", "X", "--collector", "totals.example"),
     EX_USAGE,
     {"“totals.example” is no web address", "https://HOST"}},
    {NETWORK("--name", "X", "--collector", "http://totals.example"),
     EX_USAGE,
     {"plain http", "this very machine", "https://HOST"}},
    {NETWORK("--name", "X", "--collector", "https://totals.example/path"),
     EX_USAGE,
     {"more or less than a host and a port"}},
    {NETWORK("--name", LONG, "--collector", "https://a.example"),
     EX_USAGE,
     {"--name", "takes 68 octets", "64 fit", "shorten it by 4"}},
    {NETWORK("--name", "", "--collector", "https://a.example"), EX_USAGE, {"--name is empty"}},
    {NETWORK("--name", "a\tb", "--collector", "https://a.example"),
     EX_USAGE,
     {"control character"}},
    {NETWORK("--name", "a\xff", "--collector", "https://a.example"), EX_USAGE, {"UTF-8"}},
    {NETWORK("--name", "X", "--collector", "https://a.example", "--valid-from", "21.11.2026"),
     EX_USAGE,
     {"--valid-from: “21.11.2026”", "2026-11-21"}},
    {NETWORK("--name", "X", "--collector", "https://a.example", "--valid-from", "2026-02-30"),
     EX_USAGE,
     {"not a day of the calendar"}},
    {NETWORK("--name", "X", "--collector", "https://a.example", "--valid-days", "0"),
     EX_USAGE,
     {"--valid-days: “0”", "from 1 to 36500"}},
    {NETWORK("--name", "X", "--name", "Y", "--collector", "https://a.example"),
     EX_USAGE,
     {"--name is given twice"}},

    {HUB("--id", "0", "--level", "local", "--region", "US-KY", "--name", "H"),
     EX_USAGE,
     {"--id: “0”"}},
    {HUB("--id", "4294967296", "--level", "local", "--region", "US-KY", "--name", "H"),
     EX_USAGE,
     {"--id: “4294967296”"}},
    {HUB("--id", "1", "--level", "county", "--region", "US-KY", "--name", "H"),
     EX_USAGE,
     {"--level: “county”", "state or local"}},
    {HUB("--id", "1", "--level", "local", "--region", "Kentucky", "--name", "H"),
     EX_USAGE,
     {"--region: “Kentucky”", "US-KY"}},
    {HUB("--id", "1", "--level", "local", "--region", "ohio", "--name", "H"),
     EX_USAGE,
     {"--region: “ohio”", "US-OH"}},
    {HUB("--id", "1", "--level", "local", "--region", "pr", "--name", "H"),
     EX_USAGE,
     {"--region: “pr”", "US-PR"}},
    {HUB("--id", "1", "--level", "local", "--region", "US-ZZ", "--name", "H"),
     EX_USAGE,
     {"“US-ZZ” is no state", "US-KY"}},
    {HUB("--id", "1", "--level", "local", "--region", "us-kentucky", "--name", "H"),
     EX_USAGE,
     {"“us-kentucky” is no region"}},
    {{"hub", "new", "--network", "nowhere", "--out", "h", "--id", "1", "--level", "local",
      "--region", "US-KY", "--name", "H"},
     EX_NOINPUT,
     {"nowhere/root.key", "the network's root key", "No such file"}},

    {EVENT(NAME, PROJECT, LENGTH), EX_USAGE, {"--start is missing"}},
    {EVENT(NAME, PROJECT, LENGTH, "--start", "2030-01-02"),
     EX_USAGE,
     {"no time of day", "2026-11-21T18:00-05:00"}},
    {EVENT(NAME, PROJECT, LENGTH, "--start", "2030-01-02T18:00"),
     EX_USAGE,
     {"no offset from UTC", "-05:00"}},
    {EVENT(NAME, PROJECT, LENGTH, "--start", "2030-02-30T18:00Z"), EX_USAGE, {"does not exist"}},
    {EVENT(NAME, PROJECT, LENGTH, "--start", "tomorrow"), EX_USAGE, {"does not begin with a date"}},
    {EVENT(NAME, PROJECT, START, "--length", "3"), EX_USAGE, {"--length: “3”", "3h"}},
    {EVENT(NAME, PROJECT, START, "--length", "8d"), EX_USAGE, {"--length: “8d”", "to 7 days"}},
    {EVENT(NAME, PROJECT, START, LENGTH, "--grace", "2d"), EX_USAGE, {"--grace: “2d”", "1 day"}},
    {EVENT(NAME, PROJECT, START, LENGTH, "--every", "7d"),
     EX_USAGE,
     {"--every and --count belong together"}},
    {EVENT(NAME, PROJECT, START, LENGTH, "--every", "36h", "--count", "3"),
     EX_USAGE,
     {"whole days"}},
    {EVENT(NAME, PROJECT, START, "--length", "2d", "--every", "1d", "--count", "3"),
     EX_USAGE,
     {"shorter than the meeting's --length"}},
    {EVENT(NAME, PROJECT, START, LENGTH, "--start", "2030-01-02T19:00-05:00"),
     EX_USAGE,
     {"two meetings overlap"}},
    {EVENT(NAME, PROJECT, LENGTH, "--start", "2099-01-02T18:00Z"),
     EX_USAGE,
     {"hub's certificate is for events from"}},
    {EVENT("--name", "River", PROJECT, START, LENGTH),
     EX_USAGE,
     {"“River” does not begin with a language", "en=TEXT"}},
    {EVENT(NAME, "--name", "en=Again", PROJECT, START, LENGTH),
     EX_USAGE,
     {"--name en is given twice"}},
    {EVENT(NAME, "--name", ("es=" LONG), PROJECT, START, LENGTH),
     EX_USAGE,
     {"--name es", "shorten it by 4"}},
    {EVENT(NAME, START, LENGTH, "--project", "RIVER:en=River"),
     EX_USAGE,
     {"fewer than its three parts", "2:RIVER,RIO:en=River cleanup"}},
    {EVENT(NAME, START, LENGTH, "--project", "0:RIVER:en=River"),
     EX_USAGE,
     {"the ID: “0”", "1 to 65535"}},
    {EVENT(NAME, START, LENGTH, PROJECT, "--project", "1:TREES:en=Trees"),
     EX_USAGE,
     {"--project 1 is given twice"}},
    {EVENT(NAME, START, LENGTH, PROJECT, "--project", "2:river:en=Trees"),
     EX_USAGE,
     {"“river” is the same as “RIVER” of project 1"}},
    {EVENT(NAME, START, LENGTH, "--project", "1:RIO:en=a", "--project", "2:río:en=b"),
     EX_USAGE,
     {"“río” is the same as “RIO” of project 1"}},
    {EVENT(NAME, START, LENGTH, "--project", "1:STOP:en=River"), EX_USAGE, {"“STOP”", "reserved"}},
    {EVENT(NAME, START, LENGTH, "--project", "1:help:en=River"), EX_USAGE, {"“help”", "reserved"}},
    {EVENT(NAME, START, LENGTH, "--project", "1:UNDO:en=River"), EX_USAGE, {"“UNDO”", "reserved"}},
    {EVENT(NAME, START, LENGTH, "--project", "1:Borrar:en=River"), EX_USAGE, {"reserved"}},
    {EVENT(NAME, START, LENGTH, "--project", "1:START:en=River"), EX_USAGE, {"reserved"}},
    {EVENT(NAME, START, LENGTH, "--project", "1:RIVER3:en=River"),
     EX_USAGE,
     {"“RIVER3”", "three people for RIVER"}},
    {EVENT(NAME, START, LENGTH, "--project", "1:RIVER BANK:en=River"),
     EX_USAGE,
     {"more than one word"}},
    {EVENT(NAME, START, LENGTH, "--project", "1:ELM,OAK,ASH,FIR,YEW:en=River"),
     EX_USAGE,
     {"more than four keywords"}},
    {EVENT(NAME, START, LENGTH, "--project", "1:ABCDEFGHIJKLMNOPQ:en=River"),
     EX_USAGE,
     {"project 1's keyword", "shorten it by 1"}},
    {EVENT(NAME, START, LENGTH, "--project", "1:RIVER:es=Río"),
     EX_USAGE,
     {"in no language of the event"}},
    {EVENT(NAME, "--name", "es=Noche", START, LENGTH, "--project", "1:RIVER:es=Río"),
     EX_USAGE,
     {"no name in the event's first language"}},
    {EVENT(NAME, START, LENGTH, "--project", ("1:RIVER:en=" LONG)),
     EX_USAGE,
     {"project 1's name in en", "shorten it by 4"}},
    {EVENT(NAME, PROJECT, START, LENGTH, "--default", "9"), EX_USAGE, {"no --project 9"}},
    {EVENT(NAME, PROJECT, START, LENGTH, "--default", "TREES"), EX_USAGE, {"no --project TREES"}},
    {EVENT(NAME, PROJECT, START, LENGTH, "--party-max", "21"), EX_USAGE, {"from 1 to 20"}},
    {EVENT(NAME, PROJECT, START, LENGTH, "--policy", "guests"), EX_USAGE, {"signed or any"}},
    {EVENT(NAME, PROJECT, START, LENGTH, "--policy", "roster"),
     EX_USAGE,
     {"“roster”", "is not there yet", "our own tickets only", "Choose signed, or any"}},
    {EVENT(NAME, PROJECT, START, LENGTH, "--volunteer", "502 555 0123"),
     EX_USAGE,
     {"“502 555 0123”", "does not say its country", "+15025550123", "--country US"}},
    {EVENT(NAME, PROJECT, START, LENGTH, "--volunteer", "+1502555012"),
     EX_USAGE,
     {"“+1502555012”", "No telephone has such a number"}},
    {EVENT(NAME, PROJECT, START, LENGTH, "--volunteer", "22000", "--country", "US"),
     EX_USAGE,
     {"“22000”", "No telephone has such a number"}},
    {EVENT(NAME, PROJECT, START, LENGTH, "--volunteer", "Ann"), EX_USAGE, {"“Ann”", "digits only"}},
    {EVENT(NAME, PROJECT, START, LENGTH, "--volunteer", "+15025550123", "--volunteer",
           "(502) 555-0123", "--country", "US"),
     EX_USAGE,
     {"“(502) 555-0123”", "given twice"}},
    {EVENT(NAME, PROJECT, START, LENGTH, "--volunteer", "+15025550123", "--country", "XX"),
     EX_USAGE,
     {"--country: “XX”", "US"}},
    {EVENT(NAME, PROJECT, START, LENGTH, "--country", "US"), EX_USAGE, {"no --volunteer"}},
    {EVENT(NAME, PROJECT, START, LENGTH, "--volunteer", "+15025550121", "--volunteer",
           "+15025550122", "--volunteer", "+15025550123", "--volunteer", "+15025550124",
           "--volunteer", "+15025550125"),
     EX_USAGE,
     {"at most 4"}},
    {EVENT(NAME, PROJECT, START, LENGTH, "--resume", "never"), EX_USAGE, {"card or auto"}},

    {TICKET("--count", "0"), EX_USAGE, {"--count: “0”", "from 1 to 100000"}},
    {TICKET("--count", "1", "--projects", "1,3"), EX_USAGE, {"no project 3", "1, 2, 7"}},
    {TICKET("--count", "1", "--projects", "one"), EX_USAGE, {"--projects: “one”"}},
    {TICKET("--count", "1", "--projects", "66537"), EX_USAGE, {"no project 66537"}},
    {TICKET("--count", "1", "--format", "pdf"),
     EX_USAGE,
     {"“pdf” is no format", "png, svg and txt"}},
    {TICKET("--count", "1", "--paper", "a4"), EX_USAGE, {"--slips"}},
    {TICKET("--count", "1", "--not-after", "soon"), EX_USAGE, {"--not-after: “soon”"}},
};

static void test_mistakes(void **state)
{
	struct program *program = *state;
	int wrong = 0;

	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		const struct mistake *mistake = &mistakes[i];
		bool good = program_run(program, mistake->words) == mistake->status;
		const size_t len = strlen(program->err);

		for (size_t k = 0; k < 4 && mistake->says[k] != NULL; k++)
			good = good && strstr(program->err, mistake->says[k]) != NULL;
		/* One line of its own on standard error, nothing on standard output. */
		good = good && len > 0 && strchr(program->err, '\n') == program->err + len - 1;
		good = good && program->out[0] == '\0';
		if (good)
			continue;
		print_error("row %zu (%s %s …): status %d, said: %s\n", i, mistake->words[0],
		            mistake->words[1] != NULL ? mistake->words[1] : "", program->status,
		            program->err);
		wrong++;
	}
	assert_int_equal(wrong, 0);
	/* What was refused left nothing behind. */
	assert_int_equal(access(program_path(program, "e"), F_OK), -1);
	assert_int_equal(access(program_path(program, "t"), F_OK), -1);
	assert_int_equal(access(program_path(program, "n"), F_OK), -1);
	assert_int_equal(access(program_path(program, "h"), F_OK), -1);
}

/* A card that is too full says by how much, and shortening by that much is enough. */
static void test_full_card(void **state)
{
	struct program *program = *state;
	char name[65], spec[6][160];
	const char *words[PROGRAM_WORDS_MAX] = EVENT(START, LENGTH, "--name");
	unsigned int over = 0;
	size_t n = 11;
	const char *says;

	memset(name, 'x', 60);
	memcpy(name, "en=", 3);
	name[60] = '\0';
	words[n++] = name;
	for (size_t i = 0; i < 6; i++) {
		(void)snprintf(spec[i], sizeof(spec[i]), "%zu:%c%c%c:en=%.40s", i + 1,
		               (char)('p' + i), (char)('p' + i), 'q',
		               "Forty octets of a project's long name....");
		words[n++] = "--project";
		words[n++] = spec[i];
	}
	words[n] = NULL;
	assert_int_equal(program_run(program, words), EX_USAGE);
	says = strstr(program->err, "shorten names by ");
	assert_non_null(says);
	assert_int_equal(sscanf(says, "shorten names by %u octets", &over), 1);
	assert_true(over > 0 && over <= 6 * 15);
	assert_non_null(strstr(program->err, "project 1's name in en"));
	/* From the ends of the projects' names, none under 25: there its length takes an octet
	 * less. */
	for (size_t i = 0; i < 6; i++) {
		const unsigned int cut = over - 1 < 15 ? over - 1 : 15;

		spec[i][strlen(spec[i]) - cut] = '\0';
		over -= cut;
	}
	assert_int_equal(over, 1);
	assert_int_equal(program_run(program, words), EX_USAGE);
	assert_non_null(strstr(program->err, "shorten names by 1 octet "));
	name[strlen(name) - 1] = '\0';
	assert_int_equal(program_run(program, words), 0);
	assert_non_null(strstr(program->out, "600 of 600 octets"));
	assert_non_null(strstr(program->out, "of 600 octets, QR version "));
}

static void test_help(void **state)
{
	static const char *const names[] = {"network", "hub", "event", "ticket"};
	static const char *const others[] = {"decode",    "status", "+1",   "undo",
	                                     "headcount", "close",  "send", "watch"};
	struct program *program = *state;

	assert_int_equal(RUN(program, "help"), 0);
	for (size_t i = 0; i < 8; i++)
		assert_non_null(strstr(program->out, others[i]));
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(RUN(program, "help", names[i], "new"), 0);
		assert_non_null(strstr(program->out, "--out DIR"));
		assert_int_equal(RUN(program, names[i], "new", "--help"), 0);
	}
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(RUN(program, "help", others[i]), 0);
		assert_non_null(strstr(program->out, "usage: kioskctl"));
	}
	assert_int_equal(RUN(program, "--version"), 0);
	assert_memory_equal(program->out, "kioskctl 0.", 11);
	assert_string_equal(program->err, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_mistakes),
	    cmocka_unit_test(test_full_card),
	    cmocka_unit_test(test_help),
	};

	return cmocka_run_group_tests(tests, program_setup_event, program_teardown);
}
