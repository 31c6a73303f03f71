/* SPDX-License-Identifier: Apache-2.0 */
/* A running kioskd, through its control socket. */
#ifndef KIOSKCTL_CLIENT_H
#define KIOSKCTL_CLIENT_H

#include <kiosk/msg_people.h>

#include "args.h"
#include "link.h"

#define SOCKET_OPTION                                                                              \
	{                                                                                          \
		"--socket", OPTION_VALUE, false, "PATH",                                           \
		    "kioskd's control socket ($KIOSK_SOCKET, else /run/kiosk/control.sock)"        \
	}

/* Connects. 0, or EX_UNAVAILABLE with a sentence told. */
int client_open(const struct args *args, int *ret_fd);
/* Sends one request. 0; or EX_UNAVAILABLE, told. */
int client_send(const struct args *args, int fd, struct msg_control *control);
/*
 * Sends one message, with octets behind it, and waits for one of type `answer`; others are skipped.
 * 0; or EX_UNAVAILABLE, told, where no such answer came in time.
 */
int client_request(const struct args *args, int fd, enum msg_type type, void *message,
                   const void *tail, size_t tail_len, enum msg_type answer,
                   struct link_message *ret);
/* Waits, without end, for the next message. 0; or EX_UNAVAILABLE, told, when kioskd has gone. */
int client_next(const struct args *args, int fd, struct link_message *ret);
/*
 * Connects, asks, and says what kioskd said. Its questions (control->ask) are put to the terminal;
 * without one, and at any answer but yes, nothing is done. EXIT_DONE, EXIT_REFUSED or
 * EX_UNAVAILABLE.
 */
int client_do(const struct args *args, struct msg_control *control);
/* Connects and asks for the status. 0 or EX_UNAVAILABLE. */
int client_status(const struct args *args, struct msg_status *ret);

#endif
