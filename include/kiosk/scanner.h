/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seam between kiosk-scanner and what it looks through: a camera, a folder of pictures, a
 * simulated camera, or the barcode reader it listens to. A camera's driver gives grey frames
 * through the sink, and the program decodes them; a reader's gives codes. One thread, no callbacks
 * but the sink's.
 */
#ifndef KIOSK_SCANNER_H
#define KIOSK_SCANNER_H

#include <kiosk/msg.h>

enum {
	FRAME_SIDE_MIN_PX = 16,
	FRAME_SIDE_MAX_PX = 8192,
	SCANNER_TICK_MS = 100,
	/* Processor time a frame may cost on average: under 8 ms with room. */
	SCANNER_BUDGET_US = 7500,
	SCANNER_BUDGET_US_MIN = 1000,
	/* A frame at 30 Hz leaves 33 ms; and what was saved up must not reach the 500 ms at which a
	 * frame ends the program. */
	SCANNER_BUDGET_US_MAX = 30000,
};

/*
 * The code on the paper that `kioskctl reader-test` makes: it has what keyboard layouts disagree
 * about. A reader's driver learns its layout from it, and does not hand it on.
 */
#define READER_TEST_TEXT "CK1:READER TEST $%*+-./ 0123456789 AMQWYZ"

/* Eight bits a pixel, 0 black. Borrowed: valid until the sink returns. */
struct frame {
	const uint8_t *grey;
	uint32_t width_px, height_px, stride; /* octets from one line to the next, >= width_px */
	/* Cb and Cr (ITU-R BT.601, 128: none) of every two by two pixels, lines of half the width,
	 * rounded up, without gaps; NULL: no colours are known. */
	const uint8_t *chroma[2];
	struct mono_time seen; /* when it was complete */
};

struct scanner_sink {
	void (*frame)(void *context, const struct frame *frame);
	/* What a reader read: 1..CODE_BYTES_MAX octets, borrowed until the sink returns. */
	void (*code)(void *context, const uint8_t *bytes, size_t len, struct mono_time seen);
	void (*health)(void *context, enum health health, const char *sentence);
	void *context;
};

struct scanner;

struct scanner_driver {
	const char *name; /* what a source begins with: "v4l2", "serial", "sim" */
	/*
	 * Opens "name:where". 0 and *ret, or -errno with a sentence told to the sink: the program
	 * ends and is started again. The sink's functions may be called from here on, from open(),
	 * dispatch() and tick() only.
	 */
	int (*open)(const char *where, const struct scanner_sink *sink, struct scanner **ret);
	/*
	 * Whether open() would take this "where", the device aside: the same reading of it. 0 or
	 * -EINVAL, told to the sink. NULL: any will do.
	 */
	int (*check)(const char *where, const struct scanner_sink *sink);
	/* A descriptor to poll for reading. */
	int (*fd)(const struct scanner *scanner);
	/* What is there to do now. 0; -ENODEV: the device went away; other -errno: it failed. */
	int (*dispatch)(struct scanner *scanner);
	/* Time passes: called every SCANNER_TICK_MS or sooner. NULL: nothing hangs on time. */
	void (*tick)(struct scanner *scanner, struct mono_time now);
	void (*close)(struct scanner *scanner); /* NULL is fine */
};

#endif
