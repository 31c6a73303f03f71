/* SPDX-License-Identifier: Apache-2.0 */
/* What a person can do about an error of the operating system: one wording for the ledger's files,
 * the devices and the sockets. */
#ifndef KIOSK_BASE_REMEDY_H
#define KIOSK_BASE_REMEDY_H

#include <kiosk/types.h>

/*
 * Sentences for `error` (an errno, positive) met while opening or using `path`: why, and what would
 * help, as "Permission denied; it belongs to the group dialout: …". Whose a file is, is asked of
 * the file system at once. `path` NULL: nothing is known of it.
 */
void remedy(int error, const char *path, char *buffer, size_t size);

#endif
