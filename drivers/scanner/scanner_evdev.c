/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A USB barcode reader that is a keyboard to the system, through the kernel's event device. It is
 * grabbed: nobody else hears what it types, so that a "reader" that is something worse types into
 * nothing but here, where text is only ever a code.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <libevdev/libevdev.h>

#include "clock.h"
#include "reader_keys.h"
#include "reader_say.h"
#include "reader_where.h"
#include "scanner_drivers.h"
#include "text.h"

enum { EVENTS_A_TURN = 4096 };

struct scanner {
	struct scanner_sink sink;
	int fd;
	bool troubled;
	struct libevdev *device;
	struct reader_keys *keys;
};

static void evdev_close(struct scanner *scanner)
{
	if (!scanner)
		return;
	libevdev_free(scanner->device);
	if (scanner->fd >= 0)
		(void)close(scanner->fd);
	reader_keys_free(scanner->keys);
	free(scanner);
}

/* 0, -ENOTTY: it types nothing, -EBUSY: somebody else grabbed it, or -errno. */
static int take_device(struct scanner *scanner, const char *path)
{
	int r;

	scanner->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (scanner->fd < 0)
		return -errno;
	r = libevdev_new_from_fd(scanner->fd, &scanner->device);
	if (r < 0)
		return r == -EINVAL ? -ENOTTY : r;
	if (!libevdev_has_event_code(scanner->device, EV_KEY, KEY_ENTER) ||
	    !libevdev_has_event_code(scanner->device, EV_KEY, KEY_A) ||
	    !libevdev_has_event_code(scanner->device, EV_KEY, KEY_1))
		return -ENOTTY;
	return libevdev_grab(scanner->device, LIBEVDEV_GRAB);
}

static int make_keys(struct scanner *scanner, const char *layout)
{
	char sentence[SENTENCE_BYTES_MAX + 1];
	int r = reader_keys_new(layout, &scanner->keys);

	if (r < 0) {
		text_format(
		    sentence, sizeof(sentence),
		    "There is no keyboard layout \"%.32s\": it should be one such as us, de, "
		    "fr, es.",
		    layout);
		scanner->sink.health(scanner->sink.context, HEALTH_FAILED, sentence);
	}
	return r == -ENOENT ? -EINVAL : r;
}

static int evdev_open(const char *where, const struct scanner_sink *sink, struct scanner **ret)
{
	struct scanner *scanner;
	struct reader_where device;
	char sentence[SENTENCE_BYTES_MAX + 1];
	int r = reader_where_read(where, "layout", sink, &device);

	if (r < 0)
		return r;
	scanner = calloc(1, sizeof(*scanner));
	if (!scanner)
		return reader_tell_failure(device.path, -ENOMEM, sink);
	scanner->sink = *sink;
	scanner->fd = -1;
	r = make_keys(scanner, device.option);
	if (r == 0) {
		r = take_device(scanner, device.path);
		if (r < 0)
			r = reader_tell_failure(device.path, r, sink);
	}
	if (r < 0) {
		evdev_close(scanner);
		return r;
	}
	text_format(sentence, sizeof(sentence), "The reader is ours alone (layout %s).",
	            reader_keys_layout(scanner->keys));
	sink->health(sink->context, HEALTH_GOOD, sentence);
	*ret = scanner;
	return 0;
}

static int evdev_check(const char *where, const struct scanner_sink *sink)
{
	struct scanner scanner = {.sink = *sink, .fd = -1};
	struct reader_where device;
	int r = reader_where_read(where, "layout", sink, &device);

	if (r == 0)
		r = make_keys(&scanner, device.option);
	reader_keys_free(scanner.keys);
	return r;
}

static int evdev_fd(const struct scanner *scanner)
{
	return scanner->fd;
}

static void say(struct scanner *scanner, enum reader_said said, struct mono_time now)
{
	const char *layout = reader_keys_layout(scanner->keys);
	char on_test[SENTENCE_BYTES_MAX + 1];

	if (said == READER_MORE)
		return;
	text_format(on_test, sizeof(on_test),
	            "The reader types layout %s: put \",layout=%s\" behind its device in "
	            "kioskd.conf, for the next start.",
	            layout, layout);
	reader_say(&scanner->sink, reader_keys_text(scanner->keys), said, on_test, now,
	           &scanner->troubled);
}

static int evdev_dispatch(struct scanner *scanner)
{
	struct mono_time now = clock_mono();
	unsigned flag = LIBEVDEV_READ_FLAG_NORMAL;

	for (int i = 0; i < EVENTS_A_TURN; i++) {
		struct input_event event;
		int r = libevdev_next_event(scanner->device, flag, &event);

		if (r == -EAGAIN && flag == LIBEVDEV_READ_FLAG_SYNC) {
			flag = LIBEVDEV_READ_FLAG_NORMAL;
			continue;
		}
		if (r == -EAGAIN || r == -EINTR)
			return 0;
		if (r < 0)
			return r;
		if (r == LIBEVDEV_READ_STATUS_SYNC && flag == LIBEVDEV_READ_FLAG_NORMAL) {
			/* We were too slow: which keys are down is asked, what was typed is gone.
			 */
			reader_keys_lost(scanner->keys, now);
			flag = LIBEVDEV_READ_FLAG_SYNC;
		}
		if (event.type == EV_KEY)
			say(scanner, reader_keys_event(scanner->keys, event.code, event.value, now),
			    now);
	}
	return 0;
}

static void evdev_tick(struct scanner *scanner, struct mono_time now)
{
	say(scanner, reader_keys_tick(scanner->keys, now), now);
}

const struct scanner_driver scanner_evdev = {
    .name = "evdev",
    .open = evdev_open,
    .check = evdev_check,
    .fd = evdev_fd,
    .dispatch = evdev_dispatch,
    .tick = evdev_tick,
    .close = evdev_close,
};
