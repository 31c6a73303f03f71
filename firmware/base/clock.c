/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "hex.h"

struct mono_time clock_mono(void)
{
	struct timespec t;
	const int r = clock_gettime(CLOCK_BOOTTIME, &t);

	assert(r == 0);
	return (struct mono_time){.us = (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000};
}

struct wall_time clock_wall(void)
{
	struct timespec t;
	const int r = clock_gettime(CLOCK_REALTIME, &t);

	assert(r == 0);
	return (struct wall_time){.s = t.tv_sec};
}

int clock_boot_id(uint8_t ret_id[16])
{
	uint8_t *text;
	char digits[33];
	size_t len, n = 0;
	int r = file_read("/proc/sys/kernel/random/boot_id", 64, &text, &len);

	if (r < 0)
		return r;
	for (size_t i = 0; i < len && n < 32; i++)
		if (text[i] != '-' && text[i] != '\n')
			digits[n++] = (char)text[i];
	free(text);
	digits[n] = '\0';
	return hex_decode(digits, ret_id, 16);
}

/* Whether one of /sys/class/rtc set the system's time at boot (its file hctosys says 1). */
static bool rtc_set_the_time(void)
{
	DIR *folder = opendir("/sys/class/rtc");
	const struct dirent *entry;
	bool found = false;

	if (folder == NULL)
		return false;
	while (!found && (entry = readdir(folder)) != NULL) {
		char path[sizeof("/sys/class/rtc//hctosys") + sizeof(entry->d_name)];
		uint8_t *text;
		size_t len;

		if (entry->d_name[0] == '.' ||
		    snprintf(path, sizeof(path), "/sys/class/rtc/%s/hctosys", entry->d_name) < 0)
			continue;
		if (file_read(path, 16, &text, &len) < 0)
			continue;
		found = len > 0 && text[0] == '1';
		free(text);
	}
	(void)closedir(folder);
	return found;
}

enum clock_source clock_wall_source(void)
{
	struct timex state = {.modes = 0};

	if (adjtimex(&state) >= 0 && (state.status & STA_UNSYNC) == 0)
		return CLOCK_SOURCE_NTP;
	return rtc_set_the_time() ? CLOCK_SOURCE_RTC : CLOCK_SOURCE_NONE;
}
