/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "picture_readers.h"

enum {
	CODES_MAX = 16,
	FRAME_BUDGET_US = 7500,
};

struct picture_readers {
	uint64_t budget_us;
	struct decoder *still;
	bool zxing;
	char path[64]; /* of the picture another program is shown */
	struct code code[CODES_MAX];
};

static uint64_t thread_us(void *context)
{
	struct timespec now;

	(void)context;
	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static const struct decoder_clock thread_clock = {.now_us = thread_us};

int picture_readers_new(uint64_t budget_us, struct picture_readers **ret)
{
	struct picture_readers *readers = calloc(1, sizeof(*readers));
	int file;

	if (!readers)
		return -ENOMEM;
	readers->budget_us = budget_us;
	(void)snprintf(readers->path, sizeof(readers->path), "/tmp/kiosk-bench-XXXXXX");
	file = mkstemp(readers->path);
	if (file >= 0)
		(void)close(file);
	readers->zxing = file >= 0 && access("/usr/bin/ZXingReader", X_OK) == 0;
	if (decoder_new(FRAME_SIDE_MAX_PX, FRAME_SIDE_MAX_PX, &thread_clock, &readers->still) < 0) {
		picture_readers_free(readers);
		return -ENOMEM;
	}
	*ret = readers;
	return 0;
}

void picture_readers_free(struct picture_readers *readers)
{
	if (!readers)
		return;
	(void)unlink(readers->path);
	decoder_free(readers->still);
	free(readers);
}

bool picture_readers_have_zxing(const struct picture_readers *readers)
{
	return readers->zxing;
}

static void judge(const uint8_t *bytes, size_t n, const uint8_t *wanted, size_t len,
                  struct picture_result *ret)
{
	if (n == len && memcmp(bytes, wanted, len) == 0)
		ret->read = true;
	else
		ret->wrong++;
}

static void show_zxing(struct picture_readers *readers, const struct frame *frame,
                       const uint8_t *wanted, size_t len, struct picture_result *ret)
{
	char command[160], line[3 * DECODED_BYTES_MAX + 64];
	FILE *file = fopen(readers->path, "w");

	if (!file)
		return;
	(void)fprintf(file, "P5\n%u %u\n255\n", frame->width_px, frame->height_px);
	for (uint32_t y = 0; y < frame->height_px; y++)
		(void)fwrite(frame->grey + (size_t)y * frame->stride, 1, frame->width_px, file);
	(void)fclose(file);
	(void)snprintf(command, sizeof(command), "/usr/bin/ZXingReader -format QRCode %s 2>&1",
	               readers->path);
	file = popen(command, "r");
	while (file && fgets(line, sizeof(line), file)) {
		uint8_t bytes[DECODED_BYTES_MAX];
		size_t n = 0;
		const char *at = line + 6;
		unsigned byte;
		int used;

		if (strncmp(line, "Bytes:", 6) != 0)
			continue;
		for (; n < sizeof(bytes) && sscanf(at, "%x%n", &byte, &used) == 1; at += used)
			bytes[n++] = (uint8_t)byte;
		if (n > 0)
			judge(bytes, n, wanted, len, ret);
	}
	if (file)
		(void)pclose(file);
}

/* The first of a stream: nothing was learnt, nothing saved up. */
static int first_frame(struct picture_readers *readers, const struct frame *frame,
                       struct decoder **ret_decoder)
{
	if (decoder_new(frame->width_px, frame->height_px, &thread_clock, ret_decoder) < 0)
		return 0;
	return decoder_frame(*ret_decoder, frame, FRAME_BUDGET_US, readers->code, CODES_MAX);
}

void picture_readers_look(struct picture_readers *readers, enum picture_reader which,
                          const struct frame *frame, const uint8_t *wanted, size_t len,
                          struct picture_result *ret)
{
	uint64_t begin_us = thread_us(NULL);
	struct decoder *decoder = NULL;
	int n = 0;

	*ret = (struct picture_result){0};
	if (which == READER_ZXING) {
		show_zxing(readers, frame, wanted, len, ret);
		return;
	}
	if (which == READER_STILL)
		n = decoder_still(readers->still, frame, readers->budget_us, readers->code,
		                  CODES_MAX);
	else
		n = first_frame(readers, frame, &decoder);
	ret->ms = (double)(thread_us(NULL) - begin_us) / 1000;
	for (int i = 0; i < n; i++)
		judge(readers->code[i].bytes, readers->code[i].len, wanted, len, ret);
	decoder_free(decoder);
}

void picture_readers_row(const char *what, double value, const char *unit, double yardstick_value,
                         const char *target, int met)
{
	char beside[32] = "null";

	if (yardstick_value >= 0)
		(void)snprintf(beside, sizeof(beside), "%.3f", yardstick_value);
	(void)printf("{\"what\":\"%s\",\"value\":%.3f,\"unit\":\"%s\",\"yardstick\":%s,"
	             "\"yardstick_value\":%s,\"target\":%s,\"met\":%s}\n",
	             what, value, unit, yardstick_value >= 0 ? "\"zxing-cpp, one pass\"" : "null",
	             beside, target,
	             met < 0    ? "null"
	             : met == 0 ? "false"
	                        : "true");
	(void)fflush(stdout);
}
