/* SPDX-License-Identifier: Apache-2.0 */
/* The collector's word on its own log, so that anybody can see that it only grows. */
#include <errno.h>
#include <string.h>

#include "collector_private.h"
#include "log.h"

int collector_log_head(struct collector *collector, struct wall_time now, const struct nonce *nonce,
                       struct collector_reply *ret)
{
	const struct log_head head = {
	    .nonce = *nonce,
	    .time = now.s,
	    .size = collector->log.size,
	    .root = merkle_root(&collector->log),
	};
	uint8_t bytes[LOG_HEAD_BYTES_MAX];
	size_t len;
	int r;

	if (store_is_broken(collector->store))
		return -EIO;
	r = log_head_seal(&head, &collector->key->seed, bytes, sizeof(bytes), &len);
	if (r == 0)
		r = reply_of(collector, bytes, len, ANSWER_STORED_BEFORE, ret);
	if (r == 0)
		return 0;
	log_error("the log's head could not be signed: %s", wire_strerror(r));
	return -EPROTO;
}

static int give_proof(const struct log_proof *proof, struct collector_reply *ret)
{
	if (log_proof_encode(proof, ret->bytes, sizeof(ret->bytes), &ret->len) != 0)
		return -EPROTO;
	ret->status = ANSWER_STORED_BEFORE;
	return 0;
}

int collector_log_inclusion(struct collector *collector, const struct hash *batch, uint64_t size,
                            struct collector_reply *ret)
{
	struct log_proof proof = {.size = size};
	int r;

	if (store_is_broken(collector->store))
		return -EIO;
	r = store_leaf_of(collector->store, batch, &proof.first);
	if (r == STORE_E_NONE || (r == 0 && proof.first >= size))
		return -ENOENT;
	if (r == 0 && size > collector->log.size)
		return -ERANGE;
	if (r == 0)
		r = merkle_inclusion(proof.first, size, known_log_node, collector, &proof.proof);
	return r == 0 ? give_proof(&proof, ret) : r;
}

int collector_log_consistency(struct collector *collector, uint64_t from, uint64_t size,
                              struct collector_reply *ret)
{
	struct log_proof proof = {.first = from, .size = size};
	int r;

	if (store_is_broken(collector->store))
		return -EIO;
	if (from == 0 || from > size || size > collector->log.size)
		return -ERANGE;
	r = merkle_consistency(from, size, known_log_node, collector, &proof.proof);
	return r == 0 ? give_proof(&proof, ret) : r;
}
