/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What else may be made of a frame where nothing is read in it as it is: without what is thin and light
 * (hairs, gaps between modules, specks in them), or without what is thin and dark.
 */
#include "decoder.h"

bool other_view(struct decoder *decoder, const struct frame *frame, unsigned number,
                uint32_t long_side_px)
{
	const struct view whole = {frame->grey, frame->width_px, frame->height_px, frame->stride};
	struct pass at = {.long_side_px = long_side_px};
	struct plane *other = &decoder->bench.other;

	if (number > 1)
		return false;
	if (!pass_applies(&at, frame->width_px, frame->height_px))
		at.long_side_px = 0;
	decoder->factor = pass_level(&at, &whole, &decoder->bench);
	plane_close(&decoder->bench.level, number == 0, &decoder->bench.mean, other);
	decoder->view = plane_view(other);
	decoder->n_tried = 0;
	return true;
}
