/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"

enum { LINE_BYTES_MAX = 1024 };

static struct {
	const char *program;
	enum log_level max;
	bool under_systemd;
} log_to = {.program = "civic-kiosk", .max = LOG_LEVEL_INFO};

void log_init(const char *program, enum log_level max)
{
	log_to.program = program;
	log_to.max = max;
	log_to.under_systemd = getenv("JOURNAL_STREAM") != NULL;
}

static size_t put(char *line, size_t len, const char *text)
{
	static const char digit[] = "0123456789abcdef";

	for (; *text != '\0' && len < LINE_BYTES_MAX - 5; text++) {
		const unsigned char c = (unsigned char)*text;

		if (c >= 0x20 && c != 0x7f) {
			line[len++] = (char)c;
			continue;
		}
		line[len++] = '\\';
		line[len++] = 'x';
		line[len++] = digit[c >> 4];
		line[len++] = digit[c & 15];
	}
	return len;
}

void log_line(enum log_level level, const char *format, ...)
{
	static const char *const prefix[] = {"<3>", "<4>", "<6>", "<7>"};
	static const char *const word[] = {"error: ", "warning: ", "", "debug: "};
	char text[LINE_BYTES_MAX / 2], line[LINE_BYTES_MAX];
	size_t len = 0;
	va_list args;

	if (level > log_to.max)
		return;
	va_start(args, format);
	if (vsnprintf(text, sizeof(text), format, args) < 0)
		text[0] = '\0';
	va_end(args);
	if (log_to.under_systemd)
		len = put(line, len, prefix[level]);
	len = put(line, len, log_to.program);
	len = put(line, len, ": ");
	if (!log_to.under_systemd)
		len = put(line, len, word[level]);
	len = put(line, len, text);
	line[len++] = '\n';
	/* Whole lines: one write each, so that programs that share a terminal do not mix. Nobody to
	 * tell if it fails. */
	if (write(STDERR_FILENO, line, len) < 0)
		return;
}
