/* SPDX-License-Identifier: Apache-2.0 */
/* Whole small files: configuration, keys, pictures. */
#ifndef KIOSK_BASE_FILE_H
#define KIOSK_BASE_FILE_H

#include <sys/types.h>
#include <kiosk/types.h>

/*
 * Reads all of `path` into memory the caller frees; one NUL stands behind the last octet and is not
 * counted. 0, -EFBIG over `max` octets, -EISDIR, -EOPNOTSUPP (a FIFO, a
 * device), -ENOMEM, or what open(2) and read(2) say.
 */
int file_read(const char *path, size_t max, uint8_t **ret_data, size_t *ret_len);
/*
 * Replaces `path` as one act: a temporary beside it, fsync, rename, fsync of the folder. `mode` as
 * open(2). 0 or -errno; on failure the old file stands.
 */
int file_write(const char *path, const void *data, size_t len, mode_t mode);
/* All of `data` to a file open for writing; not synced. 0 or -errno, after which part of it may stand. */
int file_write_all(int fd, const void *data, size_t len);
/* `path` joined to `folder` unless absolute. 0 or -ENAMETOOLONG. */
int file_path(const char *folder, const char *path, char *buffer, size_t size);

#endif
