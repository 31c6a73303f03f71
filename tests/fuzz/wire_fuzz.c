/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every reader of PROTOCOL.md over octets from a stranger; the first octet chooses the reader.
 * Nothing may crash, and what a reader takes is written again as the same octets: no message has
 * two forms.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "crypto.h"
#include "message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct secret_seed seed = {{'s'}};
static uint8_t again[POST_BYTES_MAX];
static enum sign1_kind fuzzed_kind;

/* X_parse(), and if it takes the octets, X_seal() too, around the same payload. */
#define PAYLOAD(name)                                                                              \
	static void read_##name(const uint8_t *data, size_t size)                                  \
	{                                                                                          \
		static struct name record;                                                         \
		struct sign1_view view = {0};                                                      \
		size_t len;                                                                        \
		int r = name##_parse(data, size, &record);                                         \
                                                                                                   \
		assert(r == 0 || r == WIRE_E_PAYLOAD || r == WIRE_E_NOT_CANONICAL);                \
		if (r != 0)                                                                        \
			return;                                                                    \
		r = name##_seal(&record, &seed, again, sizeof(again), &len);                       \
		if (r == WIRE_E_TOO_LONG)                                                          \
			return; /* a payload longer than a whole message may be */                 \
		assert(r == 0);                                                                    \
		assert(sign1_split(fuzzed_kind, again, len, &view) == 0);                          \
		assert(view.payload_len == size && memcmp(view.payload, data, size) == 0);         \
	}

PAYLOAD(hub_cert)
PAYLOAD(collector_cert)
PAYLOAD(manifest)
PAYLOAD(ticket)
PAYLOAD(grant)
PAYLOAD(headcount)
PAYLOAD(correction)
PAYLOAD(batch)
PAYLOAD(receipt)
PAYLOAD(answer)
PAYLOAD(log_head)
PAYLOAD(kiosk_list)

static void assert_again(int error, const size_t *len, const uint8_t *data, size_t size)
{
	assert(error == 0 && *len == size && memcmp(again, data, size) == 0);
}

#define UNSIGNED(name, type)                                                                       \
	static void read_##name(const uint8_t *data, size_t size)                                  \
	{                                                                                          \
		struct type record;                                                                \
		size_t len = 0;                                                                    \
                                                                                                   \
		if (name##_parse(data, size, &record) == 0)                                        \
			assert_again(name##_encode(&record, again, sizeof(again), &len), &len,     \
			             data, size);                                                  \
	}
UNSIGNED(card, card)
UNSIGNED(action_card, action_card)
UNSIGNED(network, network)
UNSIGNED(log_proof, log_proof)

static void read_post(const uint8_t *data, size_t size)
{
	struct post_view post;
	size_t len = 0;

	if (post_split(data, size, &post) == 0)
		assert_again(post_join(&post, again, sizeof(again), &len), &len, data, size);
}

static void read_reply(const uint8_t *data, size_t size)
{
	struct reply_view reply;
	size_t len = 0;

	if (reply_split(data, size, &reply) == 0)
		assert_again(reply_join(&reply, again, sizeof(again), &len), &len, data, size);
}

static void read_code(const uint8_t *data, size_t size)
{
	static uint8_t octets[POST_BYTES_MAX];
	static char text[POST_BYTES_MAX * 2];
	const enum code_kind kind = code_kind(data, size);
	size_t len;

	if (kind == CODE_FOREIGN ||
	    code_decode(kind, data, size, octets, sizeof(octets), &len) != 0)
		return;
	assert(code_encode(kind, octets, len, text, sizeof(text)) == 0);
	assert(strlen(text) == size && memcmp(text, data, size) == 0);
}

static void read_card_text(const uint8_t *data, size_t size)
{
	static const struct public_key nobody;
	static struct opened_card opened;

	assert(card_open(data, size, &nobody, &opened) != CARD_GOOD);
}

/* The hub's payload signed by the root, the event's by that hub: each with its key put right where
 * it can be read. */
static bool sign_chain(const uint8_t *hub, size_t hub_len, const uint8_t *event, size_t event_len,
                       struct hub_cert *ret_hub, struct manifest *ret_manifest, struct card *card)
{
	static const struct secret_seed root = {{'r'}}, hub_key = {{'h'}};
	static uint8_t hub_cert[HUB_CERT_BYTES_MAX], manifest[MANIFEST_BYTES_MAX];
	struct secret_seed card_key;
	bool good = hub_cert_parse(hub, hub_len, ret_hub) == 0;
	int r;

	card->hub_cert = hub_cert;
	card->manifest = manifest;
	ret_hub->hub = ed25519_public(&hub_key);
	r = good ? hub_cert_seal(ret_hub, &root, hub_cert, sizeof(hub_cert), &card->hub_cert_len)
	         : sign1_seal(SIGN1_HUB_CERT, hub, hub_len, &root, hub_cert, sizeof(hub_cert),
	                      &card->hub_cert_len);
	if (r != 0)
		return false;
	good = good && manifest_parse(event, event_len, ret_manifest) == 0;
	card_key = card_seed(&card->secret, &ret_manifest->event);
	ret_manifest->card = ed25519_public(&card_key);
	r = good ? manifest_seal(ret_manifest, &hub_key, manifest, sizeof(manifest),
	                         &card->manifest_len)
	         : sign1_seal(SIGN1_MANIFEST, event, event_len, &hub_key, manifest,
	                      sizeof(manifest), &card->manifest_len);
	return r == 0 && good;
}

/* A card of a network's own: an octet of length, the hub's payload, the event's. It is good if and
 * only if the certificate covers every occurrence. */
static void read_signed_card(const uint8_t *data, size_t size)
{
	static const struct secret_seed root_seed = {{'r'}};
	static char text[2 * CARD_BYTES_MAX];
	static struct opened_card opened;
	static struct hub_cert hub;
	static struct manifest manifest;
	const struct public_key root = ed25519_public(&root_seed);
	struct card card = {.secret = {{'s'}}};
	uint8_t octets[CARD_BYTES_MAX];
	size_t len;
	bool good;

	if (size == 0 || data[0] >= size)
		return;
	memset(&manifest, 0, sizeof(manifest));
	good = sign_chain(data + 1, data[0], data + 1 + data[0], size - 1 - data[0], &hub,
	                  &manifest, &card);
	if (card.manifest_len == 0 || card_encode(&card, octets, sizeof(octets), &len) != 0)
		return;
	for (uint32_t i = 0; good && i < manifest_occurrences(&manifest); i++) {
		int64_t start, end;

		assert(manifest_occurrence(&manifest, i, &start, &end) == 0 && start < end);
		good = hub.not_before <= start && end <= hub.not_after;
	}
	assert(code_encode(CODE_EVENT_CARD, octets, len, text, sizeof(text)) == 0);
	assert((card_open((const uint8_t *)text, strlen(text), &root, &opened) == CARD_GOOD) ==
	       good);
}

static void read_envelope(const uint8_t *data, size_t size)
{
	for (int kind = 0; kind < SIGN1_N_KINDS; kind++) {
		struct sign1_view view;

		if (sign1_split((enum sign1_kind)kind, data, size, &view) == 0)
			assert(view.payload > data && view.signature + 64 == data + size);
	}
}

static void (*const reader[])(const uint8_t *data, size_t size) = {
    [SIGN1_HUB_CERT] = read_hub_cert,
    [SIGN1_COLLECTOR_CERT] = read_collector_cert,
    [SIGN1_MANIFEST] = read_manifest,
    [SIGN1_TICKET] = read_ticket,
    [SIGN1_GRANT] = read_grant,
    [SIGN1_HEADCOUNT] = read_headcount,
    [SIGN1_CORRECTION] = read_correction,
    [SIGN1_BATCH] = read_batch,
    [SIGN1_RECEIPT] = read_receipt,
    [SIGN1_ANSWER] = read_answer,
    [SIGN1_LOG_HEAD] = read_log_head,
    [SIGN1_KIOSK_LIST] = read_kiosk_list,
    [12] = read_card,
    [13] = read_action_card,
    [14] = read_network,
    [15] = read_post,
    [16] = read_reply,
    [17] = read_code,
    [18] = read_card_text,
    [19] = read_envelope,
    [20] = read_log_proof,
    [21] = read_signed_card,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0 || data[0] >= sizeof(reader) / sizeof(reader[0]))
		return 0;
	fuzzed_kind = (enum sign1_kind)data[0];
	reader[data[0]](data + 1, size - 1);
	return 0;
}
