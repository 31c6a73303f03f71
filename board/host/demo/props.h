/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The simulated camera's and modem's control sockets: one command a line out, one answer line in.
 * Touches the one socket it was given.
 */
#ifndef KIOSK_DEMO_PROPS_H
#define KIOSK_DEMO_PROPS_H

#include "programs.h"

struct prop {
	int fd; /* -1: not connected */
	char who[16];
};

/* 0 or -errno. */
int prop_open(struct prop *prop, const char *who, const char *path);
void prop_close(struct prop *prop);

/*
 * Sends one command and waits for its answer; what follows "ok " goes to `answer` (optional).
 * 0, 1: the prop answered "error …" (printed), -EINTR, -errno (printed).
 */
__attribute__((format(printf, 5, 6))) int prop_ask(struct programs *programs, struct prop *prop,
                                                   char *answer, size_t size, const char *format,
                                                   ...);

/* A code's octets as camera-sim takes them: all but letters and digits as %XX. 0 or -ENAMETOOLONG.
 */
int prop_escape(const char *code, char *buffer, size_t size);

#endif
