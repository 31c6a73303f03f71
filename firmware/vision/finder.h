/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside vision: where a QR code may be. Looks for finder patterns, whose cross-section is
 * 1:1:3:1:1 in any direction (ISO/IEC 18004, section 6.3.3), and for three of them that stand like
 * a code's corners.
 */
#ifndef KIOSK_VISION_FINDER_H
#define KIOSK_VISION_FINDER_H

#include "plane.h"

enum {
	FINDERS_MAX = 320,
	TRIPLES_MAX = 256,
	SURROUNDINGS_WIDE = 32,
	SURROUNDINGS_NEAR = 96, /* for blurred or small codes, and in poor light */
};

struct finder {
	float x, y;      /* its middle, in pixels of the view */
	float module_px; /* as wide as one module is, roughly */
	uint32_t hits;   /* lines that cross it */
	bool outlined;   /* the corners of its outline, in order around it, are known */
	float outline_x[4], outline_y[4];
};

/* Three finders that may belong to one symbol: `corner` where the right angle is, then clockwise.
 */
struct triple {
	struct finder corner, right, below;
	float cost; /* less is likelier */
};

/*
 * Finder patterns of a view, those crossed most often first. `light`: light on dark ones instead.
 * `share`: the surroundings a pixel is dark against reach that share of the view's longer side.
 * `mean` gets the view's blurred picture and is the caller's to forget; it must have room for the
 * view. The number found.
 */
size_t finder_search(const struct view *view, bool light, uint32_t share, struct plane *mean,
                     struct plane_scratch *scratch, struct finder *ret, size_t max);
/* The same finder in a picture `factor` times as large. */
void finder_scale(struct finder *finder, float factor);
/* Leaves out of `finder` those after the first n that are the same as one of these. `n_more` follow
 * the first; how many are left of all. */
size_t finder_merge(struct finder *finder, size_t n, size_t n_more);
/*
 * Likely triples, the likeliest first; `view` and `mean` as the search left them. A finder may be
 * in several. Their number.
 */
size_t finder_triples(const struct view *view, const struct plane *mean, bool light,
                      const struct finder *finder, size_t n, struct triple *ret, size_t max);

enum { FINDER_THIRDS_MAX = 2 };
/* Where two finders are plain and the third one is not: the likeliest places for it beside one of
 * them and opposite both, the likelier first, in pixels of the view, whose finders these are. How
 * many look like one. */
size_t finder_thirds(const struct view *view, bool light, const struct finder *finder, size_t n,
                     struct triple ret[FINDER_THIRDS_MAX]);

#endif
