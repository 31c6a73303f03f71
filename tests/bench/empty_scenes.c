/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <qrencode.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "empty_scenes.h"

enum {
	MARGIN_PX = 8,
	CELLS_MAX = 240, /* a sheet's side */
	SHEETS_MAX = 4,  /* held up at once */
	OCTAVES = 6,
	LATTICE = 64, /* of the texture; a power of two */
	NOISE_BYTES = 1 << 20,
	RUIN_CHARS_MAX = 120,
};

/* What is held up: dark and light cells, drawn through a projection. */
struct sheet {
	unsigned width, height;
	uint8_t dark[CELLS_MAX * CELLS_MAX];
};

struct scenes {
	uint32_t width_px, height_px; /* of a frame */
	uint32_t wide_px, high_px;    /* of the canvas */
	uint64_t seed;
	uint8_t *canvas;
	float *row;
	float lattice[OCTAVES][LATTICE * LATTICE];
	struct sheet sheet;
	int8_t noise[NOISE_BYTES];
	unsigned loudness; /* of the noise: 0 to 16 */
};

static const char *const names[SCENE_N] = {
    [SCENE_TEXTURE] = "texture", [SCENE_TEXT] = "text",       [SCENE_BARS] = "bars",
    [SCENE_CHECKER] = "checker", [SCENE_SQUARES] = "squares", [SCENE_MATRIX] = "matrix",
    [SCENE_CHANCE] = "chance",   [SCENE_RUINED] = "ruined",
};

const char *scene_name(enum scene scene)
{
	return names[scene];
}

/* splitmix64 */
static uint64_t draw(struct scenes *scenes)
{
	uint64_t z = scenes->seed += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

static unsigned below(struct scenes *scenes, unsigned n)
{
	return (unsigned)(draw(scenes) % n);
}

static float between(struct scenes *scenes, float from, float to)
{
	return from + (to - from) * (float)(draw(scenes) >> 40) / (float)(1 << 24);
}

int scenes_new(uint32_t width_px, uint32_t height_px, uint64_t seed, struct scenes **ret)
{
	struct scenes *scenes = calloc(1, sizeof(*scenes));

	if (!scenes)
		return -ENOMEM;
	scenes->width_px = width_px;
	scenes->height_px = height_px;
	scenes->wide_px = width_px + 2 * MARGIN_PX;
	scenes->high_px = height_px + 2 * MARGIN_PX;
	scenes->seed = seed;
	scenes->canvas = malloc((size_t)scenes->wide_px * scenes->high_px);
	scenes->row = malloc(scenes->wide_px * sizeof(*scenes->row));
	if (!scenes->canvas || !scenes->row) {
		scenes_free(scenes);
		return -ENOMEM;
	}
	for (size_t i = 0; i < NOISE_BYTES; i++) {
		uint64_t z = draw(scenes);

		scenes->noise[i] =
		    (int8_t)((int)(z & 31) + (int)(z >> 5 & 31) + (int)(z >> 10 & 31) - 46);
	}
	*ret = scenes;
	return 0;
}

void scenes_free(struct scenes *scenes)
{
	if (!scenes)
		return;
	free(scenes->canvas);
	free(scenes->row);
	free(scenes);
}

/* --- what lies behind --- */

/* Values at whole places, straight lines between them, at six sizes: rough or smooth by lot. */
static void paint_texture(struct scenes *scenes, float contrast)
{
	float middle = between(scenes, 70, 180), rough = between(scenes, 0.45f, 0.95f);

	for (unsigned o = 0; o < OCTAVES; o++)
		for (unsigned i = 0; i < LATTICE * LATTICE; i++)
			scenes->lattice[o][i] = between(scenes, -1, 1);
	for (uint32_t y = 0; y < scenes->high_px; y++) {
		float loud = contrast;

		for (uint32_t x = 0; x < scenes->wide_px; x++)
			scenes->row[x] = middle;
		for (unsigned o = 0; o < OCTAVES; o++, loud *= rough) {
			float cell = 256.0f / (float)(1u << o), v = (float)y / cell;
			const float *at = scenes->lattice[o] + ((unsigned)v % LATTICE) * LATTICE;
			const float *under =
			    scenes->lattice[o] + (((unsigned)v + 1) % LATTICE) * LATTICE;
			float dv = v - floorf(v);

			for (uint32_t x = 0; x < scenes->wide_px; x++) {
				float u = (float)x / cell, du = u - floorf(u);
				unsigned a = (unsigned)u % LATTICE, b = (a + 1) % LATTICE;

				scenes->row[x] +=
				    loud * ((at[a] * (1 - du) + at[b] * du) * (1 - dv) +
				            (under[a] * (1 - du) + under[b] * du) * dv);
			}
		}
		for (uint32_t x = 0; x < scenes->wide_px; x++)
			scenes->canvas[(size_t)y * scenes->wide_px + x] =
			    (uint8_t)fminf(fmaxf(scenes->row[x], 0), 255);
	}
}

/* Mortar, dark: along each course, and upright between its bricks, every other course by half. */
static void lay_bricks(struct scenes *scenes)
{
	unsigned high = 12 + below(scenes, 80), mortar = 1 + high / 8;

	for (uint32_t y = 0; y < scenes->high_px; y++) {
		uint8_t *line = scenes->canvas + (size_t)y * scenes->wide_px;
		bool along = y % high < mortar;
		unsigned x0 = y / high % 2 * high;

		for (uint32_t x = 0; x < scenes->wide_px; x++)
			if (along || (x + x0) % (2 * high) < mortar)
				line[x] = line[x] / 2 + 20;
	}
}

/* --- what is held up before it --- */

static uint8_t *cell(struct sheet *sheet, unsigned u, unsigned v)
{
	return &sheet->dark[(size_t)v * CELLS_MAX + u];
}

static void blank(struct scenes *scenes, unsigned width, unsigned height)
{
	memset(scenes->sheet.dark, 0, sizeof(scenes->sheet.dark));
	scenes->sheet.width = width < CELLS_MAX ? width : CELLS_MAX;
	scenes->sheet.height = height < CELLS_MAX ? height : CELLS_MAX;
}

static void fill(struct sheet *sheet, unsigned u0, unsigned v0, unsigned width, unsigned height,
                 uint8_t dark)
{
	for (unsigned v = v0; v < v0 + height && v < sheet->height; v++)
		for (unsigned u = u0; u < u0 + width && u < sheet->width; u++)
			*cell(sheet, u, v) = dark;
}

/* Letters are a few strokes each in five by seven cells. */
static void make_text(struct scenes *scenes)
{
	blank(scenes, CELLS_MAX, CELLS_MAX);
	for (unsigned v = 4; v + 9 < CELLS_MAX; v += 10)
		for (unsigned u = 4; u + 7 < CELLS_MAX; u += 6) {
			if (below(scenes, 6) == 0)
				continue;
			for (unsigned stroke = 0; stroke < 3; stroke++) {
				bool upright = below(scenes, 2) == 0;
				unsigned length = upright ? 7 : 5;

				fill(&scenes->sheet, u + (upright ? 2 * below(scenes, 3) : 0),
				     v + (upright ? 0 : 3 * below(scenes, 3)), upright ? 1 : length,
				     upright ? length : 1, 1);
			}
		}
}

static void make_bars(struct scenes *scenes)
{
	unsigned high = 30 + below(scenes, 60);

	blank(scenes, 60 + below(scenes, 160), high + 8);
	for (unsigned u = 8, dark = 1; u + 8 < scenes->sheet.width; dark = !dark) {
		unsigned width = 1 + below(scenes, 4);

		if (dark)
			fill(&scenes->sheet, u, 4, width, high, 1);
		u += width;
	}
}

static void make_checker(struct scenes *scenes)
{
	unsigned kind = below(scenes, 4), size = 1 + below(scenes, 4);

	blank(scenes, 40 + below(scenes, 200), 40 + below(scenes, 200));
	for (unsigned v = 0; v < scenes->sheet.height; v++)
		for (unsigned u = 0; u < scenes->sheet.width; u++) {
			unsigned a = u / size, b = v / size;

			*cell(&scenes->sheet, u, v) =
			    (uint8_t)(kind == 0   ? (a + b) % 2
			              : kind == 1 ? a % 2
			              : kind == 2 ? a % 2 && b % 2
			                          : (a % 7 < 3 ? a : b) % 2);
		}
}

/* As a QR code's finder: dark 1, light 1, dark 3, light 1, dark 1, and light around it. */
static void finder(struct sheet *sheet, unsigned u, unsigned v)
{
	if (u > 0 && v > 0)
		fill(sheet, u - 1, v - 1, 9, 9, 0);
	fill(sheet, u, v, 7, 7, 1);
	fill(sheet, u + 1, v + 1, 5, 5, 0);
	fill(sheet, u + 2, v + 2, 3, 3, 1);
}

static void make_squares(struct scenes *scenes)
{
	unsigned side = 30 + below(scenes, 90), n = 3 + below(scenes, 30);

	blank(scenes, side, side);
	for (unsigned i = 0; i < n; i++) {
		unsigned u = 1 + below(scenes, side - 10), v = 1 + below(scenes, side - 10);

		if (below(scenes, 3) == 0)
			for (unsigned ring = 0; ring < 5; ring++) /* a bull's-eye */
				fill(&scenes->sheet, u + ring, v + ring, 9 - 2 * ring, 9 - 2 * ring,
				     ring % 2 == 0);
		else
			finder(&scenes->sheet, u, v);
	}
	if (below(scenes, 2) == 0) {
		finder(&scenes->sheet, 1, 1);
		finder(&scenes->sheet, side - 8, 1);
		finder(&scenes->sheet, 1, side - 8);
	}
}

static void chance(struct scenes *scenes, unsigned margin)
{
	for (unsigned v = margin; v + margin < scenes->sheet.height; v++)
		for (unsigned u = margin; u + margin < scenes->sheet.width; u++)
			*cell(&scenes->sheet, u, v) = draw(scenes) & 1;
}

static void make_matrix(struct scenes *scenes)
{
	unsigned kind = below(scenes, 3), side = 14 + 2 * below(scenes, 30), n = side + 4;
	struct sheet *sheet = &scenes->sheet;

	blank(scenes, n, n);
	chance(scenes, 2);
	if (kind == 0) { /* two sides solid, two alternate */
		fill(sheet, 2, 2, 1, side, 1);
		fill(sheet, 2, n - 3, side, 1, 1);
		for (unsigned i = 0; i < side; i++)
			*cell(sheet, 2 + i, 2) = *cell(sheet, n - 3, 2 + i) = i % 2 == 0;
	} else if (kind == 1) { /* rings in the middle */
		for (unsigned ring = 0; ring < 7; ring++)
			fill(sheet, n / 2 - 6 + ring, n / 2 - 6 + ring, 13 - 2 * ring,
			     13 - 2 * ring, ring % 2 == 0);
	} else { /* one finder, timing along both its sides */
		for (unsigned i = 0; i < side; i++)
			*cell(sheet, 2 + i, 2) = *cell(sheet, 2, 2 + i) = i % 2 == 0;
		finder(sheet, 2, 2);
	}
}

/* With format and version information drawn by chance too: one in some thousands is a valid one. */
static void make_chance(struct scenes *scenes)
{
	unsigned side = 21 + 4 * below(scenes, 12), n = side + 8;
	struct sheet *sheet = &scenes->sheet;

	blank(scenes, n, n);
	chance(scenes, 4);
	for (unsigned i = 0; i < side; i++)
		*cell(sheet, 4 + i, 10) = *cell(sheet, 10, 4 + i) = i % 2 == 0;
	finder(sheet, 4, 4);
	finder(sheet, n - 11, 4);
	finder(sheet, 4, n - 11);
	if (side > 21)
		for (unsigned ring = 0; ring < 3; ring++)
			fill(sheet, n - 13 + ring, n - 13 + ring, 5 - 2 * ring, 5 - 2 * ring,
			     ring % 2 == 0);
}

/* Bit 7 of a module (qrencode.h): it is of the patterns, not of the data or what repairs them. */
static bool holds_data(const QRcode *symbol, unsigned u, unsigned v)
{
	return !(symbol->data[v * (unsigned)symbol->width + u] & 0x80);
}

/*
 * A third of the modules or more by chance: four of five octets are wrong, and three of ten is the
 * most a code repairs. Or, of the levels L and M, two thirds of the height covered: what is left
 * is less than the data.
 */
static int make_ruined(struct scenes *scenes)
{
	QRecLevel level = (QRecLevel)below(scenes, 4);
	unsigned chars = 8 + below(scenes, RUIN_CHARS_MAX - 8), share = 35 + below(scenes, 66);
	unsigned side, covered = 0;
	char text[RUIN_CHARS_MAX + 1];
	QRcode *symbol;

	for (unsigned i = 0; i < chars; i++)
		text[i] = (char)('A' + below(scenes, 26));
	text[chars] = '\0';
	symbol = QRcode_encodeString(text, 0, level, QR_MODE_8, 1);
	if (!symbol)
		return -ENOMEM;
	side = (unsigned)symbol->width;
	if (level <= QR_ECLEVEL_M && below(scenes, 2) == 0)
		covered = side * 2 / 3;
	blank(scenes, side + 8, side + 8);
	for (unsigned v = 0; v < side; v++)
		for (unsigned u = 0; u < side; u++) {
			uint8_t dark = symbol->data[v * side + u] & 1;

			if (holds_data(symbol, u, v) && covered > 0)
				dark = v < side - covered ? dark : 0;
			else if (holds_data(symbol, u, v) && below(scenes, 100) < share)
				dark = draw(scenes) & 1;
			*cell(&scenes->sheet, u + 4, v + 4) = dark;
		}
	QRcode_free(symbol);
	return 0;
}

/* Turned, tilted, somewhere; light and ink by lot, a fifth of them light on dark. */
static void hold_up(struct scenes *scenes)
{
	const struct sheet *sheet = &scenes->sheet;
	float size = between(scenes, 1.6f, 9), turn = between(scenes, 0, 6.2832f);
	float x0 = between(scenes, 0.1f, 0.9f) * (float)scenes->wide_px;
	float y0 = between(scenes, 0.1f, 0.9f) * (float)scenes->high_px;
	float tilt_x = between(scenes, -3e-4f, 3e-4f), tilt_y = between(scenes, -3e-4f, 3e-4f);
	float ink = between(scenes, 5, 90), light = ink + between(scenes, 60, 160);
	/* Half a diagonal, and as much again for the tilt. */
	float reach = hypotf((float)sheet->width, (float)sheet->height) * size;
	uint32_t from_x = (uint32_t)fmaxf(x0 - reach, 0), from_y = (uint32_t)fmaxf(y0 - reach, 0);
	uint32_t to_x = (uint32_t)fminf(x0 + reach, (float)scenes->wide_px);
	uint32_t to_y = (uint32_t)fminf(y0 + reach, (float)scenes->high_px);
	float c, s;

	if (below(scenes, 3) == 0)
		turn = (float)below(scenes, 4) * 1.5708f + between(scenes, -0.1f, 0.1f);
	if (below(scenes, 5) == 0) {
		float swap = ink;

		ink = light;
		light = swap;
	}
	c = cosf(turn) / size;
	s = sinf(turn) / size;
	for (uint32_t y = from_y; y < to_y; y++)
		for (uint32_t x = from_x; x < to_x; x++) {
			float dx = (float)x - x0, dy = (float)y - y0;
			float depth = 1 + tilt_x * dx + tilt_y * dy;
			float u = (c * dx + s * dy) / depth + (float)sheet->width / 2;
			float v = (c * dy - s * dx) / depth + (float)sheet->height / 2;
			uint8_t *at = &scenes->canvas[(size_t)y * scenes->wide_px + x];

			if (depth <= 0 || u < 0 || v < 0 || u >= (float)sheet->width ||
			    v >= (float)sheet->height)
				continue;
			*at =
			    (uint8_t)(sheet->dark[(size_t)v * CELLS_MAX + (size_t)u] ? ink : light);
		}
}

/* What a lens does: each pixel takes a part of those beside and under it. */
static void soften(struct scenes *scenes)
{
	size_t n = (size_t)scenes->wide_px * (scenes->high_px - 1) - 1;

	for (size_t i = 0; i < n; i++)
		scenes->canvas[i] = (uint8_t)((2 * scenes->canvas[i] + scenes->canvas[i + 1] +
		                               scenes->canvas[i + scenes->wide_px]) /
		                              4);
}

int scenes_paint(struct scenes *scenes, enum scene scene)
{
	unsigned sheets = 1 + below(scenes, SHEETS_MAX), blur = below(scenes, 4);

	scenes->loudness = below(scenes, 17);
	paint_texture(scenes,
	              scene == SCENE_TEXTURE ? between(scenes, 20, 110) : between(scenes, 2, 40));
	if (below(scenes, 3) == 0)
		lay_bricks(scenes);
	for (unsigned i = 0; i < sheets && scene != SCENE_TEXTURE; i++) {
		static void (*const make[])(struct scenes * scenes) = {
		    [SCENE_TEXT] = make_text,       [SCENE_BARS] = make_bars,
		    [SCENE_CHECKER] = make_checker, [SCENE_SQUARES] = make_squares,
		    [SCENE_MATRIX] = make_matrix,   [SCENE_CHANCE] = make_chance,
		};

		if (scene != SCENE_RUINED)
			make[scene](scenes);
		else if (make_ruined(scenes) < 0)
			return -ENOMEM;
		hold_up(scenes);
	}
	while (blur-- > 0)
		soften(scenes);
	return 0;
}

void scenes_frame(struct scenes *scenes, uint8_t *ret_grey)
{
	uint32_t x0 = below(scenes, 2 * MARGIN_PX), y0 = below(scenes, 2 * MARGIN_PX);
	size_t n = (size_t)scenes->width_px * scenes->height_px;
	const int8_t *noise = scenes->noise + draw(scenes) % (NOISE_BYTES - n);

	for (uint32_t y = 0; y < scenes->height_px; y++) {
		const uint8_t *line = scenes->canvas + (size_t)(y + y0) * scenes->wide_px + x0;
		const int8_t *hiss = noise + (size_t)y * scenes->width_px;
		uint8_t *out = ret_grey + (size_t)y * scenes->width_px;

		for (uint32_t x = 0; x < scenes->width_px; x++) {
			int level = line[x] + hiss[x] * (int)scenes->loudness / 16;

			out[x] = (uint8_t)(level < 0 ? 0 : level > 255 ? 255 : level);
		}
	}
}
