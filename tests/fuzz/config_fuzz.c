/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration file of any content: read, or refused with a line for each error; texts stay
 * terminated. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct settings {
	char text[32];
	bool yes;
	uint64_t number, duration;
	int choice;
};

static const char *const choices[] = {"one", "two", NULL};
static const struct config_field field[] = {
    {.section = "a",
     .key = "text",
     .type = CONFIG_TEXT,
     .offset = offsetof(struct settings, text),
     .size = 32,
     .standard = "",
     .comment = ""},
    {.section = "a",
     .key = "yes",
     .type = CONFIG_BOOL,
     .offset = offsetof(struct settings, yes),
     .standard = "no",
     .comment = ""},
    {.section = "b",
     .key = "number",
     .type = CONFIG_NUMBER,
     .offset = offsetof(struct settings, number),
     .min = 1,
     .max = 99,
     .standard = "1",
     .comment = ""},
    {.section = "b",
     .key = "duration",
     .type = CONFIG_DURATION,
     .offset = offsetof(struct settings, duration),
     .min = 10,
     .max = UINT64_MAX,
     .standard = "1s",
     .comment = ""},
    {.section = "b",
     .key = "choice",
     .type = CONFIG_CHOICE,
     .offset = offsetof(struct settings, choice),
     .choices = choices,
     .standard = "one",
     .comment = ""},
};
static const struct config_table table = {field, sizeof(field) / sizeof(field[0])};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings settings = {0};
	char path[64];
	const int fd = memfd_create("config", MFD_CLOEXEC);
	FILE *errors = fopen("/dev/null", "w");
	int r;

	assert(fd >= 0 && errors);
	if (write(fd, data, size) == (ssize_t)size) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		r = config_read(&table, path, &settings, errors);
		if (r == 0) {
			assert(memchr(settings.text, '\0', sizeof(settings.text)));
			assert(settings.number >= 1 && settings.number <= 99 &&
			       settings.duration >= 10);
			assert(settings.choice == 0 || settings.choice == 1);
		}
	}
	fclose(errors);
	close(fd);
	return 0;
}
