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
#include "export_codes.h"
#include "export_items.h"

struct bundle_file {
	const struct args *args;
	FILE *out;
	struct sha256 sha;
	uint64_t octets;
};

static int write_failed(const struct args *args)
{
	complain(args, "--out: %s cannot be written: %s", args_value(args, "--out"),
	         strerror(errno != 0 ? errno : EIO));
	return EX_CANTCREAT;
}

static int put(void *context, const uint8_t *octets, size_t len)
{
	struct bundle_file *file = context;

	sha256_update(&file->sha, octets, len);
	file->octets += len;
	return fwrite(octets, 1, len, file->out) == len ? 0 : write_failed(file->args);
}

static int put_end(struct bundle_file *file)
{
	uint8_t item[BUNDLE_ITEM_BYTES_MAX];
	struct hash before;

	sha256_final(&file->sha, &before);
	return put(file, item, export_end(&before, item));
}

static int run_export(const struct args *args)
{
	const char *out = args_value(args, "--out"), *ledger = args_value(args, "--ledger");
	struct bundle_file file = {.args = args};
	struct wanted wanted;
	const char *codes = args_value(args, "--qr");
	int fd, r = wanted_read(args, &wanted);

	if (r == 0 && (out == NULL) == (codes == NULL)) {
		complain(args, "say either --out FILE or --qr DIR");
		r = EX_USAGE;
	}
	if (r != 0 || codes != NULL)
		return r != 0 ? r : export_codes(args, ledger, &wanted, codes);
	fd = open(out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	file.out = fd >= 0 ? fdopen(fd, "wb") : NULL;
	if (file.out == NULL) {
		complain(args, "--out: %s: %s", out, strerror(errno));
		return EX_CANTCREAT;
	}
	sha256_init(&file.sha);
	r = ledger != NULL ? export_from_ledger(args, ledger, &wanted, put, &file)
	                   : export_from_kiosk(args, &wanted, put, &file);
	if (r == 0)
		r = put_end(&file);
	if (r == 0 && (fflush(file.out) != 0 || fsync(fd) != 0))
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
    {"--out", OPTION_VALUE, false, "FILE", "where to; it must not be there yet"},
    {"--qr", OPTION_VALUE, false, "DIR",
     "instead: totals nobody confirmed yet as pictures, to be carried to a connection"},
    WANTED_OPTIONS,
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
        "asked; counting goes on meanwhile.\n"
        "A kiosk that has no connection: after the close, --qr makes a picture of the signed\n"
        "totals. Whoever takes it to a connection brings them to the collector with\n"
        "`kioskctl post`, which takes the file, too.\n",
    .run = run_export,
};
