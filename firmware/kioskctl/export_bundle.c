/* SPDX-License-Identifier: Apache-2.0 */
/* A bundle into a file, from a running kioskd or from the ledger of a stopped one. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "commands.h"
#include "crypto.h"
#include "export.h"
#include "file.h"
#include "message.h"
#include "network.h"

struct bundle_file {
	FILE *out;
	struct sha256 sha;
	uint64_t octets;
};

/* Which event: `any` is the open one, else the last. */
struct wanted {
	bool any;
	struct event_id event;
	uint32_t occurrence;
};

static int put(struct bundle_file *file, const void *octets, size_t len)
{
	sha256_update(&file->sha, octets, len);
	file->octets += len;
	return fwrite(octets, 1, len, file->out) == len ? 0 : -EIO;
}

static int put_end(struct bundle_file *file)
{
	uint8_t item[BUNDLE_ITEM_BYTES_MAX];
	struct hash before;

	sha256_final(&file->sha, &before);
	return put(file, item, export_end(&before, item));
}

static int write_failed(const struct args *args)
{
	complain(args, "--out: %s cannot be written: %s", args_value(args, "--out"),
	         strerror(errno != 0 ? errno : EIO));
	return EX_CANTCREAT;
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

static int from_kiosk(const struct args *args, const struct wanted *wanted,
                      struct bundle_file *file)
{
	struct msg_export request = {
	    .has_event = !wanted->any, .event = wanted->event, .occurrence = wanted->occurrence};
	struct link_message message;
	const struct msg_export_part *part =
	    (const struct msg_export_part *)(const void *)message.bytes;
	int fd = -1, r = client_open(args, &fd);

	while (r == 0 && (r = ask_part(args, fd, &request, &message)) == 0 && part->len > 0) {
		if (put(file, message.tail, message.tail_len) != 0)
			r = write_failed(args);
		request.has_event = true;
		request.event = part->event;
		request.occurrence = part->occurrence;
		request.place = part->place;
	}
	if (fd >= 0)
		(void)close(fd);
	return r;
}

/* --- a stopped one --- */

static int from_open_ledger(const struct args *args, struct ledger *ledger,
                            const struct network *network, const struct wanted *wanted,
                            struct bundle_file *file)
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
	while (r == 0 && (r = export_next(ledger, &of, &cursor, item, &len)) == 0 && len > 0)
		if (put(file, item, len) != 0)
			return write_failed(args);
	if (r == 0)
		return 0;
	complain(args, "--ledger: %s",
	         r == LEDGER_E_NOTHING ? "no event was opened on this kiosk yet"
	         : r > 0               ? ledger_strerror(r)
	                               : strerror(-r));
	return EX_DATAERR;
}

static int from_ledger(const struct args *args, const char *path, const struct wanted *wanted,
                       struct bundle_file *file)
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
	r = from_open_ledger(args, ledger, &network, wanted, file);
	ledger_close(ledger);
	return r;
}

/* --- the command --- */

static int read_wanted(const struct args *args, struct wanted *ret)
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

static int run_export(const struct args *args)
{
	const char *out = args_value(args, "--out"), *ledger = args_value(args, "--ledger");
	struct bundle_file file = {.out = NULL};
	struct wanted wanted = {.any = true};
	int fd, r = read_wanted(args, &wanted);

	if (r != 0)
		return r;
	fd = open(out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	file.out = fd >= 0 ? fdopen(fd, "wb") : NULL;
	if (file.out == NULL) {
		complain(args, "--out: %s: %s", out, strerror(errno));
		return EX_CANTCREAT;
	}
	sha256_init(&file.sha);
	r = ledger != NULL ? from_ledger(args, ledger, &wanted, &file)
	                   : from_kiosk(args, &wanted, &file);
	if (r == 0 && (put_end(&file) != 0 || fflush(file.out) != 0 || fsync(fd) != 0))
		r = write_failed(args);
	if (fclose(file.out) != 0 && r == 0)
		r = write_failed(args);
	if (r != 0) {
		(void)unlink(out);
		return r;
	}
	(void)printf("%s: %llu octets. `kioskctl verify %s` checks it, here or anywhere.\n", out,
	             (unsigned long long)file.octets, out);
	return EXIT_DONE;
}

static const struct option_spec options[] = {
    {"--out", OPTION_VALUE, true, "FILE", "where to; it must not be there yet"},
    {"--event", OPTION_VALUE, false, "HEX", "another event than the last (16 digits)"},
    {"--occurrence", OPTION_VALUE, false, "N", "which of its meetings, from 1"},
    {"--ledger", OPTION_VALUE, false, "PATH", "of a stopped kiosk: its ledger.db, only read"},
    {"--network", OPTION_VALUE, false, "FILE", "network.txt; needed with --ledger"},
    SOCKET_OPTION,
};

const struct command command_export = {
    .name = "export",
    .summary = "write all there is of an event into one file that anybody can check",
    .positional = "",
    .option = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .about =
        "The file holds who signed what, every batch with its receipt, and every line of the\n"
        "count with nothing in it that tells who it was. Without --ledger a running kioskd is\n"
        "asked; counting goes on meanwhile.\n",
    .run = run_export,
};
