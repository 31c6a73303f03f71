/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "outline.h"

enum {
	RAYS = 48,
	RAYS_LEAST = 36, /* that meet an edge */
	BOX = 7,         /* samples each way of what dark and light are told apart by */
	STEPS_MAX = 160,
};

/* A finder's half width in its own modules, by which tilt and a cut along lines and columns may
 * stretch it. */
static const float reach_modules = 11;

struct point {
	float x, y;
};

/* The level between a finder's dark and its light (Ridler and Calvard's). */
static float level_between(const struct view *view, const struct finder *finder)
{
	float grey[BOX * BOX], least = 255, most = 0, level;

	for (int i = 0; i < BOX * BOX; i++) {
		float u = (float)(i % BOX - BOX / 2), v = (float)(i / BOX - BOX / 2);

		grey[i] = grey_at(view, finder->x + u * finder->module_px,
		                  finder->y + v * finder->module_px);
		least = fminf(least, grey[i]);
		most = fmaxf(most, grey[i]);
	}
	level = (least + most) / 2;
	for (int round = 0; round < 3; round++) {
		float sum[2] = {0, 0};
		int n[2] = {0, 0};

		for (int i = 0; i < BOX * BOX; i++) {
			sum[grey[i] > level] += grey[i];
			n[grey[i] > level]++;
		}
		if (n[0] > 0 && n[1] > 0)
			level = (sum[0] / (float)n[0] + sum[1] / (float)n[1]) / 2;
	}
	return level;
}

/* The third edge on the way from the middle outwards: the outer one. */
static bool meet_edge(const struct view *view, bool light, const struct finder *finder, float level,
                      float dx, float dy, struct point *ret)
{
	float step = fmaxf(finder->module_px / 6, 0.6f), last = 0;
	float reach = reach_modules * finder->module_px;
	int edges = 0;

	for (int i = 0; i < STEPS_MAX; i++) {
		float way = (float)i * step, x = finder->x + dx * way, y = finder->y + dy * way;
		float now;

		if (way > reach || x < 0 || y < 0 || x > (float)view->width_px ||
		    y > (float)view->height_px)
			return false;
		/* Positive: dark. */
		now = light ? grey_at(view, x, y) - level : level - grey_at(view, x, y);
		if (i == 0 && now <= 0)
			return false;
		if (i > 0 && (now > 0) != (last > 0) && ++edges == 3) {
			way -= step * now / (now - last);
			*ret = (struct point){finder->x + dx * way, finder->y + dy * way};
			return true;
		}
		last = now;
	}
	return false;
}

static float distance(const struct point *a, const struct point *b)
{
	return hypotf(a->x - b->x, a->y - b->y);
}

static int farthest(const struct point *point, int n, const struct point *from)
{
	int best = 0;

	for (int i = 1; i < n; i++)
		if (distance(&point[i], from) > distance(&point[best], from))
			best = i;
	return best;
}

/* Which of the points, in order around the middle, are the corners: the ends of the longest way
 * across, and what lies farthest to both sides of it. */
static bool find_corners(const struct point *point, int n, const struct point *middle, int ret[4])
{
	int a = farthest(point, n, middle), c = farthest(point, n, &point[a]), b = a, d = a;
	float most = 0, least = 0;

	for (int i = 0; i < n; i++) {
		float side = (point[c].x - point[a].x) * (point[i].y - point[a].y) -
		             (point[c].y - point[a].y) * (point[i].x - point[a].x);

		if (side > most) {
			most = side;
			b = i;
		}
		if (side < least) {
			least = side;
			d = i;
		}
	}
	if (a == c || b == a || d == a || b == c || d == c)
		return false;
	/* In the order of the points, from a on. */
	ret[0] = a;
	ret[1] = (b - a + n) % n < (d - a + n) % n ? b : d;
	ret[2] = c;
	ret[3] = ret[1] == b ? d : b;
	return (ret[1] - a + n) % n < (c - a + n) % n && (c - a + n) % n < (ret[3] - a + n) % n;
}

struct line {
	float x, y, dx, dy; /* through a point, in a direction */
};

/* The line nearest to the points from one corner to the next; the ends, which are round, left out. */
static struct line fit_line(const struct point *point, int n, int from, int to)
{
	int count = (to - from + n) % n, skip = count / 6 + 1, used = 0;
	const struct point *a = &point[from], *b = &point[to % n];
	struct line line = {a->x, a->y, b->x - a->x, b->y - a->y};
	float mx = 0, my = 0, xx = 0, xy = 0, yy = 0, turn;

	for (int i = skip; i <= count - skip; i++, used++) {
		mx += point[(from + i) % n].x;
		my += point[(from + i) % n].y;
	}
	if (used < 3)
		return line;
	mx /= (float)used;
	my /= (float)used;
	for (int i = skip; i <= count - skip; i++) {
		float x = point[(from + i) % n].x - mx, y = point[(from + i) % n].y - my;

		xx += x * x;
		xy += x * y;
		yy += y * y;
	}
	turn = 0.5f * atan2f(2 * xy, xx - yy);
	return (struct line){mx, my, cosf(turn), sinf(turn)};
}

static bool meet(const struct line *a, const struct line *b, float *ret_x, float *ret_y)
{
	float cross = a->dx * b->dy - a->dy * b->dx, way;

	if (fabsf(cross) < 1e-4f * hypotf(a->dx, a->dy) * hypotf(b->dx, b->dy))
		return false;
	way = ((b->x - a->x) * b->dy - (b->y - a->y) * b->dx) / cross;
	*ret_x = a->x + a->dx * way;
	*ret_y = a->y + a->dy * way;
	return true;
}

/* The corners begin with the symbol's upper left: in steps along and down it lies before the
 * middle both ways. */
static void set_upper_left_first(const struct finder *finder, const float along[2],
                                 const float down[2], struct outline *outline)
{
	static const float sign[4][2] = {{-1, -1}, {1, -1}, {1, 1}, {-1, 1}};
	const struct outline kept = *outline;
	float det = along[0] * down[1] - along[1] * down[0], best = -INFINITY;
	int first = 0;

	for (int shift = 0; shift < 4; shift++) {
		float score = 0;

		for (int i = 0; i < 4; i++) {
			float x = kept.x[(i + shift) % 4] - finder->x;
			float y = kept.y[(i + shift) % 4] - finder->y;

			score += sign[i][0] * (x * down[1] - y * down[0]) / det +
			         sign[i][1] * (y * along[0] - x * along[1]) / det;
		}
		if (score > best) {
			best = score;
			first = shift;
		}
	}
	for (int i = 0; i < 4; i++) {
		outline->x[i] = kept.x[(i + first) % 4];
		outline->y[i] = kept.y[(i + first) % 4];
	}
}

/* From any corner on. */
static bool find_one(const struct view *view, bool light, const struct finder *finder,
                     struct outline *ret)
{
	struct point point[RAYS], middle = {finder->x, finder->y};
	float level = level_between(view, finder);
	struct line side[4];
	int n = 0, corner[4];

	for (int i = 0; i < RAYS; i++) {
		float turn = (float)i * (6.2831853f / RAYS);

		n += meet_edge(view, light, finder, level, cosf(turn), sinf(turn), &point[n]);
	}
	if (n < RAYS_LEAST || !find_corners(point, n, &middle, corner))
		return false;
	for (int i = 0; i < 4; i++)
		side[i] = fit_line(point, n, corner[i], corner[(i + 1) % 4]);
	for (int i = 0; i < 4; i++)
		if (!meet(&side[(i + 3) % 4], &side[i], &ret->x[i], &ret->y[i]))
			return false;
	return true;
}

void outline_finders(const struct view *view, bool light, struct finder *finder, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct outline outline;

		finder[i].outlined = find_one(view, light, &finder[i], &outline);
		for (int k = 0; k < 4 && finder[i].outlined; k++) {
			finder[i].outline_x[k] = outline.x[k];
			finder[i].outline_y[k] = outline.y[k];
		}
	}
}

bool outline_find(const struct view *view, bool light, const struct triple *triple,
                  struct outline ret[3])
{
	const struct finder *finder[3] = {&triple->corner, &triple->right, &triple->below};
	const float along[2] = {triple->right.x - triple->corner.x,
	                        triple->right.y - triple->corner.y};
	const float down[2] = {triple->below.x - triple->corner.x,
	                       triple->below.y - triple->corner.y};

	for (int i = 0; i < 3; i++) {
		if (!find_one(view, light, finder[i], &ret[i]))
			return false;
		set_upper_left_first(finder[i], along, down, &ret[i]);
	}
	return true;
}

/* How far it is from the middle of one side of an outline to the middle of the opposite one. */
static float width_between(const struct outline *outline, int a, int b)
{
	float x = outline->x[a] + outline->x[(a + 1) % 4] - outline->x[b] - outline->x[(b + 1) % 4];
	float y = outline->y[a] + outline->y[(a + 1) % 4] - outline->y[b] - outline->y[(b + 1) % 4];

	return hypotf(x, y) / 2;
}

static struct point middle_of(const struct outline *outline)
{
	return (struct point){(outline->x[0] + outline->x[1] + outline->x[2] + outline->x[3]) / 4,
	                      (outline->y[0] + outline->y[1] + outline->y[2] + outline->y[3]) / 4};
}

float outline_modules(const struct outline outline[3])
{
	struct point corner = middle_of(&outline[0]), right = middle_of(&outline[1]);
	struct point below = middle_of(&outline[2]);
	/* On a line seen in perspective the way between two points is as many modules as there are of
	 * the geometric mean of what a module is wide at both. */
	float along = distance(&corner, &right) /
	              sqrtf(width_between(&outline[0], 1, 3) * width_between(&outline[1], 1, 3));
	float down = distance(&corner, &below) /
	             sqrtf(width_between(&outline[0], 0, 2) * width_between(&outline[2], 0, 2));

	return 7 * (along + down) / 2 + 7;
}

void outline_settle(const struct outline outline[3], struct triple *triple)
{
	struct finder *finder[3] = {&triple->corner, &triple->right, &triple->below};

	for (int i = 0; i < 3; i++) {
		const struct outline *o = &outline[i];
		const struct line first = {o->x[0], o->y[0], o->x[2] - o->x[0], o->y[2] - o->y[0]};
		const struct line second = {o->x[1], o->y[1], o->x[3] - o->x[1], o->y[3] - o->y[1]};

		(void)meet(&first, &second, &finder[i]->x, &finder[i]->y);
	}
}

bool outline_corners(const struct outline outline[3], float ret[4][2])
{
	const struct outline *r = &outline[1], *b = &outline[2];
	const struct line right = {r->x[1], r->y[1], r->x[2] - r->x[1], r->y[2] - r->y[1]};
	const struct line below = {b->x[3], b->y[3], b->x[2] - b->x[3], b->y[2] - b->y[3]};

	ret[0][0] = outline[0].x[0];
	ret[0][1] = outline[0].y[0];
	ret[1][0] = r->x[1];
	ret[1][1] = r->y[1];
	ret[2][0] = b->x[3];
	ret[2][1] = b->y[3];
	return meet(&right, &below, &ret[3][0], &ret[3][1]);
}
