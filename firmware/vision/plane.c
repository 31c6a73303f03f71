/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "plane.h"

enum { ONE = 256 }; /* fixed point of weights and places */

static uint8_t clamp_grey(int32_t value)
{
	return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

/* Exact halves are the common case of a live frame. */
static void halve(const struct view *in, struct plane *out)
{
	for (uint32_t y = 0; y < out->height_px; y++) {
		const uint8_t *a = in->grey + (size_t)(2 * y) * in->stride;
		const uint8_t *b = a + in->stride;
		uint8_t *line = out->grey + (size_t)y * out->width_px;

		for (uint32_t x = 0; x < out->width_px; x++)
			line[x] =
			    (uint8_t)((a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1] + 2) >> 2);
	}
}

/* Sum of the lines from `from` to `to` (places in 1/256 lines), the first and the last by their
 * share. */
static void sum_lines(const struct view *in, uint64_t from, uint64_t to, uint32_t *sum)
{
	uint32_t first = (uint32_t)(from / ONE), last = (uint32_t)((to - 1) / ONE);

	memset(sum, 0, in->width_px * sizeof(*sum));
	for (uint32_t y = first; y <= last; y++) {
		const uint8_t *line = in->grey + (size_t)y * in->stride;
		uint64_t begin = y == first ? from : (uint64_t)y * ONE;
		uint64_t end = y == last ? to : (uint64_t)(y + 1) * ONE;
		uint32_t weight = (uint32_t)(end - begin);

		for (uint32_t x = 0; x < in->width_px; x++)
			sum[x] += line[x] * weight;
	}
}

static void shrink_line(const uint32_t *sum, uint32_t width_px, uint64_t step, uint64_t area,
                        uint8_t *out, uint32_t out_width_px)
{
	for (uint32_t x = 0; x < out_width_px; x++) {
		uint64_t from = x * step, to = from + step, total;
		uint32_t first = (uint32_t)(from / ONE), last = (uint32_t)((to - 1) / ONE);

		if (last >= width_px)
			last = width_px - 1;
		total = (uint64_t)sum[first] * ((uint64_t)(first + 1) * ONE - from);
		if (last == first) {
			total = (uint64_t)sum[first] * step;
		} else {
			for (uint32_t i = first + 1; i < last; i++)
				total += (uint64_t)sum[i] * ONE;
			total += (uint64_t)sum[last] * (to - (uint64_t)last * ONE);
		}
		total = (total + area / 2) / area;
		out[x] = (uint8_t)(total > 255 ? 255 : total);
	}
}

static void shrink(const struct view *in, struct plane_scratch *scratch, struct plane *out)
{
	uint64_t step_x = (uint64_t)in->width_px * ONE / out->width_px;
	uint64_t step_y = (uint64_t)in->height_px * ONE / out->height_px;

	for (uint32_t y = 0; y < out->height_px; y++) {
		uint64_t from = y * step_y;

		sum_lines(in, from, from + step_y, scratch->column);
		shrink_line(scratch->column, in->width_px, step_x, step_x * step_y,
		            out->grey + (size_t)y * out->width_px, out->width_px);
	}
}

/* The two neighbours of a place and the second one's weight. */
static void between(int64_t place, uint32_t size_px, uint32_t *ret_a, uint32_t *ret_b,
                    uint32_t *ret_weight)
{
	if (place < 0)
		place = 0;
	*ret_a = (uint32_t)(place / ONE);
	*ret_weight = (uint32_t)(place % ONE);
	if (*ret_a >= size_px - 1) {
		*ret_a = size_px - 1;
		*ret_weight = 0;
	}
	*ret_b = *ret_weight > 0 ? *ret_a + 1 : *ret_a;
}

static void grow(const struct view *in, struct plane *out)
{
	for (uint32_t y = 0; y < out->height_px; y++) {
		int64_t place_y =
		    ((int64_t)(2 * y + 1) * in->height_px * ONE / out->height_px - ONE) / 2;
		uint8_t *line = out->grey + (size_t)y * out->width_px;
		const uint8_t *top, *low;
		uint32_t a, b, weight_y;

		between(place_y, in->height_px, &a, &b, &weight_y);
		top = in->grey + (size_t)a * in->stride;
		low = in->grey + (size_t)b * in->stride;
		for (uint32_t x = 0; x < out->width_px; x++) {
			int64_t place_x =
			    ((int64_t)(2 * x + 1) * in->width_px * ONE / out->width_px - ONE) / 2;
			uint32_t weight, upper, lower;

			between(place_x, in->width_px, &a, &b, &weight);
			upper = top[a] * (ONE - weight) + top[b] * weight;
			lower = low[a] * (ONE - weight) + low[b] * weight;
			line[x] = (uint8_t)((upper * (ONE - weight_y) + lower * weight_y +
			                     ONE * ONE / 2) /
			                    (ONE * ONE));
		}
	}
}

void plane_scale(const struct view *in, uint32_t width_px, uint32_t height_px,
                 struct plane_scratch *scratch, struct plane *out)
{
	assert(width_px > 0 && height_px > 0 && in->width_px > 0 && in->height_px > 0);
	assert((size_t)width_px * height_px <= out->capacity);
	assert(in->width_px <= scratch->side_px_max);
	out->width_px = width_px;
	out->height_px = height_px;
	if (width_px == in->width_px && height_px == in->height_px)
		for (uint32_t y = 0; y < height_px; y++)
			memcpy(out->grey + (size_t)y * width_px, in->grey + (size_t)y * in->stride,
			       width_px);
	else if (width_px == in->width_px / 2 && height_px == in->height_px / 2)
		halve(in, out);
	else if (width_px <= in->width_px && height_px <= in->height_px)
		shrink(in, scratch, out);
	else
		grow(in, out);
}

void plane_turn(const struct view *in, struct plane *out, struct affine *ret_affine)
{
	const float root = 0.70710678f;
	uint32_t side = (uint32_t)((float)(in->width_px + in->height_px) * root);
	struct affine back = {.xx = root, .xy = root, .yx = -root, .yy = root};
	float middle;

	if (side < 1)
		side = 1;
	while ((size_t)side * side > out->capacity)
		side--;
	middle = (float)side / 2;
	back.x0 = (float)in->width_px / 2 - middle * (back.xx + back.xy);
	back.y0 = (float)in->height_px / 2 - middle * (back.yx + back.yy);
	out->width_px = side;
	out->height_px = side;
	for (uint32_t y = 0; y < side; y++) {
		float fy = (float)y + 0.5f;
		int32_t u = (int32_t)((back.xx * 0.5f + back.xy * fy + back.x0 - 0.5f) * 65536.0f);
		int32_t v = (int32_t)((back.yx * 0.5f + back.yy * fy + back.y0 - 0.5f) * 65536.0f);
		uint8_t *line = out->grey + (size_t)y * side;

		for (uint32_t x = 0; x < side; x++, u += 46341, v -= 46341) {
			int32_t column = u >> 16, row = v >> 16;
			int32_t wx = (u >> 8) & 255, wy = (v >> 8) & 255, top, low;
			const uint8_t *at;

			if (column < 0 || row < 0 || column + 1 >= (int32_t)in->width_px ||
			    row + 1 >= (int32_t)in->height_px) {
				line[x] = 128;
				continue;
			}
			at = in->grey + (size_t)row * in->stride + column;
			top = at[0] * (256 - wx) + at[1] * wx;
			low = at[in->stride] * (256 - wx) + at[in->stride + 1] * wx;
			line[x] = (uint8_t)((top * (256 - wy) + low * wy + 32768) >> 16);
		}
	}
	*ret_affine = back;
}

static uint32_t clip(int64_t at, uint32_t size_px)
{
	return at < 0 ? 0 : at >= size_px ? size_px - 1 : (uint32_t)at;
}

/* Sliding sums: a column's down the lines, then along the line, so that the cost does not hang on
 * the radius. */
void plane_blur(const struct view *in, uint32_t radius_px, struct plane_scratch *scratch,
                struct plane *out)
{
	uint32_t *column = scratch->column, width = in->width_px, height = in->height_px;
	uint32_t span = 2 * radius_px + 1;
	uint32_t factor = (uint32_t)((1ull << 32) / ((uint64_t)span * span));

	assert((size_t)width * height <= out->capacity && width <= scratch->side_px_max);
	assert(radius_px >= 1 && span <= 1024);
	out->width_px = width;
	out->height_px = height;
	memset(column, 0, width * sizeof(*column));
	for (int64_t y = -(int64_t)radius_px; y <= (int64_t)radius_px; y++) {
		const uint8_t *line = in->grey + (size_t)clip(y, height) * in->stride;

		for (uint32_t x = 0; x < width; x++)
			column[x] += line[x];
	}
	for (uint32_t y = 0; y < height; y++) {
		uint8_t *line = out->grey + (size_t)y * width;
		const uint8_t *leaves =
		    in->grey + (size_t)clip((int64_t)y - radius_px, height) * in->stride;
		const uint8_t *enters =
		    in->grey + (size_t)clip((int64_t)y + radius_px + 1, height) * in->stride;
		uint32_t sum = 0;

		for (int64_t x = -(int64_t)radius_px; x <= (int64_t)radius_px; x++)
			sum += column[clip(x, width)];
		for (uint32_t x = 0; x < width; x++) {
			line[x] = (uint8_t)(((uint64_t)sum * factor + (1u << 31)) >> 32);
			sum += column[clip((int64_t)x + radius_px + 1, width)];
			sum -= column[clip((int64_t)x - radius_px, width)];
		}
		for (uint32_t x = 0; x < width; x++)
			column[x] += (uint32_t)enters[x] - leaves[x];
	}
}

void plane_contrast(struct plane *plane, const struct plane *mean, uint32_t gain_16ths)
{
	size_t n = (size_t)plane->width_px * plane->height_px;
	int32_t gain = (int32_t)gain_16ths;

	assert(mean->width_px == plane->width_px && mean->height_px == plane->height_px);
	for (size_t i = 0; i < n; i++)
		plane->grey[i] = clamp_grey(
		    128 + ((int32_t)plane->grey[i] - (int32_t)mean->grey[i]) * gain / 16);
}

void plane_sharpen(struct plane *plane, const struct plane *mean, uint32_t gain_16ths)
{
	size_t n = (size_t)plane->width_px * plane->height_px;
	int32_t gain = (int32_t)gain_16ths;

	assert(mean->width_px == plane->width_px && mean->height_px == plane->height_px);
	for (size_t i = 0; i < n; i++)
		plane->grey[i] =
		    clamp_grey(plane->grey[i] +
		               ((int32_t)plane->grey[i] - (int32_t)mean->grey[i]) * gain / 16);
}

/* The least of each pixel and its eight neighbours; of the complement: the most. */
static void least_around(const struct plane *in, uint8_t complement, struct plane *out)
{
	uint32_t width = in->width_px, height = in->height_px;

	out->width_px = width;
	out->height_px = height;
	for (uint32_t y = 0; y < height; y++) {
		const uint8_t *mid = in->grey + (size_t)y * width;
		const uint8_t *top = y > 0 ? mid - width : mid;
		const uint8_t *low = y + 1 < height ? mid + width : mid;
		uint8_t *line = out->grey + (size_t)y * width;
		uint8_t before, here;

		for (uint32_t x = 0; x < width; x++) {
			uint8_t a = top[x] ^ complement, b = mid[x] ^ complement;
			uint8_t c = low[x] ^ complement;

			a = a < b ? a : b;
			line[x] = a < c ? a : c;
		}
		before = line[0];
		for (uint32_t x = 0; x < width; x++) {
			uint8_t next = line[x + 1 < width ? x + 1 : x], least;

			here = line[x];
			least = before < here ? before : here;
			line[x] = (least < next ? least : next) ^ complement;
			before = here;
		}
	}
}

void plane_close(const struct plane *plane, bool dark, struct plane *between, struct plane *out)
{
	size_t n = (size_t)plane->width_px * plane->height_px;

	assert(n <= between->capacity && n <= out->capacity);
	least_around(plane, dark ? 0 : 255, between);
	least_around(between, dark ? 255 : 0, out);
}

void plane_invert(struct plane *plane)
{
	size_t n = (size_t)plane->width_px * plane->height_px;

	for (size_t i = 0; i < n; i++)
		plane->grey[i] = (uint8_t)(255 - plane->grey[i]);
}

void plane_mirror(struct plane *plane)
{
	for (uint32_t y = 0; y < plane->height_px; y++) {
		uint8_t *line = plane->grey + (size_t)y * plane->width_px;

		for (uint32_t a = 0, b = plane->width_px - 1; a < b; a++, b--) {
			uint8_t kept = line[a];

			line[a] = line[b];
			line[b] = kept;
		}
	}
}
