/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside vision: a symbol's modules, one by one. From where three finders stand it works out how
 * many modules there are and where each lies, following timing and alignment patterns (ISO/IEC
 * 18004, sections 6.3.5 and 6.3.6) over slant, perspective and bends, and draws the symbol again,
 * flat and in black and white, for zbar to decode.
 */
#ifndef KIOSK_VISION_GRID_H
#define KIOSK_VISION_GRID_H

#include "region.h"

enum {
	GRID_MODULES_MAX = 177,
	GRID_LINES_MAX = 7,   /* of alignment patterns, each way */
	GRID_MODULE_PX = 4,   /* of the picture drawn */
	GRID_AREA = 5,        /* modules each way that a module's darkness is told against */
	GRID_QUIET = 4,       /* modules around it */
	GRID_CANDIDATES = 15, /* sizes and maps tried for one triple */
};

/* Where modules lie: a plane's perspective, and what the surface departs from it. */
struct grid {
	uint32_t modules;
	double plane[8]; /* x = (p0 u + p1 v + p2) / (p6 u + p7 v + 1), y with p3..p5 */
	uint32_t lines;
	float line[GRID_LINES_MAX]; /* in modules */
	float dx[GRID_LINES_MAX][GRID_LINES_MAX], dy[GRID_LINES_MAX][GRID_LINES_MAX];
	float quality; /* share of the timing and alignment modules that are as they must be */
};

/* Grids a triple may stand for, in the view's pixels, the best first; `light`: on dark ground.
 * Their number. */
size_t grid_fit(const struct triple *triple, const struct view *view, bool light, struct grid *ret,
                size_t max);
/* Where the point (u, v), in modules, lies in the view. */
void grid_at(const struct grid *grid, float u, float v, float *ret_x, float *ret_y);
/* How dark is told from light. */
struct grid_look {
	int area;         /* a module is dark against the mean of those up to so far away */
	int sharpen_4ths; /* what is taken back of the neighbours' blur */
};
/* The symbol, flat: dark on light. False: no room in `out`. */
bool grid_draw(const struct grid *grid, const struct view *view, bool light,
               const struct grid_look *look, struct plane *out);

#endif
