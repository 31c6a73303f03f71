/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"
#include "pin_memory.h"

enum { ID_BYTES = 96 };

/* Tells one writing of the file from another, without its content. */
static void identify(const struct stat *file, char id[ID_BYTES])
{
	snprintf(id, ID_BYTES, "file %ju %jd.%09ld", (uintmax_t)file->st_ino,
	         (intmax_t)file->st_mtim.tv_sec, file->st_mtim.tv_nsec);
}

/* The file begins with whose PIN it is about and ends with how its last try went; a line cut by a
 * power failure is no "right". */
static int read_refused(int fd, const char *id, bool *ret)
{
	static const char right[] = "right\n";
	char first[ID_BYTES + 1], last[sizeof(right)] = "";
	struct stat file;
	size_t id_len = strlen(id);
	ssize_t n = pread(fd, first, id_len + 1, 0);
	if (n < 0 || fstat(fd, &file) < 0)
		return -errno;
	bool same =
	    (size_t)n == id_len + 1 && memcmp(first, id, id_len) == 0 && first[id_len] == '\n';
	bool tried = file.st_size > (off_t)id_len + 1;
	if (tried &&
	    pread(fd, last, sizeof(right) - 1, file.st_size - (off_t)sizeof(right) + 1) < 0)
		return -errno;
	*ret = same && tried && strcmp(last, right) != 0;
	return 0;
}

int pin_memory_open(const char *pin_file, int *ret_fd, bool *ret_refused)
{
	char path[PATH_MAX], id[ID_BYTES];
	struct stat file;
	if (stat(pin_file, &file) < 0)
		return -errno;
	if (snprintf(path, sizeof(path), "%s.tried", pin_file) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_DSYNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	identify(&file, id);
	int e = read_refused(fd, id, ret_refused);
	if (e < 0) {
		close(fd);
		return e;
	}
	/* a new PIN, or one that was right: what stood there is past */
	char line[ID_BYTES + 2];
	int len = snprintf(line, sizeof(line), "%s\n", id);
	if (!*ret_refused && (ftruncate(fd, 0) < 0 || write(fd, line, (size_t)len) != len)) {
		close(fd);
		return -EIO;
	}
	*ret_fd = fd;
	return 0;
}

void pin_memory_note(int fd, bool right)
{
	const char *line = right ? "right\n" : "tried\n";
	if (fd >= 0 && write(fd, line, strlen(line)) < 0)
		log_warning("that the PIN was %s could not be written down",
		            right ? "right" : "tried");
}
