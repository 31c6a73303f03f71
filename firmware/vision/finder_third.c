/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "finder.h"
#include "pattern.h"

enum {
	PAIRED_MAX = 3, /* of the finders, the first ones */
	/* Where the third one of a pair may be: on either side of either, or of their middle. */
	THIRDS = 6,
};

/* Modules off a square's corner that perspective may move it, and what part of the pair's own
 * contrast it must have to be believed. */
static const float reach_share = 0.27f, reach_max = 10, looks_least = 0.55f;
static const float span_min = 11, span_max = 170;

struct pair {
	const struct finder *a, *b;
	float contrast; /* of the fainter */
};

/* A finder's own axes where the symbol's run along (x, y) or 45 degrees off. */
static void lay_axes(float x, float y, float module_px, float a[2], float b[2])
{
	float length = hypotf(x, y);
	/* A slanting square is cut longer by lines and columns than it is wide. */
	float px = module_px * fmaxf(fabsf(x), fabsf(y)) / length;

	a[0] = x / length * px;
	a[1] = y / length * px;
	b[0] = -a[1];
	b[1] = a[0];
}

/* Looks for one third, its modules `size` times as large as the pair's; how much it looks like one. */
static float try_third(const struct view *view, bool light, const struct pair *pair, int third,
                       float size, struct triple *ret)
{
	float dx = pair->b->x - pair->a->x, dy = pair->b->y - pair->a->y;
	float side = third % 2 == 0 ? 1 : -1,
	      module = (pair->a->module_px + pair->b->module_px) / 2;
	struct finder found = {.module_px = module, .hits = 1};
	float a[2], b[2], span, looks;

	if (third < 4) {
		const struct finder *corner = third < 2 ? pair->a : pair->b;

		lay_axes(dx, dy, module, a, b);
		found.x = corner->x - side * dy;
		found.y = corner->y + side * dx;
		span = hypotf(dx, dy);
	} else {
		lay_axes(dx - dy, dy + dx, module, a, b);
		found.x = (pair->a->x + pair->b->x - side * dy) / 2;
		found.y = (pair->a->y + pair->b->y + side * dx) / 2;
		span = hypotf(dx, dy) * 0.7071f;
	}
	span /= hypotf(a[0], a[1]);
	if (span < span_min || span > span_max)
		return 0;
	for (int i = 0; i < 2; i++) {
		a[i] *= size;
		b[i] *= size;
	}
	(void)pattern_settle(view, light, PATTERN_FINDER,
	                     fminf(reach_share * span, reach_max) / size, 0.7f, a, b, &found.x,
	                     &found.y);
	looks = pattern_settle(view, light, PATTERN_FINDER, 0.5f, 0.25f, a, b, &found.x, &found.y);
	found.module_px *= size;
	ret->corner = third < 2 ? *pair->a : third < 4 ? *pair->b : found;
	ret->right = third < 2 ? *pair->b : *pair->a;
	ret->below = third < 4 ? found : *pair->b;
	return looks;
}

/* Clockwise from the corner. */
static void turn_round(struct triple *triple)
{
	const struct finder *c = &triple->corner, *r = &triple->right, *b = &triple->below;
	struct finder kept = *r;

	if ((r->x - c->x) * (b->y - c->y) - (r->y - c->y) * (b->x - c->x) > 0)
		return;
	triple->right = *b;
	triple->below = kept;
}

/* What a finder looks like, whichever way it is turned. */
static float finder_looks(const struct view *view, bool light, const struct finder *finder,
                          float dx, float dy)
{
	float upright[2][2], slanting[2][2];

	lay_axes(dx, dy, finder->module_px, upright[0], upright[1]);
	lay_axes(dx - dy, dy + dx, finder->module_px, slanting[0], slanting[1]);
	return fmaxf(pattern_looks(view, light, PATTERN_FINDER, finder->x, finder->y, upright[0],
	                           upright[1]),
	             pattern_looks(view, light, PATTERN_FINDER, finder->x, finder->y, slanting[0],
	                           slanting[1]));
}

/* A third beside one of a pair, or opposite both. */
enum stand {
	STAND_BESIDE,
	STAND_OPPOSITE,
	STAND_N,
};

struct best {
	float share[STAND_N]; /* of the pair's contrast */
	struct triple triple[STAND_N];
};

static void keep_best(const struct view *view, bool light, const struct pair *pair,
                      struct best *best)
{
	/* A finder that is farther away is smaller; what is nearer is found as it is. */
	static const float size[] = {1, 0.8f};

	for (int i = 0; i < THIRDS * 2; i++) {
		enum stand stand = i / 2 < 4 ? STAND_BESIDE : STAND_OPPOSITE;
		struct triple triple = {.cost = 0};
		float share =
		    try_third(view, light, pair, i / 2, size[i % 2], &triple) / pair->contrast;

		if (share <= best->share[stand])
			continue;
		turn_round(&triple);
		best->share[stand] = share;
		best->triple[stand] = triple;
	}
}

size_t finder_thirds(const struct view *view, bool light, const struct finder *finder, size_t n,
                     struct triple ret[FINDER_THIRDS_MAX])
{
	struct best best = {.share = {looks_least, looks_least}};
	int likelier;
	size_t found = 0;

	if (n > PAIRED_MAX)
		n = PAIRED_MAX;
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++) {
			struct pair pair = {.a = &finder[i], .b = &finder[j]};
			float dx = pair.b->x - pair.a->x, dy = pair.b->y - pair.a->y;

			if (pair.a->module_px > 1.6f * pair.b->module_px ||
			    pair.b->module_px > 1.6f * pair.a->module_px || (dx == 0 && dy == 0))
				continue;
			pair.contrast = fminf(finder_looks(view, light, pair.a, dx, dy),
			                      finder_looks(view, light, pair.b, dx, dy));
			if (pair.contrast > 0)
				keep_best(view, light, &pair, &best);
		}
	likelier = best.share[STAND_OPPOSITE] > best.share[STAND_BESIDE];
	for (int i = 0; i < STAND_N; i++)
		if (best.share[i ^ likelier] > looks_least)
			ret[found++] = best.triple[i ^ likelier];
	return found;
}
