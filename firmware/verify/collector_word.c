/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "crypto.h"
#include "merkle.h"
#include "collector_word.h"
#include "text.h"

static int no(char *sentence, size_t size, const char *why)
{
	text_copy(sentence, size, why);
	return -EBADMSG;
}

int collector_word_open(const uint8_t *body, size_t len, const struct collector_asked *asked,
                        struct collector_word *ret, char *sentence, size_t size)
{
	struct collector_cert cert;
	struct reply_view view;

	if (reply_split(body, len, &view) != 0)
		return no(
		    sentence, size,
		    "What answered is not the collector: a sign-in page or a proxy, perhaps.");
	if (view.collector_cert_len > sizeof(ret->cert) ||
	    collector_cert_open(view.collector_cert, view.collector_cert_len, &asked->root,
	                        &cert) != 0)
		return no(sentence, size, "The collector's certificate is not of this network.");
	if (asked->date_known && (asked->now < cert.not_before || asked->now > cert.not_after))
		return no(
		    sentence, size,
		    "The collector's certificate is not valid today: its network makes a new one.");
	if (answer_open(view.answer, view.answer_len, &cert.collector, &ret->answer) != 0)
		return no(sentence, size, "The collector's answer is not signed by its key.");
	if (!same_bytes(&ret->answer.nonce, &asked->nonce, sizeof(asked->nonce)))
		return no(sentence, size, "The answer is an old one, played back.");
	if (!same_bytes(&ret->answer.subject, &asked->subject, sizeof(asked->subject)))
		return no(sentence, size,
		          "The answer is about something else than what was sent: perhaps a copy "
		          "that was damaged on its way.");
	ret->certificate = cert;
	ret->cert_len = view.collector_cert_len;
	memcpy(ret->cert, view.collector_cert, view.collector_cert_len);
	return 0;
}

static bool receipt_is_of(const struct receipt *receipt, const struct batch *batch,
                          const struct hash *hash)
{
	return same_bytes(&receipt->device, &batch->device, sizeof(receipt->device)) &&
	       same_bytes(&receipt->epoch, &batch->epoch, sizeof(receipt->epoch)) &&
	       receipt->seq == batch->seq && same_bytes(&receipt->batch, hash, sizeof(*hash));
}

int collector_word_receipt(const struct collector_word *word, const struct batch *batch,
                           const struct hash *hash, struct receipt *ret, char *sentence,
                           size_t size)
{
	const struct answer *answer = &word->answer;
	const struct hash leaf = merkle_leaf(hash->b, sizeof(hash->b));
	struct receipt receipt;

	if (answer->receipt_len == 0)
		return no(sentence, size,
		          "The collector says it has the batch, and gives no receipt.");
	if (receipt_open(answer->receipt, answer->receipt_len, &word->certificate.collector,
	                 &receipt) != 0)
		return no(sentence, size, "The receipt is not signed by the collector's key.");
	if (!receipt_is_of(&receipt, batch, hash))
		return no(sentence, size, "The receipt is for another batch.");
	if (!merkle_inclusion_holds(&leaf, receipt.leaf, receipt.log_size, &receipt.inclusion,
	                            &receipt.log_root))
		return no(sentence, size,
		          "The receipt does not prove that the batch is in the collector's log.");
	*ret = receipt;
	return 0;
}
