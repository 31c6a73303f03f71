/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An empty database where there was one is a disk that is not mounted, a folder that was moved, a
 * file that was removed: nothing in the file itself can tell. So a mark beside the key says that
 * there was one.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "collector_private.h"
#include "file.h"
#include "log.h"
#include "text.h"

enum { MARK_BYTES_MAX = 4400 };

int collector_may_begin(const struct collector_settings *settings, char *sentence, size_t size)
{
	struct stat database, mark;
	const bool there = stat(settings->database, &database) == 0;

	if (settings->mark == NULL || (there && database.st_size > 0) ||
	    stat(settings->mark, &mark) != 0)
		return 0;
	text_format(sentence, size,
	            "%s: %s, and this collector has kept its database before. Put it, or the last "
	            "backup, there; to begin an empty one remove %s first.",
	            settings->database, there ? "the file is empty" : "there is no such file",
	            settings->mark);
	return -ENOENT;
}

void collector_has_begun(const struct collector_settings *settings)
{
	char text[MARK_BYTES_MAX];
	struct stat status;
	int r;

	if (settings->mark == NULL || stat(settings->mark, &status) == 0)
		return;
	text_format(text, sizeof(text),
	            "The collector with this key keeps a database, %s. While this file is here, no "
	            "empty one is begun.\n",
	            settings->database);
	r = file_write(settings->mark, text, strlen(text), 0600);
	if (r < 0)
		log_warning("%s cannot be written (%s): an empty database in the place of this "
		            "one would not be noticed at the next start",
		            settings->mark, strerror(-r));
}
