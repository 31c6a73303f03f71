/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include <sodium.h>

#include "crypto.h"

_Static_assert(sizeof(struct signing_key) == crypto_sign_SECRETKEYBYTES,
               "a secret key of libsodium is not a seed and a public key");
_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(((struct sha256 *)0)->state),
               "struct sha256 is too small for libsodium's state");

int crypto_init(void)
{
	uint8_t octet;

	/* Blocks until the pool has been seeded once since boot (getrandom(2)). */
	while (getrandom(&octet, sizeof(octet), 0) != (ssize_t)sizeof(octet))
		if (errno != EINTR)
			return -EIO;
	return sodium_init() < 0 ? -EIO : 0;
}

static crypto_hash_sha256_state *sha_state(struct sha256 *sha)
{
	return (crypto_hash_sha256_state *)(void *)sha->state;
}

void sha256_init(struct sha256 *sha)
{
	crypto_hash_sha256_init(sha_state(sha));
}

void sha256_update(struct sha256 *sha, const void *data, size_t len)
{
	crypto_hash_sha256_update(sha_state(sha), data, len);
}

void sha256_final(struct sha256 *sha, struct hash *ret)
{
	crypto_hash_sha256_final(sha_state(sha), ret->b);
}

struct hash sha256(const void *data, size_t len)
{
	struct hash digest;

	crypto_hash_sha256(digest.b, data, len);
	return digest;
}

struct hash hmac_sha256(const void *key, size_t key_len, const void *data, size_t len)
{
	crypto_auth_hmacsha256_state state;
	struct hash mac;

	crypto_auth_hmacsha256_init(&state, key, key_len);
	crypto_auth_hmacsha256_update(&state, data, len);
	crypto_auth_hmacsha256_final(&state, mac.b);
	wipe(&state, sizeof(state));
	return mac;
}

struct hash hkdf_sha256(const void *ikm, size_t ikm_len, const char *info, const void *context,
                        size_t context_len)
{
	static const uint8_t no_salt[32];
	crypto_auth_hmacsha256_state state;
	struct hash prk = hmac_sha256(no_salt, sizeof(no_salt), ikm, ikm_len);
	struct hash okm;
	const uint8_t block = 1;

	/* One block is all of T(1) = HMAC(PRK, info || 0x01). */
	crypto_auth_hmacsha256_init(&state, prk.b, sizeof(prk.b));
	crypto_auth_hmacsha256_update(&state, (const uint8_t *)info, strlen(info));
	if (context_len > 0)
		crypto_auth_hmacsha256_update(&state, context, context_len);
	crypto_auth_hmacsha256_update(&state, &block, sizeof(block));
	crypto_auth_hmacsha256_final(&state, okm.b);
	wipe(&state, sizeof(state));
	wipe(&prk, sizeof(prk));
	return okm;
}

struct public_key ed25519_public(const struct secret_seed *seed)
{
	struct public_key key;
	uint8_t secret[crypto_sign_SECRETKEYBYTES];

	crypto_sign_seed_keypair(key.b, secret, seed->b);
	wipe(secret, sizeof(secret));
	return key;
}

struct signing_key signing_key_of(const struct secret_seed *seed)
{
	return (struct signing_key){.seed = *seed, .public = ed25519_public(seed)};
}

void ed25519_sign_by(const struct signing_key *key, const void *message, size_t len,
                     uint8_t ret_signature[64])
{
	/* libsodium's secret key is the seed and the public key (crypto_sign_ed25519_sk_to_seed()
	 * and _to_pk()). */
	uint8_t secret[crypto_sign_SECRETKEYBYTES];

	memcpy(secret, key->seed.b, sizeof(key->seed.b));
	memcpy(secret + sizeof(key->seed.b), key->public.b, sizeof(key->public.b));
	crypto_sign_detached(ret_signature, NULL, message, len, secret);
	wipe(secret, sizeof(secret));
}

bool ed25519_verify(const struct public_key *key, const void *message, size_t len,
                    const uint8_t signature[64])
{
	return crypto_sign_verify_detached(signature, message, len, key->b) == 0;
}

void random_bytes(void *buffer, size_t len)
{
	randombytes_buf(buffer, len);
}

bool same_bytes(const void *a, const void *b, size_t len)
{
	return sodium_memcmp(a, b, len) == 0;
}

void wipe(void *buffer, size_t len)
{
	sodium_memzero(buffer, len);
}

/* In front of what secret_alloc() gives out, on the same pages. */
struct secret_head {
	size_t map_len;
	_Alignas(16) uint8_t secret[];
};

void *secret_alloc(size_t len, bool *ret_locked)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	const size_t map_len = (sizeof(struct secret_head) + len + page - 1) / page * page;
	struct secret_head *head;

	head = mmap(NULL, map_len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (head == MAP_FAILED)
		return NULL;
	*ret_locked = mlock(head, map_len) == 0;
	(void)madvise(head, map_len, MADV_DONTDUMP);
	(void)madvise(head, map_len, MADV_WIPEONFORK);
	head->map_len = map_len;
	return head->secret;
}

void secret_free(void *secret)
{
	struct secret_head *head;
	size_t map_len;

	if (secret == NULL)
		return;
	head = (struct secret_head *)(void *)((uint8_t *)secret -
	                                      offsetof(struct secret_head, secret));
	map_len = head->map_len;
	wipe(head, map_len);
	(void)munmap(head, map_len);
}
