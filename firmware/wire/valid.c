/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "text.h"
#include "valid.h"

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return is_upper(c) || (c >= 'a' && c <= 'z');
}

bool valid_time(int64_t s)
{
	return s >= 0 && s <= TIME_S_MAX;
}

bool valid_text(const char *text, size_t size, size_t min)
{
	const size_t len = strnlen(text, size);

	return len < size && len >= min && text_is_clean(text, len);
}

bool valid_region(const char *text, size_t size)
{
	const size_t len = strnlen(text, size);

	if (len == size || len < 4 || len > 6)
		return false;
	if (!is_upper(text[0]) || !is_upper(text[1]) || text[2] != '-')
		return false;
	for (size_t i = 3; i < len; i++)
		if (!is_upper(text[i]) && !is_digit(text[i]))
			return false;
	return true;
}

bool valid_language(const char *text, size_t size)
{
	size_t len = strnlen(text, size), primary = 0;

	if (len == size)
		return false;
	while (is_letter(text[primary]))
		primary++;
	if (primary < 2 || primary > 3)
		return false;
	for (size_t i = primary; i < len; i++) {
		const bool joins = text[i] == '-' && i + 1 < len && text[i + 1] != '-';

		if (i == primary ? !joins : !joins && !is_letter(text[i]) && !is_digit(text[i]))
			return false;
	}
	return true;
}

/* A number of up to `digits` digits, at most `max`. Characters it takes, 0 if there is none. */
static size_t number(const char *text, size_t digits, unsigned max)
{
	unsigned value = 0;
	size_t n = 0;

	for (; n < digits && is_digit(text[n]); n++)
		value = value * 10 + (unsigned)(text[n] - '0');
	return value <= max ? n : 0;
}

/* Whether the host is the machine itself. */
static bool is_loopback(const char *host, size_t len)
{
	size_t at = 0;

	if (len == 9 && memcmp(host, "localhost", 9) == 0)
		return true;
	if (len == 5 && memcmp(host, "[::1]", 5) == 0)
		return true;
	if (len < 4 || memcmp(host, "127.", 4) != 0)
		return false;
	for (unsigned part = 0; part < 4; part++) {
		const size_t n = number(host + at, 3, 255);

		at += n;
		if (n == 0 || (part < 3 && host[at++] != '.'))
			return false;
	}
	return at == len;
}

/* Characters of a host name, an IPv4 address or a bracketed IPv6 address at `text`; 0 if there is
 * none. */
static size_t host_len(const char *text)
{
	size_t n = 0;

	if (text[0] == '[') {
		n = 1 + strspn(text + 1, "0123456789abcdefABCDEF:.");
		return n > 1 && text[n] == ']' ? n + 1 : 0;
	}
	while (is_letter(text[n]) || is_digit(text[n]) || text[n] == '.' || text[n] == '-')
		n++;
	return n;
}

bool valid_collector_url(const char *text, size_t size)
{
	const bool secure = strnlen(text, size) < size && strncmp(text, "https://", 8) == 0;
	const char *host, *rest;
	size_t len;

	if (strnlen(text, size) == size || (!secure && strncmp(text, "http://", 7) != 0))
		return false;
	host = text + (secure ? 8 : 7);
	len = host_len(host);
	rest = host + len;
	if (len == 0 || (!secure && !is_loopback(host, len)))
		return false;
	if (*rest == '\0')
		return true;
	if (*rest != ':' || rest[1] == '0')
		return false;
	len = number(rest + 1, 5, 65535);
	return len > 0 && rest[1 + len] == '\0';
}
