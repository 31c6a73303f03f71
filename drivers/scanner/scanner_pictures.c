/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder of pictures, or one picture, held up one after the other in the order of their names:
 * each for half a second of frames, each once. All files are read when it opens, so that nothing is
 * opened later.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "picture.h"
#include "scanner_drivers.h"
#include "text.h"

enum {
	FILES_MAX = 4096,
	FILES_BYTES_MAX = 192 * 1024 * 1024,
	FRAME_PERIOD_NS = 33333333,
	FRAMES_HELD = 15, /* of each picture */
	PATH_SIZE = 4096,
};

struct picture_file {
	char name[256];
	uint8_t *data;
	size_t len;
};

struct scanner {
	struct scanner_sink sink;
	int timer;
	struct picture_file *file;
	size_t n_files, next, refused;
	size_t total_bytes;
	char unread[256]; /* the file that kept it from opening; "": none did */
	struct picture held;
	uint32_t frames_left;
};

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int add_file(struct scanner *scanner, const char *path, const char *name)
{
	struct picture_file *file = &scanner->file[scanner->n_files];
	int r;

	if (scanner->n_files == FILES_MAX)
		return -E2BIG;
	r = file_read(path, PICTURE_FILE_BYTES_MAX, &file->data, &file->len);
	if (r == -EISDIR)
		return 0;
	if (r < 0) {
		text_copy(scanner->unread, sizeof(scanner->unread), name);
		return r;
	}
	scanner->total_bytes += file->len;
	text_copy(file->name, sizeof(file->name), name);
	scanner->n_files++;
	return scanner->total_bytes > FILES_BYTES_MAX ? -EOVERFLOW : 0;
}

static int add_folder(struct scanner *scanner, const char *where)
{
	struct dirent **entry = NULL;
	int n = scandir(where, &entry, visible, alphasort), r = 0;

	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++) {
		char path[PATH_SIZE];

		if (r == 0)
			r = file_path(where, entry[i]->d_name, path, sizeof(path));
		if (r == 0)
			r = add_file(scanner, path, entry[i]->d_name);
		free(entry[i]);
	}
	free(entry);
	return r == 0 && scanner->n_files == 0 ? -ENOENT : r;
}

static int start_timer(struct scanner *scanner)
{
	struct itimerspec period = {.it_interval.tv_nsec = FRAME_PERIOD_NS,
	                            .it_value.tv_nsec = FRAME_PERIOD_NS};

	scanner->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (scanner->timer < 0 || timerfd_settime(scanner->timer, 0, &period, NULL) < 0)
		return -errno;
	return 0;
}

static void pictures_close(struct scanner *scanner)
{
	if (!scanner)
		return;
	for (size_t i = 0; scanner->file && i < scanner->n_files; i++)
		free(scanner->file[i].data);
	free(scanner->file);
	picture_free(&scanner->held);
	if (scanner->timer >= 0)
		(void)close(scanner->timer);
	free(scanner);
}

static void tell_failure(const struct scanner *scanner, const char *where, int r)
{
	char sentence[SENTENCE_BYTES_MAX + 1];

	if (r == -E2BIG)
		text_format(sentence, sizeof(sentence),
		            "%.80s holds more than %d pictures: show it in parts.", where,
		            FILES_MAX);
	else if (r == -EOVERFLOW)
		text_format(sentence, sizeof(sentence),
		            "The pictures at %.80s are more than %d MiB together: show them in "
		            "parts.",
		            where, FILES_BYTES_MAX / 1024 / 1024);
	else if (r == -EFBIG)
		text_format(sentence, sizeof(sentence),
		            "The picture %.80s is larger than %d MiB: make it smaller.",
		            scanner->unread, PICTURE_FILE_BYTES_MAX / 1024 / 1024);
	else if (*scanner->unread)
		text_format(sentence, sizeof(sentence),
		            "The picture %.80s cannot be read (%s): mend it, or take it away.",
		            scanner->unread, strerror(-r));
	else
		text_format(sentence, sizeof(sentence),
		            "No pictures at %.100s (%s): name a folder of PGM, PNG or JPEG files.",
		            where, strerror(-r));
	scanner->sink.health(scanner->sink.context, r == -ENOENT ? HEALTH_MISSING : HEALTH_FAILED,
	                     sentence);
}

static int pictures_open(const char *where, const struct scanner_sink *sink, struct scanner **ret)
{
	struct scanner *scanner = calloc(1, sizeof(*scanner));
	struct stat about;
	int r;

	if (!scanner) {
		sink->health(sink->context, HEALTH_FAILED,
		             "There is too little memory for pictures: end what else runs here.");
		return -ENOMEM;
	}
	scanner->sink = *sink;
	scanner->timer = -1;
	scanner->file = calloc(FILES_MAX, sizeof(*scanner->file));
	if (!scanner->file)
		r = -ENOMEM;
	else if (stat(where, &about) < 0)
		r = -errno;
	else if (S_ISDIR(about.st_mode))
		r = add_folder(scanner, where);
	else
		r = add_file(scanner, where, where);
	if (r == 0)
		r = start_timer(scanner);
	if (r < 0) {
		tell_failure(scanner, where, r);
		pictures_close(scanner);
		return r;
	}
	sink->health(sink->context, HEALTH_GOOD, "Pictures are being shown.");
	*ret = scanner;
	return 0;
}

static int pictures_fd(const struct scanner *scanner)
{
	return scanner->timer;
}

static void tell_done(struct scanner *scanner)
{
	const struct itimerspec never = {0};
	char sentence[SENTENCE_BYTES_MAX + 1];

	(void)timerfd_settime(scanner->timer, 0, &never, NULL);
	text_format(sentence, sizeof(sentence),
	            "All %zu pictures have been shown, %zu of them could not be read.",
	            scanner->n_files, scanner->refused);
	scanner->sink.health(scanner->sink.context,
	                     scanner->refused > 0 ? HEALTH_DEGRADED : HEALTH_GOOD, sentence);
}

/* Takes up the next picture that can be read. False: there is none. */
static bool take_next(struct scanner *scanner)
{
	picture_free(&scanner->held);
	while (scanner->next < scanner->n_files) {
		struct picture_file *file = &scanner->file[scanner->next++];
		char why[PICTURE_SENTENCE_SIZE], sentence[SENTENCE_BYTES_MAX + 1];
		int r = picture_parse(file->data, file->len, &scanner->held, why);

		free(file->data);
		file->data = NULL;
		if (r == 0) {
			scanner->frames_left = FRAMES_HELD;
			return true;
		}
		scanner->refused++;
		text_format(sentence, sizeof(sentence), "The picture %.60s %s.", file->name, why);
		scanner->sink.health(scanner->sink.context, HEALTH_DEGRADED, sentence);
	}
	tell_done(scanner);
	return false;
}

static int pictures_dispatch(struct scanner *scanner)
{
	struct frame frame;
	uint64_t ticks;

	if (read(scanner->timer, &ticks, sizeof(ticks)) < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (scanner->frames_left == 0 && !take_next(scanner))
		return 0;
	scanner->frames_left--;
	frame = picture_frame(&scanner->held);
	frame.seen = clock_mono();
	scanner->sink.frame(scanner->sink.context, &frame);
	return 0;
}

const struct scanner_driver scanner_pictures = {
    .name = "pictures",
    .open = pictures_open,
    .fd = pictures_fd,
    .dispatch = pictures_dispatch,
    .close = pictures_close,
};
