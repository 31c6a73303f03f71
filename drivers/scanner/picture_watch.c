/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "picture_watch.h"

void picture_watch_init(struct picture_watch *watch, struct mono_time now)
{
	memset(watch, 0, sizeof(*watch));
	watch->since = watch->frame = now;
}

static void now_is(struct picture_watch *watch, enum picture_state state, struct mono_time now)
{
	if (watch->lately != state)
		watch->since = now;
	watch->lately = state;
	watch->frame = now;
}

struct sample {
	uint64_t hash, steps, n;
	uint8_t lightest;
};

/* FNV-1a: nobody gains by making two frames look the same. */
static struct sample take_sample(const struct frame *frame)
{
	struct sample sample = {.hash = 0xcbf29ce484222325ull};

	for (uint32_t y = PICTURE_SAMPLE_STEP / 2; y < frame->height_px; y += PICTURE_SAMPLE_STEP) {
		const uint8_t *line = frame->grey + (size_t)y * frame->stride;

		for (uint32_t x = 0; x + 1 < frame->width_px; x += PICTURE_SAMPLE_STEP) {
			sample.hash = (sample.hash ^ line[x]) * 0x100000001b3ull;
			sample.steps += (uint64_t)abs((int)line[x] - (int)line[x + 1]);
			if (line[x] > sample.lightest)
				sample.lightest = line[x];
			sample.n++;
		}
	}
	return sample;
}

void picture_watch_frame(struct picture_watch *watch, const struct frame *frame,
                         struct mono_time now)
{
	struct sample sample = take_sample(frame);
	enum picture_state state = PICTURE_FINE;

	/* A black frame is often frozen too: that it is black says more. */
	if (sample.lightest <= PICTURE_BLACK_MAX)
		state = PICTURE_BLACK;
	else if (sample.hash == watch->hash)
		state = PICTURE_FROZEN;
	else if (sample.steps > sample.n * PICTURE_NOISE_MIN)
		state = PICTURE_NOISE;
	watch->hash = sample.hash;
	now_is(watch, state, now);
}

void picture_watch_garbled(struct picture_watch *watch, struct mono_time now)
{
	now_is(watch, PICTURE_GARBLED, now);
}

bool picture_watch_tick(struct picture_watch *watch, struct mono_time now)
{
	enum picture_state state = watch->lately;

	if (mono_since_us(now, watch->frame) >= PICTURE_WRONG_US)
		state = PICTURE_NONE;
	else if (state != PICTURE_FINE && mono_since_us(now, watch->since) < PICTURE_WRONG_US)
		return false;
	if (state == watch->told)
		return false;
	watch->told = state;
	return true;
}
