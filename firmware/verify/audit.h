/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judges a bundle (PROTOCOL.md, section 7) item by item. In: items, and the network's root key.
 * Out: what holds and what does not, and the totals that follow. It touches no file, clock or
 * network; the only memory it takes grows by four octets a leaf. Batches are judged by the
 * collector's own verifier (verify.h), so that both say the same.
 */
#ifndef KIOSK_KIOSKCTL_AUDIT_H
#define KIOSK_KIOSKCTL_AUDIT_H

#include "bundle.h"

enum audit_promise {
	AUDIT_WHOLE = 0, /* nothing is missing, changed or in a wrong place of the file */
	AUDIT_KEYS,      /* root -> hub -> manifest -> card -> kiosk */
	AUDIT_SIGNED,    /* each batch by the kiosk */
	AUDIT_ORDER,     /* one unbroken chain of batches */
	AUDIT_SUMS,     /* they add up, never shrink, and end as they may; headcount, corrections */
	AUDIT_RECOUNT,  /* the leaves give every root and every total */
	AUDIT_RECEIPTS, /* the collector's signature, proof, and one log */
	AUDIT_N_PROMISES,
};

enum {
	AUDIT_CERTS_MAX = 16,
	AUDIT_ROOTS_MAX = 1024, /* of the collector's log, that receipts are compared with */
	AUDIT_OPENINGS_MAX = 1024,
	AUDIT_LEAVES_MAX = 1 << 24,
	AUDIT_NOTES_MAX = 32,
	AUDIT_SENTENCE_MAX = 320,
};

struct audit_report {
	struct {
		uint64_t checked;
		char broken[AUDIT_SENTENCE_MAX]; /* the first that does not hold; "": all does */
	} promise[AUDIT_N_PROMISES];
	bool has_begin;
	struct event_id event;
	uint16_t occurrence;
	struct public_key device, root;
	char hub_name[NAME_BYTES_MAX + 1];
	bool has_manifest;
	struct manifest manifest; /* of the last opening */
	uint64_t openings, batches, receipts, leaves, unsealed;
	uint16_t n_rows; /* of all openings, recounted from the leaves; sorted */
	struct batch_row row[BATCH_ROWS_MAX];
	uint64_t sealed_people, confirmed_people;
	bool has_headcount;
	uint32_t headcount; /* of the last opening that has one */
	unsigned n_notes;
	char note[AUDIT_NOTES_MAX][AUDIT_SENTENCE_MAX];
};

struct audit;

/* `root` NULL: the bundle's own word is taken for it. 0 or -ENOMEM. */
int audit_new(const struct public_key *root, struct audit **ret);
void audit_free(struct audit *audit); /* NULL is fine */
/* The next item and the octets it was read from. 0 or -ENOMEM. */
int audit_item(struct audit *audit, const struct bundle_item *item, const uint8_t *octets,
               size_t len);
/* Nothing comes any more; `sentence` says why, if that is not because the file ended well. */
const struct audit_report *audit_end(struct audit *audit, const char *sentence);

#endif
