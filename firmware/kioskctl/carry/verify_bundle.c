/* SPDX-License-Identifier: Apache-2.0 */
/* What holds of a bundle and what does not, in plain words. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "audit.h"
#include "commands.h"
#include "hex.h"
#include "message.h"
#include "network.h"

enum { HEX_BYTES = 65, EXIT_UNREADABLE = 2 };

static const struct {
	const char *name, *holds;
} promise[AUDIT_N_PROMISES] = {
    [AUDIT_WHOLE] = {"whole", "The bundle is whole: nothing is missing and nothing was changed."},
    [AUDIT_KEYS] = {"keys", "Network, hub, event, card and kiosk vouch for each other."},
    [AUDIT_SIGNED] = {"signatures", "Every batch of totals is signed by the kiosk."},
    [AUDIT_ORDER] = {"order", "The batches follow each other without a gap or a fork."},
    [AUDIT_SUMS] = {"sums",
                    "Totals add up and never shrink; changes after the close are the hub's."},
    [AUDIT_RECOUNT] = {"recount", "Counting every line again gives the very same totals."},
    [AUDIT_RECEIPTS] = {"receipts", "The collector's receipts are its own and prove one log."},
};

static bool all_holds(const struct audit_report *report)
{
	for (int i = 0; i < AUDIT_N_PROMISES; i++)
		if (report->promise[i].broken[0] != '\0')
			return false;
	return true;
}

/* Whether what was signed holds. Of a bundle without a signed total nothing can be said. */
static bool is_good(const struct audit_report *report)
{
	return all_holds(report) && report->batches > 0;
}

static const char *row_name(const struct audit_report *report, uint16_t project)
{
	const int i = manifest_project_index(&report->manifest, project);

	if (project == PROJECT_PEOPLE)
		return "people";
	return report->has_manifest && i >= 0 ? report->manifest.project[i].name[0].s : "";
}

/* Added minus revoked of the rows of one project, from *i on, which moves behind them. */
static int64_t net_of(const struct audit_report *report, uint16_t *i)
{
	const uint16_t project = report->row[*i].project;
	int64_t net = 0;

	for (; *i < report->n_rows && report->row[*i].project == project; ++*i)
		net += (int64_t)report->row[*i].added - report->row[*i].revoked;
	return net;
}

/* --- JSON --- */

static json_t *checks_json(const struct audit_report *report)
{
	json_t *list = json_array();

	for (int i = 0; i < AUDIT_N_PROMISES; i++)
		(void)json_array_append_new(
		    list, json_pack("{s:s, s:b, s:I, s:s}", "check", promise[i].name, "holds",
		                    report->promise[i].broken[0] == '\0', "checked",
		                    (json_int_t)report->promise[i].checked, "sentence",
		                    report->promise[i].broken[0] != '\0' ? report->promise[i].broken
		                                                         : promise[i].holds));
	return list;
}

static json_t *projects_json(const struct audit_report *report, int64_t *ret_people)
{
	json_t *list = json_array();

	for (uint16_t i = 0; i < report->n_rows;) {
		const uint16_t project = report->row[i].project;
		const int64_t net = net_of(report, &i);

		if (project == PROJECT_PEOPLE)
			*ret_people = net;
		else
			(void)json_array_append_new(list,
			                            json_pack("{s:i, s:s, s:I}", "id", project,
			                                      "name", row_name(report, project),
			                                      "participations", (json_int_t)net));
	}
	return list;
}

static json_t *report_json(const struct audit_report *report, const char *file, bool trusted)
{
	char event[HEX_BYTES], device[HEX_BYTES], root[HEX_BYTES];
	int64_t people = 0;
	json_t *projects = projects_json(report, &people), *notes = json_array();

	hex_encode(report->event.b, sizeof(report->event.b), event);
	hex_encode(report->device.b, sizeof(report->device.b), device);
	hex_encode(report->root.b, sizeof(report->root.b), root);
	for (unsigned i = 0; i < report->n_notes; i++)
		(void)json_array_append_new(notes, json_string(report->note[i]));
	return json_pack(
	    "{s:s, s:b, s:b, s:s, s:s, s:s, s:i, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, "
	    "s:o, s:o, s:o}",
	    "bundle", file, "holds", is_good(report), "network_given", trusted, "root_key", root,
	    "hub", report->hub_name, "event", event, "occurrence", report->occurrence + 1,
	    "event_name", report->has_manifest ? report->manifest.name[0].s : "", "kiosk", device,
	    "openings", (json_int_t)report->openings, "batches", (json_int_t)report->batches,
	    "receipts", (json_int_t)report->receipts, "lines", (json_int_t)report->leaves, "people",
	    (json_int_t)people, "people_sealed", (json_int_t)report->sealed_people,
	    "people_confirmed", (json_int_t)report->confirmed_people, "headcount",
	    report->has_headcount ? json_integer(report->headcount) : json_null(), "projects",
	    projects, "checks", checks_json(report), "notes", notes);
}

static int print_json(const struct audit_report *report, const char *file, bool trusted)
{
	json_t *object = report_json(report, file, trusted);
	int r = object != NULL ? json_dumpf(object, stdout, JSON_INDENT(2)) : -1;

	json_decref(object);
	(void)fputc('\n', stdout);
	return r == 0 ? 0 : EX_SOFTWARE;
}

/* --- words --- */

static void print_words(const struct audit_report *report, const char *file, bool trusted)
{
	char hex[HEX_BYTES];

	(void)printf("%s\n", file);
	if (report->has_manifest)
		(void)printf("  %s, meeting %u, counted for %s\n", report->manifest.name[0].s,
		             report->occurrence + 1U, report->hub_name);
	(void)fputc('\n', stdout);
	for (int i = 0; i < AUDIT_N_PROMISES; i++) {
		const bool holds = report->promise[i].broken[0] == '\0';

		if (holds && report->promise[i].checked == 0)
			(void)printf("  nothing to check   %s\n", promise[i].name);
		else
			(void)printf("  %s  %s\n", holds ? "holds           " : "DOES NOT HOLD   ",
			             holds ? promise[i].holds : report->promise[i].broken);
	}
	(void)fputc('\n', stdout);
	for (uint16_t i = 0; i < report->n_rows;) {
		const uint16_t project = report->row[i].project;
		const int64_t net = net_of(report, &i);

		(void)printf("  %6lld  %s\n", (long long)net, row_name(report, project));
	}
	(void)printf("  %6llu  people confirmed by the collector\n",
	             (unsigned long long)report->confirmed_people);
	if (report->has_headcount)
		(void)printf("  %6u  people by headcount\n", report->headcount);
	for (unsigned i = 0; i < report->n_notes; i++)
		(void)printf("\n  Note: %s\n", report->note[i]);
	hex_encode(report->root.b, sizeof(report->root.b), hex);
	(void)fputc('\n', stdout);
	if (!all_holds(report))
		(void)printf("NOT EVERYTHING HOLDS.\n");
	else if (report->batches == 0)
		(void)printf(
		    "NOTHING IS SEALED YET: these are the kiosk's lines, and no signed total "
		    "covers them.\nExport again after the close.\n");
	else if (trusted)
		(void)printf("%s holds.\n", report->unsealed > 0 ? "What is sealed" : "Everything");
	else
		(void)printf("%s holds, if your network's root key is\n%s\n(--network FILE "
		             "compares it).\n",
		             report->unsealed > 0 ? "What is sealed" : "Everything", hex);
}

/* --- reading --- */

/* Item by item, in one buffer. NULL: to its end; else why not. -errno in *ret_error: this machine.
 */
static const char *read_items(FILE *in, struct audit *audit, int *ret_error)
{
	static uint8_t buffer[2 * BUNDLE_ITEM_BYTES_MAX];
	size_t len = 0, at = 0;

	*ret_error = 0;
	for (;;) {
		struct bundle_item item;
		size_t taken;

		if (len - at < BUNDLE_ITEM_BYTES_MAX) {
			memmove(buffer, buffer + at, len - at);
			len -= at;
			at = 0;
			len += fread(buffer + len, 1, sizeof(buffer) - len, in);
			if (ferror(in))
				*ret_error = -EIO;
		}
		if (*ret_error != 0 || at == len)
			return NULL;
		if (bundle_read(buffer + at, len - at, &item, &taken) != 0)
			return "From here on it is no bundle: cut short, or changed.";
		*ret_error = audit_item(audit, &item, buffer + at, taken);
		at += taken;
	}
}

static int run_verify(const struct args *args)
{
	const char *file = args->positional[0], *network = args_value(args, "--network"), *cut;
	const struct audit_report *report;
	struct audit *audit = NULL;
	struct network trusted;
	int error, r = network != NULL ? network_read(args, network, &trusted) : 0;
	FILE *in;

	if (r != 0)
		return EXIT_UNREADABLE;
	in = fopen(file, "rbe");
	if (in == NULL) {
		complain(args, "%s: %s", file, strerror(errno));
		return EXIT_UNREADABLE;
	}
	error = audit_new(network != NULL ? &trusted.root : NULL, &audit);
	cut = error == 0 ? read_items(in, audit, &error) : NULL;
	(void)fclose(in);
	report = error == 0 ? audit_end(audit, cut) : NULL;
	if (error != 0)
		complain(args, "%s: %s", file, strerror(-error));
	else if (!report->has_begin)
		complain(args, "%s is no bundle; `kioskctl export` makes one", file);
	if (error != 0 || !report->has_begin)
		r = EXIT_UNREADABLE;
	else if (args_flag(args, "--json"))
		r = print_json(report, file, network != NULL);
	else
		print_words(report, file, network != NULL);
	if (r == 0)
		r = is_good(report) ? EXIT_DONE : EXIT_REFUSED;
	audit_free(audit);
	return r;
}

static const struct option_spec options[] = {
    {"--network", OPTION_VALUE, false, "FILE",
     "the network it has to be of (network.txt); without it the bundle's own word is taken"},
    {"--json", OPTION_FLAG, false, NULL, "as one JSON object"},
};

const struct command command_verify = {
    .name = "verify",
    .summary = "check an exported event without a network",
    .positional = "BUNDLE",
    .positional_min = 1,
    .positional_max = 1,
    .option = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .about =
        "Checks what `kioskctl export` made: who vouches for whom, every signature, the chain of\n"
        "batches, every line counted again, the collector's receipts. Says what holds and what\n"
        "does not. Exit status: 0 what is sealed holds, 1 something does not, or nothing is "
        "sealed\n"
        "yet, 2 it cannot be read.\n",
    .run = run_verify,
};
