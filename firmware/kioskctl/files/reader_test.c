/* SPDX-License-Identifier: Apache-2.0 */
/* reader-test: the code that tells which keyboard layout a barcode reader types. */
#include <stdio.h>
#include <string.h>
#include <kiosk/scanner.h>

#include "commands.h"
#include "keys.h"
#include "print.h"

static int run(const struct args *args)
{
	const char *out = args_value(args, "--out");
	struct qr *qr;
	int r = output_folder(args, out);

	if (r != 0)
		return r;
	if (qr_new(READER_TEST_TEXT, &qr) < 0) {
		complain(args, "the code cannot be drawn: there is no memory left");
		return EX_OSERR;
	}
	r = print_reader_test(args, out, qr);
	qr_free(qr);
	if (r == 0)
		(void)printf("%s/reader-test.png, %s/reader-test.svg: hold one before the reader "
		             "while the kiosk runs; `kioskctl status` then names the layout.\n",
		             out, out);
	return r;
}

static const struct option_spec options[] = {
    {"--out", OPTION_VALUE, true, "DIR", "folder for the files; made if there is none"},
};

const struct command command_reader_test = {
    .name = "reader-test",
    .summary = "a code that tells which keyboard layout a barcode reader types",
    .positional = "",
    .option = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .about =
        "A USB barcode reader is a keyboard to a kiosk, and types for the layout it was set to.\n"
        "With `source = evdev:/dev/input/by-id/…` in kioskd.conf, hold the printed code before\n"
        "the reader: the kiosk knows the layout from then on, and `kioskctl status` says what to\n"
        "add to kioskd.conf so that it knows it after a start too, such as \",layout=de\".\n",
    .run = run,
};
