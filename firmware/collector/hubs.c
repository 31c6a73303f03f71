/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which hub a certificate is of. A number is one hub: its name, level and region are those of the
 * first certificate that came of it, or of the one the operator gave since. New keys and new dates
 * keep all three. A certificate that does not is of a stranger under that number, until the operator
 * says that it is the hub, or the network certifies the same key under another number.
 */
#include <errno.h>
#include <string.h>

#include "collector_private.h"
#include "crypto.h"

static bool hub_is_same(const struct hub_cert *a, const struct hub_cert *b)
{
	return a->hub_id == b->hub_id && a->level == b->level &&
	       strcmp(a->name.s, b->name.s) == 0 && strcmp(a->region.s, b->region.s) == 0;
}

/* By a name it had before it was given this one. */
static bool is_former(const struct hub_cert *known, const struct hub_cert *cert)
{
	return memcmp(known->hub.b, cert->hub.b, sizeof(known->hub.b)) == 0 &&
	       cert->not_before < known->not_before;
}

int hub_fits(struct collector *collector, const struct hub_cert *cert, const struct hash *hash)
{
	uint8_t bytes[HUB_CERT_BYTES_MAX];
	struct hub_cert known;
	struct hash known_hash;
	size_t len;
	int r = store_hub(collector->store, cert->hub_id, bytes, &len, &known_hash);

	if (r != 0)
		return r == STORE_E_NONE ? 1 : r;
	if (memcmp(known_hash.b, hash->b, sizeof(known_hash.b)) == 0)
		return 1;
	if (hub_cert_reopen(bytes, len, &known) != 0)
		return -EPROTO;
	return hub_is_same(&known, cert) || is_former(&known, cert);
}

struct another {
	struct collector *collector;
	uint32_t number; /* any but this */
	struct hub_place *place;
};

static int each_cert_of_key(void *context, const uint8_t *bytes, size_t len)
{
	struct another *another = context;
	const struct hash hash = message_hash(bytes, len);
	struct hub_cert cert;
	int r;

	if (hub_cert_reopen(bytes, len, &cert) != 0)
		return -EPROTO;
	if (cert.hub_id == another->number)
		return 0;
	r = hub_fits(another->collector, &cert, &hash);
	if (r == 1)
		*another->place = (struct hub_place){.hub_id = cert.hub_id, .hub_cert = hash};
	return r;
}

int hub_place(struct collector *collector, const struct hub_cert *cert, const struct hash *hash,
              struct hub_place *ret)
{
	struct another another = {.collector = collector, .number = cert->hub_id, .place = ret};
	int r = hub_fits(collector, cert, hash);

	if (r < 0)
		return r;
	*ret = (struct hub_place){.hub_id = cert->hub_id, .hub_cert = *hash, .stranger = r == 0};
	if (r == 0)
		r = store_each_cert_of_key(collector->store, &cert->hub, each_cert_of_key,
		                           &another);
	return r < 0 ? r : 0;
}

int hub_know(struct collector *collector, const struct hub_cert *cert, const struct hash *hash,
             const uint8_t *bytes, size_t len)
{
	int r = store_put_hub_cert(collector->store, hash, bytes, len, cert);

	return r == 0 ? store_put_hub(collector->store, cert->hub_id, hash) : r;
}
