/* SPDX-License-Identifier: Apache-2.0 */
/* What a volunteer asks of a running kiosk. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kiosk/msg_people.h>

#include "calendar.h"
#include "client.h"
#include "commands.h"
#include "export_items.h"
#include "project.h"
#include "status.h"

enum { ATTEMPTS = 3, LINE_BYTES = 64 };

#define YES_OPTION                                                                                 \
	{                                                                                          \
		"--yes", OPTION_FLAG, false, NULL, "ask nothing"                                   \
	}

/* What kioskd is to ask before it acts; at a terminal `at_terminal` too. */
static uint32_t questions(const struct args *args, uint32_t always, uint32_t at_terminal)
{
	if (args_flag(args, "--yes"))
		return 0;
	return isatty(STDIN_FILENO) == 1 ? always | at_terminal : always;
}

/* --project of the event that is open. */
static int read_project(const struct args *args, uint32_t *ret_id)
{
	const struct wanted open = {.any = true};
	const char *text = args_value(args, "--project");
	struct manifest manifest;
	size_t index;
	int r;

	if (text[strspn(text, "0123456789")] == '\0')
		return number_parse(args, "--project", text, 1, UINT16_MAX, ret_id);
	r = event_manifest(args, &open, &manifest);
	if (r == 0)
		r = project_find(args, "--project", &manifest, text, &index);
	if (r == 0)
		*ret_id = manifest.project[index].id;
	return r;
}

static int run_add(const struct args *args)
{
	static const char *const answers[] = {"ask", "yes", "no", NULL};
	struct msg_control control = {.control = CONTROL_ADD, .number = 1};
	unsigned int first = 0;
	int r = args->n_positional > 0
	            ? number_parse(args, "N", args->positional[0], 1, WALK_INS_MAX, &control.number)
	            : 0;

	if (r == 0 && args_value(args, "--project") != NULL)
		r = read_project(args, &control.project);
	if (r == 0)
		r = args_choice(args, "--first", answers, 0, &first);
	control.first = first;
	return r != 0 ? r : client_do(args, &control);
}

static const struct option_spec add_options[] = {
    {"--project", OPTION_VALUE, false, "ID|KEYWORD",
     "project they are here for (the event's default)"},
    {"--first", OPTION_VALUE, false, "yes|no|ask",
     "whether it is their first meeting this year (ask: not known)"},
    SOCKET_OPTION,
};

const struct command command_add = {
    .name = "+1",
    .summary = "count people who have neither a code nor a phone",
    .positional = "[N]",
    .positional_max = 1,
    .option = add_options,
    .n_options = sizeof(add_options) / sizeof(add_options[0]),
    .about = "Counts one person, or N up to 500. `kioskctl undo` takes it back.\n",
    .run = run_add,
};

static int run_undo(const struct args *args)
{
	return client_do(args, &(struct msg_control){.control = CONTROL_UNDO,
	                                             .ask = questions(args, 0, ASK_WHAT)});
}

static const struct option_spec socket_option[] = {SOCKET_OPTION};
static const struct option_spec asking_options[] = {YES_OPTION, SOCKET_OPTION};

const struct command command_undo = {
    .name = "undo",
    .summary = "take the last check-in back",
    .positional = "",
    .option = asking_options,
    .n_options = sizeof(asking_options) / sizeof(asking_options[0]),
    .about =
        "Takes back the last check-in that still stands, whichever way it came. At a terminal it\n"
        "says which first (when, how it came, how many people, their project; never who) and\n"
        "asks. Nothing is erased: the totals show that one was added and one taken back.\n",
    .run = run_undo,
};

static int run_headcount(const struct args *args)
{
	struct msg_control control = {.control = CONTROL_HEADCOUNT,
	                              .has_headcount = true,
	                              .ask = questions(args, ASK_IF_FAR, 0)};
	const int r =
	    number_parse(args, "N", args->positional[0], 0, HEADCOUNT_MAX, &control.number);

	return r != 0 ? r : client_do(args, &control);
}

const struct command command_headcount = {
    .name = "headcount",
    .summary = "say how many people are in the room",
    .positional = "N",
    .positional_min = 1,
    .positional_max = 1,
    .option = asking_options,
    .n_options = sizeof(asking_options) / sizeof(asking_options[0]),
    .about =
        "Count heads before looking at the kiosk's number: totals that match a headcount made\n"
        "without it are worth more. One that is far from what was counted (by more than 3 and\n"
        "more than a tenth) is asked about first; without a terminal it takes --yes. The last\n"
        "one said counts. After the close it is taken until the collector has confirmed the\n"
        "totals.\n",
    .run = run_headcount,
};

static int run_send(const struct args *args)
{
	return client_do(args, &(struct msg_control){.control = CONTROL_SEND});
}

const struct command command_send = {
    .name = "send",
    .summary = "send what is waiting to the collector now",
    .positional = "",
    .option = socket_option,
    .n_options = 1,
    .about = "The kiosk sends by itself whenever there is a connection; this only makes it try at\n"
             "once. `kioskctl status` shows what the collector has confirmed.\n",
    .run = run_send,
};

/* Asks at the terminal, before any total has been seen. 0 or EX_USAGE. */
static int ask_headcount(const struct args *args, struct msg_control *control)
{
	char line[LINE_BYTES];

	for (int i = 0; i < ATTEMPTS; i++) {
		(void)fputs("How many people are in the room? (Enter to skip) ", stdout);
		(void)fflush(stdout);
		if (fgets(line, sizeof(line), stdin) == NULL) {
			(void)fputc('\n', stdout);
			return 0;
		}
		line[strcspn(line, "\r\n")] = '\0';
		if (line[strspn(line, " ")] == '\0')
			return 0;
		if (number_parse(args, "headcount", line + strspn(line, " "), 0, HEADCOUNT_MAX,
		                 &control->number) == 0) {
			control->has_headcount = true;
			return 0;
		}
	}
	complain(args, "the meeting is not closed: no number was understood");
	return EX_USAGE;
}

static int run_clock(const struct args *args)
{
	struct msg_control control = {.control = CONTROL_CLOCK};
	struct msg_status status;
	struct moment moment;
	int r;

	if (args->n_positional > 0) {
		r = moment_parse(args, "TIME", args->positional[0], &moment);
		control.at = moment.s;
		return r != 0 ? r : client_do(args, &control);
	}
	r = client_status(args, &status);
	if (r == 0)
		(void)printf("%s\n", status.clock_sentence);
	return r;
}

const struct command command_clock = {
    .name = "clock",
    .summary = "what the kiosk takes the time to be; or tell it",
    .positional = "[TIME]",
    .positional_max = 1,
    .option = socket_option,
    .n_options = 1,
    .about =
        "A kiosk may have no clock. It goes by the network's time, this machine's clock and the\n"
        "collector's receipts, as far as they can be true: one wrong date neither ends an open\n"
        "meeting nor keeps the next one shut. TIME, such as 2026-11-21T18:00-05:00, is a person's\n"
        "word: it stands against all of them until the kiosk restarts, also where a wrong date\n"
        "was believed before. It is not taken if it would end the open meeting.\n",
    .run = run_clock,
};

static int run_close(const struct args *args)
{
	struct msg_control control = {.control = CONTROL_CLOSE,
	                              .ask = questions(args, ASK_IF_FAR, ASK_WHAT)};
	struct msg_status status;
	int r = args_number(args, "--headcount", 0, HEADCOUNT_MAX, 0, &control.number);

	if (r != 0)
		return r;
	control.has_headcount = args_value(args, "--headcount") != NULL;
	if (!control.has_headcount && isatty(STDIN_FILENO) == 1)
		r = ask_headcount(args, &control);
	if (r == 0)
		r = client_do(args, &control);
	if (r == 0)
		r = client_status(args, &status);
	if (r != 0)
		return r;
	status_totals(&status, stdout);
	return EXIT_DONE;
}

static const struct option_spec close_options[] = {
    {"--headcount", OPTION_VALUE, false, "N", "people in the room; asked for at a terminal"},
    YES_OPTION,
    SOCKET_OPTION,
};

const struct command command_close = {
    .name = "close",
    .summary = "close the meeting and erase what its marks were made with",
    .positional = "",
    .option = close_options,
    .n_options = sizeof(close_options) / sizeof(close_options[0]),
    .about =
        "At a terminal it asks how many people are in the room before it shows any total, and\n"
        "whether the meeting of this name, with so many counted, is to be closed; then it closes\n"
        "and shows the totals. A closed meeting does not open again. A headcount that is far from\n"
        "what was counted takes a yes, or --yes. Totals go to the collector when there\n"
        "is a connection, at once or days later.\n",
    .run = run_close,
};
