/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "device_failure.h"
#include "reader_where.h"
#include "text.h"

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

int reader_tell_failure(const char *path, int r, const struct scanner_sink *sink)
{
	return device_tell_failure(sink, "reader", "a barcode reader", path, r);
}
