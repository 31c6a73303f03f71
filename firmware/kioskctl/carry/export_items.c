/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kiosk/msg_people.h>

#include "bundle.h"
#include "client.h"
#include "crypto.h"
#include "export.h"
#include "export_items.h"
#include "hex.h"
#include "message.h"
#include "network.h"

/* Ends an export whose rest is not wanted. */
enum { EXIT_FOUND = 200 };

int wanted_read(const struct args *args, struct wanted *ret)
{
	const char *event = args_value(args, "--event");
	int r = args_number(args, "--occurrence", 1, 1000, 1, &ret->occurrence);

	ret->any = event == NULL;
	ret->occurrence--;
	if (r == 0 && event != NULL && hex_decode(event, ret->event.b, sizeof(ret->event.b)) != 0) {
		complain(args,
		         "--event: “%s” is not an event's number; right are 16 hexadecimal "
		         "digits, as `status --json` has them",
		         event);
		return EX_USAGE;
	}
	if (r == 0 && event == NULL && args_value(args, "--occurrence") != NULL) {
		complain(args, "--occurrence says which meeting of an --event: give both");
		return EX_USAGE;
	}
	return r;
}

/* --- a running kiosk --- */

static int ask_part(const struct args *args, int fd, struct msg_export *request,
                    struct link_message *message)
{
	const struct msg_export_part *part =
	    (const struct msg_export_part *)(const void *)message->bytes;
	int r = client_request(args, fd, MSG_EXPORT, request, NULL, 0, MSG_EXPORT_PART, message);

	if (r != 0)
		return r;
	if (part->error == 0)
		return 0;
	complain(args, "%s", part->sentence);
	return EXIT_REFUSED;
}

int export_from_kiosk(const struct args *args, const struct wanted *wanted, export_take *take,
                      void *context)
{
	struct msg_export request = {
	    .has_event = !wanted->any, .event = wanted->event, .occurrence = wanted->occurrence};
	struct link_message message;
	const struct msg_export_part *part =
	    (const struct msg_export_part *)(const void *)message.bytes;
	int fd = -1, r = client_open(args, &fd);

	while (r == 0 && (r = ask_part(args, fd, &request, &message)) == 0 && part->len > 0) {
		r = take(context, message.tail, message.tail_len);
		request.has_event = true;
		request.event = part->event;
		request.occurrence = part->occurrence;
		request.place = part->place;
	}
	if (fd >= 0)
		(void)close(fd);
	return r;
}

/* Its first opening's: enough to know its projects by. */
struct manifest_wanted {
	struct manifest *manifest;
	bool found;
};

static int take_manifest(void *context, const uint8_t *octets, size_t len)
{
	struct manifest_wanted *wanted = context;
	struct bundle_item item;
	size_t taken;

	if (bundle_read(octets, len, &item, &taken) != 0 || item.kind != BUNDLE_OPENING)
		return 0;
	wanted->found =
	    manifest_reopen(item.part[0].octets, item.part[0].len, wanted->manifest) == 0;
	return wanted->found ? EXIT_FOUND : 0;
}

int event_manifest(const struct args *args, const struct wanted *wanted, struct manifest *ret)
{
	struct manifest_wanted take = {.manifest = ret};
	const int r = export_from_kiosk(args, wanted, take_manifest, &take);

	if (take.found || (r != 0 && r != EXIT_FOUND))
		return take.found ? 0 : r;
	complain(args, "this kiosk has no such meeting; `kioskctl status` names the last one");
	return EXIT_REFUSED;
}

/* --- a stopped one --- */

static int from_open_ledger(const struct args *args, struct ledger *ledger,
                            const struct network *network, const struct wanted *wanted,
                            export_take *take, void *context)
{
	static struct ledger_epoch last;
	struct export_of of = {.event = wanted->event,
	                       .occurrence = (uint16_t)wanted->occurrence,
	                       .root = network->root};
	struct export_cursor cursor = {.begun = false};
	uint8_t item[BUNDLE_ITEM_BYTES_MAX];
	size_t len = 0;
	int r = ledger_last_epoch(ledger, &last);

	if (r == 0) {
		of.device = last.device;
		if (wanted->any) {
			of.event = last.event;
			of.occurrence = last.occurrence;
		}
		wipe(&last, sizeof(last));
	}
	while (r == 0 && (r = export_next(ledger, &of, &cursor, item, &len)) == 0 && len > 0) {
		const int stop = take(context, item, len);

		if (stop != 0)
			return stop;
	}
	if (r == 0)
		return 0;
	complain(args, "--ledger: %s",
	         r == LEDGER_E_NOTHING ? wanted->any ? "no event was opened on this kiosk yet"
	                                             : "no such meeting was opened on this kiosk"
	         : r > 0               ? ledger_strerror(r)
	                               : strerror(-r));
	return EX_DATAERR;
}

int export_from_ledger(const struct args *args, const char *path, const struct wanted *wanted,
                       export_take *take, void *context)
{
	char sentence[512] = "";
	struct network network;
	struct ledger *ledger;
	int r;

	if (args_value(args, "--network") == NULL) {
		complain(args, "--network: with --ledger the network's network.txt is needed");
		return EX_USAGE;
	}
	r = network_read(args, args_value(args, "--network"), &network);
	if (r != 0)
		return r;
	r = ledger_open_reading(path, &ledger, sentence, sizeof(sentence));
	if (r != 0) {
		complain(args, "%s",
		         sentence[0] != '\0' ? sentence
		         : r > 0             ? ledger_strerror(r)
		                             : strerror(-r));
		return EX_NOINPUT;
	}
	r = from_open_ledger(args, ledger, &network, wanted, take, context);
	ledger_close(ledger);
	return r;
}
