/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What else may be made of a frame where nothing is read in it as it is: without what is thin and light
 * (hairs, gaps between modules, specks in them), without what is thin and dark, or by colours that are as
 * bright as each other: along the line on which they differ most, or red or blue alone.
 */
#include <math.h>

#include "decoder.h"

enum {
	OTHER_CLOSED,
	OTHER_OPENED,
	OTHER_HUE,
	OTHER_RED,
	OTHER_BLUE,
};

/* Colours vary by so little where there are none but the sensor's. */
static const double chroma_deviation_least = 6;

/* A step of Cb and one of Cr in levels of what is shown, where brightness counts `luma`. */
struct mixture {
	double luma, step[2], mean[2];
};

/* The principal axis of the colours, stretched over what there is to show. False: it is all grey. */
static bool mix_hue(const struct frame *frame, struct mixture *ret)
{
	size_t n = (size_t)((frame->width_px + 1) / 2) * ((frame->height_px + 1) / 2);
	double sum[2] = {0, 0}, square[2] = {0, 0}, product = 0, turn, deviation;

	for (size_t i = 0; i < n; i += 7) {
		double b = frame->chroma[0][i], r = frame->chroma[1][i];

		sum[0] += b;
		sum[1] += r;
		square[0] += b * b;
		square[1] += r * r;
		product += b * r;
	}
	n = (n + 6) / 7;
	for (int i = 0; i < 2; i++) {
		ret->mean[i] = sum[i] / (double)n;
		square[i] = square[i] / (double)n - ret->mean[i] * ret->mean[i];
	}
	product = product / (double)n - ret->mean[0] * ret->mean[1];
	turn = 0.5 * atan2(2 * product, square[0] - square[1]);
	deviation =
	    sqrt(fmax(square[0] * cos(turn) * cos(turn) + square[1] * sin(turn) * sin(turn) +
	                  2 * product * sin(turn) * cos(turn),
	              0));
	if (deviation < chroma_deviation_least)
		return false;
	ret->luma = 0;
	ret->step[0] = 60 * cos(turn) / deviation;
	ret->step[1] = 60 * sin(turn) / deviation;
	return true;
}

/* The frame's colours mixed, at half its size. False: it has none, or there is no room. */
static bool mix(struct decoder *decoder, const struct frame *frame, unsigned number)
{
	struct plane *other = &decoder->bench.other;
	uint32_t width = frame->width_px / 2, height = frame->height_px / 2;
	uint32_t half = (frame->width_px + 1) / 2;
	struct mixture mixture;

	if (!frame->chroma[0] || width < 1 || height < 1 ||
	    (size_t)width * height > other->capacity || !mix_hue(frame, &mixture))
		return false;
	/* BT.601: R = Y + 1.402 Cr, B = Y + 1.772 Cb. */
	if (number == OTHER_RED)
		mixture = (struct mixture){1, {0, 1.402}, {128, 128}};
	if (number == OTHER_BLUE)
		mixture = (struct mixture){1, {1.772, 0}, {128, 128}};
	for (uint32_t y = 0; y < height; y++)
		for (uint32_t x = 0; x < width; x++) {
			const uint8_t *grey = frame->grey + (size_t)(2 * y) * frame->stride + 2 * x;
			double luma =
			    (grey[0] + grey[1] + grey[frame->stride] + grey[frame->stride + 1]) /
			    4.0;
			size_t at = (size_t)y * half + x;
			double level = mixture.luma > 0 ? luma : 128;

			for (int i = 0; i < 2; i++)
				level += mixture.step[i] * (frame->chroma[i][at] - mixture.mean[i]);
			other->grey[(size_t)y * width + x] = (uint8_t)fmin(fmax(level, 0), 255);
		}
	other->width_px = width;
	other->height_px = height;
	decoder->factor = 2;
	decoder->view = plane_view(other);
	decoder->n_tried = 0;
	return true;
}

bool other_view(struct decoder *decoder, const struct frame *frame, unsigned number,
                uint32_t long_side_px)
{
	const struct view whole = {frame->grey, frame->width_px, frame->height_px, frame->stride};
	struct pass at = {.long_side_px = long_side_px};
	struct plane *other = &decoder->bench.other;

	if (number >= OTHER_HUE)
		return mix(decoder, frame, number);
	if (!pass_applies(&at, frame->width_px, frame->height_px))
		at.long_side_px = 0;
	decoder->factor = pass_level(&at, &whole, &decoder->bench);
	plane_close(&decoder->bench.level, number == OTHER_CLOSED, &decoder->bench.mean, other);
	decoder->view = plane_view(other);
	decoder->n_tried = 0;
	return true;
}
