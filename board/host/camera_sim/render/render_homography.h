/* SPDX-License-Identifier: Apache-2.0 */
/* Inside render: planes seen in perspective. */
#ifndef KIOSK_HOST_RENDER_HOMOGRAPHY_H
#define KIOSK_HOST_RENDER_HOMOGRAPHY_H

#include "render.h"

/* From sheet to frame in homogeneous coordinates: [x y w] = m [u v 1]. */
struct homography {
	float m[9];
};
struct render_point homography_apply(const struct homography *h, float u, float v);
struct homography homography_invert(const struct homography *h);

#endif
