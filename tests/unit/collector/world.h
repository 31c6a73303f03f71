/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small network for the collector's tests: a root, a hub, an event with its card, kiosks that
 * count and seal real signed batches, and a collector with a store in a temporary folder.
 * Everything asserts, by cmocka, that it worked.
 */
#ifndef KIOSK_TEST_WORLD_H
#define KIOSK_TEST_WORLD_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "collector.h"
#include "merkle.h"
#include "message.h"

#define WORLD_START INT64_C(1795302000) /* of the first meeting */

struct world {
	char folder[64], database[96];
	struct secret_seed root, collector_key, hub_key;
	struct card_secret secret;
	struct hub_cert hub;
	struct manifest manifest;
	uint8_t collector_cert[COLLECTOR_CERT_BYTES_MAX], hub_cert[HUB_CERT_BYTES_MAX],
	    manifest_bytes[MANIFEST_BYTES_MAX];
	size_t collector_cert_len, hub_cert_len, manifest_len;
	struct collector *collector;
	struct wall_time now;
	uint8_t next_nonce;
	/* of the last answer */
	struct answer answer;
	struct receipt receipt; /* if it had one */
};

struct counter {
	struct secret_seed key;
	struct grant grant;
	uint8_t grant_bytes[GRANT_BYTES_MAX];
	size_t grant_len;
	struct batch batch; /* as the next one will be, but for seq and prev */
	struct hash head;   /* of the last batch sealed; of the grant before */
	struct merkle_frontier log;
	uint8_t sealed[BATCH_BYTES_MAX + 1]; /* room for one that is too long */
	size_t sealed_len;
	uint8_t body[POST_BYTES_MAX];
	size_t body_len;
};

void world_init(struct world *world);
void world_deinit(struct world *world);
/* What the collector is opened with; borrows from `world`. */
struct collector_settings world_settings(const struct world *world);
/* Stops the collector and starts it again on the same store. */
void world_restart(struct world *world);
/* Signs the hub's certificate, the manifest anew after a test changed the structs. */
void world_seal_hub(struct world *world);
void world_seal_manifest(struct world *world);
struct secret_seed world_seed(uint8_t octet);

/* A kiosk with a key and an epoch of its own, opened with the card. */
void counter_open(struct world *world, struct counter *counter, uint8_t octet, uint16_t occurrence);
/* Signs the grant as it stands, with the card. */
void counter_seal_grant(struct world *world, struct counter *counter);
/* So many people came for a project (0: people), or were taken back. */
void counter_add(struct counter *counter, uint16_t project, enum channel channel, enum first first,
                 uint32_t n);
void counter_revoke(struct counter *counter, uint16_t project, enum channel channel,
                    enum first first, uint32_t n);
void counter_headcount(struct world *world, struct counter *counter, uint32_t people);
/* Numbers, links and signs the next batch, and makes the body to post. */
void counter_seal(struct world *world, struct counter *counter);
/* Signs the batch as it stands, without numbering it. */
void counter_sign(struct world *world, struct counter *counter);
/* Puts the body together of what is there. */
void counter_join(struct world *world, struct counter *counter);

/*
 * Posts a body and checks what every answer must hold: the collector's signature and certificate,
 * this request's nonce, the subject, a sentence on a refusal, a receipt with a proof that verifies
 * on success. Returns the signed status.
 */
uint16_t world_post_body(struct world *world, const uint8_t *body, size_t len);
uint16_t world_post(struct world *world, const struct counter *counter);
uint16_t world_head(struct world *world, const struct epoch_id *epoch);
/* Checks a body of HTTP and leaves what it says in world->answer. `subject` may be NULL. */
void world_check_reply(struct world *world, const uint8_t *reply, size_t len,
                       const struct nonce *nonce, const struct hash *subject);

/* `people.attendances` of everything, as the team's totals say. */
uint64_t world_counted(struct world *world);
/* So many people come by QR, each for project 1, and the next batch says so; it must be stored. */
void world_count_and_send(struct world *world, struct counter *counter, uint32_t people);

#endif
