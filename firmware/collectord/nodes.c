/* SPDX-License-Identifier: Apache-2.0 */
/* The log's nodes that proofs were made of lately: most proofs share most of theirs. */
#include <string.h>

#include "collector_private.h"

static struct known_node *place_of(struct collector *collector, unsigned level, uint64_t index)
{
	const uint64_t mixed = (index << 6 | level) * UINT64_C(0x9e3779b97f4a7c15);

	return &collector->known_node[mixed >> 32 & (KNOWN_NODES - 1)];
}

int known_log_node(void *context, unsigned level, uint64_t index, struct hash *ret)
{
	struct collector *collector = context;
	struct known_node *known = place_of(collector, level, index);
	int r = 0;

	if (!known->is_known || known->level != level || known->index != index) {
		known->is_known = false;
		r = store_log_node(collector->store, level, index, &known->node);
		if (r < 0)
			return r;
		known->is_known = true;
		known->level = level;
		known->index = index;
	}
	*ret = known->node;
	return 0;
}

void forget_log_nodes(struct collector *collector)
{
	memset(collector->known_node, 0, sizeof(collector->known_node));
}
