/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "gsm7.h"
#include "pdu.h"
#include "utf8.h"

enum {
	FIRST_TYPE = 0x03, /* 23.040 clause 9.2.3.1 */
	FIRST_HAS_HEADER = 0x40,
	FIRST_VALIDITY = 0x18, /* clause 9.2.3.3 */
	VALIDITY_NONE = 0x00,
	VALIDITY_RELATIVE = 0x10,
	SEMI_OCTETS_MAX = 20,
	/* information elements, clause 9.2.3.24 */
	IE_CONCATENATED_8 = 0x00,
	IE_SPECIAL_INDICATION = 0x01,
	IE_PORT_8 = 0x04,
	IE_PORT_16 = 0x05,
	IE_CONCATENATED_16 = 0x08,
	IE_ENHANCED_VOICEMAIL = 0x23,
	IE_SINGLE_SHIFT = 0x24,
	IE_LOCKING_SHIFT = 0x25,
	OFFSET_QUARTERS_MAX = 56, /* fourteen hours */
	BYTE_ORDER_MARK = 0xfeff,
	LITTLE_ENDIAN_LEAST = 3, /* units; of fewer, Chinese characters are as likely */
};

/* A walk over the octets that never leaves them. */
struct reader {
	const uint8_t *octet;
	size_t len, at;
	struct pdu_error *error;
};

__attribute__((format(printf, 3, 4))) static int fail(struct reader *r, size_t at,
                                                      const char *format, ...)
{
	char why[PDU_SENTENCE_MAX - 40];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(why, sizeof(why), format, arguments);
	va_end(arguments);
	r->error->octet = (unsigned)at + 1;
	snprintf(r->error->sentence, sizeof(r->error->sentence), "Octet %zu of %zu: %s", at + 1,
	         r->len, why);
	return PDU_E_BAD;
}

static int need(struct reader *r, size_t n, const char *what)
{
	if (r->len - r->at >= n)
		return 0;
	return fail(r, r->len, "the message ends here, but %s needs %zu more octet%s.", what,
	            n - (r->len - r->at), n - (r->len - r->at) == 1 ? "" : "s");
}

static int take(struct reader *r, const char *what, uint8_t *ret)
{
	int e = need(r, 1, what);
	if (e == 0)
		*ret = r->octet[r->at++];
	return e;
}

static void put_character(struct utf8_writer *writer, uint32_t c)
{
	utf8_put(writer, c != 0 ? c : UTF8_REPLACEMENT);
}

/* `n` septets from bit `bit`; the caller has checked that they are there. */
static void put_septets(struct utf8_writer *w, const uint8_t *octet, size_t bit, size_t n,
                        uint8_t single_shift, uint8_t locking_shift)
{
	for (size_t i = 0; i < n; i++, bit += 7) {
		uint8_t septet = gsm7_septet(octet, bit);
		if (septet != GSM7_ESCAPE) {
			put_character(w, gsm7_decode(septet, locking_shift));
		} else if (i + 1 < n) {
			bit += 7;
			i++;
			put_character(w, gsm7_decode_escaped(gsm7_septet(octet, bit), single_shift,
			                                     locking_shift));
		} /* an escape at the end escapes nothing */
	}
}

static void put_digits(const uint8_t *octet, size_t n, char *text)
{
	static const char digit[] = "0123456789*#abc";
	size_t len = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned value = i % 2 == 0 ? octet[i / 2] & 0x0f : octet[i / 2] >> 4;
		if (value < 15) /* 15 fills up */
			text[len++] = digit[value];
	}
	text[len] = '\0';
}

/* 23.040 clause 9.1.2.5: the length counts semi-octets, whatever the type. */
static int take_address(struct reader *r, struct pdu_address *ret)
{
	uint8_t n, type;
	size_t begin = r->at;
	int e = take(r, "the number's length", &n);
	if (e != 0)
		return e;
	if (n > SEMI_OCTETS_MAX)
		return fail(r, begin, "a number of %u digits; the most is %u.", n,
		            (unsigned)SEMI_OCTETS_MAX);
	if ((e = take(r, "the number's type", &type)) != 0)
		return e;
	if ((e = need(r, (n + 1U) / 2, "the number")) != 0)
		return e;
	const uint8_t *value = r->octet + r->at;
	r->at += (n + 1U) / 2;
	ret->type = type >> 4 & 0x07;
	ret->len = (uint8_t)(r->at - begin);
	memcpy(ret->octet, r->octet + begin, ret->len);
	if (ret->type == PDU_NUMBER_ALPHANUMERIC) {
		struct utf8_writer writer;
		utf8_begin(&writer, ret->text, sizeof(ret->text));
		put_septets(&writer, value, 0, n * 4U / 7, GSM7_DEFAULT, GSM7_DEFAULT);
	} else {
		put_digits(value, n, ret->text);
	}
	return 0;
}

/* Days since 1970-01-01 in the Gregorian calendar; month from 1. */
static int64_t days_from_civil(int year, int month, int day)
{
	static const int before[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
	int past = year - 1;
	int64_t days =
	    365LL * year + past / 4 - past / 100 + past / 400 + before[month - 1] + day - 1;
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	if (leap && month > 2)
		days++;
	return days - 719527;
}

/* 23.040 clause 9.2.3.11: a digit that is none counts as 0. */
static int decimal(unsigned semi_octet)
{
	return semi_octet <= 9 ? (int)semi_octet : 0;
}

/* 23.040 clause 9.2.3.11: seven semi-octet pairs; the last is the time zone in quarters of an hour,
 * bit 3 its sign. */
static bool read_time(const uint8_t scts[7], int64_t *ret_time, int16_t *ret_offset_min)
{
	static const uint8_t least[6] = {0, 1, 1, 0, 0, 0}, most[6] = {99, 12, 31, 23, 59, 59};
	int value[6];
	for (unsigned i = 0; i < 6; i++) {
		value[i] = decimal(scts[i] & 0x0f) * 10 + decimal(scts[i] >> 4);
		if (value[i] < least[i] || value[i] > most[i])
			return false;
	}
	int quarters = (scts[6] & 0x07) * 10 + decimal(scts[6] >> 4);
	if (quarters > OFFSET_QUARTERS_MAX)
		return false;
	if (scts[6] & 0x08)
		quarters = -quarters;
	/* two digits of a year; GSM is younger than 1970 */
	int year = value[0] + (value[0] < 70 ? 2000 : 1900);
	int64_t s = days_from_civil(year, value[1], value[2]) * 86400 + value[3] * 3600 +
	            value[4] * 60 + value[5];
	*ret_time = s - quarters * 900;
	*ret_offset_min = (int16_t)(quarters * 15);
	return true;
}

static int take_time(struct reader *r, struct pdu *pdu)
{
	int e = need(r, sizeof(pdu->scts), "the service centre's time");
	if (e != 0)
		return e;
	memcpy(pdu->scts, r->octet + r->at, sizeof(pdu->scts));
	r->at += sizeof(pdu->scts);
	pdu->has_time = read_time(pdu->scts, &pdu->time, &pdu->offset_min);
	return 0;
}

/* 23.038 clause 4. Reserved codings read as the 7-bit default alphabet, as the clause asks. */
static void read_coding(uint8_t dcs, struct pdu *pdu)
{
	pdu->dcs = dcs;
	pdu->alphabet = PDU_GSM7;
	pdu->message_class = -1;
	switch (dcs >> 4) {
	case 0x0 ... 0x7: /* general, and marked for automatic deletion */
		pdu->compressed = dcs & 0x20;
		if (dcs & 0x10)
			pdu->message_class = (int8_t)(dcs & 0x03);
		if ((dcs & 0x0c) == 0x04)
			pdu->alphabet = PDU_8BIT;
		else if ((dcs & 0x0c) == 0x08)
			pdu->alphabet = PDU_UCS2;
		break;
	case 0xc: /* message waiting: discard, store, store in UCS-2 */
	case 0xd:
		pdu->waiting_flag = true;
		break;
	case 0xe:
		pdu->waiting_flag = true;
		pdu->alphabet = PDU_UCS2;
		break;
	case 0xf:
		pdu->message_class = (int8_t)(dcs & 0x03);
		if (dcs & 0x04)
			pdu->alphabet = PDU_8BIT;
		break;
	default:
		break;
	}
}

/* Zero where one must not be: the element is ignored (23.040 clause 9.2.3.24.1). */
static void read_concatenation(struct pdu *pdu, uint16_t reference, uint8_t parts, uint8_t part)
{
	if (parts == 0 || part == 0 || part > parts)
		return;
	pdu->part_ref = reference;
	pdu->parts = parts;
	pdu->part = part;
}

/* 23.040 clause 9.2.3.24: elements we do not know, or of another length than their kind's, are
 * stepped over; the last of a kind counts. */
static void read_elements(const uint8_t *octet, size_t len, struct pdu *pdu)
{
	for (size_t at = 0; at < len; at += 2U + octet[at + 1]) {
		uint8_t kind = octet[at], n = octet[at + 1];
		const uint8_t *value = octet + at + 2;
		if (kind == IE_CONCATENATED_8 && n == 3)
			read_concatenation(pdu, value[0], value[1], value[2]);
		else if (kind == IE_CONCATENATED_16 && n == 4)
			read_concatenation(pdu, (uint16_t)(value[0] << 8 | value[1]), value[2],
			                   value[3]);
		else if ((kind == IE_PORT_8 && n == 2) || (kind == IE_PORT_16 && n == 4))
			pdu->ported = true;
		else if ((kind == IE_SPECIAL_INDICATION && n == 2) || kind == IE_ENHANCED_VOICEMAIL)
			pdu->waiting_flag = true;
		else if (kind == IE_SINGLE_SHIFT && n == 1)
			pdu->single_shift = value[0];
		else if (kind == IE_LOCKING_SHIFT && n == 1)
			pdu->locking_shift = value[0];
	}
}

/* The same clause: where the last element has too few octets, the whole header is ignored. */
static void read_header(const uint8_t *octet, size_t len, struct pdu *pdu)
{
	size_t at = 0;
	while (at + 2 <= len)
		at += 2U + octet[at + 1];
	if (at == len)
		read_elements(octet, len, pdu);
}

static bool is_high(uint32_t unit)
{
	return unit >= 0xd800 && unit <= 0xdbff;
}

static bool is_low(uint32_t unit)
{
	return unit >= 0xdc00 && unit <= 0xdfff;
}

static uint32_t pair_of(uint32_t high, uint32_t low)
{
	return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

/* UCS-2 goes the greater octet first (23.038 clause 6.2.3), but for what some write: their mark says
 * so, or every unit is a character of ASCII the wrong way round. */
static bool is_little_endian(const uint8_t *octet, size_t len)
{
	size_t n = 0;
	if (len >= 2 && octet[0] == 0xff && octet[1] == 0xfe)
		return true;
	for (size_t i = 0; i + 2 <= len; i += 2, n++)
		if (octet[i] < ' ' || octet[i] > '~' || octet[i + 1] != 0)
			return false;
	return n >= LITTLE_ENDIAN_LEAST;
}

static uint16_t unit_at(const uint8_t *octet, size_t i, bool little)
{
	return (uint16_t)(little ? octet[i + 1] << 8 | octet[i] : octet[i] << 8 | octet[i + 1]);
}

static void put_ucs2(struct utf8_writer *writer, const uint8_t *octet, size_t len, struct pdu *pdu)
{
	bool little = is_little_endian(octet, len);
	for (size_t i = 0; i + 2 <= len; i += 2) {
		uint16_t unit = unit_at(octet, i, little);
		if (i == 0 && unit == BYTE_ORDER_MARK)
			continue;
		if (i == 0 && pdu->part > 1 && is_low(unit))
			pdu->half_begin = unit;
		if (is_high(unit) && i + 4 <= len && is_low(unit_at(octet, i + 2, little))) {
			utf8_put(writer, pair_of(unit, unit_at(octet, i + 2, little)));
			i += 2;
		} else if (is_high(unit) && i + 4 > len && pdu->part < pdu->parts) {
			pdu->half_end = unit;
		} else {
			put_character(writer, unit);
		}
	}
}

bool pdu_join(const struct pdu *before, struct pdu *part)
{
	const size_t replacement = 3; /* octets of U+FFFD */
	if (before->type != part->type || before->parts != part->parts || part->parts == 1 ||
	    before->part_ref != part->part_ref || before->part + 1 != part->part ||
	    before->address.len != part->address.len ||
	    memcmp(before->address.octet, part->address.octet, part->address.len) != 0)
		return false;
	if (before->half_end == 0 || part->half_begin == 0)
		return true;
	struct utf8_writer writer;
	char text[sizeof(part->text)];
	utf8_begin(&writer, text, sizeof(text));
	utf8_put(&writer, pair_of(before->half_end, part->half_begin));
	utf8_put_text(&writer, part->text + replacement);
	assert(!writer.full);
	memcpy(part->text, text, writer.len + 1);
	part->half_begin = 0;
	return true;
}

static void read_text(struct pdu *pdu, size_t header)
{
	struct utf8_writer writer;
	utf8_begin(&writer, pdu->text, sizeof(pdu->text));
	if (pdu->compressed)
		return;
	if (pdu->alphabet == PDU_GSM7) {
		size_t skip = (header * 8 + 6) / 7; /* the text begins at a septet's border */
		if (pdu->udl > skip)
			put_septets(&writer, pdu->ud, skip * 7, pdu->udl - skip, pdu->single_shift,
			            pdu->locking_shift);
	} else if (pdu->alphabet == PDU_UCS2) {
		put_ucs2(&writer, pdu->ud + header, pdu->ud_len - header, pdu);
	} else {
		for (size_t i = header; i < pdu->ud_len; i++)
			put_character(&writer, pdu->ud[i]);
	}
	assert(!writer.full);
}

/* TP-UDL and TP-UD, 23.040 clauses 9.2.3.16 and 9.2.3.24. */
static int take_user_data(struct reader *r, bool has_header, struct pdu *pdu)
{
	uint8_t udl;
	size_t begin = r->at;
	int e = take(r, "the text's length", &udl);
	if (e != 0)
		return e;
	bool septets = pdu->alphabet == PDU_GSM7 && !pdu->compressed;
	unsigned most = septets ? GSM7_SEPTETS_MAX : PDU_UD_OCTETS_MAX;
	if (udl > most)
		return fail(r, begin, "a text of %u %s; the most is %u.", udl,
		            septets ? "septets" : "octets", most);
	size_t len = septets ? (udl * 7U + 7) / 8 : udl;
	if ((e = need(r, len, "the text")) != 0)
		return e;
	pdu->udl = udl;
	pdu->ud_len = (uint8_t)len;
	memcpy(pdu->ud, r->octet + r->at, len);
	size_t header = 0;
	if (has_header) {
		if (len == 0)
			return fail(
			    r, begin,
			    "the first octet announces a header, but the text's length is 0.");
		header = pdu->ud[0] + 1U;
		if (header > len)
			return fail(r, r->at, "a header of %zu octets in %zu octets of text.",
			            header, len);
		read_header(pdu->ud + 1, header - 1, pdu);
	}
	r->at += len;
	read_text(pdu, header);
	return 0;
}

static int take_coding(struct reader *r, struct pdu *pdu)
{
	uint8_t dcs;
	int e = take(r, "the protocol identifier", &pdu->pid);
	if (e == 0)
		e = take(r, "the coding scheme", &dcs);
	if (e == 0)
		read_coding(dcs, pdu);
	return e;
}

static int take_deliver(struct reader *r, uint8_t first, struct pdu *pdu)
{
	int e = take_address(r, &pdu->address);
	if (e == 0)
		e = take_coding(r, pdu);
	if (e == 0)
		e = take_time(r, pdu);
	if (e == 0)
		e = take_user_data(r, first & FIRST_HAS_HEADER, pdu);
	return e;
}

static int take_submit(struct reader *r, uint8_t first, struct pdu *pdu)
{
	unsigned validity = first & FIRST_VALIDITY;
	size_t validity_len = validity == VALIDITY_NONE ? 0 : validity == VALIDITY_RELATIVE ? 1 : 7;
	int e = take(r, "the reference", &pdu->reference);
	if (e == 0)
		e = take_address(r, &pdu->address);
	if (e == 0)
		e = take_coding(r, pdu);
	if (e == 0)
		e = need(r, validity_len, "the validity period");
	if (e != 0)
		return e;
	r->at += validity_len;
	return take_user_data(r, first & FIRST_HAS_HEADER, pdu);
}

/* What follows TP-ST is optional (23.040 clause 9.2.2.3) and nothing to us. */
static int take_status_report(struct reader *r, struct pdu *pdu)
{
	int e = take(r, "the reference", &pdu->reference);
	if (e == 0)
		e = take_address(r, &pdu->address);
	if (e == 0)
		e = take_time(r, pdu);
	if (e == 0)
		e = need(r, 7, "the discharge time");
	if (e != 0)
		return e;
	r->at += 7;
	return take(r, "the status", &pdu->status);
}

int pdu_decode(const uint8_t *octets, size_t len, struct pdu *ret, struct pdu_error *ret_error)
{
	struct pdu_error error = {0};
	struct reader r = {.octet = octets, .len = len, .error = &error};
	struct pdu pdu = {.message_class = -1, .parts = 1, .part = 1};
	uint8_t centre, first;
	int e = take(&r, "the service centre's length", &centre);
	if (e == 0 && centre > 11)
		e = fail(&r, 0, "a service centre's address of %u octets; the most is 11.", centre);
	if (e == 0)
		e = need(&r, centre, "the service centre's address");
	if (e == 0) {
		pdu.centre_len = centre;
		memcpy(pdu.centre, octets + r.at, centre);
		r.at += centre;
		e = take(&r, "the first octet", &first);
	}
	if (e == 0) {
		switch (first & FIRST_TYPE) {
		case 0:
			pdu.type = PDU_DELIVER;
			e = take_deliver(&r, first, &pdu);
			break;
		case 1:
			pdu.type = PDU_SUBMIT;
			e = take_submit(&r, first, &pdu);
			break;
		case 2:
			pdu.type = PDU_STATUS_REPORT;
			e = take_status_report(&r, &pdu);
			break;
		default:
			e = fail(
			    &r, r.at - 1,
			    "message type 3 is reserved; 0 deliver, 1 submit, 2 status report.");
		}
	}
	if (e == 0)
		*ret = pdu;
	else
		*ret_error = error;
	return e;
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

int pdu_decode_hex(const char *digits, size_t n_digits, struct pdu *ret,
                   struct pdu_error *ret_error)
{
	/* longer is cut: what counts stands in front */
	uint8_t octet[256] = {0};
	size_t len = n_digits / 2 < sizeof(octet) ? n_digits / 2 : sizeof(octet);
	struct reader r = {.octet = octet, .len = len, .error = ret_error};
	for (size_t i = 0; i < 2 * len; i++) {
		int value = nibble(digits[i]);
		if (value < 0)
			return fail(&r, i / 2, "character %zu is no hexadecimal digit.", i + 1);
		octet[i / 2] = (uint8_t)(i % 2 == 0 ? value << 4 : octet[i / 2] | value);
	}
	/* one digit too many behind a whole message is as any octet there */
	if (pdu_decode(octet, len, ret, ret_error) == 0)
		return 0;
	if (n_digits % 2 != 0 && len == n_digits / 2)
		return fail(&r, len, "the digits end in the middle of an octet.");
	return PDU_E_BAD;
}
