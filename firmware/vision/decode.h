/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames in, QR codes out. A frame is looked at in passes: the whole frame or a part of it, at one
 * of several sizes, through one of a few filters, and each result is handed to zbar; what zbar does
 * not read a second decoder may, from modules sampled one by one, and it alone is believed about
 * octets that are not ASCII. Which passes a frame gets is a matter of what they cost, what time is
 * left, and what worked lately. Pure but for zbar's own memory and the clock it is handed: no
 * descriptors, no files, no threads.
 */
#ifndef KIOSK_VISION_DECODE_H
#define KIOSK_VISION_DECODE_H

#include <kiosk/scanner.h>

enum {
	/* A symbol of version 40-L holds 2,953 octets, or 7,089 digits. */
	DECODED_BYTES_MAX = 7089,
	DECODED_CODES_MAX = 128, /* of one frame; further ones are left out */
};

struct corner {
	int32_t x_px, y_px;
};

struct code {
	const uint8_t
	    *bytes;   /* exactly what the symbol holds; borrowed until the decoder's next frame */
	uint32_t len; /* 0..DECODED_BYTES_MAX */
	/* In the frame's pixels, in order around the symbol; they may lie a little outside the
	 * frame. */
	struct corner corner[4];
	const char *pass; /* what read it, such as "whole 640"; never freed */
};

/* Microseconds from any start, never going back. The processor's time of this thread is as good as
 * a clock's. */
struct decoder_clock {
	uint64_t (*now_us)(void *context);
	void *context;
};

struct decoder;

/*
 * A decoder for frames of up to the given size; all of its own memory is taken here. `clock` is
 * copied. 0, -EINVAL for a size beyond FRAME_SIDE_MAX_PX or 0, -ENOMEM.
 */
int decoder_new(uint32_t width_px_max, uint32_t height_px_max, const struct decoder_clock *clock,
                struct decoder **ret);
void decoder_free(struct decoder *decoder); /* NULL is fine */

/*
 * The next frame of a stream. `budget_us` is what a frame may cost on average: a frame that used
 * less leaves the rest to the next ones, so that a dear pass has its turn too, and what read the
 * last code goes first. The number of codes found, 0..max; -EINVAL for a frame that does not fit
 * the decoder.
 */
int decoder_frame(struct decoder *decoder, const struct frame *frame, uint64_t budget_us,
                  struct code *ret_codes, size_t max);
/* Whether the last frame showed where a code is, and none was read in it. */
bool decoder_saw_unread(const struct decoder *decoder);
/*
 * A picture by itself: passes are tried, cheap ones first, until the budget is used up or nothing
 * more is to be expected. Answers as decoder_frame().
 */
int decoder_still(struct decoder *decoder, const struct frame *frame, uint64_t budget_us,
                  struct code *ret_codes, size_t max);

#endif
