/* SPDX-License-Identifier: Apache-2.0 */
/* The primitives against the vectors of their own documents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "crypto.h"
#include "hex.h"
#include "sanitized.h"

static void assert_hex(const void *data, size_t len, const char *hex)
{
	char text[257];

	assert_true(len <= 128);
	hex_encode(data, len, text);
	assert_string_equal(text, hex);
}

/* FIPS 180-4's "abc". */
static void test_sha256(void **state)
{
	struct hash digest = sha256("abc", 3);
	struct sha256 sha;

	(void)state;
	assert_hex(&digest, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	memset(&digest, 0, sizeof(digest));
	sha256_init(&sha);
	sha256_update(&sha, "a", 1);
	sha256_update(&sha, "bc", 2);
	sha256_final(&sha, &digest);
	assert_hex(&digest, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* RFC 4231, test cases 2 and 6 (a key longer than a block). */
static void test_hmac(void **state)
{
	static const char text[] = "Test Using Larger Than Block-Size Key - Hash Key First";
	uint8_t key[131];
	struct hash mac = hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28);

	(void)state;
	assert_hex(&mac, 32, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	mac = hmac_sha256(key, sizeof(key), text, strlen(text));
	assert_hex(&mac, 32, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

/* RFC 5869, A.3: no salt, no info; the first 32 octets. */
static void test_hkdf(void **state)
{
	uint8_t ikm[22];
	struct hash okm;

	(void)state;
	memset(ikm, 0x0b, sizeof(ikm));
	okm = hkdf_sha256(ikm, sizeof(ikm), "", NULL, 0);
	assert_hex(&okm, 32, "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
}

static void test_hkdf_separates_labels_and_contexts(void **state)
{
	struct hash a = hkdf_sha256("k", 1, "label", "x", 1),
	            b = hkdf_sha256("k", 1, "label", "y", 1);
	struct hash c = hkdf_sha256("k", 1, "other", "x", 1);

	(void)state;
	assert_memory_not_equal(&a, &b, 32);
	assert_memory_not_equal(&a, &c, 32);
}

/* RFC 8032, 7.1, test 3. */
static void test_ed25519(void **state)
{
	struct secret_seed seed;
	struct signing_key signer;
	struct public_key key;
	uint8_t signature[64];
	const uint8_t message[] = {0xaf, 0x82};

	(void)state;
	assert_int_equal(
	    hex_decode("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", &seed,
	               32),
	    0);
	key = ed25519_public(&seed);
	assert_hex(&key, 32, "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
	signer = signing_key_of(&seed);
	ed25519_sign_by(&signer, message, 2, signature);
	assert_hex(signature, 64,
	           "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
	           "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
	assert_true(ed25519_verify(&key, message, 2, signature));
	for (size_t bit = 0; bit < 512; bit++) {
		signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(ed25519_verify(&key, message, 2, signature));
		signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_false(ed25519_verify(&key, message, 1, signature));
}

/* A key of small order would verify a signature over anything. */
static void test_small_order_keys_verify_nothing(void **state)
{
	struct public_key key = {{1}};
	uint8_t signature[64] = {1};

	(void)state;
	assert_false(ed25519_verify(&key, "x", 1, signature));
}

static void test_secrets_are_zeroed_and_writable(void **state)
{
	bool locked;
	uint8_t *secret = secret_alloc(5000, &locked);

	(void)state;
	assert_non_null(secret);
	for (size_t i = 0; i < 5000; i++)
		assert_int_equal(secret[i], 0);
	memset(secret, 1, 5000);
	secret_free(secret);
	secret_free(NULL);
}

/* What proc_pid_smaps(5) says of the pages of `at`: its line VmFlags. */
static void read_flags(const void *at, char *flags, size_t size)
{
	FILE *file = fopen("/proc/self/smaps", "re");
	bool here = false;
	char line[512];

	assert_non_null(file);
	flags[0] = '\0';
	while (fgets(line, sizeof(line), file) != NULL) {
		unsigned long long from, to;

		if (sscanf(line, "%llx-%llx ", &from, &to) == 2)
			here = (uintptr_t)at >= from && (uintptr_t)at < to;
		if (here && strncmp(line, "VmFlags:", 8) == 0)
			(void)snprintf(flags, size, "%s", line + 8);
	}
	(void)fclose(file);
}

/* No core file has them (dd), no swap (lo, where it is allowed), no child (wf). */
static void test_secrets_stay_in_this_process(void **state)
{
	char flags[512];
	bool locked;
	uint8_t *secret = secret_alloc(5000, &locked);

	(void)state;
	assert_non_null(secret);
	read_flags(secret, flags, sizeof(flags));
	if (flags[0] == '\0') {
		secret_free(secret);
		print_message("NOT TESTED: this kernel does not tell flags of pages\n");
		skip();
	}
	assert_non_null(strstr(flags, " dd"));
	assert_non_null(strstr(flags, " wf"));
	if (SANITIZED)
		print_message("NOT TESTED: locked memory (sanitizers take mlock away)\n");
	else
		assert_int_equal(strstr(flags, " lo") != NULL, locked);
	read_flags(secret + 4999, flags, sizeof(flags));
	assert_non_null(strstr(flags, " dd"));
	secret_free(secret);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sha256),
	    cmocka_unit_test(test_hmac),
	    cmocka_unit_test(test_hkdf),
	    cmocka_unit_test(test_hkdf_separates_labels_and_contexts),
	    cmocka_unit_test(test_ed25519),
	    cmocka_unit_test(test_small_order_keys_verify_nothing),
	    cmocka_unit_test(test_secrets_are_zeroed_and_writable),
	    cmocka_unit_test(test_secrets_stay_in_this_process),
	};

	return crypto_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
