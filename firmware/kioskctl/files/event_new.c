/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "card.h"
#include "commands.h"
#include "crypto.h"
#include "event_settings.h"
#include "hex.h"
#include "keys.h"
#include "message.h"
#include "numbers.h"
#include "project.h"
#include "replies.h"
#include "volunteers.h"
#include "windows.h"

enum { GRACE_S = 7200, PARTY = 6 /* DESIGN.md, Texts */ };

static const char *const files[] = {"event.manifest", "event.json", "card.secret", "card.txt",
                                    "card.png",       "card.svg",   "ticket.key",  "numbers.txt"};

struct secrets {
	struct card_secret card;
	struct secret_seed ticket; /* with --ticket-key */
	struct volunteers volunteers;
};

/* --- its files --- */

/* Draws what the event hangs on, and puts the card together. */
static int make(const struct args *args, struct manifest *manifest, const struct hub *hub,
                struct secrets *secrets, struct made_card *ret)
{
	struct secret_seed seed;

	random_bytes(&manifest->event, sizeof(manifest->event));
	random_bytes(&secrets->card, sizeof(secrets->card));
	seed = card_seed(&secrets->card, &manifest->event);
	manifest->card = ed25519_public(&seed);
	wipe(&seed, sizeof(seed));
	volunteers_mark(&secrets->volunteers, &secrets->card, manifest);
	if (args_flag(args, "--ticket-key")) {
		random_bytes(&secrets->ticket, sizeof(secrets->ticket));
		manifest->has_ticket_key = true;
		manifest->ticket = ed25519_public(&secrets->ticket);
	}
	return card_make(args, manifest, hub, &secrets->card, ret);
}

static int write_files(const struct args *args, const char *out, const struct print_event *event,
                       const struct hub *hub, const struct secrets *secrets,
                       const struct made_card *card)
{
	int r = output_folder(args, out);

	if (r == 0)
		r = output_write_hex(args, out, "card.secret", secrets->card.b,
		                     sizeof(secrets->card.b), MODE_SECRET);
	if (r == 0 && event->manifest->has_ticket_key)
		r = output_write_hex(args, out, "ticket.key", secrets->ticket.b,
		                     sizeof(secrets->ticket.b), MODE_SECRET);
	if (r == 0)
		r = event_describe(args, out, event, output_write);
	if (r == 0)
		r = numbers_new(args, out);
	if (r == 0)
		r = card_write(args, out, event, hub, card, output_write);
	return r;
}

static int read_all(const struct args *args, struct manifest *manifest, struct print_event *event,
                    struct volunteers *volunteers, struct hub *hub)
{
	const char *out = args_value(args, "--out");
	int r = names_read(args, manifest);

	manifest->serial = 1;
	manifest->grace_s = GRACE_S;
	manifest->party_max = PARTY;
	manifest->kiosks_max = 1;
	event->manifest = manifest;
	if (r == 0)
		r = projects_read(args, manifest);
	if (r == 0)
		r = windows_read(args, manifest, event->offset_s);
	if (r == 0)
		r = event_limits_read(args, manifest);
	if (r == 0)
		r = volunteers_read(args, volunteers);
	if (r == 0)
		r = event_paper_read(args, event);
	for (size_t i = 0; r == 0 && i < sizeof(files) / sizeof(files[0]); i++)
		r = output_is_free(args, out, files[i]);
	if (r == 0)
		r = hub_read(args, args_value(args, "--hub"), hub);
	if (r == 0)
		r = event_fits_hub(args, manifest, &hub->cert);
	if (r == 0)
		r = event_is_printable(args, event, hub->cert.name.s);
	return r;
}

static void tell(const char *out, const struct print_event *event, const struct made_card *card)
{
	const struct manifest *manifest = event->manifest;
	const uint32_t meetings = manifest_occurrences(manifest);
	char id[2 * sizeof(manifest->event.b) + 1];

	hex_encode(manifest->event.b, sizeof(manifest->event.b), id);
	(void)printf("event %s “%s” in %s\n"
	             "  %u meeting%s, %u project%s, %u volunteer%s who may text STATUS\n",
	             id, manifest->name[0].s, out, meetings, meetings == 1 ? "" : "s",
	             manifest->n_projects, manifest->n_projects == 1 ? "" : "s",
	             manifest->n_volunteers, manifest->n_volunteers == 1 ? "" : "s");
	windows_tell(manifest, event->offset_s);
	(void)printf(
	    "  card: %zu of %d octets, QR version %d; print card.svg or card.png "
	    "at full size,\n"
	    "  after the last `ticket new`, which puts into it how many tickets there are\n"
	    "  Whoever holds the card can begin the meeting's count.\n",
	    card->card_len, CARD_BYTES_MAX, qr_version(card->qr));
	replies_tell(manifest);
}

static int run(const struct args *args)
{
	const char *out = args_value(args, "--out");
	struct manifest manifest = {0};
	struct print_event event = {0};
	struct secrets secrets = {0};
	struct made_card card = {0};
	struct hub hub;
	int r = read_all(args, &manifest, &event, &secrets.volunteers, &hub);

	if (r == 0)
		r = make(args, &manifest, &hub, &secrets, &card);
	if (r == 0)
		r = write_files(args, out, &event, &hub, &secrets, &card);
	if (r == 0)
		tell(out, &event, &card);
	card_free(&card);
	wipe(&secrets, sizeof(secrets));
	wipe(&hub.seed, sizeof(hub.seed));
	return r;
}

static const struct option_spec options[] = {
    {"--hub", OPTION_VALUE, true, "DIR", "folder of `hub new`"},
    {"--name", OPTION_MANY, true, "en=TEXT",
     "the event's name in a language; up to three, the first is its own"},
    {"--project", OPTION_MANY, true, "ID:KEYWORD[,KEYWORD…]:en=NAME[:es=NAME]",
     "a project it counts for: an ID from 1, up to 4 words to text (replies in the second language "
     "say the second), names; up to 16"},
    {"--default", OPTION_VALUE, false, "ID|KEYWORD", "project of who says none (the first given)"},
    {"--start", OPTION_MANY, true, "TIME",
     "when it begins, with the offset from UTC: 2026-11-21T18:00-05:00; with --zone without it"},
    {"--zone", OPTION_VALUE, false, "NAME",
     "whose clocks show these times: America/New_York; a series keeps to them"},
    {"--length", OPTION_VALUE, true, "DURATION", "how long a meeting is: 3h, 90min; to 7d"},
    {"--every", OPTION_VALUE, false, "DURATION", "a series: whole days, such as 7d"},
    {"--count", OPTION_VALUE, false, "N", "how many meetings the series has, to 1000"},
    EVENT_OPTIONS,
    {"--ticket-key", OPTION_FLAG, false, NULL,
     "a key of the event's own signs its tickets instead of the hub's; 33 octets of the card"},
    {"--out", OPTION_VALUE, true, "DIR", "folder for the files; made if there is none"},
};

const struct command command_event_new = {
    .name = "event new",
    .summary = "make an event or a series, and the card that opens it",
    .positional = "",
    .option = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .about =
        "Writes event.manifest, card.secret, card.txt, card.png, card.svg, event.json (what\n"
        "paper says of time and place) and numbers.txt (which tickets there are); ticket.key with\n"
        "--ticket-key. Print the card at full size, after the tickets are made, and give it to\n"
        "the volunteer at the door: it opens the count, and after a power cut it lets SMS be\n"
        "counted again.\n\n"
        "With --zone a series keeps its time of day when clocks change. Without it times are\n"
        "fixed offsets from UTC: a weekly series at -05:00 stays at -05:00.\n\n"
        "A volunteer's number is not on the card, nor in any file: the card's secret scrambles it\n"
        "into 8 octets, by which a kiosk that was shown the card knows a text as the "
        "volunteer's.\n\n"
        "Everything on the card takes room: 600 octets in all. The command says how many are\n"
        "used and which QR version that is, and what to shorten when it is too much.\n\n"
        "  kioskctl event new --hub hub --name \"en=River Night\" --name \"es=Noche del Río\" \\\n"
        "      --project \"1:RIVER,RIO:en=River cleanup:es=Limpieza del río\" \\\n"
        "      --start 2026-11-21T18:00 --zone America/New_York --length 3h --every 7d --count 8 "
        "\\\n"
        "      --place \"Elm Street 100\" --call \"Ann, +1 502 555 0123\" --out event\n",
    .run = run,
};
