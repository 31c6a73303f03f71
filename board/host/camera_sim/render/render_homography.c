/* SPDX-License-Identifier: Apache-2.0 */
#include "render_homography.h"

struct render_point homography_apply(const struct homography *h, float u, float v)
{
	float w = h->m[6] * u + h->m[7] * v + h->m[8];

	return (struct render_point){(h->m[0] * u + h->m[1] * v + h->m[2]) / w,
	                             (h->m[3] * u + h->m[4] * v + h->m[5]) / w};
}

struct homography homography_invert(const struct homography *h)
{
	const float *m = h->m;
	struct homography inverse = {{
	    m[4] * m[8] - m[5] * m[7],
	    m[2] * m[7] - m[1] * m[8],
	    m[1] * m[5] - m[2] * m[4],
	    m[5] * m[6] - m[3] * m[8],
	    m[0] * m[8] - m[2] * m[6],
	    m[2] * m[3] - m[0] * m[5],
	    m[3] * m[7] - m[4] * m[6],
	    m[1] * m[6] - m[0] * m[7],
	    m[0] * m[4] - m[1] * m[3],
	}};
	float det = m[0] * inverse.m[0] + m[1] * inverse.m[3] + m[2] * inverse.m[6];

	for (int i = 0; i < 9; i++)
		inverse.m[i] /= det;
	return inverse;
}
