/* SPDX-License-Identifier: Apache-2.0 */
/* A network, a hub, an event and its codes, made with the wire room as kioskctl makes them; and a
 * collector's answers. */
#ifndef TESTS_KIOSKD_PAPERS_H
#define TESTS_KIOSKD_PAPERS_H

#include "merkle.h"
#include "message.h"

enum { CODE_TEXT_MAX = 1200, COLLECTOR_BATCHES_MAX = 64 };

struct papers {
	struct secret_seed root, hub, collector;
	struct network network;
	struct manifest manifest;
	struct card_secret secret;
	uint8_t hub_cert[HUB_CERT_BYTES_MAX], manifest_bytes[MANIFEST_BYTES_MAX];
	size_t hub_cert_len, manifest_len;
};

/* An event named by `name` (one octet), of three hours from `start`, grace two hours, projects 1
 * RIVER and 2 MUSIC. */
void papers_make(struct papers *papers, uint8_t name, int64_t start);
/* Signs the manifest again, after a test changed it. */
void papers_sign(struct papers *papers);
/* Another secret for the same event: a card that was printed again. */
void papers_new_secret(struct papers *papers, uint8_t number);
void papers_card(const struct papers *papers, char text[CODE_TEXT_MAX]);
struct ticket papers_ticket_plain(const struct papers *papers, uint32_t number);
void papers_sign_ticket(const struct papers *papers, const struct ticket *ticket,
                        char text[CODE_TEXT_MAX]);
void papers_ticket(const struct papers *papers, uint32_t number, char text[CODE_TEXT_MAX]);

/* A collector: its log, and whatever a test wants it to answer. */
struct collector {
	struct merkle_frontier tree;
	struct hash node[8][COLLECTOR_BATCHES_MAX];
	struct hash batch[COLLECTOR_BATCHES_MAX];
	struct receipt receipt[COLLECTOR_BATCHES_MAX];
	unsigned n;
};

/* The answer to a posted body: stored, with a receipt. `nonce` is the request's. Octets of the
 * reply. */
size_t collector_store(struct collector *collector, const struct papers *papers,
                       const uint8_t *body, size_t len, const struct nonce *nonce,
                       struct answer *ret_answer, uint8_t *reply, size_t size);
/* Signs an answer as it is. */
size_t collector_answer(const struct papers *papers, const struct answer *answer, uint8_t *reply,
                        size_t size);
/* Puts a (changed) receipt into an answer, signed. */
void collector_receipt(const struct papers *papers, const struct receipt *receipt,
                       struct answer *answer);

#endif
