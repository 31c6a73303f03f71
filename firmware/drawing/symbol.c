/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "drawing_private.h"

/* Lines through points of a square of 100 by 100; a point left of it lifts the pen. */
static void strokes(struct canvas *canvas, const double *point, size_t n)
{
	bool down = false;

	for (size_t i = 0; i + 1 < n; i += 2) {
		if (point[i] < 0) {
			down = false;
			i--;
			continue;
		}
		if (down)
			cairo_line_to(canvas->cr, point[i], point[i + 1]);
		else
			cairo_move_to(canvas->cr, point[i], point[i + 1]);
		down = true;
	}
	cairo_stroke(canvas->cr);
}

#define STROKES(...)                                                                               \
	strokes(canvas, (const double[]){__VA_ARGS__},                                             \
	        sizeof((const double[]){__VA_ARGS__}) / sizeof(double))

static void circle(struct canvas *canvas, double x, double y, double radius)
{
	cairo_new_sub_path(canvas->cr);
	cairo_arc(canvas->cr, x, y, radius, 0, 2 * M_PI);
	cairo_stroke(canvas->cr);
}

static void dot(struct canvas *canvas, double x, double y, double radius)
{
	cairo_arc(canvas->cr, x, y, radius, 0, 2 * M_PI);
	cairo_fill(canvas->cr);
}

/* A hand's card before the kiosk's camera. */
static void card(struct canvas *canvas)
{
	cairo_set_line_width(canvas->cr, 4);
	STROKES(6, 26, 52, 26, 52, 74, 6, 74, 6, 26);
	STROKES(14, 36, 26, 36, 26, 48, 14, 48, 14, 36, -1, 32, 36, 44, 36, 44, 48, 32, 48, 32, 36,
	        -1, 14, 54, 26, 54, 26, 66, 14, 66, 14, 54, -1, 33, 56, 43, 66);
	cairo_set_line_width(canvas->cr, 3);
	STROKES(58, 50, 72, 50, -1, 67, 45, 73, 50, 67, 55);
	cairo_set_line_width(canvas->cr, 4);
	STROKES(80, 34, 96, 34, 96, 66, 80, 66, 80, 34);
	circle(canvas, 88, 50, 5);
}

void symbol_draw(struct canvas *canvas, const struct box *box, enum scene_symbol symbol)
{
	const double side = fmin(box->width_mm, box->height_mm);

	cairo_save(canvas->cr);
	cairo_translate(canvas->cr, box->x_mm + (box->width_mm - side) / 2,
	                box->y_mm + (box->height_mm - side) / 2);
	cairo_scale(canvas->cr, side / 100, side / 100);
	cairo_set_source_rgb(canvas->cr, canvas->ink.red, canvas->ink.green, canvas->ink.blue);
	cairo_set_line_width(canvas->cr, 8);
	cairo_set_line_cap(canvas->cr, CAIRO_LINE_CAP_ROUND);
	cairo_set_line_join(canvas->cr, CAIRO_LINE_JOIN_ROUND);
	switch (symbol) {
	case SYMBOL_CHECK:
		circle(canvas, 50, 50, 44);
		STROKES(28, 52, 44, 68, 73, 34);
		break;
	case SYMBOL_BACK: /* a smile: known, and welcome */
		circle(canvas, 50, 50, 44);
		dot(canvas, 35, 40, 6);
		dot(canvas, 65, 40, 6);
		cairo_arc(canvas->cr, 50, 50, 24, M_PI * 0.15, M_PI * 0.85);
		cairo_stroke(canvas->cr);
		break;
	case SYMBOL_ELSEWHERE: /* an arrow to the slips */
		STROKES(10, 50, 88, 50, -1, 60, 22, 88, 50, 60, 78);
		break;
	case SYMBOL_QUESTION:
		cairo_arc(canvas->cr, 50, 32, 20, M_PI, M_PI * 2.25);
		cairo_line_to(canvas->cr, 50, 62);
		cairo_stroke(canvas->cr);
		dot(canvas, 50, 84, 6);
		break;
	case SYMBOL_UNDONE: /* an arrow that turns back */
		cairo_arc_negative(canvas->cr, 50, 54, 32, M_PI * 0.6, M_PI * 1.15);
		cairo_stroke(canvas->cr);
		STROKES(8, 36, 21, 40, 34, 24);
		break;
	case SYMBOL_STOP:
		STROKES(32, 6, 68, 6, 94, 32, 94, 68, 68, 94, 32, 94, 6, 68, 6, 32, 32, 6);
		STROKES(50, 26, 50, 56);
		dot(canvas, 50, 74, 5);
		break;
	case SYMBOL_CARD:
		card(canvas);
		break;
	case SYMBOL_NONE:
	case SYMBOL_N:
		break;
	}
	cairo_restore(canvas->cr);
}
