/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The messages of PROTOCOL.md: octets <-> the structs of <kiosk/record.h>.
 *
 * For each signed kind X:
 * - X_parse reads a payload with a reader fixed to its schema, checks every range, encodes the
 *   struct again and requires the same octets. 0, WIRE_E_PAYLOAD or WIRE_E_NOT_CANONICAL.
 * - X_seal checks the struct's ranges, encodes and signs. 0, WIRE_E_PAYLOAD or WIRE_E_TOO_LONG.
 * - X_open splits, verifies under `key`, then parses. 0 or any wire_error.
 * - X_reopen splits and parses: for what was verified before it was stored. 0 or any wire_error.
 *
 * Outputs are untouched on failure. Nothing allocates, nothing keeps a pointer but where said.
 */
#ifndef KIOSK_WIRE_MESSAGE_H
#define KIOSK_WIRE_MESSAGE_H

#include <kiosk/record.h>
#include "sign1.h"

#define WIRE_MESSAGE(x, type)                                                                      \
	int x##_parse(const uint8_t *payload, size_t len, type *ret);                              \
	int x##_seal(const type *x, const struct secret_seed *seed, uint8_t *buffer, size_t size,  \
	             size_t *ret_len);                                                             \
	int x##_open(const uint8_t *message, size_t len, const struct public_key *key, type *ret); \
	int x##_reopen(const uint8_t *message, size_t len, type *ret)

WIRE_MESSAGE(hub_cert, struct hub_cert);
WIRE_MESSAGE(collector_cert, struct collector_cert);
WIRE_MESSAGE(manifest, struct manifest);
WIRE_MESSAGE(ticket, struct ticket);
WIRE_MESSAGE(grant, struct grant);
WIRE_MESSAGE(headcount, struct headcount);
WIRE_MESSAGE(correction, struct correction);
WIRE_MESSAGE(batch, struct batch);
WIRE_MESSAGE(receipt, struct receipt);
WIRE_MESSAGE(answer, struct answer);
WIRE_MESSAGE(log_head, struct log_head);
WIRE_MESSAGE(kiosk_list, struct kiosk_list);

/* As X_seal(), by a key that signs often (crypto.h). */
int receipt_seal_by(const struct receipt *receipt, const struct signing_key *key, uint8_t *buffer,
                    size_t size, size_t *ret_len);
int answer_seal_by(const struct answer *answer, const struct signing_key *key, uint8_t *buffer,
                   size_t size, size_t *ret_len);

/* SHA-256 of a whole message: what `prev`, grants and receipts refer to. */
struct hash message_hash(const uint8_t *message, size_t len);

/*
 * The body of POST /v1/batches: [batch, grant, manifest, hub certificate], four byte strings.
 * The view borrows from `body`. 0, WIRE_E_TOO_LONG or WIRE_E_SHAPE.
 */
struct post_view {
	const uint8_t *batch, *grant, *manifest, *hub_cert;
	size_t batch_len, grant_len, manifest_len, hub_cert_len;
};
int post_split(const uint8_t *body, size_t len, struct post_view *ret);
int post_join(const struct post_view *post, uint8_t *buffer, size_t size, size_t *ret_len);

/* The body of every answer: [answer, collector certificate], two byte strings. */
struct reply_view {
	const uint8_t *answer, *collector_cert;
	size_t answer_len, collector_cert_len;
};
int reply_split(const uint8_t *body, size_t len, struct reply_view *ret);
int reply_join(const struct reply_view *reply, uint8_t *buffer, size_t size, size_t *ret_len);

/* The body of GET /v1/log/proof. 0, WIRE_E_TOO_LONG, WIRE_E_PAYLOAD or WIRE_E_NOT_CANONICAL. */
int log_proof_parse(const uint8_t *octets, size_t len, struct log_proof *ret);
int log_proof_encode(const struct log_proof *proof, uint8_t *buffer, size_t size, size_t *ret_len);

/* What an answer about a question for an epoch's head names as its subject: SHA-256 of the epoch's
 * 16 octets. */
struct hash head_subject(const struct epoch_id *epoch);

/* --- codes on paper and screens (DESIGN.md, Codes): "CK1:E" and kin, then Base41 --- */

enum code_kind {
	CODE_FOREIGN = 0, /* not ours */
	CODE_EVENT_CARD,  /* CK1:E, [1, manifest, hub certificate, secret] */
	CODE_TICKET,      /* CK1:T, a signed ticket */
	CODE_ACTION,      /* CK1:A, [1, event, action] */
	CODE_NETWORK,     /* CK1:N, [1, name, root key, URL] */
	CODE_BATCH,       /* CK1:B, the body of a post */
};

/* What the first five octets say. Never fails. */
enum code_kind code_kind(const uint8_t *text, size_t len);

/*
 * Text of a code -> octets. `kind` must be what code_kind() said.
 * 0, WIRE_E_PREFIX, WIRE_E_BASE41 or WIRE_E_TOO_LONG (for the buffer).
 */
int code_decode(enum code_kind kind, const uint8_t *text, size_t len, uint8_t *buffer, size_t size,
                size_t *ret_len);

/* Octets -> NUL-terminated text of a code, alphanumeric mode. 0 or WIRE_E_TOO_LONG. */
int code_encode(enum code_kind kind, const uint8_t *octets, size_t len, char *buffer, size_t size);

/* Unsigned codes. card_parse()'s pointers borrow from `octets`. 0, WIRE_E_TOO_LONG, WIRE_E_PAYLOAD,
 * WIRE_E_NOT_CANONICAL. */
int card_parse(const uint8_t *octets, size_t len, struct card *ret);
int card_encode(const struct card *card, uint8_t *buffer, size_t size, size_t *ret_len);
int action_card_parse(const uint8_t *octets, size_t len, struct action_card *ret);
int action_card_encode(const struct action_card *action, uint8_t *buffer, size_t size,
                       size_t *ret_len);
int network_parse(const uint8_t *octets, size_t len, struct network *ret);
int network_encode(const struct network *network, uint8_t *buffer, size_t size, size_t *ret_len);

/*
 * The whole of an event card as a kiosk judges it: text -> manifest verified from the network's
 * root down, and the secret matched to the manifest's card key. Dates of the hub certificate are
 * judged against the event's windows, never against today. Judged in the order of the list: dates
 * mean something only once the manifest that says them is known to be the hub's.
 */
enum card_judgement {
	CARD_GOOD = 0,
	CARD_UNREADABLE,    /* not a card, cut short or altered */
	CARD_OTHER_NETWORK, /* its hub is not certified by this network's root */
	CARD_BAD_MANIFEST,  /* not signed by that hub, or out of range */
	CARD_HUB_NOT_VALID, /* the hub's certificate does not cover the event's windows */
	CARD_WRONG_SECRET,  /* the secret does not belong to the manifest's card key */
};
struct opened_card {
	struct manifest manifest;
	struct hub_cert hub;
	struct card_secret secret;
	struct hash manifest_hash;
	uint8_t manifest_bytes[MANIFEST_BYTES_MAX], hub_cert_bytes[HUB_CERT_BYTES_MAX];
	size_t manifest_len, hub_cert_len;
};
enum card_judgement card_open(const uint8_t *text, size_t len, const struct public_key *root,
                              struct opened_card *ret);

/* --- keys and tags (DESIGN.md, Who is counted, Trust) --- */

/* The card's signing key: HKDF-SHA-256 (RFC 5869) of the secret, bound to the event. */
struct secret_seed card_seed(const struct card_secret *secret, const struct event_id *event);
/* What the ledger keeps to tell another secret for the same event from the right one. */
struct hash card_check(const struct card_secret *secret, const struct opening_secret *r);
/* Keys of tags: for tickets from R alone; for phone numbers from the card's secret and R. */
struct hash ticket_tag_key(const struct opening_secret *r);
struct hash phone_tag_key(const struct card_secret *secret, const struct opening_secret *r);
/* First 16 octets of HMAC-SHA-256(key, kind || id); kind 't' ticket number (u32 big-endian), 'c'
 * any code's octets, 'p' E.164. */
struct tag person_tag(const struct hash *key, char kind, const uint8_t *id, size_t len);

/*
 * What stands in a manifest for a volunteer's phone, in E.164 with its "+": the first 8 octets of
 * HMAC-SHA-256 under a key derived from the card's secret and the event.
 */
struct volunteer volunteer_mark(const struct card_secret *secret, const struct event_id *event,
                                const char *e164);

/* --- a manifest's occurrences --- */

/* Occurrences of all windows together. */
uint32_t manifest_occurrences(const struct manifest *manifest);
/* Start and end (exclusive), without grace. 0 or -ERANGE. */
int manifest_occurrence(const struct manifest *manifest, uint32_t occurrence, int64_t *ret_start,
                        int64_t *ret_end);
/* How many attendances of one occurrence are plausible: what the hub said; else PEOPLE_UNSAID, or
 * twice the tickets issued where that is more. */
uint64_t manifest_people_max(const struct manifest *manifest);
/* Index in manifest->project of the project with that id; -ENOENT. */
int manifest_project_index(const struct manifest *manifest, uint16_t id);

#endif
