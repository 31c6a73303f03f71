/* SPDX-License-Identifier: Apache-2.0 */
/* What stands on each kind of paper: the event card, tickets, sheets of slips, the network's code.
 */
#ifndef KIOSKCTL_PRINT_H
#define KIOSKCTL_PRINT_H

#include <sys/types.h>

#include <kiosk/record.h>
#include "args.h"
#include "calendar.h"
#include "deliveries.h"
#include "drawing.h"

enum {
	FORMAT_PNG = 1,
	FORMAT_SVG = 2,
	FORMAT_TXT = 4,
	PLACE_BYTES_MAX = 96,
	CALL_BYTES_MAX = 64,
	SLIPS_A_SHEET = 15,
};

/* What paper says of an event; `place` and `call` may be "". */
struct print_event {
	const struct manifest *manifest;
	char place[PLACE_BYTES_MAX + 1];
	char call[CALL_BYTES_MAX + 1]; /* whom a volunteer may ask */
	int32_t offset_s[WINDOWS_MAX]; /* from UTC, of the times of each window */
};

/* That a text can be printed: no box with a number stands for a letter that no font has. `what`
 * names it in the sentence. 0 or EX_USAGE, told. */
int print_check(const struct args *args, const char *what, const char *text);

/* output_write() or output_replace() */
typedef int print_put(const struct args *args, const char *folder, const char *name,
                      const void *data, size_t len, mode_t mode);

/* Each writes NAME.png and NAME.svg as the formats say. 0 or an exit status, told. */
int print_card(const struct args *args, const char *folder, const struct print_event *event,
               const char *hub_name, const struct qr *qr, print_put *put);
int print_network(const struct args *args, const char *folder, const struct network *network,
                  const struct qr *qr);
int print_batch(const struct args *args, const char *folder, const char *name,
                const struct delivery *delivery, const struct qr *qr);
int print_reader_test(const struct args *args, const char *folder, const struct qr *qr);
int print_ticket(const struct args *args, const char *folder, const char *name,
                 unsigned int formats, const struct print_event *event, const struct ticket *ticket,
                 const struct qr *qr);

enum sheet { SHEET_LETTER, SHEET_A4 };
struct slip {
	struct ticket ticket;
	struct qr *qr;
};
int print_slips(const struct args *args, const char *folder, const char *name, unsigned int formats,
                const struct print_event *event, enum sheet sheet, const struct slip *slip,
                size_t n);

#endif
