/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "rfc3339.h"
#include "text.h"
#include "valid.h"
#include "zone.h"

enum { NAME_MAX_LEN = 64, PATH_BYTES = 128 };

static const char database[] = "/usr/share/zoneinfo";

/* Letters, digits, "_", "-", "+", in parts between slashes: nothing that leaves the database. */
static bool is_name(const char *name)
{
	const size_t len = strlen(name);

	return len > 0 && len <= NAME_MAX_LEN && name[0] != '/' && name[len - 1] != '/' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+/") ==
	           len;
}

/* RFC 9636, section 3.1: a file of the database begins so. */
static bool is_zone_file(const char *path)
{
	static const char magic[4] = "TZif";
	char begins[sizeof(magic)];
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	const ssize_t n = fd >= 0 ? read(fd, begins, sizeof(begins)) : -1;

	if (fd >= 0)
		(void)close(fd);
	return n == (ssize_t)sizeof(begins) && memcmp(begins, magic, sizeof(magic)) == 0;
}

int zone_open(const struct args *args, const char *name)
{
	char path[PATH_BYTES], variable[PATH_BYTES];

	if (access(database, R_OK) < 0) {
		complain(args,
		         "--zone: this machine has no time zones in %s (Debian package tzdata); "
		         "give each --start its offset instead, such as 2026-11-21T18:00-05:00",
		         database);
		return EX_USAGE;
	}
	text_format(path, sizeof(path), "%s/%s", database, name);
	if (!is_name(name) || !is_zone_file(path)) {
		complain(args,
		         "--zone: “%s” is no zone of the time zone database; right is one such as "
		         "America/New_York or America/Chicago",
		         name);
		return EX_USAGE;
	}
	/* The whole path: whatever TZDIR says, the file that was looked at is read. */
	text_format(variable, sizeof(variable), ":%s", path);
	if (setenv("TZ", variable, 1) != 0)
		return EX_OSERR;
	tzset();
	return 0;
}

int32_t zone_offset(int64_t s)
{
	const time_t t = (time_t)s;
	struct tm tm = {0};

	(void)localtime_r(&t, &tm);
	return (int32_t)tm.tm_gmtoff;
}

int zone_moment(const struct args *args, const char *what, const char *text, int64_t civil_s,
                struct moment *ret)
{
	/* No zone is put forward and back within two days. */
	const int32_t before = zone_offset(civil_s - DAY_S), after = zone_offset(civil_s + DAY_S);
	const bool is_before = zone_offset(civil_s - before) == before;
	const bool is_after = zone_offset(civil_s - after) == after;
	char utc[32];

	if (is_before && is_after && before != after) {
		time_format(civil_s - before, utc);
		complain(args,
		         "%s: “%s” comes twice, for clocks are put back then; say which by its "
		         "time in UTC: %.16sZ, or later",
		         what, text, utc);
		return EX_USAGE;
	}
	if (!is_before && !is_after) {
		complain(args,
		         "%s: “%s” does not exist, for clocks are put forward over it; give a time "
		         "before or after",
		         what, text);
		return EX_USAGE;
	}
	ret->offset_s = is_before ? before : after;
	ret->s = civil_s - ret->offset_s;
	return 0;
}
