/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seam between kiosk-screen and what shows its pictures: an area to draw on, and the word that
 * it is drawn. A display may be absent, go away and come back with another size at any time; that is
 * a state, never an error of the caller's.
 */
#ifndef KIOSK_SCREEN_H
#define KIOSK_SCREEN_H

#include <kiosk/msg.h>

/* Where the next picture goes: 32 bits a pixel, blue in the lowest octet. */
struct screen_area {
	uint8_t *pixels;
	int width_px, height_px;
	int stride; /* octets a row */
};

struct screen;

struct screen_driver {
	const char *name; /* "drm", "png" */
	/*
	 * `where` is what follows the name in the configuration. 0; -ENOENT: there is no such
	 * device; -EACCES, -EBUSY (another program has it); or -errno. A device without a display
	 * opens.
	 */
	int (*open)(const char *where, struct screen **ret);
	/* What to poll for news of the display, POLLIN; -1: nothing. */
	int (*fd)(const struct screen *screen);
	/* Reads the news. True: the display, or its size, is another one: draw again. */
	bool (*dispatch)(struct screen *screen);
	/* The area that is not shown now. 0, or -ENODEV: no display. */
	int (*begin)(struct screen *screen, struct screen_area *ret);
	/* Shows it, whole: no half of an older picture is seen with it. 0, -ENODEV or -errno. */
	int (*show)(struct screen *screen);
	void (*close)(struct screen *screen); /* NULL is fine; the console is as it was before */
};

#endif
