/* SPDX-License-Identifier: Apache-2.0 */
#include <time.h>

#include "picture_codes.h"

/* The processor's time of this thread: what else the machine does makes nothing unread. */
static uint64_t thread_us(void *context)
{
	struct timespec now = {0};

	(void)context;
	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

int picture_codes(const struct picture *picture, uint64_t budget_us, struct decoder **ret_decoder,
                  struct code code[DECODED_CODES_MAX])
{
	const struct decoder_clock clock = {.now_us = thread_us};
	const struct frame frame = picture_frame(picture);
	const int r = decoder_new(picture->width_px, picture->height_px, &clock, ret_decoder);

	return r < 0 ? r : decoder_still(*ret_decoder, &frame, budget_us, code, DECODED_CODES_MAX);
}
