/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "decoder.h"
#include "exact.h"

/* First guess of what a pixel costs; measured from then on. */
enum { PIXEL_COST_FIRST_PS = 20000 };

/* A code within another one is smaller than this share of it. */
static const float within_most = 0.6f;

int decoder_new(uint32_t width_px_max, uint32_t height_px_max, const struct decoder_clock *clock,
                struct decoder **ret)
{
	struct decoder *decoder;
	int r;

	if (width_px_max < 1 || width_px_max > FRAME_SIDE_MAX_PX || height_px_max < 1 ||
	    height_px_max > FRAME_SIDE_MAX_PX)
		return -EINVAL;
	decoder = calloc(1, sizeof(*decoder));
	if (!decoder)
		return -ENOMEM;
	decoder->clock = *clock;
	decoder->width_px_max = width_px_max;
	decoder->height_px_max = height_px_max;
	decoder->lucky_way = region_pass_table_n; /* the modules */
	for (size_t i = 0; i < PASSES_MAX; i++)
		decoder->track[i].cost_ps = PIXEL_COST_FIRST_PS;
	r = workbench_init(&decoder->bench, width_px_max, height_px_max);
	if (r < 0) {
		decoder_free(decoder);
		return r;
	}
	*ret = decoder;
	return 0;
}

void decoder_free(struct decoder *decoder)
{
	if (!decoder)
		return;
	workbench_deinit(&decoder->bench);
	free(decoder);
}

uint64_t decoder_now_us(const struct decoder *decoder)
{
	return decoder->clock.now_us(decoder->clock.context);
}

static float middle(const float at[4])
{
	return (at[0] + at[1] + at[2] + at[3]) / 4;
}

/* The longer of the ways from corner to corner. */
static float across(const float x[4], const float y[4])
{
	return fmaxf(hypotf(x[0] - x[2], y[0] - y[2]), hypotf(x[1] - x[3], y[1] - y[3]));
}

/* The same symbol, read by another pass: its middle lies well within the one that is known, and it is
 * not much smaller or larger, as a code within a code is. */
static bool same_place(const struct code *code, const float at_x[4], const float at_y[4])
{
	float x[4], y[4], size, other = across(at_x, at_y);

	for (int i = 0; i < 4; i++) {
		x[i] = (float)code->corner[i].x_px;
		y[i] = (float)code->corner[i].y_px;
	}
	size = across(x, y);
	return hypotf(middle(x) - middle(at_x), middle(y) - middle(at_y)) <
	           fmaxf(size, other) / 3 &&
	       fminf(size, other) > within_most * fmaxf(size, other);
}

static bool is_read(const struct decoder *decoder, const struct symbol *symbol)
{
	float x[4], y[4];

	for (int i = 0; i < 4; i++) {
		x[i] = symbol->x[i] * decoder->factor;
		y[i] = symbol->y[i] * decoder->factor;
	}
	for (size_t i = 0; i < decoder->n_codes; i++)
		if (same_place(&decoder->codes[i], x, y))
			return true;
	return false;
}

void decoder_on_exact(void *context, const struct symbol *symbol)
{
	struct decoder *decoder = context;
	struct code *code;

	if (symbol->len > DECODED_BYTES_MAX ||
	    symbol->len > sizeof(decoder->bytes) - decoder->bytes_used ||
	    decoder->n_codes == decoder->codes_max || is_read(decoder, symbol))
		return;
	code = &decoder->codes[decoder->n_codes++];
	memcpy(decoder->bytes + decoder->bytes_used, symbol->bytes, symbol->len);
	code->bytes = decoder->bytes + decoder->bytes_used;
	code->len = symbol->len;
	decoder->bytes_used += symbol->len;
	for (int i = 0; i < 4; i++) {
		code->corner[i].x_px = (int32_t)lrintf(symbol->x[i] * decoder->factor);
		code->corner[i].y_px = (int32_t)lrintf(symbol->y[i] * decoder->factor);
	}
	code->pass = decoder->pass;
}

/* zbar is believed when all is ASCII. What else it reads counts once the second decoder has read it:
 * octets that are others from one frame to the next would be two people. */
void decoder_on_zbar(void *context, const struct symbol *symbol)
{
	struct decoder *decoder = context;

	if (exact_is_sure(symbol))
		decoder_on_exact(decoder, symbol);
	else if (!is_read(decoder, symbol))
		(void)exact_read(symbol, &decoder->view, &decoder->bench, decoder_on_exact,
		                 decoder);
}

uint64_t decoder_expected_us(const struct decoder *decoder, size_t pass)
{
	return decoder->track[pass].cost_ps *
	       pass_pixels(&pass_table[pass], decoder->view.width_px, decoder->view.height_px) /
	       1000000;
}

uint64_t decoder_look(struct decoder *decoder, size_t pass)
{
	const struct view *view = &decoder->view;
	struct track *track = &decoder->track[pass];
	uint64_t begin_us = decoder_now_us(decoder), spent_us;
	size_t before = decoder->n_codes;
	size_t pixels = pass_pixels(&pass_table[pass], view->width_px, view->height_px);

	decoder->pass = pass_table[pass].name;
	pass_run(&pass_table[pass], view, &decoder->bench, decoder_on_zbar, decoder);
	spent_us = decoder_now_us(decoder) - begin_us;
	track->cost_ps = (3 * track->cost_ps + spent_us * 1000000 / pixels) / 4;
	track->turn = decoder->turn;
	if (decoder->n_codes > before)
		track->luck = 1024;
	else
		track->luck /= 2;
	return spent_us;
}

bool decoder_saw_unread(const struct decoder *decoder)
{
	return decoder->unread && decoder->n_codes == 0;
}

void own_view(struct decoder *decoder, const struct frame *frame)
{
	decoder->view =
	    (struct view){frame->grey, frame->width_px, frame->height_px, frame->stride};
	decoder->factor = 1;
	decoder->n_tried = 0;
}

int decoder_begin(struct decoder *decoder, const struct frame *frame, struct code *ret_codes,
                  size_t max)
{
	if (frame->width_px < 1 || frame->width_px > decoder->width_px_max ||
	    frame->height_px < 1 || frame->height_px > decoder->height_px_max ||
	    frame->stride < frame->width_px)
		return -EINVAL;
	own_view(decoder, frame);
	decoder->codes = ret_codes;
	decoder->codes_max = max < DECODED_CODES_MAX ? max : DECODED_CODES_MAX;
	decoder->n_codes = 0;
	decoder->unread = false;
	decoder->bytes_used = 0;
	decoder->turn++;
	return 0;
}
