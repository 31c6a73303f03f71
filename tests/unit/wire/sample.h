/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One ordinary message of each kind, as a struct and as the fields of its payload in notation.h's
 * text; keys; and every kind's functions in one table, so that a promise can be tried on all of
 * them.
 */
#ifndef KIOSK_TEST_SAMPLE_H
#define KIOSK_TEST_SAMPLE_H

#include <kiosk/record.h>

#include "message.h"

union record {
	struct hub_cert hub_cert;
	struct collector_cert collector_cert;
	struct manifest manifest;
	struct ticket ticket;
	struct grant grant;
	struct headcount headcount;
	struct correction correction;
	struct batch batch;
	struct receipt receipt;
	struct answer answer;
	struct log_head log_head;
	struct kiosk_list kiosk_list;
};

enum { FIELDS_MAX = 18, MESSAGE_BYTES_MAX = ANSWER_BYTES_MAX };

struct sample_kind {
	const char *name;
	enum sign1_kind kind;
	size_t size, bytes_max; /* of the struct, of a message */
	void (*ordinary)(union record *ret);
	void (*least)(
	    union record *ret); /* every field as small as it may be; optional ones absent */
	void (*most)(union record *ret); /* every field as large as it may be; all present */
	int (*parse)(const uint8_t *payload, size_t len, void *ret);
	int (*seal)(const void *x, const struct secret_seed *seed, uint8_t *buffer, size_t size,
	            size_t *ret_len);
	int (*open)(const uint8_t *message, size_t len, const struct public_key *key, void *ret);
	const char *field[FIELDS_MAX + 1]; /* of the ordinary one */
};

extern const struct sample_kind sample[SIGN1_N_KINDS];

/* A seed of 32 octets `octet`, and its public key. */
struct secret_seed sample_seed(uint8_t octet);
struct public_key sample_key(uint8_t octet);
/* The ordinary payload with field `f` replaced by `text` (NULL: left as it is). Its length. */
size_t sample_payload(const struct sample_kind *kind, size_t f, const char *text, uint8_t *buffer,
                      size_t size);
/* The ordinary message signed with sample_seed(octet). Its length. */
size_t sample_message(const struct sample_kind *kind, uint8_t octet, uint8_t *buffer, size_t size);
/* A card as a hub prints it: three projects in two languages, of the root sample_seed('r'). */
void sample_card(struct manifest *ret_manifest, char *text, size_t size, size_t *ret_octets);

#endif
