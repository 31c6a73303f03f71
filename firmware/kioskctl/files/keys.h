/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files kioskctl makes and reads: keys and secrets in hexadecimal (mode 0600), certificates and
 * manifests as their octets. Nothing that is there already is ever overwritten, but for a later issue
 * of an event, which replaces the one before. All functions tell standard error what went wrong.
 */
#ifndef KIOSKCTL_KEYS_H
#define KIOSKCTL_KEYS_H

#include <sys/types.h>

#include <kiosk/record.h>
#include "args.h"

enum {
	MODE_SECRET = 0600,
	MODE_PUBLIC = 0644,
};

/* Refuses if `folder` holds a file of that name. 0 or EX_CANTCREAT. */
int output_is_free(const struct args *args, const char *folder, const char *name);
/* Makes the folder, and those above it, where they are missing. 0 or EX_CANTCREAT. */
int output_folder(const struct args *args, const char *folder);
/* A new file, durable when this returns. 0 or EX_CANTCREAT; a file begun in vain is removed. */
int output_write(const struct args *args, const char *folder, const char *name, const void *data,
                 size_t len, mode_t mode);
/* A file that may be there already: the old one stands until the new one is whole. */
int output_replace(const struct args *args, const char *folder, const char *name, const void *data,
                   size_t len, mode_t mode);
/* As output_write() with `len` octets as one line of hexadecimal. */
int output_write_hex(const struct args *args, const char *folder, const char *name,
                     const void *data, size_t len, mode_t mode);
/* The same with one line of text, which a new line ends. */
int output_write_line(const struct args *args, const char *folder, const char *name,
                      const char *text, mode_t mode);

/* A file of at most `size` octets. `what` says what it should have been. 0, EX_NOINPUT or
 * EX_DATAERR. */
int input_read(const struct args *args, const char *folder, const char *name, const char *what,
               uint8_t *buffer, size_t size, size_t *ret_len);
/* Exactly `len` octets in hexadecimal. 0, EX_NOINPUT or EX_DATAERR. */
int input_read_hex(const struct args *args, const char *folder, const char *name, const char *what,
                   void *ret, size_t len);
/* Whether there is a file of that name. */
bool input_exists(const char *folder, const char *name);

#endif
