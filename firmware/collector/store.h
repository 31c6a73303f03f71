/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the collector keeps: one SQLite file with the certificates and manifests it verified, every
 * epoch's head, every batch with its receipt, both sides of a fork, revoked keys, and its own log
 * (RFC 9162) of batch hashes as the roots of complete subtrees, so that a proof costs O(log n)
 * reads.
 *
 * It touches one file and its WAL (journal_mode=WAL, synchronous=EXTRA, locking_mode=EXCLUSIVE: one
 * process, one connection), decides nothing and knows no clock. A change is durable when
 * store_commit() returned 0, not before.
 *
 * Return values: 0; STORE_E_NONE where said; -ENOSPC: no room, nothing happened; -EIO: a write or
 * sync failed, and the store refuses everything from then on until it is opened again; other
 * -errno.
 */
#ifndef KIOSK_COLLECTORD_STORE_H
#define KIOSK_COLLECTORD_STORE_H

#include "merkle.h"

struct store;

enum store_error {
	STORE_E_NONE = 1,  /* no such thing is stored */
	STORE_E_MOVED = 2, /* the epoch's head is not the expected one any more */
};

enum { STORE_FORKS_MAX = 16 }; /* contradicting batches kept of one epoch */

/*
 * Opens or makes the store at `path` (mode 0600). One of a newer version, damaged, of another
 * program or in use is not touched: -EINVAL or -EBUSY, and `sentence` says what to do.
 */
int store_open(const char *path, struct store **ret, char *sentence, size_t sentence_size);
void store_close(struct store *store); /* NULL is fine; an open transaction is rolled back */
/* What it holds was found in order: until then its files are left as they are. */
void store_trust(struct store *store);
/* After an -EIO. */
bool store_is_broken(const struct store *store);

/* Whether the open file still is the one at its path: 0; or -EIO, told to the log, and the store is
 * broken. store_begin() and totals look by themselves; a program that waits looks now and then. */
int store_look(struct store *store);

/* Another number than before: rows may have changed since. */
uint64_t store_changes(const struct store *store);

int store_begin(struct store *store);
int store_commit(struct store *store);
void store_rollback(struct store *store);
/* Whether a transaction is under way: SQLite ends one by itself where it runs out of memory, room
 * or disk, also while it only reads. */
bool store_has_begun(const struct store *store);

/* --- chain --- */

/* Verified before: a manifest together with the very certificate it is sent with now? 1 yes, 0 no,
 * -errno. */
int store_has_hub_cert(struct store *store, const struct hash *hash);
int store_has_manifest(struct store *store, const struct hash *hash, const struct hash *hub_cert);
/* Keeps what verify_chain() found good; known ones stay as they are. */
int store_put_hub_cert(struct store *store, const struct hash *hash, const uint8_t *bytes,
                       size_t len, const struct hub_cert *cert);
int store_put_manifest(struct store *store, const struct hash *hash, const uint8_t *bytes,
                       size_t len, const struct manifest *manifest, const struct hash *hub_cert,
                       uint32_t hub_id);

/* Which hub a number is: the first certificate that came of it, or the one it was changed to. A
 * whole signed message and its hash. 0 or STORE_E_NONE. */
int store_hub(struct store *store, uint32_t hub_id, uint8_t bytes[HUB_CERT_BYTES_MAX],
              size_t *ret_len, struct hash *ret_hash);
/* The first says so of a number that is not known, and changes nothing for one that is; the
 * certificate is stored. */
int store_put_hub(struct store *store, uint32_t hub_id, const struct hash *hub_cert);
int store_change_hub(struct store *store, uint32_t hub_id, const struct hash *hub_cert);
/* A certificate that is stored, by its hash; all of a key, the latest first. */
int store_hub_cert(struct store *store, const struct hash *hash, uint8_t bytes[HUB_CERT_BYTES_MAX],
                   size_t *ret_len);
/* Called for each; a value other than 0 ends the walk and is returned. */
typedef int store_cert_fn(void *context, const uint8_t *bytes, size_t len);
int store_each_cert_of_key(struct store *store, const struct public_key *key, store_cert_fn *each,
                           void *context);
/* The issues of an event that came with the certificate `from`, and lists of its kiosks, are of this
 * hub and certificate. */
int store_move_event(struct store *store, const struct event_id *event, const struct hash *from,
                     uint32_t hub_id, const struct hash *hub_cert);
/* The hub's own kiosks at an occurrence, a whole signed message. 0 or STORE_E_NONE. */
int store_kiosk_list(struct store *store, uint32_t hub_id, const struct event_id *event,
                     uint16_t occurrence, uint8_t bytes[KIOSK_LIST_BYTES_MAX], size_t *ret_len);
int store_put_kiosk_list(struct store *store, uint32_t hub_id, const struct kiosk_list *list,
                         const struct hash *hub_cert, const uint8_t *bytes, size_t len);
/* Events that are known and of which no batch has come. */
typedef int store_event_fn(void *context, uint32_t hub_id, const struct event_id *event);
int store_each_event_unseen(struct store *store, store_event_fn *each, void *context);

/* The latest issue of an event by that hub, a whole signed message. 0 or STORE_E_NONE. */
int store_event(struct store *store, uint32_t hub_id, const struct event_id *event,
                uint8_t bytes[MANIFEST_BYTES_MAX], size_t *ret_len);

/* A hub's, card's or device's key that is not believed any more. 1 yes, 0 no, -errno. */
int store_is_revoked(struct store *store, const struct public_key *key);
int store_revoke(struct store *store, const struct public_key *key, struct wall_time now,
                 const char *reason);

/* --- the collector's own keys, the present one and former ones --- */

int store_put_own_cert(struct store *store, const struct public_key *key, const uint8_t *bytes,
                       size_t len);
int store_each_own_cert(struct store *store, store_cert_fn *each, void *context);

/* --- batches --- */

/* The receipt of a stored batch, by the batch's hash: 0 or STORE_E_NONE. `receipt` has room for
 * RECEIPT_BYTES_MAX. */
int store_receipt(struct store *store, const struct hash *batch, uint8_t *receipt, size_t *ret_len);

struct store_epoch {
	struct epoch_id epoch;
	struct public_key device;
	struct hash grant, manifest, hub_cert;
	uint32_t hub_id;
	bool stranger; /* its certificate is of another hub than the one known by that number */
	struct event_id event;
	uint16_t occurrence;
	uint32_t head_seq;
	struct hash head_hash;
	uint32_t fork_seq; /* 0: none */
	uint64_t people;   /* project 0 of the head */
	int64_t first_time,
	    last_time; /* when its first and its last batch were stored, the collector's clock */
	char held[REASON_BYTES_MAX + 1]; /* "": the head counts */
	size_t batch_len;                /* the head itself, a whole signed message */
	uint8_t batch[BATCH_BYTES_MAX];
};
/* 0 or STORE_E_NONE. */
int store_epoch(struct store *store, const struct epoch_id *epoch, struct store_epoch *ret);

/* What counts for an occurrence beside this epoch of this device. */
struct store_others {
	uint64_t people;
	uint32_t devices;  /* other ones */
	uint32_t openings; /* of this device */
};
int store_others(struct store *store, uint32_t hub_id, const struct event_id *event,
                 uint16_t occurrence, const struct public_key *device, const struct epoch_id *epoch,
                 struct store_others *ret);

/* A batch that was accepted, with everything that has to be true at once. */
struct store_batch {
	struct store_epoch
	    head; /* as it is to be: head_seq, head_hash, held, people and batch of this batch */
	struct hash expected; /* the head it follows, when head_seq > 1 */
	const uint8_t *grant;
	size_t grant_len;
	uint64_t leaves; /* of the kiosk's log, by this batch */
	uint64_t leaf;   /* its place in the collector's log */
	const uint8_t *receipt;
	size_t receipt_len;
};
/* Advances the head by compare-and-swap and keeps the batch. 0 or STORE_E_MOVED (roll back). */
int store_put_batch(struct store *store, const struct store_batch *batch);

/* Keeps a contradicting batch beside the stored one and freezes the epoch from there. A known one
 * changes nothing. */
int store_put_fork(struct store *store, const struct epoch_id *epoch, uint32_t seq,
                   const struct hash *hash, const uint8_t *bytes, size_t len, struct wall_time now);

/* The held epoch whose first batch stands at `from` of the log or behind; *ret_next is where to go
 * on. 0 or STORE_E_NONE. */
int store_next_held(struct store *store, uint64_t from, struct epoch_id *ret_epoch,
                    uint64_t *ret_next);
/* The same of all a hub's epochs, held or not. */
int store_next_of_hub(struct store *store, uint32_t hub_id, uint64_t from,
                      struct epoch_id *ret_epoch, uint64_t *ret_next);
/* And of all of one occurrence. */
int store_next_of_occurrence(struct store *store, uint32_t hub_id, const struct event_id *event,
                             uint16_t occurrence, uint64_t from, struct epoch_id *ret_epoch,
                             uint64_t *ret_next);
/* Sets held, hub_id, hub_cert and stranger. */
int store_set_judged(struct store *store, const struct store_epoch *epoch);

/* Called for each; a value other than 0 ends the walk and is returned. The callback must not change
 * the store. */
typedef int store_epoch_fn(void *context, const struct store_epoch *epoch);
/* By hub, event, occurrence, and the order in which they were first heard of. */
int store_each_epoch(struct store *store, store_epoch_fn *each, void *context);

/*
 * Every row of a part as it stands, for collector_check(); octets last until the callback returns,
 * which must not use the store's other statements of that part. Return values as above.
 */
enum store_part {
	STORE_HUB_CERTS,   /* hash, hub, not_before, bytes, key */
	STORE_HUBS,        /* hub, whether its sum and its certificate's number hold */
	STORE_MANIFESTS,   /* hash, hub, event, serial, bytes, its hub's certificate */
	STORE_BATCHES,     /* leaf, hash, epoch, seq, bytes, receipt; by leaf */
	STORE_EPOCHS,      /* epoch, device, grant's hash, grant, manifest's hash, hub, event,
	                    occurrence, head_seq, people, leaves, manifest, hub's certificate, head,
	                    whether its first leaf is its first batch, whether its sum holds */
	STORE_FORKS,       /* hash, epoch, seq, bytes, device */
	STORE_KIOSK_LISTS, /* hub, event, occurrence, bytes, its hub's certificate */
	STORE_REVOKED,     /* key, whether its sum holds */
};
enum { STORE_FIELDS_MAX = 16 };
struct store_field {
	const uint8_t *bytes; /* NULL when there are none */
	size_t len;
	int64_t n;
};
typedef int store_row_fn(void *context, const struct store_field *field);
int store_each(struct store *store, enum store_part part, store_row_fn *each, void *context);

/* How many different devices a batch was stored from. */
int store_devices(struct store *store, uint64_t *ret);

/* --- the log of batch hashes --- */

/* Where a batch stands in it. 0 or STORE_E_NONE. */
int store_leaf_of(struct store *store, const struct hash *batch, uint64_t *ret);

/* Its frontier as committed. */
int store_log(struct store *store, struct merkle_frontier *ret);
/* Its finished subtrees, as merkle_append() tells of them. */
int store_put_log_node(struct store *store, unsigned level, uint64_t index,
                       const struct hash *node);
int store_log_node(struct store *store, unsigned level, uint64_t index, struct hash *ret);
/* The receipt with the largest log size: what the frontier has to agree with. 0 or STORE_E_NONE. */
int store_last_receipt(struct store *store, uint8_t *receipt, size_t *ret_len);

#endif
