/* SPDX-License-Identifier: Apache-2.0 */
/* A stopped kiosk's ledger, recounted. */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "crypto.h"
#include "ledger.h"

enum { EXIT_UNREADABLE = 2 };

static int run_check(const struct args *args)
{
	static struct ledger_epoch last;
	const char *path = args->positional[0];
	char sentence[512] = "";
	struct ledger_sent sent = {0};
	struct ledger *ledger;
	int r = ledger_open_reading(path, &ledger, sentence, sizeof(sentence));

	if (r != 0) {
		complain(args, "%s",
		         sentence[0] != '\0' ? sentence
		         : r > 0             ? ledger_strerror(r)
		                             : strerror(-r));
		return r == LEDGER_E_DAMAGED ? EXIT_REFUSED : EXIT_UNREADABLE;
	}
	/* Opening has recounted everything. */
	(void)ledger_sent(ledger, &sent);
	r = ledger_last_epoch(ledger, &last);
	(void)printf("%s: every line was counted again, and all totals, seals and marks agree.\n",
	             path);
	if (r == 0)
		(void)printf("The last event %s; %llu lines of it.\n",
		             last.state == EPOCH_OPEN ? "is still open" : "is closed",
		             (unsigned long long)last.leaves);
	else
		(void)printf("No event was opened on this kiosk yet.\n");
	(void)printf("%u batches sealed, %u of them confirmed by the collector.\n", sent.sealed,
	             sent.confirmed);
	wipe(&last, sizeof(last));
	ledger_close(ledger);
	return EXIT_DONE;
}

const struct command command_ledger_check = {
    .name = "ledger check",
    .summary = "count every line of a stopped kiosk's ledger again",
    .positional = "LEDGER",
    .positional_min = 1,
    .positional_max = 1,
    .about = "Reads ledger.db of a kiosk's state folder and changes nothing. Exit status: 0 all\n"
             "agrees, 1 it contradicts itself, 2 it cannot be read (or kioskd has it open).\n",
    .run = run_check,
};
