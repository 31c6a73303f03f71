/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the collector signs once a batch: [1, device, epoch, seq, batch, time, log size, log root,
 * leaf, [hash…], held / null].
 */
#include "codec.h"

static void receipt_read(struct reader *reader, struct receipt *ret)
{
	read_array(reader, 11);
	read_uint(reader, FORMAT_VERSION, FORMAT_VERSION);
	read_key(reader, &ret->device);
	read_octets(reader, ret->epoch.b, sizeof(ret->epoch.b));
	ret->seq = (uint32_t)read_uint(reader, 1, UINT32_MAX);
	read_hash(reader, &ret->batch);
	ret->time = read_time(reader);
	ret->log_size = read_uint(reader, 1, UINT64_MAX);
	read_hash(reader, &ret->log_root);
	ret->leaf = read_uint(reader, 0, UINT64_MAX);
	read_proof(reader, &ret->inclusion);
	if (!read_null(reader))
		read_text(reader, 1, ret->held.s, sizeof(ret->held.s));
}

static bool receipt_valid(const struct receipt *receipt)
{
	return receipt->seq >= 1 && valid_time(receipt->time) &&
	       receipt->leaf < receipt->log_size && receipt->inclusion.n <= PROOF_HASHES_MAX &&
	       VALID_TEXT(receipt->held, 0);
}

static void receipt_write(struct writer *writer, const struct receipt *receipt)
{
	write_array(writer, 11);
	write_uint(writer, FORMAT_VERSION);
	write_key(writer, &receipt->device);
	write_octets(writer, receipt->epoch.b, sizeof(receipt->epoch.b));
	write_uint(writer, receipt->seq);
	write_hash(writer, &receipt->batch);
	write_time(writer, receipt->time);
	write_uint(writer, receipt->log_size);
	write_hash(writer, &receipt->log_root);
	write_uint(writer, receipt->leaf);
	write_proof(writer, &receipt->inclusion);
	if (receipt->held.s[0] != '\0')
		write_text(writer, receipt->held.s);
	else
		write_null(writer);
}

WIRE_CODEC(receipt, struct receipt, SIGN1_RECEIPT, RECEIPT_BYTES_MAX)
WIRE_SEAL(receipt_seal_by, sign1_seal_by, struct signing_key, receipt, struct receipt,
          SIGN1_RECEIPT, RECEIPT_BYTES_MAX)
