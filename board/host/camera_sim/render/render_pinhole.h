/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside render: a plain pinhole camera, 60 degrees wide, without lens or distance that a hand would
 * keep: how a symbol looks that is held so near and so much aslant that one side is twice the other.
 */
#ifndef KIOSK_HOST_RENDER_PINHOLE_H
#define KIOSK_HOST_RENDER_PINHOLE_H

#include "render_hand.h"
#include "render_homography.h"

struct pinhole {
	float size_px; /* the symbol's side, were it turned to the camera */
	float tilt,
	    about;  /* turned by so much about an axis in the picture, which it makes with x */
	float roll; /* turned in its own plane before */
	float x_px, y_px; /* where its middle is, from the frame's */
};

/* A symbol of `modules` modules a side, u and v from 0 to modules over it, in a frame of that size. */
struct homography pinhole_project(const struct pinhole *pinhole, float modules, float width_px,
                                  float height_px);
/* The symbol and `margin` modules around it lie wholly in the frame. */
bool pinhole_is_inside(const struct homography *h, float modules, float margin, float width_px,
                       float height_px);
/* A tilt of that size about any axis, with any roll, so that the symbol lies in the frame; smaller
 * where there is no other way. */
void pinhole_draw(struct lot *lot, float modules, float size_px, float tilt, float width_px,
                  float height_px, struct pinhole *ret);

#endif
