/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "qr_payload.h"

/* Table 2. */
enum mode {
	MODE_TERMINATOR = 0,
	MODE_NUMERIC = 1,
	MODE_ALPHANUMERIC = 2,
	MODE_PART = 3,
	MODE_BYTE = 4,
	MODE_FNC1_FIRST = 5,
	MODE_ECI = 7,
	MODE_KANJI = 8,
	MODE_FNC1_SECOND = 9,
	MODE_HANZI = 13,
	MODE_BITS = 4,
};

struct bits {
	const uint8_t *data;
	uint32_t n, at; /* in bits */
};

/* False: so many are not left. */
static bool take(struct bits *bits, uint32_t n, uint32_t *ret)
{
	uint32_t value = 0;

	if (n > bits->n - bits->at)
		return false;
	for (uint32_t i = 0; i < n; i++, bits->at++)
		value = value << 1 | (bits->data[bits->at / 8] >> (7 - bits->at % 8) & 1);
	*ret = value;
	return true;
}

static bool put(struct qr_payload *payload, uint32_t byte)
{
	if (payload->len == QR_BYTES_MAX)
		return false;
	payload->bytes[payload->len++] = (uint8_t)byte;
	return true;
}

/* 7.4.3 */
static bool read_numeric(struct bits *bits, uint32_t count, struct qr_payload *payload)
{
	static const uint32_t width[4] = {0, 4, 7, 10}, power[4] = {1, 10, 100, 1000};

	while (count > 0) {
		uint32_t digits = count < 3 ? count : 3, value;

		if (!take(bits, width[digits], &value) || value >= power[digits])
			return false;
		for (uint32_t i = digits; i-- > 0;)
			if (!put(payload, '0' + value / power[i] % 10))
				return false;
		count -= digits;
	}
	return true;
}

/* 7.4.4. After FNC1 a % is the separator GS, and %% a % (7.4.8). */
static bool read_alphanumeric(struct bits *bits, uint32_t count, struct qr_payload *payload)
{
	static const char character[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
	bool percent = false;

	while (count > 0) {
		uint32_t digits = count < 2 ? count : 2, value;
		char pair[2];

		if (!take(bits, digits == 2 ? 11 : 6, &value) || value >= (digits == 2 ? 2025 : 45))
			return false;
		pair[0] = character[digits == 2 ? value / 45 : value];
		pair[1] = character[value % 45];
		for (uint32_t i = 0; i < digits; i++) {
			bool again = percent && pair[i] == '%';

			if (payload->fnc1 == QR_FNC1_NONE || pair[i] != '%')
				percent = false;
			else
				percent = !percent;
			if (again)
				payload->bytes[payload->len - 1] = '%';
			else if (!put(payload, percent ? 0x1d : (uint8_t)pair[i]))
				return false;
		}
		count -= digits;
	}
	return true;
}

/* 7.4.5 */
static bool read_bytes(struct bits *bits, uint32_t count, struct qr_payload *payload)
{
	uint32_t value;

	while (count-- > 0)
		if (!take(bits, 8, &value) || !put(payload, value))
			return false;
	return true;
}

/* 7.4.6: as Shift JIS. */
static bool read_kanji(struct bits *bits, uint32_t count, struct qr_payload *payload)
{
	while (count-- > 0) {
		uint32_t value;

		if (!take(bits, 13, &value))
			return false;
		value = value / 0xc0 << 8 | value % 0xc0;
		value += value < 0x1f00 ? 0x8140 : 0xc140;
		if (!put(payload, value >> 8) || !put(payload, value & 255))
			return false;
	}
	return true;
}

/* Chinese symbols (GB/T 18284): as GB 2312, the one alphabet they may name. */
static bool read_hanzi(struct bits *bits, uint32_t count, struct qr_payload *payload)
{
	while (count-- > 0) {
		uint32_t value;

		if (!take(bits, 13, &value))
			return false;
		value = value / 0x60 << 8 | value % 0x60;
		value += value < 0x0a00 ? 0xa1a1 : 0xa6a1;
		if (!put(payload, value >> 8) || !put(payload, value & 255))
			return false;
	}
	return true;
}

/* 7.4.2: as long as the first octet's leading ones say. */
static bool read_eci(struct bits *bits, struct qr_payload *payload)
{
	uint32_t first, rest = 0, more;

	if (payload->n_alphabets == QR_ECIS_MAX || !take(bits, 8, &first))
		return false;
	if (first < 0x80)
		more = 0;
	else if (first < 0xc0)
		more = 8;
	else if (first < 0xe0)
		more = 16;
	else
		return false;
	if (!take(bits, more, &rest))
		return false;
	first = (first & (0x7fu >> more / 8)) << more | rest;
	if (first > 999999)
		return false;
	payload->alphabet[payload->n_alphabets].eci = first;
	payload->alphabet[payload->n_alphabets++].from = payload->len;
	return true;
}

/* 8: once, before all else. */
static bool read_part(struct bits *bits, struct qr_payload *payload)
{
	uint32_t part, parts, parity;

	if (bits->at != MODE_BITS || !take(bits, 4, &part) || !take(bits, 4, &parts) ||
	    !take(bits, 8, &parity) || part > parts || parts == 0)
		return false;
	payload->part = (uint8_t)part;
	payload->parts = (uint8_t)(parts + 1);
	payload->parity = (uint8_t)parity;
	return true;
}

/* 7.4.8. An application indicator, two digits or a letter, is the message's beginning. */
static bool read_fnc1(struct bits *bits, enum mode mode, struct qr_payload *payload)
{
	uint32_t indicator;

	if (payload->fnc1 != QR_FNC1_NONE || payload->len > 0)
		return false;
	payload->fnc1 = mode == MODE_FNC1_FIRST ? QR_FNC1_FIRST : QR_FNC1_SECOND;
	if (mode == MODE_FNC1_FIRST)
		return true;
	if (!take(bits, 8, &indicator))
		return false;
	if (indicator < 100)
		return put(payload, '0' + indicator / 10) && put(payload, '0' + indicator % 10);
	indicator -= 100;
	return ((indicator >= 'A' && indicator <= 'Z') || (indicator >= 'a' && indicator <= 'z')) &&
	       put(payload, indicator);
}

/* Table 3: bits of a character count; 0: not such a mode. */
static uint32_t count_bits(enum mode mode, uint32_t version)
{
	uint32_t range = version < 10 ? 0 : version < 27 ? 1 : 2;

	switch (mode) {
	case MODE_NUMERIC:
		return 10 + 2 * range;
	case MODE_ALPHANUMERIC:
		return 9 + 2 * range;
	case MODE_BYTE:
		return range == 0 ? 8 : 16;
	case MODE_KANJI:
	case MODE_HANZI:
		return 8 + 2 * range;
	default:
		return 0;
	}
}

static bool read_segment(struct bits *bits, enum mode mode, uint32_t version,
                         struct qr_payload *payload)
{
	uint32_t count, alphabet;

	switch (mode) {
	case MODE_PART:
		return read_part(bits, payload);
	case MODE_ECI:
		return read_eci(bits, payload);
	case MODE_FNC1_FIRST:
	case MODE_FNC1_SECOND:
		return read_fnc1(bits, mode, payload);
	case MODE_NUMERIC:
		return take(bits, count_bits(mode, version), &count) &&
		       read_numeric(bits, count, payload);
	case MODE_ALPHANUMERIC:
		return take(bits, count_bits(mode, version), &count) &&
		       read_alphanumeric(bits, count, payload);
	case MODE_BYTE:
		return take(bits, count_bits(mode, version), &count) &&
		       read_bytes(bits, count, payload);
	case MODE_KANJI:
		return take(bits, count_bits(mode, version), &count) &&
		       read_kanji(bits, count, payload);
	case MODE_HANZI:
		return take(bits, 4, &alphabet) && alphabet == 1 &&
		       take(bits, count_bits(mode, version), &count) &&
		       read_hanzi(bits, count, payload);
	default:
		return false;
	}
}

/* 7.4.10: zeros up to a whole codeword, then two codewords in turn. */
static bool is_padded_well(struct bits *bits)
{
	uint32_t value;

	if (!take(bits, (8 - bits->at % 8) % 8, &value) || value != 0)
		return false;
	for (uint32_t want = 0xec; take(bits, 8, &value); want ^= 0xec ^ 0x11)
		if (value != want)
			return false;
	return true;
}

bool qr_payload_read(const uint8_t *data, uint32_t n, uint32_t version, struct qr_payload *ret)
{
	struct bits bits = {.data = data, .n = 8 * n};
	uint32_t mode, left;

	memset(ret, 0, offsetof(struct qr_payload, bytes));
	for (;;) {
		/* 7.4.9: where there is no room for it the terminator is cut off. */
		left = bits.n - bits.at < MODE_BITS ? bits.n - bits.at : MODE_BITS;
		(void)take(&bits, left, &mode);
		if (left < MODE_BITS || mode == MODE_TERMINATOR)
			break;
		if (!read_segment(&bits, (enum mode)mode, version, ret))
			return false;
	}
	ret->padded_well = mode == MODE_TERMINATOR && is_padded_well(&bits);
	return true;
}
