/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto.h"
#include "file.h"
#include "hex.h"
#include "keys.h"

enum { HEX_BYTES_MAX = 64, LINE_BYTES_MAX = 4096 };

static int path_of(const struct args *args, const char *folder, const char *name, char *path,
                   size_t size, int failure)
{
	if (file_path(folder, name, path, size) == 0)
		return 0;
	complain(args, "the path of folder “%s” is too long; a shorter one would do", folder);
	return failure;
}

int output_is_free(const struct args *args, const char *folder, const char *name)
{
	char path[PATH_MAX];
	struct stat st;
	int r = path_of(args, folder, name, path, sizeof(path), EX_CANTCREAT);

	if (r != 0)
		return r;
	if (lstat(path, &st) == 0) {
		complain(args,
		         "%s is there already and is never overwritten; give another --out folder, "
		         "or move the old one away yourself",
		         path);
		return EX_CANTCREAT;
	}
	return 0;
}

int output_folder(const struct args *args, const char *folder)
{
	char path[PATH_MAX];
	struct stat st;

	if (strlen(folder) == 0 || strlen(folder) >= sizeof(path)) {
		complain(args, "--out: the folder's path is empty or too long");
		return EX_CANTCREAT;
	}
	memcpy(path, folder, strlen(folder) + 1);
	for (char *c = path + 1;; c++) {
		const char kept = *c;

		if (kept != '/' && kept != '\0')
			continue;
		*c = '\0';
		if (mkdir(path, 0777) < 0 && errno != EEXIST) {
			complain(args, "folder %s cannot be made: %s", path, strerror(errno));
			return EX_CANTCREAT;
		}
		*c = kept;
		if (kept == '\0')
			break;
	}
	if (stat(folder, &st) == 0 && !S_ISDIR(st.st_mode)) {
		complain(args, "--out: %s is a file; give a folder", folder);
		return EX_CANTCREAT;
	}
	return 0;
}

int output_write(const struct args *args, const char *folder, const char *name, const void *data,
                 size_t len, mode_t mode)
{
	char path[PATH_MAX];
	int fd, r = path_of(args, folder, name, path, sizeof(path), EX_CANTCREAT);

	if (r != 0)
		return r;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0) {
		if (errno == EEXIST)
			return output_is_free(args, folder, name);
		complain(args, "%s cannot be made: %s", path, strerror(errno));
		return EX_CANTCREAT;
	}
	r = file_write_all(fd, data, len);
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (close(fd) < 0 && r == 0)
		r = -errno;
	if (r == 0)
		return 0;
	(void)unlink(path);
	complain(args, "%s cannot be written: %s", path, strerror(-r));
	return EX_CANTCREAT;
}

int output_replace(const struct args *args, const char *folder, const char *name, const void *data,
                   size_t len, mode_t mode)
{
	char path[PATH_MAX];
	int r = path_of(args, folder, name, path, sizeof(path), EX_CANTCREAT);

	if (r != 0)
		return r;
	r = file_write(path, data, len, mode);
	if (r == 0)
		return 0;
	complain(args, "%s cannot be written anew: %s; the old one stands", path, strerror(-r));
	return EX_CANTCREAT;
}

int output_write_hex(const struct args *args, const char *folder, const char *name,
                     const void *data, size_t len, mode_t mode)
{
	char text[2 * HEX_BYTES_MAX + 2];
	int r;

	hex_encode(data, len, text);
	text[2 * len] = '\n';
	r = output_write(args, folder, name, text, 2 * len + 1, mode);
	wipe(text, sizeof(text));
	return r;
}

int output_write_line(const struct args *args, const char *folder, const char *name,
                      const char *text, mode_t mode)
{
	char line[LINE_BYTES_MAX];
	const size_t len = strlen(text);
	int r;

	assert(len + 1 < sizeof(line));
	memcpy(line, text, len + 1);
	line[len] = '\n';
	r = output_write(args, folder, name, line, len + 1, mode);
	wipe(line, sizeof(line));
	return r;
}

int input_read(const struct args *args, const char *folder, const char *name, const char *what,
               uint8_t *buffer, size_t size, size_t *ret_len)
{
	char path[PATH_MAX];
	uint8_t *data;
	size_t len;
	int r = path_of(args, folder, name, path, sizeof(path), EX_NOINPUT);

	if (r != 0)
		return r;
	r = file_read(path, size, &data, &len);
	if (r == -EFBIG) {
		complain(args, "%s is longer than %s can be (%zu octets); is it another file?",
		         path, what, size);
		return EX_DATAERR;
	}
	if (r < 0) {
		complain(args, "%s, where %s should be, cannot be read: %s", path, what,
		         strerror(-r));
		return EX_NOINPUT;
	}
	memcpy(buffer, data, len);
	wipe(data, len);
	free(data);
	*ret_len = len;
	return 0;
}

int input_read_hex(const struct args *args, const char *folder, const char *name, const char *what,
                   void *ret, size_t len)
{
	uint8_t text[2 * HEX_BYTES_MAX + 8];
	size_t n;
	int r = input_read(args, folder, name, what, text, sizeof(text) - 1, &n);

	if (r != 0)
		return r;
	while (n > 0 && strchr(" \t\r\n", text[n - 1]) != NULL)
		n--;
	text[n] = '\0';
	if (hex_decode((const char *)text, ret, len) < 0) {
		complain(args, "%s/%s does not hold %s: %zu hexadecimal digits would be right",
		         folder, name, what, 2 * len);
		r = EX_DATAERR;
	}
	wipe(text, sizeof(text));
	return r;
}

bool input_exists(const char *folder, const char *name)
{
	char path[PATH_MAX];

	return file_path(folder, name, path, sizeof(path)) == 0 && access(path, F_OK) == 0;
}
