/* SPDX-License-Identifier: Apache-2.0 */
/* What stands on each kind of paper: the event card, tickets, sheets of slips, the network's code.
 */
#ifndef KIOSKCTL_PRINT_H
#define KIOSKCTL_PRINT_H

#include <kiosk/record.h>
#include "args.h"
#include "calendar.h"
#include "deliveries.h"
#include "paper.h"

enum {
	FORMAT_PNG = 1,
	FORMAT_SVG = 2,
	FORMAT_TXT = 4,
	PLACE_BYTES_MAX = 96,
	SLIPS_A_SHEET = 15,
};

/* What paper says of an event; `place` may be "", `has_offset` tells whether times can be shown as
 * local ones. */
struct print_event {
	const struct manifest *manifest;
	char place[PLACE_BYTES_MAX + 1];
	bool has_offset;
	int32_t offset_s;
};

/* Each writes NAME.png and NAME.svg as the formats say. 0 or an exit status, told. */
int print_card(const struct args *args, const char *folder, const struct print_event *event,
               const char *hub_name, const struct qr *qr);
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
