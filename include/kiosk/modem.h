/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seam between kiosk-modem and the line to a modem: bytes out, bytes in. The AT engine
 * (firmware/sms) decides what they say. The twin of the serial driver is a line kept in memory that
 * delays, drops, garbles and unplugs; board/host has a whole simulated modem behind a
 * pseudo-terminal.
 */
#ifndef KIOSK_MODEM_H
#define KIOSK_MODEM_H

#include <sys/types.h>

#include <kiosk/msg.h>

struct modem_sink {
	void (*bytes)(void *context, const uint8_t *bytes, size_t len);
	void *context;
};

struct modem_line;

struct modem_driver {
	const char *name; /* "serial" */
	/* Opens and locks the device at `where` for one process. 0, -EBUSY: another has it,
	 * -ENOENT, or -errno. */
	int (*open)(const char *where, const struct modem_sink *sink, struct modem_line **ret);
	int (*fd)(const struct modem_line *line);
	/* Writes as much as goes without waiting. Octets written, or -EAGAIN, -ENODEV, -errno. */
	ssize_t (*write)(struct modem_line *line, const uint8_t *bytes, size_t len);
	/* Reads what is there and hands it to the sink. 0; -ENODEV: the line went away; other
	 * -errno. */
	int (*dispatch)(struct modem_line *line);
	void (*close)(struct modem_line *line); /* NULL is fine */
};

#endif
