/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scenes as pixels: words that fit their boxes, symbols, the number of people, a code to scan. In:
 * a scene (core) and where to draw. Out: pixels, and a report of what stands where, by which a test
 * sees that nothing is cut, covered or pale. Opens nothing but the fonts that fontconfig names.
 */
#ifndef KIOSK_DRAWING_SCREEN_PAGE_H
#define KIOSK_DRAWING_SCREEN_PAGE_H

#include "drawing.h"
#include "scene.h"

enum {
	DRAWING_PX_MIN = 320, /* of the shorter side */
	DRAWING_PX_MAX = 4096,
	DRAWING_BOXES_MAX = 24,
};

/* Pixels of 32 bits, blue in the lowest octet, the highest unused (DRM_FORMAT_XRGB8888). The
 * caller's. */
struct picture_area {
	uint8_t *pixels;
	int width_px, height_px;
	int stride; /* octets a row */
};

struct drawing_look {
	bool light; /* dark on light; else light on dark */
};

/* What was drawn, box by box. */
struct drawing_report {
	unsigned n_boxes;
	struct drawn_box {
		int x, y, width, height; /* of the ink, pixels */
		double size_px;          /* of the letters; 0 for what has none */
		double contrast;         /* of WCAG 2.2, 1 to 21 */
		bool whole;              /* nothing was cut */
		unsigned unknown;        /* characters that no font has */
	} box[DRAWING_BOXES_MAX];
};

/*
 * Draws a scene over all of the area. `ret` may be NULL. 0; -EINVAL: a size outside of the limits;
 * -ENOMEM.
 */
int drawing_scene(const struct scene *scene, const struct drawing_look *look,
                  const struct picture_area *area, struct drawing_report *ret);
/* Writes the area as a PNG file. 0, -ENOMEM or -EIO. */
int drawing_png(const struct picture_area *area, const char *path);
/* Contrast of two colours (WCAG 2.2, 1.4.3), 1 to 21. */
double ink_contrast(struct ink a, struct ink b);

#endif
