/* SPDX-License-Identifier: Apache-2.0 */
#include "picture_codes.h"
#include "clock.h"

static uint64_t now_us(void *context)
{
	(void)context;
	return clock_mono().us;
}

int picture_codes(const struct picture *picture, uint64_t budget_us, struct decoder **ret_decoder,
                  struct code code[DECODED_CODES_MAX])
{
	const struct decoder_clock clock = {.now_us = now_us};
	const struct frame frame = {.grey = picture->grey,
	                            .width_px = picture->width_px,
	                            .height_px = picture->height_px,
	                            .stride = picture->width_px};
	const int r = decoder_new(picture->width_px, picture->height_px, &clock, ret_decoder);

	return r < 0 ? r : decoder_still(*ret_decoder, &frame, budget_us, code, DECODED_CODES_MAX);
}
