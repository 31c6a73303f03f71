/* SPDX-License-Identifier: Apache-2.0 */
/* The control socket: kioskctl and whatever watches. Several at a time; one that does not read is
 * let go. */
#ifndef KIOSK_KIOSKD_CONTROL_H
#define KIOSK_KIOSKD_CONTROL_H

#include <systemd/sd-event.h>

#include <kiosk/msg_people.h>

#include "link.h"

enum { CONTROL_CLIENTS_MAX = 16 };

struct control_server;

/* Called from the event loop; `client` names the client until it is gone, and nobody else after it.
 */
struct control_sink {
	void (*command)(void *context, uint64_t client, const struct msg_control *control);
	/* MSG_EXPORT and MSG_CORRECT; the message is the server's and lasts for the call. */
	void (*request)(void *context, uint64_t client, const struct link_message *message);
	/* Whether that process is a helper's: it may not act for people. */
	bool (*is_helper)(void *context, pid_t pid);
	void *context;
};

/* 0 or -errno of making the socket. */
int control_new(sd_event *event, const char *path, const struct control_sink *sink,
                struct control_server **ret);
void control_free(struct control_server *server); /* NULL is fine; removes the socket */

/* To one client; a client that went away is no error. */
void control_send(struct control_server *server, uint64_t client, enum msg_type type,
                  void *message);
void control_send_tail(struct control_server *server, uint64_t client, enum msg_type type,
                       void *message, const void *tail, size_t len);
/* Views from now on. */
void control_watch(struct control_server *server, uint64_t client);
void control_view(struct control_server *server, const struct msg_view *view);

#endif
