/* SPDX-License-Identifier: Apache-2.0 */
/* An event that is there, issued again: the same card, a higher serial. */
#include <stdio.h>
#include <string.h>

#include "card.h"
#include "commands.h"
#include "crypto.h"
#include "event_settings.h"
#include "keys.h"
#include "message.h"
#include "project.h"
#include "volunteers.h"
#include "windows.h"

static int windows_amend(const struct args *args, struct manifest *manifest,
                         struct print_event *event)
{
	static const char *const more[] = {"--length", "--every", "--count", "--zone"};

	if (args_value(args, "--start") == NULL) {
		for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
			if (args_value(args, more[i]) != NULL) {
				complain(
				    args,
				    "%s goes with --start: give all meetings of the event anew",
				    more[i]);
				return EX_USAGE;
			}
		return 0;
	}
	if (args_value(args, "--length") == NULL) {
		complain(args, "--length is missing: with --start all meetings are given anew");
		return EX_USAGE;
	}
	manifest->n_windows = 0;
	complain(args,
	         "warning: meetings have their numbers by their order in time; what was counted "
	         "at the second stands at the second of the new ones");
	return windows_read(args, manifest, event->offset_s);
}

static int volunteers_amend(const struct args *args, struct manifest *manifest)
{
	struct volunteers volunteers;
	struct card_secret secret;
	int r = volunteers_read(args, &volunteers);

	if (r == 0 && volunteers.n > 0) {
		r = input_read_hex(args, args_value(args, "--event"), "card.secret",
		                   "the event card's secret", secret.b, sizeof(secret.b));
		if (r == 0)
			volunteers_mark(&volunteers, &secret, manifest);
		wipe(&secret, sizeof(secret));
	}
	wipe(&volunteers, sizeof(volunteers));
	return r;
}

static int read_all(const struct args *args, struct manifest *manifest, struct print_event *event,
                    const struct hub *hub)
{
	int r = names_amend(args, manifest);

	if (r == 0)
		r = projects_amend(args, manifest);
	if (r == 0)
		r = windows_amend(args, manifest, event);
	if (r == 0)
		r = event_limits_read(args, manifest);
	if (r == 0)
		r = volunteers_amend(args, manifest);
	if (r == 0)
		r = event_paper_read(args, event);
	if (r == 0)
		r = event_fits_hub(args, manifest, &hub->cert);
	if (r == 0)
		r = event_is_printable(args, event, hub->cert.name.s);
	return r;
}

static int run(const struct args *args)
{
	const char *folder = args_value(args, "--event");
	struct print_event event;
	struct manifest manifest;
	struct hub hub;
	int r = hub_read(args, args_value(args, "--hub"), &hub);

	if (r != 0)
		return r;
	r = event_read(args, folder, &hub, &manifest, &event);
	if (r == 0)
		r = read_all(args, &manifest, &event, &hub);
	if (r == 0)
		r = card_reissue(args, folder, &event, &manifest, &hub);
	if (r == 0)
		r = event_describe(args, folder, &event, output_replace);
	wipe(&hub.seed, sizeof(hub.seed));
	if (r != 0)
		return r;
	(void)printf("“%s” in %s is issue %u now; print its card anew, tickets stay good\n",
	             manifest.name[0].s, folder, manifest.serial);
	windows_tell(&manifest, event.offset_s);
	(void)printf(
	    "  The collector judges by it, also what is held, once a kiosk that was shown the "
	    "new card has sent,\n  or at once, while it is stopped: collectord --config FILE "
	    "--judge-again \\\n    --issue event.manifest --hub-certificate hub.cert\n");
	return EXIT_DONE;
}

static const struct option_spec options[] = {
    {"--hub", OPTION_VALUE, true, "DIR", "the hub's folder; its certificate goes onto the card"},
    {"--event", OPTION_VALUE, true, "DIR", "folder of `event new`, whose files are replaced"},
    {"--name", OPTION_MANY, false, "en=TEXT", "another name in one of its languages"},
    {"--project", OPTION_MANY, false, "ID:KEYWORD[,KEYWORD…]:en=NAME[:es=NAME]",
     "one more project; or, with the ID of one it has, that one anew"},
    {"--default", OPTION_VALUE, false, "ID|KEYWORD", "project of who says none"},
    {"--start", OPTION_MANY, false, "TIME", "all its meetings anew, as `event new` takes them"},
    {"--zone", OPTION_VALUE, false, "NAME", "whose clocks show these times: America/New_York"},
    {"--length", OPTION_VALUE, false, "DURATION", "how long a meeting is"},
    {"--every", OPTION_VALUE, false, "DURATION", "a series: whole days, such as 7d"},
    {"--count", OPTION_VALUE, false, "N", "how many meetings the series has, to 1000"},
    EVENT_OPTIONS,
};

const struct command command_event_amend = {
    .name = "event amend",
    .summary = "issue an event again: other limits, names, projects, times, a renewed certificate",
    .positional = "",
    .option = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .about =
        "What is not given stays. The event, its card's secret and its tickets stay the same, its\n"
        "serial is one higher, and event.manifest, the card and event.json are written anew in "
        "its\n"
        "folder. What the collector held for the former issue counts by the new one. Without\n"
        "anything to change it puts the hub's present certificate onto the card.\n\n"
        "  kioskctl event amend --hub hub --event event --kiosks-max 2 --people-max 800\n",
    .run = run,
};
