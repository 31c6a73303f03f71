/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this room share: cairo, which nobody else sees. */
#ifndef KIOSK_DRAWING_PRIVATE_H
#define KIOSK_DRAWING_PRIVATE_H

#include <cairo.h>

#include "drawing.h"
#include "screen_page.h"

struct canvas {
	cairo_t *cr;            /* its unit is a millimetre of a page, or a pixel of a screen */
	struct ink ink, ground; /* of what is drawn, and behind it; a page's are black on white */
	bool whole_words;       /* smaller letters before a broken word */
	struct drawing_report *report; /* of a screen; else NULL */
};

static const struct ink INK_BLACK = {0, 0, 0}, INK_WHITE = {1, 1, 1};

/* Dark modules at whole units, each `module` wide; x0, y0 is the symbol's corner without its quiet
 * zone. */
void qr_modules(struct canvas *canvas, const struct qr *qr, double x0, double y0, double module);
int qr_width(const struct qr *qr); /* modules a side */
/* A symbol of scenes in a square box, in the canvas's ink. */
void symbol_draw(struct canvas *canvas, const struct box *box, enum scene_symbol symbol);

/* A pixel of a page's picture, in millimetres. */
static const double PX_MM = 25.4 / PAGE_DPI;

#endif
