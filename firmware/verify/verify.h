/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collector's verifier. In: the octets of one POST and what the store knows of its epoch and
 * occurrence. Out: a decision with a sentence. It is pure: no file, socket, clock or memory of its
 * own, so a simulation can run it as it is.
 *
 * The checks are those of DESIGN.md, Trust, in its order, one function a stage; the caller asks the
 * store between them:
 *
 *   verify_body        size 413; outer shape 400; key, algorithm, signature 401; payload 400
 *   (store: this very batch is known: 200, the stored receipt)
 *   verify_chain       root -> hub -> manifest -> card -> device, for the event's window: 403
 *   (store: one of the keys is revoked: 403)
 *   verify_order       fork 409; gap 412; another predecessor 409
 *   verify_sums        rows, sums, closed epochs, headcount, correction: 422
 *   verify_fit         what does not fit is stored and counts zero: "held"
 */
#ifndef KIOSK_COLLECTORD_VERIFY_H
#define KIOSK_COLLECTORD_VERIFY_H

#include "message.h"

enum {
	/* How far a batch's own wall time may lie before the window, or behind it while the epoch
	   is open. */
	HELD_SLACK_S = 86400,
	/* Openings of one meeting by one device: after another copy of its disk was seen, a loss. */
	DEVICE_OPENINGS_MAX = 4,
	/* How long after its window a closed epoch may still be sealed: a kiosk forgotten in a
	   cupboard. */
	HELD_LATE_S = 366 * 86400,
};

/* One POST, taken apart. `post` borrows from the body; the rest is filled stage by stage. */
struct submission {
	struct post_view post;
	struct hash subject; /* what the answer is about: SHA-256 of the whole body as it came */
	struct hash batch_hash, grant_hash, manifest_hash, hub_cert_hash;
	struct batch batch; /* from here: after verify_body() */
	struct grant grant;
	struct hub_cert hub; /* from here: after verify_chain() */
	struct manifest manifest;
	int64_t start, end; /* of the occurrence, without grace */
};

/* A refusal, as the answer will say it. status 0: go on. */
struct refusal {
	uint16_t status; /* enum answer_status */
	char reason[REASON_BYTES_MAX + 1];
	bool fork; /* to be kept beside what it contradicts */
};

/* What the store knows of the submission's epoch. */
struct epoch_known {
	bool known;
	struct public_key device;
	struct hash grant;
	uint32_t head_seq;
	struct hash head_hash;
	uint32_t fork_seq; /* where two histories part; 0: nowhere */
	struct batch head; /* the head itself */
};

/* Signatures that need no second look: the store took the same octets through verify_chain()
 * before. */
struct chain_known {
	bool hub_cert, manifest, grant;
};

/* What counts already for the same occurrence of the same event of the same hub, without this
 * opening. */
struct occurrence_known {
	uint64_t people;
	uint32_t devices;  /* others with a count that stands */
	uint32_t openings; /* of this device with a count that stands */
	bool listed, own;  /* whether the hub has named its own kiosks, and this is one */
};

/* Each returns whether to go on; if not, `ret` holds the refusal. */
bool verify_body(const uint8_t *body, size_t len, struct submission *s, struct refusal *ret);
bool verify_chain(struct submission *s, const struct public_key *root,
                  const struct chain_known *known, struct refusal *ret);
bool verify_order(const struct submission *s, const struct epoch_known *epoch, struct refusal *ret);
bool verify_sums(const struct submission *s, const struct epoch_known *epoch, struct refusal *ret);

/*
 * Why a batch that is in order counts zero until the hub mends the cause, as a sentence; true if it
 * counts. `manifest` is the one to judge by: the one of the grant, or a later issue of it.
 */
#define HELD_OVERLAP "Held, may overlap: "

bool verify_fit(const struct submission *s, const struct manifest *manifest,
                const struct occurrence_known *others, char held[REASON_BYTES_MAX + 1]);

/* Added minus revoked of one project, all channels; 0 where that is less, as verify_sums() refuses.
 */
uint64_t batch_net(const struct batch *batch, uint16_t project);

#endif
