/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>

#include "clock.h"
#include "reader_text.h"

enum { IDENTIFIER_BYTES = 3, ECI_DIGITS = 6 };

void reader_text_init(struct reader_text *text)
{
	memset(text, 0, sizeof(*text));
}

static bool is_eci(const uint8_t *at, size_t len)
{
	if (len < 1 + ECI_DIGITS || at[0] != '\\')
		return false;
	for (size_t i = 1; i <= ECI_DIGITS; i++)
		if (!isdigit(at[i]))
			return false;
	return true;
}

/* Without escapes, and with single backslashes again. */
static size_t unescape(uint8_t *bytes, size_t len)
{
	size_t out = 0;

	for (size_t in = 0; in < len;) {
		if (is_eci(bytes + in, len - in)) {
			in += 1 + ECI_DIGITS;
			continue;
		}
		if (bytes[in] == '\\' && in + 1 < len && bytes[in + 1] == '\\')
			in++;
		bytes[out++] = bytes[in++];
	}
	return out;
}

static enum reader_said end(struct reader_text *text)
{
	uint8_t *code = text->bytes;
	size_t len = text->len;
	bool too_long = text->too_long;

	text->len = 0;
	text->too_long = false;
	if (too_long)
		return READER_TOO_LONG;
	if (len > IDENTIFIER_BYTES && code[0] == ']' && code[1] == 'Q' && isdigit(code[2])) {
		code += IDENTIFIER_BYTES;
		len -= IDENTIFIER_BYTES;
	}
	/* Only what begins with an escape was sent by a reader that escapes. */
	if (is_eci(code, len))
		len = unescape(code, len);
	if (len == 0)
		return READER_MORE;
	if (len > CODE_BYTES_MAX)
		return READER_TOO_LONG;
	text->code = code;
	text->code_len = len;
	return READER_CODE;
}

enum reader_said reader_text_octet(struct reader_text *text, uint8_t octet, struct mono_time now)
{
	text->last = now;
	if (octet == '\r' || octet == '\n')
		return end(text);
	if (text->len < sizeof(text->bytes))
		text->bytes[text->len++] = octet;
	else
		text->too_long = true;
	return READER_MORE;
}

enum reader_said reader_text_tick(struct reader_text *text, struct mono_time now)
{
	if ((text->len == 0 && !text->too_long) ||
	    mono_since_us(now, text->last) < READER_SILENCE_US)
		return READER_MORE;
	return end(text);
}

void reader_text_spoil(struct reader_text *text, struct mono_time now)
{
	text->too_long = true;
	text->last = now;
}

bool reader_text_is_test(const struct reader_text *text)
{
	return text->code_len == strlen(READER_TEST_TEXT) &&
	       memcmp(text->code, READER_TEST_TEXT, text->code_len) == 0;
}
