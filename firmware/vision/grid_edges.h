/* SPDX-License-Identifier: Apache-2.0 */
/* Inside vision: a grid laid on the edges of what a symbol always has: the squares of its finders and
 * the changes of its timing patterns (ISO/IEC 18004, sections 6.3.3 and 6.3.5). */
#ifndef KIOSK_VISION_GRID_EDGES_H
#define KIOSK_VISION_GRID_EDGES_H

#include "grid.h"

/* Moves a grid's plane until its edges lie where the view's do, which are looked for up to `reach`
 * modules away; `light`: on dark ground. */
void grid_settle(struct grid *grid, const struct view *view, bool light, float reach);

#endif
