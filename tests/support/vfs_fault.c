/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "vfs_fault.h"

enum { FILES_MAX = 8, SECTOR = 512 };

struct content {
	uint8_t *octets;
	size_t len, size;
	bool exists;
};

struct file {
	char *name;
	struct content seen, durable;
};

/* A change that no sync has made durable yet. */
struct pending {
	struct pending *next;
	struct file *file;
	enum fault_op op; /* write, truncate or delete */
	size_t at, len;   /* truncate: `at` is the new length */
	uint8_t octets[];
};

struct fault_disk {
	sqlite3_vfs vfs;
	char name[32];
	bool registered;
	uint64_t random;
	struct file file[FILES_MAX];
	struct pending *first, **last;
	unsigned generation; /* handles of an earlier one are dead */
	bool off;
	enum fault_kind kind;
	unsigned mask;
	uint64_t countdown, operations;
	bool happened;
	uint64_t octets_max;
	struct fault_work work;
};

struct handle {
	sqlite3_file base;
	struct fault_disk *disk;
	struct file *file;
	unsigned generation;
	bool delete_on_close;
};

uint64_t fault_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* --- contents --- */

static void content_resize(struct content *content, size_t len)
{
	if (len > content->size) {
		size_t size = len * 2;

		content->octets = realloc(content->octets, size);
		assert(content->octets != NULL);
		content->size = size;
	}
	if (len > content->len)
		memset(content->octets + content->len, 0, len - content->len);
	content->len = len;
}

static void content_write(struct content *content, size_t at, const void *octets, size_t len)
{
	if (at + len > content->len)
		content_resize(content, at + len);
	memcpy(content->octets + at, octets, len);
	content->exists = true;
}

static void content_copy(struct content *to, const struct content *from)
{
	content_resize(to, 0);
	to->exists = from->exists;
	if (from->len > 0)
		content_write(to, 0, from->octets, from->len);
	to->exists = from->exists;
}

static void content_apply(struct content *content, const struct pending *change)
{
	switch (change->op) {
	case FAULT_OP_WRITE:
		content_write(content, change->at, change->octets, change->len);
		break;
	case FAULT_OP_TRUNCATE:
		if (change->at < content->len)
			content_resize(content, change->at);
		break;
	default:
		content_resize(content, 0);
		content->exists = false;
	}
}

static struct file *find(struct fault_disk *disk, const char *name)
{
	for (int i = 0; i < FILES_MAX; i++) {
		if (disk->file[i].name != NULL && strcmp(disk->file[i].name, name) == 0)
			return &disk->file[i];
	}
	for (int i = 0; i < FILES_MAX; i++) {
		if (disk->file[i].name == NULL) {
			disk->file[i].name = strdup(name);
			return &disk->file[i];
		}
	}
	return NULL;
}

/* --- what is not durable yet --- */

static void later(struct fault_disk *disk, struct file *file, enum fault_op op, size_t at,
                  const void *octets, size_t len)
{
	struct pending *change = malloc(sizeof(*change) + len);

	assert(change != NULL);
	*change = (struct pending){.file = file, .op = op, .at = at, .len = len};
	if (len > 0)
		memcpy(change->octets, octets, len);
	*disk->last = change;
	disk->last = &change->next;
}

/* Takes a file's pending changes off the list; makes them durable if `keep`. */
static void settle(struct fault_disk *disk, struct file *file, bool keep)
{
	struct pending **link = &disk->first;

	while (*link != NULL) {
		struct pending *change = *link;

		if (change->file != file) {
			link = &change->next;
			continue;
		}
		if (keep)
			content_apply(&file->durable, change);
		*link = change->next;
		free(change);
	}
	disk->last = link;
	if (keep)
		file->durable.exists = file->seen.exists;
}

/* Some sectors of a write, at their places in the file. */
static void write_some(struct pending *change, uint64_t *seed)
{
	size_t end = change->at + change->len;

	for (size_t at = change->at; at < end;) {
		size_t next = (at / SECTOR + 1) * SECTOR;

		if (next > end)
			next = end;
		if (fault_random(seed) & 1)
			content_write(&change->file->durable, at,
			              change->octets + (at - change->at), next - at);
		at = next;
	}
}

static void survive_some(struct pending *change, uint64_t *seed)
{
	uint64_t fate = fault_random(seed) % 4;

	if (fate == 0)
		return;
	if (fate == 1 && change->op == FAULT_OP_WRITE)
		write_some(change, seed);
	else
		content_apply(&change->file->durable, change);
}

void fault_disk_power_on(struct fault_disk *disk, enum fault_survival survival, uint64_t seed)
{
	while (disk->first != NULL) {
		struct pending *change = disk->first;

		if (survival == SURVIVE_ALL)
			content_apply(&change->file->durable, change);
		else if (survival == SURVIVE_SOME)
			survive_some(change, &seed);
		disk->first = change->next;
		free(change);
	}
	disk->last = &disk->first;
	for (int i = 0; i < FILES_MAX; i++)
		content_copy(&disk->file[i].seen, &disk->file[i].durable);
	disk->generation++;
	disk->off = false;
	disk->kind = FAULT_NONE;
}

/* --- faults --- */

void fault_disk_arm(struct fault_disk *disk, enum fault_kind kind, unsigned mask, uint64_t n)
{
	disk->kind = kind;
	disk->mask = mask;
	disk->countdown = n;
	disk->operations = 0;
	disk->happened = false;
}

bool fault_disk_happened(const struct fault_disk *disk)
{
	return disk->happened;
}

uint64_t fault_disk_operations(const struct fault_disk *disk)
{
	return disk->operations;
}

void fault_disk_limit(struct fault_disk *disk, uint64_t octets_max)
{
	disk->octets_max = octets_max;
}

/* The fault that this operation meets. */
static enum fault_kind meet(struct fault_disk *disk, enum fault_op op)
{
	if ((disk->mask & (unsigned)op) == 0)
		return FAULT_NONE;
	disk->operations++;
	if (disk->kind == FAULT_NONE || disk->happened || --disk->countdown > 0)
		return FAULT_NONE;
	disk->happened = true;
	if (disk->kind == FAULT_CUT)
		disk->off = true;
	return disk->kind;
}

static bool is_full(const struct fault_disk *disk, const struct file *file, size_t end)
{
	uint64_t octets = 0;

	if (disk->octets_max == 0 || end <= file->seen.len)
		return false;
	for (int i = 0; i < FILES_MAX; i++)
		octets += disk->file[i].seen.len;
	return octets + (end - file->seen.len) > disk->octets_max;
}

static bool is_dead(const struct handle *handle)
{
	return handle->disk->off || handle->generation != handle->disk->generation;
}

/* --- SQLite's methods: https://www.sqlite.org/c3ref/io_methods.html --- */

static int file_close(sqlite3_file *base)
{
	struct handle *handle = (struct handle *)base;

	if (handle->delete_on_close && !is_dead(handle)) {
		content_resize(&handle->file->seen, 0);
		handle->file->seen.exists = false;
		later(handle->disk, handle->file, FAULT_OP_DELETE, 0, NULL, 0);
	}
	return SQLITE_OK;
}

static int file_read(sqlite3_file *base, void *buffer, int len, sqlite3_int64 at)
{
	struct handle *handle = (struct handle *)base;
	const struct content *seen = &handle->file->seen;
	size_t there = 0;

	if (is_dead(handle))
		return SQLITE_IOERR_READ;
	if ((size_t)at < seen->len)
		there = seen->len - (size_t)at < (size_t)len ? seen->len - (size_t)at : (size_t)len;
	if (there > 0)
		memcpy(buffer, seen->octets + at, there);
	memset((uint8_t *)buffer + there, 0, (size_t)len - there);
	return there == (size_t)len ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int file_write(sqlite3_file *base, const void *octets, int len, sqlite3_int64 at)
{
	struct handle *handle = (struct handle *)base;
	struct fault_disk *disk = handle->disk;
	enum fault_kind kind;

	if (is_dead(handle))
		return SQLITE_IOERR_WRITE;
	if (is_full(disk, handle->file, (size_t)at + (size_t)len))
		return SQLITE_FULL;
	kind = meet(disk, FAULT_OP_WRITE);
	if (kind == FAULT_EIO)
		return SQLITE_IOERR_WRITE;
	if (kind == FAULT_FULL)
		return SQLITE_FULL;
	later(disk, handle->file, FAULT_OP_WRITE, (size_t)at, octets, (size_t)len);
	if (kind == FAULT_CUT)
		return SQLITE_IOERR_WRITE;
	content_write(&handle->file->seen, (size_t)at, octets, (size_t)len);
	disk->work.writes++;
	disk->work.octets += (uint64_t)len;
	return SQLITE_OK;
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 len)
{
	struct handle *handle = (struct handle *)base;
	enum fault_kind kind;

	if (is_dead(handle))
		return SQLITE_IOERR_TRUNCATE;
	kind = meet(handle->disk, FAULT_OP_TRUNCATE);
	if (kind == FAULT_EIO || kind == FAULT_FULL)
		return SQLITE_IOERR_TRUNCATE;
	later(handle->disk, handle->file, FAULT_OP_TRUNCATE, (size_t)len, NULL, 0);
	if (kind == FAULT_CUT)
		return SQLITE_IOERR_TRUNCATE;
	if ((size_t)len < handle->file->seen.len)
		content_resize(&handle->file->seen, (size_t)len);
	return SQLITE_OK;
}

static int file_sync(sqlite3_file *base, int flags)
{
	struct handle *handle = (struct handle *)base;
	enum fault_kind kind;

	(void)flags;
	if (is_dead(handle))
		return SQLITE_IOERR_FSYNC;
	kind = meet(handle->disk, FAULT_OP_SYNC);
	if (kind == FAULT_EIO || kind == FAULT_FULL)
		settle(handle->disk, handle->file, false);
	if (kind != FAULT_NONE)
		return SQLITE_IOERR_FSYNC;
	settle(handle->disk, handle->file, true);
	handle->disk->work.syncs++;
	return SQLITE_OK;
}

static int file_size(sqlite3_file *base, sqlite3_int64 *ret)
{
	struct handle *handle = (struct handle *)base;

	if (is_dead(handle))
		return SQLITE_IOERR_FSTAT;
	*ret = (sqlite3_int64)handle->file->seen.len;
	return SQLITE_OK;
}

static int file_lock(sqlite3_file *base, int level)
{
	(void)base;
	(void)level;
	return SQLITE_OK;
}

static int file_check_lock(sqlite3_file *base, int *ret)
{
	(void)base;
	*ret = 0;
	return SQLITE_OK;
}

static int file_control(sqlite3_file *base, int op, void *argument)
{
	(void)base;
	(void)op;
	(void)argument;
	return SQLITE_NOTFOUND;
}

static int file_sector_size(sqlite3_file *base)
{
	(void)base;
	return SECTOR;
}

static int file_characteristics(sqlite3_file *base)
{
	(void)base;
	return SQLITE_IOCAP_POWERSAFE_OVERWRITE; /* what SQLite's own VFS says on Linux */
}

/* Version 1: no shared memory, which a connection in exclusive mode does not need. */
static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_lock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
};

static int disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags,
                     int *ret_flags)
{
	struct fault_disk *disk = vfs->pAppData;
	struct handle *handle = (struct handle *)base;
	enum fault_kind kind;

	memset(handle, 0, sizeof(*handle));
	if (disk->off ||
	    name == NULL) /* no temporary files: they would hold what must not be on a disk */
		return SQLITE_CANTOPEN;
	handle->file = find(disk, name);
	if (handle->file == NULL)
		return SQLITE_CANTOPEN;
	if (!handle->file->seen.exists) {
		kind = meet(disk, FAULT_OP_OPEN);
		if (kind == FAULT_FULL)
			return SQLITE_FULL;
		if (kind != FAULT_NONE)
			return SQLITE_CANTOPEN;
		handle->file->seen.exists = true;
	}
	handle->base.pMethods = &methods;
	handle->disk = disk;
	handle->generation = disk->generation;
	handle->delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
	if (ret_flags != NULL)
		*ret_flags = flags;
	return SQLITE_OK;
}

static int disk_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
	struct fault_disk *disk = vfs->pAppData;
	struct file *file = find(disk, name);
	enum fault_kind kind;

	if (disk->off)
		return SQLITE_IOERR_DELETE;
	if (file == NULL || !file->seen.exists)
		return SQLITE_IOERR_DELETE_NOENT;
	kind = meet(disk, FAULT_OP_DELETE);
	if (kind == FAULT_EIO || kind == FAULT_FULL)
		return SQLITE_IOERR_DELETE;
	later(disk, file, FAULT_OP_DELETE, 0, NULL, 0);
	if (kind == FAULT_CUT)
		return SQLITE_IOERR_DELETE;
	content_resize(&file->seen, 0);
	file->seen.exists = false;
	if (sync_folder)
		settle(disk, file, true);
	return SQLITE_OK;
}

static int disk_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret)
{
	struct file *file = find(vfs->pAppData, name);

	(void)flags;
	*ret = file != NULL && file->seen.exists && file->seen.len > 0;
	return SQLITE_OK;
}

static int disk_full_name(sqlite3_vfs *vfs, const char *name, int size, char *ret)
{
	(void)vfs;
	if (strlen(name) >= (size_t)size)
		return SQLITE_CANTOPEN;
	memcpy(ret, name, strlen(name) + 1);
	return SQLITE_OK;
}

/* The same octets in every run: they end in the WAL's salts. */
static int disk_random(sqlite3_vfs *vfs, int len, char *ret)
{
	struct fault_disk *disk = vfs->pAppData;

	for (int i = 0; i < len; i++)
		ret[i] = (char)fault_random(&disk->random);
	return len;
}

/* --- making and looking --- */

static struct fault_disk *disk_new(void)
{
	struct fault_disk *disk = calloc(1, sizeof(*disk));

	assert(disk != NULL);
	disk->last = &disk->first;
	disk->mask = FAULT_OP_ANY;
	return disk;
}

struct fault_disk *fault_disk_new(void)
{
	struct fault_disk *disk = disk_new();
	sqlite3_vfs *real = sqlite3_vfs_find(NULL);

	/* SQLite asks that no two be registered under one name. */
	(void)snprintf(disk->name, sizeof(disk->name), "fault-%p", (void *)disk);
	disk->vfs = (sqlite3_vfs){
	    .iVersion = 1,
	    .szOsFile = sizeof(struct handle),
	    .mxPathname = 512,
	    .zName = disk->name,
	    .pAppData = disk,
	    .xOpen = disk_open,
	    .xDelete = disk_delete,
	    .xAccess = disk_access,
	    .xFullPathname = disk_full_name,
	    .xRandomness = disk_random,
	    .xSleep = real->xSleep,
	    .xCurrentTime = real->xCurrentTime,
	};
	disk->registered = true;
	fault_disk_use(disk);
	return disk;
}

void fault_disk_use(struct fault_disk *disk)
{
	assert(disk->registered);
	sqlite3_vfs_register(&disk->vfs, 1);
}

void fault_disk_free(struct fault_disk *disk)
{
	if (disk == NULL)
		return;
	fault_disk_power_on(disk, SURVIVE_NONE, 0);
	if (disk->registered)
		sqlite3_vfs_unregister(&disk->vfs);
	for (int i = 0; i < FILES_MAX; i++) {
		free(disk->file[i].name);
		free(disk->file[i].seen.octets);
		free(disk->file[i].durable.octets);
	}
	free(disk);
}

void fault_disk_copy(struct fault_disk *disk, const struct fault_disk *from)
{
	fault_disk_power_on(disk, SURVIVE_NONE, 0);
	for (int i = 0; i < FILES_MAX; i++) {
		struct file *to = &disk->file[i];

		free(to->name);
		to->name = from->file[i].name != NULL ? strdup(from->file[i].name) : NULL;
		content_copy(&to->seen, &from->file[i].seen);
		content_copy(&to->durable, &from->file[i].seen);
	}
}

struct fault_disk *fault_disk_snapshot(const struct fault_disk *from)
{
	struct fault_disk *disk = disk_new();

	fault_disk_copy(disk, from);
	return disk;
}

bool fault_disk_holds(const struct fault_disk *disk, const void *octets, size_t len,
                      const char **ret_name)
{
	for (int i = 0; i < FILES_MAX; i++) {
		const struct file *file = &disk->file[i];

		if (file->seen.len > 0 &&
		    memmem(file->seen.octets, file->seen.len, octets, len) != NULL) {
			if (ret_name != NULL)
				*ret_name = file->name;
			return true;
		}
	}
	return false;
}

static struct file *find_by_end(struct fault_disk *disk, const char *name_end)
{
	for (int i = 0; i < FILES_MAX; i++) {
		struct file *file = &disk->file[i];
		size_t len = file->name != NULL ? strlen(file->name) : 0;

		if (len >= strlen(name_end) && file->seen.exists &&
		    strcmp(file->name + len - strlen(name_end), name_end) == 0)
			return file;
	}
	return NULL;
}

uint8_t *fault_disk_file(struct fault_disk *disk, const char *name_end, size_t *ret_len)
{
	struct file *file = find_by_end(disk, name_end);

	if (file == NULL)
		return NULL;
	*ret_len = file->seen.len;
	return file->seen.octets;
}

void fault_disk_cut_file(struct fault_disk *disk, const char *name_end, size_t len)
{
	struct file *file = find_by_end(disk, name_end);

	assert(file != NULL && len <= file->seen.len);
	content_resize(&file->seen, len);
	content_copy(&file->durable, &file->seen);
}

struct fault_work fault_disk_work(const struct fault_disk *disk)
{
	return disk->work;
}
