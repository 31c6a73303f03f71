/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every reader of PROTOCOL.md over octets from a stranger. The first octet chooses the reader.
 * Nothing may crash.
 */
#include <stddef.h>
#include <stdint.h>

#include "message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
	union {
		struct hub_cert hub_cert;
		struct collector_cert collector_cert;
		struct manifest manifest;
		struct ticket ticket;
		struct grant grant;
		struct headcount headcount;
		struct correction correction;
		struct batch batch;
		struct receipt receipt;
		struct answer answer;
		struct card card;
		struct action_card action;
		struct network network;
		struct post_view post;
		struct reply_view reply;
		struct sign1_view sign1;
		struct opened_card opened;
	};
	uint8_t buffer[POST_BYTES_MAX];
} out;

static void read_payload(uint8_t which, const uint8_t *data, size_t size)
{
	switch (which) {
	case 0:
		(void)hub_cert_parse(data, size, &out.hub_cert);
		break;
	case 1:
		(void)collector_cert_parse(data, size, &out.collector_cert);
		break;
	case 2:
		(void)manifest_parse(data, size, &out.manifest);
		break;
	case 3:
		(void)ticket_parse(data, size, &out.ticket);
		break;
	case 4:
		(void)grant_parse(data, size, &out.grant);
		break;
	case 5:
		(void)headcount_parse(data, size, &out.headcount);
		break;
	case 6:
		(void)correction_parse(data, size, &out.correction);
		break;
	case 7:
		(void)batch_parse(data, size, &out.batch);
		break;
	case 8:
		(void)receipt_parse(data, size, &out.receipt);
		break;
	case 9:
		(void)answer_parse(data, size, &out.answer);
		break;
	default:
		break;
	}
}

static void read_code(uint8_t which, const uint8_t *data, size_t size)
{
	static const struct public_key nobody;
	const enum code_kind kind = code_kind(data, size);
	size_t len;

	switch (which) {
	case 10:
		(void)card_parse(data, size, &out.card);
		break;
	case 11:
		(void)action_card_parse(data, size, &out.action);
		break;
	case 12:
		(void)network_parse(data, size, &out.network);
		break;
	case 13:
		(void)post_split(data, size, &out.post);
		break;
	case 14:
		(void)reply_split(data, size, &out.reply);
		break;
	case 15:
		if (kind != CODE_FOREIGN)
			(void)code_decode(kind, data, size, out.buffer, sizeof(out.buffer), &len);
		break;
	case 16:
		(void)card_open(data, size, &nobody, &out.opened);
		break;
	default:
		for (int i = 0; i < SIGN1_N_KINDS; i++)
			(void)sign1_split((enum sign1_kind)i, data, size, &out.sign1);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] < 10)
		read_payload(data[0], data + 1, size - 1);
	else
		read_code(data[0], data + 1, size - 1);
	return 0;
}
