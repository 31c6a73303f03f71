/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the collector: collector.c receives and answers, judgement.c judges what is held, proofs.c
 * speaks for the log. */
#ifndef KIOSK_COLLECTORD_COLLECTOR_PRIVATE_H
#define KIOSK_COLLECTORD_COLLECTOR_PRIVATE_H

#include "collector.h"
#include "crypto.h"
#include "store.h"
#include "verify.h"

enum {
	OWN_KEYS_MAX = 16,
	KNOWN_NODES = 65536, /* a power of two */
};

struct known_node {
	uint64_t place; /* node_place() */
	uint64_t since; /* the collector's undone + 1 then: of another number it is forgotten */
	struct hash node;
};

struct collector {
	struct store *store;
	struct merkle_frontier log; /* as committed; in a group, as it will be */
	bool in_group;
	int group_error;                   /* why nothing of this group will be kept; 0 */
	struct merkle_frontier log_before; /* the group */
	struct public_key root;
	struct signing_key *key; /* in memory of its own (secret_alloc()) */
	uint8_t cert[COLLECTOR_CERT_BYTES_MAX];
	size_t cert_len;
	uint32_t next_after_s;
	/* Keys it signed with, this one among them: receipts of before a change of keys still hold.
	 */
	unsigned n_own;
	struct public_key own[OWN_KEYS_MAX];
	uint64_t undone; /* changes */
	struct known_node known_node[KNOWN_NODES];
	/* One request at a time, so its working space is here and not on the stack. */
	struct delivery delivery; /* of collector_post() */
	struct submission submission;
	struct epoch_known epoch;
	struct store_epoch stored;
	struct store_batch accepted;
	struct manifest issue; /* an event's latest */
	struct receipt receipt;
	struct answer answer;
	uint8_t receipt_bytes[RECEIPT_BYTES_MAX];
};

/* What was signed, with the certificate beside it. 0 or a wire error. */
int reply_of(const struct collector *collector, const uint8_t *message, size_t len, uint16_t status,
             struct collector_reply *ret);

/* Before the store is opened: 0; -ENOENT and a sentence when there is none and there was one. */
int collector_may_begin(const struct collector_settings *settings, char *sentence, size_t size);
/* After: from now on there was one. */
void collector_has_begun(const struct collector_settings *settings);

/* Of its stored certificates. 0 or -errno. */
int collector_know_own_keys(struct collector *collector);
/* collector->receipt_bytes into collector->receipt, under the key it was signed with. 0 or a wire
 * error. */
int collector_open_receipt(struct collector *collector, size_t len);

/* Whose a certificate is: the hub's of its number; of another number, by another certificate of the
 * same key; a stranger's. */
struct hub_place {
	uint32_t hub_id;
	struct hash hub_cert; /* by which it is that hub's */
	bool stranger;
};
int hub_place(struct collector *collector, const struct hub_cert *cert, const struct hash *hash,
              struct hub_place *ret); /* 0 or -errno */
/* 1: it is of the hub its number is, or the first of the number; 0; -errno. */
int hub_fits(struct collector *collector, const struct hub_cert *cert, const struct hash *hash);
/* Keeps a certificate that verify_chain() found good; a number that was free is its hub's from then
 * on. 0 or -errno. */
int hub_know(struct collector *collector, const struct hub_cert *cert, const struct hash *hash,
             const uint8_t *bytes, size_t len);

/*
 * Judges collector->submission, whose batch is read, as one of this hub, event and occurrence, by
 * the event's latest issue. 0 with `held` empty or a sentence; or -errno.
 */
int judge_fit(struct collector *collector, const struct hub_place *place,
              const struct event_id *event, uint16_t occurrence, char held[REASON_BYTES_MAX + 1]);

/*
 * Around what has to be true at once: a transaction of its own, or the group's. `r` is how it went;
 * what fails takes the whole group with it, for nobody knows how much SQLite undid. Both return 0
 * or -errno.
 */
int collector_change_begin(struct collector *collector);
/* After a post that failed in a group without a change: what else was in the group may be undone.
 */
void collector_change_check(struct collector *collector, int error);
int collector_change_end(struct collector *collector, int r);

/* Appends a leaf to `tree`, its finished subtrees to the store. 0 or -errno. */
int log_append(struct collector *collector, struct merkle_frontier *tree, const struct hash *leaf);
/* A merkle_read_fn over the stored log; the context is the collector. What is undone has to be
 * forgotten. */
int known_log_node(void *collector, unsigned level, uint64_t index, struct hash *ret);
void forget_log_nodes(struct collector *collector);

#endif
