/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
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
#include "print.h"
#include "project.h"
#include "replies.h"
#include "rfc3339.h"
#include "text.h"
#include "volunteers.h"

enum {
	LENGTH_S_MIN = 60,
	LENGTH_S_MAX = 7 * DAY_S,
	GRACE_S = 7200,
	PARTY = 6, /* DESIGN section 5 */
	LONGEST_TEXTS = 3,
	CARD_TEXT_BYTES_MAX = 1024,
};

static const char *const files[] = {"event.manifest", "event.json", "card.secret",
                                    "card.txt",       "card.png",   "card.svg"};

/* --- when --- */

static int compare_windows(const void *a, const void *b)
{
	const struct window *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

static int read_series(const struct args *args, struct window *window)
{
	const char *every = args_value(args, "--every");
	uint32_t count, every_s;
	int r = args_number(args, "--count", 1, OCCURRENCES_MAX, 1, &count);

	if (r != 0)
		return r;
	if ((every != NULL) != (args_value(args, "--count") != NULL)) {
		complain(args, "--every and --count belong together: --every 7d --count 8 is a "
		               "meeting a week, eight times");
		return EX_USAGE;
	}
	window->count = (uint16_t)count;
	if (every == NULL || count == 1)
		return 0;
	r = duration_parse(args, "--every", every, DAY_S, 3650U * DAY_S, &every_s);
	if (r != 0)
		return r;
	if (every_s % DAY_S != 0) {
		complain(args, "--every: “%s” is not a number of whole days; right is 7d", every);
		return EX_USAGE;
	}
	if (every_s < window->length_s) {
		complain(args,
		         "--every: “%s” is shorter than the meeting's --length: one would "
		         "begin before the other ends",
		         every);
		return EX_USAGE;
	}
	window->every_days = (uint16_t)(every_s / DAY_S);
	return 0;
}

/* One window a --start; *ret_offset_s is the first one's. */
static int windows_read(const struct args *args, struct manifest *manifest, int32_t *ret_offset_s)
{
	uint32_t length_s;
	const char *text;
	int r = duration_parse(args, "--length", args_value(args, "--length"), LENGTH_S_MIN,
	                       LENGTH_S_MAX, &length_s);

	for (size_t i = 0; r == 0 && (text = args_nth(args, "--start", i)) != NULL; i++) {
		struct window *window = &manifest->window[i];
		struct moment at;

		if (i == WINDOWS_MAX) {
			complain(args,
			         "--start: at most %d can be given; --every and --count make "
			         "a longer series",
			         WINDOWS_MAX);
			return EX_USAGE;
		}
		r = moment_parse(args, "--start", text, &at);
		if (r != 0)
			return r;
		if (!valid_time(at.s)) {
			complain(args, "--start: “%s” is before 1970 or after 9999", text);
			return EX_USAGE;
		}
		if (i == 0)
			*ret_offset_s = at.offset_s;
		*window = (struct window){.start = at.s, .length_s = length_s, .count = 1};
		manifest->n_windows++;
	}
	if (r != 0)
		return r;
	if (manifest->n_windows > 1 && args_value(args, "--every") != NULL) {
		complain(args,
		         "--every goes with one --start; for dates without a rhythm give each "
		         "its --start");
		return EX_USAGE;
	}
	if (manifest->n_windows == 1)
		return read_series(args, &manifest->window[0]);
	qsort(manifest->window, manifest->n_windows, sizeof(manifest->window[0]), compare_windows);
	for (size_t i = 1; i < manifest->n_windows; i++)
		if (manifest->window[i - 1].start + length_s > manifest->window[i].start) {
			complain(args, "--start: two meetings overlap; the next may begin when the "
			               "one before has ended");
			return EX_USAGE;
		}
	return 0;
}

/* The hub's certificate covers every meeting, as a kiosk will ask; and a word of warning for what
 * is over. */
static int windows_fit_hub(const struct args *args, const struct manifest *manifest,
                           const struct hub_cert *hub)
{
	int64_t start, end, last_start;
	char from[32], to[32];

	if (manifest_occurrence(manifest, 0, &start, &end) < 0 ||
	    manifest_occurrence(manifest, manifest_occurrences(manifest) - 1, &last_start, &end) <
	        0)
		return EX_SOFTWARE;
	if (hub->not_before > start || hub->not_after < end) {
		time_format(hub->not_before, from);
		time_format(hub->not_after, to);
		complain(args,
		         "--start: the hub's certificate is for events from %.16sZ to "
		         "%.16sZ, so no kiosk would open this one; give other dates, or let "
		         "the network make a new certificate",
		         from, to);
		return EX_USAGE;
	}
	if (end + manifest->grace_s < clock_wall().s)
		complain(args, "warning: the event is over already; a kiosk that knows the date "
		               "will not open it");
	return 0;
}

/* --- the rest of the manifest --- */

static int numbers_read(const struct args *args, struct manifest *manifest)
{
	static const char *const policies[] = {"signed", "any", NULL};
	static const enum qr_policy policy_of[] = {POLICY_SIGNED, POLICY_ANY};
	static const char *const resumes[] = {"card", "auto", NULL};
	const char *grace = args_value(args, "--grace"), *chosen = args_value(args, "--policy");
	uint32_t kiosks = 1, party = PARTY;
	unsigned int policy = 0, resume = 0;
	int r = 0;

	manifest->grace_s = GRACE_S;
	if (grace != NULL)
		r = duration_parse(args, "--grace", grace, 0, DAY_S, &manifest->grace_s);
	if (r == 0)
		r = args_number(args, "--kiosks-max", 1, UINT16_MAX, 1, &kiosks);
	if (r == 0)
		r = args_number(args, "--party-max", 1, PARTY_MAX, PARTY, &party);
	if (r == 0)
		r = args_number(args, "--people-max", 1, UINT32_MAX, 0, &manifest->people_max);
	if (r == 0)
		r = args_number(args, "--tickets", 1, UINT32_MAX, 0, &manifest->tickets_issued);
	if (r == 0 && chosen != NULL && strcmp(chosen, "roster") == 0) {
		complain(args, "--policy: “roster”, for codes that are imported, is not there yet: "
		               "a kiosk would take our own tickets only. Choose signed, or any, "
		               "which counts every code once");
		r = EX_USAGE;
	}
	if (r == 0)
		r = args_choice(args, "--policy", policies, 0, &policy);
	if (r == 0)
		r = args_choice(args, "--resume", resumes, 0, &resume);
	if (r != 0)
		return r;
	manifest->kiosks_max = (uint16_t)kiosks;
	manifest->party_max = (uint8_t)party;
	manifest->policy = policy_of[policy];
	manifest->resume = resume == 0 ? RESUME_CARD : RESUME_AUTO;
	if (manifest->policy == POLICY_ANY)
		complain(args, "warning: with --policy any every QR code counts once, a bottle's "
		               "too; totals are marked as less well checked");
	return 0;
}

/* --- the card --- */

/* Octets of a CBOR byte string of `len` (RFC 8949, section 3). */
static size_t byte_string(size_t len)
{
	return len + (len < 24 ? 1 : len < 256 ? 2 : 3);
}

struct long_text {
	const char *text;
	char what[64];
};

static void offer(struct long_text longest[LONGEST_TEXTS], const char *text, const char *what)
{
	size_t at = LONGEST_TEXTS;

	while (at > 0 &&
	       (longest[at - 1].text == NULL || strlen(longest[at - 1].text) < strlen(text)))
		at--;
	if (at == LONGEST_TEXTS)
		return;
	for (size_t i = LONGEST_TEXTS - 1; i > at; i--)
		longest[i] = longest[i - 1];
	longest[at].text = text;
	text_copy(longest[at].what, sizeof(longest[at].what), what);
}

/* What to shorten, and by how much. */
static int too_long(const struct args *args, const struct manifest *manifest, const struct hub *hub,
                    size_t len)
{
	struct long_text longest[LONGEST_TEXTS] = {0};
	char what[64], list[512] = "";

	offer(longest, hub->cert.name.s, "the hub's name");
	for (size_t l = 0; l < manifest->n_languages; l++) {
		text_format(what, sizeof(what), "the event's name in %s", manifest->language[l].s);
		offer(longest, manifest->name[l].s, what);
		for (size_t p = 0; p < manifest->n_projects; p++) {
			text_format(what, sizeof(what), "project %u's name in %s",
			            manifest->project[p].id, manifest->language[l].s);
			offer(longest, manifest->project[p].name[l].s, what);
		}
	}
	for (size_t i = 0; i < LONGEST_TEXTS && longest[i].text != NULL; i++)
		text_format(list + strlen(list), sizeof(list) - strlen(list), "%s%s, “%s” (%zu)",
		            i > 0 ? "; " : "", longest[i].what, longest[i].text,
		            strlen(longest[i].text));
	complain(args,
	         "the event card would take %zu octets and a card a camera reads well holds "
	         "%d: shorten names by %zu octet%s together. The longest: %s. Fewer "
	         "languages, projects, keywords or volunteers (9 octets each) help too",
	         len, CARD_BYTES_MAX, len - CARD_BYTES_MAX, len - CARD_BYTES_MAX == 1 ? "" : "s",
	         list);
	return EX_USAGE;
}

struct made {
	uint8_t manifest[MANIFEST_BYTES_MAX];
	size_t manifest_len, card_len;
	char card[CARD_TEXT_BYTES_MAX];
	struct card_secret secret;
	struct secret_seed ticket; /* with --ticket-key */
	struct volunteers volunteers;
};

/* Signs the manifest and puts the card together. */
static int make(const struct args *args, struct manifest *manifest, const struct hub *hub,
                struct made *made)
{
	uint8_t octets[CARD_BYTES_MAX];
	struct secret_seed seed;
	struct card card;
	int r;

	random_bytes(&manifest->event, sizeof(manifest->event));
	random_bytes(&made->secret, sizeof(made->secret));
	seed = card_seed(&made->secret, &manifest->event);
	manifest->card = ed25519_public(&seed);
	wipe(&seed, sizeof(seed));
	volunteers_mark(&made->volunteers, &made->secret, manifest);
	if (args_flag(args, "--ticket-key")) {
		random_bytes(&made->ticket, sizeof(made->ticket));
		manifest->has_ticket_key = true;
		manifest->ticket = ed25519_public(&made->ticket);
	}
	r = manifest_seal(manifest, &hub->seed, made->manifest, sizeof(made->manifest),
	                  &made->manifest_len);
	if (r != 0) {
		complain(args, "the manifest cannot be made: %s", wire_strerror(r));
		return EX_USAGE;
	}
	made->card_len = 2 + byte_string(made->manifest_len) + byte_string(hub->cert_len) +
	                 byte_string(sizeof(made->secret.b));
	if (made->card_len > CARD_BYTES_MAX)
		return too_long(args, manifest, hub, made->card_len);
	card = (struct card){made->manifest, hub->cert_bytes, made->manifest_len, hub->cert_len,
	                     made->secret};
	r = card_encode(&card, octets, sizeof(octets), &made->card_len);
	if (r == 0)
		r = code_encode(CODE_EVENT_CARD, octets, made->card_len, made->card,
		                sizeof(made->card));
	wipe(octets, sizeof(octets));
	wipe(&card, sizeof(card));
	if (r != 0) {
		complain(args, "the event card cannot be made: %s", wire_strerror(r));
		return EX_SOFTWARE;
	}
	return 0;
}

static int write_description(const struct args *args, const char *out,
                             const struct print_event *event)
{
	char id[2 * sizeof(event->manifest->event.b) + 1];
	json_t *root;
	char *text;
	int r = EX_OSERR;

	hex_encode(event->manifest->event.b, sizeof(event->manifest->event.b), id);
	root = json_pack("{s:s, s:s, s:i, s:s}", "event", id, "name", event->manifest->name[0].s,
	                 "utc_offset_s", event->offset_s, "place", event->place);
	text = json_dumps(root, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	if (text != NULL)
		r = output_write_line(args, out, "event.json", text, MODE_PUBLIC);
	free(text);
	json_decref(root);
	return r;
}

static int write_files(const struct args *args, const char *out, const struct print_event *event,
                       const struct hub *hub, const struct made *made, const struct qr *qr)
{
	int r = output_folder(args, out);

	if (r == 0)
		r = output_write(args, out, "event.manifest", made->manifest, made->manifest_len,
		                 MODE_PUBLIC);
	if (r == 0)
		r = output_write_hex(args, out, "card.secret", made->secret.b,
		                     sizeof(made->secret.b), MODE_SECRET);
	if (r == 0 && event->manifest->has_ticket_key)
		r = output_write_hex(args, out, "ticket.key", made->ticket.b,
		                     sizeof(made->ticket.b), MODE_SECRET);
	if (r == 0)
		r = write_description(args, out, event);
	if (r == 0)
		r = output_write_line(args, out, "card.txt", made->card, MODE_SECRET);
	if (r == 0)
		r = print_card(args, out, event, hub->cert.name.s, qr);
	return r;
}

static int read_all(const struct args *args, struct manifest *manifest, struct print_event *event,
                    struct volunteers *volunteers, struct hub *hub)
{
	const char *place = args_value(args, "--place"), *out = args_value(args, "--out");
	int r = names_read(args, manifest);

	manifest->serial = 1;
	event->manifest = manifest;
	event->has_offset = true;
	if (r == 0)
		r = projects_read(args, manifest);
	if (r == 0)
		r = windows_read(args, manifest, &event->offset_s);
	if (r == 0)
		r = numbers_read(args, manifest);
	if (r == 0)
		r = volunteers_read(args, volunteers);
	if (r == 0 && place != NULL)
		r = args_clean_text(args, "--place", place, PLACE_BYTES_MAX, event->place);
	for (size_t i = 0; r == 0 && i < sizeof(files) / sizeof(files[0]); i++)
		r = output_is_free(args, out, files[i]);
	if (r == 0)
		r = output_is_free(args, out, "ticket.key");
	if (r == 0)
		r = hub_read(args, args_value(args, "--hub"), hub);
	if (r == 0)
		r = windows_fit_hub(args, manifest, &hub->cert);
	return r;
}

static int run(const struct args *args)
{
	const char *out = args_value(args, "--out");
	struct manifest manifest = {0};
	struct print_event event = {0};
	struct made made = {0};
	struct hub hub;
	struct qr *qr = NULL;
	int r = read_all(args, &manifest, &event, &made.volunteers, &hub);

	if (r == 0)
		r = make(args, &manifest, &hub, &made);
	if (r == 0 && qr_new(made.card, &qr) < 0) {
		complain(args, "the event card's code cannot be drawn");
		r = EX_SOFTWARE;
	}
	if (r == 0)
		r = write_files(args, out, &event, &hub, &made, qr);
	if (r == 0) {
		char id[2 * sizeof(manifest.event.b) + 1];

		hex_encode(manifest.event.b, sizeof(manifest.event.b), id);
		(void)printf("event %s “%s” in %s\n"
		             "  %u meeting%s, %u project%s, %u volunteer%s who may text STATUS\n"
		             "  card: %zu of %d octets, QR version %d; print card.svg or card.png "
		             "at full size\n"
		             "  Whoever holds the card can open and close the meeting's count.\n",
		             id, manifest.name[0].s, out, manifest_occurrences(&manifest),
		             manifest_occurrences(&manifest) == 1 ? "" : "s", manifest.n_projects,
		             manifest.n_projects == 1 ? "" : "s", manifest.n_volunteers,
		             manifest.n_volunteers == 1 ? "" : "s", made.card_len, CARD_BYTES_MAX,
		             qr_version(qr));
		replies_tell(&manifest);
	}
	qr_free(qr);
	wipe(&made, sizeof(made));
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
     "when it begins, with the offset from UTC: 2026-11-21T18:00-05:00"},
    {"--length", OPTION_VALUE, true, "DURATION", "how long a meeting is: 3h, 90min; to 7d"},
    {"--every", OPTION_VALUE, false, "DURATION", "a series: whole days, such as 7d"},
    {"--count", OPTION_VALUE, false, "N", "how many meetings the series has, to 1000"},
    {"--place", OPTION_VALUE, false, "TEXT", "where it is; on paper only, up to 96 octets"},
    {"--grace", OPTION_VALUE, false, "DURATION",
     "how much earlier and later it may be open, to 1d (2h)"},
    {"--kiosks-max", OPTION_VALUE, false, "N", "kiosks that count one meeting (1)"},
    {"--volunteer", OPTION_MANY, false, "NUMBER",
     "whose phone may text STATUS and hear how it goes: +15025550123; up to four"},
    {"--country", OPTION_VALUE, false, "CODE",
     "whose national numbers --volunteer has, such as US; none without it"},
    {"--party-max", OPTION_VALUE, false, "N", "people one SMS may bring, 1 to 20 (6)"},
    {"--people-max", OPTION_VALUE, false, "N", "most people one meeting can have (no limit)"},
    {"--tickets", OPTION_VALUE, false, "N", "tickets and slips made for it (not known)"},
    {"--policy", OPTION_VALUE, false, "signed|any",
     "what counts: our tickets, or any QR code once (signed)"},
    {"--resume", OPTION_VALUE, false, "card|auto",
     "after a power cut SMS wait for the card, or go on by themselves (card)"},
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
        "Writes event.manifest, card.secret, card.txt, card.png, card.svg and event.json (what\n"
        "tickets print of time and place); ticket.key with --ticket-key. Print the card at\n"
        "full size and give it to the volunteer at the door: it opens the count, and after a\n"
        "power cut it lets SMS be counted again.\n\n"
        "Times are fixed offsets from UTC. A weekly series at -05:00 stays at -05:00 when\n"
        "clocks change: a meeting after the change begins an hour off by the wall clock,\n"
        "unless --grace covers it or you make a second event from the change on.\n\n"
        "A volunteer's number is not on the card, nor in any file: the card's secret scrambles it\n"
        "into 8 octets, by which a kiosk that was shown the card knows a text as the "
        "volunteer's.\n\n"
        "Everything on the card takes room: 600 octets in all. The command says how many are\n"
        "used and which QR version that is, and what to shorten when it is too much.\n\n"
        "  kioskctl event new --hub hub --name \"en=River Night\" --name \"es=Noche del Río\" \\\n"
        "      --project \"1:RIVER,RIO:en=River cleanup:es=Limpieza del río\" \\\n"
        "      --start 2026-11-21T18:00-05:00 --length 3h --every 7d --count 8 --out event\n",
    .run = run,
};
