/* SPDX-License-Identifier: Apache-2.0 */
/* What a network prints: its keys, hubs, meetings, cards and tickets, made with the wire room as
 * kioskctl makes them. */
#ifndef TESTS_SIM_PAPERS_H
#define TESTS_SIM_PAPERS_H

#include "message.h"

enum { CODE_TEXT_MAX = 1200, DAY_S = 86400 };

struct hub_papers {
	struct secret_seed seed;
	struct public_key key;
	int64_t not_after;
	uint8_t cert[HUB_CERT_BYTES_MAX];
	size_t cert_len;
};

struct meeting_papers {
	const struct hub_papers *hub;
	struct manifest manifest;
	struct card_secret secret;
	uint8_t manifest_bytes[MANIFEST_BYTES_MAX];
	size_t manifest_len;
	char card[CODE_TEXT_MAX];
};

struct network_papers {
	struct secret_seed root, collector;
	struct network network;
	uint8_t collector_cert[COLLECTOR_CERT_BYTES_MAX];
	size_t collector_cert_len;
};

void papers_network(struct network_papers *papers, int64_t now);
void papers_hub(const struct network_papers *network, uint32_t number, int64_t from, int64_t to,
                struct hub_papers *ret);
/* Projects 1 RIVER, 2 MUSIC, 3 TREES. The caller sets windows, limits and policy in
 * `papers->manifest` before. */
void papers_meeting(struct meeting_papers *papers, const struct hub_papers *hub, uint8_t number);
/* `mask` and `first` as on a ticket. `seed` signs: the hub's, or a forger's. */
void papers_ticket(const struct meeting_papers *papers, const struct secret_seed *seed,
                   uint32_t number, uint16_t mask, uint8_t first, char text[CODE_TEXT_MAX]);

#endif
