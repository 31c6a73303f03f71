/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <string.h>

#include <kiosk/msg.h>

#include "crypto.h"
#include "message.h"

/* secret || R: what only someone with the card can make. */
struct card_and_opening {
	uint8_t b[sizeof(struct card_secret) + sizeof(struct opening_secret)];
};

static struct card_and_opening join(const struct card_secret *secret,
                                    const struct opening_secret *r)
{
	struct card_and_opening both;

	memcpy(both.b, secret->b, sizeof(secret->b));
	memcpy(both.b + sizeof(secret->b), r->b, sizeof(r->b));
	return both;
}

struct secret_seed card_seed(const struct card_secret *secret, const struct event_id *event)
{
	struct hash key =
	    hkdf_sha256(secret->b, sizeof(secret->b), "CK1 card key", event->b, sizeof(event->b));
	struct secret_seed seed;

	_Static_assert(sizeof(seed.b) == sizeof(key.b), "a seed is one block of HKDF");
	memcpy(seed.b, key.b, sizeof(seed.b));
	wipe(&key, sizeof(key));
	return seed;
}

struct hash card_check(const struct card_secret *secret, const struct opening_secret *r)
{
	struct card_and_opening both = join(secret, r);
	const struct hash check = hkdf_sha256(both.b, sizeof(both.b), "CK1 card check", NULL, 0);

	wipe(&both, sizeof(both));
	return check;
}

struct hash ticket_tag_key(const struct opening_secret *r)
{
	return hkdf_sha256(r->b, sizeof(r->b), "CK1 ticket tags", NULL, 0);
}

struct hash phone_tag_key(const struct card_secret *secret, const struct opening_secret *r)
{
	struct card_and_opening both = join(secret, r);
	const struct hash key = hkdf_sha256(both.b, sizeof(both.b), "CK1 phone tags", NULL, 0);

	wipe(&both, sizeof(both));
	return key;
}

struct tag person_tag(const struct hash *key, char kind, const uint8_t *id, size_t len)
{
	uint8_t octets[1 + CODE_BYTES_MAX];
	struct hash mac;
	struct tag tag;

	assert(len <= CODE_BYTES_MAX);
	octets[0] = (uint8_t)kind;
	if (len > 0)
		memcpy(octets + 1, id, len);
	mac = hmac_sha256(key->b, sizeof(key->b), octets, 1 + len);
	memcpy(tag.b, mac.b, sizeof(tag.b));
	wipe(octets, 1 + len);
	wipe(&mac, sizeof(mac));
	return tag;
}

struct volunteer volunteer_mark(const struct card_secret *secret, const struct event_id *event,
                                const char *e164)
{
	struct hash key =
	    hkdf_sha256(secret->b, sizeof(secret->b), "CK1 volunteers", event->b, sizeof(event->b));
	const struct hash mac = hmac_sha256(key.b, sizeof(key.b), e164, strlen(e164));
	struct volunteer mark;

	memcpy(mark.b, mac.b, sizeof(mark.b));
	wipe(&key, sizeof(key));
	return mark;
}
