/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <kiosk/msg_helper.h>

#include "sms_offer.h"
#include "text.h"
#include "utf8.h"

enum {
	/* 23.040 clause 9.2.3.9: short message type 0, and what goes to the telephone or the SIM,
	   not to a person */
	PID_TYPE_0 = 0x40,
	PID_FOR_THE_EQUIPMENT = 0x7c,
	CLASS_SIM = 2,
};

/* Line ends and other controls become spaces, what nobody sees is left out: kioskd takes only texts
 * without them, and a sender's must not end the talk with it. */
static void copy_text(const char *text, char *buffer, size_t size)
{
	char plain[PDU_TEXT_BYTES_MAX + 1];
	struct utf8_writer writer;
	uint32_t c;

	utf8_begin(&writer, plain, sizeof(plain));
	while ((c = utf8_next(&text)) != 0)
		utf8_put(&writer, c < 0x20 || (c >= 0x7f && c < 0xa0) ? ' ' : c);
	text_copy(buffer, size, plain);
}

static bool is_for_us(const struct pdu *pdu)
{
	return pdu->type == PDU_DELIVER && !pdu->ported && !pdu->waiting_flag && !pdu->compressed &&
	       pdu->message_class != CLASS_SIM && pdu->pid != PID_TYPE_0 &&
	       (pdu->pid & 0xfc) != PID_FOR_THE_EQUIPMENT;
}

/* FNV-1a: tells centres apart, guards nothing. 0: none was named. */
static uint64_t centre_of(const struct pdu *pdu)
{
	uint64_t hash = pdu->centre_len > 0 ? 0xcbf29ce484222325 : 0;
	for (unsigned i = 0; i < pdu->centre_len; i++)
		hash = (hash ^ pdu->centre[i]) * 0x100000001b3;
	return hash;
}

static void copy_unreadable(const char *digits, size_t n_digits, struct msg_sms *ret)
{
	/* its characters, not its octets: they may be no digits */
	size_t len = n_digits < sizeof(ret->ud) ? n_digits : sizeof(ret->ud);
	ret->sms_class = SMS_UNREADABLE;
	ret->from_kind = SMS_FROM_NATIONAL;
	ret->ud_len = (uint8_t)len;
	memcpy(ret->ud, digits, len);
}

void sms_offer(const char *digits, size_t n_digits, const struct number_country *country,
               struct msg_sms *ret)
{
	struct pdu pdu;
	struct pdu_error error;

	memset(ret, 0, sizeof(*ret));
	ret->part = ret->parts = 1;
	if (pdu_decode_hex(digits, n_digits, &pdu, &error) != 0) {
		copy_unreadable(digits, n_digits, ret);
		return;
	}
	ret->sms_class = is_for_us(&pdu) ? SMS_ORDINARY : SMS_NOT_FOR_US;
	char from[PHONE_BYTES_MAX + 1];
	ret->from_kind = number_normalise(&pdu.address, country, from);
	copy_text(from, ret->from, sizeof(ret->from));
	copy_text(pdu.text, ret->text, sizeof(ret->text));
	ret->has_time = pdu.has_time;
	ret->time = pdu.time;
	ret->oa_len = pdu.address.len;
	memcpy(ret->oa, pdu.address.octet, sizeof(ret->oa));
	ret->pid = pdu.pid;
	ret->dcs = pdu.dcs;
	memcpy(ret->scts, pdu.scts, sizeof(ret->scts));
	ret->udl = pdu.udl;
	ret->ud_len = pdu.ud_len;
	memcpy(ret->ud, pdu.ud, sizeof(ret->ud));
	ret->part_ref = pdu.part_ref;
	ret->part = pdu.part;
	ret->parts = pdu.parts;
	ret->centre = centre_of(&pdu);
}
