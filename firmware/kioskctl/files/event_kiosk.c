/* SPDX-License-Identifier: Apache-2.0 */
/* Which kiosks were a hub's own at a meeting, where more have counted: the hub's signed word. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "commands.h"
#include "crypto.h"
#include "event.h"
#include "hex.h"
#include "keys.h"
#include "message.h"
#include "text.h"

enum { NAME_BYTES = 32 };

static int compare_keys(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct public_key));
}

/* All --own, in order. */
static int own_read(const struct args *args, struct kiosk_list *list)
{
	const char *text;

	for (size_t i = 0; (text = args_nth(args, "--own", i)) != NULL; i++) {
		if (i == KIOSK_LIST_MAX) {
			complain(args, "--own: at most %d kiosks can be named", KIOSK_LIST_MAX);
			return EX_USAGE;
		}
		if (hex_decode(text, list->own[i].b, sizeof(list->own[i].b)) != 0) {
			complain(
			    args,
			    "--own: “%s” is not a kiosk's key; right are 64 hexadecimal digits, as "
			    "“kiosk” of `kioskctl verify` or “device” of the collector's totals",
			    text);
			return EX_USAGE;
		}
		list->n++;
	}
	qsort(list->own, list->n, sizeof(list->own[0]), compare_keys);
	for (unsigned i = 1; i < list->n; i++)
		if (compare_keys(&list->own[i - 1], &list->own[i]) == 0) {
			complain(args, "--own: a kiosk is given twice");
			return EX_USAGE;
		}
	if ((list->n == 0) != args_flag(args, "--none")) {
		complain(args,
		         "say which kiosks were the hub's own: --own KEY for each, or --none");
		return EX_USAGE;
	}
	return 0;
}

static int meeting_read(const struct args *args, const struct manifest *manifest,
                        uint16_t *ret_occurrence)
{
	const uint32_t n = manifest_occurrences(manifest);
	uint32_t meeting;
	int r;

	if (n > 1 && args_value(args, "--meeting") == NULL) {
		complain(args,
		         "--meeting is missing: the event has %u; right is a number from 1 to %u",
		         n, n);
		return EX_USAGE;
	}
	r = args_number(args, "--meeting", 1, n, 1, &meeting);
	if (r == 0)
		*ret_occurrence = (uint16_t)(meeting - 1);
	return r;
}

static int run(const struct args *args)
{
	const char *out = args_value(args, "--out");
	struct kiosk_list list = {.time = clock_wall().s};
	uint8_t bytes[KIOSK_LIST_BYTES_MAX];
	struct print_event event;
	struct manifest manifest;
	char name[NAME_BYTES];
	struct hub hub;
	size_t len;
	int r = own_read(args, &list);

	if (r == 0)
		r = hub_read(args, args_value(args, "--hub"), &hub);
	if (r != 0)
		return r;
	r = event_read(args, args_value(args, "--event"), &hub, &manifest, &event);
	if (r == 0)
		r = meeting_read(args, &manifest, &list.occurrence);
	list.event = manifest.event;
	if (r == 0 && kiosk_list_seal(&list, &hub.seed, bytes, sizeof(bytes), &len) != 0) {
		complain(args, "the list cannot be signed: is this machine's clock set?");
		r = EX_DATAERR;
	}
	wipe(&hub.seed, sizeof(hub.seed));
	text_format(name, sizeof(name), "meeting-%u.kiosks", list.occurrence + 1U);
	if (r == 0)
		r = output_folder(args, out);
	if (r == 0)
		r = output_write(args, out, name, bytes, len, MODE_PUBLIC);
	if (r == 0)
		(void)printf("%s/%s: at meeting %u of “%s” %u kiosk%s the hub's own\n"
		             "  The collector's operator takes it in while it is stopped:\n"
		             "  collectord --config FILE --judge-again --kiosks %s "
		             "--hub-certificate hub.cert\n",
		             out, name, list.occurrence + 1U, manifest.name[0].s, list.n,
		             list.n == 1 ? " was" : "s were", name);
	return r;
}

static const struct option_spec options[] = {
    {"--hub", OPTION_VALUE, true, "DIR", "folder of `hub new`"},
    {"--event", OPTION_VALUE, true, "DIR", "folder of `event new`"},
    {"--meeting", OPTION_VALUE, false, "N", "which one of a series, from 1"},
    {"--own", OPTION_MANY, false, "KEY", "a kiosk that was the hub's own, by its key"},
    {"--none", OPTION_FLAG, false, NULL, "none was: nobody counted for the hub"},
    {"--out", OPTION_VALUE, true, "DIR", "folder for the file; made if there is none"},
};

const struct command command_event_kiosk = {
    .name = "event kiosk",
    .summary = "say which kiosks were the hub's own, where more counted a meeting",
    .positional = "",
    .option = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .about =
        "Whoever photographs an event card can count with it. Where more kiosks counted than were\n"
        "planned, the collector counts those that came first, shows all, and holds the others "
        "until\n"
        "the hub has said which were its own. Those count then, and no others; a later word takes\n"
        "the place of one before. Writes meeting-N.kiosks, which the collector's operator takes "
        "in.\n\n"
        "  kioskctl event kiosk --hub hub --event event --meeting 2 --own 2bc2800b… --out said\n",
    .run = run,
};
