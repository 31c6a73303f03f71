/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Framing of <kiosk/msg.h> over a SOCK_SEQPACKET socket. One table says, for each type, how long it
 * may be.
 */
#ifndef KIOSK_BASE_LINK_H
#define KIOSK_BASE_LINK_H

#include <kiosk/msg.h>

/* A whole packet, aligned for any message. `tail` points behind the fixed part. */
struct link_message {
	union {
		struct msg_head head;
		uint8_t bytes[MSG_BYTES_MAX];
		uint64_t align;
	};
	size_t len;
	const uint8_t *tail;
	size_t tail_len;
};

/* Two connected ends, close-on-exec, non-blocking. 0 or -errno. */
int link_pair(int ret_fd[2]);
/* A listening socket at `path`, mode 0660, a stale one replaced; and a connection to one. 0 or
 * -errno. */
int link_listen(const char *path, int *ret_fd);
int link_connect(const char *path, int *ret_fd);

/*
 * Sends one message; fills in its head. `tail` may be NULL with tail_len 0.
 * 0, -EAGAIN (the other end is behind: the caller drops or closes, it does not wait), -EMSGSIZE,
 * -EPIPE (it closed), -errno.
 */
int link_send(int fd, enum msg_type type, void *message, const void *tail, size_t tail_len);
/*
 * Receives one message and checks it: version, known type, length against the table, the tail's own
 * length field, every text terminated and free of control characters. 0, -EAGAIN: none there,
 * -ECONNRESET: the other end closed, -EBADMSG: not a message of ours (the caller closes), -errno.
 */
int link_receive(int fd, struct link_message *ret);

#endif
