/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kioskd as a real process on a real folder, its scanner and modem played by the test through
 * puppets. In: papers of an event. Out: what kioskd tells people and helpers. Everything asserts.
 */
#ifndef TESTS_KIOSKD_DAEMON_STAGE_H
#define TESTS_KIOSKD_DAEMON_STAGE_H

#include <sys/types.h>

#include <kiosk/msg_people.h>

#include "link.h"
#include "papers.h"

enum { DAEMON_HELPERS = 2 }; /* 0: the scanner, 1: the modem */

struct daemon {
	char folder[128];
	struct papers papers;
	pid_t pid;
	int listener[DAEMON_HELPERS], helper[DAEMON_HELPERS];
	int control, watch;
	struct link_message message;
};

/* cmocka's: a folder with papers, a configuration and puppets, and its removal. */
int daemon_setup(void **state);
int daemon_teardown(void **state);
void daemon_path_in(const struct daemon *d, const char *name, char path[256]);
/* Writes the configuration anew, with another scanner's source than the puppet's. */
void daemon_configure(const struct daemon *d, const char *source);

/* Started with its standard error in FOLDER/NAME. */
pid_t daemon_launch(const struct daemon *d, const char *log);
int daemon_wait_exit(pid_t pid); /* its status, or minus the signal */
bool daemon_readable(int fd);
/* The next message of a type. */
const void *daemon_receive(struct daemon *d, int fd, uint32_t type);
/* A helper, just started, says hello and that all is well. */
void daemon_greet(struct daemon *d, int i);
/* Makes it exit with a status; 255: crash. */
void daemon_pull(struct daemon *d, int i, uint8_t octet);
void daemon_connect_control(struct daemon *d, int *fd);
/* Launched, both helpers greeted, control and watch connected. */
void daemon_start(struct daemon *d);
void daemon_kill_and_start(struct daemon *d);
void daemon_close_all(struct daemon *d);

const struct msg_result *daemon_command(struct daemon *d, struct msg_control control);
struct msg_status daemon_ask_status(struct daemon *d);
uint64_t daemon_people(struct daemon *d);
/* What was answered (enum screen_answer). */
uint32_t daemon_show(struct daemon *d, const char *code);
uint32_t daemon_show_ticket(struct daemon *d, uint32_t number);
uint32_t daemon_show_card(struct daemon *d);
/* A text from the modem, and its verdict. */
uint32_t daemon_offer(struct daemon *d, uint32_t id, const char *from, const char *text);

#endif
