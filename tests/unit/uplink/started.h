/* SPDX-License-Identifier: Apache-2.0 */
/* The real kiosk-uplink with a test in kioskd's place. Asserts, by cmocka, that it started. */
#ifndef KIOSK_TEST_STARTED_H
#define KIOSK_TEST_STARTED_H

#include <stdbool.h>
#include <sys/types.h>

struct started {
	pid_t pid;
	int fd; /* this side of descriptor 3 */
};

void started_uplink(struct started *started, const char *url);
/*
 * The same with `ca_file` in the place of the system's list of authorities, for this process only;
 * and whether that can be done here (it takes root and a mount namespace).
 */
void started_uplink_trusting(struct started *started, const char *url, const char *ca_file);
bool started_can_trust(const char *ca_file);
bool started_lives(const struct started *started);
/* Closes the socket and waits. The exit status; 256 and more: a signal. */
int started_end(struct started *started);

#endif
