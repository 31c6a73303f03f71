/* SPDX-License-Identifier: Apache-2.0 */
/* What stands behind a reader's source: a device's path, and perhaps one option, ",speed=9600". */
#ifndef KIOSK_SCANNER_READER_WHERE_H
#define KIOSK_SCANNER_READER_WHERE_H

#include <kiosk/scanner.h>

enum { READER_PATH_SIZE = 512, READER_OPTION_SIZE = 32 };

struct reader_where {
	char path[READER_PATH_SIZE];
	char option[READER_OPTION_SIZE]; /* the value; "" where it is not given */
};

/* 0; -EINVAL: another option than `name`, or something is too long, told to the sink. */
int reader_where_read(const char *where, const char *name, const struct scanner_sink *sink,
                      struct reader_where *ret);
/* Tells why the device cannot be used: `r` is -errno. Returns what a driver's open() says of it. */
int reader_tell_failure(const char *path, int r, const struct scanner_sink *sink);

#endif
