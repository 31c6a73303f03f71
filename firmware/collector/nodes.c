/* SPDX-License-Identifier: Apache-2.0 */
/* The log's nodes that were made, or that proofs were made of, lately: most proofs share most of
 * theirs. */
#include "collector_private.h"

/* Of no two nodes the same. */
static uint64_t node_place(unsigned level, uint64_t index)
{
	return index << 6 | level;
}

static struct known_node *known_at(struct collector *collector, uint64_t place)
{
	const uint64_t mixed = place * UINT64_C(0x9e3779b97f4a7c15);

	return &collector->known_node[mixed >> 32 & (KNOWN_NODES - 1)];
}

static void know(struct collector *collector, uint64_t place, const struct hash *node)
{
	struct known_node *known = known_at(collector, place);

	known->place = place;
	known->since = collector->undone + 1;
	known->node = *node;
}

int known_log_node(void *context, unsigned level, uint64_t index, struct hash *ret)
{
	struct collector *collector = context;
	const uint64_t place = node_place(level, index);
	const struct known_node *known = known_at(collector, place);
	int r;

	if (known->place == place && known->since == collector->undone + 1) {
		*ret = known->node;
		return 0;
	}
	r = store_log_node(collector->store, level, index, ret);
	if (r == 0)
		know(collector, place, ret);
	return r;
}

void forget_log_nodes(struct collector *collector)
{
	collector->undone++;
}

struct appending {
	struct collector *collector;
	int r;
};

static void put_node(void *context, unsigned level, uint64_t index, const struct hash *node)
{
	struct appending *appending = context;
	struct collector *collector = appending->collector;

	if (appending->r != 0)
		return;
	appending->r = store_put_log_node(collector->store, level, index, node);
	if (appending->r == 0)
		know(collector, node_place(level, index), node);
}

int log_append(struct collector *collector, struct merkle_frontier *tree, const struct hash *leaf)
{
	struct appending appending = {.collector = collector};

	merkle_append(tree, leaf, put_node, &appending);
	return appending.r;
}
