/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The small programs: started with one end of a socket pair on descriptor 3 and nothing else of
 * ours, listened to as if strangers spoke, ended when they break the rules or fall silent, started
 * again when they end (core/restart.h says when), told to end by closing the socket.
 */
#ifndef KIOSK_KIOSKD_SUPERVISOR_H
#define KIOSK_KIOSKD_SUPERVISOR_H

#include <stdbool.h>
#include <sys/types.h>

#include <systemd/sd-event.h>

#include <kiosk/msg_helper.h>
#include <kiosk/msg_people.h>

#include "link.h"

enum {
	HELPER_ARGUMENTS_MAX = 16,
	/* Each says how it is every 10 s (MSG_HEALTH): one that missed three is stuck. */
	HELPER_SILENCE_US_MAX = 35000000,
};

/* Called from the event loop. `gone` and `changed` may send; none of them may stop the supervisor.
 */
struct supervisor_sink {
	void (*message)(void *context, enum helper_kind kind, const struct link_message *message);
	void (*gone)(void *context, enum helper_kind kind);
	void (*changed)(void *context, enum helper_kind kind); /* health */
	void (*stopped)(void *context); /* after supervisor_stop(), once the last has ended */
	void *context;
};

struct supervisor;

/*
 * `folder` is borrowed for the supervisor's life. A helper that says nothing for `silence_us_max` is
 * ended and started again. SIGCHLD must be blocked. 0 or -errno.
 */
int supervisor_new(sd_event *event, const char *folder, uint64_t silence_us_max,
                   const struct supervisor_sink *sink, struct supervisor **ret);
/*
 * Has `program` of the folder started from now on. `arguments` (without the program's name) are
 * borrowed for the supervisor's life and end with NULL. A program that cannot be started is a
 * state, shown and tried again.
 */
void supervisor_add(struct supervisor *supervisor, enum helper_kind kind, const char *program,
                    const char *const arguments[]);
/* 0, -ENOTCONN: not running, or what link_send() says; one that is behind (-EAGAIN) is ended and
 * started again. */
int supervisor_send(struct supervisor *supervisor, enum helper_kind kind, enum msg_type type,
                    void *message, const void *tail, size_t tail_len);
bool supervisor_runs(const struct supervisor *supervisor, enum helper_kind kind);
/* What it said of itself last, or what we say of it. */
void supervisor_health(const struct supervisor *supervisor, enum helper_kind kind,
                       struct status_helper *ret, struct msg_health *ret_health);
/* Whether a process is one of the helpers, or was started by one. */
bool supervisor_owns(const struct supervisor *supervisor, pid_t pid);
/* Closes all sockets, kills after three seconds who has not ended by then; `stopped` is called when
 * all have. */
void supervisor_stop(struct supervisor *supervisor);
void supervisor_free(struct supervisor *supervisor); /* NULL is fine; kills what still runs */

#endif
