/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "crypto.h"
#include "merkle.h"

struct hash merkle_leaf(const void *leaf, size_t len)
{
	const uint8_t mark = 0x00;
	struct sha256 sha;
	struct hash hash;

	sha256_init(&sha);
	sha256_update(&sha, &mark, sizeof(mark));
	sha256_update(&sha, leaf, len);
	sha256_final(&sha, &hash);
	return hash;
}

static struct hash parent(const struct hash *left, const struct hash *right)
{
	uint8_t octets[1 + 2 * sizeof(struct hash)] = {0x01};

	memcpy(octets + 1, left->b, sizeof(left->b));
	memcpy(octets + 1 + sizeof(left->b), right->b, sizeof(right->b));
	return sha256(octets, sizeof(octets));
}

static bool same_hash(const struct hash *a, const struct hash *b)
{
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

void merkle_append(struct merkle_frontier *tree, const struct hash *leaf, merkle_node_fn *node,
                   void *context)
{
	struct hash hash = *leaf;
	uint64_t index = tree->size;
	unsigned level = 0;

	assert(tree->size < UINT64_MAX);
	if (node != NULL)
		node(context, level, index, &hash);
	for (; index & 1; index >>= 1) {
		hash = parent(&tree->node[level++], &hash);
		if (node != NULL)
			node(context, level, index >> 1, &hash);
	}
	tree->node[level] = hash;
	tree->size++;
}

struct hash merkle_newest(const struct merkle_frontier *tree)
{
	assert(tree->size > 0);
	return tree->node[__builtin_ctzll(tree->size)];
}

struct hash merkle_root(const struct merkle_frontier *tree)
{
	struct hash root;
	bool begun = false;

	if (tree->size == 0)
		return sha256(NULL, 0);
	for (unsigned level = 0; level < 64; level++) {
		if (!(tree->size >> level & 1))
			continue;
		root = begun ? parent(&tree->node[level], &root) : tree->node[level];
		begun = true;
	}
	return root;
}

/*
 * The root of leaves [start, start + n), n > 0, where start is a multiple of the largest power of
 * two in n: the complete subtrees it is made of, folded from the right.
 */
static int range_root(uint64_t start, uint64_t n, merkle_read_fn *read, void *context,
                      struct hash *ret)
{
	uint64_t end = start + n;
	struct hash root, node;
	bool begun = false;

	for (unsigned level = 0; level < 64; level++) {
		int r;

		if (!(n >> level & 1))
			continue;
		end -= UINT64_C(1) << level;
		r = read(context, level, end >> level, &node);
		if (r != 0)
			return r;
		root = begun ? parent(&node, &root) : node;
		begun = true;
	}
	*ret = root;
	return 0;
}

/* The largest power of two smaller than n, which is at least 2: where RFC 9162 splits a tree. */
static uint64_t split_of(uint64_t n)
{
	return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

/* Proofs are gathered from the root down and are written from the leaf up. */
static void reverse(struct proof *proof)
{
	for (unsigned i = 0; i < proof->n / 2u; i++) {
		const struct hash hash = proof->hash[i];

		proof->hash[i] = proof->hash[proof->n - 1 - i];
		proof->hash[proof->n - 1 - i] = hash;
	}
}

static int add_range(struct proof *proof, uint64_t start, uint64_t n, merkle_read_fn *read,
                     void *context)
{
	int r;

	if (proof->n == PROOF_HASHES_MAX)
		return -ERANGE;
	r = range_root(start, n, read, context, &proof->hash[proof->n]);
	if (r == 0)
		proof->n++;
	return r;
}

/* From the *n leaves behind *start to the left or the right of where they split; the root of the
 * others goes into the proof. */
static int descend(bool to_left, uint64_t *start, uint64_t *n, struct proof *proof,
                   merkle_read_fn *read, void *context)
{
	const uint64_t k = split_of(*n);
	const int r = to_left ? add_range(proof, *start + k, *n - k, read, context)
	                      : add_range(proof, *start, k, read, context);

	if (r != 0)
		return r;
	*start += to_left ? 0 : k;
	*n = to_left ? k : *n - k;
	return 0;
}

int merkle_inclusion(uint64_t index, uint64_t size, merkle_read_fn *read, void *context,
                     struct proof *ret)
{
	struct proof proof = {0};
	uint64_t start = 0, n = size;

	if (index >= size)
		return -ERANGE;
	while (n > 1) {
		const int r =
		    descend(index - start < split_of(n), &start, &n, &proof, read, context);

		if (r != 0)
			return r;
	}
	reverse(&proof);
	*ret = proof;
	return 0;
}

int merkle_consistency(uint64_t from, uint64_t size, merkle_read_fn *read, void *context,
                       struct proof *ret)
{
	struct proof proof = {0};
	uint64_t start = 0, n = size;
	bool root_is_known =
	    true; /* the subtree looked at is the whole old tree: its root needs no hash */

	if (from == 0 || from > size)
		return -ERANGE;
	while (from - start != n) {
		const bool in_left = from - start <= split_of(n);
		const int r = descend(in_left, &start, &n, &proof, read, context);

		if (r != 0)
			return r;
		root_is_known = root_is_known && in_left;
	}
	if (!root_is_known) {
		const int r = add_range(&proof, start, n, read, context);

		if (r != 0)
			return r;
	}
	reverse(&proof);
	*ret = proof;
	return 0;
}

/*
 * A level up, from node fn of those up to sn: whether its sibling stands on the left, and there is
 * one (RFC 9162, the step that 2.1.3.2 and 2.1.4.2 have in common).
 */
static bool climb(uint64_t *fn, uint64_t *sn)
{
	const bool left = *fn & 1 || *fn == *sn;

	if (left)
		for (; !(*fn & 1) && *fn != 0; *fn >>= 1)
			*sn >>= 1;
	*fn >>= 1;
	*sn >>= 1;
	return left;
}

bool merkle_inclusion_holds(const struct hash *leaf, uint64_t index, uint64_t size,
                            const struct proof *proof, const struct hash *root)
{
	uint64_t fn = index, sn = size - 1;
	struct hash hash = *leaf;

	if (index >= size || proof->n > PROOF_HASHES_MAX)
		return false;
	for (unsigned i = 0; i < proof->n; i++) {
		if (sn == 0)
			return false;
		hash = climb(&fn, &sn) ? parent(&proof->hash[i], &hash)
		                       : parent(&hash, &proof->hash[i]);
	}
	return sn == 0 && same_hash(&hash, root);
}

bool merkle_consistency_holds(uint64_t from, const struct hash *from_root, uint64_t size,
                              const struct hash *root, const struct proof *proof)
{
	uint64_t fn = from - 1, sn = size - 1;
	unsigned i = 0;
	struct hash old, new;

	if (from == 0 || from > size || proof->n > PROOF_HASHES_MAX)
		return false;
	if (from == size)
		return proof->n == 0 && same_hash(from_root, root);
	if ((from & (from - 1)) == 0)
		old = *from_root;
	else if (proof->n > 0)
		old = proof->hash[i++];
	else
		return false;
	for (; fn & 1; fn >>= 1)
		sn >>= 1;
	new = old;
	for (; i < proof->n; i++) {
		if (sn == 0)
			return false;
		if (climb(&fn, &sn)) {
			old = parent(&proof->hash[i], &old);
			new = parent(&proof->hash[i], &new);
		} else {
			new = parent(&new, &proof->hash[i]);
		}
	}
	return sn == 0 && same_hash(&old, from_root) && same_hash(&new, root);
}
