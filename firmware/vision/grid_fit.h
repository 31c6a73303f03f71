/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside vision: from three finders to a grid. How many modules there are is told by the timing
 * patterns (ISO/IEC 18004, section 6.3.5), where they lie by the alignment patterns (6.3.6), over
 * slant, perspective and bends.
 */
#ifndef KIOSK_VISION_GRID_FIT_H
#define KIOSK_VISION_GRID_FIT_H

#include "grid.h"
#include "region.h"

/*
 * Grids a triple may stand for, in the view's pixels, the best first; `light`: on dark ground. The
 * search ends at the first one of quality `enough`. Their number.
 */
size_t grid_fit(const struct triple *triple, const struct view *view, bool light, float enough,
                struct grid *ret, size_t max);

#endif
