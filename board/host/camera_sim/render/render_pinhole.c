/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "render_pinhole.h"

enum { DRAWS = 200 };

/* Half the frame's width over the tangent of 30 degrees. */
static const float focal_widths = 0.8660254f;

struct homography pinhole_project(const struct pinhole *pinhole, float modules, float width_px,
                                  float height_px)
{
	float focal = focal_widths * width_px, module = pinhole->size_px / modules;
	float cr = cosf(pinhole->roll), sr = sinf(pinhole->roll);
	float ct = cosf(pinhole->tilt), st = sinf(pinhole->tilt);
	float ax = cosf(pinhole->about), ay = sinf(pinhole->about);
	float column[2][3], middle[3] = {pinhole->x_px, pinhole->y_px, focal};
	struct homography h;

	/* Rodrigues' rule for both edges of a module, about (ax, ay, 0). */
	for (int i = 0; i < 2; i++) {
		float x = module * (i == 0 ? cr : -sr), y = module * (i == 0 ? sr : cr);
		float along = (ax * x + ay * y) * (1 - ct);

		column[i][0] = x * ct + ax * along;
		column[i][1] = y * ct + ay * along;
		column[i][2] = (ax * y - ay * x) * st;
	}
	for (int k = 0; k < 3; k++)
		middle[k] -= modules / 2 * (column[0][k] + column[1][k]);
	for (int i = 0; i < 3; i++) {
		const float *p = i < 2 ? column[i] : middle;

		h.m[i] = focal * p[0] + width_px / 2 * p[2];
		h.m[3 + i] = focal * p[1] + height_px / 2 * p[2];
		h.m[6 + i] = p[2];
	}
	return h;
}

bool pinhole_is_inside(const struct homography *h, float modules, float margin, float width_px,
                       float height_px)
{
	for (int i = 0; i < 4; i++) {
		struct render_point at = homography_apply(h, i & 1 ? modules + margin : -margin,
		                                          i & 2 ? modules + margin : -margin);

		if (at.x_px < 0 || at.y_px < 0 || at.x_px >= width_px || at.y_px >= height_px)
			return false;
	}
	return true;
}

void pinhole_draw(struct lot *lot, float modules, float size_px, float tilt, float width_px,
                  float height_px, struct pinhole *ret)
{
	struct pinhole pinhole = {.size_px = size_px, .tilt = tilt};
	struct homography h;

	for (;; pinhole.size_px *= 0.97f)
		for (int i = 0; i < DRAWS; i++) {
			pinhole.about = lot_between(lot, 0, 6.2832f);
			pinhole.roll = lot_between(lot, 0, 6.2832f);
			pinhole.x_px = lot_between(lot, -0.25f, 0.25f) * width_px;
			pinhole.y_px = lot_between(lot, -0.25f, 0.25f) * height_px;
			h = pinhole_project(&pinhole, modules, width_px, height_px);
			*ret = pinhole;
			if (pinhole_is_inside(&h, modules, 0.5f, width_px, height_px))
				return;
		}
}
