/* SPDX-License-Identifier: Apache-2.0 */
/* Inside render: what is held up, as a surface: a slip of paper or a phone with a symbol on it. */
#ifndef KIOSK_HOST_RENDER_SHEET_H
#define KIOSK_HOST_RENDER_SHEET_H

#include "render_posture.h"

enum { SYMBOL_MODULES_MAX = 177 };

struct sheet {
	unsigned modules;
	uint8_t dark[SYMBOL_MODULES_MAX * SYMBOL_MODULES_MAX]; /* 1: dark */
	uint64_t seed;                                         /* of the print beside the symbol */
};

/* As render_add(): 0, -EMSGSIZE, -ENOMEM. */
int sheet_encode(const void *code, size_t len, struct sheet *ret);
/* How far the surface reaches beyond the symbol, in modules: left, right, above, below. */
void sheet_extent(const struct sheet *sheet, const struct posture *posture, float ret[4]);
/* Brightness at (u, v), 0..255; below 0: the surface is not there. */
float sheet_at(const struct sheet *sheet, const struct posture *posture, const float extent[4],
               float u, float v);

/* What a square of a sheet is if it is not all of one brightness. */
enum { SQUARE_NOTHING = -1, SQUARE_UNEVEN = -2 };

/* The sheet in squares of one module: a lookup in place of sheet_at() where all of one is alike. */
struct sheet_squares {
	int least_u, least_v; /* of the first; the outermost ones are SQUARE_NOTHING */
	unsigned wide, high;
	int16_t level[(2 * SYMBOL_MODULES_MAX + 8) * (2 * SYMBOL_MODULES_MAX + 8)];
};
void sheet_squares(const struct sheet *sheet, const struct posture *posture,
                   struct sheet_squares *ret);

#endif
