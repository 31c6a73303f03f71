/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <string.h>

#include "crypto.h"
#include "reader.h"
#include "sign1.h"
#include "writer.h"

enum {
	SIGNATURE_BYTES = 64,
	STRUCTURE_BYTES_MAX =
	    ANSWER_BYTES_MAX + 64, /* the longest payload, and what is put around it */
};

/* {1: -8}: the algorithm is EdDSA (RFC 9053, section 2.2). */
static const uint8_t protected_header[] = {0xa1, 0x01, 0x27};

static const struct {
	const char *label; /* the external_aad */
	size_t bytes_max;
} sort[SIGN1_N_KINDS] = {
    [SIGN1_HUB_CERT] = {"CK1 hub certificate", HUB_CERT_BYTES_MAX},
    [SIGN1_COLLECTOR_CERT] = {"CK1 collector certificate", COLLECTOR_CERT_BYTES_MAX},
    [SIGN1_MANIFEST] = {"CK1 manifest", MANIFEST_BYTES_MAX},
    [SIGN1_TICKET] = {"CK1 ticket", TICKET_BYTES_MAX},
    [SIGN1_GRANT] = {"CK1 grant", GRANT_BYTES_MAX},
    [SIGN1_HEADCOUNT] = {"CK1 headcount", HEADCOUNT_BYTES_MAX},
    [SIGN1_CORRECTION] = {"CK1 correction", CORRECTION_BYTES_MAX},
    [SIGN1_BATCH] = {"CK1 batch", BATCH_BYTES_MAX},
    [SIGN1_RECEIPT] = {"CK1 receipt", RECEIPT_BYTES_MAX},
    [SIGN1_ANSWER] = {"CK1 answer", ANSWER_BYTES_MAX},
    [SIGN1_LOG_HEAD] = {"CK1 log head", LOG_HEAD_BYTES_MAX},
    [SIGN1_KIOSK_LIST] = {"CK1 kiosk list", KIOSK_LIST_BYTES_MAX},
};

const char *wire_strerror(int wire_error)
{
	switch (wire_error) {
	case 0:
		return "nothing is wrong";
	case WIRE_E_TOO_LONG:
		return "it is longer than a message of its kind may be";
	case WIRE_E_SHAPE:
		return "it is cut short, has something behind its end, or is not a signed message "
		       "at all";
	case WIRE_E_ALGORITHM:
		return "its header is not the one header allowed, EdDSA and nothing else";
	case WIRE_E_SIGNATURE:
		return "the signature does not match the key";
	case WIRE_E_PAYLOAD:
		return "a field is missing, of another type or out of its range";
	case WIRE_E_NOT_CANONICAL:
		return "it is not in deterministic CBOR, the one form allowed";
	case WIRE_E_PREFIX:
		return "it does not begin with the CK1 prefix of its kind";
	case WIRE_E_BASE41:
		return "what follows the prefix is not Base41";
	default:
		return "an error of another kind";
	}
}

/* The message around a payload: the one form of it. */
static void write_message(struct writer *writer, const uint8_t *payload, size_t payload_len,
                          const uint8_t *signature)
{
	write_array(writer, 4);
	write_octets(writer, protected_header, sizeof(protected_header));
	write_empty_map(writer);
	write_octets(writer, payload, payload_len);
	write_octets(writer, signature, SIGNATURE_BYTES);
}

int sign1_split(enum sign1_kind kind, const uint8_t *message, size_t len, struct sign1_view *ret)
{
	struct reader reader = reader_of(message, len);
	struct writer again = writer_against(message, len);
	struct sign1_view view;
	const uint8_t *header;
	size_t header_len, signature_len;

	assert((unsigned)kind < SIGN1_N_KINDS);
	if (len > sort[kind].bytes_max)
		return WIRE_E_TOO_LONG;
	read_array(&reader, 4);
	header = read_octets_view(&reader, 0, len, &header_len);
	if (reader.failed)
		return WIRE_E_SHAPE;
	if (header_len != sizeof(protected_header) ||
	    memcmp(header, protected_header, sizeof(protected_header)) != 0)
		return WIRE_E_ALGORITHM;
	read_empty_map(&reader);
	if (reader.failed)
		return WIRE_E_ALGORITHM;
	view.payload = read_octets_view(&reader, 1, len, &view.payload_len);
	view.signature =
	    read_octets_view(&reader, SIGNATURE_BYTES, SIGNATURE_BYTES, &signature_len);
	if (!reader_done(&reader))
		return WIRE_E_SHAPE;
	/* The signature does not cover the envelope: only one form of it is let through, so that a
	 * hash names one message. */
	write_message(&again, view.payload, view.payload_len, view.signature);
	if (!writer_matches(&again))
		return WIRE_E_SHAPE;
	*ret = view;
	return 0;
}

/* Sig_structure of RFC 9052, section 4.4. */
static size_t signed_octets(enum sign1_kind kind, const uint8_t *payload, size_t payload_len,
                            uint8_t buffer[STRUCTURE_BYTES_MAX])
{
	struct writer writer = writer_to(buffer, STRUCTURE_BYTES_MAX);

	write_array(&writer, 4);
	write_text(&writer, "Signature1");
	write_octets(&writer, protected_header, sizeof(protected_header));
	write_octets(&writer, sort[kind].label, strlen(sort[kind].label));
	write_octets(&writer, payload, payload_len);
	return writer_len(&writer);
}

int sign1_verify(enum sign1_kind kind, const struct sign1_view *view, const struct public_key *key)
{
	uint8_t octets[STRUCTURE_BYTES_MAX];
	size_t len;

	assert((unsigned)kind < SIGN1_N_KINDS);
	len = signed_octets(kind, view->payload, view->payload_len, octets);
	if (len == 0 || !ed25519_verify(key, octets, len, view->signature))
		return WIRE_E_SIGNATURE;
	return 0;
}

int sign1_seal(enum sign1_kind kind, const uint8_t *payload, size_t payload_len,
               const struct secret_seed *seed, uint8_t *buffer, size_t size, size_t *ret_len)
{
	struct signing_key key = signing_key_of(seed);
	int r = sign1_seal_by(kind, payload, payload_len, &key, buffer, size, ret_len);

	wipe(&key, sizeof(key));
	return r;
}

int sign1_seal_by(enum sign1_kind kind, const uint8_t *payload, size_t payload_len,
                  const struct signing_key *key, uint8_t *buffer, size_t size, size_t *ret_len)
{
	uint8_t octets[STRUCTURE_BYTES_MAX], message[ANSWER_BYTES_MAX], signature[SIGNATURE_BYTES];
	struct writer writer;
	size_t len;

	assert((unsigned)kind < SIGN1_N_KINDS);
	writer = writer_to(message, sort[kind].bytes_max);
	len = signed_octets(kind, payload, payload_len, octets);
	if (len == 0)
		return WIRE_E_TOO_LONG;
	ed25519_sign_by(key, octets, len, signature);
	write_message(&writer, payload, payload_len, signature);
	return writer_give(&writer, buffer, size, ret_len) ? 0 : WIRE_E_TOO_LONG;
}
