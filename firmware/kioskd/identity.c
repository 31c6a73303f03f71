/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto.h"
#include "file.h"
#include "hex.h"
#include "identity.h"
#include "remedy.h"
#include "text.h"

enum { PATH_BYTES_MAX = 512, HEX_KEY = 2 * sizeof(struct secret_seed) };

static int make_key(const char *path, struct secret_seed *ret)
{
	char text[HEX_KEY + 2];
	struct secret_seed seed;
	int r;

	random_bytes(&seed, sizeof(seed));
	hex_encode(&seed, sizeof(seed), text);
	text[HEX_KEY] = '\n';
	r = file_write(path, text, HEX_KEY + 1, 0600);
	if (r == 0)
		*ret = seed;
	wipe(text, sizeof(text));
	wipe(&seed, sizeof(seed));
	return r;
}

static int read_key(const char *path, struct secret_seed *ret)
{
	uint8_t *data;
	size_t len, whole;
	int r = file_read(path, 1024, &data, &len);

	if (r < 0)
		return r;
	whole = len;
	while (len > 0 && isspace(data[len - 1]))
		data[--len] = '\0';
	r = len == HEX_KEY ? hex_decode((const char *)data, ret, sizeof(*ret)) : -EINVAL;
	wipe(data, whole);
	free(data);
	return r;
}

/*
 * Whoever may write there may put another key or another ledger in place of ours. 0, or -EPERM and a
 * sentence. A key that others may only read becomes its owner's alone.
 */
static int check_owned(const char *what, const char *path, char *sentence, size_t size)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	if ((st.st_mode & 022) == 0 && (st.st_uid == geteuid() || st.st_uid == 0)) {
		if (S_ISREG(st.st_mode) && (st.st_mode & 077) != 0)
			(void)chmod(path, 0600);
		return 0;
	}
	text_format(sentence, size,
	            "%s %s may be changed by others (mode %03o, user number %u): see that it is "
	            "still yours, then chown it to the kiosk's user and chmod go-w.",
	            what, path, (unsigned)(st.st_mode & 0777), (unsigned)st.st_uid);
	return -EPERM;
}

int identity_key(const char *state_dir, struct secret_seed *ret, char *sentence, size_t size)
{
	char path[PATH_BYTES_MAX], help[256];
	int r = file_path(state_dir, "device.key", path, sizeof(path));

	sentence[0] = '\0';
	if (r == 0 && mkdir(state_dir, 0700) < 0 && errno != EEXIST)
		r = -errno;
	if (r < 0) {
		remedy(-r, NULL, help, sizeof(help));
		text_format(sentence, size,
		            "The state folder %s cannot be made: %s. Make it, or name another in "
		            "[kiosk] state_dir.",
		            state_dir, help);
		return r;
	}
	r = check_owned("The state folder", state_dir, sentence, size);
	if (r == 0)
		r = check_owned("The device's key", path, sentence, size);
	if (r < 0 && sentence[0] != '\0')
		return r;
	r = read_key(path, ret);
	if (r == -ENOENT)
		r = make_key(path, ret);
	if (r == -EINVAL || r == -EFBIG)
		text_format(
		    sentence, size,
		    "%s is not a key: it should be 64 hexadecimal digits. Put the right one back; "
		    "without it what this device counted cannot be sent.",
		    path);
	else if (r < 0) {
		remedy(-r, r == -EACCES && access(path, F_OK) < 0 ? state_dir : path, help,
		       sizeof(help));
		text_format(sentence, size, "The device's key %s cannot be read or made: %s.", path,
		            help);
	}
	return r;
}

int identity_software(struct hash *ret)
{
	uint8_t buffer[16384];
	struct sha256 sha;
	ssize_t n;
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	sha256_init(&sha);
	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		sha256_update(&sha, buffer, (size_t)n);
	if (n == 0)
		sha256_final(&sha, ret);
	n = n < 0 ? -errno : 0;
	close(fd);
	return (int)n;
}
