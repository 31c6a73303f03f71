/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "control.h"

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

static int unescape(const char *text, struct order *ret, char *sentence, size_t size)
{
	ret->len = 0;
	while (*text) {
		int high, low;

		if (ret->len == sizeof(ret->code)) {
			(void)snprintf(sentence, size, "a code has at most %zu octets",
			               sizeof(ret->code));
			return -EINVAL;
		}
		if (*text != '%') {
			ret->code[ret->len++] = (uint8_t)*text++;
			continue;
		}
		high = hex_value(text[1]);
		low = high < 0 ? -1 : hex_value(text[2]);
		if (low < 0) {
			(void)snprintf(sentence, size,
			               "%% takes two hexadecimal digits (%%25 is a percent sign)");
			return -EINVAL;
		}
		ret->code[ret->len++] = (uint8_t)(high * 16 + low);
		text += 3;
	}
	if (ret->len == 0) {
		(void)snprintf(sentence, size, "the code is missing");
		return -EINVAL;
	}
	return 0;
}

static int parse_code(const char *rest, struct order *ret, char *sentence, size_t size)
{
	const char *blank = strchr(rest, ' ');
	char name[16];

	if (!blank || (size_t)(blank - rest) >= sizeof(name)) {
		(void)snprintf(sentence, size, "show and add take a condition and a code");
		return -EINVAL;
	}
	memcpy(name, rest, (size_t)(blank - rest));
	name[blank - rest] = '\0';
	ret->condition = condition_find(name);
	if (ret->condition == CONDITION_N) {
		(void)snprintf(sentence, size,
		               "conditions are plain perspective blur noise glare screen dim torn "
		               "mixed close, not \"%s\"",
		               name);
		return -EINVAL;
	}
	return unescape(blank + 1, ret, sentence, size);
}

int order_parse(const char *line, struct order *ret, char *sentence, size_t size)
{
	static const struct {
		const char *word;
		enum command command;
	} plain[] = {{"move", COMMAND_MOVE}, {"away", COMMAND_AWAY}, {"quit", COMMAND_QUIT}};

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (strcmp(line, plain[i].word) == 0) {
			ret->command = plain[i].command;
			return 0;
		}
	if (strncmp(line, "show ", 5) == 0) {
		ret->command = COMMAND_SHOW;
		return parse_code(line + 5, ret, sentence, size);
	}
	if (strncmp(line, "add ", 4) == 0) {
		ret->command = COMMAND_ADD;
		return parse_code(line + 4, ret, sentence, size);
	}
	(void)snprintf(sentence, size, "commands are show, add, move, away, quit, not \"%.20s\"",
	               line);
	return -EINVAL;
}

void order_help(FILE *out)
{
	(void)fputs(
	    "A line each into the control socket, and a line of answer:\n"
	    "  show CONDITION CODE   one code in view; CODE has %XX for octets that are not "
	    "printable\n"
	    "  add CONDITION CODE    one more\n"
	    "  move                  what is in view is held otherwise\n"
	    "  away                  nothing is in view\n"
	    "  quit                  the camera ends\n"
	    "CONDITION is one of",
	    out);
	for (int i = 0; i < CONDITION_N; i++)
		(void)fprintf(out, " %s", condition_name((enum condition)i));
	(void)fputc('\n', out);
}
