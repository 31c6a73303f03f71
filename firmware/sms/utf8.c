/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "utf8.h"

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

uint32_t utf8_next(const char **text)
{
	const char *at = *text;
	unsigned char lead = (unsigned char)at[0];
	if (lead == 0)
		return 0;
	*text = at + 1;
	if (lead < 0x80)
		return lead;

	static const struct {
		unsigned char lead_min, lead_max, bits;
		uint32_t least; /* shorter forms of smaller code points are not UTF-8 */
	} form[] = {
	    {0xc2, 0xdf, 0x1f, 0x80}, {0xe0, 0xef, 0x0f, 0x800}, {0xf0, 0xf4, 0x07, 0x10000}};
	for (unsigned i = 0; i < sizeof(form) / sizeof(form[0]); i++) {
		if (lead < form[i].lead_min || lead > form[i].lead_max)
			continue;
		uint32_t c = lead & form[i].bits;
		for (unsigned k = 1; k <= i + 1; k++) {
			if (!is_continuation(at[k]))
				return UTF8_REPLACEMENT;
			c = c << 6 | ((unsigned char)at[k] & 0x3f);
		}
		if (c < form[i].least || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
			return UTF8_REPLACEMENT;
		*text = at + i + 2;
		return c;
	}
	return UTF8_REPLACEMENT;
}

void utf8_begin(struct utf8_writer *writer, char *text, size_t size)
{
	assert(size > 0);
	*writer = (struct utf8_writer){.text = text, .size = size};
	text[0] = '\0';
}

void utf8_put(struct utf8_writer *writer, uint32_t c)
{
	char octet[4];
	size_t n;

	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		c = UTF8_REPLACEMENT;
	if (c < 0x80) {
		octet[0] = (char)c;
		n = 1;
	} else if (c < 0x800) {
		octet[0] = (char)(0xc0 | c >> 6);
		octet[1] = (char)(0x80 | (c & 0x3f));
		n = 2;
	} else if (c < 0x10000) {
		octet[0] = (char)(0xe0 | c >> 12);
		octet[1] = (char)(0x80 | (c >> 6 & 0x3f));
		octet[2] = (char)(0x80 | (c & 0x3f));
		n = 3;
	} else {
		octet[0] = (char)(0xf0 | c >> 18);
		octet[1] = (char)(0x80 | (c >> 12 & 0x3f));
		octet[2] = (char)(0x80 | (c >> 6 & 0x3f));
		octet[3] = (char)(0x80 | (c & 0x3f));
		n = 4;
	}
	if (writer->full || n >= writer->size - writer->len) {
		writer->full = true;
		return;
	}
	for (size_t i = 0; i < n; i++)
		writer->text[writer->len++] = octet[i];
	writer->text[writer->len] = '\0';
}

void utf8_put_text(struct utf8_writer *writer, const char *text)
{
	uint32_t c;
	while ((c = utf8_next(&text)) != 0)
		utf8_put(writer, c);
}
