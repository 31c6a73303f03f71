/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What kiosk-scanner can look through: a V4L2 camera, a folder of pictures (or one picture), or a
 * simulated camera; and barcode readers it listens to, which are a keyboard (evdev) or a serial
 * line. In: the device named after the colon of a source. Out: grey frames, codes and states,
 * through the sink. Each driver opens all it needs in open(), so that the program can give up its
 * file system before the first frame.
 */
#ifndef KIOSK_SCANNER_DRIVERS_H
#define KIOSK_SCANNER_DRIVERS_H

#include <kiosk/scanner.h>

extern const struct scanner_driver scanner_v4l2, scanner_evdev, scanner_serial, scanner_pictures,
    scanner_sim;

/*
 * The driver a source such as "v4l2:/dev/video0" names, and what stands behind the colon. NULL: no
 * such driver; the sentence then says what there is.
 */
const struct scanner_driver *scanner_find(const char *source, const char **ret_where,
                                          char sentence[SENTENCE_BYTES_MAX + 1]);

#endif
