/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside vision: the concentric squares of finder and alignment patterns (ISO/IEC 18004, sections
 * 6.3.3 and 6.3.6), looked for where they are expected.
 */
#ifndef KIOSK_VISION_PATTERN_H
#define KIOSK_VISION_PATTERN_H

#include "plane.h"

/* By how many rings of one module stand around the middle one. */
enum pattern {
	PATTERN_ALIGNMENT = 2,
	PATTERN_FINDER = 3,
};

/* How much a pattern with its middle at (x, y) looks like one, where steps of a module are `a` and
 * `b`: by how many levels what must be bright is brighter than what must be dark; `light`: the other
 * way round. */
float pattern_looks(const struct view *view, bool light, enum pattern pattern, float x, float y,
                    const float a[2], const float b[2]);
/* Moves (x, y) to where it looks best within `reach` modules, going by `step`; of equals the nearer.
 * What it looks like there, less up to a quarter for what lies far off. */
float pattern_settle(const struct view *view, bool light, enum pattern pattern, float reach,
                     float step, const float a[2], const float b[2], float *x, float *y);

#endif
