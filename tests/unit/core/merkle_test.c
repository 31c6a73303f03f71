/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "No total is silently changed": the tree against RFC 9162's own recursive definitions, and
 * against the reference roots and proofs that Certificate Transparency logs publish.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "crypto.h"
#include "hex.h"
#include "merkle.h"

enum { LEAVES = 130, LEVELS = 9 };

/* Every complete subtree that merkle_append() told of. */
struct store {
	struct hash node[LEVELS][LEAVES];
	bool known[LEVELS][LEAVES];
	int fail; /* what reading answers, if not 0 */
};

static struct hash leaves[LEAVES];
static struct hash roots[LEAVES + 1];
static struct store store;

static void keep(void *context, unsigned level, uint64_t index, const struct hash *node)
{
	struct store *s = context;

	assert_true(level < LEVELS && index < LEAVES);
	assert_false(s->known[level][index]); /* each is told once */
	s->known[level][index] = true;
	s->node[level][index] = *node;
}

static int look(void *context, unsigned level, uint64_t index, struct hash *ret)
{
	struct store *s = context;

	if (s->fail != 0)
		return s->fail;
	assert_true(level < LEVELS && index < LEAVES);
	assert_true(s->known[level][index]);
	*ret = s->node[level][index];
	return 0;
}

/* --- RFC 9162, section 2.1, word for word --- */

static size_t split(size_t n)
{
	size_t k = 1;

	while (k * 2 < n)
		k *= 2;
	return k;
}

static struct hash pair(struct hash left, struct hash right)
{
	struct sha256 sha;
	struct hash hash;

	sha256_init(&sha);
	sha256_update(&sha, "\x01", 1);
	sha256_update(&sha, left.b, 32);
	sha256_update(&sha, right.b, 32);
	sha256_final(&sha, &hash);
	return hash;
}

static struct hash mth(const struct hash *d, size_t n)
{
	if (n == 0)
		return sha256("", 0);
	return n == 1 ? d[0] : pair(mth(d, split(n)), mth(d + split(n), n - split(n)));
}

static void path(size_t m, const struct hash *d, size_t n, struct proof *out)
{
	const size_t k = n > 1 ? split(n) : 0;

	if (n == 1)
		return;
	if (m < k) {
		path(m, d, k, out);
		out->hash[out->n++] = mth(d + k, n - k);
	} else {
		path(m - k, d + k, n - k, out);
		out->hash[out->n++] = mth(d, k);
	}
}

static void subproof(size_t m, const struct hash *d, size_t n, bool b, struct proof *out)
{
	const size_t k = n > 1 ? split(n) : 0;

	if (m == n) {
		if (!b)
			out->hash[out->n++] = mth(d, n);
	} else if (m <= k) {
		subproof(m, d, k, b, out);
		out->hash[out->n++] = mth(d + k, n - k);
	} else {
		subproof(m - k, d + k, n - k, false, out);
		out->hash[out->n++] = mth(d, k);
	}
}

static void assert_same_proof(const struct proof *a, const struct proof *b)
{
	assert_int_equal(a->n, b->n);
	assert_memory_equal(a->hash, b->hash, a->n * sizeof(a->hash[0]));
}

/* --- */

static int set_up(void **state)
{
	struct merkle_frontier tree = {0};

	(void)state;
	if (crypto_init() != 0)
		return -1;
	for (size_t i = 0; i < LEAVES; i++) {
		const uint8_t octets[2] = {(uint8_t)i, 0x5a};

		leaves[i] = merkle_leaf(octets, sizeof(octets));
		merkle_append(&tree, &leaves[i], keep, &store);
	}
	for (size_t n = 0; n <= LEAVES; n++)
		roots[n] = mth(leaves, n);
	return 0;
}

static void test_roots(void **state)
{
	struct merkle_frontier tree = {0};

	(void)state;
	for (size_t n = 0; n <= LEAVES; n++) {
		struct hash root = merkle_root(&tree);

		assert_memory_equal(&root, &roots[n], sizeof(root));
		assert_int_equal(tree.size, n);
		if (n < LEAVES)
			merkle_append(&tree, &leaves[n], NULL, NULL);
	}
}

static void test_inclusion(void **state)
{
	(void)state;
	for (size_t n = 1; n <= LEAVES; n++) {
		for (size_t i = 0; i < n; i++) {
			struct proof expected = {0}, proof;

			path(i, leaves, n, &expected);
			assert_int_equal(merkle_inclusion(i, n, look, &store, &proof), 0);
			assert_same_proof(&proof, &expected);
			assert_true(merkle_inclusion_holds(&leaves[i], i, n, &proof, &roots[n]));
		}
	}
}

static void test_consistency(void **state)
{
	(void)state;
	for (size_t n = 1; n <= LEAVES; n++) {
		for (size_t m = 1; m <= n; m++) {
			struct proof expected = {0}, proof;

			subproof(m, leaves, n, true, &expected);
			assert_int_equal(merkle_consistency(m, n, look, &store, &proof), 0);
			assert_same_proof(&proof, &expected);
			assert_true(merkle_consistency_holds(m, &roots[m], n, &roots[n], &proof));
		}
	}
}

/* Sizes whose every wrong proof is tried: all shapes up to 33 leaves, and the edges around 64 and
 * 128. */
static const uint8_t hard_sizes[] = {1,  2,  3,  4,  5,  6,  7,  8,   9,   15,  16,
                                     17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 130};

static void flip_everywhere_inclusion(size_t i, size_t n, const struct proof *proof)
{
	for (unsigned h = 0; h < proof->n; h++) {
		struct proof bad = *proof;

		bad.hash[h].b[(i + h) % 32] ^= 1u << (n % 8);
		assert_false(merkle_inclusion_holds(&leaves[i], i, n, &bad, &roots[n]));
	}
}

static void test_wrong_inclusion(void **state)
{
	(void)state;
	for (size_t s = 0; s < sizeof(hard_sizes); s++) {
		const size_t n = hard_sizes[s];

		for (size_t i = 0; i < n; i++) {
			struct proof proof, other;

			assert_int_equal(merkle_inclusion(i, n, look, &store, &proof), 0);
			flip_everywhere_inclusion(i, n, &proof);
			for (size_t j = 0; j < n; j++) { /* another place, another leaf */
				if (j == i)
					continue;
				assert_false(
				    merkle_inclusion_holds(&leaves[i], j, n, &proof, &roots[n]));
				assert_false(
				    merkle_inclusion_holds(&leaves[j], i, n, &proof, &roots[n]));
			}
			assert_false(merkle_inclusion_holds(&leaves[i], n, n, &proof, &roots[n]));
			for (size_t size = 0; size <= LEAVES; size++) /* another tree */
				if (size != n)
					assert_false(merkle_inclusion_holds(&leaves[i], i, size,
					                                    &proof, &roots[size]));
			other = proof;
			other.hash[other.n++] = roots[n]; /* one too many, one too few */
			assert_false(merkle_inclusion_holds(&leaves[i], i, n, &other, &roots[n]));
			if (proof.n > 0) {
				other.n = (uint8_t)(proof.n - 1);
				assert_false(
				    merkle_inclusion_holds(&leaves[i], i, n, &other, &roots[n]));
			}
		}
	}
}

static void wrong_consistency(size_t m, size_t n)
{
	struct proof proof, bad;

	assert_int_equal(merkle_consistency(m, n, look, &store, &proof), 0);
	for (unsigned h = 0; h < proof.n; h++) {
		bad = proof;
		bad.hash[h].b[(m + h) % 32] ^= 1u << (n % 8);
		assert_false(merkle_consistency_holds(m, &roots[m], n, &roots[n], &bad));
	}
	for (size_t other = 0; other <= LEAVES; other++) {
		if (other != m)
			assert_false(
			    merkle_consistency_holds(other, &roots[other], n, &roots[n], &proof));
		if (other != n)
			assert_false(
			    merkle_consistency_holds(m, &roots[m], other, &roots[other], &proof));
		if (other != m)
			assert_false(
			    merkle_consistency_holds(m, &roots[other], n, &roots[n], &proof));
		if (other != n)
			assert_false(
			    merkle_consistency_holds(m, &roots[m], n, &roots[other], &proof));
	}
	bad = proof;
	bad.hash[bad.n++] = roots[m];
	assert_false(merkle_consistency_holds(m, &roots[m], n, &roots[n], &bad));
	if (proof.n > 0) {
		bad.n = (uint8_t)(proof.n - 1);
		assert_false(merkle_consistency_holds(m, &roots[m], n, &roots[n], &bad));
	}
}

static void test_wrong_consistency(void **state)
{
	(void)state;
	for (size_t s = 0; s < sizeof(hard_sizes); s++)
		for (size_t m = 1; m <= hard_sizes[s]; m++)
			wrong_consistency(m, hard_sizes[s]);
}

/* Reads of a tree too large to hold: any node will do. */
static int any_node(void *context, unsigned level, uint64_t index, struct hash *ret)
{
	const uint64_t name[2] = {level, index};

	(void)context;
	*ret = sha256(name, sizeof(name));
	return 0;
}

static void test_ranges_and_errors(void **state)
{
	struct proof proof = {.n = 7};
	struct hash root = {.b = {7}};

	(void)state;
	assert_int_equal(merkle_inclusion(0, 0, look, &store, &proof), -ERANGE);
	assert_int_equal(merkle_inclusion(5, 5, look, &store, &proof), -ERANGE);
	assert_int_equal(merkle_consistency(0, 5, look, &store, &proof), -ERANGE);
	assert_int_equal(merkle_consistency(6, 5, look, &store, &proof), -ERANGE);
	store.fail = -EIO;
	assert_int_equal(merkle_inclusion(3, 5, look, &store, &proof), -EIO);
	assert_int_equal(merkle_consistency(3, 5, look, &store, &proof), -EIO);
	store.fail = 0;
	assert_int_equal(proof.n, 7); /* untouched */

	/* The largest trees there can be: proofs of at most 64 hashes, or -ERANGE, never more. */
	assert_int_equal(merkle_inclusion(UINT64_MAX - 1, UINT64_MAX, any_node, NULL, &proof), 0);
	assert_true(proof.n <= PROOF_HASHES_MAX);
	assert_int_equal(merkle_inclusion(0, UINT64_MAX, any_node, NULL, &proof), 0);
	assert_int_equal(proof.n, 64);
	assert_int_equal(merkle_consistency(UINT64_MAX / 2, UINT64_MAX, any_node, NULL, &proof),
	                 -ERANGE);
	proof.n = 65;
	assert_false(merkle_inclusion_holds(&root, 0, UINT64_MAX, &proof, &root));
	assert_false(merkle_consistency_holds(3, &root, UINT64_MAX, &root, &proof));
}

/* --- the leaves, roots and proofs that Certificate Transparency's implementations are checked with
 * --- */

static const struct {
	const char *leaf, *root;
} known[] = {
    {"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    {"00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
    {"10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
    {"2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
    {"3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
    {"40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
    {"5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
    {"606162636465666768696a6b6c6d6e6f",
     "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
};

static struct hash hash_of(const char *hex)
{
	struct hash hash;

	assert_int_equal(hex_decode(hex, hash.b, sizeof(hash.b)), 0);
	return hash;
}

static void test_known_vectors(void **state)
{
	struct merkle_frontier tree = {0};
	struct store small = {0};
	struct hash leaf[8], root[9], hash;
	struct proof proof;

	(void)state;
	hash = hash_of("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	root[0] = merkle_root(&tree);
	assert_memory_equal(&root[0], &hash, sizeof(hash));
	for (size_t i = 0; i < 8; i++) {
		uint8_t octets[16];
		const size_t len = strlen(known[i].leaf) / 2;

		assert_int_equal(hex_decode(known[i].leaf, octets, len), 0);
		leaf[i] = merkle_leaf(octets, len);
		merkle_append(&tree, &leaf[i], keep, &small);
		root[i + 1] = merkle_root(&tree);
		hash = hash_of(known[i].root);
		assert_memory_equal(&root[i + 1], &hash, sizeof(hash));
	}

	assert_int_equal(merkle_inclusion(5, 8, look, &small, &proof), 0);
	assert_int_equal(proof.n, 3);
	hash = hash_of("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b");
	assert_memory_equal(&proof.hash[0], &hash, sizeof(hash));
	hash = hash_of("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0");
	assert_memory_equal(&proof.hash[1], &hash, sizeof(hash));
	hash = hash_of("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
	assert_memory_equal(&proof.hash[2], &hash, sizeof(hash));
	assert_true(merkle_inclusion_holds(&leaf[5], 5, 8, &proof, &root[8]));

	assert_int_equal(merkle_consistency(6, 8, look, &small, &proof), 0);
	assert_int_equal(proof.n, 3);
	hash = hash_of("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a");
	assert_memory_equal(&proof.hash[0], &hash, sizeof(hash));
	assert_true(merkle_consistency_holds(6, &root[6], 8, &root[8], &proof));
	assert_int_equal(merkle_consistency(2, 8, look, &small, &proof), 0);
	assert_int_equal(proof.n, 2);
	hash = hash_of("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e");
	assert_memory_equal(&proof.hash[0], &hash, sizeof(hash));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_roots),
	    cmocka_unit_test(test_inclusion),
	    cmocka_unit_test(test_consistency),
	    cmocka_unit_test(test_wrong_inclusion),
	    cmocka_unit_test(test_wrong_consistency),
	    cmocka_unit_test(test_ranges_and_errors),
	    cmocka_unit_test(test_known_vectors),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
