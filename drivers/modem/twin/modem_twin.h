/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The twin of the serial line: a line in memory between the driver's user and whoever plays the
 * modem, that delays, drops, garbles and unplugs. `where` is the address of a struct modem_twin as
 * text, made by modem_twin_where().
 */
#ifndef KIOSK_MODEM_TWIN_H
#define KIOSK_MODEM_TWIN_H

#include <kiosk/modem.h>

enum { MODEM_TWIN_BYTES_MAX = 256 * 1024, MODEM_TWIN_WHERE_MAX = 32 };

struct modem_twin_queue {
	uint8_t octet[MODEM_TWIN_BYTES_MAX];
	size_t n;
};

struct modem_twin {
	/* faults of octets on their way to the host; of each `one_in` (0: never) one is */
	unsigned drop_one_in, garble_one_in;
	size_t write_at_most; /* octets a write takes; 0: all */
	size_t read_at_most;  /* octets a dispatch hands over; 0: all */
	bool held;            /* nothing arrives until it is false again */
	bool unplugged;
	uint32_t seed;
	bool open;
	int event[2]; /* a pipe with an octet in it while there is something to read */
	struct modem_twin_queue to_modem, to_host;
};

/* 0 or -errno; the faults are set by the caller between calls. */
int modem_twin_init(struct modem_twin *twin, uint32_t seed);
void modem_twin_deinit(struct modem_twin *twin);
void modem_twin_where(const struct modem_twin *twin, char where[MODEM_TWIN_WHERE_MAX]);

/* The modem's end: puts octets on the line (what does not fit is lost), takes those that the host
 * wrote. */
void modem_twin_say(struct modem_twin *twin, const void *bytes, size_t len);
size_t modem_twin_hear(struct modem_twin *twin, void *buffer, size_t size);
/* Call after changing `held` or `unplugged`. */
void modem_twin_changed(struct modem_twin *twin);

extern const struct modem_driver modem_twin_driver;

#endif
