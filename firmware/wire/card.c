/* SPDX-License-Identifier: Apache-2.0 */
/* The event card, [1, manifest, hub certificate, secret], and how a kiosk judges one. */
#include <string.h>

#include "codec.h"
#include "crypto.h"

static void card_read(struct reader *reader, struct card *ret)
{
	read_array(reader, 4);
	read_uint(reader, FORMAT_VERSION, FORMAT_VERSION);
	ret->manifest = read_octets_view(reader, 1, CARD_BYTES_MAX, &ret->manifest_len);
	ret->hub_cert = read_octets_view(reader, 1, HUB_CERT_BYTES_MAX, &ret->hub_cert_len);
	read_octets(reader, ret->secret.b, sizeof(ret->secret.b));
}

static bool card_valid(const struct card *card)
{
	return card->manifest_len >= 1 && card->hub_cert_len >= 1 &&
	       card->hub_cert_len <= HUB_CERT_BYTES_MAX;
}

static void card_write(struct writer *writer, const struct card *card)
{
	write_array(writer, 4);
	write_uint(writer, FORMAT_VERSION);
	write_octets(writer, card->manifest, card->manifest_len);
	write_octets(writer, card->hub_cert, card->hub_cert_len);
	write_octets(writer, card->secret.b, sizeof(card->secret.b));
}

WIRE_UNSIGNED(card, struct card, CARD_BYTES_MAX)

/* From the hub's certificate down to the manifest. */
static enum card_judgement open_chain(const struct card *card, const struct public_key *root,
                                      struct hub_cert *ret_hub, struct manifest *ret_manifest)
{
	int64_t first_start, last_start, first_end, last_end;

	switch (hub_cert_open(card->hub_cert, card->hub_cert_len, root, ret_hub)) {
	case 0:
		break;
	case WIRE_E_SIGNATURE:
		return CARD_OTHER_NETWORK;
	case WIRE_E_PAYLOAD:
	case WIRE_E_NOT_CANONICAL:
		return CARD_HUB_NOT_VALID; /* the root signed it, and it certifies nothing we
		                              understand */
	default:
		return CARD_UNREADABLE;
	}
	if (manifest_open(card->manifest, card->manifest_len, &ret_hub->hub, ret_manifest) != 0)
		return CARD_BAD_MANIFEST;
	manifest_occurrence(ret_manifest, 0, &first_start, &first_end);
	manifest_occurrence(ret_manifest, manifest_occurrences(ret_manifest) - 1, &last_start,
	                    &last_end);
	if (ret_hub->not_before > first_start || ret_hub->not_after < last_end)
		return CARD_HUB_NOT_VALID;
	return CARD_GOOD;
}

static bool secret_matches(const struct card_secret *secret, const struct manifest *manifest)
{
	struct secret_seed seed = card_seed(secret, &manifest->event);
	const struct public_key key = ed25519_public(&seed);

	wipe(&seed, sizeof(seed));
	return same_bytes(key.b, manifest->card.b, sizeof(key.b));
}

enum card_judgement card_open(const uint8_t *text, size_t len, const struct public_key *root,
                              struct opened_card *ret)
{
	enum card_judgement judgement = CARD_UNREADABLE;
	struct hub_cert hub;
	struct manifest manifest;
	struct card card = {0};
	uint8_t octets[CARD_BYTES_MAX];
	size_t octets_len;

	if (code_decode(CODE_EVENT_CARD, text, len, octets, sizeof(octets), &octets_len) != 0 ||
	    card_parse(octets, octets_len, &card) != 0)
		goto out;
	judgement = open_chain(&card, root, &hub, &manifest);
	if (judgement != CARD_GOOD)
		goto out;
	if (!secret_matches(&card.secret, &manifest)) {
		judgement = CARD_WRONG_SECRET;
		goto out;
	}
	ret->manifest = manifest;
	ret->hub = hub;
	ret->secret = card.secret;
	ret->manifest_hash = message_hash(card.manifest, card.manifest_len);
	ret->manifest_len = card.manifest_len;
	ret->hub_cert_len = card.hub_cert_len;
	memcpy(ret->manifest_bytes, card.manifest, card.manifest_len);
	memcpy(ret->hub_cert_bytes, card.hub_cert, card.hub_cert_len);
out:
	wipe(octets, sizeof(octets));
	wipe(&card, sizeof(card));
	return judgement;
}
