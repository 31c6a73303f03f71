/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/input-event-codes.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <libevdev/libevdev-uinput.h>
#include <libevdev/libevdev.h>

#include "clock.h"
#include "contract_devices.h"
#include "device_twin.h"
#include "reader_text.h"

enum { WIDTH = CONTRACT_WIDTH, HEIGHT = CONTRACT_HEIGHT, WAIT_MS = CONTRACT_WAIT_MS };

static void plug_camera(struct world *world)
{
	const struct twin_camera camera = {.fourcc = V4L2_PIX_FMT_YUYV,
	                                   .width_px = WIDTH,
	                                   .height_px = HEIGHT,
	                                   .stride = 2 * WIDTH + 6};

	twin_camera_plug(&camera);
	(void)snprintf(world->where, sizeof(world->where), "%s", TWIN_CAMERA_PATH);
}

static void fill_yuyv(uint8_t bytes[(2 * WIDTH + 6) * HEIGHT], uint8_t level)
{
	for (size_t i = 0; i < (2 * WIDTH + 6) * HEIGHT; i++)
		bytes[i] = i % (2 * WIDTH + 6) % 2 == 0 ? level : 128;
}

static void give_camera(struct world *world, unsigned n)
{
	uint8_t bytes[(2 * WIDTH + 6) * HEIGHT];

	(void)world;
	fill_yuyv(bytes, (uint8_t)n);
	assert_true(twin_camera_show(bytes, sizeof(bytes), 0));
}

static void garble_camera(struct world *world)
{
	uint8_t bytes[(2 * WIDTH + 6) * HEIGHT];

	(void)world;
	fill_yuyv(bytes, 99);
	assert_true(twin_camera_show(bytes, sizeof(bytes) / 2, 0));
	assert_int_equal(world->backend->driver->dispatch(world->scanner), 0);
	assert_true(twin_camera_show(bytes, sizeof(bytes), V4L2_BUF_FLAG_ERROR));
}

static void unplug_camera(struct world *world)
{
	(void)world;
	twin_camera_unplug(ENODEV);
}

static void end_camera(struct world *world)
{
	(void)world;
	assert_int_equal(twin_camera_mapped(), 0);
	assert_false(twin_camera_streams());
}

/* The other end of the driver's open(). */
static void *accept_one(void *context)
{
	struct publisher *publisher = context;
	struct pollfd wait = {.fd = publisher->listener, .events = POLLIN};

	if (poll(&wait, 1, WAIT_MS) == 1)
		publisher_accept(publisher);
	return NULL;
}

static void plug_sim(struct world *world)
{
	(void)snprintf(world->where, sizeof(world->where), "%s/frames", world->folder);
	assert_int_equal(publisher_init(&world->publisher, world->where, WIDTH, HEIGHT), 0);
	assert_int_equal(pthread_create(&world->accepts, NULL, accept_one, &world->publisher), 0);
	world->accepting = true;
}

/* The camera too knows that somebody looks. */
static void settle_sim(struct world *world)
{
	if (world->accepting)
		assert_int_equal(pthread_join(world->accepts, NULL), 0);
	world->accepting = false;
}

static void give_sim(struct world *world, unsigned n)
{
	settle_sim(world);
	memset(publisher_begin(&world->publisher), (int)n, WIDTH * HEIGHT);
	publisher_tell(&world->publisher, clock_mono());
}

/* It was written over before anybody looked. */
static void garble_sim(struct world *world)
{
	give_sim(world, 99);
	for (int i = 0; i < 8; i++)
		memset(publisher_begin(&world->publisher), 98, WIDTH * HEIGHT);
}

static void unplug_sim(struct world *world)
{
	for (int i = 0; i < VIEWERS_MAX; i++)
		if (world->publisher.viewer[i] >= 0) {
			(void)close(world->publisher.viewer[i]);
			world->publisher.viewer[i] = -1;
		}
}

static void end_sim(struct world *world)
{
	settle_sim(world);
	publisher_deinit(&world->publisher);
	(void)unlink(world->where);
}

static void plug_pictures(struct world *world)
{
	static uint8_t grey[WIDTH * HEIGHT];
	char path[128];
	FILE *out;

	(void)snprintf(world->where, sizeof(world->where), "%s", world->folder);
	(void)snprintf(path, sizeof(path), "%s/1.pgm", world->folder);
	memset(grey, 1, sizeof(grey));
	out = fopen(path, "w");
	assert_non_null(out);
	assert_true(fprintf(out, "P5 %d %d 255\n", WIDTH, HEIGHT) > 0);
	assert_int_equal(fwrite(grey, 1, sizeof(grey), out), sizeof(grey));
	assert_int_equal(fclose(out), 0);
}

static void end_pictures(struct world *world)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/1.pgm", world->folder);
	(void)unlink(path);
}

static void plug_keyboard(struct world *world)
{
	twin_keyboard_plug(false, false);
	(void)snprintf(world->where, sizeof(world->where), "%s,layout=us", TWIN_KEYBOARD_PATH);
}

static void type(uint32_t key)
{
	twin_keyboard_key(key, 1);
	twin_keyboard_key(key, 0);
}

static void give_keyboard(struct world *world, unsigned n)
{
	(void)world;
	type(KEY_1 - 1 + n);
	type(KEY_ENTER);
}

static void garble_keyboard(struct world *world)
{
	(void)world;
	type(KEY_9);
	twin_keyboard_overflow();
	type(KEY_9);
	type(KEY_ENTER);
}

static void unplug_keyboard(struct world *world)
{
	(void)world;
	twin_keyboard_unplug();
}

static void end_keyboard(struct world *world)
{
	(void)world;
	assert_false(twin_keyboard_is_ours());
	assert_false(twin_keyboard_was_overheard());
	twin_keyboard_plug(false, false); /* closes what the twin holds */
}

static void plug_line(struct world *world)
{
	world->line = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(world->line >= 0);
	assert_int_equal(grantpt(world->line), 0);
	assert_int_equal(unlockpt(world->line), 0);
	(void)snprintf(world->where, sizeof(world->where), "%s,speed=9600", ptsname(world->line));
}

static void give_line(struct world *world, unsigned n)
{
	assert_int_equal(dprintf(world->line, "%u\r", n), 2);
}

static void garble_line(struct world *world)
{
	static char flood[READER_BYTES_MAX + 1];

	memset(flood, 'x', sizeof(flood));
	assert_int_equal(write(world->line, flood, sizeof(flood)), sizeof(flood));
	assert_int_equal(write(world->line, "\r", 1), 1);
}

static void unplug_line(struct world *world)
{
	(void)close(world->line);
	world->line = -1;
}

static void end_line(struct world *world)
{
	if (world->line >= 0)
		(void)close(world->line);
}

/* --- the kernel's own virtual devices --- */

static void plug_vivid(struct world *world)
{
	vivid_plug(world->where);
}

static void unplug_vivid(struct world *world)
{
	(void)world;
	vivid_unplug();
}

static void end_nothing(struct world *world)
{
	world->where[0] = '\0';
}

static const char *lacks_uinput(void)
{
	return access("/dev/uinput", R_OK | W_OK) == 0 ? NULL : "/dev/uinput";
}

static void plug_uinput(struct world *world)
{
	struct libevdev *about = libevdev_new();

	assert_non_null(about);
	libevdev_set_name(about, "civic-kiosk test reader");
	for (unsigned key = KEY_ESC; key <= KEY_SPACE; key++)
		(void)libevdev_enable_event_code(about, EV_KEY, key, NULL);
	assert_int_equal(
	    libevdev_uinput_create_from_device(about, LIBEVDEV_UINPUT_OPEN_MANAGED, &world->uinput),
	    0);
	libevdev_free(about);
	assert_non_null(libevdev_uinput_get_devnode(world->uinput));
	(void)snprintf(world->where, sizeof(world->where), "%s",
	               libevdev_uinput_get_devnode(world->uinput));
}

static void give_uinput(struct world *world, unsigned n)
{
	const unsigned key[] = {KEY_1 - 1 + n, KEY_ENTER};

	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(
		    libevdev_uinput_write_event(world->uinput, EV_KEY, key[i / 2], i % 2 == 0), 0);
		assert_int_equal(libevdev_uinput_write_event(world->uinput, EV_SYN, SYN_REPORT, 0),
		                 0);
	}
}

static void unplug_uinput(struct world *world)
{
	libevdev_uinput_destroy(world->uinput);
	world->uinput = NULL;
}

static void end_uinput(struct world *world)
{
	if (world->uinput)
		unplug_uinput(world);
}

#define DEVICE(name_) .plug = plug_##name_, .unplug = unplug_##name_
const struct backend contract_backends[] = {
    {"v4l2", &scanner_v4l2, .camera = true, .absent = "/dev/no-such-camera", .other = "/dev/null",
     DEVICE(camera), .give = give_camera, .garble = garble_camera, .end = end_camera},
    {"sim", &scanner_sim, .camera = true, .absent = "/dev/no-such-socket", DEVICE(sim),
     .give = give_sim, .garble = garble_sim, .end = end_sim},
    {"pictures", &scanner_pictures, .camera = true, .absent = "/dev/no-such-folder",
     .plug = plug_pictures, .end = end_pictures},
    {"evdev", &scanner_evdev, .absent = "/dev/input/no-such-reader", .other = "/dev/null",
     DEVICE(keyboard), .give = give_keyboard, .garble = garble_keyboard, .end = end_keyboard},
    {"serial", &scanner_serial, .absent = "/dev/no-such-line", .other = "/dev/null", DEVICE(line),
     .give = give_line, .garble = garble_line, .end = end_line},
    {"v4l2 on vivid", &scanner_v4l2, .camera = true, .real = true, .absent = "/dev/no-such-camera",
     .other = "/dev/null", DEVICE(vivid), .end = end_nothing, .lacks = vivid_lacks},
    {"evdev on uinput", &scanner_evdev, .real = true, .absent = "/dev/input/no-such-reader",
     .other = "/dev/null", DEVICE(uinput), .give = give_uinput, .end = end_uinput,
     .lacks = lacks_uinput},
};
const size_t contract_backends_n = sizeof(contract_backends) / sizeof(contract_backends[0]);
