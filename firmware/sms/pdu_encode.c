/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <string.h>

#include "gsm7.h"
#include "pdu.h"
#include "utf8.h"

enum {
	SEPTETS_WHOLE = 160,
	SEPTETS_PART = 153,
	UNITS_WHOLE = 70,
	UNITS_PART = 67,
	/* 23.040 clause 9.2.3.24.1: length, element 0x00, its length 3, reference, parts, part */
	HEADER_OCTETS = 6,
	FIRST_SUBMIT = 0x01,
	FIRST_RELATIVE_VALIDITY = 0x10,
	FIRST_HAS_HEADER = 0x40,
	/* 23.040 clause 9.2.3.12.1: (0xa7 - 143) * 30 min + 12 h is a day */
	VALID_A_DAY = 0xa7,
	TYPE_INTERNATIONAL = 0x91,
	TYPE_UNKNOWN = 0x81,
	DCS_UCS2 = 0x08,
};

static unsigned units_of(uint32_t c, enum pdu_alphabet alphabet)
{
	uint8_t septet[2];
	if (alphabet == PDU_GSM7)
		return gsm7_encode(c, septet);
	return c > 0xffff ? 2 : 1;
}

static unsigned count_units(const char *text, enum pdu_alphabet alphabet)
{
	unsigned n = 0;
	uint32_t c;
	while (n <= SEPTETS_PART * PDU_PARTS_MAX && (c = utf8_next(&text)) != 0)
		n += units_of(c, alphabet);
	return n;
}

int pdu_plan(const char *text, struct pdu_plan *ret)
{
	struct pdu_plan plan = {.alphabet = PDU_GSM7};
	const char *at = text;
	uint32_t c;

	while ((c = utf8_next(&at)) != 0 && plan.because == 0)
		if (units_of(c, PDU_GSM7) == 0)
			plan.because = c;
	if (plan.because != 0)
		plan.alphabet = PDU_UCS2;

	bool gsm7 = plan.alphabet == PDU_GSM7;
	unsigned room = gsm7 ? SEPTETS_WHOLE : UNITS_WHOLE;
	if (count_units(text, plan.alphabet) > room)
		room = gsm7 ? SEPTETS_PART : UNITS_PART;

	unsigned used = 0;
	plan.parts = 1;
	for (at = text;;) {
		const char *before = at;
		if ((c = utf8_next(&at)) == 0)
			break;
		unsigned units = units_of(c, plan.alphabet);
		if (used + units > room) {
			if (plan.parts == PDU_PARTS_MAX)
				return PDU_E_TOO_LONG;
			plan.begin[plan.parts++] = (uint16_t)(before - text);
			used = 0;
		}
		used += units;
	}
	plan.begin[plan.parts] = (uint16_t)(at - text);
	*ret = plan;
	return 0;
}

/* The address field of 23.040 clause 9.1.2.5. Its length, or 0. */
static size_t put_number(const char *to, uint8_t *octet)
{
	uint8_t type = TYPE_UNKNOWN;
	if (to[0] == '+') {
		type = TYPE_INTERNATIONAL;
		to++;
	}
	size_t n = strlen(to);
	if (n == 0 || n > 20)
		return 0;
	octet[0] = (uint8_t)n;
	octet[1] = type;
	for (size_t i = 0; i < n; i++) {
		if (to[i] < '0' || to[i] > '9')
			return 0;
		unsigned digit = (unsigned)(to[i] - '0');
		if (i % 2 == 0)
			octet[2 + i / 2] = (uint8_t)(0xf0 | digit);
		else
			octet[2 + i / 2] = (uint8_t)((octet[2 + i / 2] & 0x0f) | digit << 4);
	}
	return 2 + (n + 1) / 2;
}

/* Both return UDL and set the octets used. The user data is zero before. */
static uint8_t put_septets(const char *at, const char *end, size_t header, uint8_t *ud,
                           size_t *ret_len)
{
	size_t n = (header * 8 + 6) / 7;
	while (at < end) {
		uint8_t septet[2];
		unsigned k = gsm7_encode(utf8_next(&at), septet);
		for (unsigned i = 0; i < k; i++)
			gsm7_put_septet(ud, 7 * n++, septet[i]);
	}
	assert(n <= SEPTETS_WHOLE);
	*ret_len = (n * 7 + 7) / 8;
	return (uint8_t)n;
}

static uint8_t put_units(const char *at, const char *end, size_t header, uint8_t *ud,
                         size_t *ret_len)
{
	size_t n = header;
	while (at < end) {
		uint32_t c = utf8_next(&at);
		uint16_t unit[2] = {(uint16_t)c, 0};
		unsigned k = 1;
		if (c > 0xffff) {
			unit[0] = (uint16_t)(0xd800 | (c - 0x10000) >> 10);
			unit[1] = (uint16_t)(0xdc00 | ((c - 0x10000) & 0x3ff));
			k = 2;
		}
		for (unsigned i = 0; i < k; i++) {
			ud[n++] = (uint8_t)(unit[i] >> 8);
			ud[n++] = (uint8_t)unit[i];
		}
	}
	assert(n <= PDU_UD_OCTETS_MAX);
	*ret_len = n;
	return (uint8_t)n;
}

int pdu_encode_submit(const char *to, const char *text, const struct pdu_plan *plan, unsigned part,
                      uint8_t reference, struct pdu_octets *ret)
{
	assert(part < plan->parts);
	struct pdu_octets pdu = {0};
	bool header = plan->parts > 1;
	size_t n = 0;

	pdu.octet[n++] = 0; /* the service centre is the SIM's */
	pdu.octet[n++] =
	    (uint8_t)(FIRST_SUBMIT | FIRST_RELATIVE_VALIDITY | (header ? FIRST_HAS_HEADER : 0));
	pdu.octet[n++] = 0; /* the modem chooses TP-MR */
	size_t address = put_number(to, pdu.octet + n);
	if (address == 0)
		return PDU_E_NUMBER;
	n += address;
	pdu.octet[n++] = 0;
	pdu.octet[n++] = plan->alphabet == PDU_UCS2 ? DCS_UCS2 : 0;
	pdu.octet[n++] = VALID_A_DAY;
	uint8_t *udl = &pdu.octet[n++];
	uint8_t *ud = pdu.octet + n;
	if (header) {
		const uint8_t element[HEADER_OCTETS] = {
		    HEADER_OCTETS - 1, 0x00, 3, reference, plan->parts, (uint8_t)(part + 1)};
		memcpy(ud, element, sizeof(element));
	}
	size_t header_len = header ? HEADER_OCTETS : 0, ud_len;
	const char *begin = text + plan->begin[part], *end = text + plan->begin[part + 1];
	*udl = plan->alphabet == PDU_UCS2 ? put_units(begin, end, header_len, ud, &ud_len)
	                                  : put_septets(begin, end, header_len, ud, &ud_len);
	pdu.len = (uint8_t)(n + ud_len);
	pdu.tpdu_len = (uint8_t)(pdu.len - 1);
	*ret = pdu;
	return 0;
}
