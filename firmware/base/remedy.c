/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "remedy.h"
#include "text.h"

enum { NAME_MAX_BYTES = 64 };

static void user_name(uid_t uid, char name[NAME_MAX_BYTES])
{
	const struct passwd *entry = getpwuid(uid);

	if (entry)
		text_copy(name, NAME_MAX_BYTES, entry->pw_name);
	else
		text_format(name, NAME_MAX_BYTES, "number %u", (unsigned)uid);
}

static void group_name(gid_t gid, char name[NAME_MAX_BYTES])
{
	const struct group *entry = getgrgid(gid);

	if (entry)
		text_copy(name, NAME_MAX_BYTES, entry->gr_name);
	else
		text_format(name, NAME_MAX_BYTES, "number %u", (unsigned)gid);
}

/* A device is shared by its group; anything else has an owner, who is to be us. */
static void say_not_allowed(const char *path, char *buffer, size_t size)
{
	char we[NAME_MAX_BYTES], other[NAME_MAX_BYTES];
	struct stat st;

	user_name(geteuid(), we);
	if (!path || stat(path, &st) < 0) {
		text_format(buffer, size, "let the user %s into each folder of the path", we);
	} else if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode)) {
		group_name(st.st_gid, other);
		text_format(buffer, size, "add the user to its group: usermod -aG %s %s", other,
		            we);
	} else {
		user_name(st.st_uid, other);
		text_format(buffer, size,
		            "it belongs to %s, mode %03o, and %s may not use it: chown %s", other,
		            (unsigned)(st.st_mode & 0777), we, we);
	}
}

static const char *what_helps(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return "it is not there: make it, or name the right one";
	case ENXIO:
	case ENODEV:
		return "nothing answers there: plug it in, or name the right one";
	case EMFILE:
	case ENFILE:
		return "too few descriptors are allowed: raise the limit (LimitNOFILE= of the "
		       "service, or ulimit -n) to 1024";
	case ENOMEM:
	case ENOBUFS:
		return "there is too little memory: end what else runs here";
	case ENOSPC:
	case EDQUOT:
		return "there is no room left on the disk: free some";
	case EROFS:
		return "its disk can only be read: mount it for writing, and look at its health if "
		       "that is refused";
	case EBUSY:
	case ETXTBSY:
	case EADDRINUSE:
		return "it is used by another program: end that one";
	case EIO:
		return "the device or disk answered with a fault: save what is on it, and replace "
		       "it "
		       "if this stays";
	case EISDIR:
		return "it is a folder: name a file";
	case EOPNOTSUPP:
		return "it is no ordinary file: name one";
	case ENOTTY:
	case EINVAL:
		return "it is another kind of thing than is needed: name the right one";
	case ELOOP:
		return "it is a link: name what it leads to";
	case ENAMETOOLONG:
		return "its path is too long: name a shorter one";
	case ECONNREFUSED:
		return "nobody listens there: start what should";
	}
	return "try again; if it stays, start the machine anew";
}

void remedy(int error, const char *path, char *buffer, size_t size)
{
	char help[320];

	if (error == EACCES || error == EPERM)
		say_not_allowed(path, help, sizeof(help));
	else
		text_copy(help, sizeof(help), what_helps(error));
	text_format(buffer, size, "%s; %s", strerror(error), help);
}
