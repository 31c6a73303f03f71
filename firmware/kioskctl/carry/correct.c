/* SPDX-License-Identifier: Apache-2.0 */
/* A closed event's totals changed by its hub, with a signed reason. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kiosk/msg_people.h>

#include "bundle.h"
#include "client.h"
#include "commands.h"
#include "crypto.h"
#include "export_items.h"
#include "hub.h"
#include "message.h"
#include "project.h"
#include "text.h"

enum { CHANGE_MAX = 100000 };

/* "+3" or "-2", to the end of `text`. */
static bool signed_number(const char *text, int32_t *ret)
{
	const size_t digits = strspn(text + 1, "0123456789");
	long n;

	if ((text[0] != '+' && text[0] != '-') || digits == 0 || digits > 6 ||
	    text[1 + digits] != '\0')
		return false;
	n = strtol(text, NULL, 10);
	if (n == 0 || n > CHANGE_MAX || n < -CHANGE_MAX)
		return false;
	*ret = (int32_t)n;
	return true;
}

static int wrong_number(const struct args *args, const char *what, const char *text)
{
	complain(args, "%s: “%s”: right is a sign and a number up to %d, such as +3 or -2", what,
	         text, CHANGE_MAX);
	return EX_USAGE;
}

static int read_project(const struct args *args, const char *text, struct msg_correct *request)
{
	const char *colon = strchr(text, ':');
	char id[8] = "";
	uint32_t project;
	int r = 0;

	if (colon == NULL) {
		complain(args, "--project: “%s”: right is ID:+N or KEYWORD:+N, such as RIVER:-2",
		         text);
		return EX_USAGE;
	}
	if (strspn(text, "0123456789") == (size_t)(colon - text)) {
		text_format(id, sizeof(id), "%.*s", (int)(colon - text), text);
		r = number_parse(args, "--project", id, 1, UINT16_MAX, &project);
	}
	if (r != 0)
		return r;
	if (!signed_number(colon + 1, &request->change[request->n_changes].people))
		return wrong_number(args, "--project", colon + 1);
	request->n_changes++;
	return 0;
}

static int read_changes(const struct args *args, struct msg_correct *request)
{
	const char *people = args_value(args, "--people"), *text;
	int r = 0;

	if (people != NULL) {
		if (!signed_number(people, &request->change[0].people))
			return wrong_number(args, "--people", people);
		request->n_changes = 1;
	}
	for (size_t i = 0; r == 0 && (text = args_nth(args, "--project", i)) != NULL; i++) {
		if (request->n_changes == CORRECTION_CHANGES_MAX) {
			complain(args, "--project: an event has at most %d projects", PROJECTS_MAX);
			return EX_USAGE;
		}
		r = read_project(args, text, request);
	}
	if (r == 0 && request->n_changes == 0) {
		complain(args, "say what changes: --people ±N, --project RIVER:±N");
		return EX_USAGE;
	}
	return r;
}

/* Which projects they are, once the event is known. */
static int name_projects(const struct args *args, const struct manifest *manifest,
                         struct msg_correct *request)
{
	uint32_t change = args_value(args, "--people") != NULL ? 1 : 0;
	const char *text;

	for (size_t i = 0; (text = args_nth(args, "--project", i)) != NULL; i++, change++) {
		char name[KEYWORD_BYTES_MAX + 1];
		size_t index;
		int r;

		text_format(name, sizeof(name), "%.*s", (int)strcspn(text, ":"), text);
		r = project_find(args, "--project", manifest, name, &index);
		if (r != 0)
			return r;
		request->change[change].project = manifest->project[index].id;
	}
	return 0;
}

/* The last opening of the event there is here, and its next batch. */
static int note_item(void *context, const uint8_t *octets, size_t len)
{
	struct msg_correct *request = context;
	struct bundle_item item;
	struct grant grant;
	struct batch batch;
	size_t taken;

	if (bundle_read(octets, len, &item, &taken) != 0)
		return EX_DATAERR;
	if (item.kind == BUNDLE_OPENING &&
	    grant_reopen(item.part[2].octets, item.part[2].len, &grant) == 0) {
		request->epoch = grant.epoch;
		request->seq = 1;
	} else if (item.kind == BUNDLE_SEALED &&
	           batch_reopen(item.part[0].octets, item.part[0].len, &batch) == 0) {
		request->seq = batch.seq + 1;
	}
	return 0;
}

static int find_opening(const struct args *args, const struct wanted *wanted,
                        struct msg_correct *request)
{
	int r = export_from_kiosk(args, wanted, note_item, request);

	if (r == 0 && request->seq == 0) {
		complain(args, "--event: this kiosk counted no such meeting");
		return EXIT_REFUSED;
	}
	return r;
}

static int sign_correction(const struct args *args, struct msg_correct *request,
                           uint8_t bytes[CORRECTION_BYTES_MAX], size_t *ret_len)
{
	struct correction correction = {.epoch = request->epoch, .seq = request->seq};
	struct hub hub;
	int r = args_clean_text(args, "--reason", args_value(args, "--reason"), REASON_BYTES_MAX,
	                        correction.reason.s);

	if (r == 0)
		r = hub_read(args, args_value(args, "--hub"), &hub);
	if (r != 0)
		return r;
	r = correction_seal(&correction, &hub.seed, bytes, CORRECTION_BYTES_MAX, ret_len);
	wipe(&hub, sizeof(hub));
	if (r == 0)
		return 0;
	complain(args, "the correction cannot be signed: %s", wire_strerror(r));
	return EX_DATAERR;
}

static int send_correction(const struct args *args, struct msg_correct *request,
                           const uint8_t *bytes, size_t len)
{
	struct link_message message;
	const struct msg_result *result = (const struct msg_result *)(const void *)message.bytes;
	int fd, r = client_open(args, &fd);

	if (r != 0)
		return r;
	r = client_request(args, fd, MSG_CORRECT, request, bytes, len, MSG_RESULT, &message);
	(void)close(fd);
	if (r != 0)
		return r;
	if (result->error == 0) {
		(void)printf("%s\n", result->sentence);
		return EXIT_DONE;
	}
	complain(args, "%s", result->sentence);
	return EXIT_REFUSED;
}

static int run_correct(const struct args *args)
{
	struct msg_correct request = {.n_changes = 0};
	uint8_t bytes[CORRECTION_BYTES_MAX];
	struct manifest manifest;
	struct msg_status status;
	struct wanted wanted;
	size_t len = 0;
	int r = read_changes(args, &request);

	if (r == 0)
		r = wanted_read(args, &wanted);
	if (r == 0)
		r = client_status(args, &status);
	if (r != 0)
		return r;
	if (!status.has_event || status.state != KIOSK_IDLE) {
		complain(args,
		         status.has_event
		             ? "an event is open: close it first; until then `undo` and `+1` do"
		             : "no event was counted on this kiosk yet");
		return EXIT_REFUSED;
	}
	r = find_opening(args, &wanted, &request);
	if (r == 0 && args_value(args, "--project") != NULL)
		r = event_manifest(args, &wanted, &manifest);
	if (r == 0)
		r = name_projects(args, &manifest, &request);
	if (r == 0)
		r = sign_correction(args, &request, bytes, &len);
	return r != 0 ? r : send_correction(args, &request, bytes, len);
}

static const struct option_spec options[] = {
    {"--hub", OPTION_VALUE, true, "DIR", "the hub's folder, with hub.key"},
    {"--reason", OPTION_VALUE, true, "TEXT", "why, for everybody who reads the totals"},
    {"--people", OPTION_VALUE, false, "±N", "so many more or fewer people at the meeting"},
    {"--project", OPTION_MANY, false, "RIVER:±N",
     "so many more or fewer in this project, by keyword or ID"},
    WANTED_OPTIONS,
    SOCKET_OPTION,
};

const struct command command_correct = {
    .name = "correct",
    .summary = "change the totals of a closed event, as its hub",
    .positional = "",
    .option = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .about =
        "The event closed last, or an earlier one by its number and meeting, as `export` and\n"
        "`status --json` name them.\n"
        "Nothing is edited: lines are added by hand, or the last ones are taken back, and the\n"
        "hub's signed reason stands beside the new totals for ever.\n",
    .run = run_correct,
};
