/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside vision: the outlines of finder patterns. Three squares seen in perspective tell more than
 * their middles do: how many modules lie between them, and where the fourth corner is, with no
 * alignment pattern near it (ISO/IEC 18004, section 6.3.3).
 */
#ifndef KIOSK_VISION_OUTLINE_H
#define KIOSK_VISION_OUTLINE_H

#include "finder.h"

/* A finder's outer corners: upper left, upper right, lower right, lower left of the symbol's own. */
struct outline {
	float x[4], y[4];
};

/* Tells finders of a view their outlines. */
void outline_finders(const struct view *view, bool light, struct finder *finder, size_t n);
/* The outlines of a triple's corner, right and below, in that order. False: not all are plain. */
bool outline_find(const struct view *view, bool light, const struct triple *triple,
                  struct outline ret[3]);
/* How many modules wide the symbol is by them, roughly. */
float outline_modules(const struct outline outline[3]);
/* Moves a triple's finders to where the outlines' diagonals cross. */
void outline_settle(const struct outline outline[3], struct triple *triple);
/* The symbol's outer corners: upper left, upper right, lower left, and lower right where the sides
 * meet. False: they do not. */
bool outline_corners(const struct outline outline[3], float ret[4][2]);

#endif
