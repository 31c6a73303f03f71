/* SPDX-License-Identifier: Apache-2.0 */
/* Ranges that several messages share. Each message's own are beside its codec. */
#ifndef KIOSK_WIRE_VALID_H
#define KIOSK_WIRE_VALID_H

#include <kiosk/record.h>

enum { FORMAT_VERSION = 1 };

#define TIME_S_MAX INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

enum {
	DAY_S = 86400,
	OCCURRENCES_MAX = 1000, /* of one manifest */
};

/* Not before 1970, not after the year 9999. */
bool valid_time(int64_t s);
/* Terminated within `size`, at least `min` octets, UTF-8, no control characters. */
bool valid_text(const char *text, size_t size, size_t min);
/* ISO 3166-2: "US-KY". */
bool valid_region(const char *text, size_t size);
/* BCP 47, as far as eight octets go: "en", "es-419". */
bool valid_language(const char *text, size_t size);
/* "https://host[:port]"; "http://" only to localhost, 127.0.0.0/8 and [::1]. No path. */
bool valid_collector_url(const char *text, size_t size);

#define VALID_TEXT(field, min) valid_text((field).s, sizeof((field).s), (min))

#endif
