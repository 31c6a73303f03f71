/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "clock.h"
#include "kept_totals.h"
#include "text.h"

#define SECOND_US UINT64_C(1000000)

void kept_totals_init(struct kept_totals *kept, struct store *store, const char *folder,
                      const struct totals_settings *settings, enum totals_view view)
{
	*kept = (struct kept_totals){
	    .store = store, .folder = folder, .settings = settings, .view = view};
}

void kept_totals_deinit(struct kept_totals *kept)
{
	http_text_free(kept->now);
	http_text_free(kept->before);
	kept->now = kept->before = NULL;
}

static bool is_fresh(const struct kept_totals *kept)
{
	return kept->now && kept->changes == store_changes(kept->store) &&
	       clock_mono().us - kept->made_us < KEPT_S_MAX * SECOND_US;
}

static bool before_is_read(const struct kept_totals *kept)
{
	return kept->before && http_text_readers(kept->before) > 0;
}

/* From when on they may be made anew. */
static uint64_t due_us(const struct kept_totals *kept)
{
	const uint64_t due = kept->made_us + KEPT_SHARE * kept->took_us;
	const uint64_t read = kept->replaced_us + KEPT_READ_S * SECOND_US;

	return before_is_read(kept) && read > due ? read : due;
}

/* Takes the place of what was kept; that is read on by those who do. */
static void replace(struct kept_totals *kept, struct http_text *text, uint64_t changes,
                    uint64_t begun_us)
{
	http_text_free(kept->before);
	kept->before = kept->now;
	if (kept->before && !before_is_read(kept)) {
		http_text_free(kept->before);
		kept->before = NULL;
	}
	kept->now = text;
	kept->changes = changes;
	kept->made_us = kept->replaced_us = clock_mono().us;
	kept->took_us = kept->made_us - begun_us;
}

/* Without a name: it goes with its last reader. */
static int make_file(const char *folder)
{
	char path[PATH_MAX];
	int fd;

	text_format(path, sizeof(path), "%s/totals.XXXXXX", folder);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	(void)unlink(path);
	return fd;
}

/* The file, or -errno; takes `fd` over, which may be -errno too. */
static int write_into(struct kept_totals *kept, struct wall_time wall, int fd, uint64_t *ret_offset)
{
	int r;

	if (fd < 0)
		return fd;
	r = totals_write(kept->store, kept->settings, wall, kept->view, fd, ret_offset);
	if (r == 0)
		return fd;
	(void)close(fd);
	return r;
}

static int make(struct kept_totals *kept, struct wall_time wall)
{
	const uint64_t begun_us = clock_mono().us, changes = store_changes(kept->store);
	struct http_text *text;
	uint64_t offset = 0;
	int fd = write_into(kept, wall, make_file(kept->folder), &offset);

	/* What is stored can be read, also where nothing more can be. */
	if (fd == -ENOSPC)
		fd = write_into(kept, wall, memfd_create("totals", MFD_CLOEXEC), &offset);
	if (fd < 0)
		return fd;
	text = http_text_new("application/json", fd, offset,
	                     (uint64_t)lseek(fd, 0, SEEK_CUR) - offset);
	if (!text)
		return -ENOMEM;
	replace(kept, text, changes, begun_us);
	return 0;
}

int kept_totals_serve(struct kept_totals *kept, struct totals_reader *reader,
                      struct http_request *request)
{
	int r = reader->error;

	if (!reader->has_waited && !is_fresh(kept)) {
		if (kept->waiting || before_is_read(kept) || clock_mono().us < due_us(kept)) {
			reader->request = request;
			reader->next = kept->waiting;
			reader->has_waited = true;
			kept->waiting = reader;
			http_put_aside(request);
			return 0;
		}
		r = make(kept, http_wall(http_of(request)));
	}
	return r < 0 ? r : http_give(request, kept->now);
}

bool kept_totals_work(struct kept_totals *kept, struct http *http)
{
	struct totals_reader *reader = kept->waiting;
	int r = 0;

	if (!reader || clock_mono().us < due_us(kept))
		return false;
	/* Their file is gone in the next round. */
	if (before_is_read(kept)) {
		http_cut_readers(http, kept->before);
		return true;
	}
	if (!is_fresh(kept))
		r = make(kept, http_wall(http));
	kept->waiting = NULL;
	while (reader) {
		struct totals_reader *next = reader->next;

		reader->error = r;
		http_go_on(reader->request);
		reader = next;
	}
	return true;
}

bool kept_totals_due(const struct kept_totals *kept, uint64_t *ret_us)
{
	if (!kept->waiting)
		return false;
	*ret_us = due_us(kept);
	return true;
}
