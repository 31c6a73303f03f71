/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pinhole [--cells] [--keep FOLDER] [--seed N]: a grid of symbols held near and aslant before a
 * plain pinhole camera 60 degrees wide, 1280×720: versions 1, 2, 3, 6, 10 × 250, 500, 650 px × turned by
 * 0, 20, 35, 50, 60 degrees about any axis, any roll, 4 each. What share of them is read as a still
 * and as the first frame of a stream, beside zxing-cpp's one pass where its program is installed.
 * --cells: each cell's counts, on standard error; --keep: the pictures that a still's passes did not
 * read, as PGM. One JSON object a line.
 */
#include <math.h>
#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "picture_readers.h"
#include "render_pinhole.h"

enum {
	WIDTH = 1280,
	HEIGHT = 720,
	EACH = 4,
	VERSIONS = 5,
	SIZES = 3,
	TILTS = 5,
	QUIET = 4,
	FINE = 3, /* samples a pixel, each way */
	CODE_CHARS_MAX = 300,
};

static const int version_table[VERSIONS] = {1, 2, 3, 6, 10};
static const float size_table[SIZES] = {250, 500, 650};
static const int tilt_table[TILTS] = {0, 20, 35, 50, 60};
/* What fits at level M, less a little. */
static const size_t chars_table[VERSIONS] = {14, 30, 50, 130, 270};

struct options {
	bool cells;
	const char *keep;
	uint64_t seed;
};

struct tally {
	unsigned shown, read[READERS_N], wrong;
	double ms[READERS_N];
	unsigned cells_less;
};

static void random_code(struct lot *lot, size_t len, char *code)
{
	static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:";

	for (size_t i = 0; i < len; i++)
		code[i] = alphabet[lot_draw(lot) % (sizeof(alphabet) - 1)];
	code[len] = '\0';
}

static QRcode *encode(const char *code, int version)
{
	QRinput *input = QRinput_new2(version, QR_ECLEVEL_M);
	QRcode *symbol = NULL;

	if (input &&
	    QRinput_append(input, QR_MODE_AN, (int)strlen(code), (const unsigned char *)code) == 0)
		symbol = QRcode_encodeInput(input);
	QRinput_free(input);
	return symbol;
}

static float light_at(const QRcode *symbol, const struct homography *back, float x, float y)
{
	struct render_point at = homography_apply(back, x, y);
	float m = (float)symbol->width, room = 110 + 50 * (x / WIDTH - 0.5f);

	/* Behind the camera the numbers go on, but nothing is there. */
	if (back->m[6] * x + back->m[7] * y + back->m[8] <= 0 || at.x_px < -QUIET ||
	    at.y_px < -QUIET || at.x_px >= m + QUIET || at.y_px >= m + QUIET)
		return room;
	if (at.x_px < 0 || at.y_px < 0 || at.x_px >= m || at.y_px >= m)
		return 214;
	return symbol->data[(int)at.y_px * symbol->width + (int)at.x_px] & 1 ? 28 : 214;
}

static void draw(const QRcode *symbol, const struct homography *to_frame, struct lot *lot,
                 uint8_t *grey)
{
	struct homography back = homography_invert(to_frame);

	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++) {
			float sum = 0;

			for (int i = 0; i < FINE * FINE; i++)
				sum += light_at(symbol, &back,
				                (float)x + ((float)(i % FINE) + 0.5f) / FINE,
				                (float)y + ((float)(i / FINE) + 0.5f) / FINE);
			sum = sum / (FINE * FINE) + lot_between(lot, -5, 5);
			grey[y * WIDTH + x] = (uint8_t)lrintf(fminf(fmaxf(sum, 0), 255));
		}
}

static void keep(const char *folder, const char *name, const uint8_t *grey)
{
	char path[512];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s.pgm", folder, name);
	file = fopen(path, "w");
	if (!file)
		return;
	(void)fprintf(file, "P5\n%d %d\n255\n", WIDTH, HEIGHT);
	(void)fwrite(grey, 1, (size_t)WIDTH * HEIGHT, file);
	(void)fclose(file);
}

/* One symbol, held up once. */
static void show(struct picture_readers *readers, const struct options *options,
                 const QRcode *symbol, const char *code, const struct pinhole *pinhole,
                 struct lot *lot, const char *name, unsigned read[READERS_N], struct tally *tally)
{
	static uint8_t grey[WIDTH * HEIGHT];
	const struct frame frame = {
	    .grey = grey, .width_px = WIDTH, .height_px = HEIGHT, .stride = WIDTH};
	struct homography h = pinhole_project(pinhole, (float)symbol->width, WIDTH, HEIGHT);

	draw(symbol, &h, lot, grey);
	for (int r = 0; r < READERS_N; r++) {
		struct picture_result result;

		picture_readers_look(readers, (enum picture_reader)r, &frame, (const uint8_t *)code,
		                     strlen(code), &result);
		read[r] += result.read;
		tally->read[r] += result.read;
		tally->ms[r] += result.ms;
		if (r != READER_ZXING)
			tally->wrong += result.wrong;
		if (r == READER_STILL && !result.read && options->keep)
			keep(options->keep, name, grey);
	}
	tally->shown++;
}

static void one_cell(struct picture_readers *readers, const struct options *options, int v, int s,
                     int t, struct lot *lot, struct tally *tally)
{
	unsigned read[READERS_N] = {0};

	for (int i = 0; i < EACH; i++) {
		char code[CODE_CHARS_MAX + 1], name[64];
		struct pinhole pinhole;
		QRcode *symbol;

		random_code(lot, chars_table[v], code);
		symbol = encode(code, version_table[v]);
		if (!symbol)
			continue;
		pinhole_draw(lot, (float)symbol->width, size_table[s],
		             (float)tilt_table[t] * 0.0174533f, WIDTH, HEIGHT, &pinhole);
		(void)snprintf(name, sizeof(name), "v%d_%dpx_%ddeg_%d", version_table[v],
		               (int)size_table[s], tilt_table[t], i);
		show(readers, options, symbol, code, &pinhole, lot, name, read, tally);
		QRcode_free(symbol);
	}
	tally->cells_less += read[READER_STILL] < read[READER_ZXING];
	if (options->cells)
		(void)fprintf(stderr,
		              "version %2d, %3.0f px, %2d degrees: still %u, first frame %u, "
		              "zxing-cpp %u of %d\n",
		              version_table[v], (double)size_table[s], tilt_table[t],
		              read[READER_STILL], read[READER_FIRST_FRAME], read[READER_ZXING],
		              EACH);
}

static void report(const struct picture_readers *readers, const struct tally *tally)
{
	double n = tally->shown, still = tally->read[READER_STILL] / n;
	bool zxing = picture_readers_have_zxing(readers);
	double beside = zxing ? tally->read[READER_ZXING] / n : -1;

	picture_readers_row("pinhole grid: read", still, "share", beside, "\">= 0.98\"",
	                    still >= 0.98);
	picture_readers_row("pinhole grid: read in the first frame",
	                    tally->read[READER_FIRST_FRAME] / n, "share", beside, "null", -1);
	if (zxing)
		picture_readers_row("pinhole grid: cells with fewer read than by zxing-cpp",
		                    tally->cells_less, "cells", -1, "\"0\"",
		                    tally->cells_less == 0);
	picture_readers_row("pinhole grid: read as something else", tally->wrong, "codes", -1,
	                    "\"0\"", tally->wrong == 0);
	picture_readers_row("pinhole grid: processor time a still", tally->ms[READER_STILL] / n,
	                    "ms", -1, "null", -1);
	picture_readers_row("pinhole grid: processor time of the first frame",
	                    tally->ms[READER_FIRST_FRAME] / n, "ms", -1, "null", -1);
}

int main(int argc, char **argv)
{
	struct options options = {.seed = 20261201};
	struct picture_readers *readers;
	struct tally tally = {0};
	struct lot lot;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--cells") == 0)
			options.cells = true;
		else if (strcmp(argv[i], "--keep") == 0 && i + 1 < argc)
			options.keep = argv[++i];
		else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
			options.seed = strtoull(argv[++i], NULL, 10);
	}
	if (picture_readers_new(1000000, &readers) < 0)
		return 1;
	lot.state = options.seed;
	for (int v = 0; v < VERSIONS; v++)
		for (int s = 0; s < SIZES; s++)
			for (int t = 0; t < TILTS; t++)
				one_cell(readers, &options, v, s, t, &lot, &tally);
	report(readers, &tally);
	picture_readers_free(readers);
	return 0;
}
