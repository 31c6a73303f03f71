/* SPDX-License-Identifier: Apache-2.0 */
/* text: what an event makes of a text message, and what it would answer. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "keyword.h"
#include "keys.h"
#include "message.h"
#include "reply.h"

/* Wire's message.h and this room's event.h want a hub's key; nothing is counted here, so whose word
 * the manifest is does not matter. */
static int read_event(const struct args *args, const char *folder, struct manifest *ret)
{
	uint8_t octets[MANIFEST_BYTES_MAX];
	size_t len;
	int r = input_read(args, folder, "event.manifest", "an event's manifest", octets,
	                   sizeof(octets), &len);

	if (r != 0)
		return r;
	r = manifest_reopen(octets, len, ret);
	if (r == 0)
		return 0;
	complain(args, "%s/event.manifest is not an event's manifest: %s", folder,
	         wire_strerror(r));
	return EX_DATAERR;
}

static const char *const actions[] = {
    [SMS_ASK_NOTHING] = "none",  [SMS_ASK_CHECK_IN] = "count", [SMS_ASK_UNDO] = "undo",
    [SMS_ASK_STOP] = "stop",     [SMS_ASK_START] = "start",    [SMS_ASK_HELP] = "help",
    [SMS_ASK_IGNORE] = "ignore", [SMS_ASK_STATUS] = "status",  [SMS_ASK_UNTIMELY] = "none",
};

/* What the rules make of one text. */
struct understood {
	const char *text;
	struct sms_request request;
	bool counted, answered;
	const struct project *project; /* NULL: none is meant */
	char reply[REPLY_BYTES_MAX + 1];
};

static void understand(const struct manifest *manifest, const char *text, struct understood *ret)
{
	struct reply_facts facts = {0};
	enum sms_ask ask;
	uint16_t id;
	int index;

	memset(ret, 0, sizeof(*ret));
	ret->text = text;
	keyword_read(text, manifest, false, &ret->request);
	ask = ret->request.ask;
	ret->counted = ask == SMS_ASK_CHECK_IN;
	ret->answered = ask != SMS_ASK_IGNORE;
	id = ret->request.project;
	if (id == 0 && ret->counted)
		id = manifest->default_project;
	index = manifest_project_index(manifest, id);
	ret->project = index >= 0 ? &manifest->project[index] : NULL;
	if (!ret->answered)
		return;
	facts.project = ret->request.project;
	facts.people = ret->request.people;
	reply_text(ret->counted ? reply_counted(&ret->request, manifest, facts.people)
	                        : reply_done(ask),
	           manifest, &facts, ret->request.language, ret->reply, sizeof(ret->reply));
}

static const char *language_of(const struct manifest *manifest, const struct understood *what)
{
	return what->request.language < manifest->n_languages
	           ? manifest->language[what->request.language].s
	           : NULL;
}

static const char *keyword_of(const struct understood *what)
{
	return what->project != NULL && what->project->n_keywords > 0 ? what->project->keyword[0].s
	                                                              : NULL;
}

static int tell_json(const struct manifest *manifest, const struct understood *what)
{
	json_t *root =
	    json_pack("{s:s, s:s, s:b, s:i, s:o, s:s?, s:b, s:b, s:b, s:s?, s:b, s:s?}", "text",
	              what->text, "action", actions[what->request.ask], "counted", what->counted,
	              "people", what->counted ? (int)what->request.people : 0, "project",
	              what->project != NULL ? json_integer(what->project->id) : json_null(),
	              "keyword", keyword_of(what), "first_time", what->request.first == FIRST_YES,
	              "most", what->request.people_cut, "unsure", what->request.people_unsure,
	              "language", language_of(manifest, what), "answered", what->answered, "reply",
	              what->answered ? what->reply : NULL);
	int r =
	    root == NULL || json_dumpf(root, stdout, JSON_COMPACT) != 0 ? EX_DATAERR : EXIT_DONE;

	(void)fputc('\n', stdout);
	json_decref(root);
	return r;
}

static void tell_words(const struct manifest *manifest, const struct understood *what)
{
	static const char *const said[] = {
	    [SMS_ASK_NOTHING] = "not counted: no word of this event, or nobody is here",
	    [SMS_ASK_UNDO] = "takes this phone's check-in back",
	    [SMS_ASK_STOP] = "not counted: ends replies to this phone",
	    [SMS_ASK_START] = "not counted: brings replies back",
	    [SMS_ASK_HELP] = "not counted: asks for help",
	    [SMS_ASK_IGNORE] = "not counted and not answered: no person wrote it",
	    [SMS_ASK_STATUS] = "not counted: asks how it goes",
	    [SMS_ASK_UNTIMELY] = "not counted: sent at another time",
	};
	const char *language = language_of(manifest, what), *keyword = keyword_of(what);

	(void)printf("“%s”\n  ", what->text);
	if (what->counted)
		(void)printf("counted: %u %s for %s%s%s", what->request.people,
		             what->request.people == 1 ? "person" : "people",
		             what->project != NULL ? what->project->name[0].s : "the meeting",
		             keyword != NULL ? ", " : "", keyword != NULL ? keyword : "");
	else
		(void)printf("%s", said[what->request.ask]);
	(void)printf("%s\n",
	             what->counted && what->request.first == FIRST_YES ? ", a first time" : "");
	if (what->answered)
		(void)printf("  answered in %s: %s\n",
		             language != NULL ? language : "all of the event's languages",
		             what->reply);
}

static int tell(const struct args *args, const struct manifest *manifest, const char *text)
{
	struct understood what;

	understand(manifest, text, &what);
	if (!args_flag(args, "--json")) {
		tell_words(manifest, &what);
		return EXIT_DONE;
	}
	if (tell_json(manifest, &what) == 0)
		return EXIT_DONE;
	complain(args,
	         "a text is not UTF-8; each line of standard input, or all words together, is one");
	return EX_DATAERR;
}

static int tell_lines(const struct args *args, const struct manifest *manifest)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	int worst = EXIT_DONE;

	while ((len = getline(&line, &size, stdin)) >= 0) {
		int r;

		while (len > 0 && strchr("\r\n", line[len - 1]) != NULL)
			line[--len] = '\0';
		r = tell(args, manifest, line);
		worst = r > worst ? r : worst;
		(void)fflush(stdout);
	}
	free(line);
	return worst;
}

/* All words of the command line, as one text. */
static int tell_words_given(const struct args *args, const struct manifest *manifest)
{
	char *text;
	size_t size = 1, len = 0;
	int r;

	for (size_t i = 0; i < args->n_positional; i++)
		size += strlen(args->positional[i]) + 1;
	text = calloc(1, size);
	if (text == NULL)
		return EX_OSERR;
	for (size_t i = 0; i < args->n_positional; i++)
		len += (size_t)snprintf(text + len, size - len, "%s%s", i > 0 ? " " : "",
		                        args->positional[i]);
	r = tell(args, manifest, text);
	free(text);
	return r;
}

static int run(const struct args *args)
{
	struct manifest manifest;
	int r = read_event(args, args_value(args, "--event"), &manifest);

	if (r != 0)
		return r;
	return args->n_positional > 0 ? tell_words_given(args, &manifest)
	                              : tell_lines(args, &manifest);
}

static const struct option_spec options[] = {
    {"--event", OPTION_VALUE, true, "DIR", "folder of `event new`"},
    {"--json", OPTION_FLAG, false, NULL, "one JSON object a text"},
};

const struct command command_text = {
    .name = "text",
    .summary = "try what an event makes of a text message, and what it answers",
    .positional = "[WORD…]",
    .positional_min = 0,
    .positional_max = SIZE_MAX,
    .option = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .about =
        "All words together are one text; without any, each line of standard input is one. It is "
        "read\n"
        "as from a phone that has not been counted yet and is no volunteer's. Nothing is "
        "counted.\n\n"
        "--json: {text, action, counted, people, project, keyword, first_time, most, unsure, "
        "language,\n"
        "answered, reply}. action is count, none (not counted; answered with the keywords), ignore "
        "(no\n"
        "person wrote it: not counted, not answered), stop, start, help or undo; people is 0 "
        "unless\n"
        "counted; project is its number, and keyword its first; most: more were said than one "
        "phone "
        "may\n"
        "bring; unsure: a number or a word of company was not used, so the reply says how many "
        "were\n"
        "counted; language is null where the reply is in all of the event's.\n\n"
        "  kioskctl text --event event River, my wife and 2 kids\n",
    .run = run,
};
