/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>

#include "pattern.h"

/* Concentric squares: is the ring at this distance from the middle dark? */
static bool ring_is_dark(int ring, int rings)
{
	return rings == 2 ? ring != 1 : ring != 2;
}

float pattern_looks(const struct view *view, bool light, enum pattern pattern, float x, float y,
                    const float a[2], const float b[2])
{
	int rings = (int)pattern;
	float dark = 0, bright = 0;
	int n_dark = 0, n_bright = 0;

	for (int v = -rings; v <= rings; v++)
		for (int u = -rings; u <= rings; u++) {
			int ring = abs(u) > abs(v) ? abs(u) : abs(v);
			float grey = grey_at(view, x + a[0] * (float)u + b[0] * (float)v,
			                     y + a[1] * (float)u + b[1] * (float)v);

			if (ring_is_dark(ring, rings)) {
				dark += grey;
				n_dark++;
			} else {
				bright += grey;
				n_bright++;
			}
		}
	return (light ? -1 : 1) * (bright / (float)n_bright - dark / (float)n_dark);
}

float pattern_settle(const struct view *view, bool light, enum pattern pattern, float reach,
                     float step, const float a[2], const float b[2], float *x, float *y)
{
	float x0 = *x, y0 = *y, best = -INFINITY;
	int n = (int)(reach / step);

	for (int j = -n; j <= n; j++)
		for (int i = -n; i <= n; i++) {
			float u = (float)i * step, v = (float)j * step;
			float at_x = x0 + a[0] * u + b[0] * v, at_y = y0 + a[1] * u + b[1] * v;
			float score = pattern_looks(view, light, pattern, at_x, at_y, a, b);

			/* Of equals the nearer one. */
			score *= 1 - 0.25f * hypotf(u, v) / (reach * 1.42f);
			if (score > best) {
				best = score;
				*x = at_x;
				*y = at_y;
			}
		}
	return best;
}
