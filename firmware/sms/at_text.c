/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <strings.h>

#include "at_text.h"

enum { LEAST_BEFORE_JUNK = 26 }; /* no message is shorter */

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

size_t at_hex(const char *line)
{
	size_t n = strspn(line, "0123456789ABCDEFabcdef");
	return n >= 2 && (line[n] == '\0' || n >= LEAST_BEFORE_JUNK) ? n : 0;
}

static bool has(const char *line, const char *word)
{
	size_t n = strlen(word);
	for (; *line != '\0'; line++)
		if (strncasecmp(line, word, n) == 0)
			return true;
	return false;
}

/* "ERROR", "+CMS ERROR: 302", "ERROR: 4" */
static bool is_error(const char *line)
{
	const char *word = line + 1 + strspn(line + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	if ((line[0] == '+' || line[0] == '^' || line[0] == '*') && *word == ' ')
		line = word + 1;
	return strncasecmp(line, "ERROR", 5) == 0 && strchr(": ,", line[5]) != NULL;
}

bool at_refuses(const char *line)
{
	/* sticks and their forks shorten, translate and misspell */
	static const char *const words[] = {
	    "NOT SUPPORT", "UNSUPPORT",      "NOT ALLOWED",   "NOT PERMITTED", "NOT IMPLEMENTED",
	    "NOT FOUND",   "NOT VALID",      "NOT RECOGNI",   "UNRECOGNI",     "UNKNOWN COM",
	    "UNKNOWN CMD", "INVALID",        "ILLEGAL",       "BAD COMMAND",   "TOO MANY PAR",
	    "DENIED",      "FORBIDDEN",      "COMMAND FAIL",  "CMD FAIL",      "NO SUCH COMMAND",
	    "WRONG PARAM", "SYNTAX ERR",     "PARAMETER ERR", "PARAM ERR",     "COMMAND ERR",
	    "CMD ERR",     "OPERATION FAIL",
	};
	if (is_error(line))
		return true;
	if (line[0] == '\0' || strchr("+^*%$#", line[0]) != NULL)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (has(line, words[i]))
			return true;
	return false;
}
