/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A display on a graphics card (DRM/KMS, <drm/drm_mode.h>): the first that is connected, in the mode
 * it prefers, with two dumb buffers and page flips. `where` is DEVICE[,rotate=90|180|270]. It needs
 * no graphics library and no other program; the console comes back when the device is closed.
 */
#ifndef KIOSK_SCREEN_DRM_H
#define KIOSK_SCREEN_DRM_H

#include <kiosk/screen.h>

extern const struct screen_driver screen_drm;

#endif
