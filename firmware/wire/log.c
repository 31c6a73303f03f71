/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the collector says of its own log: the head [1, nonce, time, size, root], signed, and the
 * proof [1, first, size, [hash…]], which needs no signature.
 */
#include "codec.h"

static void log_head_read(struct reader *reader, struct log_head *ret)
{
	read_array(reader, 5);
	read_uint(reader, FORMAT_VERSION, FORMAT_VERSION);
	read_octets(reader, ret->nonce.b, sizeof(ret->nonce.b));
	ret->time = read_time(reader);
	ret->size = read_uint(reader, 0, UINT64_MAX);
	read_hash(reader, &ret->root);
}

static bool log_head_valid(const struct log_head *head)
{
	return valid_time(head->time);
}

static void log_head_write(struct writer *writer, const struct log_head *head)
{
	write_array(writer, 5);
	write_uint(writer, FORMAT_VERSION);
	write_octets(writer, head->nonce.b, sizeof(head->nonce.b));
	write_time(writer, head->time);
	write_uint(writer, head->size);
	write_hash(writer, &head->root);
}

WIRE_CODEC(log_head, struct log_head, SIGN1_LOG_HEAD, LOG_HEAD_BYTES_MAX)

static void log_proof_read(struct reader *reader, struct log_proof *ret)
{
	read_array(reader, 4);
	read_uint(reader, FORMAT_VERSION, FORMAT_VERSION);
	ret->first = read_uint(reader, 0, UINT64_MAX);
	ret->size = read_uint(reader, 1, UINT64_MAX);
	read_proof(reader, &ret->proof);
}

static bool log_proof_valid(const struct log_proof *proof)
{
	return proof->first <= proof->size && proof->size >= 1 &&
	       proof->proof.n <= PROOF_HASHES_MAX;
}

static void log_proof_write(struct writer *writer, const struct log_proof *proof)
{
	write_array(writer, 4);
	write_uint(writer, FORMAT_VERSION);
	write_uint(writer, proof->first);
	write_uint(writer, proof->size);
	write_proof(writer, &proof->proof);
}

WIRE_UNSIGNED(log_proof, struct log_proof, LOG_PROOF_BYTES_MAX)
