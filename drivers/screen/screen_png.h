/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures as numbered PNG files, 0001.png on, in a folder: `where` is FOLDER[,WIDTHxHEIGHT], of
 * 1280x720 else. For demonstrations and tests; the display never goes away. */
#ifndef KIOSK_SCREEN_PNG_H
#define KIOSK_SCREEN_PNG_H

#include <kiosk/screen.h>

extern const struct screen_driver screen_png;

#endif
