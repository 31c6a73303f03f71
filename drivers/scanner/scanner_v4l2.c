/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A camera through Video4Linux2 (the kernel's userspace API, "Streaming I/O (Memory Mapping)"). The
 * newest frame wins: what queued up while a frame was decoded goes back unread.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <linux/videodev2.h>

#include "camera_controls.h"
#include "camera_mode.h"
#include "clock.h"
#include "device_failure.h"
#include "picture_watch.h"
#include "scanner_drivers.h"
#include "text.h"

enum { BUFFERS = 4 };

struct scanner {
	struct scanner_sink sink;
	int fd;
	bool streaming;
	struct camera_mode mode;
	uint32_t stride;
	struct {
		void *memory;
		size_t len;
	} buffer[BUFFERS];
	uint32_t n_buffers;
	struct converter *converter;
	uint8_t *grey;
	size_t capacity;
	struct picture_watch watch;
};

static int camera_ioctl(int fd, unsigned long request, void *argument)
{
	int r;

	do
		r = ioctl(fd, request, argument);
	while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : 0;
}

static uint32_t fastest(int fd, uint32_t fourcc, uint32_t width_px, uint32_t height_px)
{
	struct v4l2_frmivalenum interval = {
	    .pixel_format = fourcc, .width = width_px, .height = height_px};
	uint32_t fps = 0;

	while (interval.index < 64 &&
	       camera_ioctl(fd, VIDIOC_ENUM_FRAMEINTERVALS, &interval) == 0) {
		const struct v4l2_fract *least = interval.type == V4L2_FRMIVAL_TYPE_DISCRETE
		                                     ? &interval.discrete
		                                     : &interval.stepwise.min;
		uint32_t n = least->numerator > 0 ? least->denominator / least->numerator : 0;

		if (n > fps)
			fps = n;
		if (interval.type != V4L2_FRMIVAL_TYPE_DISCRETE)
			break;
		interval.index++;
	}
	return fps;
}

static void add_mode(int fd, struct camera_mode *mode, size_t *n, uint32_t fourcc,
                     uint32_t width_px, uint32_t height_px)
{
	if (*n == CAMERA_MODES_MAX)
		return;
	mode[(*n)++] = (struct camera_mode){.fourcc = fourcc,
	                                    .pixels = camera_pixels(fourcc),
	                                    .width_px = width_px,
	                                    .height_px = height_px,
	                                    .fps = fastest(fd, fourcc, width_px, height_px)};
}

static uint32_t within(uint32_t wanted, uint32_t least, uint32_t most)
{
	return wanted < least ? least : wanted > most ? most : wanted;
}

static void add_sizes(int fd, struct camera_mode *mode, size_t *n, uint32_t fourcc)
{
	struct v4l2_frmsizeenum size = {.pixel_format = fourcc};

	if (camera_ioctl(fd, VIDIOC_ENUM_FRAMESIZES, &size) < 0) {
		/* Some drivers list no sizes: what is asked for below is then adjusted by them. */
		add_mode(fd, mode, n, fourcc, CAMERA_WIDTH_WANTED_PX, CAMERA_HEIGHT_WANTED_PX);
		return;
	}
	if (size.type != V4L2_FRMSIZE_TYPE_DISCRETE) {
		const struct v4l2_frmsize_stepwise *step = &size.stepwise;

		add_mode(fd, mode, n, fourcc,
		         within(CAMERA_WIDTH_WANTED_PX, step->min_width, step->max_width),
		         within(CAMERA_HEIGHT_WANTED_PX, step->min_height, step->max_height));
		return;
	}
	do {
		add_mode(fd, mode, n, fourcc, size.discrete.width, size.discrete.height);
		size.index++;
	} while (size.index < 64 && camera_ioctl(fd, VIDIOC_ENUM_FRAMESIZES, &size) == 0);
}

/* Asks for the best mode and takes what the driver makes of it. 0, -ENOTSUP, -errno. */
static int set_mode(struct scanner *scanner)
{
	struct v4l2_fmtdesc format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
	struct v4l2_format set = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
	struct v4l2_streamparm rate = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
	struct camera_mode *mode = calloc(CAMERA_MODES_MAX, sizeof(*mode));
	size_t n = 0;
	int best, r;

	if (!mode)
		return -ENOMEM;
	for (; format.index < 64 && camera_ioctl(scanner->fd, VIDIOC_ENUM_FMT, &format) == 0;
	     format.index++)
		if (camera_pixels(format.pixelformat) != PIXELS_NONE)
			add_sizes(scanner->fd, mode, &n, format.pixelformat);
	best = camera_choose(mode, n);
	if (best >= 0)
		scanner->mode = mode[best];
	free(mode);
	if (best < 0)
		return -ENOTSUP;
	set.fmt.pix.pixelformat = scanner->mode.fourcc;
	set.fmt.pix.width = scanner->mode.width_px;
	set.fmt.pix.height = scanner->mode.height_px;
	set.fmt.pix.field = V4L2_FIELD_NONE;
	r = camera_ioctl(scanner->fd, VIDIOC_S_FMT, &set);
	if (r < 0)
		return r;
	scanner->mode.fourcc = set.fmt.pix.pixelformat;
	scanner->mode.pixels = camera_pixels(set.fmt.pix.pixelformat);
	scanner->mode.width_px = set.fmt.pix.width;
	scanner->mode.height_px = set.fmt.pix.height;
	scanner->stride = scanner->mode.pixels == PIXELS_MJPEG ? 0 : set.fmt.pix.bytesperline;
	if (scanner->mode.pixels == PIXELS_NONE || scanner->mode.width_px < FRAME_SIDE_MIN_PX ||
	    scanner->mode.width_px > FRAME_SIDE_MAX_PX ||
	    scanner->mode.height_px < FRAME_SIDE_MIN_PX ||
	    scanner->mode.height_px > FRAME_SIDE_MAX_PX)
		return -ENOTSUP;
	rate.parm.capture.timeperframe = (struct v4l2_fract){1, CAMERA_FPS_WANTED};
	(void)camera_ioctl(scanner->fd, VIDIOC_S_PARM,
	                   &rate); /* some cannot: their own rate will do */
	return 0;
}

static int queue(struct scanner *scanner, uint32_t index)
{
	struct v4l2_buffer buffer = {
	    .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP, .index = index};

	return camera_ioctl(scanner->fd, VIDIOC_QBUF, &buffer);
}

static int map_buffers(struct scanner *scanner)
{
	struct v4l2_requestbuffers request = {
	    .count = BUFFERS, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
	int r = camera_ioctl(scanner->fd, VIDIOC_REQBUFS, &request);

	if (r < 0)
		return r;
	if (request.count < 2)
		return -ENOMEM;
	for (uint32_t i = 0; i < request.count && i < BUFFERS; i++) {
		struct v4l2_buffer buffer = {
		    .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP, .index = i};
		void *memory;

		r = camera_ioctl(scanner->fd, VIDIOC_QUERYBUF, &buffer);
		if (r < 0)
			return r;
		memory = mmap(NULL, buffer.length, PROT_READ | PROT_WRITE, MAP_SHARED, scanner->fd,
		              buffer.m.offset);
		if (memory == MAP_FAILED)
			return -errno;
		scanner->buffer[i].memory = memory;
		scanner->buffer[i].len = buffer.length;
		scanner->n_buffers++;
		r = queue(scanner, i);
		if (r < 0)
			return r;
	}
	return 0;
}

static int set_control(void *context, unsigned long request, void *argument)
{
	const struct scanner *scanner = context;

	return camera_ioctl(scanner->fd, request, argument);
}

static int start(struct scanner *scanner)
{
	struct v4l2_capability can;
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE, r;
	uint32_t flags;

	memset(&can, 0, sizeof(can));
	r = camera_ioctl(scanner->fd, VIDIOC_QUERYCAP, &can);
	if (r < 0)
		return r == -ENOTTY || r == -EINVAL ? -ENOTTY : r;
	flags = can.capabilities & V4L2_CAP_DEVICE_CAPS ? can.device_caps : can.capabilities;
	if (!(flags & V4L2_CAP_VIDEO_CAPTURE) || !(flags & V4L2_CAP_STREAMING))
		return -ENOTTY;
	r = set_mode(scanner);
	if (r == 0)
		(void)camera_set_controls(set_control, scanner); /* its own will do */
	if (r == 0)
		r = map_buffers(scanner);
	if (r < 0)
		return r;
	scanner->capacity = (size_t)scanner->mode.width_px * scanner->mode.height_px;
	scanner->grey = malloc(scanner->capacity);
	if (!scanner->grey)
		return -ENOMEM;
	r = converter_new(&scanner->converter);
	if (r == 0)
		r = camera_ioctl(scanner->fd, VIDIOC_STREAMON, &type);
	scanner->streaming = r == 0;
	return r;
}

static void v4l2_close(struct scanner *scanner)
{
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

	if (!scanner)
		return;
	if (scanner->streaming)
		(void)camera_ioctl(scanner->fd, VIDIOC_STREAMOFF, &type);
	for (uint32_t i = 0; i < scanner->n_buffers; i++)
		(void)munmap(scanner->buffer[i].memory, scanner->buffer[i].len);
	if (scanner->fd >= 0)
		(void)close(scanner->fd);
	converter_free(scanner->converter);
	free(scanner->grey);
	free(scanner);
}

/* As device_tell_failure(). */
static int tell_failure(const struct scanner_sink *sink, const char *where, int r)
{
	char sentence[SENTENCE_BYTES_MAX + 1];

	if (r != -ENOTSUP)
		return device_tell_failure(sink, "camera", "a camera that streams", where, r);
	text_format(sentence, sizeof(sentence),
	            "The camera at %.100s has no format that can be read (grey, YUV, MJPEG).",
	            where);
	sink->health(sink->context, HEALTH_FAILED, sentence);
	return r;
}

static int v4l2_open(const char *where, const struct scanner_sink *sink, struct scanner **ret)
{
	struct scanner *scanner = calloc(1, sizeof(*scanner));
	char sentence[SENTENCE_BYTES_MAX + 1];
	int r;

	if (!scanner)
		return tell_failure(sink, where, -ENOMEM);
	scanner->sink = *sink;
	scanner->fd = open(where, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	r = scanner->fd < 0 ? -errno : start(scanner);
	if (r < 0) {
		v4l2_close(scanner);
		return tell_failure(sink, where, r);
	}
	picture_watch_init(&scanner->watch, clock_mono());
	text_format(sentence, sizeof(sentence), "The camera works (%u×%u).", scanner->mode.width_px,
	            scanner->mode.height_px);
	sink->health(sink->context, HEALTH_GOOD, sentence);
	*ret = scanner;
	return 0;
}

static int v4l2_fd(const struct scanner *scanner)
{
	return scanner->fd;
}

/* The camera's time stamp is CLOCK_MONOTONIC where it says so; ours counts sleep as well. */
static struct mono_time frame_time(const struct v4l2_buffer *buffer)
{
	struct mono_time now = clock_mono();
	struct timespec monotonic;
	int64_t age_us;

	if ((buffer->flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) != V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC ||
	    clock_gettime(CLOCK_MONOTONIC, &monotonic) < 0)
		return now;
	age_us = ((int64_t)monotonic.tv_sec - buffer->timestamp.tv_sec) * 1000000 +
	         monotonic.tv_nsec / 1000 - buffer->timestamp.tv_usec;
	if (age_us > 0 && (uint64_t)age_us < now.us && age_us < 1000000)
		now.us -= (uint64_t)age_us;
	return now;
}

/* Takes the newest filled buffer and gives older ones back. 1: *ret is one, 0: none, -errno. */
static int newest_buffer(struct scanner *scanner, struct v4l2_buffer *ret)
{
	bool have = false;

	for (;;) {
		struct v4l2_buffer buffer = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		                             .memory = V4L2_MEMORY_MMAP};
		int r = camera_ioctl(scanner->fd, VIDIOC_DQBUF, &buffer);

		if (r == -EAGAIN)
			return have;
		if (r == -EIO || r == -ENXIO)
			return -ENODEV; /* what a pulled plug looks like before the node is gone */
		if (r < 0)
			return r;
		if (buffer.index >= scanner->n_buffers)
			return -EPROTO;
		if (have) {
			r = queue(scanner, ret->index);
			if (r < 0)
				return r;
		}
		*ret = buffer;
		have = true;
	}
}

static void v4l2_tick(struct scanner *scanner, struct mono_time now)
{
	static const struct {
		enum health health;
		const char *sentence;
	} says[] = {
	    [PICTURE_FINE] = {HEALTH_GOOD, "The camera works again."},
	    [PICTURE_NONE] = {HEALTH_FAILED,
	                      "The camera sends no pictures: unplug it and plug it in again."},
	    [PICTURE_GARBLED] = {HEALTH_DEGRADED,
	                         "The camera sends garbled pictures: check its cable."},
	    [PICTURE_BLACK] = {HEALTH_DEGRADED,
	                       "The camera sees only black: take off its cover, or give it light."},
	    [PICTURE_FROZEN] = {HEALTH_DEGRADED,
	                        "The camera's picture stands still: unplug it and plug it in "
	                        "again."},
	    [PICTURE_NOISE] = {HEALTH_DEGRADED,
	                       "The camera shows only noise: check its cable, or give it light."},
	};

	if (picture_watch_tick(&scanner->watch, now))
		scanner->sink.health(scanner->sink.context, says[scanner->watch.told].health,
		                     says[scanner->watch.told].sentence);
}

static int v4l2_dispatch(struct scanner *scanner)
{
	struct v4l2_buffer buffer = {0};
	struct raw_frame raw;
	struct frame frame;
	int r = newest_buffer(scanner, &buffer);

	if (r <= 0)
		return r;
	raw = (struct raw_frame){.bytes = scanner->buffer[buffer.index].memory,
	                         .len = scanner->buffer[buffer.index].len,
	                         .pixels = scanner->mode.pixels,
	                         .width_px = scanner->mode.width_px,
	                         .height_px = scanner->mode.height_px,
	                         .stride = scanner->stride};
	if (buffer.bytesused > 0 && buffer.bytesused < raw.len)
		raw.len = buffer.bytesused;
	if (buffer.flags & V4L2_BUF_FLAG_ERROR ||
	    converter_frame(scanner->converter, &raw, scanner->grey, scanner->capacity, &frame) <
	        0) {
		picture_watch_garbled(&scanner->watch, clock_mono());
		return queue(scanner, buffer.index);
	}
	picture_watch_frame(&scanner->watch, &frame, clock_mono());
	frame.seen = frame_time(&buffer);
	scanner->sink.frame(scanner->sink.context, &frame);
	return queue(scanner, buffer.index);
}

const struct scanner_driver scanner_v4l2 = {
    .name = "v4l2",
    .open = v4l2_open,
    .fd = v4l2_fd,
    .dispatch = v4l2_dispatch,
    .tick = v4l2_tick,
    .close = v4l2_close,
};
