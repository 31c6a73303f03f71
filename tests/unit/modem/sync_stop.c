/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loaded into kioskd by a test (LD_PRELOAD): kioskd stands still (SIGSTOP) right before or right
 * after one of its syncs to the disk, so that it can be killed there. The file $SYNC_STOP says at
 * which, counted since the file is there: "3 before" or "3 after"; the file goes when that sync
 * comes.
 */
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned syncs;

/* Which side of this sync to stand still at: 'b', 'a', or 0. */
static char side(void)
{
	const char *path = getenv("SYNC_STOP");
	char when[8];
	unsigned at;
	FILE *file = path == NULL || strcmp(program_invocation_short_name, "kioskd") != 0
	                 ? NULL
	                 : fopen(path, "re");
	if (file == NULL)
		return 0;
	int read = fscanf(file, "%u %7s", &at, when);
	fclose(file);
	if (read != 2 || ++syncs != at)
		return 0;
	unlink(path);
	return when[0];
}

static int sync_stopping(int fd, const char *name)
{
	int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
	char stop = side();
	if (stop == 'b')
		raise(SIGSTOP);
	int e = real(fd);
	if (stop == 'a')
		raise(SIGSTOP);
	return e;
}

int fdatasync(int fd)
{
	return sync_stopping(fd, "fdatasync");
}

int fsync(int fd)
{
	return sync_stopping(fd, "fsync");
}
