/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

enum { PATH_BYTES_MAX = 4096 };

static int read_all(int fd, size_t max, uint8_t **ret_data, size_t *ret_len)
{
	size_t len = 0, size = 4096;
	uint8_t *data = malloc(size), *larger;
	ssize_t n;

	if (data == NULL)
		return -ENOMEM;
	for (;;) {
		if (size - len < 2) {
			size *= 2;
			larger = realloc(data, size);
			if (larger == NULL) {
				free(data);
				return -ENOMEM;
			}
			data = larger;
		}
		n = read(fd, data + len, size - len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		len += (size_t)n;
		if (len > max) {
			free(data);
			return -EFBIG;
		}
	}
	if (n < 0) {
		const int error = errno;

		free(data);
		return -error;
	}
	data[len] = '\0';
	*ret_data = data;
	*ret_len = len;
	return 0;
}

int file_read(const char *path, size_t max, uint8_t **ret_data, size_t *ret_len)
{
	/* A FIFO without a writer would be waited for. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), r = 0;
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		r = -errno;
	else if (!S_ISREG(st.st_mode))
		r = S_ISDIR(st.st_mode) ? -EISDIR : -EOPNOTSUPP;
	if (r == 0)
		r = read_all(fd, max, ret_data, ret_len);
	(void)close(fd);
	return r;
}

int file_write_all(int fd, const void *data, size_t len)
{
	const uint8_t *octets = data;

	while (len > 0) {
		const ssize_t n = write(fd, octets, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		octets += n;
		len -= (size_t)n;
	}
	return 0;
}

static int sync_folder_of(const char *path)
{
	char folder[PATH_BYTES_MAX];
	const char *slash = strrchr(path, '/');
	const size_t len = slash == NULL ? 0 : (size_t)(slash - path);
	int fd, r = 0;

	if (len >= sizeof(folder))
		return -ENAMETOOLONG;
	memcpy(folder, path, len);
	folder[len] = '\0';
	fd = open(slash == NULL ? "."
	          : len == 0    ? "/"
	                        : folder,
	          O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fsync(fd) < 0)
		r = -errno;
	(void)close(fd);
	return r;
}

int file_write(const char *path, const void *data, size_t len, mode_t mode)
{
	char temporary[PATH_BYTES_MAX];
	int fd, r;

	r = snprintf(temporary, sizeof(temporary), "%s.new", path);
	if (r < 0 || (size_t)r >= sizeof(temporary))
		return -ENAMETOOLONG;
	/* A leftover of a power cut may have another mode: make it anew. */
	if (unlink(temporary) < 0 && errno != ENOENT)
		return -errno;
	fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return -errno;
	r = file_write_all(fd, data, len);
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (close(fd) < 0 && r == 0)
		r = -errno;
	if (r == 0 && rename(temporary, path) < 0)
		r = -errno;
	if (r < 0) {
		(void)unlink(temporary);
		return r;
	}
	return sync_folder_of(path);
}

int file_path(const char *folder, const char *path, char *buffer, size_t size)
{
	const int n = path[0] == '/' ? snprintf(buffer, size, "%s", path)
	                             : snprintf(buffer, size, "%s/%s", folder, path);

	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}
