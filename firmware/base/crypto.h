/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The few primitives everything rests on, on libsodium: SHA-256, HMAC, HKDF, Ed25519, randomness,
 * and memory for secrets. A thin wall, so that no other room sees libsodium.
 */
#ifndef KIOSK_BASE_CRYPTO_H
#define KIOSK_BASE_CRYPTO_H

#include <kiosk/types.h>

/*
 * Once, before anything else here. Waits until the kernel's random pool is ready, so that a
 * device's first key is not guessable. 0 or -EIO.
 */
int crypto_init(void);

struct sha256 {
	_Alignas(16) unsigned char state[128];
};
void sha256_init(struct sha256 *sha);
void sha256_update(struct sha256 *sha, const void *data, size_t len);
void sha256_final(struct sha256 *sha, struct hash *ret);
struct hash sha256(const void *data, size_t len);

/* RFC 2104 over SHA-256. */
struct hash hmac_sha256(const void *key, size_t key_len, const void *data, size_t len);
/* RFC 5869 with SHA-256, an empty salt and 32 octets out; `info` is a NUL-terminated label followed
 * by `context`. */
struct hash hkdf_sha256(const void *ikm, size_t ikm_len, const char *info, const void *context,
                        size_t context_len);

/* RFC 8032. */
struct public_key ed25519_public(const struct secret_seed *seed);
/* What signs. The public key has to be the seed's own: signatures with another give the seed away.
 */
struct signing_key {
	struct secret_seed seed;
	struct public_key public;
};
struct signing_key signing_key_of(const struct secret_seed *seed);
void ed25519_sign_by(const struct signing_key *key, const void *message, size_t len,
                     uint8_t ret_signature[64]);
bool ed25519_verify(const struct public_key *key, const void *message, size_t len,
                    const uint8_t signature[64]);

/* From the kernel. Never fails once crypto_init() has succeeded. */
void random_bytes(void *buffer, size_t len);

/* Constant time. */
bool same_bytes(const void *a, const void *b, size_t len);
/* A memset that is not optimised away. */
void wipe(void *buffer, size_t len);
/*
 * Zeroed pages for secrets: locked, left out of core dumps (MADV_DONTDUMP). NULL when there is no
 * memory; where locking is not permitted the memory is still given, *ret_locked says so.
 * secret_free(NULL) does nothing.
 */
void *secret_alloc(size_t len, bool *ret_locked);
void secret_free(void *secret);

#endif
