/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the collector signs for one request: [1, nonce, subject, status, reason / null, receipt /
 * null, [head seq, head hash] / null, [consistency from, [hash…]] / null, next after].
 */
#include <string.h>

#include "codec.h"

static void answer_read(struct reader *reader, struct answer *ret)
{
	read_array(reader, 9);
	read_uint(reader, FORMAT_VERSION, FORMAT_VERSION);
	read_octets(reader, ret->nonce.b, sizeof(ret->nonce.b));
	read_hash(reader, &ret->subject);
	ret->status = (uint16_t)read_uint(reader, 0, UINT16_MAX);
	if (!read_null(reader))
		read_text(reader, 1, ret->reason.s, sizeof(ret->reason.s));
	if (!read_null(reader)) {
		size_t len;
		const uint8_t *octets = read_octets_view(reader, 1, sizeof(ret->receipt), &len);

		if (len > 0)
			memcpy(ret->receipt, octets, len);
		ret->receipt_len = (uint16_t)len;
	}
	ret->has_head = !read_null(reader);
	if (ret->has_head) {
		read_array(reader, 2);
		ret->head_seq = (uint32_t)read_uint(reader, 1, UINT32_MAX);
		read_hash(reader, &ret->head_hash);
	}
	if (!read_null(reader)) {
		read_array(reader, 2);
		ret->consistency_from = read_uint(reader, 1, UINT64_MAX);
		read_proof(reader, &ret->consistency);
	}
	ret->next_after_s = (uint32_t)read_uint(reader, 0, UINT32_MAX);
}

static bool status_valid(uint16_t status)
{
	switch ((enum answer_status)status) {
	case ANSWER_STORED_BEFORE:
	case ANSWER_STORED:
	case ANSWER_BAD_REQUEST:
	case ANSWER_BAD_SIGNATURE:
	case ANSWER_NOT_TRUSTED:
	case ANSWER_NO_SUCH_EPOCH:
	case ANSWER_CONFLICT:
	case ANSWER_GAP:
	case ANSWER_TOO_LARGE:
	case ANSWER_DOES_NOT_ADD_UP:
		return true;
	}
	return false;
}

static bool answer_valid(const struct answer *answer)
{
	if (!status_valid(answer->status) || !VALID_TEXT(answer->reason, 0) ||
	    answer->receipt_len > sizeof(answer->receipt))
		return false;
	if (answer->has_head && answer->head_seq < 1)
		return false;
	/* A proof leads to the log size of the receipt beside it. */
	if (answer->consistency_from > 0)
		return answer->receipt_len > 0 && answer->consistency.n <= PROOF_HASHES_MAX;
	return answer->consistency.n == 0;
}

static void write_head(struct writer *writer, const struct answer *answer)
{
	if (!answer->has_head) {
		write_null(writer);
		return;
	}
	write_array(writer, 2);
	write_uint(writer, answer->head_seq);
	write_hash(writer, &answer->head_hash);
}

static void write_consistency(struct writer *writer, const struct answer *answer)
{
	if (answer->consistency_from == 0) {
		write_null(writer);
		return;
	}
	write_array(writer, 2);
	write_uint(writer, answer->consistency_from);
	write_proof(writer, &answer->consistency);
}

static void answer_write(struct writer *writer, const struct answer *answer)
{
	write_array(writer, 9);
	write_uint(writer, FORMAT_VERSION);
	write_octets(writer, answer->nonce.b, sizeof(answer->nonce.b));
	write_hash(writer, &answer->subject);
	write_uint(writer, answer->status);
	if (answer->reason.s[0] != '\0')
		write_text(writer, answer->reason.s);
	else
		write_null(writer);
	if (answer->receipt_len > 0)
		write_octets(writer, answer->receipt, answer->receipt_len);
	else
		write_null(writer);
	write_head(writer, answer);
	write_consistency(writer, answer);
	write_uint(writer, answer->next_after_s);
}

WIRE_CODEC(answer, struct answer, SIGN1_ANSWER, ANSWER_BYTES_MAX)
WIRE_SEAL(answer_seal_by, sign1_seal_by, struct signing_key, answer, struct answer, SIGN1_ANSWER,
          ANSWER_BYTES_MAX)
