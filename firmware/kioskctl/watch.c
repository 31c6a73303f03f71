/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <kiosk/msg_people.h>

#include "client.h"
#include "clock.h"
#include "commands.h"

static const char *answer_word(uint32_t answer)
{
	static const char *const words[] = {"nothing",      "counted",     "already",
	                                    "not_accepted", "not_checked", "opened",
	                                    "closed",       "undone",      "hold"};

	return answer < sizeof(words) / sizeof(words[0]) ? words[answer] : "unknown";
}

static const char *channel_word(uint32_t channel)
{
	static const char *const words[] = {"none", "qr", "sms", "manual"};

	return channel < sizeof(words) / sizeof(words[0]) ? words[channel] : "unknown";
}

static double answer_ms(const struct msg_view *view)
{
	return (double)mono_since_us(view->shown, view->seen) / 1000;
}

static int print_json(const struct msg_view *view)
{
	json_t *root =
	    json_pack("{s:I, s:s, s:s, s:I, s:I, s:f, s:s}", "happening",
	              (json_int_t)view->happening, "answer", answer_word(view->answer), "channel",
	              channel_word(view->channel), "added", (json_int_t)view->added, "people",
	              (json_int_t)view->people, "ms", answer_ms(view), "sentence", view->sentence);
	char *text = json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(9));

	json_decref(root);
	if (text == NULL)
		return -ENOMEM;
	(void)puts(text);
	free(text);
	return 0;
}

/* For a person: what happened in plain words; nothing where nothing was added or came in. */
static void print_line(const struct msg_view *view)
{
	static const char *const words[] = {
	    "status", "counted", "already here", "not accepted", "not checked",
	    "opened", "closed",  "taken back",   "hold still",
	};
	const uint32_t answer = view->answer;
	char added[16] = "";

	if (view->added > 0)
		(void)snprintf(added, sizeof(added), "+%u", view->added);
	(void)printf("%6llu people  %-12s  %-6s  %3s  %s\n", (unsigned long long)view->people,
	             answer < sizeof(words) / sizeof(words[0]) ? words[answer] : "",
	             view->channel == 0 ? "" : channel_word(view->channel), added, view->sentence);
}

static int print_message(const struct args *args, const struct link_message *message)
{
	const struct msg_view *view = (const struct msg_view *)message->bytes;
	const struct msg_result *result = (const struct msg_result *)message->bytes;

	if (message->head.type == MSG_RESULT && result->error != 0) {
		complain(args, "%s", result->sentence);
		return EXIT_REFUSED;
	}
	if (message->head.type != MSG_VIEW)
		return 0;
	if (args_flag(args, "--json"))
		return print_json(view) < 0 ? EX_OSERR : 0;
	print_line(view);
	return 0;
}

static int run(const struct args *args)
{
	struct msg_control control = {.control = CONTROL_WATCH};
	struct link_message message;
	int fd, r = client_open(args, &fd);

	if (r != 0)
		return r;
	r = client_send(args, fd, &control);
	while (r == 0) {
		r = client_next(args, fd, &message);
		if (r == 0)
			r = print_message(args, &message);
		/* Whoever read this has gone: so do we. */
		if (fflush(stdout) != 0)
			break;
	}
	(void)close(fd);
	return r;
}

static const struct option_spec options[] = {
    {"--json", OPTION_FLAG, false, NULL, "one JSON object a line, for programs"},
    SOCKET_OPTION,
};

const struct command command_watch = {
    .name = "watch",
    .summary = "a line for each thing that happens, until kioskd stops",
    .positional = "",
    .option = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .about = "Shows no identity: there is none.\n\n"
             "--json prints {happening, answer, channel, added, people, ms, sentence} with answer\n"
             "one of counted, already, not_accepted, not_checked, opened, closed, undone, hold,\n"
             "nothing, and channel one of qr, sms, manual, none. ms is from the moment the code "
             "was in view\n"
             "to the moment the count was on disk and shown.\n",
    .run = run,
};
