/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside vision: what a symbol's modules look like where a grid says they are: how bright each is,
 * which are dark, and how sure that is. What lens and hand smeared over neighbours is taken back by
 * a filter learnt from the symbol itself.
 */
#ifndef KIOSK_VISION_MODULES_H
#define KIOSK_VISION_MODULES_H

#include "grid.h"

enum {
	MODULES_MAX = GRID_MODULES_MAX * GRID_MODULES_MAX,
	MODULES_AREA = 5, /* modules each way that a module's darkness is told against */
};

struct modules {
	uint32_t n;                /* each way; row by row from the symbol's upper left */
	uint8_t grey[MODULES_MAX]; /* as if dark on light */
	int8_t dark[MODULES_MAX];  /* positive: dark, negative: light, the farther the surer */
};

/* How bright each module is, at its middle or as the mean of a few points; `light`: on dark ground. */
enum modules_points {
	MODULES_MIDDLE,
	MODULES_SPREAD,
};
void modules_sample(const struct grid *grid, const struct view *view, bool light,
                    enum modules_points points, struct modules *ret);
/* How dark each is against the mean of those up to `area` modules away. */
void modules_tell(struct modules *modules, int area);
/* Takes back a share of what blur gave each module's grey of its four neighbours. */
void modules_sharpen(struct modules *modules, int gain_4ths);
/*
 * Takes back what smeared modules into each other, whatever did: by the weights of a module's
 * neighbours that come nearest (least squares) to the modules whose colour is fixed, and to what the
 * others were told to be (decision-directed equalization: Lucky 1966, here in the plane). After
 * modules_tell(); may be called again. False: nothing was to be learnt.
 */
bool modules_equalize(const struct grid *grid, struct modules *modules);
/* Share of the modules of fixed colour (finders, timing, alignment) that are told right. */
float modules_quality(const struct grid *grid, const struct modules *modules);

#endif
