/* SPDX-License-Identifier: Apache-2.0 */
/* When an event is: --start, --length, --every, --count, --zone. */
#ifndef KIOSKCTL_WINDOWS_H
#define KIOSKCTL_WINDOWS_H

#include <kiosk/record.h>
#include "args.h"

/*
 * The manifest's windows, in order, and of each the offset from UTC that people there have on their
 * clocks. 0 or EX_USAGE, told.
 */
int windows_read(const struct args *args, struct manifest *manifest,
                 int32_t ret_offset_s[WINDOWS_MAX]);
/* Tells standard output each window, with its weekday. */
void windows_tell(const struct manifest *manifest, const int32_t offset_s[WINDOWS_MAX]);

#endif
