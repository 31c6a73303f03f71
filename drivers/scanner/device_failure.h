/* SPDX-License-Identifier: Apache-2.0 */
/* Why a device cannot be used, and what a person can do about it: one wording for all of them. */
#ifndef KIOSK_SCANNER_DEVICE_FAILURE_H
#define KIOSK_SCANNER_DEVICE_FAILURE_H

#include <kiosk/scanner.h>

/*
 * Tells the sink. `what` names the device ("camera"), `kind` what it should have been ("a camera
 * that streams"), `r` is -errno. A device that is not there is missing, all else failed. Returns what
 * a driver's open() says of it: -ENOENT where it is not there, else `r`.
 */
int device_tell_failure(const struct scanner_sink *sink, const char *what, const char *kind,
                        const char *path, int r);

#endif
