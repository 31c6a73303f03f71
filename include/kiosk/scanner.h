/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seam between kiosk-scanner and what it looks through: a camera, a folder of pictures, a
 * simulated camera. A driver gives grey frames through the sink; the program decodes them. One
 * thread, no callbacks but the sink's.
 */
#ifndef KIOSK_SCANNER_H
#define KIOSK_SCANNER_H

#include <kiosk/msg.h>

enum {
	FRAME_SIDE_MIN_PX = 16,
	FRAME_SIDE_MAX_PX = 8192,
};

/* Eight bits a pixel, 0 black. Borrowed: valid until the sink returns. */
struct frame {
	const uint8_t *grey;
	uint32_t width_px, height_px, stride; /* octets from one line to the next, >= width_px */
	struct mono_time seen;                /* when it was complete */
};

struct scanner_sink {
	void (*frame)(void *context, const struct frame *frame);
	void (*health)(void *context, enum health health, const char *sentence);
	void *context;
};

struct scanner;

struct scanner_driver {
	const char *name; /* what a source begins with: "v4l2", "pictures", "sim" */
	/*
	 * Opens "name:where". 0 and *ret, or -errno with a sentence told to the sink: the program
	 * ends and is started again. The sink's functions may be called from here on, from open()
	 * and dispatch() only.
	 */
	int (*open)(const char *where, const struct scanner_sink *sink, struct scanner **ret);
	/* A descriptor to poll for reading. */
	int (*fd)(const struct scanner *scanner);
	/* What is there to do now. 0; -ENODEV: the device went away; other -errno: it failed. */
	int (*dispatch)(struct scanner *scanner);
	void (*close)(struct scanner *scanner); /* NULL is fine */
};

#endif
