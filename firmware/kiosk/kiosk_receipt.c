/* SPDX-License-Identifier: Apache-2.0 */
/* Whether what came back is the collector's word: anything else is no answer (DESIGN.md, Trust). */
#include <errno.h>
#include <string.h>

#include <kiosk/msg_helper.h>

#include "crypto.h"
#include "kiosk_private.h"
#include "merkle.h"
#include "text.h"

static int no(char *sentence, size_t size, const char *why)
{
	text_copy(sentence, size, why);
	return -EBADMSG;
}

/*
 * Against any root of the same size, and the receipt that the batch named: one log that only grows.
 * A receipt that was set aside binds nobody any more.
 *
 * A batch that was parked while others got receipts named its log before them, so the step from
 * theirs to its own is not shown here. It is no less binding: both roots are signed, both go into
 * the bundle, and whoever holds it asks GET /v1/log/proof for that step.
 */
static bool log_only_grew(struct kiosk *k, const struct receipt *receipt)
{
	const struct answer *answer = &k->word.answer;
	const struct batch *batch = &k->exchange.batch;
	struct hash root;

	if (ledger_collector_root(k->ledger, receipt->log_size, &root) == 0 &&
	    !same_bytes(&root, &receipt->log_root, sizeof(root)))
		return false;
	if (!batch->has_receipt || ledger_receipt_root(k->ledger, &batch->receipt, &root) != 0)
		return true;
	return answer->consistency_from == batch->receipt_log_size &&
	       merkle_consistency_holds(batch->receipt_log_size, &root, receipt->log_size,
	                                &receipt->log_root, &answer->consistency);
}

static int receipt_verify(struct kiosk *k, struct receipt *ret, char *sentence, size_t size)
{
	const struct answer *answer = &k->word.answer;
	struct receipt receipt;
	int r = collector_word_receipt(&k->word, &k->exchange.batch, &k->exchange.posted, &receipt,
	                               sentence, size);

	if (r != 0)
		return r;
	if (answer->consistency_from != 0 &&
	    answer->consistency_from != k->exchange.batch.receipt_log_size)
		return no(sentence, size,
		          "The collector proves something else than what was asked.");
	k->exchange.has_other_log = !log_only_grew(k, &receipt);
	if (k->exchange.has_other_log)
		return no(sentence, size,
		          "The collector's log contradicts what it showed before: an older "
		          "database was put back, or it was rewritten. All totals are sent "
		          "again; tell the national team.");
	*ret = receipt;
	return 0;
}

int answer_verify(struct kiosk *k, const uint8_t *body, size_t len, bool *ret_has_receipt,
                  struct receipt *ret_receipt, char *sentence, size_t size)
{
	const struct calendar calendar = kiosk_calendar(k);
	const struct collector_asked asked = {
	    .root = k->config.network.root,
	    .nonce = k->exchange.nonce,
	    .subject = k->exchange.subject,
	    .date_known = calendar.known,
	    .now = calendar.now,
	};
	int r = collector_word_open(body, len, &asked, &k->word, sentence, size);

	if (r != 0)
		return r;
	*ret_has_receipt =
	    k->exchange.kind == HTTP_POST_BATCH && (k->word.answer.status == ANSWER_STORED ||
	                                            k->word.answer.status == ANSWER_STORED_BEFORE);
	return *ret_has_receipt ? receipt_verify(k, ret_receipt, sentence, size) : 0;
}
