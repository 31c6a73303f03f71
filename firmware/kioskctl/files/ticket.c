/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "card.h"
#include "clock.h"
#include "commands.h"
#include "crypto.h"
#include "keys.h"
#include "message.h"
#include "numbers.h"
#include "phrases.h"
#include "project.h"
#include "text.h"

enum {
	TICKETS_MAX = 100000, /* of one call */
	TICKET_TEXT_BYTES_MAX = 256,
	FILE_NAME_BYTES = 32,
};

/* What one call makes. */
struct order {
	const char *out;
	uint32_t first_number, count; /* 0: behind the last there is */
	unsigned int formats;
	bool slips;
	enum sheet sheet;
	struct ticket pattern;   /* all but its number */
	struct moment not_after; /* as it was given; 0: as long as the event */
	struct hub hub;
	struct secret_seed signer;
	struct manifest manifest;
	struct print_event event;
	char *text; /* the lines of tickets.txt */
	size_t text_len;
};

static uint32_t n_sheets(const struct order *order)
{
	return (order->count + SLIPS_A_SHEET - 1) / SLIPS_A_SHEET;
}

static void ticket_name(const struct order *order, uint32_t i, char name[FILE_NAME_BYTES])
{
	text_format(name, FILE_NAME_BYTES, "ticket-%05u", order->first_number + i);
}

static void sheet_name(uint32_t i, char name[FILE_NAME_BYTES])
{
	text_format(name, FILE_NAME_BYTES, "slips-%02u", i + 1);
}

static int formats_read(const struct args *args, unsigned int *ret)
{
	static const char *const names[] = {"png", "svg", "txt"};
	const char *text = args_value(args, "--format");
	unsigned int formats = 0;

	while (text != NULL && *text != '\0') {
		const size_t len = strcspn(text, ",");
		unsigned int found = 0;

		for (unsigned int i = 0; i < 3; i++)
			if (strlen(names[i]) == len && strncmp(names[i], text, len) == 0)
				found = 1U << i;
		if (found == 0) {
			complain(args,
			         "--format: “%.*s” is no format; right is png, svg and txt "
			         "with commas between",
			         (int)len, text);
			return EX_USAGE;
		}
		formats |= found;
		text += len + (text[len] == ',');
	}
	*ret = formats != 0 ? formats : FORMAT_PNG | FORMAT_SVG | FORMAT_TXT;
	return 0;
}

/* What needs no file. */
static int options_read(const struct args *args, struct order *order)
{
	static const char *const answers[] = {"ask", "yes", "no", NULL};
	static const char *const sheets[] = {"letter", "a4", NULL};
	const char *not_after = args_value(args, "--not-after");
	unsigned int first = 0, sheet = 0;
	struct moment moment = {0};
	int r = args_number(args, "--count", 1, TICKETS_MAX, 1, &order->count);

	if (r == 0)
		r = args_number(args, "--first-number", 1, UINT32_MAX - TICKETS_MAX, 0,
		                &order->first_number);
	if (r == 0)
		r = args_choice(args, "--first", answers, 0, &first);
	if (r == 0)
		r = args_choice(args, "--paper", sheets, 0, &sheet);
	if (r == 0)
		r = formats_read(args, &order->formats);
	if (r == 0 && not_after != NULL)
		r = moment_parse(args, "--not-after", not_after, &moment);
	if (r != 0)
		return r;
	order->slips = args_flag(args, "--slips");
	if (!order->slips && args_value(args, "--paper") != NULL) {
		complain(args, "--paper is for sheets: give --slips with it");
		return EX_USAGE;
	}
	/* The values on the wire: 0 not asked, 1 yes, 2 no. */
	order->pattern.first = (enum first)first;
	order->pattern.not_after = moment.s;
	order->not_after = moment;
	order->sheet = sheet == 0 ? SHEET_LETTER : SHEET_A4;
	order->out = args_value(args, "--out");
	return 0;
}

/* The key the manifest names for its tickets. */
static int signer_read(const struct args *args, const struct hub *hub, struct order *order)
{
	struct public_key key;
	int r;

	order->signer = hub->seed;
	if (!order->manifest.has_ticket_key)
		return 0;
	r = input_read_hex(args, args_value(args, "--event"), "ticket.key",
	                   "the event's ticket key", order->signer.b, sizeof(order->signer.b));
	if (r != 0)
		return r;
	key = ed25519_public(&order->signer);
	if (!same_bytes(key.b, order->manifest.ticket.b, sizeof(key.b))) {
		complain(args, "%s/ticket.key is not the one this event's manifest names",
		         args_value(args, "--event"));
		return EX_DATAERR;
	}
	return 0;
}

/* A ticket that ends before a meeting it is for begins counts nobody. */
static int not_after_fits(const struct args *args, const struct order *order)
{
	const struct manifest *manifest = &order->manifest;
	const int64_t now = clock_wall().s, until = order->pattern.not_after;
	const uint32_t n = manifest_occurrences(manifest);
	char text[PAPER_LINE_BYTES];
	int64_t start = 0, end;
	uint32_t i = 0;

	if (until == 0)
		return 0;
	/* The first that is not over; of an event that is over, the last. */
	while (manifest_occurrence(manifest, i, &start, &end) == 0 && i + 1 < n &&
	       end + manifest->grace_s < now)
		i++;
	if (start < until)
		return 0;
	moment_format((struct moment){start, order->not_after.offset_s}, CATALOGUE_ENGLISH, text,
	              sizeof(text));
	complain(args,
	         "--not-after: “%s” is before the meeting, which begins on %s: such tickets would "
	         "count nobody; leave it out, or give a time after that",
	         args_value(args, "--not-after"), text);
	return EX_USAGE;
}

static int files_read(const struct args *args, struct order *order)
{
	int r = hub_read(args, args_value(args, "--hub"), &order->hub);

	if (r == 0)
		r = event_read(args, args_value(args, "--event"), &order->hub, &order->manifest,
		               &order->event);
	if (r == 0)
		r = event_is_printable(args, &order->event, order->hub.cert.name.s);
	if (r == 0)
		r = projects_mask(args, "--projects", &order->manifest, &order->pattern.projects);
	if (r == 0)
		r = not_after_fits(args, order);
	if (r == 0)
		r = signer_read(args, &order->hub, order);
	if (r == 0)
		order->pattern.event = order->manifest.event;
	return r;
}

/* The manifest and the card say how many tickets there are: totals are checked by it. */
static int issue_again(const struct args *args, struct order *order, uint64_t issued)
{
	const char *folder = args_value(args, "--event");
	int r;

	if (issued <= order->manifest.tickets_issued || issued > UINT32_MAX)
		return 0;
	if (!input_exists(folder, "card.secret")) {
		complain(args,
		         "warning: %s/card.secret is not there, so the event card cannot say that "
		         "there are %llu tickets now, and totals are not checked by them",
		         folder, (unsigned long long)issued);
		return 0;
	}
	order->manifest.tickets_issued = (uint32_t)issued;
	r = card_reissue(args, folder, &order->event, &order->manifest, &order->hub);
	if (r == 0)
		(void)printf(
		    "  %s/card.svg and card.png are new and say how many tickets there are (%llu): "
		    "print the card again.\n"
		    "  One printed before opens the meeting too, but totals are not checked by "
		    "these tickets then.\n",
		    folder, (unsigned long long)issued);
	return r;
}

static int outputs_are_free(const struct args *args, const struct order *order)
{
	static const char *const ending[] = {".png", ".svg"};
	const uint32_t n = order->slips ? n_sheets(order) : order->count;
	int r = (order->formats & FORMAT_TXT) != 0 ? output_is_free(args, order->out, "tickets.txt")
	                                           : 0;

	for (uint32_t i = 0; r == 0 && i < n; i++)
		for (size_t k = 0; r == 0 && k < 2; k++) {
			char name[FILE_NAME_BYTES];

			if ((order->formats & (1U << k)) == 0)
				continue;
			if (order->slips)
				sheet_name(i, name);
			else
				ticket_name(order, i, name);
			text_format(name + strlen(name), sizeof(name) - strlen(name), "%s",
			            ending[k]);
			r = output_is_free(args, order->out, name);
		}
	return r;
}

/* Signs number i, adds its line, and makes its symbol. */
static int make_one(const struct args *args, struct order *order, uint32_t i, struct slip *ret)
{
	uint8_t octets[TICKET_BYTES_MAX];
	char text[TICKET_TEXT_BYTES_MAX];
	size_t len;
	int r;

	ret->ticket = order->pattern;
	ret->ticket.number = order->first_number + i;
	ret->qr = NULL;
	r = ticket_seal(&ret->ticket, &order->signer, octets, sizeof(octets), &len);
	if (r == 0)
		r = code_encode(CODE_TICKET, octets, len, text, sizeof(text));
	if (r != 0) {
		complain(args, "ticket %u cannot be made: %s", ret->ticket.number,
		         wire_strerror(r));
		return EX_SOFTWARE;
	}
	len = strlen(text);
	memcpy(order->text + order->text_len, text, len);
	order->text_len += len;
	order->text[order->text_len++] = '\n';
	if ((order->formats & (FORMAT_PNG | FORMAT_SVG)) != 0 && qr_new(text, &ret->qr) < 0) {
		complain(args, "ticket %u's code cannot be drawn", ret->ticket.number);
		return EX_SOFTWARE;
	}
	return 0;
}

static int make_sheet(const struct args *args, struct order *order, uint32_t sheet,
                      int *ret_version)
{
	const uint32_t begin = sheet * SLIPS_A_SHEET;
	struct slip slip[SLIPS_A_SHEET] = {0};
	char name[FILE_NAME_BYTES];
	size_t n = 0;
	int r = 0;

	while (r == 0 && n < SLIPS_A_SHEET && begin + n < order->count) {
		r = make_one(args, order, begin + (uint32_t)n, &slip[n]);
		n++;
	}
	sheet_name(sheet, name);
	if (r == 0 && slip[0].qr != NULL) {
		*ret_version = qr_version(slip[0].qr);
		r = print_slips(args, order->out, name, order->formats, &order->event, order->sheet,
		                slip, n);
	}
	for (size_t i = 0; i < n; i++)
		qr_free(slip[i].qr);
	return r;
}

static int make_ticket(const struct args *args, struct order *order, uint32_t i, int *ret_version)
{
	char name[FILE_NAME_BYTES];
	struct slip one;
	int r = make_one(args, order, i, &one);

	ticket_name(order, i, name);
	if (r == 0 && one.qr != NULL) {
		*ret_version = qr_version(one.qr);
		r = print_ticket(args, order->out, name, order->formats, &order->event, &one.ticket,
		                 one.qr);
	}
	qr_free(one.qr);
	return r;
}

static void tell(const struct order *order, uint32_t sheets, int version)
{
	char text[PAPER_LINE_BYTES];

	(void)printf("%u ticket%s, numbers %u to %u, in %s\n", order->count,
	             order->count == 1 ? "" : "s", order->first_number,
	             order->first_number + order->count - 1, order->out);
	if (order->pattern.not_after != 0) {
		moment_format(order->not_after, CATALOGUE_ENGLISH, text, sizeof(text));
		(void)printf("  good until %s\n", text);
	}
	if (order->slips)
		(void)printf("  %u sheet%s of %d slips, for %s paper; cut along the lines\n",
		             sheets, sheets == 1 ? "" : "s", SLIPS_A_SHEET,
		             order->sheet == SHEET_A4 ? "A4" : "Letter");
	if (version != 0)
		(void)printf("  QR version %d\n", version);
}

static int make_all(const struct args *args, struct order *order)
{
	const uint32_t n = order->slips ? n_sheets(order) : order->count;
	int r, version = 0;

	order->text = malloc((size_t)order->count * TICKET_TEXT_BYTES_MAX);
	if (order->text == NULL)
		return EX_OSERR;
	r = output_folder(args, order->out);
	for (uint32_t i = 0; r == 0 && i < n; i++)
		r = order->slips ? make_sheet(args, order, i, &version)
		                 : make_ticket(args, order, i, &version);
	if (r == 0 && (order->formats & FORMAT_TXT) != 0)
		r = output_write(args, order->out, "tickets.txt", order->text, order->text_len,
		                 MODE_SECRET);
	if (r == 0)
		tell(order, n, version);
	return r;
}

static int run(const struct args *args)
{
	struct order order = {0};
	struct numbers numbers = {.fd = -1};
	int r = options_read(args, &order);

	if (r == 0)
		r = files_read(args, &order);
	if (r == 0)
		r = numbers_take(args, args_value(args, "--event"), order.count,
		                 &order.first_number, &numbers);
	if (r == 0)
		r = outputs_are_free(args, &order);
	if (r == 0)
		r = make_all(args, &order);
	if (numbers.fd >= 0)
		numbers_close(&numbers, r == 0);
	if (r == 0)
		r = issue_again(args, &order, numbers.issued);
	wipe(&order.signer, sizeof(order.signer));
	wipe(&order.hub.seed, sizeof(order.hub.seed));
	free(order.text);
	return r;
}

static const struct option_spec options[] = {
    {"--event", OPTION_VALUE, true, "DIR", "folder of `event new`"},
    {"--hub", OPTION_VALUE, true, "DIR", "folder of the hub that made the event"},
    {"--count", OPTION_VALUE, true, "N", "how many, to 100000"},
    {"--first-number", OPTION_VALUE, false, "N",
     "number of the first one (behind the last there is)"},
    {"--projects", OPTION_VALUE, false, "RIVER,PARK",
     "projects they are for, by keyword or ID (the default one)"},
    {"--first", OPTION_VALUE, false, "yes|no|ask",
     "the answer to “first meeting this year?” they carry (ask: none)"},
    {"--not-after", OPTION_VALUE, false, "TIME",
     "not good after that: 2026-11-21T21:00-05:00 (as long as the event)"},
    {"--slips", OPTION_FLAG, false, NULL, "sheets of 15 slips to cut, instead of tickets"},
    {"--paper", OPTION_VALUE, false, "letter|a4", "paper of the sheets (letter)"},
    {"--format", OPTION_VALUE, false, "png,svg,txt", "which files (all)"},
    {"--out", OPTION_VALUE, true, "DIR", "folder for the files; made if there is none"},
};

const struct command command_ticket_new = {
    .name = "ticket new",
    .summary = "make tickets for attendees, or sheets of numbered slips for the door",
    .positional = "",
    .option = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .about =
        "Writes tickets.txt (one code a line) and ticket-00001.png, .svg and so on; with\n"
        "--slips, sheets slips-01.png and .svg. Each number counts once a meeting, whoever\n"
        "shows it, so no number is made twice: numbers.txt beside the event has them all. The\n"
        "event's manifest and card are made again and say how many tickets there are: print\n"
        "the card afterwards. A slip holds no name and is tied to nobody. Files have mode\n"
        "0600: a ticket is worth a check-in.\n\n"
        "  kioskctl ticket new --event event --hub hub --count 200 --out tickets\n"
        "  kioskctl ticket new --event event --hub hub --count 60 --first yes --slips \\\n"
        "      --out slips\n",
    .run = run,
};
