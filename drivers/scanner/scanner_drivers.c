/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "scanner_drivers.h"
#include "text.h"

static const struct scanner_driver *const driver_table[] = {
    &scanner_v4l2, &scanner_evdev, &scanner_serial, &scanner_pictures, &scanner_sim,
};

const struct scanner_driver *scanner_find(const char *source, const char **ret_where,
                                          char sentence[SENTENCE_BYTES_MAX + 1])
{
	const char *colon = strchr(source, ':');

	for (size_t i = 0; colon && i < sizeof(driver_table) / sizeof(driver_table[0]); i++) {
		size_t len = strlen(driver_table[i]->name);

		if ((size_t)(colon - source) != len ||
		    strncmp(source, driver_table[i]->name, len) != 0)
			continue;
		if (colon[1] == '\0') {
			text_format(sentence, SENTENCE_BYTES_MAX + 1,
			            "The source \"%.40s\" names no device behind its colon.",
			            source);
			return NULL;
		}
		*ret_where = colon + 1;
		return driver_table[i];
	}
	text_format(sentence, SENTENCE_BYTES_MAX + 1,
	            "The source \"%.40s\" is not one of v4l2:DEVICE, evdev:DEVICE, serial:DEVICE, "
	            "pictures:FOLDER, sim:SOCKET.",
	            source);
	return NULL;
}
