/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside vision: where a symbol's modules lie in a view: on a plane seen in perspective, and off it
 * where the surface is bent, as known at the alignment patterns (ISO/IEC 18004, section 6.3.6).
 * Points (u, v) are in modules from the symbol's upper left.
 */
#ifndef KIOSK_VISION_GRID_H
#define KIOSK_VISION_GRID_H

#include "plane.h"

enum {
	GRID_MODULES_MIN = 21,
	GRID_MODULES_MAX = 177,
	GRID_LINES_MAX = 7, /* of alignment patterns, each way */
};

struct grid {
	uint32_t modules; /* each way */
	double plane[8];  /* x = (p0 u + p1 v + p2) / (p6 u + p7 v + 1), y with p3..p5 */
	uint32_t lines;   /* in whose crossings finders or alignment patterns stand */
	float line[GRID_LINES_MAX];
	float dx[GRID_LINES_MAX][GRID_LINES_MAX], dy[GRID_LINES_MAX][GRID_LINES_MAX];
	float quality; /* share of the modules of fixed colour that are as they must be */
};

/* A symbol's lines, nothing departing from the plane. */
void grid_init(struct grid *grid, uint32_t modules);
/* The plane's perspective leads four points (u, v) to (x, y). False: three lie on a line. */
bool grid_lay(struct grid *grid, const float uv[4][2], const float xy[4][2]);
/* Where (u, v) lies in the view; and where it would lie on the plane. */
void grid_at(const struct grid *grid, float u, float v, float *ret_x, float *ret_y);
void grid_flat_at(const struct grid *grid, float u, float v, float *ret_x, float *ret_y);
/* How far a step of a module to the right, and one down, leads at (u, v). */
void grid_axes(const struct grid *grid, float u, float v, float a[2], float b[2]);
/* Whether the crossing of two lines lies in a finder. */
bool grid_in_finder(const struct grid *grid, uint32_t i, uint32_t j);

#endif
