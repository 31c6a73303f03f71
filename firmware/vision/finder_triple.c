/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>

#include "finder.h"
#include "outline.h"

enum {
	DARKER_BY = 4, /* levels under the surroundings' mean that make a pixel dark */
	FEW_FINDERS = 4,
};

/* Between the middles of two finders; version 1 has 14, version 40 170. */
static const float modules_least = 11, modules_most = 190;
/* By how much the outlines' sides may miss each other's middles, as a share of the way, and by how much
 * a symbol may seem wider than high. */
static const float askew_most = 0.4f, unlike_most = 1.35f;

struct ground {
	const struct view *view;
	const struct plane *mean;
	int sign; /* 1: dark patterns, -1: light ones */
};

static bool is_dark(const struct ground *ground, uint32_t x, uint32_t y)
{
	int pixel = ground->view->grey[(size_t)y * ground->view->stride + x];
	int mean = ground->mean->grey[(size_t)y * ground->mean->width_px + x];

	return (mean - pixel) * ground->sign >= DARKER_BY;
}

/* The way to another finder in a finder's own half widths: across its sides 0 and 2, or 1 and 3. */
struct way {
	bool across_odd;
	float halves,
	    askew; /* as long, and so much beside the middle of the side, as a share of it */
};

static struct way way_to(const struct finder *from, const struct finder *to)
{
	const float *x = from->outline_x, *y = from->outline_y;
	/* From the middle of one side to the middle of the opposite one, halved. */
	float ex = (x[1] + x[2] - x[0] - x[3]) / 4, ey = (y[1] + y[2] - y[0] - y[3]) / 4;
	float fx = (x[2] + x[3] - x[0] - x[1]) / 4, fy = (y[2] + y[3] - y[0] - y[1]) / 4;
	float dx = to->x - from->x, dy = to->y - from->y, det = ex * fy - ey * fx;
	float p = fabsf(dx * fy - dy * fx), q = fabsf(dy * ex - dx * ey);
	struct way way = {.across_odd = p > q};

	way.halves = fmaxf(p, q) / fmaxf(fabsf(det), 1e-3f);
	way.askew = fminf(p, q) / fmaxf(fmaxf(p, q), 1e-3f);
	return way;
}

/* A finder beside one that may be the corner of both. */
struct beside {
	const struct finder *finder;
	float dx, dy, length_sq;
	bool by_size;    /* not too far away, too near or too different, as large as they are */
	bool by_outline; /* nor by their outlines, across whose sides the way between them goes */
	bool across_odd;
	float modules_sq, askew;
};

/* Whether it may be one. */
static bool look_beside(const struct finder *corner, const struct finder *other, struct beside *ret)
{
	float module = (corner->module_px + other->module_px) / 2;
	float dx = other->x - corner->x, dy = other->y - corner->y;
	struct way there, back;

	*ret = (struct beside){.finder = other, .dx = dx, .dy = dy};
	ret->length_sq = dx * dx + dy * dy;
	ret->by_size = ret->length_sq < 4 * modules_most * modules_most * module * module &&
	               ret->length_sq > 0.36f * modules_least * modules_least * module * module &&
	               fmaxf(corner->module_px, other->module_px) <
	                   1.9f * fminf(corner->module_px, other->module_px);
	if (corner->outlined && other->outlined) {
		there = way_to(corner, other);
		back = way_to(other, corner);
		ret->across_odd = there.across_odd;
		ret->askew = (there.askew + back.askew) / 2;
		ret->modules_sq = 3.5f * 3.5f * there.halves * back.halves;
		ret->by_outline = fmaxf(there.askew, back.askew) < askew_most &&
		                  ret->modules_sq > modules_least * modules_least &&
		                  ret->modules_sq < modules_most * modules_most;
	}
	return ret->by_size || ret->by_outline;
}

/* How unlike a code's corners three finders stand, by their places and sizes; negative: not at all
 * like them. */
static float cost_by_size(const struct finder *corner, const struct beside *a,
                          const struct beside *b)
{
	const float of[3] = {corner->module_px, a->finder->module_px, b->finder->module_px};
	float module = (of[0] + of[1] + of[2]) / 3, small = fminf(of[0], fminf(of[1], of[2]));
	float large = fmaxf(of[0], fmaxf(of[1], of[2]));
	float product = a->dx * b->dx + a->dy * b->dy, squares = a->length_sq * b->length_sq;
	float la, lb, longer;

	/* A cosine of 0.6, one way twice the other. */
	if (product * product > 0.36f * squares || large > 1.9f * small ||
	    a->length_sq > 4 * b->length_sq || b->length_sq > 4 * a->length_sq)
		return -1;
	la = sqrtf(a->length_sq);
	lb = sqrtf(b->length_sq);
	longer = fmaxf(la, lb);
	if (longer > modules_most * module || fminf(la, lb) < modules_least * module * 0.7f)
		return -1;
	return fabsf(product) / (la * lb) + fabsf(logf(la / lb)) + logf(large / small) +
	       0.15f * logf(longer / module);
}

/* The same by their outlines, which stand square to each other in one symbol however it is turned. */
static float cost_by_outline(const struct beside *a, const struct beside *b)
{
	float larger = fmaxf(a->modules_sq, b->modules_sq);
	float smaller = fminf(a->modules_sq, b->modules_sq);

	if (a->across_odd == b->across_odd || larger > unlike_most * unlike_most * smaller)
		return -1;
	return a->askew + b->askew + 0.5f * logf(larger / smaller) + 0.075f * logf(larger);
}

/* How unlike a code's corners they stand, by what is known of them; negative: not at all like them. */
static float triple_cost(const struct finder *corner, const struct beside *a,
                         const struct beside *b)
{
	float cost = -1;

	if (a->by_outline && b->by_outline)
		cost = cost_by_outline(a, b);
	if (cost < 0 && a->by_size && b->by_size)
		cost = cost_by_size(corner, a, b);
	return cost;
}

/*
 * Between two finders of one symbol lies data: on the straight line through both middles dark and
 * light change every other module or so. On a wall they do not.
 */
static bool is_data_between(const struct ground *ground, const struct finder *a,
                            const struct finder *b)
{
	float dx = b->x - a->x, dy = b->y - a->y, length = hypotf(dx, dy);
	float module = fmaxf((a->module_px + b->module_px) / 2, 1);
	uint32_t steps = (uint32_t)fminf(length / module * 3, 600), changes = 0;
	bool was = true;

	for (uint32_t i = 0; i <= steps; i++) {
		float way = (float)i / (float)steps;
		bool dark =
		    is_dark(ground, (uint32_t)(a->x + dx * way), (uint32_t)(a->y + dy * way));

		changes += dark != was;
		was = dark;
	}
	return (float)changes * module > 0.2f * length && (float)changes * module < 1.1f * length;
}

/* Keeps the best `max`, in order. */
static size_t insert(struct triple *ret, size_t n, size_t max, const struct triple *triple)
{
	size_t at = n < max ? n : max - 1;

	if (n == max && ret[max - 1].cost <= triple->cost)
		return n;
	while (at > 0 && ret[at - 1].cost > triple->cost) {
		ret[at] = ret[at - 1];
		at--;
	}
	ret[at] = *triple;
	return n < max ? n + 1 : n;
}

/* All triples with this corner. How many there are then. */
static size_t add_triples(const struct ground *ground, const struct finder *corner,
                          const struct beside *beside, size_t n, bool crowded, struct triple *ret,
                          size_t found, size_t max)
{
	for (size_t j = 0; j < n; j++)
		for (size_t k = j + 1; k < n; k++) {
			const struct beside *a = &beside[j], *b = &beside[k];
			struct triple triple = {.corner = *corner};
			float turn = a->dx * b->dy - a->dy * b->dx;

			triple.cost = triple_cost(corner, a, b);
			if (triple.cost < 0 || (found == max && triple.cost >= ret[max - 1].cost))
				continue;
			if (!is_data_between(ground, corner, a->finder) ||
			    !is_data_between(ground, corner, b->finder)) {
				/* Blur hides data, but a wall has more finders. */
				if (crowded)
					continue;
				triple.cost += 1;
			}
			triple.right = turn > 0 ? *a->finder : *b->finder;
			triple.below = turn > 0 ? *b->finder : *a->finder;
			found = insert(ret, found, max, &triple);
		}
	return found;
}

size_t finder_triples(const struct view *view, const struct plane *mean, bool light,
                      const struct finder *finder, size_t n, struct triple *ret, size_t max)
{
	const struct ground ground = {.view = view, .mean = mean, .sign = light ? -1 : 1};
	struct beside beside[FINDERS_MAX];
	size_t found = 0;

	assert(n <= FINDERS_MAX);
	for (size_t i = 0; i < n; i++) {
		size_t sides = 0;

		for (size_t j = 0; j < n; j++)
			sides += j != i && look_beside(&finder[i], &finder[j], &beside[sides]);
		found = add_triples(&ground, &finder[i], beside, sides, n > FEW_FINDERS, ret, found,
		                    max);
	}
	return found;
}
