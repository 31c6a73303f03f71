/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The other end of kioskd's control socket, for every program that asks it or watches it. In: a
 * connected descriptor and requests. Out: kioskd's answers. It prints nothing, decides nothing and
 * keeps nothing: the words are the program's own.
 */
#ifndef KIOSK_CONTROL_CLIENT_H
#define KIOSK_CONTROL_CLIENT_H

#include "link.h"

/* Where kioskd listens unless its configuration says otherwise. */
#define CONTROL_SOCKET_PATH "/run/kiosk/control.sock"

/* How long an answer may take: closing reads the modem's whole store first. */
enum { CONTROL_ANSWER_S = 90 };

/*
 * Sends one message, with octets behind it, and waits for one of type `answer`; others are skipped.
 * `ret->bytes` then holds it. 0; -ETIMEDOUT when none came in CONTROL_ANSWER_S; -ECONNRESET or
 * -EPIPE when kioskd has gone; -EBADMSG for what is no message of this version; else -errno.
 */
int control_request(int fd, enum msg_type type, void *message, const void *tail, size_t tail_len,
                    enum msg_type answer, struct link_message *ret);
/* Waits, without end, for the next message. 0, or as above but never -ETIMEDOUT. */
int control_next(int fd, struct link_message *ret);

#endif
