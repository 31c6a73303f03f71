/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The contract of struct scanner_driver (kiosk/scanner.h), kept by every driver: cameras (V4L2, the
 * simulated one, pictures) and readers (event device, serial line). The V4L2 and event devices are
 * twins of the kernel's (device_twin.h), the serial line is a pseudo-terminal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/input-event-codes.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "device_twin.h"
#include "publish.h"
#include "reader_text.h"
#include "scanner_drivers.h"

enum { WIDTH = 64, HEIGHT = 48, WAIT_MS = 10000, SEEN_MAX = 8 };

/* What a driver told. */
struct seen {
	unsigned frames, codes, healths;
	enum health health;
	char sentence[SENTENCE_BYTES_MAX + 1];
	uint8_t level[SEEN_MAX]; /* of the frames: all their pixels */
	char code[SEEN_MAX][16];
};

struct world {
	const struct backend *backend;
	char folder[64], where[128];
	struct publisher publisher;
	pthread_t accepts;
	bool accepting;
	int line; /* the reader's end of a pseudo-terminal */
	struct seen seen;
	struct scanner *scanner;
};

struct backend {
	const struct scanner_driver *driver;
	bool camera;
	const char *absent, *other; /* sources of nothing, and of something else; NULL: none */
	/* The device is there, world->where names it. */
	void (*plug)(struct world *world);
	/* Number `n` is held up: a frame of that level, or the code "n". NULL: it does by itself. */
	void (*give)(struct world *world, unsigned n);
	/* Something damaged comes. NULL: it cannot. */
	void (*garble)(struct world *world);
	void (*unplug)(struct world *world); /* NULL: it cannot be */
	void (*end)(struct world *world);
};

/* --- what comes up --- */

static void on_frame(void *context, const struct frame *frame)
{
	struct seen *seen = &((struct world *)context)->seen;
	uint8_t level = frame->grey[0];

	assert_int_equal(frame->width_px, WIDTH);
	assert_int_equal(frame->height_px, HEIGHT);
	assert_true(frame->stride >= WIDTH);
	assert_true(frame->seen.us > 0 && frame->seen.us <= clock_mono().us);
	for (uint32_t y = 0; y < HEIGHT; y++)
		for (uint32_t x = 0; x < WIDTH; x++)
			assert_int_equal(frame->grey[(size_t)y * frame->stride + x], level);
	assert_true(seen->frames < SEEN_MAX);
	seen->level[seen->frames++] = level;
}

static void on_code(void *context, const uint8_t *bytes, size_t len, struct mono_time at)
{
	struct seen *seen = &((struct world *)context)->seen;

	assert_true(len >= 1 && len < sizeof(seen->code[0]));
	assert_true(at.us > 0 && at.us <= clock_mono().us);
	assert_true(seen->codes < SEEN_MAX);
	memcpy(seen->code[seen->codes], bytes, len);
	seen->code[seen->codes++][len] = '\0';
}

static void on_health(void *context, enum health health, const char *sentence)
{
	struct seen *seen = &((struct world *)context)->seen;
	size_t len = strlen(sentence);

	assert_true(len > 1 && len <= SENTENCE_BYTES_MAX && sentence[len - 1] == '.');
	seen->healths++;
	seen->health = health;
	memcpy(seen->sentence, sentence, len + 1);
}

static int open_source(struct world *world, const char *where)
{
	const struct scanner_sink sink = {
	    .frame = on_frame, .code = on_code, .health = on_health, .context = world};

	memset(&world->seen, 0, sizeof(world->seen));
	return world->backend->driver->open(where, &sink, &world->scanner);
}

/* --- the devices --- */

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

static const struct backend backends[] = {
    {&scanner_v4l2, true, "/dev/no-such-camera", "/dev/null", plug_camera, give_camera,
     garble_camera, unplug_camera, end_camera},
    {&scanner_sim, true, "/dev/no-such-socket", NULL, plug_sim, give_sim, garble_sim, unplug_sim,
     end_sim},
    {&scanner_pictures, true, "/dev/no-such-folder", NULL, plug_pictures, NULL, NULL, NULL,
     end_pictures},
    {&scanner_evdev, false, "/dev/input/no-such-reader", "/dev/null", plug_keyboard, give_keyboard,
     garble_keyboard, unplug_keyboard, end_keyboard},
    {&scanner_serial, false, "/dev/no-such-line", "/dev/null", plug_line, give_line, garble_line,
     unplug_line, end_line},
};

/* --- the contract --- */

static unsigned descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	unsigned n = 0;

	assert_non_null(folder);
	while (readdir(folder))
		n++;
	closedir(folder);
	return n;
}

/* After a pause of that length, as far as the driver knows. */
static void tick(struct world *world, uint64_t pause_us)
{
	if (world->backend->driver->tick)
		world->backend->driver->tick(world->scanner,
		                             (struct mono_time){clock_mono().us + pause_us});
}

static void await(struct world *world)
{
	struct pollfd wait = {.fd = world->backend->driver->fd(world->scanner), .events = POLLIN};

	assert_int_equal(poll(&wait, 1, WAIT_MS), 1);
}

static void begin(struct world *world)
{
	world->backend->plug(world);
	assert_int_equal(open_source(world, world->where), 0);
	assert_non_null(world->scanner);
	assert_true(world->backend->driver->fd(world->scanner) >= 0);
	/* That it works is told; nothing is seen before it is asked for. */
	assert_int_equal(world->seen.healths, 1);
	assert_int_equal(world->seen.health, HEALTH_GOOD);
	assert_int_equal(world->seen.frames + world->seen.codes, 0);
}

static void end(struct world *world)
{
	world->backend->driver->close(world->scanner);
	world->scanner = NULL;
	world->backend->end(world);
}

static void see(struct world *world, unsigned n)
{
	char code[8];

	(void)snprintf(code, sizeof(code), "%u", n);
	if (world->backend->camera)
		assert_int_equal(world->seen.level[world->seen.frames - 1], n);
	else
		assert_string_equal(world->seen.code[world->seen.codes - 1], code);
}

static void keeps_absence(struct world *world)
{
	const char *absent = world->backend->absent;

	assert_int_equal(open_source(world, absent), -ENOENT);
	assert_int_equal(world->seen.healths, 1);
	assert_int_equal(world->seen.health, HEALTH_MISSING);
	assert_non_null(strstr(world->seen.sentence, absent));
	if (!world->backend->other)
		return;
	assert_true(open_source(world, world->backend->other) < 0);
	assert_int_equal(world->seen.healths, 1);
	assert_int_equal(world->seen.health, HEALTH_FAILED);
	assert_null(world->scanner);
}

static void keeps_giving(struct world *world)
{
	const struct scanner_driver *driver = world->backend->driver;

	begin(world);
	tick(world, 0);
	assert_int_equal(driver->dispatch(world->scanner), 0); /* woken for nothing */
	assert_int_equal(world->seen.frames + world->seen.codes, 0);
	if (world->backend->give)
		world->backend->give(world, 1);
	await(world);
	assert_int_equal(driver->dispatch(world->scanner), 0);
	tick(world, 0);
	assert_int_equal(world->seen.frames + world->seen.codes, 1);
	assert_int_equal(world->seen.frames, world->backend->camera);
	see(world, 1);
	assert_int_equal(world->seen.healths, 1);
	end(world);
}

/* Of frames the newest is seen and the others are not; of codes every one, in order. */
static void keeps_order(struct world *world)
{
	begin(world);
	for (unsigned n = 1; n <= 3; n++)
		world->backend->give(world, n);
	await(world);
	assert_int_equal(world->backend->driver->dispatch(world->scanner), 0);
	assert_int_equal(world->seen.frames, world->backend->camera ? 1 : 0);
	assert_int_equal(world->seen.codes, world->backend->camera ? 0 : 3);
	see(world, 3);
	for (unsigned i = 0; i < world->seen.codes; i++)
		assert_int_equal(world->seen.code[i][0], '1' + (int)i);
	/* Whoever was slow goes on as before. */
	world->backend->give(world, 4);
	await(world);
	assert_int_equal(world->backend->driver->dispatch(world->scanner), 0);
	see(world, 4);
	end(world);
}

static void survives_damage(struct world *world)
{
	begin(world);
	world->backend->garble(world);
	await(world);
	assert_int_equal(world->backend->driver->dispatch(world->scanner), 0);
	/* Its end may have been lost too: silence is one. */
	tick(world, READER_SILENCE_US);
	assert_int_equal(world->seen.frames + world->seen.codes, 0);
	world->backend->give(world, 5);
	await(world);
	assert_int_equal(world->backend->driver->dispatch(world->scanner), 0);
	assert_int_equal(world->seen.frames + world->seen.codes, 1);
	see(world, 5);
	end(world);
}

static void tells_a_pulled_plug(struct world *world)
{
	begin(world);
	world->backend->give(world, 1);
	await(world);
	assert_int_equal(world->backend->driver->dispatch(world->scanner), 0);
	world->backend->unplug(world);
	await(world);
	assert_int_equal(world->backend->driver->dispatch(world->scanner), -ENODEV);
	end(world);
	/* And is there again when it is plugged in again. */
	begin(world);
	world->backend->give(world, 2);
	await(world);
	assert_int_equal(world->backend->driver->dispatch(world->scanner), 0);
	see(world, 2);
	end(world);
}

/* Each backend that can do it keeps it, and leaves no descriptor behind. */
static void all_keep(void (*keep)(struct world *world), bool (*can)(const struct backend *backend))
{
	for (size_t i = 0; i < sizeof(backends) / sizeof(backends[0]); i++) {
		struct world world = {.backend = &backends[i], .line = -1};
		unsigned before = descriptors();

		if (!can(&backends[i]))
			continue;
		print_message("%s\n", backends[i].driver->name);
		(void)snprintf(world.folder, sizeof(world.folder), "/tmp/scanner-contract-XXXXXX");
		assert_non_null(mkdtemp(world.folder));
		keep(&world);
		assert_int_equal(rmdir(world.folder), 0);
		assert_int_equal(descriptors(), before);
		backends[i].driver->close(NULL);
	}
}

static bool every(const struct backend *backend)
{
	return backend->driver != NULL;
}

static bool can_be_given(const struct backend *backend)
{
	return backend->give != NULL;
}

static bool can_be_garbled(const struct backend *backend)
{
	return backend->garble != NULL;
}

static bool can_be_unplugged(const struct backend *backend)
{
	return backend->unplug != NULL;
}

static void test_what_is_not_there_is_told_in_a_sentence(void **state)
{
	(void)state;
	all_keep(keeps_absence, every);
}

static void test_what_is_held_up_is_seen_and_nothing_else(void **state)
{
	(void)state;
	all_keep(keeps_giving, every);
}

static void test_the_newest_frame_and_every_code(void **state)
{
	(void)state;
	all_keep(keeps_order, can_be_given);
}

static void test_damage_is_dropped(void **state)
{
	(void)state;
	all_keep(survives_damage, can_be_garbled);
}

static void test_a_pulled_plug_is_told(void **state)
{
	(void)state;
	all_keep(tells_a_pulled_plug, can_be_unplugged);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_is_not_there_is_told_in_a_sentence),
	    cmocka_unit_test(test_what_is_held_up_is_seen_and_nothing_else),
	    cmocka_unit_test(test_the_newest_frame_and_every_code),
	    cmocka_unit_test(test_damage_is_dropped),
	    cmocka_unit_test(test_a_pulled_plug_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
