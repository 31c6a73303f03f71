/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vivid.h"

#define DRIVER "/sys/bus/platform/drivers/vivid"

const char *vivid_lacks(void)
{
	return access(DRIVER "/unbind", W_OK) == 0 ? NULL : "a vivid camera that may be unplugged";
}

static void order(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "vivid.0", 7), 7);
	assert_int_equal(close(fd), 0);
}

void vivid_plug(char path[VIVID_PATH_SIZE])
{
	struct dirent **node = NULL;
	int n;

	if (access(DRIVER "/vivid.0", F_OK) < 0)
		order(DRIVER "/bind");
	n = scandir(DRIVER "/vivid.0/video4linux", &node, NULL, alphasort);
	path[0] = '\0';
	/* Of its nodes the one that captures comes first. */
	for (int i = 0; i < n; i++) {
		if (!*path && strncmp(node[i]->d_name, "video", 5) == 0)
			(void)snprintf(path, VIVID_PATH_SIZE, "/dev/%.100s", node[i]->d_name);
		free(node[i]);
	}
	free(node);
	assert_true(*path);
}

void vivid_unplug(void)
{
	order(DRIVER "/unbind");
}
