/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "device_failure.h"
#include "remedy.h"
#include "text.h"

int device_tell_failure(const struct scanner_sink *sink, const char *what, const char *kind,
                        const char *path, int r)
{
	char sentence[SENTENCE_BYTES_MAX + 1];
	enum health health = HEALTH_FAILED;
	char help[160];

	switch (r) {
	case -ENOENT:
	case -ENODEV:
	case -ENXIO:
		r = -ENOENT;
		health = HEALTH_MISSING;
		text_format(sentence, sizeof(sentence), "No %s at %.100s: plug it in.", what, path);
		break;
	case -ENOTTY:
		text_format(sentence, sizeof(sentence), "%.100s is not %s: name another device.",
		            path, kind);
		break;
	default:
		remedy(-r, path, help, sizeof(help));
		text_format(sentence, sizeof(sentence), "The %s at %.80s cannot be opened: %s.",
		            what, path, help);
		break;
	}
	sink->health(sink->context, health, sentence);
	return r;
}
