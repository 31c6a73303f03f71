/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "props.h"

enum { ANSWER_TIMEOUT_MS = 5000, COMMAND_BYTES_MAX = 12000 };

int prop_open(struct prop *prop, const char *who, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	prop->fd = -1;
	snprintf(prop->who, sizeof(prop->who), "%s", who);
	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path) + 1);
	prop->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (prop->fd < 0)
		return -errno;
	if (connect(prop->fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		const int error = errno;

		prop_close(prop);
		return -error;
	}
	return 0;
}

void prop_close(struct prop *prop)
{
	if (prop->fd >= 0)
		close(prop->fd);
	prop->fd = -1;
}

int prop_ask(struct programs *programs, struct prop *prop, char *answer, size_t size,
             const char *format, ...)
{
	char command[COMMAND_BYTES_MAX], line[COMMAND_BYTES_MAX];
	va_list arguments;
	int n, r;

	va_start(arguments, format);
	n = vsnprintf(command, sizeof(command) - 1, format, arguments);
	va_end(arguments);
	if (n < 0 || n >= (int)sizeof(command) - 1)
		return -EMSGSIZE;
	command[n] = '\n';
	if (send(prop->fd, command, (size_t)n + 1, MSG_NOSIGNAL) != n + 1)
		r = -EPIPE;
	else
		r = programs_line(programs, prop->fd, line, sizeof(line), ANSWER_TIMEOUT_MS);
	if (r == -EINTR)
		return r;
	if (r < 0) {
		fprintf(stderr, "kiosk-demo: the %s does not answer: %s\n", prop->who,
		        strerror(-r));
		return r;
	}
	if (strncmp(line, "ok", 2) != 0) {
		fprintf(stderr, "kiosk-demo: the %s says \"%s\" to \"%.60s\"\n", prop->who, line,
		        format);
		return 1;
	}
	if (answer)
		snprintf(answer, size, "%s", line[2] == ' ' ? line + 3 : "");
	return 0;
}

int prop_escape(const char *code, char *buffer, size_t size)
{
	size_t n = 0;

	for (; *code; code++) {
		if (n + 4 > size)
			return -ENAMETOOLONG;
		if (isalnum((unsigned char)*code)) {
			buffer[n++] = *code;
		} else {
			snprintf(&buffer[n], 4, "%%%02X", (unsigned char)*code);
			n += 3;
		}
	}
	buffer[n] = '\0';
	return 0;
}
