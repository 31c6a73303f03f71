/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What single pictures are shown to in a benchmark: the decoder as for a still and as for the first
 * frame of a stream, and, where its program is installed, zxing-cpp in one pass.
 */
#ifndef KIOSK_BENCH_PICTURE_READERS_H
#define KIOSK_BENCH_PICTURE_READERS_H

#include <stdbool.h>

#include "decode.h"

enum picture_reader {
	READER_STILL,
	READER_FIRST_FRAME,
	READER_ZXING,
	READERS_N,
};

/* What a reader made of a picture. */
struct picture_result {
	bool read;      /* what was wanted is among it */
	unsigned wrong; /* codes with other octets */
	double ms;      /* processor time; 0 of another program */
};

struct picture_readers;

/* 0 or -ENOMEM; budget_us is a still's. */
int picture_readers_new(uint64_t budget_us, struct picture_readers **ret);
void picture_readers_free(struct picture_readers *readers);
/* Whether zxing-cpp's program is there. */
bool picture_readers_have_zxing(const struct picture_readers *readers);
void picture_readers_look(struct picture_readers *readers, enum picture_reader which,
                          const struct frame *frame, const uint8_t *wanted, size_t len,
                          struct picture_result *ret);
/* One row of tests/bench/run's table; a negative yardstick_value: there is none. */
void picture_readers_row(const char *what, double value, const char *unit, double yardstick_value,
                         const char *target, int met);

#endif
