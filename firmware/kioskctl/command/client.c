/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <kiosk/msg_people.h>

#include "client.h"
#include "control_client.h"

enum { LINE_BYTES = 64 };

static const char *socket_path(const struct args *args)
{
	const char *path = args_value(args, "--socket");

	if (path == NULL)
		path = getenv("KIOSK_SOCKET");
	return path != NULL && path[0] != '\0' ? path : CONTROL_SOCKET_PATH;
}

int client_open(const struct args *args, int *ret_fd)
{
	const char *path = socket_path(args);
	const int r = link_connect(path, ret_fd);

	if (r == 0)
		return 0;
	if (r == -ENAMETOOLONG)
		complain(args, "--socket: “%s” is too long for a socket's path", path);
	else if (r == -EACCES || r == -EPERM)
		complain(args,
		         "No kioskd answers at %s: this user may not talk to it. Try sudo, or "
		         "join the group that owns the socket.",
		         path);
	else
		complain(args,
		         "No kioskd answers at %s: is it running? `systemctl status kioskd` "
		         "tells; --socket names another place. (%s)",
		         path, strerror(-r));
	return EX_UNAVAILABLE;
}

static int gone(const struct args *args, int error)
{
	if (error == -ECONNRESET || error == -EPIPE)
		complain(args, "kioskd closed the connection: has it been stopped?");
	else if (error == -EBADMSG)
		complain(args, "what answers there does not speak as kioskd of this version does; "
		               "kioskctl --version and kioskd's must be the same");
	else if (error == -ETIMEDOUT)
		complain(
		    args,
		    "kioskd took the request and did not answer within %d s; `kioskctl status` "
		    "tells what became of it",
		    CONTROL_ANSWER_S);
	else
		complain(args, "the connection to kioskd failed: %s", strerror(-error));
	return EX_UNAVAILABLE;
}

int client_request(const struct args *args, int fd, enum msg_type type, void *message,
                   const void *tail, size_t tail_len, enum msg_type answer,
                   struct link_message *ret)
{
	const int r = control_request(fd, type, message, tail, tail_len, answer, ret);

	return r == 0 ? 0 : gone(args, r);
}

static int client_ask(const struct args *args, int fd, struct msg_control *control,
                      enum msg_type type, struct link_message *ret)
{
	return client_request(args, fd, MSG_CONTROL, control, NULL, 0, type, ret);
}

int client_send(const struct args *args, int fd, struct msg_control *control)
{
	const int r = link_send(fd, MSG_CONTROL, control, NULL, 0);

	return r == 0 ? 0 : gone(args, r);
}

int client_next(const struct args *args, int fd, struct link_message *ret)
{
	const int r = control_next(fd, ret);

	return r == 0 ? 0 : gone(args, r);
}

/* Whether a person at the terminal says yes. */
static bool agreed(const struct args *args, const char *question)
{
	char line[LINE_BYTES];
	bool yes;

	if (isatty(STDIN_FILENO) != 1) {
		complain(args, "%s Nothing was done: say --yes if it is so.", question);
		return false;
	}
	(void)printf("%s [y/N] ", question);
	(void)fflush(stdout);
	if (fgets(line, sizeof(line), stdin) == NULL) {
		(void)fputc('\n', stdout);
		line[0] = '\0';
	}
	line[strcspn(line, "\r\n")] = '\0';
	yes = strcasecmp(line, "y") == 0 || strcasecmp(line, "yes") == 0;
	if (!yes)
		(void)puts("Nothing was done.");
	return yes;
}

int client_do(const struct args *args, struct msg_control *control)
{
	struct link_message message;
	const struct msg_result *result = (const struct msg_result *)message.bytes;
	int fd, r;

	do {
		r = client_open(args, &fd);
		if (r != 0)
			return r;
		r = client_ask(args, fd, control, MSG_RESULT, &message);
		(void)close(fd);
		if (r != 0)
			return r;
		if (result->error != RESULT_ASKS)
			break;
		control->ask &= ~result->asked;
		control->saw = result->saw;
		if (!agreed(args, result->sentence))
			return EXIT_REFUSED;
	} while (true);
	if (result->error == 0) {
		(void)printf("%s\n", result->sentence[0] != '\0' ? result->sentence : "Done.");
		return EXIT_DONE;
	}
	complain(args, "%s",
	         result->sentence[0] != '\0' ? result->sentence : strerror(abs(result->error)));
	return EXIT_REFUSED;
}

int client_status(const struct args *args, struct msg_status *ret)
{
	struct msg_control control = {.control = CONTROL_STATUS};
	struct link_message message;
	int fd, r = client_open(args, &fd);

	if (r != 0)
		return r;
	r = client_ask(args, fd, &control, MSG_STATUS, &message);
	(void)close(fd);
	if (r == 0)
		memcpy(ret, message.bytes, sizeof(*ret));
	return r;
}
