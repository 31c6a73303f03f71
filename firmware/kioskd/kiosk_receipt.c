/* SPDX-License-Identifier: Apache-2.0 */
/* Whether what came back is the collector's word: anything else is no answer (DESIGN section 8). */
#include <errno.h>
#include <string.h>

#include "crypto.h"
#include "kiosk_private.h"
#include "link.h"
#include "merkle.h"

static int no(char *sentence, size_t size, const char *why)
{
	text_copy(sentence, size, why);
	return -EBADMSG;
}

static int answer_signed(struct kiosk *k, const uint8_t *body, size_t len,
                         struct public_key *ret_collector, char *sentence, size_t size)
{
	struct calendar calendar = kiosk_calendar(k);
	struct collector_cert cert;
	struct reply_view view;

	if (reply_split(body, len, &view) != 0)
		return no(
		    sentence, size,
		    "What answered is not the collector: a sign-in page or a proxy, perhaps.");
	if (view.collector_cert_len > sizeof(k->exchange.cert) ||
	    collector_cert_open(view.collector_cert, view.collector_cert_len,
	                        &k->config.network.root, &cert) != 0)
		return no(sentence, size,
		          "The collector's certificate is not of this kiosk's network.");
	if (calendar.known && (calendar.now < cert.not_before || calendar.now > cert.not_after))
		return no(
		    sentence, size,
		    "The collector's certificate is not valid today: its network makes a new one.");
	if (answer_open(view.answer, view.answer_len, &cert.collector, &k->answer) != 0)
		return no(sentence, size, "The collector's answer is not signed by its key.");
	if (!same_bytes(&k->answer.nonce, &k->exchange.nonce, sizeof(struct nonce)))
		return no(sentence, size, "The answer is an old one, played back.");
	if (!same_bytes(&k->answer.subject, &k->exchange.subject, sizeof(struct hash)))
		return no(sentence, size,
		          "The answer is about something else than what was sent: perhaps a copy "
		          "that was damaged on its way.");
	k->exchange.collector = cert.collector;
	k->exchange.cert_len = view.collector_cert_len;
	memcpy(k->exchange.cert, view.collector_cert, view.collector_cert_len);
	*ret_collector = cert.collector;
	return 0;
}

static bool receipt_is_of(const struct receipt *receipt, const struct batch *batch,
                          const struct hash *hash)
{
	return same_bytes(&receipt->device, &batch->device, sizeof(receipt->device)) &&
	       same_bytes(&receipt->epoch, &batch->epoch, sizeof(receipt->epoch)) &&
	       receipt->seq == batch->seq && same_bytes(&receipt->batch, hash, sizeof(*hash));
}

/* Against any root of the same size, and the receipt that the batch named: one log that only grows.
 * A receipt that was set aside binds nobody any more. */
static bool log_only_grew(struct kiosk *k, const struct receipt *receipt)
{
	const struct answer *answer = &k->answer;
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

static int receipt_verify(struct kiosk *k, const struct public_key *collector, struct receipt *ret,
                          char *sentence, size_t size)
{
	const struct answer *answer = &k->answer;
	const struct hash *batch = &k->exchange.posted;
	struct receipt receipt;
	struct hash leaf;

	if (receipt_open(answer->receipt, answer->receipt_len, collector, &receipt) != 0)
		return no(sentence, size, "The receipt is not signed by the collector's key.");
	if (!receipt_is_of(&receipt, &k->exchange.batch, batch))
		return no(sentence, size, "The receipt is for another batch.");
	leaf = merkle_leaf(batch->b, sizeof(batch->b));
	if (!merkle_inclusion_holds(&leaf, receipt.leaf, receipt.log_size, &receipt.inclusion,
	                            &receipt.log_root))
		return no(sentence, size,
		          "The receipt does not prove that the batch is in the collector's log.");
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
	struct public_key collector;
	bool stored;
	int r = answer_signed(k, body, len, &collector, sentence, size);

	if (r != 0)
		return r;
	stored = k->exchange.kind == HTTP_POST_BATCH &&
	         (k->answer.status == ANSWER_STORED || k->answer.status == ANSWER_STORED_BEFORE);
	*ret_has_receipt = false;
	if (!stored)
		return 0;
	if (k->answer.receipt_len == 0)
		return no(sentence, size,
		          "The collector says it has the batch, and gives no receipt.");
	*ret_has_receipt = true;
	return receipt_verify(k, &collector, ret_receipt, sentence, size);
}
