/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands where a collector should: a captive portal, a broken proxy, a liar. A process of its
 * own on a loopback port that answers every request in one way, and keeps what it was sent.
 */
#ifndef KIOSK_TEST_STRAY_SERVER_H
#define KIOSK_TEST_STRAY_SERVER_H

#include <sys/types.h>
#include <kiosk/types.h>

enum stray_answer {
	STRAY_HTML,    /* 200 and a page to sign in */
	STRAY_NOTHING, /* the connection closes without a word */
	STRAY_500,
	STRAY_ENDLESS,  /* 200 and ten gigabytes */
	STRAY_UNSIGNED, /* 201, application/cbor, an answer nobody signed */
	STRAY_REDIRECT, /* 302 to a page to sign in */
	STRAY_N_ANSWERS,
};

struct stray_server {
	pid_t pid; /* 0: none */
};

/* Listens before it returns; requests go to the file `kept`, one after the other. 0 or -errno. */
int stray_server_start(struct stray_server *server, uint16_t port, enum stray_answer answer,
                       const char *kept);
void stray_server_stop(struct stray_server *server);

#endif
