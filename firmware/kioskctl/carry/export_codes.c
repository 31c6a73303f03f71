/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include <kiosk/msg_people.h>

#include "client.h"
#include "deliveries.h"
#include "export_codes.h"
#include "keys.h"
#include "message.h"
#include "print.h"
#include "text.h"

enum { NAME_BYTES = 24 };

struct codes {
	const struct args *args;
	const char *folder;
	struct deliveries deliveries;
	unsigned n;      /* pictures made */
	bool any, ended; /* batches there are; the last one is a closing one or later */
};

/* A code holds so many octets of text; kiosks read no more from one either. */
static int too_long(const struct codes *codes)
{
	complain(codes->args,
	         "batch %u has %zu octets with what vouches for it, and a code holds 1965: take "
	         "the bundle along instead (`kioskctl export --out FILE`), `kioskctl post` "
	         "brings it to the collector",
	         codes->deliveries.delivery.batch.seq, codes->deliveries.delivery.len);
	return EX_DATAERR;
}

static int write_code(struct codes *codes)
{
	const struct delivery *delivery = &codes->deliveries.delivery;
	char text[CODE_BYTES_MAX + 1], name[NAME_BYTES], file[NAME_BYTES + 4];
	struct qr *qr;
	int r;

	if (code_encode(CODE_BATCH, delivery->body, delivery->len, text, sizeof(text)) != 0 ||
	    qr_new(text, &qr) != 0)
		return too_long(codes);
	text_format(name, sizeof(name), "batch-%u", ++codes->n);
	text_format(file, sizeof(file), "%s.txt", name);
	r = print_batch(codes->args, codes->folder, name, delivery, qr);
	if (r == 0) {
		(void)printf("%s/%s.png: batch %u of %s, %zu octets, %d × %d modules.\n",
		             codes->folder, name, delivery->batch.seq, delivery->event,
		             delivery->len, 17 + 4 * qr_version(qr), 17 + 4 * qr_version(qr));
		r = output_write(codes->args, codes->folder, file, text, strlen(text), MODE_PUBLIC);
	}
	qr_free(qr);
	return r;
}

static int take(void *context, const uint8_t *item, size_t len)
{
	struct codes *codes = context;
	const int r = deliveries_item(&codes->deliveries, item, len);

	if (r < 0) {
		complain(codes->args, "a batch in this kiosk's ledger cannot be read");
		return EX_DATAERR;
	}
	if (r == 0)
		return 0;
	codes->any = true;
	codes->ended = codes->deliveries.delivery.batch.state != EPOCH_OPEN;
	return codes->deliveries.delivery.has_receipt ? 0 : write_code(codes);
}

static int tell(const struct codes *codes)
{
	if (codes->n == 0 && codes->ended) {
		(void)printf("The collector has confirmed all totals of this event: there is "
		             "nothing to carry.\n");
		return EXIT_DONE;
	}
	if (!codes->ended) {
		complain(
		    codes->args,
		    codes->any
		        ? "the event's last totals are not in it: this kiosk may seal them only "
		          "once the collector has confirmed to itself what was sealed before"
		        : "nothing of this event is sealed: a kiosk that was restarted in it has "
		          "to ask the collector first");
		return EXIT_REFUSED;
	}
	(void)printf("Whoever has a connection: `kioskctl post --network network.txt PICTURE`.\n");
	return EXIT_DONE;
}

int export_codes(const struct args *args, const char *ledger, const struct wanted *wanted,
                 const char *folder)
{
	static struct codes codes;
	static struct msg_status status;
	int r = ledger == NULL && wanted->any ? client_status(args, &status) : 0;

	if (r == 0 && status.has_event && status.state != KIOSK_IDLE) {
		complain(args, "the event is open: close it first, so that its last totals are "
		               "carried");
		return EXIT_REFUSED;
	}
	codes.args = args;
	codes.folder = folder;
	if (r == 0)
		r = output_folder(args, folder);
	if (r == 0)
		r = ledger != NULL ? export_from_ledger(args, ledger, wanted, take, &codes)
		                   : export_from_kiosk(args, wanted, take, &codes);
	return r != 0 ? r : tell(&codes);
}
