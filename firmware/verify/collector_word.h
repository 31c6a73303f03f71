/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether what came back is the collector's word on one request (PROTOCOL.md, section 6, "An
 * answer"). In: the octets of a body and what was asked. Out: the answer, and the receipt in it; or
 * a sentence saying what does not hold, and that is no answer. It reads memory and touches nothing:
 * kioskd, and whoever carries a kiosk's batch to the collector by hand, judge by it.
 */
#ifndef KIOSK_KIOSKD_COLLECTOR_WORD_H
#define KIOSK_KIOSKD_COLLECTOR_WORD_H

#include "message.h"

struct collector_asked {
	struct public_key root; /* the network's */
	struct nonce nonce;
	struct hash subject; /* SHA-256 of the body that was posted, or of the epoch's name */
	bool date_known;
	int64_t now; /* where it is */
};

struct collector_word {
	struct answer answer;
	struct collector_cert certificate; /* who answered, and the root's word for it */
	size_t cert_len;
	uint8_t cert[COLLECTOR_CERT_BYTES_MAX];
};

/* 0 or -EBADMSG; *ret may be half written then. */
int collector_word_open(const uint8_t *body, size_t len, const struct collector_asked *asked,
                        struct collector_word *ret, char *sentence, size_t size);
/* The receipt of an answer 200 or 201: of this batch, and it proves that the log has it. 0 or
 * -EBADMSG, and *ret is untouched. */
int collector_word_receipt(const struct collector_word *word, const struct batch *batch,
                           const struct hash *hash, struct receipt *ret, char *sentence,
                           size_t size);

#endif
