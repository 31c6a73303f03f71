/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What cameras send, as grey frames. In: octets of one buffer in one of a camera's formats, of
 * which nothing is believed. Out: eight bits a pixel in the caller's memory, or a refusal; a
 * garbled frame is dropped, never half shown.
 */
#ifndef KIOSK_SCANNER_CONVERT_H
#define KIOSK_SCANNER_CONVERT_H

#include <kiosk/scanner.h>

enum pixels {
	PIXELS_NONE = 0, /* a format we do not read */
	PIXELS_GREY,     /* 8 bits a pixel; also the first plane of NV12, NV21, YU12 and YV12 */
	PIXELS_YUYV,     /* brightness in the even octets */
	PIXELS_UYVY,     /* brightness in the odd octets */
	PIXELS_Y10,      /* 10 bits in two octets, little-endian */
	PIXELS_Y16,      /* 16 bits, little-endian */
	PIXELS_MJPEG,    /* a JPEG picture a frame */
};

struct raw_frame {
	const uint8_t *bytes;
	size_t len;
	enum pixels pixels;
	uint32_t width_px, height_px; /* PIXELS_MJPEG: only the most it may have */
	uint32_t stride; /* octets from one line to the next; 0: no gaps. Unused for PIXELS_MJPEG */
};

struct converter;

/* 0 or -ENOMEM. */
int converter_new(struct converter **ret);
void converter_free(struct converter *converter); /* NULL is fine */

/*
 * Fills `grey` (of `capacity` octets) and the size fields of *ret; `seen` is left to the caller. A
 * GREY frame is not copied: ret->grey then points into raw->bytes. 0; -EBADMSG: cut short, garbled
 * or a stride shorter than a line; -EMSGSIZE: larger than announced, or than `capacity`; -ENOTSUP:
 * a format not read here.
 */
int converter_frame(struct converter *converter, const struct raw_frame *raw, uint8_t *grey,
                    size_t capacity, struct frame *ret);

#endif
