/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "link.h"
#include "reader_where.h"

int reader_where_read(const char *where, const char *name, const struct scanner_sink *sink,
                      struct reader_where *ret)
{
	const char *comma = strchr(where, ',');
	size_t path_len = comma ? (size_t)(comma - where) : strlen(where), name_len = strlen(name);
	char sentence[SENTENCE_BYTES_MAX + 1];

	memset(ret, 0, sizeof(*ret));
	if (path_len < sizeof(ret->path)) {
		memcpy(ret->path, where, path_len);
		if (!comma)
			return 0;
		if (strncmp(comma + 1, name, name_len) == 0 && comma[1 + name_len] == '=' &&
		    comma[2 + name_len] != '\0' &&
		    strlen(comma + 2 + name_len) < sizeof(ret->option)) {
			text_copy(ret->option, sizeof(ret->option), comma + 2 + name_len);
			return 0;
		}
	}
	text_format(sentence, sizeof(sentence),
	            "\"%.60s\" is no reader's device: it should be a path, or PATH,%s=….", where,
	            name);
	sink->health(sink->context, HEALTH_FAILED, sentence);
	return -EINVAL;
}

void reader_tell_failure(const char *path, int r, const struct scanner_sink *sink)
{
	char sentence[SENTENCE_BYTES_MAX + 1];
	enum health health = HEALTH_FAILED;

	switch (r) {
	case -ENOENT:
	case -ENODEV:
	case -ENXIO:
		health = HEALTH_MISSING;
		text_format(sentence, sizeof(sentence), "No reader at %.100s: plug it in.", path);
		break;
	case -EBUSY:
		text_format(sentence, sizeof(sentence),
		            "The reader at %.100s is used by another program: end that one.", path);
		break;
	case -EACCES:
	case -EPERM:
		text_format(sentence, sizeof(sentence),
		            "The reader at %.100s may not be opened: add the user to its group.",
		            path);
		break;
	case -ENOTTY:
		text_format(sentence, sizeof(sentence),
		            "%.100s is not a barcode reader: name another device.", path);
		break;
	default:
		text_format(
		    sentence, sizeof(sentence),
		    "The reader at %.100s does not work (%s): unplug it and plug it in again.",
		    path, strerror(-r));
		break;
	}
	sink->health(sink->context, health, sentence);
}

void reader_tell_too_long(const struct scanner_sink *sink)
{
	sink->health(
	    sink->context, HEALTH_DEGRADED,
	    "The reader sent more than any code holds: set it to end each code with Enter.");
}
