/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "at_text.h"

const char *at_after(const char *line, const char *prefix)
{
	size_t n = strlen(prefix);
	if (strncmp(line, prefix, n) != 0)
		return NULL;
	return line + n + strspn(line + n, " ");
}

/* Commas within quotes separate nothing. */
static const char *field(const char *list, unsigned index)
{
	bool quoted = false;
	for (; index > 0; list++) {
		if (*list == '\0')
			return NULL;
		if (*list == '"')
			quoted = !quoted;
		else if (*list == ',' && !quoted)
			index--;
	}
	return list + strspn(list, " ");
}

int at_number(const char *list, unsigned index)
{
	const char *at = field(list, index);
	int value = 0;
	if (at == NULL || *at < '0' || *at > '9')
		return -1;
	for (; *at >= '0' && *at <= '9'; at++) {
		value = value * 10 + (*at - '0');
		if (value > 1000000)
			return -1;
	}
	return *at == '\0' || *at == ',' || *at == ' ' ? value : -1;
}

bool at_quoted(const char *list, unsigned index, char *buffer, size_t size)
{
	const char *at = field(list, index);
	size_t n = 0;
	if (at == NULL || *at != '"')
		return false;
	for (at++; *at != '"' && *at != '\0'; at++)
		if (*at >= ' ' && *at < 0x7f && n + 1 < size)
			buffer[n++] = *at;
	buffer[n] = '\0';
	return n > 0;
}

bool at_is_hex(const char *line)
{
	size_t n = strspn(line, "0123456789ABCDEFabcdef");
	return n >= 2 && line[n] == '\0';
}
