/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "device_twin.h"

enum buffer_place { PLACE_DRIVER, PLACE_WAITS, PLACE_FILLED };

static struct {
	struct twin_camera is;
	bool plugged, streams;
	int fd; /* 0: not open */
	int gone;
	uint32_t n_buffers, lie;
	bool lies;
	unsigned mapped;
	uint64_t turn;
	struct {
		enum buffer_place place;
		uint64_t since; /* the order in which it came there */
		uint32_t used, flags;
		uint8_t bytes[TWIN_BUFFER_BYTES];
	} buffer[TWIN_BUFFERS];
} camera;

static struct {
	bool plugged, grabbed, mouse, ours, overheard;
	int fd, far; /* the driver's end, and where keys go in */
	uint8_t down[(KEY_CNT + 7) / 8];
} keyboard;

static int fail(int error)
{
	errno = error;
	return -1;
}

/* --- the camera --- */

void twin_camera_plug(const struct twin_camera *about)
{
	memset(&camera, 0, sizeof(camera));
	camera.is = *about;
	camera.plugged = true;
}

/* The buffer that came there first; -1: none. */
static int first_at(enum buffer_place place)
{
	int first = -1;

	for (int i = 0; i < (int)camera.n_buffers; i++)
		if (camera.buffer[i].place == place &&
		    (first < 0 || camera.buffer[i].since < camera.buffer[first].since))
			first = i;
	return first;
}

static void put_buffer(int i, enum buffer_place place)
{
	camera.buffer[i].place = place;
	camera.buffer[i].since = ++camera.turn;
}

static void set_readable(bool readable)
{
	uint64_t n = 1;
	ssize_t r = readable ? write(camera.fd, &n, sizeof(n))
	                     : syscall(SYS_read, camera.fd, &n, sizeof(n));

	assert(r == sizeof(n) || errno == EAGAIN);
}

bool twin_camera_show(const void *bytes, size_t len, uint32_t flags)
{
	int i = first_at(PLACE_WAITS);

	assert(len <= TWIN_BUFFER_BYTES);
	if (i < 0 || !camera.streams)
		return false;
	memcpy(camera.buffer[i].bytes, bytes, len);
	camera.buffer[i].used = (uint32_t)len;
	camera.buffer[i].flags = flags;
	put_buffer(i, PLACE_FILLED);
	set_readable(true);
	return true;
}

void twin_camera_lie_about_index(uint32_t index)
{
	camera.lies = true;
	camera.lie = index;
}

void twin_camera_unplug(int error)
{
	camera.plugged = false;
	camera.gone = error;
	if (camera.fd > 0)
		set_readable(true);
}

unsigned twin_camera_mapped(void)
{
	return camera.mapped;
}

bool twin_camera_streams(void)
{
	return camera.streams;
}

static int set_format(struct v4l2_pix_format *format)
{
	if (camera.is.busy)
		return fail(EBUSY);
	format->pixelformat = camera.is.fourcc_taken ? camera.is.fourcc_taken : camera.is.fourcc;
	format->width = camera.is.width_px;
	format->height = camera.is.height_px;
	format->bytesperline = camera.is.stride;
	format->sizeimage = TWIN_BUFFER_BYTES;
	return 0;
}

static int give_buffers(struct v4l2_requestbuffers *request)
{
	if (camera.is.buffers > 0)
		request->count = camera.is.buffers;
	camera.n_buffers = request->count < TWIN_BUFFERS ? request->count : TWIN_BUFFERS;
	for (int i = 0; i < TWIN_BUFFERS; i++)
		camera.buffer[i].place = PLACE_DRIVER;
	return 0;
}

static int take_filled(struct v4l2_buffer *buffer)
{
	int i = first_at(PLACE_FILLED);

	if (camera.gone)
		return fail(camera.gone);
	if (i < 0)
		return fail(EAGAIN);
	put_buffer(i, PLACE_DRIVER);
	buffer->index = camera.lies ? camera.lie : (uint32_t)i;
	camera.lies = false;
	buffer->bytesused = camera.buffer[i].used;
	buffer->flags = camera.buffer[i].flags;
	if (first_at(PLACE_FILLED) < 0)
		set_readable(false);
	return 0;
}

static int stream(bool on)
{
	camera.streams = on;
	return 0;
}

static int queue_buffer(uint32_t index)
{
	if (index >= camera.n_buffers || camera.buffer[index].place != PLACE_DRIVER)
		return fail(EINVAL);
	put_buffer((int)index, PLACE_WAITS);
	return 0;
}

static int camera_answers(unsigned long request, void *argument)
{
	struct v4l2_capability *can = argument;
	struct v4l2_fmtdesc *format = argument;
	struct v4l2_frmsizeenum *size = argument;
	struct v4l2_frmivalenum *interval = argument;
	struct v4l2_buffer *buffer = argument;

	switch (request) {
	case VIDIOC_QUERYCAP:
		can->capabilities = V4L2_CAP_DEVICE_CAPS;
		can->device_caps =
		    V4L2_CAP_STREAMING |
		    (camera.is.outputs ? V4L2_CAP_VIDEO_OUTPUT : V4L2_CAP_VIDEO_CAPTURE);
		return 0;
	case VIDIOC_ENUM_FMT:
		format->pixelformat = camera.is.fourcc;
		return format->index == 0 ? 0 : fail(EINVAL);
	case VIDIOC_ENUM_FRAMESIZES:
		size->type = V4L2_FRMSIZE_TYPE_DISCRETE;
		size->discrete.width = camera.is.width_px;
		size->discrete.height = camera.is.height_px;
		return size->index == 0 ? 0 : fail(EINVAL);
	case VIDIOC_ENUM_FRAMEINTERVALS:
		interval->type = V4L2_FRMIVAL_TYPE_DISCRETE;
		interval->discrete = (struct v4l2_fract){1, 30};
		return interval->index == 0 ? 0 : fail(EINVAL);
	case VIDIOC_S_FMT:
		return set_format(&((struct v4l2_format *)argument)->fmt.pix);
	case VIDIOC_REQBUFS:
		return give_buffers(argument);
	case VIDIOC_QUERYBUF:
		buffer->length = TWIN_BUFFER_BYTES;
		buffer->m.offset = buffer->index * TWIN_BUFFER_BYTES;
		return buffer->index < camera.n_buffers ? 0 : fail(EINVAL);
	case VIDIOC_QBUF:
		return queue_buffer(buffer->index);
	case VIDIOC_DQBUF:
		return take_filled(buffer);
	case VIDIOC_STREAMON:
	case VIDIOC_STREAMOFF:
		return stream(request == VIDIOC_STREAMON);
	default:
		return fail(ENOTTY);
	}
}

/* --- the keyboard --- */

void twin_keyboard_plug(bool grabbed, bool mouse)
{
	if (keyboard.far > 0)
		(void)close(keyboard.far);
	memset(&keyboard, 0, sizeof(keyboard));
	keyboard.plugged = true;
	keyboard.grabbed = grabbed;
	keyboard.mouse = mouse;
}

static void send_event(uint16_t type, uint16_t code, int32_t value)
{
	struct input_event event = {.type = type, .code = code, .value = value};

	assert(write(keyboard.far, &event, sizeof(event)) == sizeof(event));
}

void twin_keyboard_key(uint32_t key, int32_t value)
{
	assert(key < KEY_CNT);
	keyboard.down[key / 8] = (uint8_t)((keyboard.down[key / 8] & ~(1u << key % 8)) |
	                                   (value != 0 ? 1u << key % 8 : 0));
	send_event(EV_KEY, (uint16_t)key, value);
	send_event(EV_SYN, SYN_REPORT, 0);
}

void twin_keyboard_overflow(void)
{
	send_event(EV_SYN, SYN_DROPPED, 0);
	send_event(EV_SYN, SYN_REPORT, 0);
}

void twin_keyboard_unplug(void)
{
	keyboard.plugged = false;
	(void)close(keyboard.far);
	keyboard.far = 0;
}

bool twin_keyboard_is_ours(void)
{
	return keyboard.ours;
}

bool twin_keyboard_was_overheard(void)
{
	return keyboard.overheard;
}

static int copy_out(void *to, size_t room, const void *from, size_t len)
{
	memset(to, 0, room);
	memcpy(to, from, len < room ? len : room);
	return (int)(len < room ? len : room);
}

static int tell_kinds(unsigned type, void *bits, size_t room)
{
	uint8_t set[(KEY_CNT + 7) / 8] = {0};

	if (type == 0)
		set[0] = 1u << EV_SYN | 1u << EV_KEY;
	else if (type == EV_KEY && keyboard.mouse)
		set[BTN_LEFT / 8] |= 1u << BTN_LEFT % 8;
	else if (type == EV_KEY)
		for (unsigned key = KEY_ESC; key < KEY_MICMUTE; key++)
			set[key / 8] |= (uint8_t)(1u << key % 8);
	return copy_out(bits, room, set, sizeof(set));
}

static int keyboard_answers(unsigned long request, void *argument)
{
	static const char name[] = "twin keyboard";
	const int version = EV_VERSION;
	unsigned number = _IOC_NR(request);
	size_t room = _IOC_SIZE(request);

	if (!keyboard.plugged)
		return fail(ENODEV);
	if (request == EVIOCGRAB) {
		if (keyboard.grabbed)
			return fail(EBUSY);
		keyboard.ours = argument != NULL;
		return 0;
	}
	if (number == _IOC_NR(EVIOCGVERSION))
		return copy_out(argument, room, &version, sizeof(version));
	if (number == _IOC_NR(EVIOCGNAME(0)))
		return copy_out(argument, room, name, sizeof(name));
	if (number == _IOC_NR(EVIOCGPHYS(0)) || number == _IOC_NR(EVIOCGUNIQ(0)))
		return fail(ENOENT);
	if (number == _IOC_NR(EVIOCGKEY(0)))
		return copy_out(argument, room, keyboard.down, sizeof(keyboard.down));
	if (number >= _IOC_NR(EVIOCGBIT(0, 0)) && number < _IOC_NR(EVIOCGBIT(EV_MAX, 0)))
		return tell_kinds(number - _IOC_NR(EVIOCGBIT(0, 0)), argument, room);
	memset(argument, 0, room);
	return 0;
}

/* --- where the kernel would be --- */

static int open_camera(void)
{
	if (!camera.plugged)
		return fail(ENOENT);
	if (camera.is.open_error != 0)
		return fail(camera.is.open_error);
	camera.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return camera.fd;
}

static int open_keyboard(void)
{
	int end[2];

	if (!keyboard.plugged || pipe2(end, O_CLOEXEC | O_NONBLOCK) < 0)
		return fail(ENOENT);
	keyboard.fd = end[0];
	keyboard.far = end[1];
	return keyboard.fd;
}

int open(const char *path, int flags, ...)
{
	va_list args;
	int mode;

	va_start(args, flags);
	mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(args, int) : 0;
	va_end(args);
	if (strcmp(path, TWIN_CAMERA_PATH) == 0)
		return open_camera();
	if (strcmp(path, TWIN_KEYBOARD_PATH) == 0)
		return open_keyboard();
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *argument;

	va_start(args, request);
	argument = va_arg(args, void *);
	va_end(args);
	if (fd > 0 && fd == camera.fd)
		return camera_answers(request, argument);
	if (fd > 0 && fd == keyboard.fd)
		return keyboard_answers(request, argument);
	return (int)syscall(SYS_ioctl, fd, request, argument);
}

ssize_t read(int fd, void *buffer, size_t len)
{
	ssize_t n = syscall(SYS_read, fd, buffer, len);

	if (fd <= 0 || fd != keyboard.fd)
		return n;
	if (n > 0 && !keyboard.ours)
		keyboard.overheard = true;
	return n == 0 ? fail(ENODEV) : n;
}

int close(int fd)
{
	if (fd > 0 && fd == camera.fd)
		camera.fd = 0;
	if (fd > 0 && fd == keyboard.fd) {
		keyboard.fd = 0;
		keyboard.ours = false;
	}
	return (int)syscall(SYS_close, fd);
}

void *mmap(void *address, size_t len, int protection, int flags, int fd, off_t offset)
{
	if (fd <= 0 || fd != camera.fd)
		return (void *)syscall(SYS_mmap, address, len, protection, flags, fd, offset);
	camera.mapped++;
	return camera.buffer[offset / TWIN_BUFFER_BYTES].bytes;
}

int munmap(void *address, size_t len)
{
	for (int i = 0; i < TWIN_BUFFERS; i++)
		if (address == camera.buffer[i].bytes) {
			camera.mapped--;
			return 0;
		}
	return (int)syscall(SYS_munmap, address, len);
}
