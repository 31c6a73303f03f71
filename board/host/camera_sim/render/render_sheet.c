/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <qrencode.h>

#include "render_sheet.h"

/* Whole numbers: see struct sheet_squares. */
static const float ink = 28, paper = 214, glass = 12, screen_dark = 18, screen_light = 232;

static bool is_alphanumeric(const uint8_t *code, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		uint8_t c = code[i];

		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == ' ' || c == '$' ||
		      c == '%' || (c >= '*' && c <= '/' && c != ',') || c == ':'))
			return false;
	}
	return true;
}

static QRcode *encode(const uint8_t *code, size_t len, QRecLevel level)
{
	QRencodeMode mode = is_alphanumeric(code, len) ? QR_MODE_AN : QR_MODE_8;
	QRinput *input = QRinput_new2(0, level);
	QRcode *symbol = NULL;

	if (!input)
		return NULL;
	if (QRinput_append(input, mode, (int)len, code) == 0)
		symbol = QRcode_encodeInput(input);
	QRinput_free(input);
	return symbol;
}

int sheet_encode(const void *code, size_t len, struct sheet *ret)
{
	QRcode *symbol;

	if (len < 1 || len > 4296)
		return -EMSGSIZE;
	symbol = encode(code, len, QR_ECLEVEL_M);
	if (!symbol)
		symbol = encode(code, len, QR_ECLEVEL_L);
	if (!symbol)
		return errno == ENOMEM ? -ENOMEM : -EMSGSIZE;
	ret->modules = (unsigned)symbol->width;
	for (int i = 0; i < symbol->width * symbol->width; i++)
		ret->dark[i] = symbol->data[i] & 1;
	QRcode_free(symbol);
	return 0;
}

void sheet_extent(const struct sheet *sheet, const struct posture *posture, float ret[4])
{
	float m = (float)sheet->modules;

	ret[0] = ret[1] = posture->screen ? 5 + 0.05f * m : 5;
	ret[2] = posture->screen ? 0.5f * m : 5 + 0.16f * m;
	ret[3] = posture->screen ? 0.5f * m : 5 + 0.10f * m;
}

/* Lines of what looks like print from where a camera stands: words of random length. */
static float print_at(const struct sheet *sheet, float u, float v, float line_high, float light,
                      float dark)
{
	float line = floorf(v / line_high), within = v / line_high - line;
	uint64_t word = (uint64_t)(int64_t)(u / line_high * 0.7f + 1000) * 0x9e3779b97f4a7c15ull ^
	                sheet->seed ^ (uint64_t)(int64_t)(line + 1000);
	float share;

	if (within < 0.3f || within > 0.8f)
		return light;
	word ^= word >> 29;
	word *= 0xbf58476d1ce4e5b9ull;
	share = (float)(word >> 40) / (float)(1 << 24);
	return share < 0.25f ? light : light + (dark - light) * (0.4f + 0.5f * share);
}

/* The jagged edge runs across the corner behind its finder pattern. */
static bool is_torn_off(const struct posture *posture, float m, float u, float v)
{
	float from_side = posture->torn_corner == 1 ? m - u : u;
	float from_top = posture->torn_corner == 2 ? m - v : v;
	float jag = sinf(u * 1.3f) + sinf(v * 2.1f);

	return from_side + from_top < 17 + jag;
}

static float symbol_at(const struct sheet *sheet, float u, float v, float light, float dark)
{
	unsigned column = (unsigned)u, row = (unsigned)v;

	return sheet->dark[row * sheet->modules + column] ? dark : light;
}

static float paper_at(const struct sheet *sheet, const struct posture *posture,
                      const float extent[4], float u, float v)
{
	float m = (float)sheet->modules;

	if (posture->torn && is_torn_off(posture, m, u, v))
		return -1;
	if (u >= 0 && u < m && v >= 0 && v < m)
		return symbol_at(sheet, u, v, paper, ink);
	if ((v < -4 || v > m + 4) && u > 0 && u < m && v > -extent[2] + 2 && v < m + extent[3] - 2)
		return print_at(sheet, u, v, 0.05f * m, paper, ink + 20);
	return paper;
}

static float phone_at(const struct sheet *sheet, const float extent[4], float u, float v)
{
	float m = (float)sheet->modules, edge = 0.03f * m, round = 0.08f * m;
	float x = fminf(u + extent[0], m + extent[1] - u);
	float y = fminf(v + extent[2], m + extent[3] - v);

	if (x < round && y < round && hypotf(round - x, round - y) > round)
		return -1;
	if (x < edge || y < edge * 1.5f)
		return glass;
	if (u >= 0 && u < m && v >= 0 && v < m)
		return symbol_at(sheet, u, v, screen_light, screen_dark);
	if (v < -0.3f * m || v > m * 1.3f)
		return print_at(sheet, u, v, 0.06f * m, 90, 150);
	return screen_light;
}

float sheet_at(const struct sheet *sheet, const struct posture *posture, const float extent[4],
               float u, float v)
{
	float m = (float)sheet->modules;

	if (u < -extent[0] || u > m + extent[1] || v < -extent[2] || v > m + extent[3])
		return -1;
	return posture->screen ? phone_at(sheet, extent, u, v)
	                       : paper_at(sheet, posture, extent, u, v);
}

/* Of the square from (u, v) on, on paper and not in the symbol. */
static bool is_blank_paper(float m, float u, float v)
{
	return u < 0 || u >= m || (v >= -4 && v + 1 <= m + 4);
}

/* The same on a phone, as deep as its edge and corners and as far as print. */
static bool is_blank_screen(const float extent[4], float m, float u, float v)
{
	float x = fminf(u + extent[0], m + extent[1] - u - 1);
	float y = fminf(v + extent[2], m + extent[3] - v - 1);

	return x >= 0.08f * m && y >= 0.08f * m && v >= -0.3f * m && v + 1 <= m * 1.3f;
}

static int16_t square_at(const struct sheet *sheet, const struct posture *posture,
                         const float extent[4], float u, float v)
{
	float m = (float)sheet->modules, light = posture->screen ? screen_light : paper;

	if (u + 1 <= -extent[0] || u >= m + extent[1] || v + 1 <= -extent[2] || v >= m + extent[3])
		return SQUARE_NOTHING;
	if (u < -extent[0] || u + 1 > m + extent[1] || v < -extent[2] || v + 1 > m + extent[3])
		return SQUARE_UNEVEN;
	if (posture->torn) {
		float from_side = posture->torn_corner == 1 ? m - u - 1 : u;
		float from_top = posture->torn_corner == 2 ? m - v - 1 : v;

		/* The edge is jagged by 2. */
		if (from_side + from_top + 2 < 17 - 2)
			return SQUARE_NOTHING;
		if (from_side + from_top < 17 + 2)
			return SQUARE_UNEVEN;
	}
	if (u >= 0 && u < m && v >= 0 && v < m)
		return (int16_t)symbol_at(sheet, u, v, light, posture->screen ? screen_dark : ink);
	if (posture->screen ? is_blank_screen(extent, m, u, v) : is_blank_paper(m, u, v))
		return (int16_t)light;
	return SQUARE_UNEVEN;
}

void sheet_squares(const struct sheet *sheet, const struct posture *posture,
                   struct sheet_squares *ret)
{
	float m = (float)sheet->modules, extent[4];

	sheet_extent(sheet, posture, extent);
	ret->least_u = (int)floorf(-extent[0]) - 1;
	ret->least_v = (int)floorf(-extent[2]) - 1;
	ret->wide = (unsigned)((int)ceilf(m + extent[1]) + 1 - ret->least_u);
	ret->high = (unsigned)((int)ceilf(m + extent[3]) + 1 - ret->least_v);
	for (unsigned row = 0; row < ret->high; row++)
		for (unsigned column = 0; column < ret->wide; column++)
			ret->level[row * ret->wide + column] =
			    square_at(sheet, posture, extent, (float)(ret->least_u + (int)column),
			              (float)(ret->least_v + (int)row));
}
