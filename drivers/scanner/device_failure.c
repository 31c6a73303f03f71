/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "device_failure.h"
#include "text.h"

int device_tell_failure(const struct scanner_sink *sink, const char *what, const char *kind,
                        const char *path, int r)
{
	char sentence[SENTENCE_BYTES_MAX + 1];
	enum health health = HEALTH_FAILED;

	switch (r) {
	case -ENOENT:
	case -ENODEV:
	case -ENXIO:
		r = -ENOENT;
		health = HEALTH_MISSING;
		text_format(sentence, sizeof(sentence), "No %s at %.100s: plug it in.", what, path);
		break;
	case -EBUSY:
		text_format(sentence, sizeof(sentence),
		            "The %s at %.100s is used by another program: end that one.", what,
		            path);
		break;
	case -EACCES:
	case -EPERM:
		text_format(sentence, sizeof(sentence),
		            "The %s at %.100s may not be opened: add the user to its group.", what,
		            path);
		break;
	case -ENOTTY:
		text_format(sentence, sizeof(sentence), "%.100s is not %s: name another device.",
		            path, kind);
		break;
	case -ENOMEM:
		text_format(sentence, sizeof(sentence),
		            "There is too little memory for the %s at %.100s: end what else runs "
		            "here.",
		            what, path);
		break;
	default:
		text_format(sentence, sizeof(sentence),
		            "The %s at %.100s does not work (%s): unplug it and plug it in again.",
		            what, path, strerror(-r));
		break;
	}
	sink->health(sink->context, health, sentence);
	return r;
}
