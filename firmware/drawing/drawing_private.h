/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this room share: cairo, which nobody else sees. */
#ifndef KIOSK_DRAWING_PRIVATE_H
#define KIOSK_DRAWING_PRIVATE_H

#include <cairo.h>

#include "drawing.h"

struct canvas {
	cairo_t *cr; /* its unit is a millimetre */
};

/* A pixel of a page's picture, in millimetres. */
static const double PX_MM = 25.4 / PAGE_DPI;

#endif
