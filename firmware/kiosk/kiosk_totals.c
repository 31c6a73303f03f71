/* SPDX-License-Identifier: Apache-2.0 */
/* People in totals: counted here, confirmed by a receipt, or held back by it. */
#include "kiosk_private.h"
#include "text.h"

void totals_held(struct kiosk *k, char held[REASON_BYTES_MAX + 1])
{
	uint8_t bytes[RECEIPT_BYTES_MAX];
	struct receipt receipt;
	size_t len;

	held[0] = '\0';
	if (ledger_last_receipt(k->ledger, &k->secret->epoch.epoch, bytes, &len) == 0 &&
	    receipt_reopen(bytes, len, &receipt) == 0)
		text_copy(held, REASON_BYTES_MAX + 1, receipt.held.s);
}

uint32_t totals_people(const struct batch_row *row, uint16_t n)
{
	uint32_t people = 0;

	for (uint16_t i = 0; i < n; i++)
		if (row[i].project == PROJECT_PEOPLE)
			people += row[i].added - row[i].revoked;
	return people;
}

uint32_t totals_unconfirmed(struct kiosk *k)
{
	const struct epoch_id *epoch = &k->secret->epoch.epoch;
	struct batch_row total[BATCH_ROWS_MAX], sent[BATCH_ROWS_MAX];
	uint16_t n_total = 0, n_sent = 0;
	char held[REASON_BYTES_MAX + 1];
	uint32_t counted, confirmed;

	if (!k->ledger || !k->meeting.known ||
	    ledger_totals(k->ledger, epoch, total, &n_total) != 0 ||
	    ledger_confirmed(k->ledger, epoch, sent, &n_sent) != 0)
		return 0;
	totals_held(k, held);
	counted = totals_people(total, n_total);
	confirmed = held[0] ? 0 : totals_people(sent, n_sent);
	return counted > confirmed ? counted - confirmed : confirmed - counted;
}
