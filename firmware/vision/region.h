/* SPDX-License-Identifier: Apache-2.0 */
/* Inside vision: the part of a picture where a triple of finders stands, turned upright, at a size
 * zbar likes. */
#ifndef KIOSK_VISION_REGION_H
#define KIOSK_VISION_REGION_H

#include "finder.h"

enum { REGION_SIDE_MAX_PX = 1400 };

/* Modules between the middles of two finders, roughly. */
float triple_modules(const struct triple *triple);
/* The same triple in a picture `factor` times as large. */
void triple_scale(struct triple *triple, float factor);

/*
 * Samples `view` along the triple's own axes, `module_px` pixels a module, with a margin for slant.
 * The triple is in the view's pixels. *ret_back leads from the region's pixels to the view's.
 * False: it does not fit `out`.
 */
bool region_sample(const struct triple *triple, const struct view *view, float module_px,
                   struct plane *out, struct affine *ret_back);

#endif
