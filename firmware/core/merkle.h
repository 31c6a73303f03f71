/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Merkle tree of RFC 9162, section 2.1: leaf hash SHA-256(0x00 || leaf), node hash SHA-256(0x01
 * || left || right). Pure: the caller keeps the nodes. A tree that only grows needs its frontier,
 * the roots of its complete subtrees.
 */
#ifndef KIOSK_CORE_MERKLE_H
#define KIOSK_CORE_MERKLE_H

#include <kiosk/record.h>

struct merkle_frontier {
	uint64_t size;
	struct hash node[64]; /* node[k]: root of the complete subtree of 2^k leaves, where bit k of
	                         size is set */
};

/* Told of each complete subtree that an append finishes, leaves (level 0) included: leaves [index
 * << level, +1 << level). */
typedef void merkle_node_fn(void *context, unsigned level, uint64_t index, const struct hash *node);

struct hash merkle_leaf(const void *leaf, size_t len);
void merkle_append(struct merkle_frontier *tree, const struct hash *leaf, merkle_node_fn *node,
                   void *context);
/* Of a tree with leaves: the largest complete subtree that ends with the last one. Kept beside each
 * leaf, these are all that a frontier of any smaller size is made of. */
struct hash merkle_newest(const struct merkle_frontier *tree);
/* Of the empty tree: SHA-256 of nothing. */
struct hash merkle_root(const struct merkle_frontier *tree);

/* Reads a complete subtree that merkle_append() told of. 0 or -errno, which the caller of the proof
 * gets. */
typedef int merkle_read_fn(void *context, unsigned level, uint64_t index, struct hash *ret);

/* 2.1.3.1: that leaf `index` is in the tree of `size`. 0, -ERANGE unless index < size, or the
 * reader's error. */
int merkle_inclusion(uint64_t index, uint64_t size, merkle_read_fn *read, void *context,
                     struct proof *ret);
/* 2.1.4.1: that the tree of `size` extends the one of `from`, 0 < from <= size. 0, -ERANGE, or the
 * reader's error. */
int merkle_consistency(uint64_t from, uint64_t size, merkle_read_fn *read, void *context,
                       struct proof *ret);

/* 2.1.3.2 and 2.1.4.2. */
bool merkle_inclusion_holds(const struct hash *leaf, uint64_t index, uint64_t size,
                            const struct proof *proof, const struct hash *root);
bool merkle_consistency_holds(uint64_t from, const struct hash *from_root, uint64_t size,
                              const struct hash *root, const struct proof *proof);

#endif
