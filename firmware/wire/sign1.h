/* SPDX-License-Identifier: Apache-2.0 */
/*
 * COSE_Sign1 (RFC 9052, section 4.2) as this project uses it: untagged, a definite array of four,
 * the protected header fixed to {1: -8} (EdDSA) in three octets, an empty unprotected map, Ed25519.
 * The kind of message is the external_aad ("CK1 ticket", "CK1 batch" …), so that a signature over
 * one kind never passes for another. Nothing here allocates.
 *
 * In: octets from a stranger, or a payload and a seed. Out: borrowed views, or a signed message.
 */
#ifndef KIOSK_WIRE_SIGN1_H
#define KIOSK_WIRE_SIGN1_H

#include <kiosk/types.h>

enum wire_error {
	WIRE_E_TOO_LONG = 1,      /* longer than its kind may be, or than the caller's buffer */
	WIRE_E_SHAPE = 2,         /* not the outer array, or octets left over */
	WIRE_E_ALGORITHM = 3,     /* not the fixed protected header, or something unprotected */
	WIRE_E_SIGNATURE = 4,     /* does not verify under that key */
	WIRE_E_PAYLOAD = 5,       /* a field is missing, of another type or out of its range */
	WIRE_E_NOT_CANONICAL = 6, /* means something, but not in RFC 8949, 4.2.1's one form */
	WIRE_E_PREFIX = 7,        /* text that does not begin with the CK1 prefix asked for */
	WIRE_E_BASE41 = 8,        /* not Base41 (base41.h) */
};

/* A sentence for an operator's log: "the signature does not match the key". Never NULL. */
const char *wire_strerror(int wire_error);

/* The kinds of signed messages. */
enum sign1_kind {
	SIGN1_HUB_CERT,
	SIGN1_COLLECTOR_CERT,
	SIGN1_MANIFEST,
	SIGN1_TICKET,
	SIGN1_GRANT,
	SIGN1_HEADCOUNT,
	SIGN1_CORRECTION,
	SIGN1_BATCH,
	SIGN1_RECEIPT,
	SIGN1_ANSWER,
	SIGN1_LOG_HEAD,
	SIGN1_KIOSK_LIST,
	SIGN1_N_KINDS,
};

struct sign1_view {
	const uint8_t *payload;
	size_t payload_len;
	const uint8_t *signature; /* 64 octets */
};

/*
 * Takes `message` apart without judging its signature.
 * 0, WIRE_E_TOO_LONG (over the kind's limit of record.h), WIRE_E_SHAPE or WIRE_E_ALGORITHM.
 */
int sign1_split(enum sign1_kind kind, const uint8_t *message, size_t len, struct sign1_view *ret);

/* 0 or WIRE_E_SIGNATURE. Small-order keys and non-canonical S never verify (RFC 8032, 5.1.7;
 * libsodium). */
int sign1_verify(enum sign1_kind kind, const struct sign1_view *view, const struct public_key *key);

/* Signs `payload`; at most `size` octets go to `buffer`. 0 or WIRE_E_TOO_LONG. The second is for a
 * key that signs often. */
int sign1_seal(enum sign1_kind kind, const uint8_t *payload, size_t payload_len,
               const struct secret_seed *seed, uint8_t *buffer, size_t size, size_t *ret_len);
struct signing_key;
int sign1_seal_by(enum sign1_kind kind, const uint8_t *payload, size_t payload_len,
                  const struct signing_key *key, uint8_t *buffer, size_t size, size_t *ret_len);

#endif
