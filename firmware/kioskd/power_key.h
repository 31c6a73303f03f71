/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seam to whoever can press the modem's power key. In comes that the modem wants it (from
 * kiosk-modem, after its line was opened anew and a reset did not help) and that it works again; out
 * goes a start of the program that [modem] power_key names, a board's, with two arguments: the
 * milliseconds to hold the key to switch the modem off, and those to switch it on (0: unknown).
 * Without a program a person is asked. One press at a time: while the program runs there is no
 * other.
 */
#ifndef KIOSK_KIOSKD_POWER_KEY_H
#define KIOSK_KIOSKD_POWER_KEY_H

#include <systemd/sd-event.h>

#include <kiosk/msg_helper.h>

struct power_key {
	sd_event *event;
	const char *program; /* borrowed; "": a person */
	bool wanted;
	uint32_t presses;
	pid_t pid; /* of the program while it runs; else 0 */
	sd_event_source *child;
};

/* SIGCHLD must be blocked. */
void power_key_init(struct power_key *key, sd_event *event, const char *program);
void power_key_deinit(struct power_key *key); /* ends a press that still lasts */
void power_key_want(struct power_key *key, const struct msg_power_key *wish);
/* The modem's health: one that works wants nothing. */
void power_key_look(struct power_key *key, enum health health);

#endif
