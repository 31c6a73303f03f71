/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <kiosk/msg_people.h>

#include "control.h"
#include "log.h"
#include "text.h"

enum { PATH_BYTES_MAX = 256, CLIENT_BITS = 8 };
_Static_assert(CONTROL_CLIENTS_MAX <= 1 << CLIENT_BITS, "a client's place fits its name");

struct client {
	struct control_server *server;
	int fd; /* -1: free */
	uint64_t name;
	bool watches;
	sd_event_source *io;
};

struct control_server {
	sd_event *event;
	struct control_sink sink;
	char path[PATH_BYTES_MAX];
	int fd;
	sd_event_source *io;
	uint64_t served;
	struct client client[CONTROL_CLIENTS_MAX];
	struct link_message message;
};

static void let_go(struct client *client)
{
	client->io = sd_event_source_disable_unref(client->io);
	if (client->fd >= 0)
		close(client->fd);
	client->fd = -1;
	client->watches = false;
}

static int on_command(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct client *client = context;
	struct control_server *server = client->server;
	int r = link_receive(fd, &server->message);

	(void)source;
	(void)events;
	if (r == -EAGAIN)
		return 0;
	if (r == 0 &&
	    (server->message.head.type == MSG_EXPORT || server->message.head.type == MSG_CORRECT)) {
		server->sink.request(server->sink.context, client->name, &server->message);
		return 0;
	}
	if (r < 0 || server->message.head.type != MSG_CONTROL) {
		let_go(client);
		return 0;
	}
	server->sink.command(server->sink.context, client->name,
	                     (const struct msg_control *)(const void *)server->message.bytes);
	return 0;
}

static struct client *free_place(struct control_server *server)
{
	for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++)
		if (server->client[i].fd < 0)
			return &server->client[i];
	return NULL;
}

/* A helper that was taken over, say: it has its own socket, and nothing to do here. */
static bool may_call(const struct control_server *server, int caller)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(caller, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
		return false;
	if (!server->sink.is_helper(server->sink.context, peer.pid))
		return true;
	log_error("a helper (process %d) wanted to control the kiosk and was turned away",
	          (int)peer.pid);
	return false;
}

static int on_caller(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct control_server *server = context;
	struct client *client = free_place(server);
	int caller = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)source;
	(void)events;
	if (caller < 0)
		return 0;
	if (!may_call(server, caller)) {
		close(caller);
		return 0;
	}
	if (!client) {
		log_warning("%d programs are connected to the control socket already: one more is "
		            "turned away",
		            CONTROL_CLIENTS_MAX);
		close(caller);
		return 0;
	}
	client->fd = caller;
	client->name = ++server->served << CLIENT_BITS | (uint64_t)(client - server->client);
	if (sd_event_add_io(server->event, &client->io, caller, EPOLLIN, on_command, client) < 0)
		let_go(client);
	return 0;
}

int control_new(sd_event *event, const char *path, const struct control_sink *sink,
                struct control_server **ret)
{
	struct control_server *server = calloc(1, sizeof(*server));
	int r;

	if (!server)
		return -ENOMEM;
	server->event = event;
	server->sink = *sink;
	server->fd = -1;
	for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		server->client[i].server = server;
		server->client[i].fd = -1;
	}
	r = link_listen(path, &server->fd);
	if (r == 0) {
		text_copy(server->path, sizeof(server->path), path);
		r = sd_event_add_io(event, &server->io, server->fd, EPOLLIN, on_caller, server);
	}
	if (r < 0) {
		control_free(server);
		return r;
	}
	*ret = server;
	return 0;
}

void control_free(struct control_server *server)
{
	if (!server)
		return;
	for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++)
		let_go(&server->client[i]);
	sd_event_source_disable_unref(server->io);
	if (server->fd >= 0)
		close(server->fd);
	if (server->path[0])
		(void)unlink(server->path);
	free(server);
}

static struct client *find(struct control_server *server, uint64_t name)
{
	struct client *client =
	    &server->client[name & ((1U << CLIENT_BITS) - 1) & (CONTROL_CLIENTS_MAX - 1)];

	return client->fd >= 0 && client->name == name ? client : NULL;
}

void control_send_tail(struct control_server *server, uint64_t name, enum msg_type type,
                       void *message, const void *tail, size_t len)
{
	struct client *client = find(server, name);

	if (client && link_send(client->fd, type, message, tail, len) < 0)
		let_go(client);
}

void control_send(struct control_server *server, uint64_t name, enum msg_type type, void *message)
{
	control_send_tail(server, name, type, message, NULL, 0);
}

void control_watch(struct control_server *server, uint64_t name)
{
	struct client *client = find(server, name);

	if (client)
		client->watches = true;
}

void control_view(struct control_server *server, const struct msg_view *view)
{
	struct msg_view copy = *view;

	for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		struct client *client = &server->client[i];

		if (client->fd >= 0 && client->watches &&
		    link_send(client->fd, MSG_VIEW, &copy, NULL, 0) < 0)
			let_go(client);
	}
}
