/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <sqlite3.h>

#include "fault.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *memory, size_t size);
void __real_free(void *memory);
int __real_open(const char *path, int flags, ...);
ssize_t __real_read(int fd, void *buffer, size_t size);
ssize_t __real_write(int fd, const void *octets, size_t len);
int __real_fsync(int fd);
int __real_close(int fd);
int __real_rename(const char *from, const char *to);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void __wrap_free(void *memory);
int __wrap_open(const char *path, int flags, ...);
ssize_t __wrap_read(int fd, void *buffer, size_t size);
ssize_t __wrap_write(int fd, const void *octets, size_t len);
int __wrap_fsync(int fd);
int __wrap_close(int fd);
int __wrap_rename(const char *from, const char *to);

enum { LIVE_MAX = 256 };

static struct {
	unsigned mask;
	uint64_t n, seen;
	enum fault_length length;
	bool happened;
	size_t live_sqlite;
	/* Ours: few and found by their address, for some that we free were libc's. */
	const void *live[LIVE_MAX];
	struct sqlite3_mem_methods sqlite;
} fault;

static bool fails(enum fault_call call)
{
	bool now;

	if (!(fault.mask & call))
		return false;
	fault.seen++;
	now = fault.n != 0 &&
	      (fault.length == FAULT_ONCE ? fault.seen == fault.n : fault.seen >= fault.n);
	fault.happened = fault.happened || now;
	return now;
}

static void *born(void *memory)
{
	for (size_t i = 0; memory != NULL && i < LIVE_MAX; i++) {
		if (fault.live[i] == NULL) {
			fault.live[i] = memory;
			return memory;
		}
	}
	assert(memory == NULL);
	return memory;
}

static void gone(const void *memory)
{
	for (size_t i = 0; memory != NULL && i < LIVE_MAX; i++) {
		if (fault.live[i] == memory) {
			fault.live[i] = NULL;
			return;
		}
	}
}

/* --- memory --- */

void *__wrap_malloc(size_t size)
{
	return fails(FAULT_CALL_MEMORY) ? NULL : born(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails(FAULT_CALL_MEMORY) ? NULL : born(__real_calloc(n, size));
}

void *__wrap_realloc(void *memory, size_t size)
{
	if (fails(FAULT_CALL_MEMORY))
		return NULL;
	gone(memory);
	return born(__real_realloc(memory, size));
}

void __wrap_free(void *memory)
{
	gone(memory);
	__real_free(memory);
}

static void *sqlite_malloc(int size)
{
	void *memory = fails(FAULT_CALL_MEMORY) ? NULL : fault.sqlite.xMalloc(size);

	fault.live_sqlite += memory != NULL;
	return memory;
}

static void *sqlite_realloc(void *memory, int size)
{
	return fails(FAULT_CALL_MEMORY) ? NULL : fault.sqlite.xRealloc(memory, size);
}

static void sqlite_free(void *memory)
{
	fault.live_sqlite -= memory != NULL;
	fault.sqlite.xFree(memory);
}

/* --- files --- */

static int fail_with(int error)
{
	errno = error;
	return -1;
}

int __wrap_open(const char *path, int flags, ...)
{
	va_list list;
	int fd;

	va_start(list, flags);
	fd = fails(FAULT_CALL_OPEN) ? fail_with(EMFILE)
	                            : __real_open(path, flags, va_arg(list, unsigned));
	va_end(list);
	return fd;
}

ssize_t __wrap_read(int fd, void *buffer, size_t size)
{
	return fails(FAULT_CALL_READ) ? fail_with(EIO) : __real_read(fd, buffer, size);
}

ssize_t __wrap_write(int fd, const void *octets, size_t len)
{
	if (!fails(FAULT_CALL_WRITE))
		return __real_write(fd, octets, len);
	/* What fits is taken first. */
	(void)!__real_write(fd, octets, len / 2);
	return fail_with(ENOSPC);
}

int __wrap_fsync(int fd)
{
	return fails(FAULT_CALL_SYNC) ? fail_with(EIO) : __real_fsync(fd);
}

int __wrap_close(int fd)
{
	const bool failing = fails(FAULT_CALL_CLOSE);
	const int r = __real_close(fd);

	return failing ? fail_with(EIO) : r;
}

int __wrap_rename(const char *from, const char *to)
{
	return fails(FAULT_CALL_RENAME) ? fail_with(EIO) : __real_rename(from, to);
}

/* --- arming --- */

void fault_calls_init(void)
{
	struct sqlite3_mem_methods methods;
	int rc = sqlite3_config(SQLITE_CONFIG_GETMALLOC, &fault.sqlite);

	methods = fault.sqlite;
	methods.xMalloc = sqlite_malloc;
	methods.xRealloc = sqlite_realloc;
	methods.xFree = sqlite_free;
	if (rc == SQLITE_OK)
		rc = sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
	/* Without its pool of small pieces every allocation of SQLite's can fail. */
	if (rc == SQLITE_OK)
		rc = sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
	if (rc == SQLITE_OK)
		rc = sqlite3_initialize();
	assert(rc == SQLITE_OK);
}

void fault_calls_arm(unsigned mask, uint64_t n, enum fault_length length)
{
	fault.mask = mask;
	fault.n = n;
	fault.length = length;
	fault.seen = 0;
	fault.happened = false;
}

bool fault_calls_disarm(void)
{
	fault.mask = 0;
	return fault.happened;
}

uint64_t fault_calls_seen(void)
{
	return fault.seen;
}

/* However they were made. */
static size_t descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	size_t n = 0;

	assert(folder != NULL);
	while (readdir(folder) != NULL)
		n++;
	(void)closedir(folder);
	return n;
}

size_t fault_calls_live(void)
{
	size_t live = fault.live_sqlite + descriptors();

	for (size_t i = 0; i < LIVE_MAX; i++)
		live += fault.live[i] != NULL;
	return live;
}

void fault_calls_free(void *memory)
{
	free(memory);
}
